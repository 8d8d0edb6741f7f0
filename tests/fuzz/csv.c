/* csv - cells of any text: libcsv, strict, reads back what was written */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "../../filters/to-csv/csv.c"

#define CHECK(x) ((x) ? (void)0 : abort())

struct back {
	struct buf cell[64];
	size_t n, rows;
};

static void
back_cell(void *p, size_t n, void *arg)
{
	struct back *b = arg;

	CHECK(b->n < 64);
	b->cell[b->n].n = 0;
	buf_add(&b->cell[b->n++], p, n);
}

static void
back_row(int c, void *arg)
{
	(void)c;
	((struct back *)arg)->rows++;
}

/* The text that a cell without quotes or guards must come to. */
static void
want(const struct csv *c, const struct cell *cell, struct buf *out)
{
	struct buf hold = {0};
	struct str s = cell_text(cell, &hold);

	out->n = 0;
	if (cell->form == CELL_NULL)
		s = c->null;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0')
			buf_puts(out, "\xE2\x90\x80");
		else
			buf_putc(out, s.p[i]);
	buf_free(&hold);
}

/* Writes the cells and reads them back; what a formula begins with must not begin a cell. */
static void
round_trip(struct csv *c, const struct cell *cell, size_t n)
{
	static struct buf out, w;
	static struct back b;
	struct csv_parser parser;

	out.n = 0;
	csv_row(c, cell, n, &out);
	CHECK(utf8_valid(out.p, out.n) == out.n);
	CHECK(out.n > 0 && out.p[out.n - 1] == '\n' && memchr(out.p, '\0', out.n) == NULL);
	CHECK(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
	csv_set_delim(&parser, (unsigned char)c->delimiter);
	b.n = b.rows = 0;
	CHECK(csv_parse(&parser, out.p, out.n, back_cell, back_row, &b) == out.n);
	CHECK(csv_fini(&parser, back_cell, back_row, &b) == 0);
	CHECK(b.rows == 1 && b.n == n);
	csv_free(&parser);
	for (size_t i = 0; i < n; i++) {
		struct str s = {b.cell[i].p, b.cell[i].n};

		if (!c->excel) {
			want(c, &cell[i], &w);
			CHECK(w.n == s.n && (s.n == 0 || memcmp(w.p, s.p, s.n) == 0));
		} else if (cell[i].form != CELL_NULL) {
			CHECK(s.n == 0 || plain_number(s) || !begins_formula(s));
			CHECK(fit_units(s, EXCEL_CELL) == s.n);
		}
	}
}

/* Three bytes choose the profile; then cells, each behind a byte that gives form and length. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char delimiters[] = ",;\t|x ";
	struct cell cell[64];
	size_t ncell = 0;
	struct csv c = {0};

	if (n < 3)
		return 0;
	c.delimiter = delimiters[data[0] % 5];
	c.excel = data[1] & 1;
	c.null = data[2] & 1 ? (struct str){"NA", 2} : (struct str){"", 0};
	data += 3;
	n -= 3;
	while (n > 0 && ncell < 64) {
		size_t len = *data >> 2 < n - 1 ? *data >> 2 : n - 1;
		enum cell_form form = (enum cell_form)(*data & 3);
		const char *p = (const char *)data + 1;

		if (utf8_valid(p, len) == len) {
			/* strings of JSON hold no bare quote, and no half escape */
			if (form == CELL_STRING &&
			    (memchr(p, '"', len) != NULL || memchr(p, '\\', len) != NULL))
				form = CELL_TEXT;
			cell[ncell++] = (struct cell){p, len, form};
		}
		data += 1 + len;
		n -= 1 + len;
	}
	if (ncell > 0)
		round_trip(&c, cell, ncell);
	buf_free(&c.hold);
	buf_free(&c.work);
	buf_free(&c.excel_text);
	return 0;
}
