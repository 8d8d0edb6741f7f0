/* names.h - what makes names of tokens: what compose.c and the files beside it share */
/* SPDX-License-Identifier: MIT */
#ifndef NAMES_H
#define NAMES_H

#include "entity.h"

enum { MAXGROW = 14 }; /* tokens of a name before its ending */

/* The word that is these characters. */
static inline const struct info *
info_at(const struct finder *f, size_t start, size_t end)
{
	static const struct info none;

	for (uint32_t h = f->spot[start].hits; h < f->spot[start + 1].hits; h++)
		if (f->hit[h].n == end - start)
			return &f->m->info[f->hit[h].word];
	return &none;
}

static inline const struct info *
info_of_token(const struct finder *f, const struct token *t)
{
	static const struct info none;

	return t->info != 0 ? &f->m->info[t->info] : &none;
}

/* The token that holds a place of the text. */
static inline size_t
token_at(const struct finder *f, uint32_t at)
{
	size_t low = 0, high = f->ntoken;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (f->token[mid].start > at)
			high = mid;
		else
			low = mid;
	}
	return low;
}

static inline bool
is_letter(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
is_close_quote(uint32_t c)
{
	return c == 0x201D || c == 0x2019 || c == 0x300D || c == 0x300F;
}

static inline void
endings(const struct token *t, uint32_t *flags, uint32_t *more, bool *inside)
{
	*flags = t->end_flags;
	*more = t->end_more;
	*inside = t->end_inside;
}

static inline bool
is_name(const struct token *t, enum label label)
{
	return t->kind >= 0 && t->label == label;
}

/* Adds a name to f->span. */
void add_span(struct finder *, uint32_t start, uint32_t end, enum kind, enum label, uint32_t info);

/*
 * Reads the endings of the tokens, once; what any of them has says which names need be looked
 * for.
 */
uint32_t mark_endings(struct finder *, uint32_t *any_more);

enum evidence { EV_NONE, EV_NOUN, EV_NUM, EV_PROPER, EV_OPENER, EV_PLACE, EV_BODY };

struct growth {
	size_t start; /* token */
	enum evidence evidence;
	unsigned nouns; /* words between the evidence and the ending */
	bool country;
};

/* How far the name that ends with token e reaches to the left. */
struct growth grow(const struct finder *, size_t e, bool event);
/*
 * The first of two or three characters before token e that the lattice left alone, as those of a
 * word that no list knows; or e.
 */
size_t coined_before(const struct finder *, size_t e);
/* 八面|山|国家级|自然保护区: its first token, if token e is what a landform is; or e. */
size_t graded_from(const struct finder *, size_t e);
/* The token behind the longest listed post that begins with token k, or 0. */
size_t post_from(const struct finder *, size_t k);

/* Is it the short name of a county that is a word as well: 民权, 太平? */
bool named_place(const struct finder *, const struct token *);

/* Each adds the names of its sort. */
void compose_bodies(struct finder *);
void compose_facilities(struct finder *);
void compose_events(struct finder *);
void compose_places(struct finder *);
void compose_estates(struct finder *);
void compose_areas(struct finder *);
void compose_titles(struct finder *);
void compose_programs(struct finder *);
void compose_products(struct finder *);
void compose_quoted(struct finder *);
void compose_brands(struct finder *);
void compose_branches(struct finder *);
void compose_headed(struct finder *);
void compose_series(struct finder *);
void add_known(struct finder *); /* of the record: aliases, the speaker */
void add_again(struct finder *); /* found in another place of the text */

#endif
