/* phrase.h - which runs of four ideographs a page has, and where */
/* SPDX-License-Identifier: MIT */
#ifndef PHRASE_H
#define PHRASE_H

#include "segment.h"

#define PHRASE 4              /* ideographs */
#define PHRASE_PAGE (1 << 20) /* bytes of a page: a longer one's are not looked at */

struct count {
	uint32_t all, shared; /* distinct phrases; of them, in the part */
};

/* A new page: its phrases are taken up when they are first asked for. */
void phrases_forget(void);
void phrases_hash(const struct page *);
uint32_t phrases_stamp(void); /* a number that no part and no count has yet */
/* Makes every phrase of a strip one of the part; how many were not yet. */
uint32_t phrases_add(size_t strip, uint32_t part);
/* Counts every phrase of a strip that this count has not met. */
void phrases_meet(size_t strip, uint32_t part, uint32_t seen, struct count *);
/* Do these four ideographs stand together on the page? (Or others of the same hash.) */
bool phrase_known(const struct page *, const uint32_t c[PHRASE]);

#endif
