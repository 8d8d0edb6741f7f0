/* quantity - a numeral with its unit and what stands around it: 约2.68万亿元以上 */
/* SPDX-License-Identifier: MIT */
#include "find_int.h"

#include "dec.h"
#include "utf8.h"

static size_t
before_blanks(struct str text, size_t at)
{
	while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\n'))
		at--;
	return at;
}

/* --- units --- */

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

const struct entry *
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
		if (!lexicon_allows_before(e, f->text, start))
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

/* --- values --- */

static struct buf scratch;

struct str
value_keep(struct finder *f, const struct buf *b)
{
	return arena_str(f->arena, b->p, b->n);
}
struct str
value_times(struct finder *f, struct str v, struct str factor)
{
	if (factor.n == 0 || v.n == 0)
		return v;
	scratch.n = 0;
	dec_mul(v, factor, &scratch);
	return value_keep(f, &scratch);
}

static struct str
value_plus(struct finder *f, struct str a, struct str b)
{
	if (b.n == 0)
		return a;
	scratch.n = 0;
	dec_add(a, b, &scratch);
	return value_keep(f, &scratch);
}

struct str
value_shift(struct finder *f, struct str v, int exp)
{
	scratch.n = 0;
	dec_shift(v, exp, &scratch);
	return value_keep(f, &scratch);
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
	return value_keep(f, &scratch);
}

void
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

void
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

/* A value of a numeral that stays: as it stands in the text, or a copy. */
static struct str
stay(const struct finder *f, struct str v)
{
	return v.p >= f->text.p && v.p < f->text.p + f->text.n ? v : arena_str(f->arena, v.p, v.n);
}

bool
numeral_keep(struct finder *f, size_t at, size_t n, struct numeral *num)
{
	if (!numeral_scan(f->text.p + at, n, num))
		return false;
	num->low = stay(f, num->low);
	num->high = num->flags & (NUMERAL_VAGUE | NUMERAL_PAIR) ? stay(f, num->high) : num->low;
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

/* As much of a text as may go on with a numeral. */
static size_t
some_of(const char *p, size_t n)
{
	size_t some = n < 64 ? n : 64;

	while (some < n && ((unsigned char)p[some] & 0xC0) == 0x80)
		some--;
	return some;
}

/*
 * Scans what was put together from text[at...], which has so many bytes more;
 * the unit behind it, NULL where there is none or no numeral.
 */
static const struct entry *
scan_joined(struct finder *f, size_t at, const struct buf *joined, size_t more, struct numeral *num)
{
	size_t unit;

	if (!numeral_scan(joined->p, joined->n, num))
		return NULL;
	num->low = num->high = arena_str(f->arena, num->low.p, num->low.n);
	num->n += more;
	num->exact_n += more;
	num->last += num->last > 0 ? more : 0;
	num->digits = 0;
	return unit_at(f, skip_blanks(f->text, at + num->n, 2), at, num, &unit);
}

bool
numeral_spaced(struct finder *f, size_t at, struct numeral *num)
{
	const char *p = f->text.p + at;
	size_t n = f->text.n - at, i = 0, blanks = 0;
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
	buf_add(&joined, p + i, some_of(p + i, n - i));
	ok = blanks > 0 && scan_joined(f, at, &joined, blanks, num) != NULL;
	if (ok)
		num->flags |= NUMERAL_COMMA;
	buf_free(&joined);
	return ok;
}

bool
numeral_dotted(struct finder *f, size_t at, struct numeral *num)
{
	const size_t ndot = strlen(OLD_POINT);
	const char *p = f->text.p + at;
	size_t n = f->text.n - at, i = 0, k;
	struct buf joined = {0};
	const struct entry *unit;

	while (i < n && i < 5 && is_digit(p[i]))
		i++;
	if (i == 0 || i > 4 || n - i <= ndot || memcmp(p + i, OLD_POINT, ndot) != 0 ||
	    (at > 0 && (is_digit(p[-1]) || p[-1] == '.')))
		return false;
	for (k = i + ndot; k < n && is_digit(p[k]);)
		k++;
	if (k == i + ndot || k > i + ndot + 3 || k == n || (unsigned char)p[k] < 0x80)
		return false;
	buf_add(&joined, p, i);
	buf_putc(&joined, '.');
	buf_add(&joined, p + i + ndot, some_of(p + i + ndot, n - i - ndot));
	unit = scan_joined(f, at, &joined, ndot - 1, num);
	buf_free(&joined);
	return unit != NULL && (unit->kind == KIND_MONEY || unit->kind == KIND_MEASURE);
}

/* --- what stands before --- */

/* Digits that go on with letters or signs, or come after them: a code, an address, a model. */
bool
code_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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

/* A numeral, and what is made of the words around it. */
struct reading {
	size_t at, start; /* where it begins, without and with what stands before it */
	struct numeral *num;
	bool minus, ordinal;
	const struct entry *money, *scale; /* before it: $, 摄氏 */
	const struct entry *unit;          /* behind it */
	size_t unit_from, unit_n;          /* the unit's bytes */
	struct str scaled;                 /* 5w元: what the unit before the unit is worth */
};

/* Signs and currencies before a numeral; start moves to the first of them. */
static void
read_before(const struct finder *f, struct reading *r)
{
	size_t n = 0, b;

	for (int turns = 0; turns < 2; turns++) {
		const struct entry *e = NULL;
		const struct word_at *w;
		size_t k;

		b = before_blanks(f->text, r->start);
		if (f->n > 0 && f->at[f->n - 1].f.end > b)
			return;
		if (b > 0 && f->text.p[b - 1] == '-' && b == r->start && minus_sign(f, b - 1)) {
			r->minus = true;
			r->start = b - 1;
			continue;
		}
		w = lexicon_before(f->text, b, &k);
		for (size_t j = 0; j < k && e == NULL; j++)
			if (w[j].entry->role == ROLE_MINUS || w[j].entry->role == ROLE_MONEY ||
			    w[j].entry->role == ROLE_SCALE_OF || w[j].entry->role == ROLE_ORDINAL) {
				e = w[j].entry;
				n = w[j].n;
			}
		if (e == NULL || (f->n > 0 && f->at[f->n - 1].f.end > b - n))
			return;
		if (e->role == ROLE_MINUS)
			r->minus = true;
		else if (e->role == ROLE_MONEY)
			r->money = e;
		else if (e->role == ROLE_SCALE_OF)
			r->scale = e;
		else
			r->ordinal = true;
		r->start = b - n;
	}
}

/* --- what stands behind --- */

/* 两块五|一斤: is the character at a place a digit before what the price is of? */
static bool
before_price_of(const struct finder *f, size_t at, struct numeral *num)
{
	size_t len = utf8_len(f->text.p[at]), one, n;

	return len == 3 && lexicon_find(f->text, at + len, ROLE_ONE, &one) != NULL &&
	       numeral_scan(f->text.p + at, len, num) && num->n == len &&
	       unit_at(f, at + len + one, at, num, &n) != NULL;
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
		x->value = value_plus(f, x->value, value_keep(f, &scratch));
		return end + n;
	}
	if (end >= f->text.n || numeral_starts(f->text.p + end, f->text.n - end) == 0 ||
	    (!before_price_of(f, end, &num) &&
		!numeral_scan(f->text.p + end, f->text.n - end, &num)))
		return end;
	if (((num.n == 3 && num.low.n == 1 && num.flags == 0) ||
		(num.flags == NUMERAL_ASCII && num.digits > 0 && num.digits <= 2)) &&
	    (unit_ends(f->text, end + num.n) || before_price_of(f, end, &num))) {
		struct numeral copy = num;
		int exp = num.digits == 2 ? -2 : -1;
		struct str v;

		if (str_is(num.low, "0"))
			return end;
		v = value_shift(f, num.low, exp);
		if (unit_at(f, skip_blanks(f->text, end + copy.n, 1), end, &copy, &n) != NULL)
			return end;
		x->value = value_plus(f, x->value, value_times(f, v, unit->factor));
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
		    !numeral_keep(f, at, f->text.n - at, &num) ||
		    num.flags & (NUMERAL_VAGUE | NUMERAL_PAIR | NUMERAL_FRACTION))
			return end;
		smaller = smaller_unit(f, skip_blanks(f->text, at + num.n, 1), *unit, &n, &factor);
		if (smaller == NULL)
			return end;
		if (factor.n > 0) {
			x->value = value_times(f, x->value, factor);
			x->unit = smaller->unit;
		}
		x->value = value_plus(f, x->value, value_times(f, num.low, smaller->factor));
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
			x->unit = value_keep(f, &scratch);
			return end + n + w[i].n;
		}
	}
	return end;
}

void
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

/* A bare 百 千 万 counts only before a classifier, or behind 上, 近, 超过; 百来|斤 is no word. */
static bool
bare_scale_counts(
    struct finder *f, size_t start, const struct numeral *num, const struct entry *unit)
{
	const struct word_at *w;
	size_t k;

	if (unit != NULL && ((unit->kind == KIND_COUNT && !unit->any) ||
				num->flags & (NUMERAL_OVER | NUMERAL_ABOUT)))
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
	size_t n;

	return lexicon_find(f->text, at, ROLE_ONE, &n) != NULL && n == num->n;
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
	x = found_push(f, KIND_ORDINAL, start, end, named_rules[NAMED_ORDINAL]);
	x->f.value = num->low;
	if (unit == NULL && lexicon_find(f->text, end, ROLE_RANGE, &n) != NULL &&
	    numeral_starts(f->text.p + end + n, f->text.n - end - n) > 0) { /* 第二至六名 */
		struct numeral last;
		size_t to = end + n;

		if (numeral_keep(f, to, f->text.n - to, &last) &&
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

/* --- a numeral with all of that --- */

/* 10000与20000间: 间 is no unit, but belongs to the range. */
static bool
ends_range(const struct finder *f, const struct reading *r)
{
	const struct found *last = f->n > 0 ? &f->at[f->n - 1] : NULL;
	size_t n;

	return last != NULL && last->flags & F_BARE &&
	       lexicon_find(f->text, r->unit_from, ROLE_TOGETHER, &n) != NULL && n == r->unit_n &&
	       joined_by(f->text, last->f.end, r->at, ROLE_BETWEEN);
}

/* 12千米, 六千字节, 三十两: the last character may be the unit's. */
static void
take_longer_unit(struct finder *f, struct reading *r)
{
	struct numeral *num = r->num, shorter;
	const struct entry *unit;
	size_t n, had = num->n - num->last + (r->unit ? r->unit_n - 1 : 0);

	if (num->last == 0 || (unsigned char)f->text.p[r->at + num->last] < 0x80 ||
	    num->flags & NUMERAL_FRACTION)
		return;
	unit = unit_at(f, r->at + num->last, r->at, num, &n);
	if (unit == NULL || n <= had || !numeral_keep(f, r->at, num->last, &shorter) ||
	    shorter.n != num->last)
		return;
	*num = shorter;
	r->unit = unit;
	r->unit_n = n;
	r->unit_from = r->at + num->n;
}

/* 5w元: a unit behind one that is a number. */
static void
take_scaled_unit(const struct finder *f, struct reading *r)
{
	const struct entry *after;
	size_t n;

	if (r->unit == NULL || r->unit->kind != KIND_NUMBER || r->unit->factor.n == 0)
		return;
	after = unit_at(f, r->unit_from + r->unit_n, r->at, r->num, &n);
	if (after == NULL || after->kind == KIND_NUMBER)
		return;
	r->scaled = r->unit->factor;
	r->unit = after;
	r->unit_n += n;
}

/* Can a numeral like this one have that unit? */
static bool
unit_fits(struct finder *f, const struct reading *r)
{
	unsigned flags = r->num->flags;

	if (flags & NUMERAL_BARE && !r->money && !bare_scale_counts(f, r->start, r->num, r->unit))
		return false;
	return !(flags & NUMERAL_FRACTION) || r->unit->kind == KIND_MEASURE ||
	       r->unit->kind == KIND_MONEY;
}

static void
settle_unit(struct finder *f, struct reading *r)
{
	if (r->unit != NULL &&
	    (ends_range(f, r) || (r->unit_from > r->at + r->num->n && r->unit->kind == KIND_COUNT &&
				     !(r->num->flags & NUMERAL_ASCII))))
		r->unit = NULL;
	take_longer_unit(f, r);
	take_scaled_unit(f, r);
	if (r->unit != NULL && !unit_fits(f, r))
		r->unit = NULL;
	if (r->scale != NULL && (r->unit == NULL || r->unit->kind != KIND_MEASURE)) {
		r->scale = NULL;
		r->start = r->at;
	}
}

/* A number alone; NULL for one that is none. */
static struct found *
push_number(struct finder *f, struct reading *r)
{
	const struct numeral *num = r->num;
	size_t start = r->start;
	struct found *x;

	if (f->bare && num->flags & NUMERAL_BARE && !bare_scale_counts(f, start, num, NULL))
		return NULL;
	x = found_push(f, KIND_NUMBER, start, r->at + (f->bare ? num->n : num->exact_n),
	    named_rules[NAMED_NUMBER]);
	set_value(&x->f, num);
	x->flags |= F_BARE;
	if (f->bare && num->flags & NUMERAL_ASCII && !(num->flags & NUMERAL_POINT) && start > 0 &&
	    f->text.p[start - 1] == '.' && (start < 2 || !code_char(f->text.p[start - 2]))) {
		x->f.value = value_shift(f, x->f.value, -(int)num->digits); /* .5 */
		x->f.start--;
		if (x->f.start > 0 && f->text.p[x->f.start - 1] == '-') {
			x->f.start--;
			r->minus = true;
		}
	}
	if (!(num->flags & NUMERAL_BARE) && num->flags & (NUMERAL_SHORT | NUMERAL_SCALED))
		x->flags |= F_KEEP;
	return x;
}

/* A numeral without a unit behind it. */
static struct found *
push_without_unit(struct finder *f, struct reading *r, size_t end)
{
	struct found *x;

	if (r->money != NULL) {
		x = found_push(f, KIND_MONEY, r->start, end, named_rules[NAMED_MONEY]);
		set_value(&x->f, r->num);
		x->f.unit = r->money->text;
	} else if (r->num->flags & NUMERAL_HUNDREDTHS) {
		x = found_push(f, KIND_PERCENT, r->start, end, named_rules[NAMED_HUNDREDTHS]);
		set_value(&x->f, r->num);
		each_value(f, &x->f, value_times, (struct str){"100", 3});
		x->f.unit = (struct str){"%", 1};
	} else if (r->num->flags & NUMERAL_FRACTION) {
		x = found_push(f, KIND_RATIO, r->start, end, named_rules[NAMED_FRACTION]);
		set_value(&x->f, r->num);
	} else {
		x = push_number(f, r);
	}
	return x;
}

/* 2.2本项目: the number of a section, no count. */
static bool
numbers_section(const struct finder *f, const struct reading *r)
{
	return r->unit->kind == KIND_COUNT && r->num->flags & NUMERAL_POINT &&
	       !(r->num->flags & NUMERAL_SCALED) &&
	       (r->start == 0 || f->text.p[r->start - 1] == '\n' ||
		   (f->n > 0 && f->at[f->n - 1].f.end == r->start));
}

static void
set_amount(struct finder *f, struct found *x, const struct reading *r)
{
	const struct entry *unit = r->unit;

	x->unit = unit;
	x->f.unit = unit->unit;
	if (unit->unit.p == unit->surface.p) /* as it stands in the text */
		x->f.unit.p = f->text.p + r->unit_from + r->unit_n - unit->surface.n;
	set_value(&x->f, r->num);
	each_value(f, &x->f, value_times, r->scaled);
	if (unit->tenths && x->f.value.n == 2) /* 八五折 is 8.5 of ten */
		x->f.value = value_shift(f, x->f.value, -1);
	each_value(f, &x->f, value_times, unit->factor);
	each_value(f, &x->f, value_plus, unit->plus);
	if (unit->over)
		x->f.qualifier = OVER;
	if (unit->kind == KIND_NUMBER) /* 15k */
		x->flags |= F_KEEP;
	if (unit->kind == KIND_COUNT && is_one(f, r->at, r->num))
		x->flags |= F_ONE;
	if (unit->kind == KIND_DURATION && r->num->n == 3 &&
	    r->num->flags == NUMERAL_VAGUE) /* 那几天 */
		x->flags |= F_BARE;
}

/* 8亿元人民币, 三万元欧元: a currency behind the unit; where it ends. */
static size_t
read_currency(const struct finder *f, const struct reading *r, size_t end, struct figure *x)
{
	size_t n;
	const struct entry *e = unit_at(f, end, r->at, r->num, &n);

	if (e == NULL || e->kind != KIND_MONEY || e->factor.n > 0 || n <= 3)
		return end;
	x->unit = e->unit;
	return end + n;
}

/* A numeral with a unit; *end moves behind what goes on with it. */
static struct found *
push_with_unit(struct finder *f, const struct reading *r, size_t *end)
{
	const struct entry *unit = r->unit;
	size_t start = r->start, to = r->unit_from + r->unit_n;
	struct found *x;

	*end = to;
	if (numbers_section(f, r))
		return NULL;
	x = found_push(f, unit->kind, start, to, unit->rule);
	set_amount(f, x, r);
	if (x->f.value.n > 0) {
		to = read_tail(f, to, unit, &x->f);
		to = read_parts(f, to, &unit, &x->f);
		to = read_tail(f, to, unit, &x->f);
	}
	if (x->unit->last && is_one(f, r->at, r->num) && to == *end) /* 一块 */
		x->flags |= F_ONE;
	to = read_rate(f, to, &x->f);
	if (unit->kind == KIND_MONEY) {
		to = read_currency(f, r, to, &x->f);
		if (r->money != NULL)
			x->f.unit = r->money->text;
	} else if (r->money != NULL) {
		start = r->at;
	}
	if (r->scale != NULL)
		x->f.unit = r->scale->text;
	x->f.start = start;
	x->f.end = *end = to;
	return x;
}

size_t
quantity(struct finder *f, size_t at, struct numeral *num, const struct entry *unit, size_t n)
{
	struct reading r = {.at = at, .start = at, .num = num, .unit = unit, .unit_n = n};
	struct found *x;
	size_t end;

	read_before(f, &r);
	if (r.ordinal)
		return ordinal(f, r.start, at, num);
	r.unit_from = skip_blanks(f->text, at + num->n, 2);
	settle_unit(f, &r);
	end = at + num->n;
	x = r.unit != NULL ? push_with_unit(f, &r, &end) : push_without_unit(f, &r, end);
	if (x == NULL)
		return end;
	x->number = at;
	x->number_end = at + num->n;
	if (num->flags & NUMERAL_SCALED)
		x->flags |= F_SCALED;
	if (num->flags & NUMERAL_ASCII)
		x->flags |= F_ASCII;
	if (r.minus && x->f.value.n > 0)
		x->f.value = negative(f, x->f.value);
	read_qualifier(f, &x->f);
	return end;
}

size_t
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
	x = found_push(
	    f, unit->kind == KIND_COUNT ? KIND_RATIO : unit->kind, at, at + n + k, unit->rule);
	x->f.value = value_times(f, value, unit->factor);
	if (unit->kind != KIND_COUNT)
		x->f.unit = unit->unit;
	x->unit = unit;
	x->number = at;
	x->number_end = at + n;
	read_qualifier(f, &x->f);
	return x->f.end;
}
