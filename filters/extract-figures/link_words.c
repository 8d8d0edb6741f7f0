/* link_words - words and their roles, and cutting a text into them */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "link_int.h"
#include "simplified.h"
#include "utf8.h"

/* clang-format off */
/* The words of the key "is", and the roles they give. */
static const char *const is_words[] = {"level", "to", "rise", "fall", "basis", "than", "deal",
	"lead", "take", "light", "prep", "from", "share", "rank", "deictic", "holder", "part", "head",
	"attribute", "now", "etc", "after", "among", "dateline", "say", "series", "same", "grade", "age", "view",
	"noun", "verb", "adverb", "stop", "paper", "title", "dimension", "inside", "clock", "office", "each", "most",
	NULL};
static const uint8_t is_roles[] = {LEVEL, TO, RISE, FALL, BASIS, THAN, DEAL,
	LEAD, TAKE, LIGHT, PREP, FROM, SHARE, RANK, DEICTIC, HOLDER, PART, HEAD,
	ATTRIBUTE, NOW, ETC, AFTER, AMONG, DATELINE, SAY, SERIES, SAME, GRADE, AGE, VIEW,
	NOUN, VERB, ADVERB, OTHER, PAPER, TITLE, DIMENSION, INSIDE, CLOCK, OFFICE, EACH, MOST};
/* clang-format on */
static const char *const gives_words[] = {"yoy", "qoq", "mom", "prior", "base", "chain", "report",
    "report-end", "then", "more", "less", NULL};
static const char *const yes_words[] = {"yes", NULL};
static const char *const people_words[] = {"one", "many", "self", NULL};

const struct rules_key link_keys[] = {
    {"is", KEY_REQUIRED, is_words},
    {"word", KEY_MANY | KEY_REQUIRED, NULL},
    {"gives", 0, gives_words},
    {"ends", 0, NULL},
    {"keep", 0, yes_words},
    {"alone", 0, yes_words},
    {"timed", 0, yes_words},
    {"members", 0, NULL},
    {"speaks", 0, yes_words},
    {"brings", 0, yes_words},
    {"causes", 0, yes_words},
    {"people", 0, people_words},
    {NULL, 0, NULL},
};

/* Process lifetime. Read when the first block is linked: many inputs have none. */
static struct {
	struct rules *rules;
	unsigned type;
} source;
static struct words *words;
static struct word *word; /* by number, from 1 */
static size_t nword;
static int16_t *word_cost; /* the same by itself, as it is asked for most */
static struct section {
	const struct rule *rule;
	const char *gives;
} * section; /* by number, from 1 */

/* A cost is -log2 of a word's share of all words, in 1/64. */
enum {
	LOG_TOTAL = 26 * 64, /* of the words that lexicon.tsv was counted in */
	COST_UNKNOWN = 24 * 64
};
/* What the words of the rules, and names, are taken to be counted, where the lexicon says less. */
enum { COUNT_RULE = 20000, COUNT_NAME = 3000 };

static int16_t
cost_of(unsigned long count)
{
	if (count == 0)
		return LOG_TOTAL;
	int bits = 8 * (int)sizeof count - 1 - __builtin_clzl(count);
	unsigned long next = bits >= 6 ? count >> (bits - 6) : count << (6 - bits);

	return (int16_t)(LOG_TOTAL - (64 * bits + (int)(next & 63)));
}

/* The word that a text is, or 0. */
static uint32_t
find_word(struct str s)
{
	return words_find_str(words, s.p, s.n);
}

/* strtoul(3) without its generality: it is asked for 75,000 counts. */
static unsigned long
count_of(const char *s)
{
	unsigned long n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		n = 10 * n + (unsigned long)(*s - '0');
	return n;
}

static struct word *
word_add(const char *s, size_t n, bool *fresh)
{
	static size_t cap;
	uint32_t number = words_add(words, s, n);

	*fresh = number > nword;
	if (number >= cap) {
		cap = cap == 0 ? 65536 : 2 * cap;
		word = xarray(word, cap, sizeof *word);
		word[0] = (struct word){.role = NOUN};
	}
	if (*fresh) {
		nword = number;
		word[number] = (struct word){.role = OTHER};
	}
	return &word[number];
}

/* Parts of speech as jieba writes them. */
static enum role
role_of(const char *pos)
{
	switch (pos[0]) {
	case 'v': return pos[1] == 'n' ? NOUN : VERB;
	case 'd': return ADVERB;
	case 'n':
	case 'a':
	case 'b':
	case 'j':
	case 'l':
	case 'i':
	case 's':
	case 'f':
	case 't':
	case 'z':
	case 'g':
	case 'x':
	case 'm':
	case 'q':
	case 'h':
	case 'k': return NOUN;
	default: return OTHER;
	}
}

/* The role that a rule gives its words. */
static enum role
role_said(const struct rule *r)
{
	for (size_t k = 0; is_words[k] != NULL; k++)
		if (strcmp(rule_value(r, "is"), is_words[k]) == 0)
			return is_roles[k];
	return NOUN;
}

/* Is it no role, but a mark of words that have one? */
static bool
is_mark(enum role role)
{
	return role == TITLE || role == DIMENSION || role == INSIDE || role == CLOCK ||
	       role == OFFICE || role == EACH || role == MOST;
}

/* Moves to the next word of a list of them; how long it is, 0 at the end. */
static size_t
next_word(const char **list)
{
	*list += strspn(*list, " \t");
	return strcspn(*list, " \t");
}

static void
add_words(const struct rule *r, uint16_t number, const char *list, enum role role)
{
	bool timed = rule_value(r, "timed") != NULL;
	bool speaks = rule_value(r, "speaks") != NULL;
	bool brings = rule_value(r, "brings") != NULL;
	bool causes = rule_value(r, "causes") != NULL;
	const char *people = rule_value(r, "people");
	bool keep = rule_value(r, "keep") != NULL || rule_value(r, "alone") != NULL;
	bool fresh;

	for (size_t n; (n = next_word(&list)) > 0; list += n) {
		struct word *w = word_add(list, n, &fresh);
		if (fresh)
			*w = (struct word){.role = (uint8_t)role,
			    .keep = keep,
			    .timed = timed,
			    .speaks = speaks,
			    .brings = brings,
			    .causes = causes,
			    .people = people != NULL,
			    .many = people != NULL && strcmp(people, "many") == 0,
			    .self = people != NULL && strcmp(people, "self") == 0,
			    .cost = cost_of(COUNT_RULE),
			    .section = number};
	}
}

/*
 * Names of places and bodies, unless the rules say something else of the
 * word. Towns are left out: too many of them are words, and their own
 * last character tells them (HOLDER).
 */
static void
add_names(const struct table *t, size_t said)
{
	int kind = t != NULL ? table_column(t, "kind") : -1;
	int strength = t != NULL ? table_column(t, "strength") : -1;
	int count = t != NULL ? table_column(t, "count") : -1;

	for (size_t i = 0; kind >= 0 && strength >= 0 && i < t->nrow; i++) {
		const char *s = table_cell(t, i, 0);
		bool fresh;

		if (*table_cell(t, i, (size_t)strength) != '\0' ||
		    strcmp(table_cell(t, i, (size_t)kind), "town") == 0)
			continue;
		struct word *w = word_add(s, strlen(s), &fresh);
		if ((size_t)(w - word) <= said)
			continue;
		w->role = PLACE;
		int16_t cost = cost_of(COUNT_NAME);
		if (count >= 0 && cost > cost_of(count_of(table_cell(t, i, (size_t)count))))
			cost = cost_of(count_of(table_cell(t, i, (size_t)count)));
		if (fresh || w->cost > cost)
			w->cost = cost;
	}
}

static void
add_surnames(const struct table *t)
{
	bool fresh;

	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		const char *s = table_cell(t, i, 0);
		struct word *w = word_add(s, strlen(s), &fresh);

		if (fresh)
			*w = (struct word){.role = NOUN, .cost = cost_of(1)};
		w->surname = true;
	}
}

/* Characters of given names. So many of the names that were counted make one usual. */
enum { GIVEN_USUAL = 8 };

static void
add_given(const struct table *t)
{
	int alone = t != NULL ? table_column(t, "alone") : -1;
	int first = t != NULL ? table_column(t, "first") : -1;
	int second = t != NULL ? table_column(t, "second") : -1;

	for (size_t i = 0; alone >= 0 && first >= 0 && second >= 0 && i < t->nrow; i++) {
		const char *s = table_cell(t, i, 0);
		bool fresh;
		struct word *w = word_add(s, strlen(s), &fresh);

		if (fresh)
			*w = (struct word){.role = NOUN, .cost = COST_UNKNOWN};
		w->given1 = w->given1 || count_of(table_cell(t, i, (size_t)first)) >= GIVEN_USUAL;
		w->given2 = w->given2 || count_of(table_cell(t, i, (size_t)second)) >= GIVEN_USUAL;
		/* few names of two characters are in that list */
		w->given = w->given2 || count_of(table_cell(t, i, (size_t)alone)) >= GIVEN_USUAL;
	}
}

/* Marks words that are other words themselves: 员, 师, which end titles; 高, 长; 里; 时. */
static void
mark_words(const struct rule *r, uint16_t number, enum role mark)
{
	bool fresh;

	for (size_t k = 0; k < r->nvalue; k++) {
		const char *list = r->value[k].value;

		if (strcmp(r->value[k].key, "word") != 0)
			continue;
		for (size_t n; (n = next_word(&list)) > 0; list += n) {
			struct word *w = word_add(list, n, &fresh);
			w->title = w->title || mark == TITLE;
			w->dimension = w->dimension || mark == DIMENSION;
			w->inside = w->inside || mark == INSIDE;
			w->clock = w->clock || mark == CLOCK;
			w->office = w->office || mark == OFFICE;
			w->each = w->each || mark == EACH;
			w->most = w->most || mark == MOST;
			if (w->section == 0)
				w->section = number;
		}
	}
}

static void
add_marks(void)
{
	uint16_t number = 0;

	for (size_t i = 0; i < rules_count(source.rules); i++) {
		const struct rule *r = rules_at(source.rules, i);

		if (r->type != source.type)
			continue;
		number++;
		if (is_mark(role_said(r)))
			mark_words(r, number, role_said(r));
	}
}

/* Words that stand before and behind names of persons. */
static void
add_titles(const struct table *t)
{
	int kind = t != NULL ? table_column(t, "kind") : -1;

	for (size_t i = 0; kind >= 0 && i < t->nrow; i++) {
		const char *s = table_cell(t, i, 0);
		const char *k = table_cell(t, i, (size_t)kind);
		bool fresh;
		struct word *w = word_add(s, strlen(s), &fresh);

		if (fresh)
			*w = (struct word){.role = NOUN, .cost = cost_of(1)};
		if (strcmp(k, "address") == 0)
			w->address = true;
		else
			w->title = true;
		w->post = *k == 'p' || *k == 'w' || (*k == 'a' && !w->address);
	}
}

/* Units that are nouns: those that classifiers.tsv allows after digits only. */
static void
add_counted(const struct table *t)
{
	int flags = t != NULL ? table_column(t, "flags") : -1;

	for (size_t i = 0; flags >= 0 && i < t->nrow; i++) {
		const char *s = table_cell(t, i, 0);
		bool fresh;

		if (strstr(table_cell(t, i, (size_t)flags), "digits") == NULL)
			continue;
		struct word *w = word_add(s, strlen(s), &fresh);
		if (fresh)
			*w = (struct word){.role = NOUN, .cost = cost_of(1)};
		w->counted = true;
	}
}

static void
add_sections(void)
{
	uint16_t number = 0;

	section = xarray(NULL, rules_count(source.rules) + 1, sizeof *section);
	section[0] = (struct section){NULL, NULL};
	for (size_t i = 0; i < rules_count(source.rules); i++) {
		const struct rule *r = rules_at(source.rules, i);

		if (r->type != source.type)
			continue;
		enum role role = role_said(r);
		section[++number] = (struct section){r, rule_value(r, role == SERIES    ? "members"
								      : role == DEICTIC ? "ends"
											: "gives")};
		for (size_t k = 0; k < r->nvalue && !is_mark(role); k++)
			if (strcmp(r->value[k].key, "word") == 0)
				add_words(r, number, r->value[k].value, role);
	}
}

/*
 * A noun of the lexicon is the head of a metric where the longest end of it that the rules
 * know, which are the first words, is one: 失业率, 交通费用. One character tells it of three
 * and more: 价值 is none.
 */
static enum role
role_by_end(const char *s, size_t n, size_t said)
{
	for (size_t at = utf8_len(*s); at < n; at += utf8_len(s[at])) {
		uint32_t number = find_word((struct str){s + at, n - at});

		if (number != 0 && number <= said && (n - at > 3 || n > 6))
			return word[number].role == HEAD ||
				       (word[number].role == HOLDER && word[number].speaks)
				   ? word[number].role
				   : NOUN;
	}
	return NOUN;
}

static void
add_lexicon(const struct table *t, size_t said)
{
	int count = t != NULL ? table_column(t, "count") : -1;
	int pos = t != NULL ? table_column(t, "pos") : -1;

	for (size_t i = 0; count >= 0 && pos >= 0 && i < t->nrow; i++) {
		const char *s = table_cell(t, i, 0);
		int16_t cost = cost_of(count_of(table_cell(t, i, (size_t)count)));
		bool fresh;
		struct word *w = word_add(s, strlen(s), &fresh);

		if (fresh) {
			w->role = (uint8_t)role_of(table_cell(t, i, (size_t)pos));
			size_t n = strlen(s);
			if (w->role == NOUN)
				w->role = (uint8_t)role_by_end(s, n, said);
			w->speaks = w->role == HOLDER;
			w->quality = *table_cell(t, i, (size_t)pos) == 'a';
			w->idiom = n == 12 && *table_cell(t, i, (size_t)pos) == 'i';
		}
		w->verbal = w->role == NOUN && *table_cell(t, i, (size_t)pos) == 'v';
		/* a word of the rules is at least as likely as the lexicon says */
		if (fresh || w->cost > cost || utf8_len(*s) == strlen(s))
			w->cost = cost;
	}
}

static void
load_words(void)
{
	const struct table *lexicon = rules_table(source.rules, "lexicon");
	size_t said;

	words = words_new(lexicon != NULL ? lexicon->nrow + 50000 : 1000);
	add_sections();
	said = nword;
	add_lexicon(lexicon, said);
	add_lexicon(rules_table(source.rules, "words"), said);
	add_surnames(rules_table(source.rules, "surnames"));
	add_given(rules_table(source.rules, "given"));
	add_titles(rules_table(source.rules, "titles"));
	add_marks();
	add_counted(rules_table(source.rules, "classifiers"));
	add_names(rules_table(source.rules, "places"), said);
	add_names(rules_table(source.rules, "bodies"), said);
	add_names(rules_table(source.rules, "companies"), said);
	add_names(rules_table(source.rules, "regions"), said);
	word_cost = xarray(NULL, nword + 1, sizeof *word_cost);
	for (size_t i = 0; i <= nword; i++)
		word_cost[i] = word[i].cost;
}

void
link_load(struct rules *rules, unsigned type)
{
	source.rules = rules;
	source.type = type;
}

const struct word *
link_word(const struct token *t)
{
	return &word[t->word];
}

const char *
link_gives(const struct token *t)
{
	return section[word[t->word].section].gives;
}

struct str
link_counted(const struct figure *f)
{
	uint32_t number = f->unit.n > 0 ? find_word(f->unit) : 0;

	return word[number].counted ? f->unit : (struct str){NULL, 0};
}

/* --- cutting --- */

static struct token *
token_add(struct linker *l, size_t start, size_t end, enum role role)
{
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 256 : 2 * l->cap;
		l->token = xarray(l->token, l->cap, sizeof *l->token);
	}
	struct token *t = &l->token[l->n++];
	*t = (struct token){(uint32_t)start, (uint32_t)end, 0, -1, (uint8_t)role, false};
	return t;
}

/* The role of a character that stands by itself, or NROLE for one that is part of words. */
static enum role
mark_role(uint32_t c)
{
	switch (c) {
	case 0x3002:
	case 0xFF1B:
	case 0xFF01:
	case 0xFF1F:
	case ';':
	case '!':
	case '?':
	case 0x2026: /* 。；！？… */ return STOP;
	case 0xFF0C:
	case ',':
	case 0xFF1A:
	case ':':
	case 0x2014: /* ，：— */ return COMMA;
	case 0x3001:
	case 0x2236: /* 、∶ */ return LIST;
	case 0x7684: /* 的 */ return DE;
	case 0x548C:
	case 0x4E0E:
	case 0x53CA:
	case 0x6216: /* 和 与 及 或 */ return AND;
	case 0xFF08:
	case '(':
	case 0x3014:
	case '[': return OPEN;
	case 0xFF09:
	case ')':
	case 0x3015:
	case ']': return CLOSE;
	case 0x201C:
	case 0x201D:
	case '"':
	case 0x300A:
	case 0x300B:
	case 0x2018:
	case 0x2019:
	case 0x300C:
	case 0x300D:
	case 0x300E:
	case 0x300F: return QUOTE;
	case 0x25A0:
	case 0x25A1:
	case 0x25B2:
	case 0x25B3:
	case 0x25B6:
	case 0x25BA:
	case 0x25C6:
	case 0x25C7:
	case 0x25CB:
	case 0x25CF:
	case 0x2605:
	case 0x2606: /* ■□▲△▶►◆◇○●★☆ */
	case ' ':
	case '\t':
	case '\n':
	case 0x3000:
	case 0xA0: return SPACE;
	default: return NROLE;
	}
}

static bool
is_han(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x323AF) || c == 0x3007;
}

/* Has room for the run that begins here; it is not longer than so many bytes. */
static void
reserve_run(struct linker *l, size_t n)
{
	if (n < l->caprun)
		return;
	l->caprun = 2 * n + 1;
	l->cp = xarray(l->cp, l->caprun, sizeof *l->cp);
	l->at = xarray(l->at, l->caprun, sizeof *l->at);
	l->way = xarray(l->way, l->caprun, sizeof *l->way);
}

/*
 * Cuts a run of Chinese characters cp[0, n) into the most probable words.
 * date: a date follows.
 */
static void
cut_run(struct linker *l, size_t n, bool date)
{
	uint32_t last = date ? words_find(words, l->cp + n - 1, 1) : 0;

	/* 价格|比|上年, no 价格比 */
	words_ways(
	    words, l->cp, n, word_cost, COST_UNKNOWN, last != 0 && word[last].role == THAN, l->way);
	for (size_t i = 0, next; i < n; i = next) {
		uint32_t number = l->way[i].word;
		enum role mark;
		size_t to;
		struct token *t;

		next = l->way[i].next;
		mark = next == i + 1 ? mark_role(l->cp[i]) : NROLE;
		to = l->at[next];
		if (next < n && l->text.p[to - 1] == ' ')
			to--;
		t = token_add(l, l->at[i], to, NOUN);
		if (mark != NROLE) {
			t->role = (uint8_t)mark;
		} else if (number != 0) {
			t->role = word[number].role;
			t->word = number;
		}
	}
}

/* Takes the run of Chinese characters at text[i, end); where it ends. *n: how many there are. */
static size_t
take_run(struct linker *l, size_t i, size_t end, size_t *n)
{
	const char *p = l->text.p;
	size_t len, k = 0;
	uint32_t c = utf8_get(p + i, &len);

	while (is_han(c)) {
		l->cp[k] = simplified(c);
		l->at[k++] = (uint32_t)i;
		i += len;
		if (i >= end)
			break;
		c = utf8_get(p + i, &len);
		/* a blank that a page left inside a word: 增 长 */
		if (c == ' ' && i + 1 < end && is_han(utf8_get(p + i + 1, &len)))
			c = utf8_get(p + ++i, &len);
	}
	l->at[k] = (uint32_t)i;
	*n = k;
	return i;
}

/* 35元|/吨: where the other unit of a rate ends, or 0. */
static size_t
rate_end(const struct linker *l, size_t i, size_t end)
{
	size_t to = i + 1, len;

	if (l->n == 0 || l->token[l->n - 1].role != FIGURE)
		return 0;
	while (to < end && to < i + 10 && is_han(utf8_get(l->text.p + to, &len)))
		to += len;
	return to < i + 10 || to == end ? to : 0;
}

/* Where a run ends of what is neither Chinese nor a mark. */
static size_t
other_end(struct str text, size_t i, size_t end)
{
	while (i < end) {
		size_t len;
		uint32_t c = utf8_get(text.p + i, &len);

		if (is_han(c) || mark_role(c) != NROLE)
			break;
		i += len;
	}
	return i;
}

/* 东亚—澳大利西亚: a dash by itself joins, two part. */
static bool
is_dash(const struct linker *l, size_t start, size_t end)
{
	static const char dash[] = "\xe2\x80\x94"; /* — */
	const char *p = l->text.p;

	return end - start == 3 && memcmp(p + start, dash, 3) == 0 &&
	       (start < 3 || memcmp(p + start - 3, dash, 3) != 0) &&
	       (end + 3 > l->text.n || memcmp(p + end, dash, 3) != 0);
}

/* Cuts text[start, end) into tokens. date: a date follows. */
static void
cut(struct linker *l, size_t start, size_t end, bool date)
{
	const char *p = l->text.p;

	if (words == NULL)
		load_words();
	if (start < end)
		reserve_run(l, end - start);
	while (start < end) {
		size_t len, n, to = take_run(l, start, end, &n);
		uint32_t c = utf8_get(p + start, &len);
		enum role mark;

		if (n > 0) {
			cut_run(l, n, date && to == end);
		} else if (c == '/' && (to = rate_end(l, start, end)) > 0) {
			token_add(l, start, to, SPACE);
		} else if ((mark = mark_role(c)) != NROLE) {
			to = start + len;
			token_add(l, start, to, is_dash(l, start, to) ? AND : mark);
		} else {
			to = other_end(l->text, start, end);
			/* a full stop that OCR or a keyboard left half wide */
			token_add(l, start, to, to == start + 1 && c == '.' ? STOP : NOUN);
		}
		start = to;
	}
}

/* After 比: 收入比为, 收入比由, 收入比缩小至. */
static bool
compares_nothing(const struct token *t)
{
	return t->role == RISE || t->role == FALL || t->role == LEVEL || t->role == TO ||
	       t->role == FROM || t->role == DEAL || t->role == FIGURE || t->role == STOP ||
	       t->role == COMMA;
}

/* 塔|高|18米: what it measures; but not 比A|高|18米. */
static void
mark_dimensions(struct linker *l)
{
	for (size_t i = 1; i + 1 < l->n; i++) {
		struct token *t = &l->token[i];
		size_t k = i;

		if (l->token[i + 1].role != FIGURE || !link_word(t)->dimension ||
		    figure_of(l, i + 1)->kind != KIND_MEASURE)
			continue;
		while (k > 0 && k + 8 > i && l->token[k - 1].role != THAN &&
		       !is_boundary(&l->token[k - 1]) && l->token[k - 1].role != FIGURE)
			k--;
		if (k == 0 || l->token[k - 1].role != THAN)
			t->role = ATTRIBUTE;
	}
}

static bool
is_number(const struct linker *l, size_t i)
{
	return l->token[i].role == FIGURE && figure_of(l, i)->kind == KIND_NUMBER;
}

/* 16.2|:|36.5|:|47.3: a list, no clauses. */
static void
mark_proportions(struct linker *l)
{
	for (size_t i = 1; i + 1 < l->n; i++) {
		size_t len;

		if (!is_number(l, i - 1) || !is_number(l, i + 1))
			continue;
		uint32_t c = utf8_get(l->text.p + l->token[i].start, &len);
		if (c == ':' || c == 0xFF1A)
			l->token[i].role = LIST;
	}
}

void
link_cut(struct linker *l)
{
	size_t at = 0;

	l->n = 0;
	for (size_t i = 0; i < l->figures->n; i++) {
		const struct figure *f = &l->figures->at[i];
		cut(l, at, f->start, f->kind == KIND_DATE);
		token_add(l, f->start, f->end, f->kind == KIND_DATE ? DATE : FIGURE)->figure =
		    (int32_t)i;
		at = f->end;
	}
	/* what comes after the last figure's clause says nothing of it */
	size_t end = at, len;
	while (end < l->text.n) {
		enum role mark = mark_role(utf8_get(l->text.p + end, &len));
		end += len;
		if (mark == STOP || mark == COMMA)
			break;
	}
	cut(l, at, end, false);
	/* 收入比|缩小至, 失业率|低于|5%: nothing is compared there */
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].role == THAN && !link_word(&l->token[i])->keep && i > 0 &&
		    in_phrase(&l->token[i - 1]) &&
		    (i + 1 == l->n || compares_nothing(&l->token[i + 1])))
			l->token[i].role = l->token[i].end - l->token[i].start == 3 ? NOUN : LEVEL;
	/* 3年|多: no change */
	for (size_t i = 1; i < l->n; i++)
		if ((l->token[i].role == RISE || l->token[i].role == FALL) &&
		    l->token[i - 1].role == FIGURE && l->token[i].end - l->token[i].start == 3)
			l->token[i].role = AFTER;
	mark_proportions(l);
	mark_dimensions(l);
}

void
link_cut_text(struct linker *l, struct str text)
{
	l->n = 0;
	l->text = text;
	cut(l, 0, text.n, false);
}

uint32_t
link_word_from(const struct linker *l, size_t start, enum role role, size_t *end)
{
	struct word_hit hit[12];
	uint32_t cp[12], found = 0;
	size_t at[13] = {start}, n = 0, len;

	for (; n < 12 && at[n] < l->text.n; n++) {
		cp[n] = simplified(utf8_get(l->text.p + at[n], &len));
		at[n + 1] = at[n] + len;
	}
	for (size_t i = 0, nhit = words_at(words, cp, n, hit, 12); i < nhit; i++)
		if (word[hit[i].word].role == role) {
			found = hit[i].word;
			*end = at[hit[i].n];
		}
	return found;
}

uint32_t
link_age(const struct linker *l, size_t k)
{
	size_t end;

	if (l->token[k].role != FIGURE || figure_of(l, k)->kind != KIND_DURATION ||
	    l->token[k].end < 3)
		return 0;
	return link_word_from(l, l->token[k].end - 3, AGE, &end);
}

bool
link_is_word(const struct linker *l, size_t start, size_t end)
{
	return find_word((struct str){l->text.p + start, end - start}) != 0;
}

bool
link_is_known(struct str s)
{
	return find_word(s) != 0;
}

uint32_t
link_char_number(const struct linker *l, size_t start)
{
	size_t len;
	uint32_t c = simplified(utf8_get(l->text.p + start, &len));

	return words_find(words, &c, 1);
}

const struct word *
link_char(const struct linker *l, size_t start)
{
	return &word[link_char_number(l, start)];
}

struct str
link_head(struct str metric)
{
	struct str head = {NULL, 0};

	for (size_t n = 6; n <= 15 && n <= metric.n; n += 3) { /* 费 of 保费 is none */
		struct str end = {metric.p + metric.n - n, n};
		if (word[find_word(end)].role == HEAD)
			head = end;
	}
	return head;
}

bool
link_is_scope_word(struct str s)
{
	const struct word *w = &word[find_word(s)];

	return w->role == DEICTIC || w->role == HOLDER;
}

size_t
link_rules_of(const struct linker *l, const struct rule **rule, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct rule *r = section[word[l->token[i].word].section].rule;
		bool fresh = r != NULL && n < max;

		for (size_t k = 0; k < n && fresh; k++)
			fresh = rule[k] != r;
		if (fresh)
			rule[n++] = r;
	}
	return n;
}
