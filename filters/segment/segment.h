/* segment.h - a page, its lines, its strips, and the blocks that they make */
/* SPDX-License-Identifier: MIT */
#ifndef SEGMENT_H
#define SEGMENT_H

#include "buf.h"
#include "utf8.h"

/*
 * A page goes through these steps, each a function without I/O:
 *
 *	page_lines()      text -> lines: where each begins and ends, its marks
 *	page_strips()     lines -> strips: lines that stand together, each with a kind
 *	page_join()       strips that continue one another across the page are chained
 *	page_articles()   which article a strip belongs to
 *	page_speakers()   whose words it is
 *	page_context()    what a later filter needs from above it
 *
 * A block is a chain of strips; most chains have one.
 * All offsets are bytes of the document's text.
 */
enum kind {
	PARAGRAPH,
	HEADING,
	BYLINE,
	CAPTION,
	LIST_ITEM,
	PULL_QUOTE,
	JUMP_LINE,
	TABLE_ROW,
	OTHER,
	NKIND
};
extern const char *const kind_name[NKIND];

/* Where in an article a line stands, as its rule says. */
enum role {
	ANYWHERE,
	OPENS,  /* an article opens with it */
	CLOSES, /* an article ends with it, on this page */
	HEAD,   /* between an article's heading and its text, a byline */
	FOOT,   /* below its text */
	PHOTO,  /* with a photograph */
	WITHIN, /* a label within an article */
	BOX,    /* the heading of a box, with items of a kind */
	PERSON, /* a heading that names who speaks below it */
	DATED,  /* a date, with who signs above it */
	NAMES,  /* one of a list of people; alone, a byline */
	FRESH   /* the beginning of a sentence */
};

enum who {
	ASKER,
	ANSWERER,
	NAMED, /* what looks like a person's name: to be proved by the page */
	LABEL  /* any words before a colon: likewise */
};

/* What the rules say about a line. */
struct mark {
	const struct rule *rule; /* NULL: nothing */
	enum kind kind;          /* NKIND: they do not say */
	bool number;             /* a list number stands before it */
	enum role role;
	enum kind items;    /* kind of the list items below it, or NKIND */
	struct str speaker; /* whom it names */
	size_t end;         /* of what matched, in the line */
};

/* How a line ends. */
enum tail {
	TAIL_OPEN,  /* in mid-sentence, or as a heading does */
	TAIL_COMMA, /* surely in mid-sentence */
	TAIL_COLON, /* what follows belongs to it, but is not its end */
	TAIL_STOP   /* it ends its sentence */
};

struct line {
	size_t start, end; /* what it says, without blanks and marks at either end */
	unsigned width;    /* in columns of a terminal, of what it says */
	unsigned han;      /* ideographs in it */
	unsigned letters;  /* of ASCII */
	unsigned gap;      /* blank lines above it */
	unsigned indent;   /* columns of blanks before it */
	unsigned level;    /* # marks of a Markdown heading */
	bool bullet;       /* a list mark of Markdown stood before it */
	bool bold;         /* all of it is bold */
	unsigned cells;    /* gaps of column blanks, tabs, bars in it */
	bool stops;        /* a sentence ends in it */
	enum tail tail;
	struct mark mark;
	struct str turn; /* it begins a speaker's turn: who, or empty */
	enum who who;
};

#define NONE SIZE_MAX /* no such strip */

struct strip {
	size_t first, last; /* lines, inclusive */
	size_t start, end;  /* in the text */
	struct str text;    /* its lines joined; set by page_speakers() */
	enum kind kind;
	unsigned level; /* of a heading: 1 is the highest */
	unsigned gap;
	enum tail tail;
	size_t next, prev; /* the strips that continue it, and that it continues */
	bool cut_start, cut_end;
	struct str turn; /* it begins a speaker's turn: who; points into the text */
	enum who who;
	struct mark mark;   /* of its first line */
	bool opener;        /* it looks like the beginning of a sentence */
	bool fresh;         /* it cannot be the second half of anything */
	bool boxed;         /* an item of a box */
	size_t article;     /* counted from 1 */
	size_t heading;     /* strip of the heading above, or NONE */
	struct str speaker; /* empty if nobody */
	size_t title;       /* strip of its article's first heading, or NONE */
	struct str year;    /* that the title names, or the last one above it, four digits */
	struct str period;  /* words of a period that its figures are of, or empty */
	size_t naliases;    /* how many of page.alias are defined up to its end */
};

struct alias {
	struct str alias, name;
};

/* All zero before its first use; one page after the other. */
struct page {
	struct str text;
	struct line *line;
	size_t nline, capline;
	struct strip *strip;
	size_t nstrip, capstrip;
	struct alias *alias;
	size_t nalias, capalias;
	struct buf joined; /* texts of strips of several lines, one behind the other */
};

void page_lines(struct page *);
void page_strips(struct page *);
void page_join(struct page *);
void page_articles(struct page *);
void page_speakers(struct page *);
void page_context(struct page *);
/* The aliases that a text defines, behind those of the page. */
void aliases_find(struct page *, struct str text);
/* Aliases that a block can use: places in page.alias, in their order. */
#define USABLE 8
struct usable {
	uint32_t alias[USABLE];
	size_t n;
};
/* Before aliases_of() for the blocks of a page, from the first to the last. */
void aliases_begin(const struct page *);
/*
 * Of the aliases defined so far, the last USABLE that stand in the block's text or in the headings
 * above it; where there is room, those whose full name does, or its last half, in the text.
 */
void aliases_of(const struct page *, size_t defined, struct str text, const struct str above[2],
    struct usable *);
struct spots;
/* To whom a text of one block gives its words, or nobody. */
struct str line_speaker(struct str text, const struct spots *);

/* Is it text, not what stands around it? */
static inline bool
has_text(const struct strip *s)
{
	return s->kind == PARAGRAPH || s->kind == LIST_ITEM || s->kind == TABLE_ROW;
}

/* A piece of the block's text: bytes as they stand, or one blank for a line break. */
struct piece {
	size_t start, end;
	bool blank;
};

struct pieces {
	struct piece *piece;
	size_t n, cap;
};

void piece_add(struct pieces *, size_t start, size_t end, bool blank);
/* The pieces that make the text of one strip, appended. */
void strip_pieces(const struct page *, const struct strip *, struct pieces *);
/* How text goes on from one line to the next: is a blank wanted between? */
bool join_blank(struct str text, size_t end, size_t start);
enum tail tail_of(struct str text, size_t start, size_t end);

/*
 * The end of the sentence that begins at text[at], in bytes: after its
 * closing marks and before the blanks that follow it.
 */
size_t sentence_end(struct str text, size_t at);
/* The next place at or after i where punctuation may stand, or text.n. */
size_t next_spot(struct str text, size_t i);
/* All of them. The memory is kept for the next text. */
struct spots {
	size_t *at;
	size_t n, cap;
};
void spots_find(struct spots *, struct str text);
/* The next byte that is no blank, or text.n. */
size_t skip_blanks(struct str text, size_t at);

/* The character that ends at text[end], and where it begins; 0 at the start. */
static inline uint32_t
char_before(struct str text, size_t start, size_t end, size_t *at)
{
	size_t len;

	*at = end;
	if (end <= start)
		return 0;
	if (end - start >= 3 && ((unsigned char)text.p[end - 3] & 0xF0) == 0xE0) {
		*at = end - 3; /* most are three bytes long */
		return utf8_get(text.p + *at, &len);
	}
	do
		--*at;
	while (*at > start && ((unsigned char)text.p[*at] & 0xC0) == 0x80);
	return utf8_get(text.p + *at, &len);
}
bool is_han(uint32_t);
bool is_closer(uint32_t); /* closing quotes and brackets */
/* Of a strip's lines. */
size_t count_han(const struct page *, const struct strip *);
/* Quotation marks in text[start, end) without their other half. */
struct quotes {
	int opened, closed;
};
struct quotes open_quotes(struct str text, size_t start, size_t end);
/* Does the text at start only make sense with something before it? */
bool begins_inside(struct str text, size_t start);

#endif
