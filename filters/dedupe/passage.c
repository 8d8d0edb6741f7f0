/* passage.c - what makes two passages the same: folding, keys, likeness */
/* SPDX-License-Identifier: MIT */
#include "passage.h"

#include <stdlib.h>

#include "utf8.h"

/* What becomes of a character in folded text. */
enum { DROP = 0 };

static bool
is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* The folded character, or DROP. Everything outside these ranges is a word character. */
static uint32_t
fold_char(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E) /* full width */
		c -= 0xFEE0;
	if (c < 0x80) {
		if (c >= 'A' && c <= 'Z')
			return c + 32;
		if (is_digit(c) || (c >= 'a' && c <= 'z') || c == '%')
			return c;
		return DROP;
	}
	if (c < 0xC0) /* Latin-1 punctuation, NBSP, · */
		return DROP;
	if (c >= 0x2000 && c <= 0x206F)        /* general punctuation, format characters */
		return c == 0x2030 ? c : DROP; /* ‰ is a unit */
	if (c >= 0x2500 && c <= 0x27BF)        /* lines, boxes, bullets, stars */
		return DROP;
	if (c >= 0x3000 && c <= 0x303F) /* CJK punctuation; but 〇 is a numeral */
		return c == 0x3007 ? c : DROP;
	if ((c >= 0xFE10 && c <= 0xFE1F) ||
	    (c >= 0xFE30 && c <= 0xFE6F)) /* vertical and small forms */
		return DROP;
	if (c >= 0xFF5F && c <= 0xFF65)
		return DROP;
	if (c == 0xFEFF || c == 0x30FB)
		return DROP;
	return c;
}

void
passage_fold(struct str text, struct buf *out)
{
	const char *p = text.p, *end = text.p + text.n;
	uint32_t before = 0; /* the character before, as written */
	char *to;

	out->n = 0;
	buf_reserve(out, text.n + 4);
	to = out->p;
	while (p < end) {
		unsigned char lead = (unsigned char)*p;
		size_t len;
		uint32_t c, f;

		/* E4-E9 is CJK ideographs and nothing else: the common case */
		if (lead >= 0xE4 && lead <= 0xE9) {
			to[0] = p[0];
			to[1] = p[1];
			to[2] = p[2];
			to += 3;
			p += 3;
			before = 0x4E00;
			continue;
		}
		c = utf8_get(p, &len);
		f = fold_char(c);
		if (f != DROP) {
			to += utf8_put(to, f);
		} else if ((c == '.' || c == 0xFF0E) && is_digit(before) && p + len < end &&
			   is_digit((unsigned char)p[len])) {
			*to++ = '.';
		} else if ((c == '-' || c == 0xFF0D || c == 0x2212) && p + len < end &&
			   is_digit((unsigned char)p[len]) && !is_digit(before)) {
			*to++ = '-';
		}
		before = f != DROP ? f : c;
		p += len;
	}
	out->n = (size_t)(to - out->p);
}

#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define SIPROUND                                                                                   \
	do {                                                                                       \
		v0 += v1, v1 = ROTL(v1, 13), v1 ^= v0, v0 = ROTL(v0, 32);                          \
		v2 += v3, v3 = ROTL(v3, 16), v3 ^= v2;                                             \
		v0 += v3, v3 = ROTL(v3, 21), v3 ^= v0;                                             \
		v2 += v1, v1 = ROTL(v1, 17), v1 ^= v2, v2 = ROTL(v2, 32);                          \
	} while (0)

uint64_t
siphash(const struct siphash_key *key, const char *p, size_t n)
{
	uint64_t v0 = key->k0 ^ 0x736f6d6570736575U, v1 = key->k1 ^ 0x646f72616e646f6dU;
	uint64_t v2 = key->k0 ^ 0x6c7967656e657261U, v3 = key->k1 ^ 0x7465646279746573U;
	uint64_t last = (uint64_t)n << 56, m;
	const char *end = p + (n & ~(size_t)7);

	for (; p < end; p += 8) {
		memcpy(&m, p, 8);
		v3 ^= m;
		SIPROUND;
		SIPROUND;
		v0 ^= m;
	}
	m = 0;
	memcpy(&m, p, n & 7);
	m |= last;
	v3 ^= m;
	SIPROUND;
	SIPROUND;
	v0 ^= m;
	v2 ^= 0xFF;
	SIPROUND;
	SIPROUND;
	SIPROUND;
	SIPROUND;
	return v0 ^ v1 ^ v2 ^ v3;
}

/* A keyed mix of one word (the finalizer of MurmurHash3 over key and word). */
static uint64_t
mix(uint64_t x, const struct siphash_key *key)
{
	x ^= key->k0;
	x *= key->k1 | 1;
	x ^= x >> 32;
	x *= 0xff51afd7ed558ccdU;
	x ^= x >> 29;
	return x;
}

static void
key_add(struct passage *p, uint64_t key)
{
	if (p->nkey == PASSAGE_KEYS)
		return;
	if (p->nkey == p->capkey) {
		p->capkey = p->capkey ? p->capkey * 2 : 32;
		p->key = xarray(p->key, p->capkey, sizeof *p->key);
	}
	p->key[p->nkey++] = key;
}

static int
cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t
sort_unique(uint32_t *v, size_t n)
{
	size_t i, k = 0;

	if (n < 2)
		return n;
	if (n > 32)
		qsort(v, n, sizeof *v, cmp_u32);
	else
		for (i = 1; i < n; i++) {
			uint32_t x = v[i];

			for (k = i; k > 0 && v[k - 1] > x; k--)
				v[k] = v[k - 1];
			v[k] = x;
		}
	k = 0;
	for (i = 1; i < n; i++)
		if (v[i] != v[k])
			v[++k] = v[i];
	return k + 1;
}

/* Of the passage in work: its code points, and hashes of runs of them. */
static struct {
	uint32_t *chr;
	uint64_t *hash;
	size_t cap;
} work;

static void
decode(struct passage *p)
{
	const char *s = p->text.p, *end = s + p->text.n;
	size_t len;

	if (work.cap < p->text.n) {
		work.cap = 2 * p->text.n;
		work.chr = xarray(work.chr, work.cap, sizeof *work.chr);
		work.hash = xarray(work.hash, work.cap, sizeof *work.hash);
	}
	p->nchr = 0;
	while (s < end) {
		const unsigned char *u = (const unsigned char *)s;

		if ((u[0] & 0xF0) == 0xE0) { /* three bytes: nearly all there are */
			work.chr[p->nchr++] = (uint32_t)(u[0] & 0x0F) << 12 |
					      (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3F);
			s += 3;
			continue;
		}
		work.chr[p->nchr++] = utf8_get(s, &len);
		s += len;
	}
	if (p->caporder < p->nchr) {
		p->caporder = p->nchr + 8;
		p->order = xarray(p->order, p->caporder, sizeof *p->order);
		p->shingle = xarray(p->shingle, p->caporder, sizeof *p->shingle);
	}
}

/*
 * Hashes of all runs of `size` characters, in text order, in work.hash: a
 * polynomial rolled along (Karp, Rabin 1987), then mixed with the key. A text
 * shorter than that is one run.
 */
static size_t
runs(struct passage *p, unsigned size, const struct siphash_key *key)
{
	const uint64_t base = key->k1 | 1;
	const uint32_t *chr = work.chr;
	const size_t first = p->nchr < size ? p->nchr : size;
	uint64_t h = 0, out = 1;
	size_t i, n = 0;

	if (first == 0)
		return 0;
	for (i = 0; i < size; i++)
		out *= base;
	for (i = 0; i < first; i++)
		h = h * base + chr[i];
	work.hash[n++] = mix(h, key);
	for (; i < p->nchr; i++) {
		h = h * base + chr[i] - out * chr[i - size];
		work.hash[n++] = mix(h, key);
	}
	return n;
}

/* All shingles in text order: the low halves of the hashes, which stay in work.hash. */
static void
shingles(struct passage *p, const struct passage_how *how)
{
	size_t n = runs(p, how->shingle, &how->key), i;

	for (i = 0; i < n; i++) {
		uint32_t low = (uint32_t)work.hash[i];

		/* these two mean an empty bin, an empty slot */
		p->order[i] = low == UINT32_MAX || low == 0 ? 1 : low;
	}
	p->norder = n;
}

/* Of each bin, which the high half of the hash tells, the smallest shingle. */
enum { BINS = PASSAGE_BANDS * PASSAGE_ROWS };

static void
bands(struct passage *p, const struct siphash_key *key)
{
	uint32_t bins[BINS], full[BINS];
	size_t i, k;

	memset(bins, 0xFF, sizeof bins);
	for (i = 0; i < p->norder; i++) {
		k = (size_t)((work.hash[i] >> 32) * BINS >> 32);
		bins[k] = p->order[i] < bins[k] ? p->order[i] : bins[k];
	}
	/* An empty bin borrows from another, found by a hash of its number and the try. */
	for (i = 0; i < BINS; i++) {
		uint64_t probe = i;

		k = i;
		while (bins[k] == UINT32_MAX) {
			probe = mix(probe + 0x9E3779B97F4A7C15U, key);
			k = (size_t)((probe >> 32) * BINS >> 32);
		}
		full[i] = bins[k];
	}
	for (i = 0; i < PASSAGE_BANDS; i++) {
		uint64_t h = i + 1;

		for (k = 0; k < PASSAGE_ROWS; k++)
			h = mix(h ^ (uint64_t)full[i * PASSAGE_ROWS + k] << 16, key) + k;
		key_add(p, h);
	}
}

static void
number_add(struct passage *p, uint64_t hash)
{
	if (p->nnumber == p->capnumber) {
		p->capnumber = p->capnumber ? p->capnumber * 2 : 16;
		p->number = xarray(p->number, p->capnumber, sizeof *p->number);
	}
	p->number[p->nnumber++] = (uint32_t)hash;
}

/* A place for each numeral of its own. */
#define PLACE(c) (((c) ^ (c) >> 7) & 0xFF)
#define NUMERAL(c) [PLACE(c)] = (c)

/* Runs of digits and of Chinese numerals: the facts that a likeness must not swallow. */
static void
numbers(struct passage *p, const struct siphash_key *key)
{
	static const uint16_t numeral[256] = {
	    NUMERAL('0'), NUMERAL('1'), NUMERAL('2'), NUMERAL('3'), NUMERAL('4'), NUMERAL('5'),
	    NUMERAL('6'), NUMERAL('7'), NUMERAL('8'), NUMERAL('9'), NUMERAL('.'), NUMERAL('-'),
	    NUMERAL(0x3007), /* 〇 */
	    NUMERAL(0x96F6), /* 零 */
	    NUMERAL(0x4E00), /* 一 */
	    NUMERAL(0x4E8C), /* 二 */
	    NUMERAL(0x4E24), /* 两 */
	    NUMERAL(0x4E09), /* 三 */
	    NUMERAL(0x56DB), /* 四 */
	    NUMERAL(0x4E94), /* 五 */
	    NUMERAL(0x516D), /* 六 */
	    NUMERAL(0x4E03), /* 七 */
	    NUMERAL(0x516B), /* 八 */
	    NUMERAL(0x4E5D), /* 九 */
	    NUMERAL(0x5341), /* 十 */
	    NUMERAL(0x767E), /* 百 */
	    NUMERAL(0x5343), /* 千 */
	    NUMERAL(0x4E07), /* 万 */
	    NUMERAL(0x4EBF), /* 亿 */
	};
	uint64_t run = 0;
	bool in = false;
	size_t i;

	p->nnumber = 0;
	for (i = 0; i < p->nchr; i++) {
		uint32_t c = work.chr[i];

		if (numeral[PLACE(c)] == c) {
			run = mix(in ? run ^ (uint64_t)c << 32 : c, key);
			in = true;
		} else if (in) {
			number_add(p, run);
			in = false;
		}
	}
	if (in)
		number_add(p, run);
	p->nnumber = sort_unique(p->number, p->nnumber);
}

/*
 * Winnowing (Schleimer, Wilkerson, Aiken 2003): of every WINDOW runs of GRAM
 * characters the one with the smallest hash. Two texts with GRAM + WINDOW - 1
 * characters in common, wherever they stand, have one in common.
 */
static void
winnow(struct passage *p, const struct passage_how *how)
{
	size_t n = runs(p, PASSAGE_GRAM, &how->key), at, i, least = SIZE_MAX;

	for (at = PASSAGE_WINDOW - 1; at < n; at++) {
		if (least == SIZE_MAX || least + PASSAGE_WINDOW <= at) {
			least = at + 1 - PASSAGE_WINDOW; /* fell out of the window: look again */
			for (i = least + 1; i <= at; i++)
				if (work.hash[i] <= work.hash[least])
					least = i;
		} else if (work.hash[at] <= work.hash[least])
			least = at;
		else
			continue;
		key_add(p, work.hash[least]);
	}
}

void
passage_keys(struct passage *p, const struct passage_how *how)
{
	p->nkey = 0;
	key_add(p, siphash(&how->key, p->text.p, p->text.n));
	decode(p);
	numbers(p, &how->key);
	if (p->nchr == 0)
		return;
	shingles(p, how);
	bands(p, &how->key);
	winnow(p, how);
}

size_t
passage_need(const struct passage *p)
{
	return p->nkey <= PASSAGE_FIRM + 4 ? 1 : (p->nkey - PASSAGE_FIRM + 3) / 4;
}

bool
passage_related(const struct passage *earlier, const struct passage *later)
{
	size_t need = passage_need(later), n = 0, i, k;

	for (i = 0; i < PASSAGE_FIRM && i < earlier->nkey && i < later->nkey; i++)
		if (earlier->key[i] == later->key[i])
			return true;
	for (i = PASSAGE_FIRM; i < later->nkey; i++) {
		for (k = PASSAGE_FIRM; k < earlier->nkey && earlier->key[k] != later->key[i]; k++)
			;
		n += k < earlier->nkey;
		if (n >= need)
			return true;
	}
	return false;
}

void
passage_set(struct passage *p, struct str text, const struct passage_how *how, bool near)
{
	passage_fold(text, &p->text);
	if (near) {
		passage_keys(p, how);
		return;
	}
	p->nkey = 0;
	key_add(p, siphash(&how->key, p->text.p, p->text.n));
}

/* The slot of a shingle in the set, or the empty one where it would stand. */
static uint32_t *
set_slot(const struct passage *p, uint32_t shingle)
{
	uint32_t at = shingle & p->setmask;

	while (p->set[at] != 0 && p->set[at] != shingle)
		at = (at + 1) & p->setmask;
	return &p->set[at];
}

static bool
has(const struct passage *p, uint32_t shingle)
{
	return *set_slot(p, shingle) != 0;
}

void
passage_ready(struct passage *p)
{
	uint32_t size = 64;
	size_t i;

	while (size < 2 * p->norder)
		size *= 2;
	if (p->capset < size) {
		p->capset = size;
		p->set = xarray(p->set, size, sizeof *p->set);
	}
	memset(p->set, 0, size * sizeof *p->set);
	p->setmask = size - 1;
	p->nshingle = 0;
	for (i = 0; i < p->norder; i++) {
		uint32_t *slot = set_slot(p, p->order[i]);

		if (*slot == 0) {
			*slot = p->order[i];
			p->shingle[p->nshingle++] = p->order[i];
		}
	}
}

/* Is it long enough to be told as part of another? */
static bool
is_part(const struct passage *p)
{
	return p->text.n >= 3 * PASSAGE_PART;
}

/* Shingles that both have; gives up where there cannot be `need` of them any more. */
static size_t
both_have(const struct passage *a, const struct passage *b, size_t need)
{
	size_t n = 0, i;

	for (i = 0; i < a->nshingle && n + (a->nshingle - i) >= need; i++)
		n += has(b, a->shingle[i]);
	return n;
}

/*
 * What both must have for the later one to be NEAR (J >= t is both >= (a + b)
 * t / (1 + t)) or CONTAINED.
 */
static size_t
both_need(const struct passage *earlier, const struct passage *later, const struct passage_how *how)
{
	size_t all = earlier->nshingle + later->nshingle, t = how->threshold;
	size_t near = (all * t + 1000 + t - 1) / (1000 + t);
	size_t contained = (later->nshingle * how->contained + 999) / 1000;

	return contained < near && is_part(later) ? contained : near;
}

void
passage_sketch(struct passage *p, const struct passage_how *how, struct sketch *out)
{
	unsigned least = how->threshold;

	if (is_part(p) && how->contained < least)
		least = how->contained;
	p->spare = p->norder * (1000 - least) / 1000;
	memset(out, 0, sizeof *out);
	for (size_t i = 0; p->nchr > 0 && i < p->norder; i++) {
		/* the product's high half is evenly below the number of bits */
		unsigned bit =
		    (unsigned)((uint64_t)(p->order[i] * 0x9E3779B1U) * (32 * SKETCH_WORDS) >> 32);

		out->bits[bit >> 5] |= (uint32_t)1 << (bit & 31);
	}
	for (size_t i = 0; i < p->nnumber; i++)
		out->numbers |= (uint32_t)1 << (p->number[i] & 31);
}

/* Bits set in two words: by halves, as few processors need a call for (Warren 2002). */
static inline unsigned
count_bits(uint64_t a, uint64_t b)
{
	const uint64_t m1 = 0x5555555555555555U, m2 = 0x3333333333333333U, m4 = 0x0F0F0F0F0F0F0F0FU;

	a -= a >> 1 & m1;
	b -= b >> 1 & m1;
	a = (a & m2) + (a >> 2 & m2) + (b & m2) + (b >> 2 & m2); /* no half byte above 8 */
	a = (a & m4) + (a >> 4 & m4);
	return (unsigned)(a * 0x0101010101010101U >> 56);
}

static inline uint64_t
two_words(const uint32_t *bits)
{
	return bits[0] | (uint64_t)bits[1] << 32;
}

/* Bits that a has and b lacks, in the first four words; in the last one. */
static inline unsigned
most_lacking(const struct sketch *a, const struct sketch *b)
{
	return count_bits(two_words(a->bits) & ~two_words(b->bits),
	    two_words(a->bits + 2) & ~two_words(b->bits + 2));
}

static inline unsigned
last_lacking(const struct sketch *a, const struct sketch *b)
{
	return count_bits(a->bits[4] & ~b->bits[4], 0);
}

bool
passage_unlike(const struct sketch *earlier, const struct sketch *later, const struct passage *p,
    const struct passage_how *how)
{
	size_t miss, more; /* shingles that the earlier, the later lacks; or more */

	if (how->kin)
		return false;
	if ((later->numbers & ~earlier->numbers) != 0)
		return true;
	miss = most_lacking(later, earlier);
	if (miss > p->spare || (miss += last_lacking(later, earlier)) > p->spare)
		return true;
	if (is_part(p) && (p->norder - miss) * 1000 >= p->norder * how->contained)
		return false;
	more = most_lacking(earlier, later) + last_lacking(earlier, later);
	return (p->norder - miss) * 1000 < (p->norder + more) * how->threshold;
}

void
passage_set_folded(struct passage *p, struct str folded, const struct passage_how *how)
{
	p->text.n = 0;
	buf_add(&p->text, folded.p, folded.n);
	p->nkey = 0;
	decode(p);
	numbers(p, &how->key);
	shingles(p, how);
	passage_ready(p);
}

void
passage_free(struct passage *p)
{
	buf_free(&p->text);
	free(p->key);
	free(p->order);
	free(p->shingle);
	free(p->set);
	free(p->number);
	memset(p, 0, sizeof *p);
}

static size_t
common(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	size_t i = 0, k = 0, n = 0;

	while (i < na && k < nb) {
		if (a[i] < b[k])
			i++;
		else if (a[i] > b[k])
			k++;
		else
			i++, k++, n++;
	}
	return n;
}

static bool
has_all(const uint32_t *set, size_t nset, const uint32_t *part, size_t npart)
{
	return common(set, nset, part, npart) == npart;
}

/*
 * The longest run of a that stands in b, in shingles: that with the highest
 * score (Kadane 1977), where one found counts 1 and one missing so much
 * against it that a share of how->contained breaks even.
 */
static size_t
run_in(const struct passage *a, const struct passage *b, const struct passage_how *how)
{
	const int64_t gain = 1000 - (int64_t)how->contained, loss = how->contained;
	int64_t score = 0, best = 0;
	size_t n = 0, run = 0, i;

	for (i = 0; i < a->norder; i++) {
		bool found = has(b, a->order[i]);

		n++;
		score += found ? gain : -loss;
		if (score <= 0)
			score = 0, n = 0;
		else if (score > best)
			best = score, run = n;
	}
	return run + how->shingle > PASSAGE_RUN ? run : 0;
}

enum likeness
passage_compare(const struct passage *earlier, const struct passage *later,
    const struct passage_how *how, unsigned *thousandths)
{
	size_t both, all, run, other, need = 0;
	unsigned jaccard, in_earlier, in_later;
	bool no_new; /* the later one has no number that the earlier one lacks */

	*thousandths = 1000;
	if (earlier->text.n == later->text.n &&
	    memcmp(earlier->text.p, later->text.p, later->text.n) == 0)
		return EXACT;
	*thousandths = 0;
	if (earlier->nshingle == 0 || later->nshingle == 0)
		return DIFFERENT;
	no_new = has_all(earlier->number, earlier->nnumber, later->number, later->nnumber);
	if (!how->kin) {
		need = both_need(earlier, later, how);
		if (!no_new || earlier->nshingle < need)
			return DIFFERENT;
	}
	both = both_have(earlier, later, need);
	if (both < need)
		return DIFFERENT;
	all = earlier->nshingle + later->nshingle - both;
	jaccard = (unsigned)(both * 1000 / all);
	in_earlier = (unsigned)(both * 1000 / later->nshingle);
	in_later = (unsigned)(both * 1000 / earlier->nshingle);
	if (no_new) {
		if (jaccard >= how->threshold) {
			*thousandths = jaccard;
			return NEAR;
		}
		if (in_earlier >= how->contained && is_part(later)) {
			*thousandths = in_earlier;
			return CONTAINED;
		}
	}
	if (!how->kin)
		return DIFFERENT;
	if (in_later >= how->contained && is_part(earlier) &&
	    has_all(later->number, later->nnumber, earlier->number, earlier->nnumber)) {
		*thousandths = in_later;
		return CONTAINS;
	}
	/* Nothing like: no run can be in both. */
	if (both + how->shingle < PASSAGE_RUN * how->contained / 1000)
		return DIFFERENT;
	run = run_in(later, earlier, how);
	other = run_in(earlier, later, how);
	if (other > run)
		run = other;
	all = earlier->nshingle < later->nshingle ? earlier->nshingle : later->nshingle;
	*thousandths = run >= all ? 1000 : (unsigned)(run * 1000 / all);
	return run > 0 ? SHARES : DIFFERENT;
}
