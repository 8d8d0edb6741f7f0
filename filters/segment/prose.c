/* prose.c - a line of prose, which is a block as it stands */
/* SPDX-License-Identifier: MIT */
#include "prose.h"

#include "marks.h"

#define NUMBER_BYTES 12 /* within which a list number has its mark */

/* An ideograph, a digit, a letter or an opening mark of a quotation or a title. */
static bool
begins_prose(struct str t)
{
	unsigned char b = (unsigned char)t.p[0];

	return (b >= 0xE4 && b <= 0xE9) || (b >= '0' && b <= '9') ||
	       ((b | 32) >= 'a' && (b | 32) <= 'z') ||
	       (t.n > 3 && (memcmp(t.p, "\u201C", 3) == 0 || memcmp(t.p, "\u300A", 3) == 0));
}

/* May a sentence end with the dot at text[at]? In 3.5 and a.txt it does not. */
static bool
dot_may_end(struct str t, size_t at)
{
	unsigned char next = at + 1 < t.n ? (unsigned char)t.p[at + 1] : ' ';

	return next <= ' ' || next >= 0x80;
}

/*
 * The rules are asked only where one may match: about a turn at a colon, about
 * an alias at a bracket, and about the line where it does not end a sentence
 * or a list number may stand before it.
 */
bool
prose_line(struct str t, struct prose *what)
{
	static struct spots spots;
	size_t k, len, first_stop = NONE; /* behind it */
	bool ask = false, dot = false;
	struct turn turn;
	struct mark mark;
	struct found f;

	if (!begins_prose(t))
		return false;
	spots_find(&spots, t);
	for (k = 0; k < spots.n; k++) {
		size_t at = spots.at[k];

		switch (utf8_get(t.p + at, &len)) {
		case '*':
		case '|':
		case 0x3000: return false; /* Markdown, columns */
		case 0xFF08:
		case '(':
			if (mark_at(RULE_ALIAS, t, at, &f))
				return false;
			break;
		case 0xFF1A:
		case ':':
			if (at < TURN_BYTES && mark_turn(t, &turn))
				return false;
			break;
		case 0x3002:
		case 0xFF01:
		case 0xFF1F:
		case 0xFF1B:
		case 0xFF61:
		case 0x2026:
		case '!':
		case '?':
		case ';':
			if (first_stop == NONE)
				first_stop = at + len;
			break;
		case '.': dot |= dot_may_end(t, at); /* FALLTHROUGH */
		case 0x3001: ask |= at < NUMBER_BYTES; break;
		}
	}
	what->split = dot || first_stop != t.n;
	if (first_stop != t.n) {
		char last = t.p[t.n - 1];

		if (last == ' ' || last == '\t')
			return false;
		ask |= tail_of(t, 0, t.n) != TAIL_STOP;
	}
	if (ask && mark_line(t, &mark) && mark.role != FRESH)
		return false;
	what->speaker = line_speaker(t, &spots);
	return true;
}
