/* text - the characters of a text, and what the lists and the stops say of each place of it */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lattice.h"
#include "utf8.h"

enum { SPEAKER = 40 }; /* 张三： at the start of a text is somebody who speaks */

void
read_text(struct finder *f, struct str s)
{
	f->text = s;
	if (s.n + 2 > f->cap) {
		f->cap = s.n + s.n / 2 + 258;
		f->cp = xarray(f->cp, f->cap, sizeof *f->cp);
		f->off = xarray(f->off, f->cap, sizeof *f->off);
		f->hit_at = xarray(f->hit_at, f->cap, sizeof *f->hit_at);
		f->left = xarray(f->left, f->cap, sizeof *f->left);
		f->right = xarray(f->right, f->cap, sizeof *f->right);
		f->words = xarray(f->words, f->cap, sizeof *f->words);
		f->mark = xarray(f->mark, f->cap, sizeof *f->mark);
		f->longer = xarray(f->longer, f->cap, sizeof *f->longer);
		f->taken = xarray(f->taken, f->cap, sizeof *f->taken);
		f->abbr = xarray(f->abbr, f->cap, sizeof *f->abbr);
		f->may = xarray(f->may, f->cap, sizeof *f->may);
		f->node = xarray(f->node, f->cap, sizeof *f->node);
		f->sum = xarray(f->sum, f->cap, sizeof *f->sum);
	}
	f->n = 0;
	for (size_t i = 0, len; i < s.n; i += len) {
		f->cp[f->n] = utf8_get(s.p + i, &len);
		f->off[f->n++] = (uint32_t)i;
	}
	f->off[f->n] = (uint32_t)s.n;
	memset(f->left, 0, (f->n + 1) * sizeof *f->left);
	memset(f->right, 0, (f->n + 1) * sizeof *f->right);
	memset(f->longer, 0, f->n + 1);
	memset(f->abbr, 0, f->n + 1);
}

/* The word of one character at a place, if there is one, as its first hit; returns how many. */
static size_t
look_up_one(struct finder *f, size_t i, struct hit *hit)
{
	struct model *m = f->m;
	uint32_t c = f->cp[i];

	if (c < HAN_FIRST || c >= HAN_FIRST + HAN_COUNT) {
		f->may[i] = is_dot(c) ? MAY_DOT : 0;
		f->sum[i + 1] = f->sum[i] + (is_han(c)        ? UNKNOWN
						: is_alnum(c) ? COST_ASCII
							      : COST_PUNCT);
		if (!is_han(c) && !is_alnum(c) && !is_dot(c))
			f->mark[f->nmark++] = (uint32_t)i;
		f->latin |= c >= 'A' && is_alnum(c);
		return words_at(m, c, 0, f->text.p + f->off[i], f->off[i + 1] - f->off[i], hit);
	}
	const struct character *ch = &m->character[c - HAN_FIRST];
	if (ch->single == 0)
		learn_character(m, c);
	f->may[i] =
	    (uint8_t)((ch->surname != 0 ? MAY_SURNAME : 0) | (ch->translit != 0 ? MAY_SPELL : 0));
	f->sum[i + 1] = f->sum[i] + ch->single;
	if (ch->word == 0)
		return 0;
	*hit = (struct hit){ch->word, 1, m->info[ch->word].cost};
	return 1;
}

/* Looks every place of the text up in the lists, once. */
void
look_up(struct finder *f)
{
	const uint32_t names = L_NAME | L_SURNAME | L_UNIT | L_ABBR;

	f->nhit = f->nmark = 0;
	f->said = 0;
	f->latin = false;
	f->sum[0] = 0;
	for (size_t i = 0; i < f->n; i++) {
		f->hit_at[i] = (uint32_t)f->nhit;
		if (f->nhit + 2 * MAXHITS > f->caphit) {
			f->caphit = 2 * f->nhit + 256;
			f->hit = xarray(f->hit, f->caphit, sizeof *f->hit);
		}
		struct hit *hit = f->hit + f->nhit;
		size_t one = look_up_one(f, i, hit), n = one;
		uint32_t flags = 0, said = 0, words = 0;

		if (i + 1 < f->n)
			n += words_at(f->m, f->cp[i], f->cp[i + 1], f->text.p + f->off[i],
			    f->text.n - f->off[i], hit + one);
		const struct info *info = f->m->info;
		if (one != 0) {
			const struct info *in = &info[hit[0].word];

			flags |= in->flags;
			/* A cue of one character that is part of a longer word is none. */
			if (n == 1)
				said = in->says;
			if (!f->longer[i + 1])
				f->left[i + 1] |= in->says & SAID_BEFORE;
			if (in->flags & L_WORD && !in->namelike)
				words |= 1U << 1;
			if (in->flags & L_ABBR)
				f->abbr[i] = in->flags & L_ABBR_STRONG ? 2 : 1;
		}
		for (size_t k = one; k < n; k++) {
			const struct info *in = &info[hit[k].word];
			size_t end = i + hit[k].n;

			flags |= in->flags;
			said |= in->says;
			f->left[end] |= in->says & SAID_BEFORE;
			f->longer[end] = 1;
			if (in->flags & L_WORD && !in->namelike && hit[k].n < 32)
				words |= 1U << hit[k].n;
		}
		f->nhit += n;
		f->said |= flags;
		f->right[i] |= said & SAID_AFTER;
		f->words[i] = words;
		if (flags & names)
			f->may[i] |= MAY_LISTED;
	}
	f->hit_at[f->n] = (uint32_t)f->nhit;
	f->may[f->n] = 0;
}

/* What stops, brackets and ends of the text say. */
void
look_around(struct finder *f)
{
	f->quotes = false;
	f->left[0] |= BIT(F_START) | BIT(F_STOP_BEFORE);
	f->right[f->n] |= BIT(F_END) | BIT(F_STOP_AFTER);
	for (size_t k = 0; k < f->nmark; k++) {
		size_t i = f->mark[k];
		uint32_t c = f->cp[i];

		f->quotes |= is_open_quote(c) || c == U'《';
		if (c == U'、') {
			f->right[i] |= BIT(F_LIST_AFTER);
			f->left[i + 1] |= BIT(F_LIST_BEFORE);
			continue;
		}
		f->right[i] |=
		    BIT(F_STOP_AFTER) | (c == '(' || c == 0xFF08 ? BIT(F_PAREN_AFTER) : 0);
		f->left[i + 1] |= BIT(F_STOP_BEFORE);
		if (c == ' ' || c == 0x3000 || c == ':' || c == 0xFF1A) /* 主任 蓝庆华 */
			f->left[i + 1] |= f->left[i] & (BIT(F_TITLE_BEFORE) | BIT(F_ROLE_BEFORE) |
							   BIT(F_BEFORE_STRONG));
		if ((c == ':' || c == 0xFF1A) && i <= SPEAKER)
			f->right[i] |= BIT(F_AFTER_STRONG);
	}
}
