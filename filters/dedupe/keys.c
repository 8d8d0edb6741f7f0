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
 * The first writes every record once, under "u" and its own hash, and under
 * each of its keys ("k" and 16 hex digits) no more than a comparison needs.
 * The second compares within each group of a key, and writes what it found of
 * a record under "r" and its hash, with a "!" before it; the records
 * themselves only change their key. The third takes a record and all that was
 * found of it together. Which of two is the first is decided by the natural
 * order of source and id, so that it does not hang on the partition.
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

/* One line: the key, a TAB, what it is (nothing, or "!"), JSON. */
static void
put_keyed(struct stream *s, char kind, uint64_t key, const char *what, const struct buf *json)
{
	static struct buf line;
	char head[20];

	line.n = 0;
	snprintf(head, sizeof head, "%c%016" PRIx64 "\t", kind, key);
	buf_puts(&line, head);
	buf_puts(&line, what);
	buf_add(&line, json->p, json->n);
	buf_putc(&line, '\n');
	stream_put(s, line.p, line.n);
}

static bool
comparable(const struct passage *p, const struct how *how)
{
	return utf8_count(p->text.p, p->text.n) >= how->min_chars &&
	       p->text.n <= INDEX_MAX_BYTES / 2;
}

/* What a comparison needs of a record. */
static void
print_brief(const struct record *r, uint64_t own, struct buf *out)
{
	static const char *const name[] = {"source", "id", "text"};
	size_t i;

	out->n = 0;
	buf_printf(out, "{\"own\":\"%016" PRIx64 "\"", own);
	for (i = 0; i < sizeof name / sizeof name[0]; i++) {
		const struct json *v = record_get(r, name[i]);

		if (v == NULL)
			continue;
		buf_printf(out, ",\"%s\":", name[i]);
		buf_add(out, v->p, v->n);
	}
	buf_putc(out, '}');
}

void
keys_emit(struct stream *s, const struct record *r, const struct how *how)
{
	static struct passage p;
	static struct buf line, hold;
	const uint64_t own = own_hash(r, how);
	struct str text;
	size_t i, k;

	line.n = 0;
	record_print(r, &line);
	put_keyed(s, 'u', own, "", &line);
	if (!record_str(r, "text", &hold, &text))
		return;
	passage_set(&p, text, &how->like, !how->exact);
	if (!comparable(&p, how))
		return;
	print_brief(r, own, &line);
	for (i = 0; i < p.nkey; i++) {
		for (k = 0; p.key[k] != p.key[i]; k++)
			;
		if (k == i) /* not a key that its text has twice */
			put_keyed(s, 'k', p.key[i], "", &line);
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

/* One record of a group. All strings lie in the group's arena, most of them in the line. */
struct member {
	struct str line, source, id, text;
	struct str repeat_of;
	bool found; /* the line tells what was found, it is not the record */
	enum likeness like;
	unsigned thousandths;
};

/* Of a group of any size only so many passages are held: the listed ones, and the one in work. */
struct group {
	char key[17];
	struct arena arena;
	struct member *at;
	size_t n, cap, bytes;
	struct passage passage[INDEX_CROWD + 1];
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

/* What stands in the record's line, in the copy of the line. */
static struct str
in_copy(struct str copy, const struct record *r, struct str s)
{
	return (struct str){copy.p + (s.p - r->line), s.n};
}

static struct str
value_in(struct str copy, const struct record *r, const char *name)
{
	const struct json *v = record_get(r, name);

	return v != NULL ? in_copy(copy, r, (struct str){v->p, v->n}) : (struct str){"null", 4};
}

static void
group_add(
    struct stream *s, struct group *g, const struct record *r, bool found, const struct how *how)
{
	static struct buf hold;
	struct member *m;
	struct str text = {r->line, 0};

	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->at = xarray(g->at, g->cap, sizeof *g->at);
	}
	m = &g->at[g->n++];
	*m = (struct member){.line = arena_str(&g->arena, r->line, r->n), .found = found};
	m->source = value_in(m->line, r, "source");
	m->id = value_in(m->line, r, "id");
	g->bytes += r->n + 2 * sizeof *m; /* of the array, half may be free */
	if (record_str(r, "text", &hold, &text) && text.p == hold.p) { /* it has escapes */
		m->text = arena_str(&g->arena, text.p, text.n);
		g->bytes += text.n;
	} else {
		m->text = in_copy(m->line, r, text);
	}
	if (g->bytes > how->memory)
		stream_die(s, EXIT_IO, "the group of key %s needs more than --max-memory %zu",
		    g->key, how->memory);
}

/* The records of one key: who repeats whom. The first INDEX_CROWD are listed. */
static void
group_compare(struct group *g, const struct how *how)
{
	const struct member *listed[INDEX_CROWD];
	size_t nlisted = 0;

	qsort(g->at, g->n, sizeof *g->at, cmp_member);
	for (size_t i = 0; i < g->n; i++) {
		struct member *m = &g->at[i];
		struct passage *p = &g->passage[nlisted];

		passage_set(p, m->text, &how->like, !how->exact);
		if (!how->exact)
			passage_ready(p);
		/* As in judge_near(): the first one wins, but an exact repeat is told as such. */
		for (size_t k = 0; k < nlisted && m->like != EXACT; k++) {
			const struct passage *e = &g->passage[k];
			enum likeness like;
			unsigned thousandths;

			if (!how->exact && !passage_related(e, p))
				continue;
			like = passage_compare(e, p, &how->like, &thousandths);
			if (like < CONTAINED || (like != EXACT && m->like != DIFFERENT))
				continue;
			m->like = like;
			m->thousandths = thousandths;
			m->repeat_of = listed[k]->id;
		}
		if (m->like != EXACT && nlisted < INDEX_CROWD)
			listed[nlisted++] = m;
	}
}

/* What was found, for each record of which anything was. */
static void
group_write(struct stream *s, struct group *g)
{
	static struct record r;
	static struct buf line, hold;
	struct record_error e;
	struct str own;
	size_t i;

	for (i = 0; i < g->n; i++) {
		struct member *m = &g->at[i];

		if (m->like == DIFFERENT || !record_parse(&r, m->line.p, m->line.n, &e) ||
		    !record_str(&r, "own", &hold, &own))
			continue;
		line.n = 0;
		buf_puts(&line, "{\"id\":");
		buf_add(&line, m->id.p, m->id.n);
		buf_puts(&line, ",\"repeat_of\":");
		buf_add(&line, m->repeat_of.p, m->repeat_of.n);
		buf_printf(&line, ",\"repeat\":\"%s\",\"similarity\":", likeness_name[m->like]);
		print_similarity(m->thousandths, &line);
		buf_putc(&line, '}');
		put_keyed(s, 'r', strtoull(own.p, NULL, 16), "!", &line);
	}
}

/* Copies the marks of what was found to the record, and writes it. */
static void
write_marked(struct stream *s, const struct member *record, const struct member *found)
{
	static const char *const name[] = {"repeat_of", "repeat", "similarity"};
	static struct record r, f;
	struct record_error e;
	size_t i;

	if (!record_parse(&r, record->line.p, record->line.n, &e) ||
	    !record_parse(&f, found->line.p, found->line.n, &e))
		return; /* cannot be: they were parsed when they were read */
	for (i = 0; i < sizeof name / sizeof name[0]; i++) {
		const struct json *v = record_get(&f, name[i]);

		if (v != NULL)
			record_set(&r, name[i], v->p, v->n);
	}
	stream_write(s, &r);
}

/*
 * A record and all that was found of it: it stays if nothing was, else the
 * first find counts. A record that came twice is found to repeat itself: one
 * copy stays.
 */
static void
group_settle(struct stream *s, struct group *g, bool keep_marked)
{
	static struct record r;
	struct record_error e;
	struct str first = {"", 0};
	const struct member *found = NULL, *record = NULL;
	bool itself = false;
	size_t i;

	for (i = 0; i < g->n; i++) {
		struct member *m = &g->at[i];
		const struct json *of;

		if (!m->found) {
			record = record == NULL ? m : record;
			continue;
		}
		if (!record_parse(&r, m->line.p, m->line.n, &e) ||
		    (of = record_get(&r, "repeat_of")) == NULL)
			continue;
		if (of->n == m->id.n && memcmp(of->p, m->id.p, of->n) == 0) {
			itself = true;
		} else if (found == NULL || natural((struct str){of->p, of->n}, first) < 0) {
			found = m;
			first = arena_str(&g->arena, of->p, of->n);
		}
	}
	if (record == NULL || (found != NULL && !keep_marked))
		return;
	if (found != NULL) {
		write_marked(s, record, found);
		return;
	}
	for (i = 0; i < g->n; i++)
		if (!g->at[i].found && (!itself || &g->at[i] == record))
			stream_put_line(s, g->at[i].line.p, g->at[i].line.n);
}

/* Records only change their key, to be settled with what is found of them. */
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
		if (g->n > 1) { /* most are alone */
			group_compare(g, how);
			group_write(s, g);
		}
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
	bool found;

	while (stream_line(s, &line)) {
		if (line.n == 0)
			continue;
		if (line.n < 19 || line.p[17] != '\t' || strchr("kru", line.p[0]) == NULL) {
			stream_bad(s, "no key of --emit-keys before the record");
			continue;
		}
		found = line.p[18] == '!';
		if (!record_parse(&r, line.p + 18 + found, line.n - 18 - found, &e)) {
			stream_bad(s, "%s at byte %zu", e.why, e.at + 18 + found);
			continue;
		}
		if (memcmp(g.key, line.p, 17) != 0) {
			group_end(s, &g, how, keep_marked);
			memcpy(g.key, line.p, 17);
		}
		group_add(s, &g, &r, found, how);
	}
	group_end(s, &g, how, keep_marked);
	for (i = 0; i < INDEX_CROWD + 1; i++)
		passage_free(&g.passage[i]);
	free(g.at);
	arena_free(&g.arena);
	record_free(&r);
}
