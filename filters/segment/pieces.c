/* pieces.c - the text of a strip, put together from its lines */
/* SPDX-License-Identifier: MIT */
#include "segment.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
join_blank(struct str t, size_t end, size_t start)
{
	char a = t.p[end - 1], b = t.p[start];

	if ((unsigned char)a >= 0x80 || (unsigned char)b >= 0x80)
		return false;
	if (is_digit(b) && (is_digit(a) || (a == '.' && end > 1 && is_digit(t.p[end - 2]))))
		return false; /* a number that the wrap has cut */
	if (a == ',' && end > 1 && is_digit(t.p[end - 2]) && t.n - start >= 3 && is_digit(b) &&
	    is_digit(t.p[start + 1]) && is_digit(t.p[start + 2]) &&
	    (t.n - start == 3 || !is_digit(t.p[start + 3])))
		return false; /* likewise, at its thousands */
	return a != '-' && a != '(' && strchr(".,;:%!?)]", b) == NULL;
}

void
piece_add(struct pieces *p, size_t start, size_t end, bool blank)
{
	if (start >= end)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->piece = xarray(p->piece, p->cap, sizeof(*p->piece));
	}
	p->piece[p->n++] = (struct piece){start, end, blank};
}

/* The next two asterisks, no more and no fewer, in text[at, end); end if there are none. */
static size_t
next_mark(struct str t, size_t at, size_t end)
{
	while (at < end) {
		size_t run = 0;

		while (at + run < end && t.p[at + run] == '*')
			run++;
		if (run == 2)
			return at;
		at += run > 0 ? run : 1;
	}
	return end;
}

/*
 * Pieces without bold marks, which come in pairs; returns where the last pair
 * ends. 138****2206 and 139**2206 are no such marks.
 */
static size_t
bold_pieces(struct str t, size_t start, size_t end, struct pieces *out)
{
	size_t open, close, from = start;

	if (memchr(t.p + start, '*', end - start) == NULL)
		return start;
	while (
	    (open = next_mark(t, from, end)) < end && (close = next_mark(t, open + 2, end)) < end) {
		from = close;
		if (open > start && is_digit(t.p[open - 1]))
			continue;
		piece_add(out, start, open, false);
		piece_add(out, open + 2, close, false);
		from = start = close + 2;
	}
	return start;
}

void
strip_pieces(const struct page *pg, const struct strip *s, struct pieces *out)
{
	struct str t = pg->text;
	bool list = s->kind == HEADING || s->boxed; /* lines that are not one sentence */
	size_t i;

	for (i = s->first; s->boxed && i <= s->last; i++)
		list &= !pg->line[i].stops && pg->line[i].tail != TAIL_COMMA;
	for (i = s->first; i <= s->last; i++) {
		const struct line *l = &pg->line[i];
		size_t start = i == s->first ? s->start : l->start;
		size_t end = i == s->last ? s->end : l->end;

		if (i > s->first && (list || join_blank(t, l[-1].end, l->start) || l[-1].bold)) {
			const char *nl = memchr(t.p + l[-1].end, '\n', t.n - l[-1].end);
			size_t at = (size_t)(nl - t.p);

			piece_add(out, at, at + 1, true);
		}
		start = bold_pieces(t, start, end, out);
		piece_add(out, start, end, false);
	}
}
