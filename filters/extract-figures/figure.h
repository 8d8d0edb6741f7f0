/* figure.h - what is known of one figure, and who finds it out */
/* SPDX-License-Identifier: MIT */
#ifndef FIGURE_H
#define FIGURE_H

#include "buf.h"
#include "record.h"
#include "rules.h"

enum kind {
	KIND_MONEY,
	KIND_PERCENT,
	KIND_PERCENTAGE_POINT,
	KIND_COUNT,
	KIND_MEASURE,
	KIND_DURATION,
	KIND_DATE,
	KIND_RATIO,
	KIND_MULTIPLE,
	KIND_ORDINAL,
	KIND_NUMBER
};

enum qualifier { QUALIFIER_NONE, ABOUT, NEARLY, OVER, AT_LEAST, AT_MOST, UNDER };

/* All strings live in the record's arena, in the text, or in the rule set; empty is absent. */
struct figure {
	size_t start, end; /* bytes of the block's text */
	enum kind kind;
	struct str value, low, high, unit, iso;
	enum qualifier qualifier;
	const struct rule *rule;
	bool hidden; /* 全年: a period for the figures around it, not written */
	/* links: what link.c finds out */
	struct str metric, scope, period;
	const char *direction, *basis; /* "increase" "decrease", "yoy" ...; NULL without a change */
};

/* The block a figure stands in, as far as its text alone does not say. */
struct block {
	struct str text;
	struct str date;    /* reference date YYYY-MM-DD, may be empty */
	struct str heading; /* above the block */
	struct str period;  /* words of the period that the article is about, where it holds here */
	struct str title;   /* of the article, where it is not that */
	struct str speaker;
	struct str year; /* last year or date named before in the article, ISO, may be empty */
	const struct json *aliases; /* that the article has defined, or NULL */
};

struct figures {
	struct figure *at;
	size_t n, cap;
	struct arena *arena;
};

/* struct rule.type: what the sections of figures*.rules are. */
enum { RULE_QUANTITY, RULE_FIGURE, RULE_DATE, RULE_TRAP, RULE_LINK };
extern const struct rules_type figure_types[RULE_LINK + 1];

/* find.c: the tables of units, cues and words, and what the rules say; false after telling why. */
bool figures_load(struct rules *);
/* find.c: what was passed over, and why, is told to a file from now on. */
void figures_explain(FILE *);
/*
 * find.c: spans, kinds, values, units, dates, qualifiers, in text order, none
 * overlapping. Found in the simplified text, the unit as it is written.
 */
void figures_find(struct rules *, const struct block *, bool bare, struct figures *);
/* link.c: metric, scope, period, change of each. */
void figures_link(struct rules *, const struct block *, struct figures *);

#endif
