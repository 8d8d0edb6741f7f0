/* range - the ends of a range, the numbers of a list: figures that the words between put together
 */
/* SPDX-License-Identifier: MIT */
#include "find_int.h"

#include "dec.h"
#include "utf8.h"

bool
joined_by(struct str text, size_t from, size_t to, enum role role)
{
	size_t at = skip_blanks(text, from, 2), n;

	if (at >= to || lexicon_find(text, at, role, &n) == NULL)
		return false;
	return skip_blanks(text, at + n, 2) == to;
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
		struct str shifted = value_shift(f, v, powers[n]);

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
	return dec_cmp(value_times(f, a->f.value, (struct str){"5", 1}), b->f.value) < 0;
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
	if (!joined_by(f->text, a->f.end, b->f.start, ROLE_RANGE) &&
	    !(joined_by(f->text, a->f.end, b->f.start, ROLE_BETWEEN) &&
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
			a->f.value = value_times(f, a->f.value, b->unit->factor);
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
		each_value(f, &b->f, value_times, by); /* 13天至8周: in the smaller unit */
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

void
merge_ranges(struct finder *f)
{
	size_t k = 0;

	for (size_t i = 1; i < f->n; i++)
		if (!merge(f, &f->at[k], &f->at[i]) && ++k != i)
			f->at[k] = f->at[i];
	if (f->n > 0)
		f->n = k + 1;
}

/* 0.6个、下降0.2个和上升0.1个百分点: only marks and words of a list between. */
static bool
goes_on(struct str text, size_t from, size_t to)
{
	size_t at = skip_blanks(text, from, 2), n;

	if (at >= to || to - at > 15 || lexicon_find(text, at, ROLE_LIST, &n) == NULL)
		return false;
	for (at += n; at < to; at += utf8_len(text.p[at]))
		if (lexicon_find(text, at, ROLE_STOP, &n) != NULL)
			return false;
	return true;
}

void
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
		if (!(a->flags & F_ASCII) || a->f.low.n ||
		    !(decimal_count ? goes_on(f->text, a->f.end, b->f.start)
				    : joined_by(f->text, a->f.end, b->f.start, ROLE_LIST)))
			continue;
		if (!(a->flags & F_SCALED) && b->flags & F_SCALED) {
			int powers[4], n = shared_powers(f->text, b, powers);

			if (n > 0)
				a->f.value = value_shift(f, a->f.value, powers[n - 1]);
		}
		if (b->unit)
			a->f.value = value_times(f, a->f.value, b->unit->factor);
		a->f.kind = b->f.kind;
		a->f.unit = b->f.unit;
		a->f.rule = b->f.rule;
		a->unit = b->unit;
		a->flags = (a->flags | (b->flags & F_SCALED)) & ~(unsigned)(F_BARE | F_KEEP);
	}
}
