/* index - the words of all lists by their first two characters, learnt when a text shows them */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "entity.h"
#include "simplified.h"
#include "utf8.h"

/*
 * At the start a row of a list is only put into the bucket of its first two
 * characters; that is all that a run over no text costs. When a text first
 * shows two characters, the rows of their bucket become words: sorted by
 * their bytes, rows of the same surface as one, each word with the longest
 * one that it begins with. Of the words sorted so, the last that does not
 * come after the text is the longest that the text begins with, or begins
 * with it: one search and a walk up finds all of them, however many share
 * their first characters.
 */
enum { BUCKET_BITS = 16, MAX_ROWS = (1 << 23) - 1 };

struct bucket {
	uint32_t first;  /* its last row and 1; once learnt, its first word */
	uint32_t n : 23; /* how many rows, words */
	uint32_t learnt : 1;
	uint32_t filter : 8; /* a bit for each pair of characters: most are in no word */
};

struct index {
	struct bucket bucket[1 << BUCKET_BITS];
	struct row {
		uint32_t at, before; /* before: the one before it in its bucket and 1 */
	} * row;
	size_t nrow, caprow;
	uint32_t nword;
	size_t capword;
};

struct index *
index_new(struct model *m)
{
	struct index *x = xmalloc(sizeof *x);

	memset(x, 0, sizeof *x);
	x->capword = 1 << 13;
	m->info = xarray(NULL, x->capword, sizeof *m->info);
	m->more = xarray(NULL, x->capword, sizeof *m->more);
	m->info[0] = (struct info){.cost = UINT16_MAX}; /* what is no word */
	m->more[0] = (struct more){.surface = ""};
	return x;
}

static inline uint32_t
pair_hash(uint32_t a, uint32_t b)
{
	return (a * 0x9E3779B1U + b) * 0x85EBCA6BU;
}

static inline unsigned
filter_bit(uint32_t hash)
{
	return 1U << (hash >> 8 & 7);
}

/* The bucket of the word's first characters; 0 stands for the second of a word of one. */
static inline uint32_t
surface_hash(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t first, second;

	if (n >= 6 && (u[0] & 0xF0) == 0xE0 && (u[3] & 0xF0) == 0xE0) { /* so nearly all of them */
		const uint32_t marks = 0xE0U << 12 ^ 0x80U << 6 ^ 0x80U;

		return pair_hash(
		    simplified(((uint32_t)u[0] << 12 ^ (uint32_t)u[1] << 6 ^ u[2]) ^ marks),
		    simplified(((uint32_t)u[3] << 12 ^ (uint32_t)u[4] << 6 ^ u[5]) ^ marks));
	}
	uint32_t a = simplified(utf8_get(s, &first));

	return pair_hash(a, n > first ? simplified(utf8_get(s + first, &second)) : 0);
}

bool
index_add(struct index *x, struct str surface, uint32_t at)
{
	uint32_t h = surface_hash(surface.p, surface.n);
	struct bucket *b = &x->bucket[h >> (32 - BUCKET_BITS)];

	if (x->nrow == MAX_ROWS)
		return false;
	if (x->nrow == x->caprow) {
		x->caprow = x->caprow != 0 ? 2 * x->caprow : 1 << 16;
		x->row = xarray(x->row, x->caprow, sizeof *x->row);
	}
	x->row[x->nrow] = (struct row){at, b->first};
	b->first = (uint32_t)++x->nrow;
	b->n++;
	b->filter |= filter_bit(h) & 0xFF;
	return true;
}

size_t
index_rows(const struct index *x)
{
	return x->nrow;
}

/* The first bytes as a number that sorts as they do. */
static inline uint64_t
head_of(const char *s, size_t n)
{
	uint64_t v = 0;

	if (n >= 8) {
		memcpy(&v, s, 8);
		return __builtin_bswap64(v);
	}
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)s[i] << (56 - 8 * i);
	return v;
}

static uint32_t
new_word(struct model *m)
{
	struct index *x = m->index;

	if (++x->nword >= x->capword) {
		x->capword *= 2;
		m->info = xarray(m->info, x->capword, sizeof *m->info);
		m->more = xarray(m->more, x->capword, sizeof *m->more);
	}
	return x->nword;
}

static inline bool
begins_with(const struct model *m, uint32_t word, uint64_t head, const char *s, size_t n)
{
	const struct info *in = &m->info[word];
	size_t len = in->nbytes;

	if (len == 0 || len > n)
		return false;
	if (len < 8)
		return (head ^ in->head) >> (64 - 8 * len) == 0;
	return head == in->head &&
	       (len == 8 || memcmp(s + 8, m->more[word].surface + 8, len - 8) == 0);
}

/* A row on its way to become a word. */
struct entry {
	struct str surface;
	uint32_t at;
};

static int
by_surface(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = memcmp(
	    x->surface.p, y->surface.p, x->surface.n < y->surface.n ? x->surface.n : y->surface.n);

	if (order != 0 || x->surface.n != y->surface.n)
		return order != 0 ? order : x->surface.n < y->surface.n ? -1 : 1;
	return x->at < y->at ? -1 : 1; /* the row that was read first */
}

/* Makes words of the rows of a bucket. */
static __attribute__((noinline)) void
learn_bucket(struct model *m, struct bucket *b)
{
	struct entry few[16], *entry = b->n <= 16 ? few : xarray(NULL, b->n, sizeof *entry);
	size_t n = 0;
	uint32_t first = m->index->nword + 1, word = 0;

	for (uint32_t r = b->first; r != 0; r = m->index->row[r - 1].before) {
		uint32_t at = m->index->row[r - 1].at;

		entry[n++] = (struct entry){row_seen(m, at), at};
	}
	qsort(entry, n, sizeof *entry, by_surface);
	for (size_t i = 0; i < n; i++) {
		struct str s = entry[i].surface;

		if (i == 0 || s.n != entry[i - 1].surface.n ||
		    memcmp(s.p, entry[i - 1].surface.p, s.n) != 0) {
			uint64_t head = head_of(s.p, s.n);
			uint32_t up = word;

			while (up != 0 && !begins_with(m, up, head, s.p, s.n))
				up = m->info[up].up;
			if (up != 0 && m->info[up].n == 1) /* that one is sought apart */
				up = 0;
			if (word != 0)
				finish_word(&m->info[word]);
			word = new_word(m);
			m->info[word] = (struct info){.head = head,
			    .up = up,
			    .depth = (uint16_t)(up != 0 ? m->info[up].depth + 1 : 1),
			    .nbytes = (uint16_t)s.n,
			    .n = (uint16_t)utf8_count(s.p, s.n),
			    .cost = UINT16_MAX};
			m->more[word] = (struct more){.surface = s.p};
		}
		learn_row(m, word, entry[i].at);
	}
	finish_word(&m->info[word]);
	if (entry != few)
		free(entry);
	b->first = first;
	b->n = (m->index->nword + 1 - first) & MAX_ROWS;
	b->learnt = true;
}

/* Does the word come after the text in the order of bytes? */
static bool
is_behind(const struct model *m, uint32_t word, uint64_t head, const char *s, size_t n)
{
	const struct info *in = &m->info[word];

	if (in->head != head || in->nbytes <= 8)
		return in->head > head;
	if (n <= 8)
		return true;
	int order = memcmp(m->more[word].surface + 8, s + 8, (in->nbytes < n ? in->nbytes : n) - 8);
	return order > 0 || (order == 0 && in->nbytes > n);
}

/* The longest word of a bucket that the text begins with, or 0. */
static uint32_t
longest(const struct model *m, const struct bucket *bucket, const char *s, size_t n)
{
	enum { FEW = 8 };
	uint64_t head = head_of(s, n);
	uint32_t low = bucket->first, high = low + bucket->n;

	if (bucket->n <= FEW) {
		while (high-- > low)
			if (begins_with(m, high, head, s, n)) /* the last one is the longest */
				return high;
		return 0;
	}
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (is_behind(m, mid, head, s, n))
			high = mid;
		else
			low = mid + 1;
	}
	uint32_t word = low > bucket->first ? low - 1 : 0;
	while (word != 0 && !begins_with(m, word, head, s, n))
		word = m->info[word].up;
	return word;
}

/* The longest word of the bucket that the text begins with and that has more characters than that.
 */
static inline uint32_t
longer_than(struct model *m, struct bucket *bucket, unsigned characters, const char *s, size_t n)
{
	if (!bucket->learnt)
		learn_bucket(m, bucket);
	uint32_t word = longest(m, bucket, s, n);
	return word != 0 && m->info[word].n > characters ? word : 0;
}

uint32_t
word_find(struct model *m, const char *s, size_t n)
{
	if (n == 0)
		return 0;
	uint32_t h = surface_hash(s, n);
	struct bucket *bucket = &m->index->bucket[h >> (32 - BUCKET_BITS)];
	uint32_t word = bucket->filter & filter_bit(h) ? longer_than(m, bucket, 0, s, n) : 0;
	return word != 0 && m->info[word].nbytes == n ? word : 0;
}

size_t
words_in(struct model *m, struct str text, const uint32_t *cp, const uint32_t *off, size_t n,
    struct found *found)
{
	enum { BLOCK = 128 };
	const struct bucket *bucket = m->index->bucket;
	uint32_t maybe[BLOCK], of[BLOCK]; /* places, and their buckets */
	size_t nfound = 0;

	/*
	 * A block at a time: first which places may have words, without a
	 * branch, then the words, so that memory is fetched side by side.
	 */
	for (size_t from = 0, end; from + 1 < n; from = end) {
		size_t k = 0;

		end = n - 1 - from < BLOCK ? n - 1 : from + BLOCK;
		for (size_t i = from; i < end; i++) {
			uint32_t h = pair_hash(cp[i], cp[i + 1]);

			maybe[k] = (uint32_t)i;
			of[k] = h >> (32 - BUCKET_BITS);
			k += (bucket[of[k]].filter & filter_bit(h)) != 0;
		}
		for (size_t i = 0; i < k; i++) {
			/* cppcheck-suppress uninitvar */
			uint32_t at = maybe[i], start = off[at];
			uint32_t word = longer_than(
			    m, &m->index->bucket[of[i]], 1, text.p + start, text.n - start);

			found[nfound] = (struct found){at, word};
			nfound += word != 0;
		}
	}
	return nfound;
}
