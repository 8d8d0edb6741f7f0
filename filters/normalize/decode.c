/* decode.c - which encoding a file is in, and its bytes as UTF-8 */
/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <iconv.h>
#include <strings.h>

#include "normalize.h"
#include "stream.h"
#include "utf8.h"

static const struct {
	const char *name;
	enum encoding encoding;
} names[] = {
    /* the first of each is the one that encoding_name() gives */
    {"UTF-8", ENCODING_UTF8},
    {"GB18030", ENCODING_GB18030},
    {"BIG5-HKSCS", ENCODING_BIG5},
    {"UTF-16LE", ENCODING_UTF16LE},
    {"UTF-16BE", ENCODING_UTF16BE},
    {"UTF8", ENCODING_UTF8},
    {"ASCII", ENCODING_UTF8},
    {"US-ASCII", ENCODING_UTF8},
    {"GBK", ENCODING_GB18030},
    {"GB2312", ENCODING_GB18030},
    {"EUC-CN", ENCODING_GB18030},
    {"CP936", ENCODING_GB18030},
    {"MS936", ENCODING_GB18030},
    {"x-gbk", ENCODING_GB18030},
    {"BIG5", ENCODING_BIG5},
    {"BIG-5", ENCODING_BIG5},
    {"BIG5HKSCS", ENCODING_BIG5},
    {"CP950", ENCODING_BIG5},
    {"MS950", ENCODING_BIG5},
    {"x-x-big5", ENCODING_BIG5},
    {"UTF-16", ENCODING_UTF16LE},
    {"UTF16", ENCODING_UTF16LE},
    {"UCS-2", ENCODING_UTF16LE},
    {"unicode", ENCODING_UTF16LE},
    {"unicodeFFFE", ENCODING_UTF16BE},
};

const char *
encoding_name(enum encoding e)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].encoding == e)
			return names[i].name;
	return "unknown";
}

enum encoding
encoding_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i].name, name) == 0)
			return names[i].encoding;
	return ENCODING_UNKNOWN;
}

/* Characters of two bytes: lead 81 to FE, trail 40 to FE. */
#define LEADS (0xFE - 0x81 + 1)
#define TRAILS (0xFE - 0x40 + 1)

struct table2 {
	/* code points, 0 where there is none; two of them as PAIR | second << 12 | first */
	uint32_t cp[LEADS][TRAILS];
	bool made;
};
#define PAIR 0x80000000u

static struct table2 gb_table, big5_table;

static iconv_t
converter(const char *name)
{
	iconv_t cd = iconv_open("UTF-32LE", name);

	if (cd == (iconv_t)-1)
		errx(EXIT_IO, "iconv(3) knows no %s", name);
	return cd;
}

/* Code points that n bytes stand for, at most two; 0 if they are not whole characters. */
static size_t
ask_iconv(iconv_t cd, const char *bytes, size_t n, uint32_t cp[2])
{
	char in[4], out[16];
	char *from = in, *to = out;
	size_t left = n, room = sizeof(out), got;

	memcpy(in, bytes, n);
	(void)iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &from, &left, &to, &room) == (size_t)-1 || left != 0)
		return 0;
	(void)iconv(cd, NULL, NULL, &to, &room); /* what it holds back for a combining mark */
	got = (sizeof(out) - room) / 4;
	for (size_t i = 0; i < got && i < 2; i++) {
		const unsigned char *u = (const unsigned char *)out + 4 * i;

		cp[i] = (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16;
	}
	return got <= 2 ? got : 0;
}

/* Asks for every character of two bytes that the table does not have yet. */
static void
table2_fill(struct table2 *t, const char *name)
{
	iconv_t cd = converter(name);

	for (int lead = 0x81; lead <= 0xFE; lead++)
		for (int trail = 0x40; trail <= 0xFE; trail++) {
			const char bytes[2] = {(char)lead, (char)trail};
			uint32_t *at = &t->cp[lead - 0x81][trail - 0x40], cp[2];
			size_t n = *at == 0 ? ask_iconv(cd, bytes, 2, cp) : 0;

			/* two characters of one byte each are no character of two */
			if (n == 1)
				*at = cp[0];
			else if (n == 2 && cp[0] >= 0x80 && cp[1] >= 0x80)
				*at = PAIR | cp[1] << 12 | cp[0];
		}
	iconv_close(cd);
}

/* Made once, at the first file that needs it: after that a look at a table decodes. */
static const struct table2 *
table2(enum encoding e)
{
	struct table2 *t = e == ENCODING_GB18030 ? &gb_table : &big5_table;

	if (t->made)
		return t;
	table2_fill(t, encoding_name(e));
	if (e == ENCODING_BIG5)
		table2_fill(t, "CP950"); /* some signs, and the euro, that Windows has */
	t->made = true;
	return t;
}

static uint32_t
look_up(const struct table2 *t, unsigned char lead, unsigned char trail)
{
	return lead < 0x81 || lead > 0xFE || trail < 0x40 || trail > 0xFE
		   ? 0
		   : t->cp[lead - 0x81][trail - 0x40];
}

/* A character of four bytes in GB18030, 0 if there is none. */
static uint32_t
four_bytes(const char *p)
{
	static iconv_t cd;
	static bool open;
	uint32_t cp[2];

	if (!open) {
		cd = converter("GB18030");
		open = true;
	}
	return ask_iconv(cd, p, 4, cp) == 1 ? cp[0] : 0;
}

/* What stands at a place, and the bytes it takes. */
struct character {
	uint32_t cp; /* if it is GOOD; two of them as in struct table2 */
	unsigned n;
	enum { GOOD, BAD, CUT /* the input ends within it */ } state;
};

static bool
is_digit(unsigned char c)
{
	return c >= 0x30 && c <= 0x39;
}

static struct character
good(uint32_t cp, size_t n)
{
	return (struct character){cp, (unsigned)n, GOOD};
}

static struct character
wrong(size_t n)
{
	return (struct character){0, (unsigned)n, BAD};
}

static struct character
cut(size_t n)
{
	return (struct character){0, (unsigned)n, CUT};
}

/* Two bytes by the table. A second byte that is ASCII belongs to no broken character. */
static struct character
next_two(const struct table2 *t, const unsigned char *u)
{
	uint32_t cp = look_up(t, u[0], u[1]);

	return cp != 0 ? good(cp, 2) : wrong(u[1] >= 0x80 ? 2 : 1);
}

static struct character
next_gb18030(const struct table2 *t, const unsigned char *u, size_t n)
{
	uint32_t cp;

	if (u[0] < 0x80)
		return good(u[0], 1);
	if (u[0] == 0x80) /* the euro sign of Windows' GBK */
		return good(0x20AC, 1);
	if (u[0] == 0xFF)
		return wrong(1);
	if (n < 2)
		return cut(1);
	if (!is_digit(u[1]))
		return next_two(t, u);
	if (n >= 3 && (u[2] < 0x81 || u[2] == 0xFF))
		return wrong(1);
	if (n < 4)
		return cut(n);
	cp = is_digit(u[3]) ? four_bytes((const char *)u) : 0;
	return cp != 0 ? good(cp, 4) : wrong(1);
}

static struct character
next_big5(const struct table2 *t, const unsigned char *u, size_t n)
{
	if (u[0] < 0x80)
		return good(u[0], 1);
	if (u[0] == 0x80 || u[0] == 0xFF)
		return wrong(1);
	return n < 2 ? cut(1) : next_two(t, u);
}

/* As Unicode recommends: of a broken character, what could have begun one is one place. */
static struct character
next_utf8(const unsigned char *u, size_t n)
{
	size_t len, k;

	if (u[0] < 0x80)
		return good(u[0], 1);
	if (u[0] < 0xC2 || u[0] > 0xF4)
		return wrong(1);
	len = u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
	for (k = 1; k < len && k < n; k++) {
		unsigned char lo = 0x80, hi = 0xBF;

		if (k == 1) {
			lo = u[0] == 0xE0 ? 0xA0 : u[0] == 0xF0 ? 0x90 : 0x80;
			hi = u[0] == 0xED ? 0x9F : u[0] == 0xF4 ? 0x8F : 0xBF;
		}
		if (u[k] < lo || u[k] > hi)
			return wrong(k);
	}
	return k < len ? cut(k) : good(utf8_get((const char *)u, &len), len);
}

static struct character
next_utf16(bool big, const unsigned char *u, size_t n)
{
	uint32_t c, d;

	if (n < 2)
		return cut(1);
	c = (uint32_t)u[!big] << 8 | u[big];
	if (c < 0xD800 || c > 0xDFFF)
		return good(c, 2);
	if (c > 0xDBFF)
		return wrong(2);
	if (n < 4)
		return cut(n);
	d = (uint32_t)u[2 + !big] << 8 | u[2 + big];
	return d < 0xDC00 || d > 0xDFFF ? wrong(2)
					: good(0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00), 4);
}

static inline struct character
next(enum encoding e, const struct table2 *t, const unsigned char *u, size_t n)
{
	switch (e) {
	case ENCODING_GB18030: return next_gb18030(t, u, n);
	case ENCODING_BIG5: return next_big5(t, u, n);
	case ENCODING_UTF16LE: return next_utf16(false, u, n);
	case ENCODING_UTF16BE: return next_utf16(true, u, n);
	default: return next_utf8(u, n);
	}
}

/*
 * Telling encodings apart. Each is asked how many bits it would spend on the
 * characters that it reads, under a rough model of Chinese prose: three
 * quarters the commonest characters and punctuation, most of the rest from
 * the half of the character set that its makers put first for being common.
 * The sums compare, since all of them read the same bytes.
 */
enum {
	BITS_ASCII = 7,
	BITS_COMMON = 10,
	BITS_FIRST = 15,
	BITS_SIGN = 17,
	BITS_SECOND = 20,
	BITS_RARE = 24,
	BITS_PRIVATE = 30,
	BITS_BAD = 48
};

#define SAMPLE 5000 /* characters beyond ASCII that are enough to tell */

static unsigned
bits(enum encoding e, const unsigned char *u, struct character c)
{
	if (c.state != GOOD)
		return c.state == CUT ? BITS_RARE : BITS_BAD;
	if (c.cp < 0x80)
		return c.cp >= 0x20 || c.cp == '\n' || c.cp == '\t' || c.cp == '\r' ? BITS_ASCII
										    : BITS_RARE;
	if (c.cp & PAIR)
		return BITS_RARE;
	if (fold_common(c.cp))
		return BITS_COMMON;
	if (c.cp >= 0xE000 && c.cp < 0xF900)
		return BITS_PRIVATE;
	switch (e) {
	case ENCODING_GB18030:
		if (c.n != 2 || u[0] <= 0xA0 || u[1] <= 0xA0)
			return BITS_RARE;
		return u[0] >= 0xD8   ? BITS_SECOND
		       : u[0] >= 0xB0 ? BITS_FIRST
		       : u[0] <= 0xA3 ? BITS_SIGN
				      : BITS_RARE;
	case ENCODING_BIG5:
		if (u[0] < 0xA1 || u[0] > 0xF9)
			return BITS_RARE;
		return u[0] >= 0xC9   ? BITS_SECOND
		       : u[0] >= 0xC7 ? BITS_RARE
		       : u[0] >= 0xA4 ? BITS_FIRST
				      : BITS_SIGN;
	default:
		return c.cp < 0x250 ? BITS_COMMON - 1
		       : c.n <= 3   ? BITS_FIRST - (c.n == 2)
				    : BITS_SECOND;
	}
}

struct guess {
	uint64_t bits;
	size_t characters, bad; /* beyond ASCII */
	size_t read;            /* bytes */
};

static struct guess
guess(enum encoding e, struct str bytes)
{
	const struct table2 *t = e == ENCODING_GB18030 || e == ENCODING_BIG5 ? table2(e) : NULL;
	const unsigned char *u = (const unsigned char *)bytes.p;
	struct guess g = {0};

	while (g.read < bytes.n && g.characters < SAMPLE) {
		struct character c = next(e, t, u + g.read, bytes.n - g.read);

		g.bits += bits(e, u + g.read, c);
		g.characters += c.state != GOOD || c.cp >= 0x80;
		g.bad += c.state == BAD;
		g.read += c.n;
	}
	return g;
}

/* Of these encodings the likeliest; UNKNOWN if none makes sense. */
static enum encoding
likeliest(struct str bytes, const enum encoding *may, size_t n)
{
	enum encoding best = ENCODING_UNKNOWN;
	struct guess least = {0};

	for (size_t i = 0; i < n; i++) {
		struct guess g = guess(may[i], bytes);

		/* bits a byte, should one have stopped earlier */
		if (best == ENCODING_UNKNOWN ||
		    (double)g.bits * (double)least.read < (double)least.bits * (double)g.read) {
			best = may[i];
			least = g;
		}
	}
	return least.bad * 4 > least.characters ? ENCODING_UNKNOWN : best;
}

/*
 * Is it UTF-8 that has no Chinese, but letters other than Latin ones? It may
 * be a few characters of GB18030, two bytes each, that happen to be valid.
 */
static bool
is_doubtful(struct str bytes)
{
	bool other = false;

	for (size_t i = 0; i < bytes.n; i++) {
		if ((unsigned char)bytes.p[i] >= 0xE0)
			return false;
		other = other || (unsigned char)bytes.p[i] >= 0xC9;
	}
	return other;
}

/* UTF-16 without a mark: text has a NUL beside each of its line feeds at least. */
static enum encoding
find_with_nul(struct str bytes)
{
	for (enum encoding e = ENCODING_UTF16LE; e <= ENCODING_UTF16BE; e++) {
		struct guess g = guess(e, bytes);

		if (g.bad == 0 && g.bits < g.read / 2 * (BITS_FIRST - 1))
			return e;
	}
	return ENCODING_BINARY;
}

enum encoding
encoding_find(struct str bytes)
{
	static const enum encoding may[] = {ENCODING_UTF8, ENCODING_GB18030, ENCODING_BIG5};

	if (bytes.n >= 2 && memcmp(bytes.p, "\xFF\xFE", 2) == 0)
		return ENCODING_UTF16LE;
	if (bytes.n >= 2 && memcmp(bytes.p, "\xFE\xFF", 2) == 0)
		return ENCODING_UTF16BE;
	if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0)
		return ENCODING_UTF8;
	if (memchr(bytes.p, '\0', bytes.n) != NULL)
		return find_with_nul(bytes);
	if (utf8_valid(bytes.p, bytes.n) == bytes.n)
		return is_doubtful(bytes) ? likeliest(bytes, may, 2) : ENCODING_UTF8;
	return likeliest(bytes, may, 3);
}

/* Characters that take the varying width, in a row, and not yet in the alignment. */
struct pending {
	size_t from, to;
	int32_t n;
};

static void
flush(struct pending *p, struct align *a, int32_t width)
{
	if (p->n > 0)
		align_extend(a, p->from, p->to, p->n, width);
	p->n = 0;
}

#define CHUNK 4096

/*
 * The quick way through ASCII and characters of two bytes, until something else
 * comes or CHUNK bytes are done; *n counts characters. Returns the bytes read.
 */
static size_t
decode_usual(
    const struct table2 *t, const unsigned char *u, size_t left, struct buf *text, int32_t *n)
{
	const unsigned char *p = u, *end = u + (left < CHUNK ? left : CHUNK);
	char *out;

	buf_reserve(text, 4 * CHUNK);
	for (out = text->p + text->n; p < end; (*n)++) {
		uint32_t cp;

		if (*p < 0x80) {
			*out++ = (char)*p++;
			continue;
		}
		if (end - p < 2 || (cp = look_up(t, p[0], p[1])) == 0 || cp & PAIR)
			break;
		p += 2;
		if (cp >= 0x800 && cp < 0x10000) {
			*out++ = (char)(0xE0 | cp >> 12);
			*out++ = (char)(0x80 | (cp >> 6 & 0x3F));
			*out++ = (char)(0x80 | (cp & 0x3F));
		} else
			out += utf8_put(out, cp);
	}
	text->n = (size_t)(out - text->p);
	return (size_t)(p - u);
}

static void
decode_all(struct str bytes, size_t at, enum encoding e, struct page *page, struct buf *text,
    struct decode_error *error)
{
	const bool two = e == ENCODING_GB18030 || e == ENCODING_BIG5;
	const struct table2 *t = two ? table2(e) : NULL;
	const unsigned char *u = (const unsigned char *)bytes.p;
	const int32_t width = two                  ? WIDTH_ASCII1_ELSE2
			      : e == ENCODING_UTF8 ? WIDTH_UTF8
						   : WIDTH_UTF16;
	struct pending p = {0};

	while (at < bytes.n) {
		struct character c;

		if (p.n >= INT32_MAX - CHUNK)
			flush(&p, &page->align, width);
		if (p.n == 0)
			p.from = at;
		if (two) {
			at += decode_usual(t, u + at, bytes.n - at, text, &p.n);
			p.to = at;
			if (at == bytes.n)
				break;
		}
		c = next(e, t, u + at, bytes.n - at);
		buf_reserve(text, 8);
		/* is it as wide as the width says? */
		if (c.state == GOOD && (!two || c.n == (c.cp < 0x80 ? 1 : 2)) && !(c.cp & PAIR)) {
			text->n += utf8_put(text->p + text->n, c.cp);
			p.n++;
			p.to = at + c.n;
		} else {
			flush(&p, &page->align, width);
			if (c.cp & PAIR) {
				text->n += utf8_put(text->p + text->n, c.cp & 0xFFF);
				text->n += utf8_put(text->p + text->n, c.cp >> 12 & 0xFFF);
			} else
				text->n +=
				    utf8_put(text->p + text->n, c.state == GOOD ? c.cp : 0xFFFD);
			align_extend(
			    &page->align, at, at + c.n, c.cp & PAIR ? -2 : 1, (int32_t)c.n);
		}
		if (c.state != GOOD && error->count++ == 0) {
			error->at = at;
			error->cut = c.state == CUT;
		}
		at += c.n;
	}
	flush(&p, &page->align, width);
}

void
decode(struct str bytes, enum encoding e, struct page *page, struct decode_error *error)
{
	static struct buf text;
	size_t bom = 0;

	*error = (struct decode_error){0};
	align_reset(&page->align);
	/* asked for as UTF-16, or as the wrong one: the mark knows better */
	if (e == ENCODING_UTF16LE && bytes.n >= 2 && memcmp(bytes.p, "\xFE\xFF", 2) == 0)
		e = ENCODING_UTF16BE;
	else if (e == ENCODING_UTF16BE && bytes.n >= 2 && memcmp(bytes.p, "\xFF\xFE", 2) == 0)
		e = ENCODING_UTF16LE;
	if (e == ENCODING_UTF8 && bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0)
		bom = 3;
	if (e == ENCODING_UTF16LE && bytes.n >= 2 && memcmp(bytes.p, "\xFF\xFE", 2) == 0)
		bom = 2;
	if (e == ENCODING_UTF16BE && bytes.n >= 2 && memcmp(bytes.p, "\xFE\xFF", 2) == 0)
		bom = 2;
	if (e == ENCODING_UTF8 && utf8_valid(bytes.p + bom, bytes.n - bom) == bytes.n - bom) {
		page->text = (struct str){bytes.p + bom, bytes.n - bom};
		if (bom != 0)
			align_extend(&page->align, bom, bytes.n, INT32_MAX, WIDTH_UTF8);
		return;
	}
	text.n = 0;
	buf_reserve(&text, bytes.n + bytes.n / 2 + 16);
	decode_all(bytes, bom, e, page, &text, error);
	page->text = (struct str){text.p, text.n};
}
