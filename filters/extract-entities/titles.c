/* titles - posts beside a body, a place or a person */
/* SPDX-License-Identifier: MIT */
#include "names.h"

/* Would the tokens from k on make a listed post? Then 区委 in 区委书记 is no body. */
size_t
post_from(const struct finder *f, size_t k)
{
	uint32_t start = f->token[k].start;
	size_t best = 0;

	if (!(f->spot[start].may & MAY_POST))
		return 0;
	for (uint32_t h = f->spot[start].hits; h < f->spot[start + 1].hits; h++)
		if (f->m->info[f->hit[h].word].flags & (L_POST | L_POST_WEAK))
			for (size_t j = k; j < f->ntoken && f->token[j].end <= start + f->hit[h].n;
			     j++)
				if (f->token[j].end == start + f->hit[h].n)
					best = j + 1;
	return best;
}

static bool
near_person(const struct finder *f, size_t k)
{
	return k < f->ntoken && is_name(&f->token[k], PERSON);
}

/* 局长 朱胜利: what stands alone behind a post is a name, if it has a surname, whatever it means.
 */
static bool
name_alone(struct finder *f, uint32_t start)
{
	for (uint32_t n = 3; n >= 2; n--)
		if (start + n <= f->n && f->spot[start].may & MAY_SURNAME &&
		    is_han(f->cp[start + 1]) && is_han(f->cp[start + n - 1]) &&
		    f->spot[start + n].right & (BIT(F_STOP_AFTER) | BIT(F_END))) {
			add_span(f, start, start + n, K_SERIES, PERSON, 0);
			return true;
		}
	return false;
}

/* Does a comma, a blank, a bracket or a word like 兼 at a place of the text join two posts? */
static bool
joins(const struct finder *f, uint32_t at)
{
	uint32_t c = f->cp[at], word = f->spot[at].word;

	return c == 0x3001 || c == ' ' || c == '(' || c == 0xFF08 ||
	       (word != 0 && f->m->more[word].joins);
}

/* Is what tokens k to e are said of a body, a place or a person before it? last: the end of the
 * post before it, or 0. */
static bool
belongs(const struct finder *f, size_t k, bool post, const uint8_t *body_end, size_t last)
{
	uint32_t start = f->token[k].start;

	if (k == 0)
		return false;
	const struct token *b = &f->token[k - 1];
	return (post && (is_name(b, ORG) || is_name(b, LOC) || body_end[start])) ||
	       is_name(b, PERSON) || (last != 0 && last + 1 == start && joins(f, (uint32_t)last)) ||
	       (k > 1 && f->cp[b->start] == ' ' && near_person(f, k - 2));
}

/* Does the person follow whose post ends before token e, over blanks and other posts? */
static bool
has_person(struct finder *f, size_t e, bool post, const uint8_t *body_end)
{
	if (near_person(f, e))
		return true;
	if (e >= f->ntoken)
		return false;
	uint32_t c = f->cp[f->token[e].start];
	/* 主任、党委书记高新波; 主任 蓝庆华 */
	if ((c == ' ' || c == 0x3000) && near_person(f, e + 1))
		return true;
	if (post && c == ' ' && name_alone(f, f->token[e].end))
		return true;
	for (size_t j = e; j + 1 < f->ntoken && j < e + 12;) {
		uint32_t at = f->token[j].start;
		size_t p = f->cp[at] != ' ' && f->token[j].end - at == 1 && joins(f, at)
			       ? post_from(f, j + 1)
			       : 0;

		if (p == 0)
			break;
		if (near_person(f, p))
			return true;
		j = p;
	}
	/* 市政协委员、金裕律师事务所律师卢冬梅 */
	if (post && c == U'、')
		for (size_t j = e + 1; j < f->ntoken && j < e + 9; j++) {
			size_t p = body_end[f->token[j].start] ? post_from(f, j) : 0;

			if (p != 0)
				return near_person(f, p);
		}
	return false;
}

/* 南岸区|委书记 is 南岸 and 区委书记: the token behind it, or 0. */
static size_t
split_post(const struct finder *f, size_t k)
{
	size_t e = 0;

	if (is_name(&f->token[k], LOC) && f->token[k].end - f->token[k].start > 2)
		for (size_t j = k + 1; j < f->ntoken && j < k + 4; j++)
			if (info_at(f, f->token[k].end - 1, f->token[j].end)->flags & L_POST)
				e = j + 1;
	return e;
}

/* A post counts by a body, a place or a person, or in a list with one that does. */
void
compose_titles(struct finder *f)
{
	size_t last = 0;              /* end of the last post, as a code point */
	uint8_t *body_end = f->taken; /* settle() uses it after */

	memset(body_end, 0, f->n + 1);
	for (size_t s = 0; s < f->nspan; s++)
		if (f->span[s].kind == K_ORG || f->span[s].kind == K_CHAIN)
			body_end[f->span[s].end] = 1;
	for (size_t k = 0; k < f->ntoken; k++) {
		size_t e = f->spot[f->token[k].start].may & MAY_POST ? post_from(f, k) : 0;

		if (e == 0 && (e = split_post(f, k)) != 0) {
			uint32_t start = f->token[k].end - 1;

			add_span(f, f->token[k].start, start, K_PLACE, LOC, 0);
			last = f->token[e - 1].end;
			add_span(f, start, (uint32_t)last, K_TITLE, TITLE, 0);
			k = e - 1;
			continue;
		}
		if (e == 0 || f->token[k].kind == K_CHINESE)
			continue;
		uint32_t end = f->token[e - 1].end;
		const struct info *what = info_at(f, f->token[k].start, end);
		bool post = what->flags & L_POST;
		size_t first = k; /* 副|教导员 */
		while (first > 0 && f->token[first - 1].kind < 0 && f->token[first - 1].info != 0 &&
		       f->m->more[f->token[first - 1].info].rank)
			first--;
		if (what->more & M_ALWAYS || belongs(f, first, post, body_end, last) ||
		    has_person(f, e, post, body_end)) {
			add_span(f, f->token[first].start, end, K_TITLE, TITLE, 0);
			last = end;
		}
		k = e - 1;
	}
}
