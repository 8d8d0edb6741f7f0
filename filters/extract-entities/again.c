/* again - names that the record knows, and those found in another place of the text */
/* SPDX-License-Identifier: MIT */
#include "names.h"
#include "simplified.h"
#include "utf8.h"

enum {
	SELDOM = 1150,
	SELDOM_STEM = 1350,
	PAGE = 20000 /* longer ones are no text of one subject */
};

static uint32_t
code_point_at(const struct finder *f, size_t byte)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (f->off[mid] < byte)
			low = mid + 1;
		else
			high = mid;
	}
	return (uint32_t)low;
}

/* What a name is, by its ending; -1 if that says nothing. */
static int
label_of(const struct finder *f, struct str name)
{
	for (size_t i = 0; i < name.n; i += utf8_len(name.p[i])) {
		uint32_t w = word_find(f->m, name.p + i, name.n - i);

		if (w == 0 || i == 0)
			continue;
		const struct info *in = &f->m->info[w];
		if (in->flags & L_ORG_STRONG)
			return ORG;
		if (in->flags & L_PROGRAM || in->more & M_QUOTED)
			return PROGRAM;
		if (in->flags & L_EVENT)
			return EVENT;
		if (in->flags & L_FAC)
			return FAC;
		if (in->flags & L_ORG_WEAK || in->flags & L_NAME)
			return in->flags & L_NAME && in->kind == K_PLACE ? LOC : ORG;
	}
	return -1;
}

void
add_known(struct finder *f)
{
	static struct buf hold, name_hold;

	for (size_t i = 0; i < f->nknown; i++) {
		const struct known *k = &f->known[i];
		const char *p = f->text.p, *end = p + f->text.n;
		struct str surface = simplified_view(k->surface, &hold);

		int label =
		    k->label >= 0 ? k->label : label_of(f, simplified_view(k->name, &name_hold));

		if (surface.n < 4 || label < 0)
			continue;
		while ((p = memmem(p, (size_t)(end - p), surface.p, surface.n)) != NULL) {
			uint32_t s = code_point_at(f, (size_t)(p - f->text.p));
			uint32_t e = code_point_at(f, (size_t)(p - f->text.p) + surface.n);

			add_span(f, s, e, K_AGAIN, (enum label)label, 0);
			f->span[f->nspan - 1].known = k;
			p += surface.n;
		}
	}
}

/*
 * The first token of the same text and label, or i itself where it is that one. A set of tokens by
 * their bytes, of at least twice as many places as tokens, that was cleared for this text.
 */
static size_t
first_alike(const struct finder *f, size_t i, uint32_t *set, size_t mask)
{
	const struct token *t = &f->token[i];
	const char *name = f->text.p + f->off[t->start];
	size_t n = f->off[t->end] - f->off[t->start], at = n + t->label;

	for (size_t k = 0; k < n; k++)
		at = at * 31 + (unsigned char)name[k];
	for (at &= mask; set[at] != 0; at = (at + 1) & mask) {
		const struct token *u = &f->token[set[at] - 1];

		if (f->off[u->end] - f->off[u->start] == n && u->label == t->label &&
		    memcmp(f->text.p + f->off[u->start], name, n) == 0)
			return set[at] - 1;
	}
	set[at] = (uint32_t)i + 1;
	return i;
}

/* Every other place where these characters stand is the same name. */
static void
mark_all(struct finder *f, uint32_t start, uint32_t end, enum label label, uint32_t skip)
{
	const uint32_t *cp = f->cp, first = cp[start], n = end - start;

	for (uint32_t s = 0, last = (uint32_t)f->n - n; s <= last; s++) {
		if (cp[s] != first || memcmp(cp + s, cp + start, n * sizeof *cp) != 0)
			continue;
		if (s != start && (skip == 0 || s == last || cp[s + n] != skip))
			add_span(f, s, s + n, K_AGAIN, label, 0);
		s += n - 1;
	}
}

/* 铁西区 names what 铁西 is, a word that is hardly ever seen otherwise. */
static void
shorter_place(struct finder *f, const struct token *t)
{
	uint32_t last = f->cp[t->end - 1];

	if (t->kind != K_PLACE || t->end - t->start < 3 || !(t->flags & L_ADMIN) ||
	    (last != U'区' && last != U'县' && last != U'市'))
		return;
	const struct info *in = info_at(f, t->start, t->end - 1);
	if (in->flags & L_WORD ? in->cost > SELDOM : in->flags & L_NAME)
		mark_all(f, t->start, t->end - 1, LOC, last);
}

/*
 * 涪陵博宇建筑有限公司 names what 博宇建筑 is: what stands behind the place, as far as it is more
 * than a word, without the ending.
 */
static void
shorter_company(struct finder *f, size_t e)
{
	size_t k = e, first;

	while (k > 0 && e - k < MAXGROW && f->token[k - 1].kind < 0 &&
	       is_han(f->cp[f->token[k - 1].start]))
		k--;
	if (k == 0 || !is_name(&f->token[k - 1], LOC) || k == e)
		return;
	for (first = k; first + 1 < e && f->token[first].end - f->token[first].start == 1;)
		first++;
	if (first - k < 2 || first - k > 3) /* no made-up word */
		return;
	for (size_t to = first; to < e; to++)
		mark_all(f, f->token[k].start, f->token[to].end, ORG, 0);
	mark_all(f, f->token[k].start, f->token[first].start, ORG, 0);
}

/* 石药集团 names what 石药 is, if that is hardly ever anything else. */
static void
shorter_group(struct finder *f, uint32_t start, uint32_t end)
{
	uint32_t stem = end - 2;

	if (end - start < 4 || end - start > 5 || !is_han(f->cp[start]) ||
	    !(info_at(f, stem, end)->more & M_COMMON))
		return;
	for (uint32_t k = start + 1; k < stem; k++) /* a place at its start, or 军事|科学院 */
		if (info_at(f, start, k + 1)->flags & L_NAME ||
		    info_at(f, k, end)->flags & L_ORG_STRONG)
			return;
	const struct info *in = info_at(f, start, stem);
	if (!(in->flags & L_WORD) || in->cost > SELDOM_STEM)
		mark_all(f, start, stem, ORG, 0);
}

/* A person or a village that is found in one place of the text is found in all others. */
void
add_again(struct finder *f)
{
	static uint32_t *set;
	static size_t cap;
	size_t need = 16;

	while (need < 2 * f->ntoken)
		need *= 2;
	if (need > cap) {
		set = xarray(set, need, sizeof *set);
		cap = need;
	}
	memset(set, 0, need * sizeof *set);
	for (size_t s = 0, n = f->n <= PAGE ? f->nspan : 0; s < n; s++)
		if (f->span[s].label == ORG && f->span[s].kind != K_SERIES)
			shorter_group(f, f->span[s].start, f->span[s].end);
	for (size_t i = 0; i < f->ntoken; i++) {
		const struct token *t = &f->token[i];
		size_t n = t->end - t->start, first;

		if (t->kind < 0) {
			if (t->end_more & M_REGISTERED && f->n <= PAGE)
				shorter_company(f, i);
			continue;
		}
		if (t->kind == K_PLACE && f->n <= PAGE)
			shorter_place(f, t);

		bool person = is_name(t, PERSON) && n >= 2 && t->kind != K_SURNAME;

		if (!person && (t->kind != K_SUFFIXED || n < 3))
			continue;
		first = first_alike(f, i, set, need - 1);
		if (first != i) {
			/* the first one's search came here; the first itself is one of several */
			t = &f->token[first];
			add_span(f, t->start, t->end, K_AGAIN, (enum label)t->label, 0);
			continue;
		}
		mark_all(f, t->start, t->end, (enum label)t->label, 0);
	}
}
