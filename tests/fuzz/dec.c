/* dec - numerals and exact decimals: any text, any values */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "../../filters/extract-figures/numeral.h"
#include "dec.h"
#include "exact.h"
#include "utf8.h"

#define CHECK(x) ((x) ? (void)0 : abort())

static struct str
as(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct buf a, b, sum, back, product, ratio;
	struct numeral num;
	char *text = exact(data, n);

	if (n > 2000 || utf8_valid(text, n) != n) {
		exact_free(text);
		return 0;
	}
	a.n = b.n = 0;
	for (size_t i = 0; i < n; i += utf8_len(text[i])) {
		bool may = numeral_starts(text + i, n - i) > 0;

		if (!numeral_scan(text + i, n - i, &num))
			continue;
		CHECK(
		    may && num.n > 0 && num.n <= n - i && num.exact_n <= num.n && num.last < num.n);
		CHECK(dec_valid(num.low) && dec_valid(num.high));
		CHECK(
		    num.flags & (NUMERAL_VAGUE | NUMERAL_PAIR) || dec_cmp(num.low, num.high) == 0);
		if (num.low.n > 200)
			continue;
		/* a becomes the one before */
		a.n = 0;
		buf_add(&a, b.p, b.n);
		b.n = 0;
		buf_add(&b, num.low.p, num.low.n);
		if (a.n == 0)
			continue;
		/* (a + b) - b = a; a * b / b = a */
		sum.n = back.n = product.n = ratio.n = 0;
		dec_add(as(&a), as(&b), &sum);
		CHECK(dec_valid(as(&sum)));
		dec_mul(as(&b), (struct str){"-1", 2}, &product);
		dec_add(as(&sum), as(&product), &back);
		CHECK(dec_cmp(as(&back), as(&a)) == 0);
		product.n = 0;
		dec_mul(as(&a), as(&b), &product);
		CHECK(dec_valid(as(&product)));
		if (!memchr(product.p, '/', product.n) && !memchr(b.p, '/', b.n) &&
		    dec_ratio(as(&product), as(&b), &ratio))
			CHECK(dec_valid(as(&ratio)) && dec_cmp(as(&ratio), as(&a)) == 0);
		if (n > 300)
			break;
	}
	exact_free(text);
	return 0;
}
