/* lexicon - the words of the tables: units, cues, date words, words that only look like numbers */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lexicon.h"

#include "dec.h"
#include "numeral.h"
#include "simplified.h"
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
    {"half", ROLE_HALF}, {"one", ROLE_ONE}, {"end", ROLE_END}, {"stop", ROLE_STOP},
    {"before", ROLE_BEFORE}, {"minus", ROLE_MINUS}, {"money", ROLE_MONEY},
    {"scale_of", ROLE_SCALE_OF}, {"ordinal", ROLE_ORDINAL}, {"at", ROLE_AT}, {"ahead", ROLE_AHEAD},
    {"than", ROLE_THAN}, {"moves", ROLE_MOVES}, {"only", ROLE_ONLY}, {"clause", ROLE_CLAUSE},
    {NULL, ROLES}};

static const char *const date_names[] = {"", "year_there", "month_there", "day_there", "year",
    "month", "day", "week", "quarter", "half", "tenday", "halfmonth", "weekday", "weekend", "end",
    "month_end", "period", "whole_year", "two_years", "century", "era", "of_year", "of_month",
    "of_day", "of_quarter", "of_week", "of_decade", "of_century", "of_months", "of_days", "first",
    "last", "nth", "glue", NULL};

/*
 * Words by their first two characters (of backward: their last two, the last
 * one first). A look costs two probes of a hash table and a comparison for
 * each word that shares them, and nothing where no word begins with the first
 * of them. Process lifetime.
 */
struct item {
	struct item *next; /* of the same key: longer ones first, then as in the tables */
	struct str form;   /* from its first character on: of traps, from the first numeral */
	struct entry entry;
};
struct index {
	struct slot {
		uint64_t key; /* two code points, the second 0 for a word of one; 0: free */
		struct item *first;
	} * slot;
	size_t mask, used;
};
static struct index forward, backward, traps;
static struct arena items;

/* Of each character of the Basic Multilingual Plane. */
uint8_t lexicon_chars[0x10000];
/*
 * The roles (1u << role) of the words that are this character alone, and of
 * longer ones that begin with it (of backward: end). Of those, a bit for each
 * pair of characters says whether there are any.
 */
static struct {
	uint32_t alone, longer;
} roles_of[0x10000];
enum { PAIR_BITS = 16 };
static uint8_t pairs[1 << (PAIR_BITS - 3)];

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
static uint8_t place_of[4 * MEMORY]; /* in memory, by the lowest bits of at */

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

/* The first two characters of p[0, n), n > 0, or, backwards, the last two; *bytes of them. */
static uint64_t
key_of(const char *p, size_t n, bool back, size_t *bytes)
{
	size_t len = 0, at = back ? utf8_back(p, n) : 0;
	uint64_t key = (uint64_t)utf8_get(p + at, &len) << 32;

	*bytes = len;
	if (back ? at == 0 : len == n)
		return key;
	key |= utf8_get(p + (back ? utf8_back(p, at) : len), &len);
	*bytes += len;
	return key;
}

static size_t
hash(uint64_t key)
{
	return (size_t)(key * 0x9E3779B97F4A7C15ULL >> 40);
}

/* Where a key stands, or would. */
static struct slot *
find_slot(const struct index *x, uint64_t key)
{
	size_t i = hash(key) & x->mask;

	while (x->slot[i].key != 0 && x->slot[i].key != key)
		i = (i + 1) & x->mask;
	return &x->slot[i];
}

static void
grow(struct index *x)
{
	struct slot *old = x->slot;
	size_t n = old != NULL ? x->mask + 1 : 0, size = n > 0 ? 2 * n : 256;

	x->slot = xarray(NULL, size, sizeof *x->slot);
	memset(x->slot, 0, size * sizeof *x->slot);
	x->mask = size - 1;
	for (size_t i = 0; i < n; i++)
		if (old[i].key != 0)
			*find_slot(x, old[i].key) = old[i];
	free(old);
}

static uint32_t
pair_hash(uint32_t a, uint32_t b)
{
	return (a * 0x9E3779B1U + b) * 0x85EBCA6BU >> (32 - PAIR_BITS);
}

static void
mark_roles(uint64_t key, uint32_t roles)
{
	uint32_t a = (uint32_t)(key >> 32), b = (uint32_t)key, h = pair_hash(a, b);

	if (a >= 0x10000)
		return;
	if (b == 0) {
		roles_of[a].alone |= roles;
	} else {
		roles_of[a].longer |= roles;
		pairs[h >> 3] |= (uint8_t)(1 << (h & 7));
	}
}

static void
add(struct index *x, struct str form, const struct entry *e)
{
	struct item *item, **at;
	struct slot *slot;
	uint64_t key;
	size_t bytes;

	if (form.n == 0)
		return;
	if (x->slot == NULL || 3 * x->used > x->mask)
		grow(x);
	key = key_of(form.p, form.n, x == &backward, &bytes);
	slot = find_slot(x, key);
	x->used += slot->key == 0;
	slot->key = key;
	for (at = &slot->first; *at != NULL && (*at)->form.n >= form.n; at = &(*at)->next)
		;
	item = arena_alloc(&items, sizeof *item);
	*item = (struct item){*at, form, *e};
	*at = item;
	mark_roles(key, 1u << e->role | (e->opens ? LEXICON_OPENS : 0));
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

/* A cell of a column that table_column() found, or did not. */
static const char *
cell(const struct table *t, size_t row, int column)
{
	return column < 0 ? "" : table_cell(t, row, (size_t)column);
}

/* The columns of all the tables; -1 where a table has not this one. */
struct columns {
	int kind, unit, factor, flags, role, value, near, not_after, not_before;
};

static struct columns
columns_of(const struct table *t)
{
	return (struct columns){table_column(t, "kind"), table_column(t, "unit"),
	    table_column(t, "factor"), table_column(t, "flags"), table_column(t, "role"),
	    table_column(t, "value"), table_column(t, "near"), table_column(t, "not_after"),
	    table_column(t, "not_before")};
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

static void
read_flags(struct entry *e, const char *flags)
{
	e->tail = has_flag(flags, "tail", NULL);
	e->ascii = has_flag(flags, "digits", NULL);
	e->longer = has_flag(flags, "longer", NULL);
	e->over = has_flag(flags, "over", NULL);
	e->any = has_flag(flags, "any", NULL);
	e->last = has_flag(flags, "last", NULL);
	e->alone = has_flag(flags, "alone", NULL);
	e->strict = has_flag(flags, "strict", NULL);
	e->unranked = has_flag(flags, "unranked", NULL);
	e->tenths = has_flag(flags, "tenths", NULL);
	has_flag(flags, "plus", &e->plus);
}

/* A cell that is compared with the text, as rules see that. */
static struct str
seen(const char *z)
{
	return simplified_str(&items, as_str(z));
}

/* What every table may say of a word: its form, and what may not stand beside it. */
static struct entry
read_entry(const struct table *t, size_t row, const struct columns *c)
{
	return (struct entry){.surface = seen(table_cell(t, row, 0)),
	    .near = word_list(seen(cell(t, row, c->near)).p),
	    .not_after = word_list(seen(cell(t, row, c->not_after)).p),
	    .not_before = word_list(seen(cell(t, row, c->not_before)).p)};
}

static bool
add_units(struct rules *rules, const char *name)
{
	const struct table *t = rules_table(rules, name);
	const struct rule *by_kind[KIND_NUMBER + 1];
	struct columns c;
	bool ok = true;

	for (int k = 0; k <= KIND_NUMBER; k++)
		by_kind[k] = rule_for(rules, name, kind_names[k]);
	if (t == NULL) {
		fprintf(stderr, "extract-figures: the rules name no table '%s'\n", name);
		return false;
	}
	c = columns_of(t);
	for (size_t i = 0; i < t->nrow; i++) {
		const char *kind = c.kind < 0 ? "count" : cell(t, i, c.kind);
		struct entry e = read_entry(t, i, &c);
		int k = kind_of(kind);

		if (k < 0) {
			ok = bad_row(t, i, "no kind of figure", kind);
			continue;
		}
		e.role = ROLE_UNIT;
		e.kind = (enum kind)k;
		e.unit = as_str(cell(t, i, c.unit));
		if (e.kind == KIND_COUNT && e.unit.n == 0)
			e.unit = e.surface;
		e.factor = as_str(cell(t, i, c.factor));
		if (e.factor.n > 0 && !dec_valid(e.factor)) {
			ok = bad_row(t, i, "no factor", e.factor.p);
			continue;
		}
		read_flags(&e, cell(t, i, c.flags));
		e.rule = by_kind[k];
		if (e.rule == NULL) {
			ok = bad_row(t, i, "no [quantity] section for kind", kind);
			continue;
		}
		add(&forward, e.surface, &e);
	}
	return ok;
}

static void
mark_first(const struct entry *e, uint8_t flag)
{
	size_t len;

	mark(utf8_get(e->surface.p, &len), flag);
}

static enum role
role_named(const char *name)
{
	size_t k = 0;

	while (role_names[k].name != NULL && strcmp(role_names[k].name, name) != 0)
		k++;
	return role_names[k].role;
}

static bool
add_cues(const struct table *t)
{
	struct columns c;
	bool ok = true;

	if (t == NULL)
		return true;
	c = columns_of(t);
	for (size_t i = 0; i < t->nrow; i++) {
		const char *role = cell(t, i, c.role), *value = cell(t, i, c.value);
		struct entry e = read_entry(t, i, &c);

		e.role = role_named(role);
		if (e.role == ROLES) {
			ok = bad_row(t, i, "no role of a cue", role);
			continue;
		}
		e.text = as_str(value);
		if (e.role == ROLE_BEFORE || e.role == ROLE_AFTER || e.role == ROLE_CLAUSE) {
			e.qualifier = qualifier_of(value);
			if (e.qualifier == QUALIFIER_NONE && strcmp(value, "-") != 0)
				ok = bad_row(t, i, "no qualifier", value);
		}
		add(e.role >= ROLE_BEFORE && e.role <= ROLE_ONLY ? &backward : &forward, e.surface,
		    &e);
		if (e.role == ROLE_RANGE || e.role == ROLE_BETWEEN)
			mark_first(&e, LEXICON_DATE);
		if (e.role == ROLE_CLAUSE)
			mark_first(&e, LEXICON_CUE);
		if (e.role == ROLE_STOP)
			mark_first(&e, LEXICON_STOP);
		if (e.role == ROLE_HALF)
			mark_first(&e, LEXICON_START);
	}
	return ok;
}

/* Can a date begin with such a word? A bare 底 says nothing. */
static bool
opens_date(const struct entry *e)
{
	if (e->date == DATE_END)
		return e->surface.n > 3;
	return e->date < DATE_OF_YEAR || e->date == DATE_FIRST || e->date == DATE_NTH;
}

static bool
add_date_words(const struct table *t)
{
	struct columns c;
	bool ok = true;

	if (t == NULL)
		return true;
	c = columns_of(t);
	for (size_t i = 0; i < t->nrow; i++) {
		const char *role = cell(t, i, c.role), *value = cell(t, i, c.value);
		struct entry e = read_entry(t, i, &c);
		int k = find_name(date_names, role);

		if (k <= 0) {
			ok = bad_row(t, i, "no role of a date word", role);
			continue;
		}
		e.role = ROLE_DATE;
		e.date = (enum date_role)k;
		e.opens = opens_date(&e);
		e.text = as_str(value);
		e.value = atoi(value);
		add(&forward, e.surface, &e);
		if (e.date >= DATE_OF_YEAR && e.date <= DATE_OF_DAYS)
			mark_first(&e, LEXICON_DATE);
		if (e.opens)
			mark_first(&e, LEXICON_START);
	}
	return ok;
}

static bool
add_traps(const struct table *t)
{
	struct columns c;
	bool ok = true;

	if (t == NULL)
		return true;
	c = columns_of(t);
	for (size_t i = 0; i < t->nrow; i++) {
		struct entry e = read_entry(t, i, &c);
		size_t at = 0;

		while (at < e.surface.n && numeral_starts(e.surface.p + at, e.surface.n - at) == 0)
			at += utf8_len(e.surface.p[at]);
		if (at == e.surface.n) {
			ok = bad_row(t, i, "no numeral in", e.surface.p);
			continue;
		}
		e.role = ROLE_TRAP;
		e.before = at;
		add(&traps, (struct str){e.surface.p + at, e.surface.n - at}, &e);
	}
	return ok;
}

static void
add_conversions(const struct table *t)
{
	int smaller, factor;

	if (t == NULL)
		return;
	smaller = table_column(t, "smaller");
	factor = table_column(t, "factor");
	conversions = xarray(NULL, t->nrow, sizeof *conversions);
	for (size_t i = 0; i < t->nrow; i++)
		conversions[nconversion++] = (struct conversion){as_str(table_cell(t, i, 0)),
		    as_str(cell(t, i, smaller)), as_str(cell(t, i, factor))};
}

/* Is the table of that name one of a [quantity] section before rule i? */
static bool
named_before(struct rules *rules, size_t i, const char *name)
{
	while (i-- > 0) {
		const char *other = rule_value(rules_at(rules, i), "units");

		if (rules_at(rules, i)->type == RULE_QUANTITY && other && strcmp(name, other) == 0)
			return true;
	}
	return false;
}

bool
lexicon_load(struct rules *rules)
{
	bool ok = true;

	for (uint32_t c = 0; c < 0x10000; c++) {
		char s[4];

		if (c >= 0xD800 && c < 0xE000)
			continue;
		if (numeral_starts(s, utf8_put(s, c)) > 0)
			mark(c, LEXICON_NUMERAL);
		if (rules_begins(rules, RULE_FIGURE, c))
			mark(c, LEXICON_RULE);
		if (simplified(c) != c)
			mark(c, LEXICON_TRADITIONAL);
	}
	for (size_t i = 0; i < rules_count(rules); i++) {
		const char *name = rule_value(rules_at(rules, i), "units");

		if (rules_at(rules, i)->type == RULE_QUANTITY && name != NULL &&
		    !named_before(rules, i, name))
			ok &= add_units(rules, name);
	}
	ok &= add_cues(rules_table(rules, "cues"));
	ok &= add_date_words(rules_table(rules, "dates"));
	ok &= add_traps(rules_table(rules, "traps"));
	add_conversions(rules_table(rules, "conversions"));
	return ok;
}

/* The words of an index that begin (of backward: end) at text[at], longest first. */
static size_t
gather(const struct index *x, struct str text, size_t at, struct word_at *out, size_t max)
{
	bool back = x == &backward;
	const char *p = text.p + at;
	size_t room = back ? at : text.n - at, k = 0, bytes;
	uint64_t key;

	if (room == 0 || x->slot == NULL)
		return 0;
	key = key_of(back ? text.p : p, room, back, &bytes);
	for (const struct item *i = find_slot(x, key)->first; i != NULL; i = i->next) {
		size_t n = i->form.n;

		/* those of no more than two characters are what the key says */
		if (k < max &&
		    (n <= bytes || (n <= room && memcmp(back ? p - n : p, i->form.p, n) == 0)))
			out[k++] = (struct word_at){&i->entry, n};
	}
	if ((uint32_t)key == 0)
		return k;
	key &= ~(uint64_t)UINT32_MAX; /* words of the one character */
	for (const struct item *i = find_slot(x, key)->first; i != NULL && k < max; i = i->next)
		out[k++] = (struct word_at){&i->entry, i->form.n};
	return k;
}

void
lexicon_forget(void)
{
	serial++;
}

/* Roles that words can have which lie in the index of words that go backwards. */
#define BACKWARD ((2u << ROLE_ONLY) - (1u << ROLE_BEFORE))
#define FORWARD (~(BACKWARD | 1u << ROLE_TRAP))

static bool
is_pair(uint32_t a, uint32_t b)
{
	uint32_t h = pair_hash(a, b);

	return pairs[h >> 3] >> (h & 7) & 1;
}

bool
lexicon_may_begin(struct str text, size_t at, uint32_t roles)
{
	size_t len;
	uint32_t c;

	if (at >= text.n)
		return false;
	c = utf8_get(text.p + at, &len);
	if (c >= 0x10000 || roles_of[c].alone & roles)
		return true;
	return roles_of[c].longer & roles && at + len < text.n &&
	       is_pair(c, utf8_get(text.p + at + len, &len));
}

/* The same for words that end there. */
static bool
may_end(struct str text, size_t at, uint32_t roles)
{
	size_t len, last;
	uint32_t c;

	if (at == 0)
		return false;
	last = utf8_back(text.p, at);
	c = utf8_get(text.p + last, &len);
	if (c >= 0x10000 || roles_of[c].alone & roles)
		return true;
	return roles_of[c].longer & roles && last > 0 &&
	       is_pair(c, utf8_get(text.p + utf8_back(text.p, last), &len));
}

const struct word_at *
lexicon_after(struct str text, size_t at, size_t *n)
{
	struct memory *m;

	*n = 0;
	if (!lexicon_may_begin(text, at, FORWARD))
		return NULL;
	m = &memory[place_of[at % sizeof place_of]];
	if (m->at == at && m->serial == serial && m->text == text.p) {
		*n = m->n;
		return m->hit;
	}
	m = &memory[++turn % MEMORY];
	place_of[at % sizeof place_of] = (uint8_t)(turn % MEMORY);
	m->text = text.p;
	m->serial = serial;
	m->at = at;
	m->n = *n = gather(&forward, text, at, m->hit, HITS);
	return m->hit;
}

const struct word_at *
lexicon_before(struct str text, size_t at, size_t *n)
{
	static struct memory m; /* signs, then qualifiers are asked for at the same place */

	*n = 0;
	if (!may_end(text, at, BACKWARD))
		return NULL;
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
		if (text.n - end >= w->n && text.p[end + w->n - 1] == w->p[w->n - 1] &&
		    memcmp(text.p + end, w->p, w->n) == 0)
			return false;
	return true;
}

bool
lexicon_allows_before(const struct entry *e, struct str text, size_t start)
{
	for (const struct str *w = e->not_before; w->n > 0; w++)
		if (start >= w->n && text.p[start - 1] == w->p[w->n - 1] &&
		    memcmp(text.p + start - w->n, w->p, w->n) == 0)
			return false;
	return true;
}

const struct entry *
lexicon_find(struct str text, size_t at, enum role role, size_t *n)
{
	const struct word_at *w;
	size_t k;

	if (!lexicon_may_begin(text, at, 1u << role))
		return NULL;
	w = lexicon_after(text, at, &k);
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
	const struct word_at *w;
	size_t k;

	if (!may_end(text, at, 1u << role))
		return NULL;
	w = lexicon_before(text, at, &k);
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
	size_t k;

	if (!lexicon_may_begin(text, at, 1u << ROLE_TRAP))
		return NULL;
	k = gather(&traps, text, at, w, HITS);
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
