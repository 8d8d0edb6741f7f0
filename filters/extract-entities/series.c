/* series - names in a row: 甲、乙、丙3个乡镇, and what stands between names of one sort */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "names.h"

/*
 * What is said behind a row, or what most of its items are, says what the
 * others are, too: villages and companies that no list knows, and whose
 * characters would be cut into words.
 */
enum { MAXITEM = 7, MAXROW = 40, MAXHEAD = 6, COMMON_WORD = 1400 };

struct item {
	uint32_t start, end;
	int label; /* of the name that it is, or -1 */
};

struct row {
	struct item item[MAXROW];
	size_t n;
	bool open;      /* the start of the first item is not sure */
	uint32_t label; /* what the words behind it say; NLABELS: nothing */
	bool sure;      /* they say how many, 3个市县, or are villages */
};

static bool
all_han(const struct finder *f, uint32_t start, uint32_t end)
{
	while (start < end && is_han(f->cp[start]))
		start++;
	return start == end;
}

static bool
all_latin(const struct finder *f, uint32_t start, uint32_t end)
{
	uint32_t n = end - start;

	while (start < end && is_letter(f->cp[start]))
		start++;
	return start == end && n >= 2 && f->cp[end - n] > '9';
}

static bool
is_number(const struct finder *f, uint32_t at)
{
	return (f->cp[at] >= '0' && f->cp[at] <= '9') ||
	       one_at(f, at) & (ONE_NUMBER | ONE_ROW_NUMBER);
}

/* Which things the word behind a row says that its items are; NLABELS: none. */
static uint32_t
things(const struct finder *f, uint32_t at, bool *village)
{
	const struct token *t = &f->token[token_at(f, at)];
	const struct more *more = &f->m->more[t->info];

	if (t->start != at || t->info == 0 || more->things == 0)
		return NLABELS;
	*village = more->village;
	return more->things - 1U;
}

/* Does the row end here, with 等9名专家, 3个乡镇, 三镇 or 等企业? */
static bool
row_ends(const struct finder *f, uint32_t at, struct row *row)
{
	uint32_t end = at + MAXHEAD < f->n ? at + MAXHEAD : (uint32_t)f->n;
	bool et_cetera = one_at(f, at) & ONE_ET_CETERA;
	uint32_t k = at + et_cetera, from = k;

	while (k < end && is_number(f, k))
		k++;
	if (k > from && k < end && one_at(f, k) & ONE_GREAT) /* 两大沙漠 */
		k++;
	bool number = k > from && !(k == from + 1 && f->cp[from] == U'一'); /* 一个地区 */
	if (!number && !et_cetera)
		return false;
	bool houses = false; /* 等20多家上了规模 */
	if (number && k < end) {
		uint16_t one = one_at(f, k);

		if (one & ONE_HEADS && f->token[token_at(f, k)].end == k + 1) { /* 9名, 17人 */
			row->label = PERSON;
			row->sure = true;
			return true;
		}
		k += (one & ONE_PIECES) != 0;
		houses = one & ONE_HOUSES;
	}
	if (number && k < end && one_at(f, k) & ONE_SPOTS) { /* 溧阳、新北四地 */
		row->label = LOC;
		row->sure = true;
		return true;
	}
	/* 等龙头企业, 等10个重点乡镇: a word may stand before what they are */
	bool village = false;
	row->label = k < f->n ? things(f, k, &village) : NLABELS;
	if (row->label == NLABELS && k < f->n) {
		size_t t = token_at(f, k);

		if (f->token[t].start == k && f->token[t].kind < 0 &&
		    f->token[t].end - f->token[t].start == 2 && f->token[t].end < f->n)
			row->label = things(f, f->token[t].end, &village);
	}
	if (row->label == NLABELS && houses && et_cetera)
		row->label = ORG;
	row->sure = number || village;
	return row->label != NLABELS || et_cetera;
}

/* Where the first item begins, whose end is known: as far as its words are no part of a sentence.
 */
static uint32_t
first_start(const struct finder *f, uint32_t end)
{
	uint32_t start = end;

	for (size_t k = token_at(f, end - 1) + 1; k-- > 0;) {
		const struct token *t = &f->token[k];
		uint32_t len = t->end - t->start;
		bool word =
		    t->kind < 0 && (len > 1 || (t->pos != POS_NOUN && t->pos != POS_NONE &&
						   t->pos != POS_NAME && t->pos != POS_ADJ));

		if (!all_han(f, t->start, t->end) || end - t->start > 5 || t->pos == POS_PART ||
		    t->pos == POS_PREP || t->pos == POS_CONJ)
			break;
		bool trade = end > start && info_at(f, start, end)->more & M_TRADE; /* 神威|药业 */
		if (end - start >= 2 && (t->kind >= 0 || word) && !trade)
			break;
		if (end > start && t->kind >= 0 && t->label == LOC && t->flags & L_ADMIN)
			break;
		start = t->start;
	}
	return start;
}

/* The longest composed name that begins there, or NULL; where they begin is marked in the memory of
 * the search for words. */
static const struct span *
span_at(const struct finder *f, uint32_t start)
{
	uint32_t s = start < f->n ? f->found[start].at : 0;

	return s != 0 ? &f->span[s - 1] : NULL;
}

/* What an item is by itself: the label of a name that takes all of it. */
static int
label_of_item(const struct finder *f, uint32_t start, uint32_t end)
{
	const struct token *t = &f->token[token_at(f, start)];

	if (t->kind >= 0 && t->start == start && t->end == end)
		return t->label;
	const struct span *s = span_at(f, start);
	return s != NULL && s->end == end ? s->label : -1;
}

static void
mark_spans(struct finder *f)
{
	memset(f->found, 0, f->n * sizeof *f->found);
	for (size_t s = 0; s < f->nspan; s++) {
		const struct span *longest = span_at(f, f->span[s].start);

		if (longest == NULL || f->span[s].end > longest->end)
			f->found[f->span[s].start].at = (uint32_t)s + 1;
	}
}

/* Is it a word that means something else, or made of such? */
static bool
common(const struct finder *f, const struct item *item)
{
	const struct info *in = info_at(f, item->start, item->end);

	if (in->flags & L_WORD && !(in->flags & L_NAME) && !in->namelike && in->cost < COMMON_WORD)
		return true;
	size_t k = token_at(f, item->start);
	if (f->token[k].start != item->start)
		return false;
	for (; k < f->ntoken && f->token[k].start < item->end; k++) {
		const struct token *t = &f->token[k];

		if (t->kind >= 0 || t->info == 0 ||
		    (t->end - t->start == 1 && !(t->flags & (L_ORG_WEAK | L_UNIT))))
			return false;
	}
	return true;
}

static bool
may_be(const struct finder *f, const struct item *item, uint32_t label)
{
	uint32_t len = item->end - item->start;
	bool village;

	if (len < 2 || len > MAXITEM)
		return false;
	if (label == ORG && all_latin(f, item->start, item->end))
		return true;
	if (!all_han(f, item->start, item->end) || things(f, item->end - 2, &village) != NLABELS)
		return false;
	return label == PERSON ? len <= 3 && f->spot[item->start].may & MAY_SURNAME
			       : label != LOC || len <= 5;
}

/* 基石药业: does it end with a trade? */
static bool
trades(const struct finder *f, const struct item *item)
{
	const struct token *tail = &f->token[token_at(f, item->end - 1)];

	return item->end - item->start >= 4 &&
	       ((tail->end - tail->start >= 2 && info_of_token(f, tail)->more & M_TRADE) ||
		   info_at(f, item->end - 2, item->end)->more & M_TRADE);
}

static void
add_item(struct finder *f, const struct item *item, uint32_t label)
{
	add_span(f, item->start, item->end, K_SERIES, (enum label)label, 0);
}

/* 本源量子, beside 国盾量子: does a body of the row end as it does? */
static bool
has_kin(const struct finder *f, const struct row *row, size_t i)
{
	const struct item *item = &row->item[i];

	if (item->end - item->start < 4)
		return false;
	for (size_t k = 0; k < row->n; k++) {
		const struct item *by = &row->item[k];

		if (k != i && by->end - by->start >= 4 &&
		    f->cp[by->end - 1] == f->cp[item->end - 1] &&
		    f->cp[by->end - 2] == f->cp[item->end - 2] &&
		    (by->label == ORG || !common(f, by)))
			return true;
	}
	return false;
}

/* 新政、金城、马鞍等乡镇: what stands behind says it. */
static void
told(struct finder *f, const struct row *row)
{
	/* A number of towns is told by what they are; 等企业 only where the item is no word. */
	bool sure = row->label == LOC && row->sure;

	for (size_t i = 0; i < row->n; i++) {
		const struct item *item = &row->item[i];

		if (item->label == (int)row->label || !may_be(f, item, row->label))
			continue;
		if (item->label >= 0 && !sure && row->label != ORG)
			continue;
		if (item->label == LOC && row->label == ORG)
			continue;
		/* 产业村、艺术村、旅游村3个村 are no names of theirs */
		bool trade = row->label == ORG && (trades(f, item) || has_kin(f, row, i));
		if (trade || (sure && !(f->token[token_at(f, item->end - 1)].flags & L_UNIT)) ||
		    !common(f, item))
			add_item(f, item, row->label);
	}
}

/* Does it end as the names of villages do: 老虎口? */
static bool
landform(const struct finder *f, const struct item *item)
{
	uint32_t word = f->spot[item->end - 1].word;

	return item->end - item->start == 3 && word != 0 && f->m->more[word].landform;
}

/* 花鸟岛、枸杞岛、嵊山岛: all end with the same word for a place, and one is known as a place. */
static bool
one_sort(const struct finder *f, const struct row *row)
{
	bool place = false;

	for (size_t i = 0; i < row->n; i++) {
		const struct item *item = &row->item[i];

		if (f->cp[item->end - 1] != f->cp[row->item[0].end - 1] ||
		    item->end - item->start < 3)
			return false;
		place |= item->label == LOC;
	}
	uint32_t word = f->spot[row->item[0].end - 1].word;
	return place && row->n > 2 && word != 0 && f->m->info[word].flags & L_UNIT;
}

/* 杨小凤、左军、巩玉芹: what stands between two names of one sort. */
/* 永荣中学、安富中学: does a body beside it end with the same word? */
static bool
same_school(const struct finder *f, const struct row *row, size_t i)
{
	const struct item *item = &row->item[i];
	uint32_t end = item->end;

	if (end - item->start < 4 || end - item->start > MAXITEM || common(f, item) ||
	    !all_han(f, item->start, end) || !(info_at(f, end - 2, end)->flags & L_ORG_STRONG))
		return false;
	for (size_t k = i > 0 ? i - 1 : 1; k <= i + 1 && k < row->n; k += 2) {
		const struct item *by = &row->item[k];

		if (by->label == ORG && f->cp[by->end - 1] == f->cp[end - 1] &&
		    f->cp[by->end - 2] == f->cp[end - 2])
			return true;
	}
	return false;
}

static void
alike(struct finder *f, const struct row *row)
{
	bool isles = one_sort(f, row), traders = false, company = false;

	for (size_t i = 0; i < row->n; i++) { /* 华北制药、神威药业 beside 以岭药业 */
		company |= row->item[i].label == ORG;
		traders |= row->item[i].label == ORG && trades(f, &row->item[i]);
	}

	for (size_t i = 0; i < row->n; i++) {
		const struct item *item = &row->item[i];
		int label = i > 0 ? item[-1].label : i + 2 < row->n ? item[2].label : -1;
		int other = i + 1 < row->n ? item[1].label : i > 1 ? item[-2].label : -1;

		/* Of two, 老虎口 is one as 青土湖 is, by what it ends with. */
		if (row->n == 2) {
			label = other =
			    row->item[1 - i].label == LOC && landform(f, item) ? LOC : -1;
		}
		/* A surname is enough beside one who is known by name. */
		if (label != PERSON && other == PERSON)
			label = other;
		if (label == PERSON)
			other = label;
		if (isles && item->label < 0)
			label = other = LOC;
		bool trade = traders || (company && !common(f, item)); /* 琪金集团、德宜信食品 */
		if (item->label < 0 && trade && trades(f, item) && may_be(f, item, ORG)) {
			add_item(f, item, ORG);
			continue;
		}
		if (item->label < 0 && company && same_school(f, row, i)) {
			add_item(f, item, ORG);
			continue;
		}
		if (item->label >= 0 || label < 0 || label != other ||
		    (label != LOC && label != PERSON && label != ORG))
			continue;
		if (label == ORG && !all_latin(f, item->start, item->end))
			continue;
		/* 凉风村、荆竹坪村: words of the lexicon, but a village as the other is one */
		const struct item *by = i > 0 ? item - 1 : item + 1;
		bool same = label == LOC && row->n > 2 && item->end - item->start > 2 &&
			    f->cp[item->end - 1] == f->cp[by->end - 1];
		if (may_be(f, item, (uint32_t)label) && (same || isles || !common(f, item)))
			add_item(f, item, (uint32_t)label);
	}
}

/* Reads the row whose first 、 is a mark; returns the mark behind its last one. */
static size_t
read_row(const struct finder *f, size_t mark, struct row *row)
{
	uint32_t at = f->mark[mark], before = mark > 0 ? f->mark[mark - 1] + 1 : 0;

	*row = (struct row){.label = NLABELS};
	bool whole = at - before <= MAXITEM && label_of_item(f, before, at) >= 0;
	row->item[row->n].start = whole ? before : first_start(f, at);
	row->open = row->item[row->n].start != before;
	row->item[row->n++].end = at;
	while (mark + 1 < f->nmark && f->cp[f->mark[mark + 1]] == U'、' &&
	       f->mark[mark + 1] - at - 1 <= 2 * MAXITEM && row->n + 2 < MAXROW) {
		row->item[row->n++] = (struct item){at + 1, f->mark[mark + 1], -1};
		at = f->mark[++mark];
	}
	/* The last item, 和 and one more: up to what says what they are, or to what ends it. */
	uint32_t start = at + 1, stop = mark + 1 < f->nmark ? f->mark[mark + 1] : (uint32_t)f->n;
	uint32_t end = start;
	bool joined = false;
	for (uint32_t k = start + 1; k <= stop && k - start <= MAXITEM + 1; k++) {
		bool last = k == stop;

		if (!last && !joined && (f->cp[k] == U'和' || f->cp[k] == U'及') && k > start + 1) {
			row->item[row->n++] = (struct item){start, k, -1};
			start = k + 1;
			joined = true;
			continue;
		}
		if (last ||
		    ((k > start + 1 || one_at(f, k) & ONE_ET_CETERA) && row_ends(f, k, row))) {
			end = k;
			break;
		}
	}
	/* Where the sentence goes on behind it, as far as a name goes. */
	const struct token *t = &f->token[token_at(f, start)];
	bool latin = t->start == start && all_latin(f, start, t->end);
	if (start < f->n && t->start == start && (latin || (t->kind >= 0 && t->kind != K_ABBR)) &&
	    row->label == NLABELS)
		end = t->end;
	if (end > start)
		row->item[row->n++] = (struct item){start, end, -1};
	for (size_t i = 0; i < row->n; i++)
		row->item[i].label = label_of_item(f, row->item[i].start, row->item[i].end);
	return mark + 1;
}

void
compose_series(struct finder *f)
{
	bool marked = false;

	for (size_t k = 0; k < f->nmark;) {
		struct row row;

		if (f->cp[f->mark[k]] != U'、' || f->mark[k] == 0) {
			k++;
			continue;
		}
		if (!marked)
			mark_spans(f);
		marked = true;
		k = read_row(f, k, &row);
		if (row.label < NLABELS)
			told(f, &row);
		if (row.n > 1)
			alike(f, &row);
	}
}
