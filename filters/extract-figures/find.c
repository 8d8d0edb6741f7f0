/* find - the figures of a block: spans, kinds, exact values, units, dates, qualifiers */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "figure.h"

#include "date.h"
#include "dec.h"
#include "lexicon.h"
#include "link.h"
#include "numeral.h"
#include "utf8.h"

/*
 * The text is passed once. Only where a numeral stands, or a date word, or a
 * rule may begin, is anything looked up: first what only looks like a figure
 * (traps), then dates, then the rules, then a numeral with its unit. A last
 * pass over what was found puts ranges and lists together and drops what
 * has no unit.
 */

static const char *const computations[] = {"doublings", NULL};
static const struct rules_key quantity_keys[] = {
    {"kind", KEY_REQUIRED, kind_names}, {"units", 0, NULL}, {NULL, 0, NULL}};
static const struct rules_key figure_keys[] = {{"kind", KEY_REQUIRED, kind_names},
    {"value", 0, NULL}, {"unit", 0, NULL}, {"qualifier", 0, qualifier_names},
    {"compute", 0, computations}, {NULL, 0, NULL}};
static const struct rules_key date_keys[] = {{"iso", 0, NULL}, {NULL, 0, NULL}};
static const struct rules_key trap_keys[] = {{NULL, 0, NULL}};

const struct rules_type figure_types[RULE_LINK + 1] = {
    [RULE_QUANTITY] = {"quantity", quantity_keys, RULES_NO_MATCH},
    [RULE_FIGURE] = {"figure", figure_keys, 0},
    [RULE_DATE] = {"date", date_keys, 0},
    [RULE_TRAP] = {"trap", trap_keys, RULES_KEEP_AWAY},
    [RULE_LINK] = {"link", link_keys, RULES_NO_MATCH},
};

enum {
	F_BARE = 1, /* a number without a unit: dropped in the end, or given its neighbour's unit */
	F_ONE = 2,  /* 一 with a classifier: "a", unless its neighbours count too */
	F_KEEP = 4, /* bare, but a figure all the same: 三百五, 1.2亿 */
	F_WORD = 8, /* a date without a number */
	F_SCALED = 16, /* 万, 亿 in the numeral */
	F_ASCII = 32,
	F_DROP = 64
};

/* What was found, with what the last pass wants to know. */
struct found {
	struct figure f;
	unsigned flags;
	size_t number, number_end; /* bytes of the numeral */
	const struct entry *unit;
};

struct finder {
	struct rules *rules;
	const struct block *block;
	struct str text;
	bool bare;
	struct arena *arena;
	struct date_context dates;
	size_t clause;      /* where the last stop stands before the place looked at */
	enum qualifier cue; /* 约占, said since that stop and the last figure */
	struct found *at;
	size_t n, cap;
};

static struct finder finder; /* its memory is kept from block to block */
static const struct rule *rule_date, *rule_word, *rule_ordinal, *rule_number, *rule_percent,
    *rule_money, *rule_fraction;

static FILE *explain; /* --explain: also what no rule is behind */

void
figures_explain(FILE *out)
{
	explain = out;
}

static void
say(const struct finder *f, size_t start, size_t end, const char *why)
{
	if (explain != NULL)
		fprintf(explain, "「%.*s」 %s\n", (int)(end - start), f->text.p + start, why);
}

static struct str
keep(struct finder *f, const struct buf *b)
{
	return arena_str(f->arena, b->p, b->n);
}

static bool
same(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static struct found *
push(struct finder *f, enum kind kind, size_t start, size_t end, const struct rule *rule)
{
	struct found *x;

	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 32;
		f->at = xarray(f->at, f->cap, sizeof *f->at);
	}
	x = &f->at[f->n++];
	memset(x, 0, sizeof *x);
	x->f.kind = kind;
	x->f.start = start;
	x->f.end = end;
	x->f.rule = rule;
	return x;
}

static size_t
skip_blanks(struct str text, size_t at, int most)
{
	while (most-- > 0 && at < text.n) {
		if (text.p[at] == ' ' || text.p[at] == '\n' || text.p[at] == '\t')
			at++;
		else if (text.n - at >= 3 && memcmp(text.p + at, "\xE3\x80\x80", 3) == 0)
			at += 3;
		else
			break;
	}
	return at;
}

static size_t
before_blanks(struct str text, size_t at)
{
	while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\n'))
		at--;
	return at;
}

#define NEAR 60 /* bytes of the clause before a number in which its unit's cue may stand */

static bool
near_holds(const struct finder *f, const struct entry *e, size_t start)
{
	size_t from = start > NEAR ? start - NEAR : 0;

	if (e->near->n == 0)
		return true;
	if (from < f->clause)
		from = f->clause;
	for (const struct str *w = e->near; w->n > 0; w++)
		if (start - from >= w->n &&
		    memmem(f->text.p + from, start - from, w->p, w->n) != NULL)
			return true;
	return false;
}

/* Does no noun follow: 三块, 三块五, 三块左右, but not 三块牌子? */
static bool
unit_ends(struct str text, size_t at)
{
	const struct word_at *w;
	size_t len, k;
	uint32_t c;

	if (at >= text.n)
		return true;
	c = utf8_get(text.p + at, &len);
	if (c < 0x4E00 || c >= 0xA000 || numeral_starts(text.p + at, text.n - at) > 0)
		return true;
	w = lexicon_after(text, at, &k);
	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role != ROLE_UNIT && w[i].entry->role != ROLE_DATE)
			return true;
	return false;
}

/* 2分30秒: an amount that goes on in the next smaller unit tells what its first unit is. */
static bool
goes_on(const struct finder *f, size_t at, const struct entry *unit)
{
	const struct word_at *w;
	struct numeral num;
	size_t k;

	if (at >= f->text.n || numeral_starts(f->text.p + at, f->text.n - at) == 0 ||
	    !numeral_scan(f->text.p + at, f->text.n - at, &num))
		return false;
	w = lexicon_after(f->text, at + num.n, &k);
	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == ROLE_UNIT && w[i].entry->kind == unit->kind &&
		    lexicon_convert(unit->unit, w[i].entry->unit).n > 0)
			return true;
	return false;
}

/* The unit at a place, for a numeral that begins at start. */
static const struct entry *
unit_at(const struct finder *f, size_t at, size_t start, const struct numeral *num, size_t *n)
{
	size_t k;
	const struct word_at *w = lexicon_after(f->text, at, &k);

	for (size_t i = 0; i < k; i++) {
		const struct entry *e = w[i].entry;

		if (e->role != ROLE_UNIT)
			continue;
		/* behind digits or a long numeral a classifier is hardly ever part of another word:
		 * 9名镇村干部 */
		if (!(e->kind == KIND_COUNT && (num->flags & NUMERAL_ASCII || num->n > 6) &&
			!e->ascii && !e->strict) &&
		    !lexicon_allows(e, f->text, at + w[i].n))
			continue;
		if (!(num->flags & NUMERAL_ASCII) && (e->ascii || (e->longer && num->n < 6)))
			continue;
		if (e->alone && !(start == f->clause && at + w[i].n == f->text.n))
			continue;
		if (!near_holds(f, e, start) && !goes_on(f, at + w[i].n, e))
			continue;
		if ((e->last && !unit_ends(f->text, at + w[i].n)))
			continue;
		*n = w[i].n;
		return e;
	}
	return NULL;
}

/* A smaller unit that goes on with an amount: 角 after 元, 个月 after 年. */
static const struct entry *
smaller_unit(
    const struct finder *f, size_t at, const struct entry *unit, size_t *n, struct str *times)
{
	size_t k;
	const struct word_at *w = lexicon_after(f->text, at, &k);

	for (size_t i = 0; i < k; i++) {
		const struct entry *e = w[i].entry;

		if (e->role != ROLE_UNIT || e->kind != unit->kind)
			continue;
		*n = w[i].n;
		*times = (struct str){0};
		if (same(e->unit, unit->unit)) {
			struct str one = {"1", 1};

			if (dec_cmp(e->factor.n ? e->factor : one,
				unit->factor.n ? unit->factor : one) < 0)
				return e;
			continue;
		}
		*times = lexicon_convert(unit->unit, e->unit);
		if (times->n > 0)
			return e;
	}
	return NULL;
}

static struct buf scratch;

static struct str
times(struct finder *f, struct str v, struct str factor)
{
	if (factor.n == 0 || v.n == 0)
		return v;
	scratch.n = 0;
	dec_mul(v, factor, &scratch);
	return keep(f, &scratch);
}

static struct str
plus(struct finder *f, struct str a, struct str b)
{
	if (b.n == 0)
		return a;
	scratch.n = 0;
	dec_add(a, b, &scratch);
	return keep(f, &scratch);
}

static struct str
shift(struct finder *f, struct str v, int exp)
{
	scratch.n = 0;
	dec_shift(v, exp, &scratch);
	return keep(f, &scratch);
}

static struct str
negative(struct finder *f, struct str v)
{
	scratch.n = 0;
	if (v.p[0] == '-')
		return (struct str){v.p + 1, v.n - 1};
	if (str_is(v, "0"))
		return v;
	buf_putc(&scratch, '-');
	buf_add(&scratch, v.p, v.n);
	return keep(f, &scratch);
}

static void
each_value(struct finder *f, struct figure *x,
    struct str (*what)(struct finder *, struct str, struct str), struct str by)
{
	if (x->value.n)
		x->value = what(f, x->value, by);
	if (x->low.n)
		x->low = what(f, x->low, by);
	if (x->high.n)
		x->high = what(f, x->high, by);
}

static void
set_value(struct figure *x, const struct numeral *num)
{
	if (num->flags & (NUMERAL_VAGUE | NUMERAL_PAIR)) {
		x->low = num->low;
		x->high = num->high;
	} else {
		x->value = num->low;
	}
	if (num->flags & NUMERAL_OVER)
		x->qualifier = OVER;
	else if (num->flags & NUMERAL_ABOUT)
		x->qualifier = ABOUT;
}

/* Reads a numeral whose values stay, whatever else is read. */
static bool
scan(struct finder *f, size_t at, size_t n, struct numeral *num)
{
	if (!numeral_scan(f->text.p + at, n, num))
		return false;
	num->low = arena_str(f->arena, num->low.p, num->low.n);
	if (num->flags & (NUMERAL_VAGUE | NUMERAL_PAIR))
		num->high = arena_str(f->arena, num->high.p, num->high.n);
	else
		num->high = num->low;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
three_digits(const char *p, size_t n)
{
	return n >= 3 && is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]) &&
	       (n == 3 || !is_digit(p[3]));
}

/* 1 234 567.8: thousands parted by blanks (GB/T 15835), one number if a unit stands behind it. */
static bool
scan_spaced(struct finder *f, size_t at, struct numeral *num)
{
	const char *p = f->text.p + at;
	size_t n = f->text.n - at, i = 0, blanks = 0, rest, unit;
	struct buf joined = {0};
	bool ok;

	while (i < n && i < 4 && is_digit(p[i]))
		i++;
	if (i == 0 || i > 3 || p[0] == '0' || i == n || p[i] != ' ' || at == 0 || p[-1] == '\n' ||
	    is_digit(p[-1]) || (p[-1] == ' ' && at > 1 && is_digit(p[-2])))
		return false;
	buf_add(&joined, p, i);
	while (i < n && p[i] == ' ' && three_digits(p + i + 1, n - i - 1)) {
		buf_add(&joined, p + i + 1, 3);
		i += 4;
		blanks++;
	}
	rest = n - i < 64 ? n - i : 64;
	while (rest < n - i && ((unsigned char)p[i + rest] & 0xC0) == 0x80)
		rest--;
	buf_add(&joined, p + i, rest);
	ok = blanks > 0 && numeral_scan(joined.p, joined.n, num);
	if (ok) {
		num->low = num->high = arena_str(f->arena, num->low.p, num->low.n);
		num->n += blanks;
		num->exact_n += blanks;
		num->last += num->last > 0 ? blanks : 0;
		num->digits = 0;
		num->flags |= NUMERAL_COMMA;
		ok = unit_at(f, skip_blanks(f->text, at + num->n, 2), at, num, &unit) != NULL;
	}
	free(joined.p);
	return ok;
}

/* Digits that go on with letters or signs, or come after them: a code, an address, a model. */
static bool
code_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static size_t
code_end(struct str text, size_t at)
{
	while (at < text.n &&
	       (code_char(text.p[at]) || (memchr("./:-_@#?&=+%~", text.p[at], 13) &&
					     at + 1 < text.n && code_char(text.p[at + 1]))))
		at++;
	return at;
}

/* Does a letter, or a sign behind a letter or digit, stand right before the digits at p? */
static bool
within_code(struct str text, size_t at)
{
	char c, d;

	if (at == 0)
		return false;
	c = text.p[at - 1];
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '#')
		return true;
	if (at < 2 || !memchr("-/.:&=@+", c, 8))
		return false;
	d = text.p[at - 2];
	if (c == '+')
		return code_char(d); /* 4+5+M+N */
	return (d >= 'a' && d <= 'z') || (d >= 'A' && d <= 'Z');
}

/* The minus of -0.3亿元: not one behind a number, a letter or another sign. */
static bool
minus_sign(const struct finder *f, size_t at)
{
	char c;

	if (at == 0)
		return true;
	c = f->text.p[at - 1];
	if (code_char(c) || c == '-' || c == '%' || c == ')' || c == '.')
		return false;
	return f->n == 0 || f->at[f->n - 1].f.end != at;
}

/* Signs and currencies before a numeral; *start moves to the first of them. */
static void
read_before(const struct finder *f, size_t at, size_t *start, bool *minus,
    const struct entry **money, const struct entry **scale, bool *ordinal)
{
	size_t i = at, n, b;
	const struct entry *e;

	*start = at;
	*minus = *ordinal = false;
	*money = *scale = NULL;
	for (int turns = 0; turns < 2; turns++) {
		const struct word_at *w;
		size_t k;

		b = before_blanks(f->text, i);
		if (f->n > 0 && f->at[f->n - 1].f.end > b)
			return;
		if (b > 0 && f->text.p[b - 1] == '-' && b == i && minus_sign(f, b - 1)) {
			*minus = true;
			*start = i = b - 1;
			continue;
		}
		w = lexicon_before(f->text, b, &k);
		e = NULL;
		for (size_t j = 0; j < k && e == NULL; j++)
			if (w[j].entry->role == ROLE_MINUS || w[j].entry->role == ROLE_MONEY ||
			    w[j].entry->role == ROLE_SCALE_OF || w[j].entry->role == ROLE_ORDINAL) {
				e = w[j].entry;
				n = w[j].n;
			}
		if (e == NULL || (f->n > 0 && f->at[f->n - 1].f.end > b - n))
			return;
		if (e->role == ROLE_MINUS)
			*minus = true;
		else if (e->role == ROLE_MONEY)
			*money = e;
		else if (e->role == ROLE_SCALE_OF)
			*scale = e;
		else
			*ordinal = true;
		*start = i = b - n;
	}
}

/* 半 or one more digit behind a unit: 三斤半, 三米九, 一块二. */
static size_t
read_tail(struct finder *f, size_t end, const struct entry *unit, struct figure *x)
{
	struct numeral num;
	size_t n;
	const struct entry *e;

	if (x->value.n == 0 || !unit->tail)
		return end;
	e = lexicon_find(f->text, end, ROLE_HALF, &n);
	if (e != NULL) {
		scratch.n = 0;
		dec_mul(unit->factor.n ? unit->factor : (struct str){"1", 1},
		    (struct str){"0.5", 3}, &scratch);
		x->value = plus(f, x->value, keep(f, &scratch));
		return end + n;
	}
	if (end >= f->text.n || numeral_starts(f->text.p + end, f->text.n - end) == 0 ||
	    !numeral_scan(f->text.p + end, f->text.n - end, &num))
		return end;
	if (((num.n == 3 && num.low.n == 1 && num.flags == 0) ||
		(num.flags == NUMERAL_ASCII && num.digits > 0 && num.digits <= 2)) &&
	    unit_ends(f->text, end + num.n)) {
		struct numeral copy = num;
		int exp = num.digits == 2 ? -2 : -1;
		struct str v;

		if (str_is(num.low, "0"))
			return end;
		v = shift(f, num.low, exp);
		if (unit_at(f, skip_blanks(f->text, end + copy.n, 1), end, &copy, &n) != NULL)
			return end;
		x->value = plus(f, x->value, times(f, v, unit->factor));
		return end + copy.n;
	}
	return end;
}

/* Further parts of one amount: 五元三角, 四年六个月, 8天又20小时. */
static size_t
read_parts(struct finder *f, size_t end, const struct entry **unit, struct figure *x)
{
	for (;;) {
		struct numeral num;
		size_t at = end, n;
		const struct entry *smaller;
		struct str factor;

		if (lexicon_find(f->text, at, ROLE_JOIN, &n) != NULL)
			at += n;
		if (x->value.n == 0 || at >= f->text.n ||
		    numeral_starts(f->text.p + at, f->text.n - at) == 0 ||
		    !scan(f, at, f->text.n - at, &num) ||
		    num.flags & (NUMERAL_VAGUE | NUMERAL_PAIR | NUMERAL_FRACTION))
			return end;
		smaller = smaller_unit(f, skip_blanks(f->text, at + num.n, 1), *unit, &n, &factor);
		if (smaller == NULL)
			return end;
		if (factor.n > 0) {
			x->value = times(f, x->value, factor);
			x->unit = smaller->unit;
		}
		x->value = plus(f, x->value, times(f, num.low, smaller->factor));
		*unit = smaller;
		end = skip_blanks(f->text, at + num.n, 1) + n;
	}
}

/* 公里/小时, 微克/立方米: a unit per another. */
static size_t
read_rate(struct finder *f, size_t end, struct figure *x)
{
	const struct word_at *w;
	size_t n, k;

	if (x->kind != KIND_MEASURE || lexicon_find(f->text, end, ROLE_PER, &n) == NULL)
		return end;
	w = lexicon_after(f->text, end + n, &k);
	for (size_t i = 0; i < k; i++) {
		const struct entry *u = w[i].entry;

		if (u->role == ROLE_UNIT && (u->kind == KIND_MEASURE || u->kind == KIND_DURATION) &&
		    u->factor.n == 0 && u->near->n == 0) {
			scratch.n = 0;
			buf_add(&scratch, x->unit.p, x->unit.n);
			buf_putc(&scratch, '/');
			buf_add(&scratch, u->unit.p, u->unit.n);
			x->unit = keep(f, &scratch);
			return end + n + w[i].n;
		}
	}
	return end;
}

/* The word right before or behind a figure that says about, over, at most ... */
static void
read_qualifier(struct finder *f, struct figure *x)
{
	const struct word_at *w, *behind;
	size_t at, k;
	enum qualifier before = QUALIFIER_NONE, after = QUALIFIER_NONE;

	if (x->kind == KIND_DATE || x->kind == KIND_ORDINAL)
		return;
	at = before_blanks(f->text, x->start);
	w = lexicon_before(f->text, at, &k);
	for (size_t i = 0; i < k && before == QUALIFIER_NONE; i++) {
		const struct entry *e = w[i].entry;

		if (e->role != ROLE_BEFORE || !lexicon_allows(e, f->text, x->start))
			continue;
		if (e->qualifier == QUALIFIER_NONE) /* a word that only ends like one: 附近 */
			break;
		/* 近三年 at the head of a clause is the last three years */
		if (e->qualifier == NEARLY && x->kind == KIND_DURATION && at - w[i].n == f->clause)
			break;
		before = e->qualifier;
	}
	if (before == QUALIFIER_NONE)
		before = f->cue;
	f->cue = QUALIFIER_NONE;
	at = skip_blanks(f->text, x->end, 1);
	behind = lexicon_after(f->text, at, &k);
	for (size_t i = 0; i < k && after == QUALIFIER_NONE; i++)
		if (behind[i].entry->role == ROLE_AFTER &&
		    lexicon_allows(behind[i].entry, f->text, at + behind[i].n))
			after = behind[i].entry->qualifier;
	if (before != QUALIFIER_NONE)
		x->qualifier = before;
	else if (after != QUALIFIER_NONE && x->qualifier == QUALIFIER_NONE)
		x->qualifier = after;
}

/* A bare 百 千 万 counts only before a classifier, or behind 上, 近, 超过. */
static bool
bare_scale_counts(struct finder *f, size_t start, const struct entry *unit)
{
	const struct word_at *w;
	size_t k;

	if (unit != NULL && unit->kind == KIND_COUNT && !unit->any)
		return true;
	w = lexicon_before(f->text, before_blanks(f->text, start), &k);
	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == ROLE_BEFORE && w[i].entry->qualifier != QUALIFIER_NONE)
			return true;
	return false;
}

static bool
is_one(const struct finder *f, size_t at, const struct numeral *num)
{
	return num->n == 3 && memcmp(f->text.p + at, "\xE4\xB8\x80", 3) == 0; /* 一 */
}

static bool
stop_char(struct str text, size_t at)
{
	size_t len;
	uint32_t c = utf8_get(text.p + at, &len);

	return c < 0x10000 && lexicon_chars[c] & LEXICON_STOP;
}

/* 第三, 第11位: the classifier belongs to it; 第三 before any other noun is part of a name. */
static size_t
ordinal(struct finder *f, size_t start, size_t at, const struct numeral *num)
{
	size_t end = at + num->n, n, len;
	const struct entry *unit;
	struct found *x;

	if (num->flags & (NUMERAL_FRACTION | NUMERAL_POINT | NUMERAL_OVER | NUMERAL_VAGUE))
		return end;
	unit = unit_at(f, end, at, num, &n);
	if (unit != NULL && unit->kind == KIND_COUNT && unit->unranked) /* 第5条, 第三版 */
		return end + n;
	if (unit != NULL && (unit->kind == KIND_COUNT || unit->kind == KIND_DURATION))
		end += n;
	else if (start == f->clause && end < f->text.n &&
		 stop_char(f->text, end)) /* 第一，...；第二，... */
		return end;
	else if (end < f->text.n) {
		uint32_t c = utf8_get(f->text.p + end, &len);

		if (c >= 0x4E00 && c < 0xA000 &&
		    lexicon_find(f->text, end, ROLE_TOGETHER, &n) == NULL &&
		    lexicon_find(f->text, end, ROLE_RANGE, &n) == NULL && !f->bare &&
		    lexicon_find(f->text, end, ROLE_LIST, &n) == NULL)
			return end;
	}
	x = push(f, KIND_ORDINAL, start, end, rule_ordinal);
	x->f.value = num->low;
	if (unit == NULL && lexicon_find(f->text, end, ROLE_RANGE, &n) != NULL &&
	    numeral_starts(f->text.p + end + n, f->text.n - end - n) > 0) { /* 第二至六名 */
		struct numeral last;
		size_t to = end + n;

		if (scan(f, to, f->text.n - to, &last) &&
		    (unit = unit_at(f, to + last.n, to, &last, &n)) != NULL &&
		    unit->kind == KIND_COUNT && !unit->unranked) {
			x->f.low = x->f.value;
			x->f.high = last.low;
			x->f.value = (struct str){0};
			x->f.end = end = to + last.n + n;
		}
	}
	return end;
}

/* Does only the range word (with blanks) stand between two figures? */
static bool
joined_by(struct str text, const struct found *a, const struct found *b, enum role role)
{
	size_t at = skip_blanks(text, a->f.end, 2), n;

	if (at >= b->f.start || lexicon_find(text, at, role, &n) == NULL)
		return false;
	return skip_blanks(text, at + n, 2) == b->f.start;
}

/* A numeral and what stands around it; returns where to go on. */
static size_t
quantity(struct finder *f, size_t at, struct numeral *num)
{
	size_t start, end, n = 0, together, unit_from, alt_n = 0;
	bool minus, is_ordinal;
	const struct entry *money, *scale, *unit, *alt = NULL;
	struct str scaled;
	struct found *x;

	read_before(f, at, &start, &minus, &money, &scale, &is_ordinal);
	if (is_ordinal)
		return ordinal(f, start, at, num);
	unit_from = skip_blanks(f->text, at + num->n, 2);
	unit = unit_at(f, unit_from, at, num, &n);
	/* 10000与20000间 */
	if (unit != NULL && f->n > 0 && f->at[f->n - 1].flags & F_BARE &&
	    lexicon_find(f->text, unit_from, ROLE_TOGETHER, &together) != NULL && together == n) {
		struct found here = {.f = {.start = at}};

		if (joined_by(f->text, &f->at[f->n - 1], &here, ROLE_BETWEEN))
			unit = NULL;
	}
	if (unit != NULL && unit_from > at + num->n && unit->kind == KIND_COUNT &&
	    !(num->flags & NUMERAL_ASCII))
		unit = NULL;
	/* 12千米, 六千字节, 三十两: the last character may be the unit's */
	if (num->last > 0 && (unsigned char)f->text.p[at + num->last] >= 0x80 &&
	    !(num->flags & NUMERAL_FRACTION)) {
		alt = unit_at(f, at + num->last, at, num, &alt_n);
		if (alt != NULL && alt_n > num->n - num->last + (unit ? n : 0) - (unit ? 1 : 0)) {
			struct numeral shorter;

			if (scan(f, at, num->last, &shorter) && shorter.n == num->last) {
				*num = shorter;
				unit = alt;
				n = alt_n;
				unit_from = at + num->n;
			}
		}
	}
	scaled = (struct str){0};
	if (unit != NULL && unit->kind == KIND_NUMBER && unit->factor.n > 0) { /* 5w元 */
		size_t k;
		const struct entry *after = unit_at(f, unit_from + n, at, num, &k);

		if (after != NULL && after->kind != KIND_NUMBER) {
			scaled = unit->factor;
			unit = after;
			n += k;
		}
	}
	if (unit != NULL && num->flags & NUMERAL_BARE && !money &&
	    !bare_scale_counts(f, start, unit))
		unit = NULL;
	if (unit != NULL && num->flags & NUMERAL_FRACTION && unit->kind != KIND_MEASURE &&
	    unit->kind != KIND_MONEY)
		unit = NULL;
	if (scale != NULL && !(unit != NULL && unit->kind == KIND_MEASURE)) {
		scale = NULL;
		start = at;
	}
	if (unit == NULL) {
		end = at + num->n;
		if (money != NULL) {
			x = push(f, KIND_MONEY, start, end, rule_money);
			set_value(&x->f, num);
			x->f.unit = money->text;
		} else if (num->flags & NUMERAL_HUNDREDTHS) {
			x = push(f, KIND_PERCENT, start, end, rule_percent);
			set_value(&x->f, num);
			each_value(f, &x->f, times, (struct str){"100", 3});
			x->f.unit = (struct str){"%", 1};
		} else if (num->flags & NUMERAL_FRACTION) {
			x = push(f, KIND_RATIO, start, end, rule_fraction);
			set_value(&x->f, num);
		} else {
			bool point = f->bare && num->flags & NUMERAL_ASCII &&
				     !(num->flags & NUMERAL_POINT) && start > 0 &&
				     f->text.p[start - 1] == '.' &&
				     (start < 2 || !code_char(f->text.p[start - 2]));

			if (f->bare && num->flags & NUMERAL_BARE &&
			    !bare_scale_counts(f, start, NULL))
				return end;
			x = push(f, KIND_NUMBER, start, at + (f->bare ? num->n : num->exact_n),
			    rule_number);
			set_value(&x->f, num);
			x->flags |= F_BARE;
			if (point) { /* .5 */
				x->f.value = shift(f, x->f.value, -(int)num->digits);
				x->f.start--;
				if (x->f.start > 0 && f->text.p[x->f.start - 1] == '-') {
					x->f.start--;
					minus = true;
				}
			}
			if (!(num->flags & NUMERAL_BARE) &&
			    (num->flags & NUMERAL_SHORT || (num->flags & NUMERAL_SCALED)))
				x->flags |= F_KEEP;
		}
	} else {
		end = unit_from + n;
		x = push(f, unit->kind, start, end, unit->rule);
		x->f.unit = unit->unit;
		set_value(&x->f, num);
		each_value(f, &x->f, times, scaled);
		if (unit->tenths && x->f.value.n == 2) /* 八五折 is 8.5 of ten */
			x->f.value = shift(f, x->f.value, -1);
		each_value(f, &x->f, times, unit->factor);
		each_value(f, &x->f, plus, unit->plus);
		if (unit->over)
			x->f.qualifier = OVER;
		x->unit = unit;
		if (unit->kind == KIND_COUNT && num->flags & NUMERAL_POINT &&
		    !(num->flags & NUMERAL_SCALED) &&
		    (start == 0 || f->text.p[start - 1] == '\n' ||
			(f->n > 1 && x[-1].f.end == start))) {
			f->n--; /* 2.2本项目: the number of a section */
			return end;
		}
		if (unit->kind == KIND_NUMBER) /* 15k */
			x->flags |= F_KEEP;
		if (unit->kind == KIND_COUNT && is_one(f, at, num))
			x->flags |= F_ONE;
		if (unit->kind == KIND_DURATION && num->n == 3 &&
		    num->flags == NUMERAL_VAGUE) /* 那几天 */
			x->flags |= F_BARE;
		if (x->f.value.n > 0) {
			end = read_tail(f, end, unit, &x->f);
			end = read_parts(f, end, &unit, &x->f);
			end = read_tail(f, end, unit, &x->f);
		}
		if (x->unit->last && is_one(f, at, num) && end == unit_from + n) /* 一块 */
			x->flags |= F_ONE;
		end = read_rate(f, end, &x->f);
		if (unit->kind == KIND_MONEY) { /* 8亿元人民币, 三万元欧元 */
			size_t m;
			const struct entry *currency = unit_at(f, end, at, num, &m);

			if (currency && currency->kind == KIND_MONEY && currency->factor.n == 0 &&
			    m > 3) {
				x->f.unit = currency->unit;
				end += m;
			}
			if (money != NULL)
				x->f.unit = money->text;
		} else if (money != NULL) {
			start = at;
		}
		if (scale != NULL)
			x->f.unit = scale->text;
		x->f.start = start;
		x->f.end = end;
	}
	x->number = at;
	x->number_end = at + num->n;
	if (num->flags & NUMERAL_SCALED)
		x->flags |= F_SCALED;
	if (num->flags & NUMERAL_ASCII)
		x->flags |= F_ASCII;
	if (minus) {
		if (x->f.value.n)
			x->f.value = negative(f, x->f.value);
	}
	read_qualifier(f, &x->f);
	return end;
}

/* Powers of ten at the end of a numeral that a range's first end may share: 万 of 1.2-1.5万元. */
static int
shared_powers(struct str text, const struct found *x, int *powers)
{
	const size_t han = 3; /* bytes of such a character */
	size_t end = x->number_end;
	int n = 0, exp = 0;

	while (end >= x->number + han && n < 4) {
		unsigned power = numeral_power(text.p + end - han, han);

		if (power < 2)
			break;
		exp += (int)power;
		powers[n++] = exp;
		end -= han;
	}
	return n;
}

/* The first end of a range as it is meant: 两 of 两到三万 is 20000. */
static struct str
share_scale(struct finder *f, const struct found *first, const struct found *second)
{
	int powers[4], n = shared_powers(f->text, second, powers);
	struct str v = first->f.value, high = second->f.value.n ? second->f.value : second->f.low;

	if (first->flags & F_SCALED || v.n == 0 || high.n == 0)
		return v;
	while (n-- > 0) {
		struct str shifted = shift(f, v, powers[n]);

		if (dec_cmp(shifted, high) < 0)
			return shifted;
	}
	return v;
}

/* 3年以上7年以下, 大于10小于20: the two ends said one by one. */
static bool
bounded_by(struct str text, const struct found *a, const struct found *b)
{
	size_t at = a->f.end, n;

	if ((a->f.qualifier != AT_LEAST && a->f.qualifier != OVER) ||
	    (b->f.qualifier != UNDER && b->f.qualifier != AT_MOST) || !a->f.value.n ||
	    !b->f.value.n || dec_cmp(a->f.value, b->f.value) > 0)
		return false;
	if (lexicon_find(text, at, ROLE_AFTER, &n) != NULL)
		at += n;
	at = skip_blanks(text, at, 1);
	if (lexicon_find(text, at, ROLE_STOP, &n) != NULL)
		at = skip_blanks(text, at + n, 1);
	if (lexicon_find(text, at, ROLE_JOIN, &n) != NULL)
		at = skip_blanks(text, at + n, 1);
	if (lexicon_find_before(text, b->f.start, ROLE_BEFORE, &n) != NULL && at + n == b->f.start)
		at += n;
	return at == b->f.start;
}

/* 减少12.4万吨至583.9万吨: no range, but how much and to what. */
static bool
amount_and_level(struct finder *f, const struct found *a, const struct found *b)
{
	size_t n;

	if (a->flags & F_BARE || !a->f.value.n || !b->f.value.n ||
	    lexicon_find_before(f->text, a->f.start, ROLE_MOVES, &n) == NULL)
		return false;
	return dec_cmp(times(f, a->f.value, (struct str){"5", 1}), b->f.value) < 0;
}

/* Makes a a range that ends with b, if the words between them say so. */
static bool
merge(struct finder *f, struct found *a, struct found *b)
{
	bool bounded = false;
	size_t n;

	if (b->f.kind == KIND_DATE || a->f.kind == KIND_DATE || a->f.low.n ||
	    (b->f.low.n && !(a->flags & F_BARE)))
		return false;
	if (!joined_by(f->text, a, b, ROLE_RANGE) &&
	    !(joined_by(f->text, a, b, ROLE_BETWEEN) &&
		lexicon_find(f->text, skip_blanks(f->text, b->f.end, 1), ROLE_TOGETHER, &n) !=
		    NULL) &&
	    !(bounded = bounded_by(f->text, a, b)))
		return false;
	if (!bounded && amount_and_level(f, a, b))
		return false;
	if (a->flags & F_BARE && !(b->flags & F_BARE)) {
		if (b->f.kind == KIND_ORDINAL)
			return false;
		if (b->f.low.n == 0)
			a->f.value = share_scale(f, a, b);
		if (b->unit)
			a->f.value = times(f, a->f.value, b->unit->factor);
		a->f.kind = b->f.kind;
		a->f.unit = b->f.unit;
		a->f.rule = b->f.rule;
		a->flags = (a->flags & F_SCALED) | (b->flags & ~(unsigned)F_ONE);
	} else if (a->f.kind != b->f.kind) {
		return false;
	} else if (!same(a->f.unit, b->f.unit)) {
		struct str by = lexicon_convert(b->f.unit, a->f.unit);

		if (by.n == 0)
			return false;
		each_value(f, &b->f, times, by); /* 13天至8周: in the smaller unit */
	} else if (a->flags & F_BARE) {
		a->f.value = share_scale(f, a, b);
		a->flags |= b->flags & F_KEEP;
	}
	a->f.low = a->f.value;
	a->f.high = b->f.value.n ? b->f.value : b->f.high;
	if (dec_cmp(a->f.low, a->f.high) > 0) {
		struct str swap = a->f.low;

		a->f.low = a->f.high;
		a->f.high = swap;
	}
	a->f.value = (struct str){0};
	a->f.end = b->f.end;
	a->flags &= ~(unsigned)F_ONE;
	if (bounded)
		a->f.qualifier = QUALIFIER_NONE;
	else if (b->f.qualifier != QUALIFIER_NONE)
		a->f.qualifier = b->f.qualifier;
	return true;
}

static void
merge_ranges(struct finder *f)
{
	size_t k = 0;

	for (size_t i = 1; i < f->n; i++)
		if (!merge(f, &f->at[k], &f->at[i]) && ++k != i)
			f->at[k] = f->at[i];
	if (f->n > 0)
		f->n = k + 1;
}

/* 0.7、1.0和1.1个百分点: a number without unit takes that of the next in the list. */
static void
share_units(struct finder *f)
{
	for (size_t i = f->n; i-- > 1;) {
		struct found *a = &f->at[i - 1], *b = &f->at[i];
		bool decimal_count = a->f.kind == KIND_COUNT &&
				     b->f.kind == KIND_PERCENTAGE_POINT && a->f.value.n &&
				     memchr(a->f.value.p, '.', a->f.value.n);

		if (!(a->flags & F_BARE && !(b->flags & F_BARE)) && !decimal_count)
			continue;
		if (b->f.kind == KIND_DATE || b->f.kind == KIND_ORDINAL ||
		    b->f.kind == KIND_RATIO || b->f.kind == KIND_MULTIPLE)
			continue;
		if (!(a->flags & F_ASCII) || a->f.low.n || !joined_by(f->text, a, b, ROLE_LIST))
			continue;
		if (!(a->flags & F_SCALED) && b->flags & F_SCALED) {
			int powers[4], n = shared_powers(f->text, b, powers);

			if (n > 0)
				a->f.value = shift(f, a->f.value, powers[n - 1]);
		}
		if (b->unit)
			a->f.value = times(f, a->f.value, b->unit->factor);
		a->f.kind = b->f.kind;
		a->f.unit = b->f.unit;
		a->f.rule = b->f.rule;
		a->unit = b->unit;
		a->flags = (a->flags | (b->flags & F_SCALED)) & ~(unsigned)(F_BARE | F_KEEP);
	}
}

/* 一名消防员受伤，两辆消防车受损: an 一 counts where its neighbour in the sentence does. */
static bool
one_counts(const struct finder *f, size_t i)
{
	const struct found *x = &f->at[i], *y;
	size_t n, from, to;

	if (lexicon_find_before(f->text, x->f.start, ROLE_ONLY, &n) != NULL)
		return true;
	for (int side = -1; side <= 1; side += 2) {
		if ((side < 0 && i == 0) || (side > 0 && i + 1 == f->n))
			continue;
		y = side < 0 ? x - 1 : x + 1;
		if (y->f.kind != KIND_COUNT || y->flags & (F_ONE | F_ASCII | F_SCALED) ||
		    y->f.value.n != 1)
			continue;
		from = side < 0 ? y->f.end : x->f.end;
		to = side < 0 ? x->f.start : y->f.start;
		if (to - from <= 36 && memmem(f->text.p + from, to - from, "，", 3) != NULL &&
		    memmem(f->text.p + from, to - from, "。", 3) == NULL)
			return true;
	}
	return false;
}

static void
drop_bare(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct found *x = &f->at[i];

		if (x->flags & F_BARE && !f->bare && !(x->flags & F_KEEP))
			x->flags |= F_DROP;
		if (x->flags & F_ONE && !f->bare && !one_counts(f, i))
			x->flags |= F_DROP;
		if (x->flags & F_DROP)
			say(f, x->f.start, x->f.end,
			    x->flags & F_ONE ? "is left out: 一 that means \"a\""
					     : "is left out: a number without a unit");
	}
}

/* What a [figure] rule matched: its constants, and its groups value, low, high, over. */
static size_t
rule_figure(struct finder *f, const struct match *m)
{
	const char *kind = rule_value(m->rule, "kind"), *value = rule_value(m->rule, "value"),
		   *unit = rule_value(m->rule, "unit"), *q = rule_value(m->rule, "qualifier"),
		   *of = rule_value(m->rule, "compute");
	const struct capture *c = match_capture(m, "value"), *d = match_capture(m, "by");
	struct found *x = push(f, (enum kind)kind_of(kind), m->start, m->end, m->rule);
	struct numeral num;

	if (value != NULL) {
		x->f.value = (struct str){value, strlen(value)};
	} else if (c != NULL && scan(f, c->start, c->end - c->start, &num)) {
		set_value(&x->f, &num);
		if (d != NULL && scan(f, d->start, d->end - d->start, &num)) {
			scratch.n = 0;
			if (x->f.value.n == 0 || !dec_ratio(x->f.value, num.low, &scratch)) {
				f->n--;
				return m->end;
			}
			x->f.value = keep(f, &scratch);
		}
		if (of != NULL && strcmp(of, "doublings") == 0) { /* 翻两番 is 4 */
			int n = dec_int(x->f.value);

			if (n < 1 || n > 30) {
				f->n--;
				return m->end;
			}
			scratch.n = 0;
			buf_uint(&scratch, (uint64_t)1 << n);
			x->f.value = keep(f, &scratch);
		}
	}
	if (unit != NULL)
		x->f.unit = (struct str){unit, strlen(unit)};
	if (q != NULL)
		x->f.qualifier = qualifier_of(q);
	else
		read_qualifier(f, &x->f);
	return m->end;
}

/* The longest match of the rules of a type at this place, or NULL; good until the next call. */
static const struct match *
rule_at(struct finder *f, unsigned type, size_t at)
{
	static struct match m;

	return rules_match_on(f->rules, type, f->text, at, &m, 1) > 0 ? &m : NULL;
}

/* 半小时, 半米, 半成: half of a unit. */
static size_t
half(struct finder *f, size_t at, size_t n)
{
	static const struct numeral num = {.flags = NUMERAL_POINT};
	struct str value = {"0.5", 3};
	const struct entry *unit;
	struct found *x;
	size_t k;

	if (f->n > 0 && f->at[f->n - 1].f.end == at)
		return 0;
	unit = unit_at(f, at + n, at, &num, &k);
	if (unit == NULL || (unit->kind == KIND_COUNT && !f->bare))
		return 0;
	x = push(f, unit->kind == KIND_COUNT ? KIND_RATIO : unit->kind, at, at + n + k, unit->rule);
	x->f.value = times(f, value, unit->factor);
	if (unit->kind != KIND_COUNT)
		x->f.unit = unit->unit;
	x->unit = unit;
	x->number = at;
	x->number_end = at + n;
	read_qualifier(f, &x->f);
	return x->f.end;
}

/* What a [date] rule matches here: 2018/1/10, and 2018/1/10-2018/7/10; where it ends, or 0. */
static size_t
rule_date_at(struct finder *f, size_t at)
{
	static struct buf iso, second;
	static struct match last;
	const struct match *m = rule_at(f, RULE_DATE, at);
	const struct rule *rule;
	struct found *x;
	size_t n, end;

	iso.n = second.n = 0;
	if (m == NULL || !date_match(f->text, m, &f->dates, &iso))
		return 0;
	rule = m->rule;
	end = m->end;
	if (memchr(iso.p, '/', iso.n) == NULL &&
	    lexicon_find(f->text, end, ROLE_RANGE, &n) != NULL &&
	    rules_match(f->rules, RULE_DATE, f->text, end + n, &last, 1) > 0 && last.rule == rule &&
	    date_match(f->text, &last, &f->dates, &second)) {
		buf_putc(&iso, '/');
		buf_add(&iso, second.p, second.n);
		end = last.end;
	}
	x = push(f, KIND_DATE, at, end, rule);
	x->f.iso = keep(f, &iso);
	return end;
}

/* A date in the words of the calendar; its end, or 0. */
static size_t
date_at(struct finder *f, size_t at)
{
	static struct buf iso;
	struct found *x;
	unsigned flags = 0;
	size_t end;

	iso.n = 0;
	end = date_find(f->text, at, &f->dates, &iso, &flags);
	if (end == 0)
		return 0;
	x = push(f, KIND_DATE, at, end, flags & DATE_F_WORD ? rule_word : rule_date);
	x->f.iso = keep(f, &iso);
	x->f.hidden = (flags & DATE_F_WEAK) != 0;
	return end;
}

/* A place where a date word, 半 or a rule may begin; returns where to go on. */
static size_t
look_word(struct finder *f, size_t at, uint8_t flags)
{
	size_t k, end;
	const struct word_at *w;
	const struct match *m;
	bool date = false;

	if (flags & LEXICON_RULE && (m = rule_at(f, RULE_FIGURE, at)) != NULL)
		return rule_figure(f, m);
	if (!lexicon_may_begin(f->text, at, LEXICON_OPENS | 1u << ROLE_HALF))
		return at + utf8_len(f->text.p[at]);
	w = lexicon_after(f->text, at, &k);
	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == ROLE_HALF && (end = half(f, at, w[i].n)) > 0)
			return end;
		else
			date |= w[i].entry->role == ROLE_DATE && w[i].entry->opens;
	if (date && (end = date_at(f, at)) > 0)
		return end;
	return at + utf8_len(f->text.p[at]);
}

/*
 * A place where a numeral begins; returns where to go on. A unit of money or
 * measure right behind it decides at once, which is what most numerals have;
 * all others may be a date, a rule's, or what a trap keeps away.
 */
static size_t
look_numeral(struct finder *f, size_t at)
{
	const struct match *m;
	const struct entry *unit;
	struct numeral num;
	size_t n, start, end, behind;
	bool settled;

	if (lexicon_trap(f->text, at, &start, &end) != NULL &&
	    (f->n == 0 || f->at[f->n - 1].f.end <= start)) {
		say(f, start, end, "is no figure: traps.tsv");
		return end;
	}
	if ((unsigned char)f->text.p[at] < 0x80 && within_code(f->text, at) &&
	    !(f->n > 0 && f->at[f->n - 1].f.end == at - 1) &&
	    lexicon_find_before(f->text, at, ROLE_MONEY, &n) == NULL) {
		say(f, at, code_end(f->text, at), "is no figure: part of a code or name");
		return code_end(f->text, at);
	}
	if (!scan_spaced(f, at, &num) && !scan(f, at, f->text.n - at, &num))
		return at + utf8_len(f->text.p[at]);
	behind = skip_blanks(f->text, at + num.n, 2);
	unit = unit_at(f, behind, at, &num, &n);
	settled =
	    unit != NULL && (unit->kind == KIND_MONEY || unit->kind == KIND_PERCENT ||
				unit->kind == KIND_PERCENTAGE_POINT || unit->kind == KIND_MEASURE);
	if (!settled) {
		if (behind < f->text.n) {
			uint32_t c = utf8_get(f->text.p + behind, &n);

			if (((c < 0x10000 && lexicon_chars[c] & LEXICON_DATE) ||
				lexicon_find(f->text, at, ROLE_DATE, &n) != NULL) && /* 十四五 */
			    (end = date_at(f, at)) > 0)
				return end;
		}
		if (num.flags & NUMERAL_ASCII && (end = rule_date_at(f, at)) > 0)
			return end;
		if ((m = rule_at(f, RULE_TRAP, at)) != NULL)
			return m->end;
		if ((m = rule_at(f, RULE_FIGURE, at)) != NULL)
			return rule_figure(f, m);
	}
	end = quantity(f, at, &num);
	return end > at ? end : at + utf8_len(f->text.p[at]);
}

void
figures_find(struct rules *rules, const struct block *block, bool bare, struct figures *out)
{
	struct finder *f = &finder;
	struct str text = block->text;
	const struct entry *e;
	size_t n;

	rules_text(rules, text);
	f->rules = rules;
	f->block = block;
	f->text = text;
	f->bare = bare;
	f->arena = out->arena;
	f->n = 0;
	f->clause = 0;
	f->cue = QUALIFIER_NONE;
	f->dates = (struct date_context){0};
	day_read(block->date, &f->dates.reference);
	if (block->year.n >= 4)
		f->dates.year = dec_int((struct str){block->year.p, 4});
	if (f->dates.year < 0)
		f->dates.year = 0;
	lexicon_forget();
	for (size_t at = 0; at < text.n;) {
		size_t len;
		uint32_t c = utf8_get(text.p + at, &len);
		uint8_t flags = c < 0x10000 ? lexicon_chars[c] : 0;

		if (flags & LEXICON_NUMERAL) {
			at = look_numeral(f, at);
		} else if (flags & (LEXICON_START | LEXICON_RULE)) {
			at = look_word(f, at, flags);
		} else {
			if (flags & LEXICON_CUE &&
			    (e = lexicon_find(text, at, ROLE_CLAUSE, &n)) != NULL)
				f->cue = e->qualifier;
			at += len;
			if (flags & LEXICON_STOP) {
				f->clause = at;
				f->cue = QUALIFIER_NONE;
				if (c == 0x3002 || c == '\n') /* 。 */
					f->dates.sentence_year = 0;
			}
		}
	}
	merge_ranges(f);
	share_units(f);
	drop_bare(f);
	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i].flags & F_DROP)
			continue;
		if (out->n == out->cap) {
			out->cap = out->cap ? 2 * out->cap : 32;
			out->at = xarray(out->at, out->cap, sizeof *out->at);
		}
		out->at[out->n++] = f->at[i].f;
	}
}

static const struct rule *
named_rule(struct rules *rules, const char *name, bool *ok)
{
	for (size_t i = 0; i < rules_count(rules); i++) {
		struct rule *r = rules_at(rules, i);

		if (r->type == RULE_QUANTITY && strcmp(r->name, name) == 0)
			return r;
	}
	if (*ok) /* once is enough */
		fprintf(stderr,
		    "extract-figures: the rules have no section [quantity %s]; does a file given "
		    "with -r lack 'include figures.rules'?\n",
		    name);
	*ok = false;
	return NULL;
}

bool
figures_load(struct rules *rules)
{
	bool ok = lexicon_load(rules);

	rule_date = named_rule(rules, "date", &ok);
	rule_word = named_rule(rules, "date-word", &ok);
	rule_ordinal = named_rule(rules, "ordinal", &ok);
	rule_number = named_rule(rules, "number", &ok);
	rule_money = named_rule(rules, "money", &ok);
	rule_percent = named_rule(rules, "hundredths", &ok);
	rule_fraction = named_rule(rules, "fraction", &ok);
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *r = rules_at(rules, i);
		const char *value = rule_value(r, "value");

		if (r->type == RULE_FIGURE && value != NULL &&
		    !dec_valid((struct str){value, strlen(value)})) {
			fprintf(stderr, "extract-figures: %s:%u: no exact value '%s'\n", r->file,
			    r->line, value);
			ok = false;
		}
	}
	return ok;
}
