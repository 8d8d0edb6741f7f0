/* lexicon - the words of the tables: units, cues, date words, words that only look like numbers */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lexicon.h"

#include "dec.h"
#include "numeral.h"
#include "utf8.h"

const char *const kind_names[] = {"money", "percent", "percentage_point", "count", "measure",
    "duration", "date", "ratio", "multiple", "ordinal", "number", NULL};
const char *const qualifier_names[] = {
    "", "about", "nearly", "over", "at_least", "at_most", "under", NULL};

static const struct {
	const char *name;
	enum role role;
} role_names[] = {{"after", ROLE_AFTER}, {"range", ROLE_RANGE}, {"between", ROLE_BETWEEN},
    {"together", ROLE_TOGETHER}, {"list", ROLE_LIST}, {"join", ROLE_JOIN}, {"per", ROLE_PER},
    {"half", ROLE_HALF}, {"end", ROLE_END}, {"stop", ROLE_STOP}, {"before", ROLE_BEFORE},
    {"minus", ROLE_MINUS}, {"money", ROLE_MONEY}, {"scale_of", ROLE_SCALE_OF},
    {"ordinal", ROLE_ORDINAL}, {"at", ROLE_AT}, {"ahead", ROLE_AHEAD}, {"moves", ROLE_MOVES},
    {"only", ROLE_ONLY}, {"clause", ROLE_CLAUSE}, {NULL, ROLES}};

static const char *const date_names[] = {"", "year_there", "year", "month", "day", "week",
    "quarter", "half", "tenday", "halfmonth", "weekday", "weekend", "end", "month_end", "period",
    "whole_year", "two_years", "of_year", "of_month", "of_day", "of_quarter", "of_week",
    "of_decade", "of_century", "century", "of_months", "of_days", "first", "last", "nth", "glue",
    NULL};

/*
 * Words by their first two characters (of backward: their last two, the last
 * one first). A look costs two probes of a hash table and a comparison for
 * each word that shares them. Process lifetime.
 */
struct slot {
	uint64_t key; /* two code points; the second is 0 for a word of one character; 0: free */
	uint32_t from, n;
};
struct index {
	struct item {
		uint64_t key;
		struct str form; /* from its first character on: of traps, from the first numeral */
		struct entry *entry;
		unsigned order;
	} * item; /* by key; then longer ones first, then as in the tables */
	size_t n, cap;
	struct slot *slot;
	size_t mask;
	uint8_t first[0x10000 / 8]; /* characters that words begin with */
};
static struct index forward, backward, traps;

/* LEXICON_ flags of each character of the Basic Multilingual Plane. */
uint8_t lexicon_chars[0x10000];

/* The last few places looked at, as the same place is asked for several times. */
#define MEMORY 8
#define HITS 64
static struct memory {
	const char *text;
	unsigned serial; /* of the text */
	size_t at, n;
	struct word_at hit[HITS];
} memory[MEMORY];
static unsigned turn, serial;

struct conversion {
	struct str unit, smaller, factor;
};
static struct conversion *conversions;
static size_t nconversion;

static int
find_name(const char *const names[], const char *word)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], word) == 0)
			return i;
	return -1;
}

int
kind_of(const char *word)
{
	return find_name(kind_names, word);
}

enum qualifier
qualifier_of(const char *word)
{
	int i = find_name(qualifier_names, word);

	return i < 0 ? QUALIFIER_NONE : (enum qualifier)i;
}

/* The words of a cell, parted by |. */
static struct str *
word_list(const char *cell)
{
	static struct str none[1];
	struct str *list;
	size_t n = 1, k = 0;

	if (*cell == '\0')
		return none;
	for (const char *p = cell; *p != '\0'; p++)
		n += *p == '|';
	list = xarray(NULL, n + 1, sizeof *list);
	while (*cell != '\0') {
		size_t len = strcspn(cell, "|");

		if (len > 0)
			list[k++] = (struct str){cell, len};
		cell += len + (cell[len] == '|');
	}
	list[k] = (struct str){0};
	return list;
}

static struct str
as_str(const char *z)
{
	return (struct str){z, strlen(z)};
}

/* The key of the characters at p, or, backwards, of those that end at p. */
static uint64_t
key_of(const char *p, size_t n, bool back, bool two, uint32_t *first)
{
	size_t len, at = 0;
	uint32_t second = 0;

	if (back) {
		at = n;
		do
			at--;
		while (at > 0 && (p[at] & 0xC0) == 0x80);
		*first = utf8_get(p + at, &len);
		if (two && at > 0) {
			do
				at--;
			while (at > 0 && (p[at] & 0xC0) == 0x80);
			second = utf8_get(p + at, &len);
		}
	} else {
		*first = utf8_get(p, &len);
		if (two && len < n)
			second = utf8_get(p + len, &len);
	}
	return (uint64_t)*first << 32 | second;
}

static void
add(struct index *x, struct str form, const struct entry *e)
{
	struct item *item;
	uint32_t c;

	if (form.n == 0)
		return;
	if (x->n == x->cap) {
		x->cap = x->cap ? 2 * x->cap : 1024;
		x->item = xarray(x->item, x->cap, sizeof *x->item);
	}
	item = &x->item[x->n];
	item->entry = xmalloc(sizeof *item->entry);
	*item->entry = *e;
	item->form = form;
	item->order = (unsigned)x->n++;
	item->key = key_of(form.p, form.n, x == &backward, true, &c);
	if (c < 0x10000)
		x->first[c / 8] |= (uint8_t)(1u << c % 8);
}

static int
by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->form.n != y->form.n)
		return x->form.n > y->form.n ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static size_t
hash(uint64_t key)
{
	return (size_t)(key * 0x9E3779B97F4A7C15ULL >> 40);
}

static const struct slot *
find_slot(const struct index *x, uint64_t key)
{
	size_t i = hash(key) & x->mask;

	while (x->slot[i].key != 0 && x->slot[i].key != key)
		i = (i + 1) & x->mask;
	return &x->slot[i];
}

static void
finish(struct index *x)
{
	size_t size = 64;

	while (size < 3 * x->n)
		size *= 2;
	x->mask = size - 1;
	x->slot = xarray(NULL, size, sizeof *x->slot);
	memset(x->slot, 0, size * sizeof *x->slot);
	if (x->n > 0)
		qsort(x->item, x->n, sizeof *x->item, by_key);
	for (size_t i = 0; i < x->n; i++) {
		size_t k = (size_t)(find_slot(x, x->item[i].key) - x->slot);

		if (x->slot[k].key == 0)
			x->slot[k] = (struct slot){x->item[i].key, (uint32_t)i, 0};
		x->slot[k].n++;
	}
}

static void
mark(uint32_t c, uint8_t flag)
{
	if (c < 0x10000)
		lexicon_chars[c] |= flag;
}

static bool
bad_row(const struct table *t, size_t row, const char *what, const char *word)
{
	fprintf(stderr, "extract-figures: %s:%u: %s '%s'\n", table_path(t, row), t->line[row], what,
	    word);
	return false;
}

static const char *
cell(const struct table *t, size_t row, const char *column)
{
	int c = table_column(t, column);

	return c < 0 ? "" : table_cell(t, row, (size_t)c);
}

/* Is the word one of those in a cell, parted by blanks? The part after "word=" goes to *value. */
static bool
has_flag(const char *flags, const char *word, struct str *value)
{
	size_t n = strlen(word);

	for (const char *p = flags; *p != '\0';) {
		size_t k = strcspn(p, " ");

		if (k >= n && memcmp(p, word, n) == 0 && (k == n || p[n] == '=')) {
			if (value)
				*value = (struct str){p + n + (k > n), k - n - (k > n)};
			return true;
		}
		p += k;
		p += strspn(p, " ");
	}
	return false;
}

/* The section [quantity NAME] that a unit's figures are found by. */
static const struct rule *
rule_for(struct rules *rules, const char *table, const char *kind)
{
	for (size_t i = 0; i < rules_count(rules); i++) {
		struct rule *r = rules_at(rules, i);
		const char *k = rule_value(r, "kind"), *t = rule_value(r, "units");

		if (r->type == RULE_QUANTITY && k && t && strcmp(k, kind) == 0 &&
		    strcmp(t, table) == 0)
			return r;
	}
	return NULL;
}

static bool
add_units(struct rules *rules, const char *name)
{
	const struct table *t = rules_table(rules, name);
	const struct rule *by_kind[KIND_NUMBER + 1];
	bool ok = true;

	for (int k = 0; k <= KIND_NUMBER; k++)
		by_kind[k] = rule_for(rules, name, kind_names[k]);
	if (t == NULL) {
		fprintf(stderr, "extract-figures: the rules name no table '%s'\n", name);
		return false;
	}
	for (size_t i = 0; i < t->nrow; i++) {
		const char *kind = cell(t, i, "kind"), *flags = cell(t, i, "flags");
		struct entry e = {.role = ROLE_UNIT,
		    .near = word_list(""),
		    .not_after = word_list(""),
		    .not_before = word_list("")};
		int k;

		e.surface = as_str(table_cell(t, i, 0));
		if (table_column(t, "kind") < 0)
			kind = "count";
		k = kind_of(kind);
		if (k < 0) {
			ok = bad_row(t, i, "no kind of figure", kind);
			continue;
		}
		e.kind = (enum kind)k;
		e.unit = as_str(cell(t, i, "unit"));
		if (e.kind == KIND_COUNT && e.unit.n == 0)
			e.unit = e.surface;
		e.factor = as_str(cell(t, i, "factor"));
		if (e.factor.n > 0 && !dec_valid(e.factor)) {
			ok = bad_row(t, i, "no factor", e.factor.p);
			continue;
		}
		e.tail = has_flag(flags, "tail", NULL);
		e.ascii = has_flag(flags, "digits", NULL);
		e.longer = has_flag(flags, "longer", NULL);
		e.over = has_flag(flags, "over", NULL);
		e.any = has_flag(flags, "any", NULL);
		e.last = has_flag(flags, "last", NULL);
		e.alone = has_flag(flags, "alone", NULL);
		e.strict = has_flag(flags, "strict", NULL);
		e.unranked = has_flag(flags, "unranked", NULL);
		e.tenths = has_flag(flags, "tenths", NULL);
		has_flag(flags, "plus", &e.plus);
		e.near = word_list(cell(t, i, "near"));
		e.not_after = word_list(cell(t, i, "not_after"));
		e.not_before = word_list(cell(t, i, "not_before"));
		e.rule = by_kind[k];
		if (e.rule == NULL) {
			ok = bad_row(t, i, "no [quantity] section for kind", kind);
			continue;
		}
		add(&forward, e.surface, &e);
	}
	return ok;
}

static bool
add_cues(const struct table *t)
{
	bool ok = true;

	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		const char *role = cell(t, i, "role"), *value = cell(t, i, "value");
		struct entry e = {.surface = as_str(table_cell(t, i, 0)),
		    .role = ROLES,
		    .near = word_list(""),
		    .not_before = word_list("")};
		size_t len;

		for (size_t k = 0; role_names[k].name != NULL; k++)
			if (strcmp(role_names[k].name, role) == 0)
				e.role = role_names[k].role;
		if (e.role == ROLES) {
			ok = bad_row(t, i, "no role of a cue", role);
			continue;
		}
		e.text = as_str(value);
		e.not_after = word_list(cell(t, i, "not_after"));
		e.not_before = word_list(cell(t, i, "not_before"));
		if (e.role == ROLE_BEFORE || e.role == ROLE_AFTER || e.role == ROLE_CLAUSE) {
			e.qualifier = qualifier_of(value);
			if (e.qualifier == QUALIFIER_NONE && strcmp(value, "-") != 0)
				ok = bad_row(t, i, "no qualifier", value);
		}
		if (e.role >= ROLE_BEFORE && e.role <= ROLE_ONLY)
			add(&backward, e.surface, &e);
		else
			add(&forward, e.surface, &e);
		if (e.role == ROLE_RANGE || e.role == ROLE_BETWEEN)
			mark(utf8_get(e.surface.p, &len), LEXICON_DATE);
		if (e.role == ROLE_CLAUSE)
			mark(utf8_get(e.surface.p, &len), LEXICON_CUE);
		if (e.role == ROLE_STOP)
			mark(utf8_get(e.surface.p, &len), LEXICON_STOP);
		if (e.role == ROLE_HALF)
			mark(utf8_get(e.surface.p, &len), LEXICON_START);
	}
	return ok;
}

static bool
add_date_words(const struct table *t)
{
	bool ok = true;

	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		const char *role = cell(t, i, "role"), *value = cell(t, i, "value");
		struct entry e = {.surface = as_str(table_cell(t, i, 0)),
		    .role = ROLE_DATE,
		    .near = word_list("")};
		int k = find_name(date_names, role);
		size_t len;

		if (k <= 0) {
			ok = bad_row(t, i, "no role of a date word", role);
			continue;
		}
		e.date = (enum date_role)k;
		e.text = as_str(value);
		e.value = atoi(value);
		e.not_after = word_list(cell(t, i, "not_after"));
		e.not_before = word_list(cell(t, i, "not_before"));
		mark(utf8_get(e.surface.p, &len), LEXICON_DATE_WORD);
		add(&forward, e.surface, &e);
		if (e.date >= DATE_OF_YEAR && e.date <= DATE_OF_DAYS)
			mark(utf8_get(e.surface.p, &len), LEXICON_DATE);
		if ((e.date < DATE_OF_YEAR && !(e.date == DATE_END && e.surface.n <= 3)) ||
		    e.date == DATE_FIRST || e.date == DATE_NTH || e.date == DATE_CENTURY)
			mark(utf8_get(e.surface.p, &len), LEXICON_START);
	}
	return ok;
}

static bool
add_traps(const struct table *t)
{
	bool ok = true;

	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		struct entry e = {.surface = as_str(table_cell(t, i, 0)),
		    .role = ROLE_TRAP,
		    .near = word_list(""),
		    .not_before = word_list("")};
		size_t at = 0;

		while (at < e.surface.n && numeral_starts(e.surface.p + at, e.surface.n - at) == 0)
			at += utf8_len(e.surface.p[at]);
		if (at == e.surface.n) {
			ok = bad_row(t, i, "no numeral in", e.surface.p);
			continue;
		}
		e.before = at;
		e.not_after = word_list(cell(t, i, "not_after"));
		e.not_before = word_list(cell(t, i, "not_before"));
		add(&traps, (struct str){e.surface.p + at, e.surface.n - at}, &e);
	}
	return ok;
}

bool
lexicon_load(struct rules *rules)
{
	const struct table *t;
	bool ok = true;

	for (uint32_t c = 0; c < 0x10000; c++) {
		char s[4];

		if (c >= 0xD800 && c < 0xE000)
			continue;
		if (numeral_starts(s, utf8_put(s, c)) > 0)
			mark(c, LEXICON_NUMERAL);
		if (rules_begins(rules, RULE_FIGURE, c))
			mark(c, LEXICON_RULE);
	}
	for (size_t i = 0; i < rules_count(rules); i++) {
		const char *name = rule_value(rules_at(rules, i), "units");
		bool first = true;

		if (rules_at(rules, i)->type != RULE_QUANTITY || name == NULL)
			continue;
		for (size_t j = 0; j < i && first; j++) {
			const char *other = rule_value(rules_at(rules, j), "units");

			first = !(rules_at(rules, j)->type == RULE_QUANTITY && other &&
				  strcmp(name, other) == 0);
		}
		if (first && !add_units(rules, name))
			ok = false;
	}
	ok &= add_cues(rules_table(rules, "cues"));
	ok &= add_date_words(rules_table(rules, "dates"));
	ok &= add_traps(rules_table(rules, "traps"));
	finish(&forward);
	finish(&backward);
	finish(&traps);
	t = rules_table(rules, "conversions");
	if (t != NULL) {
		conversions = xarray(NULL, t->nrow, sizeof *conversions);
		for (size_t i = 0; i < t->nrow; i++)
			conversions[nconversion++] =
			    (struct conversion){as_str(table_cell(t, i, 0)),
				as_str(cell(t, i, "smaller")), as_str(cell(t, i, "factor"))};
	}
	return ok;
}

/* The words of an index that begin (of backward: end) at text[at], longest first. */
static size_t
gather(const struct index *x, struct str text, size_t at, struct word_at *out, size_t max)
{
	bool back = x == &backward;
	size_t room = back ? at : text.n - at, k = 0;
	uint64_t key;
	uint32_t c;

	if (room == 0)
		return 0;
	key_of(back ? text.p : text.p + at, room, back, false, &c);
	if (c < 0x10000 && !(x->first[c / 8] & 1u << c % 8))
		return 0;
	key = key_of(back ? text.p : text.p + at, room, back, true, &c);
	for (int turn_of = 0; turn_of < 2; turn_of++, key &= ~(uint64_t)UINT32_MAX) {
		const struct slot *slot = find_slot(x, key);

		if (slot->key == 0)
			continue;
		for (const struct item *i = x->item + slot->from;
		     i < x->item + slot->from + slot->n; i++) {
			const struct str *form = &i->form;

			if (form->n <= room && k < max &&
			    memcmp(text.p + at - (back ? form->n : 0), form->p, form->n) == 0)
				out[k++] = (struct word_at){i->entry, form->n};
		}
		if ((key & UINT32_MAX) == 0)
			break;
	}
	return k;
}

void
lexicon_forget(void)
{
	serial++;
}

const struct word_at *
lexicon_after(struct str text, size_t at, size_t *n)
{
	struct memory *m = NULL;

	for (unsigned i = 0; i < MEMORY && m == NULL; i++)
		if (memory[(turn - i) % MEMORY].at == at &&
		    memory[(turn - i) % MEMORY].text == text.p &&
		    memory[(turn - i) % MEMORY].serial == serial)
			m = &memory[(turn - i) % MEMORY];
	if (m == NULL) {
		m = &memory[++turn % MEMORY];
		m->text = text.p;
		m->serial = serial;
		m->at = at;
		m->n = at < text.n ? gather(&forward, text, at, m->hit, HITS) : 0;
	}
	*n = m->n;
	return m->hit;
}

const struct word_at *
lexicon_before(struct str text, size_t at, size_t *n)
{
	static struct memory m; /* signs, then qualifiers are asked for at the same place */

	if (m.text != text.p || m.at != at || m.serial != serial) {
		m.text = text.p;
		m.at = at;
		m.serial = serial;
		m.n = gather(&backward, text, at, m.hit, HITS);
	}
	*n = m.n;
	return m.hit;
}

bool
lexicon_allows(const struct entry *e, struct str text, size_t end)
{
	for (const struct str *w = e->not_after; w->n > 0; w++)
		if (text.n - end >= w->n && memcmp(text.p + end, w->p, w->n) == 0)
			return false;
	return true;
}

bool
lexicon_allows_before(const struct entry *e, struct str text, size_t start)
{
	for (const struct str *w = e->not_before; w->n > 0; w++)
		if (start >= w->n && memcmp(text.p + start - w->n, w->p, w->n) == 0)
			return false;
	return true;
}

const struct entry *
lexicon_find(struct str text, size_t at, enum role role, size_t *n)
{
	size_t k;
	const struct word_at *w = lexicon_after(text, at, &k);

	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == role && lexicon_allows(w[i].entry, text, at + w[i].n)) {
			*n = w[i].n;
			return w[i].entry;
		}
	return NULL;
}

const struct entry *
lexicon_find_before(struct str text, size_t at, enum role role, size_t *n)
{
	size_t k;
	const struct word_at *w = lexicon_before(text, at, &k);

	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == role) {
			*n = w[i].n;
			return w[i].entry;
		}
	return NULL;
}

const struct entry *
lexicon_trap(struct str text, size_t at, size_t *start, size_t *end)
{
	struct word_at w[HITS];
	size_t k = gather(&traps, text, at, w, HITS);

	for (size_t i = 0; i < k; i++) {
		const struct entry *e = w[i].entry;

		if (at >= e->before &&
		    memcmp(text.p + at - e->before, e->surface.p, e->before) == 0 &&
		    lexicon_allows(e, text, at + w[i].n)) {
			*start = at - e->before;
			*end = at + w[i].n;
			return e;
		}
	}
	return NULL;
}

struct str
lexicon_convert(struct str unit, struct str smaller)
{
	for (size_t i = 0; i < nconversion; i++) {
		const struct conversion *c = &conversions[i];

		if (c->unit.n == unit.n && memcmp(c->unit.p, unit.p, unit.n) == 0 &&
		    c->smaller.n == smaller.n && memcmp(c->smaller.p, smaller.p, smaller.n) == 0)
			return c->factor;
	}
	return (struct str){0};
}
