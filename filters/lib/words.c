/* words - one automaton over all word lists: every word that begins at a place, in one walk */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "simplified.h"
#include "utf8.h"
#include "words.h"

/*
 * An edge is 64 bits: parent node (20), code point (21), value (20), whether a
 * word ends behind it (1) and whether words go on there (1). If they do, the
 * value is the child node, else the number of the word: most words are nobody's
 * beginning, and need no node. The root's edges have a table of their own for
 * the Basic Multilingual Plane, since every walk begins there.
 */
enum { VALUE_BITS = 20, MAX_VALUES = 1 << VALUE_BITS, ROOT_TABLE = 0x10000, PAIR_BITS = 19 };
#define EDGE(parent, cp) ((uint64_t)(parent) << 43 | (uint64_t)(cp) << 22)
#define EDGE_KEY (~(uint64_t)0x3FFFFF)
#define EDGE_VALUE(e) ((uint32_t)((e) >> 2 & (MAX_VALUES - 1)))
#define EDGE_MORE 1U
#define EDGE_WORD 2U

struct words {
	/* One bit for each pair of characters that words begin with: most walks end there. */
	uint8_t pair[1 << (PAIR_BITS - 3)];
	uint64_t *edge; /* open addressing, 0 is free */
	size_t mask, used;
	uint64_t root[ROOT_TABLE]; /* by code point, without a key; 0 is none */
	uint32_t *number;          /* of the word that ends at a node, 0 is none */
	uint32_t nodes, capnodes, nwords;
};

static inline size_t
edge_hash(uint64_t key)
{
	return (size_t)((key >> 22) * 0x9E3779B97F4A7C15ULL >> 32);
}

static inline uint32_t
pair_hash(uint32_t a, uint32_t b)
{
	return (a * 0x9E3779B1U + b) * 0x85EBCA6BU >> (32 - PAIR_BITS);
}

/* Where the edge of that key stands, or where it would: then 0 stands there. */
static inline uint64_t *
edge_slot(const struct words *w, uint64_t key)
{
	size_t i = edge_hash(key) & w->mask;

	while (w->edge[i] != 0 && (w->edge[i] & EDGE_KEY) != key)
		i = (i + 1) & w->mask;
	return &w->edge[i];
}

static inline uint64_t
edge_get(const struct words *w, uint32_t parent, uint32_t cp)
{
	return parent == 0 && cp < ROOT_TABLE ? w->root[cp] : *edge_slot(w, EDGE(parent, cp));
}

/* Makes room for more edges. */
static void
reserve_edges(struct words *w, size_t more)
{
	size_t old = w->mask + 1, n = old;
	uint64_t *edge = w->edge;

	while (4 * (w->used + more) > 3 * n)
		n *= 2;
	if (n == old)
		return;
	w->edge = xcalloc(n, sizeof *w->edge);
	w->mask = n - 1;
	for (size_t i = 0; i < old; i++)
		if (edge[i] != 0)
			*edge_slot(w, edge[i] & EDGE_KEY) = edge[i];
	free(edge);
}

/* The node behind an edge, made where there is none yet; 0 if they are too many. */
static uint32_t
node_behind(struct words *w, uint64_t *edge)
{
	if (*edge & EDGE_MORE)
		return EDGE_VALUE(*edge);
	if (w->nodes == MAX_VALUES)
		return 0;
	if (w->nodes == w->capnodes) {
		w->capnodes *= 2;
		w->number = xarray(w->number, w->capnodes, sizeof *w->number);
	}
	w->number[w->nodes] = EDGE_VALUE(*edge);
	*edge = (*edge & (EDGE_KEY | EDGE_WORD)) | (uint64_t)w->nodes << 2 | EDGE_MORE;
	return w->nodes++;
}

/* The number of the word that ends behind an edge, or 0. */
static inline uint32_t
word_behind(const struct words *w, uint64_t edge)
{
	return edge & EDGE_MORE ? w->number[EDGE_VALUE(edge)] : EDGE_VALUE(edge);
}

struct words *
words_new(size_t expected)
{
	struct words *w = xcalloc(1, sizeof *w);
	size_t n = 1024;

	while (n < 2 * expected) /* most words add one edge or two */
		n *= 2;
	w->edge = xcalloc(n, sizeof *w->edge);
	w->mask = n - 1;
	w->capnodes = 1024;
	w->number = xarray(NULL, w->capnodes, sizeof *w->number);
	w->number[0] = 0;
	w->nodes = 1; /* the root */
	return w;
}

uint32_t
words_add(struct words *w, const char *s, size_t n)
{
	uint32_t node = 0, from = 0;
	uint64_t *edge = NULL;

	if (n == 0 || w->nwords == MAX_VALUES - 1)
		return 0;
	reserve_edges(w, n);
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t cp = simplified(utf8_get(s + i, &len));

		if (edge != NULL && (node = node_behind(w, edge)) == 0)
			return 0;
		if (node == 0 && cp < ROOT_TABLE) {
			edge = &w->root[cp];
		} else {
			edge = edge_slot(w, EDGE(node, cp));
			w->used += *edge == 0;
			*edge |= EDGE(node, cp);
		}
		if (i > 0 && i == utf8_len(s[0])) {
			uint32_t h = pair_hash(from, cp);
			w->pair[h >> 3] |= (uint8_t)(1 << (h & 7));
		}
		from = cp;
	}
	if (*edge & EDGE_WORD)
		return word_behind(w, *edge);
	w->nwords++;
	if (*edge & EDGE_MORE)
		w->number[EDGE_VALUE(*edge)] = w->nwords;
	else
		*edge |= (uint64_t)w->nwords << 2;
	*edge |= EDGE_WORD;
	return w->nwords;
}

uint32_t
words_count(const struct words *w)
{
	return w->nwords;
}

/* Does a word begin with these two characters? It may say yes in vain. */
static inline bool
is_pair(const struct words *w, uint32_t a, uint32_t b)
{
	uint32_t h = pair_hash(a, b);

	return w->pair[h >> 3] >> (h & 7) & 1;
}

size_t
words_at(const struct words *w, const uint32_t *text, size_t n, struct word_hit *hit, size_t max)
{
	size_t nhit = 0;
	uint64_t e;

	if (n == 0 || max == 0)
		return 0;
	e = edge_get(w, 0, text[0]);
	for (size_t i = 1; e != 0; i++) {
		if (e & EDGE_WORD) {
			hit[nhit++] = (struct word_hit){word_behind(w, e), (uint32_t)i};
			if (nhit == max)
				break;
		}
		if (!(e & EDGE_MORE) || i == n)
			break;
		if (i == 1 && !is_pair(w, text[0], text[1]))
			break;
		e = edge_get(w, EDGE_VALUE(e), text[i]);
	}
	return nhit;
}

void
words_ways(const struct words *w, const uint32_t *text, size_t n, const int16_t *cost,
    int32_t unknown, bool alone, struct word_way *way)
{
	way[n] = (struct word_way){(uint32_t)n, 0, 0};
	for (size_t i = n; i-- > 0;) {
		struct word_way best = {(uint32_t)i + 1, 0, way[i + 1].cost + unknown};
		uint64_t e = edge_get(w, 0, text[i]);

		for (size_t to = i + 1; e != 0; to++) {
			if (e & EDGE_WORD && !(alone && to == n && to > i + 1)) {
				uint32_t word = word_behind(w, e);
				int32_t sum = cost[word] + way[to].cost;

				if (sum <= best.cost)
					best = (struct word_way){(uint32_t)to, word, sum};
			}
			if (!(e & EDGE_MORE) || to == n ||
			    (to == i + 1 && !is_pair(w, text[i], text[to])))
				break;
			e = edge_get(w, EDGE_VALUE(e), text[to]);
		}
		way[i] = best;
	}
}

uint32_t
words_find(const struct words *w, const uint32_t *text, size_t n)
{
	uint64_t e = EDGE_MORE; /* as if to the root */

	for (size_t i = 0; i < n; i++) {
		if (!(e & EDGE_MORE))
			return 0;
		e = edge_get(w, EDGE_VALUE(e), text[i]);
	}
	return word_behind(w, e);
}

uint32_t
words_find_str(const struct words *w, const char *s, size_t n)
{
	uint64_t e = EDGE_MORE;

	for (size_t i = 0, len; i < n; i += len) {
		if (!(e & EDGE_MORE))
			return 0;
		e = edge_get(w, EDGE_VALUE(e), simplified(utf8_get(s + i, &len)));
	}
	return word_behind(w, e);
}

void
words_free(struct words *w)
{
	if (w == NULL)
		return;
	free(w->edge);
	free(w->number);
	free(w);
}
