/* lattice - the cheapest way to read a text as words and names */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lattice.h"
#include "names.h"
#include "simplified.h"
#include "utf8.h"

/*
 * Every word of the lexicon is an edge that costs -ln of its frequency; every
 * candidate name is an edge that costs what its score says. The
 * cheapest path (Viterbi) decides between them over the whole block, so that
 * a name must be likelier than the words that it would cut.
 */
/* An edge is where from << 32, and which hit and 1, or which candidate with this bit. */
#define IS_CAND 0x80000000U

/* For --explain: what could have been a name, and what it would have cost. */
static void
tell_candidates(const struct finder *f)
{
	for (size_t i = 0; i < f->ncand; i++) {
		const struct cand *c = &f->cand[i];
		const struct score *s = &f->m->score[c->kind];
		bool taken = (uint32_t)f->node[c->start + c->n].edge == ((uint32_t)i | IS_CAND);

		fprintf(f->explain, "%u-%u %.*s %s %s cost %.2f, its characters %.2f%s\n", c->start,
		    c->start + c->n, (int)(f->off[c->start + c->n] - f->off[c->start]),
		    f->text.p + f->off[c->start], label_names[s->label], s->rule->id,
		    c->cost / 100.0,
		    (double)(f->spot[c->start + c->n].sum - f->spot[c->start].sum) / 100,
		    taken ? ", cheapest here" : "");
	}
}

/* ... and how the text was read in the end. */
static void
tell_tokens(const struct finder *f)
{
	static const char *const names[] = {"", "noun", "verb", "adjective", "adverb",
	    "preposition", "conjunction", "particle", "pronoun", "number", "unit", "place", "time",
	    "name"};

	for (size_t i = 0; i < f->ntoken; i++) {
		const struct token *t = &f->token[i];

		fprintf(f->explain, "%s%.*s/%s", i > 0 ? " " : "",
		    (int)(f->off[t->end] - f->off[t->start]), f->text.p + f->off[t->start],
		    t->kind >= 0 ? label_names[t->label] : names[t->pos]);
	}
	fputc('\n', f->explain);
}

/* Takes an edge to a node if it is cheaper than what was found so far. */
static inline void
relax(struct node *to, int64_t cost, size_t from, uint32_t what)
{
	uint64_t edge = (uint64_t)from << 32 | what;
	bool better = cost < to->cost; /* as often as not, so without a branch */

	to->edge = better ? edge : to->edge;
	to->cost = better ? cost : to->cost;
}

/* The cheapest path: every node gets the edge by which it is reached. */
static void
search(struct finder *f)
{
	struct node *node = f->node;

	node[0].cost = 0;
	for (size_t i = 1; i <= f->n; i++)
		node[i].cost = INT64_MAX;
	for (size_t i = 0; i < f->n; i++) {
		const struct spot *p = &f->spot[i];
		int64_t here = node[i].cost;
		uint32_t h = p->hits;

		if (here == INT64_MAX)
			continue;
		if (p->may & (MAY_ALNUM | MAY_STOP | MAY_DOT)) {
			size_t step = 1;

			if (p->may & MAY_ALNUM)
				while (p[step].may & MAY_ALNUM)
					step++;
			relax(&node[i + step], here + (p[1].sum - p->sum), i, 0);
		} else {
			uint32_t cost = p[1].sum - p->sum;

			relax(&node[i + 1], here + cost, i, cost < UNKNOWN ? h + 1 : 0);
			h += p->word != 0;
		}
		for (; h < p[1].hits; h++)
			if (f->hit[h].cost != UINT16_MAX)
				relax(&node[i + f->hit[h].n], here + f->hit[h].cost, i, h + 1);
		for (uint32_t k = p->cand; k != 0; k = f->cand[k - 1].next) {
			const struct cand *cand = &f->cand[k - 1];

			relax(&node[i + cand->n], here + cand->cost, i, (k - 1) | IS_CAND);
		}
	}
}

/* The token that an edge makes. */
static inline __attribute__((always_inline)) struct token
token_of(const struct finder *f, uint32_t start, uint32_t end, uint32_t what)
{
	const struct model *m = f->m;
	struct token t = {.start = start, .end = end, .kind = -1};

	if (what & IS_CAND) {
		const struct cand *k = &f->cand[what & ~IS_CAND];

		t.kind = k->kind;
		t.info = k->kind <= K_USER && !(m->info[k->info].flags & L_NAME) ? 0 : k->info;
		t.label = (uint8_t)m->score[k->kind].label;
		if (k->info != 0 && k->kind == K_USER)
			t.label = m->more[k->info].label;
		t.pos = POS_NAME;
	} else if (what != 0) {
		t.info = f->hit[what - 1].word;
		t.pos = m->info[t.info].pos;
	} else if (f->spot[start].hits < f->spot[start + 1].hits &&
		   f->hit[f->spot[start].hits].n == 1) {
		t.info =
		    f->hit[f->spot[start].hits].word; /* a cue that is no word of the lexicon */
	}
	t.flags = t.info != 0 ? m->info[t.info].flags : 0;
	return t;
}

/* The edges of the cheapest path as tokens. */
static void
read_path(struct finder *f)
{
	const struct node *node = f->node;
	size_t count = 0;

	for (size_t i = f->n; i > 0; i = node[i].edge >> 32)
		count++;
	if (count > f->captoken) {
		f->captoken = 2 * count + 64;
		f->token = xarray(f->token, f->captoken, sizeof *f->token);
	}
	f->ntoken = count;
	f->labels = 0;
	for (size_t i = f->n; i > 0; i = node[i].edge >> 32) {
		struct token *t = &f->token[--count];

		*t = token_of(
		    f, (uint32_t)(node[i].edge >> 32), (uint32_t)i, (uint32_t)node[i].edge);
		if (t->kind >= 0)
			f->labels |= 1U << t->label;
	}
}

/* Are these characters all of those that spell foreign names? */
static bool
spelled(const struct finder *f, uint32_t from, uint32_t to)
{
	for (; from < to; from++)
		if (f->cp[from] >= NCHARACTER || f->m->character[f->cp[from]].translit == 0)
			return false;
	return true;
}

/* Is this what a spelled name begins with, although a list has it by itself: 安德烈, 亚历山? */
static bool
begins_spelled(const struct finder *f, const struct token *t)
{
	return t->kind >= 0 && (t->label == PERSON || t->label == LOC) &&
	       !(t->flags & (L_COUNTRY | L_ADMIN)) && spelled(f, t->start, t->end);
}

/*
 * 安德烈|斯·帕斯特拉纳, 路易斯|·|阿尔韦托·拉卡列: a name with dots goes on to the left over
 * the name that a list has of its beginning, which was cheaper by itself.
 */
static void
rejoin(struct finder *f)
{
	size_t to = 0;

	for (size_t k = 0; k < f->ntoken; k++) {
		struct token t = f->token[k];
		bool dotted = false;

		if (t.kind == K_FOREIGN)
			for (uint32_t i = t.start; i < t.end && !dotted; i++)
				dotted = is_dot(f->cp[i]);
		while (dotted && to > 0) {
			size_t first = to - 1;

			if (first > 0 && is_dot(f->cp[f->token[first].start]))
				first--;
			if (!begins_spelled(f, &f->token[first]))
				break;
			t.start = f->token[first].start;
			to = first;
		}
		/* 古丽巴哈尔|·|买买提 */
		if (is_name(&t, PERSON) && to > 1 && f->token[to - 1].end == t.start &&
		    is_dot(f->cp[t.start - 1]) && is_name(&f->token[to - 2], PERSON) &&
		    f->token[to - 2].end + 1 == t.start) {
			to -= 2;
			t.start = f->token[to].start;
			t.kind = K_FOREIGN;
			t.info = 0;
		}
		f->token[to++] = t;
	}
	f->ntoken = to;
}

/* 能源|处处|长 is 能源|处|处长; 村村|民 is 村|村民. */
static __attribute__((noinline)) void
part_twins(struct finder *f)
{
	for (size_t k = 0; k + 1 < f->ntoken; k++) {
		struct token *t = &f->token[k], *next = t + 1;

		if (t->end - t->start != 2 || f->cp[t->start] != f->cp[t->start + 1] ||
		    t->kind >= 0 || next->kind >= 0 || next->end - next->start != 1)
			continue;
		for (uint32_t h = f->spot[t->start + 1].hits; h < f->spot[t->end].hits; h++)
			if (f->hit[h].n == 2 &&
			    f->m->info[f->hit[h].word].flags & (L_POST | L_ROLE)) {
				*t = token_of(f, t->start, t->end - 1, 0);
				*next = token_of(f, t->end, next->end, h + 1);
			}
	}
}

void
lattice(struct finder *f)
{
	look_around(f);
	propose(f);
	search(f);
	read_path(f);
	if (f->any & MAY_DOT)
		rejoin(f);
	if (f->any & MAY_POST)
		part_twins(f);
	if (f->explain != NULL) {
		tell_candidates(f);
		tell_tokens(f);
	}
}

void
find_entities(struct finder *f, struct model *m, struct str text)
{
	f->m = m;
	f->nentity = 0;
	f->written = text;
	f->traditional = false;
	read_text(f, text);
	if (f->n == 0)
		return;
	if (!look_up(f)) {
		f->traditional = simplified_foreign(text);
		read_text(f, simplified_view(text, &f->view));
		look_up(f);
	}
	lattice(f);
	compose(f);
}

bool
like_person(struct model *m, struct str s)
{
	uint32_t first = 0, w = word_find(m, s.p, s.n);
	size_t n = 0, two = 0; /* two: bytes of the first two characters */

	if (w != 0 && m->info[w].flags & L_NAME && m->info[w].kind != K_PEOPLE)
		return false;
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t c = utf8_get(s.p + i, &len);

		if (++n > 4 || !is_han(c))
			return false;
		if (n == 1)
			first = c;
		if (n <= 2)
			two += len;
	}
	if (n == 2 || n == 3)
		return first < NCHARACTER && m->character[first].surname != 0;
	w = n == 4 ? word_find(m, s.p, two) : 0;
	return w != 0 && m->info[w].flags & L_SURNAME;
}

void
finder_free(struct finder *f)
{
	buf_free(&f->view);
	free(f->cp);
	free(f->spot);
	free(f->found);
	free(f->off);
	free(f->hit);
	free(f->taken);
	free(f->mark);
	free(f->cand);
	free(f->node);
	free(f->token);
	free(f->span);
	free(f->entity);
	memset(f, 0, sizeof *f);
}
