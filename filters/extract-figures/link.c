/* link - what a figure is about: metric, scope, period, change */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "figure.h"
#include "link.h"
#include "utf8.h"
#include "words.h"

/*
 * The block is cut into words (the most probable cut by the frequencies of
 * lexicon.tsv), each of a role, and read once from left to right. At a
 * figure its clause is read backwards: first the tail of verbs, adverbs and
 * comparisons that join it to its metric, then the noun phrase, then the
 * scope before that. What is not there is carried on from the figure before.
 */
/* clang-format off */
enum role {
	NOUN, VERB, ADVERB, OTHER, /* by part of speech; OTHER stands in no noun phrase */
	FIGURE, DATE, STOP, COMMA, LIST, AND, DE, OPEN, CLOSE, QUOTE, SPACE, PLACE,
	/* of link rules: see rules/links.rules */
	LEVEL, TO, RISE, FALL, BASIS, THAN, DEAL, LEAD, TAKE, LIGHT, PREP, FROM, SHARE, RANK,
	DEICTIC, HOLDER, PART, HEAD, ATTRIBUTE, NOW, ETC, AFTER, AMONG, DATELINE, SAY, SERIES, SAME,
	NROLE
};

/* The words of the key "is", and the roles they give. */
static const char *const is_words[] = {"level", "to", "rise", "fall", "basis", "than", "deal", "lead",
	"take", "light", "prep", "from", "share", "rank", "deictic", "holder", "part", "head", "attribute", "now",
	"etc", "after", "among", "dateline", "say", "series", "same", "noun", "verb", "adverb", "stop", NULL};
static const uint8_t is_roles[] = {LEVEL, TO, RISE, FALL, BASIS, THAN, DEAL, LEAD,
	TAKE, LIGHT, PREP, FROM, SHARE, RANK, DEICTIC, HOLDER, PART, HEAD, ATTRIBUTE, NOW,
	ETC, AFTER, AMONG, DATELINE, SAY, SERIES, SAME, NOUN, VERB, ADVERB, OTHER};
/* clang-format on */
static const char *const basis_words[] = {"yoy", "qoq", "mom", "prior", "base", "chain", NULL};
static const char *const yes_words[] = {"yes", NULL};

const struct rules_key link_keys[] = {
    {"is", KEY_REQUIRED, is_words},
    {"word", KEY_MANY | KEY_REQUIRED, NULL},
    {"gives", 0, basis_words},
    {"keep", 0, yes_words},
    {"alone", 0, yes_words},
    {"timed", 0, yes_words},
    {"members", 0, NULL},
    {NULL, 0, NULL},
};

struct word {
	uint8_t role;
	bool keep;               /* of RISE, FALL: part of the metric too; of HOLDER: scope by itself */
	bool timed;              /* of RISE, FALL: a change only against another time */
	int16_t cost;            /* -log2 of its share of all words, in 1/64 */
	const char *gives;       /* of BASIS: which; of SERIES: its members */
	const struct rule *rule; /* that has it, or NULL */
};

static struct words *words;
static struct word *word; /* by number, from 1 */
static size_t nword;

struct token {
	uint32_t start, end; /* bytes of the text */
	uint32_t word;       /* its number, 0 for none */
	int32_t figure;      /* of FIGURE, DATE: its index */
	uint8_t role;
};

/* Half-open, in tokens. */
struct range {
	size_t from, to;
};

struct linker {
	struct str text;
	struct figures *figures;
	struct token *token;
	size_t n, cap;
	uint32_t *cp, *at; /* code points of the run being cut, where they stand */
	int32_t *best;
	uint32_t *next, *hit;
	size_t caprun;
};
static struct linker linker;

/*
 * Bounds on looking around, in tokens, so that time grows with the length of
 * the text whatever it is.
 */
enum { MAX_LIST = 32, MAX_CLAUSE = 200, MAX_PHRASE = 64 };

/* What is carried from figure to figure. */
struct state {
	struct str named, deictic;    /* scopes of the paragraph */
	struct str sentence;          /* a deictic scope of the sentence, before a named one */
	struct str subject;           /* of the clause, where it may be the scope */
	struct str metric;            /* of the figure before, shares left out */
	struct str share;             /* of the figure before, where it was a share */
	struct str topic;             /* the subject of the clause before */
	bool fresh;                   /* the topic came after the last figure */
	struct str prefix;            /* 新增, for the rest of the list */
	struct str period, local;     /* local: of the next figure only */
	bool dated;                   /* the sentence has a period of its own */
	struct str paragraph;         /* the period before this sentence */
	unsigned dates;               /* that this sentence has named */
	const char *basis, *basis_pp; /* said in this paragraph: of amounts, of percentage points */
	struct {
		struct str metric, bare, scope; /* bare: 企业 of 新增企业 */
	} recent[MAX_LIST]; /* of the figures of this sentence, the last ones */
	size_t nrecent;
};

#define LOG_TOTAL (26 * 64) /* log2 of the words that lexicon.tsv was counted in */

static int16_t
cost_of(unsigned long count)
{
	int16_t log = 0;

	for (unsigned long c = count; c > 1; c /= 2)
		log += 64;
	if (count > 0) { /* the fraction, by the next 6 bits */
		unsigned bits = (unsigned)(log / 64);
		unsigned long low =
		    bits >= 6 ? (count >> (bits - 6)) & 63 : (count << (6 - bits)) & 63;
		log = (int16_t)(log + (int)low);
	}
	return (int16_t)(LOG_TOTAL - log);
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

static void
add_words(const struct rule *r, const char *list, enum role role)
{
	const char *gives = rule_value(r, role == SERIES ? "members" : "gives");
	bool timed = rule_value(r, "timed") != NULL;
	bool keep = rule_value(r, "keep") != NULL || rule_value(r, "alone") != NULL;
	bool fresh;

	for (size_t n; *list != '\0'; list += n) {
		n = strcspn(list, " \t");
		if (n == 0) {
			n = 1;
			continue;
		}
		struct word *w = word_add(list, n, &fresh);
		if (fresh)
			*w = (struct word){(uint8_t)role, keep, timed, cost_of(20000), gives, r};
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
		if (fresh || w->cost > cost_of(3000))
			w->cost = cost_of(3000);
	}
}

void
link_load(struct rules *rules, unsigned type)
{
	const struct table *lexicon = rules_table(rules, "lexicon");

	words = words_new(lexicon != NULL ? lexicon->nrow + 50000 : 1000);
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *r = rules_at(rules, i);
		enum role role = NOUN;

		if (r->type != type)
			continue;
		for (size_t k = 0; is_words[k] != NULL; k++)
			if (strcmp(rule_value(r, "is"), is_words[k]) == 0)
				role = is_roles[k];
		for (size_t k = 0; k < r->nvalue; k++)
			if (strcmp(r->value[k].key, "word") == 0)
				add_words(r, r->value[k].value, role);
	}
	size_t said = nword;
	int count = lexicon != NULL ? table_column(lexicon, "count") : -1;
	int pos = lexicon != NULL ? table_column(lexicon, "pos") : -1;
	for (size_t i = 0; count >= 0 && pos >= 0 && i < lexicon->nrow; i++) {
		const char *s = table_cell(lexicon, i, 0);
		unsigned long c = strtoul(table_cell(lexicon, i, (size_t)count), NULL, 10);
		bool fresh;
		struct word *w = word_add(s, strlen(s), &fresh);

		if (fresh)
			w->role = (uint8_t)role_of(table_cell(lexicon, i, (size_t)pos));
		/* a word of the rules is at least as likely as the lexicon says */
		if (fresh || w->cost > cost_of(c) || utf8_len(*s) == strlen(s))
			w->cost = cost_of(c);
	}
	add_names(rules_table(rules, "places"), said);
	add_names(rules_table(rules, "bodies"), said);
}

/* --- words --- */

static struct token *
token_add(struct linker *l, size_t start, size_t end, enum role role)
{
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 256 : 2 * l->cap;
		l->token = xarray(l->token, l->cap, sizeof *l->token);
	}
	struct token *t = &l->token[l->n++];
	*t = (struct token){(uint32_t)start, (uint32_t)end, 0, -1, (uint8_t)role};
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
	case 0x3001: /* 、 */ return LIST;
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

/*
 * Cuts a run of Chinese characters cp[0, n) into the most probable words.
 * date: a date follows.
 */
static void
cut_run(struct linker *l, size_t n, bool date)
{
	enum { UNKNOWN = 24 * 64 };
	struct word_hit hit[16];

	uint32_t end = words_find(words, l->cp + n - 1, 1);
	bool alone = date && end != 0 && word[end].role == THAN; /* 价格|比|上年, no 价格比 */

	l->best[n] = 0;
	for (size_t i = n; i-- > 0;) {
		size_t nhit = words_at(words, l->cp + i, n - i, hit, 16);

		l->best[i] = l->best[i + 1] + UNKNOWN;
		l->next[i] = (uint32_t)i + 1;
		l->hit[i] = 0;
		for (size_t k = 0; k < nhit; k++) {
			if (alone && i + hit[k].n == n && hit[k].n > 1)
				continue;
			int32_t cost = word[hit[k].word].cost + l->best[i + hit[k].n];
			if (cost <= l->best[i]) {
				l->best[i] = cost;
				l->next[i] = (uint32_t)i + hit[k].n;
				l->hit[i] = hit[k].word;
			}
		}
	}
	for (size_t i = 0; i < n; i = l->next[i]) {
		const struct word *w = &word[l->hit[i]];
		enum role mark = l->next[i] == i + 1 ? mark_role(l->cp[i]) : NROLE;
		struct token *t = token_add(l, l->at[i], l->at[l->next[i]], NOUN);

		if (mark != NROLE) {
			t->role = (uint8_t)mark;
		} else if (l->hit[i] != 0) {
			t->role = w->role;
			t->word = l->hit[i];
		}
	}
}

static void
cut(struct linker *l, size_t start, size_t end, bool date)
{
	const char *p = l->text.p;

	while (start < end) {
		size_t len, n = 0, i = start;
		uint32_t c = utf8_get(p + i, &len);

		if (l->caprun < end - start + 1) {
			l->caprun = 2 * (end - start + 1);
			l->cp = xarray(l->cp, l->caprun, sizeof *l->cp);
			l->at = xarray(l->at, l->caprun, sizeof *l->at);
			l->best = xarray(l->best, l->caprun, sizeof *l->best);
			l->next = xarray(l->next, l->caprun, sizeof *l->next);
			l->hit = xarray(l->hit, l->caprun, sizeof *l->hit);
		}
		while (is_han(c)) {
			l->cp[n] = c;
			l->at[n++] = (uint32_t)i;
			i += len;
			if (i >= end)
				break;
			c = utf8_get(p + i, &len);
		}
		if (n > 0) {
			l->at[n] = (uint32_t)i;
			cut_run(l, n, date && i == end);
			start = i;
			continue;
		}
		if (c == '/' && l->n > 0 && l->token[l->n - 1].role == FIGURE) { /* 35元|/吨 */
			size_t per = i + 1;
			while (per < end && per < i + 10 && is_han(utf8_get(p + per, &len)))
				per += len;
			if (per < i + 10 || per == end) {
				token_add(l, i, per, SPACE);
				start = per;
				continue;
			}
			len = 1;
		}
		enum role mark = mark_role(c);
		if (mark != NROLE) {
			token_add(l, i, i + len, mark);
			start = i + len;
			continue;
		}
		while (i < end && !is_han(c) && mark_role(c) == NROLE) {
			i += len;
			if (i < end)
				c = utf8_get(p + i, &len);
		}
		/* a full stop that OCR or a keyboard left half wide */
		token_add(l, start, i, i == start + 1 && p[start] == '.' ? STOP : NOUN);
		start = i;
	}
}

static bool
in_phrase(const struct token *t)
{
	return t->role == NOUN || t->role == PLACE || t->role == DEICTIC || t->role == HOLDER ||
	       t->role == PART || t->role == HEAD || t->role == ATTRIBUTE || t->role == AMONG || t->role == SERIES ||
	       t->role == QUOTE;
}

/* After 比: 收入比为, 收入比由, 收入比缩小至. */
static bool
compares_nothing(const struct token *t)
{
	return t->role == RISE || t->role == FALL || t->role == LEVEL || t->role == TO ||
	    t->role == FROM || t->role == DEAL || t->role == FIGURE || t->role == STOP ||
	    t->role == COMMA;
}

static void
tokenize(struct linker *l)
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
	/* what comes after the last figure's sentence says nothing of it */
	const char *stop = memmem(l->text.p + at, l->text.n - at, "\xe3\x80\x82", 3); /* 。 */
	cut(l, at, stop != NULL ? (size_t)(stop - l->text.p) : l->text.n, false);
	/* 收入比|缩小至: nothing is compared there */
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].role == THAN && i > 0 && in_phrase(&l->token[i - 1]) &&
		    (i + 1 == l->n || compares_nothing(&l->token[i + 1])))
			l->token[i].role = NOUN;
}

/* --- phrases --- */

/* Stands between the words of a phrase, never at its ends. */
static bool
is_joint(const struct token *t)
{
	return t->role == SPACE || t->role == DE || t->role == LIST || t->role == AND;
}

static struct str
phrase(const struct linker *l, struct range r)
{
	while (r.from < r.to && is_joint(&l->token[r.from]))
		r.from++;
	while (r.from < r.to && is_joint(&l->token[r.to - 1]))
		r.to--;
	if (r.from >= r.to)
		return (struct str){NULL, 0};
	size_t start = l->token[r.from].start, end = l->token[r.to - 1].end;
	return (struct str){l->text.p + start, end - start};
}

static struct str
join(struct linker *l, struct str a, struct str b)
{
	if (a.n == 0)
		return b;
	if (b.n == 0)
		return a;
	if (a.p + a.n == b.p)
		return (struct str){a.p, a.n + b.n};
	if (a.n + b.n > 1024) /* no name of anything */
		return b;
	char *p = arena_alloc(l->figures->arena, a.n + b.n);
	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return (struct str){p, a.n + b.n};
}

static bool
is_boundary(const struct token *t)
{
	return t->role == STOP || t->role == COMMA;
}

/* 。 and its like, not ； */
static bool
ends_sentence(const struct linker *l, const struct token *t)
{
	struct str s = {l->text.p + t->start, t->end - t->start};

	return t->role == STOP && !str_is(s, ";") && !str_is(s, "\xef\xbc\x9b");
}

static bool
ends_metric(const struct token *t)
{
	return t->role == HEAD || t->role == PART || t->role == ATTRIBUTE;
}

static bool
is_verb(const struct token *t)
{
	return t->role == VERB || t->role == TAKE || t->role == LIGHT || t->role == RISE ||
	       t->role == FALL;
}

static struct figure *
figure_of(const struct linker *l, size_t k)
{
	return &l->figures->at[l->token[k].figure];
}

/* 首次 stands among the adverbs: an ordinal of two characters right before a verb. */
static bool
is_adverbial(const struct linker *l, size_t k)
{
	const struct token *t = &l->token[k];

	return t->role == FIGURE && figure_of(l, k)->kind == KIND_ORDINAL &&
	       t->end - t->start == 6 && k + 1 < l->n && !in_phrase(t + 1) && t[1].role != COMMA &&
	       t[1].role != STOP;
}

/* From a closing bracket at i-1 back to its opening one; i if there is none. */
static size_t
before_bracket(const struct linker *l, size_t i, size_t low)
{
	unsigned depth = 0;

	for (size_t k = i; k > low; k--) {
		if (l->token[k - 1].role == CLOSE)
			depth++;
		else if (l->token[k - 1].role == OPEN && --depth == 0)
			return k - 1;
	}
	return i;
}

/*
 * Where the clause of token k begins: after a comma, an opening bracket, or
 * the figure before. Dates and 首次 do not end it.
 */
static size_t
clause_start(const struct linker *l, size_t k)
{
	unsigned depth = 0;
	size_t low = k > MAX_CLAUSE ? k - MAX_CLAUSE : 0;

	for (; k > low; k--) {
		const struct token *t = &l->token[k - 1];
		if (t->role == STOP)
			return k;
		if (t->role == CLOSE) {
			depth++;
		} else if (t->role == OPEN) {
			if (depth == 0)
				return k;
			depth--;
		} else if (depth == 0 &&
			   (t->role == COMMA || (t->role == FIGURE && !is_adverbial(l, k - 1)))) {
			return k;
		}
	}
	return low;
}

/* How a figure is joined to what stands left of it. */
struct tail {
	size_t to;     /* the tail is token[to, figure) */
	int direction; /* of a change verb: 1, -1, 0 */
	bool timed;       /* that verb is a change only against another time */
	bool reached;  /* a level after a change verb: 提高至 */
	bool deal, level, light, share, prep;
	const char *basis;
	size_t than;  /* token of 比, or SIZE_MAX */
	size_t keep;  /* token of a change verb that is part of the metric, or SIZE_MAX */
	size_t field; /* token of a scope between a rank verb and its figure, or SIZE_MAX */
};

static void
tail_direction(struct tail *t, size_t i, const struct token *w, bool to)
{
	if (t->direction != 0 || t->reached)
		return;
	if (to) {
		t->reached = true;
		return;
	}
	t->direction = w->role == RISE ? 1 : -1;
	t->timed = word[w->word].timed;
	if (word[w->word].keep)
		t->keep = i;
}

/* Takes token i into the tail; false where the tail ends. */
static bool
tail_take(const struct linker *l, struct tail *t, size_t i, size_t k, bool *to)
{
	const struct token *w = &l->token[i];

	switch ((enum role)w->role) {
	case TO: *to = *to || t->direction == 0; return true;
	case RISE:
	case FALL: tail_direction(t, i, w, *to); return true;
	case BASIS:
		if (t->basis == NULL)
			t->basis = word[w->word].gives;
		return true;
	case DEAL: t->deal = true; return true;
	case LEVEL: t->level = true; return true;
	case LIGHT: t->light = true; return true;
	case SHARE:
		if (i + 1 != k && l->token[i + 1].role != LEVEL)
			return false;
		t->share = true;
		return true;
	case THAN: t->than = i; return true;
	case ADVERB:
	case SPACE:
	case RANK:
	case PREP: t->prep = true; return true;
	case DATE:
	case LEAD:
	case SAME:
	case NOW: return true;
	case FROM: /* 由5%收窄至3%: both are levels */
		t->reached = t->reached || t->direction == 0;
		return true;
	case DE: /* 2022年|的|31.1% */ return i > 0 && l->token[i - 1].role == DATE;
	case FIGURE: return is_adverbial(l, i);
	case DEICTIC:
	case PLACE:
	case NOUN:
		if (figure_of(l, k)->kind != KIND_ORDINAL || t->field != SIZE_MAX ||
		    (w->role == NOUN && !t->level && (i == 0 || l->token[i - 1].role != RANK)))
			return false;
		t->field = i;
		return true;
	default: return false;
	}
}

static struct tail
tail_of(const struct linker *l, size_t low, size_t k)
{
	struct tail t = {.than = SIZE_MAX, .keep = SIZE_MAX, .field = SIZE_MAX};
	bool to = false;
	size_t i = k;

	while (i > low && tail_take(l, &t, i - 1, k, &to))
		i--;
	t.to = i;
	if (t.than != SIZE_MAX)
		return t;
	/* 比全国平均水平高: the noun after 比 is no metric, and stands against it */
	for (; i > low; i--) {
		const struct token *w = &l->token[i - 1];
		if (w->role == THAN)
			break;
		if (!in_phrase(w) && w->role != DE && w->role != DATE && w->role != ADVERB &&
		    w->role != VERB)
			return t;
	}
	if (i > low && t.to - i < 8) {
		bool level = t.level;
		while (i > low && tail_take(l, &t, i - 1, k, &to))
			i--;
		t.to = i;
		t.level = level;
	}
	return t;
}

/*
 * The noun phrase that ends at to: nouns, with one verb before them
 * (接待|游客), and lists. Brackets right before the figure are left out.
 */
static struct range
noun_phrase(const struct linker *l, size_t low, size_t to)
{
	size_t i, from;
	bool noun = false;

	if (to > low + 1 && l->token[to - 1].role == DE)
		to--; /* 占全国面积|的|1.9% */
	while (to > low && l->token[to - 1].role == CLOSE) {
		size_t b = before_bracket(l, to, low);
		if (b == to)
			break;
		to = b;
	}
	for (i = from = to; i > low;) {
		const struct token *w = &l->token[i - 1];
		bool phrase_before = i - 1 > low && (in_phrase(w - 1) || w[-1].role == CLOSE);

		if (w->role == SPACE) {
			i--;
		} else if (in_phrase(w)) {
			noun = noun || w->role != QUOTE;
			from = --i;
		} else if (w->role == CLOSE) {
			size_t b = before_bracket(l, i, low);
			if (b == i || b == low || !in_phrase(&l->token[b - 1]))
				break;
			i = from = b;
		} else if (noun && (is_joint(w) || w->role == ETC) &&
			   (phrase_before ||
			       (w->role == AND && i - 1 > low && w[-1].role == VERB))) {
			i--;
		} else if (noun && w->role == VERB &&
			   (w[1].role == AND ||
			       (phrase_before && ends_metric(&l->token[to - 1])))) {
			from = --i; /* 冶炼|和|压延|加工业, 生产者|购进|价格 */
		} else if (noun && w->role == SHARE) {
			from = --i;
		} else if (noun && phrase_before &&
			   (w->role == RISE || w->role == FALL || w->role == BASIS)) {
			from = --i;
		} else if (i == to && phrase_before && w->role == VERB) { /* 劳动争议|调解|50件 */
			noun = true;
			from = --i;
		} else {
			if (noun && (w->role == VERB || w->role == TAKE))
				from = i - 1;
			break;
		}
	}
	while (to > from && !in_phrase(&l->token[to - 1]) && l->token[to - 1].role != CLOSE)
		to--;
	return (struct range){from, to};
}

/*
 * The noun phrase right of a figure. One that is the object of a verb left of
 * the figure may begin with a verb of its own: 含90个|建制县区.
 */
static struct range
right_phrase(const struct linker *l, size_t k, bool object)
{
	size_t i = k + 1, from, to;

	while (i < l->n &&
	       (l->token[i].role == DE || l->token[i].role == SPACE || l->token[i].role == AFTER))
		i++;
	for (from = to = i; i < l->n && i < k + MAX_PHRASE; i++) {
		const struct token *w = &l->token[i];
		bool more = i + 1 < l->n && in_phrase(w + 1);

		if (in_phrase(w) && w->role != AMONG)
			to = i + 1;
		else if (i == from && i == k + 1 && more &&
			 (w->role == FIGURE || (object && w->role == VERB)))
			continue; /* 7个|千亿元|台阶 */
		else if (!(to > from && more &&
			     (w->role == DE || w->role == AND ||
				 ((w->role == VERB || w->role == LEVEL) &&
				     w->end - w->start == 3))))
			break;
	}
	if (to == from && from > k + 1 && l->token[from - 1].role == DE) { /* 500万元的|贴息|支持 */
		for (i = from; i < l->n && l->token[i].role == VERB; i++)
			;
		if (i == l->n || is_boundary(&l->token[i]))
			to = i;
	}
	if (to == from + 1 && l->token[from].role == QUOTE)
		from++;
	return (struct range){from, to};
}

/* From token i to the end of its clause, which may hold figures. */
static struct range
rest_of_clause(const struct linker *l, size_t i)
{
	size_t to;

	while (i < l->n && (l->token[i].role == LEVEL || l->token[i].role == ADVERB ||
			       l->token[i].role == SPACE || l->token[i].role == AFTER ||
			       l->token[i].role == DE))
		i++;
	for (to = i; to < l->n && to < i + MAX_PHRASE; to++)
		if (l->token[to].role == STOP || l->token[to].role == COMMA ||
		    l->token[to].role == CLOSE)
			break;
	return (struct range){i, to};
}

static bool
is_single(const struct token *t)
{
	return t->role == NOUN && t->end - t->start <= 4;
}

/*
 * Does a phrase begin like a name? Words that no lexicon has fall into single
 * characters: 博|宇|建筑, 赛|力|斯|汽车.
 */
static bool
looks_like_name(const struct linker *l, struct range r)
{
	return r.from + 1 < r.to && is_single(&l->token[r.from]) &&
	       is_single(&l->token[r.from + 1]);
}

/*
 * Cuts the scope off the front of a noun phrase: 广州|汽车产量,
 * 某某公司|营业收入. Nothing is cut that would leave nothing.
 */
static struct range
cut_scope(const struct linker *l, struct range *r)
{
	size_t i = r->from, end;
	struct range scope = {i, i};
	bool name = looks_like_name(l, *r);

	if (i < r->to && l->token[i].role == DEICTIC)
		i++;
	else
		while (i < r->to && l->token[i].role == PLACE)
			i++;
	end = i;
	name = name || (i > r->from && l->token[r->from].role == PLACE);
	for (size_t k = i; k + 1 < r->to && in_phrase(&l->token[k]); k++) {
		const struct token *w = &l->token[k];
		/* 某某医院床位; 公司营业收入; but 港口吞吐量 */
		if (w->role == HOLDER && (name || (k == r->from && word[w->word].keep)))
			end = k + 1;
	}
	scope.to = end;
	r->from = end;
	return scope;
}

/* Words that begin at a byte of the text, whatever tokens were made of it. */
static size_t
words_from(const struct linker *l, size_t start, struct word_hit *hit, size_t max)
{
	uint32_t cp[12];
	size_t n = 0, len;

	for (; n < 12 && start < l->text.n; start += len)
		cp[n++] = utf8_get(l->text.p + start, &len);
	return words_at(words, cp, n, hit, max);
}

/* --- lists --- */

struct list {
	struct str item[MAX_LIST]; /* 公路, 铁路, 水路 */
	struct str shared;         /* 货运量 */
	size_t n;
};

/* What follows the longest end of a (of at least two characters) in b: what b has and a lacks. */
static struct str
common_rest(struct str a, struct str b)
{
	for (size_t at = 0; at + 6 <= a.n && b.n > 0; at += utf8_len(a.p[at])) {
		const char *p = memmem(b.p, b.n, a.p + at, a.n - at);
		if (p != NULL)
			return (struct str){p + (a.n - at), b.n - (size_t)(p - b.p) - (a.n - at)};
	}
	return (struct str){NULL, 0};
}

/*
 * Where in the last item of a list the part begins that all items share:
 * 公路、铁路、水路|货运量. By a common end of the items (…制造业 in
 * 装备制造业|增加值), by items of equal length, or by a last word that
 * ends metrics (小麦、优质稻|产量).
 */
static size_t
shared_from(const struct linker *l, const struct list *list, struct range last)
{
	struct str first = list->item[0], s = phrase(l, last);
	size_t same = utf8_count(first.p, first.n);

	if (first.n == 0 || s.n == 0)
		return s.n;
	for (size_t at = 0; at < first.n; at += utf8_len(first.p[at])) {
		const char *p = memmem(s.p, s.n, first.p + at, first.n - at);
		if (p != NULL && (p > s.p || at == 0))
			return (size_t)(p - s.p) + first.n - at;
	}
	for (size_t i = 1; i + 1 < list->n; i++)
		if (utf8_count(list->item[i].p, list->item[i].n) != same)
			same = 0;
	size_t end = last.to, head;
	while (end > last.from && l->token[end - 1].role != HEAD && l->token[end - 1].role != PART)
		end--;
	if (end == last.from)
		return s.n;
	head = l->token[end - 1].start - (size_t)(s.p - l->text.p);
	if (same > 0 && same <= 3) {
		size_t at = 0, i = last.from;
		while (same-- > 0 && at < s.n)
			at += utf8_len(s.p[at]);
		/* a word of one character goes with what is before it: 优质稻 */
		while (i < end && l->token[i].start < at + (size_t)(s.p - l->text.p))
			i++;
		if (at > 0 && at <= head && (i == end - 1 || !is_single(&l->token[i])))
			return at;
	}
	return head > 0 ? head : s.n;
}

/* The items of token[r] and what they share; none if it is no list. */
static struct list
list_of(const struct linker *l, struct range r)
{
	struct list list = {.n = 0};
	struct range last = r;
	size_t from = r.from;

	for (size_t i = r.from; i <= r.to && list.n < MAX_LIST; i++) {
		bool etc = i < r.to && l->token[i].role == ETC;

		if (i < r.to && !etc && l->token[i].role != LIST && l->token[i].role != AND)
			continue;
		struct str s = phrase(l, (struct range){from, i});
		if (s.n > 0) {
			last = (struct range){from, i};
			list.item[list.n++] = s;
		}
		from = i + 1;
		if (etc) { /* 甲、乙等行业增加值 */
			list.shared = phrase(l, (struct range){from, r.to});
			return list;
		}
	}
	if (list.n < 2) {
		list.n = 0;
		return list;
	}
	struct str *end = &list.item[list.n - 1];
	size_t de = last.to;
	for (size_t i = last.to; i > last.from + 1; i--) {
		if (l->token[i - 1].role == DE)
			de = i - 1;
		else if (l->token[i - 1].role == SHARE)
			de = last.to; /* 甲、乙增加值占丙的比重: the 的 is of 丙 */
	}
	size_t at = shared_from(l, &list, last);
	if (de < last.to) { /* 甲、乙总额的增速 */
		at = l->token[de].start - (size_t)(end->p - l->text.p);
	}
	list.shared = (struct str){end->p + at, end->n - at};
	end->n = at;
	return list;
}

/*
 * 三次产业: a word that stands for a list. Its number may have been taken for
 * a figure, left of r.
 */
static struct list
series_of(struct linker *l, struct range r, size_t n)
{
	struct list list = {.n = 0};
	struct word_hit hit[12];
	size_t nhit = 0, first = r.from > 0 ? r.from - 1 : r.from;

	for (; first < r.to; first++) {
		nhit = words_from(l, l->token[first].start, hit, 12);
		if (nhit > 0 && word[hit[nhit - 1].word].role == SERIES)
			break;
	}
	if (first >= r.to)
		return list;
	const char *s = word[hit[nhit - 1].word].gives;
	for (size_t len; *s != '\0' && list.n < MAX_LIST; s += len) {
		len = strcspn(s, " ");
		if (len > 0)
			list.item[list.n++] = (struct str){s, len};
		else
			len = 1;
	}
	if (list.n != n) {
		list.n = 0;
		return list;
	}
	l->token[first].word = hit[nhit - 1].word;
	size_t end = l->token[first].start;
	for (size_t i = 0; i < hit[nhit - 1].n; i++)
		end += utf8_len(l->text.p[end]);
	for (r.from = first; r.from < r.to && l->token[r.from].end <= end; r.from++)
		;
	list.shared = phrase(l, r);
	return list;
}

/* --- change --- */

static bool
is_quarter(struct str iso)
{
	return iso.n == 7 && iso.p[5] == 'Q';
}

static bool
is_month(struct str iso)
{
	return iso.n == 7 && iso.p[5] != 'Q' && iso.p[5] != 'H';
}

/* 环比 is against the quarter or the month before. */
static const char *
basis_named(const char *gives, struct str period)
{
	if (gives == NULL || strcmp(gives, "chain") != 0)
		return gives;
	return is_quarter(period) ? "qoq" : "mom";
}

/* A change against a date that is named: 比三季度, 比2020年. */
static const char *
basis_of_date(struct str base, struct str period)
{
	if (base.n >= 4 && base.n == period.n && base.n <= 7) {
		long a = strtol(period.p, NULL, 10), b = strtol(base.p, NULL, 10);
		if (a == b + 1 && memcmp(base.p + 4, period.p + 4, base.n - 4) == 0)
			return "yoy";
		if (is_quarter(base) && is_quarter(period))
			return "qoq";
		if (is_month(base) && is_month(period))
			return "mom";
	}
	return "base";
}

/* The change verb that a figure begins with: 翻一番. */
static int
direction_inside(const struct linker *l, const struct figure *f)
{
	size_t len;
	uint32_t cp = utf8_get(l->text.p + f->start, &len);
	uint32_t number = words_find(words, &cp, 1);

	return number == 0 ? 0 : word[number].role == RISE ? 1 : word[number].role == FALL ? -1 : 0;
}

/* The basis that the words at 比 say, with the date that follows: 比|上年. */
static const char *
basis_said(struct linker *l, size_t than)
{
	struct token *t = &l->token[than];
	struct word_hit hit[12];
	size_t nhit = words_from(l, l->token[than].start, hit, 12);
	const char *gives = NULL;

	for (size_t i = 0; i < nhit; i++)
		if (word[hit[i].word].role == BASIS) {
			t->word = hit[i].word;
			gives = word[t->word].gives;
		}
	return gives;
}

/* The date right after token i, quotes looked through; SIZE_MAX if there is none. */
static size_t
date_after(const struct linker *l, size_t i)
{
	while (++i < l->n && l->token[i].role == QUOTE)
		;
	return i < l->n && l->token[i].role == DATE ? i : SIZE_MAX;
}

/* A change is against the same span a year before only where there is a span. */
static bool
is_span(struct str iso)
{
	return iso.n == 4 || iso.n == 7 || (iso.n > 0 && memchr(iso.p, '/', iso.n) != NULL);
}

static void
set_change(struct linker *l, struct state *st, struct figure *f, const struct tail *t)
{
	const char **carried = f->kind == KIND_PERCENTAGE_POINT ? &st->basis_pp : &st->basis;
	const char *basis = t->basis;
	bool carry = true;

	if (t->than != SIZE_MAX) {
		const char *said = basis_said(l, t->than);
		if (said != NULL)
			basis = said;
		else if (date_after(l, t->than) != SIZE_MAX) {
			basis = basis_of_date(figure_of(l, date_after(l, t->than))->iso, st->period);
			carry = false;
		}
		else if (basis == NULL) {
			basis = t->timed ? NULL : "prior";
			carry = false;
		}
	}
	if (t->timed && basis == NULL)
		return;
	basis = basis_named(basis, st->period);
	if (basis != NULL && carry)
		*carried = basis;
	int direction = t->direction;
	if (f->kind == KIND_MULTIPLE && direction == 0) /* 翻一番 */
		direction = direction_inside(l, f);
	if (direction == 0 || t->reached)
		return;
	if (basis == NULL)
		basis = *carried != NULL ? *carried : st->basis;
	if (basis == NULL) /* a level of a period and its growth: against the period before */
		basis = is_span(st->period) ? "yoy" : "prior";
	f->direction = direction > 0 ? "increase" : "decrease";
	f->basis = basis;
}

/* --- a figure --- */

static struct str
scope_of(const struct state *st)
{
	if (st->sentence.n > 0)
		return st->sentence;
	if (st->named.n > 0)
		return st->named;
	return st->deictic.n > 0 ? st->deictic : st->subject;
}

static bool
ends_with(struct str s, struct str end)
{
	return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

static void
set_scope(const struct linker *l, struct state *st, struct range scope)
{
	struct str s = phrase(l, scope);

	if (s.n == 0)
		return;
	const struct token *first = &l->token[scope.from];
	bool one = scope.to == scope.from + 1;
	if (one && first->role == HOLDER && ends_with(st->named, s)) {
		st->sentence.n = 0; /* 公司 after 某某公司 */
	} else if (one && (first->role == DEICTIC || first->role == HOLDER)) {
		st->deictic = st->sentence = s;
	} else {
		st->named = s;
		st->sentence.n = 0;
	}
}

/* Remembers what later figures may take over. */
static void
remember(struct state *st, struct str metric, struct str scope)
{
	if (st->nrecent == MAX_LIST) {
		memmove(st->recent, st->recent + 1, (MAX_LIST - 1) * sizeof *st->recent);
		st->nrecent--;
	}
	st->recent[st->nrecent].metric = st->recent[st->nrecent].bare = metric;
	if (st->prefix.n > 0 && metric.n > st->prefix.n &&
	    memcmp(metric.p, st->prefix.p, st->prefix.n) == 0) {
		st->recent[st->nrecent].bare.p += st->prefix.n;
		st->recent[st->nrecent].bare.n -= st->prefix.n;
	}
	st->recent[st->nrecent++].scope = scope;
}

/* How many figures of one kind follow each other with nothing but list marks and verbs between. */
static size_t
list_run(const struct linker *l, size_t k, size_t *member)
{
	size_t n = 0, last = k;

	member[n++] = k;
	for (size_t i = k + 1; i < l->n && n < MAX_LIST; i++) {
		const struct token *t = &l->token[i];

		if (t->role == FIGURE && last < i - 1 &&
		    figure_of(l, i)->kind == figure_of(l, k)->kind) {
			member[n++] = last = i;
			continue;
		}
		if (last + 1 == i
			? t->role != LIST && t->role != AND
			: t->role != RISE && t->role != FALL && t->role != LEVEL && t->role != AND)
			break;
	}
	return n;
}

/* What lasts: what is done in that time, or the noun that it is the length of. */
static struct str
duration_metric(const struct linker *l, const struct tail *t, struct range np, size_t k)
{
	struct range rest = rest_of_clause(l, k + 1), right = right_phrase(l, k, false);
	bool moved = t->direction != 0 || t->reached;

	if (rest.from < rest.to && !(moved && np.from < np.to) &&
	    l->token[rest.from].role != FALL && l->token[rest.from].role != RISE &&
	    l->token[rest.from].role != TO) {
		if (k + 1 < l->n && l->token[k + 1].role == DE && right.from < right.to)
			rest = right; /* 两个多月的|努力 */
		if (rest.to - rest.from > 10)
			rest.to = right.to > rest.from ? right.to : rest.from + 3;
		return phrase(l, rest);
	}
	if (np.from < np.to && t->to == k && !moved)
		np.from = np.to - 1;
	if (np.from == np.to && t->to > 0 && is_verb(&l->token[t->to - 1]))
		np.from = t->to - 1;
	return phrase(l, np);
}

/* 三分之二的订单|来自海外: what the share does, and of whom. */
static bool
share_of(const struct linker *l, size_t k, struct str *metric, struct str *who)
{
	struct range noun = right_phrase(l, k, false), rest;

	rest = rest_of_clause(l, noun.from < noun.to ? noun.to : k + 1);
	*metric = phrase(l, rest);
	*who = phrase(l, noun);
	return metric->n > 0;
}

static struct str
bracketed_metric(const struct linker *l, size_t open)
{
	size_t i = open;

	while (i > 0) {
		const struct token *w = &l->token[i - 1];
		if (w->role == STOP || w->role == COMMA || w->role == LIST || w->role == LEVEL ||
		    w->role == FIGURE || w->role == DEAL || w->role == OPEN || w->role == CLOSE)
			break;
		i--;
	}
	return phrase(l, (struct range){i, open});
}

/* 十大科技进展中，2/3…: the whole that shares in this clause are of. */
static struct str
whole_of(const struct linker *l, size_t low)
{
	if (low < 2 || l->token[low - 1].role != COMMA || l->token[low - 2].role != AMONG)
		return (struct str){NULL, 0};
	size_t to = low - 2, from = to;
	while (from > 0 && l->token[from - 1].role != STOP && l->token[from - 1].role != COMMA &&
	       l->token[from - 1].role != LEAD)
		if (l->token[--from].role == PREP) /* 在…工作中: when, not of what */
			return (struct str){NULL, 0};
	if (l->token[from].role == DATE && from + 1 < to && l->token[from + 1].role != FIGURE)
		from++;
	return phrase(l, (struct range){from, to});
}

static struct str
word_at(const struct linker *l, size_t i)
{
	return phrase(l, (struct range){i, i + 1});
}

/*
 * The metric of a figure, from its own clause; empty where it is carried.
 * Sets *who where the words say the scope as well, *right where the metric
 * stands to the right.
 */
static struct str
metric_of(struct linker *l, size_t k, size_t low, const struct tail *t, struct range np,
    bool listed, struct str *who, bool *right)
{
	const struct figure *f = figure_of(l, k);
	const struct token *left = t->to > low ? &l->token[t->to - 1] : NULL;
	bool verb = t->light || (left != NULL && (left->role == TAKE || left->role == VERB));
	struct range after = right_phrase(l, k, verb);
	const struct token *next = k + 1 < l->n ? &l->token[k + 1] : NULL;
	struct str metric = phrase(l, np), whole = whole_of(l, low);

	if (k > 0 && l->token[k - 1].role == OPEN && next != NULL && next->role == CLOSE)
		return bracketed_metric(l, k - 1); /* 因病（36.2%） */
	if (f->kind == KIND_DURATION && !listed)
		return duration_metric(l, t, np, k);
	if (whole.n > 0)
		*who = whole;
	bool does = next != NULL && (next->role == VERB || next->role == ADVERB);
	if (metric.n > 0 && does && ((f->kind == KIND_RATIO && t->to == k) || t->prep) &&
	    after.from >= after.to) { /* 参展企业|过半|来自县域, 机器人已在|17国|落地 */
		*who = metric;
		*right = true;
		return phrase(l, rest_of_clause(l, k + 1));
	}
	bool of = f->kind == KIND_PERCENT && next != NULL && next->role == DE &&
	    after.from < after.to && after.to < l->n && (l->token[after.to].role == VERB || l->token[after.to].role == ADVERB) &&
	    (left == NULL || !is_verb(left)) && !t->light;
	if ((f->kind == KIND_RATIO || of) && metric.n == 0) { /* 87%的业主|同意… */
		struct str given;
		if (share_of(l, k, &metric, &given)) {
			if (given.n > 0)
				*who = given;
			return metric;
		}
	}
	if (listed || after.from >= after.to)
		after.from = after.to = k;
	if (metric.n > 0 && next != NULL && next->role == AFTER && k + 2 < l->n &&
	    next[1].role == DE && after.from < after.to) { /* 贫困人口5000人以上的乡镇 */
		*who = phrase(l, after);
		return metric;
	}
	if (np.from < np.to && l->token[np.from].role == SHARE && after.from < after.to &&
	    t->to > low && (np.from == low || l->token[np.from - 1].role == COMMA) &&
	    next->role == DE) {
		*who = phrase(l, after); /* 占人口95%的农奴 */
		*right = true;
		return metric;
	}
	bool part = np.from + 1 == np.to && l->token[np.from].role == PART;
	bool doer = t->light && np.from < np.to && !ends_metric(&l->token[np.to - 1]);
	if (after.from < after.to &&
	    (f->kind == KIND_COUNT || metric.n == 0 || doer || (part && next->role == DE) ||
		(f->kind == KIND_MEASURE && (verb || t->to == k)))) {
		if (f->kind == KIND_PERCENT && after.to < l->n && l->token[after.to].role == VERB &&
		    next->role != DE)
			after.to = rest_of_clause(l, after.to).to; /* 88.8%贫困人口因…致贫 */
		metric = phrase(l, after);
		*right = true;
		if (np.from < np.to && l->token[np.from].role == TAKE)
			left = &l->token[np.from];
		if (left != NULL && left->role == TAKE)
			metric = join(l, word_at(l, (size_t)(left - l->token)), metric);
		return metric;
	}
	if (doer && f->kind == KIND_COUNT && !listed &&
	    (looks_like_name(l, np) || l->token[np.to - 1].role == HOLDER)) {
		*who = metric; /* 某某车型|累计|交付|10万辆 */
		for (size_t i = t->to; i < k; i++)
			if (l->token[i].role == LIGHT)
				return word_at(l, i);
	}
	if (metric.n == 0 && left != NULL && (left->role == VERB || left->role == TAKE))
		return word_at(l, t->to - 1);
	if (metric.n == 0 && f->kind == KIND_COUNT && !listed && next != NULL &&
	    (next->role == VERB || next->role == PREP)) { /* 五次|被评为… */
		*right = true;
		return phrase(l, rest_of_clause(l, k + 1));
	}
	return metric;
}

/* 涪陵区27个老旧小区|新增…: scope, number and noun together are whose the next figures are. */
static void
widen_scope(const struct linker *l, struct state *st, size_t k)
{
	struct range after = right_phrase(l, k, false);
	size_t from = k;

	/* the scope must stand right before the figure */
	struct str who = scope_of(st);
	if (who.n > 0 && who.p + who.n == l->text.p + l->token[k].start)
		while (from > 0 && l->text.p + l->token[from].start > who.p)
			from--;
	if (from < k && after.from == k + 1 && after.from < after.to && after.to < l->n &&
	    is_verb(&l->token[after.to]))
		set_scope(l, st, (struct range){from, after.to});
}

/* Is it 东部、中部、西部|投资: scopes, not metrics? */
static bool
lists_places(const struct linker *l, struct range np, size_t low)
{
	const struct token *t = &l->token[np.from];

	return np.from + 1 < np.to && (t->role == PLACE || t->role == DEICTIC) &&
	       (t[1].role == LIST || t[1].role == AND) && (np.from == low || t[-1].role != PREP);
}

/* The direction of a figure of a list: its own verb, or that of the first. */
static const char *
member_direction(const struct linker *l, size_t from, size_t to, const char *first)
{
	for (size_t i = from; i < to && first != NULL; i++)
		if (l->token[i].role == RISE || l->token[i].role == FALL)
			return l->token[i].role == RISE ? "increase" : "decrease";
	return first;
}

/* What stands before a part of a metric is what it is a part of: 利润总额…，降幅…; …，占… */
static struct str
complete(struct linker *l, const struct state *st, const struct tail *t, struct range np,
    struct str metric, bool whole)
{
	if (np.from == np.to)
		return metric;
	const struct token *first = &l->token[np.from], *last = &l->token[np.to - 1];
	if (first->role == SHARE)
		return join(l, st->fresh ? st->topic : st->metric, metric);
	if (np.from + 1 == np.to && first->role == PART && whole)
		return ends_with(st->metric, metric) ? st->metric : join(l, st->metric, metric);
	if (t->direction != 0 && last->role != HEAD) /* 高技术制造业增加值…，其中，医药制造业增长 */
		return join(l, metric, common_rest(metric, st->metric));
	return metric;
}

/* Is all of it the name of a body: 天府国际机场? */
static bool
names_holder(const struct linker *l, const struct state *st, struct range np)
{
	if (np.from + 2 > np.to || l->token[np.to - 1].role != HOLDER)
		return false;
	return l->token[np.from].role == PLACE || looks_like_name(l, np) ||
	    ends_with(st->named, word_at(l, np.to - 1));
}

static void
link_figure(struct linker *l, struct state *st, size_t k)
{
	struct figure *f = figure_of(l, k);
	size_t low = clause_start(l, k), member[MAX_LIST], n = list_run(l, k, member);
	struct tail t = tail_of(l, low, k);
	struct range np, scope;
	struct list list = {.n = 0};
	struct str metric, who, given = {NULL, 0};
	bool right = false, places = false;

	if (f->kind == KIND_ORDINAL && t.to > low && l->token[t.to - 1].role == VERB &&
	    t.field == SIZE_MAX)
		t.to--; /* 活动|进入|第八天 */
	np = noun_phrase(l, low, t.to);
	if (np.from > low + 1 && np.from < np.to && l->token[np.from - 1].role == FROM &&
	    l->token[np.to].role == DE) { /* 由平日的: no metric */
		t = tail_of(l, low, np.from);
		np = noun_phrase(l, low, t.to);
	}
	scope = (struct range){np.from, np.from};
	if (n > 1 && lists_places(l, np, low)) {
		places = true;
		list = list_of(l, np);
	} else {
		if (np.from < np.to && l->token[np.from].role != SHARE)
			scope = cut_scope(l, &np);
		if (n > 1) {
			list = series_of(l, (struct range){low, np.to}, n);
			if (list.n == 0)
				list = list_of(l, np);
		}
	}
	if (list.n != n)
		list.n = 0;
	if (n == 1 && names_holder(l, st, np) && st->metric.n > 0 && k + 1 < l->n &&
	    (is_boundary(&l->token[k + 1]) || l->token[k + 1].role == AFTER)) {
		scope.to = np.to; /* 双流机场旅客吞吐量…，天府机场1327万人次 */
		np.from = np.to;
	}
	metric = metric_of(l, k, low, &t, np, n > 1 && (list.n > 0 || t.deal), &given, &right);
	who = phrase(l, scope);
	set_scope(l, st, scope);
	if (scope.to == scope.from + 1 && l->token[scope.from].role == HOLDER)
		who.n = 0; /* as set_scope() took it */
	if (given.n > 0) {
		who = given;
		if (st->subject.n == 0)
			st->subject = given;
	} else if (!right || l->token[np.from].role == SHARE)
		metric = complete(l, st, &t, np, metric, who.n == 0);

	if (np.from < np.to && l->token[np.from].role == TAKE)
		st->prefix = word_at(l, np.from); /* 新增|企业15家、|园区3个 */
	else if (!right && low > 0 && l->token[low - 1].role == FIGURE &&
		 l->token[low].role == LIST && metric.n > 0)
		metric = join(l, st->prefix, metric);
	else
		st->prefix.n = 0;
	if (metric.n == 0 && f->kind == KIND_PERCENTAGE_POINT)
		metric = st->share;
	if (metric.n == 0)
		metric = st->metric.n > 0 ? st->metric : st->topic;
	if (t.keep != SIZE_MAX && np.from < np.to)
		metric = join(l, metric, word_at(l, t.keep));

	if (!right || f->kind != KIND_COUNT)
		set_change(l, st, f, &t);
	if (t.field != SIZE_MAX)
		who = word_at(l, t.field);
	if (!right && f->kind != KIND_DURATION && np.from < np.to && st->subject.n > 0 &&
	    st->subject.p >= l->text.p + l->token[np.from].start)
		st->subject.n = 0; /* a part of the metric is no scope */
	if (!right && list.n == 0 && np.from + 1 < np.to && who.n + scope_of(st).n == 0) {
		size_t at = l->token[np.to - 1].role == ATTRIBUTE ? np.to - 1 : /* 冷库|容量 */
		    l->token[np.from].role == HOLDER ? np.from + 1 : np.from; /* 水电站|发电量 */
		if (at > np.from) {
			who = st->subject = phrase(l, (struct range){np.from, at});
			metric = phrase(l, (struct range){at, np.to});
		}
	}
	size_t recent = list.n == 0 && t.deal && np.from == np.to && st->nrecent >= n
			    ? st->nrecent - n
			    : SIZE_MAX; /* 累计分别达: the last n metrics */
	for (size_t i = 0; i < n; i++) {
		struct figure *m = figure_of(l, member[i]);

		m->metric = metric;
		m->scope = who.n > 0 ? who : scope_of(st);
		if (places && list.n > 0) {
			m->scope = list.item[i];
			m->metric = list.shared.n > 0 ? list.shared : st->metric;
		} else if (list.n > 0) {
			m->metric = join(l, list.item[i], list.shared);
		} else if (recent != SIZE_MAX) {
			m->metric = t.direction != 0 ? st->recent[recent + i].metric :
			    st->recent[recent + i].bare; /* 累计分别达 */
			m->scope = st->recent[recent + i].scope;
		}
		m->period = st->local.n > 0 ? st->local : st->period;
		m->basis = f->basis;
		m->direction =
		    i == 0 ? f->direction
			   : member_direction(l, member[i - 1] + 1, member[i], f->direction);
	}
	for (size_t i = 0; i < n; i++)
		remember(st, figure_of(l, member[i])->metric, figure_of(l, member[i])->scope);
	st->local.n = 0;
	if (f->kind != KIND_ORDINAL)
		st->fresh = false;
	if (right)
		widen_scope(l, st, k);
	bool aside = low > 0 && l->token[low - 1].role == OPEN && st->metric.n > 0;
	bool share = np.from < np.to && l->token[np.from].role == SHARE;
	if ((f->kind == KIND_DURATION && (t.to == k || np.from == np.to)) ||
	    f->kind == KIND_ORDINAL || aside ||
	    (right && st->metric.n > 0))
		return;
	metric = figure_of(l, member[n - 1])->metric;
	st->share = share || f->kind == KIND_PERCENTAGE_POINT ? metric : (struct str){NULL, 0};
	if (!share && (f->kind != KIND_PERCENTAGE_POINT || st->metric.n == 0))
		st->metric = metric;
}

/* --- a block --- */

/* The same span in another year: 2024-Q1, 2023 -> 2023-Q1. */
static struct str
same_span(const struct linker *l, struct str period, struct str year)
{
	char *p = arena_alloc(l->figures->arena, period.n);

	memcpy(p, period.p, period.n);
	memcpy(p, year.p, 4);
	if (period.n >= 9 && memchr(period.p, '/', period.n) == period.p + period.n / 2)
		memcpy(p + period.n / 2 + 1, year.p, 4);
	return (struct str){p, period.n};
}

/* The period that a date gives to the figures after it. */
static void
link_date(const struct linker *l, struct state *st, size_t k)
{
	struct str iso = figure_of(l, k)->iso;
	const struct token *before = k > 0 ? &l->token[k - 1] : NULL;
	const struct token *after = k + 1 < l->n ? &l->token[k + 1] : NULL;

	while (before != NULL && before > l->token && before->role == QUOTE)
		before--;
	if (before != NULL && before->role == THAN)
		return;
	if (after != NULL && after->role == DATELINE)
		return;
	if (before != NULL && before->role == FROM) {
		st->local = iso;
		return;
	}
	if (after != NULL && after->role == SAME && iso.n == 4 && st->period.n >= 4) {
		st->local = same_span(l, st->period, iso); /* 上年|同期 */
		return;
	}
	if (st->dated && after != NULL && after->role == DE && k + 2 < l->n &&
	    l->token[k + 2].role == FIGURE) {
		st->local = iso;
		return;
	}
	if (st->dates++ == 0)
		st->paragraph = st->period;
	st->period = iso;
	st->dated = true;
}

/* 广东、江苏、浙江等7个外贸大省: together they are the scope of this sentence. */
static void
set_places(const struct linker *l, struct state *st, size_t from)
{
	size_t to = from;

	while (to < l->n && (l->token[to].role == PLACE || l->token[to].role == LIST ||
				l->token[to].role == AND))
		to++;
	if (to < l->n && l->token[to].role == ETC)
		to++;
	st->sentence = phrase(l, (struct range){from, to});
}

/* What the beginning of a clause says about scope and topic. */
static void
open_clause(const struct linker *l, struct state *st, size_t i)
{
	size_t to, verb;
	bool adverbial = false; /* 按可比价格计算，: no topic */

	for (size_t end = i + MAX_PHRASE; i < l->n && i < end; i++) {
		const struct token *t = &l->token[i];
		if (t->role == PREP)
			adverbial = true;
		else if (t->role != LEAD && t->role != DATE && t->role != SPACE &&
			 t->role != QUOTE && t->role != COMMA && t->role != TO)
			break;
	}
	for (to = i; to < l->n && to < i + MAX_PHRASE && in_phrase(&l->token[to]); to++)
		;
	if (i == to)
		return;
	for (verb = to; verb < l->n && verb < to + MAX_PHRASE; verb++)
		if (l->token[verb].role != LEVEL && l->token[verb].role != ADVERB &&
		    l->token[verb].role != DATE)
			break;
	if (verb < l->n && l->token[verb].role == DATELINE)
		return;
	/* 海关总署公布: who says it is not whose it is, but for a company */
	if (verb < l->n && l->token[verb].role == SAY &&
	    (l->token[to - 1].role != HOLDER || to - i < 2))
		return;
	bool acts = verb < l->n && (verb > to || is_verb(&l->token[verb]));
	struct range np = {i, to}, all = np;
	struct range scope = cut_scope(l, &np);

	bool name = l->token[i].role == PLACE || looks_like_name(l, all);

	if (i + 1 == to && l->token[i].role == PLACE && to < l->n &&
	    (l->token[to].role == LIST || l->token[to].role == AND)) {
		set_places(l, st, i);
		return;
	}
	if (l->token[to - 1].role == HOLDER && to - i > 1 && to - i < 8 &&
	    (name ? acts || scope.from < scope.to || adverbial : acts && to - i < 6))
		scope.to = np.from = to;
	else if (scope.from == scope.to && acts && to - i < 7 && looks_like_name(l, all) &&
		 !ends_metric(&l->token[to - 1]) &&
		 (verb == l->n || (l->token[verb].role != RISE && l->token[verb].role != FALL)))
		scope.to = np.from = to;
	set_scope(l, st, scope);
	struct str rest = phrase(l, np);
	if (rest.n == 0 || adverbial)
		return;
	st->topic = rest;
	st->fresh = true;
	if (l->token[to - 1].role == HOLDER)
		st->subject = rest;
	if (verb == l->n)
		return;
	if (l->token[verb].role == RISE || l->token[verb].role == FALL) {
		if (ends_metric(&l->token[to - 1]) && np.to - np.from > 1)
			st->metric = rest;
	} else if ((is_verb(&l->token[verb]) || l->token[verb].role == PREP) &&
	    !ends_metric(&l->token[to - 1]) &&
	    !(l->token[verb].role == VERB && verb + 1 < l->n &&
	    ends_metric(&l->token[verb + 1]))) { /* 回访|满意|率 */
		st->subject = rest;
	}
}

size_t
link_rules(const struct rule **rule, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < linker.n; i++) {
		const struct rule *r = word[linker.token[i].word].rule;
		bool fresh = r != NULL && n < max;

		for (size_t k = 0; k < n && fresh; k++)
			fresh = rule[k] != r;
		if (fresh)
			rule[n++] = r;
	}
	return n;
}

/* A place that the heading above names holds until another is named. */
static struct str
heading_scope(struct linker *l, struct str heading)
{
	struct str text = l->text, name = {NULL, 0};

	l->n = 0;
	l->text = heading;
	cut(l, 0, heading.n, false);
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].role == PLACE) {
			name = phrase(l, (struct range){i, i + 1});
			break;
		}
	l->text = text;
	return name;
}

void
figures_link(struct rules *rules, const struct block *b, struct figures *figures)
{
	struct linker *l = &linker;
	struct state st = {.period = {NULL, 0}};
	bool open = true;

	(void)rules;
	for (size_t i = 0;; i++) {
		if (i == figures->n)
			return;
		if (figures->at[i].kind != KIND_DATE)
			break;
	}
	l->text = b->text;
	l->figures = figures;
	st.named = heading_scope(l, b->heading);
	tokenize(l);
	for (size_t i = 0; i < l->n; i++) {
		const struct token *t = &l->token[i];

		if (open)
			open_clause(l, &st, i);
		open = t->role == STOP || t->role == COMMA || t->role == CLOSE;
		if (t->role == BASIS && i + 1 < l->n && t[1].role == COMMA) /* 从环比看， */
			st.basis = basis_named(word[t->word].gives, st.period);
		if (ends_sentence(l, t)) {
			st.sentence.n = 0;
			st.dated = false;
			if (st.dates > 1 && st.paragraph.n > 0)
				st.period =
				    st.paragraph; /* 一季度…，二季度…。 was a list of its own */
			st.dates = 0;
			st.subject.n = 0;
			if (st.basis != NULL && strcmp(st.basis, "yoy") != 0)
				st.basis = NULL;
			if (st.basis_pp != NULL && strcmp(st.basis_pp, "yoy") != 0)
				st.basis_pp = NULL;
			st.nrecent = 0;
		} else if (t->role == NOW) {
			st.period = b->date;
		} else if (t->role == DATE) {
			link_date(l, &st, i);
		} else if (t->role == FIGURE && figures->at[t->figure].metric.n == 0) {
			link_figure(l, &st, i);
		}
	}
}
