/* span.c - where a piece of text stands: bytes, code points, bytes of the source */
/* SPDX-License-Identifier: MIT */
#include "span.h"

#include <stdlib.h>

#include "utf8.h"

#define MAX_AT ((uint64_t)1 << 62) /* no sum of two overflows */
#define MARK_BYTES 4096            /* of the text at least, from one mark to the next */

static void
align_push(struct align *a, uint64_t at, int32_t n, int32_t width)
{
	if (a->run == NULL || a->n == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 16;
		a->run = xarray(a->run, a->cap, sizeof(*a->run));
	}
	a->run[a->n++] = (struct run){at, n, width};
}

/* Can n more be counted into a run that has m, both of one sign? */
static bool
align_room(int32_t m, int32_t n)
{
	return n > 0 ? m <= INT32_MAX - n : m >= -INT32_MAX - n;
}

void
align_extend(struct align *a, uint64_t at, uint64_t end, int32_t n, int32_t width)
{
	struct run *last = a->n > 0 ? &a->run[a->n - 1] : NULL;

	if (n == 0)
		return;
	if (n == -1 && width > 0 && !(last != NULL && last->n < 0 && last->at == at))
		n = 1;
	if (last != NULL && last->width == width && (last->n > 0) == (n > 0) &&
	    align_room(last->n, n) && (n > 0 ? a->has_end && a->end == at : last->at == at))
		last->n += n;
	else
		align_push(a, at, n, width);
	a->end = end;
	a->has_end = true;
}

void
align_add(struct align *a, uint64_t at, int32_t n, int32_t width)
{
	if (n < 0)
		align_extend(a, at, at + (uint64_t)width, n, width);
	else if (width > 0)
		align_extend(a, at, at + (uint64_t)n * (uint64_t)width, n, width);
	else if (n > 0) {
		a->has_end = false;
		align_push(a, at, n, width);
	}
}

bool
align_plain(const struct align *a, uint64_t at)
{
	return a->n == 0 || (a->n == 1 && a->run[0].at == at && a->run[0].width == WIDTH_UTF8 &&
				a->run[0].n > 0);
}

void
align_reset(struct align *a)
{
	a->n = 0;
	a->has_end = false;
}

void
align_free(struct align *a)
{
	free(a->run);
	*a = (struct align){0};
}

/* A JSON array of integers, number by number. */
struct ints {
	const char *p, *end;
};

static const char *
ints_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* 1 with the next number, 0 at the end of the array, -1 if it is something else. */
static int
ints_next(struct ints *in, int64_t *out)
{
	const char *p = ints_blank(in->p, in->end);
	bool minus = false;
	uint64_t v = 0;

	if (p == in->end || *p == ']')
		return p == in->end ? -1 : 0;
	if (*p != '[' && *p != ',')
		return -1;
	p = ints_blank(p + 1, in->end);
	if (p < in->end && *p == ']' && in->p[0] == '[')
		return 0;
	if (p < in->end && *p == '-') {
		minus = true;
		p++;
	}
	if (p == in->end || *p < '0' || *p > '9')
		return -1;
	for (; p < in->end && *p >= '0' && *p <= '9'; p++)
		if ((v = v * 10 + (uint64_t)(*p - '0')) > MAX_AT)
			return -1;
	in->p = ints_blank(p, in->end);
	*out = minus ? -(int64_t)v : (int64_t)v;
	return 1;
}

bool
align_read(struct align *a, const struct json *j)
{
	struct ints in = {j->p, j->p + j->n};
	int64_t at, n, width;
	int more = -1;

	align_reset(a);
	if (j->type != JSON_ARRAY)
		return false;
	while ((more = ints_next(&in, &at)) == 1) {
		if (ints_next(&in, &n) != 1 || ints_next(&in, &width) != 1 || at < 0 || n == 0 ||
		    n > INT32_MAX || n < -INT32_MAX || width > INT32_MAX ||
		    width < (n < 0 ? 0 : WIDTH_UTF16)) {
			more = -1;
			break;
		}
		align_push(a, (uint64_t)at, (int32_t)n, (int32_t)width);
	}
	if (more != 0)
		a->n = 0;
	return more == 0;
}

void
align_print(const struct align *a, struct buf *out)
{
	size_t i;

	buf_reserve(out, 2 + a->n * 12);
	buf_putc(out, '[');
	for (i = 0; i < a->n; i++) {
		int32_t n = a->run[i].n, width = a->run[i].width;

		if (i > 0)
			buf_putc(out, ',');
		buf_uint(out, a->run[i].at);
		buf_puts(out, n < 0 ? ",-" : ",");
		buf_uint(out, (uint64_t)(n < 0 ? -n : n));
		buf_puts(out, width < 0 ? ",-" : ",");
		buf_uint(out, (uint64_t)(width < 0 ? -width : width));
	}
	buf_putc(out, ']');
}

/* The first character of a run. */
static void
cursor_enter(struct cursor *c, const struct align *a)
{
	c->in_run = 0;
	c->src = c->run < a->n ? a->run[c->run].at : c->src_last;
}

static void
locator_begin(struct locator *l, struct str text)
{
	l->text = text;
	l->from = (struct cursor){0};
	cursor_enter(&l->from, &l->align);
	l->to = l->from;
	l->nmark = 0;
}

/* How many bytes of the source the n characters of s take in a run of that width. */
static uint64_t
source_bytes(struct str s, size_t n, int32_t width)
{
	uint64_t bytes = 2 * n;

	if (width > 0)
		return n * (uint64_t)width;
	if (width == WIDTH_UTF8)
		return s.n;
	for (size_t i = 0; i < s.n; i++) {
		if (width == WIDTH_ASCII1_ELSE2)
			bytes -= (unsigned char)s.p[i] < 0x80;
		else
			bytes += (unsigned char)s.p[i] >= 0xF0 ? 2 : 0;
	}
	return bytes;
}

/* Moves on to text[to], which must not lie behind, but not beyond the run it stands in. */
static void
cursor_run(struct cursor *c, const struct locator *l, size_t to)
{
	const char *p = l->text.p;
	const struct run *run;
	uint32_t left, n;

	if (c->run >= l->align.n ||
	    (l->align.n == 1 && l->align.run[0].n > 0 && l->align.run[0].width == WIDTH_UTF8 &&
		l->text.n <= INT32_MAX &&
		l->text.n <= (size_t)l->align.run[0].n)) { /* UTF-8 to the end */
		c->cp += utf8_count(p + c->byte, to - c->byte);
		c->src += to - c->byte;
		c->src_last = c->src;
		c->byte = to;
		return;
	}
	run = &l->align.run[c->run];
	n = (uint32_t)(run->n < 0 ? -run->n : run->n);
	left = n - c->in_run;
	if (run->n < 0) {
		for (; c->byte < to && left > 0; left--)
			c->byte += utf8_len(p[c->byte]);
		c->src_last = run->at + (uint64_t)run->width;
	} else {
		while (c->byte < to && left > 0) {
			/* bytes that have no more characters than are left, to the end of the last
			 */
			struct str s = {p + c->byte, to - c->byte < left ? to - c->byte : left};
			size_t chars;

			while (c->byte + s.n < l->text.n && (s.p[s.n] & 0xC0) == 0x80)
				s.n++;
			chars = utf8_count(s.p, s.n);
			c->src += source_bytes(s, chars, run->width);
			c->byte += s.n;
			left -= (uint32_t)chars;
		}
		c->src_last = c->src;
	}
	c->cp += n - left - c->in_run;
	c->in_run = n - left;
	if (left == 0) {
		c->run++;
		cursor_enter(c, &l->align);
	}
}

/* Leaves a mark at c if one is due there; returns where the next one is. */
static size_t
leave_mark(struct locator *l, const struct cursor *c)
{
	size_t due = (l->nmark > 0 ? l->mark[l->nmark - 1].byte : 0) + MARK_BYTES;

	if (c->byte < due)
		return due;
	if (l->nmark == l->capmark) {
		l->capmark = l->capmark ? l->capmark * 2 : 16;
		l->mark = xarray(l->mark, l->capmark, sizeof(*l->mark));
	}
	l->mark[l->nmark++] = *c;
	return c->byte + MARK_BYTES;
}

/* Moves on to text[to], and leaves marks where none has been yet. */
static void
cursor_move(struct cursor *c, struct locator *l, size_t to)
{
	if (to > l->text.n)
		to = l->text.n;
	while (c->byte < to) {
		size_t due = leave_mark(l, c);

		cursor_run(c, l, due < to ? due : to);
	}
}

/* The nearest place to begin from: where the last piece ended or began, a mark, or the beginning.
 */
static struct cursor
cursor_near(const struct locator *l, size_t start)
{
	struct cursor c = {0};
	size_t low = 0, high = l->nmark; /* the marks before low are not behind start */

	if (l->to.byte <= start)
		c = l->to;
	else if (l->from.byte <= start)
		c = l->from;
	else
		cursor_enter(&c, &l->align);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->mark[middle].byte <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && l->mark[low - 1].byte > c.byte ? l->mark[low - 1] : c;
}

void
locator_init_align(struct locator *l, struct str text, struct align *moved)
{
	struct align mine = l->align;

	l->align = *moved;
	*moved = mine;
	align_reset(moved);
	locator_begin(l, text);
}

void
locator_init(struct locator *l, struct str text, const struct record *r)
{
	const struct json *align = record_get(r, "align"), *src = record_get(r, "src");
	int64_t at = 0;

	if (align == NULL || !align_read(&l->align, align)) {
		struct ints in = {NULL, NULL};

		if (src != NULL && src->type == JSON_ARRAY) {
			in = (struct ints){src->p, src->p + src->n};
			if (ints_next(&in, &at) != 1 || at < 0)
				at = 0;
		}
		align_reset(&l->align);
		align_push(&l->align, (uint64_t)at, INT32_MAX, WIDTH_UTF8);
	}
	locator_begin(l, text);
}

struct place
locate(struct locator *l, size_t start, size_t end)
{
	struct place at;

	if (l->from.byte != start || l->to.byte != end) { /* not the piece of the last call */
		l->from = cursor_near(l, start);
		cursor_move(&l->from, l, start);
		l->to = l->from;
		cursor_move(&l->to, l, end);
	}
	at.start = l->from.cp;
	at.end = l->to.cp;
	at.src_start = l->from.src;
	at.src_end = end > start ? l->to.src_last : l->from.src;
	return at;
}

void
locator_slice(struct locator *l, size_t start, size_t end, struct align *out)
{
	struct cursor c;

	l->from = cursor_near(l, start);
	cursor_move(&l->from, l, start);
	if (end > l->text.n)
		end = l->text.n;
	for (c = l->from; c.byte < end;) {
		struct run run = {c.src, 1, WIDTH_UTF8};
		size_t cp = c.cp;

		if (c.run < l->align.n)
			run = l->align.run[c.run];
		if (run.n > 0)
			run.at = c.src;
		(void)leave_mark(l, &c);
		cursor_run(&c, l, end);
		align_extend(out, run.at, c.src_last,
		    run.n > 0 ? (int32_t)(c.cp - cp) : -(int32_t)(c.cp - cp), run.width);
	}
	l->to = c;
}

void
locator_free(struct locator *l)
{
	align_free(&l->align);
	free(l->mark);
	*l = (struct locator){0};
}
