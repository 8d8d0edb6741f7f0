/* to-xlsx - records to a workbook: a sheet for all figures, one a kind, entities, documents */
/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "dec.h"
#include "row.h"
#include "stream.h"
#include "utf8.h"

static const char help[] =
    "  to-xlsx -o figures.xlsx figures.jsonl\n"
    "  to-xlsx --review review.html --note command='hansieve *.txt' -o out.xlsx\n"
    "\n"
    "Usage: to-xlsx [OPTION]... [FILE]...\n"
    "\n"
    "Writes the figures and entities of the records as an Excel workbook.\n"
    "\n"
    "      --review FILE      link each row into this page of to-html\n"
    "      --header WHICH     zh (default) or en: titles, sheet names, words for codes\n"
    "      --columns A,B,...  columns of the figures, as for to-csv\n"
    "      --note NAME=TEXT   a line of the read-me sheet; may be repeated\n"
    "      --plain            no bold figure in its sentence: four times as fast\n"
    "      --max-rows N       rows of a sheet before the next part begins (1048576)\n";

enum { OPT_REVIEW = 256, OPT_HEADER, OPT_COLUMNS, OPT_NOTE, OPT_PLAIN, OPT_MAX_ROWS };

static const struct option options[] = {
    {"review", required_argument, NULL, OPT_REVIEW},
    {"header", required_argument, NULL, OPT_HEADER},
    {"columns", required_argument, NULL, OPT_COLUMNS},
    {"note", required_argument, NULL, OPT_NOTE},
    {"plain", no_argument, NULL, OPT_PLAIN},
    {"max-rows", required_argument, NULL, OPT_MAX_ROWS},
    STREAM_OPTIONS,
    {NULL, 0, NULL, 0},
};

/*
 * Where malloc(3) fails, libxlsxwriter crashes, or leaves out a cell and says that all is well; nor
 * does it look whether its temporary files took what it wrote. So these four functions stand before
 * those of the C library, and end the program.
 */
static void *
or_die(void *p, size_t n)
{
	static const char why[] = "to-xlsx: out of memory\n";

	if (p == NULL && n != 0) {
		(void)!write(STDERR_FILENO, why, sizeof(why) - 1);
		exit(EXIT_IO);
	}
	return p;
}

void *
malloc(size_t n)
{
	static void *(*next)(size_t);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "malloc");
	return or_die(next(n), n);
}

void *
calloc(size_t n, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "calloc");
	return or_die(next(n, size), n != 0 ? size : 0);
}

void *
realloc(void *p, size_t n)
{
	static void *(*next)(void *, size_t);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "realloc");
	return or_die(next(p, n), n);
}

/* Temporary files are read back after this. */
void
rewind(FILE *f)
{
	if (fflush(f) != 0 || ferror(f)) {
		fprintf(stderr, "to-xlsx: cannot write a temporary file: %s\n", strerror(errno));
		exit(EXIT_IO);
	}
	(void)fseek(f, 0, SEEK_SET);
	clearerr(f);
}

#define CELL_UNITS 32767 /* UTF-16 code units in a cell */
#define MEASURED 1000    /* rows that decide a column's width */
#define WIDEST 60.0      /* of a column, in digits */

/* What a column's cells are in a workbook, beyond their text. */
enum role { ROLE_TEXT, ROLE_COUNT, ROLE_VALUE, ROLE_DATE, ROLE_SENTENCE, ROLE_ID };

/* A cell ready to be written, in every sheet that has the row. */
struct ready {
	enum { EMPTY, TEXT, RICH, NUMBER, DATE, LINK } is;
	const char *text;
	const char *part[3]; /* of RICH: before, the figure, after */
	double number;
	lxw_datetime date;
	bool big; /* NUMBER in 亿 and 万 */
	unsigned width;
};

/* One part of a sheet: Excel has 1,048,576 rows. */
struct sheet {
	const char *field, *code; /* "sheet" "all", "kind" "money": what its label is found by */
	char *name;
	unsigned part;
	lxw_worksheet *ws;
	const struct rows *rows;
	lxw_row_t next; /* row */
	double *width;
	struct sheet *older;
};

struct workbook {
	struct stream *stream;
	lxw_workbook *book;
	lxw_format *bold, *head, *big, *date, *link, *title, *wrap, *rise, *fall;
	const struct table *labels;
	int field, code, label; /* columns of it */
	bool english, plain, quiet;
	const char *review;
	lxw_row_t max_rows;
	struct sheet *sheets; /* newest first */
	struct arena arena;   /* of a row */
	struct buf work, link_text;
	struct ready *ready;
	size_t nready;
	uint64_t blocks, figures, entities, documents, nuls, noncharacters, cuts;
};

static const char *
label(const struct workbook *w, const char *field, const char *code)
{
	const struct table *t = w->labels;

	for (size_t i = 0; i < t->nrow; i++)
		if (strcmp(table_cell(t, i, (size_t)w->field), field) == 0 &&
		    strcmp(table_cell(t, i, (size_t)w->code), code) == 0)
			return table_cell(t, i, (size_t)w->label);
	return code;
}

static void
check(struct workbook *w, lxw_error e)
{
	if (e != LXW_NO_ERROR)
		stream_die(w->stream, EXIT_IO, "cannot write the workbook: %s", lxw_strerror(e));
}

/* Text of a cell */

/* "_x0041_" is how the format writes "A"; as text its first mark must be written so. */
static bool
is_escape(const char *p, size_t n)
{
	return n >= 7 && p[0] == '_' && p[1] == 'x' && p[6] == '_' &&
	       strspn(p + 2, "0123456789abcdefABCDEF") >= 4;
}

/*
 * s as the library wants it: NUL-terminated, without what XML forbids, at most
 * units UTF-16 code units (a cut is marked by an ellipsis). In the row's arena.
 */
static const char *
cell_z(struct workbook *w, struct str s, size_t units, unsigned *width)
{
	struct buf *b = &w->work;
	size_t len, used = 0, cut_at = 0;
	unsigned wide = 0;

	b->n = 0;
	for (size_t i = 0; i < s.n; i += len) {
		uint32_t u = utf8_get(s.p + i, &len);

		if (used < units)
			cut_at = b->n;
		used += u >= 0x10000 ? 2 : 1;
		if (used > units) {
			b->n = cut_at;
			buf_puts(b, "\xE2\x80\xA6");
			w->cuts++;
			break;
		}
		wide += u < 0x20 ? 0 : (unsigned)utf8_width(u);
		if (u == 0) {
			buf_puts(b, "\xE2\x90\x80"); /* U+2400, the picture of it */
			w->nuls++;
		} else if (u == 0xFFFE || u == 0xFFFF) {
			buf_puts(b, "\xEF\xBF\xBD");
			w->noncharacters++;
		} else if (u == '\r') { /* LF alone breaks a line in a cell */
			if (i + 1 == s.n || s.p[i + 1] != '\n')
				buf_putc(b, '\n');
		} else if (u == '_' && is_escape(s.p + i, s.n - i)) {
			buf_puts(b, "_x005F_");
		} else {
			buf_add(b, s.p + i, len);
		}
	}
	if (width != NULL)
		*width = wide;
	buf_putc(b, '\0');
	return arena_str(&w->arena, b->p, b->n).p;
}

static bool
two_digits(const char *p, int *out)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + p[1] - '0';
	return true;
}

/* 2024-03-26, a day that there is, since 1900-03-01: before, Excel counts a day too many. */
static bool
whole_day(struct str s, lxw_datetime *d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int century, year, month, day, leap;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !two_digits(s.p, &century) ||
	    !two_digits(s.p + 2, &year) || !two_digits(s.p + 5, &month) ||
	    !two_digits(s.p + 8, &day))
		return false;
	year += century * 100;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] + (month == 2 && leap) ||
	    year < 1900 || (year == 1900 && month < 3))
		return false;
	*d = (lxw_datetime){.year = year, .month = month, .day = day};
	return true;
}

/* A row, made ready */

static enum role
role_of(const struct row_column *c)
{
	if (strcmp(c->name, "value_number") == 0 || strcmp(c->name, "low") == 0 ||
	    strcmp(c->name, "high") == 0)
		return ROLE_VALUE;
	if (strcmp(c->name, "period") == 0 || strcmp(c->type, "date") == 0)
		return ROLE_DATE;
	if (strcmp(c->name, "sentence") == 0)
		return ROLE_SENTENCE;
	if (strcmp(c->name, "row_id") == 0)
		return ROLE_ID;
	if (strcmp(c->type, "integer") == 0 || strcmp(c->type, "number") == 0)
		return ROLE_COUNT;
	return ROLE_TEXT;
}

/* A number where a double carries it, else the text. */
static void
ready_number(struct workbook *w, struct ready *r, struct str s)
{
	if (!dec_valid(s) || !dec_fits_double(s))
		return;
	r->is = NUMBER;
	r->number = strtod(arena_str(&w->arena, s.p, s.n).p, NULL);
}

/* The sentence in three parts, the figure bold. */
static void
ready_rich(struct workbook *w, struct ready *r, struct rows *rows, struct str s)
{
	size_t from, to;

	if (w->plain || !rows_in_sentence(rows, &from, &to) || from >= to || to > s.n ||
	    to - from == s.n || s.n > CELL_UNITS || memchr(s.p, '\r', s.n) != NULL)
		return;
	r->is = RICH;
	r->part[0] = cell_z(w, (struct str){s.p, from}, CELL_UNITS, NULL);
	r->part[1] = cell_z(w, (struct str){s.p + from, to - from}, CELL_UNITS, NULL);
	r->part[2] = cell_z(w, (struct str){s.p + to, s.n - to}, CELL_UNITS, NULL);
}

/* =HYPERLINK(): a link of the library's own would cost memory, and a sheet takes 65,530 only. */
static void
ready_link(struct workbook *w, struct ready *r, struct str id)
{
	struct buf *b = &w->link_text;

	if (w->review == NULL)
		return;
	b->n = 0;
	buf_puts(b, "=HYPERLINK(\"");
	for (const char *p = w->review; *p != '\0'; p++) {
		if (*p == '"')
			buf_putc(b, '"');
		buf_putc(b, *p);
	}
	buf_printf(b, "#%.*s\",\"%.*s\")", (int)id.n, id.p, (int)id.n, id.p);
	buf_putc(b, '\0');
	if (b->n > 255) /* what a formula's text may hold */
		return;
	r->is = LINK;
	r->part[0] = arena_str(&w->arena, b->p, b->n).p;
}

static bool
is_amount(const struct json *figure)
{
	struct json kind;

	if (figure == NULL || !json_member(figure, "kind", &kind))
		return false;
	return (kind.n == 7 && memcmp(kind.p, "\"money\"", 7) == 0) ||
	       (kind.n == 7 && memcmp(kind.p, "\"count\"", 7) == 0) ||
	       (kind.n == 9 && memcmp(kind.p, "\"measure\"", 9) == 0) ||
	       (kind.n == 8 && memcmp(kind.p, "\"number\"", 8) == 0);
}

/* In Chinese, codes are shown in words where labels.tsv has them for the column. */
static struct str
code_label(const struct workbook *w, const char *column, struct str code)
{
	const struct table *t = w->labels;
	const char *z;

	for (size_t i = 0; i < t->nrow; i++)
		if (str_is(code, table_cell(t, i, (size_t)w->code)) &&
		    strcmp(table_cell(t, i, (size_t)w->field), column) == 0) {
			z = table_cell(t, i, (size_t)w->label);
			return (struct str){z, strlen(z)};
		}
	return code;
}

static void
ready_row(struct workbook *w, struct rows *rows, const struct cell *cell)
{
	static struct buf hold, iso_hold;
	const struct json *object = rows_object(rows);
	size_t n = rows_columns(rows);
	struct json iso;

	arena_reset(&w->arena);
	if (n > w->nready) {
		w->ready = xarray(w->ready, n, sizeof *w->ready);
		w->nready = n;
	}
	for (size_t i = 0; i < n; i++) {
		struct ready *r = &w->ready[i];
		enum role role = role_of(rows_column(rows, i));
		struct str s = cell_text(&cell[i], &hold);

		memset(r, 0, sizeof *r);
		if (cell[i].form == CELL_NULL) {
			/* a day has no value, but Excel counts with it */
			if (role != ROLE_VALUE || object == NULL ||
			    strcmp(rows_column(rows, i)->name, "value_number") != 0 ||
			    !json_member(object, "iso", &iso) || !json_str(&iso, &iso_hold, &s) ||
			    !whole_day(s, &r->date))
				continue;
			r->is = DATE;
			r->width = 10;
			continue;
		}
		w->noncharacters += cell_surrogates(&cell[i]);
		if (!w->english)
			s = code_label(w, rows_column(rows, i)->name, s);
		r->is = TEXT;
		r->text = cell_z(w, s, CELL_UNITS, &r->width);
		switch (role) {
		case ROLE_VALUE:
			ready_number(w, r, s);
			r->big = is_amount(object);
			break;
		case ROLE_COUNT: ready_number(w, r, s); break;
		case ROLE_DATE:
			if (whole_day(s, &r->date))
				r->is = DATE;
			break;
		case ROLE_SENTENCE: ready_rich(w, r, rows, s); break;
		case ROLE_ID: ready_link(w, r, s); break;
		case ROLE_TEXT: break;
		}
	}
}

/* Sheets */

/* A name as Excel takes it: 31 characters, none of []:*?/\, no ' at the ends. */
static char *
sheet_name(struct workbook *w, const char *field, const char *code, unsigned part)
{
	const char *text = label(w, field, code);
	char suffix[16] = "";
	struct buf b = {0};
	size_t len, units = 0;

	if (part > 1)
		snprintf(suffix, sizeof suffix, " (%u)", part);
	for (size_t i = 0; text[i] != '\0' && units + strlen(suffix) < 30; i += len) {
		units += utf8_get(text + i, &len) >= 0x10000 ? 2 : 1;
		if ((unsigned char)text[i] < 0x20 || strchr("[]:*?/\\'", text[i]) != NULL)
			buf_putc(&b, '_');
		else
			buf_add(&b, text + i, len);
	}
	buf_puts(&b, suffix);
	buf_putc(&b, '\0');
	return b.p;
}

static struct sheet *
sheet_new(
    struct workbook *w, const char *field, const char *code, unsigned part, const struct rows *rows)
{
	struct sheet *sheet = xmalloc(sizeof *sheet);
	size_t n = rows_columns(rows);

	*sheet = (struct sheet){.field = field,
	    .code = xstrndup(code, strlen(code)),
	    .part = part,
	    .rows = rows,
	    .older = w->sheets};
	sheet->name = sheet_name(w, field, code, part);
	while (workbook_validate_sheet_name(w->book, sheet->name) != LXW_NO_ERROR) {
		free(sheet->name); /* two kinds whose names become the same */
		sheet->name = sheet_name(w, field, code, ++sheet->part);
		if (sheet->part > 10000)
			stream_die(w->stream, EXIT_DATA, "cannot name a sheet for '%s'", code);
	}
	sheet->ws = workbook_add_worksheet(w->book, sheet->name);
	if (sheet->ws == NULL)
		stream_die(w->stream, EXIT_IO, "cannot add the sheet '%s'", sheet->name);
	sheet->width = xarray(NULL, n, sizeof *sheet->width);
	for (size_t i = 0; i < n; i++) {
		const struct row_column *c = rows_column(rows, i);
		const char *title = w->english ? c->name : c->zh;
		unsigned width;

		arena_reset(&w->arena);
		title = cell_z(w, (struct str){title, strlen(title)}, CELL_UNITS, &width);
		check(w, worksheet_write_string(sheet->ws, 0, (lxw_col_t)i, title, w->head));
		sheet->width[i] = width + 3; /* the filter's button */
	}
	sheet->next = 1;
	w->sheets = sheet;
	return sheet;
}

/* The part of a sheet that the next row goes to. */
static struct sheet *
sheet_for(struct workbook *w, const char *field, const char *code, const struct rows *rows)
{
	struct sheet *s = w->sheets;

	while (s != NULL && (strcmp(s->code, code) != 0 || strcmp(s->field, field) != 0))
		s = s->older;
	if (s == NULL)
		return sheet_new(w, field, code, 1, rows);
	if (s->next < w->max_rows)
		return s;
	s = sheet_new(w, field, s->code, s->part + 1, rows);
	if (!w->quiet)
		fprintf(stderr, "to-xlsx: more than %lu rows: going on in the sheet '%s'\n",
		    (unsigned long)w->max_rows, s->name);
	return s;
}

static void
sheet_cell(struct workbook *w, struct sheet *sheet, lxw_col_t col, const struct ready *r)
{
	lxw_rich_string_tuple part[3], *parts[4];
	lxw_row_t row = sheet->next;
	lxw_error e = LXW_NO_ERROR;
	int n = 0;

	switch (r->is) {
	case EMPTY: break;
	case TEXT: e = worksheet_write_string(sheet->ws, row, col, r->text, NULL); break;
	case NUMBER:
		e = worksheet_write_number(sheet->ws, row, col, r->number, r->big ? w->big : NULL);
		break;
	case DATE:
		e = worksheet_write_datetime(
		    sheet->ws, row, col, (lxw_datetime *)&r->date, w->date);
		break;
	case LINK:
		e = worksheet_write_formula_str(sheet->ws, row, col, r->part[0], w->link, r->text);
		break;
	case RICH:
		for (int i = 0; i < 3; i++)
			if (r->part[i][0] != '\0') {
				part[n] = (lxw_rich_string_tuple){.format = i == 1 ? w->bold : NULL,
				    .string = (char *)r->part[i]};
				parts[n] = &part[n];
				n++;
			}
		parts[n] = NULL;
		e = worksheet_write_rich_string(sheet->ws, row, col, parts, NULL);
		break;
	}
	check(w, e);
	if (row <= MEASURED && r->width + 2 > sheet->width[col])
		sheet->width[col] = r->width + 2;
}

static void
sheet_row(struct workbook *w, const char *field, const char *code, const struct rows *rows)
{
	struct sheet *sheet = sheet_for(w, field, code, rows);

	for (size_t i = 0; i < rows_columns(rows); i++)
		sheet_cell(w, sheet, (lxw_col_t)i, &w->ready[i]);
	sheet->next++;
}

/* What rises is red and what falls is green, as on a Chinese exchange. */
static void
colour_direction(struct workbook *w, struct sheet *s, int col)
{
	static const char *const code[] = {"increase", "decrease"};
	lxw_format *const format[] = {w->rise, w->fall};

	for (int i = 0; i < 2; i++) {
		const char *word = w->english ? code[i] : label(w, "direction", code[i]);
		struct buf quoted = {0};
		lxw_conditional_format rule = {.type = LXW_CONDITIONAL_TYPE_CELL,
		    .criteria = LXW_CONDITIONAL_CRITERIA_EQUAL_TO,
		    .format = format[i]};

		buf_printf(&quoted, "\"%s\"", word);
		rule.value_string = quoted.p;
		check(w, worksheet_conditional_format_range(
			     s->ws, 1, (lxw_col_t)col, s->next - 1, (lxw_col_t)col, &rule));
		buf_free(&quoted);
	}
}

static void
sheet_finish(struct workbook *w, struct sheet *s)
{
	size_t n = rows_columns(s->rows);
	int direction = rows_find(s->rows, "direction");

	for (size_t i = 0; i < n; i++)
		check(w, worksheet_set_column(s->ws, (lxw_col_t)i, (lxw_col_t)i,
			     s->width[i] < WIDEST ? s->width[i] : WIDEST, NULL));
	if (direction >= 0 && s->next > 1)
		colour_direction(w, s, direction);
	check(w, worksheet_autofilter(s->ws, 0, 0, s->next - 1, (lxw_col_t)(n - 1)));
	worksheet_freeze_panes(s->ws, 1, 0);
}

/* The read-me sheet */

struct readme {
	lxw_worksheet *ws;
	lxw_row_t row;
};

static void
readme_line(struct workbook *w, struct readme *m, const char *name, const char *value)
{
	arena_reset(&w->arena);
	name = cell_z(w, (struct str){name, strlen(name)}, CELL_UNITS, NULL);
	check(w, worksheet_write_string(m->ws, m->row, 0, name, NULL));
	if (value != NULL) {
		value = cell_z(w, (struct str){value, strlen(value)}, CELL_UNITS, NULL);
		check(w, worksheet_write_string(m->ws, m->row, 1, value, w->wrap));
	}
	m->row++;
}

static void
readme_count(struct workbook *w, struct readme *m, const char *name, uint64_t n)
{
	check(w, worksheet_write_string(m->ws, m->row, 0, name, NULL));
	check(w, worksheet_write_number(m->ws, m->row++, 1, (double)n, w->wrap));
}

/* Sheets oldest first, each with its rows. */
static void
readme_sheets(struct workbook *w, struct readme *m, const struct sheet *s)
{
	if (s == NULL)
		return;
	readme_sheets(w, m, s->older);
	readme_count(w, m, s->name, s->next - 1);
}

static void
readme_write(struct workbook *w, struct readme *m, char *const *notes, size_t nnotes)
{
	static const char *const explain[] = {
	    "cell_value", "cell_date", "cell_sentence", "cell_bytes"};

	check(w, worksheet_write_string(m->ws, m->row, 0, label(w, "readme", "title"), w->title));
	m->row += 2;
	readme_line(w, m, label(w, "readme", "made_by"), "hansieve " HANSIEVE_VERSION);
	for (size_t i = 0; i < nnotes; i++) {
		char *eq = strchr(notes[i], '=');
		char *name = xstrndup(notes[i], (size_t)(eq - notes[i]));

		readme_line(w, m, label(w, "readme", name), eq + 1);
		free(name);
	}
	readme_count(w, m, label(w, "readme", "documents"), w->documents);
	readme_count(w, m, label(w, "readme", "blocks"), w->blocks);
	readme_count(w, m, label(w, "readme", "figures"), w->figures);
	readme_count(w, m, label(w, "readme", "entities"), w->entities);
	if (w->nuls > 0)
		readme_count(w, m, label(w, "readme", "nuls"), w->nuls);
	if (w->noncharacters > 0)
		readme_count(w, m, label(w, "readme", "noncharacters"), w->noncharacters);
	if (w->cuts > 0)
		readme_count(w, m, label(w, "readme", "cuts"), w->cuts);
	m->row++;
	check(w, worksheet_write_string(m->ws, m->row, 0, label(w, "readme", "sheet"), w->head));
	check(w, worksheet_write_string(m->ws, m->row++, 1, label(w, "readme", "rows"), w->head));
	readme_sheets(w, m, w->sheets);
	m->row++;
	for (size_t i = 0; i < sizeof explain / sizeof *explain; i++) {
		check(w, worksheet_write_string(
			     m->ws, m->row++, 1, label(w, "readme", explain[i]), w->wrap));
	}
	check(w, worksheet_set_column(m->ws, 0, 0, 24, NULL));
	check(w, worksheet_set_column(m->ws, 1, 1, 90, NULL));
}

/* The workbook */

static void
workbook_begin(struct workbook *w, const char *path)
{
	lxw_workbook_options how = {.constant_memory = LXW_TRUE, .tmpdir = getenv("TMPDIR")};
	/* the same bytes from the same records: no time of day */
	lxw_doc_properties properties = {.title = (char *)label(w, "readme", "title"),
	    .company = "",
	    .author = "hansieve",
	    .created = 946684800};

	w->book = workbook_new_opt(path, &how);
	if (w->book == NULL)
		stream_die(w->stream, EXIT_IO, "cannot begin the workbook");
	check(w, workbook_set_properties(w->book, &properties));
	w->bold = workbook_add_format(w->book);
	format_set_bold(w->bold);
	w->head = workbook_add_format(w->book);
	format_set_bold(w->head);
	format_set_bg_color(w->head, 0xE8EEF4);
	format_set_bottom(w->head, LXW_BORDER_THIN);
	w->big = workbook_add_format(w->book);
	format_set_num_format(w->big, label(w, "format", "amount"));
	w->date = workbook_add_format(w->book);
	format_set_num_format(w->date, "yyyy-mm-dd");
	w->link = workbook_add_format(w->book);
	format_set_font_color(w->link, 0x0563C1);
	format_set_underline(w->link, LXW_UNDERLINE_SINGLE);
	w->rise = workbook_add_format(w->book);
	format_set_font_color(w->rise, 0xB3261E);
	w->fall = workbook_add_format(w->book);
	format_set_font_color(w->fall, 0x1E7B34);
	w->title = workbook_add_format(w->book);
	format_set_bold(w->title);
	format_set_font_size(w->title, 14);
	w->wrap = workbook_add_format(w->book);
	format_set_text_wrap(w->wrap);
	format_set_align(w->wrap, LXW_ALIGN_LEFT);
	format_set_align(w->wrap, LXW_ALIGN_VERTICAL_TOP);
}

static char *leftover;

static void
remove_leftover(void)
{
	unlink(leftover);
}

/* A file for the library to write, gone when the program ends; path is how to open it. */
static int
temporary(struct stream *s, struct buf *path)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	buf_printf(path, "%s/to-xlsx.XXXXXX", dir != NULL && *dir != '\0' ? dir : "/tmp");
	fd = mkstemp(path->p);
	if (fd == -1)
		stream_die(s, EXIT_IO, "cannot make %s: %s", path->p, strerror(errno));
	leftover = xstrndup(path->p, path->n);
	path->n = 0;
	buf_printf(path, "/proc/self/fd/%d", fd);
	if (access(path->p, W_OK) == 0) {
		remove_leftover();
	} else { /* no /proc */
		path->n = 0;
		buf_puts(path, leftover);
		buf_putc(path, '\0');
		atexit(remove_leftover);
	}
	return fd;
}

/* Copies the finished file to the output. */
static void
copy_out(struct stream *s, int fd)
{
	static char block[65536];
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) != 0)
		stream_die(s, EXIT_IO, "cannot read the temporary file: %s", strerror(errno));
	while ((n = read(fd, block, sizeof block)) > 0 || (n == -1 && errno == EINTR))
		if (n > 0)
			stream_put(s, block, (size_t)n);
	if (n < 0)
		stream_die(s, EXIT_IO, "cannot read the temporary file: %s", strerror(errno));
}

static struct rows *
make_rows(struct workbook *w, enum row_kind kind, const struct table *titles, const char *columns)
{
	struct buf why = {0};
	struct rows *rows = rows_new(kind, titles, columns, &why);

	if (rows == NULL)
		stream_die(w->stream, columns != NULL ? EXIT_USAGE : EXIT_RULES, "%.*s", (int)why.n,
		    why.p);
	return rows;
}

static void
load_labels(struct workbook *w)
{
	w->labels = rows_table(w->stream, "labels.tsv");
	w->field = table_column(w->labels, "field");
	w->code = table_column(w->labels, "code");
	w->label = table_column(w->labels, w->english ? "en" : "zh");
	if (w->field < 0 || w->code < 0 || w->label < 0)
		stream_die(w->stream, EXIT_RULES, "%s: no column 'field', 'code', 'zh' or 'en'",
		    w->labels->path);
}

/* The figure's kind as text, "other" where it has none. */
static const char *
kind_of(const struct rows *figures, struct buf *hold)
{
	struct json v;
	struct str s;

	if (!json_member(rows_object(figures), "kind", &v) || !json_str(&v, hold, &s) || s.n == 0)
		return "other";
	if (s.p != hold->p) {
		hold->n = 0;
		buf_add(hold, s.p, s.n);
	}
	buf_putc(hold, '\0');
	return hold->p;
}

static void
documents_rows(struct workbook *w, struct rows *documents, const struct record *r)
{
	const struct cell *cell;

	rows_record(documents, r);
	while ((cell = rows_next(documents)) != NULL) {
		ready_row(w, documents, cell);
		sheet_row(w, "sheet", "documents", documents);
		w->documents++;
	}
}

/* What was not written as it stands in the records, kind by kind. */
static void
tell_changes(const struct workbook *w)
{
	static const char each[] = "to-xlsx: %llu %s\n";

	if (w->nuls > 0)
		fprintf(
		    stderr, each, (unsigned long long)w->nuls, "NUL characters written as U+2400");
	if (w->noncharacters > 0)
		fprintf(stderr, each, (unsigned long long)w->noncharacters,
		    "lone surrogates and characters that XML forbids written as U+FFFD");
	if (w->cuts > 0)
		fprintf(stderr, each, (unsigned long long)w->cuts,
		    "cells cut to the 32767 characters that Excel holds");
}

static char *
valid_text(struct stream *s, const char *option, char *arg)
{
	if (utf8_valid(arg, strlen(arg)) != strlen(arg))
		stream_die(s, EXIT_USAGE, "%s must be valid UTF-8", option);
	return arg;
}

/* The options, but those that the workbook and the stream keep. */
struct settings {
	const char *columns;
	char **note; /* NAME=TEXT */
	size_t nnote;
	bool to_file;
};

static lxw_row_t
max_rows_option(struct stream *s, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (*end != '\0' || n < 2 || n > LXW_ROW_MAX)
		stream_die(
		    s, EXIT_USAGE, "--max-rows must be from 2 to %d: '%s'", LXW_ROW_MAX, arg);
	return (lxw_row_t)n;
}

static void
read_options(struct workbook *w, int argc, char *argv[], struct settings *set)
{
	int c;

	set->note = xarray(NULL, (size_t)argc, sizeof *set->note);
	while ((c = stream_getopt(w->stream, argc, argv, STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_REVIEW: w->review = valid_text(w->stream, "--review", optarg); break;
		case OPT_HEADER:
			if (strcmp(optarg, "zh") != 0 && strcmp(optarg, "en") != 0)
				stream_die(w->stream, EXIT_USAGE, "--header must be zh or en: '%s'",
				    optarg);
			w->english = optarg[0] == 'e';
			break;
		case OPT_COLUMNS: set->columns = valid_text(w->stream, "--columns", optarg); break;
		case OPT_NOTE:
			if (strchr(optarg, '=') == NULL)
				stream_die(w->stream, EXIT_USAGE, "--note must be NAME=TEXT: '%s'",
				    optarg);
			set->note[set->nnote++] = valid_text(w->stream, "--note", optarg);
			break;
		case OPT_PLAIN: w->plain = true; break;
		case OPT_MAX_ROWS: w->max_rows = max_rows_option(w->stream, optarg); break;
		case 'q':
			w->quiet = true;
			stream_option(w->stream, c, optarg);
			break;
		case 'o':
			set->to_file = strcmp(optarg, "-") != 0;
			stream_option(w->stream, c, optarg);
			break;
		default: stream_option(w->stream, c, optarg);
		}
	if (!set->to_file && isatty(STDOUT_FILENO))
		stream_die(w->stream, EXIT_USAGE, "a workbook is not for a terminal: use -o FILE");
}

/* The figures and names of a record, each to its sheets. */
static void
write_record(struct workbook *w, const struct record *r, struct rows *figures,
    struct rows *entities, struct buf *kind)
{
	const struct cell *cell;

	rows_record(figures, r);
	while ((cell = rows_next(figures)) != NULL) {
		ready_row(w, figures, cell);
		sheet_row(w, "sheet", "all", figures);
		sheet_row(w, "kind", kind_of(figures, kind), figures);
		w->figures++;
	}
	rows_record(entities, r);
	while ((cell = rows_next(entities)) != NULL) {
		ready_row(w, entities, cell);
		sheet_row(w, "sheet", "entities", entities);
		w->entities++;
	}
}

int
main(int argc, char *argv[])
{
	struct workbook w = {.stream = stream_new("to-xlsx", help), .max_rows = LXW_ROW_MAX};
	struct settings set = {0};
	struct record r = {0};
	struct buf kind = {0}, path = {0};
	struct readme readme = {NULL, 0};

	read_options(&w, argc, argv, &set);
	load_labels(&w);
	const struct table *titles = rows_table(w.stream, "columns.tsv");
	struct rows *figures = make_rows(&w, ROWS_FIGURES, titles, set.columns);
	struct rows *entities = make_rows(&w, ROWS_ENTITIES, titles, NULL);
	struct rows *documents = make_rows(&w, ROWS_DOCUMENTS, titles, NULL);

	stream_no_records(w.stream);
	stream_open(w.stream, argc - optind, argv + optind);
	int fd = temporary(w.stream, &path);
	workbook_begin(&w, path.p);
	readme.ws = workbook_add_worksheet(w.book, sheet_name(&w, "sheet", "readme", 1));
	sheet_new(&w, "sheet", "all", 1, figures);
	sheet_new(&w, "sheet", "documents", 1, documents);
	sheet_new(&w, "sheet", "entities", 1, entities);
	while (stream_read(w.stream, &r)) {
		w.blocks += record_get(&r, "doc") != NULL;
		documents_rows(&w, documents, &r);
		write_record(&w, &r, figures, entities, &kind);
	}
	documents_rows(&w, documents, NULL);
	w.noncharacters += rows_surrogates(figures) + rows_surrogates(entities);
	if (!w.quiet)
		tell_changes(&w);
	for (struct sheet *s = w.sheets; s != NULL; s = s->older)
		sheet_finish(&w, s);
	readme_write(&w, &readme, set.note, set.nnote);
	check(&w, workbook_close(w.book));
	copy_out(w.stream, fd);
	return stream_close(w.stream);
}
