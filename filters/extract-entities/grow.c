/* grow - the endings of names, and how far a name reaches from its ending to the left */
/* SPDX-License-Identifier: MIT */
#include "names.h"

enum {
	RARE = 1250,
	COMMON = 900,
	OFTEN = 700,
	TWO_PARTS = 1500,
	SELDOM = 1050,
	RARE_ONE = 950
}; /* of words: costs, as in the lattice */

/*
 * Works out which endings a word has: its own, or those of its last characters (理工大学
 * is one word that ends with 大学). *inside is set for the latter. Worked out
 * once for each word.
 */
static const struct more *
learn_endings(const struct finder *f, const struct token *t)
{
	enum {
		ENDINGS = L_ORG_STRONG | L_ORG_WEAK | L_TEAM | L_FAC | L_PROGRAM | L_EVENT |
			  L_TAIL | L_UNIT
	};
	enum { MORE = M_GOVERNMENT | M_EVENT_GENERIC | M_QUOTED | M_COMMON | M_REGISTERED };
	enum { PEOPLE = L_POST | L_POST_WEAK | L_ROLE | L_ADDRESS };
	const struct info *in = &f->m->info[t->info];
	struct more *x = &f->m->more[t->info];
	uint32_t len = t->end - t->start;

	if (!x->end_known) {
		x->end_known = true;
		x->end_flags = in->flags & ENDINGS;
		x->end_more = (uint16_t)(in->more & MORE);
		if ((x->end_flags | x->end_more) == 0 && len >= 3 && !(in->flags & PEOPLE) &&
		    is_han(f->cp[t->end - 1]))
			for (uint32_t n = len - 1 < 5 ? len - 1 : 5; n >= 1 && !x->end_inside;
			     n--) {
				const struct info *tail = info_at(f, t->end - n, t->end);

				if ((tail->flags & ENDINGS) != 0 || (tail->more & MORE) != 0) {
					x->end_flags =
					    tail->flags & (n == 1 ? L_ORG_WEAK | L_TEAM : ENDINGS);
					x->end_more = (uint16_t)(tail->more & MORE);
					x->end_inside = true;
				}
			}
	}
	return x;
}

/* Reads them off the tokens, once; what any of them has says which names need be looked for. */
uint32_t
mark_endings(struct finder *f, uint32_t *any_more)
{
	uint32_t any = 0;

	*any_more = 0;
	for (size_t k = 0; k < f->ntoken; k++) {
		struct token *t = &f->token[k];

		if (t->info == 0)
			continue;
		const struct more *x = learn_endings(f, t);
		t->end_flags = x->end_flags;
		t->end_more = x->end_more;
		t->end_inside = x->end_inside;
		any |= x->end_flags | (t->flags & (L_POST | L_POST_WEAK));
		*any_more |= x->end_more | f->m->info[t->info].more;
	}
	return any;
}

/* A name on its way to the left. */
struct growing {
	const struct finder *f;
	bool event;
	bool registered; /* 有限公司: before it may stand whatever makes a brand */
	bool strong;     /* 集团, 协会: an ending of a body that is a word */
	struct growth g;
	bool conj;      /* 和 was passed: what stands before it must be of the name, too */
	unsigned nouns; /* words since the ending */
	size_t end;     /* the token that it ends with */
};

/* A character that the lattice left alone, and that may be part of a made-up word. */
static bool
lone_character(const struct finder *f, size_t k)
{
	const struct token *t = &f->token[k];

	return t->kind < 0 && t->end - t->start == 1 && is_han(f->cp[t->start]) &&
	       t->pos != POS_PART && t->pos != POS_PREP && t->pos != POS_CONJ &&
	       t->pos != POS_PRON && t->pos != POS_NUM;
}

/* 寨|前|大桥, 净|月|潭|国家森林公园: what stands before an ending of two characters or more */
size_t
coined_before(const struct finder *f, size_t e)
{
	size_t k = e;

	while (k > 0 && lone_character(f, k - 1))
		k--;
	const struct token *t = &f->token[k];
	const struct info *in = info_of_token(f, t);
	if (e - k < 2 || e - k > 3 || t->pos == POS_ADV || t->pos == POS_LOCAL ||
	    t->pos == POS_UNIT || in->flags & (L_NOT | L_BEFORE | L_PLACE_BEFORE) ||
	    (t->pos == POS_VERB && in->cost < COMMON && !(k > 0 && is_name(t - 1, LOC))))
		return e;
	return k > 0 && (t[-1].pos == POS_NUM || t[-1].pos == POS_UNIT) ? e : k;
}

/* Is it a word for a mountain, water or the like, of one character? */
static bool
is_landform(const struct finder *f, uint32_t at)
{
	uint32_t word = f->spot[at].word;

	return word != 0 &&
	       (f->m->info[word].flags & (L_UNIT | L_TAIL) || f->m->more[word].landform);
}

size_t
graded_from(const struct finder *f, size_t e)
{
	const struct token *t = &f->token[e];

	if (e < 2 || t->end - t->start < 3 || t[-1].kind >= 0 || t[-1].end - t[-1].start < 2 ||
	    !(t[-1].flags & L_OPENER || f->cp[t->start - 1] == U'级'))
		return e;
	size_t first = coined_before(f, e - 1);
	if (first < e - 1)
		return first; /* 净|月|潭|国家|森林公园 */
	const struct token *b = t - 2;
	if (!is_landform(f, b->end - 1))
		return e;
	if (is_name(b, PERSON) && b->end - b->start <= 4)
		return e - 2; /* 贺兰山 */
	if (e >= 3 && b->end - b->start == 1 && b->kind < 0 && b[-1].kind < 0 &&
	    b[-1].end - b[-1].start == 2 && is_han(f->cp[b[-1].start]) && b[-1].pos != POS_NUM &&
	    b[-1].pos != POS_PREP && b[-1].pos != POS_CONJ && b[-1].pos != POS_PRON &&
	    !(b[-1].flags & L_NOT))
		return e - 3; /* 八面|山|国家级|自然保护区 */
	return e;
}

/* What a word says besides the evidence it gives. */
enum { STOP = -1, INNER = -2, AND = -3, POSTED = -4, NUMBER = -5, UNSAID = -6 };

/* 米|高|梅|公司, 三|洋|证券公司: a unit or a number that begins a word of no list. */
static bool
begins_brand(const struct growing *w, size_t k)
{
	const struct token *t = &w->f->token[k], *before = t - 1;

	return w->strong && t->end - t->start == 1 && w->g.evidence == EV_PROPER &&
	       w->g.start == k + 1 && t[1].kind < 0 && t[1].end - t[1].start == 1 &&
	       t[1].pos != POS_UNIT &&
	       (k == 0 || (before->pos != POS_NUM && before->pos != POS_PRON &&
			      !is_letter(w->f->cp[before->start])));
}

/* 重庆|共享|工业|有限公司, 德国|奔驰|集团: a verb that is part of what a body is called. */
static bool
in_brand(const struct growing *w, size_t k)
{
	const struct token *t = &w->f->token[k];
	const struct info *in = info_of_token(w->f, t);
	bool single = t->end - t->start == 1;

	/* 上海|起诉|腾飞|有限公司: who does it to whom */
	if (k == 0 || in->more & M_DOES || (w->g.evidence >= EV_PROPER && is_name(t - 1, LOC)))
		return false;
	if (w->registered && single)
		return (t[-1].end - t[-1].start == 1 && t[-1].kind < 0) || /* 光|能 */
		       (is_name(t - 1, LOC) && in->cost > OFTEN);          /* 深圳|花|仙子 */
	return !single && in->cost > (w->registered ? COMMON : SELDOM) &&
	       (w->registered || (w->strong && w->nouns <= 1 && is_name(t - 1, LOC)));
}

/* May this character be half of a made-up word? */
static bool
is_part(const struct finder *f, const struct token *t)
{
	return is_han(f->cp[t->start]) && !(info_of_token(f, t)->flags & L_NOT) &&
	       t->pos != POS_PART && t->pos != POS_PREP && t->pos != POS_CONJ &&
	       t->pos != POS_PRON && t->pos != POS_NUM && t->pos != POS_UNIT;
}

/* 甘肃|正|天|合|律师事务所: is it one of two to four characters, each by itself, behind a place? */
static bool
behind_place(const struct growing *w, size_t k)
{
	const struct token *token = w->f->token;
	size_t first = k, end = k;

	while (first > 0 && lone_character(w->f, first - 1) && k - first < 4)
		first--;
	while (end < w->end && lone_character(w->f, end))
		end++;
	return first > 0 && end > k && is_name(&token[first - 1], LOC) && end - first >= 2 &&
	       end - first <= (w->registered ? 4U : 3U);
}

/* What the lists say of a word, or UNSAID. */
static int
listed_says(const struct growing *w, size_t k)
{
	const struct finder *f = w->f;
	const struct token *t = &f->token[k];
	const struct info *in = info_of_token(f, t);
	uint32_t len = t->end - t->start, c = f->cp[t->start];

	if (w->event && t->end_flags & L_TEAM)
		return STOP; /* 南非队|比赛: they play */
	if (in->flags & L_INNER)
		return INNER;
	if (in->flags & L_OPENER)
		return EV_OPENER;
	if (in->more & M_MAYBE)
		return EV_NUM;
	if (c == U'驻' && len == 1 && w->g.evidence == EV_PLACE && w->g.start == k + 1 && k > 0 &&
	    (is_name(t - 1, LOC) || is_name(t - 1, ORG)))
		return POSTED; /* 中国|驻|墨西哥|大使馆 */
	if (w->event && c == U'全' && len == 2 && t->pos != POS_ADV)
		return EV_OPENER; /* 全省口岸工作会议 */
	if (w->registered && in->flags & L_ROLE && len > 1)
		return EV_NONE; /* 天台县绣娘文化创意有限公司 */
	if ((w->registered || (w->strong && in->more == 0)) && behind_place(w, k))
		return EV_PROPER;
	if (in->flags & L_NOT || (in->more & M_PLAIN && !w->event))
		return STOP;
	if (in->flags & (L_POST | L_ADDRESS | L_ROLE) && !(in->flags & (L_ORG_STRONG | L_ORG_WEAK)))
		return w->event || (w->strong && k + 1 == w->end && len > 1 && in->flags & L_ROLE)
			   ? EV_NONE /* 音乐家|协会 */
			   : STOP;
	return t->pos == POS_CONJ || in->more & M_AND ? AND : UNSAID;
}

/* What a verb says. */
static int
verb_says(const struct growing *w, size_t k)
{
	const struct finder *f = w->f;
	const struct token *t = &f->token[k], *next = t + 1;
	const struct info *in = info_of_token(f, t);
	uint32_t len = t->end - t->start;
	bool common = !w->event && !(in->flags & (L_ORG_STRONG | L_ORG_WEAK)) && in->cost < RARE;

	if (len == 1 && in->cost > SELDOM)
		return EV_PROPER; /* 拓殖 is cut into characters: a word that no list knows */
	if (in->more & M_DOES)
		return STOP;
	if (len == 1 && w->strong && w->g.evidence == EV_PROPER && w->g.start == k + 1 &&
	    next->end - next->start == 1 && k > 0 && is_name(t - 1, LOC) &&
	    (in->cost > COMMON || (in->cost > OFTEN && is_part(f, t))))
		return EV_PROPER; /* 厦门|鼓|浪|渔业有限公司 */
	/* 职业技术学院|烹饪|学院, 人民医院|消化|内科 */
	if (len == 2 && k > 0 && k + 1 == w->end && !w->event && next->end - next->start == 2 &&
	    (!(next->end_more & M_COMMON) || f->cp[t->start - 1] == f->cp[next->end - 1]) &&
	    t[-1].end_flags & L_ORG_STRONG)
		return EV_NONE;
	if (in_brand(w, k))
		return EV_NONE;
	return w->g.evidence >= EV_OPENER || common ? STOP : EV_NONE;
}

/* 常州|沐|春|生物科技有限公司: words for times and the like in what a company is called */
static bool
in_company(const struct growing *w, size_t k)
{
	const struct token *t = &w->f->token[k], *before = t - 1;

	return w->registered && t->end - t->start == 1 && k > 0 &&
	       (t->pos == POS_TIME || t->pos == POS_ADV || t->pos == POS_LOCAL) &&
	       (is_name(before, LOC) || (before->end - before->start == 1 && before->kind < 0 &&
					    before->pos != POS_PART && before->pos != POS_PREP &&
					    before->pos != POS_CONJ && before->pos != POS_PRON));
}

/* What a word that is neither a name nor in quotes says of a name that it may belong to. */
static int
word_says(const struct growing *w, size_t k)
{
	const struct finder *f = w->f;
	const struct token *t = &f->token[k], *next = t + 1;
	const struct info *in = info_of_token(f, t);
	uint32_t len = t->end - t->start;
	int says = listed_says(w, k);

	if (says != UNSAID)
		return says;
	if (t->pos == POS_NUM) {
		if (w->event)
			return NUMBER;
		return f->cp[t->start] == U'第'                  ? EV_NUM
		       : begins_brand(w, k)                      ? EV_PROPER
		       : len == 1 && next->end - next->start > 2 ? STOP
								 : EV_NONE;
	}
	if (in_company(w, k))
		return EV_PROPER;
	if (t->pos == POS_PART || t->pos == POS_PRON || t->pos == POS_ADV || t->pos == POS_PREP ||
	    t->pos == POS_TIME)
		return STOP;
	if (t->pos == POS_UNIT && len == 1 && !w->event && !(k > 0 && f->cp[t[-1].start] == U'第'))
		return begins_brand(w, k) ? EV_PROPER : STOP;
	/* 西安|爱|生|技术|集团: two characters behind a place are what it is called */
	if (w->strong && len == 1 && k > 1 && w->g.evidence < EV_PROPER && is_name(t - 2, LOC) &&
	    t[-1].kind < 0 && t[-1].end - t[-1].start == 1 && is_part(w->f, t) &&
	    is_part(w->f, t - 1) && in->cost + info_of_token(f, t - 1)->cost > TWO_PARTS)
		return EV_PROPER;
	if (t->pos == POS_VERB)
		return verb_says(w, k);
	if (t->info == 0 || (len == 1 && in->cost > RARE_ONE))
		return EV_PROPER;
	if (len == 1 && w->g.evidence == EV_PROPER && w->g.start == k + 1 &&
	    next->end - next->start == 1 &&
	    (t->pos == POS_NOUN || t->pos == POS_LOCAL || t->pos == POS_NAME || t->pos == POS_ADJ))
		return EV_PROPER;
	return t->pos == POS_NAME && len >= 2 ? EV_PROPER : EV_NONE;
}

/* What a token says. */
static int
token_says(const struct growing *w, size_t k)
{
	const struct token *t = &w->f->token[k], *next = t + 1;
	uint32_t c = w->f->cp[t->start];

	if (t->kind == K_ABBR && w->strong && w->g.evidence == EV_PROPER && w->g.start == k + 1 &&
	    next->end - next->start <= 2 && k > 0 && is_name(t - 1, LOC))
		return EV_PROPER; /* 北京|美|利达|装饰公司 */
	if (is_name(t, LOC))
		return EV_PLACE;
	if (is_name(t, ORG))
		return EV_BODY;
	if (is_name(t, PERSON)) /* not 绿城|外援|埃弗拉|下半场 */
		return k > 0 && t[-1].kind < 0 && t[-1].flags & (L_ROLE | L_POST | L_POST_WEAK)
			   ? STOP
			   : EV_PROPER;
	if (is_letter(c)) {
		/* 301医院 is a name, 18所学校 is a number of them */
		bool count = w->event || next->pos == POS_UNIT || next->pos == POS_NUM ||
			     next->pos == POS_PART;

		return c >= '0' && c <= '9' && count ? STOP : EV_PROPER;
	}
	return is_han(c) ? word_says(w, k) : STOP;
}

/* The token of the quote that opens what token k closes, or k if it is too far or holds nothing. */
static size_t
opening(const struct finder *f, size_t k)
{
	size_t q = k;

	if (k == 0)
		return k;
	do
		q--;
	while (q > 0 && k - q < 8 && !is_open_quote(f->cp[f->token[q].start]) &&
	       !is_close_quote(f->cp[f->token[q].start]) && f->cp[f->token[q].start] != '+');
	return is_open_quote(f->cp[f->token[q].start]) && q + 1 != k ? q : k;
}

/* Takes the evidence of token k into the name; false where the name ends. */
static bool
take(struct growing *w, size_t k, enum evidence ev)
{
	struct growth *g = &w->g;

	if (ev == EV_NONE) {
		w->nouns++;
		return g->evidence < EV_OPENER || (g->evidence == EV_OPENER && g->start <= k + 2);
	}
	if (w->conj && ev < EV_OPENER && !(ev == EV_PROPER && g->evidence <= EV_PROPER)) {
		w->nouns++;
		return true;
	}
	const struct token *t = &w->f->token[k];
	bool nth = w->f->cp[t->start] == U'第' || (k > 0 && w->f->cp[t[-1].start] == U'第');
	if (w->event && ev == EV_NUM && nth && k + 2 >= g->start && g->evidence >= EV_OPENER) {
		g->start = k; /* 第|二十|次|全国代表大会 */
		return true;
	}
	if (g->evidence >= EV_OPENER && ev < EV_OPENER)
		return false;
	/* A word of no list counts only up to the place that stands before it. */
	if (ev >= g->evidence || ev >= EV_OPENER || k + 1 == g->start) {
		if (g->evidence >= EV_OPENER && g->start != k + 1 &&
		    !(g->evidence == EV_OPENER && ev >= EV_PLACE))
			return false;
		g->start = k;
		g->nouns = w->nouns;
		if (ev > g->evidence || (ev == EV_PLACE && g->evidence != EV_BODY))
			g->evidence = ev;
		if (ev == EV_PLACE)
			g->country = !(info_of_token(w->f, &w->f->token[k])->flags & L_ADMIN);
	}
	if (ev == EV_BODY || ev == EV_PLACE)
		w->conj = false;
	return true;
}

/* 公安厅|和, 博览会|和: is what stands before it one by itself? */
static bool
ends_one(const struct finder *f, size_t k, bool event)
{
	const struct token *t = &f->token[k];

	if (event)
		return t->end_flags & L_EVENT || t->end_more & M_EVENT_GENERIC;
	return is_name(t, ORG) || t->end_flags & (L_TEAM | L_FAC) ||
	       info_of_token(f, t)->flags & (L_ORG_STRONG | L_ORG_WEAK);
}

/* Does token k close brackets around a place: （中国）? */
static bool
in_brackets(const struct finder *f, size_t k)
{
	uint32_t c = f->cp[f->token[k].start];

	return k > 2 && (c == ')' || c == 0xFF09) && is_name(&f->token[k - 1], LOC) &&
	       (f->cp[f->token[k - 2].start] == '(' || f->cp[f->token[k - 2].start] == 0xFF08);
}

/* How far the name that ends with token e reaches to the left. */
struct growth
grow(const struct finder *f, size_t e, bool event)
{
	const struct token *t = &f->token[e];
	struct growing w = {.f = f,
	    .event = event,
	    .registered = !event && t->end_more & M_REGISTERED,
	    .strong = !event && t->end_flags & L_ORG_STRONG && t->end - t->start >= 2,
	    .end = e,
	    .g = {.start = e}};

	for (size_t k = e; k-- > 0 && e - k <= MAXGROW;) {
		int says;

		if (f->token[k].kind < 0 && is_close_quote(f->cp[f->token[k].start])) {
			size_t open = opening(f, k);

			if (open == k)
				break;
			k = open;
			says = EV_PROPER;
			if (k > 0 && !is_name(&f->token[k - 1], LOC) &&
			    !is_name(&f->token[k - 1], ORG) && !(f->token[k - 1].flags & L_OPENER))
				return w.g.evidence >= EV_OPENER
					   ? w.g
					   : (struct growth){k, EV_PROPER, w.nouns, false};
		} else if (in_brackets(f, k)) {
			k -= 2; /* 英特尔（中国）有限公司 */
			says = INNER;
		} else {
			says = token_says(&w, k);
		}
		switch (says) {
		case STOP: return w.g;
		case INNER: w.nouns++; continue;
		case POSTED: w.g.start = --k; continue;
		case AND:
			if (w.conj || (k > 0 && ends_one(f, k - 1, event)))
				return w.g;
			if (w.nouns == 0 && /* 科学|与|工程学院 */
			    (t->kind >= 0 || t->end - t->start < 3 || k == 0 ||
				f->token[k - 1].kind >= 0))
				return w.g;
			if (w.g.evidence == EV_PROPER && w.g.start == k + 1 && k > 0 &&
			    is_name(&f->token[k - 1], LOC))
				return w.g; /* 闽宁镇|和|宁东能源化工基地 */
			w.conj = true;
			continue;
		case NUMBER:
			w.nouns++;
			says = EV_NUM;
			break;
		default: break;
		}
		if (!take(&w, k, (enum evidence)says))
			break;
	}
	return w.g;
}
