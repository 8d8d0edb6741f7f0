/* text - the characters of a text, and what the lists and the stops say of each place of it */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lattice.h"
#include "simplified.h"
#include "utf8.h"

enum { POSTED = BIT(F_TITLE_BEFORE) | BIT(F_BEFORE_STRONG) | BIT(F_ROLE_BEFORE) };
enum { SPEAKER = 40 }; /* 张三： at the start of a text is somebody who speaks */

void
read_text(struct finder *f, struct str s)
{
	f->text = s;
	if (s.n + 2 > f->cap) {
		f->cap = s.n + s.n / 2 + 258;
		f->cp = xarray(f->cp, f->cap, sizeof *f->cp);
		f->spot = xarray(f->spot, f->cap, sizeof *f->spot);
		f->found = xarray(f->found, f->cap, sizeof *f->found);
		f->off = xarray(f->off, f->cap, sizeof *f->off);
		f->mark = xarray(f->mark, f->cap, sizeof *f->mark);
		f->taken = xarray(f->taken, f->cap, sizeof *f->taken);
		f->node = xarray(f->node, f->cap, sizeof *f->node);
	}
	size_t n = 0;
	for (size_t i = 0, len; i < s.n; i += len) {
		const unsigned char *u = (const unsigned char *)s.p + i;

		f->off[n] = (uint32_t)i;
		if ((u[0] & 0xF0) == 0xE0) { /* so nearly all of them */
			f->cp[n++] = ((uint32_t)u[0] << 12 ^ (uint32_t)u[1] << 6 ^ u[2]) ^
				     (0xE0U << 12 ^ 0x80U << 6 ^ 0x80U);
			len = 3;
		} else {
			f->cp[n++] = utf8_get(s.p + i, &len);
		}
	}
	f->n = n;
	f->off[n] = (uint32_t)s.n;
	memset(f->spot, 0, (f->n + 1) * sizeof *f->spot);
}

/* What the word of one character says, where longer is whether a longer one begins there. */
static inline void
say_one(struct finder *f, struct spot *p, const struct character *ch, bool longer)
{
	f->hit[f->nhit++] = (struct hit){ch->word, 1, ch->cost};
	/* A cue of one character that is part of a longer word is none. */
	if (!longer)
		p->right |= ch->says & SAID_AFTER;
	if (!p[1].longer)
		p[1].left |= ch->says & SAID_BEFORE;
}

/* What the words of more characters say: the longest one, and those that it begins with. */
static inline void
say_longer(struct finder *f, struct spot *p, uint32_t word)
{
	const struct info *info = f->m->info;
	size_t n = info[word].depth;

	for (; n > MAXHITS; n--)
		word = info[word].up;
	f->nhit += n;
	for (struct hit *hit = f->hit + f->nhit; word != 0; word = info[word].up) {
		const struct info *in = &info[word];

		*--hit = (struct hit){word, in->n, in->cost};
		p->right |= in->says & SAID_AFTER;
		p->may |= may_begin(in->flags);
		p[in->n].left |= in->says & SAID_BEFORE;
		p[in->n].longer = 1;
		p[in->n].may |= in->says & POSTED ? MAY_UNKNOWN : 0;
		if (in->flags & L_WORD && !in->namelike && in->n < 32)
			p->words |= 1U << in->n;
	}
}

/* Looks every place of the text up in the lists, once; false at a Traditional character. */
bool
look_up(struct finder *f)
{
	struct model *m = f->m;
	struct character rare; /* one that the table has no place for */
	unsigned any = 0;
	size_t nfound = words_in(m, f->text, f->cp, f->off, f->n, f->found), next = 0;

	f->nhit = f->nmark = 0;
	f->latin = false;
	for (size_t i = 0; i < f->n; i++) {
		struct spot *p = &f->spot[i];
		uint32_t c = f->cp[i], word = 0;
		struct character *ch = &rare;

		if (c < NCHARACTER)
			ch = &m->character[c];
		else
			rare = (struct character){0};
		if (ch->single == 0) {
			if (simplified(c) != c) /* such a one is never learnt, so the others */
				return false;   /* need not be asked */
			learn_character(m, ch, c);
		}
		if (next < nfound && f->found[next].at == i)
			word = f->found[next++].word;
		if (f->nhit + 1 + MAXHITS > f->caphit) {
			f->caphit = 2 * f->nhit + 256;
			f->hit = xarray(f->hit, f->caphit, sizeof *f->hit);
		}
		p->hits = (uint32_t)f->nhit;
		p[1].sum = p->sum + ch->single;
		p->may |= ch->may; /* with what the words before said */
		p->abbr = ch->abbr;
		p->word = ch->word;
		p->words = (uint32_t)ch->plain << 1;
		if (ch->word != 0)
			say_one(f, p, ch, word != 0);
		if (word != 0)
			say_longer(f, p, word);
		if (p->may & (MAY_STOP | MAY_ALNUM)) {
			f->latin |= p->may & MAY_ALNUM && c >= 'A';
			if (p->may & MAY_STOP)
				f->mark[f->nmark++] = (uint32_t)i;
		}
		any |= p->may;
	}
	f->spot[f->n].hits = (uint32_t)f->nhit;
	f->any = any;
	return true;
}

/* What stops, brackets and ends of the text say. */
void
look_around(struct finder *f)
{
	f->quotes = false;
	f->spot[0].left |= BIT(F_START) | BIT(F_STOP_BEFORE);
	f->spot[f->n].right |= BIT(F_END) | BIT(F_STOP_AFTER);
	for (size_t k = 0; k < f->nmark; k++) {
		size_t i = f->mark[k];
		uint32_t c = f->cp[i];

		f->quotes |= is_open_quote(c) || c == U'《';
		if (c == U'、') {
			f->spot[i].right |= BIT(F_LIST_AFTER);
			f->spot[i + 1].left |= BIT(F_LIST_BEFORE);
			continue;
		}
		f->spot[i].right |=
		    BIT(F_STOP_AFTER) | (c == '(' || c == 0xFF08 ? BIT(F_PAREN_AFTER) : 0);
		/* 品牌“乐江蜜”: a sentence goes on in its quotes */
		if (!is_open_quote(c) || i == 0 || !is_han(f->cp[i - 1]))
			f->spot[i + 1].left |= BIT(F_STOP_BEFORE);
		if (c == ' ' || c == 0x3000 || c == ':' || c == 0xFF1A) /* 主任 蓝庆华 */
			f->spot[i + 1].left |=
			    f->spot[i].left &
			    (BIT(F_TITLE_BEFORE) | BIT(F_ROLE_BEFORE) | BIT(F_BEFORE_STRONG));
		if ((c == ':' || c == 0xFF1A) && i <= SPEAKER)
			f->spot[i].right |= BIT(F_AFTER_STRONG);
	}
}
