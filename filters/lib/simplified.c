/* simplified - Traditional writing as rules and tables see it: simplified, byte for byte */
/* SPDX-License-Identifier: MIT */
#include "simplified.h"

#include <errno.h>

#include "utf8.h"

/* All of them are three bytes of UTF-8, as what they become is: no offset changes. */
uint16_t simplified_bits[SIMPLIFIED_LAST - SIMPLIFIED_FIRST + 1];

/* Is it a character of Simplified writing, too? */
static bool both[SIMPLIFIED_LAST - SIMPLIFIED_FIRST + 1];

/* The one character of a cell, of those that are looked up; else 0. */
static uint16_t
only_char(const char *cell)
{
	size_t len;
	uint32_t c = *cell != '\0' ? utf8_get(cell, &len) : 0;

	return c >= SIMPLIFIED_FIRST && c <= SIMPLIFIED_LAST && cell[len] == '\0' ? (uint16_t)c : 0;
}

void
simplified_load(const struct table *t, FILE *err, unsigned *errors)
{
	int to = t != NULL ? table_column(t, "simplified") : -1;
	int too = t != NULL ? table_column(t, "too") : -1;

	memset(simplified_bits, 0, sizeof simplified_bits);
	memset(both, 0, sizeof both);
	for (size_t i = 0; t != NULL && i < t->nrow; i++) {
		const char *s = to >= 0 ? table_cell(t, i, (size_t)to) : "";
		uint16_t c = only_char(table_cell(t, i, 0)), simple = only_char(s);

		if (c != 0 && simple != 0) {
			simplified_bits[c - SIMPLIFIED_FIRST] = c ^ simple;
			both[c - SIMPLIFIED_FIRST] = too >= 0 && *table_cell(t, i, (size_t)too);
			continue;
		}
		fprintf(err, "%s: %s:%u: not one Chinese character each: '%s', '%s'\n",
		    program_invocation_short_name, table_path(t, i), t->line[i],
		    table_cell(t, i, 0), s);
		++*errors;
	}
}

/* Where the table begins, in a sum of the three bytes that spares the masks. */
enum { FIRST_SUM = (0xE3 << 12) + (0x80 << 6) + 0x80 };

size_t
simplified_next(struct str text, size_t at)
{
	while (at < text.n) {
		const unsigned char *p = (const unsigned char *)text.p + at;

		if (*p >= 0xE3 && *p <= 0xE9) {
			size_t sum = ((size_t)p[0] << 12) + ((size_t)p[1] << 6) + p[2];

			if (simplified_bits[sum - FIRST_SUM] != 0)
				break;
			at += 3;
		} else {
			at += utf8_len((char)*p);
		}
	}
	return at;
}

bool
simplified_foreign(struct str text)
{
	size_t len;

	for (size_t at = 0; (at = simplified_next(text, at)) < text.n; at += len)
		if (!both[utf8_get(text.p + at, &len) - SIMPLIFIED_FIRST])
			return true;
	return false;
}

/* From a character on that is to change. */
static void
change(char *p, size_t n, size_t at)
{
	while (at < n) {
		size_t len;

		utf8_put(p + at, simplified(utf8_get(p + at, &len)));
		at = simplified_next((struct str){p, n}, at + len);
	}
}

struct str
simplified_view(struct str text, struct buf *hold)
{
	size_t at = simplified_next(text, 0);

	if (at == text.n)
		return text;
	hold->n = 0;
	buf_add(hold, text.p, text.n);
	change(hold->p, hold->n, at);
	return (struct str){hold->p, hold->n};
}

struct str
simplified_str(struct arena *a, struct str s)
{
	size_t at = simplified_next(s, 0);
	char *p;

	if (at == s.n)
		return s;
	p = arena_alloc(a, s.n + 1);
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	change(p, s.n, at);
	return (struct str){p, s.n};
}

void
simplified_here(char *p, size_t n)
{
	change(p, n, simplified_next((struct str){p, n}, 0));
}
