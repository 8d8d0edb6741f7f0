/* link_change - direction and basis: whether a figure is a change, and against what */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "link_int.h"

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

long
year_at(const char *iso)
{
	long year = 0;

	for (size_t i = 0; i < 4; i++)
		year = 10 * year + iso[i] - '0';
	return year;
}

/* Of 2024-Q3, 2024-03: how many quarters, months since the year 0. */
static long
count_spans(struct str iso)
{
	long year = year_at(iso.p);

	return is_quarter(iso) ? 4 * year + iso.p[6] - '0'
			       : 12 * year + 10 * (iso.p[5] - '0') + iso.p[6] - '0';
}

/* A change against a date that is named: 比三季度, 比2020年. */
const char *
basis_of_date(struct str base, struct str period)
{
	if (base.n >= 4 && base.n == period.n) {
		long a = year_at(period.p), b = year_at(base.p);
		if (base.n == 15 && a == b + 1 && memcmp(base.p + 4, period.p + 4, 4) == 0 &&
		    memcmp(base.p + 12, period.p + 12, 3) == 0)
			return "yoy"; /* 2024-01/2024-07 against 2023-01/2023-07 */
		if (a == b + 1 && memcmp(base.p + 4, period.p + 4, base.n - 4) == 0)
			return "yoy";
		if (is_quarter(base) && is_quarter(period) &&
		    count_spans(period) == count_spans(base) + 1)
			return "qoq";
		if (is_month(base) && is_month(period) &&
		    count_spans(period) == count_spans(base) + 1)
			return "mom";
		if (base.n == 10 && a == b) /* 比昨天 */
			return "prior";
	}
	if (base.n == 21) { /* 比上周 */
		return "prior";
	}
	return "base";
}

/* The change verb that a figure begins with: 翻一番. */
static int
direction_inside(const struct linker *l, const struct figure *f)
{
	size_t end;

	if (link_word_from(l, f->start, RISE, &end) != 0)
		return 1;
	return link_word_from(l, f->start, FALL, &end) != 0 ? -1 : 0;
}

/* The basis that the words from token i to 比 say, with a date: 比|上年, 与|去年|同期|相比. */
static const char *
basis_said(struct linker *l, size_t i, size_t than)
{
	size_t end;

	for (; i <= than; i++) {
		uint32_t number = link_word_from(l, l->token[i].start, BASIS, &end);
		if (number == 0)
			continue;
		l->token[than].word = number; /* the rule was of use */
		return link_gives(&l->token[than]);
	}
	return NULL;
}

/* The date right after token i, quotes looked through; SIZE_MAX if there is none. */
static size_t
date_after(const struct linker *l, size_t i)
{
	while (++i < l->n && l->token[i].role == QUOTE)
		;
	return i < l->n && l->token[i].role == DATE ? i : SIZE_MAX;
}

/* The date that token i, a preposition of comparison, is of: 比|2010年, 与|2010年|相比. */
static size_t
date_compared(const struct linker *l, size_t i)
{
	if (!link_word(&l->token[i])->keep)
		return date_after(l, i);
	while (i > 0 && (l->token[i - 1].role == SAME || l->token[i - 1].role == LEAD))
		i--;
	return i > 0 && l->token[i - 1].role == DATE ? i - 1 : SIZE_MAX;
}

/* A change is against the same span a year before only where there is a span. */
static bool
is_span(struct str iso)
{
	return iso.n == 4 || iso.n == 7 || (iso.n > 0 && memchr(iso.p, '/', iso.n) != NULL);
}

/* A change against the date that token i is; 比|2023年|同期: the same span of another year. */
const char *
basis_at(const struct linker *l, const struct state *st, size_t i)
{
	struct str base = figure_of(l, i)->iso, period = st->period;

	for (i++; i < l->n && l->token[i].role == QUOTE; i++)
		;
	if (i == l->n || l->token[i].role != SAME || base.n != 4)
		return basis_of_date(base, period);
	if (period.n == 0)
		period = st->now;
	return period.n >= 4 && year_at(period.p) == year_at(base.p) + 1 ? "yoy" : "base";
}

/* 环比 holds no longer, 同比 does. */
void
forget_basis(struct state *st)
{
	if (st->basis != NULL && strcmp(st->basis, "yoy") != 0)
		st->basis = NULL;
	if (st->basis_pp != NULL && strcmp(st->basis_pp, "yoy") != 0)
		st->basis_pp = NULL;
}

/* What a change is said to be against holds for those after it that do not say. */
static void
carry_basis(struct state *st, const char **carried, const char *basis)
{
	st->held = false;
	st->mixed = st->mixed || (*carried != NULL && strcmp(*carried, basis) != 0);
	*carried = basis;
}

/* 高于|去年, 低于|上年|同期: the word that compares with a date says the direction. */
static int
direction_against(const struct linker *l, size_t than)
{
	const char *gives = than != SIZE_MAX ? link_gives(&l->token[than]) : NULL;
	size_t date = gives != NULL ? date_compared(l, than) : SIZE_MAX;

	if (date == SIZE_MAX)
		return 0;
	while (date + 1 < l->n && l->token[date + 1].role == SAME)
		date++;
	if (date + 1 < l->n && l->token[date + 1].role == DE)
		return 0; /* 低于|去年|同期|的|8.7℃ */
	return strcmp(gives, "more") == 0 ? 1 : -1;
}

void
set_change(struct linker *l, struct state *st, struct figure *f, const struct tail *t, bool bare)
{
	const char **carried = f->kind == KIND_PERCENTAGE_POINT ? &st->basis_pp : &st->basis;
	const char *basis = t->basis;
	bool carry = true;
	int direction = t->direction != 0 ? t->direction : direction_against(l, t->than);

	if (t->than != SIZE_MAX) {
		const char *said = basis_said(l, t->to, t->than);
		bool chain = basis != NULL && strcmp(basis, "chain") == 0;
		if (said != NULL || chain)
			basis = chain ? basis : said; /* 比上年四季度环比 */
		else if (date_compared(l, t->than) != SIZE_MAX) {
			basis = basis_at(l, st, date_compared(l, t->than));
			carry = *carried == NULL && strcmp(basis, "base") != 0;
		} else if (basis == NULL) {
			basis = t->timed ? NULL : "prior";
			carry = false;
		}
	}
	if (t->timed && basis == NULL)
		return;
	basis = basis_named(basis, st->period);
	if (basis != NULL && carry)
		carry_basis(st, carried, basis);
	if (f->kind == KIND_MULTIPLE && direction == 0) /* 翻一番 */
		direction = direction_inside(l, f);
	if (direction == 0 || t->reached)
		return;
	bool own = f->kind == KIND_PERCENTAGE_POINT && *carried != NULL;
	bool points = f->kind == KIND_PERCENTAGE_POINT;
	if (basis == NULL && bare && st->nrecent > 0 && !own && st->last != NULL &&
	    points >= (st->last->kind == KIND_PERCENTAGE_POINT))
		basis = st->last->basis; /* 增加38万人，增长2%: both against the same */
	if (basis == NULL)
		basis = basis_named(*carried != NULL ? *carried : st->basis, st->period);
	bool rate = f->kind != KIND_MONEY && f->kind != KIND_COUNT && f->kind != KIND_MEASURE;
	if (basis == NULL) /* a level of a period and its growth: against the period before */
		basis = is_span(st->period) && t->keep == SIZE_MAX && rate ? "yoy" : "prior";
	f->direction = direction > 0 ? "increase" : "decrease";
	f->basis = basis;
}
