/* lattice.h - what the parts of the lattice share: text.c, propose.c, lattice.c */
/* SPDX-License-Identifier: MIT */
#ifndef LATTICE_H
#define LATTICE_H

#include "entity.h"

static inline bool
is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xC0 && c < 0x250);
}

static inline bool
is_dot(uint32_t c)
{
	return c == 0xB7 || c == 0x2022 || c == 0x30FB;
}

/* What a character costs that is neither Han nor part of a word. */
enum { COST_ASCII = 600, COST_PUNCT = 300 };

/* What may begin at a place: bits of finder.may. */
enum { MAY_LISTED = 1, MAY_SURNAME = 2, MAY_SPELL = 4, MAY_DOT = 8 };

/* The text, and what the lists and the stops say of each place of it. */
void read_text(struct finder *, struct str);
void look_up(struct finder *);
void look_around(struct finder *);
/* Candidates for names, cheaper than their characters. */
void propose(struct finder *);

#endif
