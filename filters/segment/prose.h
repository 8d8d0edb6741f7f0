/* prose.h - a line of prose, which is a block as it stands */
/* SPDX-License-Identifier: MIT */
#ifndef PROSE_H
#define PROSE_H

#include "segment.h"

struct prose {
	bool split;         /* perhaps more than one sentence */
	struct str speaker; /* empty if nobody */
};

/*
 * Is a document of one line no more than prose, so that its one block is the
 * line itself? Most are, and need none of the steps that a page goes through.
 * False where that cannot be told at a glance.
 */
bool prose_line(struct str text, struct prose *);

#endif
