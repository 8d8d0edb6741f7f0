/* buf.h - growable bytes, slices, and memory that cannot run out in silence */
/* SPDX-License-Identifier: MIT */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A slice of bytes that somebody else owns; never NUL-terminated by promise. */
struct str {
	const char *p;
	size_t n;
};

/* Bytes that grow. All zero is an empty buffer. The holder frees it. */
struct buf {
	char *p;
	size_t n, cap;
};

/*
 * malloc(3), calloc(3) and realloc(3) that end the program with "out of memory" and
 * EXIT_IO (see stream.h) instead of returning NULL. A size of zero is taken
 * as one. xarray() multiplies with an overflow check.
 */
void *xmalloc(size_t);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *, size_t);
void *xarray(void *, size_t count, size_t size);
char *xstrndup(const char *, size_t); /* NUL-terminated copy */

void buf_grow(struct buf *, size_t more);

/* Room for so many bytes more. */
static inline void
buf_reserve(struct buf *b, size_t more)
{
	if (b->p == NULL || b->cap - b->n < more)
		buf_grow(b, more);
}

static inline void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_reserve(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static inline void
buf_puts(struct buf *b, const char *z)
{
	buf_add(b, z, strlen(z));
}

static inline void
buf_putc(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->p[b->n++] = c;
}

void buf_uint(struct buf *, uint64_t); /* in decimal */
void buf_printf(struct buf *, const char *, ...) __attribute__((format(printf, 2, 3)));
/*
 * A JSON string with its quotes. The bytes must be valid UTF-8. Escaped are
 * " \ and what would end or break a line anywhere: U+0000-001F, U+007F,
 * U+0085, U+2028, U+2029.
 */
void buf_json(struct buf *, const char *, size_t);
void buf_free(struct buf *);

/*
 * Memory of one record: pieces that stay where they are until arena_reset(),
 * which keeps the blocks for the next record. All zero is an empty arena.
 */
struct arena {
	struct arena_block *first, *now;
};
void *arena_alloc(struct arena *, size_t);                  /* aligned for any type, not cleared */
struct str arena_str(struct arena *, const char *, size_t); /* a copy */
void arena_reset(struct arena *);
void arena_free(struct arena *);

static inline bool
str_is(struct str s, const char *z)
{
	return s.n == strlen(z) && memcmp(s.p, z, s.n) == 0;
}

#endif
