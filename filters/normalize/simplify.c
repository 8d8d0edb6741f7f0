/* simplify.c - Traditional to Simplified: OpenCC gives no way back, so it is found again here */
/* SPDX-License-Identifier: MIT */
#include <opencc/opencc.h>
#include <stdio.h>

#include "normalize.h"
#include "rules.h"
#include "utf8.h"

static opencc_t converter;

const char *
simplify_open(const char *config)
{
	char file[80];
	const char *own; /* a bundle has OpenCC's files among the rules */

	if (snprintf(file, sizeof(file), "opencc/%s.json", config) >= (int)sizeof(file))
		return "no such configuration";
	own = rules_path(file);
	converter = opencc_open(own != NULL ? own : file + sizeof("opencc/") - 1);
	return converter == (opencc_t)-1 ? opencc_error() : NULL;
}

/* What OpenCC may change; all else it leaves where it is. */
static bool
may_change(const char *p)
{
	return (unsigned char)*p >= 0xE2;
}

/* The end of the stretch of such characters (or of the others) that begins at p. */
static const char *
stretch(const char *p, const char *end)
{
	const bool kind = p < end && may_change(p);

	while (p < end && may_change(p) == kind)
		p += utf8_len(*p);
	return p;
}

struct work {
	struct locator where; /* of the old text */
	struct buf text;
	struct align align;
};

/* old[from, to) became the n bytes at p, and stands in the source where it stood. */
static void
same_places(struct work *w, size_t from, size_t to, const char *p, size_t n)
{
	buf_add(&w->text, p, n);
	locator_slice(&w->where, from, to, &w->align);
}

/* The same for a phrase whose characters do not stand for one each. */
static void
one_place(struct work *w, size_t from, size_t to, const char *p, size_t n)
{
	struct place place = locate(&w->where, from, to);

	if (n == 0)
		return;
	buf_add(&w->text, p, n);
	align_extend(&w->align, place.src_start, place.src_end, -(int32_t)utf8_count(p, n),
	    (int32_t)(place.src_end - place.src_start));
}

static bool
same_lengths(const char *a, size_t an, const char *b, size_t bn)
{
	if (an != bn)
		return false;
	for (size_t i = 0; i < an; i += utf8_len(a[i]))
		if (utf8_len(a[i]) != utf8_len(b[i]))
			return false;
	return true;
}

/* Does OpenCC turn old[from, to) into the n bytes at p? */
static bool
becomes(const struct work *w, size_t from, size_t to, const char *p, size_t n, size_t *got)
{
	char *z = opencc_convert_utf8(converter, w->where.text.p + from, to - from);
	bool yes = false;

	*got = 0;
	if (z != NULL) {
		*got = strlen(z);
		yes = *got <= n && memcmp(z, p, *got) == 0;
		opencc_convert_utf8_free(z);
	}
	return yes;
}

#define LONGEST 300 /* bytes of a stretch that is taken apart: that is quadratic */

/*
 * Where the old and the new differ in length, a place where both may be cut is
 * one where the two halves, converted by themselves, make the whole.
 */
static void
phrases(struct work *w, size_t from, size_t to, const char *p, size_t n)
{
	const char *old = w->where.text.p;
	size_t at = from, got, rest;

	while (to - from <= LONGEST && at < to) {
		at += utf8_len(old[at]);
		if (at == to || !becomes(w, from, at, p, n, &got) || got == 0 || got == n ||
		    !becomes(w, at, to, p + got, n - got, &rest) || rest != n - got)
			continue;
		if (same_lengths(old + from, at - from, p, got))
			same_places(w, from, at, p, got);
		else
			one_place(w, from, at, p, got);
		from = at;
		p += got;
		n -= got;
	}
	if (same_lengths(old + from, to - from, p, n))
		same_places(w, from, to, p, n);
	else
		one_place(w, from, to, p, n);
}

/* A stretch of Chinese, old and new. */
static void
match(struct work *w, size_t from, size_t to, const char *p, size_t n)
{
	const char *old = w->where.text.p;

	if (same_lengths(old + from, to - from, p, n)) {
		same_places(w, from, to, p, n);
		return;
	}
	if (utf8_count(old + from, to - from) == utf8_count(p, n)) {
		for (size_t i = 0; i < n; from += utf8_len(old[from]), i += utf8_len(p[i]))
			one_place(w, from, from + utf8_len(old[from]), p + i, utf8_len(p[i]));
		return;
	}
	phrases(w, from, to, p, n);
}

/* A line, old[from, to), and what became of it. */
static void
line(struct work *w, size_t from, size_t to, const char *p, size_t n)
{
	const char *old = w->where.text.p, *end = p + n;

	while (from < to) {
		size_t next = (size_t)(stretch(old + from, old + to) - old);
		const char *new_next = stretch(p, end);
		bool chinese = may_change(old + from);

		if (p == end || may_change(p) != chinese ||
		    (!chinese && new_next - p != (ptrdiff_t)(next - from))) {
			one_place(w, from, to, p, (size_t)(end - p));
			return;
		}
		if (chinese)
			match(w, from, next, p, (size_t)(new_next - p));
		else
			same_places(w, from, next, p, (size_t)(new_next - p));
		from = next;
		p = new_next;
	}
}

void
simplify(struct page *page)
{
	static struct work w;
	struct align a;
	const char *p = page->text.p;
	const size_t n = page->text.n;

	w.text.n = 0;
	align_reset(&w.align);
	locator_init_align(&w.where, page->text, &page->align);
	for (size_t at = 0, end; at < n; at = end) {
		const char *lf = memchr(p + at, '\n', n - at);
		char *new;

		end = lf != NULL ? (size_t)(lf - p) + 1 : n;
		new = opencc_convert_utf8(converter, p + at, end - at);
		if (new == NULL || utf8_valid(new, strlen(new)) != strlen(new))
			same_places(&w, at, end, p + at, end - at);
		else
			line(&w, at, end, new, strlen(new));
		if (new != NULL)
			opencc_convert_utf8_free(new);
	}
	page->text = (struct str){w.text.p, w.text.n};
	a = page->align;
	page->align = w.align;
	w.align = a;
}
