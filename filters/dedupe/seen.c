/* seen.c - judges a passage against all passages before it */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "dedupe.h"
#include "utf8.h"

enum { CACHE = 8192 };

struct seen {
	const struct how *how;
	struct index *index;   /* NULL in exact mode without ids */
	struct hashset *whole; /* exact mode */
	struct passage now;
	struct sketch sketch; /* of now; all zero in exact mode */
	/*
	 * Passages read back lately, by number modulo CACHE: a phrase that
	 * stands everywhere brings the same few candidates again and again.
	 */
	struct cached {
		uint32_t number, root;
		struct passage passage;
	} cache[CACHE];
	struct buf bytes, id;
	/* what is found under the keys of now, then what of it matters */
	uint32_t *found;
	size_t *nfound;
	uint64_t *find;
	uint32_t *candidate;
	size_t capkey, ncandidate;
};

const char *const likeness_name[] = {
    "different", "shares", "contains", "contained", "near", "exact"};

void
print_similarity(unsigned thousandths, struct buf *out)
{
	char digits[4];

	if (thousandths >= 1000) {
		buf_putc(out, '1');
		return;
	}
	digits[0] = (char)('0' + thousandths / 100);
	digits[1] = (char)('0' + thousandths / 10 % 10);
	digits[2] = (char)('0' + thousandths % 10);
	buf_puts(out, "0.");
	buf_add(out, digits, digits[2] != '0' ? 3 : digits[1] != '0' ? 2 : 1);
}

struct seen *
seen_new(const struct how *how)
{
	struct seen *s = xcalloc(1, sizeof *s);

	s->how = how;
	if (how->exact)
		s->whole = hashset_new(how->memory, how->ids);
	if (!how->exact || how->ids)
		s->index = index_new(how->memory);
	return s;
}

/* A stash is: hash, root, length of id, then id and text. */
static void
stash_print(const struct stash *t, struct buf *out)
{
	uint32_t nid = (uint32_t)t->id.n;

	out->n = 0;
	buf_add(out, &t->hash, sizeof t->hash);
	buf_add(out, &t->root, sizeof t->root);
	buf_add(out, &nid, sizeof nid);
	buf_add(out, t->id.p, t->id.n);
	buf_add(out, t->text.p, t->text.n);
}

static bool
stash_read(struct str bytes, struct stash *t)
{
	const size_t head = sizeof t->hash + sizeof t->root + sizeof(uint32_t);
	const char *p = bytes.p;
	uint32_t nid;

	if (bytes.n < head)
		return false;
	memcpy(&t->hash, p, sizeof t->hash);
	memcpy(&t->root, p + sizeof t->hash, sizeof t->root);
	memcpy(&nid, p + sizeof t->hash + sizeof t->root, sizeof nid);
	if (bytes.n - head < nid)
		return false;
	t->id = (struct str){p + head, nid};
	t->text = (struct str){p + head + nid, bytes.n - head - nid};
	return true;
}

static int
cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Finds are mostly few, and in order but for those of another key. */
static void
sort_finds(uint64_t *v, size_t n)
{
	if (n > 64) {
		qsort(v, n, sizeof *v, cmp_u64);
		return;
	}
	for (size_t i = 1, k; i < n; i++) {
		uint64_t x = v[i];

		for (k = i; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* Passages under any key of s->now, key by key, and their sketches on the way to the processor. */
static void
look_up(struct seen *s)
{
	uint32_t *to;
	size_t i, k;

	if (s->capkey < s->now.nkey) {
		s->capkey = s->now.nkey * 2;
		s->nfound = xarray(s->nfound, s->capkey, sizeof *s->nfound);
		s->found = xarray(s->found, s->capkey, INDEX_CROWD * sizeof *s->found);
		s->find = xarray(s->find, s->capkey, INDEX_CROWD * sizeof *s->find);
		s->candidate = xarray(s->candidate, s->capkey, INDEX_CROWD * sizeof *s->candidate);
	}
	for (to = s->found, i = 0; i < s->now.nkey; i++) {
		s->nfound[i] = index_find(s->index, s->now.key[i], to);
		for (k = 0; k < s->nfound[i]; k++)
			__builtin_prefetch(index_sketch(s->index, to[k]));
		to += s->nfound[i];
	}
}

/*
 * All passages that share enough keys with s->now and may be like it, each
 * once, first come first. A find is the passage's number over a weight;
 * weights of one passage are added up.
 */
static void
candidates(struct seen *s)
{
	const uint64_t need = s->how->like.kin ? 1 : passage_need(&s->now), firm = 1 << 16;
	const uint32_t *found;
	size_t i, k, n = 0;

	look_up(s);
	for (found = s->found, i = 0; i < s->now.nkey; found += s->nfound[i++])
		for (k = 0; k < s->nfound[i]; k++)
			if (!passage_unlike(index_sketch(s->index, found[k]), &s->sketch, &s->now,
				&s->how->like))
				s->find[n++] =
				    (uint64_t)found[k] << 32 | (i < PASSAGE_FIRM ? firm : 1);
	sort_finds(s->find, n);
	s->ncandidate = 0;
	for (i = 0; i < n; i = k) {
		uint64_t weight = 0;

		for (k = i; k < n && s->find[k] >> 32 == s->find[i] >> 32; k++)
			weight += s->find[k] & UINT32_MAX;
		if (weight >= need)
			s->candidate[s->ncandidate++] = (uint32_t)(s->find[i] >> 32);
	}
}

static void
remember(struct seen *s, struct str id, struct verdict *v)
{
	struct stash t = {
	    .hash = s->now.key[0],
	    .root = v->root,
	    .id = id,
	    .text = {s->now.text.p, s->how->exact ? 0 : s->now.text.n},
	};
	size_t i;

	v->number = (uint32_t)index_size(s->index) + 1;
	if (t.root == 0)
		t.root = v->number;
	stash_print(&t, &s->bytes);
	index_add(s->index, s->bytes.p, s->bytes.n, &s->sketch);
	if (!s->how->exact)
		for (i = 0; i < s->now.nkey; i++)
			index_key(s->index, s->now.key[i], v->number);
}

static void
judge_exact(struct seen *s, struct str id, struct verdict *v)
{
	uint32_t first = s->index != NULL ? (uint32_t)index_size(s->index) + 1 : 0;

	if (hashset_put(s->whole, s->now.key[0], &first)) {
		v->like = EXACT;
		v->thousandths = 1000;
		v->root = first;
	} else if (s->index != NULL)
		remember(s, id, v);
}

/* The passage of that number, ready to compare. */
static const struct cached *
read_back(struct seen *s, uint32_t number)
{
	struct cached *c = &s->cache[number % CACHE];
	struct stash t = {0};

	if (c->number == number)
		return c;
	index_get(s->index, number, &s->bytes);
	stash_read((struct str){s->bytes.p, s->bytes.n}, &t); /* cannot fail: we wrote it */
	passage_set_folded(&c->passage, t.text, &s->how->like);
	c->number = number;
	c->root = t.root;
	return c;
}

/* The passage of the same words, if there is one: it is listed under the key of the whole. */
static bool
judge_same(struct seen *s, struct verdict *v)
{
	uint32_t found[INDEX_CROWD];
	size_t n = index_find(s->index, s->now.key[0], found), i;
	struct stash t = {0};

	for (i = 0; i < n; i++) {
		index_get(s->index, found[i], &s->bytes);
		stash_read((struct str){s->bytes.p, s->bytes.n}, &t); /* cannot fail: we wrote it */
		if (t.text.n != s->now.text.n ||
		    (t.text.n > 0 && memcmp(t.text.p, s->now.text.p, t.text.n) != 0))
			continue;
		v->like = EXACT;
		v->thousandths = 1000;
		v->root = t.root;
		return true;
	}
	return false;
}

/*
 * The first passage of all that the new one repeats wins, but an exact repeat
 * is told as such (and not stored again). Where kin are wanted all before it
 * are compared.
 */
static void
judge_near(struct seen *s, struct str id, struct verdict *v)
{
	const bool kin = s->how->like.kin;
	size_t i;

	for (i = 0; i < s->now.nkey; i++)
		index_prefetch(s->index, s->now.key[i]);
	if (!kin && judge_same(s, v))
		return;
	passage_sketch(&s->now, &s->how->like, &s->sketch);
	candidates(s);
	if (s->ncandidate > 0)
		passage_ready(&s->now);
	for (i = 0; i < s->ncandidate && v->like != EXACT; i++) {
		const struct cached *c = read_back(s, s->candidate[i]);
		unsigned thousandths;
		enum likeness like =
		    passage_compare(&c->passage, &s->now, &s->how->like, &thousandths);
		if (like == EXACT || (like >= CONTAINED && v->like == DIFFERENT)) {
			v->like = like;
			v->thousandths = thousandths;
			v->root = c->root;
			if (!kin)
				break;
		} else if (like != DIFFERENT && v->nkin < sizeof v->kin / sizeof v->kin[0])
			v->kin[v->nkin++] = (struct kin){s->candidate[i], like, thousandths};
	}
	/* An exact repeat is found wherever its original is: it need not be listed. */
	if (v->like != EXACT)
		remember(s, id, v);
}

void
seen_judge(struct seen *s, struct str text, struct str id, struct verdict *v)
{
	memset(v, 0, sizeof *v);
	passage_set(&s->now, text, &s->how->like, !s->how->exact);
	if (utf8_count(s->now.text.p, s->now.text.n) < s->how->min_chars ||
	    s->now.text.n + id.n > INDEX_MAX_BYTES / 2)
		return;
	if (s->how->exact)
		judge_exact(s, id, v);
	else
		judge_near(s, id, v);
	if (v->like != DIFFERENT && s->index != NULL) {
		s->id.n = 0;
		seen_id(s, v->root, &s->id);
		v->id = (struct str){s->id.p, s->id.n};
	}
}

void
seen_id(struct seen *s, uint32_t number, struct buf *out)
{
	struct stash t;

	index_get(s->index, number, &s->bytes);
	if (stash_read((struct str){s->bytes.p, s->bytes.n}, &t))
		buf_add(out, t.id.p, t.id.n);
}

uint64_t
seen_crowded(const struct seen *s)
{
	return s->index != NULL ? index_crowded(s->index) : 0;
}

size_t
seen_stashes(const struct seen *s)
{
	return s->index != NULL ? (size_t)index_size(s->index) : 0;
}

void
seen_stash(struct seen *s, uint32_t number, struct buf *out)
{
	index_get(s->index, number, out);
}

bool
seen_restore(struct seen *s, const char *p, size_t n)
{
	struct stash t;
	uint32_t number = (uint32_t)index_size(s->index) + 1;
	size_t i;

	if (!stash_read((struct str){p, n}, &t) || t.root > number || t.root == 0 ||
	    utf8_valid(t.text.p, t.text.n) != t.text.n)
		return false;
	if (s->how->exact) {
		index_add(s->index, p, n, &s->sketch);
		hashset_put(s->whole, t.hash, &number);
		return true;
	}
	s->now.text.n = 0;
	buf_add(&s->now.text, t.text.p, t.text.n);
	passage_keys(&s->now, &s->how->like);
	passage_sketch(&s->now, &s->how->like, &s->sketch);
	index_add(s->index, p, n, &s->sketch);
	for (i = 0; i < s->now.nkey; i++)
		index_key(s->index, s->now.key[i], number);
	return true;
}
