/* numeral.h - numbers as Chinese text writes them: 2.68万亿 三百五 二〇二四 十几 三分之二 */
/* SPDX-License-Identifier: MIT */
#ifndef NUMERAL_H
#define NUMERAL_H

#include "buf.h"

enum {
	NUMERAL_ASCII = 1,      /* begins with a digit 0-9, half or full width */
	NUMERAL_BARE = 2,       /* begins with 百 千 万 亿, without a digit: 万名, 百米 */
	NUMERAL_LIST = 4,       /* Chinese digits one after the other: 二〇二四 */
	NUMERAL_POINT = 8,      /* has a decimal point */
	NUMERAL_SCALED = 16,    /* has 万 亿 兆 */
	NUMERAL_SHORT = 32,     /* its last digit stands for more: 三百五, 两亿三 */
	NUMERAL_OVER = 64,      /* 余 多 */
	NUMERAL_ABOUT = 128,    /* 来 */
	NUMERAL_FRACTION = 256, /* 三分之二 */
	NUMERAL_HUNDREDTHS = 512, /* 百分之, 千分之, 万分之: the value is the fraction itself */
	NUMERAL_VAGUE = 1024, /* 几 数: 几十 is 20 to 90, 十几 11 to 19 */
	NUMERAL_PAIR = 2048,  /* 三四百, 十七八 */
	NUMERAL_COMMA = 4096  /* thousands commas */
};

/* The point of older pages, 1·5米, and between month and day, 3·15. */
#define OLD_POINT "·"

/*
 * The values are dec.h decimals, in the text or good until the next call. low is high unless
 * the numeral is VAGUE or a PAIR.
 */
struct numeral {
	size_t n;       /* bytes */
	size_t exact_n; /* bytes without a final 余 多 来, or n */
	size_t last;    /* where its last character begins: a 千 or 两 may be the unit's */
	unsigned flags;
	unsigned digits; /* how many, if it is nothing but digits (2024, 二〇二四); else 0 */
	struct str low, high;
};

/* The longest numeral at the beginning of n bytes of valid UTF-8. Without a sign; linear. */
bool numeral_scan(const char *p, size_t n, struct numeral *);
/* Bytes of the character at p (n > 0) if it can begin a numeral, or 0. */
size_t numeral_starts(const char *p, size_t n);
/* The power of ten that the n bytes at p are a character of: 2 for 百, 8 for 亿; else 0. */
unsigned numeral_power(const char *p, size_t n);
/* The digits of a LIST or PAIR as they stand, 八九 is "89"; false if p is anything else. */
bool numeral_digits(const char *p, size_t n, struct buf *out);

#endif
