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
 * column is the surface form, as it stands in normalized text.
 */
struct table {
	const char *path;
	size_t ncol, nrow;
	const char **column;
	const char **cell;     /* nrow * ncol, row by row; "" where empty; NUL-terminated */
	unsigned *line;        /* of each row, for messages */
};

/* NULL after reporting every error of the file as path:line: message to err. */
struct table *table_load(const char *path, FILE *err, unsigned *errors);
/* Index of a column, or -1. */
int table_column(const struct table *, const char *name);
static inline const char *
table_cell(const struct table *t, size_t row, size_t col)
{
	return t->cell[row * t->ncol + col];
}

#endif
