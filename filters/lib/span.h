/* span.h - where a piece of text stands: bytes, code points, bytes of the source */
/* SPDX-License-Identifier: MIT */
#ifndef SPAN_H
#define SPAN_H

#include "buf.h"
#include "record.h"

/*
 * Alignment: how the characters of a text lead back to the bytes of its
 * source. A list of runs in text order, in a record the field "align": a flat
 * array of integers, three a run: [at, n, width, at, n, width, ...].
 *
 *	at     byte of the source where the run begins
 *	n      > 0: that many characters, one after the other
 *	       < 0: -n characters that all stand for the same width bytes
 *	            (width 0: nothing stands there, they were put in)
 *	width  > 0: bytes of the source that each character takes
 *	       0:  as many as in UTF-8
 *	       -1: one for ASCII, two for all else (GBK, Big5)
 *	       -2: two, or four beyond U+FFFF (UTF-16)
 *
 * What the text leaves out (a line break within a paragraph) is the gap
 * between two runs. A record without "align" has one run [src[0], all, 0];
 * without "src" it begins at byte 0. Where the runs end before the text does,
 * the rest is taken as UTF-8 that goes on from there.
 */
enum { WIDTH_UTF8 = 0, WIDTH_ASCII1_ELSE2 = -1, WIDTH_UTF16 = -2 };

struct run {
	uint64_t at;
	int32_t n;
	int32_t width;
};

/* All zero is an empty list. */
struct align {
	struct run *run;
	size_t n, cap;
	uint64_t end; /* byte of the source where the last run ends, if has_end */
	bool has_end;
};

/*
 * Appends a run, merging it with the last one where that says the same. Where
 * the width varies (0, -1, -2) only align_extend() can merge: it is told where
 * in the source the run ends.
 */
void align_add(struct align *, uint64_t at, int32_t n, int32_t width);
void align_extend(struct align *, uint64_t at, uint64_t end, int32_t n, int32_t width);
/* Does it say no more than one run of UTF-8 that begins at that byte (or is it empty)? */
bool align_plain(const struct align *, uint64_t at);
/* Reads an "align" field; false (and an empty list) if it is not one. */
bool align_read(struct align *, const struct json *);
void align_print(const struct align *, struct buf *);
void align_reset(struct align *); /* empty, the memory kept */
void align_free(struct align *);

/*
 * Leads byte offsets of a text (valid UTF-8) to code points and to source
 * bytes. Calls in ascending order cost O(1) a character; a jump, back or over
 * what has been passed before, starts from the last mark before its goal.
 */
struct cursor {
	size_t byte, cp; /* of the text */
	size_t run;      /* where it stands: a run and how many of its characters lie behind */
	uint32_t in_run;
	uint64_t src;      /* byte of the source where the next character begins */
	uint64_t src_last; /* ... and where the last one ended */
};

struct locator {
	struct str text;
	struct align align;     /* owned */
	struct cursor from, to; /* of the last locate() */
	struct cursor *mark;    /* owned; ascending, some thousand bytes apart */
	size_t nmark, capmark;
};

struct place {
	size_t start, end;           /* code points */
	uint64_t src_start, src_end; /* source bytes; the end is that of the last character */
};

/*
 * From a record's own "src" and "align". text must outlive the locator. All
 * zero before its first use; to begin again with another text keeps the memory.
 */
void locator_init(struct locator *, struct str text, const struct record *);
/* Takes the runs over; *moved is empty after it. */
void locator_init_align(struct locator *, struct str text, struct align *moved);
/* Of an empty piece, src_start and src_end are where the character at start begins. */
struct place locate(struct locator *, size_t start, size_t end);
/* The runs of text[start, end), appended to out: what a segment takes along. */
void locator_slice(struct locator *, size_t start, size_t end, struct align *out);
void locator_free(struct locator *);

#endif
