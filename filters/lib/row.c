/* row - records to rows of a table: which columns, and what stands in each cell */
/* SPDX-License-Identifier: MIT */
#include "row.h"

#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "dec.h"
#include "rules.h"
#include "stream.h"

/* What is worked out rather than read: field "@name" of columns.tsv. */
enum derived {
	DERIVED_NONE,
	SENTENCE,
	VALUE_NUMBER,
	ENTITIES,
	REPEATS,
	ROW_ID,
	BLOCK_COUNT,
	FIGURE_COUNT,
	ENTITY_COUNT,
	NDERIVED
};
static const char *const derived_name[NDERIVED] = {"", "@sentence", "@value_number", "@entities",
    "@repeats", "@row_id", "@block_count", "@figure_count", "@entity_count"};

const char *const row_kind_name[] = {"figures", "entities", "segments", "documents", NULL};

/*
 * The row's own object, and the record it stands in: for segments they are the same. Of the
 * record's entities one after the other.
 */
enum scope { OWN, RECORD, ENTITY, NSCOPE };

/* A field that some column wants, found in one walk over the object's members. */
struct slot {
	struct str key;
	struct str member; /* "key": as it stands in a line */
	struct json value; /* value.p is NULL where the object has none */
	struct slot *next; /* what stood behind it last time, or NULL */
};

#define HASH 64 /* places in a scope's table of keys; slots are far fewer */
#define SLOTS 48
#define KNOWN_KEY 32       /* bytes of a key that may be guessed */
#define SENTENCE_SIDE 1000 /* characters on either side kept of a sentence longer than both */

struct fields {
	struct slot slot[SLOTS];
	size_t n;
	unsigned char at[HASH];     /* index of a slot plus 1, or 0 */
	struct slot *first, *after; /* what stood first last time; what behind a key of no slot */
};

/* One place to look: a field of a scope, then down through members and items. */
struct path {
	enum scope scope;
	size_t slot;
	struct step {
		struct str key;
		size_t index; /* the same as a number, SIZE_MAX if it is none */
	} * step;
	size_t nstep;
};

struct column {
	struct row_column pub;
	enum derived derived;
	struct path *path;
	size_t npath;
	const struct json *direct; /* where it is one field and no more: its slot's value */
};

struct span {
	size_t start, end; /* code points of the block's text */
};

struct rows {
	enum row_kind kind;
	struct column *column;
	size_t ncolumn;
	struct cell *cell;
	struct fields fields[NSCOPE];
	bool wants[NDERIVED];

	/* slots that derived columns read */
	size_t own_start, own_end, own_src, own_value, own_also;
	size_t entity_start, entity_name, entity_text;
	size_t rec_doc, rec_id, rec_source, rec_text, rec_sentences, rec_entities, rec_figures,
	    rec_also, rec_src;

	/* the record at hand */
	bool due; /* a row that is the record itself has not been given yet */
	struct json_iter items;
	struct json item;
	size_t nitem;
	uint64_t seed; /* of row ids */

	/* its text and sentences, made when first asked for */
	bool have_text, have_sentences, have_entities, have_near;
	struct str text;
	struct buf text_hold;
	size_t cp, byte; /* a place in text that both are known of */
	struct span *sentence;
	size_t nsentence, capsentence, at_sentence;
	struct entity {
		size_t start;
		struct cell name;
	} * entity;
	size_t nentity, capentity;
	struct buf near; /* names in the sentence near_span */
	struct span near_span;

	/* rows of documents: the first record of the document, copied, and counts */
	struct buf doc_line[2];
	int doc_at;
	struct record doc_record;
	bool have_doc;
	struct buf doc_key, doc_next;
	uint64_t blocks, figures, entities;

	uint64_t surrogates;
	struct buf hold;
	char id[16], count[3][24], repeats[24];
};

int
row_kind(const char *name)
{
	for (int i = 0; row_kind_name[i] != NULL; i++)
		if (strcmp(name, row_kind_name[i]) == 0)
			return i;
	return -1;
}

/* Keys differ in length and in their ends; that is enough for 64 places. */
static unsigned
key_hash(const char *p, size_t n)
{
	if (n == 0)
		return 0;
	return (unsigned)(n * 7 + (unsigned char)p[0] * 3 + (unsigned char)p[n - 1]) % HASH;
}

/* The slot of a key, or NULL. */
static struct slot *
fields_find(struct fields *f, struct str key)
{
	for (unsigned h = key_hash(key.p, key.n); f->at[h] != 0; h = (h + 1) % HASH) {
		struct slot *s = &f->slot[f->at[h] - 1];

		if (s->key.n == key.n && memcmp(s->key.p, key.p, key.n) == 0)
			return s;
	}
	return NULL;
}

/* The index of the slot of a key, made if need be; SLOTS if there are too many. */
static size_t
fields_want(struct fields *f, struct str key)
{
	struct slot *s = fields_find(f, key);
	struct buf member = {0};
	unsigned h;

	if (s != NULL)
		return (size_t)(s - f->slot);
	if (f->n == SLOTS)
		return SLOTS;
	for (h = key_hash(key.p, key.n); f->at[h] != 0; h = (h + 1) % HASH)
		;
	f->slot[f->n].key = (struct str){xstrndup(key.p, key.n), key.n};
	buf_printf(&member, "\"%.*s\":", (int)key.n, key.p);
	f->slot[f->n].member = (struct str){member.p, member.n};
	f->at[h] = (unsigned char)++f->n;
	return f->n - 1;
}

static size_t
fields_want_name(struct fields *f, const char *key)
{
	return fields_want(f, (struct str){key, strlen(key)});
}

static void
fields_clear(struct fields *f)
{
	for (size_t i = 0; i < f->n; i++)
		f->slot[i].value.p = NULL;
}

/* A member of the object goes to its slot, if any column wants it. Later ones win. */
static struct slot *
fields_take(struct fields *f, struct str key, const struct json *value, struct buf *hold)
{
	struct slot *s = fields_find(f, key);

	if (s == NULL && memchr(key.p, '\\', key.n) != NULL) {
		struct json quoted = {key.p - 1, key.n + 2, JSON_STRING, false};

		json_str(&quoted, hold, &key);
		s = fields_find(f, key);
	}
	if (s != NULL)
		s->value = *value;
	return s;
}

/* All members; as a rule behind each stands what stood there last time. */
static void
fields_walk(struct fields *f, struct json_iter *it, struct buf *hold)
{
	struct slot **guess = &f->first, *s;
	struct json value;
	struct str key;

	fields_clear(f);
	for (;;) {
		s = *guess;
		if (s != NULL && json_next_is(it, s->member, &value)) {
			s->value = value;
			guess = &s->next;
			continue;
		}
		if (!json_next(it, &key, &value))
			return;
		s = fields_take(f, key, &value, hold);
		if (s == NULL && key.n < KNOWN_KEY && f->n < SLOTS)
			s = &f->slot[fields_want(
			    f, key)]; /* no column wants it, but it comes again */
		*guess = s;
		guess = s != NULL ? &s->next : &f->after;
	}
}

static size_t
index_of(const char *p, size_t n)
{
	size_t index = 0;

	if (n == 0 || n > 9)
		return SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return SIZE_MAX;
		index = index * 10 + (size_t)(p[i] - '0');
	}
	return index;
}

/* Appends a path "a.b.c" to the column; false if its keys are too many. */
static bool
path_add(struct rows *rows, struct column *c, enum scope scope, const char *p, size_t n)
{
	struct path *path;
	struct buf key = {0};
	bool first = true;

	c->path = xarray(c->path, c->npath + 1, sizeof *c->path);
	path = &c->path[c->npath++];
	*path = (struct path){.scope = scope};
	for (size_t i = 0; i <= n; i++) {
		if (i + 1 < n && p[i] == '\\') {
			buf_putc(&key, p[++i]);
			continue;
		}
		if (i < n && p[i] != '.') {
			buf_putc(&key, p[i]);
			continue;
		}
		if (first) {
			path->slot = fields_want(&rows->fields[scope], (struct str){key.p, key.n});
			if (path->slot == SLOTS)
				return false;
			first = false;
		} else {
			path->step = xarray(path->step, path->nstep + 1, sizeof *path->step);
			path->step[path->nstep++] =
			    (struct step){{xstrndup(key.p, key.n), key.n}, index_of(key.p, key.n)};
		}
		key.n = 0;
	}
	buf_free(&key);
	return true;
}

/* "record.x" into the record, "x" into the row's object, and into the record if both may. */
static bool
path_any(struct rows *rows, struct column *c, const char *p, size_t n, bool both)
{
	if (n > 7 && memcmp(p, "record.", 7) == 0)
		return path_add(rows, c, RECORD, p + 7, n - 7);
	return path_add(rows, c, OWN, p, n) && (!both || path_add(rows, c, RECORD, p, n));
}

/* Reads the field of a line of columns.tsv: paths with | between them, or @name. */
static bool
column_field(struct rows *rows, struct column *c, const char *field)
{
	if (field[0] == '@') {
		for (enum derived d = DERIVED_NONE; d < NDERIVED; d++)
			if (strcmp(field, derived_name[d]) == 0) {
				c->derived = d;
				rows->wants[d] = true;
				return true;
			}
		return false;
	}
	for (;;) {
		size_t n = strcspn(field, "|");

		if (!path_any(rows, c, field, n, false))
			return false;
		if (field[n] == '\0')
			return true;
		field += n + 1;
	}
}

static bool
word_in(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == n && memcmp(list, word, n) == 0)
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}

enum { T_NAME, T_ZH, T_TYPE, T_ROWS, T_FIELD, T_COUNT };

static struct column *
column_new(struct rows *rows)
{
	struct column *c;

	rows->column = xarray(rows->column, rows->ncolumn + 1, sizeof *rows->column);
	c = &rows->column[rows->ncolumn++];
	memset(c, 0, sizeof *c);
	return c;
}

static bool
column_from_table(
    struct rows *rows, const struct table *t, const int *col, size_t row, struct buf *why)
{
	struct column *c = column_new(rows);
	const char *field = table_cell(t, row, (size_t)col[T_FIELD]);

	c->pub.name = table_cell(t, row, (size_t)col[T_NAME]);
	c->pub.zh = table_cell(t, row, (size_t)col[T_ZH]);
	c->pub.type = table_cell(t, row, (size_t)col[T_TYPE]);
	if (c->pub.zh[0] == '\0')
		c->pub.zh = c->pub.name;
	if (field[0] == '\0' || !column_field(rows, c, field)) {
		buf_printf(why, "%s:%u: cannot use field '%s'", t->path, t->line[row], field);
		return false;
	}
	return true;
}

/* One name of --columns: of the table (for this kind of row, else for any), or a path. */
static bool
column_from_user(
    struct rows *rows, const struct table *t, const int *col, struct str name, struct buf *why)
{
	struct column *c;
	size_t row, any = t->nrow;

	for (row = 0; row < t->nrow; row++) {
		if (!str_is(name, table_cell(t, row, (size_t)col[T_NAME])))
			continue;
		if (word_in(table_cell(t, row, (size_t)col[T_ROWS]), row_kind_name[rows->kind]))
			return column_from_table(rows, t, col, row, why);
		if (any == t->nrow)
			any = row;
	}
	if (any < t->nrow)
		return column_from_table(rows, t, col, any, why);
	c = column_new(rows);
	c->pub.name = c->pub.zh = xstrndup(name.p, name.n);
	c->pub.type = "string";
	if (!path_any(rows, c, name.p, name.n, rows->kind < ROWS_SEGMENTS)) {
		buf_printf(why, "--columns: more than %d different fields", SLOTS);
		return false;
	}
	return true;
}

static bool
columns_make(struct rows *rows, const struct table *t, const char *columns, struct buf *why)
{
	static const char *const want[T_COUNT] = {"name", "zh", "type", "rows", "field"};
	int col[T_COUNT];

	for (int i = 0; i < T_COUNT; i++)
		if ((col[i] = table_column(t, want[i])) < 0) {
			buf_printf(why, "%s: no column '%s'", t->path, want[i]);
			return false;
		}
	if (columns == NULL) {
		for (size_t row = 0; row < t->nrow; row++)
			if (word_in(table_cell(t, row, (size_t)col[T_ROWS]),
				row_kind_name[rows->kind]) &&
			    !column_from_table(rows, t, col, row, why))
				return false;
		return true;
	}
	for (;;) {
		size_t n = 0;

		while (columns[n] != '\0' && columns[n] != ',')
			n += columns[n] == '\\' && columns[n + 1] != '\0' ? 2 : 1;
		if (n == 0) {
			buf_printf(why, "--columns: a name is empty");
			return false;
		}
		if (!column_from_user(rows, t, col, (struct str){columns, n}, why))
			return false;
		if (columns[n] == '\0')
			return true;
		columns += n + 1;
	}
}

const struct table *
rows_table(struct stream *s, const char *name)
{
	const char *path = rules_path(name);
	const struct table *t;
	unsigned errors = 0;

	if (path == NULL)
		stream_die(s, EXIT_RULES, "cannot find %s", name);
	t = table_load(path, stderr, &errors);
	if (t == NULL)
		stream_die(s, EXIT_RULES, "cannot use %s", path);
	return t;
}

struct rows *
rows_new(enum row_kind kind, const struct table *titles, const char *columns, struct buf *why)
{
	struct rows *rows = xmalloc(sizeof *rows);
	struct fields *own = &rows->fields[OWN], *rec = &rows->fields[RECORD];

	memset(rows, 0, sizeof *rows);
	rows->kind = kind;
	rows->entity_start = fields_want_name(&rows->fields[ENTITY], "start");
	rows->entity_name = fields_want_name(&rows->fields[ENTITY], "name");
	rows->entity_text = fields_want_name(&rows->fields[ENTITY], "text");
	rows->own_start = fields_want_name(own, "start");
	rows->own_end = fields_want_name(own, "end");
	rows->own_src = fields_want_name(own, "src");
	rows->own_value = fields_want_name(own, "value");
	rows->own_also = fields_want_name(own, "also_in");
	rows->rec_doc = fields_want_name(rec, "doc");
	rows->rec_id = fields_want_name(rec, "id");
	rows->rec_source = fields_want_name(rec, "source");
	rows->rec_text = fields_want_name(rec, "text");
	rows->rec_sentences = fields_want_name(rec, "sentences");
	rows->rec_entities = fields_want_name(rec, "entities");
	rows->rec_figures = fields_want_name(rec, "figures");
	rows->rec_also = fields_want_name(rec, "also_in");
	rows->rec_src = fields_want_name(rec, "src");
	if (!columns_make(rows, titles, columns, why))
		return NULL;
	for (size_t i = 0; i < rows->ncolumn; i++) {
		struct column *c = &rows->column[i];

		if (c->npath == 1 && c->path->nstep == 0)
			c->direct = &rows->fields[c->path->scope].slot[c->path->slot].value;
	}
	rows->cell = xarray(NULL, rows->ncolumn, sizeof *rows->cell);
	return rows;
}

size_t
rows_columns(const struct rows *rows)
{
	return rows->ncolumn;
}

const struct row_column *
rows_column(const struct rows *rows, size_t i)
{
	return &rows->column[i].pub;
}

int
rows_find(const struct rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->ncolumn; i++)
		if (strcmp(rows->column[i].pub.name, name) == 0)
			return (int)i;
	return -1;
}

const struct json *
rows_object(const struct rows *rows)
{
	return rows->kind == ROWS_FIGURES || rows->kind == ROWS_ENTITIES ? &rows->item : NULL;
}

/* The field of a slot, NULL if it is absent or null. */
static const struct json *
got(const struct rows *rows, enum scope scope, size_t slot)
{
	const struct json *v = &rows->fields[scope].slot[slot].value;

	return v->p == NULL || v->type == JSON_NULL ? NULL : v;
}

static struct cell
cell_of(const struct json *v)
{
	if (v->type == JSON_NULL)
		return (struct cell){"", 0, CELL_NULL};
	if (v->type == JSON_STRING)
		return (struct cell){v->p + 1, v->n - 2, CELL_STRING};
	return (struct cell){v->p, v->n, CELL_JSON};
}

struct str
cell_text(const struct cell *c, struct buf *hold)
{
	struct json v = {c->p - 1, c->n + 2, JSON_STRING, false};
	struct str s = {c->p, c->n};

	if (c->form == CELL_STRING && memchr(c->p, '\\', c->n) != NULL)
		json_str(&v, hold, &s);
	return s;
}

uint64_t
cell_surrogates(const struct cell *c)
{
	const char *p = c->p;
	size_t n = c->form == CELL_STRING ? c->n : 0;
	uint64_t lone = 0;
	bool high = false; /* a high one came right before */

	if (n == 0 || memchr(p, '\\', n) == NULL)
		return 0;
	for (size_t i = 0; i < n; i++) {
		char a, b;

		if (p[i] != '\\') {
			lone += high;
			high = false;
			continue;
		}
		i++;
		if (p[i] != 'u') {
			lone += high;
			high = false;
			continue;
		}
		a = (char)(p[i + 1] | 0x20);
		b = (char)(p[i + 2] | 0x20);
		i += 4;
		if (a == 'd' && b >= 'c' && b <= 'f') { /* dc-df */
			lone += !high;
			high = false;
		} else {
			lone += high;
			high = a == 'd' && (b == '8' || b == '9' || b == 'a' || b == 'b');
		}
	}
	return lone + high;
}

static uint64_t
surrogates(const struct json *v)
{
	struct cell c = cell_of(v);

	return cell_surrogates(&c);
}

uint64_t
rows_surrogates(const struct rows *rows)
{
	return rows->surrogates;
}

/* Item number want of an array. */
static bool
json_item(const struct json *array, size_t want, struct json *item)
{
	struct json_iter it = json_iter(array);
	const char *p = it.p, *from;

	/* [112,120]: whole numbers without blanks, as src is */
	while (p < it.end && *p >= '0' && *p <= '9') {
		for (from = p; p < it.end && *p >= '0' && *p <= '9';)
			p++;
		if (p < it.end && *p != ',')
			break;
		if (want == 0) {
			*item = (struct json){from, (size_t)(p - from), JSON_NUMBER, false};
			return true;
		}
		want--;
		it.p = p++;
	}
	for (struct str none; json_next(&it, &none, item); want--)
		if (want == 0)
			return true;
	return false;
}

static struct cell
path_cell(const struct rows *rows, const struct path *path)
{
	const struct json *found = got(rows, path->scope, path->slot);
	struct json v, next;

	if (found == NULL)
		return (struct cell){"", 0, CELL_NULL};
	v = *found;
	for (size_t i = 0; i < path->nstep; i++) {
		const struct step *step = &path->step[i];

		if (!(v.type == JSON_OBJECT && json_member(&v, step->key.p, &next)) &&
		    !(v.type == JSON_ARRAY && json_item(&v, step->index, &next)))
			return (struct cell){"", 0, CELL_NULL};
		v = next;
	}
	return cell_of(&v);
}

/* Reads [start, end] of code points or bytes; false if it is not two such numbers. */
static bool
span_read(const struct json *v, struct span *span)
{
	struct json_iter it;
	struct json item;
	struct str key;
	uint64_t n[2];

	if (v == NULL || v->type != JSON_ARRAY)
		return false;
	it = json_iter(v);
	for (int i = 0; i < 2; i++)
		if (!json_next(&it, &key, &item) || !json_uint(&item, &n[i]))
			return false;
	*span = (struct span){n[0], n[1]};
	return true;
}

/* Where the code point cp begins in the text. Fast when asked in ascending order. */
static size_t
byte_of(struct rows *rows, size_t cp)
{
	const char *p = rows->text.p;
	size_t at = rows->byte, n = rows->text.n, have = rows->cp;

	if (cp < have)
		at = have = 0;
#ifdef __SSE2__
	/* Signed, a continuation byte (80 to BF) is below C0 = -64. */
	while (cp - have >= 16 && n - at >= 16) {
		__m128i v = _mm_loadu_si128((const void *)(p + at));
		__m128i ones =
		    _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8(-65)), _mm_set1_epi8(1));
		__m128i sums = _mm_sad_epu8(ones, _mm_setzero_si128());

		have += (size_t)(_mm_cvtsi128_si64(sums) +
				 _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
		at += 16;
	}
	/* The block may have ended within a character. */
	while (at < n && (p[at] & 0xC0) == 0x80)
		at++;
#endif
	while (have < cp && at < n) {
		at++;
		while (at < n && (p[at] & 0xC0) == 0x80)
			at++;
		have++;
	}
	rows->byte = at;
	rows->cp = have;
	return at;
}

static bool
text_load(struct rows *rows)
{
	const struct json *v;

	if (!rows->have_text) {
		rows->have_text = true;
		rows->text = (struct str){NULL, 0};
		v = got(rows, RECORD, rows->rec_text);
		if (v != NULL && json_str(v, &rows->text_hold, &rows->text) &&
		    rows->text.p == rows->text_hold.p)
			rows->surrogates += surrogates(v);
	}
	return rows->text.p != NULL;
}

static void
sentences_load(struct rows *rows)
{
	const struct json *v = got(rows, RECORD, rows->rec_sentences);
	struct json_iter it;
	struct json item;
	struct str key;
	struct span span;

	if (rows->have_sentences)
		return;
	rows->have_sentences = true;
	if (v == NULL || v->type != JSON_ARRAY)
		return;
	for (it = json_iter(v); json_next(&it, &key, &item);) {
		if (!span_read(&item, &span))
			continue;
		if (rows->nsentence == rows->capsentence) {
			rows->capsentence = rows->capsentence * 2 + 16;
			rows->sentence =
			    xarray(rows->sentence, rows->capsentence, sizeof *rows->sentence);
		}
		rows->sentence[rows->nsentence++] = span;
	}
}

static bool
own_start(const struct rows *rows, size_t *start)
{
	const struct json *v = got(rows, OWN, rows->own_start);
	uint64_t n;

	if (v == NULL || !json_uint(v, &n))
		return false;
	*start = n;
	return true;
}

/*
 * Of a "sentence" longer than any, what stands around start: a block of ten
 * thousand figures without a full stop would else be copied ten thousand times.
 */
static struct span
around(struct span span, size_t start)
{
	if (span.end - span.start <= (size_t)2 * SENTENCE_SIDE)
		return span;
	if (start - span.start > SENTENCE_SIDE)
		span.start = start - SENTENCE_SIDE;
	if (span.end - start > SENTENCE_SIDE)
		span.end = start + SENTENCE_SIDE;
	return span;
}

/* The sentence that the row's object begins in; the whole text where there is none. */
static struct span
sentence_span(struct rows *rows)
{
	size_t start, i;

	sentences_load(rows);
	if (!own_start(rows, &start))
		return (struct span){0, SIZE_MAX};
	if (rows->at_sentence < rows->nsentence && rows->sentence[rows->at_sentence].start > start)
		rows->at_sentence = 0;
	for (i = rows->at_sentence; i < rows->nsentence; i++)
		if (rows->sentence[i].start <= start && start < rows->sentence[i].end) {
			rows->at_sentence = i;
			return around(rows->sentence[i], start);
		}
	/* one without sentences: so many bytes are that many characters of Chinese */
	if (start < SIZE_MAX - 1 && text_load(rows) && rows->text.n > (size_t)6 * SENTENCE_SIDE)
		return around((struct span){0, SIZE_MAX - 1}, start);
	return (struct span){0, SIZE_MAX};
}

static struct cell
sentence_cell(struct rows *rows)
{
	struct span span = sentence_span(rows);
	size_t from, to;

	if (!text_load(rows))
		return (struct cell){"", 0, CELL_NULL};
	if (span.end == SIZE_MAX)
		return (struct cell){rows->text.p, rows->text.n, CELL_TEXT};
	from = byte_of(rows, span.start);
	to = byte_of(rows, span.end);
	/* The next figure is often in the same sentence: stay at its beginning. */
	rows->byte = from;
	rows->cp = span.start;
	return (struct cell){rows->text.p + from, to > from ? to - from : 0, CELL_TEXT};
}

bool
rows_in_sentence(struct rows *rows, size_t *from, size_t *to)
{
	const struct json *v = got(rows, OWN, rows->own_end);
	struct span span = sentence_span(rows);
	size_t start, base;
	uint64_t end;

	if (!own_start(rows, &start) || v == NULL || !json_uint(v, &end) || end < start ||
	    (span.end != SIZE_MAX && end > span.end) || !text_load(rows))
		return false;
	base = span.end == SIZE_MAX ? 0 : byte_of(rows, span.start);
	*from = byte_of(rows, start) - base;
	*to = byte_of(rows, end) - base;
	return true;
}

static void
entities_load(struct rows *rows)
{
	const struct json *v = got(rows, RECORD, rows->rec_entities), *name;
	struct json_iter it, members;
	struct json item;
	struct str key;
	uint64_t start;

	if (rows->have_entities)
		return;
	rows->have_entities = true;
	if (v == NULL || v->type != JSON_ARRAY)
		return;
	for (it = json_iter(v);;) {
		if (!json_enter(&it, &members)) {
			if (json_next(&it, &key, &item))
				continue;
			return;
		}
		fields_walk(&rows->fields[ENTITY], &members, &rows->hold);
		(void)json_leave(&it, &members);
		v = got(rows, ENTITY, rows->entity_start);
		name = got(rows, ENTITY, rows->entity_name);
		if (name == NULL || name->type != JSON_STRING)
			name = got(rows, ENTITY, rows->entity_text);
		if (v == NULL || !json_uint(v, &start) || name == NULL || name->type != JSON_STRING)
			continue;
		if (rows->nentity == rows->capentity) {
			rows->capentity = rows->capentity * 2 + 16;
			rows->entity = xarray(rows->entity, rows->capentity, sizeof *rows->entity);
		}
		rows->entity[rows->nentity++] = (struct entity){start, cell_of(name)};
	}
}

/*
 * The names in the figure's sentence, each once, with "; " between them. A ";"
 * within a name becomes the full-width one, so that the list can be taken apart.
 */
static struct cell
entities_cell(struct rows *rows)
{
	struct span span = sentence_span(rows);

	if (!(rows->have_near && rows->near_span.start == span.start &&
		rows->near_span.end == span.end)) {
		rows->have_near = true;
		rows->near_span = span;
		rows->near.n = 0;
		entities_load(rows);
		for (size_t i = 0, first = SIZE_MAX; i < rows->nentity; i++) {
			struct entity *e = &rows->entity[i];
			struct str name;
			size_t j;

			if (e->start < span.start || e->start >= span.end)
				continue;
			if (first == SIZE_MAX)
				first = i;
			j = first;
			while (
			    j < i && !(rows->entity[j].start >= span.start &&
					 rows->entity[j].name.n == e->name.n &&
					 memcmp(rows->entity[j].name.p, e->name.p, e->name.n) == 0))
				j++;
			if (j < i)
				continue;
			name = cell_text(&e->name, &rows->hold);
			rows->surrogates += cell_surrogates(&e->name);
			if (name.n == 0)
				continue;
			if (rows->near.n > 0)
				buf_puts(&rows->near, "; ");
			for (const char *semi; (semi = memchr(name.p, ';', name.n)) != NULL;) {
				size_t n = (size_t)(semi - name.p);

				buf_add(&rows->near, name.p, n);
				buf_puts(&rows->near, "\xEF\xBC\x9B");
				name.p += n + 1;
				name.n -= n + 1;
			}
			buf_add(&rows->near, name.p, name.n);
		}
	}
	if (rows->near.n == 0)
		return (struct cell){"", 0, CELL_NULL};
	return (struct cell){rows->near.p, rows->near.n, CELL_TEXT};
}

/* The value, where a double carries all its digits. */
static struct cell
number_cell(const struct rows *rows)
{
	const struct json *v = got(rows, OWN, rows->own_value);

	if (v != NULL && v->type == JSON_STRING && v->n > 2) {
		struct str s = {v->p + 1, v->n - 2};
		size_t i = 0;

		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if ((i == s.n && s.n <= 15 && (s.p[0] != '0' || s.n == 1)) ||
		    (dec_valid(s) && dec_fits_double(s)))
			return (struct cell){s.p, s.n, CELL_JSON};
	}
	return (struct cell){"", 0, CELL_NULL};
}

static int
cell_compare(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	int c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

/* How many other documents the list also_in names. */
static struct cell
repeats_cell(struct rows *rows)
{
	const struct json *v = got(rows, OWN, rows->own_also), *own;
	struct json_iter it;
	struct json item, doc;
	struct str key;
	struct cell *name = NULL;
	size_t n = 0, cap = 0, distinct = 0;

	if (v == NULL)
		v = got(rows, RECORD, rows->rec_also);
	if (v == NULL || v->type != JSON_ARRAY)
		return (struct cell){"", 0, CELL_NULL};
	own = got(rows, RECORD, rows->rec_doc);
	for (it = json_iter(v); json_next(&it, &key, &item);) {
		if (item.type == JSON_OBJECT && json_member(&item, "doc", &doc))
			item = doc;
		if (item.type != JSON_STRING ||
		    (own != NULL && own->n == item.n && memcmp(own->p, item.p, item.n) == 0))
			continue;
		if (n == cap) {
			cap = cap * 2 + 16;
			name = xarray(name, cap, sizeof *name);
		}
		name[n++] = cell_of(&item);
	}
	if (n > 0)
		qsort(name, n, sizeof *name, cell_compare);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || cell_compare(&name[i - 1], &name[i]) != 0;
	free(name);
	return (struct cell){rows->repeats,
	    (size_t)snprintf(rows->repeats, sizeof rows->repeats, "%zu", distinct), CELL_JSON};
}

/* FNV-1a; mixed at the end by the finalizer of MurmurHash3. */
static uint64_t
hash_bytes(uint64_t h, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001B3);
	return (h ^ 0xFF) * UINT64_C(0x100000001B3);
}

/* Strings decoded: an id does not depend on how they are escaped. */
static uint64_t
hash_json(struct rows *rows, uint64_t h, const struct json *v)
{
	struct str s;

	if (v == NULL)
		return hash_bytes(h, "", 0);
	if (!json_str(v, &rows->hold, &s))
		s = (struct str){v->p, v->n};
	return hash_bytes(h, s.p, s.n);
}

/*
 * The same from run to run, and whatever the rules find elsewhere: made of the
 * document, its source and the bytes there. A letter and 60 bits in the digits
 * of Crockford's base 32, so that no spreadsheet takes it for a number.
 */
static struct cell
row_id_cell(struct rows *rows)
{
	static const char digit[] = "0123456789abcdefghjkmnpqrstvwxyz";
	const struct json *src = NULL;
	uint64_t h = rows->seed;

	if (rows->kind == ROWS_FIGURES || rows->kind == ROWS_ENTITIES) {
		src = got(rows, OWN, rows->own_src);
		if (src == NULL) { /* a block's own code points then */
			h = hash_json(rows, h, got(rows, RECORD, rows->rec_id));
			h = hash_json(rows, h, got(rows, OWN, rows->own_start));
			src = got(rows, OWN, rows->own_end);
		}
		if (src == NULL)
			h = hash_bytes(h, (const char *)&rows->nitem, sizeof rows->nitem);
	} else if (rows->kind == ROWS_SEGMENTS) {
		src = got(rows, RECORD, rows->rec_src);
		if (src == NULL)
			src = got(rows, RECORD, rows->rec_id);
	}
	h = hash_json(rows, h, src);
	h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	h ^= h >> 33;
	rows->id[0] = row_kind_name[rows->kind][0];
	for (int i = 1; i <= 12; i++, h >>= 5)
		rows->id[i] = digit[h & 31];
	return (struct cell){rows->id, 13, CELL_TEXT};
}

static uint64_t
json_count(const struct json *v)
{
	struct json_iter it;
	struct json item;
	struct str key;
	uint64_t n = 0;

	if (v == NULL || v->type != JSON_ARRAY)
		return 0;
	for (it = json_iter(v); json_next(&it, &key, &item);)
		n++;
	return n;
}

static struct cell
count_cell(struct rows *rows, int which, uint64_t n)
{
	char *p = rows->count[which];

	return (struct cell){p,
	    (size_t)snprintf(p, sizeof rows->count[which], "%llu", (unsigned long long)n),
	    CELL_JSON};
}

static struct cell
derived_cell(struct rows *rows, enum derived d)
{
	bool docs = rows->kind == ROWS_DOCUMENTS;

	switch (d) {
	case SENTENCE: return sentence_cell(rows);
	case VALUE_NUMBER: return number_cell(rows);
	case ENTITIES: return entities_cell(rows);
	case REPEATS: return repeats_cell(rows);
	case ROW_ID: return row_id_cell(rows);
	case BLOCK_COUNT: return count_cell(rows, 0, docs ? rows->blocks : 1);
	case FIGURE_COUNT:
		return count_cell(rows, 1,
		    docs ? rows->figures : json_count(got(rows, RECORD, rows->rec_figures)));
	case ENTITY_COUNT:
		return count_cell(rows, 2,
		    docs ? rows->entities : json_count(got(rows, RECORD, rows->rec_entities)));
	case DERIVED_NONE:
	case NDERIVED: break;
	}
	return (struct cell){"", 0, CELL_NULL};
}

static const struct cell *
row_cells(struct rows *rows)
{
	for (size_t i = 0; i < rows->ncolumn; i++) {
		struct column *c = &rows->column[i];

		if (c->direct != NULL) {
			rows->cell[i] = c->direct->p == NULL ? (struct cell){"", 0, CELL_NULL}
							     : cell_of(c->direct);
			continue;
		}
		if (c->derived != DERIVED_NONE) {
			rows->cell[i] = derived_cell(rows, c->derived);
			continue;
		}
		for (size_t j = 0; j < c->npath; j++) {
			rows->cell[i] = path_cell(rows, &c->path[j]);
			if (rows->cell[i].form != CELL_NULL)
				break;
		}
	}
	return rows->cell;
}

/* Takes the record's fields that columns want; for rows that are records, as their own too. */
static void
record_load(struct rows *rows, const struct record *r)
{
	struct fields *rec = &rows->fields[RECORD];
	const struct json *doc;

	fields_clear(rec);
	for (size_t i = 0; i < r->nfield; i++)
		if (!r->field[i].drop && !r->field[i].set)
			fields_take(rec, r->field[i].key, &r->field[i].value, &rows->hold);
	if (rows->kind >= ROWS_SEGMENTS) {
		fields_clear(&rows->fields[OWN]);
		for (size_t i = 0; i < r->nfield; i++)
			if (!r->field[i].drop && !r->field[i].set)
				fields_take(&rows->fields[OWN], r->field[i].key, &r->field[i].value,
				    &rows->hold);
	}
	rows->have_text = rows->have_sentences = rows->have_entities = rows->have_near = false;
	rows->cp = rows->byte = rows->nsentence = rows->at_sentence = rows->nentity = 0;
	rows->nitem = 0;
	doc = got(rows, RECORD, rows->rec_doc);
	if (doc == NULL)
		doc = got(rows, RECORD, rows->rec_id);
	rows->seed = hash_json(rows, UINT64_C(0xCBF29CE484222325), doc);
	rows->seed = hash_json(rows, rows->seed, got(rows, RECORD, rows->rec_source));
}

/* Is it a document or a block? Anything else that rides in the stream is no row. */
static bool
record_is_row(struct rows *rows)
{
	const struct json *text = got(rows, RECORD, rows->rec_text);

	return text != NULL && text->type == JSON_STRING;
}

/* What tells documents apart: doc (or id) and source. */
static void
document_key(struct rows *rows, struct buf *key)
{
	const struct json *v = got(rows, RECORD, rows->rec_doc);
	struct str s;

	key->n = 0;
	if (v == NULL)
		v = got(rows, RECORD, rows->rec_id);
	if (v != NULL && json_str(v, &rows->hold, &s))
		buf_add(key, s.p, s.n);
	buf_putc(key, '\0');
	v = got(rows, RECORD, rows->rec_source);
	if (v != NULL && json_str(v, &rows->hold, &s))
		buf_add(key, s.p, s.n);
}

/*
 * The document that has ended becomes the row; the record begins the next one
 * or adds to its counts. Two copies of lines, since the row points into one.
 */
static void
document_record(struct rows *rows, const struct record *r)
{
	struct buf *line = &rows->doc_line[rows->doc_at];
	struct record_error e;
	uint64_t blocks = 0, figures = 0, entities = 0;

	if (r != NULL) {
		record_load(rows, r);
		if (!record_is_row(rows))
			return;
		blocks = got(rows, RECORD, rows->rec_doc) != NULL;
		figures = json_count(got(rows, RECORD, rows->rec_figures));
		entities = json_count(got(rows, RECORD, rows->rec_entities));
		document_key(rows, &rows->doc_next);
		if (rows->have_doc && rows->doc_next.n == rows->doc_key.n &&
		    memcmp(rows->doc_next.p, rows->doc_key.p, rows->doc_key.n) == 0) {
			rows->blocks += blocks;
			rows->figures += figures;
			rows->entities += entities;
			return;
		}
	}
	if (rows->have_doc && record_parse(&rows->doc_record, line->p, line->n, &e)) {
		record_load(rows, &rows->doc_record);
		row_cells(rows);
		rows->due = true;
	}
	rows->have_doc = r != NULL;
	if (r == NULL)
		return;
	rows->doc_at = !rows->doc_at;
	line = &rows->doc_line[rows->doc_at];
	line->n = 0;
	buf_add(line, r->line, r->n);
	rows->doc_key.n = 0;
	buf_add(&rows->doc_key, rows->doc_next.p, rows->doc_next.n);
	rows->blocks = blocks;
	rows->figures = figures;
	rows->entities = entities;
}

void
rows_record(struct rows *rows, const struct record *r)
{
	const struct json *list;

	rows->due = false;
	rows->items = (struct json_iter){NULL, NULL, false};
	if (rows->kind == ROWS_DOCUMENTS) {
		document_record(rows, r);
		return;
	}
	if (r == NULL)
		return;
	record_load(rows, r);
	if (rows->kind == ROWS_SEGMENTS) {
		rows->due = record_is_row(rows);
		return;
	}
	list =
	    got(rows, RECORD, rows->kind == ROWS_FIGURES ? rows->rec_figures : rows->rec_entities);
	if (list != NULL && list->type == JSON_ARRAY)
		rows->items = json_iter(list);
}

const struct cell *
rows_next(struct rows *rows)
{
	struct fields *own = &rows->fields[OWN];
	struct json_iter it;
	struct json value;
	struct str key;

	if (rows->kind >= ROWS_SEGMENTS) {
		if (!rows->due)
			return NULL;
		rows->due = false;
		return rows->kind == ROWS_SEGMENTS ? row_cells(rows) : rows->cell;
	}
	if (rows->items.p == NULL)
		return NULL;
	for (;;) {
		if (!json_enter(&rows->items, &it)) {
			if (json_next(&rows->items, &key, &value))
				continue; /* no object: no row */
			return NULL;
		}
		fields_walk(own, &it, &rows->hold);
		rows->item = json_leave(&rows->items, &it);
		rows->nitem++;
		return row_cells(rows);
	}
}
