/* sentence.c - where a sentence ends */
/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "segment.h"

#define BRACKET_MAX 1200 /* bytes: a longer bracket is taken for one that nobody closed */

/* The lead bytes of Chinese punctuation, and ASCII's but for digits. */
static inline bool
is_spot(unsigned char b)
{
	return b == 0xEF || b == 0xE2 || b == 0xE3 || (b > ' ' && b < '0') ||
	       (b > '9' && b < '@') || b == '\n';
}

/* Which of at most 16 bytes are such places, a bit each. */
static unsigned
short_mask(struct str t)
{
	unsigned mask = 0, i;

	for (i = 0; i < t.n; i++)
		mask |= (unsigned)is_spot((unsigned char)t.p[i]) << i;
	return mask;
}

/* Of 16. */
static inline unsigned
spot_mask(const char *p)
{
#ifdef __SSE2__
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i lead = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xEF)),
	    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE2)),
		_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE3))));
	__m128i low = _mm_and_si128(
	    _mm_cmpgt_epi8(v, _mm_set1_epi8(' ')), _mm_cmplt_epi8(v, _mm_set1_epi8('@')));
	__m128i digit = _mm_and_si128(
	    _mm_cmpgt_epi8(v, _mm_set1_epi8('0' - 1)), _mm_cmplt_epi8(v, _mm_set1_epi8('9' + 1)));

	lead = _mm_or_si128(lead, _mm_cmpeq_epi8(v, _mm_set1_epi8('\n')));
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(lead, _mm_andnot_si128(digit, low)));
#else
	return short_mask((struct str){p, 16});
#endif
}

size_t
next_spot(struct str t, size_t i)
{
	for (; t.n - i >= 16; i += 16) {
		unsigned mask = spot_mask(t.p + i);

		if (mask != 0)
			return i + (size_t)__builtin_ctz(mask);
	}
	while (i < t.n && !is_spot((unsigned char)t.p[i]))
		i++;
	return i;
}

/* Which of the 64 bytes from i on are such places. */
static uint64_t
spots_from(struct str t, size_t i)
{
	uint64_t mask = 0;

	if (t.n < 16)
		return short_mask(t);
	for (unsigned k = 0; k < 64 && i < t.n; k += 16, i += 16) {
		/* the last block reaches back over bytes that are done */
		size_t block = t.n - i >= 16 ? i : t.n - 16;

		mask |= (uint64_t)(spot_mask(t.p + block) >> (i - block)) << k;
	}
	return mask;
}

void
spots_find(struct spots *s, struct str t)
{
	s->n = 0;
	for (size_t i = 0; i < t.n; i += 64) {
		uint64_t mask = spots_from(t, i);

		if (s->cap - s->n < 64) {
			s->cap = s->cap * 2 + 64;
			s->at = xarray(s->at, s->cap, sizeof(*s->at));
		}
		for (; mask != 0; mask &= mask - 1)
			s->at[s->n++] = i + (size_t)__builtin_ctzll(mask);
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t
skip_blanks(struct str text, size_t at)
{
	for (;;) {
		if (at < text.n && is_blank(text.p[at]))
			at++;
		else if (text.n - at >= 3 && memcmp(text.p + at, "\u3000", 3) == 0)
			at += 3;
		else
			return at;
	}
}

bool
is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
	       (c >= 0x20000 && c <= 0x323AF);
}

bool
is_closer(uint32_t c)
{
	switch (c) {
	case ')':
	case ']':
	case '"':
	case '\'':
	case 0x2019:
	case 0x201D: /* quotes */
	case 0x300D:
	case 0x300F:
	case 0x3011: /* corner quotes, lenticular bracket */
	case 0x300B:
	case 0x3009:
	case 0x3015: /* titles, tortoise shell */
	case 0xFF09:
	case 0xFF3D:
	case 0xFF02:
	case 0xFF07: return true;
	default: return false;
	}
}

struct quotes
open_quotes(struct str t, size_t start, size_t end)
{
	const char *p = t.p + start, *e = t.p + end;
	struct quotes q = {0, 0};

	while ((p = memchr(p, 0xE2, (size_t)(e - p))) != NULL && e - p >= 3) {
		if (memcmp(p, "\u201C", 3) == 0)
			q.opened++;
		else if (memcmp(p, "\u201D", 3) == 0) {
			if (q.opened > 0)
				q.opened--;
			else
				q.closed++;
		}
		p += 3;
	}
	return q;
}

/* Always the end of a sentence. */
static bool
is_stop(uint32_t c)
{
	return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF1B || c == 0xFF61;
}

/* A full stop of Western type: not in 3.5, 1. or U.S., but at the end of a clause. */
static bool
ascii_stop(struct str text, size_t at, size_t i)
{
	size_t next = i + 1, before, len;
	uint32_t c;

	if (text.p[i] == '!' || text.p[i] == '?' || text.p[i] == ';')
		return next == text.n || (unsigned char)text.p[next] >= 0x80 ||
		       is_blank(text.p[next]) || text.p[next] == '"';
	/* the dot */
	c = char_before(text, at, i, &before);
	if (next == text.n)
		return c != 0 && (is_han(c) || is_closer(c) || before > at + 2);
	if (c >= '0' && c <= '9') { /* "1. text" is a list mark, "2023. Then" is not */
		size_t d = before;

		while (d > at && text.p[d - 1] >= '0' && text.p[d - 1] <= '9')
			d--;
		if (d == at)
			return false;
	}
	if (!is_blank(text.p[next]))
		return is_han(c) && (unsigned char)text.p[next] >= 0x80;
	next = skip_blanks(text, next);
	if (next == text.n)
		return true;
	c = utf8_get(text.p + next, &len);
	return c >= 0x80 ? is_han(c) : c >= 'A' && c <= 'Z' && before > at + 1;
}

/* The closing bracket that belongs to an opening one within which nothing ends. */
static uint32_t
bracket_close(uint32_t c)
{
	switch (c) {
	case 0x300A: return 0x300B; /* titles */
	case 0x3008: return 0x3009;
	case 0xFF08: return 0xFF09;
	case '(': return ')';
	case 0x3010: return 0x3011;
	default: return 0;
	}
}

/* Where the bracket closes that opens before text[at], or NONE. */
static size_t
bracket_end(struct str text, size_t at, uint32_t open, uint32_t close)
{
	unsigned depth = 1;
	size_t len, far = text.n - at > BRACKET_MAX ? at + BRACKET_MAX : text.n;

	for (; at < far; at += len) {
		uint32_t c = utf8_get(text.p + at, &len);

		if (c == open)
			depth++;
		else if (c == close && --depth == 0)
			return at + len;
	}
	return NONE;
}

size_t
sentence_end(struct str text, size_t at)
{
	size_t i, len, blind = at; /* brackets are not looked for before this */

	for (i = next_spot(text, at); i < text.n; i = next_spot(text, i + len)) {
		unsigned char b = (unsigned char)text.p[i];
		uint32_t c;
		bool stop = false;

		if (b < 0x80) {
			len = 1;
			if (b == '.' || b == '!' || b == '?' || b == ';')
				stop = ascii_stop(text, at, i);
			else if (b != '(')
				continue;
			c = b;
		} else {
			c = utf8_get(text.p + i, &len);
			stop = is_stop(c);
			if (c == 0x2026) { /* an ellipsis of two characters, or one at the end */
				size_t more = i;

				while (more < text.n && text.n - more >= 3 &&
				       memcmp(text.p + more, "\u2026", 3) == 0)
					more += 3;
				stop = more > i + 3 || more == text.n;
				len = more - i;
			}
		}
		if (!stop) {
			uint32_t close = i >= blind ? bracket_close(c) : 0;
			size_t end = close != 0 ? bracket_end(text, i + len, c, close) : NONE;

			if (end != NONE)
				len = end - i;
			else if (close != 0)
				blind = text.n - i > BRACKET_MAX ? i + BRACKET_MAX : text.n;
			continue;
		}
		for (i += len; i < text.n; i += len) { /* all that closes it */
			c = utf8_get(text.p + i, &len);
			if (!is_stop(c) && !is_closer(c) && c != '!' && c != '?' && c != 0x2026)
				break;
		}
		return i;
	}
	for (i = text.n; i > at && is_blank(text.p[i - 1]); i--)
		;
	return i > at ? i : text.n;
}
