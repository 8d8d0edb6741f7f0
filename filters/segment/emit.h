/* emit.h - the records of a page's blocks */
/* SPDX-License-Identifier: MIT */
#ifndef EMIT_H
#define EMIT_H

#include "segment.h"
#include "stream.h"

/* A record for each block of the page, or for each sentence; r is the document's. */
void emit_page(struct stream *, const struct record *r, const struct page *, bool by_sentence);
/*
 * A document of one line that ends its sentence has one block, all of it: the
 * fast path. False if there is more to it than that.
 */
bool emit_line(struct stream *, const struct record *r, struct str text);

#endif
