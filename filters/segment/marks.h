/* marks.h - what the rules say about a line, a turn, a clause */
/* SPDX-License-Identifier: MIT */
#ifndef MARKS_H
#define MARKS_H

#include "rules.h"
#include "segment.h"

enum rule_type {
	RULE_LINE,
	RULE_START,
	RULE_TURN,
	RULE_WHO,
	RULE_MENTION,
	RULE_VOICE,
	RULE_ALIAS,
	RULE_FULLNAME,
	RULE_PERIOD,
	RULE_FURTHER,
	RULE_BELOW,
	NRULE_TYPE
};

struct turn {
	const struct rule *rule;
	enum who who;
	struct str speaker; /* points into the line */
	size_t end;         /* of the mark, in the line */
};

struct found {
	const struct rule *rule;
	size_t start, end;
	struct str speaker, name, alias; /* point into the text; empty if not captured */
};

extern struct rules *rules;

bool marks_load(const char *const *files, size_t n);
/*
 * The texts that the rules are asked about: the document, and its strips whose
 * lines were joined. They are looked through for Traditional characters once,
 * when a rule is first asked; their bytes stay as they are until the next call.
 * Of others that is done each time.
 */
enum shown { DOCUMENT, JOINED, NSHOWN };
void marks_show(enum shown, struct str);
unsigned marks_check(FILE *out);

/* What the line is, or how it begins, by the longest rule. */
bool mark_line(struct str line, struct mark *);
#define TURN_BYTES 240 /* of a line, within which the mark of a speaker's turn ends */
/* Does a speaker's turn begin here? */
bool mark_turn(struct str line, struct turn *);
/* Who is named at the end of a clause; last: the one named before. */
bool mark_who(struct str clause, struct found *, bool *last);
/*
 * Where the verb of speech begins that ends at text[end], or end if there is
 * none; closes: the sentence ends behind it.
 */
size_t mark_speech(struct str text, size_t start, size_t end, bool closes);
/* Does a rule of that type match at this place? */
bool mark_at(enum rule_type, struct str text, size_t at, struct found *);
/* The first place at or after at where one does. */
bool mark_find(enum rule_type, struct str text, size_t at, struct found *);

#endif
