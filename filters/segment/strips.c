/* strips.c - which lines stand together, and what they are */
/* SPDX-License-Identifier: MIT */
#include "marks.h"

const char *const kind_name[NKIND] = {"paragraph", "heading", "byline", "caption", "list_item",
    "pull_quote", "jump_line", "table_row", "other"};

enum {
	HEADING_MAX = 22,     /* ideographs in a heading with a comma */
	HEADING_MAX_ONE = 34, /* in one without */
	HEADING_MAX_TWO = 44, /* in one of two phrases, parted by a blank or a bar */
	NEAR_BYTES = 1 << 17, /* how far around a name is looked for again */
	NEAR_LINES = 1000,    /* and a label */
	TITLE_MAX = 72,       /* columns of one in a Western language */
	HEADING_LINES = 4,
	CAPTION_LINES = 3,
	HEADING_LABEL = 8, /* ideographs: a shorter one may be a column's name */
	WRAP_SLACK = 8     /* columns by which a wrapped line may be shorter than the widest */
};

/* Does it end within a number, as far as one can see? */
static bool
ends_digit(struct str t, size_t start, size_t end)
{
	if (end > start + 1 && t.p[end - 1] == '.')
		end--;
	return end > start && t.p[end - 1] >= '0' && t.p[end - 1] <= '9';
}

/* A row of a table: several cells, or as many as its neighbour, and no prose. */
static bool
like_row(const struct page *pg, const struct line *l)
{
	size_t i = (size_t)(l - pg->line);

	if (l->cells == 0 || l->stops || l->bullet || l->level > 0)
		return false;
	return l->cells >= 2 || (i > 0 && l->gap == 0 && l[-1].cells == l->cells) ||
	       (i + 1 < pg->nline && l[1].gap == 0 && l[1].cells == l->cells);
}

/* How the words of a line are parted. */
struct looks {
	bool stop, comma, blank;
};

static struct looks
line_looks(struct str t, const struct line *l)
{
	struct looks k = {false, false, false};
	size_t i, len;

	for (i = l->start; i < l->end; i += len) {
		uint32_t c = utf8_get(t.p + i, &len);

		k.stop |= c == 0x3002 || c == 0xFF1F || c == 0xFF1B || c == '?' || c == ';';
		k.comma |= c == 0xFF0C || c == ',';
		k.blank |= i > l->start &&
			   (c == ' ' || c == 0x3000 || c == '|' || c == 0x4E28 || c == 0xFF5C);
	}
	return k;
}

/* Could the line be a heading, by its looks? */
static bool
like_heading(const struct page *pg, const struct line *l)
{
	struct looks k;

	if (l->level > 0)
		return true;
	if (l->bullet || like_row(pg, l) || l->tail != TAIL_OPEN || l->han > HEADING_MAX_TWO)
		return false;
	if (l->han == 0)
		return l->width <= TITLE_MAX && l->letters * 2 > l->width;
	if (l->han < 2 || l->han * 4 < l->width)
		return false;
	k = line_looks(pg->text, l);
	if (k.stop)
		return false;
	return l->han <= HEADING_MAX || (!k.comma && (k.blank || l->han <= HEADING_MAX_ONE));
}

/* By how many columns a wrapped line may be shorter: a word, or a mark that may not begin one. */
static unsigned
slack(const struct line *l)
{
	return l->han == 0 ? 2 * WRAP_SLACK : WRAP_SLACK;
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
		near += l->width + slack(l) >= w;
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

/* Is b the heading, of one line or two, of a report that begins below it with 本报讯? */
static bool
heads_report(const struct page *pg, const struct line *b)
{
	const struct line *end = pg->line + pg->nline, *l;

	for (l = b + 1; l < end && l <= b + 2 && l[-1].mark.rule == NULL; l++)
		if (l->mark.role == OPENS)
			return l->gap <= 1 && like_heading(pg, b) && like_heading(pg, l - 1);
	return false;
}

/* Lines a and b, with no blank line between: one paragraph? */
static bool
lines_join(
    const struct page *pg, const struct line *a, const struct line *b, unsigned wrap, bool indented)
{
	struct str t = pg->text;
	bool full = wrap > 0 && a->width + slack(a) >= wrap;
	bool open = a->tail == TAIL_OPEN || a->tail == TAIL_COMMA;

	if (a->level > 0 || b->level > 0 || b->bullet || like_row(pg, a) || like_row(pg, b) ||
	    b->bold)
		return false;
	if (a->bold)
		return true;
	if (all_marked(a) || all_marked(b))
		return false;
	if (((b->mark.rule != NULL && b->mark.role != FRESH) || b->turn.n > 0) && !(full && open))
		return false;
	if (wrap > 0 && b->indent >= a->indent + 2 && b->indent <= a->indent + 8)
		return false;
	/* where paragraphs are indented, a full line may end a sentence and go on */
	if (indented && full && (b->mark.rule == NULL || b->mark.role == FRESH) && b->turn.n == 0)
		return true;
	if (open && !full && heads_report(pg, b))
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
	pg->strip[pg->nstrip] = (struct strip){.next = NONE,
	    .prev = NONE,
	    .heading = NONE,
	    .kind = PARAGRAPH,
	    .mark = {.kind = NKIND, .items = NKIND}};
	return &pg->strip[pg->nstrip++];
}

/*
 * Is this name of a turn really one: is it said twice, not too far from it, or
 * is the page an interview?
 */
static bool
turn_proved(const struct page *pg, struct str name, bool interview)
{
	size_t at = (size_t)(name.p - pg->text.p);
	const char *p = pg->text.p + (at > NEAR_BYTES ? at - NEAR_BYTES : 0);
	const char *end =
	    pg->text.p + (pg->text.n - at > NEAR_BYTES ? at + NEAR_BYTES : pg->text.n);

	if (interview)
		return true;
	while ((p = memmem(p, (size_t)(end - p), name.p, name.n)) == name.p)
		p += name.n;
	return p != NULL;
}

/* Do at least two lines begin with this label, most of them questions? */
static bool
asks_often(const struct page *pg, size_t near)
{
	struct str label = pg->line[near].turn;
	size_t i, said = 0, asked = 0, last = near + NEAR_LINES;

	for (i = near > NEAR_LINES ? near - NEAR_LINES : 0; i < pg->nline && i < last; i++) {
		const struct line *l = &pg->line[i], *end = l;
		size_t at;
		uint32_t c;

		if (l->turn.n != label.n || memcmp(l->turn.p, label.p, label.n) != 0)
			continue;
		while (end + 1 < pg->line + pg->nline && end->tail != TAIL_STOP &&
		       end[1].gap == 0 && end - l < 20) /* the question may be wrapped */
			end++;
		c = char_before(pg->text, l->start, end->end, &at);
		said++;
		asked += c == '?' || c == 0xFF1F;
	}
	return said >= 2 && asked * 3 >= said * 2;
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

		if (l->turn.n > 0 && l->who != ANSWERER && l->who != ASKER && asks_often(pg, i)) {
			l->who = ASKER;
			interview = true;
		}
	}
	for (i = 0; i < pg->nline; i++) {
		struct line *l = &pg->line[i];

		if (l->turn.n == 0)
			continue;
		if (l->who == LABEL || (l->who == NAMED && !turn_proved(pg, l->turn, interview)))
			l->turn.n = 0;
		/* a title such as "Name: so and so", with nothing above it or in two phrases */
		if (l->turn.n > 0 && like_heading(pg, l)) {
			struct looks k = line_looks(pg->text, l);

			if (l->level > 0 || i == 0 || l->han > HEADING_MAX || !interview ||
			    (k.blank && !k.comma))
				l->turn.n = 0;
		}
	}
}

enum { JUMP_BYTES = 120 };

/* Are the bytes t[start, end), without line breaks, a jump line? */
static bool
is_jump(struct str t, size_t start, size_t end, struct mark *mark)
{
	char text[JUMP_BYTES];
	size_t i, n = 0;

	if (end - start > sizeof(text))
		return false;
	for (i = start; i < end; i++)
		if (t.p[i] != '\n' && t.p[i] != ' ' && t.p[i] != '\r')
			text[n++] = t.p[i];
	if (!mark_line((struct str){text, n}, mark) || mark->kind != JUMP_LINE)
		return false;
	mark->speaker = (struct str){"", 0}; /* text goes out of scope */
	return mark->end == n;
}

static struct strip
jump_strip(const struct page *pg, size_t first, size_t last, size_t start, size_t end,
    const struct mark *mark)
{
	return (struct strip){.first = first,
	    .last = last,
	    .start = start,
	    .end = end,
	    .kind = JUMP_LINE,
	    .gap = pg->line[first].gap,
	    .tail = TAIL_STOP,
	    .mark = *mark,
	    .next = NONE,
	    .prev = NONE,
	    .heading = NONE};
}

/* A jump line in brackets at the end of a strip becomes one of its own. */
static void
split_jump_end(struct page *pg)
{
	struct strip *s = &pg->strip[pg->nstrip - 1];
	struct str t = pg->text;
	size_t at = s->end, line = s->last, last = s->last, end = s->end, len;
	struct mark mark;

	if (s->end - s->start < 3 || memcmp(t.p + s->end - 3, "\uFF09", 3) != 0)
		return;
	do {
		if (at == s->start || end - at >= JUMP_BYTES)
			return;
		at--;
	} while (((unsigned char)t.p[at] & 0xC0) == 0x80 || utf8_get(t.p + at, &len) != 0xFF08);
	if (at == s->start || !is_jump(t, at, end, &mark))
		return;
	while (pg->line[line].start > at)
		line--;
	s->last = line;
	s->end = at;
	if (at == pg->line[line].start) { /* it begins its line */
		s->last = line - 1;
		s->end = pg->line[line - 1].end;
	}
	while (s->end > s->start && t.p[s->end - 1] == ' ')
		s->end--;
	s->tail = tail_of(
	    t, pg->line[s->last].start > s->start ? pg->line[s->last].start : s->start, s->end);
	*strip_new(pg) = jump_strip(pg, line, last, at, end, &mark);
}

/* And one at the beginning: the strip begins behind it. */
static void
split_jump_start(struct page *pg)
{
	struct strip *s = &pg->strip[pg->nstrip - 1], body;
	struct str t = pg->text;
	const struct line *l = &pg->line[s->first];
	const char *close;
	size_t end;
	struct mark mark;

	if (l->end - l->start < 9 || memcmp(t.p + l->start, "\uFF08", 3) != 0)
		return;
	close = memmem(t.p + l->start, l->end - l->start, "\uFF09", 3);
	if (close == NULL)
		return;
	end = (size_t)(close - t.p) + 3;
	if (skip_blanks(t, end) >= s->end || !is_jump(t, l->start, end, &mark))
		return;
	body = *s;
	*s = jump_strip(pg, s->first, s->first, s->start, end, &mark);
	body.start = skip_blanks(t, end);
	body.gap = 0;
	body.mark = (struct mark){.kind = NKIND, .items = NKIND};
	if (pg->line[body.first].end <= body.start)
		body.first++;
	body.kind = PARAGRAPH;
	*strip_new(pg) = body;
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
	if (l->mark.kind != NKIND && l->mark.rule != NULL && l->mark.role != FRESH)
		return l->mark.kind;
	if (like_row(pg, l))
		return TABLE_ROW;
	if (pg->nline > 1 && single && like_heading(pg, l))
		return HEADING;
	return l->mark.number ? LIST_ITEM : PARAGRAPH;
}

/* Do some of the lines begin with a blank, and others not: is that how paragraphs begin? */
static bool
has_indents(const struct page *pg, size_t from, size_t to)
{
	size_t i, in = 0;

	for (i = from; i < to; i++)
		in += pg->line[i].indent >= 2;
	return in > 0 && in < to - from;
}

/* Lines that make one strip, one after the other. */
static void
gather(struct page *pg)
{
	unsigned page_wrap = wrap_width(pg, 0, pg->nline);
	size_t i, j, k;

	for (i = 0; i < pg->nline; i = k) {
		unsigned wrap;
		bool indented;

		/* lines without a blank line between them */
		for (k = i + 1; k < pg->nline && pg->line[k].gap == 0; k++)
			;
		if ((wrap = wrap_width(pg, i, k)) == 0)
			wrap = page_wrap;
		indented = has_indents(pg, i, k);
		for (; i < k; i = j) {
			const struct line *l = &pg->line[i];
			struct strip *s;

			for (j = i + 1; j < k; j++)
				if (l->bold ? pg->line[j].bold || pg->line[j].level > 0
					    : !lines_join(pg, &pg->line[j - 1], &pg->line[j], wrap,
						  indented))
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
			if (s->mark.role == FRESH) {
				s->mark = (struct mark){.kind = NKIND, .items = NKIND};
				s->opener = true;
			}
			s->fresh = s->mark.rule != NULL;
			if (s->kind == PARAGRAPH || s->kind == LIST_ITEM) {
				split_jump_start(pg);
				split_jump_end(pg);
			}
		}
	}
}

size_t
count_han(const struct page *pg, const struct strip *s)
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
	return a->mark.role != PERSON && count_han(pg, a) >= HEADING_LABEL &&
	       count_han(pg, b) >= HEADING_LABEL;
}

/* Headings and bylines set on several lines; lists of short lines, which look like them. */
static void
merge(struct page *pg)
{
	size_t i, j, n;

	for (i = 0; i < pg->nstrip; i = j) {
		for (j = i; j < pg->nstrip && pg->strip[j].kind == HEADING &&
			    pg->strip[j].level == 0 && (j == i || pg->strip[j].gap == 0);
		     j++)
			;
		for (n = i; j - i > HEADING_LINES && n < j; n++)
			if (pg->strip[n].mark.kind == NKIND || pg->strip[n].mark.role == FRESH)
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

/* 图片新闻, and below it sentences on lines of their own: all of them are the caption of the
 * photograph. */
static void
caption_up(struct page *pg, size_t i)
{
	size_t first = i;

	while (first > 0 && i - first < CAPTION_LINES && pg->strip[first].gap == 0 &&
	       pg->strip[first - 1].kind == PARAGRAPH)
		first--;
	if (first == 0 || pg->strip[first].gap > 0 || pg->strip[first - 1].kind != HEADING ||
	    pg->line[pg->strip[first - 1].first].han > HEADING_LABEL)
		first = i;
	for (; first <= i; first++)
		pg->strip[first].kind = CAPTION;
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
		if (s->mark.role == NAMES && (i == 0 || s[-1].mark.role != NAMES) &&
		    (next == NULL || next->mark.role != NAMES)) {
			s->kind = BYLINE;
			s->mark.role = HEAD;
		}
		/* who signs, above the date */
		if (s->kind == HEADING && s->level == 0 && next != NULL && next->gap == 0 &&
		    next->mark.role == DATED && s->first == s->last && i > 0)
			s->kind = BYLINE;
		if (s->kind == PARAGRAPH && next != NULL && next->kind == BYLINE &&
		    next->mark.role == PHOTO && next->gap <= 1)
			caption_up(pg, i);
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
