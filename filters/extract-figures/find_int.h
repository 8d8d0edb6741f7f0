/* find_int.h - what the parts of finding share; nobody else includes it */
/* SPDX-License-Identifier: MIT */
#ifndef FIND_INT_H
#define FIND_INT_H

#include "figure.h"

#include "date.h"
#include "lexicon.h"
#include "numeral.h"

/*
 * find.c      passes over the text, and says what may begin where
 * quantity.c  a numeral with its unit and what stands around it
 * range.c     puts ranges and lists of those together
 */
enum {
	F_BARE = 1, /* a number without a unit: dropped in the end, or given its neighbour's unit */
	F_ONE = 2,  /* 一 with a classifier: "a", unless its neighbours count too */
	F_KEEP = 4, /* bare, but a figure all the same: 三百五, 1.2亿 */
	F_SCALED = 16, /* 万, 亿 in the numeral */
	F_ASCII = 32,
	F_DROP = 64
};

/* What was found, with what the last pass wants to know. */
struct found {
	struct figure f;
	unsigned flags;
	size_t number, number_end; /* bytes of the numeral */
	const struct entry *unit;
};

struct finder {
	struct rules *rules;
	const struct block *block;
	struct str text;
	bool bare;
	struct arena *arena;
	struct date_context dates;
	size_t clause;      /* where the last stop stands before the place looked at */
	enum qualifier cue; /* 约占, said since that stop and the last figure */
	struct found *at;
	size_t n, cap;
};

/* Sections [quantity NAME] that figures without a unit are found by. */
enum named {
	NAMED_DATE,
	NAMED_WORD,
	NAMED_ORDINAL,
	NAMED_NUMBER,
	NAMED_MONEY,
	NAMED_HUNDREDTHS,
	NAMED_FRACTION,
	NNAMED
};
extern const struct rule *named_rules[NNAMED];

/* --- find.c --- */

struct found *found_push(struct finder *, enum kind, size_t start, size_t end, const struct rule *);
size_t skip_blanks(struct str text, size_t at, int most);

/* --- quantity.c --- */

/* Reads a numeral whose values stay, whatever else is read. */
bool numeral_keep(struct finder *, size_t at, size_t n, struct numeral *);
/* 1 234 567.8: thousands parted by blanks (GB/T 15835), one number if a unit stands behind it. */
bool numeral_spaced(struct finder *, size_t at, struct numeral *);
/* The same of 1·5米, with the point of older pages: only before a unit of money or measure. */
bool numeral_dotted(struct finder *, size_t at, struct numeral *);
void set_value(struct figure *, const struct numeral *);
struct str value_keep(struct finder *, const struct buf *);
struct str value_times(struct finder *, struct str, struct str factor);
struct str value_shift(struct finder *, struct str, int exp);
void each_value(struct finder *, struct figure *,
    struct str (*)(struct finder *, struct str, struct str), struct str by);
/* The unit at a place, for a numeral that begins at start. */
const struct entry *unit_at(
    const struct finder *, size_t at, size_t start, const struct numeral *, size_t *n);
/* The word right before or behind a figure that says about, over, at most ... */
void read_qualifier(struct finder *, struct figure *);
/* A letter or digit. */
bool code_char(char);
/* A numeral with its unit (NULL for none) of n bytes, and what stands around; where to go on. */
size_t quantity(struct finder *, size_t at, struct numeral *, const struct entry *unit, size_t n);
/* 半小时, 半米, 半成: half of a unit; 半 is text[at, at + n). Where it ends, or 0. */
size_t half(struct finder *, size_t at, size_t n);

/* --- range.c --- */

/* Does only a word of that role (with blanks) stand from one byte to the other? */
bool joined_by(struct str text, size_t from, size_t to, enum role);
void merge_ranges(struct finder *);
/* 0.7、1.0和1.1个百分点: a number without unit takes that of the next in the list. */
void share_units(struct finder *);

static inline bool
same(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
