/* rules - reads rule files, puts their patterns together and compiles them */
/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules_int.h"
#include "utf8.h"

#define MAX_TOLD 100      /* errors printed; all are counted */
#define MAX_INCLUDES 1000 /* files of a rule set */
#define SHOWN 100         /* columns of a line that a message shows */

static const char *const own_keys[] = {"match", "before", "not-before", "after", "not-after",
    "over", "+", "-", "?+", "?-", NULL};
static const char *const top_keys[] = {"table", "def", "include", NULL};

/* --- messages --- */

void
source_place(const struct source *s, size_t off, unsigned *line, unsigned *column)
{
	size_t start = 0;

	*line = 1;
	for (size_t i = 0; i < off && i < s->n; i++)
		if (s->p[i] == '\n') {
			++*line;
			start = i + 1;
		}
	*column = (unsigned)utf8_count(s->p + start, off - start) + 1;
}

/* Shows the line around off, and a caret under it that is right for wide characters. */
static void
show_line(const struct source *s, size_t off, unsigned line)
{
	size_t start = off, end = off, len;
	int width = 0, before = 0;
	bool cut = false;

	while (start > 0 && s->p[start - 1] != '\n')
		start--;
	while (end < s->n && s->p[end] != '\n' && s->p[end] != '\r')
		end++;
	if (utf8_valid(s->p + start, end - start) != end - start)
		return;
	/* A long line is shown from at most SHOWN/2 columns before the caret. */
	for (size_t i = start; i < off; i += len)
		before += utf8_width(utf8_get(s->p + i, &len));
	for (; before > SHOWN / 2; start += len, cut = true)
		before -= utf8_width(utf8_get(s->p + start, &len));
	fprintf(stderr, "%5u | %s", line, cut ? "..." : "");
	for (size_t i = start; i < end; i += len) {
		uint32_t c = utf8_get(s->p + i, &len);

		if ((width += utf8_width(c)) > SHOWN) {
			fputs("...", stderr);
			break;
		}
		if (c == '\t')
			putc(' ', stderr);
		else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
			putc('?', stderr);
		else
			fwrite(s->p + i, 1, len, stderr);
	}
	fprintf(stderr, "\n      | %s", cut ? "   " : "");
	for (size_t i = start; i < off; i += len) {
		uint32_t c = utf8_get(s->p + i, &len);

		for (int w = c < 0x20 ? 1 : utf8_width(c); w > 0; w--)
			putc(' ', stderr);
	}
	fputs("^\n", stderr);
}

void
rules_complain(struct rules *r, const struct source *s, size_t off, const char *fmt, ...)
{
	unsigned line, column;
	va_list ap;

	if (r->errors++ >= MAX_TOLD)
		return;
	source_place(s, off, &line, &column);
	fprintf(stderr, "%s: %s:%u:%u: ", program_invocation_short_name, s->path, line, column);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	show_line(s, off, line);
}

size_t
value_off(const struct value *v, size_t at)
{
	size_t i = v->npiece;

	while (i > 1 && v->piece[i - 1].at > at)
		i--;
	return i ? v->piece[i - 1].off + (at - v->piece[i - 1].at) : v->key;
}

/* Edits that turn a into b (a swap of neighbours is one), or more than 2 as 3. */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[3][34];

	if (na > 32 || nb > 32)
		return 3;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned d = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < d)
				d = up[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < d)
				d = up2[j - 2] + 1;
			now[j] = d;
		}
	}
	return row[na % 3][nb];
}

/* What the writer may have meant: keeps the nearest word, if it is near. */
struct guess {
	const char *p;
	size_t n;
	const char *best;
	unsigned d;
};

static void
guess_try(struct guess *g, const char *word)
{
	size_t n = strlen(word);
	/* A Chinese character is three bytes. */
	unsigned most = (g->p[0] & 0x80) ? 3 : g->n < 4 ? 1 : 2;
	unsigned d = distance(g->p, g->n, word, n);

	if (n > 0 && d <= most && d < g->n && (g->best == NULL || d < g->d)) {
		g->best = word;
		g->d = d;
	}
}

/* "; did you mean 'x'?", or nothing. Good until the next call. */
static const char *
guess_text(const struct guess *g)
{
	static struct buf b;

	b.n = 0;
	if (g->best != NULL)
		buf_printf(&b, "; did you mean '%s'?", g->best);
	buf_putc(&b, '\0');
	return b.p;
}

/* --- files and where they are --- */

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

/* The shipped rules; empty if they are nowhere. */
static const char *
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
		const char *p = list.at[--list.n];

		dirs_add(&d, p, strlen(p), "");
	}
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
		n = files.n;
	}
	list = xarray(NULL, n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = ngiven ? given[i] : files.at[i];
	list[n] = NULL;
	return list;
}

/* The first of dir/name that can be read, or NULL. */
static const char *
file_in(const char *dir, size_t ndir, const char *name)
{
	struct buf b = {0};

	buf_add(&b, dir, ndir);
	if (ndir > 0)
		buf_putc(&b, '/');
	buf_puts(&b, name);
	buf_putc(&b, '\0');
	if (access(b.p, R_OK) == 0)
		return b.p;
	buf_free(&b);
	return NULL;
}

const char *
rules_path(const char *name)
{
	struct dirs d = search_path();
	const char *p;

	for (size_t i = d.n; i-- > 0;)
		if ((p = file_in(d.at[i], strlen(d.at[i]), name)) != NULL)
			return p;
	return NULL;
}

/*
 * A file that a rule file names: beside it, else on the search path. For a
 * shipped rule file the search path goes first, so that a user's table takes
 * the place of the shipped one.
 */
static const char *
named_file(const struct source *s, const char *name)
{
	const char *p = NULL;

	if (*name == '/')
		return access(name, R_OK) == 0 ? name : NULL;
	if (s->shipped)
		p = rules_path(name);
	if (p == NULL)
		p = file_in(s->path, (size_t)(s->base - s->path) - (s->base > s->path), name);
	if (p == NULL && s->base > s->path && s->base - s->path == 1)
		p = file_in("/", 1, name);
	return p != NULL ? p : rules_path(name);
}

/* FNV-1a */
static void
hash_add(struct rules *r, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		r->hash = (r->hash ^ (unsigned char)p[i]) * 0x100000001B3;
	r->hash = (r->hash ^ n) * 0x100000001B3;
}

/* --- reading lines --- */

static struct value *
value_new(const struct source *s, size_t key)
{
	struct value *v = xmalloc(sizeof *v);

	memset(v, 0, sizeof *v);
	v->src = s;
	v->key = key;
	v->p = "";
	return v;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Adds p[0, n) of the source, blanks at its ends dropped, to a value. */
static void
value_add(struct value *v, const char *p, size_t n)
{
	while (n > 0 && blank(p[0]))
		p++, n--;
	while (n > 0 && blank(p[n - 1]))
		n--;
	if (n == 0)
		return;
	/* One piece, as nearly all are, is left where it is. */
	v->piece = xarray(v->piece, v->npiece + 1, sizeof *v->piece);
	v->piece[v->npiece].at = v->n;
	v->piece[v->npiece].off = (size_t)(p - v->src->p);
	if (v->npiece++ == 0) {
		v->p = p;
	} else {
		struct buf b = {0};

		buf_add(&b, v->p, v->n);
		buf_add(&b, p, n);
		v->p = b.p;
	}
	v->n += n;
}

/* The next blank-separated word of p[0, n); moves on. */
static struct str
word(const char **p, size_t *n)
{
	struct str s;

	while (*n > 0 && blank(**p))
		++*p, --*n;
	s.p = *p;
	while (*n > 0 && !blank(**p))
		++*p, --*n;
	s.n = (size_t)(*p - s.p);
	return s;
}

struct line_parser {
	struct rules *r;
	struct source *s;
	struct full_rule *rule; /* the open section, or NULL */
	bool skip;              /* its lines are not taken: told already, or "off" */
	bool extend;
	struct value *value;    /* that a continuation goes on with */
	const char *key;
	bool version;
};

static const struct rules_type *
type_of(const struct rules *r, const struct full_rule *f)
{
	return &r->type[f->r.type];
}

static struct full_rule *
rule_find(struct rules *r, unsigned type, const char *name, size_t n)
{
	for (size_t i = 0; i < r->nrule; i++)
		if (r->rule[i]->r.type == type && strncmp(r->rule[i]->r.name, name, n) == 0 &&
		    r->rule[i]->r.name[n] == '\0')
			return r->rule[i];
	return NULL;
}

static struct full_rule *
rule_new(struct line_parser *lp, struct value *head, unsigned type, struct str name)
{
	struct full_rule *f = xmalloc(sizeof *f);
	struct buf id = {0};
	unsigned column;

	memset(f, 0, sizeof *f);
	f->head = head;
	f->r.type = type;
	f->r.name = xstrndup(name.p, name.n);
	f->r.file = lp->s->path;
	source_place(lp->s, head->key, &f->r.line, &column);
	buf_printf(&id, "%s:%s", lp->s->base, f->r.name);
	buf_putc(&id, '\0');
	f->r.id = id.p;
	return f;
}

static size_t
off_in(const struct source *s, struct str x)
{
	return (size_t)(x.p - s->p);
}

/* [type name], [type name] extend, [type name] off */
static void
section(struct line_parser *lp, const char *p, size_t n)
{
	struct rules *r = lp->r;
	struct source *s = lp->s;
	size_t start = (size_t)(p - s->p), rest;
	const char *close = memchr(p, ']', n), *q;
	struct str type, name, more, tail;
	struct full_rule *old, *f;
	struct value *head;
	unsigned t;

	lp->rule = NULL;
	lp->value = NULL;
	lp->skip = true;
	lp->extend = false;
	if (close == NULL) {
		rules_complain(r, s, start + n, "']' is missing at the end of the section's head");
		return;
	}
	q = p + 1;
	rest = (size_t)(close - q);
	type = word(&q, &rest);
	name = word(&q, &rest);
	more = word(&q, &rest);
	q = close + 1;
	rest = (size_t)(p + n - q);
	tail = word(&q, &rest);
	if (type.n == 0 || name.n == 0) {
		rules_complain(r, s, start, "a section begins [type name]");
		return;
	}
	if (more.n > 0) {
		rules_complain(r, s, off_in(s, more), "a rule's name has no blanks");
		return;
	}
	for (t = 0; t < r->ntype; t++)
		if (str_is(type, r->type[t].name))
			break;
	if (t == r->ntype) {
		struct guess g = {.p = type.p, .n = type.n};

		for (t = 0; t < r->ntype; t++)
			guess_try(&g, r->type[t].name);
		rules_complain(r, s, off_in(s, type), "unknown type of section '%.*s'%s",
		    (int)type.n, type.p, guess_text(&g));
		return;
	}
	if ((tail.n > 0 && !str_is(tail, "off") && !str_is(tail, "extend")) ||
	    word(&q, &rest).n > 0) {
		rules_complain(r, s, off_in(s, tail),
		    "after ']' may stand 'off' or 'extend' and nothing else");
		return;
	}
	old = rule_find(r, t, name.p, name.n);
	if (tail.n > 0 && old == NULL) {
		struct guess g = {.p = name.p, .n = name.n};

		for (size_t i = 0; i < r->nrule; i++)
			if (r->rule[i]->r.type == t)
				guess_try(&g, r->rule[i]->r.name);
		rules_complain(r, s, off_in(s, name), "there is no rule [%.*s %.*s] to %s%s",
		    (int)type.n, type.p, (int)name.n, name.p,
		    str_is(tail, "off") ? "switch off" : "extend", guess_text(&g));
		return;
	}
	if (str_is(tail, "off")) {
		old->off = true;
		return;
	}
	if (str_is(tail, "extend")) {
		lp->rule = old;
		lp->extend = true;
		lp->skip = false;
		return;
	}
	for (size_t i = 0; i < r->nrule; i++)
		if (r->rule[i]->head->src == s && strlen(r->rule[i]->r.name) == name.n &&
		    memcmp(r->rule[i]->r.name, name.p, name.n) == 0) {
			rules_complain(r, s, off_in(s, name),
			    "the name '%.*s' is taken by the rule in line %u", (int)name.n, name.p,
			    r->rule[i]->r.line);
			return;
		}
	if (r->nrule >= MAX_RULES) {
		if (r->nrule == MAX_RULES && !r->full)
			rules_complain(r, s, start, "more than %d rules", MAX_RULES);
		r->full = true;
		return;
	}
	head = value_new(s, start);
	f = rule_new(lp, head, t, name);
	if (old != NULL) {
		for (size_t i = 0; i < r->nrule; i++)
			if (r->rule[i] == old)
				r->rule[i] = f;
		f->replaced = old;
	} else {
		GROW(r, rule) = f;
	}
	lp->rule = f;
	lp->skip = false;
}

/* A line of the filter's own. */
static void
own_value(struct line_parser *lp, const struct rules_key *k, struct value *v)
{
	struct full_rule *f = lp->rule;
	struct rules_value *to = NULL;

	if (k->words != NULL) {
		struct guess g = {.p = v->p, .n = v->n};
		struct str s = {v->p, v->n};
		size_t i;

		for (i = 0; k->words[i] != NULL && !str_is(s, k->words[i]); i++)
			guess_try(&g, k->words[i]);
		if (k->words[i] == NULL) {
			struct buf b = {0};

			for (i = 0; k->words[i] != NULL; i++)
				buf_printf(&b, " %s", k->words[i]);
			buf_putc(&b, '\0');
			rules_complain(lp->r, lp->s, value_off(v, 0),
			    "'%.*s' is no %s%s (known:%s)", (int)v->n, v->p, k->name,
			    guess_text(&g), b.p);
			buf_free(&b);
			return;
		}
	}
	for (size_t i = 0; i < f->r.nvalue && !(k->flags & KEY_MANY); i++)
		if (strcmp(f->r.value[i].key, k->name) == 0) {
			/* Under extend the later value counts. */
			if (!lp->extend) {
				rules_complain(lp->r, lp->s, v->key,
				    "'%s' stands already in line %u", k->name,
				    f->r.value[i].line);
				return;
			}
			to = &f->r.value[i];
		}
	if (to == NULL) {
		if (f->r.nvalue == f->capvalue) {
			f->capvalue = f->capvalue ? f->capvalue * 2 : 4;
			f->r.value = xarray(f->r.value, f->capvalue, sizeof *f->r.value);
		}
		to = &f->r.value[f->r.nvalue++];
	}
	to->key = k->name;
	to->value = xstrndup(v->p, v->n);
	source_place(lp->s, value_off(v, 0), &to->line, &to->column);
}

static void include(struct line_parser *, struct value *, const char *name);

/* What stands at the top level: table, def, include. */
static void
top_value(struct line_parser *lp, const char *key, struct value *v)
{
	struct rules *r = lp->r;
	const char *p = v->p;
	size_t n = v->n;
	struct str name = word(&p, &n);
	size_t off = value_off(v, 0);

	while (n > 0 && blank(*p))
		p++, n--;
	if (strcmp(key, "include") == 0) {
		if (n > 0 || name.n == 0)
			rules_complain(r, lp->s, off, "write: include FILE");
		else
			include(lp, v, xstrndup(name.p, name.n));
		return;
	}
	if (name.n == 0 || n == 0) {
		rules_complain(r, lp->s, off, "write: %s", *key == 't' ? "table NAME FILE" :
		    "def NAME PATTERN");
		return;
	}
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] & 0x80) && !isalpha((unsigned char)name.p[i]) &&
		    (i == 0 || (!isdigit((unsigned char)name.p[i]) && name.p[i] != '_' &&
		    name.p[i] != '-'))) {
			rules_complain(r, lp->s, value_off(v, i), "a name is made of letters, "
			    "digits, - and _, and begins with a letter");
			return;
		}
	if (*key == 'd') {
		struct def *d = NULL;

		for (size_t i = 0; i < r->ndef; i++)
			if (str_is(name, r->def[i]->name))
				d = r->def[i];
		if (d != NULL && d->v->src == lp->s) {
			rules_complain(r, lp->s, off, "'%s' is defined already above", d->name);
			return;
		}
		if (d == NULL) {
			if (r->ndef >= MAX_RULES) {
				if (!r->full)
					rules_complain(r, lp->s, off, "more than %d defs",
					    MAX_RULES);
				r->full = true;
				return;
			}
			d = xmalloc(sizeof *d);
			memset(d, 0, sizeof *d);
			d->name = xstrndup(name.p, name.n);
			GROW(r, def) = d;
		}
		d->v = v;
	} else {
		struct named_table *t = NULL;

		for (size_t i = 0; i < r->ntable; i++)
			if (str_is(name, r->table[i].name))
				t = &r->table[i];
		if (t != NULL && t->v->src == lp->s) {
			rules_complain(r, lp->s, off, "table '%s' is named already above", t->name);
			return;
		}
		if (t == NULL) {
			if (r->ntable >= MAX_TABLES) {
				if (!r->full)
					rules_complain(r, lp->s, off, "more than %d tables",
					    MAX_TABLES);
				r->full = true;
				return;
			}
			t = &GROW(r, table);
			t->name = xstrndup(name.p, name.n);
		}
		t->v = v;
	}
}

/* A complete line: keyword and value with its continuations. */
static void
take(struct line_parser *lp)
{
	struct rules *r = lp->r;
	struct value *v = lp->value;
	struct full_rule *f = lp->rule;
	const char *key = lp->key;
	const struct rules_key *k = NULL;
	struct guess g = {.p = key, .n = strlen(key)};

	lp->value = NULL;
	if (f != NULL)
		for (k = type_of(r, f)->keys; k->name != NULL && strcmp(k->name, key) != 0; k++)
			;
	for (size_t i = 0; top_keys[i] != NULL; i++)
		if (strcmp(key, top_keys[i]) == 0 && (k == NULL || k->name == NULL)) {
			top_value(lp, top_keys[i], v);
			return;
		}
	if (lp->skip && f == NULL)
		return;
	if (f == NULL) {
		for (size_t i = 0; top_keys[i] != NULL; i++)
			guess_try(&g, top_keys[i]);
		rules_complain(r, lp->s, v->key, "'%s' outside of a section%s", key, guess_text(&g));
		return;
	}
	if (v->n == 0) {
		rules_complain(r, lp->s, v->key, "'%s' without a value", key);
		return;
	}
	if (k->name != NULL) {
		own_value(lp, k, v);
	} else if (strcmp(key, "match") == 0) {
		GROW(f, match_line) = v;
	} else if (strcmp(key, "over") == 0) {
		GROW(f, over_line) = v;
	} else if (strcmp(key, "before") == 0 || strcmp(key, "not-before") == 0 ||
	    strcmp(key, "after") == 0 || strcmp(key, "not-after") == 0) {
		GROW(f, guard_line) = v;
	} else if (strcmp(key, "+") == 0 || strcmp(key, "-") == 0 || strcmp(key, "?+") == 0 ||
	    strcmp(key, "?-") == 0) {
		example_parse(r, v, &GROW(f, example));
	} else {
		for (k = type_of(r, f)->keys; k->name != NULL; k++)
			guess_try(&g, k->name);
		for (size_t i = 0; own_keys[i] != NULL; i++)
			guess_try(&g, own_keys[i]);
		rules_complain(r, lp->s, v->key, "unknown keyword '%s'%s", key, guess_text(&g));
	}
}

static void
parse(struct rules *r, struct source *s)
{
	struct line_parser lp = {.r = r, .s = s};
	size_t bad = utf8_valid(s->p, s->n), next;
	const char *nul;

	if (bad < s->n) {
		rules_complain(r, s, bad, "this is not UTF-8; save the file as UTF-8");
		return;
	}
	if ((nul = memchr(s->p, '\0', s->n)) != NULL) {
		rules_complain(r, s, (size_t)(nul - s->p), "a NUL byte");
		return;
	}
	for (size_t at = 0; at < s->n; at = next) {
		const char *p = s->p + at, *nl = memchr(p, '\n', s->n - at), *q;
		size_t n = nl ? (size_t)(nl - p) : s->n - at, rest;
		struct str key;

		next = at + n + 1;
		if (n > 0 && p[n - 1] == '\r')
			n--;
		q = p;
		rest = n;
		while (rest > 0 && blank(*q))
			q++, rest--;
		if (rest > 0 && *q == '#')
			continue;
		if (rest > 0 && blank(*p) && lp.version) {
			if (lp.value != NULL)
				value_add(lp.value, q, rest);
			else
				rules_complain(r, s, (size_t)(q - s->p),
				    "a line that begins with a blank goes on with the line "
				    "above, but there is none");
			continue;
		}
		if (lp.value != NULL)
			take(&lp);
		if (rest == 0)
			continue;
		if (!lp.version) {
			key = word(&q, &rest);
			lp.version = str_is(key, "rules");
			key = word(&q, &rest);
			if (!lp.version || !str_is(key, "1") || rest > 0) {
				rules_complain(r, s, at, lp.version ?
				    "this program knows 'rules 1' only" :
				    "the first line must be: rules 1");
				return;
			}
			continue;
		}
		if (*p == '[') {
			section(&lp, p, n);
			continue;
		}
		key = word(&q, &rest);
		if (lp.skip && lp.rule == NULL && !str_is(key, "table") && !str_is(key, "def") &&
		    !str_is(key, "include"))
			continue;
		lp.key = xstrndup(key.p, key.n);
		lp.value = value_new(s, at);
		value_add(lp.value, q, rest);
	}
	if (lp.value != NULL)
		take(&lp);
	if (!lp.version)
		rules_complain(r, s, 0, "the first line must be: rules 1");
}

static void
read_source(struct rules *r, const char *path)
{
	struct source *s;
	struct buf b = {0};
	const char *slash = strrchr(path, '/'), *ship = shipped_dir();

	if (!table_read(path, &b)) {
		fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, path,
		    strerror(errno));
		r->errors++;
		buf_free(&b);
		return;
	}
	s = xmalloc(sizeof *s);
	s->path = path;
	s->base = slash ? slash + 1 : path;
	s->p = b.p ? b.p : "";
	s->n = b.n;
	s->shipped = slash != NULL && (size_t)(slash - path) == strlen(ship) &&
	    strncmp(path, ship, strlen(ship)) == 0;
	GROW(r, source) = s;
	hash_add(r, s->p, s->n);
	parse(r, s);
}

static void
include(struct line_parser *lp, struct value *v, const char *name)
{
	const char *path = named_file(lp->s, name);

	if (path == NULL) {
		rules_complain(lp->r, lp->s, value_off(v, 0), "no file '%s' beside this one, nor "
		    "on the search path", name);
		return;
	}
	for (size_t i = 0; i < lp->r->nsource; i++)
		if (strcmp(lp->r->source[i]->path, path) == 0)
			return;
	if (lp->r->nsource < MAX_INCLUDES)
		read_source(lp->r, path);
	else
		rules_complain(lp->r, lp->s, value_off(v, 0), "more than %d files", MAX_INCLUDES);
}

/* --- tables --- */

static void
load_table(struct rules *r, struct named_table *t)
{
	const char *p = t->v->p, *path;
	size_t n = t->v->n;
	struct buf b = {0};
	char *file;

	word(&p, &n);
	while (n > 0 && blank(*p))
		p++, n--;
	file = xstrndup(p, n);
	if ((path = named_file(t->v->src, file)) == NULL) {
		rules_complain(r, t->v->src, value_off(t->v, (size_t)(p - t->v->p)),
		    "no table '%s' beside this file, nor on the search path", file);
		return;
	}
	if (!table_read(path, &b)) {
		rules_complain(r, t->v->src, value_off(t->v, (size_t)(p - t->v->p)), "%s: %s", path,
		    strerror(errno));
		buf_free(&b);
		return;
	}
	hash_add(r, b.p, b.n);
	t->table = table_parse(path, &b, stderr, &r->errors);
}

static uint32_t
hash_str(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 16777619u;
	return h;
}

/* The slot of a surface form, or the empty one where it would go. */
static uint32_t *
binding_slot(const struct binding *b, const char *p, size_t n)
{
	for (size_t i = hash_str(p, n);; i++) {
		uint32_t *s = &b->slot[i & (b->nslot - 1)];
		const char *c = *s ? table_cell(b->table, *s - 1, 0) : NULL;

		if (c == NULL || (strncmp(c, p, n) == 0 && c[n] == '\0'))
			return s;
	}
}

size_t
binding_row(const struct binding *b, const char *p, size_t n)
{
	uint32_t s = *binding_slot(b, p, n);

	return s ? s - 1 : SIZE_MAX;
}

static bool
in_list(const char *cell, const char *list, size_t n)
{
	size_t len = strlen(cell);

	for (;;) {
		const char *bar = memchr(list, '|', n);
		size_t k = bar ? (size_t)(bar - list) : n;

		if (k == len && memcmp(list, cell, len) == 0)
			return true;
		if (bar == NULL)
			return false;
		list += k + 1;
		n -= k + 1;
	}
}

static void
quote(struct buf *b, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\^$.[|()?*+{}#-]", p[i]) != NULL)
			buf_putc(b, '\\');
		buf_putc(b, p[i]);
	}
}

static int
by_form(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * The sorted forms[0, n), which share their first at bytes, as an alternation
 * that prefers the longest: a trie, so that a text is gone through once.
 */
static void
alternation(struct buf *b, const char **form, size_t n, size_t at)
{
	bool ends = form[0][at] == '\0', first = true;
	size_t i = ends, branches = 0;

	for (size_t j = i; j < n; j++)
		branches += j == i || strncmp(form[j] + at, form[j - 1] + at,
		    utf8_len(form[j][at])) != 0;
	if (branches == 0)
		return;
	if (branches > 1 || ends)
		buf_puts(b, "(?:");
	while (i < n) {
		size_t len = utf8_len(form[i][at]), j = i + 1;
		size_t same;

		while (j < n && strncmp(form[j] + at, form[i] + at, len) == 0)
			j++;
		if (!first)
			buf_putc(b, '|');
		first = false;
		/* A common stretch is written out at once, not a level a character. */
		for (same = at + len; j - i > 0; same += len) {
			len = form[i][same] ? utf8_len(form[i][same]) : 0;
			if (len == 0 || strncmp(form[i] + same, form[j - 1] + same, len) != 0)
				break;
		}
		quote(b, form[i] + at, same - at);
		alternation(b, form + i, j - i, same);
		i = j;
	}
	if (branches > 1 || ends)
		buf_puts(b, ends ? ")?" : ")");
}

/* {@table} or {@table.column=value|value}: the rows meant. NULL after telling. */
static const struct binding *
bind(struct rules *r, const struct value *v, size_t at, const char *spec, size_t n)
{
	const char *dot = memchr(spec, '.', n), *eq = memchr(spec, '=', n);
	size_t nname = dot ? (size_t)(dot - spec) : n, nform = 0;
	struct guess g = {.p = spec, .n = nname};
	const struct table *t = NULL;
	const char **form;
	struct binding *b;
	int column = -1;
	bool found = false, not = false;

	for (size_t i = 0; i < r->nbinding; i++)
		if (r->binding[i]->nspec == n && memcmp(r->binding[i]->spec, spec, n) == 0)
			return r->binding[i];
	for (size_t i = 0; i < r->ntable; i++) {
		guess_try(&g, r->table[i].name);
		if (strlen(r->table[i].name) == nname &&
		    memcmp(r->table[i].name, spec, nname) == 0) {
			t = r->table[i].table;
			found = true;
		}
	}
	if (!found) {
		rules_complain(r, v->src, value_off(v, at + 2), "no table '%.*s'%s", (int)nname,
		    spec, guess_text(&g));
		return NULL;
	}
	if (t == NULL)
		return NULL;
	if (dot != NULL) {
		char *name;
		size_t ncol;

		if (eq == NULL) {
			rules_complain(r, v->src, value_off(v, at + 2),
			    "write {@table.column=value}");
			return NULL;
		}
		not = eq[-1] == '!';
		ncol = (size_t)(eq - dot) - 1 - not;
		name = xstrndup(dot + 1, ncol);
		if ((column = table_column(t, name)) == -1) {
			g = (struct guess){.p = name, .n = ncol};
			for (size_t i = 0; i < t->ncol; i++)
				guess_try(&g, t->column[i]);
			rules_complain(r, v->src, value_off(v, at + 2 + nname + 1),
			    "%s has no column '%s'%s", t->path, name, guess_text(&g));
			return NULL;
		}
	}
	b = xmalloc(sizeof *b);
	memset(b, 0, sizeof *b);
	b->spec = spec;
	b->nspec = n;
	b->table = t;
	for (b->nslot = 16; b->nslot < 2 * t->nrow; b->nslot *= 2)
		;
	b->slot = xarray(NULL, b->nslot, sizeof *b->slot);
	memset(b->slot, 0, b->nslot * sizeof *b->slot);
	form = xarray(NULL, t->nrow + 1, sizeof *form);
	for (size_t i = 0; i < t->nrow; i++) {
		const char *c = table_cell(t, i, 0);
		uint32_t *s;

		if (column >= 0 && in_list(table_cell(t, i, (size_t)column), eq + 1,
		    (size_t)(spec + n - eq - 1)) == not)
			continue;
		/* Of rows with the same form the first counts. */
		if (*(s = binding_slot(b, c, strlen(c))) != 0)
			continue;
		*s = (uint32_t)i + 1;
		form[nform++] = c;
	}
	if (nform == 0) {
		rules_complain(r, v->src, value_off(v, at), "%s has no such row", t->path);
		return NULL;
	}
	if (nform > MAX_ALTERNATION) {
		rules_complain(r, v->src, value_off(v, at), "%zu rows are too many for a pattern "
		    "(at most %d); pick some with {@table.column=value}", nform, MAX_ALTERNATION);
		return NULL;
	}
	qsort(form, nform, sizeof *form, by_form);
	buf_puts(&b->regex, "(?:");
	alternation(&b->regex, form, nform, 0);
	buf_putc(&b->regex, ')');
	free(form);
	GROW(r, binding) = b;
	return b;
}

/* --- patterns --- */

static bool
name_byte(char c)
{
	return (c & 0x80) || isalnum((unsigned char)c) || c == '_' || c == '-';
}

static void
add_segment(struct expanded *x, size_t off, bool verbatim)
{
	struct segment *s = &GROW(x, seg);

	s->at = x->text.n;
	s->off = off;
	s->verbatim = verbatim;
}

static bool
add_group(struct rules *r, const struct value *v, size_t at, struct expanded *x, const char *p,
    size_t n, const struct binding *b)
{
	struct group *g;

	if (x->ngroup == MAX_GROUPS) {
		rules_complain(r, v->src, value_off(v, at), "more than %d groups", MAX_GROUPS);
		return false;
	}
	g = &GROW(x, group);
	g->name = xstrndup(p, n);
	g->bind = b;
	return true;
}

static bool expand(struct rules *, const struct value *, size_t from, struct expanded *);

static bool
expand_def(struct rules *r, const struct value *v, size_t at, struct def *d)
{
	const char *p = d->v->p;
	size_t n = d->v->n;

	if (d->state == DEF_BUSY) {
		rules_complain(r, v->src, value_off(v, at), "def '%s' contains itself", d->name);
		d->state = DEF_BAD;
		return false;
	}
	if (d->state == DEF_RAW) {
		d->state = DEF_BUSY;
		word(&p, &n);
		while (n > 0 && blank(*p))
			p++, n--;
		d->state = expand(r, d->v, (size_t)(p - d->v->p), &d->x) &&
		    d->state == DEF_BUSY ? DEF_READY : DEF_BAD;
	}
	return d->state == DEF_READY;
}

/* {name}, {name:group}, {@table...}, {@table...:group} at v->p[at]; *end is after it. */
static bool
expand_brace(struct rules *r, const struct value *v, size_t at, size_t *end, struct expanded *x)
{
	const char *p = v->p + at + 1, *close, *colon;
	size_t n, ngroup = 0;
	bool table = *p == '@';
	const struct binding *b = NULL;
	struct def *d = NULL;

	if ((close = memchr(p, '}', v->n - at - 1)) == NULL) {
		rules_complain(r, v->src, value_off(v, at), "this { is never closed");
		return false;
	}
	*end = (size_t)(close - v->p) + 1;
	p += table;
	n = (size_t)(close - p);
	/* A group's name has no colon; a table's value may. */
	if ((colon = memrchr(p, ':', n)) != NULL) {
		ngroup = (size_t)(close - colon) - 1;
		n = (size_t)(colon - p);
		for (size_t i = 0; i < ngroup; i++)
			if (!name_byte(colon[1 + i]) || colon[1 + i] == '-' ||
			    (i == 0 && isdigit((unsigned char)colon[1]))) {
				rules_complain(r, v->src,
				    value_off(v, (size_t)(colon + 1 + i - v->p)),
				    "a group's name is made of letters, digits and _");
				return false;
			}
		if (ngroup == 0) {
			rules_complain(r, v->src, value_off(v, (size_t)(colon + 1 - v->p)),
			    "the group's name is missing after ':'");
			return false;
		}
	}
	if (table) {
		if ((b = bind(r, v, at, p, n)) == NULL)
			return false;
	} else {
		struct guess g = {.p = p, .n = n};

		for (size_t i = 0; i < r->ndef; i++) {
			guess_try(&g, r->def[i]->name);
			if (str_is((struct str){p, n}, r->def[i]->name))
				d = r->def[i];
		}
		if (d == NULL) {
			rules_complain(r, v->src, value_off(v, at + 1), "no def '%.*s'%s", (int)n, p,
			    guess_text(&g));
			return false;
		}
		if (!expand_def(r, v, at, d))
			return false;
	}
	add_segment(x, at, false);
	if (ngroup > 0) {
		if (!add_group(r, v, at, x, colon + 1, ngroup, b))
			return false;
		buf_puts(&x->text, "(?<");
		buf_add(&x->text, colon + 1, ngroup);
		buf_putc(&x->text, '>');
	} else {
		buf_puts(&x->text, "(?:");
	}
	if (b != NULL) {
		buf_add(&x->text, b->regex.p, b->regex.n);
	} else {
		for (size_t i = 0; i < d->x.ngroup; i++)
			if (!add_group(r, v, at, x, d->x.group[i].name,
			    strlen(d->x.group[i].name), d->x.group[i].bind))
				return false;
		buf_add(&x->text, d->x.text.p, d->x.text.n);
	}
	buf_putc(&x->text, ')');
	if (x->text.n > MAX_PATTERN) {
		rules_complain(r, v->src, value_off(v, at),
		    "the pattern grows over %d bytes when defs and tables are put in", MAX_PATTERN);
		return false;
	}
	return true;
}

/* The end of the class [...] that begins at p[at], or 0 if it is not closed. */
static size_t
class_end(const char *p, size_t n, size_t at)
{
	size_t i = at + 1;

	if (i < n && p[i] == '^')
		i++;
	if (i < n && p[i] == ']')
		i++;
	while (i < n && p[i] != ']') {
		if (p[i] == '\\') {
			i += 2;
		} else if (p[i] == '[' && i + 1 < n && p[i + 1] == ':') {
			const char *e = memmem(p + i, n - i, ":]", 2);

			i = e ? (size_t)(e - p) + 2 : i + 1;
		} else {
			i++;
		}
	}
	return i < n ? i + 1 : 0;
}

/* The name in (?<name> (?P<name> (?'name' at p[at] ('('), or n = 0. */
static struct str
group_name(const char *p, size_t n, size_t at)
{
	struct str s = {"", 0};
	size_t i = at + 2;
	char close = '>';

	if (at + 3 >= n || p[at + 1] != '?')
		return s;
	if (p[i] == 'P')
		i++;
	if (p[i] == '\'' && p[i - 1] != 'P')
		close = '\'';
	else if (p[i] != '<' || i + 1 >= n || p[i + 1] == '=' || p[i + 1] == '!')
		return s;
	s.p = p + ++i;
	while (i < n && p[i] != close)
		i++;
	s.n = (size_t)(p + i - s.p);
	return s;
}

/* Puts defs and tables in; tells what is not closed where it was opened. */
static bool
expand(struct rules *r, const struct value *v, size_t from, struct expanded *x)
{
	size_t open[128], nopen = 0, end;
	const char *p = v->p;
	size_t n = v->n, i = from;

	add_segment(x, i, true);
	while (i < n) {
		size_t step = 1;

		if (p[i] == '\\' && i + 1 < n) {
			step = 1 + utf8_len(p[i + 1]);
			if (p[i + 1] == 'Q') {
				const char *e = memmem(p + i, n - i, "\\E", 2);

				step = e ? (size_t)(e - p) + 2 - i : n - i;
			} else if (p[i + 1] == 'K') {
				rules_complain(r, v->src, value_off(v, i),
				    "\\K is not for rules; write what stands before in a line "
				    "'before'");
				return false;
			} else if (strchr("xpPNgkou", p[i + 1]) != NULL && i + 2 < n &&
			    p[i + 2] == '{') {
				const char *e = memchr(p + i, '}', n - i);

				step = e ? (size_t)(e - p) + 1 - i : n - i;
			}
		} else if (p[i] == '[') {
			if ((end = class_end(p, n, i)) == 0) {
				rules_complain(r, v->src, value_off(v, i),
				    "this [ is never closed");
				return false;
			}
			step = end - i;
		} else if (p[i] == '(') {
			struct str name = group_name(p, n, i);

			if (i + 1 < n && p[i + 1] == '*') {
				rules_complain(r, v->src, value_off(v, i),
				    "(*...) is not for rules");
				return false;
			}
			if (i + 2 < n && p[i + 1] == '?' && p[i + 2] == '#') {
				const char *e = memchr(p + i, ')', n - i);

				step = e ? (size_t)(e - p) + 1 - i : n - i;
				buf_add(&x->text, p + i, step);
				i += step;
				continue;
			}
			if (i + 2 < n && p[i + 1] == '?' && p[i + 2] == '|') {
				rules_complain(r, v->src, value_off(v, i),
				    "(?|...) is not for rules; one name may stand in several "
				    "alternatives anyway");
				return false;
			}
			if (nopen == sizeof open / sizeof *open) {
				rules_complain(r, v->src, value_off(v, i), "nested too deep");
				return false;
			}
			open[nopen++] = i;
			if (name.n > 0 && !add_group(r, v, i, x, name.p, name.n, NULL))
				return false;
		} else if (p[i] == ')') {
			if (nopen == 0) {
				rules_complain(r, v->src, value_off(v, i),
				    "no ( is open that this ) could close");
				return false;
			}
			nopen--;
		} else if (p[i] == '{' && i + 1 < n &&
		    (p[i + 1] == '@' || (p[i + 1] & 0x80) ||
		    isalpha((unsigned char)p[i + 1]))) {
			if (!expand_brace(r, v, i, &end, x))
				return false;
			i = end;
			add_segment(x, i, true);
			continue;
		}
		if (step > n - i)
			step = n - i;
		buf_add(&x->text, p + i, step);
		i += step;
	}
	if (nopen > 0) {
		rules_complain(r, v->src, value_off(v, open[nopen - 1]), "this ( is never closed");
		return false;
	}
	if (x->text.n > MAX_PATTERN) {
		rules_complain(r, v->src, value_off(v, from), "a pattern of more than %d bytes",
		    MAX_PATTERN);
		return false;
	}
	return true;
}

/* From the expanded text to the file. */
static size_t
expanded_off(const struct value *v, const struct expanded *x, size_t at)
{
	size_t i = x->nseg;

	while (i > 1 && x->seg[i - 1].at > at)
		i--;
	return value_off(v, x->seg[i - 1].off + (x->seg[i - 1].verbatim ? at - x->seg[i - 1].at : 0));
}

static pcre2_code *
compile(struct rules *r, const struct value *v, const struct expanded *x, const char *p, size_t n,
    size_t shift, uint32_t options)
{
	PCRE2_SIZE at;
	int code;
	pcre2_code *c = pcre2_compile((PCRE2_SPTR)p, n,
	    options | PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DUPNAMES | PCRE2_NO_AUTO_CAPTURE |
	    PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UCP, &code, &at, r->cc);
	PCRE2_UCHAR why[256];

	if (c != NULL)
		return c;
	if (code == PCRE2_ERROR_NOMEMORY) {
		fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
		exit(4);
	}
	/* PCRE2 points behind the culprit. */
	at = at > shift ? at - shift : 0;
	if (at > x->text.n)
		at = x->text.n;
	if (at > 0)
		do
			at--;
		while (at > 0 && (x->text.p[at] & 0xC0) == 0x80);
	pcre2_get_error_message(code, why, sizeof why);
	rules_complain(r, v->src, expanded_off(v, x, at), "%s", (char *)why);
	return NULL;
}

/* Where the pattern begins in its value: after a def's name. */
static size_t
def_start(const struct def *d)
{
	const char *p = d->v->p;
	size_t n = d->v->n;

	word(&p, &n);
	while (n > 0 && blank(*p))
		p++, n--;
	return (size_t)(p - d->v->p);
}

static void
check_defs(struct rules *r)
{
	for (size_t i = 0; i < r->ndef; i++) {
		struct def *d = r->def[i];
		pcre2_code *c;

		if (!expand_def(r, d->v, def_start(d), d))
			continue;
		if ((c = compile(r, d->v, &d->x, d->x.text.p, d->x.text.n, 0, 0)) == NULL)
			d->state = DEF_BAD;
		pcre2_code_free(c);
	}
}

static bool
pattern_make(struct rules *r, struct full_rule *f, struct pattern *p, const struct value *v,
    bool before)
{
	struct buf b = {0};

	p->rule = f;
	p->v = v;
	if (!expand(r, v, 0, &p->x))
		return false;
	if (before) {
		/* Such a guard must end where the match begins. */
		buf_puts(&b, "(?:");
		buf_add(&b, p->x.text.p, p->x.text.n);
		buf_puts(&b, ")\\z");
		p->code = compile(r, v, &p->x, b.p, b.n, 3, 0);
		buf_free(&b);
	} else {
		p->code = compile(r, v, &p->x, p->x.text.p, p->x.text.n, 0, PCRE2_ANCHORED);
	}
	if (p->code == NULL)
		return false;
	if (r->npattern >= 2 * MAX_RULES) {
		if (!r->full)
			rules_complain(r, v->src, v->key, "more than %d patterns", 2 * MAX_RULES);
		r->full = true;
		return false;
	}
	p->index = (uint32_t)r->npattern;
	GROW(r, pattern) = p;
	return true;
}

static void
resolve_over(struct rules *r, struct full_rule *f, const struct value *v)
{
	const char *p = v->p;
	size_t n = v->n;
	struct str name;

	while ((name = word(&p, &n)).n > 0) {
		struct full_rule *o = rule_find(r, f->r.type, name.p, name.n);

		if (o == NULL) {
			struct guess g = {.p = name.p, .n = name.n};

			for (size_t i = 0; i < r->nrule; i++)
				if (r->rule[i]->r.type == f->r.type)
					guess_try(&g, r->rule[i]->r.name);
			rules_complain(r, v->src, value_off(v, (size_t)(name.p - v->p)),
			    "no rule [%s %.*s]%s", type_of(r, f)->name, (int)name.n, name.p,
			    guess_text(&g));
		} else if (o == f) {
			rules_complain(r, v->src, value_off(v, (size_t)(name.p - v->p)),
			    "a rule cannot be over itself");
		} else {
			GROW(o, beaten_by) = f;
		}
	}
}

static void
rule_make(struct rules *r, struct full_rule *f)
{
	const struct rules_type *t = type_of(r, f);

	for (const struct rules_key *k = t->keys; k->name != NULL; k++)
		if ((k->flags & KEY_REQUIRED) && rule_value(&f->r, k->name) == NULL)
			rules_complain(r, f->head->src, f->head->key, "this rule lacks a line '%s'",
			    k->name);
	if (f->nmatch_line == 0 && !t->no_match)
		rules_complain(r, f->head->src, f->head->key, "this rule lacks a line 'match'");
	f->pattern = xarray(NULL, f->nmatch_line, sizeof *f->pattern);
	memset(f->pattern, 0, f->nmatch_line * sizeof *f->pattern);
	for (size_t i = 0; i < f->nmatch_line; i++)
		if (pattern_make(r, f, &f->pattern[f->npattern], f->match_line[i], false))
			f->npattern++;
	f->guard = xarray(NULL, f->nguard_line, sizeof *f->guard);
	memset(f->guard, 0, f->nguard_line * sizeof *f->guard);
	for (size_t i = 0; i < f->nguard_line; i++) {
		struct guard *g = &f->guard[f->nguard];
		const char *key = f->guard_line[i]->src->p + f->guard_line[i]->key;

		g->not = strncmp(key, "not-", 4) == 0;
		g->before = key[g->not ? 4 : 0] == 'b';
		if (pattern_make(r, f, &g->p, f->guard_line[i], g->before))
			f->nguard++;
	}
	for (size_t i = 0; i < f->nover_line; i++)
		resolve_over(r, f, f->over_line[i]);
}

struct rules *
rules_load(const struct rules_type *types, size_t ntypes, const char *const *files, size_t nfiles)
{
	struct rules *r = xmalloc(sizeof *r);
	size_t n = 0;

	memset(r, 0, sizeof *r);
	r->type = types;
	r->ntype = ntypes;
	r->hash = 0xCBF29CE484222325;
	if ((r->cc = pcre2_compile_context_create(NULL)) == NULL) {
		fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
		exit(4);
	}
	pcre2_set_parens_nest_limit(r->cc, 200);
	if (nfiles == 0) {
		fprintf(stderr, "%s: no rule files found\n", program_invocation_short_name);
		return NULL;
	}
	for (size_t i = 0; i < nfiles; i++)
		read_source(r, files[i]);
	for (size_t i = 0; i < r->nrule; i++)
		if (!r->rule[i]->off)
			r->rule[n++] = r->rule[i];
		else
			GROW(r, off) = r->rule[i];
	r->nrule = n;
	for (size_t i = 0; i < r->ntable; i++)
		load_table(r, &r->table[i]);
	check_defs(r);
	for (size_t i = 0; i < r->nrule; i++) {
		r->rule[i]->r.order = (unsigned)i;
		rule_make(r, r->rule[i]);
	}
	if (r->errors > MAX_TOLD)
		fprintf(stderr, "%s: %u more errors\n", program_invocation_short_name,
		    r->errors - MAX_TOLD);
	if (r->errors > 0)
		return NULL;
	snprintf(r->hash_text, sizeof r->hash_text, "%016" PRIx64, r->hash);
	rules_prepare(r);
	return r;
}

/* --- looking at a rule set --- */

const char *
rule_value(const struct rule *r, const char *key)
{
	for (size_t i = 0; i < r->nvalue; i++)
		if (strcmp(r->value[i].key, key) == 0)
			return r->value[i].value;
	return NULL;
}

size_t
rules_count(const struct rules *r)
{
	return r->nrule;
}

struct rule *
rules_at(struct rules *r, size_t i)
{
	return &r->rule[i]->r;
}

const struct table *
rules_table(const struct rules *r, const char *name)
{
	for (size_t i = 0; i < r->ntable; i++)
		if (strcmp(r->table[i].name, name) == 0)
			return r->table[i].table;
	return NULL;
}

const char *
rules_def(const struct rules *r, const char *name)
{
	for (size_t i = 0; i < r->ndef; i++)
		if (strcmp(r->def[i]->name, name) == 0) {
			struct buf *b = &r->def[i]->x.text;

			buf_putc(b, '\0');
			b->n--;
			return b->p;
		}
	return NULL;
}

const char *
rules_hash(const struct rules *r)
{
	return r->hash_text;
}

void
rules_list(struct rules *r, FILE *out)
{
	for (size_t i = 0; i < r->nrule; i++) {
		const struct full_rule *f = r->rule[i];

		fprintf(out, "%s\t%s\t%s:%u", f->r.id, type_of(r, f)->name, f->r.file, f->r.line);
		if (f->replaced != NULL)
			fprintf(out, "\treplaces %s:%u", f->replaced->r.file,
			    f->replaced->r.line);
		putc('\n', out);
	}
	for (size_t i = 0; i < r->noff; i++)
		fprintf(out, "%s\t%s\t%s:%u\toff\n", r->off[i]->r.id,
		    type_of(r, r->off[i])->name, r->off[i]->r.file, r->off[i]->r.line);
}
