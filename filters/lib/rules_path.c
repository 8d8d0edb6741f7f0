/* rules_path - where rule files and tables are looked for */
/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules_int.h"

static bool
is_dir(const char *path)
{
	DIR *d = opendir(path);

	if (d != NULL)
		closedir(d);
	return d != NULL;
}

struct dirs {
	char **at;
	size_t n, cap;
};

static void
dirs_add(struct dirs *d, const char *head, size_t nhead, const char *tail)
{
	struct buf b = {0};

	if (nhead == 0)
		return;
	buf_add(&b, head, nhead);
	buf_puts(&b, tail);
	buf_putc(&b, '\0');
	if (!is_dir(b.p)) {
		buf_free(&b);
		return;
	}
	if (d->n == d->cap)
		d->at = xarray(d->at, d->cap += 8, sizeof *d->at);
	d->at[d->n++] = b.p;
}

static void
dirs_free(struct dirs *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->at[i]);
	free(d->at);
}

/* The shipped rules; empty if they are nowhere. */
const char *
shipped_dir(void)
{
	static struct dirs d;
	static bool done;
	char path[PATH_MAX];
	ssize_t n;

	if (!done) {
		done = true;
		n = readlink("/proc/self/exe", path, sizeof path - 1);
		if (n > 0) {
			path[n] = '\0';
			n = strrchr(path, '/') - path;
			dirs_add(&d, path, (size_t)n, "/../share/hansieve/rules");
			dirs_add(&d, path, (size_t)n, "/../../share/hansieve/rules"); /* libexec */
			dirs_add(&d, path, (size_t)n, "/../rules");
		}
	}
	return d.n ? d.at[0] : "";
}

/* From the lowest (shipped) to the highest. */
static struct dirs
search_path(void)
{
	struct dirs d = {0}, list = {0};
	const char *e, *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	e = shipped_dir();
	dirs_add(&d, e, strlen(e), "");
	dirs_add(&d, "/etc/hansieve/rules.d", 21, "");
	if (xdg != NULL && *xdg == '/')
		dirs_add(&d, xdg, strlen(xdg), "/hansieve/rules.d");
	else if (home != NULL && *home == '/')
		dirs_add(&d, home, strlen(home), "/.config/hansieve/rules.d");
	/* As in PATH, the first of the list is the strongest. */
	for (e = getenv("HANSIEVE_RULES"); e != NULL && *e != '\0';) {
		size_t n = strcspn(e, ":");

		dirs_add(&list, e, n, "");
		e += n + (e[n] == ':');
	}
	while (list.n > 0) {
		char *p = list.at[--list.n];

		dirs_add(&d, p, strlen(p), "");
		free(p);
	}
	free(list.at);
	return d;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds dir/stem*.rules, sorted by name. */
static void
add_rule_files(struct dirs *out, const char *dir, const char *stem)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	size_t first = out->n;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);
		struct buf b = {0};

		if (strncmp(e->d_name, stem, strlen(stem)) != 0 || n < 6 ||
		    strcmp(e->d_name + n - 6, ".rules") != 0)
			continue;
		buf_printf(&b, "%s/%s", dir, e->d_name);
		buf_putc(&b, '\0');
		if (out->n == out->cap)
			out->at = xarray(out->at, out->cap += 16, sizeof *out->at);
		out->at[out->n++] = b.p;
	}
	closedir(d);
	if (out->n > first)
		qsort(out->at + first, out->n - first, sizeof *out->at, by_name);
}

const char **
rules_files(const char *stem, const char *const *given, size_t ngiven)
{
	struct dirs files = {0};
	const char **list;
	size_t n = ngiven;

	if (ngiven == 0) {
		struct dirs d = search_path();

		for (size_t i = 0; i < d.n; i++)
			add_rule_files(&files, d.at[i], stem);
		dirs_free(&d);
		n = files.n;
	}
	list = xarray(NULL, n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = ngiven ? given[i] : files.at[i];
	list[n] = NULL;
	free(files.at);
	return list;
}

static bool
readable(struct buf *b, const char *dir, size_t ndir, const char *name)
{
	b->n = 0;
	buf_add(b, dir, ndir);
	if (ndir > 0)
		buf_putc(b, '/');
	buf_puts(b, name);
	buf_putc(b, '\0');
	return access(b->p, R_OK) == 0;
}

/* The highest of the search path's files of that name. */
static bool
searched(struct buf *b, const char *name)
{
	struct dirs d = search_path();
	bool found = false;

	for (size_t i = d.n; i-- > 0 && !found;)
		found = readable(b, d.at[i], strlen(d.at[i]), name);
	dirs_free(&d);
	return found;
}

const char *
rules_path(const char *name)
{
	struct buf b = {0};

	if (searched(&b, name))
		return b.p;
	buf_free(&b);
	return NULL;
}

/*
 * Beside the rule file, else on the search path. For a shipped rule file the
 * search path goes first, so that a user's table takes the place of the
 * shipped one.
 */
const char *
named_file(struct arena *mem, const struct source *s, const char *name)
{
	size_t ndir = (size_t)(s->base - s->path);
	struct buf b = {0};
	const char *found = NULL;

	if (*name == '/'
		? readable(&b, "", 0, name)
		: (s->shipped && searched(&b, name)) ||
		      readable(&b, s->path, ndir > 1 ? ndir - 1 : ndir, name) || searched(&b, name))
		found = arena_str(mem, b.p, b.n - 1).p;
	buf_free(&b);
	return found;
}
