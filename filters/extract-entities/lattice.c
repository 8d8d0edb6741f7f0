/* lattice - the cheapest way to read a text as words and names */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "entity.h"
#include "utf8.h"

/*
 * Every word of the lexicon is an edge that costs -ln of its frequency; every
 * candidate name is an edge that costs what score_candidate() says. The
 * cheapest path (Viterbi) decides between them over the whole block, so that
 * a name must be likelier than the words that it would cut.
 */
enum {
	SPEAKER = 40,
	MAXHITS = 16,
	MAXFOREIGN = 7,
	MAXCHAIN = 40,
	SPELLED = 800,
	COST_ASCII = 600,
	COST_PUNCT = 300
};
#define BIT(f) (1U << (f))
#define IS_CAND 0x80000000U

static inline bool
is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

static inline bool
is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xC0 && c < 0x250);
}

static inline bool
is_dot(uint32_t c)
{
	return c == 0xB7 || c == 0x2022 || c == 0x30FB;
}

static inline uint16_t
han_cost(const uint16_t *table, uint32_t c)
{
	return c >= HAN_FIRST && c < HAN_FIRST + HAN_COUNT ? table[c - HAN_FIRST] : 0;
}

int32_t
score_candidate(const struct model *m, enum kind kind, int32_t make, uint32_t features)
{
	const struct score *s = &m->score[kind];
	int32_t cost = s->prior + make;

	for (; features != 0; features &= features - 1)
		cost += s->weight[__builtin_ctz(features)];
	return cost;
}

static void
add_cand(struct finder *f, size_t start, size_t n, enum kind kind, uint32_t info, int32_t make,
    uint32_t own)
{
	uint32_t mask = f->left[start] | f->right[start + n] | own;
	int32_t cost = score_candidate(f->m, kind, make, mask);

	/* It can be on the cheapest path only if it is cheaper than its characters one by one. */
	if (cost >= f->sum[start + n] - f->sum[start])
		return;

	if (f->ncand == f->capcand) {
		f->capcand = f->capcand != 0 ? 2 * f->capcand : 256;
		f->cand = xarray(f->cand, f->capcand, sizeof *f->cand);
	}
	f->cand[f->ncand] = (struct cand){.start = (uint32_t)start,
	    .n = (uint32_t)n,
	    .info = info,
	    .kind = (uint8_t)kind,
	    .cost = cost,
	    .next = f->node[start].first};
	f->node[start].first = (uint32_t)++f->ncand;
}

/* What a word says of a name that ends where it begins. */
static uint32_t
says_right(uint32_t l)
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
says_left(uint32_t l, unsigned kind)
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

/* Looks every place of the text up in the lists, once. */
static __attribute__((noinline)) void
look_up(struct finder *f)
{
	struct word_hit hit[MAXHITS];
	const struct info *info = f->m->info;

	f->nhit = 0;
	f->said = 0;
	for (size_t i = 0; i < f->n; i++) {
		f->hit_at[i] = (uint32_t)f->nhit;
		size_t n = words_at(f->m->words, f->cp + i, f->n - i, hit, MAXHITS);
		uint32_t longest = 0, said = 0;

		if (f->nhit + n > f->caphit) {
			f->caphit = 2 * (f->nhit + n) + 256;
			f->hit = xarray(f->hit, f->caphit, sizeof *f->hit);
		}
		for (size_t k = 0; k < n; k++) {
			const struct info *in = &info[hit[k].word];
			uint32_t len = hit[k].n, end = (uint32_t)i + len, r = 0, l = 0;

			f->said |= in->flags;
			if (in->says) {
				r = says_right(in->flags);
				l = says_left(in->flags, in->kind);
			}

			f->hit[f->nhit++] = hit[k];
			/* A cue of one character that is part of a longer word is none. */
			if (len > 1 && longest == 1)
				said = 0;
			said |= r;
			longest = len;
			if (f->lefts[end] == 1 && len > 1)
				f->left[end] = 0;
			if (len > 1 || f->lefts[end] <= 1)
				f->left[end] |= l;
			if (len > f->lefts[end])
				f->lefts[end] = (uint8_t)(len > 255 ? 255 : len);
		}
		f->right[i] |= said;
	}
	f->hit_at[f->n] = (uint32_t)f->nhit;
}

/* What stops, brackets and ends of the text say. */
static __attribute__((noinline)) void
look_around(struct finder *f)
{
	f->quotes = f->latin = false;
	f->left[0] |= BIT(F_START) | BIT(F_STOP_BEFORE);
	f->right[f->n] |= BIT(F_END) | BIT(F_STOP_AFTER);
	for (size_t i = 0; i < f->n; i++) {
		uint32_t c = f->cp[i];

		if (is_han(c) || is_dot(c))
			continue;
		if (is_alnum(c)) {
			f->latin |= c >= 'A';
			continue;
		}
		f->quotes |=
		    c == 0x201C || c == 0x2018 || c == 0x300C || c == 0x300E || c == 0x300A;
		if (c == 0x3001) {
			f->right[i] |= BIT(F_LIST_AFTER);
			f->left[i + 1] |= BIT(F_LIST_BEFORE);
		} else {
			f->right[i] |=
			    BIT(F_STOP_AFTER) | (c == '(' || c == 0xFF08 ? BIT(F_PAREN_AFTER) : 0);
			f->left[i + 1] |= BIT(F_STOP_BEFORE);
			if (c == ' ' || c == 0x3000 || c == ':' || c == 0xFF1A) /* 主任 蓝庆华 */
				f->left[i + 1] |=
				    f->left[i] & (BIT(F_TITLE_BEFORE) | BIT(F_ROLE_BEFORE) |
						     BIT(F_BEFORE_STRONG));
			if ((c == ':' || c == 0xFF1A) && i <= SPEAKER)
				f->right[i] |= BIT(F_AFTER_STRONG);
		}
	}
}

static bool
is_word(const struct finder *f, size_t start, size_t n)
{
	for (uint32_t h = f->hit_at[start]; h < f->hit_at[start + 1]; h++)
		if (f->hit[h].n == n)
			return f->m->info[f->hit[h].word].flags & L_WORD &&
			       !f->m->info[f->hit[h].word].namelike;
	return false;
}

/* A surname of ns characters at i, and one or two characters of a given name. */
static void
propose_chinese(struct finder *f, size_t i, size_t ns, int32_t surname)
{
	const struct model *m = f->m;
	size_t g = i + ns;
	enum { UNSEEN = 1050 };

	if (g < f->n && is_han(f->cp[g])) {
		uint16_t one = han_cost(m->alone, f->cp[g]), two = han_cost(m->first, f->cp[g]);

		add_cand(f, i, ns + 1, K_CHINESE, 0, surname + (one != 0 ? one : UNSEEN),
		    (ns == 1 ? BIT(F_SHORT) : 0) | (is_word(f, i, ns + 1) ? BIT(F_WORD) : 0));
		if (g + 1 < f->n && is_han(f->cp[g + 1])) {
			uint16_t last = han_cost(m->second, f->cp[g + 1]);
			const uint32_t after = BIT(F_AFTER) | BIT(F_AFTER_STRONG);
			/* 陈伟|说, 向|小平: a cue that would become part of the name */
			uint32_t cues = (f->right[g + 1] & after ? BIT(F_CUE_LAST) : 0) |
					(f->left[g] & BIT(F_BEFORE) ? BIT(F_CUE_FIRST) : 0);

			add_cand(f, i, ns + 2, K_CHINESE, 0,
			    surname + (two != 0 ? two : UNSEEN) + (last != 0 ? last : UNSEEN),
			    cues | (is_word(f, i, ns + 2) ? BIT(F_WORD) : 0));
		}
	}
	if (ns > 1) /* 佐藤 alone */
		add_cand(f, i, ns, K_CHINESE, 0, surname + 300,
		    BIT(F_SHORT) | (is_word(f, i, ns) ? BIT(F_WORD) : 0));
	if (f->right[g] & (BIT(F_TITLE_AFTER) | BIT(F_ADDRESS_AFTER)))
		add_cand(f, i, ns, K_SURNAME, 0, surname, 0);
}

static void
propose_foreign(struct finder *f, size_t i)
{
	const struct model *m = f->m;
	int32_t make = 0;

	for (size_t n = 1; n <= MAXFOREIGN && i + n <= f->n; n++) {
		uint16_t c = han_cost(m->translit, f->cp[i + n - 1]);
		if (c == 0)
			break;
		make += c;
		if (n < 2)
			continue;
		uint32_t own = (n == 2      ? BIT(F_SHORT)
				   : n >= 4 ? BIT(F_LONG)
					    : 0) |
			       (is_word(f, i, n) ? BIT(F_WORD) : 0);
		uint32_t around = f->left[i] | f->right[i + n];

		add_cand(f, i, n, K_FOREIGN, 0, make, own);
		if (around & (BIT(F_PLACE_CUE_BEFORE) | BIT(F_PLACE_CUE_AFTER) | BIT(F_UNIT_AFTER)))
			add_cand(f, i, n, K_SPELLED_PLACE, 0, make, own);
	}
}

/* 诺尔曼·白求恩: all the spelling characters around the dots, or any Han close to them. */
static size_t
propose_dotted(struct finder *f, size_t dot)
{
	const struct model *m = f->m;
	size_t start = dot, end = dot + 1, first = dot;

	while (start > 0 && dot - start < 7 && is_han(f->cp[start - 1]) &&
	       (han_cost(m->translit, f->cp[start - 1]) != 0 || start == dot))
		start--;
	first = start;
	while (end < f->n && end - dot < MAXCHAIN) {
		size_t part = end;
		while (end < f->n && end - part < 8 && is_han(f->cp[end]) &&
		       (han_cost(m->translit, f->cp[end]) != 0 || end == part))
			end++;
		for (uint32_t h = f->hit_at[part]; h < f->hit_at[part + 1]; h++) /* 白求恩 */
			if (m->info[f->hit[h].word].kind == K_PEOPLE &&
			    m->info[f->hit[h].word].flags & L_NAME && part + f->hit[h].n > end)
				end = part + f->hit[h].n;
		if (end == part) {
			while (end < f->n && end - part < 12 && is_alnum(f->cp[end]))
				end++;
			if (end == part)
				break;
		}
		if (end < f->n && is_dot(f->cp[end]))
			end++;
		else
			break;
	}
	if (first == dot || end == dot + 1)
		return dot + 1;
	/* Shorter beginnings and ends are left to the words that they would cut. */
	size_t spelled = 0, others = 0;
	for (size_t k = first; k < end; k++)
		if (is_han(f->cp[k])) {
			uint16_t cost = han_cost(m->translit, f->cp[k]);
			cost != 0 && cost < SPELLED ? spelled++ : others++;
		}
	if (others >= spelled && end - first < 12)
		return end;
	for (size_t s = first; s < dot; s++)
		for (size_t e = end; e > dot + 1 && e + 3 > end && !is_dot(f->cp[e - 1]); e--) {
			int32_t make = 0;
			for (size_t k = s; k < e; k++) {
				uint16_t c = han_cost(m->translit, f->cp[k]);
				make += is_dot(f->cp[k]) ? 0 : c != 0 ? c : 900;
			}
			add_cand(f, s, e - s, K_FOREIGN, 0, make, BIT(F_DOTTED));
		}
	return end;
}

/* One to three characters before 镇 村 河 山 ... of which no list knows the whole. */
static void
propose_suffixed(struct finder *f, size_t unit, size_t nunit)
{
	const struct info *info = f->m->info;
	int32_t make = 0;

	for (size_t n = 1; n <= 3 && n <= unit; n++) {
		size_t at = unit - n;
		int32_t c = n == 3 ? 500 : 800; /* names of three are common: 清溪沟 */

		if (!is_han(f->cp[at]))
			return;
		for (uint32_t h = f->hit_at[at]; h < f->hit_at[at + 1] && f->hit[h].n == 1; h++) {
			const struct info *in = &info[f->hit[h].word];
			if (in->flags & L_WORD &&
			    (in->pos == POS_PART || in->pos == POS_PRON || in->pos == POS_CONJ ||
				in->pos == POS_PREP || in->pos == POS_ADV ||
				(in->pos == POS_VERB && in->cost < 900)))
				return;
		}
		make += c;
		add_cand(f, at, n + nunit, K_SUFFIXED, 0, make,
		    (n == 1 && nunit == 1 ? BIT(F_SHORT) : 0) |
			(is_word(f, at, n + nunit) ? BIT(F_WORD) : 0));
	}
}

static __attribute__((noinline)) void
propose(struct finder *f)
{
	const struct model *m = f->m;

	f->ncand = 0;
	for (size_t i = 0; i < f->n; i++) {
		uint32_t c = f->cp[i];
		bool longer = false; /* a listed name begins here */

		for (uint32_t h = f->hit_at[i]; h < f->hit_at[i + 1]; h++) {
			const struct info *in = &m->info[f->hit[h].word];
			uint32_t len = f->hit[h].n;

			if (in->flags & L_NAME)
				add_cand(f, i, len, in->kind, f->hit[h].word, in->ncost,
				    (in->flags & L_WEAK ? BIT(F_WEAK) : 0) |
					(len == 2      ? BIT(F_SHORT)
					    : len >= 4 ? BIT(F_LONG)
						       : 0));
			if (in->flags & L_SURNAME)
				propose_chinese(f, i, len, in->ncost);
			if (in->flags & L_UNIT && i > 0)
				propose_suffixed(f, i, len);
			if (in->flags & L_ABBR && len == 1) {
				for (uint32_t k = h + 1; k < f->hit_at[i + 1]; k++)
					longer |= (m->info[f->hit[k].word].flags &
						      (L_NAME | L_WEAK)) == L_NAME;
				if (longer)
					continue;
				uint32_t own = in->flags & L_ABBR_STRONG ? 0 : BIT(F_WEAK);
				/* 1 is weak, 2 is strong: 中葡 needs 关系 or the like behind it */
				if (i > 0 && f->abbr[i - 1] && f->lefts[i] <= 1 &&
				    f->abbr[i - 1] + f->abbr[i] >
					(f->right[i + 1] & BIT(F_ABBR_CUE_AFTER) ? 2 : 3))
					own |= BIT(F_ABBR_BEFORE);
				else if (i + 1 < f->n && f->abbr[i + 1] && f->lefts[i + 1] <= 1 &&
					 f->abbr[i + 1] + f->abbr[i] >
					     (f->right[i + 2] & BIT(F_ABBR_CUE_AFTER) ? 2 : 3))
					own |= BIT(F_ABBR_AFTER);
				const uint32_t cues = BIT(F_ABBR_CUE_BEFORE) |
						      BIT(F_ABBR_CUE_AFTER) | BIT(F_ABBR_BEFORE) |
						      BIT(F_ABBR_AFTER) | BIT(F_LIST_BEFORE) |
						      BIT(F_LIST_AFTER);
				if ((f->left[i] | f->right[i + 1] | own) & cues)
					add_cand(f, i, 1, K_ABBR, f->hit[h].word, 0, own);
			}
		}
		uint16_t s = han_cost(m->surname, c);
		if (s != 0)
			propose_chinese(f, i, 1, s);
		if (han_cost(m->translit, c) != 0)
			propose_foreign(f, i);
		if (is_dot(c) && i > 0)
			propose_dotted(f, i);
	}
}

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

/* The cheapest path; its edges become the tokens. */
static __attribute__((noinline)) void
search(struct finder *f)
{
	const struct model *m = f->m;
	struct node *node = f->node;

	node[0].cost = 0;
	for (size_t i = 0; i < f->n; i++) {
		int64_t here = node[i].cost;
		size_t step = 1;
		uint32_t c = f->cp[i];

		if (here == INT64_MAX)
			continue;
#define RELAX(to, c_, w_)                                                                          \
	do {                                                                                       \
		if (here + (c_) < node[to].cost) {                                                 \
			node[to].cost = here + (c_);                                               \
			node[to].from = (uint32_t)i;                                               \
			node[to].what = (w_);                                                      \
		}                                                                                  \
	} while (0)
		if (is_alnum(c)) {
			while (i + step < f->n && is_alnum(f->cp[i + step]))
				step++;
			RELAX(i + step, COST_ASCII, 0);
		} else {
			RELAX(i + 1, is_han(c) ? m->unknown : COST_PUNCT, 0);
		}
		for (uint32_t h = f->hit_at[i]; h < f->hit_at[i + 1]; h++) {
			const struct info *in = &m->info[f->hit[h].word];
			if (in->flags & L_WORD)
				RELAX(i + f->hit[h].n, in->cost, h + 1);
		}
		for (uint32_t k = node[i].first; k != 0; k = f->cand[k - 1].next)
			RELAX(i + f->cand[k - 1].n, f->cand[k - 1].cost, (k - 1) | IS_CAND);
#undef RELAX
	}

	size_t count = 0;
	for (size_t i = f->n; i > 0; i = node[i].from)
		count++;
	if (count > f->captoken) {
		f->captoken = 2 * count + 64;
		f->token = xarray(f->token, f->captoken, sizeof *f->token);
	}
	f->ntoken = count;
	for (size_t i = f->n; i > 0; i = node[i].from) {
		struct token *t = &f->token[--count];
		uint32_t what = node[i].what;

		*t = (struct token){.start = node[i].from, .end = (uint32_t)i, .kind = -1};
		if (what & IS_CAND) {
			const struct cand *k = &f->cand[what & ~IS_CAND];
			t->kind = k->kind;
			t->info =
			    k->kind <= K_USER && !(m->info[k->info].flags & L_NAME) ? 0 : k->info;
			t->label = (uint8_t)m->score[k->kind].label;
			if (k->info != 0 && k->kind == K_USER)
				t->label = m->more[k->info].label;
			t->pos = POS_NAME;
		} else if (what != 0) {
			t->info = f->hit[what - 1].word;
			t->pos = m->info[t->info].pos;
		}
		if (what == 0 && f->hit_at[t->start] < f->hit_at[t->start + 1] &&
		    f->hit[f->hit_at[t->start]].n == 1)
			t->info = f->hit[f->hit_at[t->start]]
				      .word; /* a cue that is no word of the lexicon */
		t->flags = t->info != 0 ? m->info[t->info].flags : 0;
	}
}

static void
read_text(struct finder *f, struct str s)
{
	if (s.n + 2 > f->cap) {
		f->cap = s.n + s.n / 2 + 258;
		f->cp = xarray(f->cp, f->cap, sizeof *f->cp);
		f->off = xarray(f->off, f->cap, sizeof *f->off);
		f->hit_at = xarray(f->hit_at, f->cap, sizeof *f->hit_at);
		f->left = xarray(f->left, f->cap, sizeof *f->left);
		f->right = xarray(f->right, f->cap, sizeof *f->right);
		f->lefts = xarray(f->lefts, f->cap, sizeof *f->lefts);
		f->abbr = xarray(f->abbr, f->cap, sizeof *f->abbr);
		f->node = xarray(f->node, f->cap, sizeof *f->node);
		f->sum = xarray(f->sum, f->cap, sizeof *f->sum);
	}
	f->n = 0;
	for (size_t i = 0, len; i < s.n; i += len) {
		f->cp[f->n] = utf8_get(s.p + i, &len);
		f->off[f->n++] = (uint32_t)i;
	}
	f->off[f->n] = (uint32_t)s.n;
	f->sum[0] = 0;
	for (size_t i = 0; i < f->n; i++) {
		uint32_t c = f->cp[i];
		f->sum[i + 1] = f->sum[i] + (c >= HAN_FIRST && c < HAN_FIRST + HAN_COUNT
						    ? f->m->single[c - HAN_FIRST]
						: is_han(c)   ? f->m->unknown
						: is_alnum(c) ? COST_ASCII
							      : COST_PUNCT);
	}
	for (size_t i = 0; i <= f->n; i++) {
		f->left[i] = f->right[i] = 0;
		f->lefts[i] = 0;
		f->node[i].cost = INT64_MAX;
		f->node[i].first = 0;
	}
}

/* Which characters may stand for a place: in pairs 中美 only characters of one sort count. */
static __attribute__((noinline)) void
mark_letters(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		f->abbr[i] = 0;
		for (uint32_t h = f->hit_at[i]; h < f->hit_at[i + 1] && f->hit[h].n == 1; h++)
			if (f->m->info[f->hit[h].word].flags & L_ABBR)
				f->abbr[i] =
				    f->m->info[f->hit[h].word].flags & L_ABBR_STRONG ? 2 : 1;
	}
}

void
lattice(struct finder *f)
{
	look_up(f);
	look_around(f);
	mark_letters(f);
	propose(f);
	search(f);
	if (f->explain != NULL) {
		tell_candidates(f);
		tell_tokens(f);
	}
}

void
find_entities(struct finder *f, const struct model *m, struct str text)
{
	f->m = m;
	f->text = text;
	f->nentity = 0;
	read_text(f, text);
	if (f->n == 0)
		return;
	lattice(f);
	compose(f);
}

bool
like_person(const struct model *m, struct str s)
{
	uint32_t cp[4], w = words_find_str(m->words, s.p, s.n);
	size_t n = 0;

	if (w != 0 && m->info[w].flags & L_NAME && m->info[w].kind != K_PEOPLE)
		return false;
	for (size_t i = 0, len; i < s.n; i += len) {
		if (n == 4)
			return false;
		cp[n] = utf8_get(s.p + i, &len);
		if (!is_han(cp[n++]))
			return false;
	}
	if (n == 2 || n == 3)
		return han_cost(m->surname, cp[0]) != 0;
	w = n == 4 ? words_find(m->words, cp, 2) : 0;
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
	free(f->lefts);
	free(f->abbr);
	free(f->cand);
	free(f->node);
	free(f->token);
	free(f->span);
	free(f->entity);
	memset(f, 0, sizeof *f);
}
