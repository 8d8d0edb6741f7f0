/* buf - growable bytes, JSON strings, memory of one record */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "buf.h"
#include "record.h"
#include "tap.h"
#include "utf8.h"

static bool
same(const struct buf *b, const char *z)
{
	return b->n == strlen(z) && memcmp(b->p, z, b->n) == 0;
}

static void
check_json(void)
{
	static const struct {
		const char *text;
		size_t n;
		const char *want;
	} c[] = {
	    {"", 0, "\"\""},
	    {"万亿元", 9, "\"万亿元\""},
	    {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
	    {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
	    {"\0\x0B\x1F\x7F", 4, "\"\\u0000\\u000b\\u001f\\u007f\""},
	    {"\xC2\x85\xC2\xA0", 4, "\"\\u0085\xC2\xA0\""},
	    {"“\xE2\x80\xA8”\xE2\x80\xA9", 12, "\"“\\u2028”\\u2029\""},
	    {"0123456789abcdef\n0123456789abcdef中", 36,
		"\"0123456789abcdef\\n0123456789abcdef中\""},
	};
	struct buf b = {0}, hold = {0};
	struct str s;
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		b.n = 0;
		buf_json(&b, c[i].text, c[i].n);
		ok(same(&b, c[i].want), "JSON string %zu", i);
	}
	for (uint32_t cp = 0; cp < 0x11000; cp++) {
		char text[24] = "0123456789abcdef";
		size_t n = 10 + cp % 7;
		struct json v;

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		n += utf8_put(text + n, cp);
		b.n = 0;
		buf_json(&b, text, n);
		v = (struct json){b.p, b.n, JSON_STRING, false};
		wrong += !json_str(&v, &hold, &s) || s.n != n || memcmp(s.p, text, n) != 0;
	}
	ok(wrong == 0, "every character goes out and comes back");
	buf_free(&b);
	buf_free(&hold);
}

static void
check_growth(void)
{
	struct buf b = {0};
	size_t wrong = 0;
	char expected[32];

	for (unsigned i = 0; i < 3000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	for (unsigned i = 0; i < 3000; i++)
		wrong += b.p[i] != (char)('a' + i % 26);
	ok(b.n == 3000 && wrong == 0, "bytes one by one");
	b.n = 0;
	buf_uint(&b, 0);
	buf_putc(&b, ' ');
	buf_uint(&b, UINT64_MAX);
	ok(same(&b, "0 18446744073709551615"), "numbers");
	b.n = 0;
	for (int i = 0; i < 200; i++)
		buf_printf(&b, "%s-%d;", "0123456789012345678901234567890123456789", i);
	snprintf(expected, sizeof(expected), "56789-%d;", 199);
	ok(b.n > 9 && memcmp(b.p + b.n - strlen(expected), expected, strlen(expected)) == 0,
	    "formatted text");
	b.n = 0;
	buf_add(&b, NULL, 0);
	buf_puts(&b, "");
	ok(b.n == 0, "nothing");
	buf_free(&b);
	ok(b.p == NULL && b.cap == 0, "freed");
}

static void
check_arena(void)
{
	struct arena a = {0};
	size_t wrong = 0;

	for (int round = 0; round < 3; round++) {
		struct str kept[500];

		arena_reset(&a);
		for (size_t i = 0; i < 500; i++) {
			char text[600];
			size_t n = i * 7 % 600;

			memset(text, (int)('a' + i % 26), n);
			kept[i] = arena_str(&a, text, n);
			wrong += ((uintptr_t)arena_alloc(&a, i % 33) & (sizeof(void *) - 1)) != 0;
			memset(arena_alloc(&a, 200000 * (i == 250)), 0, 200000 * (i == 250));
		}
		for (size_t i = 0; i < 500; i++) {
			wrong += kept[i].n != i * 7 % 600 || kept[i].p[kept[i].n] != '\0';
			for (size_t k = 0; k < kept[i].n; k++)
				wrong += kept[i].p[k] != (char)('a' + i % 26);
		}
	}
	ok(wrong == 0, "pieces stay where and what they are");
	arena_free(&a);
	ok(a.first == NULL, "and are given back");
}

int
main(void)
{
	check_json();
	check_growth();
	check_arena();
	return tap_end();
}
