/* link_dates - the period that a date, or a word for now, gives to the figures after it */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "date.h"
#include "link_int.h"

/* 比|上月, 比|上月|和|上年|同期: is token k among the dates after 比? */
static bool
follows_than(const struct linker *l, size_t k)
{
	size_t low = k > MAX_LIST ? k - MAX_LIST : 0;

	while (k > low && (l->token[k - 1].role == QUOTE || l->token[k - 1].role == SPACE ||
			      l->token[k - 1].role == AND || l->token[k - 1].role == LIST ||
			      l->token[k - 1].role == SAME || l->token[k - 1].role == DATE))
		k--;
	return k > 0 && l->token[k - 1].role == THAN && !link_word(&l->token[k - 1])->keep;
}

/* 较|第二季|的|3.2%|为低: what is compared with is of its own time, and no change. */
bool
is_base_value(const struct linker *l, size_t k)
{
	return k > 2 && l->token[k].role == FIGURE && l->token[k - 1].role == DE &&
	       l->token[k - 2].role == DATE && follows_than(l, k - 2);
}

/* The same span in another year: 2024-Q1, 2023 -> 2023-Q1. */
static struct str
same_span(const struct linker *l, struct str period, struct str year)
{
	char *p = arena_alloc(l->figures->arena, period.n);

	memcpy(p, period.p, period.n);
	memcpy(p, year.p, 4);
	if (period.n >= 9 && memchr(period.p, '/', period.n) == period.p + period.n / 2)
		memcpy(p + period.n / 2 + 1, year.p, 4);
	if (period.n >= 10 && memcmp(p + period.n - 5, "02-29", 5) == 0 &&
	    days_in_month((int)year_at(year.p), 2) < 29)
		p[period.n - 1] = '8'; /* that year has none */
	return (struct str){p, period.n};
}

/* 与2018年末相比，: what the changes of this sentence are against. */
static bool
set_base(const struct linker *l, struct state *st, size_t k)
{
	const struct token *t = &l->token[k] + 1, *end = l->token + l->n;
	bool with = k > 0 && (l->token[k - 1].role == AND || l->token[k - 1].role == PREP);

	/* 与2010年|第六次|全国|人口|普查|相比 */
	while (t < end && (t->role == SAME || t->role == LEAD ||
			      (with && t < l->token + k + 10 &&
				  (in_phrase(t) || t->role == VERB || t->role == FIGURE))))
		t++;
	if (t == end || t->role != THAN || !link_word(t)->keep)
		return false;
	if (t + 1 == end || !is_boundary(t + 1))
		return true;     /* 与去年同期相比下降: of that change only */
	if (link_word(t)->timed) /* 与上月|持平 */
		return true;
	struct str base = figure_of(l, k)->iso;
	if (t > l->token && t[-1].role == SAME && base.n == 4 && st->period.n > 4)
		base = same_span(l, st->period, base); /* 与2023年|同期|比较， */
	st->basis = st->basis_pp = basis_of_date(base, st->period);
	return true;
}

static bool
founds(const struct token *t)
{
	return (t->role == VERB || t->role == LIGHT) && link_word(t)->keep;
}

/* 成立于|2003年, 2019年|开工|建设，: the date of that alone. */
static bool
is_founding(const struct linker *l, size_t k)
{
	size_t i = k + 1;

	if (k > 0 && founds(&l->token[k - 1]))
		return true;
	while (i < l->n && i < k + 6 && l->token[i].role != VERB && l->token[i].role != LIGHT &&
	       !is_boundary(&l->token[i]) && l->token[i].role != FIGURE)
		i++;
	if (i >= l->n || !founds(&l->token[i]))
		return false;
	for (i++; i < l->n && (in_phrase(&l->token[i]) || is_verb(&l->token[i])); i++)
		;
	return i < l->n && is_boundary(&l->token[i]);
}

/* 是|2015年|的|2.6倍, 恢复到|2019年|同期|的|119%: what it is measured by. */
static bool
is_compared_with(const struct linker *l, size_t k)
{
	size_t i = k + 1;

	if (k == 0 || (l->token[k - 1].role != LEVEL && l->token[k - 1].role != TO))
		return false;
	while (i < l->n && (l->token[i].role == SAME || l->token[i].role == LEAD))
		i++;
	if (i + 1 >= l->n || l->token[i].role != DE || l->token[i + 1].role != FIGURE)
		return false;
	enum kind kind = figure_of(l, i + 1)->kind;
	return kind == KIND_MULTIPLE || kind == KIND_PERCENT;
}

/* Is there a figure between a date and the next full stop or semicolon? */
static bool
says_figure(const struct linker *l, size_t k)
{
	size_t far = k + MAX_CLAUSE;

	while (++k < l->n && k < far && l->token[k].role != STOP)
		if (l->token[k].role == FIGURE)
			return true;
	return false;
}

/* 打破|1961年|以来|的|纪录: is the date of a noun, that is of nothing else? */
static bool
is_of_noun(const struct linker *l, size_t k)
{
	size_t i = k + 1;

	while (i < l->n && l->token[i].role == LEAD)
		i++;
	return k > 0 && !is_boundary(&l->token[k - 1]) && i > k + 1 && i + 2 < l->n &&
	       l->token[i].role == DE && in_phrase(&l->token[i + 1]) &&
	       is_boundary(&l->token[i + 2]);
}

/* The period that a date gives to the figures after it. */
void
link_date(const struct linker *l, struct state *st, size_t k)
{
	struct str iso = figure_of(l, k)->iso;
	const struct token *after = k + 1 < l->n ? &l->token[k + 1] : NULL;
	size_t from = k; /* the token before, quotes looked through, is from - 1 */

	st->said = iso;
	while (from > 1 && (l->token[from - 1].role == QUOTE || l->token[from - 1].role == SPACE))
		from--;
	if (follows_than(l, k)) {
		if (k + 2 < l->n && is_base_value(l, k + 2))
			st->local = iso;
		return;
	}
	if (set_base(l, st, k))
		return;
	if ((after != NULL && after->role == DATELINE) || is_founding(l, k) ||
	    is_compared_with(l, k))
		return;
	if (from > 0 && l->token[from - 1].role == FROM) {
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
	if (is_of_noun(l, k))
		return;
	if (st->dated && after != NULL && link_char(l, after->start)->most)
		return; /* 7月26日，出现今年|最大洪峰: what that is among */
	if ((st->nrecent > 0 || st->dates > 0) && !says_figure(l, k))
		return; /* …亿元，主要是去年4月开始实施…政策； */
	if (st->dates++ == 0) {
		if (st->held) /* of the sentence before */
			forget_basis(st);
		st->paragraph = st->period;
		st->first = iso;
		st->part = st->within && st->nrecent > 0; /* 增加值…，其中9月份增长8.1% */
	}
	st->period = iso;
	st->dated = true;
}

/* 报告期末: the last month of the period that the report is of; of a day, that day. */
static struct str
last_month(const struct linker *l, struct str iso)
{
	const char *end = iso.n == 15 ? iso.p + 8 : iso.p; /* 2024-01/2024-06 */
	int month = 12;

	if (iso.n != 4 && iso.n != 7 && iso.n != 15)
		return iso;
	if (iso.n > 4 && end[5] == 'Q')
		month = 3 * (end[6] - '0');
	else if (iso.n > 4 && end[5] == 'H')
		month = 6 * (end[6] - '0');
	else if (iso.n > 4)
		return (struct str){end, 7};
	char *p = arena_alloc(l->figures->arena, 7);
	memcpy(p, end, 4);
	p[4] = '-';
	p[5] = (char)('0' + month / 10);
	p[6] = (char)('0' + month % 10);
	return (struct str){p, 7};
}

/* 截至目前, 报告期内, 目前: the period that a word gives. */
void
set_now(const struct linker *l, struct state *st, const struct block *b, size_t i)
{
	const char *gives = link_gives(&l->token[i]);

	if (gives != NULL && strcmp(gives, "then") == 0) {
		if (st->said.n > 0)
			st->period = st->said;
	} else if (gives != NULL)
		st->period =
		    strcmp(gives, "report-end") == 0 ? last_month(l, st->report) : st->report;
	else if (!link_word(&l->token[i])->keep)
		st->period = b->date;
	else if (i == 0 || l->token[i - 1].role != FROM) /* 由目前的2小时 */
		st->period.n = 0;
}
