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
 *	width  > 0: bytes of the source that each character takes
 *	       0:  as many as in UTF-8
 *	       -1: one for ASCII, two for all else (GBK, Big5)
 *	       -2: two, or four beyond U+FFFF (UTF-16)
 *
 * What the text leaves out (a line break within a paragraph) is the gap
 * between two runs. A record with "src" and no "align" has one run
 * [src[0], all, 0].
 */
enum { WIDTH_UTF8 = 0, WIDTH_ASCII1_ELSE2 = -1, WIDTH_UTF16 = -2 };

struct run {
	uint64_t at;
	int32_t n;
	int32_t width;
};

struct align {
	struct run *run;
	size_t n, cap;
};

/* Appends a run, merging it with the last one where that says the same. */
void align_add(struct align *, uint64_t at, int32_t n, int32_t width);
/* Reads an "align" field; false (and an empty list) if it is not one. */
bool align_read(struct align *, const struct json *);
void align_print(const struct align *, struct buf *);
void align_free(struct align *);

/*
 * Leads byte offsets of a text (valid UTF-8) to code points and to source
 * bytes. Calls in ascending order cost O(1) a character; going back starts
 * again from the beginning.
 */
struct locator {
	struct str text;
	struct align align; /* owned */
	/* where it stands */
	size_t byte, cp, run, in_run;
	uint64_t src;
};

struct place {
	size_t start, end;           /* code points */
	uint64_t src_start, src_end; /* source bytes; the end is that of the last character */
};

/* From a record's own "src" and "align". text must outlive the locator. */
void locator_init(struct locator *, struct str text, const struct record *);
void locator_init_align(struct locator *, struct str text, struct align *moved);
struct place locate(struct locator *, size_t start, size_t end);
/* The runs of text[start, end), appended to out: what a segment takes along. */
void locator_slice(struct locator *, size_t start, size_t end, struct align *out);
void locator_free(struct locator *);

#endif
