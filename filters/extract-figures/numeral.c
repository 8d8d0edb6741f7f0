/* numeral - numbers as Chinese text writes them: 2.68万亿 三百五 二〇二四 十几 三分之二 */
/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "numeral.h"

#include "dec.h"
#include "utf8.h"

/*
 * A numeral is read as a sum of parts, each a number times a power of ten:
 * 3亿5千万 is 3*10^8 + 5*10^7. A word like 万 multiplies all parts before it
 * that are of a lower rank, so 一万五千亿 is (1*10^4 + 5*10^3) * 10^8. The
 * number of a part is a range, for 几十 (2 to 9 tens) and 三四百.
 */
enum class {
	NONE,
	ASCII,
	DIGIT,
	LIANG,
	ZERO,
	POWER,
	TENS,
	SCALE,
	POINT,
	SOME,
	SEVERAL,
	OVER,
	ABOUT,
	BLANK
};

struct token {
	enum class class;
	unsigned v; /* digit, exponent of ten, or a multiple of ten (廿) */
	size_t n;   /* bytes */
};

#define PARTS 24
#define MOST_ZEROS 60 /* 万万万万 ... means nothing beyond */

struct part {
	struct str digits; /* an ASCII number; else low and high */
	unsigned low, high;
	unsigned exp, rank;
};

struct number {
	size_t npart;
	unsigned flags, digits;
	size_t n, exact_n, last;
	struct part part[PARTS]; /* the first npart of them */
};

/* The characters that numerals are written with, by code point: a look is all that most texts ask.
 */
enum { FIRST = 0x25CB, LAST = 0x96F6 };
static const struct {
	uint8_t class, v;
} characters[LAST - FIRST + 1] = {
    [0x25CB - FIRST] = {ZERO, 0},    /* ○ */
    [0x3000 - FIRST] = {BLANK, 0},   /* a wide blank */
    [0x3007 - FIRST] = {ZERO, 0},    /* 〇 */
    [0x4E00 - FIRST] = {DIGIT, 1},   /* 一 */
    [0x4E03 - FIRST] = {DIGIT, 7},   /* 七 */
    [0x4E07 - FIRST] = {SCALE, 4},   /* 万 */
    [0x4E09 - FIRST] = {DIGIT, 3},   /* 三 */
    [0x4E24 - FIRST] = {LIANG, 2},   /* 两 */
    [0x4E5D - FIRST] = {DIGIT, 9},   /* 九 */
    [0x4E8C - FIRST] = {DIGIT, 2},   /* 二 */
    [0x4E94 - FIRST] = {DIGIT, 5},   /* 五 */
    [0x4EBF - FIRST] = {SCALE, 8},   /* 亿 */
    [0x4EDF - FIRST] = {POWER, 3},   /* 仟 */
    [0x4F0D - FIRST] = {DIGIT, 5},   /* 伍 */
    [0x4F59 - FIRST] = {OVER, 0},    /* 余 */
    [0x4F70 - FIRST] = {POWER, 2},   /* 佰 */
    [0x4FE9 - FIRST] = {LIANG, 2},   /* 俩 */
    [0x5146 - FIRST] = {SCALE, 12},  /* 兆 */
    [0x516B - FIRST] = {DIGIT, 8},   /* 八 */
    [0x516D - FIRST] = {DIGIT, 6},   /* 六 */
    [0x51E0 - FIRST] = {SOME, 0},    /* 几 */
    [0x5341 - FIRST] = {POWER, 1},   /* 十 */
    [0x5343 - FIRST] = {POWER, 3},   /* 千 */
    [0x5345 - FIRST] = {TENS, 3},    /* 卅 */
    [0x534C - FIRST] = {TENS, 4},    /* 卌 */
    [0x53C1 - FIRST] = {DIGIT, 3},   /* 叁 */
    [0x53C2 - FIRST] = {DIGIT, 3},   /* 参 */
    [0x56DB - FIRST] = {DIGIT, 4},   /* 四 */
    [0x58F1 - FIRST] = {DIGIT, 1},   /* 壱 */
    [0x58F9 - FIRST] = {DIGIT, 1},   /* 壹 */
    [0x591A - FIRST] = {OVER, 0},    /* 多 */
    [0x5EFF - FIRST] = {TENS, 2},    /* 廿 */
    [0x5F10 - FIRST] = {DIGIT, 2},   /* 弐 */
    [0x62FE - FIRST] = {POWER, 1},   /* 拾 */
    [0x634C - FIRST] = {DIGIT, 8},   /* 捌 */
    [0x6570 - FIRST] = {SEVERAL, 0}, /* 数 */
    [0x6765 - FIRST] = {ABOUT, 0},   /* 来 */
    [0x67D2 - FIRST] = {DIGIT, 7},   /* 柒 */
    [0x70B9 - FIRST] = {POINT, 0},   /* 点 */
    [0x7396 - FIRST] = {DIGIT, 9},   /* 玖 */
    [0x767E - FIRST] = {POWER, 2},   /* 百 */
    [0x8086 - FIRST] = {DIGIT, 4},   /* 肆 */
    [0x8D30 - FIRST] = {DIGIT, 2},   /* 贰 */
    [0x9646 - FIRST] = {DIGIT, 6},   /* 陆 */
    [0x96F6 - FIRST] = {ZERO, 0},    /* 零 */
};

static struct token
look(const char *p, size_t n)
{
	struct token t = {NONE, 0, 1};
	uint32_t c;

	if (n == 0)
		return t;
	c = utf8_get(p, &t.n);
	if (c >= '0' && c <= '9')
		return (struct token){ASCII, c - '0', 1};
	if (c >= FIRST && c <= LAST) {
		t.class = characters[c - FIRST].class;
		t.v = characters[c - FIRST].v;
	} else if (c >= 0xFF10 && c <= 0xFF19) { /* ０ to ９ */
		t.class = ASCII;
		t.v = c - 0xFF10;
	} else if (c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || c == 0x2009) {
		t.class = BLANK;
	}
	return t;
}

static bool
is_at(const char *p, size_t n, const char *word)
{
	size_t k = strlen(word);

	return n >= k && memcmp(p, word, k) == 0;
}

size_t
numeral_starts(const char *p, size_t n)
{
	struct token t = look(p, n);

	switch (t.class) {
	case ASCII:
	case DIGIT:
	case LIANG:
	case ZERO:
	case POWER:
	case TENS:
	case SCALE:
	case SOME:
	case SEVERAL: return t.n;
	default: return 0;
	}
}

unsigned
numeral_power(const char *p, size_t n)
{
	struct token t;

	if (n == 0 || (*p & 0xC0) == 0x80 || utf8_len(*p) != n)
		return 0;
	t = look(p, n);
	return t.class == POWER || t.class == SCALE ? t.v : 0;
}

/* Bytes of a digit 0-9 at p, half or full width, or 0. */
static size_t
ascii_digit(const char *p, size_t n, char *value)
{
	if (n > 0 && *p >= '0' && *p <= '9') {
		*value = *p;
		return 1;
	}
	if (n >= 3 && p[0] == '\xEF' && p[1] == '\xBC' && p[2] >= '\x90' && p[2] <= '\x99') {
		*value = (char)('0' + (p[2] - '\x90'));
		return 3;
	}
	return 0;
}

/* How many digits follow, up to most. */
static size_t
digit_run(const char *p, size_t n, size_t most, size_t *bytes)
{
	size_t count = 0, i = 0, k;
	char c;

	while (count < most && (k = ascii_digit(p + i, n - i, &c)) > 0) {
		i += k;
		count++;
	}
	*bytes = i;
	return count;
}

/* Appends the digits that p[0, n) begins with, up to most; their bytes. */
static size_t
copy_digits(const char *p, size_t n, size_t most, struct buf *out)
{
	size_t i = 0, k;
	char c;

	while (most-- > 0 && (k = ascii_digit(p + i, n - i, &c)) > 0) {
		buf_putc(out, c);
		i += k;
	}
	return i;
}

/* Bytes of a sign that ends an amount: % of 6. 8%. */
static bool
is_share_sign(const char *p, size_t n)
{
	return is_at(p, n, "%") || is_at(p, n, "％") || is_at(p, n, "‰");
}

/* ",234" as often as it stands there: a comma counts before exactly three digits. */
static size_t
read_thousands(const char *p, size_t n, struct buf *out)
{
	size_t i = 0, k, bytes;

	for (;;) {
		k = n - i > 3 && p[i] == ',' ? 1 : is_at(p + i, n - i, "，") ? 3 : 0;
		if (k == 0 || n - i <= 3 || digit_run(p + i + k, n - i - k, 4, &bytes) != 3)
			return i;
		copy_digits(p + i + k, n - i - k, 3, out);
		i += k + bytes;
	}
}

/*
 * ".8" and the like: its bytes, or 0. "6. 8" is 6.8 where a sign of shares ends
 * it, as pages break lines that way.
 */
static size_t
read_decimals(const char *p, size_t n, struct buf *out)
{
	size_t k = n > 1 && p[0] == '.' ? 1 : is_at(p, n, "．") ? 3 : 0, bytes;

	if (k == 0)
		return 0;
	if (digit_run(p + k, n - k, 1, &bytes) == 0) {
		size_t all;

		if (k == n || p[k] != ' ')
			return 0;
		k++;
		all = digit_run(p + k, n - k, 8, &bytes);
		if (all == 0 || all == 8 || !is_share_sign(p + k + bytes, n - k - bytes))
			return 0;
	}
	buf_putc(out, '.');
	return k + copy_digits(p + k, n - k, SIZE_MAX, out);
}

/* 63·5%: the point of older pages, only where nothing else can be meant; its bytes, or 0. */
static size_t
read_old_decimals(const char *p, size_t n, struct buf *out)
{
	size_t k = strlen(OLD_POINT), bytes;

	if (!is_at(p, n, OLD_POINT) || digit_run(p + k, n - k, 8, &bytes) == 0)
		return 0;
	if (look(p + k + bytes, n - k - bytes).class != SCALE &&
	    !is_at(p + k + bytes, n - k - bytes, "%") && !is_at(p + k + bytes, n - k - bytes, "‰"))
		return 0;
	buf_putc(out, '.');
	return k + copy_digits(p + k, n - k, SIZE_MAX, out);
}

/* 1,234.5 at p: its bytes, and its digits appended to out. */
static size_t
ascii_number(const char *p, size_t n, struct number *num, struct buf *out)
{
	size_t i, k, count = digit_run(p, n, SIZE_MAX, &i);
	size_t from = out->n;

	copy_digits(p, i, SIZE_MAX, out);
	if (count <= 3 && out->p[from] != '0' && (k = read_thousands(p + i, n - i, out)) > 0) {
		i += k;
		num->flags |= NUMERAL_COMMA;
	} else {
		num->digits = (unsigned)count;
	}
	if ((k = read_decimals(p + i, n - i, out)) > 0 ||
	    (k = read_old_decimals(p + i, n - i, out)) > 0) {
		i += k;
		num->flags |= NUMERAL_POINT;
		num->digits = 0;
	}
	num->last = utf8_back(p, i);
	return i;
}

/* The parts summed up, all low ends or all high ends. */
static void
sum(const struct number *num, bool high, struct buf *out)
{
	uint64_t total = 0;
	struct buf part = {0}, all = {0}, next = {0};
	size_t i;

	for (i = 0; i < num->npart; i++) {
		const struct part *p = &num->part[i];
		uint64_t v = high ? p->high : p->low;

		if (p->digits.n > 0 || p->exp > 17)
			break;
		for (unsigned e = 0; e < p->exp; e++)
			v *= 10;
		if (v > 1000000000000000000u - total)
			break;
		total += v;
	}
	if (i == num->npart) {
		buf_uint(out, total);
		return;
	}
	if (num->npart == 1 && num->part[0].digits.n > 0) {
		dec_shift(num->part[0].digits, num->part[0].exp, out);
		return;
	}
	buf_putc(&all, '0');
	for (i = 0; i < num->npart; i++) {
		const struct part *p = &num->part[i];
		struct str d = p->digits;
		char small[16];

		if (d.n == 0) {
			unsigned v = high ? p->high : p->low;

			d.p = small + sizeof(small);
			do {
				d.p--, d.n++;
				small[d.p - small] = (char)('0' + v % 10);
			} while ((v /= 10) > 0);
		}
		part.n = next.n = 0;
		dec_shift(d, p->exp, &part);
		dec_add((struct str){all.p, all.n}, (struct str){part.p, part.n}, &next);
		all.n = 0;
		buf_add(&all, next.p, next.n);
	}
	buf_add(out, all.p, all.n);
	buf_free(&part);
	buf_free(&all);
	buf_free(&next);
}

static struct part *
add_part(struct number *num, unsigned low, unsigned high, unsigned exp)
{
	struct part *p = &num->part[num->npart++];

	*p = (struct part){.low = low, .high = high, .exp = exp, .rank = exp};
	return p;
}

/* 三四, 七八, 两三, 三五, 一二, 一两: two digits that mean "about so many". */
static bool
is_pair(unsigned a, unsigned b)
{
	return (b == a + 1 && a > 0) || (a == 3 && b == 5);
}

/* Chinese digits one after the other, at least two, all of them: their count and bytes. */
static unsigned
list_run(const char *p, size_t n, size_t *bytes)
{
	unsigned count = 0;
	struct token t;

	*bytes = 0;
	while ((t = look(p + *bytes, n - *bytes)).class == DIGIT || t.class == ZERO ||
	       (t.class == LIANG && count == 0)) {
		*bytes += t.n;
		count++;
	}
	return count;
}

bool
numeral_digits(const char *p, size_t n, struct buf *out)
{
	struct token t;
	size_t was = out->n;

	for (size_t i = 0; i < n; i += t.n) {
		t = look(p + i, n - i);
		if (t.class != DIGIT && t.class != LIANG && t.class != ZERO && t.class != ASCII) {
			out->n = was;
			return false;
		}
		buf_putc(out, (char)('0' + t.v));
	}
	return n > 0;
}

/* What a scale word does: multiplies all that is lower. False if it has nothing to multiply. */
static bool
scale_up(struct number *num, unsigned exp)
{
	size_t i = num->npart;
	unsigned top;

	while (i > 0 && num->part[i - 1].rank < exp)
		i--;
	if (num->npart > 0 && num->part[0].exp + exp > MOST_ZEROS)
		return false;
	if (i == num->npart) { /* 万万: the same word again */
		if (i == 0)
			return false;
		top = num->part[i - 1].rank;
		if (top != exp)
			return false;
		while (i > 0 && num->part[i - 1].rank == top)
			i--;
		for (; i < num->npart; i++) {
			num->part[i].exp += exp;
			num->part[i].rank += exp;
		}
		return true;
	}
	for (; i < num->npart; i++) {
		num->part[i].exp += exp;
		num->part[i].rank = exp;
	}
	return true;
}

/* Buffers of numbers being read; three, as 又 has three numbers. */
static struct buf ascii_digits[3];
static struct buf low_value, high_value, scratch;

/* A number while it is read, up to p[i]. */
struct scan {
	const char *p;
	size_t n, i;
	struct number *num;
	struct buf *hold;    /* its digits */
	unsigned last_power; /* of the section: 百 after 千, never after 百; 0 behind its ones */
	bool zero;           /* 一百零 */
	bool closed;         /* 20多: only a scale word may follow */
};
enum { NO_POWER = 99 }; /* last_power where a section begins */

/* The character k bytes further on. */
static struct token
ahead(const struct scan *s, size_t k)
{
	return look(s->p + s->i + k, s->n - s->i - k);
}

static bool
multiplies(struct token t)
{
	return t.class == POWER || t.class == SCALE;
}

/* Takes the next k bytes, all digits, as they stand. */
static void
take_digits(struct scan *s, size_t k, size_t count)
{
	const size_t han = 3; /* bytes of each */

	add_part(s->num, 0, 0, 0)->digits = (struct str){s->hold->p + s->hold->n, count};
	numeral_digits(s->p + s->i, k, s->hold);
	s->num->last = s->i + k - han;
	s->i += k;
	s->last_power = 0;
}

/* 二〇二四: so many digits and no more. */
static void
take_list(struct scan *s, size_t k, unsigned count)
{
	s->num->flags |= NUMERAL_LIST;
	s->num->digits = count;
	take_digits(s, k, count);
}

/* A part of the number t of a power that stands behind it, k bytes on. */
static void
take_power(struct scan *s, unsigned low, unsigned high, size_t k, struct token power)
{
	add_part(s->num, low, high, power.v);
	s->last_power = power.v;
	s->num->last = s->i + k;
	s->i += k + power.n;
}

static bool
read_ascii(struct scan *s)
{
	struct number *num = s->num, one; /* of one its flags, digits and last */
	size_t at = s->hold->n, k;
	struct token next;
	struct part *part;

	if (num->npart > 0 &&
	    ((!s->zero && s->last_power == 0) || num->flags & (NUMERAL_LIST | NUMERAL_POINT)))
		return false;
	memset(&one, 0, offsetof(struct number, part));
	k = ascii_number(s->p + s->i, s->n - s->i, &one, s->hold);
	next = ahead(s, k);
	if (num->npart == 0) {
		num->flags |= NUMERAL_ASCII;
		num->digits = one.digits;
	} else {
		num->digits = 0;
		if (one.flags & NUMERAL_POINT ||
		    (one.flags & NUMERAL_COMMA && s->hold->n - at != 4))
			return false; /* but 6萬2,889 */
	}
	num->flags |= one.flags;
	part = add_part(num, 0, 0, 0);
	part->digits = (struct str){s->hold->p + at, s->hold->n - at};
	num->last = s->i + one.last;
	s->i += k;
	if (next.class == POWER && next.v < s->last_power) { /* 5千 */
		part->exp = part->rank = s->last_power = next.v;
		num->last = s->i;
		num->digits = 0;
		s->i += next.n;
	} else {
		/* 13万2 is 132000 */
		if (part->digits.n == 1 && num->npart > 1 && !s->zero &&
		    s->last_power == NO_POWER && next.class != SCALE &&
		    num->part[num->npart - 2].rank >= 4) {
			part->exp = num->part[num->npart - 2].rank - 1;
			num->flags |= NUMERAL_SHORT;
		}
		s->last_power = 0;
	}
	s->zero = false;
	return true;
}

static bool
read_zero(struct scan *s, struct token t)
{
	struct number *num = s->num;
	struct token next;

	if (num->npart == 0) {
		size_t k;
		unsigned count = list_run(s->p + s->i, s->n - s->i, &k);

		if (count == 1)
			take_digits(s, k, 1);
		else if (!multiplies(ahead(s, k)))
			take_list(s, k, count);
		else
			return false;
		return true;
	}
	next = ahead(s, t.n);
	if (s->last_power == 0 || s->zero || num->flags & (NUMERAL_LIST | NUMERAL_POINT) ||
	    !(next.class == DIGIT || next.class == LIANG || next.class == ASCII ||
		next.class == POWER || next.class == SOME || next.class == TENS))
		return false;
	s->zero = true;
	num->last = s->i;
	s->i += t.n;
	return true;
}

/* 三百五 is 350, 两亿三 is 2.3*10^8: what the last digit counts, where nothing says so. */
static void
shorten(const struct scan *s, struct part *part)
{
	if (s->num->npart < 2 || s->zero)
		return;
	if (s->last_power == 2 || s->last_power == 3)
		part->exp = s->last_power - 1;
	else if (s->last_power == NO_POWER)
		part->exp = s->num->part[s->num->npart - 2].rank - 1;
	else
		return;
	s->num->flags |= NUMERAL_SHORT;
}

/* Do two digits stand here that are a range: 一两个, 三四百? The second one. */
static bool
is_range(const struct scan *s, struct token t, struct token next, unsigned run)
{
	if (next.class == LIANG) /* 八两 is a weight */
		return t.v == 1 && !multiplies(ahead(s, t.n + next.n));
	return run == 2 && is_pair(t.v, next.v);
}

static bool
read_digit(struct scan *s, struct token t)
{
	struct number *num = s->num;
	struct token next = ahead(s, t.n), after;
	unsigned high = t.v, run = 0;
	size_t k = t.n, bytes = 0;

	if (s->last_power == 0)
		return false;
	/* 三十两, 两万两: a weight, unless a power comes after it */
	if (t.class == LIANG && num->npart > 0 && !multiplies(next))
		return false;
	if (next.class == DIGIT || next.class == ZERO)
		run = list_run(s->p + s->i, s->n - s->i, &bytes);
	if ((run > 0 || next.class == LIANG) && is_range(s, t, next, run)) {
		high = next.v;
		num->flags |= NUMERAL_PAIR;
		k += next.n;
		next = ahead(s, k);
	} else if (run > 0 && num->npart == 0) {
		after = ahead(s, bytes);
		if (after.class != POWER && !(next.class == ZERO && after.class == SCALE)) {
			take_list(s, bytes, run);
			return true;
		}
	}
	if (next.class == TENS)
		return false;
	if (next.class == POWER && next.v < s->last_power) {
		take_power(s, t.v, high, k, next);
	} else {
		struct part *part = add_part(num, t.v, high, 0);

		num->last = s->i + k - t.n;
		s->i += k;
		if (next.class != SCALE)
			shorten(s, part);
		s->last_power = 0;
	}
	s->zero = false;
	return true;
}

/* 几十, 数百; 十几 is 11 to 19, 一百零几万 leaves it at "over". */
static bool
read_some(struct scan *s, struct token t)
{
	struct number *num = s->num;
	struct token next = ahead(s, t.n);

	if (s->last_power == 0 && !(num->flags & NUMERAL_ASCII))
		return false;
	if (num->npart == 0 ? t.class == SEVERAL && !multiplies(next)
			    : t.class == SEVERAL || next.class == POWER)
		return false;
	if (num->npart == 0 && next.class == POWER) {
		num->flags |= NUMERAL_VAGUE;
		take_power(s, 2, 9, t.n, next);
	} else {
		num->last = s->i;
		if (num->npart == 0 || (s->last_power == 1 && num->npart == 1)) {
			add_part(num, num->npart == 0 ? 2 : 1, 9, 0);
			num->flags |= NUMERAL_VAGUE;
		} else {
			num->flags |= NUMERAL_OVER;
		}
		num->digits = 0;
		s->last_power = 0;
		s->i += t.n;
	}
	s->zero = false;
	return true;
}

/* 廿, 十, 百 without a digit before it. */
static bool
read_power(struct scan *s, struct token t)
{
	struct number *num = s->num;
	unsigned power = t.class == TENS ? 1 : t.v;

	if (power >= s->last_power)
		return false;
	if (t.class == POWER && num->npart > 0 && !s->zero && s->last_power == NO_POWER)
		return false;
	if (t.class == POWER && num->npart == 0 && power > 1)
		num->flags |= NUMERAL_BARE;
	add_part(num, t.class == TENS ? t.v : 1, t.class == TENS ? t.v : 1, power);
	num->last = s->i;
	s->last_power = power;
	s->zero = false;
	s->i += t.n;
	return true;
}

/* 万, 亿. 13万2 and 一千三 are over now; 一千三万 is 1300万 only in speech, and taken. */
static bool
read_scale(struct scan *s, struct token t)
{
	struct number *num = s->num;

	if (s->zero)
		return false;
	if (num->npart == 0) {
		num->flags |= NUMERAL_BARE;
		add_part(num, 1, 1, 0);
	}
	if (!scale_up(num, t.v))
		return false;
	num->flags |= NUMERAL_SCALED;
	num->digits = 0;
	num->last = s->i;
	s->last_power = NO_POWER;
	s->closed = false;
	s->i += t.n;
	return true;
}

/* 三点五: what was read so far and the digits behind 点 are one part now. */
static bool
read_point(struct scan *s, struct token t)
{
	struct number *num = s->num;
	struct token next;
	size_t k = t.n, at;

	if (num->npart == 0 || s->zero ||
	    num->flags & (NUMERAL_POINT | NUMERAL_VAGUE | NUMERAL_PAIR | NUMERAL_SHORT) ||
	    (num->flags & NUMERAL_ASCII && !(num->flags & NUMERAL_SCALED)))
		return false;
	while ((next = ahead(s, k)).class == DIGIT || next.class == ZERO || next.class == ASCII) {
		num->last = s->i + k;
		k += next.n;
	}
	if (k == t.n || next.class == POWER || next.class == TENS) /* 三点五十分 */
		return false;
	scratch.n = 0;
	sum(num, false, &scratch);
	at = s->hold->n;
	buf_add(s->hold, scratch.p, scratch.n);
	buf_putc(s->hold, '.');
	numeral_digits(s->p + s->i + t.n, k - t.n, s->hold);
	num->npart = 0;
	add_part(num, 0, 0, 0)->digits = (struct str){s->hold->p + at, s->hold->n - at};
	num->flags |= NUMERAL_POINT;
	num->digits = 0;
	s->last_power = 0;
	s->i += k;
	return true;
}

/* 余, 多, 来. */
static bool
read_over(struct scan *s, struct token t)
{
	struct number *num = s->num;

	if (num->npart == 0 || s->zero || num->flags & (NUMERAL_OVER | NUMERAL_ABOUT))
		return false;
	if (t.class == ABOUT && s->last_power == 0 && !(num->flags & NUMERAL_ASCII))
		return false;
	num->exact_n = s->i;
	num->flags |= t.class == OVER ? NUMERAL_OVER : NUMERAL_ABOUT;
	num->digits = 0;
	num->last = s->i;
	s->i += t.n;
	s->closed = true;
	return true;
}

/* What comes next; false where the number ends before it. */
static bool
read_next(struct scan *s)
{
	struct token t = ahead(s, 0), next;
	size_t k = t.n;

	if (t.class == BLANK) { /* 177.1 亿, 二十 亿; two at most, as line breaks come */
		next = ahead(s, k);
		if (next.class == BLANK) {
			k += next.n;
			next = ahead(s, k);
		}
		if (s->num->npart == 0 || next.class != SCALE)
			return false;
		s->i += k;
		t = next;
	}
	if (s->closed && t.class != SCALE)
		return false;
	switch (t.class) {
	case ASCII: return read_ascii(s);
	case ZERO: return read_zero(s, t);
	case LIANG:
	case DIGIT: return read_digit(s, t);
	case SOME:
	case SEVERAL: return read_some(s, t);
	case TENS:
	case POWER: return read_power(s, t);
	case SCALE: return read_scale(s, t);
	case POINT: return read_point(s, t);
	case OVER:
	case ABOUT: return read_over(s, t);
	default: return false;
	}
}

/*
 * One number, without fraction. which tells the digit buffer. After it
 * returns true, num->n is at least one character.
 */
static bool
read_number(const char *p, size_t n, struct number *num, int which)
{
	struct scan s = {p, n, 0, num, &ascii_digits[which], NO_POWER, false, false};

	memset(num, 0, offsetof(struct number, part));
	s.hold->n = 0;
	buf_reserve(s.hold, n + 2 * MOST_ZEROS); /* what points into it must not move */
	while (s.i < n && num->npart < PARTS - 1 && read_next(&s))
		;
	num->n = s.i;
	if (s.zero) { /* 一百零, and nothing after it: last is at the 零 */
		num->n = num->last;
		num->last = num->last > 0 ? utf8_back(p, num->last) : 0;
	}
	if (num->exact_n == 0 || num->exact_n + 4 < num->n)
		num->exact_n = num->n;
	return num->npart > 0;
}

static void
fraction(
    const struct number *top, const struct number *bottom, bool neg, bool high, struct buf *out)
{
	struct buf p = {0}, q = {0};

	if (neg)
		buf_putc(&p, '-');
	sum(top, high, &p);
	sum(bottom, false, &q);
	if (!dec_ratio((struct str){p.p, p.n}, (struct str){q.p, q.n}, out))
		buf_putc(out, '0');
	buf_free(&p);
	buf_free(&q);
}

/* Longer fractions are no numbers that anybody writes; dividing them takes quadratic time. */
#define FRACTION_DIGITS 200

/* "分之" and a number, after n bytes of a first one: the bytes of all, or 0. */
static size_t
read_fraction(const char *p, size_t n, size_t from, struct number *top, int which, bool *neg)
{
	size_t i = from;

	if (!is_at(p + i, n - i, "分之"))
		return 0;
	i += strlen("分之");
	*neg = is_at(p + i, n - i, "负");
	if (*neg)
		i += strlen("负");
	if (!read_number(p + i, n - i, top, which) || top->n == 0 || top->n > FRACTION_DIGITS)
		return 0;
	return i + top->n;
}

/* 15535, 6.6, 2.68万: what most numerals look like, read without further ado; false for all else.
 */
static bool
plain(const char *p, size_t n, struct numeral *out)
{
	size_t i = 0, whole;
	struct token t;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	whole = i;
	if (whole == 0 || whole > 15 || (p[0] == '0' && whole > 1))
		return false;
	if (i + 1 < n && p[i] == '.' && p[i + 1] >= '0' && p[i + 1] <= '9') {
		for (i++; i < n && p[i] >= '0' && p[i] <= '9'; i++)
			;
		if (p[i - 1] == '0')
			return false;
	}
	*out = (struct numeral){.n = i, .exact_n = i, .last = i - 1, .flags = NUMERAL_ASCII};
	out->low = out->high = (struct str){p, i};
	if (i > whole)
		out->flags |= NUMERAL_POINT;
	else
		out->digits = (unsigned)whole;
	if (i == n)
		return true;
	/* a comma, a blank, 1·5, full width, a fraction: more may come */
	if (memchr(".,", p[i], 2) || (p[i] & 0xFF) == 0xC2 || (p[i] & 0xFF) == 0xEF)
		return false;
	t = look(p + i, n - i);
	if (t.class == NONE)
		return !is_at(p + i, n - i, "分之") && !is_at(p + i, n - i, "又");
	if (t.class != SCALE || look(p + i + t.n, n - i - t.n).class != NONE ||
	    is_at(p + i + t.n, n - i - t.n, "分之") || is_at(p + i + t.n, n - i - t.n, "又"))
		return false;
	low_value.n = 0;
	dec_shift(out->low, t.v, &low_value);
	out->low = out->high = (struct str){low_value.p, low_value.n};
	out->flags |= NUMERAL_SCALED;
	out->digits = 0;
	out->last = i;
	out->n = out->exact_n = i + t.n;
	return true;
}

bool
numeral_scan(const char *p, size_t n, struct numeral *out)
{
	static struct number first, second, third;
	size_t end, i;
	bool neg = false;

	if (plain(p, n, out))
		return true;
	if (!read_number(p, n, &first, 0) || first.n == 0)
		return false;
	low_value.n = high_value.n = 0;
	*out = (struct numeral){.n = first.n,
	    .exact_n = first.exact_n,
	    .last = first.last,
	    .flags = first.flags,
	    .digits = first.digits};
	if (first.n <= FRACTION_DIGITS &&
	    (end = read_fraction(p, n, first.n, &second, 1, &neg)) > 0) {
		fraction(&second, &first, neg, false, &low_value);
		fraction(&second, &first, neg, true, &high_value);
		out->flags =
		    NUMERAL_FRACTION |
		    (second.flags & (NUMERAL_VAGUE | NUMERAL_PAIR | NUMERAL_OVER | NUMERAL_POINT));
		if (first.flags & NUMERAL_BARE || is_at(p, n, "一百分") || is_at(p, n, "壹百分"))
			out->flags |= NUMERAL_HUNDREDTHS;
		out->last = end - second.n + second.last;
		out->exact_n = end - second.n + second.exact_n;
		out->n = end;
		out->digits = 0;
	} else if (first.n <= FRACTION_DIGITS && is_at(p + first.n, n - first.n, "又") &&
		   (i = first.n + strlen("又")) < n && read_number(p + i, n - i, &second, 1) &&
		   second.n > 0 && second.n <= FRACTION_DIGITS &&
		   (end = read_fraction(p, n, i + second.n, &third, 2, &neg)) > 0) {
		struct buf whole = {0};

		scratch.n = 0;
		fraction(&third, &second, neg, false, &scratch);
		sum(&first, false, &whole);
		dec_add(
		    (struct str){whole.p, whole.n}, (struct str){scratch.p, scratch.n}, &low_value);
		buf_free(&whole);
		buf_add(&high_value, low_value.p, low_value.n);
		out->flags = NUMERAL_FRACTION;
		out->last = end - third.n + third.last;
		out->n = out->exact_n = end;
		out->digits = 0;
	} else {
		sum(&first, false, &low_value);
		if (first.flags & (NUMERAL_VAGUE | NUMERAL_PAIR))
			sum(&first, true, &high_value);
		else
			buf_add(&high_value, low_value.p, low_value.n);
	}
	out->low = (struct str){low_value.p, low_value.n};
	out->high = (struct str){high_value.p, high_value.n};
	return true;
}
