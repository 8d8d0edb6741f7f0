/* dec - exact decimal numbers, as text, of any length */
/* SPDX-License-Identifier: MIT */

#include "dec.h"

/* A decimal taken apart: its digits as one whole number, and the point. */
struct parts {
	bool neg;
	struct str digits; /* no leading zeros; empty for zero; the point may stand in it */
	size_t ndigit;     /* without the point */
	size_t nfrac;      /* digits after the point */
};

static struct parts
take_apart(struct str s)
{
	struct parts d = {0};
	const char *dot;

	if (s.n > 0 && s.p[0] == '-') {
		d.neg = true;
		s.p++, s.n--;
	}
	dot = s.n > 0 ? memchr(s.p, '.', s.n) : NULL;
	if (dot) {
		while (s.p[s.n - 1] == '0')
			s.n--;
		if (s.p[s.n - 1] == '.') {
			s.n--;
			dot = NULL;
		}
	}
	d.nfrac = dot ? (size_t)(s.p + s.n - dot - 1) : 0;
	while (s.n > 0 && (*s.p == '0' || *s.p == '.'))
		s.p++, s.n--;
	d.digits = s;
	d.ndigit = s.n - (dot && dot >= s.p);
	if (d.ndigit == 0)
		d.neg = false;
	return d;
}

/* Digit values 0-9, most significant first, in a buffer of their own. */
static void
put_digits(const struct parts *d, struct buf *out)
{
	buf_reserve(out, d->digits.n + 1);
	for (size_t i = 0; i < d->digits.n; i++)
		if (d->digits.p[i] != '.')
			out->p[out->n++] = (char)(d->digits.p[i] - '0');
}

/* Writes n digit values with nfrac of them after the point; a canonical decimal. */
static void
put_value(bool neg, const char *digit, size_t n, size_t nfrac, struct buf *out)
{
	while (nfrac > 0 && n > 0 && digit[n - 1] == 0)
		n--, nfrac--;
	while (n > 0 && digit[0] == 0)
		digit++, n--;
	if (n == 0) {
		buf_putc(out, '0');
		return;
	}
	buf_reserve(out, n + 3 + (nfrac > n ? nfrac - n : 0));
	if (neg)
		out->p[out->n++] = '-';
	if (nfrac >= n) {
		out->p[out->n++] = '0';
		out->p[out->n++] = '.';
		for (size_t i = n; i < nfrac; i++)
			out->p[out->n++] = '0';
		for (size_t i = 0; i < n; i++)
			out->p[out->n++] = (char)(digit[i] + '0');
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (i == n - nfrac)
			out->p[out->n++] = '.';
		out->p[out->n++] = (char)(digit[i] + '0');
	}
}

static const char *
slash(struct str s)
{
	return s.n > 0 ? memchr(s.p, '/', s.n) : NULL;
}

static struct str
as_str(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

/* p and q of a value; q is "1" for a decimal. */
static void
split_fraction(struct str s, struct str *p, struct str *q)
{
	const char *bar = slash(s);

	*p = s;
	*q = (struct str){"1", 1};
	if (bar) {
		p->n = (size_t)(bar - s.p);
		*q = (struct str){bar + 1, s.n - p->n - 1};
	}
}

/* Compares two runs of digit values without leading zeros. */
static int
digits_cmp(const char *a, size_t na, const char *b, size_t nb)
{
	int c;

	if (na != nb)
		return na < nb ? -1 : 1;
	c = na > 0 ? memcmp(a, b, na) : 0;
	return (c > 0) - (c < 0);
}

/* a + b or, with minus, a - b, of a >= b; right-aligned, into sum of n = max + 1 digits. */
static void
digits_add(const char *a, size_t na, const char *b, size_t nb, bool minus, char *sum, size_t n)
{
	int carry = 0;

	for (size_t i = 0; i < n; i++) {
		int x = i < na ? a[na - 1 - i] : 0, y = i < nb ? b[nb - 1 - i] : 0;
		int v = minus ? x - y - carry : x + y + carry;

		carry = minus ? v < 0 : v > 9;
		sum[n - 1 - i] = (char)(minus ? v + (carry ? 10 : 0) : v - (carry ? 10 : 0));
	}
}

static void
add_decimals(struct str a, struct str b, struct buf *out)
{
	struct parts x = take_apart(a), y = take_apart(b);
	size_t nfrac = x.nfrac > y.nfrac ? x.nfrac : y.nfrac, n;
	struct buf dx = {0}, dy = {0}, sum = {0};
	bool neg = x.neg;

	put_digits(&x, &dx);
	put_digits(&y, &dy);
	for (size_t i = x.nfrac; i < nfrac && dx.n > 0; i++)
		buf_putc(&dx, 0);
	for (size_t i = y.nfrac; i < nfrac && dy.n > 0; i++)
		buf_putc(&dy, 0);
	n = (dx.n > dy.n ? dx.n : dy.n) + 1;
	buf_reserve(&sum, n);
	sum.n = n;
	if (x.neg == y.neg) {
		digits_add(dx.p, dx.n, dy.p, dy.n, false, sum.p, n);
	} else if (digits_cmp(dx.p, dx.n, dy.p, dy.n) >= 0) {
		digits_add(dx.p, dx.n, dy.p, dy.n, true, sum.p, n);
	} else {
		neg = y.neg;
		digits_add(dy.p, dy.n, dx.p, dx.n, true, sum.p, n);
	}
	put_value(neg, sum.p, n, nfrac, out);
	buf_free(&dx);
	buf_free(&dy);
	buf_free(&sum);
}

static void
mul_decimals(struct str a, struct str b, struct buf *out)
{
	struct parts x = take_apart(a), y = take_apart(b);
	struct buf dx = {0}, dy = {0}, prod = {0};
	size_t n;

	put_digits(&x, &dx);
	put_digits(&y, &dy);
	n = dx.n + dy.n;
	buf_reserve(&prod, n + 1);
	memset(prod.p, 0, n + 1);
	for (size_t i = dx.n; i-- > 0;) {
		int carry = 0;

		for (size_t j = dy.n; j-- > 0;) {
			int v = prod.p[i + j + 1] + dx.p[i] * dy.p[j] + carry;

			prod.p[i + j + 1] = (char)(v % 10);
			carry = v / 10;
		}
		prod.p[i] = (char)(prod.p[i] + carry);
	}
	put_value(x.neg != y.neg, prod.p, n, x.nfrac + y.nfrac, out);
	buf_free(&dx);
	buf_free(&dy);
	buf_free(&prod);
}

void
dec_add(struct str a, struct str b, struct buf *out)
{
	struct str p, q, r, s;
	struct buf ps = {0}, rq = {0}, top = {0}, bottom = {0};

	if (!slash(a) && !slash(b)) {
		add_decimals(a, b, out);
		return;
	}
	split_fraction(a, &p, &q);
	split_fraction(b, &r, &s);
	mul_decimals(p, s, &ps);
	mul_decimals(r, q, &rq);
	add_decimals(as_str(&ps), as_str(&rq), &top);
	mul_decimals(q, s, &bottom);
	dec_ratio(as_str(&top), as_str(&bottom), out);
	buf_free(&ps);
	buf_free(&rq);
	buf_free(&top);
	buf_free(&bottom);
}

void
dec_mul(struct str a, struct str b, struct buf *out)
{
	struct str p, q, r, s;
	struct buf top = {0}, bottom = {0};

	if (!slash(a) && !slash(b)) {
		mul_decimals(a, b, out);
		return;
	}
	split_fraction(a, &p, &q);
	split_fraction(b, &r, &s);
	mul_decimals(p, r, &top);
	mul_decimals(q, s, &bottom);
	dec_ratio(as_str(&top), as_str(&bottom), out);
	buf_free(&top);
	buf_free(&bottom);
}

/* The common case, every scale word; so no buffer of its own. */
static void
shift_decimal(struct str a, int64_t exp10, struct buf *out)
{
	struct parts d = take_apart(a);
	int64_t whole = (int64_t)d.ndigit - (int64_t)d.nfrac + exp10; /* digits before the point */
	size_t n = d.digits.n, put = 0;

	if (d.ndigit == 0) {
		buf_putc(out, '0');
		return;
	}
	/* Zeros at the end are needless after the point, and made anew before it. */
	while (n > 0 && (d.digits.p[n - 1] == '0' || d.digits.p[n - 1] == '.')) {
		d.ndigit -= d.digits.p[n - 1] == '0';
		n--;
	}
	buf_reserve(out, n + 4 + (size_t)(whole < 0 ? -whole : whole));
	if (d.neg)
		out->p[out->n++] = '-';
	if (whole <= 0) {
		out->p[out->n++] = '0';
		out->p[out->n++] = '.';
		for (int64_t i = whole; i < 0; i++)
			out->p[out->n++] = '0';
	}
	for (size_t i = 0; i < n; i++) {
		if (d.digits.p[i] == '.')
			continue;
		if (whole > 0 && put == (size_t)whole)
			out->p[out->n++] = '.';
		out->p[out->n++] = d.digits.p[i];
		put++;
	}
	for (; whole > 0 && put < (size_t)whole; put++)
		out->p[out->n++] = '0';
}

void
dec_shift(struct str a, int64_t exp10, struct buf *out)
{
	struct str p, q;
	struct buf top = {0};

	if (!slash(a)) {
		shift_decimal(a, exp10, out);
		return;
	}
	split_fraction(a, &p, &q);
	shift_decimal(p, exp10, &top);
	dec_ratio(as_str(&top), q, out);
	buf_free(&top);
}

/* Whole numbers as digit values: what follows divides them, for dec_ratio(). */

static void
strip_zeros(struct buf *b)
{
	size_t z = 0;

	while (z < b->n && b->p[z] == 0)
		z++;
	if (z > 0)
		memmove(b->p, b->p + z, b->n - z);
	b->n -= z;
}

/* rest = a mod b, and quotient = a / b if it is not NULL. b is not 0. */
static void
digits_divide(const struct buf *a, const struct buf *b, struct buf *quotient, struct buf *rest)
{
	rest->n = 0;
	if (quotient)
		quotient->n = 0;
	buf_reserve(rest, b->n + 2);
	for (size_t i = 0; i < a->n; i++) {
		char q = 0;

		if (rest->n > 0 || a->p[i] != 0)
			rest->p[rest->n++] = a->p[i];
		while (digits_cmp(rest->p, rest->n, b->p, b->n) >= 0) {
			digits_add(rest->p, rest->n, b->p, b->n, true, rest->p, rest->n);
			strip_zeros(rest);
			q++;
		}
		if (quotient)
			buf_putc(quotient, q);
	}
	if (quotient)
		strip_zeros(quotient);
}

/* Divides by a small number where that leaves no rest. */
static bool
divide_small(struct buf *a, int by)
{
	int rest = 0;

	for (size_t i = 0; i < a->n; i++)
		rest = (rest * 10 + a->p[i]) % by;
	if (rest != 0 || a->n == 0)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		int v = rest * 10 + a->p[i];

		a->p[i] = (char)(v / by);
		rest = v % by;
	}
	strip_zeros(a);
	return true;
}

static void
multiply_small(struct buf *a, int by)
{
	int carry = 0;

	for (size_t i = a->n; i-- > 0;) {
		int v = a->p[i] * by + carry;

		a->p[i] = (char)(v % 10);
		carry = v / 10;
	}
	if (carry > 0) {
		buf_putc(a, 0);
		memmove(a->p + 1, a->p, a->n - 1);
		a->p[0] = (char)carry;
	}
}

static void
reduce(struct buf *a, struct buf *b)
{
	struct buf x = {0}, y = {0}, rest = {0}, quotient = {0}, swap;

	buf_add(&x, a->p, a->n);
	buf_add(&y, b->p, b->n);
	while (y.n > 0) { /* Euclid */
		digits_divide(&x, &y, NULL, &rest);
		swap = x, x = y, y = rest, rest = swap;
	}
	if (!(x.n == 1 && x.p[0] == 1)) {
		digits_divide(a, &x, &quotient, &rest);
		swap = *a, *a = quotient, quotient = swap;
		digits_divide(b, &x, &quotient, &rest);
		swap = *b, *b = quotient, quotient = swap;
	}
	buf_free(&x);
	buf_free(&y);
	buf_free(&rest);
	buf_free(&quotient);
}

static bool
ratio_decimals(struct str a, struct str b, struct buf *out)
{
	struct parts x = take_apart(a), y = take_apart(b);
	struct buf p = {0}, q = {0}, rest = {0};
	size_t nfrac = 0;
	bool neg = x.neg != y.neg;

	if (y.ndigit == 0)
		return false;
	if (x.ndigit == 0) {
		buf_putc(out, '0');
		return true;
	}
	put_digits(&x, &p);
	put_digits(&y, &q);
	for (size_t i = x.nfrac; i < y.nfrac; i++)
		buf_putc(&p, 0);
	for (size_t i = y.nfrac; i < x.nfrac; i++)
		buf_putc(&q, 0);
	reduce(&p, &q);
	buf_add(&rest, q.p, q.n);
	/* 1/2 is 5/10, 1/5 is 2/10: a q of twos and fives is a finite decimal. */
	while (divide_small(&rest, 2))
		;
	while (divide_small(&rest, 5))
		;
	if (rest.n == 1 && rest.p[0] == 1) {
		while (!(q.n == 1 && q.p[0] == 1)) {
			if (divide_small(&q, 10))
				;
			else if (divide_small(&q, 2))
				multiply_small(&p, 5);
			else if (divide_small(&q, 5))
				multiply_small(&p, 2);
			nfrac++;
		}
		put_value(neg, p.p, p.n, nfrac, out);
	} else {
		put_value(neg, p.p, p.n, 0, out);
		buf_putc(out, '/');
		put_value(false, q.p, q.n, 0, out);
	}
	buf_free(&p);
	buf_free(&q);
	buf_free(&rest);
	return true;
}

bool
dec_ratio(struct str a, struct str b, struct buf *out)
{
	struct str p, q, r, s;
	struct buf top = {0}, bottom = {0};
	bool done;

	if (!slash(a) && !slash(b))
		return ratio_decimals(a, b, out);
	split_fraction(a, &p, &q);
	split_fraction(b, &r, &s);
	mul_decimals(p, s, &top);
	mul_decimals(q, r, &bottom);
	done = ratio_decimals(as_str(&top), as_str(&bottom), out);
	buf_free(&top);
	buf_free(&bottom);
	return done;
}

int
dec_cmp(struct str a, struct str b)
{
	struct str p, q, r, s;
	struct buf ps = {0}, rq = {0}, minus = {0}, sum = {0};
	int c;

	split_fraction(a, &p, &q);
	split_fraction(b, &r, &s);
	mul_decimals(p, s, &ps);
	mul_decimals(r, q, &rq);
	if (rq.p[0] == '-')
		buf_add(&minus, rq.p + 1, rq.n - 1);
	else {
		buf_putc(&minus, '-');
		buf_add(&minus, rq.p, rq.n);
	}
	add_decimals(as_str(&ps), as_str(&minus), &sum);
	c = sum.p[0] == '-' ? -1 : !(sum.n == 1 && sum.p[0] == '0');
	buf_free(&ps);
	buf_free(&rq);
	buf_free(&minus);
	buf_free(&sum);
	return c;
}

/* [1-9][0-9]* or 0, then the rest of the text. */
static bool
valid_whole(struct str *s)
{
	size_t i = 0;

	while (i < s->n && s->p[i] >= '0' && s->p[i] <= '9')
		i++;
	if (i == 0 || (i > 1 && s->p[0] == '0'))
		return false;
	s->p += i, s->n -= i;
	return true;
}

bool
dec_valid(struct str s)
{
	bool neg = s.n > 0 && s.p[0] == '-', zero;

	if (neg)
		s.p++, s.n--;
	zero = s.n > 0 && s.p[0] == '0';
	if (!valid_whole(&s))
		return false;
	if (s.n == 0)
		return !(neg && zero);
	if (s.p[0] == '/') {
		s.p++, s.n--;
		return !zero && s.n > 0 && s.p[0] != '0' && valid_whole(&s) && s.n == 0;
	}
	if (s.p[0] != '.' || s.n < 2 || s.p[s.n - 1] == '0')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

bool
dec_fits_double(struct str s)
{
	struct parts d = take_apart(s);
	size_t n = d.ndigit;

	if (slash(s) || d.digits.n > 300)
		return false;
	for (size_t i = d.digits.n; d.nfrac == 0 && i-- > 0 && d.digits.p[i] == '0';)
		n--;
	return n <= 15;
}

int
dec_int(struct str s)
{
	int v = 0;

	if (s.n == 0 || s.n > 9)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}
