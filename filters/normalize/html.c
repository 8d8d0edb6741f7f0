/* html.c - an HTML page as lines of text: blocks, headings, lists, tables row by row */
/* SPDX-License-Identifier: MIT */
#include <gumbo.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "html.h"
#include "normalize.h"
#include "utf8.h"

/*
 * What is written for a page:
 *
 *	a block (p, div ...)    lines with a blank line around them
 *	h1 to h6                the same, after #, ## ... as in Markdown
 *	a block all in bold     the same, between ** and **
 *	br, dt, dd              a line of its own
 *	li                      a line of its own, after "- "
 *	tr                      a line of its own, cells parted by TAB
 *	sup                     a number in it raised: 10<sup>4</sup> is 10⁴, not 104
 *
 * A table that holds another, or whose cells hold paragraphs or headings, is
 * there for the layout: its cells are blocks. Left out are scripts, styles,
 * navigation, forms' controls, and what the page itself hides.
 */

enum gap { NONE, BLANK, LINE, PARAGRAPH };

#define NOWHERE SIZE_MAX
#define COLUMNS 256     /* of a table, for colspan and rowspan */
#define MAX_DEPTH 20000 /* gumbo takes quadratic time over open elements */

struct work {
	struct page *page;
	struct locator where; /* of the HTML */
	struct buf text;
	struct align align;

	/* bytes of the HTML copied as they are, and not yet in the alignment */
	size_t from, to;

	/* what comes before the next character */
	enum gap gap;
	size_t blank_at, blank_n; /* BLANK: bytes of the HTML; blank_at may be NOWHERE */
	bool blank_is_line;       /* BLANK: it holds a line feed */
	unsigned tabs;
	const char *prefix;
	bool wide;   /* the last character was an ideograph or the like */
	size_t last; /* byte of the HTML after it */

	bool in_cell; /* of a table of data */
	bool raise;   /* within sup */
	unsigned in_pre, in_heading;
	/* of the row: the column to come, that of the last TAB, and rows that cells above span */
	unsigned column, tabbed;
	uint16_t spanned[COLUMNS];
	const GumboNode *bold; /* the element that the last ** is for */
	struct buf repaired;
	struct buf tables; /* a byte for each open table: is it layout? */
};

static void
flush(struct work *w)
{
	if (w->from < w->to)
		locator_slice(&w->where, w->from, w->to, &w->align);
	w->from = w->to = 0;
}

/* html[at, at + n) as it stands. */
static void
copy(struct work *w, size_t at, size_t n)
{
	if (w->from == w->to)
		w->from = at;
	else if (w->to != at) {
		flush(w);
		w->from = at;
	}
	w->to = at + n;
	buf_add(&w->text, w->page->text.p + at, n);
}

/* A character, for which html[at, at + n) stands. */
static void
stand_for(struct work *w, const char *c, size_t len, size_t at, size_t n)
{
	struct place place;

	if (n == len && memcmp(w->page->text.p + at, c, len) == 0) {
		copy(w, at, n);
		return;
	}
	flush(w);
	place = locate(&w->where, at, at + n);
	buf_add(&w->text, c, len);
	align_extend(&w->align, place.src_start, place.src_end, -(int32_t)utf8_count(c, len),
	    (int32_t)(place.src_end - place.src_start));
}

/* Characters that are not in the HTML, before or after what stands at a byte of it. */
static void
insert(struct work *w, size_t at, const char *z)
{
	struct place place;

	flush(w);
	place = locate(&w->where, at, at);
	buf_puts(&w->text, z);
	align_extend(
	    &w->align, place.src_start, place.src_start, -(int32_t)utf8_count(z, strlen(z)), 0);
}

/* At least that much is due before the next character. */
static void
gap(struct work *w, enum gap g)
{
	if (w->in_cell || w->in_heading > 0)
		g = BLANK;
	if (g >= LINE)
		w->tabs = 0;
	if (g == BLANK && w->gap == NONE) {
		w->blank_at = NOWHERE;
		w->blank_is_line = false;
	}
	if (g > w->gap)
		w->gap = g;
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Ideographs, kana, full-width forms: beside one of them a line feed is no blank. */
static bool
is_wide(uint32_t c)
{
	return utf8_width(c) == 2 || (c >= 0x2010 && c < 0x2030);
}

/* What was due before the character at a byte of the HTML. */
static void
settle(struct work *w, size_t at, uint32_t next)
{
	static const char *const written[] = {"", " ", "\n", "\n\n"};
	enum gap g = w->gap;

	if (w->text.n == 0)
		g = NONE;
	if (g == BLANK && w->tabs == 0) {
		if (w->blank_at == NOWHERE) {
			if (!w->wide || !is_wide(next))
				insert(w, at, " ");
		} else if (!(w->blank_is_line && (w->wide || is_wide(next))))
			stand_for(w, " ", 1, w->blank_at, w->blank_n);
	} else if (g >= LINE)
		insert(w, at, written[g]);
	w->tabbed += w->tabs;
	for (; w->tabs > 0; w->tabs--)
		insert(w, at, "\t");
	if (w->prefix != NULL)
		insert(w, at, w->prefix);
	w->prefix = NULL;
	w->gap = NONE;
}

static const char *
raised(uint32_t c)
{
	static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

	if (c >= '0' && c <= '9')
		return digits[c - '0'];
	return c == '+' ? "⁺" : c == '-' || c == 0x2212 ? "⁻" : c == 'n' ? "ⁿ" : NULL;
}

/* One character of the page (or two), which stands at html[at, at + n). */
static void
put(struct work *w, const char *c, size_t len, size_t at, size_t n)
{
	size_t got;
	uint32_t cp = utf8_get(c, &got);
	const char *sup = w->raise ? raised(cp) : NULL;

	if (is_blank(cp) && (w->in_pre == 0 || w->in_cell || w->in_heading > 0)) {
		if (w->gap == NONE) {
			w->gap = BLANK;
			w->blank_at = at;
			w->blank_n = n;
			w->blank_is_line = false;
		}
		w->blank_is_line = w->blank_is_line || cp == '\n';
		return;
	}
	settle(w, at, cp);
	w->wide = is_wide(cp);
	w->last = at + n;
	stand_for(w, sup != NULL ? sup : c, sup != NULL ? strlen(sup) : len, at, n);
}

static void
text_node(struct work *w, const GumboText *node)
{
	struct html_chars text;
	struct html_char c;

	html_chars(&text, node, &w->repaired);
	while (html_next(&text, &c))
		put(w, c.p, c.n, (size_t)(c.source - w->page->text.p), c.source_n);
}

/* The node after this one in the order of the page; above root is the end. */
static const GumboNode *
after(const GumboNode *node, const GumboNode *root)
{
	while (node != root) {
		const GumboVector *v = html_children(node->parent);
		size_t i = node->index_within_parent + 1;

		if (v != NULL && i < v->length)
			return v->data[i];
		node = node->parent;
	}
	return NULL;
}

static GumboTag
tag(const GumboNode *node)
{
	return node->type == GUMBO_NODE_ELEMENT ? node->v.element.tag : GUMBO_TAG_UNKNOWN;
}

static const char *
attribute(const GumboNode *node, const char *name)
{
	const GumboAttribute *a = gumbo_get_attribute(&node->v.element.attributes, name);

	return a != NULL ? a->value : NULL;
}

/* What elements are, by their tags. */
static const GumboTag blocks[] = {GUMBO_TAG_ADDRESS, GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE,
    GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY, GUMBO_TAG_CAPTION, GUMBO_TAG_CENTER, GUMBO_TAG_DETAILS,
    GUMBO_TAG_DIR, GUMBO_TAG_DIV, GUMBO_TAG_DL, GUMBO_TAG_FIELDSET, GUMBO_TAG_FIGCAPTION,
    GUMBO_TAG_FIGURE, GUMBO_TAG_FOOTER, GUMBO_TAG_FORM, GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3,
    GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6, GUMBO_TAG_HEADER, GUMBO_TAG_HGROUP, GUMBO_TAG_HR,
    GUMBO_TAG_LEGEND, GUMBO_TAG_MAIN, GUMBO_TAG_MENU, GUMBO_TAG_OL, GUMBO_TAG_P, GUMBO_TAG_PRE,
    GUMBO_TAG_SECTION, GUMBO_TAG_SUMMARY, GUMBO_TAG_TABLE, GUMBO_TAG_UL, GUMBO_TAG_NAV};
static const GumboTag left_out[] = {GUMBO_TAG_NAV, GUMBO_TAG_HEAD, GUMBO_TAG_SCRIPT,
    GUMBO_TAG_STYLE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_RT, GUMBO_TAG_RP, GUMBO_TAG_TEMPLATE,
    GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT, GUMBO_TAG_SVG, GUMBO_TAG_MATH, GUMBO_TAG_CANVAS,
    GUMBO_TAG_AUDIO, GUMBO_TAG_VIDEO, GUMBO_TAG_BUTTON, GUMBO_TAG_SELECT, GUMBO_TAG_TEXTAREA,
    GUMBO_TAG_INPUT, GUMBO_TAG_NOEMBED, GUMBO_TAG_NOFRAMES, GUMBO_TAG_XMP, GUMBO_TAG_PLAINTEXT};

static bool
tag_in(GumboTag t, const GumboTag *list, size_t n)
{
	while (n > 0)
		if (list[--n] == t)
			return true;
	return false;
}

static bool
is_block(GumboTag t)
{
	return tag_in(t, blocks, sizeof(blocks) / sizeof(blocks[0]));
}

static bool
is_left_out(const GumboNode *node)
{
	const char *style;

	if (tag_in(tag(node), left_out, sizeof(left_out) / sizeof(left_out[0])))
		return true;
	if (attribute(node, "hidden") != NULL)
		return true;
	style = attribute(node, "style");
	if (style == NULL || (style = strcasestr(style, "display")) == NULL)
		return false;
	style += strlen("display");
	style += strspn(style, " \t\n:");
	return strncasecmp(style, "none", 4) == 0;
}

/*
 * Is the table there to place things on the page? A cell of data has few lines
 * and not much text.
 */
static bool
is_layout(const GumboNode *table)
{
	enum { CELL_LINES = 4, CELL_BYTES = 1500 };
	const GumboNode *n = table;
	size_t rows = 0, cells = 0, lines = 0, bytes = 0;

	while (n != NULL) {
		const GumboVector *v = html_children(n);

		if (n->type == GUMBO_NODE_TEXT)
			bytes += strlen(n->v.text.text);
		switch (n == table ? GUMBO_TAG_UNKNOWN : tag(n)) {
		case GUMBO_TAG_TABLE:
		case GUMBO_TAG_H1:
		case GUMBO_TAG_H2:
		case GUMBO_TAG_H3:
		case GUMBO_TAG_H4:
		case GUMBO_TAG_ARTICLE:
		case GUMBO_TAG_FORM: return true;
		case GUMBO_TAG_TR: rows++; break;
		case GUMBO_TAG_TD:
		case GUMBO_TAG_TH:
			cells++;
			lines = bytes = 0;
			break;
		case GUMBO_TAG_P:
		case GUMBO_TAG_DIV:
		case GUMBO_TAG_LI:
		case GUMBO_TAG_BR: lines++; break;
		default: break;
		}
		if (lines >= CELL_LINES || bytes > CELL_BYTES)
			return true;
		n = v != NULL && v->length > 0 ? v->data[0] : after(n, table);
	}
	return cells <= rows; /* one column */
}

/* Is it all that its parent, a block, holds? */
static bool
is_alone(const GumboNode *node)
{
	const GumboVector *v = html_children(node->parent);

	if (!is_block(tag(node->parent)))
		return false;
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *n = v->data[i];

		if (n != node && n->type != GUMBO_NODE_WHITESPACE &&
		    n->type != GUMBO_NODE_COMMENT && tag(n) != GUMBO_TAG_BR)
			return false;
	}
	return true;
}

static const char *const hashes[] = {"# ", "## ", "### ", "#### ", "##### ", "###### "};

static bool
is_heading(GumboTag t)
{
	return t >= GUMBO_TAG_H1 && t <= GUMBO_TAG_H6;
}

static unsigned
span(const GumboNode *cell, const char *name, unsigned most)
{
	const char *z = attribute(cell, name);
	unsigned long n = z != NULL ? strtoul(z, NULL, 10) : 1;

	return n < 1 ? 1 : n > most ? most : (unsigned)n;
}

/* Columns that cells of the rows above take: their cells are empty here. */
static void
pass_spanned(struct work *w)
{
	for (; w->column < COLUMNS && w->spanned[w->column] > 0; w->column++)
		w->spanned[w->column]--;
}

static void
enter_row(struct work *w)
{
	gap(w, LINE);
	w->column = w->tabbed = 0;
}

static void
enter_cell(struct work *w)
{
	pass_spanned(w);
	w->tabs = w->column - w->tabbed;
	w->in_cell = true;
}

static void
leave_cell(struct work *w, const GumboNode *cell)
{
	unsigned rows = span(cell, "rowspan", UINT16_MAX) - 1;

	w->in_cell = false;
	for (unsigned n = span(cell, "colspan", COLUMNS); n > 0 && w->column < COLUMNS; n--)
		w->spanned[w->column++] = (uint16_t)rows;
}

static void
leave_row(struct work *w)
{
	for (; w->column < COLUMNS; w->column++)
		if (w->spanned[w->column] > 0)
			w->spanned[w->column]--;
}

/* Does it hold a number and nothing else? [2] is a note's. */
static bool
is_exponent(const GumboNode *sup)
{
	const GumboVector *v = html_children(sup);
	const GumboNode *n = v->length == 1 ? v->data[0] : NULL;
	size_t len;

	if (n == NULL || n->type != GUMBO_NODE_TEXT ||
	    utf8_valid(n->v.text.text, strlen(n->v.text.text)) != strlen(n->v.text.text))
		return false;
	for (const char *t = n->v.text.text; *t != '\0'; t += len)
		if (raised(utf8_get(t, &len)) == NULL)
			return false;
	return true;
}

/* False if what is in the element is not to be read. */
static bool
enter(struct work *w, const GumboNode *node)
{
	const GumboTag t = tag(node);
	const bool in_data = w->tables.n > 0 && w->tables.p[w->tables.n - 1] == 0;

	if (is_block(t))
		gap(w, PARAGRAPH);
	if (is_left_out(node))
		return false;
	if (is_heading(t)) {
		if (!w->in_cell)
			w->prefix = hashes[t - GUMBO_TAG_H1];
		w->in_heading++;
	}
	switch (t) {
	case GUMBO_TAG_BR: gap(w, w->gap == LINE ? PARAGRAPH : LINE); break;
	case GUMBO_TAG_DT:
	case GUMBO_TAG_DD: gap(w, LINE); break;
	case GUMBO_TAG_LI:
		gap(w, LINE);
		if (!w->in_cell && w->in_heading == 0)
			w->prefix = "- ";
		break;
	case GUMBO_TAG_TABLE:
		buf_putc(&w->tables, is_layout(node));
		memset(w->spanned, 0, sizeof(w->spanned));
		break;
	case GUMBO_TAG_TR:
		if (in_data)
			enter_row(w);
		else
			gap(w, PARAGRAPH);
		break;
	case GUMBO_TAG_TD:
	case GUMBO_TAG_TH:
		if (in_data)
			enter_cell(w);
		else
			gap(w, PARAGRAPH);
		break;
	case GUMBO_TAG_PRE: w->in_pre++; break;
	case GUMBO_TAG_SUP: w->raise = is_exponent(node); break;
	case GUMBO_TAG_B:
	case GUMBO_TAG_STRONG:
		if (!w->in_cell && w->in_heading == 0 && w->prefix == NULL && is_alone(node)) {
			w->prefix = "**";
			w->bold = node;
		}
		break;
	default: break;
	}
	return true;
}

/* The end of an element that was entered. */
static void
leave(struct work *w, const GumboNode *node)
{
	const GumboTag t = tag(node);

	if (node == w->bold) {
		if (w->prefix == NULL)
			insert(w, w->last, "**");
		w->prefix = NULL;
		w->bold = NULL;
	}
	if (is_heading(t)) {
		w->in_heading--;
		w->prefix = NULL;
	}
	switch (t) {
	case GUMBO_TAG_LI:
		w->prefix = NULL;
		gap(w, LINE);
		break;
	case GUMBO_TAG_TABLE: w->tables.n--; break;
	case GUMBO_TAG_TD:
	case GUMBO_TAG_TH:
		if (w->in_cell)
			leave_cell(w, node);
		break;
	case GUMBO_TAG_TR: leave_row(w); break;
	case GUMBO_TAG_PRE: w->in_pre--; break;
	case GUMBO_TAG_SUP: w->raise = false; break;
	default: break;
	}
	if (is_block(t))
		gap(w, PARAGRAPH);
}

/* The page in order, without recursion: pages nest as deep as their makers like. */
static void
walk(struct work *w, const GumboNode *root)
{
	const GumboNode *n = root;

	for (;;) {
		const GumboVector *v = NULL;

		if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE ||
		    n->type == GUMBO_NODE_CDATA)
			text_node(w, &n->v.text);
		else if (n->type == GUMBO_NODE_ELEMENT && enter(w, n)) {
			v = html_children(n);
			if (v->length > 0) {
				n = v->data[0];
				continue;
			}
			leave(w, n);
		}
		for (;;) {
			const GumboNode *up = n->parent;

			if (n == root)
				return;
			v = html_children(up);
			if (n->index_within_parent + 1 < v->length) {
				n = v->data[n->index_within_parent + 1];
				break;
			}
			n = up;
			leave(w, n);
		}
	}
}

/*
 * Elements open at once, if each were closed by its end tag. Those that may
 * do without, and those that have none, do not count.
 */
static bool
too_deep(struct str html)
{
	static const char *const loose[] = {"area", "base", "body", "br", "col", "colgroup", "dd",
	    "dt", "embed", "head", "hr", "html", "img", "input", "li", "link", "meta", "option",
	    "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr"};
	const char *p = html.p, *end = p + html.n;
	size_t depth = 0;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL && ++p < end) {
		const bool closes = *p == '/';
		size_t n = 0;
		bool counts = true;

		p += closes;
		while (p + n < end && html_is_name(p[n]))
			n++;
		for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++)
			if (strlen(loose[i]) == n && strncasecmp(loose[i], p, n) == 0)
				counts = false;
		if (n == 0 || !counts)
			continue;
		if (!closes && ++depth > MAX_DEPTH)
			return true;
		if (closes && depth > 0)
			depth--;
	}
	return false;
}

static bool
begins(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(end - p) >= n && strncasecmp(p, what, n) == 0;
}

bool
html_looks(struct str text)
{
	static const char *const first[] = {
	    "<!doctype html", "<html", "<head", "<body", "<meta ", "<title>"};
	const char *p = text.p, *end = p + text.n, *gt;

	for (;;) {
		while (p < end && is_blank((unsigned char)*p))
			p++;
		if (begins(p, end, "<!--") || begins(p, end, "<?xml"))
			gt = p[1] == '?' ? memmem(p, (size_t)(end - p), "?>", 2)
					 : memmem(p, (size_t)(end - p), "-->", 3);
		else
			break;
		if (gt == NULL)
			return false;
		p = gt + (p[1] == '?' ? 2 : 3);
	}
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (begins(p, end, first[i]))
			return true;
	return false;
}

struct str
html_charset(struct str bytes)
{
	const size_t most = bytes.n < 4096 ? bytes.n : 4096;
	const char *p = bytes.p, *end = p + most;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		const char *gt = memchr(p, '>', (size_t)(end - p)), *at;

		if (gt == NULL)
			break;
		if (begins(p, end, "<meta") || begins(p, end, "<?xml"))
			for (at = p; at < gt; at++) {
				size_t n = 0;

				if (begins(at, gt, "charset"))
					at += strlen("charset");
				else if (begins(at, gt, "encoding"))
					at += strlen("encoding");
				else
					continue;
				while (at < gt &&
				       (*at == ' ' || *at == '=' || *at == '"' || *at == '\''))
					at++;
				while (at + n < gt &&
				       (html_is_name(at[n]) || at[n] == '-' || at[n] == '_'))
					n++;
				return (struct str){at, n};
			}
		p = gt;
	}
	return (struct str){NULL, 0};
}

/* What the page says of itself: when it was published. */
static void
read_head(const GumboNode *root, struct html_head *head)
{
	static const char *const names[] = {"PubDate", "publishdate", "article:published_time",
	    "publish_time", "datePublished", "DC.date", "DC.date.issued"};
	const GumboNode *n = root;

	while (n != NULL) {
		const GumboVector *v = html_children(n);

		if (tag(n) == GUMBO_TAG_BODY)
			return;
		if (tag(n) == GUMBO_TAG_META && head->date[0] == '\0') {
			const char *name = attribute(n, "name");
			const char *content = attribute(n, "content");

			if (name == NULL)
				name = attribute(n, "property");
			if (name == NULL)
				name = attribute(n, "itemprop");
			for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(names[0]);
			     i++)
				if (strcasecmp(name, names[i]) == 0 && content != NULL)
					snprintf(head->date, sizeof(head->date), "%.31s",
					    content + strspn(content, " \t\n"));
		}
		n = v != NULL && v->length > 0 ? v->data[0] : after(n, root);
	}
}

const char *
html_text(struct page *page, struct html_head *head)
{
	static struct work w;
	const GumboOptions how = html_options();
	GumboOutput *out;
	struct align a;

	head->date[0] = '\0';
	if (page->text.n > UINT32_MAX / 2)
		return "too large for HTML";
	if (too_deep(page->text))
		return "elements nested too deep";
	out = gumbo_parse_with_options(&how, page->text.p, page->text.n);
	if (out == NULL)
		return "cannot be read as HTML";
	w = (struct work){
	    .page = page,
	    .where = w.where,
	    .text = w.text,
	    .align = w.align,
	    .repaired = w.repaired,
	    .tables = w.tables,
	};
	w.text.n = w.tables.n = 0;
	align_reset(&w.align);
	locator_init_align(&w.where, page->text, &page->align);
	read_head(out->root, head);
	walk(&w, out->root);
	if (w.text.n > 0)
		insert(&w, w.last, "\n");
	gumbo_destroy_output(&how, out);
	page->text = (struct str){w.text.p, w.text.n};
	a = page->align;
	page->align = w.align;
	w.align = a;
	return NULL;
}
