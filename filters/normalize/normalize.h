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
enum encoding { ENCODING_UNKNOWN, ENCODING_UTF8, ENCODING_BINARY };

/* As iconv(1) calls it, and as it stands in the record. */
const char *encoding_name(enum encoding);
/* By any of its usual names, in any case; ENCODING_UNKNOWN if there is none of that name. */
enum encoding encoding_by_name(const char *);
/* By its byte order mark, else by what the bytes most likely are. */
enum encoding encoding_find(struct str bytes);

/* The first bytes that do not decode, and how many such places there are. */
struct decode_error {
	size_t at, n;
	const char *why;
	size_t count;
};
/* Bytes that do not decode become U+FFFD, one for each place, and are told in error. */
void decode(struct str bytes, enum encoding, struct page *, struct decode_error *error);

#endif
