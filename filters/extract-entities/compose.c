/* compose - names made of words and names: bodies, places, posts, programmes */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "names.h"
#include "utf8.h"

/*
 * The lattice has cut the text into words and names. Here names grow from
 * their endings to the left, over what may stand in a name, to the leftmost
 * thing that makes it one (a place, a body, 全国, a word that no list knows).
 * All of them and the lattice's own are spans; the longest win.
 */
void
add_span(
    struct finder *f, uint32_t start, uint32_t end, enum kind kind, enum label label, uint32_t info)
{
	if (f->nspan == f->capspan) {
		f->capspan = f->capspan != 0 ? 2 * f->capspan : 64;
		f->span = xarray(f->span, f->capspan, sizeof *f->span);
	}
	f->span[f->nspan++] =
	    (struct span){start, end, (uint8_t)kind, (uint8_t)label, info, NULL, NULL};
}

/* What the [entity] rules match. A group "name" is the name; else all of it is. */
static void
match_rules(struct finder *f)
{
	enum { MAX = 8 };
	struct match match[MAX];
	size_t at = 0, cp = 0;

	while (
	    at < f->text.n && rules_scan(f->m->rules, TYPE_ENTITY, f->text, &at, match, MAX) > 0) {
		const struct capture *name = match_capture(&match[0], "name");
		size_t start = name != NULL ? name->start : match[0].start,
		       end = name != NULL ? name->end : match[0].end;
		uint32_t s, e;

		while (f->off[cp] < start)
			cp++;
		s = (uint32_t)cp;
		e = s;
		while (f->off[e] < end)
			e++;
		if (e > s) {
			add_span(f, s, e, K_RULE,
			    (enum label)label_find(rule_value(match[0].rule, "label")), 0);
			f->span[f->nspan - 1].rule = match[0].rule;
		}
		at = match[0].end > at ? match[0].end : at + utf8_len(f->text.p[at]);
		while (cp > 0 && f->off[cp] > at)
			cp--;
	}
}

/* 沱江|两岸, 太平洋两岸: of a river, not of the strait. */
static bool
is_banks(const struct finder *f, size_t i)
{
	const struct token *t = &f->token[i];

	return f->cp[t->start] == U'两' && f->cp[t->end - 1] == U'岸' && i > 0 &&
	       (is_name(t - 1, LOC) || t[-1].pos == POS_NAME || t[-1].end_flags & L_UNIT);
}

static void
keep_names(struct finder *f)
{
	for (size_t i = 0; i < f->ntoken; i++) {
		const struct token *t = &f->token[i];

		if (t->kind >= 0 && !is_banks(f, i))
			add_span(
			    f, t->start, t->end, (enum kind)t->kind, (enum label)t->label, t->info);
	}
}

static int
by_length(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	uint32_t nx = x->end - x->start, ny = y->end - y->start;

	if (nx != ny)
		return nx > ny ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind > y->kind ? -1 : 1; /* what is composed knows more */
	return x->start < y->start ? -1 : x->start > y->start;
}

static int
by_start(const void *a, const void *b)
{
	const struct entity *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* The longest spans, none overlapping, in text order. */
static void
settle(struct finder *f)
{
	const struct model *m = f->m;

	qsort(f->span, f->nspan, sizeof *f->span, by_length);
	memset(f->taken, 0, f->n + 1);
	for (size_t i = 0; i < f->nspan; i++) {
		const struct span *s = &f->span[i];
		const struct rule *rule = s->rule != NULL ? s->rule : m->score[s->kind].rule;
		bool free = true;

		for (uint32_t k = s->start; k < s->end && free; k++)
			free = f->taken[k] == 0;
		if (!free)
			continue;
		memset(f->taken + s->start, 1, s->end - s->start);
		if (f->nentity == f->capentity) {
			f->capentity = f->capentity != 0 ? 2 * f->capentity : 32;
			f->entity = xarray(f->entity, f->capentity, sizeof *f->entity);
		}
		if (s->info != 0 && s->kind <= K_USER)
			rule = list_at(m, m->more[s->info].row - 1)->rule;
		f->entity[f->nentity++] = (struct entity){.start = s->start,
		    .end = s->end,
		    .label = (enum label)s->label,
		    .rule = rule,
		    .word = s->info};
		if (s->known != NULL)
			f->entity[f->nentity - 1].name = s->known->name;
	}
	qsort(f->entity, f->nentity, sizeof *f->entity, by_start);
}

void
compose(struct finder *f)
{
	uint32_t more, any = mark_endings(f, &more);

	f->nspan = 0;
	add_known(f);
	if (any & (L_ORG_STRONG | L_ORG_WEAK | L_TEAM) || more & M_GOVERNMENT ||
	    f->labels & BIT(ORG))
		compose_bodies(f);
	if (any & (L_FAC | L_ORG_WEAK))
		compose_facilities(f);
	if (any & L_EVENT || more & M_EVENT_GENERIC)
		compose_events(f);
	if (f->labels & BIT(LOC))
		compose_places(f);
	if (any & (L_UNIT | L_TAIL))
		compose_areas(f);
	if (f->any & MAY_DOT)
		compose_estates(f);
	if (f->any & MAY_POST)
		compose_titles(f);
	if (f->any & MAY_POST && f->labels & BIT(PERSON))
		compose_headed(f);
	if (any & L_PROGRAM || more & M_VISION)
		compose_programs(f);
	if (f->latin || more & M_BRAND)
		compose_products(f);
	if (f->quotes)
		compose_quoted(f);
	if (f->any & MAY_RULE)
		match_rules(f);
	if (more & M_TRADE)
		compose_brands(f);
	if (f->nmark > 1 && f->labels & BIT(LOC))
		compose_branches(f);
	keep_names(f);
	if (f->nmark != 0)
		compose_series(f);
	if (f->labels & (BIT(PERSON) | BIT(LOC) | BIT(ORG)))
		add_again(f);
	if (f->nspan != 0) {
		settle(f);
		link_entities(f);
	}
}
