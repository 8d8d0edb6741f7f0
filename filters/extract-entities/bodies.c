/* bodies - bodies, facilities and events: what grows from an ending to the left */
/* SPDX-License-Identifier: MIT */
#include "names.h"

enum { RARE = 1300, SELDOM = 1150 }; /* of words: cost, as in the lattice */

/* 组织部|副部长|王旭东: a body without a name of its own, whose somebody is the head. */
static bool
heads(const struct finder *f, size_t e)
{
	const struct token *t = &f->token[e];

	/* not so 合作社|理事长|马永福 */
	return one_at(f, t->end - 1) & ONE_OFFICE && t->end - t->start >= 3 && e + 2 < f->ntoken &&
	       info_of_token(f, t + 1)->flags & L_POST && is_name(t + 2, PERSON);
}

/*
 * 鲲鹏计算产业生态|重庆|中心, 空天动力|陕西|实验室: what stands before the place, from the start
 * of an item of a list or of a sentence. The first token of it, or the place itself.
 */
static size_t
before_place(const struct finder *f, size_t place)
{
	size_t k = place;

	while (k > 0 && place - k < 6) {
		const struct token *b = &f->token[k - 1];
		const struct info *in = info_of_token(f, b);

		if (b->kind >= 0 || !is_han(f->cp[b->start]) ||
		    (b->pos != POS_NOUN && b->pos != POS_NAME && b->pos != POS_ADJ &&
			!(in->flags & L_INNER)) ||
		    in->flags & (L_NOT | L_ROLE | L_POST | L_POST_WEAK | L_PLACE_BEFORE) ||
		    in->more & (M_PLAIN | M_DOES | M_RUNS))
			break;
		k--;
	}
	if (place - k < 2)
		return place;
	if (k == 0 || !is_han(f->cp[f->token[k].start - 1]))
		return k;
	/* 与|电子科技大学|中山|学院 */
	int pos = f->token[k - 1].pos;
	return f->token[place - 1].end_flags & L_ORG_STRONG && f->token[k - 1].kind < 0 &&
		       (pos == POS_PREP || pos == POS_CONJ || pos == POS_VERB)
		   ? k
		   : place;
}

/* 和|友|重庆|光|能|有限公司: a word that joins has nothing to join where a sentence begins. */
static bool
joins_nothing(const struct finder *f, size_t place)
{
	const struct token *t = &f->token[place];

	return place > 1 && t[-1].kind < 0 && t[-1].end - t[-1].start == 1 &&
	       is_han(f->cp[t[-1].start]) && t[-2].pos == POS_CONJ &&
	       t[-2].end - t[-2].start == 1 && (place == 2 || !is_han(f->cp[t[-2].start - 1]));
}

/* How many words a weak ending takes: 省人力资源社会保障厅, 电子信息产品监督检验中心. */
static unsigned
weak_reach(const struct finder *f, const struct token *t)
{
	return t->end - t->start > 1 ? 7 : one_at(f, t->end - 1) & ONE_WIDE ? 5 : 3;
}

/* 思科公司 is in the lexicon, but what stands before its ending is no word of it. */
static bool
coined(const struct finder *f, const struct token *t)
{
	if (t->end - t->start < 4 || !is_han(f->cp[t->start]))
		return false;
	for (uint32_t k = t->start + 2; k < t->end; k++)
		if (info_at(f, k, t->end)->flags & L_ORG_STRONG)
			return !(info_at(f, t->start, k)->flags & L_WORD);
	return false;
}

/*
 * 军事医学科学研究院毒物药物研究所: nouns without a proper name, but with the ending of one more
 * body among them. Its first token, or e.
 */
static size_t
noun_chain(const struct finder *f, size_t e)
{
	size_t k = e;
	bool body = false;

	while (k > 0 && e - k < MAXGROW) {
		const struct token *b = &f->token[k - 1];
		const struct info *in = info_of_token(f, b);

		if (b->kind >= 0 || b->end - b->start < 2 || !is_han(f->cp[b->start]) ||
		    (b->pos != POS_NOUN && b->pos != POS_NAME) ||
		    in->flags & (L_NOT | L_ROLE | L_POST | L_POST_WEAK) || in->more & M_PLAIN)
			break;
		body |= k < e && b->end_flags & L_ORG_STRONG;
		k--;
	}
	return body && e - k >= 3 && f->token[e].end - f->token[k].start >= 9 ? k : e;
}

/*
 * 解忧|公主|旅游|文化|发展|有限公司: who is registered has a name, so it is all nouns before, if a
 * name can begin there. Its first token, or e.
 */
static size_t
registered_from(const struct finder *f, size_t e)
{
	size_t k = e;

	while (k > 0 && e - k < MAXGROW) {
		const struct token *b = &f->token[k - 1];
		const struct info *in = info_of_token(f, b);

		if (b->kind >= 0 || !is_han(f->cp[b->start]) ||
		    (b->pos != POS_NOUN && b->pos != POS_NAME && b->pos != POS_ADJ &&
			!(in->flags & L_INNER) && in->cost < RARE) ||
		    in->flags & (L_NOT | L_POST | L_POST_WEAK | L_ORG_STRONG) || in->more & M_PLAIN)
			break;
		k--;
	}
	const struct info *first = info_of_token(f, &f->token[k]);
	uint32_t len = f->token[e].start - f->token[k].start;
	bool of = k > 0 && f->token[k - 1].pos == POS_PART; /* 当地的|家具|有限公司 */
	if (e - k < 2 || len < 4 || (of && (e - k == 2 || len < 6) && first->cost < RARE))
		return e;
	if (k == 0 || !is_han(f->cp[f->token[k].start - 1]))
		return k;
	int pos = f->token[k - 1].pos;
	return f->token[k - 1].kind < 0 && (pos == POS_PREP || pos == POS_PART) ? k : e;
}

/* 恒业|家具|厂: a word that is hardly ever seen, and a trade. Its first token, or e. */
static size_t
traded_from(const struct finder *f, size_t e)
{
	size_t k = e;

	while (k > 0 && info_of_token(f, &f->token[k - 1])->more & M_TRADE)
		k--;
	if (k == e || k == 0 || f->m->more[f->token[k].info].broad)
		return e;
	const struct token *b = &f->token[--k];
	const struct info *in = info_of_token(f, b);
	if (b->kind >= 0 || b->end - b->start != 2 || in->cost < RARE || !is_han(f->cp[b->start]) ||
	    (b->pos != POS_NOUN && b->pos != POS_NAME) || in->flags & L_NOT)
		return e;
	if (k == 0 || !is_han(f->cp[b->start - 1]))
		return k;
	return b[-1].kind < 0 && (b[-1].pos == POS_PART || b[-1].pos == POS_VERB) ? k : e;
}

/* 长城|出版社, from the start of a sentence or behind a word that a name follows. Its first token,
 * or e. */
static size_t
named_from(const struct finder *f, size_t e)
{
	enum { OFTEN = 1050 };
	const struct token *t = &f->token[e], *b = t - 1;
	const struct info *in = e > 0 ? info_of_token(f, b) : NULL;

	if (e == 0 || t->info == 0 || !f->m->more[t->info].named || b->kind >= 0 ||
	    b->end - b->start < 2 || !is_han(f->cp[b->start]) || in->cost < OFTEN ||
	    (b->pos != POS_NOUN && b->pos != POS_NAME && b->end - b->start < 4) ||
	    in->flags & (L_NOT | L_ROLE | L_POST | L_POST_WEAK | L_ORG_STRONG | L_ORG_WEAK) ||
	    in->more & M_PLAIN)
		return e;
	if (e == 1 || !is_han(f->cp[b->start - 1]))
		return e - 1;
	return b[-1].kind < 0 && (b[-1].pos == POS_PREP || b[-1].pos == POS_CONJ ||
				     b[-1].pos == POS_VERB || b[-1].pos == POS_PART)
		   ? e - 1
		   : e;
}

/* A body without evidence before its ending: the first token of its name, or ntoken. */
static size_t
alone_from(const struct finder *f, size_t e)
{
	const struct token *t = &f->token[e];
	bool strong = t->end_flags & L_ORG_STRONG, weak = t->end_flags & L_ORG_WEAK;
	size_t first = e;

	if (t->end_more & M_REGISTERED)
		first = registered_from(f, e);
	else if (strong && !t->end_inside)
		first = noun_chain(f, e);
	if (first == e && strong && !t->end_inside)
		first = coined_before(f, e); /* 黄|流|中学 */
	if (first == e && !t->end_inside && (strong || weak))
		first = traded_from(f, e);
	if (first == e)
		first = named_from(f, e);
	if (first == e && strong && e > 0 && !(t->end_more & M_COMMON) && t[-1].kind < 0 &&
	    named_place(f, t - 1) && info_of_token(f, t - 1)->cost > SELDOM)
		first = e - 1; /* 鼓楼|公安分局 */
	if (first < e || (strong && (heads(f, e) || (t->end_inside && coined(f, t)))))
		return first;
	return f->ntoken;
}

/* 马来西亚公司, 中国公司 are no names. */
static bool
of_country(const struct finder *f, size_t e, const struct growth *g)
{
	const struct token *t = &f->token[e];

	return t->end_more & M_COMMON && !t->end_inside && g->nouns == 0 &&
	       g->evidence == EV_PLACE && e - g->start == 1 && g->country &&
	       f->m->more[t->info].things != 0;
}

/* 西安|高新区|经|国务院: does a character stand between that is none of a name? */
static bool
parted(const struct finder *f, size_t e, const struct growth *g)
{
	for (size_t k = g->start + 1; k < e; k++) {
		const struct token *t = &f->token[k];

		if (t->kind < 0 && t->end - t->start == 1 && !(t->flags & (L_UNIT | L_INNER)))
			return true;
	}
	return false;
}

/* Does what was found before it make a body of token e? */
static bool
takes(const struct finder *f, size_t e, const struct growth *g)
{
	const struct token *t = &f->token[e], *first = &f->token[g->start];
	uint32_t len = t->end - first->start;

	if (is_name(t, ORG)) {
		/* 市委|市政府 are two, and so are 北大|清华 */
		bool by_body = is_name(first, ORG) &&
			       (f->cp[first->start] == f->cp[t->start] ||
				   (e - g->start == 1 && first->kind == K_BODY &&
				       first->end - first->start == 2 && t->end - t->start == 2));

		return (g->evidence >= EV_OPENER ||
			   (g->evidence == EV_PROPER && e - g->start == 1 && len >= 6)) &&
		       (g->nouns == 0 || t[-1].end_flags & L_ORG_STRONG) &&
		       !(g->evidence == EV_OPENER && e - g->start > 1) && !by_body;
	}
	if (t->end_more & M_GOVERNMENT)
		return g->nouns == 0 && !g->country && g->evidence >= EV_OPENER;
	if (t->end_flags & L_ORG_STRONG)
		return g->evidence >= EV_OPENER || (g->evidence == EV_PROPER && len >= 4) ||
		       (g->evidence == EV_NUM && len >= 4);
	if (t->end_flags & L_TEAM)
		return (g->evidence == EV_PLACE && len - (t->end - t->start) <= 8 &&
			   g->nouns <= 1) ||
		       (g->evidence == EV_PROPER && g->nouns == 0 && len >= 3 && len <= 4) ||
		       (g->evidence == EV_BODY && e - g->start == 1) || /* 万达|队 */
		       (g->evidence == EV_OPENER && g->nouns == 1 && e - g->start == 2 &&
			   len >= 5) || /* 国家|攀岩|队 */
		       (g->evidence >= EV_PLACE &&
			   t[-1].end_flags & L_ORG_STRONG); /* 施洞中学|队 */
	return false;
}

/* Does it although its ending is weak? */
static bool
takes_weak(const struct finder *f, size_t e, const struct growth *g)
{
	const struct token *t = &f->token[e];
	uint32_t own = t->end - t->start, len = t->end - f->token[g->start].start;
	bool next = e + 1 < f->ntoken;

	if (own == 1 && (is_letter(f->cp[t->start - 1]) || t[-1].pos == POS_UNIT ||
			    (next && t[1].end - t[1].start == 1 && is_han(f->cp[t->end]) &&
				t[1].kind < 0 && (t[1].pos == POS_NOUN || t[1].pos == POS_NONE)) ||
			    (next && f->cp[t->start] == U'所' && g->nouns <= 1 &&
				t[1].pos == POS_VERB))) /* 所作 */
		return false;
	if (g->evidence >= EV_OPENER)
		return len >= 3 && g->nouns <= weak_reach(f, t) &&
		       (g->nouns > 0 || t->end_inside || g->evidence == EV_BODY || own > 1);
	return (g->evidence == EV_PROPER && g->nouns <= 2 && len >= 4 && !t->end_inside &&
		   own >= 2) ||
	       (g->evidence == EV_NUM && len >= 4 && f->cp[t->end - 1] == U'厂');
}

/* 和龙市|金达莱|村 is called as a body is; 柑园村|三|社 is part of a village. */
static bool
not_body(const struct finder *f, size_t e)
{
	const struct token *t = &f->token[e];

	if (t->kind >= 0)
		return t->end - t->start <= 3 && e + 1 < f->ntoken && t[1].kind < 0 &&
		       t[1].info != 0 && t[1].end - t[1].start == 1 &&
		       f->m->more[t[1].info].village;
	return e > 1 && t->end - t->start == 1 && one_at(f, t->start) & ONE_HAMLET &&
	       t[-1].pos == POS_NUM && is_name(t - 2, LOC);
}

/* 上海交通大学医学院|附属|仁济医院: a body of another, both of which are found. */
static void
add_affiliated(struct finder *f)
{
	for (size_t k = 1; k + 1 < f->ntoken; k++) {
		const struct token *t = &f->token[k];
		uint32_t start = t->start, end = t->end;

		if (t->kind >= 0 || t->info == 0 || !f->m->more[t->info].affiliated)
			continue;
		if (is_name(t - 1, ORG))
			start = t[-1].start;
		if (is_name(t + 1, ORG))
			end = t[1].end;
		for (size_t s = 0; s < f->nspan; s++) {
			const struct span *p = &f->span[s];

			if (p->label == ORG && p->end == t->start && p->start < start)
				start = p->start;
			if (p->label == ORG && p->start == t->end && p->end > end)
				end = p->end;
		}
		if (start < t->start && end > t->end)
			add_span(f, start, end, K_ORG, ORG, 0);
	}
}

void
compose_bodies(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags = t->end_flags;

		if (!is_name(t, ORG) &&
		    (t->kind >= 0 || (!(flags & (L_ORG_STRONG | L_ORG_WEAK | L_TEAM)) &&
					 !(t->end_more & M_GOVERNMENT))))
			continue;
		if (post_from(f, e) > e + 1 || not_body(f, e))
			continue;
		struct growth g = grow(f, e, false);

		if (g.start == e) {
			size_t first = alone_from(f, e);

			if (first < f->ntoken)
				add_span(f, f->token[first].start, t->end, K_ORG, ORG, 0);
			continue;
		}
		if (of_country(f, e, &g) || (t->kind >= 0 && parted(f, e, &g)) ||
		    !(takes(f, e, &g) || (flags & L_ORG_WEAK && takes_weak(f, e, &g))))
			continue;
		if (g.evidence == EV_PLACE && g.start + 1 == e && is_name(&f->token[g.start], LOC))
			g.start = before_place(f, g.start);
		else if (t->end_more & M_REGISTERED && g.evidence == EV_PLACE &&
			 joins_nothing(f, g.start))
			g.start -= 2;
		uint32_t start = f->token[g.start].start;
		struct span *part = f->nspan != 0 ? &f->span[f->nspan - 1] : NULL;
		if (part != NULL && part->kind == K_ORG && part->start == t->end &&
		    is_name(t + 1, LOC) && f->cp[start] != f->cp[part->start])
			part->start = start; /* 沈阳铁路局|吉林中心医院 is one */
		else
			add_span(f, start, t->end, K_ORG, ORG, 0);
		e = g.start;
	}
	add_affiliated(f);
}

void
compose_facilities(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags, more;
		bool inside;

		endings(t, &flags, &more, &inside);
		if (f->cp[t->start] == U'站' && t->end - t->start == 1 && e > 0 &&
		    ((t[-1].kind == K_PLACE && !(t[-1].flags & L_COUNTRY)) ||
			t[-1].kind == K_SUFFIXED)) { /* 绥芬河|站, 幕府西路|站 */
			add_span(f, t[-1].start, t->end, K_FAC, FAC, 0);
			continue;
		}
		size_t lone =
		    f->cp[t->start] == U'站' && t->end - t->start == 1 ? coined_before(f, e) : e;
		if (lone + 2 == e && lone > 0 && is_name(&f->token[lone - 1], LOC) &&
		    !(one_at(f, f->token[lone - 1].end - 1) & ONE_COUNTED)) { /* 襄阳|东|津|站 */
			add_span(f, f->token[lone - 1].start, t->end, K_FAC, FAC, 0);
			continue;
		}
		if (!(flags & L_FAC) || t->kind >= 0)
			continue;
		struct growth g = grow(f, e, false);
		/* 国家|森林公园 alone is no name */
		if (g.evidence < EV_PROPER ||
		    (g.evidence == EV_OPENER && g.start + 1 == e && t->end - t->start >= 4)) {
			size_t first = coined_before(f, e); /* 贵|广|高铁 */
			if (first == e)
				first = graded_from(f, e);

			if (first < e)
				add_span(f, f->token[first].start, t->end, K_FAC, FAC, 0);
			continue;
		}
		if (g.start == e || (g.evidence < EV_OPENER && g.evidence != EV_PROPER))
			continue;
		/* 北碚区天宫村|金果园: a name of its own behind the place stands by itself. */
		if (g.evidence == EV_PLACE) {
			size_t own = g.start;
			while (own < e && is_name(&f->token[own], LOC))
				own++;
			const struct token *o = &f->token[own];
			if (own < e && t->end - o->start >= 3 && is_han(f->cp[o->start]) &&
			    (o->kind >= 0 || o->info == 0 ||
				(o->end - o->start == 1 && !(o->flags & (L_UNIT | L_TAIL)))))
				g.start = own; /* but 滨海|湾|隧道 */
		}
		const struct token *b = &f->token[g.start];
		if (g.start > 1 && g.evidence == EV_PLACE && is_name(b, LOC) &&
		    is_name(b - 2, LOC) && f->cp[b[-1].start] == U'至' && b[-1].end == b->start &&
		    b->start - b[-1].start == 1)
			g.start -= 2; /* 平凉|至|静宁|高速公路 */
		else if (g.start > 0 && g.evidence == EV_PROPER && f->cp[b->start] >= '0' &&
			 f->cp[b->start] <= '9' && b[-1].kind < 0 && b[-1].pos == POS_NOUN &&
			 b->start - b[-1].start >= 2 && !(info_of_token(f, b - 1)->flags & L_NOT))
			g.start--; /* 地铁|7|号线 */
		add_span(f, f->token[g.start].start, t->end, K_FAC, FAC, 0);
		e = g.start;
	}
}

void
compose_events(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags, more;
		bool inside;

		endings(t, &flags, &more, &inside);
		if ((!(flags & L_EVENT) && !(more & M_EVENT_GENERIC)) || t->kind >= 0)
			continue;
		struct growth g = grow(f, e, true);
		/* 十四届|全国人大二次会议 */
		const struct token *b = f->token + g.start;
		if (g.start > 0 && g.start < e && f->cp[b->start - 1] == U'届')
			g.start -= b[-1].pos == POS_NUM                  ? 1
				   : g.start > 1 && b[-2].pos == POS_NUM ? 2
									 : 0;
		if (g.start == e)
			continue;
		uint32_t first = f->cp[f->token[g.start].start];
		bool world = g.evidence == EV_NUM && (first == U'世' || first == U'全');
		if (more & M_EVENT_GENERIC &&
		    ((g.evidence < EV_OPENER && !world) || (g.nouns == 0 && first != U'第')))
			continue;
		/* 全|省政协|推进会 is 全省 */
		if (g.start > 0 && f->cp[f->token[g.start].start - 1] == U'全' &&
		    (first == U'省' || first == U'市' || first == U'区' || first == U'县'))
			g.start--;
		if (g.evidence < EV_NUM)
			continue;
		/* 2036|年|奥运会 */
		if (first == U'年' && g.start < e && g.start > 0 &&
		    is_letter(f->cp[f->token[g.start].start - 1]) &&
		    f->token[g.start].end - f->token[g.start].start == 1)
			g.start++;
		struct span *prev = f->nspan != 0 ? &f->span[f->nspan - 1] : NULL;
		if (prev != NULL && prev->kind == K_EVENT && prev->start == t->end &&
		    is_name(t + 1, LOC)) { /* 世界互联网大会|乌镇峰会 */
			prev->start = f->token[g.start].start;
			e = g.start;
			continue;
		}
		if (prev != NULL && prev->kind == K_EVENT && prev->start == t->end + 1 &&
		    f->cp[t->end] == U'暨') {
			prev->start = f->token[g.start].start; /* A暨B is one */
			e = g.start;
			continue;
		}
		add_span(f, f->token[g.start].start, t->end, K_EVENT, EVENT, 0);
		e = g.start;
	}
}
