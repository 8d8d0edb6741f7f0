/* buf - growable bytes, and memory of one record */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "buf.h"
#include "stream.h"

#define ARENA_BLOCK ((size_t)64 << 10)

struct arena_block {
	struct arena_block *next;
	size_t cap, used;
	max_align_t data[];
};

static noreturn void
out_of_memory(void)
{
	fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
	exit(EXIT_IO);
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
xrealloc(void *p, size_t n)
{
	p = realloc(p, n != 0 ? n : 1);
	if (p == NULL)
		out_of_memory();
	return p;
}

void *
xcalloc(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL && count > 0 && size > 0)
		out_of_memory();
	return p;
}

void *
xarray(void *p, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		out_of_memory();
	return xrealloc(p, n);
}

char *
xstrndup(const char *s, size_t n)
{
	char *p = xmalloc(n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

void
buf_grow(struct buf *b, size_t more)
{
	size_t need, cap;

	if (__builtin_add_overflow(b->n, more, &need) || need > SIZE_MAX / 2)
		out_of_memory();
	cap = b->cap < 32 ? 64 : b->cap * 2;
	if (cap < need)
		cap = need;
	b->p = xrealloc(b->p, cap);
	b->cap = cap;
}

void
buf_uint(struct buf *b, uint64_t u)
{
	uint64_t rest;
	size_t n = 1;
	char *p;

	for (rest = u; rest >= 10; rest /= 10)
		n++;
	buf_reserve(b, n);
	b->n += n;
	p = b->p + b->n;
	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	buf_reserve(b, 64);
	va_start(ap, fmt);
	n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= b->cap - b->n) {
		buf_reserve(b, (size_t)n + 1);
		va_start(ap, fmt);
		vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
		va_end(ap);
	}
	b->n += (size_t)n;
}

#ifdef __SSE2__
/* A bit for each of 16 bytes that is a control, a quote, a backslash, DEL, C2 or E2. */
static inline unsigned
special(__m128i v)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i del = _mm_set1_epi8(0x7F), low = _mm_set1_epi8(0x1F);
	const __m128i c2 = _mm_set1_epi8((char)0xC2), e2 = _mm_set1_epi8((char)0xE2);
	__m128i m = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
	    _mm_or_si128(_mm_cmpeq_epi8(v, del), _mm_cmpeq_epi8(_mm_max_epu8(v, low), low)));

	m = _mm_or_si128(m, _mm_or_si128(_mm_cmpeq_epi8(v, c2), _mm_cmpeq_epi8(v, e2)));
	return (unsigned)_mm_movemask_epi8(m);
}

/* 8 to 15 bytes, of which those in the middle come twice. */
static inline __m128i
load_short(const char *s, size_t n)
{
	return _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(const void *)s),
	    _mm_loadl_epi64((const __m128i *)(const void *)(s + n - 8)));
}
#endif

/* Where after i the next byte stands that needs a look, or n. */
static size_t
plain_span(const char *s, size_t i, size_t n)
{
#ifdef __SSE2__
	for (; n - i >= 16; i += 16) {
		unsigned mask = special(_mm_loadu_si128((const __m128i *)(const void *)(s + i)));

		if (mask != 0)
			return i + (size_t)__builtin_ctz(mask);
	}
	if (n - i >= 8 && special(load_short(s + i, n - i)) == 0)
		return n;
#endif
	for (; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F || c == 0xC2 || c == 0xE2)
			break;
	}
	return i;
}

void
buf_json(struct buf *b, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	static const char brief[] = "btn\0fr"; /* U+0008 to U+000D */
	size_t from = 0, i;

	buf_reserve(b, n + 2);
	buf_putc(b, '"');
	for (i = plain_span(s, 0, n); i < n; i = plain_span(s, i, n)) {
		unsigned char c = (unsigned char)s[i];
		char esc[6] = "\\u00";
		size_t len = 6, took = 1;

		if (c == '"' || c == '\\') {
			esc[1] = (char)c;
			len = 2;
		} else if (c >= 8 && c <= 13 && c != 11) {
			esc[1] = brief[c - 8];
			len = 2;
		} else if (c < 0x20 || c == 0x7F) {
			esc[4] = hex[c >> 4];
			esc[5] = hex[c & 15];
		} else if (c == 0xC2 && n - i >= 2 && s[i + 1] == '\x85') {
			memcpy(esc + 4, "85", 2);
			took = 2;
		} else if (c == 0xE2 && n - i >= 3 && s[i + 1] == '\x80' &&
			   (s[i + 2] == '\xA8' || s[i + 2] == '\xA9')) {
			memcpy(esc + 2, s[i + 2] == '\xA8' ? "2028" : "2029", 4);
			took = 3;
		} else {
			i++;
			continue;
		}
		buf_add(b, s + from, i - from);
		buf_add(b, esc, len);
		i += took;
		from = i;
	}
	buf_add(b, s + from, n - from);
	buf_putc(b, '"');
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *k;
	size_t cap;
	void *p;

	if (n > SIZE_MAX / 2)
		out_of_memory();
	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	while (a->now == NULL || a->now->cap - a->now->used < n) {
		if (a->now != NULL && a->now->next != NULL) {
			a->now = a->now->next;
			a->now->used = 0;
			continue;
		}
		cap = n > ARENA_BLOCK ? n : ARENA_BLOCK;
		k = xmalloc(sizeof(*k) + cap);
		k->next = NULL;
		k->cap = cap;
		k->used = 0;
		if (a->now != NULL)
			a->now->next = k;
		else
			a->first = k;
		a->now = k;
	}
	p = (char *)a->now->data + a->now->used;
	a->now->used += n;
	return p;
}

struct str
arena_str(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n != 0)
		memcpy(p, s, n);
	p[n] = '\0';
	return (struct str){p, n};
}

void
arena_reset(struct arena *a)
{
	a->now = a->first;
	if (a->now != NULL)
		a->now->used = 0;
}

void
arena_free(struct arena *a)
{
	struct arena_block *k, *next;

	for (k = a->first; k != NULL; k = next) {
		next = k->next;
		free(k);
	}
	*a = (struct arena){0};
}
