/* simplified.h - Traditional writing as rules and tables see it: simplified, byte for byte */
/* SPDX-License-Identifier: MIT */
#ifndef SIMPLIFIED_H
#define SIMPLIFIED_H

#include <stdio.h>

#include "buf.h"
#include "table.h"

/*
 * A text is looked at through a view in which each Traditional character is
 * the Simplified one, of as many bytes: an offset in the one is an offset in
 * the other, and what goes into a record is cut from the text as it stands.
 * Patterns, tables and word lists are put on the same footing when they are
 * read, so that it does not matter in which writing they are.
 *
 * Characters, not words: which of 干 and 幹 is meant is nothing that finding
 * figures and names turns on.
 */

/*
 * simplified.tsv, in place of what was read before; NULL: all characters stay.
 * A row that would move an offset is told as "tool: path:line: message" to err,
 * and *errors goes up.
 */
void simplified_load(const struct table *, FILE *err, unsigned *errors);

enum { SIMPLIFIED_FIRST = 0x3000, SIMPLIFIED_LAST = 0x9FFF };
/* Each character that UTF-8 begins with E3 to E9, and its simplified one, XORed. */
extern uint16_t simplified_bits[SIMPLIFIED_LAST - SIMPLIFIED_FIRST + 1];

/* The simplified character, or the character itself. */
static inline uint32_t
simplified(uint32_t c)
{
	uint32_t i = c - SIMPLIFIED_FIRST;

	return i <= SIMPLIFIED_LAST - SIMPLIFIED_FIRST ? c ^ simplified_bits[i] : c;
}

/* The first byte at or behind at where a character is to change; the text's end if there is none.
 */
size_t simplified_next(struct str text, size_t at);
/* Has the text a character that Simplified writing has not? 乾 it has, too: 乾隆. */
bool simplified_foreign(struct str text);
/* The view of valid UTF-8: the text itself, or a copy in *hold. */
struct str simplified_view(struct str text, struct buf *hold);
/* The same, with a copy that stays, and ends with a NUL. */
struct str simplified_str(struct arena *, struct str);
/* Changes the bytes themselves. */
void simplified_here(char *, size_t n);

#endif
