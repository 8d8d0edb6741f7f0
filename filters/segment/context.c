/* context.c - what a block takes along from above it: years, aliases */
/* SPDX-License-Identifier: MIT */
#include "marks.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Does a year, 2023年 or 2023-12, end its digits at t[i]? */
static bool
year_ends(struct str t, size_t i)
{
	static const char nian[] = "\u5E74"; /* the ideograph for year */
	const char *p = t.p + i;

	if (!is_digit(p[-1]) || !is_digit(p[-2]) || (i > 4 && is_digit(p[-5])) ||
	    (memcmp(p - 4, "19", 2) != 0 && memcmp(p - 4, "20", 2) != 0))
		return false;
	return t.n - i >= 3 && (memcmp(p, nian, 3) == 0 ||
				   (*p == '-' && p[1] <= '1' && is_digit(p[1]) && is_digit(p[2])));
}

/* The last year named in a text, or nothing; *one: it is the only one. */
static struct str
last_year(struct str t, bool *one)
{
	struct str last = {"", 0};

	*one = true;
	for (size_t i = t.n; i-- > 4;) { /* t[i] is what follows the four digits */
		if (!is_digit(t.p[i - 4])) {
			i -= 3; /* nor can it be among the digits of a year that ends before */
			continue;
		}
		if (!year_ends(t, i))
			continue;
		if (last.n == 0)
			last = (struct str){t.p + i - 4, 4};
		else if (memcmp(last.p, t.p + i - 4, 4) != 0)
			*one = false;
	}
	return last;
}

/* What is known of an article so far. */
struct article {
	struct str year;   /* named last, or in the title */
	size_t title;      /* strip of its first heading, or NONE */
	bool titled;       /* the title names one year: the article speaks of that */
	struct str period; /* words of the first period that the text names */
	bool below;        /* 公布如下: all that follows is of that period */
};

/* What a strip takes over of the period of its article, and what it adds. */
static void
take_period(struct article *a, struct strip *s)
{
	struct found f;

	if (a->below || (a->period.n > 0 && mark_at(RULE_FURTHER, s->text, 0, &f)))
		s->period = a->period;
	if (a->below || s->kind != PARAGRAPH)
		return;
	a->below = mark_find(RULE_BELOW, s->text, 0, &f);
	if ((a->below || a->period.n == 0) && mark_find(RULE_PERIOD, s->text, 0, &f))
		a->period = (struct str){s->text.p + f.start, f.end - f.start};
}

static struct article *article;
static size_t caparticle;

void
page_context(struct page *pg)
{
	if (pg->nstrip + 1 > caparticle) {
		caparticle = pg->nstrip * 2 + 2;
		article = xarray(article, caparticle, sizeof(*article));
	}
	for (size_t i = 0; i <= pg->nstrip; i++)
		article[i] = (struct article){.title = NONE};
	pg->nalias = 0;
	for (size_t i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];
		struct article *a = &article[s->article];
		bool one;
		struct str own = last_year(s->text, &one);

		s->year = a->year;
		s->title = a->title;
		bool title = s->kind == HEADING && a->title == NONE;
		bool part = s->kind == HEADING && one; /* 2024: looking back */
		if (own.n > 0 && (!a->titled || part) && s->kind != BYLINE) {
			a->year = own;
			a->titled = a->titled || (one && title);
		}
		if (s->kind == HEADING && a->title == NONE)
			a->title = i;
		take_period(a, s);
		aliases_find(pg, s->text);
		s->naliases = pg->nalias;
	}
}
