/* words - the automaton against a plain search, on random words and texts */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tap.h"
#include "utf8.h"
#include "words.h"

static unsigned
rnd(unsigned below)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x % below);
}

int
main(void)
{
	enum { N = 20000, MAXLEN = 6, TEXT = 5000 };
	static uint32_t list[N][MAXLEN], number[N], text[TEXT];
	static unsigned len[N];
	struct words *w = words_new(16);
	struct word_hit hit[16];
	bool same = true;

	ok(words_add(w, "", 0) == 0 && words_count(w) == 0, "no empty word");
	ok(words_add(w, "重庆", 6) == 1 && words_add(w, "重庆市", 9) == 2 &&
		words_add(w, "重庆", 6) == 1,
	    "numbers in order of first addition");
	ok(words_find_str(w, "重庆市", 9) == 2 && words_find_str(w, "重", 3) == 0 &&
		words_find_str(w, "重庆市南", 12) == 0 && words_find_str(w, "", 0) == 0,
	    "whole words only");
	uint32_t cq[] = {0x91CD, 0x5E86, 0x5E02, 0x5357};
	ok(words_at(w, cq, 4, hit, 16) == 2 && hit[0].word == 1 && hit[0].n == 2 && hit[1].n == 3,
	    "all words at a place, shortest first");
	ok(words_at(w, cq, 2, hit, 16) == 1, "no further than the text");
	ok(words_at(w, cq, 4, hit, 1) == 1, "no more than asked for");
	const int16_t cost[] = {0, 100, 150};
	struct word_way way[5];
	words_ways(w, cq, 4, cost, 50, false, way);
	ok(way[0].next == 3 && way[0].word == 2 && way[0].cost == 200 && way[3].next == 4 &&
		way[3].word == 0 && way[4].cost == 0,
	    "the cheapest way, of equals with the longer word");
	words_ways(w, cq, 3, cost, 50, true, way);
	ok(way[0].next == 2 && way[0].word == 1 && way[2].word == 0 && way[0].cost == 150,
	    "the last character by itself");
	ok(words_add(w, "𠮷野", 7) == 3 && words_find_str(w, "𠮷野", 7) == 3, "beyond the BMP");

	for (int i = 0; i < N; i++) {
		char s[4 * MAXLEN];
		size_t n = 0;

		len[i] = 1 + rnd(MAXLEN);
		for (unsigned k = 0; k < len[i]; k++) {
			list[i][k] = (rnd(50) ? 0x4E00 : 0x20000) + rnd(12);
			n += utf8_put(s + n, list[i][k]);
		}
		number[i] = words_add(w, s, n);
		if (number[i] == 0 || words_find(w, list[i], len[i]) != number[i])
			same = false;
	}
	ok(same, "20,000 random words are found again");
	for (int i = 0; i < TEXT; i++)
		text[i] = (rnd(50) ? 0x4E00 : 0x20000) + rnd(13);
	same = true;
	for (int at = 0; at < TEXT; at += 25) {
		size_t n = words_at(w, text + at, (size_t)(TEXT - at), hit, 16), have = 0;
		uint32_t want[MAXLEN + 1] = {0};

		for (int i = 0; i < N; i++)
			if (len[i] <= (unsigned)(TEXT - at) &&
			    memcmp(list[i], text + at, len[i] * sizeof *text) == 0)
				want[len[i]] = number[i];
		for (unsigned k = 1; k <= MAXLEN; k++)
			if (want[k] != 0 &&
			    (have >= n || hit[have].n != k || hit[have++].word != want[k]))
				same = false;
		if (have != n)
			same = false;
	}
	ok(same, "and at 200 places of a text, exactly those a plain search finds");
	words_free(w);
	return tap_end();
}
