/* utf8.h - UTF-8: check, decode, encode, count, width */
/* SPDX-License-Identifier: MIT */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Offset of the first byte that is not valid UTF-8 (RFC 3629), or n. */
size_t utf8_valid(const char *, size_t n);
/* Code points in valid UTF-8. */
size_t utf8_count(const char *, size_t n);
/* Writes one code point (1 to 4 bytes); returns how many. */
size_t utf8_put(char out[4], uint32_t);
/*
 * Columns of a terminal that a code point takes: 0, 1 or 2 (Unicode
 * EastAsianWidth W and F are 2; combining marks and format characters 0).
 * Independent of the locale.
 */
int utf8_width(uint32_t);

/* The code point at s, which must be valid UTF-8; *len gets its bytes. */
static inline uint32_t
utf8_get(const char *s, size_t *len)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < 0x80) {
		*len = 1;
		return u[0];
	}
	if (u[0] < 0xE0) {
		*len = 2;
		return (uint32_t)(u[0] & 0x1F) << 6 | (u[1] & 0x3F);
	}
	if (u[0] < 0xF0) {
		*len = 3;
		return (uint32_t)(u[0] & 0x0F) << 12 | (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3F);
	}
	*len = 4;
	return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3F) << 12 |
	       (uint32_t)(u[2] & 0x3F) << 6 | (u[3] & 0x3F);
}

/* Bytes of the character that begins with this byte of valid UTF-8. */
static inline size_t
utf8_len(char c)
{
	unsigned char u = (unsigned char)c;

	return u < 0x80 ? 1 : u < 0xE0 ? 2 : u < 0xF0 ? 3 : 4;
}

/* Where the character begins that ends at s[at], at > 0. */
static inline size_t
utf8_back(const char *s, size_t at)
{
	do
		at--;
	while (at > 0 && (s[at] & 0xC0) == 0x80);
	return at;
}

#ifdef __SSE2__
static inline __m128i
utf8_at_least(__m128i v, int low)
{
	__m128i l = _mm_set1_epi8((char)low);

	return _mm_cmpeq_epi8(_mm_max_epu8(v, l), v);
}

static inline __m128i
utf8_is(__m128i v, int c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8((char)c));
}

/*
 * Which of the 16 bytes at u are wrong, given the three before them? A bit
 * each. A byte continues a character exactly where one of the last three wants
 * it to; the rest are the second bytes that RFC 3629 forbids, and what stands
 * behind a byte that begins no character.
 */
static inline unsigned
utf8_block_wrong(const unsigned char *u)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)u);
	__m128i p1 = _mm_loadu_si128((const __m128i *)(const void *)(u - 1));
	__m128i p2 = _mm_loadu_si128((const __m128i *)(const void *)(u - 2));
	__m128i p3 = _mm_loadu_si128((const __m128i *)(const void *)(u - 3));
	__m128i cont = _mm_cmplt_epi8(v, _mm_set1_epi8((char)0xC0)); /* signed: 80..BF */
	__m128i lead = _mm_subs_epu8(p1, _mm_set1_epi8((char)0xBF)); /* 1 for C0, 0 for none */
	__m128i want = _mm_or_si128(lead, _mm_or_si128(_mm_subs_epu8(p2, _mm_set1_epi8((char)0xDF)),
					      _mm_subs_epu8(p3, _mm_set1_epi8((char)0xEF))));
	__m128i bad = _mm_xor_si128(cont, _mm_cmpgt_epi8(want, _mm_setzero_si128()));
	/* C0, C1, E0, E1; ED; F0 and above: not each second byte will do, or none */
	__m128i rare = _mm_or_si128(utf8_is(_mm_and_si128(p1, _mm_set1_epi8((char)0xDE)), 0xC0),
	    _mm_or_si128(utf8_is(p1, 0xED), _mm_cmpgt_epi8(lead, _mm_set1_epi8(0xEF - 0xBF))));

	if (_mm_movemask_epi8(rare) != 0) {
		__m128i b = utf8_at_least(p1, 0xF5);

		b = _mm_or_si128(b, utf8_is(_mm_and_si128(p1, _mm_set1_epi8((char)0xFE)), 0xC0));
		b = _mm_or_si128(b, _mm_andnot_si128(utf8_at_least(v, 0xA0), utf8_is(p1, 0xE0)));
		b = _mm_or_si128(b, _mm_and_si128(utf8_at_least(v, 0xA0), utf8_is(p1, 0xED)));
		b = _mm_or_si128(b, _mm_andnot_si128(utf8_at_least(v, 0x90), utf8_is(p1, 0xF0)));
		b = _mm_or_si128(b, _mm_and_si128(utf8_at_least(v, 0x90), utf8_is(p1, 0xF4)));
		bad = _mm_or_si128(bad, b);
	}
	return (unsigned)_mm_movemask_epi8(bad);
}
#endif

#endif
