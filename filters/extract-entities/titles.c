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
			    (f->cp[last] == 0x3001 || f->cp[last] == U'兼' || f->cp[last] == ' ' ||
				f->cp[last] == '(' || f->cp[last] == 0xFF08))
				before = true;
			if (k > 1 && f->cp[b->start] == ' ' && near_person(f, k - 2))
				before = true;
		}
		/* 主任、党委书记高新波; 主任 蓝庆华 */
		if (!after && e + 1 < f->ntoken &&
		    (f->cp[f->token[e].start] == ' ' || f->cp[f->token[e].start] == 0x3000) &&
		    near_person(f, e + 1))
			after = true;
		if (!after && post && e < f->ntoken && f->cp[f->token[e].start] == ' ')
			after = name_alone(f, f->token[e].end);
		for (size_t j = e;
		     !after && j + 1 < f->ntoken && j < e + 12 &&
		     (f->cp[f->token[j].start] == 0x3001 || f->cp[f->token[j].start] == U'兼');) {
			size_t p = post_from(f, j + 1);
			if (p == 0)
				break;
			after = near_person(f, p);
			j = p;
		}
		/* 市政协委员、金裕律师事务所律师卢冬梅 */
		if (!after && post && e < f->ntoken && f->cp[f->token[e].start] == U'、')
			for (size_t j = e + 1; !after && j < f->ntoken && j < e + 9; j++) {
				size_t p = body_end[f->token[j].start] ? post_from(f, j) : 0;

				after = p != 0 && near_person(f, p);
			}
		if (before || after) {
			add_span(f, start, end, K_TITLE, TITLE, 0);
			last = end;
		}
		k = e - 1;
	}
}
