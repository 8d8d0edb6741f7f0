/* simplified.h - Traditional writing as rules and tables see it: simplified, byte for byte */
/* SPDX-License-Identifier: MIT */
#ifndef SIMPLIFIED_H
#define SIMPLIFIED_H

#include "buf.h"
#include "table.h"

/* simplified.tsv: a character and its simplified one; false after telling what is wrong. */
bool simplified_load(const struct table *);
/* The simplified character, or the character itself. */
uint32_t simplified(uint32_t c);
/*
 * A text with each character simplified, all offsets as they were: the text
 * itself where it has nothing to simplify, else a copy that holds until the
 * next call.
 */
struct str simplified_view(struct str text);

#endif
