/* lines.c - a page's lines, and which of them stand together */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "marks.h"
#include "utf8.h"

const char *const kind_name[NKIND] = {"paragraph", "heading", "byline", "caption", "list_item",
	"pull_quote", "jump_line", "table_row", "other"};

enum {
	HEADING_MAX = 22,      /* ideographs in a heading with a comma */
	HEADING_MAX_ONE = 34,  /* in one without */
	HEADING_MAX_TWO = 44,  /* in one of two phrases, parted by a blank or a bar */
	HEADING_LINES = 4,
	HEADING_LABEL = 8,     /* ideographs: a shorter one may be a column's name */
	WRAP_SLACK = 8         /* columns by which a wrapped line may be shorter than the widest */
};

static struct line *
line_new(struct page *pg)
{
	if (pg->nline == pg->capline) {
		pg->capline = pg->capline ? pg->capline * 2 : 64;
		pg->line = xarray(pg->line, pg->capline, sizeof(*pg->line));
	}
	pg->line[pg->nline] = (struct line){0};
	return &pg->line[pg->nline++];
}

static bool
ends_digit(struct str t, size_t start, size_t end)
{
	return end > start && t.p[end - 1] >= '0' && t.p[end - 1] <= '9';
}

enum tail
tail_of(struct str t, size_t start, size_t end)
{
	size_t at;
	uint32_t c;

	for (;; end = at) {
		c = char_before(t, start, end, &at);
		switch (c) {
		case 0x3002: case 0xFF01: case 0xFF1F: case 0xFF1B: case 0x2026: case 0xFF61:
		case '!': case '?': case ';': case 0x2014:
			return TAIL_STOP;
		case '.':
			c = char_before(t, start, at, &at);
			return is_han(c) || is_closer(c) || (c >= 'a' && c <= 'z') ? TAIL_STOP
			                                                          : TAIL_OPEN;
		case 0xFF0C: case 0x3001: case ',': case 0x2018: case 0x201C: case 0x300A:
		case 0xFF08: case '(': case 0x300C: case 0x300E:
			return TAIL_COMMA;
		case 0xFF1A: case ':':
			return TAIL_COLON;
		default:
			if (c == 0 || !is_closer(c))
				return TAIL_OPEN;
		}
	}
}

/* Is t[start, end) nothing but a Markdown rule, such as --- or |---|---|? */
static bool
is_ruler(struct str t, size_t start, size_t end)
{
	size_t i, marks = 0;

	for (i = start; i < end; i++) {
		if (strchr("-=*_|: +", t.p[i]) == NULL || t.p[i] == '\0')
			return false;
		marks += t.p[i] != ' ' && t.p[i] != '|';
	}
	return marks >= 3;
}

/* Takes Markdown's marks off a line, and notes them. */
static void
line_marks(struct str t, struct line *l)
{
	size_t i = l->start, n = l->end;

	while (i < n && t.p[i] == '>')
		i = skip_blanks(t, i + 1);
	if (i < n && t.p[i] == '#') {
		size_t h = i;

		while (h < n && t.p[h] == '#')
			h++;
		if (h - i <= 6 && h < n && t.p[h] == ' ') {
			l->level = (unsigned)(h - i);
			i = skip_blanks(t, h);
		}
	} else if (n - i >= 2 && (t.p[i] == '-' || t.p[i] == '*' || t.p[i] == '+') &&
	    t.p[i + 1] == ' ') {
		l->bullet = true;
		i = skip_blanks(t, i + 1);
	}
	if (n - i > 4 && memcmp(t.p + i, "**", 2) == 0 && memcmp(t.p + n - 2, "**", 2) == 0 &&
	    memmem(t.p + i + 2, n - i - 4, "**", 2) == NULL) {
		l->bold = true;
		i += 2;
		n -= 2;
	}
	if (i < n) {
		l->start = i;
		l->end = n;
	}
}

static void
line_measure(struct str t, struct line *l)
{
	size_t i, len, blanks = 0;
	unsigned bars = 0, gaps = 0;

	for (i = l->start; i < l->end; i += len) {
		unsigned char b = (unsigned char)t.p[i];

		len = utf8_len(t.p[i]);
		l->width += b < 0xE0 ? 1 : 2;
		l->han += b >= 0xE4 && b <= 0xE9;
		if (b == '|')
			bars++;
		if (b == '\t')
			gaps++;
		if (b == ' ' && ++blanks == 3)
			gaps++;
		if (b != ' ')
			blanks = 0;
		if (b == 0xE3 && memcmp(t.p + i, "\u3002", 3) == 0)
			l->stops = true;
	}
	l->cells = gaps > 0 || bars > 1;
	l->tail = tail_of(t, l->start, l->end);
	l->stops |= l->tail == TAIL_STOP;
}

void
page_lines(struct page *pg)
{
	struct str t = pg->text;
	size_t i = 0;
	unsigned gap = 0;

	pg->nline = 0;
	while (i < t.n) {
		const char *nl = memchr(t.p + i, '\n', t.n - i);
		size_t eol = nl != NULL ? (size_t)(nl - t.p) : t.n;
		struct line l = {.start = i, .end = eol};
		size_t at;

		while (l.end > l.start) {
			uint32_t c = char_before(t, l.start, l.end, &at);

			if (c != ' ' && c != '\t' && c != '\r' && c != 0x3000 && c != 0xA0)
				break;
			l.end = at;
		}
		while (l.start < l.end) {
			if (t.p[l.start] == ' ')
				l.indent++, l.start++;
			else if (t.p[l.start] == '\t')
				l.indent += 4, l.start++;
			else if (l.end - l.start >= 3 && memcmp(t.p + l.start, "\u3000", 3) == 0)
				l.indent += 2, l.start += 3;
			else
				break;
		}
		if (l.start == l.end || is_ruler(t, l.start, l.end))
			gap++;
		else {
			l.hard = eol - l.end >= 2 && t.p[l.end] == ' ' && t.p[l.end + 1] == ' ';
			line_marks(t, &l);
			line_measure(t, &l);
			l.gap = gap;
			gap = 0;
			*line_new(pg) = l;
		}
		i = eol + 1;
	}
}

/* Could the line be a heading, by its looks? */
static bool
like_heading(const struct page *pg, const struct line *l)
{
	struct str t = pg->text;
	bool comma = false, blank = false;
	size_t i, len;

	if (l->level > 0)
		return true;
	if (l->bullet || l->cells || l->tail != TAIL_OPEN || l->han < 2 ||
	    l->han > HEADING_MAX_TWO || l->han * 4 < l->width)
		return false;
	for (i = l->start; i < l->end; i += len) {
		uint32_t c = utf8_get(t.p + i, &len);

		if (c == 0x3002)
			return false;
		if (c == 0xFF0C || c == ',')
			comma = true;
		if ((c == ' ' || c == 0x3000 || c == '|' || c == 0x4E28 || c == 0xFF5C) &&
		    i > l->start)
			blank = true;
	}
	return l->han <= HEADING_MAX || (!comma && (blank || l->han <= HEADING_MAX_ONE));
}

/*
 * The width at which the page's lines are wrapped, or 0 if they are not: most
 * lines that have another right below them and do not end a sentence must be
 * about as wide, and hardly any wider.
 */
static unsigned
wrap_width(const struct page *pg, size_t from, size_t to)
{
	size_t i, near = 0, open = 0;
	bool prose = false;
	unsigned w = 0;

	for (i = from; i < to; i++)
		if (w < pg->line[i].width)
			w = pg->line[i].width;
	for (i = from; i + 1 < to; i++) {
		const struct line *l = &pg->line[i];

		prose |= l->stops || l[1].stops;
		if (l[1].gap > 0 || l->level > 0 || (l->tail != TAIL_OPEN && l->tail != TAIL_COMMA))
			continue;
		open++;
		near += l->width + WRAP_SLACK >= w;
	}
	return prose && open >= 2 && near * 3 >= open * 2 && w >= 12 && w <= 160 ? w : 0;
}

bool
begins_inside(struct str t, size_t start)
{
	size_t len;
	uint32_t c = utf8_get(t.p + start, &len);

	return c == 0xFF0C || c == 0x3002 || c == 0x3001 || c == 0xFF1B || c == 0xFF1A ||
	    c == ',' || c == '%' || c == 0x201D || c == 0x300B || c == 0xFF09;
}

/* Is the line, all of it, what a rule describes? */
static bool
all_marked(const struct line *l)
{
	return l->mark.rule != NULL && l->mark.end == l->end - l->start;
}

/* Lines a and b, with no blank line between: one paragraph? */
static bool
lines_join(const struct page *pg, const struct line *a, const struct line *b, unsigned wrap)
{
	struct str t = pg->text;
	bool full = wrap > 0 && a->width + WRAP_SLACK >= wrap;
	bool open = a->tail == TAIL_OPEN || a->tail == TAIL_COMMA;

	if (a->level > 0 || b->level > 0 || b->bullet || a->cells || b->cells || b->bold)
		return false;
	if (a->bold)
		return true;
	if (all_marked(a) || all_marked(b))
		return false;
	if ((b->mark.rule != NULL || b->turn.n > 0) && !(full && open))
		return false;
	if (wrap > 0 && b->indent >= a->indent + 2 && b->indent <= a->indent + 8)
		return false;
	if (a->tail == TAIL_COMMA)
		return true;
	if (a->tail != TAIL_OPEN)
		return false;
	if (full || begins_inside(t, b->start))
		return true;
	/* a number cut from its unit */
	return ends_digit(t, a->start, a->end) && like_heading(pg, a) && b->tail == TAIL_STOP;
}

static struct strip *
strip_new(struct page *pg)
{
	if (pg->nstrip == pg->capstrip) {
		pg->capstrip = pg->capstrip ? pg->capstrip * 2 : 64;
		pg->strip = xarray(pg->strip, pg->capstrip, sizeof(*pg->strip));
	}
	pg->strip[pg->nstrip] = (struct strip){.next = NONE, .prev = NONE, .heading = NONE,
		.kind = PARAGRAPH, .mark = {.kind = NKIND, .items = NKIND}};
	return &pg->strip[pg->nstrip++];
}

/* Is this name of a turn really one: does the page have it twice, or an interview? */
static bool
turn_proved(const struct page *pg, struct str name, bool interview)
{
	const char *p = memmem(pg->text.p, pg->text.n, name.p, name.n);

	if (interview)
		return true;
	if (p == NULL)
		return false;
	p += name.n;
	return memmem(p, pg->text.n - (size_t)(p - pg->text.p), name.p, name.n) != NULL;
}

/* Asks the rules about every line. */
static void
ask_rules(struct page *pg)
{
	bool interview = false;
	size_t i;

	for (i = 0; i < pg->nline; i++) {
		struct line *l = &pg->line[i];
		struct str s = {pg->text.p + l->start, l->end - l->start};
		struct turn turn;

		mark_line(s, &l->mark);
		if (mark_turn(s, &turn)) {
			l->turn = turn.speaker;
			l->who = turn.who;
			interview |= turn.who == ASKER;
		}
	}
	for (i = 0; i < pg->nline; i++) {
		struct line *l = &pg->line[i];

		if (l->turn.n > 0 && l->who == NAMED && !turn_proved(pg, l->turn, interview))
			l->turn.n = 0;
		/* a title such as "Name: so and so", with nothing above it or in two phrases */
		if (l->turn.n > 0 && like_heading(pg, l) &&
		    (l->level > 0 || i == 0 || l->han > HEADING_MAX || !interview))
			l->turn.n = 0;
	}
}

/* A jump line in brackets at the end of a strip, or at its beginning, becomes one of its own. */
static void
split_jump(struct page *pg)
{
	struct strip *s = &pg->strip[pg->nstrip - 1], *new;
	const struct line *l = &pg->line[s->last];
	struct str t = pg->text;
	struct mark mark;
	size_t at = s->end, len;

	if (s->kind == JUMP_LINE || t.p[s->end - 1] != '\x89') /* the last byte of a closing bracket */
		return;
	while (at > l->start && s->end - at < 120) {
		at--;
		if (((unsigned char)t.p[at] & 0xC0) != 0x80 && utf8_get(t.p + at, &len) == 0xFF08)
			break;
	}
	if (at <= l->start || utf8_get(t.p + at, &len) != 0xFF08 ||
	    !mark_line((struct str){t.p + at, s->end - at}, &mark) || mark.kind != JUMP_LINE)
		return;
	new = strip_new(pg);
	s = new - 1;
	*new = (struct strip){.first = s->last, .last = s->last, .start = at, .end = s->end,
		.kind = JUMP_LINE, .tail = TAIL_STOP, .mark = mark, .next = NONE, .prev = NONE,
		.heading = NONE};
	while (at > s->start && t.p[at - 1] == ' ')
		at--;
	s->end = at;
	s->tail = tail_of(t, s->start, s->end);
}

static enum kind
strip_kind(const struct page *pg, const struct strip *s)
{
	const struct line *l = &pg->line[s->first];
	bool single = s->first == s->last;

	if (l->level > 0)
		return HEADING;
	if (l->turn.n > 0)
		return PARAGRAPH;
	if (l->bullet || (l->bold && !single))
		return LIST_ITEM;
	if (l->mark.kind != NKIND && l->mark.rule != NULL)
		return l->mark.kind;
	if (l->cells)
		return TABLE_ROW;
	if (pg->nline > 1 && single && like_heading(pg, l))
		return HEADING;
	return l->mark.number ? LIST_ITEM : PARAGRAPH;
}

/* Lines that make one strip, one after the other. */
static void
gather(struct page *pg)
{
	size_t i, j, k;

	for (i = 0; i < pg->nline; i = k) {
		unsigned wrap;

		/* lines without a blank line between them */
		for (k = i + 1; k < pg->nline && pg->line[k].gap == 0; k++)
			;
		wrap = wrap_width(pg, i, k);
		for (; i < k; i = j) {
			const struct line *l = &pg->line[i];
			struct strip *s;

			for (j = i + 1; j < k; j++)
				if (l->bold ? pg->line[j].bold || pg->line[j].level > 0
				            : !lines_join(pg, &pg->line[j - 1], &pg->line[j], wrap))
					break;
			s = strip_new(pg);
			s->first = i;
			s->last = j - 1;
			s->start = l->start;
			s->end = pg->line[j - 1].end;
			s->gap = l->gap;
			s->tail = pg->line[j - 1].tail;
			s->level = l->level;
			s->turn = l->turn;
			s->who = l->who;
			s->mark = l->mark;
			s->boxed = l->bold && j - i > 1;
			s->kind = strip_kind(pg, s);
			s->fresh = s->mark.rule != NULL;
			if (s->kind == PARAGRAPH || s->kind == LIST_ITEM)
				split_jump(pg);
		}
	}
}

static size_t
strip_han(const struct page *pg, const struct strip *s)
{
	size_t i, n = 0;

	for (i = s->first; i <= s->last; i++)
		n += pg->line[i].han;
	return n;
}

/* Do two strips, one right below the other, make one block? */
static bool
strips_merge(const struct page *pg, const struct strip *a, const struct strip *b)
{
	if (a->kind != b->kind || b->gap > 1)
		return false;
	if (a->kind == BYLINE)
		return b->gap == 0 && a->mark.role == HEAD && a->mark.rule == b->mark.rule;
	if (a->kind != HEADING || a->level > 0 || b->level > 0 || b->mark.number ||
	    b->mark.role != ANYWHERE || (a->mark.role != ANYWHERE && a->mark.role != PERSON) ||
	    a->last - a->first + 1 >= HEADING_LINES)
		return false;
	if (b->gap == 0)
		return true;
	return a->mark.role != PERSON && strip_han(pg, a) >= HEADING_LABEL &&
	    strip_han(pg, b) >= HEADING_LABEL;
}

/* Headings and bylines set on several lines; lists of short lines, which look like them. */
static void
merge(struct page *pg)
{
	size_t i, j, n;

	for (i = 0; i < pg->nstrip; i = j) {
		for (j = i; j < pg->nstrip && pg->strip[j].kind == HEADING &&
		     pg->strip[j].level == 0 && (j == i || pg->strip[j].gap == 0); j++)
			;
		for (n = i; j - i > HEADING_LINES && n < j; n++)
			if (pg->strip[n].mark.kind == NKIND)
				pg->strip[n].kind = LIST_ITEM;
		j += j == i;
	}
	for (i = 0, n = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[n > 0 ? n - 1 : 0];

		if (n > 0 && strips_merge(pg, s, &pg->strip[i])) {
			s->last = pg->strip[i].last;
			s->end = pg->strip[i].end;
		} else
			pg->strip[n++] = pg->strip[i];
	}
	pg->nstrip = n;
}

/* What a strip is by what stands next to it. */
static void
look_around(struct page *pg)
{
	enum kind items = NKIND;
	size_t i;

	for (i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i], *next = i + 1 < pg->nstrip ? s + 1 : NULL;

		if (s->kind == HEADING)
			items = s->mark.items;
		else if (s->kind == LIST_ITEM && items != NKIND) {
			s->kind = items;
			s->boxed = true;
		} else if (s->kind != LIST_ITEM && s->kind != PULL_QUOTE)
			items = NKIND;
		if (s->kind == PARAGRAPH && next != NULL && next->kind == BYLINE &&
		    next->mark.role == PHOTO && next->gap <= 1)
			s->kind = CAPTION;
	}
}

void
page_strips(struct page *pg)
{
	pg->nstrip = 0;
	ask_rules(pg);
	gather(pg);
	merge(pg);
	look_around(pg);
}

bool
join_blank(struct str t, size_t end, size_t start)
{
	unsigned char a = (unsigned char)t.p[end - 1], b = (unsigned char)t.p[start];
	bool da = a >= '0' && a <= '9', db = b >= '0' && b <= '9';

	if (a >= 0x80 || b >= 0x80)
		return false;
	if (da && db)
		return false; /* a number that the wrap has cut */
	return a != '-' && a != '(' && b != ')';
}

static void
piece_add(struct pieces *p, size_t start, size_t end, bool blank)
{
	if (start >= end)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->piece = xarray(p->piece, p->cap, sizeof(*p->piece));
	}
	p->piece[p->n++] = (struct piece){start, end, blank};
}

void
strip_pieces(const struct page *pg, const struct strip *s, struct pieces *out)
{
	struct str t = pg->text;
	bool list = s->kind == HEADING || s->boxed; /* lines that are not one sentence */
	size_t i;

	for (i = s->first; s->boxed && i <= s->last; i++)
		list &= !pg->line[i].stops && pg->line[i].tail != TAIL_COMMA;
	for (i = s->first; i <= s->last; i++) {
		const struct line *l = &pg->line[i];
		size_t start = i == s->first ? s->start : l->start;
		size_t end = i == s->last ? s->end : l->end;
		const char *mark;

		if (i > s->first && (list || join_blank(t, l[-1].end, l->start) || l[-1].bold)) {
			const char *nl = memchr(t.p + l[-1].end, '\n', t.n - l[-1].end);
			size_t at = (size_t)(nl - t.p);

			piece_add(out, at, at + 1, true);
		}
		/* bold marks come in pairs */
		while ((mark = memmem(t.p + start, end - start, "**", 2)) != NULL) {
			size_t open = (size_t)(mark - t.p), close;

			mark = memmem(t.p + open + 2, end - open - 2, "**", 2);
			if (mark == NULL)
				break;
			close = (size_t)(mark - t.p);
			piece_add(out, start, open, false);
			piece_add(out, open + 2, close, false);
			start = close + 2;
		}
		piece_add(out, start, end, false);
	}
}

void
page_free(struct page *pg)
{
	free(pg->line);
	free(pg->strip);
	free(pg->alias);
	*pg = (struct page){0};
}
