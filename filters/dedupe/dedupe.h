/* dedupe.h - the repeats of a stream: the pieces that main.c puts together */
/* SPDX-License-Identifier: MIT */
#ifndef DEDUPE_H
#define DEDUPE_H

#include "index.h"
#include "passage.h"
#include "record.h"
#include "stream.h"

struct how {
	struct passage_how like;
	bool exact;       /* whole texts only, no likeness */
	bool ids;         /* repeats are told apart by id, not only dropped */
	size_t min_chars; /* folded; a shorter passage is never a repeat */
	size_t memory;    /* limit of all indexes together, bytes */
};

/* What is kept on disk of a passage. Read back for candidates and for the state. */
struct stash {
	uint64_t hash;   /* key[0] */
	uint32_t root;   /* the first passage it repeats, or its own number */
	struct str id;   /* JSON as written, or null */
	struct str text; /* folded; empty in exact mode */
};

/* Passages seen so far (seen.c). */
struct seen;

struct verdict {
	enum likeness like; /* EXACT, NEAR, CONTAINED: a repeat; else none */
	unsigned thousandths;
	uint32_t root;   /* the passage repeated (0 in exact mode without ids) */
	uint32_t number; /* its own, if it is kept or may be repeated; else 0 */
	struct str id;   /* of root, as JSON; good until the next call */
	/* other passages it contains, stands in, or shares clauses with */
	struct kin {
		uint32_t number;
		enum likeness like;
		unsigned thousandths;
	} kin[8];
	size_t nkin;
};

struct seen *seen_new(const struct how *);
/* Judges a passage against those before it, and remembers it. id is JSON. */
void seen_judge(struct seen *, struct str text, struct str id, struct verdict *);
/* The id of a passage, as JSON, appended. */
void seen_id(struct seen *, uint32_t number, struct buf *);
uint64_t seen_crowded(const struct seen *);

/*
 * The state of an earlier run: a header line (version, parameters, key), the
 * stashes, a checksum. Loading replaces the hash key of `how`; it must come
 * before the first passage. Both end the program with a clear message when
 * the file is damaged, of another version, or made with other parameters.
 */
struct seen *state_load(const char *path, struct how *); /* NULL if there is no such file */
void state_save(const char *path, struct seen *, const struct how *);
size_t seen_stashes(const struct seen *);
void seen_stash(struct seen *, uint32_t number, struct buf *); /* the bytes */
bool seen_restore(struct seen *, const char *, size_t);        /* false if they are damaged */

/*
 * Facts (facts.c). Looks at the figures of a record: one that says what an
 * earlier one said (kind, unit, metric, scope, period, change and value) is a
 * repeat; the same with another value is a conflict. Writes the new array to
 * out; returns false if nothing changed.
 */
struct facts;
struct facts *facts_new(const struct how *);
bool facts_judge(struct facts *, const struct record *, bool mark, struct buf *out);
uint64_t facts_repeats(const struct facts *);
uint64_t facts_conflicts(const struct facts *);

/* For --gather (gather.c): all records wait for the end, where those kept get also_in. */
void gather_begin(void);
void gather_repeat(const struct record *, const struct verdict *);
void gather_kept(const struct record *, uint32_t passage); /* 0: none, it cannot be repeated */
void gather_end(struct stream *);

/* The distributed halves (keys.c). */
void keys_emit(struct stream *, const struct record *, const struct how *);
void keys_reduce(struct stream *, const struct how *, bool mark);

/* Appends "similarity" as a JSON number: 1, 0.953. */
void print_similarity(unsigned thousandths, struct buf *);
extern const char *const likeness_name[];

#endif
