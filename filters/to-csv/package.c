/* package - a Frictionless data package that says what is in the CSV */
/* SPDX-License-Identifier: MIT */
#include "csv.h"

static void
add_string(struct buf *out, const char *key, struct str value)
{
	buf_json(out, key, strlen(key));
	buf_puts(out, ": ");
	buf_json(out, value.p, value.n);
}

static struct str
str_z(const char *z)
{
	return (struct str){z, strlen(z)};
}

static void
add_field(struct buf *out, const struct rows *rows, size_t i, enum header header)
{
	const struct row_column *col = rows_column(rows, i);
	struct buf hold = {0};

	buf_puts(out, "          {");
	add_string(out, "name", csv_title(rows, i, header, &hold));
	buf_puts(out, ", ");
	add_string(out, "title", str_z(header == HEADER_ZH ? col->name : col->zh));
	buf_puts(out, ", ");
	add_string(out, "type", str_z(col->type));
	if (strcmp(col->type, "number") == 0)
		buf_puts(out, ", \"decimalChar\": \".\", \"bareNumber\": true");
	if (strcmp(col->name, "row_id") == 0)
		buf_puts(out, ", \"constraints\": {\"required\": true, \"unique\": true}");
	buf_puts(out, "}");
	buf_free(&hold);
}

void
csv_package(const struct csv *c, const struct rows *rows, const char *kind, const char *path,
    enum header header, const char *encoding, struct buf *out)
{
	int id = rows_find(rows, "row_id");
	struct buf hold = {0};

	buf_printf(out, "{\n  \"profile\": \"tabular-data-package\",\n  \"name\": \"%s\",\n", kind);
	buf_printf(out,
	    "  \"resources\": [\n    {\n"
	    "      \"profile\": \"tabular-data-resource\",\n"
	    "      \"name\": \"%s\",\n      ",
	    kind);
	add_string(out, "path", str_z(path));
	buf_printf(out,
	    ",\n      \"format\": \"csv\",\n      \"mediatype\": \"text/csv\",\n"
	    "      \"encoding\": \"%s\",\n",
	    encoding);
	if (c->excel) /* what stands before a cell that a program would take for a formula */
		buf_puts(out, "      \"guard\": \"'\",\n");
	buf_puts(out, "      \"dialect\": {");
	add_string(out, "delimiter", (struct str){&c->delimiter, 1});
	buf_printf(out,
	    ", \"lineTerminator\": \"%s\", \"quoteChar\": \"\\\"\", "
	    "\"doubleQuote\": true, \"skipInitialSpace\": false, \"header\": %s},\n",
	    c->excel ? "\\r\\n" : "\\n", header == HEADER_NONE ? "false" : "true");
	buf_puts(out, "      \"schema\": {\n        \"fields\": [\n");
	for (size_t i = 0; i < rows_columns(rows); i++) {
		add_field(out, rows, i, header);
		buf_puts(out, i + 1 < rows_columns(rows) ? ",\n" : "\n");
	}
	buf_puts(out, "        ],\n        \"missingValues\": [");
	buf_json(out, c->null.p, c->null.n);
	buf_puts(out, "]");
	if (id >= 0) {
		buf_puts(out, ",\n        ");
		add_string(out, "primaryKey", csv_title(rows, (size_t)id, header, &hold));
	}
	buf_puts(out, "\n      }\n    }\n  ]\n}\n");
	buf_free(&hold);
}
