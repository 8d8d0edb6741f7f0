/* normalize.h - the steps from bytes to clean text, each keeping the way back */
/* SPDX-License-Identifier: MIT */
#ifndef NORMALIZE_H
#define NORMALIZE_H

#include "span.h"

/*
 * What the steps hand on: a text, and where each of its characters stands in
 * the source. A step that changes anything writes the new text into a buffer
 * of its own, which lives until its next call, and maps the alignment.
 */
struct page {
	struct str text;
	struct align align; /* empty: byte for byte from the beginning */
};

/* decode.c: bytes to UTF-8. */
enum encoding {
	ENCODING_UNKNOWN,
	ENCODING_BINARY,
	ENCODING_UTF8,
	ENCODING_GB18030,
	ENCODING_BIG5,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE
};

/* As iconv(1) calls it, and as it stands in the record. */
const char *encoding_name(enum encoding);
/* By any of its usual names, in any case; ENCODING_UNKNOWN if there is none of that name. */
enum encoding encoding_by_name(const char *);
/*
 * By its byte order mark; else UTF-8 if it is that; else UTF-8, GB18030 or
 * Big5, whichever makes the likelier Chinese. Needs the tables of fold.c.
 */
enum encoding encoding_find(struct str bytes);

/* The first place that does not decode, and how many there are. */
struct decode_error {
	size_t at, count; /* byte; how many */
	bool cut;         /* the bytes end within a character */
};
/*
 * A byte order mark is left out. What does not decode becomes U+FFFD, one for
 * each place, and is told in error. The text points into bytes, or lives until
 * the next call.
 */
void decode(struct str bytes, enum encoding, struct page *, struct decode_error *error);

/* html.c: an HTML page as lines of text. */
struct html_head {
	char date[32]; /* of publication, as the page writes it, or empty */
};
bool html_looks(struct str text);
/* The encoding that a page says it is in, empty if it says none. */
struct str html_charset(struct str bytes);
/* NULL, or why it cannot be done. */
const char *html_text(struct page *, struct html_head *);

/* simplify.c: Traditional to Simplified. */
/* A configuration of OpenCC ("t2s"); NULL, or why it cannot be had. */
const char *simplify_open(const char *config);
/* After fold(): the text must hold no NUL. */
void simplify(struct page *);

/* fold.c: the profile of rules/normalize*.tsv. */
/* Adds a table to those loaded before; false after telling what is wrong with it. */
bool fold_load(const char *path);
/* The text must not be the result of the last call. */
void fold(struct page *);
/* Is it one of the commonest characters of Chinese prose? */
bool fold_common(uint32_t cp);

#endif
