/* context.c - what a block takes along from above it: years, aliases */
/* SPDX-License-Identifier: MIT */
#include "marks.h"
#include "utf8.h"

#define NAME_BYTES 200    /* how far before its alias a full name may begin */
#define BRACKET_BYTES 512 /* how far a bracket is read: each of ten thousand, too */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The last year named in a text, 2023年 or 2023-12, or nothing. */
static struct str
last_year(struct str t)
{
	static const char nian[] = "\u5E74"; /* the ideograph for year */
	size_t i;

	for (i = t.n; i-- > 4;) { /* text[i] is what follows the four digits */
		const char *p = t.p + i;

		if (!is_digit(p[-1]) || !is_digit(p[-2]) || (i > 4 && is_digit(p[-5])) ||
		    (memcmp(p - 4, "19", 2) != 0 && memcmp(p - 4, "20", 2) != 0))
			continue;
		if ((t.n - i >= 3 && memcmp(p, nian, 3) == 0) ||
		    (t.n - i >= 3 && *p == '-' && p[1] <= '1' && is_digit(p[1]) && is_digit(p[2])))
			return (struct str){p - 4, 4};
	}
	return (struct str){"", 0};
}

static void
alias_add(struct page *pg, struct str alias, struct str name)
{
	if (pg->nalias == pg->capalias) {
		pg->capalias = pg->capalias ? pg->capalias * 2 : 16;
		pg->alias = xarray(pg->alias, pg->capalias, sizeof(*pg->alias));
	}
	pg->alias[pg->nalias++] = (struct alias){alias, name};
}

/* Aliases are defined in brackets. */
static void
find_aliases(struct page *pg, const struct strip *s)
{
	struct str t = s->text;
	struct found f, full;
	size_t i, len, from, before;

	for (i = next_spot(t, 0); i < t.n; i = next_spot(t, i + len)) {
		uint32_t c = utf8_get(t.p + i, &len);
		struct str near = t;

		if (c != 0xFF08 && c != '(')
			continue;
		if (near.n - i > BRACKET_BYTES)
			for (near.n = i + BRACKET_BYTES;
			     ((unsigned char)t.p[near.n] & 0xC0) == 0x80;)
				near.n--;
		if (!mark_at(RULE_ALIAS, near, i, &f))
			continue;
		for (from = i; from > 0 && i - from < NAME_BYTES; from = before)
			if (char_before(t, 0, from, &before) == 0x3002)
				break;
		if (mark_at(RULE_FULLNAME, (struct str){t.p + from, i - from}, 0, &full))
			alias_add(pg, f.alias, full.name);
	}
}

static struct str *year; /* by article */
static size_t capyear;

void
page_context(struct page *pg)
{
	size_t i;

	if (pg->nstrip + 1 > capyear) {
		capyear = pg->nstrip * 2 + 2;
		year = xarray(year, capyear, sizeof(*year));
	}
	memset(year, 0, (pg->nstrip + 1) * sizeof(*year));
	pg->nalias = 0;
	for (i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];
		struct str own = last_year(s->text);

		s->year = year[s->article];
		if (own.n > 0)
			year[s->article] = own;
		find_aliases(pg, s);
		s->naliases = pg->nalias;
	}
}
