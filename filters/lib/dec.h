/* dec.h - exact decimal numbers, as text, of any length */
/* SPDX-License-Identifier: MIT */
#ifndef DEC_H
#define DEC_H

#include "buf.h"

/*
 * A value is its digits: -?[0-9]+(\.[0-9]+)? without needless zeros ("0.10"
 * is "0.1", "-0" is "0"), or a fraction p/q in lowest terms where no finite
 * decimal exists ("2/3"). Arguments may have needless zeros; results never
 * do. All functions append to out (which must not alias the arguments) and
 * are linear or, for products and ratios, quadratic in the digits.
 */
void dec_add(struct str a, struct str b, struct buf *out);
void dec_mul(struct str a, struct str b, struct buf *out);
void dec_shift(struct str a, int64_t exp10, struct buf *out); /* a * 10^exp10 */
/* a/b exactly: a decimal if it is finite, else p/q in lowest terms; false if b is 0. */
bool dec_ratio(struct str a, struct str b, struct buf *out);
int dec_cmp(struct str a, struct str b); /* -1, 0, 1; fractions too */
bool dec_valid(struct str);              /* is it written as above? */
/* Would a spreadsheet's double carry it: at most 15 significant digits, no fraction? */
bool dec_fits_double(struct str);
/* The value, without needless zeros, if it is a whole number from 0 to 999999999, else -1. */
int dec_int(struct str);

#endif
