/* record.h - one line of JSON Lines: check it strictly, read it, splice it */
/* SPDX-License-Identifier: MIT */
#ifndef RECORD_H
#define RECORD_H

#include "buf.h"

/*
 * A record is the bytes of its line. record_parse() checks the whole line
 * against RFC 8259 (and UTF-8), and remembers where the top-level fields
 * stand; nothing is decoded that nobody asks for. record_set() notes a new
 * value for a field, and record_print() writes the old bytes with the new
 * ones spliced in, so that whatever is not ours leaves as it came.
 *
 * A field set again takes the place of the old one; a new one goes last.
 * Where a line has a key twice, the last one counts for reading (as in jq
 * and Python), all pass through, and record_set() replaces the last and
 * drops the others.
 *
 * A valid line that is no object has no fields and passes through.
 */
enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

#define RECORD_MAX_DEPTH 512     /* nesting of arrays and objects */
#define RECORD_MAX_FIELDS 100000 /* top-level fields */

/* A value as it stands in the line, quotes and brackets included. */
struct json {
	const char *p;
	size_t n;
	enum json_type type;
	bool plain; /* a string known to have no escapes */
};

struct field {
	struct str key; /* between the quotes, escapes as written */
	struct json value;
	bool plain_key;    /* without escapes */
	size_t start, end; /* of key and value in the line, without commas */
	size_t value_at;   /* of the value in the line */
	bool drop;         /* not written */
	bool set;          /* written with the bytes new_at, new_n of record.fresh */
	size_t new_at, new_n;
};

/* All zero before its first use; one owner, record_free(). */
struct record {
	const char *line; /* not owned: good until the next read */
	size_t n;
	enum json_type type;
	struct field *field;
	size_t nfield, capfield;
	size_t nold; /* fields that stand in the line; the rest are new */
	struct buf fresh;
};

/* Why a line is bad: an English phrase, and the byte offset in the line. */
struct record_error {
	const char *why;
	size_t at;
};

bool record_parse(struct record *, const char *line, size_t n, struct record_error *);
void record_free(struct record *);

/* NULL if there is no such field. Keys are compared after unescaping. */
const struct json *record_field(const struct record *, struct str key);
static inline const struct json *
record_get(const struct record *r, const char *key)
{
	return record_field(r, (struct str){key, strlen(key)});
}
/*
 * The text of a string field, decoded. Points into the line where there was
 * nothing to decode, else into *hold, which it overwrites. False if there is
 * no such field or it is no string. A lone surrogate becomes U+FFFD.
 */
bool record_str(const struct record *, const char *key, struct buf *hold, struct str *);

/*
 * Sets a field to bytes that must be one valid JSON value; they are copied.
 * The key must need no escapes and live as long as the record (a literal).
 * Only objects have fields: on any other line it does nothing.
 */
void record_set(struct record *, const char *key, const char *json, size_t n);
void record_unset(struct record *, const char *key);
/* Appends the line, spliced, without an end of line. */
void record_print(const struct record *, struct buf *);

/* Decodes a JSON string value; see record_str(). */
bool json_str(const struct json *, struct buf *hold, struct str *);
/* A non-negative integer below 2^63 as written; false for all else. */
bool json_uint(const struct json *, uint64_t *);

/*
 * Walks an array or an object that record_parse() has checked:
 *
 *	struct json_iter it = json_iter(value);
 *	while (json_next(&it, &key, &item))
 *
 * key is empty in arrays; for objects it is as written between the quotes.
 */
struct json_iter {
	const char *p, *end;
	bool object;
};
struct json_iter json_iter(const struct json *);
bool json_next(struct json_iter *, struct str *key, struct json *item);
/* json_next(), if the next member of an object begins with these bytes: "key": with its quotes. */
bool json_next_is(struct json_iter *, struct str member, struct json *item);
/*
 * For an array of objects, in one pass: instead of json_next(), json_enter()
 * begins the next item's members (false if the next item is no object, or
 * there is none). When json_next() has come to their end, json_leave() goes
 * on behind them and gives the object.
 */
bool json_enter(const struct json_iter *array, struct json_iter *members);
struct json json_leave(struct json_iter *array, const struct json_iter *members);
/* The last member of that name in an object, or false. Plain keys only. */
bool json_member(const struct json *object, const char *key, struct json *);

#endif
