/* compose - names made of words and names: bodies, places, posts, programmes */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "entity.h"
#include "utf8.h"

/*
 * The lattice has cut the text into words and names. Here names grow from
 * their endings to the left, over what may stand in a name, to the leftmost
 * thing that makes it one (a place, a body, 全国, a word that no list knows).
 * All of them and the lattice's own are spans; the longest win.
 */
enum { MAXGROW = 14, RARE = 1250 };

enum evidence { EV_NONE, EV_NOUN, EV_NUM, EV_PROPER, EV_OPENER, EV_PLACE, EV_BODY };

static void
add_span(
    struct finder *f, uint32_t start, uint32_t end, enum kind kind, enum label label, uint32_t info)
{
	if (f->nspan == f->capspan) {
		f->capspan = f->capspan != 0 ? 2 * f->capspan : 64;
		f->span = xarray(f->span, f->capspan, sizeof *f->span);
	}
	f->span[f->nspan++] =
	    (struct span){start, end, (uint8_t)kind, (uint8_t)label, info, NULL, NULL};
}

static const struct info *
info_at(const struct finder *f, size_t start, size_t end)
{
	static const struct info none;
	uint32_t w =
	    end > start && end <= f->n ? words_find(f->m->words, f->cp + start, end - start) : 0;

	return w != 0 ? &f->m->info[w] : &none;
}

static const struct info *
info_of_token(const struct finder *f, const struct token *t)
{
	static const struct info none;

	return t->info != 0 ? &f->m->info[t->info] : &none;
}

static bool
is_letter(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_han(uint32_t c)
{
	return c >= 0x3400 && c <= 0x9FFF;
}

static bool
is_open_quote(uint32_t c)
{
	return c == 0x201C || c == 0x2018 || c == 0x300C || c == 0x300E;
}

static bool
is_close_quote(uint32_t c)
{
	return c == 0x201D || c == 0x2019 || c == 0x300D || c == 0x300F;
}

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
	enum { MORE = M_GOVERNMENT | M_EVENT_GENERIC | M_QUOTED | M_COMMON };
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
static uint32_t
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

static inline void
endings(const struct token *t, uint32_t *flags, uint32_t *more, bool *inside)
{
	*flags = t->end_flags;
	*more = t->end_more;
	*inside = t->end_inside;
}

static bool
is_name(const struct token *t, enum label label)
{
	return t->kind >= 0 && t->label == label;
}

struct growth {
	size_t start; /* token */
	enum evidence evidence;
	unsigned nouns; /* words between the evidence and the ending */
	bool country;
};

/* How far the name that ends with token e reaches to the left. */
static struct growth
grow(const struct finder *f, size_t e, bool event)
{
	struct growth g = {e, EV_NONE, 0, false};
	bool conj = false;
	unsigned nouns = 0;

	for (size_t k = e; k-- > 0 && e - k <= MAXGROW;) {
		const struct token *t = &f->token[k];
		const struct token *next = &f->token[k + 1];
		const struct info *in = info_of_token(f, t);
		uint32_t len = t->end - t->start, c = f->cp[t->start];
		enum evidence ev = EV_NONE;

		if (is_name(t, LOC)) {
			ev = EV_PLACE;
		} else if (is_name(t, ORG)) {
			ev = EV_BODY;
		} else if (is_name(t, PERSON)) {
			ev = EV_PROPER;
		} else if (is_close_quote(c)) {
			size_t q = k;

			if (k == 0)
				break;
			do
				q--;
			while (q > 0 && k - q < 8 && !is_open_quote(f->cp[f->token[q].start]) &&
			       !is_close_quote(f->cp[f->token[q].start]) &&
			       f->cp[f->token[q].start] != '+');
			if (!is_open_quote(f->cp[f->token[q].start]) || q + 1 == k)
				break;
			k = q;
			ev = EV_PROPER;
			if (k > 0 && !is_name(&f->token[k - 1], LOC) &&
			    !is_name(&f->token[k - 1], ORG) && !(f->token[k - 1].flags & L_OPENER))
				return g.evidence >= EV_OPENER
					   ? g
					   : (struct growth){k, EV_PROPER, nouns, false};
		} else if (is_letter(c)) {
			/* 301医院 is a name, 18所学校 is a number of them */
			if (c >= '0' && c <= '9' &&
			    (event || next->pos == POS_UNIT || next->pos == POS_NUM ||
				next->pos == POS_PART))
				break;
			ev = EV_PROPER;
		} else if (!is_han(c)) {
			break;
		} else if (in->flags & L_INNER) {
			nouns++;
			continue;
		} else if (in->flags & L_OPENER) {
			ev = EV_OPENER;
		} else if (in->more & M_MAYBE) {
			ev = EV_NUM;
		} else if (c == U'驻' && len == 1 && g.evidence == EV_PLACE && g.start == k + 1 &&
			   k > 0 && (is_name(t - 1, LOC) || is_name(t - 1, ORG))) {
			g.start = --k; /* 中国|驻|墨西哥|大使馆 */
			continue;
		} else if (in->flags & L_NOT || (in->more & M_PLAIN && !event)) {
			break;
		} else if (in->flags & (L_POST | L_ADDRESS | L_ROLE) &&
			   !(in->flags & (L_ORG_STRONG | L_ORG_WEAK))) {
			if (!event)
				break;
		} else if (t->pos == POS_CONJ || in->more & M_AND) {
			if (conj || nouns == 0)
				break;
			conj = true;
			continue;
		} else if (t->pos == POS_NUM) {
			ev = c == U'第' || event ? EV_NUM : EV_NONE;
			nouns += event;
			if (ev == EV_NONE && len == 1 && next->end - next->start > 2)
				break;
		} else if (t->pos == POS_PART || t->pos == POS_PRON || t->pos == POS_ADV ||
			   t->pos == POS_PREP || t->pos == POS_TIME ||
			   (t->pos == POS_UNIT && len == 1 && !event &&
			       !(k > 0 && f->cp[f->token[k - 1].start] == U'第'))) {
			break;
		} else if (len == 1 && t->pos == POS_VERB && in->cost > 1050) {
			ev = EV_PROPER; /* 拓殖 is cut into characters: a word that no list knows */
		} else if (t->pos == POS_VERB && !(in->flags & L_INNER)) {
			if (in->more & M_DOES || g.evidence >= EV_OPENER)
				break;
			if (!event && !(in->flags & (L_ORG_STRONG | L_ORG_WEAK)) && in->cost < RARE)
				break;
		} else if (t->info == 0 || (len == 1 && t->pos != POS_VERB && in->cost > 950)) {
			ev = EV_PROPER;
		} else if (len == 1 && g.evidence == EV_PROPER && g.start == k + 1 &&
			   next->end - next->start == 1 &&
			   (t->pos == POS_NOUN || t->pos == POS_LOCAL || t->pos == POS_NAME ||
			       t->pos == POS_ADJ)) {
			ev = EV_PROPER;
		} else if (t->pos == POS_NAME && len >= 2 && !(in->flags & L_INNER)) {
			ev = EV_PROPER;
		}
		if (ev != EV_NONE) {
			if (conj && ev < EV_OPENER &&
			    !(ev == EV_PROPER && g.evidence <= EV_PROPER)) {
				nouns++;
				continue;
			}
			if (g.evidence >= EV_OPENER && ev < EV_OPENER)
				break;
			/* A word of no list counts only up to the place that stands before it. */
			if (ev >= g.evidence || ev >= EV_OPENER || k + 1 == g.start) {
				if (g.evidence >= EV_OPENER && g.start != k + 1 &&
				    !(g.evidence == EV_OPENER && ev >= EV_PLACE))
					break;
				g.start = k;
				g.nouns = nouns;
				if (ev > g.evidence || (ev == EV_PLACE && g.evidence != EV_BODY))
					g.evidence = ev;
				if (ev == EV_PLACE)
					g.country = !(in->flags & L_ADMIN);
			}
			if (ev == EV_BODY || ev == EV_PLACE)
				conj = false;
		} else {
			if (g.evidence > EV_OPENER || (g.evidence == EV_OPENER && g.start > k + 2))
				break;
			nouns++;
		}
	}
	return g;
}

/* Would the tokens from k on make a listed post? Then 区委 in 区委书记 is no body. */
static size_t
post_from(const struct finder *f, size_t k)
{
	uint32_t start = f->token[k].start;
	size_t best = 0;

	for (uint32_t h = f->hit_at[start]; h < f->hit_at[start + 1]; h++)
		if (f->m->info[f->hit[h].word].flags & (L_POST | L_POST_WEAK))
			for (size_t j = k; j < f->ntoken && f->token[j].end <= start + f->hit[h].n;
			     j++)
				if (f->token[j].end == start + f->hit[h].n)
					best = j + 1;
	return best;
}

static void
compose_bodies(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags, more;
		bool inside;

		endings(t, &flags, &more, &inside);
		bool listed = is_name(t, ORG);
		if (!listed && !(flags & (L_ORG_STRONG | L_ORG_WEAK | L_TEAM)) &&
		    !(more & M_GOVERNMENT))
			continue;
		if (is_name(t, PERSON) || (t->kind >= 0 && !listed))
			continue;
		if (post_from(f, e) > e + 1)
			continue;
		struct growth g = grow(f, e, false);
		uint32_t len = t->end - f->token[g.start].start;
		bool take = false;

		if (g.start == e)
			continue;
		/* 市委|市政府 are two */
		bool by_body = is_name(&f->token[g.start], ORG) &&
			       f->cp[f->token[g.start].start] == f->cp[t->start];
		if (listed)
			take = g.evidence >= EV_OPENER && g.nouns == 0 &&
			       !(g.evidence == EV_OPENER && e - g.start > 1) && !by_body;
		else if (more & M_GOVERNMENT)
			take = g.nouns == 0 && !g.country && g.evidence >= EV_OPENER;
		else if (flags & L_ORG_STRONG)
			take = g.evidence >= EV_OPENER || (g.evidence == EV_PROPER && len >= 4) ||
			       (g.evidence == EV_NUM && len >= 4);
		else if (flags & L_TEAM)
			take = (g.evidence == EV_PLACE && len - (t->end - t->start) <= 6 &&
				   g.nouns <= 1) ||
			       (g.evidence == EV_PROPER && g.nouns == 0 && len >= 3 && len <= 4);
		/* 马来西亚公司, 中国公司 are no names */
		if (more & M_COMMON && !inside && g.nouns == 0 && g.evidence == EV_PLACE &&
		    e - g.start == 1 && g.country && t->end - t->start == 2)
			take = false, flags &= ~(uint32_t)L_ORG_WEAK;
		uint32_t before = f->cp[t->start - (t->start > 0)];
		bool cut =
		    t->end - t->start == 1 &&
		    (is_letter(before) || f->token[e - 1].pos == POS_UNIT ||
			(e + 1 < f->ntoken && t[1].end - t[1].start == 1 && is_han(f->cp[t->end]) &&
			    t[1].kind < 0 && (t[1].pos == POS_NOUN || t[1].pos == POS_NONE)) ||
			(e + 1 < f->ntoken && f->cp[t->start] == U'所' && g.nouns <= 1 &&
			    t[1].pos == POS_VERB)); /* 所作 */
		if (!take && flags & L_ORG_WEAK && !cut)
			take = (g.evidence >= EV_OPENER && len >= 3 && g.nouns <= 3 &&
				   (g.nouns > 0 || inside || g.evidence == EV_BODY ||
				       t->end - t->start > 1)) ||
			       (g.evidence == EV_PROPER && g.nouns <= 2 && len >= 4 &&
				   t->end - t->start >= 2);
		if (!take)
			continue;
		add_span(f, f->token[g.start].start, t->end, K_ORG, ORG, 0);
		e = g.start;
	}
}

static void
compose_facilities(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags, more;
		bool inside;

		endings(t, &flags, &more, &inside);
		if (!(flags & L_FAC) || t->kind >= 0)
			continue;
		struct growth g = grow(f, e, false);
		if (g.start == e || (g.evidence < EV_OPENER && g.evidence != EV_PROPER))
			continue;
		/* 北碚区天宫村|金果园: a name of its own behind the place stands by itself. */
		if (g.evidence == EV_PLACE) {
			size_t own = g.start;
			while (own < e && is_name(&f->token[own], LOC))
				own++;
			const struct token *o = &f->token[own];
			if (own < e && t->end - o->start >= 3 &&
			    (o->kind >= 0 || o->info == 0 || o->end - o->start == 1))
				g.start = own;
		}
		add_span(f, f->token[g.start].start, t->end, K_FAC, FAC, 0);
		e = g.start;
	}
}

static void
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
			g.start -= b[-1].pos == POS_NUM ? 1
				   : g.start > 1 && b[-1].pos == POS_UNIT && b[-2].pos == POS_NUM
				       ? 2
				       : 0;
		if (g.start == e)
			continue;
		if (more & M_EVENT_GENERIC && (g.evidence < EV_OPENER || g.nouns == 0))
			continue;
		if (g.evidence < EV_NUM)
			continue;
		struct span *prev = f->nspan != 0 ? &f->span[f->nspan - 1] : NULL;
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

/* 沙坪坝区丰文街道三河村 is one place; so is a place with what it is: 波兰共和国. */
static void
compose_places(struct finder *f)
{
	for (size_t k = 0; k < f->ntoken; k++) {
		size_t e = k;

		if (!is_name(&f->token[k], LOC) || f->token[k].kind == K_ABBR)
			continue;
		for (; e + 1 < f->ntoken; e++) {
			const struct token *a = &f->token[e], *b = &f->token[e + 1];
			bool unit =
			    b->kind < 0 && b->flags & (L_UNIT | L_TAIL) && !(b->pos == POS_LOCAL);

			if (unit)
				continue;
			if (f->cp[a->end - 1] == U'村' && b->kind < 0 && b->pos == POS_NUM &&
			    e + 2 < f->ntoken &&
			    (f->cp[b->end] == U'社' || f->cp[b->end] == U'组')) { /* 天宫村三社 */
				e++;
				continue;
			}
			if (is_name(b, LOC) && b->kind != K_ABBR &&
			    (a->flags & L_ADMIN || a->kind == K_SUFFIXED) &&
			    (b->flags & L_ADMIN || b->kind == K_SUFFIXED))
				continue;
			break;
		}
		if (e > k)
			add_span(f, f->token[k].start, f->token[e].end, K_CHAIN, LOC, 0);
		k = e;
	}
	for (size_t e = f->ntoken; e-- > 1;) {
		const struct token *t = &f->token[e], *b = &f->token[e - 1];
		uint32_t flags, more;
		bool inside;

		if (t->kind >= 0)
			continue;
		endings(t, &flags, &more, &inside);
		if (flags & L_TAIL && t->end - t->start >= 2) { /* 重庆东站枢纽新城 */
			struct growth g = grow(f, e, false);
			if (g.evidence == EV_PLACE && g.start < e)
				add_span(f, f->token[g.start].start, t->end, K_CHAIN, LOC, 0);
		} else if (flags & L_UNIT && b->kind < 0 && b->end - b->start == 2 &&
			   is_han(f->cp[b->start]) &&
			   (b->pos == POS_NAME || b->pos == POS_NOUN || b->pos == POS_NONE) &&
			   info_of_token(f, b)->cost > 1100 &&
			   !(info_of_token(f, b)->flags & L_NOT) && !inside) {
			/* 北碚区|天宫|村: a word of the lexicon that is a village's name */
			bool place = e >= 2 && is_name(b - 1, LOC);
			uint32_t around = f->left[b->start] | f->right[t->end];

			if (place ||
			    (around & (1U << F_PLACE_CUE_BEFORE) &&
				around & ((1U << F_PLACE_CUE_AFTER) | (1U << F_ROLE_AFTER) |
					     (1U << F_TITLE_AFTER))) ||
			    (around & ((1U << F_STOP_BEFORE) | (1U << F_START)) &&
				around & ((1U << F_ROLE_AFTER) | (1U << F_TITLE_AFTER))))
				add_span(
				    f, place ? b[-1].start : b->start, t->end, K_SUFFIXED, LOC, 0);
		}
	}
}

static bool
near_person(const struct finder *f, size_t k)
{
	return k < f->ntoken && is_name(&f->token[k], PERSON);
}

/* A post counts by a body, a place or a person, or in a list with one that does. */
static void
compose_titles(struct finder *f)
{
	size_t last = 0;              /* end of the last post, as a code point */
	uint8_t *body_end = f->lefts; /* the lattice is done with it; settle() uses it after */

	memset(body_end, 0, f->n + 1);
	for (size_t s = 0; s < f->nspan; s++)
		if (f->span[s].kind == K_ORG || f->span[s].kind == K_CHAIN)
			body_end[f->span[s].end] = 1;
	for (size_t k = 0; k < f->ntoken; k++) {
		size_t e = post_from(f, k);
		bool split = false;

		/* 南岸区|委书记 is 南岸 and 区委书记 */
		if (e == 0 && is_name(&f->token[k], LOC) && f->token[k].end - f->token[k].start > 2)
			for (size_t j = k + 1; j < f->ntoken && j < k + 4; j++)
				if (info_at(f, f->token[k].end - 1, f->token[j].end)->flags &
				    L_POST)
					e = j + 1, split = true;
		if (e == 0 || f->token[k].kind == K_CHINESE)
			continue;
		uint32_t start = split ? f->token[k].end - 1 : f->token[k].start,
			 end = f->token[e - 1].end;
		const struct info *what = info_at(f, start, end);
		bool post = what->flags & L_POST;
		if (split) {
			add_span(f, f->token[k].start, start, K_PLACE, LOC, 0);
			add_span(f, start, end, K_TITLE, TITLE, 0);
			last = end;
			k = e - 1;
			continue;
		}
		bool before = what->more & M_ALWAYS, after = near_person(f, e);

		if (k > 0) {
			const struct token *b = &f->token[k - 1];
			before |=
			    (post && (is_name(b, ORG) || is_name(b, LOC))) || is_name(b, PERSON);
			before |= post && body_end[start];
			if (last != 0 && last + 1 == start &&
			    (f->cp[last] == 0x3001 || f->cp[last] == ' ' || f->cp[last] == '(' ||
				f->cp[last] == 0xFF08))
				before = true;
			if (k > 1 && f->cp[b->start] == ' ' && near_person(f, k - 2))
				before = true;
		}
		/* 主任、党委书记高新波; 主任 蓝庆华 */
		if (!after && e + 1 < f->ntoken &&
		    (f->cp[f->token[e].start] == ' ' || f->cp[f->token[e].start] == 0x3000) &&
		    near_person(f, e + 1))
			after = true;
		for (size_t j = e; !after && j + 1 < f->ntoken && j < e + 12 &&
				   f->cp[f->token[j].start] == 0x3001;) {
			size_t p = post_from(f, j + 1);
			if (p == 0)
				break;
			after = near_person(f, p);
			j = p;
		}
		if (before || after) {
			add_span(f, start, end, K_TITLE, TITLE, 0);
			last = end;
		}
		k = e - 1;
	}
}

/*
 * Where a name of a programme goes on behind its quotes, over nouns to the
 * first ending and one more that follows at once (行动计划, 集群体系), with its
 * version (2.0版). Its end in code points, or 0; *more is of the last ending.
 */
static uint32_t
program_tail(const struct finder *f, size_t close, uint32_t *more, size_t *tokens)
{
	uint32_t end = 0;

	*more = 0;
	for (size_t k = close + 1; k < f->ntoken && k <= close + 8; k++) {
		const struct token *t = &f->token[k];
		uint32_t flags, m;
		bool inside;

		if (!is_han(f->cp[t->start]) || t->pos == POS_PART || t->pos == POS_CONJ ||
		    t->pos == POS_PREP || t->pos == POS_PRON || t->pos == POS_ADV ||
		    info_of_token(f, t)->flags & L_NOT)
			break;
		endings(t, &flags, &m, &inside);
		if (end != 0 && !(m & M_QUOTED))
			break;
		if (flags & L_PROGRAM || m & M_QUOTED) {
			*more = info_of_token(f, t)->more;
			*tokens = k - close;
			if (end != 0) {
				end = t->end;
				break;
			}
			end = t->end;
		}
	}
	uint32_t v = end;
	while (end != 0 && v < f->n && (is_letter(f->cp[v]) || f->cp[v] == '.'))
		v++;
	return end != 0 && v > end && v < f->n && f->cp[v] == U'版' ? v + 1 : end;
}

/* “33618”现代制造业集群体系, “双倍增”计划, 推进“亩均论英雄”改革, 《...协定》 */
static void
compose_quoted(struct finder *f)
{
	bool award = false;
	size_t before = 0; /* the closing quote before this one, if its words are no name yet */

	for (size_t k = 0; k < f->ntoken; k++) {
		uint32_t c = f->cp[f->token[k].start];
		bool book = c == 0x300A;

		if (c == 0x3002 || c == 0xFF1B || c == ';')
			award = false;
		if (info_of_token(f, &f->token[k])->more & M_AWARD)
			award = true;
		if (!is_open_quote(c) && !book)
			continue;
		size_t close = k + 1, plus = 0, tokens = 0;
		bool name = true, digits = true;
		for (; close < f->ntoken && close < k + 24; close++) {
			uint32_t d = f->cp[f->token[close].start];

			if (book ? d == 0x300B : is_close_quote(d) && d == c + 1)
				break;
			plus += (d == '+' || d == 0xFF0B) && close > k + 1 &&
				close + 1 < f->ntoken &&
				!is_close_quote(f->cp[f->token[close + 1].start]);
			digits &= d >= '0' && d <= '9';
			if (d == 0x3001 || d == 0xFF0C || d == ',' || d == 0x3002 || d == 0xFF1B ||
			    d == 0xFF1F || d == '?' || d == 0xFF01 || d == '!' || d == 0xFF1A ||
			    d == ':')
				name = false;
		}
		if (close >= f->ntoken || close == k + 24 || close == k + 1)
			continue;
		uint32_t start = f->token[k + 1].start, end = f->token[close].start, flags, more,
			 last;
		bool inside, does = false;

		if (!name || end - start > 24)
			continue;
		endings(&f->token[close - 1], &flags, &more, &inside);
		bool ends = flags & L_PROGRAM || more & M_QUOTED;
		if (book) {
			if (ends)
				add_span(f, start, end, K_QUOTED, PROGRAM, 0);
			k = close;
			continue;
		}
		uint32_t tail = program_tail(f, close, &last, &tokens);
		for (size_t j = k; j-- > 0 && k - j <= 3;) {
			if (!is_han(f->cp[f->token[j].start]) &&
			    !is_close_quote(f->cp[f->token[j].start]))
				break;
			does |= (info_of_token(f, &f->token[j])->more & M_RUNS) != 0;
		}
		bool chained = award && f->nspan > 0 && f->span[f->nspan - 1].kind == K_QUOTED &&
			       f->span[f->nspan - 1].end + 1 == f->token[k].start;
		/* What is only a word, a sentence or a number of things is no name. */
		const struct token *first = &f->token[k + 1];
		bool word = close == k + 2 && !digits && first->flags & L_WORD;
		bool verb = (first->pos == POS_VERB && end - start > 6) ||
			    info_of_token(f, first)->more & (M_DOES | M_RUNS) ||
			    first->pos == POS_ADV || first->pos == POS_PRON;
		bool count = !digits && f->token[k + 2].pos == POS_UNIT &&
			     (first->pos == POS_NUM || is_letter(f->cp[first->start]));
		size_t nspan = f->nspan;

		for (size_t j = k + 1; j < close; j++)
			verb |= f->token[j].pos == POS_PRON && end - start > 6;
		if (count) {
			;
		} else if (plus != 0) {
			if (tail != 0 || does)
				add_span(f, start, end, K_QUOTED, PROGRAM, 0);
		} else if (tail != 0 && !(verb && end - start > 8)) {
			bool loose = tokens == 1 && last & M_AROUND &&
				     last & M_QUOTED; /* “亩均论英雄”改革 */
			add_span(f, loose ? start : f->token[k].start, loose ? end : tail, K_QUOTED,
			    PROGRAM, 0);
		} else if (!word && !verb &&
			   ((digits && end - start >= 3) || (ends && end - start >= 4) || award ||
			       chained || (does && end - start >= 3 && end - start <= 12) ||
			       (close + 1 < f->ntoken &&
				   info_of_token(f, &f->token[close + 1])->more & M_AROUND))) {
			add_span(f, start, end, K_QUOTED, PROGRAM, 0);
		}
		/* “北斗星”“启明星”计划: the first is one as well */
		if (tail != 0 && f->nspan > nspan && before != 0 && before + 1 == k) {
			size_t open = before;

			while (open > 0 && !is_open_quote(f->cp[f->token[open].start]))
				open--;
			add_span(
			    f, f->token[open].end, f->token[before].start, K_QUOTED, PROGRAM, 0);
		}
		before = f->nspan == nspan ? close : 0;
		k = close;
	}
}

/* 实施领军企业跨越发展鲲鹏计划: from the verb to the ending. 重庆五一劳动奖章: from the place.
 * 数字重庆. */
static void
compose_programs(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags, more;
		bool inside;

		if (e > 0 && is_name(t, LOC) && t->kind != K_ABBR &&
		    info_of_token(f, t - 1)->more & M_VISION) {
			add_span(f, t[-1].start, t->end, K_PROGRAM, PROGRAM, 0);
			continue;
		}
		endings(t, &flags, &more, &inside);
		if (!(flags & L_PROGRAM) || t->kind >= 0)
			continue;
		size_t start = e;
		bool does = false;
		for (size_t k = e; k-- > 0 && e - k <= MAXGROW;) {
			const struct token *b = &f->token[k];
			const struct info *in = info_of_token(f, b);

			if (in->more & M_DOES && start < e) {
				does = true;
				break;
			}
			if (in->more & M_AND && k > 0 && f->token[k - 1].end_flags & L_PROGRAM &&
			    start < e) {
				does = true; /* A行动和B行动 are two */
				break;
			}
			if (!is_han(f->cp[b->start]) || b->pos == POS_PART || b->pos == POS_PREP ||
			    b->pos == POS_PRON || (in->flags & L_NOT && b->pos != POS_CONJ))
				break;
			start = k;
		}
		if (does && t->end - f->token[start].start >= 6 &&
		    f->token[start].pos != POS_CONJ) {
			add_span(f, f->token[start].start, t->end, K_PROGRAM, PROGRAM, 0);
			e = start;
			continue;
		}
		struct growth g = grow(f, e, true);
		if (g.start != e && g.evidence >= EV_OPENER && g.nouns > 0) {
			add_span(f, f->token[g.start].start, t->end, K_PROGRAM, PROGRAM, 0);
			e = g.start;
		}
	}
}

/* 问界M9, 问界新M7, 嫦娥五号: a brand and a type, or two characters that are no word and a type */
static void
compose_products(struct finder *f)
{
	for (size_t k = 0; k + 1 < f->ntoken; k++) {
		const struct token *t = &f->token[k];
		size_t e = k + 1, start = k;
		bool brand = info_of_token(f, t)->more & M_BRAND;

		if (!is_han(f->cp[t->start]) || t->kind >= 0)
			continue;
		if (f->cp[f->token[e].start] == U'新' && f->token[e].end - f->token[e].start == 1 &&
		    e + 1 < f->ntoken)
			e++;
		uint32_t c = f->cp[f->token[e].start];
		bool letter = (c >= 'A' && c <= 'Z') && f->cp[f->token[e].end - 1] <= '9';
		bool number = e + 1 < f->ntoken && brand && f->token[e].pos == POS_NUM &&
			      f->cp[f->token[e + 1].start] == U'号';
		if (brand && (letter || number || (c >= 'A' && c <= 'Z')) &&
		    f->token[e].end - f->token[e].start <= 8) {
			add_span(
			    f, t->start, f->token[number ? e + 1 : e].end, K_PRODUCT, PRODUCT, 0);
		} else if (letter && e == k + 1 && k > 0 && t->end - t->start == 1 &&
			   t[-1].end - t[-1].start == 1 && is_han(f->cp[t[-1].start]) &&
			   t[-1].kind < 0 && t->pos != POS_PART && t->pos != POS_UNIT &&
			   t[-1].pos != POS_PART && t[-1].pos != POS_PREP && t[-1].pos != POS_NUM &&
			   t->pos != POS_VERB && f->token[e].end - f->token[e].start <= 5) {
			add_span(
			    f, f->token[start - 1].start, f->token[e].end, K_PRODUCT, PRODUCT, 0);
		}
	}
}

/* What the [entity] rules match. A group "name" is the name; else all of it is. */
static void
match_rules(struct finder *f)
{
	enum { ENTITY = 2, MAX = 8 };
	struct match match[MAX];
	size_t at = 0, cp = 0;

	while (at < f->text.n && rules_scan(f->m->rules, ENTITY, f->text, &at, match, MAX) > 0) {
		const struct capture *name = match_capture(&match[0], "name");
		size_t start = name != NULL ? name->start : match[0].start,
		       end = name != NULL ? name->end : match[0].end;
		uint32_t s, e;

		while (f->off[cp] < start)
			cp++;
		s = (uint32_t)cp;
		e = s;
		while (f->off[e] < end)
			e++;
		if (e > s) {
			add_span(f, s, e, K_RULE,
			    (enum label)label_find(rule_value(match[0].rule, "label")), 0);
			f->span[f->nspan - 1].rule = match[0].rule;
		}
		at = match[0].end > at ? match[0].end : at + utf8_len(f->text.p[at]);
		while (cp > 0 && f->off[cp] > at)
			cp--;
	}
}

static void
keep_names(struct finder *f)
{
	for (size_t i = 0; i < f->ntoken; i++) {
		const struct token *t = &f->token[i];

		if (t->kind >= 0)
			add_span(
			    f, t->start, t->end, (enum kind)t->kind, (enum label)t->label, t->info);
	}
}

static uint32_t
code_point_at(const struct finder *f, size_t byte)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (f->off[mid] < byte)
			low = mid + 1;
		else
			high = mid;
	}
	return (uint32_t)low;
}

/* What a name is, by its ending; -1 if that says nothing. */
static int
label_of(const struct finder *f, struct str name)
{
	for (size_t i = 0; i < name.n; i += utf8_len(name.p[i])) {
		uint32_t w = words_find_str(f->m->words, name.p + i, name.n - i);
		const struct info *in = &f->m->info[w];

		if (w == 0 || i == 0)
			continue;
		if (in->flags & L_ORG_STRONG)
			return ORG;
		if (in->flags & L_PROGRAM || in->more & M_QUOTED)
			return PROGRAM;
		if (in->flags & L_EVENT)
			return EVENT;
		if (in->flags & L_FAC)
			return FAC;
		if (in->flags & L_ORG_WEAK || in->flags & L_NAME)
			return in->flags & L_NAME && in->kind == K_PLACE ? LOC : ORG;
	}
	return -1;
}

static void
add_known(struct finder *f)
{
	for (size_t i = 0; i < f->nknown; i++) {
		const struct known *k = &f->known[i];
		const char *p = f->text.p, *end = p + f->text.n;

		int label = k->label >= 0 ? k->label : label_of(f, k->name);

		if (k->surface.n < 4 || label < 0)
			continue;
		while ((p = memmem(p, (size_t)(end - p), k->surface.p, k->surface.n)) != NULL) {
			uint32_t s = code_point_at(f, (size_t)(p - f->text.p));
			uint32_t e = code_point_at(f, (size_t)(p - f->text.p) + k->surface.n);

			add_span(f, s, e, K_AGAIN, (enum label)label, 0);
			f->span[f->nspan - 1].known = k;
			p += k->surface.n;
		}
	}
}

/*
 * The first token of the same text and label, or i itself where it is that one. A set of tokens by
 * their bytes, of at least twice as many places as tokens, that was cleared for this text.
 */
static size_t
first_alike(const struct finder *f, size_t i, uint32_t *set, size_t mask)
{
	const struct token *t = &f->token[i];
	const char *name = f->text.p + f->off[t->start];
	size_t n = f->off[t->end] - f->off[t->start], at = n + t->label;

	for (size_t k = 0; k < n; k++)
		at = at * 31 + (unsigned char)name[k];
	for (at &= mask; set[at] != 0; at = (at + 1) & mask) {
		const struct token *u = &f->token[set[at] - 1];

		if (f->off[u->end] - f->off[u->start] == n && u->label == t->label &&
		    memcmp(f->text.p + f->off[u->start], name, n) == 0)
			return set[at] - 1;
	}
	set[at] = (uint32_t)i + 1;
	return i;
}

/* A person or a village that is found in one place of the text is found in all others. */
static void
add_again(struct finder *f)
{
	static uint32_t *set;
	static size_t cap;
	size_t need = 16;

	while (need < 2 * f->ntoken)
		need *= 2;
	if (need > cap) {
		set = xarray(set, need, sizeof *set);
		cap = need;
	}
	memset(set, 0, need * sizeof *set);
	for (size_t i = 0; i < f->ntoken; i++) {
		const struct token *t = &f->token[i];
		size_t n = t->end - t->start, first;

		bool person = is_name(t, PERSON) && n >= 2 && t->kind != K_SURNAME;

		if (!person && (t->kind != K_SUFFIXED || n < 3))
			continue;
		first = first_alike(f, i, set, need - 1);
		if (first != i) {
			/* the first one's search came here; the first itself is one of several */
			t = &f->token[first];
			add_span(f, t->start, t->end, K_AGAIN, (enum label)t->label, 0);
			continue;
		}
		const char *name = f->text.p + f->off[t->start], *p = f->text.p,
			   *end = p + f->text.n;
		size_t bytes = f->off[t->end] - f->off[t->start];

		while ((p = memmem(p, (size_t)(end - p), name, bytes)) != NULL) {
			uint32_t s = code_point_at(f, (size_t)(p - f->text.p));

			if (s != t->start)
				add_span(f, s, s + (uint32_t)n, K_AGAIN, (enum label)t->label, 0);
			p += bytes;
		}
	}
}

static int
by_length(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	uint32_t nx = x->end - x->start, ny = y->end - y->start;

	if (nx != ny)
		return nx > ny ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind > y->kind ? -1 : 1; /* what is composed knows more */
	return x->start < y->start ? -1 : x->start > y->start;
}

static int
by_start(const void *a, const void *b)
{
	const struct entity *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* The longest spans, none overlapping, in text order. */
static void
settle(struct finder *f)
{
	const struct model *m = f->m;

	qsort(f->span, f->nspan, sizeof *f->span, by_length);
	memset(f->lefts, 0, f->n + 1);
	for (size_t i = 0; i < f->nspan; i++) {
		const struct span *s = &f->span[i];
		const struct rule *rule = s->rule != NULL ? s->rule : m->score[s->kind].rule;
		bool free = true;

		for (uint32_t k = s->start; k < s->end && free; k++)
			free = f->lefts[k] == 0;
		if (!free)
			continue;
		memset(f->lefts + s->start, 1, s->end - s->start);
		if (f->nentity == f->capentity) {
			f->capentity = f->capentity != 0 ? 2 * f->capentity : 32;
			f->entity = xarray(f->entity, f->capentity, sizeof *f->entity);
		}
		if (s->info != 0 && s->kind <= K_USER)
			rule = m->list[m->more[s->info].list].rule;
		f->entity[f->nentity++] = (struct entity){.start = s->start,
		    .end = s->end,
		    .label = (enum label)s->label,
		    .rule = rule,
		    .word = s->info};
		if (s->known != NULL)
			f->entity[f->nentity - 1].name = s->known->name;
	}
	qsort(f->entity, f->nentity, sizeof *f->entity, by_start);
}

void
compose(struct finder *f)
{
	uint32_t more, any = mark_endings(f, &more);

	f->nspan = 0;
	add_known(f);
	if (any & (L_ORG_STRONG | L_ORG_WEAK | L_TEAM) || more & M_GOVERNMENT || f->said & L_NAME)
		compose_bodies(f);
	if (any & L_FAC)
		compose_facilities(f);
	if (any & L_EVENT || more & M_EVENT_GENERIC)
		compose_events(f);
	if (f->said & (L_NAME | L_UNIT | L_TAIL))
		compose_places(f);
	if (f->said & (L_POST | L_POST_WEAK))
		compose_titles(f);
	if (any & L_PROGRAM || more & M_VISION)
		compose_programs(f);
	if (f->latin || more & M_BRAND)
		compose_products(f);
	if (f->quotes)
		compose_quoted(f);
	if (f->m->patterns)
		match_rules(f);
	keep_names(f);
	add_again(f);
	if (f->nspan != 0) {
		settle(f);
		link_entities(f);
	}
}
