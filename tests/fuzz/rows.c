/* rows - any records as rows of every kind: each cell is valid UTF-8 and reads back */
/* SPDX-License-Identifier: MIT */
#define LLVMFuzzerTestOneInput csv_cells /* that of csv.c */
#include "csv.c"
#undef LLVMFuzzerTestOneInput

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define KINDS 4

static struct rows *rows[KINDS + 1];

static void
start(void)
{
	static const struct table *t; /* stays with the rows */
	struct buf why = {0};
	unsigned errors = 0;

	t = table_load("rules/columns.tsv", stderr, &errors);
	CHECK(t != NULL);
	for (int k = 0; k < KINDS; k++)
		CHECK((rows[k] = rows_new((enum row_kind)k, t, NULL, &why)) != NULL);
	rows[KINDS] =
	    rows_new(ROWS_FIGURES, t, "a.b.0,change.x,record.text,src.1,x\\.y,value", &why);
	CHECK(rows[KINDS] != NULL);
}

static void
take(struct csv *c, struct rows *r, const struct record *record)
{
	const struct cell *cell;
	size_t from, to;

	rows_record(r, record);
	while ((cell = rows_next(r)) != NULL) {
		round_trip(c, cell, rows_columns(r));
		if (rows_object(r) != NULL && rows_in_sentence(r, &from, &to))
			CHECK(from <= to);
	}
}

/* Lines of JSON. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct csv c = {.delimiter = ',', .null = {"", 0}};
	struct record r = {0};
	struct record_error e;

	if (rows[0] == NULL)
		start();
	while (n > 0) {
		const char *p = (const char *)data, *lf = memchr(p, '\n', n);
		size_t len = lf != NULL ? (size_t)(lf - p) : n;

		if (record_parse(&r, p, len, &e))
			for (int k = 0; k <= KINDS; k++)
				take(&c, rows[k], &r);
		len += lf != NULL;
		data += len;
		n -= len;
	}
	for (int k = 0; k <= KINDS; k++)
		take(&c, rows[k], NULL);
	record_free(&r);
	buf_free(&c.hold);
	buf_free(&c.work);
	buf_free(&c.excel_text);
	return 0;
}
