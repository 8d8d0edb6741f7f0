/* link_phrases - what stands around a figure: its clause, the noun phrases beside it, lists */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "link_int.h"
#include "utf8.h"

bool
in_phrase(const struct token *t)
{
	return t->role == NOUN || t->role == PLACE || t->role == DEICTIC || t->role == HOLDER ||
	       t->role == PART || t->role == HEAD || t->role == ATTRIBUTE || t->role == AMONG ||
	       t->role == SERIES || t->role == GRADE || t->role == QUOTE || t->role == PAPER;
}

bool
is_boundary(const struct token *t)
{
	return t->role == STOP || t->role == COMMA;
}

bool
is_verb(const struct token *t)
{
	return t->role == VERB || t->role == TAKE || t->role == LIGHT || t->role == RISE ||
	       t->role == FALL;
}

bool
ends_metric(const struct token *t)
{
	return t->role == HEAD || t->role == PART || t->role == ATTRIBUTE;
}

bool
ends_sentence(const struct linker *l, const struct token *t)
{
	struct str s = {l->text.p + t->start, t->end - t->start};

	return t->role == STOP && !str_is(s, ";") && !str_is(s, "\xef\xbc\x9b");
}

bool
ends_with(struct str s, struct str end)
{
	return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

/* Stands between the words of a phrase, never at its ends. */
static bool
is_joint(const struct token *t)
{
	return t->role == SPACE || t->role == DE || t->role == LIST || t->role == AND;
}

static bool
is_single(const struct token *t)
{
	return t->role == NOUN && t->end - t->start >= 3 && t->end - t->start <= 4;
}

struct figure *
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

/* Do the quotes at both ends belong together? */
static bool
one_quotation(const struct linker *l, struct range r)
{
	for (size_t i = r.from + 1; i + 1 < r.to; i++)
		if (l->token[i].role == QUOTE)
			return false;
	return true;
}

/* 1 for a mark that opens, -1 for one that closes, 0 for one that does either. */
static int
quote_side(const struct linker *l, const struct token *t)
{
	size_t len;

	switch (utf8_get(l->text.p + t->start, &len)) {
	case 0x201C:
	case 0x2018:
	case 0x300A:
	case 0x300C:
	case 0x300E: return 1;
	case 0x201D:
	case 0x2019:
	case 0x300B:
	case 0x300D:
	case 0x300F: return -1;
	default: return 0;
	}
}

/* 《测绘法|》: without the mark of a quotation whose other half stands elsewhere. */
static struct range
without_half(const struct linker *l, struct range r)
{
	int opened = 0;

	for (size_t i = r.from; i < r.to; i++)
		opened += l->token[i].role == QUOTE ? quote_side(l, &l->token[i]) : 0;
	if (opened < 0 && l->token[r.to - 1].role == QUOTE)
		r.to--;
	else if (opened > 0 && l->token[r.from].role == QUOTE)
		r.from++;
	return r;
}

struct str
phrase(const struct linker *l, struct range r)
{
	while (r.from < r.to && is_joint(&l->token[r.from]))
		r.from++;
	while (r.from < r.to && is_joint(&l->token[r.to - 1]))
		r.to--;
	r = without_half(l, r);
	if (r.from + 2 < r.to && l->token[r.from].role == QUOTE &&
	    l->token[r.to - 1].role == QUOTE && one_quotation(l, r)) {
		r.from++; /* “拉锯战” */
		r.to--;
	}
	if (r.from >= r.to)
		return (struct str){NULL, 0};
	size_t start = l->token[r.from].start, end = l->token[r.to - 1].end;
	if (end - start > MAX_BYTES) /* no name of anything; each figure after it would have it */
		return (struct str){NULL, 0};
	return (struct str){l->text.p + start, end - start};
}

struct str
word_at(const struct linker *l, size_t i)
{
	return phrase(l, (struct range){i, i + 1});
}

struct str
join(struct linker *l, struct str a, struct str b)
{
	if (a.n == 0)
		return b;
	if (b.n == 0)
		return a;
	if (a.p + a.n == b.p)
		return (struct str){a.p, a.n + b.n};
	if (a.n + b.n > MAX_BYTES)
		return b;
	char *p = arena_alloc(l->figures->arena, a.n + b.n);
	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return (struct str){p, a.n + b.n};
}

/* --- clauses --- */

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

size_t
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

struct range
rest_of_clause(const struct linker *l, size_t i)
{
	int opened = 0;
	size_t to;

	while (i < l->n && (l->token[i].role == LEVEL || l->token[i].role == ADVERB ||
			       l->token[i].role == SPACE || l->token[i].role == AFTER ||
			       l->token[i].role == DE))
		i++;
	for (to = i; to < l->n && to < i + MAX_PHRASE; to++) {
		const struct token *t = &l->token[to];

		if (t->role == QUOTE)
			opened += quote_side(l, t);
		if (t->role == STOP || t->role == COMMA || t->role == CLOSE || opened < 0)
			break; /* the end of the clause, or of a quotation that it stands in */
	}
	return (struct range){i, to};
}

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
	if (t->basis == NULL)
		t->basis = link_gives(w); /* 年增 */
	t->timed = link_word(w)->timed;
	if (link_word(w)->keep)
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
			t->basis = link_gives(w);
		return true;
	case DEAL: t->deal = true; return true;
	case LEVEL: t->level = true; return true;
	case LIGHT: t->light = true; return true;
	case AND: return l->token[i + 1].role == DATE; /* 与|去年|同期|相比 */
	case SHARE:
		if (i + 1 != k && l->token[i + 1].role != LEVEL)
			return false;
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
	case AFTER: return i + 1 == k; /* 前|两位 */
	case FROM:                     /* 由5%收窄至3%: both are levels */
		t->reached = t->reached || t->direction == 0;
		return true;
	case QUOTE: /* “十二五” */
		return l->token[i + 1].role == DATE || (i > 0 && l->token[i - 1].role == DATE);
	case DE: /* 2022年|的|31.1%, 由目前|的|2小时, 从当年|的|27起 */
		if (i > 1 && l->token[i - 1].role == LEAD && l->token[i - 2].role == FROM)
			return true;
		while (i > 0 && (l->token[i - 1].role == LEAD || l->token[i - 1].role == QUOTE ||
				    l->token[i - 1].role == SAME))
			i--;
		return i > 0 && (l->token[i - 1].role == DATE || l->token[i - 1].role == ADVERB ||
				    l->token[i - 1].role == NOW);
	case FIGURE: return is_adverbial(l, i);
	case DEICTIC:
	case PLACE:
	case NOUN:
		if (l->token[k].role != FIGURE || figure_of(l, k)->kind != KIND_ORDINAL ||
		    t->field != SIZE_MAX ||
		    (w->role == NOUN && !t->level && (i == 0 || l->token[i - 1].role != RANK)))
			return false;
		t->field = i;
		return true;
	default: return false;
	}
}

struct tail
tail_of(const struct linker *l, size_t low, size_t k)
{
	struct tail t = {.than = SIZE_MAX, .keep = SIZE_MAX, .field = SIZE_MAX};
	bool to = false;
	size_t i = k;

	while (i > low && tail_take(l, &t, i - 1, k, &to))
		i--;
	t.to = i;
	if (t.than != SIZE_MAX && t.than + 1 < k)
		return t;
	/* 比全国平均水平高: the noun after 比 is no metric, and stands against it */
	for (; i > low; i--) {
		const struct token *w = &l->token[i - 1];
		if (w->role == THAN)
			break;
		if (!in_phrase(w) && w->role != DE && w->role != DATE && w->role != ADVERB &&
		    w->role != SAME && w->role != VERB && w->role != BASIS)
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

/* --- noun phrases --- */

/* 冶炼|和|压延加工业, 增长|的|贡献率: a mark of a noun phrase after a verb. */
static bool
joins_verb(const struct token *w, bool more, bool object)
{
	if (!more)
		return false;
	if (w->role == AND)
		return !object && (w[-1].role == VERB || w[-1].role == LIGHT);
	return w->role == DE && (w[-1].role == RISE || w[-1].role == FALL);
}

/* Is what ends at a token said to rise or fall? */
static bool
changes(const struct linker *l, size_t to)
{
	while (to < l->n && (l->token[to].role == ADVERB || l->token[to].role == BASIS))
		to++;
	return to < l->n && (l->token[to].role == RISE || l->token[to].role == FALL);
}

/* “爷爷教你|挑柚子”的视频: what begins within a quotation begins behind it. */
static size_t
after_quotation(const struct linker *l, struct range r)
{
	size_t from = r.from;
	int opened = 0;

	for (size_t i = r.from; i < r.to; i++) {
		if (l->token[i].role != QUOTE)
			continue;
		opened += quote_side(l, &l->token[i]);
		if (opened < 0) {
			from = i + 1;
			opened = 0;
		}
	}
	while (from > r.from && from < r.to &&
	       (l->token[from].role == DE || l->token[from].role == ETC))
		from++;
	return from < r.to ? from : r.from;
}

bool
is_each(const struct linker *l, size_t i)
{
	return link_char(l, l->token[i].start)->each;
}

/* A word of one character. */
static bool
is_short(const struct token *t)
{
	return t->end - t->start == 3;
}

/* A verb within a noun phrase that ends at to, token i. */
static bool
is_verb_within(const struct linker *l, size_t i, size_t low, size_t to, bool object)
{
	const struct token *w = &l->token[i];
	bool phrase_before = i > low && (in_phrase(w - 1) || w[-1].role == CLOSE);
	bool metric = ends_metric(&l->token[to - 1]);

	if (w[1].role == AND) /* 冶炼|和|压延|加工业 */
		return true;
	if (!object && i > low + 1 && w[-1].role == AND && w[-2].role == VERB)
		return true;
	if (metric && i > low + 1 && w[-1].role == LIST && in_phrase(&w[-2]))
		return true; /* 医疗、|居住|价格 */
	/* 国有|控股|企业|增长, 生产者|购进|价格, 汽车|充电|桩 */
	return phrase_before &&
	       (metric || is_single(&w[1]) || changes(l, to) ||
		   (w[1].role == HOLDER &&
		       (is_short(w) || is_short(&w[1])))); /* 古|渡|水乡, 示范|村 */
}

/* Does token i, which is no noun, stand within the noun phrase that ends at to? */
static bool
is_within(const struct linker *l, size_t i, size_t low, size_t to, bool object)
{
	const struct token *w = &l->token[i];
	bool phrase_before = i > low && (in_phrase(w - 1) || w[-1].role == CLOSE);

	switch ((enum role)w->role) {
	case SHARE:
	case SAME: return true;
	case VERB: return !link_word(w)->causes && is_verb_within(l, i, low, to, object);
	case LIGHT: /* 燃气及水|生产|和|供应业, 办结|率 */
		return (!object && w[1].role == AND) ||
		       (w[1].role == HEAD && w[1].end - w[1].start == 3);
	case LEVEL: /* 收入|实际|增速, 占|全部|造林面积 */
		return (phrase_before && w[1].role == PART) || (i > low && w[-1].role == SHARE);
	case AFTER: /* 硕士|以上|学历, 硕士|及|以上|学历 */
		return (phrase_before || (i > low + 1 && w[-1].role == AND && in_phrase(w - 2))) &&
		       !is_short(w) && in_phrase(&w[1]);
	case RISE:
	case FALL: return phrase_before || w[1].role == DE; /* 下降|的|城市 */
	case BASIS:
		return phrase_before ||
		       ((w[1].role == RISE || w[1].role == FALL) && w[2].role == DE);
	default: return false;
	}
}

/* 受理|旅游|投诉|143件: is its last verb the object of another? Not 业委会|拿出|70%. */
static bool
ends_in_deed(const struct linker *l, size_t low, struct range r)
{
	const struct token *first = &l->token[r.from];

	if (is_short(&l->token[r.to - 1]))
		return false;
	return (is_verb(first) && !is_short(first)) || (r.from > low && is_verb(first - 1)) ||
	       (r.from + 2 == r.to && link_word(first)->quality); /* 严重|损坏 */
}

struct range
noun_phrase(const struct linker *l, size_t low, size_t to, bool object)
{
	size_t i, from;
	bool noun = false, verb = false; /* verb: ends in one */
	int closed = 0;                  /* quotations whose end was seen */

	bool last = to + 1 >= l->n || !in_phrase(&l->token[to + 1]); /* nothing behind the figure */
	if (to > low + 1 && (l->token[to - 1].role == DE || (l->token[to - 1].role == ETC && last)))
		to--; /* 占全国面积|的|1.9%, 民兵、志愿者|等|460人 */
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
		} else if (w->role == QUOTE && quote_side(l, w) > 0 && closed == 0) {
			break; /* the figure stands within the quotation */
		} else if (in_phrase(w)) {
			noun = noun || w->role != QUOTE;
			if (w->role == QUOTE)
				closed -= quote_side(l, w);
			from = --i;
		} else if (w->role == CLOSE) {
			size_t b = before_bracket(l, i, low);
			if (b == i || b == low || !in_phrase(&l->token[b - 1]))
				break;
			i = from = b;
		} else if (noun && (is_joint(w) || w->role == ETC) &&
			   (phrase_before || joins_verb(w, i - 1 > low, object))) {
			i--;
		} else if (noun && is_within(l, i - 1, low, to, object)) {
			from = --i;
		} else if (i == to && phrase_before && w->role == VERB) { /* 劳动争议|调解|50件 */
			noun = verb = true;
			from = --i;
		} else {
			if (noun && (w->role == VERB || w->role == TAKE) && !link_word(w)->causes)
				from = i - 1;
			if (from < i && w->role == TAKE && i - 1 > low && w[-1].role == NOUN &&
			    link_word(&w[-1])->keep)
				from--; /* 城镇|新增|就业 */
			while (from < i && w->role == TAKE && from > low &&
			       l->token[from - 1].role == TAKE)
				from--; /* 新建|改扩建|幼儿园 */
			break;
		}
	}
	bool deed = verb && ends_in_deed(l, low, (struct range){from, to});
	while (
	    !deed && to > from && !in_phrase(&l->token[to - 1]) && l->token[to - 1].role != CLOSE)
		to--;
	return (struct range){noun ? after_quotation(l, (struct range){from, to}) : to, to};
}

/* 村级|互助|点: does a noun of one character end the phrase? */
static bool
ends_noun(const struct linker *l, size_t i)
{
	return is_single(&l->token[i]) && (i + 1 == l->n || !in_phrase(&l->token[i + 1]));
}

struct range
right_phrase(const struct linker *l, size_t k, bool object)
{
	size_t i = k + 1, from, to;
	int opened = 0;

	while (i < l->n &&
	       (l->token[i].role == DE || l->token[i].role == SPACE || l->token[i].role == AFTER ||
		   (l->token[i].role == AND && i + 1 < l->n && l->token[i + 1].role == AFTER)))
		i++; /* 60岁|及|以上|人口 */
	if (i + 2 < l->n && link_age(l, i) != 0 && l->token[i + 1].role == AFTER &&
	    l->token[i + 2].role == DE)
		i += 3; /* 2万名|45岁|以上|的|居民 */
	if (i + 2 < l->n && l->token[i].role == VERB && l->token[i + 1].role == DE &&
	    in_phrase(&l->token[i + 2]))
		i += 2; /* 两个|相关|的|建议 */
	for (from = to = i; i < l->n && i < k + MAX_PHRASE; i++) {
		const struct token *w = &l->token[i];
		bool more = i + 1 < l->n && in_phrase(w + 1);

		if (w->role == QUOTE) {
			opened += quote_side(l, w);
			if (opened < 0)
				break; /* the end of a quotation that the figure stands in */
		}
		if ((to > from && (w->role == AMONG || link_word(w)->each || /* 62户|茶农|户均 */
				      (link_word(w)->idiom && w[-1].role != DE))) ||
		    link_word(w)->people)
			break; /* 87岁|高龄|的|她 */
		bool ends = i + 1 == l->n || is_boundary(w + 1);

		if ((in_phrase(w) && w->role != AMONG) ||
		    (to > from && w->role == LIGHT && !is_short(w) &&
			(ends || w[1].role == LIST)) || /* 基层|组织 */
		    (object && w->role == VERB && w->end - w->start == 3 && ends))
			to = i + 1; /* 开了|17场|坝|坝|会 */
		else if (i == from && i == k + 1 && more &&
			 (w->role == FIGURE || (object && w->role == VERB)))
			continue; /* 7个|千亿元|台阶 */
		else if (!(to > from && more &&
			     (w->role == DE || w->role == AND ||
				 (w->role == VERB &&
				     (w->end - w->start == 3 || ends_noun(l, i + 1))))))
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

bool
looks_like_name(const struct linker *l, struct range r)
{
	return r.from + 1 < r.to && is_single(&l->token[r.from]) &&
	       is_single(&l->token[r.from + 1]) &&
	       !link_is_word(l, l->token[r.from].start, l->token[r.from + 1].end);
}

bool
names_area(const struct linker *l, size_t from, size_t to)
{
	if (from >= to)
		return false;
	const struct token *area = &l->token[to - 1];
	size_t before = area->start - l->token[from].start;

	return before >= 3 && before <= 9 && area->role == HOLDER && link_word(area)->brings;
}

/* 伦敦|布伦特、纽约|WTI|油价: places within the items of a list. */
static bool
lists_names(const struct linker *l, struct range r)
{
	if (r.from + 1 >= r.to || l->token[r.from].role != PLACE ||
	    !in_phrase(&l->token[r.from + 1]))
		return false;
	for (size_t i = r.from + 1; i + 1 < r.to; i++)
		if ((l->token[i].role == LIST || l->token[i].role == AND) &&
		    l->token[i - 1].role != PLACE && l->token[i + 1].role == PLACE)
			return true;
	return false;
}

/* 云岭山|景区|接待|游客: a verb, or a noun of doing. */
static bool
does(const struct token *t)
{
	return t->role == VERB || (t->role == NOUN && link_word(t)->verbal);
}

/* 北京|, 北京、上海|, 临江、江南、高坪三区|产值: where the places end that token i begins. */
static size_t
places_end(const struct linker *l, size_t i, size_t to)
{
	size_t from = i;

	while (i < to && l->token[i].role == PLACE)
		i++;
	size_t first = i;
	while (i > from && i + 1 < to && (l->token[i].role == LIST || l->token[i].role == AND) &&
	       l->token[i + 1].role == PLACE)
		i += 2;
	if (i > first && i < to && l->token[i].role == ETC)
		i++;
	return i;
}

struct range
cut_scope(const struct linker *l, struct range *r)
{
	size_t i = r->from, end;
	struct range scope = {i, i};
	bool name = looks_like_name(l, *r);
	bool above = r->from > 0 && l->token[r->from - 1].role == AFTER; /* 5000万元以上|项目 */
	bool metric = r->from < r->to && ends_metric(&l->token[r->to - 1]);
	bool item = r->from > 0 && l->token[r->from - 1].role == LIST; /* 步道2公里、|社区|球场 */

	if (lists_names(l, *r))
		return scope;

	if (i < r->to && l->token[i].role == DEICTIC)
		i++;
	else
		i = places_end(l, i, r->to);
	end = i;
	name = name || (i > r->from && l->token[r->from].role == PLACE);
	if (name && i > r->from && i < r->to && l->token[i].role == HOLDER &&
	    l->token[i].end - l->token[i].start == 3)
		end = ++i; /* 三河|村 */
	for (size_t k = i; k + 1 < r->to; k++) {
		const struct token *w = &l->token[k];
		if (!in_phrase(w) && (w->role != VERB || (w[1].role != HOLDER && !is_single(w))))
			break; /* 批发|市场, 梨|润|食品|有限公司 */
		/* 某某医院床位; 晨光股份有限公司; 公司营业收入; but 港口吞吐量 */
		if (w->role == HOLDER &&
		    (name || (k > r->from && w->end - w->start >= 12) ||
			(k == r->from && link_word(w)->keep && !item && !above) ||
			names_area(l, r->from, k + 1) ||
			(k > r->from && k + 2 < r->to && does(&w[1]) && !metric)))
			end = k + 1;
	}
	scope.to = end;
	r->from = end;
	return scope;
}

/* --- lists --- */

struct str
common_rest(struct str a, struct str b)
{
	for (size_t at = 0; at + 6 <= a.n && b.n > 0; at += utf8_len(a.p[at])) {
		const char *p = memmem(b.p, b.n, a.p + at, a.n - at);
		if (p != NULL)
			return (struct str){p + (a.n - at), b.n - (size_t)(p - b.p) - (a.n - at)};
	}
	return (struct str){NULL, 0};
}

/* 汽、柴|油: does the character before the mark make a word, too, with what follows the first here?
 */
static bool
shares_half(const struct linker *l, struct range last)
{
	const struct token *next = &l->token[last.from];
	const struct token *before = last.from < 2 ? next : next - 2;
	size_t n = next->end - next->start;
	char both[12];

	if (before == next || !is_single(before) || before->end - before->start != 3 || n < 6 ||
	    n > sizeof both)
		return false;
	memcpy(both, l->text.p + before->start, 3);
	memcpy(both + 3, l->text.p + next->start + 3, n - 3);
	return link_is_known((struct str){both, n});
}

/* 小学、高中|在校生: where in s, the last item of a list, the words of so many characters end. */
static size_t
after_word(const struct linker *l, struct range last, struct str s, size_t count)
{
	size_t end = (size_t)(s.p - l->text.p) + 3 * count, i = last.from;

	while (i < last.to && l->token[i].start < end)
		i++;
	if (i == last.to || l->token[i].start != end || 3 * count >= s.n)
		return s.n;
	for (size_t k = i; k < last.to; k++)
		if (l->token[k].role != NOUN)
			return s.n;
	return 3 * count;
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
	size_t same = utf8_count(first.p, first.n), head;

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
	if (same == 1 &&
	    link_word_from(l, (size_t)(s.p - l->text.p) + utf8_len(*s.p), GRADE, &head) != 0)
		return utf8_len(*s.p); /* 中、小|型企业 */
	if (shares_half(l, last))
		return utf8_len(*s.p); /* 汽、柴|油价格 */
	size_t end = last.to;
	while (end > last.from && l->token[end - 1].role != HEAD && l->token[end - 1].role != PART)
		end--;
	if (end == last.from)
		return same > 0 && same <= 3 ? after_word(l, last, s, same) : s.n;
	head = l->token[end - 1].start - (size_t)(s.p - l->text.p);
	if (same > 0 && same <= 3) {
		bool one = same == 1; /* 猪、牛、家禽|出栏: a word is not cut */
		size_t at = 0, i = last.from;
		while (same-- > 0 && at < s.n)
			at += utf8_len(s.p[at]);
		/* a word of one character goes with what is before it: 优质稻 */
		while (i < end && l->token[i].start < at + (size_t)(s.p - l->text.p))
			i++;
		bool cut = one && l->token[i].start != at + (size_t)(s.p - l->text.p);
		if (at > 0 && at <= head && !cut && (i == end - 1 || !is_single(&l->token[i])))
			return at;
	}
	return head > 0 ? head : s.n;
}

/* The list whose items are parted by 、 and, if and, by 和. */
static struct list
list_parted(const struct linker *l, struct range r, bool and)
{
	struct list list = {.n = 0};
	struct range last = r;
	size_t from = r.from;

	for (size_t i = r.from; i <= r.to && list.n < MAX_LIST; i++) {
		bool etc = i < r.to && l->token[i].role == ETC;

		if (i < r.to && !etc && l->token[i].role != LIST &&
		    (l->token[i].role != AND || !and))
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

struct list
list_of(const struct linker *l, struct range r, size_t n)
{
	struct list list = list_parted(l, r, true);

	if (list.n > n) { /* 租赁和商务服务业、房地产业 */
		struct list other = list_parted(l, r, false);
		if (other.n == n)
			return other;
	}
	return list;
}

struct list
series_of(struct linker *l, struct range r, size_t n)
{
	struct list list = {.n = 0};
	uint32_t number = 0;
	size_t end = 0, first = r.from > 0 ? r.from - 1 : r.from;

	for (; first < r.to && number == 0; first++)
		number = link_word_from(l, l->token[first].start, SERIES, &end);
	if (number == 0)
		return list;
	struct token *t = &l->token[--first];
	uint32_t before = t->word;
	t->word = number; /* the rule was of use */
	const char *s = link_gives(t);
	for (size_t len; *s != '\0' && list.n < MAX_LIST; s += len) {
		len = strcspn(s, " ");
		if (len > 0)
			list.item[list.n++] = (struct str){s, len};
		else
			len = 1;
	}
	if (list.n != n) {
		list.n = 0;
		t->word = before;
		return list;
	}
	for (r.from = first; r.from < r.to && l->token[r.from].end <= end; r.from++)
		;
	list.shared = phrase(l, r);
	return list;
}
