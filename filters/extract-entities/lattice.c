/* lattice - the cheapest way to read a text as words and names */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lattice.h"
#include "utf8.h"

/*
 * Every word of the lexicon is an edge that costs -ln of its frequency; every
 * candidate name is an edge that costs what its score says. The
 * cheapest path (Viterbi) decides between them over the whole block, so that
 * a name must be likelier than the words that it would cut.
 */
#define IS_CAND 0x80000000U

/* For --explain: what could have been a name, and what it would have cost. */
static void
tell_candidates(const struct finder *f)
{
	for (size_t i = 0; i < f->ncand; i++) {
		const struct cand *c = &f->cand[i];
		const struct score *s = &f->m->score[c->kind];
		bool taken = f->node[c->start + c->n].what == ((uint32_t)i | IS_CAND);

		fprintf(f->explain, "%u-%u %.*s %s %s cost %.2f, its characters %.2f%s\n", c->start,
		    c->start + c->n, (int)(f->off[c->start + c->n] - f->off[c->start]),
		    f->text.p + f->off[c->start], label_names[s->label], s->rule->id,
		    c->cost / 100.0, (double)(f->sum[c->start + c->n] - f->sum[c->start]) / 100,
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

/* An edge: what leads to a node more cheaply than what was found so far. */
static inline void
relax(struct node *to, int64_t cost, size_t from, uint32_t what)
{
	if (cost < to->cost) {
		to->cost = cost;
		to->from = (uint32_t)from;
		to->what = what;
	}
}

/* The cheapest path: every node gets the edge by which it is reached. */
static void
search(struct finder *f)
{
	struct node *node = f->node;

	node[0].cost = 0;
	for (size_t i = 0; i < f->n; i++) {
		int64_t here = node[i].cost;
		uint32_t c = f->cp[i];
		size_t step = 1;

		if (here == INT64_MAX)
			continue;
		if (is_alnum(c)) {
			while (i + step < f->n && is_alnum(f->cp[i + step]))
				step++;
			relax(&node[i + step], here + COST_ASCII, i, 0);
		} else {
			relax(&node[i + 1], here + (is_han(c) ? UNKNOWN : COST_PUNCT), i, 0);
		}
		for (uint32_t h = f->hit_at[i]; h < f->hit_at[i + 1]; h++) {
			const struct hit *hit = &f->hit[h];

			if (hit->cost != UINT16_MAX)
				relax(&node[i + hit->n], here + hit->cost, i, h + 1);
		}
		for (uint32_t k = node[i].first; k != 0; k = f->cand[k - 1].next) {
			const struct cand *cand = &f->cand[k - 1];

			relax(&node[i + cand->n], here + cand->cost, i, (k - 1) | IS_CAND);
		}
	}
}

/* The token that an edge makes. */
static struct token
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
	} else if (f->hit_at[start] < f->hit_at[start + 1] && f->hit[f->hit_at[start]].n == 1) {
		t.info = f->hit[f->hit_at[start]].word; /* a cue that is no word of the lexicon */
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

	for (size_t i = f->n; i > 0; i = node[i].from)
		count++;
	if (count > f->captoken) {
		f->captoken = 2 * count + 64;
		f->token = xarray(f->token, f->captoken, sizeof *f->token);
	}
	f->ntoken = count;
	for (size_t i = f->n; i > 0; i = node[i].from)
		f->token[--count] = token_of(f, node[i].from, (uint32_t)i, node[i].what);
}

void
lattice(struct finder *f)
{
	look_up(f);
	look_around(f);
	for (size_t i = 0; i <= f->n; i++) {
		f->node[i].cost = INT64_MAX;
		f->node[i].first = 0;
	}
	propose(f);
	search(f);
	read_path(f);
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
	read_text(f, text);
	if (f->n == 0)
		return;
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
		return first >= HAN_FIRST && first < HAN_FIRST + HAN_COUNT &&
		       m->character[first - HAN_FIRST].surname != 0;
	w = n == 4 ? word_find(m, s.p, two) : 0;
	return w != 0 && m->info[w].flags & L_SURNAME;
}

void
finder_free(struct finder *f)
{
	free(f->cp);
	free(f->off);
	free(f->hit);
	free(f->hit_at);
	free(f->left);
	free(f->right);
	free(f->sum);
	free(f->longer);
	free(f->taken);
	free(f->words);
	free(f->mark);
	free(f->may);
	free(f->abbr);
	free(f->cand);
	free(f->node);
	free(f->token);
	free(f->span);
	free(f->entity);
	memset(f, 0, sizeof *f);
}
