/* to-html - records to one page that a browser opens: the text beside its figures */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "page.h"
#include "row.h"
#include "stream.h"
#include "utf8.h"

static const char help[] =
    "  to-html -o review.html figures.jsonl\n"
    "  to-html --lang zh --note rules=3f2a < figures.jsonl > review.html\n"
    "\n"
    "Usage: to-html [OPTION]... [FILE]...\n"
    "\n"
    "Writes a review page: the text block by block, its figures marked, and a table of them.\n"
    "The page stands by itself: one file, no network, any current browser.\n"
    "\n"
    "      --lang zh|en       language the page begins in (default: the browser's)\n"
    "      --note NAME=TEXT   a line for the head of the page; may be repeated\n";

enum { OPT_LANG = 256, OPT_NOTE };

static const struct option options[] = {
    {"lang", required_argument, NULL, OPT_LANG},
    {"note", required_argument, NULL, OPT_NOTE},
    STREAM_OPTIONS,
    {NULL, 0, NULL, 0},
};

/*
 * Appends JSON that has been checked, for use within <script>: "<" can only
 * stand in a string there, and as an escape it ends no element and opens no
 * comment.
 */
static void
add_json(struct buf *out, const char *p, size_t n)
{
	const char *lt;

	while ((lt = memchr(p, '<', n)) != NULL) {
		buf_add(out, p, (size_t)(lt - p));
		buf_puts(out, "\\u003c");
		n -= (size_t)(lt + 1 - p);
		p = lt + 1;
	}
	buf_add(out, p, n);
}

static void
add_string(struct buf *out, const char *p, size_t n)
{
	static struct buf quoted;

	quoted.n = 0;
	buf_json(&quoted, p, n);
	add_json(out, quoted.p, quoted.n);
}

static void
add_field(struct buf *out, const struct record *r, const char *key, const char *name)
{
	const struct json *v = record_get(r, key);

	if (v == NULL || v->type == JSON_NULL)
		return;
	buf_printf(out, ",\"%s\":", name);
	add_json(out, v->p, v->n);
}

/* The record's figures as they are, each with its row id in front. */
static void
add_figures(struct buf *out, struct rows *rows, const struct record *r)
{
	const struct cell *cell;
	const struct json *object;
	bool first = true;

	buf_puts(out, ",\"figures\":[");
	rows_record(rows, r);
	while ((cell = rows_next(rows)) != NULL) {
		struct json_iter members = json_iter(object = rows_object(rows));
		struct json any;
		struct str key;

		buf_puts(out, first ? "{" : ",{");
		first = false;
		if (json_next(&members, &key, &any)) {
			add_json(out, object->p + 1, object->n - 2);
			buf_putc(out, ',');
		}
		buf_printf(out, "\"row\":\"%.*s\"}", (int)cell->n, cell->p);
	}
	buf_putc(out, ']');
}

static void
add_entities(struct buf *out, const struct record *r)
{
	const struct json *list = record_get(r, "entities");
	bool first = true;
	struct json item;
	struct str key;

	buf_puts(out, ",\"entities\":[");
	if (list != NULL && list->type == JSON_ARRAY)
		for (struct json_iter it = json_iter(list); json_next(&it, &key, &item);) {
			if (item.type != JSON_OBJECT)
				continue;
			if (!first)
				buf_putc(out, ',');
			first = false;
			add_json(out, item.p, item.n);
		}
	buf_putc(out, ']');
}

/* A block, or a whole document where nobody has cut it. False for what has no text. */
static bool
add_block(struct buf *out, struct rows *rows, const struct record *r)
{
	static const char *const fields[] = {"id", "source", "date", "kind", "level", "heading",
	    "speaker", "text", "sentences", "src", "also_in", "repeat_of", "conflict"};
	const struct json *text = record_get(r, "text");

	if (text == NULL || text->type != JSON_STRING)
		return false;
	buf_puts(out, "{\"page\":1");
	add_field(out, r, record_get(r, "doc") != NULL ? "doc" : "id", "doc");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		add_field(out, r, fields[i], fields[i]);
	add_figures(out, rows, r);
	add_entities(out, r);
	buf_putc(out, '}');
	return true;
}

/* {"kind/money":["金额","money"], ...} */
static void
add_labels(struct stream *s, struct buf *out)
{
	const struct table *t = rows_table(s, "labels.tsv");
	int field = table_column(t, "field"), code = table_column(t, "code");
	int zh = table_column(t, "zh"), en = table_column(t, "en");
	struct buf key = {0};

	if (field < 0 || code < 0 || zh < 0 || en < 0)
		stream_die(s, EXIT_RULES, "%s: no column 'field', 'code', 'zh' or 'en'", t->path);
	buf_puts(out, "\"labels\":{");
	for (size_t i = 0; i < t->nrow; i++) {
		const char *title[] = {table_cell(t, i, (size_t)zh), table_cell(t, i, (size_t)en)};

		key.n = 0;
		buf_printf(
		    &key, "%s/%s", table_cell(t, i, (size_t)field), table_cell(t, i, (size_t)code));
		if (i > 0)
			buf_putc(out, ',');
		add_string(out, key.p, key.n);
		buf_puts(out, ":[");
		add_string(out, title[0], strlen(title[0]));
		buf_putc(out, ',');
		add_string(out, title[1], strlen(title[1]));
		buf_putc(out, ']');
	}
	buf_puts(out, "},");
	buf_free(&key);
}

/*
 * The page from *from on: its text up to @DATA@ or to the end, with style,
 * script and hashes put in. *from is left behind what was written.
 */
static void
add_page(struct buf *out, size_t *from)
{
	const struct part {
		const char *mark;
		const struct str *bytes; /* NULL: stop here */
	} parts[] = {
	    {"@STYLE@", &page_css},
	    {"@SCRIPT@", &page_js},
	    {"@STYLE_HASH@", &hash_css},
	    {"@SCRIPT_HASH@", &hash_js},
	    {"@DATA@", NULL},
	};

	while (*from < page_html.n) {
		const char *at = memchr(page_html.p + *from, '@', page_html.n - *from);
		size_t n = (at != NULL ? (size_t)(at - page_html.p) : page_html.n) - *from;
		const struct part *part = NULL;

		buf_add(out, page_html.p + *from, n);
		*from += n;
		for (size_t k = 0; at != NULL && k < sizeof parts / sizeof *parts; k++)
			if (page_html.n - *from >= strlen(parts[k].mark) &&
			    memcmp(at, parts[k].mark, strlen(parts[k].mark)) == 0)
				part = &parts[k];
		if (part != NULL) {
			*from += strlen(part->mark);
			if (part->bytes == NULL)
				return;
			buf_add(out, part->bytes->p, part->bytes->n);
		} else if (at != NULL) {
			buf_putc(out, '@');
			*from += 1;
		}
	}
}

int
main(int argc, char *argv[])
{
	struct stream *s = stream_new("to-html", help);
	struct record r = {0};
	struct buf out = {0}, why = {0};
	struct rows *rows;
	const char *lang = NULL;
	char **notes = xarray(NULL, (size_t)argc, sizeof *notes), *eq;
	size_t nnotes = 0, from = 0;
	bool first = true;
	int c;

	while ((c = stream_getopt(s, argc, argv, STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_LANG:
			if (strcmp(optarg, "zh") != 0 && strcmp(optarg, "en") != 0)
				stream_die(s, EXIT_USAGE, "--lang must be zh or en: '%s'", optarg);
			lang = optarg;
			break;
		case OPT_NOTE:
			if (strchr(optarg, '=') == NULL)
				stream_die(s, EXIT_USAGE, "--note must be NAME=TEXT: '%s'", optarg);
			if (utf8_valid(optarg, strlen(optarg)) != strlen(optarg))
				stream_die(s, EXIT_USAGE, "--note must be valid UTF-8");
			notes[nnotes++] = optarg;
			break;
		default: stream_option(s, c, optarg);
		}
	rows = rows_new(ROWS_FIGURES, rows_table(s, "columns.tsv"), "row_id", &why);
	if (rows == NULL)
		stream_die(s, EXIT_RULES, "%.*s", (int)why.n, why.p);

	stream_no_records(s);
	stream_open(s, argc - optind, argv + optind);
	add_page(&out, &from);
	buf_putc(&out, '{');
	if (lang != NULL)
		buf_printf(&out, "\"lang\":\"%s\",", lang);
	add_labels(s, &out);
	buf_puts(&out, "\"notes\":[");
	for (size_t i = 0; i < nnotes; i++) {
		eq = strchr(notes[i], '=');
		buf_puts(&out, i > 0 ? ",[" : "[");
		add_string(&out, notes[i], (size_t)(eq - notes[i]));
		buf_putc(&out, ',');
		add_string(&out, eq + 1, strlen(eq + 1));
		buf_putc(&out, ']');
	}
	buf_puts(&out, "],\"blocks\":[\n");
	while (stream_read(s, &r)) {
		size_t start = out.n;

		if (!first)
			buf_puts(&out, ",\n");
		if (add_block(&out, rows, &r))
			first = false;
		else
			out.n = start;
		stream_put(s, out.p, out.n);
		out.n = 0;
	}
	buf_puts(&out, "\n]}");
	add_page(&out, &from);
	stream_put(s, out.p, out.n);
	return stream_close(s);
}
