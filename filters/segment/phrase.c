/* phrase.c - which runs of four ideographs a page has, and where */
/* SPDX-License-Identifier: MIT */
#include "phrase.h"

#include <stdlib.h>

/*
 * Phrases of the page, each once, by their hashes: 0 is free. What is noted of each stands apart,
 * for the hashes to fit into the cache. Stamps are never given twice: what was noted on another
 * page, or in this place of another phrase, is no stamp of this one's.
 */
static uint32_t *hash;
static struct note {
	uint32_t part; /* stamp of the part that has it */
	uint32_t seen; /* stamp of the count that met it */
} * note;
static size_t nslot, capslot;
static uint32_t stamp;

/* The phrases of all strips, as places in the table, and where each strip's begin. */
static uint32_t *gram;
static size_t *gram_at, ngram, capgram, capgram_at;
static bool hashed;

void
phrases_forget(void)
{
	hashed = false;
}

uint32_t
phrases_stamp(void)
{
	return ++stamp;
}

/* Four characters of two bytes, one after the other, are a number of eight. */
static uint32_t
phrase_hash(uint64_t four)
{
	uint32_t h = (uint32_t)(four * 0x9E3779B97F4A7C15u >> 32);

	return h != 0 ? h : 1;
}

/* Where a phrase is, or the free place where it would be. */
static uint32_t
phrase_slot(uint32_t h)
{
	size_t i = h & (nslot - 1);

	while ((hash[i] != h) & (hash[i] != 0)) /* one branch: which holds is anybody's guess */
		i = (i + 1) & (nslot - 1);
	return (uint32_t)i;
}

static void
phrases_of(struct str t, size_t start, size_t end)
{
	uint64_t four = 0;
	size_t run = 0, i;

	for (i = start; i < end;) {
		const unsigned char *p = (const unsigned char *)t.p + i;
		uint32_t u = 0;

		if (p[0] >= 0xE4 && p[0] <= 0xE9) {
			u = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 |
			    (p[2] & 0x3F);
			i += 3;
		} else {
			i += utf8_len(t.p[i]);
		}
		if (u < 0x4E00) {
			run = 0;
			continue;
		}
		four = four << 16 | u;
		if (++run >= PHRASE) {
			uint32_t h = phrase_hash(four), slot = phrase_slot(h);

			hash[slot] = h;
			gram[ngram++] = slot;
		}
	}
}

/* All phrases of the page, once, when the first is asked for. */
void
phrases_hash(const struct page *pg)
{
	size_t i;

	if (hashed)
		return;
	hashed = true;
	for (nslot = 1024;
	     nslot < pg->text.n / 2;) /* three bytes an ideograph: two thirds are used */
		nslot *= 2;
	if (nslot > capslot) {
		capslot = nslot;
		hash = xarray(hash, capslot, sizeof(*hash));
		note = xarray(note, capslot, sizeof(*note));
		stamp = UINT32_MAX;
	}
	memset(hash, 0, nslot * sizeof(*hash));
	if (stamp > UINT32_MAX / 2) {
		memset(note, 0, capslot * sizeof(*note));
		stamp = 0;
	}
	if (pg->text.n / 3 + 1 > capgram) {
		capgram = pg->text.n;
		gram = xarray(gram, capgram, sizeof(*gram));
	}
	if (pg->nstrip + 1 > capgram_at) {
		capgram_at = pg->nstrip * 2 + 1;
		gram_at = xarray(gram_at, capgram_at, sizeof(*gram_at));
	}
	for (i = ngram = 0; i < pg->nstrip; i++) {
		gram_at[i] = ngram;
		phrases_of(pg->text, pg->strip[i].start, pg->strip[i].end);
	}
	gram_at[i] = ngram;
}

uint32_t
phrases_add(size_t strip, uint32_t part)
{
	uint32_t n = 0;
	size_t i;

	for (i = gram_at[strip]; i < gram_at[strip + 1]; i++) {
		struct note *p = &note[gram[i]];

		n += p->part != part;
		p->part = part;
	}
	return n;
}

void
phrases_meet(size_t strip, uint32_t part, uint32_t seen, struct count *c)
{
	size_t i;

	for (i = gram_at[strip]; i < gram_at[strip + 1]; i++) {
		struct note *p = &note[gram[i]];

		if (p->seen == seen)
			continue;
		p->seen = seen;
		c->all++;
		c->shared += p->part == part;
	}
}

bool
phrase_known(const struct page *pg, const uint32_t c[PHRASE])
{
	uint64_t four = 0;
	size_t i;

	phrases_hash(pg);
	for (i = 0; i < PHRASE; i++)
		four = four << 16 | c[i];
	return hash[phrase_slot(phrase_hash(four))] != 0;
}
