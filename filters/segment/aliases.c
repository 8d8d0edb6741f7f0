/* aliases.c - the short names that a page defines, and which of them a text can use */
/* SPDX-License-Identifier: MIT */
#include "marks.h"

#define NAME_BYTES 200    /* how far before its alias a full name may begin */
#define BRACKET_BYTES 512 /* how far a bracket is read: each of ten thousand, too */

static void
alias_add(struct page *pg, struct str alias, struct str name)
{
	if (pg->nalias == pg->capalias) {
		pg->capalias = pg->capalias ? pg->capalias * 2 : 16;
		pg->alias = xarray(pg->alias, pg->capalias, sizeof(*pg->alias));
	}
	pg->alias[pg->nalias++] = (struct alias){alias, name};
}

void
aliases_find(struct page *pg, struct str t)
{
	static struct spots spots;
	struct found f, full;
	size_t len, from, before;

	spots_find(&spots, t);
	for (size_t k = 0; k < spots.n; k++) {
		size_t i = spots.at[k];
		uint32_t c = utf8_get(t.p + i, &len);
		struct str near = t;

		if (c != 0xFF08 && c != '(')
			continue;
		if (near.n - i > BRACKET_BYTES)
			for (near.n = i + BRACKET_BYTES;
			     ((unsigned char)t.p[near.n] & 0xC0) == 0x80;)
				near.n--;
		if (!mark_at(RULE_ALIAS, near, i, &f))
			continue;
		for (from = i; from > 0 && i - from < NAME_BYTES; from = before)
			if (char_before(t, 0, from, &before) == 0x3002)
				break;
		if (mark_at(RULE_FULLNAME, (struct str){t.p + from, i - from}, 0, &full))
			alias_add(pg, f.alias, full.name);
	}
}

/*
 * What to look for in a text stands in a hash table, and by first characters, which lengths there
 * are: however many names a page defines, a place of a text is read no further than the longest,
 * and looked up once for each length.
 */
#define LONGEST 20 /* characters that are looked for: the last ones of more */
#define FIRSTS 1024

enum part { SHORT, END_OF_NAME, NPART };

struct probe {
	struct str s; /* empty: free */
	uint32_t hash;
	uint32_t alias; /* the last one of the page that is so */
};

static struct probe *probe;
static size_t nprobe, capprobe;         /* a power of two */
static uint32_t lengths[NPART][FIRSTS]; /* bit k: one that begins so has k characters */
static size_t nready;                   /* aliases of the page that are in the table */

void
aliases_begin(const struct page *pg)
{
	nready = 0;
	if (pg->nalias == 0)
		return;
	for (nprobe = 64; nprobe < pg->nalias * NPART * 2;)
		nprobe *= 2;
	if (nprobe > capprobe) {
		capprobe = nprobe;
		probe = xarray(probe, capprobe, sizeof(*probe));
	}
	memset(probe, 0, nprobe * sizeof(*probe));
	memset(lengths, 0, sizeof(lengths));
}

static uint32_t
hash_on(uint32_t hash, const char *s, size_t n)
{
	while (n-- > 0)
		hash = (hash ^ (unsigned char)*s++) * 0x9E3779B1u;
	return hash ^ hash >> 15;
}

static bool
same(struct str a, struct str b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Where a probe stands, or the free place where it would. */
static struct probe *
probe_place(struct str s, uint32_t hash)
{
	size_t i = hash & (nprobe - 1);

	while (probe[i].s.n > 0 && (probe[i].hash != hash || !same(probe[i].s, s)))
		i = (i + 1) & (nprobe - 1);
	return &probe[i];
}

/* The last n characters of s are looked for. */
static void
probe_add(enum part part, struct str s, size_t n, size_t alias)
{
	size_t at = s.n, k = 0, len;
	uint32_t hash = part;

	while (at > 0 && k < n && k < LONGEST) {
		at = utf8_back(s.p, at);
		k++;
	}
	s = (struct str){s.p + at, s.n - at};
	if (s.n == 0)
		return;
	lengths[part][utf8_get(s.p, &len) % FIRSTS] |= UINT32_C(1) << k;
	for (at = 0; at < s.n; at += len) {
		len = utf8_len(s.p[at]);
		hash = hash_on(hash, s.p + at, len);
	}
	*probe_place(s, hash) = (struct probe){s, hash, (uint32_t)alias};
}

/* Takes an alias along, if it is none of those, and there is room or an earlier one to drop. */
static void
take(struct usable *u, uint32_t alias)
{
	size_t i = u->n;

	while (i > 0 && u->alias[i - 1] > alias)
		i--;
	if (i > 0 && u->alias[i - 1] == alias)
		return;
	if (u->n < USABLE) {
		memmove(u->alias + i + 1, u->alias + i, (u->n++ - i) * sizeof(*u->alias));
		u->alias[i] = alias;
	} else if (i > 0) {
		memmove(u->alias, u->alias + 1, (i - 1) * sizeof(*u->alias));
		u->alias[i - 1] = alias;
	}
}

static void
look(enum part part, struct str t, struct usable *u)
{
	size_t i, len, end, n;

	for (i = 0; i < t.n; i += len) {
		uint32_t hash = part, left = lengths[part][utf8_get(t.p + i, &len) % FIRSTS] >> 1;

		for (end = i; left != 0 && end < t.n; left >>= 1) {
			n = utf8_len(t.p[end]);
			hash = hash_on(hash, t.p + end, n);
			end += n;
			if ((left & 1) != 0) {
				struct str s = {t.p + i, end - i};
				const struct probe *p = probe_place(s, hash);

				if (p->s.n > 0)
					take(u, p->alias);
			}
		}
	}
}

void
aliases_of(const struct page *pg, size_t defined, struct str text, const struct str above[2],
    struct usable *u)
{
	struct usable by_name = {.n = 0};

	u->n = 0;
	for (; nready < defined; nready++) {
		const struct alias *a = &pg->alias[nready];

		probe_add(SHORT, a->alias, LONGEST, nready);
		probe_add(END_OF_NAME, a->name, utf8_count(a->name.p, a->name.n) / 2 + 1, nready);
	}
	if (nready == 0)
		return;
	look(SHORT, text, u);
	look(SHORT, above[0], u);
	look(SHORT, above[1], u);
	look(END_OF_NAME, text, &by_name);
	for (size_t i = by_name.n; i > 0 && u->n < USABLE; i--)
		take(u, by_name.alias[i - 1]);
}
