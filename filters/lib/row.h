/* row.h - records to rows of a table: which columns, and what stands in each cell */
/* SPDX-License-Identifier: MIT */
#ifndef ROW_H
#define ROW_H

#include "buf.h"
#include "record.h"
#include "table.h"

enum row_kind { ROWS_FIGURES, ROWS_ENTITIES, ROWS_SEGMENTS, ROWS_DOCUMENTS };

/* "figures" etc. to a kind; -1 if it is none of them. */
int row_kind(const char *name);
extern const char *const row_kind_name[];

struct row_column {
	const char *name; /* from columns.tsv, or the path as the user wrote it */
	const char *zh;   /* the same as name where the table has none */
	const char *type; /* "string" "integer" "number" "date" */
};

/* What stands in a cell, without a copy: points into the record, or into struct rows. */
struct cell {
	const char *p;
	size_t n;
	enum cell_form {
		CELL_NULL,   /* no such field, or null */
		CELL_TEXT,   /* UTF-8 as it is */
		CELL_STRING, /* between the quotes of a JSON string: may hold escapes */
		CELL_JSON    /* a number, true, false, an array, an object: as it stands */
	} form;
};

/*
 * The columns of one kind of row, and the record that rows are made of.
 *
 *	rows_record(rows, record);
 *	while ((cell = rows_next(rows)) != NULL)
 *		... cell[0] to cell[rows_columns(rows) - 1] ...
 *
 * Rows of documents come one record late, when the next document begins;
 * rows_record(rows, NULL) asks for the last one. Cells are good until the
 * next call. A record without figures (or entities) has no such rows.
 */
struct rows;

/* A table from beside the rules; the program ends with EXIT_RULES where it cannot be had. */
struct stream;
const struct table *rows_table(struct stream *, const char *name);

/*
 * titles is columns.tsv, which must stay. columns is "a,b,c.d": names of the
 * table, or paths into the row's object and then into its record (record.x:
 * into the record only; "\." and "\," stand for themselves); NULL for those
 * the table gives to this kind. NULL, and the reason appended to why, if that cannot be.
 */
struct rows *rows_new(
    enum row_kind, const struct table *titles, const char *columns, struct buf *why);
size_t rows_columns(const struct rows *);
const struct row_column *rows_column(const struct rows *, size_t);
int rows_find(const struct rows *, const char *name); /* index of a column, or -1 */
void rows_record(struct rows *, const struct record *);
const struct cell *rows_next(struct rows *);
/* The row's own object in the record (a figure, an entity), NULL for other kinds. */
const struct json *rows_object(const struct rows *);

/* Where the row's object stands in its sentence (bytes of that cell); false if that is not known.
 */
bool rows_in_sentence(struct rows *, size_t *from, size_t *to);

/* A cell as UTF-8, decoded into *hold where it must be. Empty for CELL_NULL. */
struct str cell_text(const struct cell *, struct buf *hold);
/* Surrogates in it that are half of nothing: cell_text() gives U+FFFD for them. */
uint64_t cell_surrogates(const struct cell *);
/* Those in sentences and lists of names so far, whose cells are decoded already. */
uint64_t rows_surrogates(const struct rows *);

#endif
