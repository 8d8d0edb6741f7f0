/* table.h - a TSV table with a header line: units, scales, word lists */
/* SPDX-License-Identifier: MIT */
#ifndef TABLE_H
#define TABLE_H

#include <stdio.h>

#include "buf.h"

/*
 * Saved by hand, by Excel or by WPS: UTF-8 with or without BOM, UTF-16LE with
 * BOM ("Unicode text"), LF or CRLF, trailing empty cells cut. A line that
 * begins with # is a comment (source, date and licence of the list stand in
 * such lines at its head); the first other line names the columns; the first
 * column is the surface form, as it stands in normalized text. Blanks at the
 * ends of a cell do not count; a cell in "..." is unquoted as Excel quotes.
 *
 * A line with one cell where the header has several is an error (blanks
 * typed for the tab), and so is a cell too many, an empty first cell, a byte
 * that is not UTF-8. One form may stand in several rows.
 */
struct table {
	const char *path;
	size_t ncol, nrow;
	const char **column;
	uint32_t *cell; /* nrow * ncol, row by row: where in bytes, which table_cell() adds */
	unsigned *line; /* of each row, for messages */
	char *bytes;    /* of all cells, each ended by a NUL */
	size_t nbytes;  /* without the last NUL, which is the empty cell */
	const char **row_path; /* the path of each row, where rows of other files were added */
};

/*
 * NULL after reporting every error of the file as "tool: path:line: message"
 * to err; *errors goes up by their number. Filters never free it.
 */
struct table *table_load(const char *path, FILE *err, unsigned *errors);
/* The same from bytes in memory, which it takes over and changes. path is for messages, not copied.
 */
struct table *table_parse(const char *path, struct buf *, FILE *err, unsigned *errors);
/*
 * Puts the rows of more, which it takes over, before those of the table, so
 * that they go first where the same form is in both. Columns go by name; one
 * that the table has not is an error, told as above, and nothing is added.
 */
void table_add(struct table *, struct table *more, FILE *err, unsigned *errors);
void table_free(struct table *);
/*
 * A whole file of rules or rows as UTF-8 without BOM, appended to an empty
 * buffer; UTF-16 with a BOM is converted. False with errno set.
 */
bool table_read(const char *path, struct buf *);
/* Index of a column, or -1. */
int table_column(const struct table *, const char *name);
static inline const char *
table_path(const struct table *t, size_t row)
{
	return t->row_path != NULL ? t->row_path[row] : t->path;
}
/* "" where it is empty; NUL-terminated; good until table_add(). */
static inline const char *
table_cell(const struct table *t, size_t row, size_t col)
{
	return t->bytes + t->cell[row * t->ncol + col];
}

#endif
