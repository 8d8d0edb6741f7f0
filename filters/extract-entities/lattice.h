/* lattice.h - what the parts of the lattice share: text.c, propose.c, lattice.c */
/* SPDX-License-Identifier: MIT */
#ifndef LATTICE_H
#define LATTICE_H

#include "entity.h"

enum { MAXHITS = 16 }; /* of words that begin at one place, the shortest */

/* The text, and what the lists and the stops say of each place of it. */
void read_text(struct finder *, struct str);
bool look_up(struct finder *);
void look_around(struct finder *);
/* Candidates for names, cheaper than their characters. */
void propose(struct finder *);

#endif
