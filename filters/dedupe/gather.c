/* gather.c - --gather: where else a passage stands, on the record that is kept */
/* SPDX-License-Identifier: MIT */
#include "dedupe.h"

/*
 * Kept records and the list of their repeats wait on disk for the end of the
 * input. A repeat is a link of a chain: where the one before stands, and its
 * JSON.
 */
static struct {
	struct spill *kept, *links;
	uint64_t *last; /* of each passage: its last link, plus one */
	size_t nlast;
} held;

void
gather_begin(void)
{
	held.kept = spill_new();
	held.links = spill_new();
}

static void
print_also_in(const struct record *r, const struct verdict *v, struct buf *out)
{
	static const char *const name[] = {"id", "doc", "source", "src"};
	size_t i;

	buf_putc(out, '{');
	for (i = 0; i < sizeof name / sizeof name[0]; i++) {
		const struct json *value = record_get(r, name[i]);

		if (value == NULL)
			continue;
		buf_printf(out, "\"%s\":", name[i]);
		buf_add(out, value->p, value->n);
		buf_putc(out, ',');
	}
	buf_puts(out, "\"similarity\":");
	print_similarity(v->thousandths, out);
	buf_putc(out, '}');
}

void
gather_repeat(const struct record *r, const struct verdict *v)
{
	static struct buf json;
	uint64_t before;
	uint32_t n;

	while (held.nlast <= v->root) {
		size_t more = held.nlast ? held.nlast * 2 : 1024;

		held.last = xarray(held.last, more, sizeof *held.last);
		memset(held.last + held.nlast, 0, (more - held.nlast) * sizeof *held.last);
		held.nlast = more;
	}
	json.n = 0;
	print_also_in(r, v, &json);
	n = (uint32_t)json.n;
	before = held.last[v->root];
	held.last[v->root] = spill_add(held.links, &before, sizeof before) + 1;
	spill_add(held.links, &n, sizeof n);
	spill_add(held.links, json.p, json.n);
}

void
gather_kept(const struct record *r, uint32_t passage)
{
	static struct buf line;
	uint32_t n;

	line.n = 0;
	record_print(r, &line);
	n = (uint32_t)line.n;
	spill_add(held.kept, &passage, sizeof passage);
	spill_add(held.kept, &n, sizeof n);
	spill_add(held.kept, line.p, line.n);
}

/* The chain of a passage, first repeat first, as a JSON array. */
static void
print_chain(uint64_t last, struct buf *out)
{
	static uint64_t *at;
	static size_t cap;
	size_t n = 0;
	uint32_t size;

	for (; last != 0; spill_get(held.links, last - 1, &last, sizeof last)) {
		if (n == cap) {
			cap = cap ? cap * 2 : 64;
			at = xarray(at, cap, sizeof *at);
		}
		at[n++] = last - 1 + sizeof last;
	}
	buf_putc(out, '[');
	while (n-- > 0) {
		spill_get(held.links, at[n], &size, sizeof size);
		buf_reserve(out, size + 2);
		spill_get(held.links, at[n] + sizeof size, out->p + out->n, size);
		out->n += size;
		if (n > 0)
			buf_putc(out, ',');
	}
	buf_putc(out, ']');
}

void
gather_end(struct stream *s)
{
	static struct record r;
	static struct buf line, list;
	struct record_error e;
	uint64_t at = 0, end = spill_end(held.kept);

	while (at < end) {
		uint32_t passage, n;

		spill_get(held.kept, at, &passage, sizeof passage);
		spill_get(held.kept, at + 4, &n, sizeof n);
		line.n = 0;
		buf_reserve(&line, n + 1);
		spill_get(held.kept, at + 8, line.p, n);
		at += 8 + (uint64_t)n;
		if (!record_parse(&r, line.p, n, &e)) {
			stream_put_line(s, line.p, n);
			continue;
		}
		record_unset(&r, "also_in");
		if (passage != 0 && passage < held.nlast && held.last[passage] != 0) {
			list.n = 0;
			print_chain(held.last[passage], &list);
			record_set(&r, "also_in", list.p, list.n);
		}
		stream_write(s, &r);
	}
}
