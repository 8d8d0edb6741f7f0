/* link_metric - the metric that a figure's own clause gives */
/* SPDX-License-Identifier: MIT */
#include "link_int.h"

/* Stands where there is no token. */
static const struct token nothing = {.role = STOP};

/* 十大科技进展中，2/3…: the whole that shares in this clause are of. */
static struct str
whole_of(const struct linker *l, size_t low, bool share, bool count)
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
	else if (!share && !count && l->token[from].role != FIGURE)
		to = from; /* 出口商品中，机电产品…亿元: whose it is is said before */
	return phrase(l, (struct range){from, to});
}

/* What lasts: what is done in that time, or the noun that it is the length of. */
static struct str
duration_metric(const struct linker *l, const struct tail *t, struct range np, size_t k)
{
	size_t far = k + 2 * MAX_LIST;
	while (k < far && k + 2 < l->n && l->token[k + 1].role == LIST &&
	       l->token[k + 2].role == FIGURE && figure_of(l, k + 2)->kind == KIND_DURATION)
		k += 2; /* 16—24岁、25—29岁|劳动力: all are of what stands behind the last */
	struct range rest = rest_of_clause(l, k + 1), right = right_phrase(l, k, false);
	bool moved = t->direction != 0 || t->reached;

	if (rest.from < rest.to &&
	    (l->token[rest.from].role == LIST ||
		l->token[rest.from].role == OPEN || /* 公示期7天|（…）, 训练3天|、休息2天 */
		(rest.to == rest.from + 1 && l->token[rest.from].role == LIGHT &&
		    l->token[rest.from].end - l->token[rest.from].start == 3))) /* 30多年|了 */
		rest.to = rest.from;
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
		for (size_t i = rest.from + 1; i < rest.to; i++)
			if (l->token[i].role == FIGURE && ends_metric(&l->token[i - 1]))
				rest.to = i; /* 近一年|收益率|12.6% */
		if (rest.to - rest.from > 10)
			rest.to = right.to > rest.from ? right.to : rest.from + 3;
		return phrase(l, rest);
	}
	if (np.from < np.to && t->to == k && !moved && !ends_metric(&l->token[np.to - 1])) {
		np.from = np.to - 1;
		if (np.to + 1 == k && l->token[np.to].role == VERB &&
		    l->token[np.to].end - l->token[np.to].start > 3)
			np = (struct range){np.to, k}; /* 电影|上映|7天 */
	}
	if (np.from == np.to && t->to > 0 && is_verb(&l->token[t->to - 1]))
		np = (struct range){t->to - 1, t->to}; /* 在山西|打工|17年 */
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

/* A figure whose metric is sought, and what stands around it. */
struct around {
	const struct linker *l;
	const struct figure *f;
	size_t k, low;
	const struct tail *t;
	struct range np, after;          /* the noun phrases left and right of it */
	const struct token *left, *next; /* before the tail, after the figure */
	struct str noun;                 /* the text of np */
	bool verb;                       /* the tail has one, or stands after one */
};

static bool
is_empty(struct range r)
{
	return r.from >= r.to;
}

/* 与|贵州大学等|8家|科研院所|合作，: what is done with them is not what is counted. */
static struct range
without_deed(const struct linker *l, size_t low, size_t k, struct range after)
{
	size_t i = low;

	if (after.to - after.from < 2 || !link_word(&l->token[after.to - 1])->verbal ||
	    (after.to < l->n && !is_boundary(&l->token[after.to])))
		return after;
	while (i < k && l->token[i].role != AND &&
	       (l->token[i].role != PREP || !link_word(&l->token[i])->keep))
		i++;
	if (i < k)
		after.to--;
	return after;
}

/* 38名|农民工|工资|126万元: the last noun is what the next figure measures. */
static struct range
without_next(const struct linker *l, struct range after)
{
	const size_t least = 6; /* bytes: 毛|收入 is one noun */

	if (after.to - after.from > 1 && after.to < l->n && l->token[after.to].role == FIGURE &&
	    ends_metric(&l->token[after.to - 1]) &&
	    l->token[after.to - 2].end - l->token[after.from].start >= least)
		after.to--;
	return after;
}

/* 3名|徒弟|调试|设备: where the people end, and what they do begins. */
static struct range
without_doing(const struct linker *l, struct range after)
{
	for (size_t i = after.from; i + 2 < after.to; i++)
		if (link_is_title(l, i) && l->token[i + 1].role == NOUN &&
		    link_word(&l->token[i + 1])->verbal)
			after.to = i + 1;
	return after;
}

static struct around
look_around(const struct linker *l, size_t k, size_t low, const struct tail *t, struct range np)
{
	struct around a = {.l = l, .f = figure_of(l, k), .k = k, .low = low, .t = t, .np = np};
	bool listing = k > 0 && (l->token[k - 1].role == LIST || l->token[k - 1].role == QUOTE);

	a.left = t->to > low ? &l->token[t->to - 1] : &nothing;
	a.next = k + 1 < l->n ? &l->token[k + 1] : &nothing;
	a.verb = t->light || a.left->role == TAKE || a.left->role == VERB;
	/* 12台|焊接|机器人, but 3人|受伤, 5次|获奖 */
	bool things =
	    a.f->kind == KIND_COUNT && link_counted(a.f).n == 0 && !str_is(a.f->unit, "次");
	a.after = right_phrase(l, k, a.verb || listing || things);
	a.after = without_next(l, without_deed(l, low, k, a.after));
	if (a.f->kind == KIND_COUNT)
		a.after = without_doing(l, a.after);
	if (a.f->kind == KIND_COUNT && is_empty(a.after) && k + 2 < l->n && a.next->role == LIST &&
	    l->token[k + 2].role == FIGURE && figure_of(l, k + 2)->kind == KIND_COUNT &&
	    link_counted(a.f).n == 0)
		a.after = right_phrase(l, k + 2, false); /* 200种、60万只|候鸟 */
	a.noun = phrase(l, np);
	return a;
}

/* 因病（36.2%）, 衣履（跌1.7%）: what stands before the bracket. */
static bool
in_brackets(const struct around *a, struct found *found)
{
	size_t low = a->low;

	if (a->next->role != CLOSE || low == 0 || a->t->to != low ||
	    a->l->token[low - 1].role != OPEN)
		return false;
	struct str before = bracketed_metric(a->l, low - 1);
	if (before.n == 0 && low != a->k)
		return false;
	found->metric = before;
	return true;
}

static void
set_duration(const struct around *a, struct found *found)
{
	struct str m = duration_metric(a->l, a->t, a->np, a->k);

	found->metric = m;
	found->right = a->noun.n == 0 || m.p < a->noun.p || m.p >= a->noun.p + a->noun.n;
}

/* 参展企业|过半|来自县域, 机器人已在|17国|落地: what the noun does is the metric. */
static bool
noun_does(const struct around *a, struct found *found)
{
	bool does = a->next->role == VERB || a->next->role == ADVERB;

	if (a->noun.n == 0 || !does || !is_empty(a->after) ||
	    !((a->f->kind == KIND_RATIO && a->t->to == a->k) || a->t->prep))
		return false;
	found->who = a->noun;
	found->right = true;
	found->metric = phrase(a->l, rest_of_clause(a->l, a->k + 1));
	return true;
}

/* 87%的业主|同意…: what a share of somebody does is the metric. */
static bool
share_does(const struct around *a, struct found *found)
{
	const struct token *then = a->after.to < a->l->n ? &a->l->token[a->after.to] : &nothing;
	bool of = a->f->kind == KIND_PERCENT && a->next->role == DE && !is_empty(a->after) &&
		  (then->role == VERB || then->role == ADVERB) && !is_verb(a->left) && !a->t->light;
	struct str metric, given;

	if ((a->f->kind != KIND_RATIO && !of) || a->noun.n > 0 ||
	    !share_of(a->l, a->k, &metric, &given))
		return false;
	found->metric = metric;
	if (given.n > 0)
		found->who = given;
	return true;
}

/* Does the figure describe the noun to the right, which is then the scope? */
static bool
describes_noun(const struct around *a, struct found *found)
{
	const struct token *token = a->l->token;
	struct range np = a->np;
	bool de = a->next->role == DE;

	if (is_empty(a->after))
		return false;
	bool attribute = np.from < np.to && token[np.to - 1].role == ATTRIBUTE &&
			 a->t->to == a->k && de; /* 库容|5000立方米|的|冷库 */
	bool above = a->noun.n > 0 && a->next->role == AFTER && a->k + 2 < a->l->n &&
		     a->next[1].role == DE; /* 贫困人口5000人以上的乡镇 */
	bool share = np.from < np.to && token[np.from].role == SHARE && a->t->to > a->low &&
		     (np.from == a->low || token[np.from - 1].role == COMMA) &&
		     de; /* 占人口95%的农奴 */
	if (!attribute && !above && !share)
		return false;
	found->who = phrase(a->l, a->after);
	if (!attribute && !above)
		found->right = true;
	return true;
}

/* 辖|6区|3县, 200个村、近|40万群众: the unit is what is counted. */
static bool
counts_unit(const struct around *a, struct found *found)
{
	struct str unit = a->f->kind == KIND_COUNT ? link_counted(a->f) : (struct str){NULL, 0};
	const struct token *before = a->k > 0 ? &a->l->token[a->k - 1] : &nothing;
	bool adjacent = is_verb(before) || before->role == FIGURE;

	if (is_empty(a->np) && (a->left->role == LIST || a->left->role == AND))
		adjacent = true;
	if (unit.n == 0 || !adjacent || !is_empty(a->after))
		return false;
	if (!is_empty(a->np))
		found->who = a->noun;
	found->metric = unit;
	return true;
}

/* 9家|净利润|增长超过50%: is the noun to the right the next figure's? */
static bool
is_of_next(const struct around *a)
{
	if (is_empty(a->after) || a->after.to >= a->l->n ||
	    !ends_metric(&a->l->token[a->after.to - 1]))
		return false;
	uint8_t role = a->l->token[a->after.to].role;
	if (role != BASIS && role != RISE && role != FALL)
		return false;
	/* 有30个|行业|利润|增长，: there is none */
	struct range rest = rest_of_clause(a->l, a->after.to);
	while (rest.from < rest.to && a->l->token[rest.from].role != FIGURE)
		rest.from++;
	return rest.from < rest.to;
}

/* 业委会|拿出|70%|的|收益 */
static bool
is_object_share(const struct around *a)
{
	return a->left->role == VERB && a->next->role == DE;
}

/* Is the noun to the left who does it, not what is measured? */
static bool
is_doer(const struct around *a)
{
	return (a->t->light || is_object_share(a)) && a->np.from < a->np.to &&
	       !ends_metric(&a->l->token[a->np.to - 1]);
}

/* 利用|3.6亿元|资金: is a lone noun to the left what is done with the money to the right? */
static bool
is_deed_with_money(const struct around *a)
{
	return a->f->kind == KIND_MONEY && a->np.from + 1 == a->np.to &&
	       link_word(&a->l->token[a->np.from])->verbal && a->t->to == a->k &&
	       a->after.from == a->k + 1 && ends_metric(&a->l->token[a->after.to - 1]);
}

/* Is the noun to the right the metric, rather than the one to the left? */
static bool
takes_right(const struct around *a)
{
	struct range np = a->np;
	bool de = a->next->role == DE;
	bool part = np.from + 1 == np.to && a->l->token[np.from].role == PART;

	if (is_empty(a->after))
		return false;
	if (a->f->kind == KIND_NUMBER && a->after.from == a->k + 1 && a->t->to == a->k)
		return true; /* 200万|中小学生 */
	if (a->f->kind == KIND_COUNT || a->noun.n == 0 || is_doer(a) || (part && de) ||
	    is_deed_with_money(a))
		return true;
	return a->f->kind == KIND_MEASURE && (a->verb || a->t->to == a->k || (a->t->prep && de));
}

static void
set_right(struct linker *l, const struct around *a, struct found *found)
{
	struct range after = a->after;
	const struct token *take = a->left;

	if (a->f->kind == KIND_PERCENT && after.to < l->n && l->token[after.to].role == VERB &&
	    a->next->role != DE)
		after.to = rest_of_clause(l, after.to).to; /* 88.8%贫困人口因…致贫 */
	found->metric = phrase(l, after);
	found->right = true;
	if (!is_empty(a->np) && l->token[a->np.from].role == TAKE)
		take = &l->token[a->np.from];
	if (take->role == TAKE && !(a->t->light && is_each(l, (size_t)(take - l->token))))
		found->metric = join(l, word_at(l, (size_t)(take - l->token)), found->metric);
}

/* 某某车型|累计|交付|10万辆: who does it is named, what is done is the metric. */
static bool
named_does(const struct around *a, struct found *found)
{
	const struct linker *l = a->l;
	struct range np = a->np;

	if (!is_doer(a) || a->f->kind != KIND_COUNT ||
	    !(looks_like_name(l, np) ||
		(np.to - np.from > 1 && l->token[np.to - 1].role == HOLDER)))
		return false;
	found->who = a->noun;
	for (size_t i = a->t->to; i < a->k; i++)
		if (l->token[i].role == LIGHT && l->token[i].end - l->token[i].start > 3) {
			found->metric = word_at(l, i); /* not 跟踪|了 */
			return true;
		}
	return false;
}

/* 其中|7次|上调、3次|下调 */
static bool
moves_so_often(const struct around *a)
{
	bool moves = a->next->role == RISE || a->next->role == FALL ||
		     (a->next->role == THAN && link_word(a->next)->timed);

	return moves &&
	       (a->k + 2 == a->l->n || is_boundary(&a->next[1]) || a->next[1].role == LIST);
}

/* 保险公司|承担|18万元, 某某公司|持股|28万股: the body that does it, and the verb. */
static bool
body_pays(const struct around *a, struct found *found)
{
	struct range np = a->np;
	enum kind kind = a->f->kind;

	if ((kind != KIND_MONEY && kind != KIND_COUNT && kind != KIND_MEASURE) ||
	    a->left->role != VERB || np.from == np.to || np.to + 1 != a->t->to ||
	    a->l->token[np.to - 1].role != HOLDER)
		return false;
	while (np.from > a->low && a->l->token[np.from - 1].role == PLACE)
		np.from--; /* 香港|某某公司 */
	found->who = phrase(a->l, np);
	found->metric = word_at(a->l, np.to);
	return true;
}

/* 到外地|考察|了|5次: what is done so often; or NULL. */
static const struct token *
done_often(const struct around *a)
{
	const struct token *verb = &a->l->token[a->k] - 2;

	if (a->f->kind != KIND_COUNT || !str_is(a->f->unit, "次") || a->k < a->low + 2 ||
	    !is_empty(a->after) || verb[1].role != LIGHT || verb[1].end - verb[1].start != 3 ||
	    verb->role != VERB)
		return NULL;
	return verb;
}

/* No noun on either side: the verb before, or what is done so often: 五次|被评为… */
static void
set_verb(const struct around *a, bool listed, struct found *found)
{
	if (a->left->role == VERB || a->left->role == TAKE) {
		const struct token *verb = a->left, *before = verb - (a->t->to > a->low + 1);
		bool two = before->role == VERB && before->end == verb->start &&
			   before->end - before->start == verb->end - verb->start;

		/* 转移|安置|2637人 */
		found->metric = phrase(a->l, (struct range){a->t->to - 1 - two, a->t->to});
	} else if (a->f->kind == KIND_COUNT && !listed && moves_so_often(a)) {
		found->right = true;
		found->metric = word_at(a->l, a->k + 1);
	} else if (a->f->kind == KIND_COUNT && !listed &&
		   (a->next->role == VERB || a->next->role == PREP)) {
		found->right = true;
		found->metric = phrase(a->l, rest_of_clause(a->l, a->k + 1));
	}
}

void
metric_of(struct linker *l, size_t k, size_t low, const struct tail *t, struct range np,
    bool listed, struct found *found)
{
	struct around a = look_around(l, k, low, t, np);
	bool share = (a.f->kind == KIND_PERCENT || a.f->kind == KIND_RATIO) && t->direction == 0;

	found->metric = a.noun;
	if (in_brackets(&a, found))
		return;
	if (a.f->kind == KIND_DURATION && !listed) {
		bool attribute = np.from < np.to && l->token[np.to - 1].role == ATTRIBUTE;

		if (!attribute || !describes_noun(&a, found)) /* 平均年龄66岁|的|艺术团 */
			set_duration(&a, found);
		return;
	}
	struct str whole = whole_of(l, low, share, a.f->kind == KIND_COUNT);
	if (whole.n > 0)
		found->who = whole;
	if (noun_does(&a, found) || share_does(&a, found))
		return;
	if (listed || is_empty(a.after))
		a.after.from = a.after.to = k;
	if (describes_noun(&a, found) || counts_unit(&a, found))
		return;
	if (is_of_next(&a))
		a.after.to = a.after.from;
	if (is_object_share(&a) && is_doer(&a) && !is_empty(a.after))
		found->who = a.noun;
	const struct token *often = listed ? NULL : done_often(&a);
	if (often != NULL)
		found->metric = word_at(l, (size_t)(often - l->token));
	else if (takes_right(&a))
		set_right(l, &a, found);
	else if (body_pays(&a, found))
		return;
	else if ((listed || !named_does(&a, found)) && a.noun.n == 0)
		set_verb(&a, listed, found);
}
