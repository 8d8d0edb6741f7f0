/* link - what a figure is about: metric, scope, period, change */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "link_int.h"
#include "utf8.h"

/*
 * The block is cut into words (link_words.c), each of a role, and read once
 * from left to right. At a figure its clause is read backwards: first the
 * tail of verbs, adverbs and comparisons that join it to its metric, then the
 * noun phrase, then the scope before that (link_phrases.c). What is not
 * there is carried on from the figure before.
 */

static struct linker linker;
/* Stands where there is no token. */
static const struct token nothing = {.role = STOP};

/* What is carried from figure to figure. */
struct state {
	struct str named, deictic; /* scopes of the paragraph */
	bool above;                /* the named one stands in the heading only */
	struct str sentence;       /* a deictic scope of the sentence, before a named one */
	struct str subject;        /* of the clause, where it may be the scope */
	struct str body, full;     /* the body named last, wherever it stands, and its full name */
	const struct figure *last; /* the figure before */
	struct str headline;       /* the first metric of the block */
	struct str metric;         /* of the figure before, shares left out */
	struct str whole;          /* the last metric that is no grade of another: 省级 */
	struct str share;          /* of the figure before, where it was a share */
	struct str topic;          /* the subject of the clause before */
	struct range places; /* 北京、上海|…: the list that is the scope of the sentence */
	struct str among;    /* of 16个|州（市）|中: what there are 16 of */
	bool fresh;          /* the topic came after the last figure */
	struct str prefix;   /* 新增, for the rest of the list */
	struct str period, local;     /* local: of the next figure only */
	bool dated;                   /* the sentence has a period of its own */
	struct str report;            /* the period that the heading above names */
	struct str paragraph;         /* the period before this sentence */
	struct str first;             /* of the dates it names */
	unsigned dates;               /* that this sentence has named */
	const char *basis, *basis_pp; /* said in this paragraph: of amounts, of percentage points */
	struct {
		struct str metric, bare, scope; /* bare: 企业 of 新增企业 */
	} recent[MAX_LIST];                     /* of the figures of this sentence, the last ones */
	size_t nrecent;
	size_t dealt; /* the last so many of them were dealt out over a list */
};

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

/* Of 2024-Q3, 2024-03: how many quarters, months since the year 0. */
static long
count_spans(struct str iso)
{
	long year = strtol(iso.p, NULL, 10);

	return is_quarter(iso) ? 4 * year + iso.p[6] - '0'
			       : 12 * year + 10 * (iso.p[5] - '0') + iso.p[6] - '0';
}

/* A change against a date that is named: 比三季度, 比2020年. */
static const char *
basis_of_date(struct str base, struct str period)
{
	if (base.n >= 4 && base.n == period.n) {
		long a = strtol(period.p, NULL, 10), b = strtol(base.p, NULL, 10);
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

static void
set_change(struct linker *l, struct state *st, struct figure *f, const struct tail *t, bool bare)
{
	const char **carried = f->kind == KIND_PERCENTAGE_POINT ? &st->basis_pp : &st->basis;
	const char *basis = t->basis;
	bool carry = true;

	if (t->than != SIZE_MAX) {
		const char *said = basis_said(l, t->to, t->than);
		bool chain = basis != NULL && strcmp(basis, "chain") == 0;
		if (said != NULL || chain)
			basis = chain ? basis : said; /* 比上年四季度环比 */
		else if (date_compared(l, t->than) != SIZE_MAX) {
			basis =
			    basis_of_date(figure_of(l, date_compared(l, t->than))->iso, st->period);
			carry = *carried == NULL;
		} else if (basis == NULL) {
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
	if (basis == NULL && bare && st->nrecent > 0 &&
	    st->last != NULL) /* 增加38万人，增长2%: both against the same */
		basis = st->last->basis;
	if (basis == NULL)
		basis = basis_named(*carried != NULL ? *carried : st->basis, st->period);
	if (basis == NULL) /* a level of a period and its growth: against the period before */
		basis = is_span(st->period) && t->keep == SIZE_MAX ? "yoy" : "prior";
	f->direction = direction > 0 ? "increase" : "decrease";
	f->basis = basis;
}

/* --- scope --- */

static struct str
scope_of(const struct state *st)
{
	if (st->sentence.n > 0)
		return st->sentence;
	if (st->named.n > 0)
		return st->named;
	return st->deictic.n > 0 ? st->deictic : st->subject;
}

static void
set_scope(const struct linker *l, struct state *st, struct range scope)
{
	struct str s = phrase(l, scope);

	if (s.n == 0)
		return;
	const struct token *first = &l->token[scope.from];
	bool one = scope.to == scope.from + 1;
	if (one && ((first->role == HOLDER && ends_with(st->named, s)) ||
		       (first->role == DEICTIC && link_word(first)->keep && st->named.n > 0))) {
		st->sentence.n = 0; /* 公司 after 某某公司, 该企业 */
	} else if (one && first->role == HOLDER && st->full.n > 0 && ends_with(st->full, s)) {
		st->above = false;
		st->named = st->body; /* 委托江城建筑有限公司施工。公司…: that one */
		st->sentence.n = 0;
	} else if (one && (first->role == DEICTIC || first->role == HOLDER)) {
		if (st->above) /* only the heading names it */
			st->named.n = 0;
		st->deictic = st->sentence = s;
	} else {
		st->named = first->role == DEICTIC ? s : link_short_name(l, s);
		st->above = false;
		st->sentence.n = 0;
	}
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
lists_places(const struct linker *l, struct range np)
{
	const struct token *t = &l->token[np.from];
	size_t i = np.from + 1;

	if (np.from + 1 >= np.to)
		return false;
	if (t->role == PLACE || t->role == DEICTIC)
		return t[1].role == LIST || t[1].role == AND;
	while (i + 1 < np.to && l->token[i].role == NOUN)
		i++;
	return i + 1 < np.to && l->token[i].role == HOLDER && /* 石门|县、清溪|县 */
	       (l->token[i + 1].role == LIST || l->token[i + 1].role == AND);
}

static bool
same_unit(const struct figure *a, const struct figure *b)
{
	return a != NULL && a->kind == b->kind && a->unit.n == b->unit.n &&
	       (a->unit.n == 0 || memcmp(a->unit.p, b->unit.p, a->unit.n) == 0);
}

/* 龙头企业286家，其中国家级|11家: a phrase that ends in 级 needs the noun before. */
static bool
is_grade(struct linker *l, struct range np)
{
	size_t end;
	uint32_t number;

	if (np.from == np.to || l->token[np.to - 1].end - l->token[np.from].start < 6)
		return false;
	number = link_word_from(l, l->token[np.to - 1].end - 3, GRADE, &end);
	if (number != 0)
		l->token[np.to - 1].word = number; /* the rule was of use */
	return number != 0;
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

/* 十大科技进展中，2/3…: the whole that shares in this clause are of. */
static struct str
whole_of(const struct linker *l, size_t low, bool share)
{
	if (low < 2 || l->token[low - 1].role != COMMA || l->token[low - 2].role != AMONG)
		return (struct str){NULL, 0};
	size_t to = low - 2, from = to;
	while (from > 0 && !is_boundary(&l->token[from - 1]))
		if (l->token[--from].role == PREP) /* 在…工作中: when, not of what */
			return (struct str){NULL, 0};
	while (from < to && l->token[from].role == LEAD)
		from++;
	if (l->token[from].role == DATE && from + 1 < to && l->token[from + 1].role != FIGURE)
		from++;
	if (from < to && !share && (l->token[from].role == DEICTIC || l->token[from].role == PLACE))
		to = from + 1; /* 全省|常住人口|中，男性…人 */
	return phrase(l, (struct range){from, to});
}

/* 16个州中，人口超过500万人的有|3个: what is counted is of the whole. */
static struct str
counted_of(const struct linker *l, const struct state *st, size_t k, const struct tail *t)
{
	if (figure_of(l, k)->kind != KIND_COUNT || !t->light || t->to == 0 ||
	    l->token[t->to - 1].role != DE || k + 1 >= l->n || !is_boundary(&l->token[k + 1]))
		return (struct str){NULL, 0};
	return st->among;
}

/* --- metric --- */

/* 63岁的|王桂芳: the name of who is so old. */
static struct range
person_after(const struct linker *l, size_t k)
{
	struct range who = {k + 2, k + 2};

	if (k + 2 >= l->n || l->token[k + 1].role != DE || link_age(l, k) == 0)
		return who;
	while (who.from < k + 4 && who.from < l->n && l->token[who.from].role == NOUN)
		who.from++;
	who.to = who.from;
	if (who.from < l->n && l->token[who.from].role == PLACE)
		who.to++;
	return who;
}

/* What lasts: what is done in that time, or the noun that it is the length of. */
static struct str
duration_metric(const struct linker *l, const struct tail *t, struct range np, size_t k)
{
	struct range rest = rest_of_clause(l, k + 1), right = right_phrase(l, k, false);
	bool moved = t->direction != 0 || t->reached;

	size_t verb = k; /* 建成|20年|的小区, 攒|了|十几年|的|积蓄 */
	if (verb > 1 && l->token[verb - 1].end - l->token[verb - 1].start == 3 &&
	    l->token[verb - 1].role == LIGHT)
		verb--;
	if (verb > 0 && (is_verb(&l->token[verb - 1]) || verb < k) && k + 1 < l->n &&
	    l->token[k + 1].role == DE)
		return word_at(l, verb - 1);

	if (rest.from < rest.to && l->token[rest.from].role == FIGURE && rest.from > k + 1 &&
	    k > 0 && l->token[k - 1].role == ADVERB)
		return phrase(l, (struct range){k + 1, rest.to}); /* 连续|9年|超过|2000万吨 */
	if (rest.from < rest.to && l->token[rest.from].role == FIGURE && np.from == np.to)
		return (struct str){NULL, 0}; /* 是五年前的|3倍 */
	if (rest.from < rest.to && !(moved && np.from < np.to) &&
	    l->token[rest.from].role != FALL && l->token[rest.from].role != RISE &&
	    l->token[rest.from].role != TO) {
		if (k + 1 < l->n && l->token[k + 1].role == DE && right.from < right.to)
			rest = right; /* 两个多月的|努力 */
		if (right.from < right.to && link_age(l, k) != 0)
			rest = right; /* 65岁以上|人口|占16% */
		if (rest.to - rest.from > 10)
			rest.to = right.to > rest.from ? right.to : rest.from + 3;
		return phrase(l, rest);
	}
	if (np.from < np.to && t->to == k && !moved && !ends_metric(&l->token[np.to - 1]))
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
	const struct token *left = t->to > low ? &l->token[t->to - 1] : &nothing;
	bool verb = t->light || ((left->role == TAKE || left->role == VERB));
	bool listing = k > 0 && (l->token[k - 1].role == LIST || l->token[k - 1].role == QUOTE);
	struct range after = right_phrase(l, k, verb || listing);
	const struct token *next = k + 1 < l->n ? &l->token[k + 1] : &nothing;
	struct str metric = phrase(l, np), whole;

	if (next->role == CLOSE && low > 0 && t->to == low && l->token[low - 1].role == OPEN) {
		struct str before =
		    bracketed_metric(l, low - 1); /* 因病（36.2%）, 衣履（跌1.7%） */
		if (before.n > 0 || low == k)
			return before;
	}
	if (f->kind == KIND_DURATION && !listed) {
		struct str noun = metric;
		metric = duration_metric(l, t, np, k);
		*right = noun.n == 0 || metric.p < noun.p || metric.p >= noun.p + noun.n;
		return metric;
	}
	whole = whole_of(l, low, f->kind == KIND_PERCENT || f->kind == KIND_RATIO);
	if (whole.n > 0)
		*who = whole;
	bool does = (next->role == VERB || next->role == ADVERB);
	if (metric.n > 0 && does && ((f->kind == KIND_RATIO && t->to == k) || t->prep) &&
	    after.from >= after.to) { /* 参展企业|过半|来自县域, 机器人已在|17国|落地 */
		*who = metric;
		*right = true;
		return phrase(l, rest_of_clause(l, k + 1));
	}
	bool of = f->kind == KIND_PERCENT && next->role == DE && after.from < after.to &&
		  after.to < l->n &&
		  (l->token[after.to].role == VERB || l->token[after.to].role == ADVERB) &&
		  !is_verb(left) && !t->light;
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
	if (np.from < np.to && l->token[np.to - 1].role == ATTRIBUTE && t->to == k &&
	    next->role == DE && after.from < after.to) { /* 库容|5000立方米|的|冷库 */
		*who = phrase(l, after);
		return metric;
	}
	if (metric.n > 0 && next->role == AFTER && k + 2 < l->n && next[1].role == DE &&
	    after.from < after.to) { /* 贫困人口5000人以上的乡镇 */
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
	struct str counted = f->kind == KIND_COUNT ? link_counted(f) : (struct str){NULL, 0};
	bool adjacent = k > 0 && (is_verb(&l->token[k - 1]) || l->token[k - 1].role == FIGURE);
	if (np.from == np.to && (left->role == LIST || left->role == AND))
		adjacent = true;                                   /* 200个村、近|40万群众 */
	if (counted.n > 0 && adjacent && after.from >= after.to) { /* 辖|6区|3县 */
		if (np.from < np.to)
			*who = metric;
		return counted;
	}
	/* 9家|净利润增长超过50%: the noun is the next figure's */
	if (after.from < after.to && after.to < l->n && ends_metric(&l->token[after.to - 1]) &&
	    (l->token[after.to].role == BASIS || l->token[after.to].role == RISE ||
		l->token[after.to].role == FALL))
		after.to = after.from;
	bool part = np.from + 1 == np.to && l->token[np.from].role == PART;
	bool does_of = left->role == VERB && next->role == DE; /* 业委会|拿出|70%|的|收益 */
	bool doer = (t->light || does_of) && np.from < np.to && !ends_metric(&l->token[np.to - 1]);
	if (does_of && doer && after.from < after.to)
		*who = metric;
	if (after.from < after.to &&
	    (f->kind == KIND_COUNT || metric.n == 0 || doer || (part && next->role == DE) ||
		(f->kind == KIND_MEASURE &&
		    (verb || t->to == k || (t->prep && next->role == DE))))) {
		if (f->kind == KIND_PERCENT && after.to < l->n && l->token[after.to].role == VERB &&
		    next->role != DE)
			after.to = rest_of_clause(l, after.to).to; /* 88.8%贫困人口因…致贫 */
		metric = phrase(l, after);
		*right = true;
		if (np.from < np.to && l->token[np.from].role == TAKE)
			left = &l->token[np.from];
		if (left->role == TAKE)
			metric = join(l, word_at(l, (size_t)(left - l->token)), metric);
		return metric;
	}
	if (doer && f->kind == KIND_COUNT && !listed &&
	    (looks_like_name(l, np) ||
		(np.to - np.from > 1 && l->token[np.to - 1].role == HOLDER))) {
		*who = metric; /* 某某车型|累计|交付|10万辆 */
		for (size_t i = t->to; i < k; i++)
			if (l->token[i].role == LIGHT)
				return word_at(l, i);
	}
	if (metric.n == 0 && (left->role == VERB || left->role == TAKE))
		return word_at(l, t->to - 1);
	if (metric.n == 0 && f->kind == KIND_COUNT && !listed &&
	    (next->role == VERB || next->role == PREP)) { /* 五次|被评为… */
		*right = true;
		return phrase(l, rest_of_clause(l, k + 1));
	}
	return metric;
}

/* What stands before a part of a metric is what it is a part of: 利润总额…，降幅…; …，占… */
static struct str
complete(struct linker *l, const struct state *st, const struct tail *t, struct range np,
    struct str metric, bool whole, bool same)
{
	if (np.from == np.to)
		return metric;
	const struct token *first = &l->token[np.from], *last = &l->token[np.to - 1];
	if (first->role == SHARE)
		return join(l, st->fresh ? st->topic : st->metric, metric);
	if (np.from + 1 == np.to && first->role == PART && whole)
		return ends_with(st->metric, metric) ? st->metric : join(l, st->metric, metric);
	/* 高技术制造业增加值…，其中，医药制造业增长; 第一产业占比为6%，第二产业为38% */
	if ((t->direction != 0 && last->role != HEAD) || (same && !ends_metric(last)))
		return join(l, metric, common_rest(metric, st->metric));
	return metric;
}

/* Where a noun phrase begins with the age before it: 65岁|及|以上|人口. */
static size_t
with_age(struct linker *l, struct range np)
{
	size_t i = np.from;

	while (i > 0 && (l->token[i - 1].role == AFTER || l->token[i - 1].role == AND))
		i--;
	if (np.from == np.to || i == 0 || link_age(l, i - 1) == 0)
		return np.from;
	l->token[i - 1].word = link_age(l, i - 1); /* the rule was of use */
	return i - 1;
}

/* The i-th of n years of 2021/2023, or the period itself. */
static struct str
year_of(const struct linker *l, struct str period, size_t i, size_t n)
{
	if (period.n != 9 || period.p[4] != '/')
		return period;
	long first = strtol(period.p, NULL, 10), last = strtol(period.p + 5, NULL, 10);
	if (last - first + 1 != (long)n)
		return period;
	char *p = arena_alloc(l->figures->arena, 4);
	long year = first + (long)i;
	for (size_t at = 4; at-- > 0; year /= 10)
		p[at] = (char)('0' + year % 10);
	return (struct str){p, 4};
}

/* 2012—2021年，由A|增加到|B: the period of an end. */
static struct str
end_of(const struct linker *l, struct str period, const struct tail *t, size_t k)
{
	if (period.n != 9 || period.p[4] != '/' || t->direction != 0 || k == 0)
		return period;
	if (l->token[k - 1].role == FROM)
		return (struct str){period.p, 4};
	return l->token[k - 1].role == TO ? (struct str){period.p + 5, 4} : period;
}

/* Where in a phrase the noun begins that the rest of it describes: after its last 的. */
static size_t
after_de(const struct linker *l, struct range np)
{
	size_t i = np.to;

	while (i > np.from && l->token[i - 1].role != DE)
		i--;
	return i < np.to ? i : np.from;
}

/* 拉动|规上工业|增长3个百分点: the verb that says what a part does to the whole, or SIZE_MAX. */
static size_t
pulls(const struct linker *l, size_t low, struct range np)
{
	for (size_t i = np.to; i > low && i + 4 > np.from; i--)
		if (l->token[i - 1].role == TAKE && link_word(&l->token[i - 1])->keep)
			return i - 1;
	return SIZE_MAX;
}

/* Behind the first change verb from token i on. */
static size_t
change_end(const struct linker *l, size_t i, size_t k)
{
	size_t to = i;

	while (to < k && l->token[to].role != RISE && l->token[to].role != FALL)
		to++;
	return to < k ? to + 1 : i;
}

/* --- a figure --- */

/* 分别上升4%和0.8个百分点: both are changes. */
static bool
may_follow(const struct figure *a, const struct figure *b, bool deal)
{
	return a->kind == b->kind ||
	       (deal && a->kind == KIND_PERCENT && b->kind == KIND_PERCENTAGE_POINT);
}

/* How many figures of one kind follow each other with nothing but list marks and verbs between. */
static size_t
list_run(const struct linker *l, size_t k, bool deal, size_t *member)
{
	size_t n = 0, last = k;

	member[n++] = k;
	for (size_t i = k + 1; i < l->n && n < MAX_LIST; i++) {
		const struct token *t = &l->token[i];

		if (t->role == FIGURE && last < i - 1 &&
		    may_follow(figure_of(l, k), figure_of(l, i), deal)) {
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

/* The direction of a figure of a list: its own verb, or that of the first. */
static const char *
member_direction(const struct linker *l, size_t from, size_t to, const char *first)
{
	for (size_t i = from; i < to && first != NULL; i++)
		if (l->token[i].role == RISE || l->token[i].role == FALL)
			return l->token[i].role == RISE ? "increase" : "decrease";
	return first;
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

static void
link_figure(struct linker *l, struct state *st, size_t k)
{
	struct figure *f = figure_of(l, k);
	size_t low = clause_start(l, k), member[MAX_LIST];
	struct tail t = tail_of(l, low, k);
	size_t n = list_run(l, k, t.deal, member);
	struct range np, scope;
	struct list list = {.n = 0};
	struct str metric, who, given = {NULL, 0};
	bool right = false, places = false;

	if (f->kind == KIND_ORDINAL && t.to > low && l->token[t.to - 1].role == VERB &&
	    t.field == SIZE_MAX)
		t.to--; /* 活动|进入|第八天 */
	np = noun_phrase(l, low, t.to, f->kind == KIND_COUNT);
	if (np.from > low + 1 && np.from < np.to && l->token[np.to].role == DE &&
	    (l->token[np.from - 1].role == FROM ||
		(l->token[np.from - 1].role == LEVEL &&
		    (f->kind == KIND_PERCENT || f->kind == KIND_MULTIPLE ||
			f->kind == KIND_RATIO)))) { /* 由平日的, 是全国平均的69%: no metric */
		t = tail_of(l, low, np.from);
		np = noun_phrase(l, low, t.to, f->kind == KIND_COUNT);
	}
	if (np.from > low && l->token[np.from - 1].role == ADVERB &&
	    link_word(&l->token[np.from - 1])->keep)
		np.from = after_de(l, np); /* 扣除|食品价格|的|核心CPI */
	/* 14个|乡镇|1.2万人|受灾: the noun is of the figure before */
	if (f->kind == KIND_COUNT && t.to == k && np.from == low && low > 0 && np.from < np.to &&
	    l->token[low - 1].role == FIGURE && figure_of(l, low - 1)->kind == KIND_COUNT &&
	    k + 1 < l->n && l->token[k + 1].role == VERB)
		np.from = np.to;
	np.from = with_age(l, np);
	scope = (struct range){np.from, np.from};
	bool toward = np.from > low && np.from + 1 < np.to && l->token[np.from - 1].role == PREP &&
		      link_word(&l->token[np.from - 1])->keep; /* 对美国出口 */
	if (toward) {
		if (n > 1)
			list = list_of(l, np);
	} else if (n > 1 && lists_places(l, np)) {
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
	if (list.n != n && n > 1 && t.deal && st->places.from < st->places.to &&
	    st->sentence.p == l->text.p + l->token[st->places.from].start) {
		list = list_of(l, st->places); /* 北京、上海|新建住宅价格|分别上涨 */
		list.shared.n = 0;
		places = list.n == n;
		if (places)
			st->metric = metric_of(l, k, low, &t, np, true, &given, &right);
	}
	if (list.n != n)
		list.n = 0;
	if (n == 1 && names_holder(l, st, np) && same_unit(st->last, f) && k + 1 < l->n &&
	    (is_boundary(&l->token[k + 1]) || l->token[k + 1].role == AFTER)) {
		scope.to = np.to; /* 双流机场旅客吞吐量…，天府机场1327万人次 */
		np.from = np.to;
	}
	metric = metric_of(l, k, low, &t, np, n > 1 && (list.n > 0 || t.deal), &given, &right);
	struct range person = person_after(l, k);
	if (person.from < person.to) {
		scope = person;
		metric.n = 0;
	}
	size_t pull = pulls(l, low, np);
	if (pull < k && t.direction != 0 && f->kind == KIND_PERCENTAGE_POINT) {
		metric = phrase(l, (struct range){pull, change_end(l, np.to, k)});
		right = true; /* said whole: nothing is to be completed */
	}
	struct str counted = counted_of(l, st, k, &t);
	if (counted.n > 0) {
		metric = counted;
		right = true;
	}
	who = phrase(l, scope);
	set_scope(l, st, scope);
	if (scope.to == scope.from + 1 &&
	    (l->token[scope.from].role == HOLDER || link_word(&l->token[scope.from])->keep))
		who.n = 0; /* as set_scope() took it */
	if (given.n > 0) {
		who = given;
		if (st->subject.n == 0)
			st->subject = given;
	} else if (!right || l->token[np.from].role == SHARE)
		metric = complete(l, st, &t, np, metric,
		    who.n == 0 || l->token[scope.from].role == PLACE,
		    f->kind == KIND_PERCENT && st->nrecent > 0 && same_unit(st->last, f) &&
			st->last->direction == NULL && n == 1);

	if (np.from < np.to && l->token[np.from].role == TAKE)
		st->prefix = word_at(l, np.from); /* 新增|企业15家、|园区3个 */
	else if (!right && low > 0 && l->token[low - 1].role == FIGURE &&
		 l->token[low].role == LIST && metric.n > 0)
		metric = join(l, st->prefix, metric);
	else
		st->prefix.n = 0;
	bool grade =
	    !right && list.n == 0 && who.n == 0 && same_unit(st->last, f) && is_grade(l, np);
	if (grade)
		metric = join(l, metric, st->whole);
	if (metric.n == 0 && f->kind == KIND_PERCENTAGE_POINT)
		metric = st->share;
	if (metric.n == 0 && st->fresh && low > 0 && l->token[low - 1].role == FIGURE &&
	    figure_of(l, low - 1)->kind == KIND_DURATION)
		metric = st->topic; /* 指数连续8个月|低于50% */
	/* 全县|2334平方公里, 流转来的|150亩 */
	bool other = (who.n > 0 || (k > 0 && l->token[k - 1].role == DE)) && np.from == np.to &&
		     f->kind == KIND_MEASURE && !same_unit(st->last, f) && t.to == k;
	if (metric.n == 0 && !other && person.from == person.to)
		metric = st->metric.n > 0 || who.n > 0 ? st->metric : st->topic;
	if (t.keep != SIZE_MAX && np.from < np.to)
		metric = join(l, metric, word_at(l, t.keep));

	if (pull > k && (!right || f->kind != KIND_COUNT))
		set_change(l, st, f, &t, np.from == np.to && !right);
	if (t.field != SIZE_MAX)
		who = word_at(l, t.field);
	if (!right && f->kind != KIND_DURATION && np.from < np.to && st->subject.n > 0 &&
	    st->subject.p >= l->text.p + l->token[np.from].start)
		st->subject.n = 0; /* a part of the metric is no scope */
	if (!right && list.n == 0 && np.from + 1 < np.to && who.n + scope_of(st).n == 0) {
		size_t at = l->token[np.to - 1].role == ATTRIBUTE ? np.to - 1 : /* 冷库|容量 */
				l->token[np.from].role == HOLDER ? np.from + 1
								 : np.from; /* 水电站|发电量 */
		if (at > np.from) {
			who = st->subject = phrase(l, (struct range){np.from, at});
			metric = phrase(l, (struct range){at, np.to});
		}
	}
	/* 累计分别达, 占比重为35%、16%: the last n metrics */
	bool years = n > 1 && t.deal && list.n == 0; /* 2021—2023年分别为 */
	bool shares = np.from < np.to && l->token[np.from].role == SHARE;
	bool parts = np.from + 1 == np.to && l->token[np.from].role == PART;
	bool again = n > 1 && n == st->dealt && (np.from == np.to || shares || parts);
	size_t recent = list.n == 0 && ((t.deal && np.from == np.to) || again) && st->nrecent >= n
			    ? st->nrecent - n
			    : SIZE_MAX;
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
			m->metric = t.direction != 0 || again
					? st->recent[recent + i].metric
					: st->recent[recent + i].bare; /* 累计分别达 */
			if (shares || parts)
				m->metric = join(l, m->metric, phrase(l, np));
			if (t.field == SIZE_MAX)
				m->scope = st->recent[recent + i].scope;
		}
		m->period = st->local.n > 0 ? st->local
			    : years         ? year_of(l, st->period, i, n)
					    : end_of(l, st->period, &t, k);
		m->basis = f->basis;
		m->direction =
		    i == 0 ? f->direction
			   : member_direction(l, member[i - 1] + 1, member[i], f->direction);
	}
	for (size_t i = 0; i < n && (n > 1 || f->kind != KIND_DURATION); i++)
		remember(st, figure_of(l, member[i])->metric, figure_of(l, member[i])->scope);
	st->dealt = list.n > 0 || years || recent != SIZE_MAX ? n : 0;
	st->local.n = 0;
	st->last = f;
	if (f->kind != KIND_ORDINAL && f->kind != KIND_DURATION)
		st->fresh = false;
	if (right)
		widen_scope(l, st, k);
	bool aside = low > 0 && l->token[low - 1].role == OPEN && st->metric.n > 0;
	bool share = shares;
	if ((f->kind == KIND_DURATION && (right || t.to == k || np.from == np.to)) ||
	    f->kind == KIND_ORDINAL || aside || (right && st->metric.n > 0))
		return;
	metric = figure_of(l, member[n - 1])->metric;
	if (!grade)
		st->whole = metric;
	st->share = share || f->kind == KIND_PERCENTAGE_POINT ? metric : (struct str){NULL, 0};
	if (!share && (f->kind != KIND_PERCENTAGE_POINT || st->metric.n == 0))
		st->metric = metric;
	if (st->headline.n == 0)
		st->headline = metric;
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
		return true; /* 与去年同期相比下降: of that change only */
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

/* 是|2015年|的|2.6倍: what it is measured by. */
static bool
is_compared_with(const struct linker *l, size_t k)
{
	size_t i = k + 1;

	if (k == 0 || l->token[k - 1].role != LEVEL)
		return false;
	while (i < l->n && (l->token[i].role == SAME || l->token[i].role == LEAD))
		i++;
	return i + 1 < l->n && l->token[i].role == DE && l->token[i + 1].role == FIGURE &&
	       figure_of(l, i + 1)->kind == KIND_MULTIPLE;
}

/* The period that a date gives to the figures after it. */
static void
link_date(const struct linker *l, struct state *st, size_t k)
{
	struct str iso = figure_of(l, k)->iso;
	const struct token *before = k > 0 ? &l->token[k - 1] : NULL;
	const struct token *after = k + 1 < l->n ? &l->token[k + 1] : NULL;

	while (
	    before != NULL && before > l->token && (before->role == QUOTE || before->role == SPACE))
		before--;
	if (before != NULL && before->role == THAN)
		return;
	if (set_base(l, st, k))
		return;
	if ((after != NULL && after->role == DATELINE) || is_founding(l, k) ||
	    is_compared_with(l, k))
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
	if (st->dates++ == 0) {
		st->paragraph = st->period;
		st->first = iso;
	}
	st->period = iso;
	st->dated = true;
}

/* 广东、江苏、浙江等7个外贸大省: together they are the scope of this sentence. */
static void
set_places(const struct linker *l, struct state *st, size_t from)
{
	size_t to = from;

	st->places.from = from;

	while (to < l->n && (l->token[to].role == PLACE || l->token[to].role == LIST ||
				l->token[to].role == AND))
		to++;
	st->places.to = to;
	if (to < l->n && l->token[to].role == ETC)
		to++;
	st->sentence = phrase(l, (struct range){from, to});
}

/* 企业|实现|利润总额|由负转正，: the object is what the next figures are of. */
static void
set_object(const struct linker *l, struct state *st, size_t from)
{
	size_t to = from, end;

	while (to < l->n && to < from + MAX_PHRASE && in_phrase(&l->token[to]))
		to++;
	for (end = to; end < l->n && (l->token[end].role == LEVEL || l->token[end].role == BASIS ||
					 l->token[end].role == ADVERB);
	     end++)
		;
	if (to > from && ends_metric(&l->token[to - 1]) && end < l->n &&
	    l->token[end].role == COMMA)
		st->metric = phrase(l, (struct range){from, to});
}

/* 三河村党支部书记李刚说: the figures that follow are of the village. */
static void
set_speaker(const struct linker *l, struct state *st, struct range np)
{
	struct range scope = cut_scope(l, &np);
	struct str name, full;

	if (scope.from == scope.to)
		return;
	const struct token *last = &l->token[scope.to - 1];
	if (last->role == HOLDER ? link_word(last)->speaks
				 : link_body_at(l, scope.to - 1, &name, &full))
		set_scope(l, st, scope);
}

/* 记者来到|三河村，; 改造成|二手车交易中心，: what the clause before a comma has led to. */
static void
set_brought(const struct linker *l, struct state *st, size_t comma)
{
	struct range r = {comma, comma};

	while (r.from > 0 && r.to - r.from < MAX_PHRASE &&
	       !link_word(&l->token[r.from - 1])->brings &&
	       (in_phrase(&l->token[r.from - 1]) || is_verb(&l->token[r.from - 1])))
		r.from--;
	if (r.to - r.from < 2 || r.from == 0 || l->token[r.to - 1].role != HOLDER ||
	    !link_word(&l->token[r.from - 1])->brings)
		return;
	set_scope(l, st, r);
}

static void
set_among(const struct linker *l, struct state *st, size_t end)
{
	struct range r = noun_phrase(l, clause_start(l, end), end, false);

	if (r.from < r.to && l->token[r.from].role == DEICTIC)
		r.from++;
	st->among = phrase(l, r);
}

/* What the beginning of a clause says about scope and topic. */
static void
open_clause(const struct linker *l, struct state *st, size_t i)
{
	size_t to, verb;
	bool adverbial = false; /* 按可比价格计算，: no topic */

	for (size_t end = i + MAX_PHRASE; i < l->n && i < end; i++) {
		const struct token *t = &l->token[i];
		if (t->role == PREP && link_word(t)->keep)
			return; /* 对美国出口 */
		if (t->role == PREP)
			adverbial = true;
		else if (t->role != LEAD && t->role != DATE && t->role != SPACE &&
			 t->role != QUOTE && t->role != COMMA && t->role != TO)
			break;
	}
	to = i < l->n && l->token[i].role == AND ? i + 1 : i; /* 和友光能有限公司 */
	for (; to < l->n && to < i + MAX_PHRASE && in_phrase(&l->token[to]); to++)
		;
	if (i == to)
		return;
	for (verb = to; verb < l->n && verb < to + MAX_PHRASE; verb++)
		if (l->token[verb].role != LEVEL && l->token[verb].role != ADVERB &&
		    l->token[verb].role != DATE)
			break;
	if (verb < l->n && l->token[verb].role == DATELINE)
		return;
	/* 海关总署公布: who says it is not whose it is, but for a company, a village */
	if (verb < l->n && l->token[verb].role == SAY &&
	    (l->token[to - 1].role != HOLDER || to - i < 2)) {
		set_speaker(l, st, (struct range){i, to});
		return;
	}
	bool acts =
	    verb < l->n && (verb > to || is_verb(&l->token[verb]) || l->token[verb].role == SAY);
	struct range np = {i, to}, all = np;
	struct range scope = cut_scope(l, &np);

	bool name = l->token[i].role == PLACE || looks_like_name(l, all);

	if (i + 1 == to && acts && l->token[i].role == HOLDER && link_word(&l->token[i])->keep)
		scope.to = np.from = to; /* 公司|实现 */
	if (!adverbial && i + 1 == to && l->token[i].role == PLACE && to < l->n &&
	    (l->token[to].role == LIST || l->token[to].role == AND)) {
		set_places(l, st, i);
		return;
	}
	if (l->token[to - 1].role == HOLDER && to - i > 1 &&
	    to - i < (l->token[i].role == PLACE ? 14 : 8) &&
	    (name ? acts || scope.from < scope.to || adverbial
		  : acts && to - i < 6 && (st->above || st->named.n == 0)))
		scope.to = np.from = to;
	else if (scope.from == scope.to && acts && to - i < 7 && looks_like_name(l, all) &&
		 !ends_metric(&l->token[to - 1]) &&
		 (verb == l->n || (l->token[verb].role != RISE && l->token[verb].role != FALL)))
		scope.to = np.from = to;
	set_scope(l, st, scope);
	struct str rest = phrase(l, np);
	if (rest.n == 0 || adverbial)
		return;
	if (scope.from < scope.to && verb < l->n && l->token[verb].role == LIGHT &&
	    !ends_metric(&l->token[to - 1])) /* 全市规上工业|实现|营业收入 */
		st->sentence = phrase(l, all);
	size_t items = to; /* 服务业中信息传输、软件和信息技术服务业|两年平均增长 */
	while (items + 1 < l->n && items < to + MAX_PHRASE &&
	       (in_phrase(&l->token[items]) ||
		   ((l->token[items].role == LIST || l->token[items].role == AND) &&
		       in_phrase(&l->token[items + 1]))))
		items++;
	st->topic = phrase(l, (struct range){np.from, items});
	st->fresh = true;
	if (rest.n <= 4) /* 古|有… */
		return;
	if (l->token[to - 1].role == HOLDER)
		st->subject = rest;
	if (verb == l->n)
		return;
	if (l->token[verb].role == COMMA && ends_metric(&l->token[to - 1]) && verb > to)
		st->metric = rest; /* 收入扣除价格因素，实际增长5% */
	if (l->token[verb].role == LIGHT && !ends_metric(&l->token[to - 1]))
		set_object(l, st, verb + 1);
	if (l->token[verb].role == RISE || l->token[verb].role == FALL) {
		if (ends_metric(&l->token[to - 1]) && np.to - np.from > 1)
			st->metric = rest;
	} else if ((is_verb(&l->token[verb]) || l->token[verb].role == PREP) &&
		   !ends_metric(&l->token[to - 1]) &&
		   !(to == i + 1 && l->token[i].role == NOUN && link_word(&l->token[i])->keep) &&
		   !(l->token[verb].role == VERB && verb + 1 < l->n &&
		       ends_metric(&l->token[verb + 1]))) { /* 回访|满意|率 */
		st->subject = rest;
	}
}

/* 报告期末: the last month of the period that the report is of. */
static struct str
last_month(const struct linker *l, struct str iso)
{
	const char *end = iso.n > 7 ? iso.p + iso.n / 2 + 1 : iso.p;
	int month = 12;

	if (iso.n >= 7 && end[5] == 'Q')
		month = 3 * (end[6] - '0');
	else if (iso.n >= 7 && end[5] == 'H')
		month = 6 * (end[6] - '0');
	else if (iso.n >= 7)
		return (struct str){end, 7};
	else if (iso.n != 4)
		return iso;
	char *p = arena_alloc(l->figures->arena, 7);
	memcpy(p, end, 4);
	p[4] = '-';
	p[5] = (char)('0' + month / 10);
	p[6] = (char)('0' + month % 10);
	return (struct str){p, 7};
}

/* 截至目前, 报告期内, 目前: the period that a word gives. */
static void
set_now(const struct linker *l, struct state *st, const struct block *b, size_t i)
{
	const char *gives = link_gives(&l->token[i]);

	if (gives != NULL)
		st->period =
		    strcmp(gives, "report-end") == 0 ? last_month(l, st->report) : st->report;
	else if (!link_word(&l->token[i])->keep)
		st->period = b->date;
	else if (i == 0 || l->token[i - 1].role != FROM) /* 由目前的2小时 */
		st->period.n = 0;
}

void
figures_link(struct rules *rules, const struct block *b, struct figures *figures)
{
	struct linker *l = &linker;
	struct state st = {.period = {NULL, 0}};
	struct str name, full;
	bool open = true;

	for (size_t i = 0;; i++) {
		if (i == figures->n)
			return;
		if (figures->at[i].kind != KIND_DATE)
			break;
	}
	l->text = b->text;
	l->figures = figures;
	st.named = link_place_above(l, b);
	st.above = true;
	st.period = st.report = link_period_above(rules, b);
	link_cut(l);
	link_aliases(l, b->aliases);
	link_persons(l);
	for (size_t i = 0; i < l->n; i++) {
		const struct token *t = &l->token[i];

		if (open)
			open_clause(l, &st, i);
		if ((t->role == HOLDER || t->role == PLACE) && link_body_at(l, i, &name, &full)) {
			st.body = name;
			st.full = full;
		}
		open = t->role == STOP || t->role == COMMA || t->role == CLOSE;
		if (t->role == BASIS && i + 1 < l->n && t[1].role == COMMA) /* 从环比看， */
			st.basis = link_gives(t);
		if (open && i > 0 && l->token[i - 1].role == HOLDER)
			set_brought(l, &st, i);
		if (open && i > 1 && l->token[i - 1].role == VIEW && st.headline.n > 0)
			st.metric = st.headline;
		if (open && i > 1 && l->token[i - 1].role == AMONG)
			set_among(l, &st, i - 1);
		if (t->role == STOP) /* 食用油实现产量3万吨；塑料制品4万吨 */
			st.subject.n = 0;
		if (ends_sentence(l, t)) {
			st.sentence.n = st.local.n = 0;
			st.dated = false;
			/* 一季度…，二季度…。 was a list of its own */
			if (st.dates > 1 && (st.paragraph.n > 0 || st.first.n == 4))
				st.period = st.paragraph.n > 0 ? st.paragraph : st.first;
			st.dates = 0;
			if (st.basis != NULL && strcmp(st.basis, "yoy") != 0)
				st.basis = NULL;
			if (st.basis_pp != NULL && strcmp(st.basis_pp, "yoy") != 0)
				st.basis_pp = NULL;
			st.nrecent = st.dealt = 0;
			st.among.n = 0;
		} else if (t->role == NOW) {
			set_now(l, &st, b, i);
		} else if (t->role == DATE) {
			link_date(l, &st, i);
		} else if (t->role == FIGURE && figures->at[t->figure].metric.n == 0) {
			link_figure(l, &st, i);
		}
	}
}

size_t
link_rules(const struct rule **rule, size_t max)
{
	return link_rules_of(&linker, rule, max);
}
