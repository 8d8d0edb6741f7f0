/* passage.h - what makes two passages the same: folding, keys, likeness */
/* SPDX-License-Identifier: MIT */
#ifndef PASSAGE_H
#define PASSAGE_H

#include "buf.h"
#include "index.h"

/*
 * A passage is compared as folded text: blanks, punctuation, quotes, bullets
 * and marks dropped, ASCII and full-width letters in lower case. What serves a
 * number stays: the point between digits, %, and a minus before a digit.
 */

void passage_fold(struct str text, struct buf *out); /* out is overwritten */

/* SipHash-2-4 (Aumasson, Bernstein 2012): keyed, so that nobody can make texts collide. */
struct siphash_key {
	uint64_t k0, k1;
};
uint64_t siphash(const struct siphash_key *, const char *, size_t);

/*
 * The keys under which a passage is looked up. Two passages that are alike
 * share a key: the hash of the whole, MinHash bands over the shingles
 * (Broder 1997; one permutation, Li et al. 2012, densified, Shrivastava
 * 2017), and winnowed runs of characters, which find a half or a quotation
 * that the bands cannot.
 */
enum {
	PASSAGE_BANDS = 6,
	PASSAGE_ROWS = 3,
	PASSAGE_GRAM = 8,    /* characters of a winnowed run */
	PASSAGE_WINDOW = 22, /* of so many runs one is a key */
	PASSAGE_PART = 15,   /* a shorter passage is not told as part of another */
	PASSAGE_RUN = 24,    /* a shorter common run is not told as shared */
	PASSAGE_KEYS = 4096  /* of one passage; a longer one is known by its beginning */
};

struct passage_how {
	struct siphash_key key;
	unsigned shingle;   /* characters, 1 to 8 */
	unsigned threshold; /* Jaccard coefficient, thousandths */
	unsigned contained; /* share of the smaller, thousandths */
	bool kin;           /* CONTAINS and SHARES are wanted as well */
};

/* All zero before its first use; one owner, passage_free(). */
struct passage {
	struct buf text; /* folded */
	uint64_t *key;   /* key[0] is that of the whole */
	size_t nkey, capkey;
	uint32_t *order;   /* hashes of the shingles, in text order */
	uint32_t *shingle; /* the same, each once, and as a set: after passage_ready() */
	uint32_t *set, setmask;
	size_t nchr, caporder, norder, nshingle, capset;
	uint32_t *number; /* hashes of its numbers, sorted */
	size_t nnumber, capnumber;
	size_t spare; /* shingles that no likeness needs: after passage_sketch() */
};

/* Folds a text and computes its keys; the hash of the whole alone unless near. */
void passage_set(struct passage *, struct str text, const struct passage_how *, bool near);
/*
 * The first PASSAGE_FIRM keys (the whole, the bands) say by themselves that a
 * comparison is worth while. Of the winnowed ones, which any current phrase
 * may bring, so many must be shared.
 */
enum { PASSAGE_FIRM = 1 + PASSAGE_BANDS };
size_t passage_need(const struct passage *);
/* The same said of two passages whose keys are known. */
bool passage_related(const struct passage *earlier, const struct passage *later);
/* Makes it ready to compare: put off until there is a candidate. */
void passage_ready(struct passage *);
/*
 * The sketch of a passage with keys: one bit for each shingle, and one for each
 * number. From sketches alone passage_unlike() knows of most candidates, which
 * share a current phrase and no more, that passage_compare() would call them
 * DIFFERENT; never if how->kin.
 */
void passage_sketch(struct passage *, const struct passage_how *, struct sketch *);
bool passage_unlike(const struct sketch *earlier, const struct sketch *,
    const struct passage *later, const struct passage_how *);
/* The keys of p->text, which is folded already. */
void passage_keys(struct passage *, const struct passage_how *);
/* From folded text, ready to compare, without keys. */
void passage_set_folded(struct passage *, struct str folded, const struct passage_how *);
void passage_free(struct passage *);

enum likeness {
	DIFFERENT,
	SHARES,    /* clauses of the one stand in the other */
	CONTAINS,  /* the later one holds the earlier one and more */
	CONTAINED, /* the later one stands in the earlier one */
	NEAR,
	EXACT
};

/*
 * How the later passage is like the earlier one. In thousandths: the Jaccard
 * coefficient of their shingles, or the share of the smaller that stands in
 * the larger. A passage with a number that the earlier one lacks is never
 * NEAR or CONTAINED: dropping it would lose a fact.
 */
enum likeness passage_compare(const struct passage *earlier, const struct passage *later,
    const struct passage_how *, unsigned *thousandths);

#endif
