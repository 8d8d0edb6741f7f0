/* index.c - passages seen before: bounded in memory, their text on disk */
/* SPDX-License-Identifier: MIT */
#include "index.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

/* Where no stream is at hand: these fail as a write to the output does. */
static void
fail(const char *what)
{
	fprintf(stderr, "dedupe: %s: %s\n", what, strerror(errno));
	exit(EXIT_IO);
}

static void
over(size_t memory)
{
	fprintf(stderr,
	    "dedupe: the index needs more than --max-memory %zu; raise it, or split the work "
	    "(--emit-keys, --by-key)\n",
	    memory);
	exit(EXIT_IO);
}

/* --- bytes on disk --- */

enum { SPILL_BLOCK = 1 << 16 };

struct spill {
	int fd;
	uint64_t flushed; /* bytes in the file; the rest waits in pend */
	struct buf pend;
};

struct spill *
spill_new(void)
{
	struct spill *s = xcalloc(1, sizeof *s);
	const char *dir = getenv("TMPDIR");
	struct buf path = {0};

	buf_puts(&path, dir != NULL && *dir != '\0' ? dir : "/tmp");
	buf_puts(&path, "/hansieve-dedupe-XXXXXX");
	buf_putc(&path, '\0');
	s->fd = mkostemp(path.p, O_CLOEXEC);
	if (s->fd < 0)
		fail(path.p);
	if (unlink(path.p) != 0)
		fail(path.p);
	buf_free(&path);
	return s;
}

static void
spill_flush(struct spill *s)
{
	size_t done = 0;

	while (done < s->pend.n) {
		ssize_t n = write(s->fd, s->pend.p + done, s->pend.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail("cannot write the temporary file");
		done += (size_t)n;
	}
	s->flushed += s->pend.n;
	s->pend.n = 0;
}

uint64_t
spill_add(struct spill *s, const void *p, size_t n)
{
	uint64_t at = s->flushed + s->pend.n;

	buf_add(&s->pend, p, n);
	if (s->pend.n >= SPILL_BLOCK)
		spill_flush(s);
	return at;
}

void
spill_get(struct spill *s, uint64_t at, void *to, size_t n)
{
	char *out = to;

	if (at < s->flushed && at + n > s->flushed)
		spill_flush(s);
	if (at >= s->flushed) {
		memcpy(out, s->pend.p + (at - s->flushed), n);
		return;
	}
	while (n > 0) {
		ssize_t got = pread(s->fd, out, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = EIO;
			fail("cannot read the temporary file");
		}
		out += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
}

uint64_t
spill_end(const struct spill *s)
{
	return s->flushed + s->pend.n;
}

/* --- the table of keys --- */

enum {
	PARTS = 256,
	FIRST_CAP = 16,
	SLOT = 7, /* bytes: TAG_BITS of the key over PASSAGE_BITS of the passage */
	TAG_BITS = 26,
	PASSAGE_BITS = 30,
	SIZE_BITS = 24,               /* of an offset's 64; the rest is where the bytes stand */
	SLACK = 2 * INDEX_CROWD + 64, /* slots behind the last place, for its overflow */
	BLOCK = 1 << 13               /* entries a block */
};

/*
 * Open addressing with linear probing; passage 0 marks an empty slot. The
 * place follows from the tag alone and grows with it, and the entries stand
 * in the order of their tags: a search ends at the first larger tag, and a
 * part grows in one sweep, without the keys.
 */
struct part {
	unsigned char *slot;
	uint32_t cap, used;
};

struct entry {
	uint64_t where; /* in the spill, over the number of bytes */
	struct sketch sketch;
};

_Static_assert(sizeof(struct entry) == 32, "as index.h says");

struct index {
	struct part part[PARTS];
	size_t bytes; /* of all parts and entries */
	size_t memory;
	uint32_t n;
	uint64_t crowded;
	struct entry **entry; /* of each passage, in blocks */
	size_t nblock;
	struct spill *spill;
};

/* Both take eight bytes at once, of which the last is the next slot's. */
static uint64_t
slot_get(const unsigned char *s)
{
	uint64_t v;

	memcpy(&v, s, sizeof v);
	return le64toh(v) & (((uint64_t)1 << 8 * SLOT) - 1);
}

static void
slot_set(unsigned char *s, uint64_t v)
{
	v = htole64(v | (uint64_t)s[SLOT] << 8 * SLOT);
	memcpy(s, &v, sizeof v);
}

static unsigned
part_of(uint64_t key)
{
	return (unsigned)(key >> 56);
}

static uint64_t
tag_of(uint64_t key)
{
	return key >> 20 & ((1U << TAG_BITS) - 1);
}

static uint32_t
place_of(uint64_t tag, uint32_t cap)
{
	return (uint32_t)(tag * cap >> TAG_BITS);
}

/* What aligned_alloc(3) gave. */
static void *
must(void *p)
{
	if (p == NULL)
		free(xmalloc(SIZE_MAX / 2)); /* says "out of memory" and ends */
	return p;
}

static unsigned char *
slots_new(size_t cap)
{
	return xcalloc(cap + SLACK + 1, SLOT); /* slot_get() reads a byte more */
}

/* The step by which a part of that many slots grows: small ones in bounds, large ones in memory. */
static uint32_t
step(uint32_t cap)
{
	return cap == 0 ? FIRST_CAP : cap < 4096 ? cap / 2 : cap / 7;
}

/* Moves the entries of one sweep into another; false if the last ones do not fit. */
static bool
part_copy(const struct part *from, struct part *to)
{
	uint32_t i, at = 0;

	for (i = 0; from->cap > 0 && i < from->cap + SLACK; i++) {
		uint64_t e = slot_get(from->slot + (size_t)i * SLOT);
		uint32_t place = place_of(e >> PASSAGE_BITS, to->cap);

		if (e == 0)
			continue;
		at = at > place ? at : place;
		if (at >= to->cap + SLACK - 1)
			return false;
		slot_set(to->slot + (size_t)at++ * SLOT, e);
	}
	return true;
}

static void
part_grow(struct index *x, struct part *t)
{
	struct part old = *t;
	bool fits;

	do {
		uint32_t more = step(t->cap);

		t->cap += more;
		x->bytes += (size_t)more * SLOT;
		if (x->bytes > x->memory)
			over(x->memory);
		t->slot = slots_new(t->cap);
		fits = part_copy(&old, t);
		if (!fits)
			free(t->slot);
	} while (!fits);
	free(old.slot);
}

struct index *
index_new(size_t memory)
{
	struct index *x = xcalloc(1, sizeof *x);

	x->memory = memory;
	x->spill = spill_new();
	return x;
}

uint32_t
index_add(struct index *x, const char *p, size_t n, const struct sketch *sketch)
{
	size_t block = x->n / BLOCK;
	struct entry *e;

	if (x->n == INDEX_MAX_PASSAGES) {
		fprintf(
		    stderr, "dedupe: more than %d passages; split the work\n", INDEX_MAX_PASSAGES);
		exit(EXIT_IO);
	}
	if (block == x->nblock) {
		x->entry = xarray(x->entry, x->nblock + 1, sizeof *x->entry);
		/* two entries a cache line: no sketch lies in two */
		x->entry[x->nblock++] = must(aligned_alloc(64, BLOCK * sizeof **x->entry));
		x->bytes += BLOCK * sizeof **x->entry;
		if (x->bytes > x->memory)
			over(x->memory);
	}
	e = &x->entry[block][x->n % BLOCK];
	e->where = spill_add(x->spill, p, n) << SIZE_BITS | n;
	e->sketch = *sketch;
	return ++x->n;
}

void
index_prefetch(const struct index *x, uint64_t key)
{
	const struct part *t = &x->part[part_of(key)];

	if (t->cap != 0)
		__builtin_prefetch(t->slot + (size_t)place_of(tag_of(key), t->cap) * SLOT);
}

size_t
index_find(const struct index *x, uint64_t key, uint32_t *out)
{
	const struct part *t = &x->part[part_of(key)];
	const unsigned char *slot;
	uint64_t tag = tag_of(key), e;
	size_t n = 0;

	if (t->cap == 0)
		return 0;
	for (slot = t->slot + (size_t)place_of(tag, t->cap) * SLOT;
	     (e = slot_get(slot)) != 0 && e >> PASSAGE_BITS <= tag; slot += SLOT)
		if (e >> PASSAGE_BITS == tag && n < INDEX_CROWD)
			out[n++] = (uint32_t)(e & ((1U << PASSAGE_BITS) - 1));
	return n;
}

void
index_key(struct index *x, uint64_t key, uint32_t passage)
{
	struct part *t = &x->part[part_of(key)];
	uint64_t tag = tag_of(key), e;
	unsigned char *slot, *end;
	uint32_t crowd = 0;

	if ((uint64_t)(t->used + 1) * 100 > (uint64_t)t->cap * 85)
		part_grow(x, t);
	for (;;) {
		for (slot = t->slot + (size_t)place_of(tag, t->cap) * SLOT;
		     (e = slot_get(slot)) != 0 && e >> PASSAGE_BITS <= tag; slot += SLOT) {
			if (e == (tag << PASSAGE_BITS | passage)) /* its text has the key twice */
				return;
			if (e >> PASSAGE_BITS == tag && ++crowd == INDEX_CROWD) {
				x->crowded++;
				return;
			}
		}
		for (end = slot; slot_get(end) != 0; end += SLOT)
			;
		/* The last slot stays empty: it ends every search. */
		if (end < t->slot + (t->cap + SLACK - 1) * (size_t)SLOT)
			break;
		part_grow(x, t);
		crowd = 0;
	}
	memmove(slot + SLOT, slot, (size_t)(end - slot));
	slot_set(slot, tag << PASSAGE_BITS | passage);
	t->used++;
}

static struct entry *
entry_of(const struct index *x, uint32_t passage)
{
	return &x->entry[(passage - 1) / BLOCK][(passage - 1) % BLOCK];
}

const struct sketch *
index_sketch(const struct index *x, uint32_t passage)
{
	return &entry_of(x, passage)->sketch;
}

void
index_get(struct index *x, uint32_t passage, struct buf *out)
{
	uint64_t where = entry_of(x, passage)->where;
	size_t n = (size_t)(where & INDEX_MAX_BYTES);

	out->n = 0;
	buf_reserve(out, n + 1);
	spill_get(x->spill, where >> SIZE_BITS, out->p, n);
	out->n = n;
}

uint64_t
index_size(const struct index *x)
{
	return x->n;
}

uint64_t
index_crowded(const struct index *x)
{
	return x->crowded;
}

/* --- the set of whole hashes --- */

struct setpart {
	uint64_t *hash; /* 0 is empty: a hash of 0 is taken as 1 */
	uint32_t *payload;
	uint32_t cap, used;
};

struct hashset {
	struct setpart part[PARTS];
	size_t bytes, memory;
	bool payload;
};

struct hashset *
hashset_new(size_t memory, bool payload)
{
	struct hashset *h = xcalloc(1, sizeof *h);

	h->memory = memory;
	h->payload = payload;
	return h;
}

static uint32_t
set_place(uint64_t hash, uint32_t cap)
{
	return (uint32_t)((hash & 0xFFFFFFFFU) * cap >> 32);
}

static void
set_grow(struct hashset *h, struct setpart *t)
{
	struct setpart old = *t;
	uint32_t i, at;

	t->cap = old.cap + step(old.cap);
	h->bytes +=
	    (size_t)(t->cap - old.cap) * (sizeof *t->hash + (h->payload ? sizeof *t->payload : 0));
	if (h->bytes > h->memory)
		over(h->memory);
	t->hash = xcalloc(t->cap, sizeof *t->hash);
	t->payload = h->payload ? xarray(NULL, t->cap, sizeof *t->payload) : NULL;
	for (i = 0; i < old.cap; i++) {
		if (old.hash[i] == 0)
			continue;
		for (at = set_place(old.hash[i], t->cap); t->hash[at] != 0;
		     at = at + 1 == t->cap ? 0 : at + 1)
			;
		t->hash[at] = old.hash[i];
		if (h->payload)
			t->payload[at] = old.payload[i];
	}
	free(old.hash);
	free(old.payload);
}

bool
hashset_put(struct hashset *h, uint64_t hash, uint32_t *payload)
{
	struct setpart *t = &h->part[part_of(hash)];
	uint32_t at;

	if (hash == 0)
		hash = 1;
	if ((uint64_t)(t->used + 1) * 100 > (uint64_t)t->cap * 85)
		set_grow(h, t);
	for (at = set_place(hash, t->cap); t->hash[at] != 0; at = at + 1 == t->cap ? 0 : at + 1)
		if (t->hash[at] == hash) {
			if (h->payload)
				*payload = t->payload[at];
			return true;
		}
	t->hash[at] = hash;
	if (h->payload)
		t->payload[at] = *payload;
	t->used++;
	return false;
}
