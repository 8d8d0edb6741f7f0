/* context.c - what a block takes along from above it: years, aliases */
/* SPDX-License-Identifier: MIT */
#include "marks.h"
#include "utf8.h"

#define NAME_BYTES 200 /* how far before its alias a full name may begin */

/* The last year named in t[start, end): 2023年, 2023-12; or nothing. */
static struct str
last_year(struct str t, size_t start, size_t end)
{
	size_t i = end;

	while (i >= start + 4 + 1) {
		const char *p = t.p + --i;

		/* what follows the four digits */
		if (*p != '-' && *p != '\xE5') /* the first byte of the ideograph for year */
			continue;
		if (*p == '\xE5' && (end - i < 3 || memcmp(p, "\u5E74", 3) != 0))
			continue;
		if (i < start + 4 || p[-1] < '0' || p[-1] > '9' || p[-2] < '0' || p[-2] > '9' ||
		    !((p[-4] == '1' && p[-3] == '9') || (p[-4] == '2' && p[-3] == '0')) ||
		    (i > start + 4 && p[-5] >= '0' && p[-5] <= '9'))
			continue;
		if (*p == '-' && (end - i < 3 || p[1] < '0' || p[1] > '1' || p[2] < '0' || p[2] > '9'))
			continue;
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
	struct str t = {pg->text.p, s->end};
	struct found f, full;
	size_t i, len, from, before;

	for (i = next_spot(t, s->start); i < t.n; i = next_spot(t, i + len)) {
		uint32_t c = utf8_get(t.p + i, &len);

		if ((c != 0xFF08 && c != '(') || !mark_at(RULE_ALIAS, t, i, &f))
			continue;
		for (from = i; from > s->start && i - from < NAME_BYTES; from = before)
			if (char_before(t, s->start, from, &before) == 0x3002)
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
		struct str own = last_year(pg->text, s->start, s->end);

		s->year = year[s->article];
		if (own.n > 0)
			year[s->article] = own;
		find_aliases(pg, s);
		s->naliases = pg->nalias;
	}
}
