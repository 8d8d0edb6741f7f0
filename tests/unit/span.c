/* span.c - alignment against a model that holds every character's bytes one by one */
/* SPDX-License-Identifier: MIT */
#include "span.h"

#include "tap.h"
#include "utf8.h"

static uint64_t seed = 88172645463325252u;

static uint32_t
any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 11) % below;
}

/* What each character of a text stands for. */
struct model {
	struct buf text;
	size_t n, byte[400];
	uint64_t start[400], end[400];
};

static const int32_t widths[] = {WIDTH_UTF8, WIDTH_ASCII1_ELSE2, WIDTH_UTF16, 1, 2, 3, 4, 7};

static uint64_t
taken(int32_t width, size_t len)
{
	switch (width) {
	case WIDTH_UTF8: return len;
	case WIDTH_ASCII1_ELSE2: return len == 1 ? 1 : 2;
	case WIDTH_UTF16: return len == 4 ? 4 : 2;
	default: return (uint64_t)width;
	}
}

static void
add_char(struct model *m)
{
	static const uint32_t cps[] = {'a', '1', 0xE9, 0x4E2D, 0xFF0C, 0x20000};
	char c[4];

	m->byte[m->n] = m->text.n;
	buf_add(&m->text, c, utf8_put(c, cps[any(6)]));
}

/* A text of random runs with random gaps, and its alignment. */
static void
build(struct model *m, struct align *a, bool extend)
{
	uint64_t at = any(3) ? 0 : any(100);
	size_t runs = any(6) + 1;

	m->n = m->text.n = 0;
	align_reset(a);
	while (runs-- > 0) {
		int32_t width = widths[any(8)], n = (int32_t)any(12) + 1;
		uint64_t from = at;
		bool shared = any(4) == 0;

		if (shared)
			width = (int32_t)any(5);
		for (int32_t i = 0; i < n; i++) {
			add_char(m);
			m->start[m->n] = at;
			if (!shared)
				at += taken(width, m->text.n - m->byte[m->n]);
			m->end[m->n] = shared ? at + (uint64_t)width : at;
			m->n++;
		}
		if (shared)
			at += (uint64_t)width;
		if (extend)
			align_extend(a, from, at, shared ? -n : n, width);
		else
			align_add(a, from, shared ? -n : n, width);
		if (any(3) == 0)
			at += any(9);
	}
	m->byte[m->n] = m->text.n;
}

static bool
same(const struct model *m, struct locator *l, size_t from, size_t to)
{
	struct place p = locate(l, m->byte[from], m->byte[to]);

	return p.start == from && p.end == to && (from == m->n || p.src_start == m->start[from]) &&
	       (from == to || p.src_end == m->end[to - 1]);
}

static void
test_random(bool extend)
{
	static struct model m;
	struct align a = {0}, sliced = {0};
	struct locator l = {0}, part = {0};
	int wrong = 0, wrong_slice = 0, wrong_print = 0;

	for (int round = 0; round < 3000; round++) {
		struct str text;
		size_t from, to;
		struct buf printed = {0}, again = {0};
		struct json j;

		build(&m, &a, extend);
		text = (struct str){m.text.p, m.text.n};
		align_print(&a, &printed);
		locator_init_align(&l, text, &a);
		for (int i = 0; i < 20; i++) {
			from = any((uint32_t)m.n + 1);
			to = from + any((uint32_t)(m.n - from) + 1);
			wrong += !same(&m, &l, from, to);
		}
		/* a piece cut out, with its slice, says the same of every character */
		from = any((uint32_t)m.n);
		to = from + any((uint32_t)(m.n - from)) + 1;
		align_reset(&sliced);
		locator_slice(&l, m.byte[from], m.byte[to], &sliced);
		locator_init_align(&part,
		    (struct str){m.text.p + m.byte[from], m.byte[to] - m.byte[from]}, &sliced);
		for (size_t i = from; i < to; i++) {
			struct place p =
			    locate(&part, m.byte[i] - m.byte[from], m.byte[i + 1] - m.byte[from]);

			wrong_slice += p.src_start != m.start[i] || p.src_end != m.end[i];
		}
		/* printed, read and printed again */
		j = (struct json){printed.p, printed.n, JSON_ARRAY, false};
		wrong_print += !align_read(&a, &j);
		align_print(&a, &again);
		wrong_print += again.n != printed.n || memcmp(again.p, printed.p, printed.n) != 0;
		buf_free(&printed);
		buf_free(&again);
	}
	ok(wrong == 0, "locate, runs %s", extend ? "merged" : "added");
	ok(wrong_slice == 0, "slices");
	ok(wrong_print == 0, "print and read");
	buf_free(&m.text);
	align_free(&a);
	align_free(&sliced);
	locator_free(&l);
	locator_free(&part);
}

static bool
prints(const struct align *a, const char *want)
{
	struct buf b = {0};
	bool good;

	align_print(a, &b);
	good = b.n == strlen(want) && memcmp(b.p, want, b.n) == 0;
	if (!good)
		printf("# want %s, have %.*s\n", want, (int)b.n, b.p);
	buf_free(&b);
	return good;
}

static void
test_merge(void)
{
	struct align a = {0};

	align_extend(&a, 0, 30, 10, WIDTH_UTF8);
	align_extend(&a, 30, 33, 1, WIDTH_UTF8);
	align_extend(&a, 33, 36, 1, 3);
	align_extend(&a, 36, 39, -1, 3);
	align_extend(&a, 40, 43, 1, 3);
	align_extend(&a, 43, 46, -2, 3);
	align_extend(&a, 43, 46, -1, 3);
	align_extend(&a, 46, 46, -2, 0);
	ok(prints(&a, "[0,11,0,33,2,3,40,1,3,43,-3,3,46,-2,0]"), "what says the same is merged");
	ok(!align_plain(&a, 0), "and is not plain");
	align_reset(&a);
	ok(align_plain(&a, 7), "nothing is plain");
	align_extend(&a, 7, 40, 10, WIDTH_UTF8);
	ok(align_plain(&a, 7) && !align_plain(&a, 0), "one run of UTF-8 is plain, at its place");
	align_reset(&a);
	align_add(&a, 0, INT32_MAX, 1);
	align_add(&a, INT32_MAX, 5, 1);
	ok(prints(&a, "[0,2147483647,1,2147483647,5,1]"), "a full run is not overrun");
	align_free(&a);
}

static void
test_read(void)
{
	static const char *const bad[] = {"[1]", "[1,2]", "[0,0,0]", "[0,1,-3]", "[-1,1,0]",
	    "[0,-1,-1]", "[0,1,0,]", "[0,1.5,0]", "[0,2147483648,0]", "[9223372036854775808,1,0]",
	    "[[0,1,0]]", "[\"0\",1,0]", "{}", "null", "[0,1,2147483648]"};
	struct align a = {0};
	struct json j = {"[ 0 , 1 , -2 ]", 14, JSON_ARRAY, false};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct json b = {bad[i], strlen(bad[i]),
		    bad[i][0] == '['   ? JSON_ARRAY
		    : bad[i][0] == '{' ? JSON_OBJECT
				       : JSON_NULL,
		    false};

		ok(!align_read(&a, &b) && a.n == 0, "refused: %s", bad[i]);
	}
	ok(align_read(&a, &j) && prints(&a, "[0,1,-2]"), "blanks between numbers");
	j = (struct json){"[]", 2, JSON_ARRAY, false};
	ok(align_read(&a, &j) && a.n == 0, "the empty list");
	align_free(&a);
}

static void
test_record(void)
{
	static const char line[] = "{\"text\":\"中a文\",\"src\":[100,107]}";
	static const char aligned[] = "{\"text\":\"中a文\",\"src\":[100,107],\"align\":[5,2,-1]}";
	struct record r = {0};
	struct record_error e;
	struct locator l = {0};
	struct str text = {"中a文", 7};
	struct place p;

	ok(record_parse(&r, line, strlen(line), &e), "a record");
	locator_init(&l, text, &r);
	p = locate(&l, 3, 7);
	ok(p.start == 1 && p.end == 3 && p.src_start == 103 && p.src_end == 107,
	    "src without align");
	ok(record_parse(&r, aligned, strlen(aligned), &e), "a record with align");
	locator_init(&l, text, &r);
	p = locate(&l, 3, 4);
	ok(p.src_start == 7 && p.src_end == 8, "align comes first");
	p = locate(&l, 4, 7);
	ok(p.src_start == 8 && p.src_end == 11, "where the runs end, the text goes on as UTF-8");
	p = locate(&l, 0, 99);
	ok(p.end == 3, "an end beyond the text is its end");
	record_free(&r);
	locator_free(&l);
}

/* Jumps about in a long text find what a locator that has just begun finds. */
static void
test_jumps(void)
{
	enum { CHARS = 20000 };
	static const char *const aligned[] = {
	    "{\"text\":\"\"}", "{\"text\":\"\",\"align\":[9,7000,-1,90000,-6000,5,95000,4000,3]}"};

	for (size_t k = 0; k < 2; k++) {
		struct locator l = {0}, fresh = {0};
		struct align slice = {0};
		struct record r = {0};
		struct record_error e;
		struct buf text = {0};
		bool same = record_parse(&r, aligned[k], strlen(aligned[k]), &e);

		for (int i = 0; i < CHARS; i++)
			buf_puts(&text, i % 3 == 0 ? "a" : "中");
		locator_init(&l, (struct str){text.p, text.n}, &r);
		for (size_t i = 0, at = 0; i < 300; i++) {
			size_t end;
			struct place a, b;

			at = (at + 7 * 2719) % (CHARS / 3 * 7); /* aXXXXXX is 7 bytes */
			at -= at % 7;
			end = at + i % 5 * 2800;
			if (i % 7 == 0)
				locator_slice(&l, at, end, &slice);
			a = locate(&l, at, end);
			locator_init(&fresh, (struct str){text.p, text.n}, &r);
			b = locate(&fresh, at, end);
			same &= a.start == b.start && a.end == b.end &&
				a.src_start == b.src_start && a.src_end == b.src_end;
			same &= a.start == utf8_count(text.p, at);
		}
		ok(same && l.nmark > 4, "jumps, %s runs", k ? "with" : "without");
		align_free(&slice);
		locator_free(&l);
		locator_free(&fresh);
		record_free(&r);
		buf_free(&text);
	}
}

int
main(void)
{
	test_merge();
	test_random(true);
	test_random(false);
	test_read();
	test_record();
	test_jumps();
	return tap_end();
}
