/* dec.h - exact decimal numbers, as text, of any length */
/* SPDX-License-Identifier: MIT */
#ifndef DEC_H
#define DEC_H

#include "buf.h"

/*
 * A value is its digits: -?[0-9]+(\.[0-9]+)? without needless zeros ("0.10"
 * is "0.1", "-0" is "0"), or a fraction p/q in lowest terms where no finite
 * decimal exists ("2/3"). All functions append to out (which must not alias
 * the arguments) and are linear or, for products, quadratic in the digits.
 */
void dec_add(struct str a, struct str b, struct buf *out);
void dec_mul(struct str a, struct str b, struct buf *out);
void dec_shift(struct str a, int64_t exp10, struct buf *out); /* a * 10^exp10 */
/* a/b exactly: a decimal if it is finite and b is not 0, else p/q in lowest terms. */
bool dec_ratio(struct str a, struct str b, struct buf *out);
int dec_cmp(struct str a, struct str b); /* -1, 0, 1; fractions too */
bool dec_valid(struct str);              /* is it written as above? */
/* Would a spreadsheet's double carry it: at most 15 significant digits, no fraction? */
bool dec_fits_double(struct str);

/*
 * Reads a whole number expression as it stands in normalized text: 1,234.5
 * 3亿5千万 一百二十万零三 两亿三 壹佰贰拾 廿 〇 三分之二 百分之五 零下 负 ...
 * Appends the exact value. False (and nothing appended) if n bytes are not
 * one number. Vague numerals (几十, 十几, 数百, 三四百, 20多万) are none here.
 */
bool dec_numeral(const char *p, size_t n, struct buf *out);

#endif
