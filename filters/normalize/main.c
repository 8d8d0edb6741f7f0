/* normalize - text files, or records with text, to document records */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "normalize.h"
#include "rules.h"
#include "stream.h"
#include "utf8.h"

static const char help[] =
    "normalize page.txt | segment                      one document a file\n"
    "normalize --date 2024-03-27 news/*.txt            今年 and 3月26日 will mean 2024\n"
    "normalize --encoding gb18030 old.txt              where the guess is wrong\n"
    "find . -name '*.txt' -print0 | normalize -0       file names from standard input\n"
    "normalize --jsonl crawl.jsonl                     records with \"text\", the rest rides "
    "along\n"
    "\n"
    "Turns bytes into clean UTF-8 text, one JSON record a document, and notes for\n"
    "each character the bytes it stands for.\n"
    "\n"
    "Options:\n"
    "      --jsonl            the input is JSON Lines; each \"text\" is a document\n"
    "      --date=YYYY-MM-DD  reference date, where the record has none of its own\n"
    "      --id=ID            id of the document (one file only)\n"
    "      --source=NAME      source instead of the file's path\n"
    "      --source-from-env=NAME  ... from an environment variable, as in Hadoop\n"
    "      --encoding=NAME    do not guess\n"
    "      --html, --text     do not look whether it is HTML\n"
    "      --simplify[=CONF]  Traditional to Simplified (OpenCC: t2s, hk2s, tw2s, tw2sp)\n"
    "      --replace          bytes that do not decode become U+FFFD\n"
    "  -0                     read names of files from standard input, each ended by NUL\n"
    "      --files0-from=F    ... from F\n"
    "  -o, --output=FILE      write to FILE, complete or not at all\n"
    "  -q, --quiet            no messages about bad input\n"
    "      --on-error=report|fail|skip|pass, --rejects=FILE, --max-errors=N[%],\n"
    "      --max-line=BYTES, --line-buffered, --ascii, --trailer, --strip-key,\n"
    "      --progress[=hadoop], --version, -h, --help\n";

enum {
	OPT_JSONL = 256,
	OPT_DATE,
	OPT_ID,
	OPT_SOURCE,
	OPT_SOURCE_FROM_ENV,
	OPT_ENCODING,
	OPT_REPLACE,
	OPT_FILES0_FROM,
	OPT_SIMPLIFY,
	OPT_HTML,
	OPT_TEXT
};

static const char *date, *id, *source;
static const char *simplified; /* a configuration of OpenCC */
static enum encoding encoding;
static bool replace;
static enum { HTML_LOOK, HTML_YES, HTML_NO } html;

/* YYYY-MM-DD, and a day that exists. */
static bool
date_valid(const char *z)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y = 0, m = 0, d = 0;

	if (z == NULL)
		return false;
	for (int i = 0; i < 10; i++) {
		if (i == 4 || i == 7 ? z[i] != '-' : z[i] < '0' || z[i] > '9')
			return false;
		if (i < 4)
			y = y * 10 + z[i] - '0';
		else if (i < 7 && i > 4)
			m = m * 10 + z[i] - '0';
		else if (i > 7)
			d = d * 10 + z[i] - '0';
	}
	return z[10] == '\0' && m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] &&
	       (m != 2 || d < 29 || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)));
}

/* A name that may be no UTF-8, as a JSON string. */
static void
put_name(struct buf *out, const char *p, size_t n)
{
	struct buf clean = {0};

	while (n > 0) {
		size_t good = utf8_valid(p, n);

		buf_add(&clean, p, good);
		p += good;
		n -= good;
		if (n > 0) {
			buf_puts(&clean, "\xEF\xBF\xBD");
			p++;
			n--;
		}
	}
	buf_json(out, clean.p, clean.n);
	buf_free(&clean);
}

/* The file's name without folder and extension. */
static struct str
stem(const char *path)
{
	const char *slash = strrchr(path, '/'), *p = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(p, '.');

	if (strcmp(path, "<stdin>") == 0)
		return (struct str){"stdin", 5};
	return (struct str){p, dot != NULL && dot != p ? (size_t)(dot - p) : strlen(p)};
}

static void
put_align(struct buf *out, const struct page *page)
{
	if (!align_plain(&page->align, 0)) {
		buf_puts(out, ",\"align\":");
		align_print(&page->align, out);
	}
}

/* What is done to every text once it is UTF-8. */
static void
clean(struct page *page)
{
	fold(page);
	if (simplified != NULL)
		simplify(page);
}

static void
load_tables(struct stream *s)
{
	static const char *const tables[] = {
	    "normalize.tsv", "normalize-ideographs.tsv", "normalize-common.tsv"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const char *path = rules_path(tables[i]);

		if (path == NULL)
			stream_die(s, EXIT_RULES, "cannot find %s", tables[i]);
		if (!fold_load(path))
			exit(EXIT_RULES);
	}
}

/* What --encoding says, else what the page says if it may be true, else the likeliest. */
static enum encoding
encoding_of(struct str bytes)
{
	enum encoding found, said;
	struct str name;
	char z[32];

	if (encoding != ENCODING_UNKNOWN)
		return encoding;
	found = encoding_find(bytes);
	if (html == HTML_NO || found == ENCODING_UTF8 || found >= ENCODING_UTF16LE ||
	    (html == HTML_LOOK && !html_looks(bytes)))
		return found;
	name = html_charset(bytes);
	if (name.n >= sizeof(z))
		return found;
	snprintf(z, sizeof(z), "%.*s", (int)name.n, name.p != NULL ? name.p : "");
	said = encoding_by_name(z);
	return said == ENCODING_GB18030 || said == ENCODING_BIG5 ? said : found;
}

static void
tell_error(struct stream *s, const char *file, enum encoding e, const struct decode_error *error)
{
	char more[64] = "";

	if (error->count > 1)
		snprintf(more, sizeof(more), " (first of %zu places)", error->count);
	stream_bad_at(s, file, 0, (struct str){NULL, 0}, "byte %zu: %s %s%s", error->at + 1,
	    error->cut ? "the file ends in half a character of" : "not", encoding_name(e), more);
}

/* HTML to text, if it is that; false after telling why it cannot be. */
static bool
read_html(struct stream *s, struct page *page, struct html_head *head)
{
	const char *why = html_text(page, head);

	if (!date_valid(head->date))
		head->date[0] = '\0';
	if (why != NULL)
		stream_bad_at(s, stream_file(s), stream_lineno(s), page->text, "%s", why);
	return why == NULL;
}

/* One file to one record; false if it is no text. */
static bool
document(struct stream *s, const char *file, struct str bytes, struct buf *out)
{
	static struct page page;
	const struct str none = {NULL, 0};
	struct html_head head = {""};
	struct decode_error error;
	enum encoding e = encoding_of(bytes);
	const char *from = source != NULL ? source : strcmp(file, "<stdin>") == 0 ? "-" : file;
	struct str name = stem(source != NULL ? source : file);

	if (e == ENCODING_BINARY || e == ENCODING_UNKNOWN) {
		stream_bad_at(s, file, 0, none, "%s, skipped",
		    e == ENCODING_BINARY
			? "binary file"
			: "neither UTF-8 nor GB18030, Big5 or UTF-16 (--encoding)");
		return false;
	}
	decode(bytes, e, &page, &error);
	if (error.count > 0 && !replace) {
		tell_error(s, file, e, &error);
		return false;
	}
	if ((html == HTML_YES || (html == HTML_LOOK && html_looks(page.text))) &&
	    !read_html(s, &page, &head))
		return false;
	clean(&page);
	out->n = 0;
	buf_puts(out, "{\"id\":");
	if (id != NULL)
		put_name(out, id, strlen(id));
	else
		put_name(out, name.p, name.n);
	buf_puts(out, ",\"source\":");
	put_name(out, from, strlen(from));
	if (head.date[0] != '\0' || date != NULL)
		buf_printf(out, ",\"date\":\"%s\"", head.date[0] != '\0' ? head.date : date);
	buf_printf(out, ",\"encoding\":\"%s\",\"text\":", encoding_name(e));
	buf_json(out, page.text.p, page.text.n);
	put_align(out, &page);
	buf_putc(out, '}');
	return true;
}

/* A record with "text" becomes a document; one without passes as it is. False if it is bad. */
static bool
record_document(struct stream *s, struct record *r, struct buf *out)
{
	static struct buf hold, hold_id;
	static struct page page;
	struct html_head head = {""};
	const struct json *had;
	struct str text;
	bool changed;

	if (!record_str(r, "text", &hold, &text))
		return true;
	align_reset(&page.align);
	page.text = text;
	if (html == HTML_YES && !read_html(s, &page, &head))
		return false;
	clean(&page);
	changed = page.text.p != text.p || page.text.n != text.n;
	if (changed) {
		out->n = 0;
		buf_json(out, page.text.p, page.text.n);
		record_set(r, "text", out->p, out->n);
	}
	out->n = 0;
	had = record_get(r, "id");
	if (had == NULL || (had->type != JSON_STRING && had->type != JSON_NUMBER)) {
		struct str name = stem(stream_file(s));

		hold_id.n = 0;
		buf_add(&hold_id, name.p, name.n);
		buf_printf(&hold_id, ":%llu", (unsigned long long)stream_lineno(s));
		put_name(out, hold_id.p, hold_id.n);
		record_set(r, "id", out->p, out->n);
	} else if (had->type == JSON_NUMBER) {
		buf_json(out, had->p, had->n);
		record_set(r, "id", out->p, out->n);
	}
	if ((head.date[0] != '\0' || date != NULL) && record_get(r, "date") == NULL) {
		out->n = 0;
		buf_printf(out, "\"%s\"", head.date[0] != '\0' ? head.date : date);
		record_set(r, "date", out->p, out->n);
	}
	if (source != NULL) {
		out->n = 0;
		put_name(out, source, strlen(source));
		record_set(r, "source", out->p, out->n);
	}
	record_unset(r, "src");
	if (!align_plain(&page.align, 0)) {
		out->n = 0;
		align_print(&page.align, out);
		record_set(r, "align", out->p, out->n);
	} else
		record_unset(r, "align");
	return true;
}

/* Names ended by NUL, as find -print0 writes them; the list lives as long as the process. */
static int
read_names(struct stream *s, const char *list, char ***names)
{
	FILE *f = strcmp(list, "-") == 0 ? stdin : fopen(list, "re");
	char *name = NULL;
	size_t size = 0;
	ssize_t len;
	int n = 0;

	if (f == NULL)
		stream_die(s, EXIT_IO, "cannot read %s: %s", list, strerror(errno));
	*names = NULL;
	while ((len = getdelim(&name, &size, '\0', f)) > 0) {
		if (name[0] == '\0')
			continue;
		if ((n & (n - 1)) == 0)
			*names = xarray(*names, n == 0 ? 1 : 2 * (size_t)n, sizeof(**names));
		(*names)[n++] = xstrndup(name, (size_t)len);
	}
	if (ferror(f))
		stream_die(s, EXIT_IO, "cannot read %s: %s", list, strerror(errno));
	free(name);
	if (f != stdin)
		fclose(f);
	return n;
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
	    {"jsonl", no_argument, NULL, OPT_JSONL},
	    {"date", required_argument, NULL, OPT_DATE},
	    {"id", required_argument, NULL, OPT_ID},
	    {"source", required_argument, NULL, OPT_SOURCE},
	    {"source-from-env", required_argument, NULL, OPT_SOURCE_FROM_ENV},
	    {"encoding", required_argument, NULL, OPT_ENCODING},
	    {"html", no_argument, NULL, OPT_HTML},
	    {"text", no_argument, NULL, OPT_TEXT},
	    {"simplify", optional_argument, NULL, OPT_SIMPLIFY},
	    {"replace", no_argument, NULL, OPT_REPLACE},
	    {"files0-from", required_argument, NULL, OPT_FILES0_FROM},
	    STREAM_OPTIONS,
	    {NULL, 0, NULL, 0},
	};
	struct stream *s = stream_new("normalize", help);
	const char *files0 = NULL;
	static struct buf out;
	static struct record r;
	struct str bytes;
	bool jsonl = false;
	char **names = NULL;
	int c, n;

	while ((c = stream_getopt(s, argc, argv, "0" STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_JSONL: jsonl = true; break;
		case OPT_DATE:
			if (!date_valid(optarg))
				stream_die(
				    s, EXIT_USAGE, "--date takes YYYY-MM-DD, not %s", optarg);
			date = optarg;
			break;
		case OPT_ID: id = optarg; break;
		case OPT_SOURCE: source = optarg; break;
		case OPT_SOURCE_FROM_ENV:
			source = getenv(optarg);
			if (source == NULL)
				stream_die(
				    s, EXIT_USAGE, "--source-from-env: %s is not set", optarg);
			break;
		case OPT_ENCODING:
			encoding = encoding_by_name(optarg);
			if (encoding == ENCODING_UNKNOWN)
				stream_die(s, EXIT_USAGE, "--encoding: %s is not known", optarg);
			break;
		case OPT_HTML: html = HTML_YES; break;
		case OPT_TEXT: html = HTML_NO; break;
		case OPT_SIMPLIFY: simplified = optarg != NULL ? optarg : "t2s"; break;
		case OPT_REPLACE: replace = true; break;
		case '0': files0 = "-"; break;
		case OPT_FILES0_FROM: files0 = optarg; break;
		default: stream_option(s, c, optarg);
		}
	n = argc - optind;
	names = argv + optind;
	if (files0 != NULL) {
		if (n > 0)
			stream_die(
			    s, EXIT_USAGE, "names of files both as operands and from a list");
		n = read_names(s, files0, &names);
	}
	if (id != NULL && (jsonl || n > 1))
		stream_die(s, EXIT_USAGE, "--id is for one file");
	load_tables(s);
	if (simplified != NULL) {
		const char *why = simplify_open(simplified);

		if (why != NULL)
			stream_die(s, EXIT_RULES, "--simplify=%s: %s", simplified, why);
	}
	if (files0 == NULL || n > 0) {
		stream_open(s, n, names);
		if (jsonl)
			while (stream_read(s, &r)) {
				if (record_document(s, &r, &out))
					stream_write(s, &r);
			}
		else
			while (stream_slurp(s, &bytes))
				if (document(s, stream_file(s), bytes, &out))
					stream_put_line(s, out.p, out.n);
	}
	return stream_close(s);
}
