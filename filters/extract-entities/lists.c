/* lists - the lists that the rules name, and what their rows say of a word */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "entity.h"
#include "simplified.h"
#include "table.h"
#include "tsv.h"
#include "utf8.h"

const char *const list_sorts[] = {"word", "surname", "given", "translit", "place", "body", "person",
    "title", "ending", "cue", "letter", "letter-cue", "opener", "product", "user", NULL};

/* Costs of what a list does not count, in hundredths of a nat. */
/* Of characters that end names, see learn_character(). */
enum { COMMON = 900, SELDOM = 700, VILLAGE = 600, AWARD = 800 };
enum { PRODUCT_COST = 900, UNCOUNTED_WORD = 1250, NAMELIKE = 500, COMMON_SPELLING = 150 };
/* Counts of lexicon.tsv are of so many words. */
static const double corpus = 60101967;

static const struct str none = {"", 0};

/* -ln(n/of), in hundredths. */
static uint16_t
cost_of(double n, double of)
{
	double c = -100 * log(n / of);

	return (uint16_t)(c < 1 ? 1 : c > 60000 ? 60000 : c);
}

static enum pos
pos_of(struct str s)
{
	static const struct {
		char c;
		enum pos pos;
	} map[] = {{'n', POS_NOUN}, {'v', POS_VERB}, {'a', POS_ADJ}, {'d', POS_ADV},
	    {'p', POS_PREP}, {'c', POS_CONJ}, {'u', POS_PART}, {'y', POS_PART}, {'e', POS_PART},
	    {'o', POS_PART}, {'r', POS_PRON}, {'m', POS_NUM}, {'q', POS_UNIT}, {'f', POS_LOCAL},
	    {'t', POS_TIME}, {'j', POS_NOUN}, {'b', POS_NOUN}, {'s', POS_NOUN}, {'l', POS_NOUN},
	    {'i', POS_NOUN}};

	if (str_is(s, "vn"))
		return POS_NOUN;
	if (str_is(s, "nr") || str_is(s, "nrt") || str_is(s, "nrfg") || str_is(s, "ns") ||
	    str_is(s, "nz"))
		return POS_NAME;
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (s.n > 0 && s.p[0] == map[i].c)
			return map[i].pos;
	return POS_NONE;
}

/* Of a surface that is one character of Han; else NULL. */
static struct character *
character_of(const struct model *m, struct str s)
{
	size_t len;

	if (s.n == 0)
		return NULL;
	uint32_t cp = simplified(utf8_get(s.p, &len));
	return len == s.n && cp >= 0x4E00 && cp <= 0x9FFF ? &m->character[cp] : NULL;
}

static const struct {
	int as;
	const char *kind;
	uint32_t flags;
	uint16_t more;
} list_kinds[] = {
    {AS_TITLE, "post", L_POST, 0},
    {AS_TITLE, "weak", L_POST_WEAK, 0},
    {AS_TITLE, "address", L_ADDRESS, 0},
    {AS_TITLE, "role", L_ROLE, 0},
    {AS_ENDING, "strong", L_ORG_STRONG, 0},
    {AS_ENDING, "weak", L_ORG_WEAK, 0},
    {AS_ENDING, "common", L_ORG_STRONG, M_COMMON},
    {AS_ENDING, "registered", L_ORG_STRONG, M_REGISTERED},
    {AS_ENDING, "team", L_TEAM, 0},
    {AS_ENDING, "unit", L_UNIT, 0},
    {AS_ENDING, "tail", L_TAIL, 0},
    {AS_ENDING, "facility", L_FAC, 0},
    {AS_ENDING, "program", L_PROGRAM, 0},
    {AS_ENDING, "event", L_EVENT, 0},
    {AS_CUE, "before-person", L_BEFORE, 0},
    {AS_CUE, "before-person-strong", L_BEFORE | L_BEFORE_STRONG, 0},
    {AS_CUE, "after-person", L_AFTER, 0},
    {AS_CUE, "after-person-strong", L_AFTER | L_AFTER_STRONG, 0},
    {AS_CUE, "before-place", L_PLACE_BEFORE, 0},
    {AS_CUE, "after-place", L_PLACE_AFTER, 0},
    {AS_LETTER, "country", L_ABBR | L_COUNTRY, 0},
    {AS_LETTER, "province", L_ABBR, 0},
    {AS_LETTER, "both", L_ABBR | L_COUNTRY, 0},
    {AS_LETTER, "region", L_ABBR | L_COUNTRY, 0},
    {AS_LETTER_CUE, "before-abbr", L_ABBR_BEFORE, 0},
    {AS_LETTER_CUE, "after-abbr", L_ABBR_AFTER, 0},
    {AS_OPENER, "opener", L_OPENER, 0},
    {AS_OPENER, "not", L_NOT, 0},
    {AS_OPENER, "inner", L_INNER, 0},
    {AS_OPENER, "program", 0, M_DOES},
    {AS_OPENER, "maybe", 0, M_MAYBE},
    {AS_OPENER, "award", 0, M_AWARD},
    {AS_OPENER, "vision", 0, M_VISION},
    {AS_OPENER, "around", 0, M_AROUND},
    {AS_OPENER, "runs", 0, M_RUNS},
    {AS_OPENER, "and", 0, M_AND},
    {AS_OPENER, "plain", 0, M_PLAIN},
    {AS_TITLE, "always", L_POST, M_ALWAYS},
    {AS_PRODUCT, "brand", 0, M_BRAND},
    {AS_PRODUCT, "product", L_NAME, 0},
    {AS_ENDING, "government", 0, M_GOVERNMENT},
    {AS_ENDING, "event-generic", 0, M_EVENT_GENERIC},
    {AS_ENDING, "program-quoted", 0, M_QUOTED},
    {AS_ENDING, "trade", 0, M_TRADE},
    {AS_ENDING, "trade-broad", 0, M_TRADE},
    {AS_PLACE, "country", L_COUNTRY, 0},
    {AS_PLACE, "province", L_ADMIN, 0},
    {AS_PLACE, "city", L_ADMIN, 0},
    {AS_PLACE, "county", L_ADMIN, 0},
    {AS_PLACE, "town", L_ADMIN, 0},
};

static uint16_t
default_cost(int as, struct str kind)
{
	if (as == AS_BODY)
		return str_is(kind, "body") ? 1100 : 1350;
	if (as == AS_PLACE)
		return str_is(kind, "region")                                ? 1000
		       : str_is(kind, "country") || str_is(kind, "province") ? 1100
		       : str_is(kind, "city")                                ? 1200
		       : str_is(kind, "town")                                ? 1450
									     : 1350;
	return 1350;
}

/* Reads the file of a list, and its first line; t stands behind it. */
static bool
open_list(struct list *l, struct tsv *t)
{
	struct buf file = {0};
	struct str line;

	if (!table_read(l->path, &file)) {
		fprintf(stderr, "extract-entities: %s: %s\n", l->path, strerror(errno));
		buf_free(&file);
		return false;
	}
	buf_putc(&file, '\0'); /* where the last cell ends: link.c reads a row to its end */
	l->bytes = file.p;
	l->n = file.n - 1;
	*t = (struct tsv){.path = l->path, .p = l->bytes, .end = l->bytes + l->n};
	size_t valid = utf8_valid(l->bytes, l->n);
	if (valid != l->n) {
		unsigned n = 1;

		for (size_t i = 0; i < valid; i++)
			n += l->bytes[i] == '\n';
		fprintf(stderr, "extract-entities: %s:%u: not UTF-8\n", l->path, n);
		return false;
	}
	if (tsv_line(t, &line))
		tsv_cells(t, line);
	if (t->ncell == 0 || !str_is(t->cell[0], "surface")) {
		fprintf(stderr,
		    "extract-entities: %s:%u: the first line must name the columns, the first "
		    "\"surface\"\n",
		    l->path, t->line);
		return false;
	}
	l->kind = tsv_column(t, "kind");
	l->strength = tsv_column(t, "strength");
	l->count = tsv_column(t, "count");
	l->pos = tsv_column(t, "pos");
	l->share = tsv_column(t, "share");
	l->label_column = tsv_column(t, "label");
	l->name = tsv_column(t, "name");
	l->code = tsv_column(t, "code");
	const char *lacks = l->as == AS_WORD && l->count < 0      ? "count"
			    : l->as == AS_WORD && l->pos < 0      ? "pos"
			    : l->as == AS_SURNAME && l->share < 0 ? "share"
								  : NULL;
	if (lacks != NULL)
		fprintf(stderr, "extract-entities: %s:%u: there is no column \"%s\"\n", l->path,
		    t->line, lacks);
	return lacks == NULL;
}

/* Lists of characters, with a number in each further column: given names, spelling. */
static void
load_characters(struct model *m, int as, struct tsv t)
{
	double sum[4] = {0};
	struct tsv u = t;
	struct str line;

	while (tsv_line(&u, &line)) {
		tsv_cells(&u, line);
		for (size_t i = 1; i < 4; i++)
			sum[i] += tsv_number(u.cell[i]);
	}
	while (tsv_line(&t, &line)) {
		tsv_cells(&t, line);
		struct character *c = character_of(m, t.cell[0]);

		if (c == NULL)
			continue;
		if (as == AS_TRANSLIT) {
			/* A character that is common elsewhere spells only where others do. */
			double lift = tsv_number(t.cell[2]);
			if (t.cell[2].n > 0 && t.cell[2].p[0] == '-')
				lift = -lift;
			c->translit = (uint16_t)(cost_of(tsv_number(t.cell[1]), sum[1]) +
						 (lift < 1 ? (1 - lift) * COMMON_SPELLING : 0));
			continue;
		}
		uint16_t *const to[] = {NULL, &c->alone, &c->first, &c->second};
		for (size_t i = 1; i < 4; i++)
			if (tsv_number(t.cell[i]) > 0)
				*to[i] = cost_of(tsv_number(t.cell[i]), sum[i]);
	}
}

/* What must be known of a row before a text shows its word; false after saying what is wrong. */
static bool
check_row(struct model *m, const struct list *l, struct tsv *t, struct str line)
{
	if (l->as == AS_SURNAME) {
		struct character *c;

		tsv_cells(t, line);
		if ((c = character_of(m, t->cell[0])) != NULL)
			c->surname = cost_of(tsv_number(t->cell[l->share]), 100);
	} else if (l->as == AS_USER && l->label_column >= 0) {
		tsv_cells(t, line);
		struct str label = t->cell[l->label_column];

		if (label_str(label) < 0) {
			fprintf(stderr, "extract-entities: %s:%u: no such label: %.*s\n", l->path,
			    t->line, (int)label.n, label.p);
			return false;
		}
	}
	return true;
}

/* Puts the rows of a list of words and names into the index. */
static bool
load_rows(struct model *m, const struct list *l, struct tsv *t)
{
	struct str line;

	if (l->n > UINT32_MAX - l->base) {
		fprintf(stderr, "extract-entities: %s: too many words\n", l->path);
		return false;
	}
	while (tsv_line(t, &line)) {
		const char *tab = memchr(line.p, '\t', line.n);
		struct str surface = {line.p, tab != NULL ? (size_t)(tab - line.p) : line.n};
		uint32_t at = l->base + (uint32_t)(line.p - l->bytes);

		if (surface.n == 0 || surface.n > UINT16_MAX || !index_add(m->index, surface, at)) {
			fprintf(stderr, "extract-entities: %s:%u: %s\n", l->path, t->line,
			    surface.n == 0 ? "no word" : "a word too long, or too many words");
			return false;
		}
		if (!check_row(m, l, t, line))
			return false;
	}
	return true;
}

bool
load_list(struct model *m, const struct rule *r, const char *path, int as, int label)
{
	struct list *l = &m->list[m->nlist];
	struct tsv t;

	*l = (struct list){.rule = r, .path = path, .as = as, .label = (enum label)label};
	if (m->nlist > 0)
		l->base = l[-1].base + (uint32_t)l[-1].n + 1;
	if (!open_list(l, &t))
		return false;
	m->nlist++;
	if (as == AS_GIVEN || as == AS_TRANSLIT) {
		load_characters(m, as, t);
		return true;
	}
	return load_rows(m, l, &t);
}

const struct list *
list_at(const struct model *m, uint32_t at)
{
	size_t i = m->nlist;

	while (m->list[--i].base > at)
		;
	return &m->list[i];
}

/* The line of a row, cut into cells. */
static void
read_row(const struct list *l, uint32_t at, struct tsv *t)
{
	struct str line;

	*t = (struct tsv){.p = l->bytes + (at - l->base), .end = l->bytes + l->n};
	if (tsv_line(t, &line))
		tsv_cells(t, line);
}

struct str
row_cell(const struct model *m, uint32_t at, int column)
{
	struct tsv t;

	if (column < 0)
		return none;
	read_row(list_at(m, at), at, &t);
	return t.cell[column];
}

struct str
row_seen(struct model *m, uint32_t at)
{
	return simplified_str(&m->seen, row_cell(m, at, 0));
}

static void
learn_word(const struct model *m, struct info *in, struct str surface, double count, struct str pos)
{
	size_t lead = utf8_len(surface.p[0]);
	const struct character *c = character_of(m, (struct str){surface.p, lead});

	in->flags |= L_WORD;
	in->cost = cost_of(count, corpus);
	in->pos = (uint8_t)pos_of(pos);
	/* 李鹏 is counted as a word; that it is a name must stay possible. */
	in->namelike = pos.n >= 2 && memcmp(pos.p, "nr", 2) == 0 && surface.n > lead &&
		       count < 1500 && c != NULL && c->surname != 0;
}

/* What a row of a list of names says. */
static void
learn_name(
    const struct list *l, struct info *in, struct more *x, const struct str *cell, uint32_t at)
{
	double n = l->count >= 0 ? tsv_number(cell[l->count]) : 0;

	in->flags |= L_NAME;
	if (l->strength >= 0 && str_is(cell[l->strength], "weak"))
		in->flags |= L_WEAK;
	in->ncost = l->as == AS_USER ? 0
		    : n > 0          ? cost_of(n, corpus)
				     : default_cost(l->as, l->kind >= 0 ? cell[l->kind] : none);
	in->kind = (l->as == AS_PLACE       ? K_PLACE
		       : l->as == AS_BODY   ? K_BODY
		       : l->as == AS_PERSON ? K_PEOPLE
					    : K_USER) &
		   63;
	x->row = at + 1;
	if (l->as == AS_USER)
		x->label = (uint8_t)(l->label_column >= 0 ? label_str(cell[l->label_column])
							  : (int)l->label);
}

/* What the kind of a row says of its word, which gets it; returns the flags. */
static uint32_t
learn_kind(struct info *in, int as, struct str kind)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < sizeof list_kinds / sizeof *list_kinds; i++)
		if (list_kinds[i].as == as && str_is(kind, list_kinds[i].kind)) {
			flags |= list_kinds[i].flags;
			in->more = (uint16_t)(in->more | list_kinds[i].more);
		}
	in->flags |= flags;
	return flags;
}

static const struct {
	const char *kind;
	uint16_t one;
} kinds_of_one[] = {
    {"number", ONE_NUMBER},
    {"row-number", ONE_ROW_NUMBER},
    {"each", ONE_EACH},
    {"counts-people", ONE_HEADS},
    {"counts-things", ONE_PIECES},
    {"counts-bodies", ONE_PIECES | ONE_HOUSES},
    {"counts-places", ONE_SPOTS},
    {"et-cetera", ONE_ET_CETERA},
    {"great", ONE_GREAT},
    {"office", ONE_OFFICE},
    {"counted", ONE_COUNTED},
    {"water", ONE_WATER},
    {"action", ONE_ACTION},
    {"hamlet", ONE_HAMLET},
    {"wide", ONE_WIDE},
    {"estate", ONE_ESTATE},
};

/* What a character is by itself. */
static void
learn_one(struct more *x, struct str kind)
{
	for (size_t i = 0; i < sizeof kinds_of_one / sizeof *kinds_of_one; i++)
		if (str_is(kind, kinds_of_one[i].kind))
			x->one |= kinds_of_one[i].one;
}

/* What a cue says of names that it does not touch. */
static void
learn_cue(struct more *x, struct str kind)
{
	x->village |= str_is(kind, "things-village");
	x->corporate |= str_is(kind, "corporate");
	x->generic |= str_is(kind, "generic");
	x->landform |= str_is(kind, "landform");
	if (x->village || str_is(kind, "things-place"))
		x->things = LOC + 1;
	else if (str_is(kind, "things-body"))
		x->things = ORG + 1;
}

void
learn_row(struct model *m, uint32_t word, uint32_t at)
{
	const struct list *l = list_at(m, at);
	struct info *in = &m->info[word];
	struct more *x = &m->more[word];
	struct tsv t;

	read_row(l, at, &t);
	bool one = character_of(m, t.cell[0]) != NULL;
	switch (l->as) {
	case AS_WORD:
		learn_word(m, in, t.cell[0], tsv_number(t.cell[l->count]), t.cell[l->pos]);
		break;
	case AS_SURNAME:
		if (!one)
			in->flags |= L_SURNAME,
			    in->ncost = cost_of(tsv_number(t.cell[l->share]), 100);
		break;
	case AS_PLACE:
	case AS_BODY:
	case AS_PERSON:
	case AS_USER:
		if (in->flags & L_NAME && l->as != AS_USER)
			return; /* the first list wins */
		learn_name(l, in, x, t.cell, at);
		break;
	case AS_LETTER:
		if (l->strength >= 0 && str_is(t.cell[l->strength], "strong"))
			in->flags |= L_ABBR_STRONG;
		if (x->row == 0)
			x->row = at + 1;
		break;
	default: break;
	}
	uint32_t flags = learn_kind(in, l->as, l->kind >= 0 ? t.cell[l->kind] : none);
	if (l->as == AS_PRODUCT && flags & L_NAME) {
		in->ncost = PRODUCT_COST;
		in->kind = K_USER;
		x->label = PRODUCT;
		x->row = at + 1;
	}
	if ((l->as == AS_CUE || l->as == AS_ENDING) && l->kind >= 0 && one)
		learn_one(x, t.cell[l->kind]);
	if (l->as == AS_CUE && l->kind >= 0)
		learn_cue(x, t.cell[l->kind]);
	if (l->as == AS_OPENER && l->kind >= 0)
		x->affiliated |= str_is(t.cell[l->kind], "affiliated");
	if (l->as == AS_TITLE && l->kind >= 0)
		x->rank |= str_is(t.cell[l->kind], "rank"),
		    x->joins |= str_is(t.cell[l->kind], "joins");
	if (l->as == AS_ENDING && l->kind >= 0)
		x->broad |= str_is(t.cell[l->kind], "trade-broad"),
		    x->named |= str_is(t.cell[l->kind], "named");
	/* Endings, posts and products that the lexicon lacks are words all the same. */
	if ((l->as == AS_ENDING || l->as == AS_TITLE || l->as == AS_PRODUCT) &&
	    in->cost == UINT16_MAX && !one) {
		in->flags |= L_WORD;
		in->cost = UNCOUNTED_WORD;
		in->pos = POS_NOUN;
	}
}

/* What a word says of a name that ends where it begins. */
static uint32_t
says_after(uint32_t l)
{
	return (l & L_AFTER ? BIT(F_AFTER) : 0) | (l & L_AFTER_STRONG ? BIT(F_AFTER_STRONG) : 0) |
	       (l & L_PLACE_AFTER ? BIT(F_PLACE_CUE_AFTER) : 0) |
	       (l & (L_POST | L_POST_WEAK) ? BIT(F_TITLE_AFTER) : 0) |
	       (l & L_ADDRESS ? BIT(F_ADDRESS_AFTER) : 0) | (l & L_ROLE ? BIT(F_ROLE_AFTER) : 0) |
	       (l & L_ABBR_AFTER ? BIT(F_ABBR_CUE_AFTER) : 0) |
	       (l & (L_UNIT | L_TAIL) ? BIT(F_UNIT_AFTER) : 0);
}

/* What a word says of a name that begins where it ends. */
static uint32_t
says_before(uint32_t l, unsigned kind)
{
	return (l & L_BEFORE ? BIT(F_BEFORE) : 0) |
	       (l & L_BEFORE_STRONG ? BIT(F_BEFORE_STRONG) : 0) |
	       (l & L_PLACE_BEFORE ? BIT(F_PLACE_CUE_BEFORE) : 0) |
	       (l & (L_POST | L_POST_WEAK) ? BIT(F_TITLE_BEFORE) : 0) |
	       (l & L_ROLE ? BIT(F_ROLE_BEFORE) : 0) |
	       (l & L_ABBR_BEFORE ? BIT(F_ABBR_CUE_BEFORE) : 0) |
	       ((l & L_NAME) && !(l & L_WEAK)
		       ? BIT(F_NAME_BEFORE) | (kind == K_PLACE ? BIT(F_PLACE_BEFORE) : 0)
		       : 0);
}

void
finish_word(struct info *in)
{
	in->says = (uint16_t)(says_after(in->flags) | says_before(in->flags, in->kind));
	if (in->namelike) {
		in->cost = (uint16_t)(in->cost + NAMELIKE);
		/* 向阳 may be a person, so it costs more as a word; no more a place for it */
		if ((in->flags & (L_NAME | L_WEAK)) == (L_NAME | L_WEAK))
			in->ncost = (uint16_t)(in->ncost + NAMELIKE);
	}
	/* A name that the lexicon counts costs what it says there. */
	if ((in->flags & (L_NAME | L_WORD)) == (L_NAME | L_WORD) && !(in->flags & L_WEAK) &&
	    in->cost < in->ncost)
		in->ncost = in->cost;
}

void
learn_character(struct model *m, struct character *c, uint32_t cp)
{
	char s[4];

	c->single = is_han(cp) ? UNKNOWN : is_alnum(cp) ? COST_ASCII : COST_PUNCT;
	c->may = (uint8_t)((c->surname != 0 ? MAY_SURNAME : 0) |
			   (c->translit != 0 ? MAY_SPELL : 0) | (is_dot(cp) ? MAY_DOT : 0) |
			   (rules_begins(m->rules, TYPE_ENTITY, cp) ? MAY_RULE : 0) |
			   (is_alnum(cp)                  ? MAY_ALNUM
			       : is_han(cp) || is_dot(cp) ? 0
							  : MAY_STOP));
	const struct character given = *c;
	if (c->alone == 0)
		c->alone = UNSEEN_GIVEN;
	if (c->first == 0)
		c->first = UNSEEN_GIVEN;
	if (c->second == 0)
		c->second = UNSEEN_GIVEN;
	if (cp == U'村' || cp == U'镇' || cp == U'乡') /* 张思村 */
		c->second = (uint16_t)(c->second + VILLAGE);
	if (cp == U'姓') /* 雷姓村民 */
		c->alone = (uint16_t)(c->alone + AWARD);
	c->word = word_find(m, s, utf8_put(s, cp));
	if (c->word == 0)
		return;
	const struct info *in = &m->info[c->word];
	c->says = in->says;
	c->cost = in->cost;
	c->plain = in->flags & L_WORD && !in->namelike;
	c->seldom = c->plain && in->cost < COMMON && (given.second == 0 || given.second > SELDOM);
	if (in->flags & L_PROGRAM || in->more & M_QUOTED) /* 金狮奖 */
		c->second = (uint16_t)(c->second + AWARD);
	c->abbr = in->flags & L_ABBR ? in->flags & L_ABBR_STRONG ? 2 : 1 : 0;
	c->may = (uint8_t)(c->may | may_begin(in->flags));
	if (is_han(cp) && in->cost < UNKNOWN)
		c->single = in->cost;
}
