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
    "  normalize page.txt | segment                      one document a file\n"
    "  normalize --date 2024-03-27 news/*.html           今年 and 3月26日 will mean 2024\n"
    "  normalize --encoding gb18030 old.txt              where the guess is wrong\n"
    "  find . -name '*.txt' -print0 | normalize -0       names of files from standard input\n"
    "  normalize --jsonl --text-field content crawl.jsonl    other fields ride along\n"
    "\n"
    "Usage: normalize [OPTION]... [FILE]...\n"
    "\n"
    "Turns files (UTF-8, GB18030, Big5, UTF-16; text or HTML) into clean UTF-8 text, one\n"
    "JSON record a document, and notes for each character the bytes it stands for.\n"
    "\n"
    "      --jsonl             the input is JSON Lines; each \"text\" is a document\n"
    "      --text-field=NAME, --id-field=NAME, --date-field=NAME\n"
    "                          ... where its fields are called otherwise\n"
    "      --date=YYYY-MM-DD   reference date, where the input says none\n"
    "      --date-from-name    ... the last day in the path: news/20240327_01.txt\n"
    "      --id=ID             id of the document (one file only)\n"
    "      --source=NAME       source instead of the file's path\n"
    "      --source-from-env=NAME  ... from an environment variable, as in Hadoop\n"
    "      --encoding=NAME     do not guess\n"
    "      --html, --text      do not look whether it is HTML\n"
    "      --simplify[=CONF]   Traditional to Simplified (OpenCC: t2s, hk2s, tw2s, tw2sp)\n"
    "      --fold=FILE         a table of folding more, on top of normalize.tsv\n"
    "      --replace           bytes that do not decode become U+FFFD\n"
    "  -0                      read names of files from standard input, each ended by NUL\n"
    "      --files0-from=FILE  ... from FILE\n";

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
	OPT_TEXT,
	OPT_TEXT_FIELD,
	OPT_ID_FIELD,
	OPT_DATE_FIELD,
	OPT_FOLD,
	OPT_DATE_FROM_NAME
};

static const char *date, *id, *source;
static bool date_from_name;
static const char *text_field = "text", *id_field = "id", *date_field = "date";
static bool text_renamed, id_renamed, date_renamed;
static const char *simplified; /* a configuration of OpenCC */
static enum encoding encoding;
static const char **fold_more; /* tables on top of the shipped ones */
static size_t nfold;
static bool replace;
static enum { HTML_LOOK, HTML_YES, HTML_NO } html;

static bool
day_exists(unsigned y, unsigned m, unsigned d)
{
	static const unsigned days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] &&
	       (m != 2 || d < 29 || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)));
}

/* At most that many digits, moving *z past them; 0 if there are none. */
static unsigned
digits(const char **z, const char *end, int most)
{
	unsigned v = 0;

	for (; most > 0 && *z < end && **z >= '0' && **z <= '9'; most--)
		v = v * 10 + (unsigned)(*(*z)++ - '0');
	return v;
}

/* Past what parts two numbers of a date: - / . or 年. */
static void
separator(const char **z, const char *end)
{
	for (int i = 0; i < 3 && *z < end && (**z < '0' || **z > '9'); i++)
		(*z)++;
}

static void
put_digits(char *out, size_t n, unsigned value)
{
	for (; n-- > 0; value /= 10)
		out[n] = (char)('0' + value % 10);
}

/* The day that a text begins with: 2024-03-26T18:20, 2024/3/26, 2024年3月26日, 20240326. */
static bool
date_read(struct str text, char out[11])
{
	const char *z = text.p, *end = text.p + text.n;
	unsigned y = digits(&z, end, 4), m, d;

	if (text.n < 8 || z != text.p + 4)
		return false;
	separator(&z, end);
	m = digits(&z, end, 2);
	separator(&z, end);
	d = digits(&z, end, 2);
	if (!day_exists(y, m, d) || (z < end && *z >= '0' && *z <= '9'))
		return false;
	/* by hand: printf(3) would take a seventh of the time of a record */
	put_digits(out, 4, y);
	put_digits(out + 5, 2, m);
	put_digits(out + 8, 2, d);
	out[4] = out[7] = '-';
	out[10] = '\0';
	return true;
}

/* The last day in a path, such as news/20240326_01.txt or 2024-03/26/a.html. */
static bool
date_in_path(const char *path, char out[11])
{
	bool found = false;

	for (const char *z = path; *z != '\0'; z++)
		if ((*z == '1' || *z == '2') && (z == path || z[-1] < '0' || z[-1] > '9') &&
		    date_read((struct str){z, strlen(z)}, out))
			found = true;
	return found;
}

/* The day that --date-from-name or --date say, empty if none does. */
static const char *
date_of_file(const char *path)
{
	static char named[11];

	if (date_from_name && date_in_path(source != NULL ? source : path, named))
		return named;
	return date != NULL ? date : "";
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
	for (size_t i = 0; i < nfold; i++)
		if (!fold_load(fold_more[i]))
			exit(EXIT_RULES);
}

/* What a file is that is no text, and often comes among some; NULL if it is none of these. */
static const char *
no_text(struct str bytes)
{
	static const struct {
		const char *magic, *what;
	} kinds[] = {
	    {"%PDF-", "PDF file; pdftotext(1) makes text of it"},
	    {"PK\003\004", "ZIP archive (.docx, .xlsx, .epub ...)"},
	    {"\320\317\021\340", "Word or Excel file (.doc, .xls)"},
	    {"{\\rtf", "RTF file"},
	    {"\037\213", "gzip file; zcat(1) unpacks it"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = strlen(kinds[i].magic);

		if (bytes.n >= n && memcmp(bytes.p, kinds[i].magic, n) == 0)
			return kinds[i].what;
	}
	return NULL;
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

/* HTML to text; false after telling why it cannot be. */
static bool
read_html(struct stream *s, struct page *page, char page_day[11])
{
	struct html_head head;
	const char *why = html_text(page, &head);

	page_day[0] = '\0';
	(void)date_read((struct str){head.date, strlen(head.date)}, page_day);
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
	char page_day[11] = "";
	struct decode_error error;
	enum encoding e = encoding_of(bytes);
	const char *why = no_text(bytes), *day;
	const char *from = source != NULL ? source : strcmp(file, "<stdin>") == 0 ? "-" : file;
	struct str name = stem(source != NULL ? source : file);

	if (why == NULL && e == ENCODING_BINARY)
		why = "binary file";
	if (why == NULL && e == ENCODING_UNKNOWN)
		why = "neither UTF-8 nor GB18030, Big5 or UTF-16 (--encoding)";
	if (why != NULL) {
		stream_bad_at(s, file, 0, none, "%s, skipped", why);
		return false;
	}
	decode(bytes, e, &page, &error);
	if (error.count > 0 && !replace) {
		tell_error(s, file, e, &error);
		return false;
	}
	if ((html == HTML_YES || (html == HTML_LOOK && html_looks(page.text))) &&
	    !read_html(s, &page, page_day))
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
	day = page_day[0] != '\0' ? page_day : date_of_file(file);
	if (*day != '\0')
		buf_printf(out, ",\"date\":\"%s\"", day);
	buf_printf(out, ",\"encoding\":\"%s\",\"text\":", encoding_name(e));
	buf_json(out, page.text.p, page.text.n);
	put_align(out, &page);
	buf_putc(out, '}');
	return true;
}

static void
set_string(struct record *r, const char *key, struct str value, struct buf *hold)
{
	hold->n = 0;
	put_name(hold, value.p, value.n);
	record_set(r, key, hold->p, hold->n);
}

/* The record's id, or its place in the input; a number becomes a string, as written. */
static void
record_id(struct stream *s, struct record *r, struct buf *hold)
{
	static struct buf text;
	const struct json *had = record_get(r, id_field);
	struct str value;

	if (had != NULL && had->type == JSON_STRING) {
		if (id_renamed)
			record_set(r, "id", had->p, had->n);
		return;
	}
	if (had != NULL && had->type == JSON_NUMBER)
		value = (struct str){had->p, had->n};
	else {
		value = stem(stream_file(s));
		text.n = 0;
		buf_add(&text, value.p, value.n);
		buf_printf(&text, ":%llu", (unsigned long long)stream_lineno(s));
		value = (struct str){text.p, text.n};
	}
	set_string(r, "id", value, hold);
}

/* The record's date, in ISO 8601 where it can be read; else the page's, else --date. */
static void
record_date(struct stream *s, struct record *r, const char *page_day, struct buf *hold)
{
	struct str had;
	char day[11];

	if (record_str(r, date_field, hold, &had)) {
		if (date_read(had, day) &&
		    (date_renamed || had.n != 10 || memcmp(day, had.p, 10) != 0))
			set_string(r, "date", (struct str){day, 10}, hold);
		return;
	}
	if (record_get(r, "date") != NULL)
		return;
	if (*page_day == '\0')
		page_day = date_of_file(stream_file(s));
	if (*page_day != '\0')
		set_string(r, "date", (struct str){page_day, 10}, hold);
}

/* A record with "text" becomes a document; one without passes as it is. False if it is bad. */
static bool
record_document(struct stream *s, struct record *r, struct buf *out)
{
	static struct buf hold;
	static struct page page;
	char page_day[11] = "";
	struct str text;

	if (!record_str(r, text_field, &hold, &text))
		return true;
	align_reset(&page.align);
	page.text = text;
	if (html == HTML_YES && !read_html(s, &page, page_day))
		return false;
	clean(&page);
	if (text_renamed || page.text.p != text.p || page.text.n != text.n) {
		out->n = 0;
		buf_json(out, page.text.p, page.text.n);
		record_set(r, "text", out->p, out->n);
	}
	if (text_renamed)
		record_unset(r, text_field);
	record_id(s, r, out);
	record_date(s, r, page_day, out);
	if (source != NULL)
		set_string(r, "source", (struct str){source, strlen(source)}, out);
	/* what these may say is of another text */
	record_unset(r, "src");
	record_unset(r, "align");
	if (!align_plain(&page.align, 0)) {
		out->n = 0;
		align_print(&page.align, out);
		record_set(r, "align", out->p, out->n);
	}
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

/* What concerns the run as a whole; the rest of the options stands above, with what reads it. */
struct input {
	bool jsonl;
	const char *list; /* of names of files, each ended by NUL; or NULL */
};

static const char *
day_option(struct stream *s, const char *arg)
{
	static char day[11];

	if (arg == NULL || !date_read((struct str){arg, strlen(arg)}, day) || strcmp(day, arg) != 0)
		stream_die(s, EXIT_USAGE, "--date takes YYYY-MM-DD, not %s", arg);
	return day;
}

static void
read_options(struct stream *s, int argc, char *argv[], struct input *input)
{
	static const struct option options[] = {
	    {"jsonl", no_argument, NULL, OPT_JSONL},
	    {"date", required_argument, NULL, OPT_DATE},
	    {"id", required_argument, NULL, OPT_ID},
	    {"source", required_argument, NULL, OPT_SOURCE},
	    {"source-from-env", required_argument, NULL, OPT_SOURCE_FROM_ENV},
	    {"encoding", required_argument, NULL, OPT_ENCODING},
	    {"text-field", required_argument, NULL, OPT_TEXT_FIELD},
	    {"id-field", required_argument, NULL, OPT_ID_FIELD},
	    {"date-field", required_argument, NULL, OPT_DATE_FIELD},
	    {"date-from-name", no_argument, NULL, OPT_DATE_FROM_NAME},
	    {"fold", required_argument, NULL, OPT_FOLD},
	    {"html", no_argument, NULL, OPT_HTML},
	    {"text", no_argument, NULL, OPT_TEXT},
	    {"simplify", optional_argument, NULL, OPT_SIMPLIFY},
	    {"replace", no_argument, NULL, OPT_REPLACE},
	    {"files0-from", required_argument, NULL, OPT_FILES0_FROM},
	    STREAM_OPTIONS,
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = stream_getopt(s, argc, argv, "0" STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_JSONL: input->jsonl = true; break;
		case OPT_DATE: date = day_option(s, optarg); break;
		case OPT_DATE_FROM_NAME: date_from_name = true; break;
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
		case OPT_TEXT_FIELD: text_field = optarg; break;
		case OPT_ID_FIELD: id_field = optarg; break;
		case OPT_DATE_FIELD: date_field = optarg; break;
		case OPT_FOLD:
			fold_more = xarray(fold_more, nfold + 1, sizeof(*fold_more));
			fold_more[nfold++] = optarg;
			break;
		case OPT_HTML: html = HTML_YES; break;
		case OPT_TEXT: html = HTML_NO; break;
		case OPT_SIMPLIFY: simplified = optarg != NULL ? optarg : "t2s"; break;
		case OPT_REPLACE: replace = true; break;
		case '0': input->list = "-"; break;
		case OPT_FILES0_FROM: input->list = optarg; break;
		default: stream_option(s, c, optarg);
		}
	text_renamed = strcmp(text_field, "text") != 0;
	id_renamed = strcmp(id_field, "id") != 0;
	date_renamed = strcmp(date_field, "date") != 0;
}

static void
start_simplifying(struct stream *s)
{
	const char *why = simplified != NULL ? simplify_open(simplified) : NULL;

	if (why != NULL)
		stream_die(s, EXIT_RULES, "--simplify=%s: %s", simplified, why);
}

int
main(int argc, char *argv[])
{
	struct stream *s = stream_new("normalize", help);
	struct input input = {0};
	static struct buf out;
	static struct record r;
	struct str bytes;

	read_options(s, argc, argv, &input);
	int n = argc - optind;
	char **names = argv + optind;
	if (input.list != NULL) {
		if (n > 0)
			stream_die(
			    s, EXIT_USAGE, "names of files both as operands and from a list");
		n = read_names(s, input.list, &names);
	}
	if (id != NULL && (input.jsonl || n > 1))
		stream_die(s, EXIT_USAGE, "--id is for one file");
	load_tables(s);
	start_simplifying(s);
	if (input.list == NULL || n > 0) {
		stream_open(s, n, names);
		if (input.jsonl)
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
