/* tsv.h - the lines of a list, and their cells */
/* SPDX-License-Identifier: MIT */
#ifndef TSV_H
#define TSV_H

#include "buf.h"

enum { MAXCOL = 8 };

struct tsv {
	const char *path;
	const char *p, *end;
	unsigned line;
	struct str cell[MAXCOL];
	size_t ncell;
};

/* The next line that is no comment, without its end. */
bool tsv_line(struct tsv *, struct str *line);
/* Cuts it into cells; the ones that are missing are empty. */
void tsv_cells(struct tsv *, struct str line);
/* The index of a column of the line that names them, or -1. */
int tsv_column(const struct tsv *, const char *name);
/* The digits of a cell, and what stands behind a point in them. */
double tsv_number(struct str);

#endif
