/* link - what a figure is about: metric and scope, carried and dealt out; the rest is called from
 * here */
/* SPDX-License-Identifier: MIT */
#include "date.h"
#include "link_int.h"
#include "utf8.h"

/*
 * The block is cut into words (link_words.c), each of a role, and read once
 * from left to right. At a figure its clause is read backwards: first the
 * tail of verbs, adverbs and comparisons that join it to its metric, then the
 * noun phrase, then the scope before that (link_phrases.c); they say what it
 * measures (link_metric.c) and whether that is a change (link_change.c). What
 * is not there is carried on from the figure before, or from the beginning of
 * the clause (link_clause.c); the period comes from the dates (link_dates.c).
 */

static struct linker linker;

/* --- scope --- */

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
		st->sentence = phrase(l, (struct range){from, after.to});
}

/* Is it 东部、中部、西部|投资: scopes, not metrics? */
static bool
lists_places(const struct linker *l, struct range np)
{
	const struct token *t = &l->token[np.from];
	size_t i = np.from + 1;

	if (np.from + 1 >= np.to)
		return false;
	if (t->role == PLACE || t->role == DEICTIC) {
		while (i + 1 < np.to && l->token[i].role == PLACE) /* 河南|洛阳、开封 */
			i++;
		return l->token[i].role == LIST || l->token[i].role == AND;
	}
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

/* 63岁的|王桂芳, 82岁|老人|黄淑珍: the name of who is so old. */
static struct range
person_after(const struct linker *l, size_t k)
{
	size_t at = k + 1, i;

	if (at >= l->n || link_age(l, k) == 0)
		return (struct range){at, at};
	at += l->token[at].role == DE;
	if (at > k + 1 && at < l->n && link_word(&l->token[at])->people)
		return (struct range){at, at + 1}; /* 72岁的|他 */
	for (i = at; i < at + 4 && i < l->n; i++)
		if (l->token[i].role != NOUN && l->token[i].role != VERB)
			break;
	if (i == k + 1 || i == l->n || l->token[i].role != PLACE)
		return (struct range){at, at};
	return (struct range){i, i + 1};
}

/* 完成预算|的: what is done of how much. */
static bool
completes(const struct linker *l, struct range np)
{
	return np.from > 1 && l->token[np.from - 1].role == LIGHT &&
	       link_word(&l->token[np.from - 1])->timed && l->token[np.to].role == DE &&
	       (l->token[np.from - 2].role == COMMA || l->token[np.from - 2].role == DEAL ||
		   l->token[np.from - 2].role == FIGURE);
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
	if (completes(l, np)) /* 支出12亿元，完成|预算|的48% */
		return join(l, st->fresh ? st->topic : st->metric,
		    join(l, word_at(l, np.from - 1), metric));
	if (np.from + 1 == np.to && first->role == PART && whole)
		return ends_with(st->metric, metric) ? st->metric : join(l, st->metric, metric);
	/* 高技术制造业增加值…，其中，医药制造业增长; 第一产业占比为6%，第二产业为38% */
	if ((t->direction != 0 && last->role != HEAD) || (same && !ends_metric(last)))
		return join(l, metric, common_rest(metric, st->metric));
	return metric;
}

/* Where a noun phrase begins with what is before it: 65岁|及|以上|人口, 5000万元|以上|项目|投资. */
static size_t
with_age(struct linker *l, struct range np)
{
	size_t i = np.from;

	while (i > 0 && (l->token[i - 1].role == AFTER || l->token[i - 1].role == AND))
		i--;
	if (np.from == np.to || i == 0 || l->token[i - 1].role != FIGURE)
		return np.from;
	if (link_age(l, i - 1) != 0)
		l->token[i - 1].word = link_age(l, i - 1); /* the rule was of use */
	else if (l->token[np.from - 1].role != AFTER || figure_of(l, i - 1)->kind != KIND_MONEY)
		return np.from; /* 资金50万元|和|设备 */
	return i - 1;
}

/* The i-th of n years of 2021/2023, or the period itself. */
static struct str
year_of(const struct linker *l, struct str period, size_t i, size_t n)
{
	if (period.n != 9 || period.p[4] != '/')
		return period;
	long first = year_at(period.p), last = year_at(period.p + 5);
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

/* 分别上涨2.1%、下降0.3%和|持平: an item of a list without a figure. */
static bool
is_level_item(const struct linker *l, size_t i)
{
	const struct token *t = &l->token[i];

	return t->role == THAN && link_word(t)->keep && link_word(t)->timed &&
	       (t[-1].role == LIST || t[-1].role == AND);
}

/*
 * How many figures of one kind follow each other with nothing but list marks and verbs between.
 * Sets those bits of *without whose items have no figure.
 */
static size_t
list_run(const struct linker *l, size_t k, bool deal, size_t *member, uint32_t *without)
{
	size_t n = 0, item = 0, last = k;

	member[n++] = k;
	*without = 0;
	for (size_t i = k + 1; i < l->n && n < MAX_LIST && item + 1 < MAX_LIST; i++) {
		const struct token *t = &l->token[i];

		if (deal && is_level_item(l, i)) {
			*without |= 1u << ++item;
			last = i;
			continue;
		}

		if (t->role == FIGURE && last < i - 1 &&
		    may_follow(figure_of(l, k), figure_of(l, i), deal)) {
			member[n++] = last = i;
			item++;
			continue;
		}
		if (last + 1 == i ? t->role != LIST && t->role != AND
				  : t->role != RISE && t->role != FALL && t->role != LEVEL &&
					t->role != AND && !is_each(l, i))
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

/* A figure that is being linked, and those that follow it in a list. */
struct linking {
	struct figure *f;
	size_t k, low; /* its token, where its clause begins */
	struct tail t;
	size_t member[MAX_LIST], n; /* the tokens of the list, itself first */
	uint32_t without;           /* which of its items have no figure, as bits: 持平 */
	size_t items;               /* those with and those without */
	struct range np, scope;     /* the noun phrase before the tail, the scope before that */
	struct list list;           /* as many items as members, or none */
	bool places;                /* they are places, not metrics */
	struct found found;
	struct str who; /* the scope that the words say */
	bool person;    /* it is somebody, of an age */
	size_t pull;    /* token of 拉动, or SIZE_MAX */
	bool grade;     /* the metric is a grade of another */
	bool begins;    /* the metric is what the sentence or clause begins with */
};

/* 由平日的, 是全国平均的69%: a noun that is only what the figure is measured by. */
static bool
is_measure_of(const struct linker *l, const struct linking *g)
{
	struct range np = g->np;
	enum kind kind = g->f->kind;

	if (np.from <= g->low + (kind != KIND_MULTIPLE) || np.from >= np.to ||
	    l->token[np.to].role != DE)
		return false;
	return l->token[np.from - 1].role == FROM ||
	       (l->token[np.from - 1].role == LEVEL &&
		   (kind == KIND_PERCENT || kind == KIND_MULTIPLE || kind == KIND_RATIO));
}

/* 标准提高到|每人|735元: what the amount is for, no more. */
static bool
is_rate(const struct linker *l, const struct linking *g)
{
	return g->f->kind == KIND_MONEY && g->np.from + 1 == g->np.to && g->np.from > g->low &&
	       is_each(l, g->np.from);
}

/* 14个|乡镇|1.2万人|受灾: is the noun of the figure before? */
static bool
is_noun_of_last(const struct linker *l, const struct linking *g)
{
	if (g->low == 0 || g->np.from != g->low || g->np.from == g->np.to ||
	    l->token[g->low - 1].role != FIGURE || figure_of(l, g->low - 1)->kind != KIND_COUNT)
		return false;
	if (g->t.to == g->np.to + 1 && l->token[g->np.to].role == VERB)
		return true; /* 236户|首贷|企业|贴息|412万元 */
	return g->f->kind == KIND_COUNT && g->t.to == g->k && g->k + 1 < l->n &&
	       l->token[g->k + 1].role == VERB;
}

/* 失业率|在|该两段期间|均维持在, 按|年平均汇率|折算为: a phrase that says when or how is no metric.
 */
static void
skip_adverbial(const struct linker *l, struct linking *g)
{
	size_t from = g->np.from, low = g->low;

	if (from > low && l->token[from - 1].role == BASIS)
		from--; /* 按|年平均|汇率 */
	if (g->np.from == g->np.to || from == low || l->token[from - 1].role != PREP ||
	    link_word(&l->token[from - 1])->keep)
		return;
	if (from - 1 == low) {
		uint8_t verb = l->token[g->np.to].role;
		if (g->t.to < g->k && (verb == VERB || verb == LEVEL))
			g->np.from = g->np.to;
		return;
	}
	struct range before = noun_phrase(l, low, from - 1, false);
	if (before.from < before.to && before.to == from - 1 &&
	    ends_metric(&l->token[before.to - 1]))
		g->np = before;
}

/* The noun phrase that the tail joins the figure to. */
static void
find_noun(struct linker *l, struct linking *g)
{
	bool count = g->f->kind == KIND_COUNT;
	size_t low = g->low;

	if (g->f->kind == KIND_ORDINAL && g->t.to > low && l->token[g->t.to - 1].role == VERB &&
	    g->t.field == SIZE_MAX)
		g->t.to--; /* 活动|进入|第八天 */
	g->np = noun_phrase(l, low, g->t.to, count);
	if (is_measure_of(l, g)) {
		g->t = tail_of(l, low, g->np.from);
		g->np = noun_phrase(l, low, g->t.to, count);
	}
	if (is_rate(l, g)) {
		struct tail t = tail_of(l, low, g->np.from);
		struct range np = noun_phrase(l, low, t.to, count);
		if (np.from < np.to) {
			t.level = t.level || g->t.level;
			g->t = t;
			g->np = np;
		}
	}
	skip_adverbial(l, g);
	if (g->np.from > low && l->token[g->np.from - 1].role == ADVERB &&
	    link_word(&l->token[g->np.from - 1])->keep)
		g->np.from = after_de(l, g->np); /* 扣除|食品价格|的|核心CPI */
	if (is_noun_of_last(l, g))
		g->np.from = g->np.to;
	g->np.from = with_age(l, g->np);
}

/* The items of a phrase, without those that have no figure. */
static struct list
items_of(const struct linker *l, struct range r, const struct linking *g)
{
	struct list list = list_of(l, r, g->items);
	size_t n = 0;

	if (g->without == 0 || list.n != g->items)
		return list;
	for (size_t i = 0; i < list.n; i++)
		if ((g->without >> i & 1) == 0)
			list.item[n++] = list.item[i];
	list.n = n;
	return list;
}

/* Cuts the scope off the noun phrase, and finds what the figures of a list are dealt out over. */
static void
find_list(struct linker *l, struct linking *g)
{
	bool several = g->items > 1;
	struct range *np = &g->np;
	bool toward = np->from > g->low && np->from + 1 < np->to &&
		      l->token[np->from - 1].role == PREP &&
		      link_word(&l->token[np->from - 1])->keep; /* 对美国出口 */

	g->scope = (struct range){np->from, np->from};
	if (toward) {
		if (several)
			g->list = items_of(l, *np, g);
		return;
	}
	if (several && lists_places(l, *np)) {
		g->places = true;
		g->list = items_of(l, *np, g);
		return;
	}
	if (np->from < np->to && l->token[np->from].role != SHARE) {
		g->scope = cut_person(l, np);
		if (g->scope.from == g->scope.to)
			g->scope = cut_scope(l, np);
	}
	if (!several)
		return;
	g->list = series_of(l, (struct range){g->low, np->to}, g->n);
	if (g->list.n == 0)
		g->list = items_of(l, *np, g);
}

/* 北京、上海|新建住宅价格|分别上涨: the places of the sentence are dealt out. */
static void
deal_over_places(struct linker *l, struct state *st, struct linking *g)
{
	if (g->list.n != g->n && g->items > 1 && g->t.deal && st->places.from < st->places.to &&
	    st->sentence.n > 0 && st->sentence.p == l->text.p + l->token[st->places.from].start) {
		g->list = items_of(l, st->places, g);
		g->list.shared.n = 0;
		g->places = g->list.n == g->n;
		if (g->places) {
			metric_of(l, g->k, g->low, &g->t, g->np, true, &g->found);
			st->metric = g->found.metric;
		}
	}
	if (g->list.n != g->n)
		g->list.n = 0;
}

/* 甲、乙|分别|实现|产值|3亿元、5亿元: the list is the subject, and the noun is what all have. */
static void
deal_over_subjects(struct linker *l, struct state *st, struct linking *g)
{
	size_t deal = g->np.from;

	while (deal > g->low && (is_verb(&l->token[deal - 1]) || l->token[deal - 1].role == LIGHT))
		deal--;
	/* what all have, or what they do: 分别|加装|319部 */
	struct range what = {g->np.from < g->np.to ? g->np.from : deal, g->np.to};
	/* with_age() may have begun the noun before the clause */
	if (g->list.n > 0 || g->items < 2 || what.from == what.to || deal <= g->low ||
	    l->token[--deal].role != DEAL)
		return;
	if (deal > g->low && l->token[deal - 1].role == ETC) /* 洛阳、开封|两市|分别 */
		deal--;
	struct range all = noun_phrase(l, g->low, deal, false);
	struct str noun = phrase(l, what);
	bool places = lists_places(l, all);
	struct range scope = places ? (struct range){all.from, all.from} : cut_scope(l, &all);
	g->list = items_of(l, all, g);
	if (g->list.n != g->n) {
		g->list.n = 0;
		return;
	}
	g->places = places;
	g->scope = scope;
	if (places) { /* …，收入分别达: over the same */
		st->places = all;
		st->sentence = phrase(l, all);
	}
	g->list.shared = places ? noun : join(l, g->list.shared, noun);
}

/* 16—24岁、25—29岁|劳动力|失业率|分别为: the list is of figures. */
static void
deal_over_figures(struct linker *l, struct linking *g)
{
	size_t first = g->np.from, i;
	struct list list = {.n = g->n};

	if (g->list.n > 0 || g->n < 2 || g->np.from == g->np.to)
		return;
	if (l->token[first].role == FIGURE) /* with_age() */
		first++;
	i = first;
	for (size_t k = g->n; k-- > 0; i--) {
		if (i == 0 || l->token[i - 1].role != FIGURE ||
		    figure_of(l, i - 1)->kind == KIND_NUMBER) /* 5:42:53 */
			return;
		list.item[k] = word_at(l, i - 1);
		if (k > 0 &&
		    (--i == 0 || (l->token[i - 1].role != LIST && l->token[i - 1].role != AND)))
			return;
	}
	for (i = first; first < g->np.to; first++) /* 60岁|及|以上: of the last one only */
		if (l->token[first].role != AND && l->token[first].role != AFTER)
			break;
	if (first > i)
		list.item[g->n - 1] = phrase(l, (struct range){i - 1, first});
	list.shared = phrase(l, (struct range){first, g->np.to});
	g->list = list;
}

/* 双流机场旅客吞吐量…，天府机场|1327万人次: is the noun the scope alone? */
static bool
is_scope_alone(const struct linker *l, const struct state *st, const struct linking *g)
{
	bool count = g->f->kind == KIND_COUNT && g->n == 1 && g->k + 1 < l->n;

	/* 华能玉门|风电场|的|118台|风机 */
	if (count && g->np.from + 2 <= g->np.to && l->token[g->np.to - 1].role == HOLDER &&
	    link_word(&l->token[g->np.to - 1])->speaks && g->np.to + 1 == g->k &&
	    l->token[g->np.to].role == DE && in_phrase(&l->token[g->k + 1]))
		return true;
	if (g->f->kind == KIND_PERCENT && g->t.to == g->k && g->k + 1 < l->n &&
	    l->token[g->k + 1].role == DE && names_area(l, g->np.from, g->np.to))
		return true; /* 蒙|市|65%|的|居民 */
	if (!names_holder(l, st, g->np))
		return false;
	if (count && link_counted(g->f).n > 0 && l->token[g->k + 1].role == VERB && g->t.to == g->k)
		return true; /* 北岭县|6.8万人|受灾 */
	if (g->f->kind == KIND_DURATION && g->t.to == g->k)
		return true; /* 龙门石窟景区|5天|接待… */
	return g->n == 1 && !g->t.light && same_unit(st->last, g->f) && g->k + 1 < l->n &&
	       (is_boundary(&l->token[g->k + 1]) || l->token[g->k + 1].role == AFTER);
}

/* 居民消费价格上涨0.3%，农村|上涨0.4%: the same, of a part of the land. */
static bool
is_settlement_alone(const struct linker *l, const struct state *st, const struct linking *g)
{
	const struct token *t = &l->token[g->np.from];

	return g->n == 1 && g->np.from + 1 == g->np.to && t->role == NOUN && link_word(t)->brings &&
	       (g->t.direction != 0 || st->within) && same_unit(st->last, g->f) &&
	       st->metric.n > 0 && g->f->kind == KIND_PERCENT;
}

/* Is the noun who has that age? */
static bool
is_aged(const struct linker *l, const struct linking *g)
{
	return link_age(l, g->k) != 0 && g->np.from < g->np.to && link_is_title(l, g->np.to - 1) &&
	       g->scope.from == g->scope.to &&
	       (g->k + 1 == l->n || is_boundary(&l->token[g->k + 1]));
}

/* The metric as the clause says it. */
static void
find_metric(struct linker *l, const struct state *st, struct linking *g)
{
	struct found *found = &g->found;

	metric_of(l, g->k, g->low, &g->t, g->np, g->n > 1 && (g->list.n > 0 || g->t.deal), found);
	struct range person = person_after(l, g->k);
	if (person.from == person.to && is_aged(l, g)) {
		person = g->np; /* 小儿子|今年|9岁 */
		g->np.from = g->np.to;
	}
	g->person = person.from < person.to;
	if (g->person) {
		g->scope = person;
		found->metric.n = 0;
	}
	g->pull = pulls(l, g->low, g->np);
	if (g->pull < g->k && g->t.direction != 0 && g->f->kind == KIND_PERCENTAGE_POINT) {
		size_t to = change_end(l, g->np.to, g->k);
		found->metric = phrase(l, (struct range){g->pull, to});
		found->right = true; /* said whole: nothing is to be completed */
	}
	struct str counted = counted_of(l, st, g->k, &g->t);
	if (counted.n > 0) {
		found->metric = counted;
		found->right = true;
	}
}

/* 他在|广东|打工17年, 为|他们|投入30万元: a place or a person that nothing is of. */
static bool
is_aside(const struct linker *l, const struct state *st, struct range scope)
{
	const struct token *first = &l->token[scope.from];

	if (scope.from == 0 || scope.from >= scope.to || first->person)
		return false;
	if (first->role == DEICTIC && !link_word(first)->keep && first[-1].role == PREP &&
	    scope.from > 1 && !is_boundary(first - 2) && (st->named.n > 0 || st->subject.n > 0))
		return true; /* 公司|在|全球|布局 */
	if (link_word(first)->people)
		return first[-1].role == PREP || first[-1].role == LEVEL ||
		       first[-1].role == VERB || first[-1].role == LIGHT;
	return st->person && (first->role == PLACE || first->role == HOLDER) &&
	       first[-1].role == PREP; /* 她在|社区|工作22年 */
}

/* Of two pieces of the text: do they begin at one place, and is the second no longer? */
static bool
begins_with(struct str s, struct str with)
{
	return with.n > 0 && s.n >= with.n && s.p == with.p;
}

/* The scope as the clause says it. */
static void
find_scope(const struct linker *l, struct state *st, struct linking *g)
{
	struct range scope = g->scope;

	if (is_aside(l, st, scope))
		scope.to = scope.from;
	if (scope.from < scope.to && begins_with(g->found.who, phrase(l, scope)))
		while (scope.to < g->k &&
		       g->found.who.p + g->found.who.n > l->text.p + l->token[scope.to - 1].end)
			scope.to++; /* 香港 of 香港某某公司 */
	g->who = phrase(l, scope);
	if (scope.from == scope.to || scope.from == 0 || l->token[scope.from - 1].role != RANK ||
	    scope.to - scope.from > 1)
		set_scope(l, st, scope); /* 列|全市|9个县第2位: of this figure alone */
	if (scope.to == scope.from + 1 &&
	    (l->token[scope.from].role == HOLDER || link_word(&l->token[scope.from])->keep))
		g->who.n = 0; /* as set_scope() took it */
	if (g->found.who.n > 0) {
		g->who = g->found.who;
		if (st->subject.n == 0)
			st->subject = g->who;
	}
}

/* 发电量1878亿千瓦时，其中水电|323亿千瓦时: a noun that is no measure itself. */
static bool
is_part_of_amount(const struct linker *l, const struct state *st, const struct linking *g)
{
	bool amount =
	    g->f->kind == KIND_MONEY || g->f->kind == KIND_COUNT || g->f->kind == KIND_MEASURE;

	return st->within && amount && !g->found.right && g->np.from < g->np.to &&
	       l->token[g->np.to - 1].role == NOUN && l->token[g->np.from].role == NOUN &&
	       g->n == 1 && g->who.n == 0 && g->t.to == g->k && g->t.direction == 0 &&
	       same_unit(st->amount, g->f);
}

/* 工业用电, 用电量: what both have is said once. */
static struct str
join_over(struct linker *l, struct str a, struct str b)
{
	for (size_t n = a.n < b.n ? a.n : b.n; n > 3; n--)
		if (memcmp(a.p + a.n - n, b.p, n) == 0) {
			a.n -= n;
			break;
		}
	return join(l, a, b);
}

/* What a metric that is said in part takes over from those before. */
static void
complete_metric(struct linker *l, struct state *st, struct linking *g)
{
	struct str *metric = &g->found.metric;
	struct range np = g->np;
	bool right = g->found.right, same = same_unit(st->last, g->f);

	if (g->found.who.n == 0 && (!right || l->token[np.from].role == SHARE))
		*metric = complete(l, st, &g->t, np, *metric,
		    g->who.n == 0 || l->token[g->scope.from].role == PLACE,
		    g->f->kind == KIND_PERCENT && st->nrecent > 0 && same &&
			st->last->direction == NULL && g->n == 1);
	if (np.from < np.to && l->token[np.from].role == TAKE)
		st->prefix = word_at(l, np.from); /* 新增|企业15家、|园区3个 */
	else if (!right && g->low > 0 && l->token[g->low - 1].role == FIGURE &&
		 l->token[g->low].role == LIST && metric->n > 0 &&
		 (np.from == np.to ||
		     !link_word(&l->token[np.from])->verbal)) /* 、|减排|二氧化碳 */
		*metric = join(l, st->prefix, *metric);
	else
		st->prefix.n = 0;
	if (!right && np.from == np.to && same && st->nrecent > 0 && g->t.to > g->low &&
	    l->token[g->t.to - 1].role == TAKE && !link_word(&l->token[g->t.to - 1])->keep)
		*metric =
		    join(l, *metric, st->recent[st->nrecent - 1].bare); /* 网点12家，新增|3家 */
	if (is_part_of_amount(l, st, g))
		*metric = join_over(l, *metric, link_head(st->whole));
	g->grade = !right && g->list.n == 0 && g->who.n == 0 && same && is_grade(l, np);
	if (g->grade)
		*metric = join(l, *metric, st->whole);
}

/* Where the clause has no metric, that of a figure or clause before. */
static void
carry_metric(struct linker *l, const struct state *st, struct linking *g)
{
	struct str *metric = &g->found.metric;
	bool bare = g->np.from == g->np.to;

	if (metric->n == 0 && g->f->kind == KIND_PERCENTAGE_POINT)
		*metric = st->share;
	if (metric->n == 0 && g->t.reached && g->low > 0 && same_unit(st->last, g->f) &&
	    l->token[g->low - 1].role == FIGURE && figure_of(l, g->low - 1) == st->last)
		*metric = st->last->metric; /* 时间从92分钟|缩短到|55分钟 */
	if (metric->n == 0 && g->t.direction != 0 && g->f->kind == KIND_DURATION &&
	    same_unit(st->last, g->f))
		*metric = st->last->metric; /* 利用2996小时，比上年减少|87小时 */
	if (metric->n == 0 && st->fresh && g->low > 0 && l->token[g->low - 1].role == FIGURE &&
	    figure_of(l, g->low - 1)->kind == KIND_DURATION)
		*metric = st->topic; /* 指数连续8个月|低于50% */
	/* 全县|2334平方公里, 流转来的|150亩 */
	bool other = (g->who.n > 0 || (g->k > 0 && l->token[g->k - 1].role == DE)) && bare &&
		     g->f->kind == KIND_MEASURE && !same_unit(st->last, g->f) && g->t.to == g->k;
	/* 派出运动员90人，以|12金: of another kind */
	other = other || (bare && g->f->kind == KIND_COUNT && g->t.prep && g->t.direction == 0 &&
			     !g->t.level && !same_unit(st->last, g->f));
	/* 9个小组、612户: not of these; 净赚18万元。…有41家 */
	other = other ||
		(bare && g->f->kind == KIND_COUNT && g->t.direction == 0 && st->last != NULL &&
		    !same_unit(st->last, g->f) &&
		    (st->last->kind == KIND_COUNT ? l->token[g->k - 1].role == LIST : g->t.light));
	if (metric->n == 0 && bare && g->t.direction != 0 && st->nrecent > 0 &&
	    g->f->kind == KIND_COUNT && same_unit(st->last, g->f)) /* 有12个，比上月增加|3个 */
		*metric = st->recent[st->nrecent - 1].metric;
	if (metric->n == 0 && !other && !g->person && link_age(l, g->k) == 0) {
		/* 客流最高峰出现在5月1日，达|98万人: what this sentence begins with */
		g->begins =
		    bare && g->t.level && g->t.direction == 0 && st->fresh && st->topic.n > 0;
		*metric = (st->metric.n > 0 && !g->begins) || g->who.n > 0 ? st->metric : st->topic;
		if (st->nrecent > 0 && metric->p == st->recent[st->nrecent - 1].metric.p &&
		    same_unit(st->last, g->f) && g->low < g->k && g->t.direction == 0)
			*metric = st->recent[st->nrecent - 1].bare; /* 新增农田3亩，累计建成|41亩 */
	}
	if (g->t.keep != SIZE_MAX && !bare)
		*metric = join(l, *metric, word_at(l, g->t.keep));
}

/* Where no scope is known, a holder at the front of the metric is it: 水电站|发电量, 冷库|容量. */
static void
split_holder(const struct linker *l, struct state *st, struct linking *g)
{
	struct range np = g->np;
	size_t at = np.from;

	if (!g->found.right && g->f->kind != KIND_DURATION && np.from < np.to &&
	    st->subject.n > 0 && st->subject.p >= l->text.p + l->token[np.from].start)
		st->subject.n = 0; /* a part of the metric is no scope */
	if (g->begins)
		st->subject.n = 0;
	const struct token *last = &l->token[np.from < np.to ? np.to - 1 : np.from];
	bool dimension = np.from < np.to && link_word(last)->dimension;
	if (st->sized && !dimension && np.from < np.to) { /* 塔高262米，|用钢量|12万吨 */
		st->sentence = st->unsized;
		st->sized = false;
	}
	if (g->found.right || g->list.n > 0 || np.from + 1 >= np.to || g->who.n > 0 ||
	    (scope_of(st).n > 0 && !dimension &&
		!(st->above && last->role == ATTRIBUTE && last[-1].role == HOLDER)))
		return;
	if (l->token[np.to - 1].role == ATTRIBUTE) {
		at = np.to - 1;
		if (!dimension && at > np.from + 1 && l->token[at - 1].role == NOUN &&
		    l->token[at - 1].end - l->token[at - 1].start == 3)
			at--; /* 水库|总|库容 */
	} else if (l->token[np.from].role == HOLDER)
		at = np.from + 1;
	else if (ends_metric(&l->token[np.to - 1]))
		for (size_t i = np.to - 1; i-- > np.from && at == np.from;)
			if (l->token[i].role == HOLDER && link_word(&l->token[i])->speaks)
				at = i + 1; /* 白鹭洲|湿地|面积 */
	if (at > np.from) {
		g->who = phrase(l, (struct range){np.from, at});
		g->found.metric = phrase(l, (struct range){at, np.to});
		/* 大桥主跨1680米，塔高262米 */
		bool part = dimension && scope_of(st).n > 0 && l->token[at - 1].role != HOLDER;
		if (part && !st->sized)
			st->unsized = st->sentence;
		st->sized = part;
		if (dimension)
			st->sentence = g->who; /* 塔高18米、|长5米 */
		if (!part)
			st->subject = g->who;
	}
}

static bool
is_share(const struct linker *l, struct range np)
{
	return np.from < np.to && l->token[np.from].role == SHARE;
}

/* What the list deals out, or the figures before it, for its i-th figure. */
static void
deal_one(struct linker *l, const struct state *st, const struct linking *g, size_t i, size_t recent,
    bool again)
{
	struct figure *m = figure_of(l, g->member[i]);
	bool bare = g->np.from == g->np.to;

	m->metric = g->found.metric;
	m->scope = g->who.n > 0 ? g->who : scope_of(st);
	if (g->places && g->list.n > 0) {
		m->scope = g->list.item[i];
		m->metric = g->list.shared.n > 0 ? g->list.shared : st->metric;
	} else if (g->list.n > 0) {
		m->metric = join(l, g->list.item[i], g->list.shared);
	} else if (recent != SIZE_MAX) {
		m->metric = g->t.direction != 0 || again
				? st->recent[recent + i].metric
				: st->recent[recent + i].bare; /* 累计分别达 */
		if (!bare)
			m->metric = join(l, m->metric,
			    phrase(l, (struct range){g->np.from - completes(l, g->np), g->np.to}));
		if (g->t.field == SIZE_MAX)
			m->scope = st->recent[recent + i].scope;
	}
	if (m->metric.p == m->scope.p && m->metric.n == m->scope.n && link_is_scope_word(m->scope))
		m->metric.n = 0; /* 公司|派2.5元 */
}

/* 分别比|上月|和|上年|同期|高1个和低2个百分点: what the i-th change is against. */
static const char *
dealt_basis(const struct linker *l, const struct state *st, const struct linking *g, size_t i)
{
	size_t date[MAX_LIST], n = 0;

	for (size_t k = g->t.than; g->t.than < g->k && k < g->k && n < MAX_LIST; k++)
		if (l->token[k].role == DATE)
			date[n++] = k;
	return n > 1 && n == g->n ? basis_at(l, st, date[i]) : g->f->basis;
}

/*
 * 2022年、2023年，营收|分别为, 上半年和下半年|分别: the last list of dates before token k in its
 * sentence, where it has n; the first of them, or SIZE_MAX.
 */
static size_t
dates_dealt(const struct linker *l, size_t k, size_t n)
{
	size_t i = k, found = 1, far = k > MAX_CLAUSE ? k - MAX_CLAUSE : 0;

	while (i > far && l->token[i - 1].role != DATE && l->token[i - 1].role != STOP)
		i--;
	if (i == far || l->token[i - 1].role != DATE)
		return SIZE_MAX;
	for (i--; i > 1 && found <= n && l->token[i - 2].role == DATE &&
		  (l->token[i - 1].role == LIST || l->token[i - 1].role == AND);
	     i -= 2)
		found++;
	if (found != n || (i > 0 && l->token[i - 1].role == THAN)) /* 比上月和上年同期 */
		return SIZE_MAX;
	return i;
}

/* Gives the figures of the list what was found. */
static void
deal_out(struct linker *l, struct state *st, const struct linking *g)
{
	size_t n = g->n, k = g->k;
	struct range np = g->np;
	bool bare = np.from == np.to;
	bool done = completes(l, np); /* 分别完成预算的 */
	bool deal =
	    g->t.deal || (np.from > g->low + done && l->token[np.from - 1 - done].role == DEAL);
	bool years = n > 1 && deal && g->list.n == 0; /* 2021—2023年分别为 */
	bool parts =
	    done || is_share(l, np) || (np.from + 1 == np.to && l->token[np.from].role == PART);
	/* 累计分别达, 占比重为35%、16%: the last n metrics */
	bool again = n > 1 && n == st->dealt && (bare || parts);
	bool taken = g->list.n == 0 && ((deal && (bare || done)) || again) && st->nrecent >= n;
	size_t recent = taken ? st->nrecent - n : SIZE_MAX;

	size_t date = years ? dates_dealt(l, k, n) : SIZE_MAX;

	bool all = g->t.deal && k + 1 < l->n && l->token[k + 1].role != AFTER; /* 分别突破 */

	for (size_t i = 0; i < n; i++) {
		struct figure *m = figure_of(l, g->member[i]);

		deal_one(l, st, g, i, recent, again);
		if (all && m->qualifier == QUALIFIER_NONE)
			m->qualifier = g->f->qualifier;
		m->period = date != SIZE_MAX  ? figure_of(l, date + 2 * i)->iso
			    : st->local.n > 0 ? st->local
			    : years           ? year_of(l, st->period, i, n)
					      : end_of(l, st->period, &g->t, k);
		m->basis = dealt_basis(l, st, g, i);
		if (i > 0)
			m->direction = member_direction(
			    l, g->member[i - 1] + 1, g->member[i], g->f->direction);
	}
	bool measured = g->f->kind != KIND_DURATION || g->t.reached; /* 时间|压缩至|3天 */

	for (size_t i = 0; i < n && (n > 1 || measured); i++) {
		const struct figure *m = figure_of(l, g->member[i]);
		remember(st, m->metric, m->scope);
	}
	st->dealt = g->list.n > 0 || years || recent != SIZE_MAX ? n : 0;
}

/* What the figures after it may take over from this one. */
static void
carry_on(const struct linker *l, struct state *st, const struct linking *g)
{
	enum kind kind = g->f->kind;
	struct range np = g->np;
	bool right = g->found.right;
	/* 收入52亿元，占比60%，增长30%: the amount has grown */
	bool share = is_share(l, np) ||
		     (np.from + 1 == np.to && kind == KIND_PERCENT &&
			 l->token[np.from].role == PART && link_word(&l->token[np.from])->keep);

	st->local.n = 0;
	st->last = g->f;
	if (kind != KIND_ORDINAL && kind != KIND_DURATION)
		st->fresh = false;
	if (right)
		widen_scope(l, st, g->k);
	bool aside = g->low > 0 && l->token[g->low - 1].role == OPEN && st->metric.n > 0;
	if ((kind == KIND_DURATION && (right || g->t.to == g->k || np.from == np.to)) ||
	    kind == KIND_ORDINAL || aside || (right && st->metric.n > 0))
		return;
	struct str metric = figure_of(l, g->member[g->n - 1])->metric;
	if (kind == KIND_COUNT && right && str_is(g->f->unit, "次"))
		return; /* 三次|创新高 */
	if (!g->grade)
		st->whole = metric;
	if (kind == KIND_MONEY || kind == KIND_COUNT || kind == KIND_MEASURE)
		st->amount = g->f;
	st->share = share || kind == KIND_PERCENTAGE_POINT ? metric : (struct str){NULL, 0};
	if (!share && (kind != KIND_PERCENTAGE_POINT || st->metric.n == 0))
		st->metric = metric;
	if (st->headline.n == 0)
		st->headline = metric;
}

static void
link_figure(struct linker *l, struct state *st, size_t k)
{
	struct linking g = {.f = figure_of(l, k), .k = k, .low = clause_start(l, k)};

	g.t = tail_of(l, g.low, k);
	g.n = list_run(l, k, g.t.deal, g.member, &g.without);
	g.items = g.n + (size_t)__builtin_popcount(g.without);
	find_noun(l, &g);
	find_list(l, &g);
	deal_over_places(l, st, &g);
	deal_over_subjects(l, st, &g);
	deal_over_figures(l, &g);
	bool settled = is_settlement_alone(l, st, &g);
	if (settled)
		g.np.from = g.np.to;
	if (is_scope_alone(l, st, &g))
		g.scope.to = g.np.from = g.np.to;
	find_metric(l, st, &g);
	find_scope(l, st, &g);
	if (settled) /* of this figure alone */
		g.who = word_at(l, g.np.to - 1);
	complete_metric(l, st, &g);
	carry_metric(l, st, &g);
	if (g.pull > k && (!g.found.right || g.f->kind != KIND_COUNT) && !is_base_value(l, k))
		set_change(l, st, g.f, &g.t, g.np.from == g.np.to && !g.found.right);
	if (g.t.field != SIZE_MAX)
		g.who = word_at(l, g.t.field);
	split_holder(l, st, &g);
	deal_out(l, st, &g);
	carry_on(l, st, &g);
}

/* --- a block --- */

/* What holds no longer than a sentence. */
static void
end_sentence(struct state *st)
{
	st->sentence.n = st->local.n = 0;
	st->dated = false;
	/* 一季度…，二季度…。 was a list of its own; 其中9月份… a part */
	if (st->part && st->paragraph.n > 0)
		st->period = st->paragraph;
	else if (st->dates > 1 && (st->paragraph.n > 0 || st->first.n == 4))
		st->period = st->paragraph.n > 0 ? st->paragraph : st->first;
	st->dates = 0;
	st->part = false;
	if (st->mixed)
		forget_basis(st);
	st->mixed = false;
	st->held = true;
	st->nrecent = st->dealt = 0;
	st->among.n = 0;
	st->within = st->sized = false;
	if (st->view) {
		st->named = st->viewed.named;
		st->deictic = st->viewed.deictic;
		st->above = st->viewed.above;
		st->view = false;
	}
}

/* What holds where a block begins: what stands above it. */
static void
begin_block(struct linker *l, struct state *st, struct rules *rules, const struct block *b)
{
	struct str full, name;

	st->named = link_place_above(l, b, &st->person);
	st->top = st->named;
	st->above = true;
	st->now = b->date;
	st->speaker = b->speaker;
	st->period = st->report = link_period_above(rules, b);
	link_cut(l);
	link_aliases(l, b->aliases);
	name = link_alias_above(l, b, &full);
	if (name.n > 0) {
		st->named = st->body = name;
		st->full = full;
	}
	link_persons(l);
	link_mend_names(l);
	link_sums(l);
	link_clocks(l);
}

/* What token i, if it ends a clause, or says what the next clauses are against, has led to. */
static void
end_clause(const struct linker *l, struct state *st, size_t i, bool ends)
{
	const struct token *t = &l->token[i];

	if (t->role == BASIS && i + 1 < l->n && t[1].role == COMMA) { /* 从环比看， */
		st->basis = link_gives(t);
		st->held = false;
	}
	if (ends && i > 0 && t[-1].role == HOLDER)
		set_brought(l, st, i);
	if (ends && i > 1 && t[-1].role == VIEW) {
		if (st->headline.n > 0)
			st->metric = st->headline;
		st->view = true; /* 分区域看，: what is named then is of this sentence */
		st->viewed.named = st->named;
		st->viewed.deictic = st->deictic;
		st->viewed.above = st->above;
	}
	if (ends && i > 1 && t[-1].role == AMONG)
		set_among(l, st, i - 1);
	if (t->role == STOP) /* 食用油实现产量3万吨；塑料制品4万吨 */
		st->subject.n = 0;
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
	begin_block(l, &st, rules, b);
	for (size_t i = 0; i < l->n; i++) {
		const struct token *t = &l->token[i];

		if (open)
			open_clause(l, &st, i);
		if ((t->role == HOLDER || t->role == PLACE) && link_body_at(l, i, &name, &full)) {
			st.body = name;
			st.full = full;
			set_scope(l, &st, link_body_behind(l, i, name));
		}
		if (t->person)
			set_scope(l, &st, link_holders(l, i));
		if (t->role == FIGURE)
			set_scope(l, &st, link_aged(l, i));
		open = t->role == STOP || t->role == COMMA || t->role == CLOSE;
		end_clause(l, &st, i, open);
		if (ends_sentence(l, t)) {
			end_sentence(&st);
		} else if (t->role == LEAD && link_word(t)->keep) {
			st.within = true;
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
