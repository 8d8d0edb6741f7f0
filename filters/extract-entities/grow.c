/* grow - the endings of names, and how far a name reaches from its ending to the left */
/* SPDX-License-Identifier: MIT */
#include "names.h"

enum { RARE = 1250 };

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

/* How far the name that ends with token e reaches to the left. */
struct growth
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
