/* html.h - between html.c and html_chars.c */
/* SPDX-License-Identifier: MIT */
#ifndef HTML_H
#define HTML_H

#include <gumbo.h>

#include "buf.h"

/*
 * The characters of a text node, one by one. gumbo gives the text, decoded,
 * and the piece of HTML it was made of; the one is found in the other.
 */
struct html_chars {
	const char *t, *t_end; /* the text */
	const char *o, *o_end; /* the HTML */
};

struct html_char {
	const char *p; /* the character, or the two that one name stands for */
	size_t n;
	const char *source; /* what stands for it in the HTML */
	size_t source_n;
};

/* repaired takes the text if gumbo made it no UTF-8; it must last as long as the characters. */
void html_chars(struct html_chars *, const GumboText *, struct buf *repaired);
bool html_next(struct html_chars *, struct html_char *);

GumboOptions html_options(void);
const GumboVector *html_children(const GumboNode *); /* NULL if it can have none */
bool html_is_name(char);                             /* a letter or digit, of ASCII */

#endif
