/* join.c - paragraphs that the page cut in two, and their other halves */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "phrase.h"

/*
 * Each pair of a strip that stops in mid-sentence and one that could go on
 * from it gets points for what speaks for it; the best pair is joined first,
 * and each strip once on either side. A pair next to each other in the flow
 * of the text needs less proof than one from across the page.
 */
enum {
	PROOF_NEXT = 2,   /* points for the next paragraph in the flow */
	PROOF_QUOTE = 3,  /* a quotation opened in one closes in the other */
	PROOF_DIGITS = 3, /* a number is cut: digits before the cut and behind it */
	PROOF_PHRASE = 2, /* two characters before and after stand together elsewhere */
	PROOF_FRESH = 1,  /* nothing else flows into the second half */
	ENOUGH_NEXT = 2,
	ENOUGH_FAR = 3,
	FAR = 400,     /* strips between halves at most */
	ITEM_MIN = 40, /* ideographs in a list item that may be cut */
	HEAD_MIN = 12  /* ideographs: what is shorter may be a label */
};

struct pair {
	size_t head, tail;
	int points;
};

static struct pair *pair;
static size_t npair, cappair;
static int *quotes; /* of each strip: left open, or closed too many */
static size_t capquotes;

/* Quotes that a strip leaves open, or (negative) closes and has not opened. */
static int
quotes_of(const struct page *pg, const struct strip *s)
{
	struct quotes q = open_quotes(pg->text, s->start, s->end);

	return q.closed > 0 ? -q.closed : q.opened;
}

static bool
is_head(const struct page *pg, const struct strip *s)
{
	if (s->tail != TAIL_OPEN && s->tail != TAIL_COMMA)
		return false;
	if (s->kind == LIST_ITEM) /* one of prose */
		return !s->boxed && s->mark.rule != NULL && count_han(pg, s) >= ITEM_MIN;
	if (s->kind != PARAGRAPH)
		return false;
	return s->turn.n > 0 || s->tail == TAIL_COMMA || count_han(pg, s) >= HEAD_MIN;
}

static bool
is_tail(const struct strip *s)
{
	return s->kind == PARAGRAPH && s->turn.n == 0 && s->mark.role != OPENS && !s->fresh;
}

/* Do digits stand before the cut and behind it? */
static bool
cuts_number(struct str t, size_t end, size_t start)
{
	char a = t.p[end - 1], b = t.p[start];

	return a >= '0' && a <= '9' && b >= '0' && b <= '9';
}

/* Do the two characters before the cut and the two after it stand together on the page? */
static bool
phrase_goes_on(const struct page *pg, size_t end, size_t start)
{
	struct str t = pg->text;
	uint32_t c[PHRASE];
	size_t a, len, i;

	if (t.n > PHRASE_PAGE)
		return false;
	c[1] = char_before(t, 0, end, &a);
	c[0] = char_before(t, 0, a, &a);
	c[2] = utf8_get(t.p + start, &len);
	start += len;
	c[3] = start < t.n ? utf8_get(t.p + start, &len) : 0;
	for (i = 0; i < PHRASE; i++)
		if (!is_han(c[i]))
			return false;
	return phrase_known(pg, c);
}

/* Does whoever speaks in this turn end all his other turns with a question mark? */
static bool
asks(const struct page *pg, const struct strip *turn)
{
	size_t i, asked = 0;

	for (i = 0; i < pg->nstrip && i < FAR; i++) {
		const struct strip *s = &pg->strip[i];
		size_t at;
		uint32_t c;

		if (s == turn || s->turn.n != turn->turn.n || turn->turn.n == 0 ||
		    memcmp(s->turn.p, turn->turn.p, turn->turn.n) != 0 || s->tail != TAIL_STOP)
			continue;
		c = char_before(pg->text, s->start, s->end, &at);
		if (c != '?' && c != 0xFF1F)
			return false;
		asked++;
	}
	return asked > 0;
}

/* The paragraph after a strip in the flow: headings, captions and boxes may stand between. */
static size_t
next_in_flow(const struct page *pg, size_t i)
{
	for (i++; i < pg->nstrip; i++) {
		const struct strip *s = &pg->strip[i];

		if (s->kind == JUMP_LINE || s->mark.role == OPENS)
			return NONE;
		if (s->kind == PARAGRAPH)
			return i;
	}
	return NONE;
}

static void
weigh(struct page *pg, size_t head, size_t tail, size_t next)
{
	const struct strip *a = &pg->strip[head], *b = &pg->strip[tail];
	const struct strip *before = tail > 0 ? &pg->strip[tail - 1] : NULL;
	int qa = quotes[head], qb = quotes[tail];
	int points = 0, enough = tail == next ? ENOUGH_NEXT : ENOUGH_FAR;
	size_t at;
	uint32_t last;

	/* what looks like the beginning of a sentence goes on only behind a comma */
	if (b->opener && a->tail != TAIL_COMMA)
		return;
	if (tail == next)
		points += PROOF_NEXT;
	if (qa > 0 && qb < 0)
		points += PROOF_QUOTE;
	else if (qa > 0 || (qb < 0 && tail != next))
		points--;
	if (cuts_number(pg->text, a->end, b->start))
		points += PROOF_DIGITS;
	if (before == NULL || before == a || before->kind != PARAGRAPH || before->tail != TAIL_STOP)
		points += PROOF_FRESH;
	if (points + PROOF_PHRASE >= enough && phrase_goes_on(pg, a->end, b->start))
		points += PROOF_PHRASE;
	if (points < enough)
		return;
	last = char_before(pg->text, b->start, b->end, &at);
	if (a->turn.n > 0 && last != '?' && last != 0xFF1F && b->tail == TAIL_STOP && asks(pg, a))
		return;
	if (npair == cappair) {
		cappair = cappair ? cappair * 2 : 16;
		pair = xarray(pair, cappair, sizeof(*pair));
	}
	pair[npair++] = (struct pair){head, tail, points};
}

static int
pair_cmp(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;
	size_t da = a->tail > a->head ? a->tail - a->head : a->head - a->tail;
	size_t db = b->tail > b->head ? b->tail - b->head : b->head - b->tail;

	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	if (da != db)
		return da < db ? -1 : 1;
	return a->head < b->head ? -1 : a->head > b->head;
}

/* Would a's chain, followed from b, come back to a? */
static bool
in_circle(const struct page *pg, size_t a, size_t b)
{
	for (; b != NONE; b = pg->strip[b].next)
		if (b == a)
			return true;
	return false;
}

void
page_join(struct page *pg)
{
	size_t i, j;

	npair = 0;
	if (pg->nstrip > capquotes) {
		capquotes = pg->nstrip * 2;
		quotes = xarray(quotes, capquotes, sizeof(*quotes));
	}
	for (i = 0; i < pg->nstrip; i++)
		quotes[i] = has_text(&pg->strip[i]) ? quotes_of(pg, &pg->strip[i]) : 0;
	for (i = 0; i < pg->nstrip; i++) {
		size_t next;

		if (!is_head(pg, &pg->strip[i]))
			continue;
		next = next_in_flow(pg, i);
		j = i > FAR ? i - FAR : 0;
		for (; j < pg->nstrip && j < i + FAR; j++)
			if (j != i && is_tail(&pg->strip[j]))
				weigh(pg, i, j, next);
	}
	if (npair > 0)
		qsort(pair, npair, sizeof(*pair), pair_cmp);
	for (i = 0; i < npair; i++) {
		struct strip *a = &pg->strip[pair[i].head], *b = &pg->strip[pair[i].tail];

		if (a->next != NONE || b->prev != NONE || in_circle(pg, pair[i].head, pair[i].tail))
			continue;
		a->next = pair[i].tail;
		b->prev = pair[i].head;
	}
	for (i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];

		if (is_head(pg, s) && s->next == NONE && pg->nstrip > 1)
			s->cut_end = true;
		if (s->kind == PARAGRAPH && s->prev == NONE && pg->nstrip > 1 &&
		    (quotes[i] < 0 || begins_inside(pg->text, s->start)))
			s->cut_start = true;
	}
	/* what a filter reads is the first strip of a chain */
	for (i = 0; i < pg->nstrip; i++)
		if (pg->strip[i].prev == NONE) {
			for (j = i; pg->strip[j].next != NONE; j = pg->strip[j].next)
				;
			pg->strip[i].cut_end = pg->strip[j].cut_end;
		}
}
