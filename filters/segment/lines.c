/* lines.c - the lines of a page, and what can be seen of each */
/* SPDX-License-Identifier: MIT */
#include "segment.h"

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

enum tail
tail_of(struct str t, size_t start, size_t end)
{
	size_t at;
	uint32_t c;

	for (;; end = at) {
		c = char_before(t, start, end, &at);
		switch (c) {
		case 0x3002:
		case 0xFF01:
		case 0xFF1F:
		case 0xFF1B:
		case 0x2026:
		case 0xFF61:
		case '!':
		case '?':
		case ';':
		case 0x2014: return TAIL_STOP;
		case '.':
			c = char_before(t, start, at, &at);
			return is_han(c) || is_closer(c) || (c >= 'a' && c <= 'z') ? TAIL_STOP
										   : TAIL_OPEN;
		case 0xFF0C:
		case 0x3001:
		case ',':
		case 0x2018:
		case 0x201C:
		case 0x300A:
		case 0xFF08:
		case '(':
		case 0x300C:
		case 0x300E: return TAIL_COMMA;
		case 0xFF1A:
		case ':': return TAIL_COLON;
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

	t.n = n;
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
	} else if (n - i > 2 && t.p[i] == '*' && t.p[n - 1] == '*' &&
		   memchr(t.p + i + 1, '*', n - i - 2) == NULL) {
		i++;
		n--;
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
	unsigned bars = 0;

	for (i = l->start; i < l->end; i += len) {
		unsigned char b = (unsigned char)t.p[i];

		if (b >= 0xE4 && b <= 0xE9) { /* most are */
			l->width += 2;
			l->han++;
			blanks = 0;
			len = 3;
			continue;
		}
		len = utf8_len(t.p[i]);
		l->width += b < 0xE0 ? 1 : 2;
		l->letters += (b | 32) >= 'a' && (b | 32) <= 'z';
		if (b == '|')
			bars++;
		if (b == '\t')
			l->cells++;
		if (b == ' ' && ++blanks == 2)
			l->cells++;
		if (b != ' ')
			blanks = 0;
		if (b == 0xE3 && memcmp(t.p + i, "\u3002", 3) == 0)
			l->stops = true;
	}
	l->cells += bars > 1 ? bars : 0;
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
			line_marks(t, &l);
			line_measure(t, &l);
			l.gap = gap;
			gap = 0;
			*line_new(pg) = l;
		}
		i = eol + 1;
	}
}
