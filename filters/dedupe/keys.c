/* keys.c - the distributed halves: records under their keys, and groups of them */
/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dedupe.h"
#include "utf8.h"

/*
 * The engine's shuffle is used twice.
 *
 *	dedupe --emit-keys | sort | dedupe --by-key | sort | dedupe --by-key
 *
 * The first writes every record once under each of its keys ("k" and 16 hex
 * digits; "u" if it cannot repeat any). The second compares within each group and writes under "r"
 *and the record's own hash what it found; the third takes together what several groups found of one
 *record. Which of two is the first is decided by the natural order of source and id, so that it
 *does not hang on the partition.
 */

/* The hash by which copies of one record find together again. */
static uint64_t
own_hash(const struct record *r, const struct how *how)
{
	static const char *const name[] = {"source", "doc", "id", "src", "text"};
	static struct buf all;
	size_t i;

	all.n = 0;
	for (i = 0; i < sizeof name / sizeof name[0]; i++) {
		const struct json *v = record_get(r, name[i]);

		if (v != NULL)
			buf_add(&all, v->p, v->n);
		buf_putc(&all, '\0');
	}
	if (record_get(r, "text") == NULL)
		buf_add(&all, r->line, r->n);
	return siphash(&how->like.key, all.p, all.n);
}

static void
put_keyed(struct stream *s, char kind, uint64_t key, const struct buf *record)
{
	static struct buf line;
	char head[20];

	line.n = 0;
	snprintf(head, sizeof head, "%c%016" PRIx64 "\t", kind, key);
	buf_add(&line, head, 18);
	buf_add(&line, record->p, record->n);
	buf_putc(&line, '\n');
	stream_put(s, line.p, line.n);
}

static bool
comparable(const struct passage *p, const struct how *how)
{
	return utf8_count(p->text.p, p->text.n) >= how->min_chars &&
	       p->text.n <= INDEX_MAX_BYTES / 2;
}

void
keys_emit(struct stream *s, const struct record *r, const struct how *how)
{
	static struct passage p;
	static struct buf line, hold;
	struct str text;
	size_t i, k;

	line.n = 0;
	record_print(r, &line);
	if (!record_str(r, "text", &hold, &text)) {
		put_keyed(s, 'u', own_hash(r, how), &line);
		return;
	}
	passage_set(&p, text, &how->like, !how->exact);
	if (!comparable(&p, how)) {
		put_keyed(s, 'u', own_hash(r, how), &line);
		return;
	}
	for (i = 0; i < p.nkey; i++) {
		for (k = 0; p.key[k] != p.key[i]; k++)
			;
		if (k == i) /* not a key that its text has twice */
			put_keyed(s, 'k', p.key[i], &line);
	}
}

/* Digit runs compare as numbers: p#2 before p#10. */
static int
natural(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.n && k < b.n) {
		bool da = a.p[i] >= '0' && a.p[i] <= '9', db = b.p[k] >= '0' && b.p[k] <= '9';

		if (da && db) {
			size_t si, sk, n;
			int c;

			while (i < a.n && a.p[i] == '0')
				i++;
			while (k < b.n && b.p[k] == '0')
				k++;
			for (si = i; i < a.n && a.p[i] >= '0' && a.p[i] <= '9';)
				i++;
			for (sk = k; k < b.n && b.p[k] >= '0' && b.p[k] <= '9';)
				k++;
			n = i - si;
			if (n != k - sk)
				return n < k - sk ? -1 : 1;
			c = memcmp(a.p + si, b.p + sk, n);
			if (c != 0)
				return c;
			continue;
		}
		if (a.p[i] != b.p[k])
			return (unsigned char)a.p[i] < (unsigned char)b.p[k] ? -1 : 1;
		i++;
		k++;
	}
	return (i < a.n) - (k < b.n);
}

/* One record of a group. All strings lie in the group's arena. */
struct member {
	struct str line, source, id, text;
	struct passage passage;
	bool listed; /* is compared with those after it */
	struct str repeat_of;
	enum likeness like;
	unsigned thousandths;
};

struct group {
	char key[17];
	struct arena arena;
	struct member *at;
	size_t n, cap, bytes;
};

static int
cmp_member(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int c = natural(x->source, y->source);

	if (c == 0)
		c = natural(x->id, y->id);
	if (c == 0) {
		size_t n = x->line.n < y->line.n ? x->line.n : y->line.n;

		c = memcmp(x->line.p, y->line.p, n);
		if (c == 0)
			c = (x->line.n > y->line.n) - (x->line.n < y->line.n);
	}
	return c;
}

static void
mark(struct record *r, struct str id, enum likeness like, unsigned thousandths)
{
	struct buf v = {0};

	record_set(r, "repeat_of", id.p, id.n);
	buf_json(&v, likeness_name[like], strlen(likeness_name[like]));
	record_set(r, "repeat", v.p, v.n);
	v.n = 0;
	print_similarity(thousandths, &v);
	record_set(r, "similarity", v.p, v.n);
	buf_free(&v);
}

static struct str
keep(struct group *g, const struct json *v)
{
	return v != NULL ? arena_str(&g->arena, v->p, v->n) : (struct str){"null", 4};
}

static void
group_add(struct stream *s, struct group *g, const struct record *r, const struct how *how)
{
	static struct buf hold;
	struct member *m;
	struct str text = {"", 0};

	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->at = xarray(g->at, g->cap, sizeof *g->at);
		memset(g->at + g->n, 0,
		    (g->cap - g->n) * sizeof *g->at); /* passages keep their memory */
	}
	m = &g->at[g->n++];
	record_str(r, "text", &hold, &text);
	m->line = arena_str(&g->arena, r->line, r->n);
	m->source = keep(g, record_get(r, "source"));
	m->id = keep(g, record_get(r, "id"));
	m->text = arena_str(&g->arena, text.p, text.n);
	m->like = DIFFERENT;
	g->bytes += r->n * 4;
	if (g->bytes > how->memory)
		stream_die(s, EXIT_IO, "the group of key %s needs more than --max-memory %zu",
		    g->key, how->memory);
}

/* The records of one key: who repeats whom. */
static void
group_compare(struct group *g, const struct how *how)
{
	size_t i, k, crowd = 0;

	qsort(g->at, g->n, sizeof *g->at, cmp_member);
	for (i = 0; i < g->n; i++) {
		struct member *m = &g->at[i];

		passage_set(&m->passage, m->text, &how->like, !how->exact);
		if (!how->exact)
			passage_ready(&m->passage, &how->like);
		/* As in judge_near(): the first one wins, but an exact repeat is told as such. */
		for (k = 0; k < i && m->like != EXACT; k++) {
			const struct member *e = &g->at[k];
			enum likeness like;
			unsigned thousandths;

			if (!e->listed ||
			    (!how->exact && !passage_related(&e->passage, &m->passage)))
				continue;
			like = passage_compare(&e->passage, &m->passage, &how->like, &thousandths);
			if (like < CONTAINED || (like != EXACT && m->like != DIFFERENT))
				continue;
			m->like = like;
			m->thousandths = thousandths;
			m->repeat_of = e->id;
		}
		m->listed = m->like != EXACT && crowd++ < INDEX_CROWD;
	}
}

static void
group_write(struct stream *s, struct group *g, const struct how *how)
{
	static struct record r;
	static struct buf line;
	struct record_error e;
	char home[18];
	size_t i;

	for (i = 0; i < g->n; i++) {
		struct member *m = &g->at[i];

		/* Without a find it goes on once: from the group of its first key. */
		snprintf(home, sizeof home, "k%016" PRIx64, m->passage.key[0]);
		if (m->like == DIFFERENT && memcmp(home, g->key, 17) != 0)
			continue;
		if (!record_parse(&r, m->line.p, m->line.n, &e))
			continue; /* cannot be: it was parsed when it was read */
		if (m->like != DIFFERENT)
			mark(&r, m->repeat_of, m->like, m->thousandths);
		line.n = 0;
		record_print(&r, &line);
		record_parse(&r, m->line.p, m->line.n, &e);
		put_keyed(s, 'r', own_hash(&r, how), &line);
	}
}

/*
 * The copies of one record: it stays unless one of them is marked; the first
 * mark counts. A record that came twice is marked as its own repeat: that
 * mark has done its work, since one copy came without it.
 */
static void
group_settle(struct stream *s, struct group *g, bool keep_marked)
{
	static struct record r;
	struct record_error e;
	struct str first = {"", 0};
	const struct member *best = NULL;
	size_t i;

	for (i = 0; i < g->n; i++) {
		struct member *m = &g->at[i];
		const struct json *of;

		if (!record_parse(&r, m->line.p, m->line.n, &e))
			continue;
		of = record_get(&r, "repeat_of");
		m->listed = of == NULL;
		if (of == NULL || (of->n == m->id.n && memcmp(of->p, m->id.p, of->n) == 0))
			continue;
		if (best == NULL || natural((struct str){of->p, of->n}, first) < 0) {
			best = m;
			first = arena_str(&g->arena, of->p, of->n);
		}
	}
	if (best != NULL) {
		if (keep_marked)
			stream_put_line(s, best->line.p, best->line.n);
		return;
	}
	for (i = 0; i < g->n; i++)
		if (g->at[i].listed)
			stream_put_line(s, g->at[i].line.p, g->at[i].line.n);
}

/* Records that repeat nothing only change their key, to be settled with the rest. */
static void
group_forward(struct stream *s, struct group *g)
{
	size_t i;

	g->key[0] = 'r';
	for (i = 0; i < g->n; i++) {
		stream_put(s, g->key, 17);
		stream_put(s, "\t", 1);
		stream_put_line(s, g->at[i].line.p, g->at[i].line.n);
	}
	g->key[0] = 'u';
}

static void
group_end(struct stream *s, struct group *g, const struct how *how, bool keep_marked)
{
	if (g->n > 0 && g->key[0] == 'k') {
		group_compare(g, how);
		group_write(s, g, how);
	} else if (g->n > 0 && g->key[0] == 'u')
		group_forward(s, g);
	else if (g->n > 0)
		group_settle(s, g, keep_marked);
	arena_reset(&g->arena);
	g->n = g->bytes = 0;
}

void
keys_reduce(struct stream *s, const struct how *how, bool keep_marked)
{
	struct group g = {0};
	struct record r = {0};
	struct record_error e;
	struct str line;
	size_t i;

	while (stream_line(s, &line)) {
		if (line.n == 0)
			continue;
		if (line.n < 19 || line.p[17] != '\t' || strchr("kru", line.p[0]) == NULL) {
			stream_bad(s, "no key of --emit-keys before the record");
			continue;
		}
		if (!record_parse(&r, line.p + 18, line.n - 18, &e)) {
			stream_bad(s, "%s at byte %zu", e.why, e.at + 18);
			continue;
		}
		if (memcmp(g.key, line.p, 17) != 0) {
			group_end(s, &g, how, keep_marked);
			memcpy(g.key, line.p, 17);
		}
		group_add(s, &g, &r, how);
	}
	group_end(s, &g, how, keep_marked);
	for (i = 0; i < g.cap; i++)
		passage_free(&g.at[i].passage);
	free(g.at);
	arena_free(&g.arena);
	record_free(&r);
}
