/* csv.h - rows of cells to CSV: two profiles, and a package that describes the file */
/* SPDX-License-Identifier: MIT */
#ifndef CSV_H
#define CSV_H

#include "buf.h"
#include "row.h"

#define EXCEL_CELL 32767 /* UTF-16 code units that a cell of Excel holds */

enum header { HEADER_EN, HEADER_ZH, HEADER_BOTH, HEADER_NONE };

/*
 * For machines: RFC 4180 with LF; quoted is what must be, and the empty
 * string, so that it differs from null. For Excel: CRLF, all text quoted,
 * formulas made harmless. All zero and a delimiter is the first of the two.
 */
struct csv {
	char delimiter;
	bool excel;
	struct str null; /* what stands for CELL_NULL */
	/* what could not be written as it is */
	uint64_t controls, surrogates, cuts, guards;
	struct buf hold, work, excel_text; /* of csv_row() */
};

void csv_row(struct csv *, const struct cell *, size_t n, struct buf *out);
void csv_header(struct csv *, const struct rows *, enum header, struct buf *out);

/* What column i is called under the header; hold keeps it for HEADER_BOTH. */
struct str csv_title(const struct rows *, size_t i, enum header, struct buf *hold);

/* Appends a Frictionless data package with one resource, the file path, in that profile. */
void csv_package(const struct csv *, const struct rows *, const char *kind, const char *path,
    enum header, const char *encoding, struct buf *out);

#endif
