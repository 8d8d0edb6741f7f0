/* simplified - Traditional writing as rules and tables see it: simplified, byte for byte */
/* SPDX-License-Identifier: MIT */
#include "simplified.h"

#include <stdio.h>

#include "utf8.h"

/* All of them are three bytes of UTF-8, as what they become is: no offset changes. */
enum { FIRST = 0x3400, LAST = 0x9FFF };

/* Process lifetime; 0: itself. The bits say which are not 0, in an eighth of the memory. */
static uint16_t simple[LAST - FIRST + 1];
static uint8_t changes[(LAST - FIRST) / 8 + 1];

uint32_t
simplified(uint32_t c)
{
	return c >= FIRST && c <= LAST && simple[c - FIRST] != 0 ? simple[c - FIRST] : c;
}

bool
simplified_load(const struct table *t)
{
	int to = t != NULL ? table_column(t, "simplified") : -1;

	for (size_t i = 0; to >= 0 && i < t->nrow; i++) {
		const char *from_cell = table_cell(t, i, 0),
			   *to_cell = table_cell(t, i, (size_t)to);
		size_t from_len, to_len;
		uint32_t c = utf8_get(from_cell, &from_len), s = utf8_get(to_cell, &to_len);

		if (c < FIRST || c > LAST || s < FIRST || s > LAST || from_cell[from_len] != '\0' ||
		    to_cell[to_len] != '\0') {
			fprintf(stderr,
			    "extract-figures: %s:%u: not one Chinese character each: '%s', '%s'\n",
			    table_path(t, i), t->line[i], from_cell, to_cell);
			return false;
		}
		simple[c - FIRST] = (uint16_t)s;
		changes[(c - FIRST) / 8] |= (uint8_t)(1u << (c - FIRST) % 8);
	}
	return true;
}

/* The first byte at or behind at where a character is to change; the text's end if there is none.
 */
static size_t
next_change(struct str text, size_t at)
{
	while (at < text.n) {
		const unsigned char *p = (const unsigned char *)text.p + at;

		if (*p < 0x80) {
			at++;
			continue;
		}
		if ((*p & 0xF0) == 0xE0) {
			uint32_t c = (uint32_t)(*p & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 |
				     (p[2] & 0x3F);

			if (c - FIRST <= LAST - FIRST &&
			    changes[(c - FIRST) / 8] >> (c - FIRST) % 8 & 1)
				return at;
		}
		at += utf8_len((char)*p);
	}
	return at;
}

struct str
simplified_view(struct str text)
{
	static struct buf copy;
	size_t at = next_change(text, 0);

	if (at == text.n)
		return text;
	copy.n = 0;
	buf_add(&copy, text.p, text.n);
	for (; at < text.n; at = next_change(text, at + 3)) {
		size_t len;

		utf8_put(copy.p + at, simplified(utf8_get(text.p + at, &len)));
	}
	return (struct str){copy.p, copy.n};
}
