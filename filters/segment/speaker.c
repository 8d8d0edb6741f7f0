/* speaker.c - whose words a strip is */
/* SPDX-License-Identifier: MIT */
#include "marks.h"

#define CLAUSE_BYTES 300     /* how far back a clause is looked for */
#define NEAR_BYTES (1 << 16) /* how far around a name its post is looked for */
#define NEAR_STRIPS 1000     /* and among turns and headings */
#define SPOKEN 40            /* percent of a paragraph that must be somebody's words */

/* What holds at one place of the page, and may hold on behind it. */
struct floor {
	struct str turn;   /* who has the floor: all paragraphs to the end of his turn are his */
	struct str voice;  /* whom the heading above names as the one who speaks below it */
	struct str last;   /* who spoke last: he, she */
	size_t heading;    /* the heading above */
	bool quoting;      /* the last paragraph left its quotation open */
	struct str quoted; /* whose */
};

static struct floor *after; /* what held behind each strip */
static size_t capafter;

static bool
same(struct str a, struct str b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static bool
ends_clause(uint32_t c)
{
	switch (c) {
	case 0xFF0C:
	case 0x3002:
	case 0xFF1B:
	case 0xFF1A:
	case 0xFF01:
	case 0xFF1F:
	case 0x201C:
	case 0x201D:
	case 0x2018:
	case 0x2019:
	case 0x300C:
	case 0x300D:
	case ',':
	case ';':
	case ':':
	case '?':
	case '!':
	case '"':
	case '\n': return true;
	default: return false;
	}
}

/* Where the clause begins that text[end] ends: k is the number of places of marks before that. */
static size_t
clause_start(struct str t, const struct spots *spots, size_t k, size_t end)
{
	size_t from = end > CLAUSE_BYTES ? end - CLAUSE_BYTES : 0, len;

	while (from > 0 && ((unsigned char)t.p[from] & 0xC0) == 0x80)
		from--;
	while (k-- > 0 && spots->at[k] >= from)
		if (spots->at[k] < end && ends_clause(utf8_get(t.p + spots->at[k], &len)))
			return spots->at[k] + len;
	return from;
}

/* Does the page, near a place, name this person with his post, or by a turn or a heading? */
static bool
known(const struct page *pg, struct str name, size_t near)
{
	struct str t = pg->text;
	struct found f;
	const char *p = t.p + (near > NEAR_BYTES ? near - NEAR_BYTES : 0);
	const char *end = t.p + (t.n - near > NEAR_BYTES ? near + NEAR_BYTES : t.n);
	size_t i;

	for (i = 0; i < pg->nstrip && i < NEAR_STRIPS; i++)
		if (same(pg->strip[i].turn, name) || same(pg->strip[i].mark.speaker, name))
			return true;
	while ((p = memmem(p, (size_t)(end - p), name.p, name.n)) != NULL) {
		size_t at = (size_t)(p - t.p), from = at, before;
		struct str s;

		/* a post is at most some characters long, with brackets */
		while (from > 0 && at - from < 60 && !ends_clause(char_before(t, 0, from, &before)))
			from = before;
		s = (struct str){t.p + from, at + name.n - from};
		for (i = 0; i < 6 && from + s.n < t.n; i++) /* what follows may be looked at */
			s.n += utf8_len(t.p[from + s.n]);
		for (i = 0; mark_find(RULE_MENTION, s, i, &f); i = f.start + 3)
			if (f.speaker.p == p && f.speaker.n == name.n)
				return true;
		p += name.n;
	}
	return false;
}

/* Who was brought on last before text[end]. */
static struct str
last_mention(struct str t, size_t end)
{
	struct str s = {t.p, end}, who = {"", 0};
	struct found f;
	size_t at;

	for (at = 0; mark_find(RULE_MENTION, s, at, &f); at = f.end)
		who = f.speaker;
	return who;
}

/*
 * How much of a text stands in quotation marks or behind the place where
 * reported speech begins, in percent. A quotation may have been opened above.
 */
static unsigned
spoken_share(struct str t, size_t reported)
{
	size_t open = 0, quoted = 0, i;
	bool in = false, any = false;

	for (i = 0; i + 3 <= reported; i++) {
		if (t.p[i] != '\xE2')
			continue;
		if (memcmp(t.p + i, "\u201C", 3) == 0) {
			open = i;
			in = any = true;
		} else if (memcmp(t.p + i, "\u201D", 3) == 0 && (in || !any)) {
			quoted += i + 3 - open;
			in = false;
			any = true;
		}
	}
	return t.n > 0 ? (unsigned)((quoted + (t.n - reported)) * 100 / t.n) : 0;
}

/* Where the verb of speech begins that stands before the punctuation at text[at], or at. */
static size_t
speech_before(struct str t, size_t at)
{
	size_t len;
	uint32_t c = utf8_get(t.p + at, &len);
	bool goes_on = c == 0xFF0C || c == 0xFF1A || c == 0x201C || c == ',' || c == ':';

	return goes_on || c == 0x3002 ? mark_speech(t, 0, at, !goes_on) : at;
}

/* To whom a text of one block, near a place of the page, gives its words: nobody if to several. */
static struct str
said_by(
    const struct page *pg, struct str t, const struct spots *spots, struct str last, size_t near)
{
	static const struct str nobody = {"", 0};
	struct str who = nobody;
	size_t k, reported = t.n;
	struct found w;
	bool refers;

	for (k = 0; k < spots->n; k++) {
		size_t at = spots->at[k], verb = speech_before(t, at), from;
		struct str name;

		if (verb == at)
			continue;
		from = clause_start(t, spots, k, verb);
		if (!mark_who((struct str){t.p + from, verb - from}, &w, &refers))
			continue;
		name = w.speaker;
		if (refers) {
			name = last_mention(t, from);
			if (name.n == 0)
				name = who.n > 0 ? who : last;
			if (name.n == 0)
				continue;
		} else if (rule_value(w.rule, "proof") != NULL && !known(pg, name, near))
			continue;
		if (who.n > 0 && !same(who, name))
			return nobody;
		who = name;
		if (reported == t.n)
			reported = at + utf8_len(t.p[at]);
	}
	return who.n > 0 && spoken_share(t, reported) >= SPOKEN ? who : nobody;
}

struct str
line_speaker(struct str text, const struct spots *spots)
{
	struct page pg = {.text = text};

	return said_by(&pg, text, spots, (struct str){"", 0}, 0);
}

static struct str
strip_speaker(const struct page *pg, const struct strip *s, struct str last)
{
	static struct spots spots;

	spots_find(&spots, s->text);
	return said_by(pg, s->text, &spots, last, s->start);
}

/* Whom a heading names as the one who speaks below it. */
static struct str
heading_voice(const struct page *pg, size_t i)
{
	const struct strip *s = &pg->strip[i];
	struct found f;

	/* the title of a report, with its byline, is about him, not by him */
	if (i + 1 < pg->nstrip && s[1].kind == BYLINE && s[1].mark.role == HEAD)
		return (struct str){"", 0};
	if (!mark_find(RULE_VOICE, s->text, 0, &f))
		return (struct str){"", 0};
	return f.speaker;
}

/* Is the heading that of a box, after which the text above it goes on? */
static bool
heads_box(const struct page *pg, size_t i)
{
	return i + 1 < pg->nstrip && pg->strip[i + 1].boxed;
}

/* Who gives the answers of which strip i is the first: whom a heading names, or the one brought on
 * above. */
static struct str
guest(const struct page *pg, size_t i)
{
	static const struct str nobody = {"", 0};
	struct str who = nobody;
	size_t from = i, at;
	struct found f;

	while (from > 0 && i - from < NEAR_STRIPS &&
	       pg->strip[from - 1].article == pg->strip[i].article)
		from--;
	for (at = from; at < i; at++)
		if (pg->strip[at].kind == HEADING &&
		    mark_find(RULE_VOICE, pg->strip[at].text, 0, &f))
			return f.speaker;
	for (; from < i; from++)
		for (at = 0; mark_find(RULE_MENTION, pg->strip[from].text, at, &f); at = f.end) {
			if (who.n > 0 && !same(who, f.speaker))
				return nobody;
			who = f.speaker;
		}
	return who;
}

/* Where the walk down the page is. */
struct stage {
	struct floor floor, outer; /* outer: of the text around a box */
	bool in_box;
	struct str answerer; /* of this article, or nobody, once it was asked who that is */
	bool asked;
};

static void
enter_heading(struct page *pg, struct stage *st, size_t i)
{
	struct strip *s = &pg->strip[i];

	s->heading = st->in_box ? st->outer.heading : st->floor.heading;
	if (heads_box(pg, i)) {
		if (!st->in_box)
			st->outer = st->floor;
		st->in_box = true;
		st->floor = (struct floor){.heading = i};
	} else {
		st->in_box = false;
		st->floor = (struct floor){
		    .heading = i, .voice = heading_voice(pg, i), .last = st->floor.last};
	}
}

static void
take_turn(struct page *pg, struct stage *st, size_t i)
{
	struct strip *s = &pg->strip[i];

	st->floor.turn = s->turn;
	if (s->who != ANSWERER)
		return;
	if (!st->asked)
		st->answerer = guest(pg, i);
	st->asked = true;
	if (st->answerer.n > 0)
		st->floor.turn = st->answerer;
}

static void
hear_text(struct page *pg, struct stage *st, size_t i)
{
	struct strip *s = &pg->strip[i];
	struct floor *fl = &st->floor;
	struct str said = {"", 0};

	if (st->in_box && !s->boxed) {
		*fl = st->outer;
		st->in_box = false;
	}
	s->heading = fl->heading;
	if (s->boxed) {
		s->speaker = strip_speaker(pg, s, fl->last);
		return;
	}
	if (s->turn.n > 0)
		take_turn(pg, st, i);
	if (fl->turn.n == 0)
		said = strip_speaker(pg, s, fl->last);
	if (s->prev != NONE && said.n == 0) /* the other half says it */
		said = pg->strip[s->prev].speaker;
	s->speaker = fl->turn.n > 0 ? fl->turn
		     : said.n > 0   ? said
		     : fl->quoting  ? fl->quoted
				    : fl->voice;
	if (s->prev != NONE && said.n > 0)
		pg->strip[s->prev].speaker = said;
	if (s->speaker.n > 0)
		fl->last = s->speaker;
	fl->quoting = said.n > 0 && open_quotes(pg->text, s->start, s->end).opened > 0;
	fl->quoted = said;
	if (s->turn.n > 0 && s->who == ASKER)
		fl->turn = (struct str){"", 0}; /* a question is one paragraph */
}

static void
walk(struct page *pg)
{
	struct stage st = {.floor = {.heading = NONE}, .outer = {.heading = NONE}};
	size_t i;

	for (i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];
		bool other = i > 0 && s->article != s[-1].article;

		if (other)
			st.asked = false;
		if (s->prev != NONE) {
			st.floor = after[s->prev];
			st.in_box = false;
		} else if (other) {
			st.floor = (struct floor){.heading = NONE};
			st.in_box = false;
		}
		if (s->kind == HEADING)
			enter_heading(pg, &st, i);
		else if (has_text(s))
			hear_text(pg, &st, i);
		else
			s->heading = st.floor.heading;
		after[i] = st.floor;
		if (s->turn.n > 0 && s->who == ASKER)
			after[i].turn = s->turn; /* but its other half is a question still */
	}
}

/* Appends a strip's text to those of the others: its lines joined. */
static void
join_lines(struct page *pg, const struct strip *s)
{
	static struct pieces pieces;
	struct buf *b = &pg->joined;
	size_t i;

	pieces.n = 0;
	strip_pieces(pg, s, &pieces);
	for (i = 0; i < pieces.n; i++)
		if (pieces.piece[i].blank)
			buf_putc(b, ' ');
		else
			buf_add(b, pg->text.p + pieces.piece[i].start,
			    pieces.piece[i].end - pieces.piece[i].start);
}

/* The texts of the strips, which are copies where they have several lines. */
static void
set_texts(struct page *pg)
{
	size_t i, at = 0;

	pg->joined.n = 0;
	for (i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];
		size_t from = pg->joined.n;

		s->text = (struct str){pg->text.p + s->start, s->end - s->start};
		if (s->first == s->last)
			continue;
		join_lines(pg, s);
		s->text.n = pg->joined.n - from;
	}
	for (i = 0; i < pg->nstrip; i++) { /* now they stay where they are */
		struct strip *s = &pg->strip[i];

		if (s->first == s->last)
			continue;
		s->text.p = pg->joined.p + at;
		at += s->text.n;
	}
	marks_show(JOINED, (struct str){pg->joined.p, pg->joined.n});
}

void
page_speakers(struct page *pg)
{
	set_texts(pg);
	if (pg->nstrip == 0)
		return;
	if (pg->nstrip > capafter) {
		capafter = pg->nstrip * 2;
		after = xarray(after, capafter, sizeof(*after));
	}
	memset(after, 0, pg->nstrip * sizeof(*after));
	walk(pg);
	for (size_t i = 0; i < pg->nstrip; i++)
		if (pg->strip[i].prev != NONE && pg->strip[i].prev > i) {
			walk(pg); /* again for halves that stand above what they continue */
			break;
		}
}
