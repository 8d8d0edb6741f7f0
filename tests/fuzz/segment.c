/* segment - any text as a page: every character in one block, chains that end, sentences that cover
 */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "../../filters/segment/marks.h"
#include "../../filters/segment/phrase.h"
#include "../../filters/segment/segment.h"
#include "exact.h"
#include "utf8.h"

#define CHECK(x) ((x) ? (void)0 : abort())

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const files[] = {"rules/segment.rules"};

	(void)argc;
	(void)argv;
	CHECK(marks_load(files, 1));
	return 0;
}

static bool
boundary(struct str t, size_t at)
{
	return at == t.n || (at < t.n && (t.p[at] & 0xC0) != 0x80);
}

/* Blanks, and what may be a mark of Markdown, need not be in a block. */
static bool
solid(char c)
{
	return c == '\0' || strchr(" \t\r\n#*->|_=:+\xE3\xC2", c) == NULL;
}

static void
check_sentences(struct str t)
{
	size_t at = skip_blanks(t, 0);

	while (at < t.n) {
		size_t end = sentence_end(t, at);

		CHECK(end > at && end <= t.n && boundary(t, end));
		at = skip_blanks(t, end);
	}
}

static void
check_page(struct page *pg)
{
	static char *seen;
	struct str t = pg->text;
	size_t i, k, steps;

	seen = xrealloc(seen, t.n);
	memset(seen, 0, t.n);
	for (i = 0; i < pg->nstrip; i++) {
		const struct strip *s = &pg->strip[i];

		CHECK(s->start < s->end && s->end <= t.n);
		CHECK(boundary(t, s->start) && boundary(t, s->end));
		CHECK(s->first <= s->last && s->last < pg->nline && s->kind < NKIND);
		CHECK(i == 0 || s->start >= s[-1].end);
		CHECK(s->article >= 1 && s->article <= pg->nstrip);
		CHECK(s->next == NONE || pg->strip[s->next].prev == i);
		CHECK(s->prev == NONE || pg->strip[s->prev].next == i);
		CHECK(utf8_valid(s->speaker.p, s->speaker.n) == s->speaker.n);
		CHECK(s->year.n == 0 || s->year.n == 4);
		for (k = i, steps = 0; pg->strip[k].next != NONE; k = pg->strip[k].next)
			CHECK(++steps < pg->nstrip);
		memset(seen + s->start, 1, s->end - s->start);
	}
	for (i = 0; i < t.n; i++)
		CHECK(seen[i] || !solid(t.p[i]) || (i > 0 && !solid(t.p[i - 1])) ||
		      (t.p[i] & 0xC0) == 0x80);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static struct page page;
	static struct spots spots;
	char *copy;

	if (n == 0 || utf8_valid((const char *)data, n) != n)
		return 0;
	copy = exact(data, n);
	page.text = (struct str){copy, n};
	page_lines(&page);
	page_strips(&page);
	phrases_forget();
	page_join(&page);
	page_articles(&page);
	page_speakers(&page);
	page_context(&page);
	check_page(&page);
	check_sentences(page.text);
	spots_find(&spots, page.text);
	line_speaker(page.text, &spots);
	exact_free(copy);
	return 0;
}
