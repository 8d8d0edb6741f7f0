/* csv - every short cell, and random rows, against libcsv */
/* SPDX-License-Identifier: MIT */
#include "../fuzz/csv.c"
#include "tap.h"

/* Cells of up to four of these: all that a writer can trip over. */
static const char *const pieces[] = {
    "a", ",", "\"", "\n", "\r", " ", "\t", "中", "\\", "=", "-", "1", "\xEF\xBB\xBF", "NA", "；"};
#define NPIECE (sizeof pieces / sizeof *pieces)

static void
short_cells(bool excel, char delimiter, const char *null)
{
	struct csv c = {.delimiter = delimiter, .excel = excel, .null = {null, strlen(null)}};
	size_t n = 0;

	for (size_t code = 0; code < NPIECE * NPIECE * NPIECE * NPIECE; code++) {
		struct buf b = {0};
		struct cell cell[2];

		for (size_t rest = code; rest > 0; rest /= NPIECE)
			buf_puts(&b, pieces[rest % NPIECE]);
		cell[0] = (struct cell){b.p != NULL ? b.p : "", b.n, CELL_TEXT};
		cell[1] = (struct cell){"", 0, CELL_NULL};
		round_trip(&c, cell, 1);
		round_trip(&c, cell, 2);
		buf_free(&b);
		n++;
	}
	ok(n == NPIECE * NPIECE * NPIECE * NPIECE, "%zu short cells, %s, delimiter %d, null '%s'",
	    n, excel ? "Excel" : "RFC 4180", delimiter, null);
}

/* What the fast path leaves bare, csv_write2 would have written within quotes. */
static void
fast_path(void)
{
	struct csv c = {.delimiter = ',', .null = {"", 0}};
	size_t bare = 0, wrong = 0;
	unsigned seed = 1;

	for (int i = 0; i < 20000; i++) {
		char text[64], quoted[200];
		struct buf out = {0};
		struct cell cell;
		size_t n, len;

		seed = seed * 1103515245 + 12345;
		n = 1 + seed / 65536 % 60;
		for (size_t k = 0; k < n; k++) {
			seed = seed * 1103515245 + 12345;
			text[k] = (char)(32 + seed / 65536 % 95);
			if (seed / 65536 % 8 != 0 && strchr(",\"\\ ", text[k]) != NULL)
				text[k] = 'x';
		}
		cell = (struct cell){text, n, CELL_TEXT};
		csv_row(&c, &cell, 1, &out);
		len = csv_write2(quoted, sizeof quoted, text, n, '"');
		if (out.p[0] == '"' && text[0] != '"')
			wrong += out.n != len + 1 || memcmp(out.p, quoted, len) != 0;
		else if (out.n == n + 1)
			bare += memcmp(out.p, quoted + 1, n) == 0 && len == n + 2;
		buf_free(&out);
	}
	ok(bare > 3000 && wrong == 0, "bare cells are libcsv's without the quotes (%zu of 20000)",
	    bare);
}

int
main(void)
{
	short_cells(false, ',', "");
	short_cells(false, ',', "NA");
	short_cells(false, '\t', "");
	short_cells(true, ',', "");
	short_cells(true, ';', "NA");
	fast_path();
	return tap_end();
}
