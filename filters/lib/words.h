/* words.h - one automaton over all word lists: every word that begins at a place, in one walk */
/* SPDX-License-Identifier: MIT */
#ifndef WORDS_H
#define WORDS_H

#include "buf.h"

/*
 * A trie whose edges lie in one hash table, 8 bytes an edge, so that a step
 * costs one look into memory however many words there are, and building it
 * at each start costs some 60 ns a word. The words are sequences of code
 * points; what a word means is the caller's: words_add() gives each surface
 * a number, counted from 1 in the order of their first addition, and the
 * caller keeps an array by that number.
 *
 * Words are taken simplified (simplified.h); of text that is given as code
 * points the caller sees to that.
 *
 * At most 2^20 words, and as many beginnings of longer words; words_add()
 * returns 0 beyond.
 */
struct words;

struct words *words_new(size_t expected); /* words expected, a hint */
/* The number of a surface of valid UTF-8, which may be known already; 0 if it is empty, or too
 * much. */
uint32_t words_add(struct words *, const char *surface, size_t n);
uint32_t words_count(const struct words *); /* the highest number given */

struct word_hit {
	uint32_t word; /* its number */
	uint32_t n;    /* its length in code points */
};

/*
 * All words that begin at text[0], shortest first, at most max of them.
 * Returns how many.
 */
size_t words_at(
    const struct words *, const uint32_t *text, size_t n, struct word_hit *, size_t max);
/* How a text is best cut from one of its characters on. */
struct word_way {
	uint32_t next; /* where the first word ends */
	uint32_t word; /* its number, or 0 for a character that is none */
	int32_t cost;  /* of all words up to the end */
};
/*
 * The cheapest way from each of the n characters of a text, and from its end;
 * of ways that cost the same that with the longer word. cost is of each word,
 * by number; a character that is none costs unknown. alone: the last character
 * is a word by itself.
 */
void words_ways(const struct words *, const uint32_t *text, size_t n, const int16_t *cost,
    int32_t unknown, bool alone, struct word_way *);
/* The number of one whole word, or 0. */
uint32_t words_find(const struct words *, const uint32_t *text, size_t n);
uint32_t words_find_str(const struct words *, const char *, size_t);
void words_free(struct words *);

#endif
