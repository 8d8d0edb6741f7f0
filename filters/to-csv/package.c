/* package - a Frictionless data package that says what is in the CSV */
/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "csv.h"

static void
set(cJSON *object, const char *key, struct str value)
{
	char *z = xstrndup(value.p, value.n);

	cJSON_AddStringToObject(object, key, z);
	free(z);
}

static void
set_z(cJSON *object, const char *key, const char *value)
{
	cJSON_AddStringToObject(object, key, value);
}

static cJSON *
field(const struct rows *rows, size_t i, enum header header)
{
	const struct row_column *col = rows_column(rows, i);
	cJSON *f = cJSON_CreateObject(), *constraints;
	struct buf hold = {0};

	set(f, "name", csv_title(rows, i, header, &hold));
	set_z(f, "title", header == HEADER_ZH ? col->name : col->zh);
	set_z(f, "type", col->type);
	if (strcmp(col->type, "number") == 0) {
		set_z(f, "decimalChar", ".");
		cJSON_AddBoolToObject(f, "bareNumber", true);
	}
	if (strcmp(col->name, "row_id") == 0) {
		constraints = cJSON_AddObjectToObject(f, "constraints");
		cJSON_AddBoolToObject(constraints, "required", true);
		cJSON_AddBoolToObject(constraints, "unique", true);
	}
	buf_free(&hold);
	return f;
}

static void
add_dialect(cJSON *resource, const struct csv *c, enum header header)
{
	cJSON *d = cJSON_AddObjectToObject(resource, "dialect");

	set(d, "delimiter", (struct str){&c->delimiter, 1});
	set_z(d, "lineTerminator", c->excel ? "\r\n" : "\n");
	set_z(d, "quoteChar", "\"");
	cJSON_AddBoolToObject(d, "doubleQuote", true);
	cJSON_AddBoolToObject(d, "skipInitialSpace", false);
	cJSON_AddBoolToObject(d, "header", header != HEADER_NONE);
}

static void
add_schema(cJSON *resource, const struct csv *c, const struct rows *rows, enum header header)
{
	cJSON *schema = cJSON_AddObjectToObject(resource, "schema");
	cJSON *fields = cJSON_AddArrayToObject(schema, "fields");
	char *null = xstrndup(c->null.p, c->null.n);
	int id = rows_find(rows, "row_id");
	struct buf hold = {0};

	for (size_t i = 0; i < rows_columns(rows); i++)
		cJSON_AddItemToArray(fields, field(rows, i, header));
	cJSON_AddItemToArray(
	    cJSON_AddArrayToObject(schema, "missingValues"), cJSON_CreateString(null));
	if (id >= 0)
		set(schema, "primaryKey", csv_title(rows, (size_t)id, header, &hold));
	free(null);
	buf_free(&hold);
}

void
csv_package(const struct csv *c, const struct rows *rows, const char *kind, const char *path,
    enum header header, const char *encoding, struct buf *out)
{
	cJSON_Hooks never_null = {xmalloc, free};
	cJSON *package, *resource;
	char *text;

	cJSON_InitHooks(&never_null);
	package = cJSON_CreateObject();
	set_z(package, "profile", "tabular-data-package");
	set_z(package, "name", kind);
	resource = cJSON_CreateObject();
	cJSON_AddItemToArray(cJSON_AddArrayToObject(package, "resources"), resource);
	set_z(resource, "profile", "tabular-data-resource");
	set_z(resource, "name", kind);
	set_z(resource, "path", path);
	set_z(resource, "format", "csv");
	set_z(resource, "mediatype", "text/csv");
	set_z(resource, "encoding", encoding);
	if (c->excel) /* what stands before a cell that a program would take for a formula */
		set_z(resource, "guard", "'");
	add_dialect(resource, c, header);
	add_schema(resource, c, rows, header);
	text = cJSON_Print(package);
	buf_puts(out, text);
	buf_putc(out, '\n');
	free(text);
	cJSON_Delete(package);
}
