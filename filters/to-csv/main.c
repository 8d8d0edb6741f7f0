/* to-csv - records to rows of CSV, for machines and for Excel */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "stream.h"
#include "utf8.h"

#define BLOCK ((size_t)64 << 10) /* bytes of rows that wait to be written */

static const char help[] =
    "  to-csv < figures.jsonl > figures.csv\n"
    "  to-csv --excel --header=zh -o figures.csv figures.jsonl\n"
    "  to-csv --columns document,figure,value,unit,change.basis --rows figures\n"
    "  to-csv --rows entities --schema datapackage.json -o entities.csv records.jsonl\n"
    "\n"
    "Usage: to-csv [OPTION]... [FILE]...\n"
    "\n"
    "Writes a row for each figure of the records, as CSV.\n"
    "\n"
    "      --rows KIND        figures (default), entities, segments or documents\n"
    "      --columns A,B,...  these columns; a name (--list-columns) or the path of any\n"
    "                         field: change.basis, src.0, record.heading\n"
    "      --list-columns     print the columns of KIND and end\n"
    "      --header WHICH     en (default), zh or both\n"
    "      --no-header        no header line\n"
    "      --header-only      write the header line and end\n"
    "      --delimiter CHAR   one ASCII character, or tab (default a comma)\n"
    "      --null TEXT        for what a record does not say (default: nothing)\n"
    "      --schema FILE      write a data package (Frictionless) that describes the CSV\n"
    "      --excel            for Excel and WPS: BOM, CRLF, no formulas\n"
    "      --encoding CODE    with --excel: utf-8 (default) or gb18030\n";

enum {
	OPT_ROWS = 256,
	OPT_COLUMNS,
	OPT_LIST_COLUMNS,
	OPT_HEADER,
	OPT_NO_HEADER,
	OPT_HEADER_ONLY,
	OPT_DELIMITER,
	OPT_NULL,
	OPT_SCHEMA,
	OPT_EXCEL,
	OPT_ENCODING
};

static const struct option options[] = {
    {"rows", required_argument, NULL, OPT_ROWS},
    {"columns", required_argument, NULL, OPT_COLUMNS},
    {"list-columns", no_argument, NULL, OPT_LIST_COLUMNS},
    {"header", required_argument, NULL, OPT_HEADER},
    {"no-header", no_argument, NULL, OPT_NO_HEADER},
    {"header-only", no_argument, NULL, OPT_HEADER_ONLY},
    {"delimiter", required_argument, NULL, OPT_DELIMITER},
    {"null", required_argument, NULL, OPT_NULL},
    {"schema", required_argument, NULL, OPT_SCHEMA},
    {"excel", no_argument, NULL, OPT_EXCEL},
    {"encoding", required_argument, NULL, OPT_ENCODING},
    STREAM_OPTIONS,
    {NULL, 0, NULL, 0},
};

static char
delimiter_of(struct stream *s, const char *arg)
{
	if (strcmp(arg, "tab") == 0 || strcmp(arg, "\\t") == 0)
		return '\t';
	if (arg[0] == '\0' || arg[1] != '\0' || arg[0] == '"' || arg[0] == '\n' || arg[0] == '\r' ||
	    (unsigned char)arg[0] >= 0x80)
		stream_die(s, EXIT_USAGE,
		    "--delimiter must be one ASCII character, or tab, and no quote: '%s'", arg);
	return arg[0];
}

/* Writes rows, in GB18030 (which holds all of Unicode) if cd is open; out is used up. */
static void
put(struct stream *s, iconv_t cd, struct buf *out)
{
	static struct buf coded;
	char *from = out->p, *to;
	size_t left = out->n, room;

	if (cd == (iconv_t)-1) {
		stream_put(s, out->p, out->n);
		out->n = 0;
		return;
	}
	coded.n = 0;
	buf_reserve(&coded, out->n * 2 + 16); /* two bytes of UTF-8 can be four */
	to = coded.p;
	room = coded.cap;
	if (iconv(cd, &from, &left, &to, &room) == (size_t)-1)
		stream_die(s, EXIT_IO, "cannot convert to GB18030: %s", strerror(errno));
	stream_put(s, coded.p, (size_t)(to - coded.p));
	out->n = 0;
}

static void
list_columns(struct stream *s, const struct rows *rows)
{
	struct buf b = {0};

	for (size_t i = 0; i < rows_columns(rows); i++) {
		const struct row_column *col = rows_column(rows, i);

		buf_printf(&b, "%s\t%s\t%s\n", col->name, col->zh, col->type);
	}
	stream_put(s, b.p, b.n);
	buf_free(&b);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
write_package(struct stream *s, const char *file, const struct buf *b)
{
	FILE *f = fopen(file, "we");
	bool whole = f != NULL && fwrite(b->p, 1, b->n, f) == b->n;
	struct stat st;
	int error = errno;

	if (f != NULL && fclose(f) != 0 && whole) {
		whole = false;
		error = errno;
	}
	if (whole)
		return;
	/* not half a file; but a device stays */
	if (f != NULL && lstat(file, &st) == 0 && S_ISREG(st.st_mode))
		unlink(file);
	stream_die(s, EXIT_IO, "cannot write %s: %s", file, strerror(error));
}

/* What was not written as it stands in the records, kind by kind. */
static void
tell_changes(const struct csv *c)
{
	static const char each[] = "to-csv: %llu %s\n";

	if (c->controls > 0)
		fprintf(stderr, each, (unsigned long long)c->controls,
		    "control characters written as their pictures (U+2400 for NUL)");
	if (c->surrogates > 0)
		fprintf(stderr, each, (unsigned long long)c->surrogates,
		    "lone surrogates written as U+FFFD");
	if (c->cuts > 0)
		fprintf(stderr, each, (unsigned long long)c->cuts,
		    "cells cut to the 32767 characters that Excel holds");
	if (c->guards > 0)
		fprintf(stderr, each, (unsigned long long)c->guards,
		    "cells written with ' before what could be a formula");
}

/* Those of the record at hand; however many it has, no more than a block waits. */
static void
write_rows(struct stream *s, struct rows *rows, struct csv *csv, iconv_t cd, struct buf *out)
{
	const struct cell *cell;

	while ((cell = rows_next(rows)) != NULL) {
		csv_row(csv, cell, rows_columns(rows), out);
		if (out->n >= BLOCK)
			put(s, cd, out);
	}
	put(s, cd, out);
}

/* The options, but those that the table and the stream keep. */
struct settings {
	const char *columns, *schema, *output, *encoding;
	enum header header;
	enum row_kind kind;
	bool list, header_only, quiet;
};

static enum header
header_option(struct stream *s, const char *arg)
{
	if (strcmp(arg, "en") == 0)
		return HEADER_EN;
	if (strcmp(arg, "zh") == 0)
		return HEADER_ZH;
	if (strcmp(arg, "both") != 0)
		stream_die(s, EXIT_USAGE, "--header must be en, zh or both: '%s'", arg);
	return HEADER_BOTH;
}

static const char *
encoding_option(struct stream *s, const char *arg)
{
	if (strcasecmp(arg, "gb18030") == 0)
		return "gb18030";
	if (strcasecmp(arg, "utf-8") != 0 && strcasecmp(arg, "utf8") != 0)
		stream_die(s, EXIT_USAGE, "--encoding must be utf-8 or gb18030: '%s'", arg);
	return "utf-8";
}

static enum row_kind
rows_option(struct stream *s, const char *arg)
{
	int kind = row_kind(arg);

	if (kind < 0)
		stream_die(s, EXIT_USAGE,
		    "--rows must be figures, entities, segments or documents: '%s'", arg);
	return (enum row_kind)kind;
}

static void
read_options(struct stream *s, int argc, char *argv[], struct settings *set, struct csv *csv)
{
	int c;

	while ((c = stream_getopt(s, argc, argv, STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_ROWS: set->kind = rows_option(s, optarg); break;
		case OPT_COLUMNS: set->columns = optarg; break;
		case OPT_LIST_COLUMNS: set->list = true; break;
		case OPT_HEADER: set->header = header_option(s, optarg); break;
		case OPT_NO_HEADER: set->header = HEADER_NONE; break;
		case OPT_HEADER_ONLY: set->header_only = true; break;
		case OPT_DELIMITER: csv->delimiter = delimiter_of(s, optarg); break;
		case OPT_NULL: csv->null = (struct str){optarg, strlen(optarg)}; break;
		case OPT_SCHEMA: set->schema = optarg; break;
		case OPT_EXCEL: csv->excel = true; break;
		case OPT_ENCODING: set->encoding = encoding_option(s, optarg); break;
		case 'o':
			set->output = optarg;
			stream_option(s, c, optarg);
			break;
		case 'q':
			set->quiet = true;
			stream_option(s, c, optarg);
			break;
		default: stream_option(s, c, optarg);
		}
	if ((set->columns != NULL &&
		utf8_valid(set->columns, strlen(set->columns)) != strlen(set->columns)) ||
	    utf8_valid(csv->null.p, csv->null.n) != csv->null.n)
		stream_die(s, EXIT_USAGE, "--columns and --null must be valid UTF-8");
	if (strpbrk(csv->null.p, "\"\r\n") != NULL || strchr(csv->null.p, csv->delimiter) != NULL)
		stream_die(
		    s, EXIT_USAGE, "--null must not hold a quote, a delimiter or a line end");
	if (strcmp(set->encoding, "utf-8") != 0 && !csv->excel)
		stream_die(s, EXIT_USAGE, "--encoding needs --excel");
}

/* To GB18030, where that was asked for; else (iconv_t)-1. */
static iconv_t
open_encoding(struct stream *s, const char *encoding)
{
	iconv_t cd = (iconv_t)-1;

	if (strcmp(encoding, "utf-8") != 0 && (cd = iconv_open("GB18030", "UTF-8")) == (iconv_t)-1)
		stream_die(s, EXIT_IO, "this system cannot convert to GB18030");
	return cd;
}

static void
write_schema(struct stream *s, const struct settings *set, const struct csv *csv,
    const struct rows *rows, struct buf *out)
{
	char name[32];

	snprintf(name, sizeof name, "%s.csv", row_kind_name[set->kind]);
	csv_package(csv, rows, row_kind_name[set->kind],
	    set->output != NULL && strcmp(set->output, "-") != 0 ? base_name(set->output) : name,
	    set->header, set->encoding, out);
	write_package(s, set->schema, out);
	out->n = 0;
}

int
main(int argc, char *argv[])
{
	struct stream *s = stream_new("to-csv", help);
	struct settings set = {.encoding = "utf-8", .header = HEADER_EN, .kind = ROWS_FIGURES};
	struct csv csv = {.delimiter = ',', .null = {"", 0}};
	struct record r = {0};
	struct buf out = {0}, why = {0};

	read_options(s, argc, argv, &set, &csv);
	iconv_t cd = open_encoding(s, set.encoding);
	struct rows *rows = rows_new(set.kind, rows_table(s, "columns.tsv"), set.columns, &why);
	if (rows == NULL)
		stream_die(
		    s, set.columns != NULL ? EXIT_USAGE : EXIT_RULES, "%.*s", (int)why.n, why.p);
	stream_no_records(s);
	if (set.list || set.header_only)
		optind = argc; /* nothing is read */
	stream_open(s, argc - optind, argv + optind);
	if (set.list) {
		list_columns(s, rows);
		return stream_close(s);
	}
	if (set.schema != NULL)
		write_schema(s, &set, &csv, rows, &out);
	if (csv.excel && cd == (iconv_t)-1)
		stream_put(s, "\xEF\xBB\xBF", 3);
	csv_header(&csv, rows, set.header, &out);
	put(s, cd, &out);
	while (!set.header_only && stream_read(s, &r)) {
		rows_record(rows, &r);
		write_rows(s, rows, &csv, cd, &out);
	}
	rows_record(rows, NULL); /* the last document, in --rows documents */
	write_rows(s, rows, &csv, cd, &out);
	csv.surrogates += rows_surrogates(rows);
	if (!set.quiet)
		tell_changes(&csv);
	return stream_close(s);
}
