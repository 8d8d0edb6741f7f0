/* article.c - which article of the page a strip belongs to */
/* SPDX-License-Identifier: MIT */
#include "segment.h"

void
page_articles(struct page *pg)
{
	size_t i;

	for (i = 0; i < pg->nstrip; i++)
		pg->strip[i].article = 1;
}
