/* article.c - which article of the page a strip belongs to */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "phrase.h"

/*
 * A page is cut into parts where an article may begin: at a heading with a
 * byline below it, at 本报讯, after a jump line, and so on. Whether a heading
 * really begins another article is told by points, of which the words have a
 * share: what follows a heading within an article repeats its phrases. Measured
 * as the runs of four ideographs that both sides have, in a hundred of the
 * smaller side: 2 to 30 within an article, below 1.4 between two (of one paper
 * and one city). Parts that share a joined paragraph or a speaker are one
 * article again.
 */
enum {
	STRANGE = 70,  /* shared phrases in 10,000 of the smaller side: other matters */
	FOREIGN = 150, /* perhaps other matters */
	AKIN = 250,    /* the same matter */
	CLOSE = 400,   /* surely */
	TOO_FEW = 40,  /* phrases: less says nothing */
	POINTS = 4,    /* what makes a heading begin an article */
	PART_MAX = 300 /* strips that are looked at for phrases and speakers */
};

/* Strips [start, end), whose phrases are marked as those of a part. */
struct side {
	size_t start, end;
	uint32_t part; /* its stamp */
	uint32_t all;  /* how many phrases it has */
};

/* Makes it [a, b): where it begins at a already, only what came since is added. */
static void
side_extend(const struct page *pg, struct side *s, size_t a, size_t b)
{
	if (s->part == 0 || s->start != a)
		*s = (struct side){.start = a, .end = a, .part = phrases_stamp()};
	for (; s->end < b; s->end++)
		if (pg->strip[s->end].kind != BYLINE)
			s->all += phrases_add(s->end, s->part);
}

/* Phrases that strips [b, e) share with what is above, in 10,000 of the smaller; -1: cannot tell.
 */
static int
kinship(const struct page *pg, const struct side *above, size_t b, size_t e)
{
	struct count below = {0};
	uint32_t seen = phrases_stamp(), least;
	size_t i;

	for (i = b; i < e; i++)
		if (pg->strip[i].kind != BYLINE)
			phrases_meet(i, above->part, seen, &below);
	least = above->all < below.all ? above->all : below.all;
	if (least < TOO_FEW)
		return -1;
	return (int)(below.shared * 10000 / least);
}

/* Where the headings and other things above a strip begin, down to start. */
static size_t
group_start(const struct page *pg, size_t i, size_t start)
{
	while (i > start) {
		const struct strip *s = &pg->strip[i - 1];

		if ((s->kind != HEADING && s->kind != PULL_QUOTE) || s->mark.role == WITHIN)
			break;
		i--;
	}
	return i;
}

/* Is it a heading by whose looks an article may begin? */
static bool
may_open(const struct strip *s)
{
	return s->kind == HEADING && !s->mark.number && s->mark.role == ANYWHERE;
}

/* Does a joined paragraph stretch over this place? */
static bool
bridged(const struct page *pg, size_t i)
{
	size_t k;

	for (k = i; k-- > 0 && i - k < 12;)
		if (pg->strip[k].next != NONE && pg->strip[k].next >= i)
			return true;
	return false;
}

/* What is known of the article that the walk is in. */
struct state {
	size_t start;      /* its first strip */
	bool text;         /* a paragraph has come */
	bool byline;       /* a byline at its head has come */
	bool foot;         /* one at its foot, or a jump line, just now */
	bool closed;       /* （下转5版） just now */
	size_t turns;      /* of an interview, so far */
	unsigned deepest;  /* level of its headings so far */
	struct side above; /* its strips so far, for their phrases */
};

/* What stands below a heading. */
struct below {
	bool byline;
	size_t start, end; /* strips of its text */
	size_t paragraphs, turns;
};

static struct below
look_below(const struct page *pg, size_t i)
{
	struct below b = {.start = i};

	while (b.start < pg->nstrip &&
	       (pg->strip[b.start].kind == HEADING || pg->strip[b.start].kind == PULL_QUOTE))
		b.start++;
	b.byline = b.start < pg->nstrip && pg->strip[b.start].kind == BYLINE &&
		   pg->strip[b.start].mark.role == HEAD &&
		   pg->strip[b.start - 1].mark.role != WITHIN;
	/* to the next heading as high as it, and some of that which follows if short */
	for (b.end = b.start; b.end < pg->nstrip && b.paragraphs < 8; b.end++) {
		const struct strip *t = &pg->strip[b.end];

		if (b.end > b.start &&
		    (t->kind == JUMP_LINE || t->mark.role == OPENS ||
			(may_open(t) && t->level <= pg->strip[i].level && b.paragraphs >= 2)))
			break;
		b.paragraphs += has_text(t);
		b.turns += t->turn.n > 0;
	}
	return b;
}

/* How much its phrases speak for an article's beginning at strip i. */
static int
phrase_points(const struct page *pg, struct state *st, size_t i, const struct below *b)
{
	int kin;

	if (pg->text.n > PHRASE_PAGE)
		return 0;
	phrases_hash(pg);
	side_extend(pg, &st->above, i - st->start > PART_MAX ? i - PART_MAX : st->start, i);
	kin = kinship(pg, &st->above, i, b->end);
	return kin < 0         ? 0
	       : kin < STRANGE ? 2
	       : kin < FOREIGN ? 1
	       : kin < AKIN    ? 0
	       : kin < CLOSE   ? -1
			       : -2;
}

/* Does strip i, which may open an article, do so? */
static bool
opens(const struct page *pg, struct state *st, size_t i)
{
	const struct strip *s = &pg->strip[i];
	struct below b;
	int points = 0;

	if (bridged(pg, i))
		return false;
	b = look_below(pg, i);
	if (b.paragraphs == 0)
		return false;
	if (b.byline)
		points += st->byline ? 6 : 4;
	if (st->foot)
		points += 2;
	if (s->level > 0 && s->level < st->deepest)
		points += 1;
	if (s->gap >= 3 || (i + 1 < pg->nstrip && s[1].gap >= 3))
		points += 1;
	if (s->level == 1)
		points += 2;
	if (st->turns >= 2 && b.turns == 0) /* the interview has ended */
		points += 1;
	/* phrases are looked at where they can turn the scale */
	if (points >= POINTS - 2 && points < POINTS + 2)
		points += phrase_points(pg, st, i, &b);
	return points >= POINTS;
}

/* A byline right below the text, with a heading below it: where else it would be above the text. */
static bool
at_foot(const struct page *pg, size_t i)
{
	const struct strip *s = &pg->strip[i];

	return i > 0 && i + 1 < pg->nstrip && s->mark.role == HEAD && has_text(&s[-1]) &&
	       s[1].kind == HEADING;
}

/* Gives every strip the number of its part; returns how many there are. */
static size_t
cut_parts(struct page *pg)
{
	struct state st = {0};
	size_t part = 1, i;

	for (i = 0; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];
		bool first = i == st.start, cut = false;

		if (s->prev != NONE &&
		    s->prev < st.start) { /* the article goes on that was interrupted */
			part++;
			st = (struct state){.start = i, .byline = true};
		} else if (first || !st.text)
			;
		else if (s->mark.role == OPENS || st.closed)
			cut = true;
		else if (s[-1].kind != HEADING && (may_open(s) || s->kind == PULL_QUOTE ||
						      (s->kind == BYLINE && s->mark.role == HEAD &&
							  st.byline && !at_foot(pg, i))))
			cut = opens(pg, &st, i);
		if (cut) {
			size_t g = s->mark.role == OPENS ? group_start(pg, i, st.start + 1) : i;

			part++;
			st = (struct state){.start = g};
			for (; g < i; g++)
				pg->strip[g].article = part;
		}
		s->article = part;
		st.closed = s->kind == JUMP_LINE && s->mark.role == CLOSES;
		if (s->kind == BYLINE && (s->mark.role == FOOT || at_foot(pg, i)))
			st.foot = true;
		else if (s->kind != BYLINE)
			st.foot = false;
		st.byline |= s->kind == BYLINE && s->mark.role == HEAD;
		st.text |= has_text(s);
		st.turns += s->turn.n > 0;
		if (s->kind == HEADING && s->level > st.deepest)
			st.deepest = s->level;
	}
	return part;
}

static size_t *parent, capparent;

static size_t
root(size_t i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

static void
unite(size_t a, size_t b)
{
	a = root(a);
	b = root(b);
	if (a != b)
		parent[a < b ? b : a] = a < b ? a : b;
}

/* Parts over which a joined paragraph stretches, or in which one person is interviewed. */
static void
unite_parts(struct page *pg)
{
	size_t i, j;

	for (i = 0; i < pg->nstrip; i++) {
		const struct strip *s = &pg->strip[i];

		if (s->next != NONE)
			unite(s->article, pg->strip[s->next].article);
		if (s->turn.n == 0 || s->who != NAMED)
			continue;
		for (j = i > PART_MAX ? i - PART_MAX : 0; j < i; j++) {
			const struct strip *t = &pg->strip[j];

			if (t->who == NAMED && t->turn.n == s->turn.n &&
			    memcmp(t->turn.p, s->turn.p, s->turn.n) == 0) {
				unite(s->article, t->article);
				break;
			}
		}
	}
}

/* What strip i has of the phrases of the other strips of a part. */
static struct count
shared_with(const struct page *pg, size_t i, size_t part)
{
	struct count c = {0};
	uint32_t in = phrases_stamp(), all = 0;

	for (size_t j = 0; j < pg->nstrip; j++)
		if (j != i && pg->strip[j].article == part)
			all += phrases_add(j, in);
	phrases_meet(i, in, phrases_stamp(), &c);
	c.all = c.all < all ? c.all : all;
	return c;
}

/*
 * A paragraph at the edge of a part whose phrases are strange there and at
 * home in another part, because the page has put it in the wrong column.
 */
static void
move_strays(struct page *pg, size_t nparts)
{
	size_t i, part;

	for (i = 1; i < pg->nstrip; i++) {
		struct strip *s = &pg->strip[i];
		struct count own, best = {0};
		size_t home = 0;

		if (s->kind != PARAGRAPH || s->prev != NONE || s->next != NONE || s->turn.n > 0 ||
		    s->mark.rule != NULL ||
		    (s[-1].article == s->article && i + 1 < pg->nstrip &&
			s[1].article == s->article))
			continue;
		own = shared_with(pg, i, s->article);
		if (own.all < TOO_FEW || own.shared * 10000 / own.all >= STRANGE)
			continue;
		for (part = 1; part <= nparts; part++) {
			struct count c;

			if (part == s->article)
				continue;
			c = shared_with(pg, i, part);
			if (c.all > 0 && (home == 0 || (uint64_t)c.shared * best.all >
							   (uint64_t)best.shared * c.all)) {
				best = c;
				home = part;
			}
		}
		if (best.all >= TOO_FEW && best.shared * 10000 / best.all >= AKIN)
			s->article = home;
	}
}

/* A title at the foot of the page goes to the article whose phrases it has most of. */
static void
move_last_title(struct page *pg, size_t nparts)
{
	struct strip *s = &pg->strip[pg->nstrip - 1];
	size_t last = pg->nstrip - 1, part, home = 0;
	uint32_t best = 0, own = 0;

	if (s->kind != HEADING || s->mark.role != ANYWHERE)
		return;
	for (part = 1; part <= nparts; part++) {
		uint32_t shared = shared_with(pg, last, part).shared;

		if (part == s->article)
			own = shared;
		else if (shared > best) {
			best = shared;
			home = part;
		}
	}
	if (home != 0 && best >= own + 3)
		s->article = home;
}

void
page_articles(struct page *pg)
{
	size_t parts, i, n = 0;

	if (pg->nstrip < 3) {
		for (i = 0; i < pg->nstrip; i++)
			pg->strip[i].article = 1;
		if (pg->nstrip < 2 || pg->strip[1].mark.role != OPENS)
			return;
	}
	parts = cut_parts(pg);
	if (parts == 1)
		return;
	if (parts + 1 > capparent) {
		capparent = parts + 64;
		parent = xarray(parent, capparent, sizeof(*parent));
	}
	for (i = 0; i <= parts; i++)
		parent[i] = i;
	unite_parts(pg);
	for (i = 0; i < pg->nstrip; i++)
		pg->strip[i].article = root(pg->strip[i].article);
	if (pg->text.n <= PHRASE_PAGE && pg->nstrip <= 2000) {
		phrases_hash(pg);
		move_strays(pg, parts);
		move_last_title(pg, parts);
	}
	/* numbers in the order of the page */
	for (i = 0; i <= parts; i++)
		parent[i] = 0;
	for (i = 0; i < pg->nstrip; i++) {
		size_t *number = &parent[pg->strip[i].article];

		if (*number == 0)
			*number = ++n;
		pg->strip[i].article = *number;
	}
}
