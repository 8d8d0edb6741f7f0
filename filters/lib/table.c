/* table - a TSV table with a header line */
/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utf8.h"

#define MAX_FILE ((size_t)256 << 20)
#define MAX_COLUMNS 256
#define MAX_TOLD 20 /* errors printed for one file; all are counted */

struct reader {
	const char *path;
	FILE *err;
	unsigned errors;
	unsigned line;
};

static void __attribute__((format(printf, 2, 3))) complain(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	if (r->errors++ >= MAX_TOLD || r->err == NULL)
		return;
	fprintf(r->err, "%s: %s:%u: ", program_invocation_short_name, r->path, r->line);
	va_start(ap, fmt);
	vfprintf(r->err, fmt, ap);
	va_end(ap);
	putc('\n', r->err);
}

/* UTF-16 to UTF-8; a lone surrogate becomes U+FFFD. */
static void
from_utf16(struct buf *b, bool big)
{
	const unsigned char *u = (const unsigned char *)b->p;
	struct buf out = {0};
	char c[4];

	buf_reserve(&out, b->n + b->n / 2);
	for (size_t i = 2; i + 1 < b->n; i += 2) {
		uint32_t x = (uint32_t)u[i + !big] << 8 | u[i + big];

		if (x >= 0xD800 && x < 0xDC00 && i + 3 < b->n) {
			uint32_t y = (uint32_t)u[i + 2 + !big] << 8 | u[i + 2 + big];

			if (y >= 0xDC00 && y < 0xE000) {
				x = 0x10000 + ((x - 0xD800) << 10) + (y - 0xDC00);
				i += 2;
			}
		}
		if (x >= 0xD800 && x < 0xE000)
			x = 0xFFFD;
		buf_add(&out, c, utf8_put(c, x));
	}
	buf_free(b);
	*b = out;
}

bool
table_read(const char *path, struct buf *b)
{
	struct stat st = {0};
	ssize_t n = 0;
	int fd, saved;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return false;
	}
	if (S_ISREG(st.st_mode) && (size_t)st.st_size < MAX_FILE)
		buf_reserve(b, (size_t)st.st_size + 2); /* the end of the file, and a NUL */
	do {
		if (b->n + 1 >= b->cap)
			buf_reserve(b, 65536);
		n = read(fd, b->p + b->n, b->cap - b->n);
		if (n > 0)
			b->n += (size_t)n;
		if (b->n > MAX_FILE) {
			n = -1;
			errno = EFBIG;
		}
	} while (n > 0 || (n == -1 && errno == EINTR));
	saved = errno;
	close(fd);
	errno = saved;
	if (n == -1)
		return false;
	if (b->n >= 2 && memcmp(b->p, "\xFF\xFE", 2) == 0)
		from_utf16(b, false);
	else if (b->n >= 2 && memcmp(b->p, "\xFE\xFF", 2) == 0)
		from_utf16(b, true);
	else if (b->n >= 3 && memcmp(b->p, "\xEF\xBB\xBF", 3) == 0) {
		b->n -= 3;
		memmove(b->p, b->p + 3, b->n);
	}
	return true;
}

/* Cuts a cell out of p[0, n) in place: blanks off the ends, Excel's quotes off. */
static const char *
cell(char *p, size_t n)
{
	while (n > 0 && p[0] == ' ')
		p++, n--;
	while (n > 0 && p[n - 1] == ' ')
		n--;
	if (n >= 2 && p[0] == '"' && p[n - 1] == '"') {
		size_t to = 0;

		for (size_t i = 1; i < n - 1; i++) {
			p[to++] = p[i];
			if (p[i] == '"' && i + 1 < n - 1 && p[i + 1] == '"')
				i++;
		}
		n = to;
	}
	p[n] = '\0';
	return p;
}

/* The cells of one line, which it cuts up; returns how many (up to max + 1). */
static size_t
cells(char *p, size_t n, const char **out, size_t max)
{
	char *end = p + n;
	size_t k = 0;

	for (;; p++) {
		char *from = p;
		const char *c;

		while (p < end && *p != '\t')
			p++;
		/* The byte after the cell is the tab or the end of the line. */
		c = cell(from, (size_t)(p - from));
		if (k < max)
			out[k] = c;
		else if (*c != '\0')
			return max + 1;
		k++;
		if (p == end)
			return k < max ? k : max;
	}
}

static void
header(struct table *t, struct reader *r, const char **name, size_t n)
{
	while (n > 0 && *name[n - 1] == '\0')
		n--;
	for (size_t i = 0; i < n; i++) {
		if (*name[i] == '\0')
			complain(r, "column %zu has no name", i + 1);
		for (size_t j = 0; j < i; j++)
			if (*name[i] != '\0' && strcmp(name[i], name[j]) == 0)
				complain(r, "two columns are called '%s'", name[i]);
	}
	t->ncol = n;
	t->column = xarray(NULL, n, sizeof *t->column);
	for (size_t i = 0; i < n; i++)
		t->column[i] = name[i];
}

static void
row(struct table *t, const struct buf *b, struct reader *r, size_t *cap, const char **c, size_t n)
{
	if (n > t->ncol) {
		complain(r, "more than %zu cells, the header names %zu", t->ncol, t->ncol);
		return;
	}
	if (n == 1 && t->ncol > 1) {
		complain(
		    r, "1 cell, %zu expected; cells are parted by a tab, not by blanks", t->ncol);
		return;
	}
	if (*c[0] == '\0') {
		complain(r, "the first cell is empty");
		return;
	}
	if (t->nrow == *cap) {
		*cap = *cap ? *cap * 2 : 64;
		t->cell = xarray(t->cell, *cap, t->ncol * sizeof *t->cell);
		t->line = xarray(t->line, *cap, sizeof *t->line);
	}
	for (size_t i = 0; i < t->ncol; i++)
		t->cell[t->nrow * t->ncol + i] = (uint32_t)(i < n ? (size_t)(c[i] - b->p) : b->n);
	t->line[t->nrow++] = r->line;
}

/* Are the bytes of a line text? */
static bool
is_text(struct reader *r, const char *p, size_t n)
{
	size_t bad = utf8_valid(p, n);

	if (bad < n)
		complain(r, "byte %zu is not UTF-8; save the file as UTF-8", bad + 1);
	else if (memchr(p, '\0', n) != NULL)
		complain(r, "a NUL byte");
	else
		return true;
	return false;
}

struct table *
table_parse(const char *path, struct buf *b, FILE *err, unsigned *errors)
{
	struct table *t = xmalloc(sizeof *t);
	struct reader r = {.path = path, .err = err};
	const char *c[MAX_COLUMNS];
	bool text;
	size_t cap = 0;

	memset(t, 0, sizeof *t);
	t->path = path;
	buf_putc(b, '\0'); /* the last cell's end */
	b->n--;
	/* so that the lines need no look of their own: most are short, and it costs more there */
	text = utf8_valid(b->p, b->n) == b->n && memchr(b->p, '\0', b->n) == NULL;
	for (size_t at = 0, next; at < b->n; at = next) {
		char *p = b->p + at;
		char *nl = memchr(p, '\n', b->n - at);
		size_t n = nl ? (size_t)(nl - p) : b->n - at, k;

		next = at + n + 1;
		r.line++;
		if (n > 0 && p[n - 1] == '\r')
			n--;
		if (n == 0 || p[0] == '#' || (!text && !is_text(&r, p, n)))
			continue;
		p[n] = '\0';
		if ((p[0] == ' ' || p[0] == '\t') && p[strspn(p, " \t")] == '\0')
			continue;
		if (t->ncol == 0) {
			if ((k = cells(p, n, c, MAX_COLUMNS)) > MAX_COLUMNS) {
				complain(&r, "more than %d columns", MAX_COLUMNS);
				break;
			}
			header(t, &r, c, k);
		} else {
			k = cells(p, n, c, t->ncol);
			row(t, b, &r, &cap, c, k);
		}
	}
	if (t->ncol == 0 && r.errors == 0)
		complain(&r, "no header line that names the columns");
	if (r.errors > MAX_TOLD && err != NULL)
		fprintf(err, "%s: %s: %u more errors\n", program_invocation_short_name, path,
		    r.errors - MAX_TOLD);
	*errors += r.errors;
	t->bytes = b->p;
	t->nbytes = b->n;
	if (r.errors > 0) {
		table_free(t);
		return NULL;
	}
	return t;
}

void
table_add(struct table *t, struct table *more, FILE *err, unsigned *errors)
{
	size_t n = more->nrow + t->nrow, base = more->nbytes + 1;
	size_t *to = xarray(NULL, more->ncol, sizeof *to);
	struct reader r = {.path = more->path, .err = err, .line = 1};
	const char **path;
	uint32_t *cell;
	unsigned *line;
	char *bytes;

	for (size_t i = 0; i < more->ncol; i++) {
		int c = table_column(t, more->column[i]);

		to[i] = (size_t)c;
		if (c == -1)
			complain(&r, "%s has no column '%s'", t->path, more->column[i]);
	}
	if (base + t->nbytes > UINT32_MAX)
		complain(&r, "more than 4 GB with %s", t->path);
	*errors += r.errors;
	if (r.errors > 0) {
		free(to);
		table_free(more);
		return;
	}
	bytes = xarray(NULL, base + t->nbytes + 1, 1);
	memcpy(bytes, more->bytes, base);
	memcpy(bytes + base, t->bytes, t->nbytes + 1);
	for (size_t i = 0; i < t->ncol; i++)
		t->column[i] = bytes + base + (t->column[i] - t->bytes);
	cell = xarray(NULL, n, t->ncol * sizeof *cell);
	line = xarray(NULL, n, sizeof *line);
	path = xarray(NULL, n, sizeof *path);
	for (size_t i = 0; i < n; i++) {
		bool old = i >= more->nrow;
		size_t k = old ? i - more->nrow : i;

		line[i] = old ? t->line[k] : more->line[k];
		path[i] = old ? table_path(t, k) : more->path;
		for (size_t c = 0; c < t->ncol; c++)
			cell[i * t->ncol + c] =
			    (uint32_t)(old ? base + t->cell[k * t->ncol + c] : base + t->nbytes);
		for (size_t c = 0; c < more->ncol && !old; c++)
			cell[i * t->ncol + to[c]] = more->cell[k * more->ncol + c];
	}
	free(to);
	free(t->cell);
	free(t->line);
	free(t->row_path);
	free(t->bytes);
	t->cell = cell;
	t->line = line;
	t->row_path = path;
	t->bytes = bytes;
	t->nbytes += base;
	t->nrow = n;
	table_free(more);
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	free(t->row_path);
	free(t->bytes);
	free(t->column);
	free(t->cell);
	free(t->line);
	free(t);
}

struct table *
table_load(const char *path, FILE *err, unsigned *errors)
{
	struct buf b = {0};

	if (!table_read(path, &b)) {
		if (err != NULL)
			fprintf(err, "%s: %s: %s\n", program_invocation_short_name, path,
			    strerror(errno));
		++*errors;
		buf_free(&b);
		return NULL;
	}
	return table_parse(path, &b, err, errors);
}

int
table_column(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->ncol; i++)
		if (strcmp(t->column[i], name) == 0)
			return (int)i;
	return -1;
}
