/* index.h - passages seen before: bounded in memory, their text on disk */
/* SPDX-License-Identifier: MIT */
#ifndef INDEX_H
#define INDEX_H

#include "buf.h"

/*
 * Two parts. In memory a hash table of keys (7 bytes an entry: 30 bits the
 * passage's number, 26 bits of the key), split in 256 that grow by a seventh,
 * so that the load stays between 0.74 and 0.85; and a sketch of each passage,
 * 32 bytes of the caller's. On disk, in an unlinked temporary file, for every
 * passage what was given to index_add(): read back with pread(2) for
 * candidates that the sketch does not rule out.
 */
struct index;
enum { SKETCH_WORDS = 5 };
struct sketch {
	uint32_t bits[SKETCH_WORDS]; /* of the shingles */
	uint32_t numbers;
};

enum { INDEX_CROWD = 32, INDEX_MAX_PASSAGES = (1 << 30) - 1, INDEX_MAX_BYTES = (1 << 24) - 1 };

/* memory: the limit in bytes; past it the program ends with a clear error. */
struct index *index_new(size_t memory);
/* Stores bytes, at most INDEX_MAX_BYTES; returns the passage's number, counted from 1. */
uint32_t index_add(struct index *, const char *, size_t, const struct sketch *);
const struct sketch *index_sketch(const struct index *, uint32_t passage);
/* Lists the passage under a key. Only the first INDEX_CROWD of a key are listed. */
void index_key(struct index *, uint64_t key, uint32_t passage);
/* Passages under a key, in the order they were listed; at most INDEX_CROWD. */
size_t index_find(const struct index *, uint64_t key, uint32_t *out);
/* Says that a key will be looked up soon: the memory it needs is fetched meanwhile. */
void index_prefetch(const struct index *, uint64_t key);
/* The bytes stored for a passage, in *out (overwritten). */
void index_get(struct index *, uint32_t passage, struct buf *out);
uint64_t index_size(const struct index *);    /* passages */
uint64_t index_crowded(const struct index *); /* keys that were not listed for the crowd */

/* A set of 64-bit hashes with a 32-bit payload; the same growth. */
struct hashset;
struct hashset *hashset_new(size_t memory, bool payload);
/* True if it was there; *payload gets the old one. Else it is put in with *payload. */
bool hashset_put(struct hashset *, uint64_t hash, uint32_t *payload);

/* Bytes in an unlinked temporary file, appended and read back; as all here, for the life of the
 * process. */
struct spill;
struct spill *spill_new(void);
uint64_t spill_add(struct spill *, const void *, size_t); /* the offset */
void spill_get(struct spill *, uint64_t at, void *, size_t);
uint64_t spill_end(const struct spill *);

#endif
