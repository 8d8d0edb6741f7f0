/* csv - rows of cells to CSV */
/* SPDX-License-Identifier: MIT */
#include "csv.h"

#include <csv.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "utf8.h"

/* Characters that a cell cannot hold without quotes or without decoding. */
static inline bool
special(char c, char delimiter)
{
	return c == delimiter || c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

#ifdef __SSE2__
static inline bool
special16(__m128i v, char delimiter)
{
	const __m128i low = _mm_set1_epi8(0x1F);
	__m128i m = _mm_or_si128(
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));

	m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8(delimiter)));
	m = _mm_or_si128(m, _mm_cmpeq_epi8(_mm_max_epu8(v, low), low));
	return _mm_movemask_epi8(m) != 0;
}

/* Two pieces of half bytes each, that may overlap, in one register. */
static inline __m128i
load_halves(const char *p, size_t n, size_t half)
{
	uint64_t w[2] = {0x2020202020202020, 0x2020202020202020};

	memcpy(&w[0], p, half);
	memcpy(&w[1], p + n - half, half);
	return _mm_loadu_si128((const void *)w);
}
#endif

/* Copies n bytes to o, as far as they need no care; false if some do. */
static inline bool
copy_plain(char *o, const char *p, size_t n, char delimiter)
{
	size_t i = 0;

#ifdef __SSE2__
	if (n >= 16) {
		__m128i v;

		for (; i + 16 <= n; i += 16) {
			v = _mm_loadu_si128((const void *)(p + i));
			if (special16(v, delimiter))
				return false;
			_mm_storeu_si128((void *)(o + i), v);
		}
		v = _mm_loadu_si128((const void *)(p + n - 16));
		_mm_storeu_si128((void *)(o + n - 16), v);
		return !special16(v, delimiter);
	}
	if (n >= 4) {
		if (special16(n >= 8 ? load_halves(p, n, 8) : load_halves(p, n, 4), delimiter))
			return false;
		memcpy(o, p, n);
		return true;
	}
#endif
	for (; i < n; i++) {
		if (special(p[i], delimiter))
			return false;
		o[i] = p[i];
	}
	return true;
}

static inline void
room(struct buf *b, size_t n)
{
	if (b->cap - b->n < n)
		buf_reserve(b, n);
}

/* libcsv doubles the quotes and puts its own around. */
static void
put_quoted(struct buf *out, struct str s)
{
	room(out, 2 * s.n + 2);
	/* of an empty buffer it would write nothing */
	out->n += csv_write2(out->p + out->n, out->cap - out->n, s.n > 0 ? s.p : "", s.n, '"');
}

/* A cell of RFC 4180 that reads back the same everywhere; libcsv trims blanks that stand bare. */
static bool
needs_quotes(const struct csv *c, struct str s)
{
	if (s.n == 0 || (s.n == c->null.n && memcmp(s.p, c->null.p, s.n) == 0))
		return true;
	if (s.p[0] == ' ' || s.p[s.n - 1] == ' ' || s.p[0] == '\t' || s.p[s.n - 1] == '\t')
		return true;
	if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0) /* a BOM, if it came first */
		return true;
	return memchr(s.p, c->delimiter, s.n) != NULL || memchr(s.p, '"', s.n) != NULL ||
	       memchr(s.p, '\n', s.n) != NULL || memchr(s.p, '\r', s.n) != NULL;
}

/* NUL ends the cell for many readers; in --excel no other control character helps either. */
static inline bool
pictured(char c, bool excel)
{
	return c == '\0' ||
	       (excel && (unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
	       (excel && c == 0x7F);
}

/* Control characters become U+2400 and those after it, which are pictures of them. */
static struct str
picture_controls(struct csv *c, struct str s)
{
	struct buf *w = &c->work;
	char utf8[4];
	size_t i = 0;

	while (i < s.n && !pictured(s.p[i], c->excel))
		i++;
	if (i == s.n)
		return s;
	w->n = 0;
	buf_add(w, s.p, i);
	for (; i < s.n; i++)
		if (pictured(s.p[i], c->excel)) {
			buf_add(w, utf8,
			    utf8_put(utf8, s.p[i] == 0x7F ? 0x2421 : 0x2400 + (uint32_t)s.p[i]));
			c->controls++;
		} else {
			buf_putc(w, s.p[i]);
		}
	return (struct str){w->p, w->n};
}

/* -5.5 +8 1,234 6.6%: what the formula guard spares. */
static bool
plain_number(struct str s)
{
	size_t i = 0, digits = 0;

	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	for (; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || (digits > 0 && s.p[i] == ',')); i++)
		digits++;
	if (digits == 0)
		return false;
	if (i + 1 < s.n && s.p[i] == '.' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
	if (i < s.n && s.p[i] == '%')
		i++;
	return i == s.n;
}

/*
 * OWASP's list (= + - @ TAB CR LF) and the full-width forms, which some
 * versions fold; also behind blanks and marks that a program may strip.
 */
static bool
begins_formula(struct str s)
{
	size_t len;

	for (size_t i = 0; i < s.n; i += len) {
		uint32_t u = utf8_get(s.p + i, &len);

		switch (u) {
		case '=':
		case '+':
		case '-':
		case '@':
		case '\t':
		case '\r':
		case '\n':
		case 0xFF1D:
		case 0xFF0B:
		case 0xFF0D:
		case 0xFF20: return true;
		case ' ':
		case 0xA0:
		case 0x200B:
		case 0x3000:
		case 0xFEFF: continue;
		default: return false;
		}
	}
	return false;
}

/* Bytes of s that fit into max UTF-16 code units. */
static size_t
fit_units(struct str s, size_t max)
{
	size_t len, units = 0;

	if (s.n <= max)
		return s.n;
	for (size_t i = 0; i < s.n; i += len) {
		units += utf8_get(s.p + i, &len) >= 0x10000 ? 2 : 1;
		if (units > max)
			return i;
	}
	return s.n;
}

/* Text is always quoted: a separator in it then opens no new cell in any program. */
static void
excel_cell(struct csv *c, struct str s, struct buf *out)
{
	struct buf *w = &c->excel_text;
	size_t fits;

	if (plain_number(s) && memchr(s.p, c->delimiter, s.n) == NULL) {
		buf_add(out, s.p, s.n);
		return;
	}
	w->n = 0;
	if (begins_formula(s)) {
		buf_putc(w, '\'');
		c->guards++;
	}
	for (const char *cr; (cr = memchr(s.p, '\r', s.n)) != NULL;) { /* LF alone, in a cell */
		size_t n = (size_t)(cr - s.p);

		buf_add(w, s.p, n);
		if (n + 1 == s.n || cr[1] != '\n')
			buf_putc(w, '\n');
		s.p += n + 1;
		s.n -= n + 1;
	}
	buf_add(w, s.p, s.n);
	fits = fit_units((struct str){w->p, w->n}, EXCEL_CELL);
	if (fits < w->n) {
		w->n = fit_units((struct str){w->p, w->n}, EXCEL_CELL - 1);
		buf_puts(w, "\xE2\x80\xA6");
		c->cuts++;
	}
	put_quoted(out, (struct str){w->p, w->n});
}

/* Any cell, with the care it may need. */
static void
careful_cell(struct csv *c, const struct cell *cell, struct buf *out)
{
	struct str s = cell_text(cell, &c->hold);

	c->surrogates += cell_surrogates(cell);
	s = picture_controls(c, s);
	if (c->excel)
		excel_cell(c, s, out);
	else if (needs_quotes(c, s))
		put_quoted(out, s);
	else
		buf_add(out, s.p, s.n);
}

/* Nothing at its ends that some reader would trim, and not what means null. */
static inline bool
plain_ends(const struct csv *c, const struct cell *cell)
{
	return cell->p[0] != ' ' && cell->p[cell->n - 1] != ' ' && cell->p[0] != '\xEF' &&
	       (cell->n != c->null.n || memcmp(cell->p, c->null.p, cell->n) != 0);
}

void
csv_row(struct csv *c, const struct cell *cell, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		room(out, cell[i].n + c->null.n + 4);
		if (i > 0)
			out->p[out->n++] = c->delimiter;
		if (cell[i].form == CELL_NULL) {
			/* a lone null must not be a blank line, which readers skip */
			if (n == 1 && c->null.n == 0)
				buf_puts(out, "\"\"");
			if (c->null.n > 0)
				buf_add(out, c->null.p, c->null.n);
		} else if (!c->excel && cell[i].n > 0 && plain_ends(c, &cell[i]) &&
			   copy_plain(out->p + out->n, cell[i].p, cell[i].n, c->delimiter)) {
			out->n += cell[i].n;
		} else {
			careful_cell(c, &cell[i], out);
		}
	}
	buf_puts(out, c->excel ? "\r\n" : "\n");
}

struct str
csv_title(const struct rows *rows, size_t i, enum header header, struct buf *hold)
{
	const struct row_column *col = rows_column(rows, i);
	const char *z = header == HEADER_ZH ? col->zh : col->name;

	if (header != HEADER_BOTH || strcmp(col->zh, col->name) == 0)
		return (struct str){z, strlen(z)};
	hold->n = 0;
	buf_printf(hold, "%s %s", col->zh, col->name);
	return (struct str){hold->p, hold->n};
}

void
csv_header(struct csv *c, const struct rows *rows, enum header header, struct buf *out)
{
	struct buf hold = {0};
	size_t n = rows_columns(rows);

	if (header == HEADER_NONE)
		return;
	for (size_t i = 0; i < n; i++) {
		struct str t = csv_title(rows, i, header, &hold);
		struct cell cell = {t.p, t.n, CELL_TEXT};

		if (i > 0)
			buf_putc(out, c->delimiter);
		careful_cell(c, &cell, out);
	}
	buf_puts(out, c->excel ? "\r\n" : "\n");
	buf_free(&hold);
}
