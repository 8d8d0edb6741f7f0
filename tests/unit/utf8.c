/* utf8 - checked against a decoder written the slow way, and at a guard page */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"
#include "utf8.h"

/* What RFC 3629 says, by code point; 0 if none begins here. */
static size_t
slow_char(const unsigned char *u, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = u[0] < 0x80       ? 1
		     : u[0] >> 5 == 6  ? 2
		     : u[0] >> 4 == 14 ? 3
		     : u[0] >> 3 == 30 ? 4
				       : 0;
	uint32_t c = u[0] & (0xFFu >> (len + 1));

	if (len == 1)
		return 1;
	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (u[i] >> 6 != 2)
			return 0;
		c = c << 6 | (u[i] & 0x3F);
	}
	return c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0 : len;
}

static size_t
slow_valid(const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n && (len = slow_char((const unsigned char *)s + i, n - i)) != 0)
		i += len;
	return i;
}

static uint64_t seed = 88172645463325252u;

static unsigned
chance(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static char *end; /* of memory, with a page behind it that must not be touched */

/* All four-byte strings that begin with a byte from 80 to FF, at four places of a block. */
static void
check_all_short(void)
{
	size_t wrong = 0;
	char frame[64];

	memset(frame, 'a', sizeof(frame));
	for (unsigned a = 0x7F; a <= 0xFF; a++)
		for (unsigned b = 0; b <= 0xFF; b += b < 0x78 || b > 0xC8 ? 8 : 1)
			for (unsigned c = 0x7E; c <= 0xC2; c += 3)
				for (unsigned d = 0x7F; d <= 0xC0; d += 65) {
					size_t at = 13 + (a + b + c) % 8;
					const char s[4] = {(char)a, (char)b, (char)c, (char)d};

					memcpy(frame + at, s, 4);
					wrong += utf8_valid(frame, 64) != slow_valid(frame, 64);
					memset(frame + at, 'a', 4);
				}
	ok(wrong == 0, "sequences within a long text (%zu wrong)", wrong);
}

static void
check_random(void)
{
	static const char *const piece[] = {"a", "中", "é", "😀", "\xE0\xA0\x80", "\xED\x9F\xBF",
	    "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF", "，", "０"};
	size_t wrong = 0, miscounted = 0;

	for (int round = 0; round < 200000; round++) {
		char text[160];
		size_t n = 0, chars = 0, want = chance(140);

		while (n < want) {
			const char *p = piece[chance(10)];

			memcpy(text + n, p, strlen(p));
			n += strlen(p);
			chars++;
		}
		miscounted += utf8_count(text, n) != chars;
		if (chance(2) && n > 0)
			text[chance((unsigned)n)] = (char)chance(256);
		if (chance(4) == 0)
			n -= n < 4 ? n : chance(4);
		memcpy(end - n, text, n);
		wrong += utf8_valid(end - n, n) != slow_valid(text, n);
	}
	ok(wrong == 0, "random texts, spoilt and cut (%zu wrong)", wrong);
	ok(miscounted == 0, "characters counted");
}

static void
check_round_trip(void)
{
	size_t wrong = 0;

	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char s[4];
		size_t n = utf8_put(s, c), len;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		wrong += utf8_get(s, &len) != c || len != n || utf8_len(s[0]) != n ||
			 utf8_valid(s, n) != n || utf8_count(s, n) != 1;
	}
	ok(wrong == 0, "every character is written and read back");
}

static void
check_width(void)
{
	static const struct {
		uint32_t c;
		int width;
	} w[] = {{'a', 1}, {0x4E2D, 2}, {0xFF0C, 2}, {0x3000, 2}, {0x301, 0}, {0x200B, 0},
	    {0x1F600, 2}, {0, 0}, {0x7F, 0}, {0xE9, 1}, {0x20000, 2}, {0xFF71, 1}, {0xAC00, 2},
	    {0xFEFF, 0}, {0x2014, 1}};

	for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++)
		ok(utf8_width(w[i].c) == w[i].width, "U+%04X takes %d columns", (unsigned)w[i].c,
		    w[i].width);
}

int
main(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + page, page, PROT_NONE) != 0) {
		printf("Bail out! no guard page\n");
		return 1;
	}
	end = p + page;
	check_all_short();
	check_random();
	check_round_trip();
	check_width();
	return tap_end();
}
