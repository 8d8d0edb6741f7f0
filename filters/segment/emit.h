/* emit.h - the records of a page's blocks */
/* SPDX-License-Identifier: MIT */
#ifndef EMIT_H
#define EMIT_H

#include "prose.h"
#include "record.h"
#include "stream.h"

/* What of a document's record its segments need. All zero before its first use. */
struct doc {
	const struct record *record;
	const struct json *id, *doc, *kind, *text, *src, *align; /* NULL: it has none */
	struct buf riders; /* the fields that ride along, a comma before each */
};

void doc_read(struct doc *, const struct record *);
/* A record for each block of the page, or for each sentence. */
void emit_page(struct stream *, const struct doc *, const struct page *, bool by_sentence);
/* The record of a line of prose. */
void emit_prose(struct stream *, const struct doc *, struct str text, const struct prose *);

#endif
