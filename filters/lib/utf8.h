/* utf8.h - UTF-8: check, decode, encode, count, width */
/* SPDX-License-Identifier: MIT */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

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

#endif
