/* brands - companies without an ending of bodies: 恒力机床, 锦裳董事长欧阳婷 */
/* SPDX-License-Identifier: MIT */
#include "names.h"

enum { SELDOM = 750, NAMELIKE = 1100, RARE = 1250 };

/* May a name begin with token k, by what stands before it? */
static bool
begins(const struct finder *f, size_t k)
{
	if (k == 0)
		return true;
	const struct token *b = &f->token[k - 1];
	if (!is_han(f->cp[b->start]))
		return !is_letter(f->cp[b->start]);
	if (b->kind >= 0)
		return false;
	switch (b->pos) {
	case POS_VERB:
	case POS_PREP:
	case POS_CONJ:
	case POS_PART:
	case POS_ADV:
	case POS_PRON:
	case POS_TIME: return true;
	default: return b->info != 0 && f->m->more[b->info].things == ORG + 1;
	}
}

/* One character of a made-up word. */
static bool
is_piece(const struct finder *f, const struct token *t)
{
	const struct info *in = info_of_token(f, t);

	if (t->kind >= 0 || t->end - t->start != 1 || !is_han(f->cp[t->start]) ||
	    in->flags & (L_NOT | L_UNIT | L_OPENER))
		return false;
	switch (t->pos) {
	case POS_PREP:
	case POS_CONJ:
	case POS_PART:
	case POS_ADV:
	case POS_PRON:
	case POS_NUM:
	case POS_UNIT: return false;
	default: return in->cost > SELDOM;
	}
}

/* The first token of the made-up word that ends before token e, or e. */
static size_t
coined(const struct finder *f, size_t e, bool broad)
{
	size_t k = e;

	if (e == 0)
		return e;
	const struct token *t = &f->token[e - 1];
	uint32_t len = t->end - t->start;
	if (t->kind < 0 && t->info == 0 && f->cp[t->start] >= 'A' && f->cp[t->start] <= 'Z' &&
	    len >= 2 &&
	    !(info_at(f, t->start, t->end)->flags &
		L_WORD)) /* GE|医疗, but no word of the lexicon: AI医疗 */
		return e - 1;
	if (t->kind == K_FOREIGN ||
	    (!broad && ((t->kind == K_BODY && len <= 4) ||
			   (t->kind < 0 && t->pos == POS_NAME && len >= 2 && len <= 3 &&
			       info_of_token(f, t)->cost > NAMELIKE))))
		return e - 1;
	while (k > 0 && e - k < 3 && is_piece(f, &f->token[k - 1]))
		k--;
	bool letters = broad; /* 京蒙|医疗: two places */
	for (size_t j = k; j < e; j++)
		letters &= f->spot[f->token[j].start].abbr != 0;
	return e - k >= 2 && !letters ? k : e;
}

/* The first token of a company's name that ends before token e, whose head is named there, or e. */
static size_t
headed_from(const struct finder *f, size_t e)
{
	size_t k = e;
	bool coined_word = false, traded = false; /* 云雾|茶业|总经理 */

	while (k > 0 && f->token[e].start - f->token[k - 1].start <= 6) {
		const struct token *t = &f->token[k - 1];
		const struct info *in = info_of_token(f, t);
		uint32_t len = t->end - t->start;

		if (!is_han(f->cp[t->start]) || (t->kind >= 0 && t->kind != K_FOREIGN))
			break;
		coined_word |= t->kind == K_FOREIGN; /* 山德士|总裁|金涛 */
		bool trade = in->more & M_TRADE && !f->m->more[t->info].broad;

		if (is_piece(f, t) || (k < e && traded && !trade && len > 1 && t->kind < 0 &&
					  (t->pos == POS_NOUN || t->pos == POS_NAME)))
			coined_word = true;
		else if (t->kind < 0 && (len == 1 || (!(in->more & M_TRADE) && in->cost < RARE)))
			break;
		traded |= trade;
		k--;
	}
	return coined_word && f->token[e].start - f->token[k].start >= 2 && begins(f, k) ? k : e;
}

/* 锦裳|董事长|欧阳婷 */
void
compose_headed(struct finder *f)
{
	for (size_t k = 1; k + 1 < f->ntoken; k++) {
		const struct token *t = &f->token[k];

		if (!(t->flags & (L_POST | L_POST_WEAK)) || t->kind >= 0 ||
		    !is_name(t + 1, PERSON) || !f->m->more[t->info].corporate)
			continue;
		size_t start = headed_from(f, k);

		if (start < k)
			add_span(f, f->token[start].start, t->start, K_BRAND, ORG, 0);
	}
}

/* 博格华纳（中国）: what has a place in brackets behind it, as its branches have */
void
compose_branches(struct finder *f)
{
	for (size_t m = 0; m + 1 < f->nmark; m++) {
		uint32_t open = f->cp[f->mark[m]], close = f->cp[f->mark[m + 1]];

		if ((open != '(' && open != 0xFF08) || (close != ')' && close != 0xFF09) ||
		    f->mark[m] == 0)
			continue;
		size_t k = token_at(f, f->mark[m]);
		const struct token *t = &f->token[k], *b = t - 1;
		if (k == 0 || !is_name(t + 1, LOC) || t[1].end != f->mark[m + 1])
			continue;
		bool china = f->cp[t[1].start] == U'中' && f->cp[t[1].end - 1] == U'国';
		if ((b->kind == K_BODY && b->end - b->start >= 3 &&
			(china || t[1].flags & L_ADMIN)) ||
		    (china && (b->kind == K_FOREIGN || b->kind == K_PEOPLE)))
			add_span(f, b->start, t[1].end + 1, K_BRAND, ORG, 0);
	}
}

void
compose_brands(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 1;) {
		const struct token *t = &f->token[e];

		if (t->kind >= 0 || !(info_of_token(f, t)->more & M_TRADE))
			continue;
		if (e + 1 < f->ntoken && t[1].info != 0 && f->m->more[t[1].info].generic)
			continue;
		size_t end = e, k = e;
		while (k > 0 && info_of_token(f, &f->token[k - 1])->more & M_TRADE)
			k--;
		bool broad = f->m->more[f->token[k].info].broad;
		size_t start = coined(f, k, broad);
		if (start == k && k > 2 && f->token[k - 1].end - f->token[k - 1].start == 2) {
			size_t s = coined(f, k - 1, true); /* 冰熊|冷藏|汽车 */

			start = s < k - 1 ? s : k;
		}
		if (start == k && k > 1 && is_name(&f->token[k - 1], LOC) &&
		    is_name(&f->token[k - 2], ORG)) { /* 国网|湖南|电力 */
			add_span(f, f->token[k - 2].start, t->end, K_BRAND, ORG, 0);
			continue;
		}
		/* 永安|智|胜|化工 */
		if (start + 1 < k && start > 0 && !broad && f->token[start - 1].kind == K_PLACE &&
		    !(f->token[start - 1].flags & L_COUNTRY) && !begins(f, start)) {
			add_span(f, f->token[start - 1].start, f->token[end].end, K_BRAND, ORG, 0);
			e = start;
			continue;
		}
		if (start < k && begins(f, start)) {
			add_span(f, f->token[start].start, f->token[end].end, K_BRAND, ORG, 0);
			e = start;
		}
	}
}
