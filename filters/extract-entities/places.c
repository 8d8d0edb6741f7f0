/* places - places made of several */
/* SPDX-License-Identifier: MIT */
#include "names.h"

enum { RARE = 1200, OFTEN = 1050 };

bool
named_place(const struct finder *f, const struct token *t)
{
	const struct info *in = info_of_token(f, t);

	return in->flags & L_NAME && in->flags & L_ADMIN && in->kind == K_PLACE &&
	       t->end - t->start == 2;
}

/* A name of the lexicon that ends as waters and mountains do: 滦河. */
static bool
is_water(const struct finder *f, const struct token *t)
{
	const struct info *in = info_of_token(f, t);

	return t->kind < 0 && one_at(f, t->end - 1) & ONE_WATER && t->end - t->start == 2 &&
	       in->cost > RARE && !in->namelike;
}

/* The code of a listed division, of six digits; else empty. */
static struct str
code_of(const struct finder *f, uint32_t word)
{
	uint32_t row = f->m->more[word].row;
	struct str code = {"", 0};

	if (row != 0)
		code = row_cell(f->m, row - 1, list_at(f->m, row - 1)->code);
	return code.n == 6 ? code : (struct str){"", 0};
}

/* 江西|修水: the end of a county's name that is a word as well, if it lies where token k says; or
 * 0. */
static uint32_t
county_behind(const struct finder *f, const struct token *t)
{
	if (t->kind != K_PLACE || !(t->flags & L_ADMIN) || t->end >= f->n)
		return 0;
	for (uint32_t h = f->spot[t->end].hits; h < f->spot[t->end + 1].hits; h++) {
		uint32_t word = f->hit[h].word;
		const struct info *in = &f->m->info[word];

		if (in->n != 2 ||
		    (in->flags & (L_NAME | L_WEAK | L_ADMIN)) != (L_NAME | L_WEAK | L_ADMIN) ||
		    in->kind != K_PLACE || in->cost < OFTEN)
			continue;
		struct str county = code_of(f, word), whole = code_of(f, t->info);
		if (county.n != 0 && whole.n != 0 && memcmp(county.p, whole.p, 2) == 0 &&
		    memcmp(whole.p + 2, "00", 2) == 0)
			return t->end + in->n;
	}
	return 0;
}

/* 沙坪坝区丰文街道三河村 is one place; so is a place with what it is: 波兰共和国. */
void
compose_places(struct finder *f)
{
	for (size_t k = 0; k < f->ntoken; k++) {
		size_t e = k;

		if (!is_name(&f->token[k], LOC) || f->token[k].kind == K_ABBR) {
			if (f->token[k].pos == POS_NAME && is_water(f, &f->token[k]))
				add_span(f, f->token[k].start, f->token[k].end, K_SUFFIXED, LOC, 0);
			continue;
		}
		uint32_t county = county_behind(f, &f->token[k]);
		if (county != 0)
			add_span(f, f->token[k].start, county, K_CHAIN, LOC, 0);
		for (; e + 1 < f->ntoken; e++) {
			const struct token *a = &f->token[e], *b = &f->token[e + 1];
			bool unit =
			    b->kind < 0 && b->flags & (L_UNIT | L_TAIL) && !(b->pos == POS_LOCAL);

			if (unit && f->cp[a->end - 1] == f->cp[b->start])
				break; /* 黔东南州|州级 */
			if (unit && b->end - b->start == 1 && a->end - a->start > 2 &&
			    info_at(f, a->end - 2, a->end)->flags & L_UNIT)
				break; /* 津桥街道|县|桥社区 */
			if (unit)
				continue;
			if (f->cp[a->end - 1] == U'山' && b->end - b->start == 1 &&
			    f->cp[b->start] == U'区') /* 武陵山区 */
				continue;
			if (f->cp[a->end - 1] == U'村' && b->kind < 0 && b->pos == POS_NUM &&
			    e + 2 < f->ntoken && one_at(f, b->end) & ONE_HAMLET) { /* 天宫村三社 */
				e++;
				continue;
			}
			if (is_name(b, LOC) && b->kind != K_ABBR &&
			    (a->flags & L_ADMIN || a->kind == K_SUFFIXED) &&
			    (b->flags & L_ADMIN || b->kind == K_SUFFIXED ||
				(b->kind == K_PLACE &&
				    b->end_flags & (L_UNIT | L_TAIL)))) /* 北京|密云水库 */
				continue;
			break;
		}
		if (e > k)
			add_span(f, f->token[k].start, f->token[e].end, K_CHAIN, LOC, 0);
		k = e;
	}
}

/* 黄龙镇|三星|村, 乌图阿热勒|村: a village that is called as a body or a person is */
static bool
add_namesake(struct finder *f, size_t e)
{
	const struct token *t = &f->token[e], *b = t - 1;
	uint32_t len = b->end - b->start;

	if (!(((b->kind == K_BODY || b->kind == K_PEOPLE || b->kind == K_CHINESE) && len <= 3) ||
		(b->kind == K_FOREIGN && len <= 6)) ||
	    t->info == 0 || !f->m->more[t->info].village)
		return false;
	const struct token *first = b;
	while (first > f->token && is_name(first - 1, LOC) && first[-1].kind != K_ABBR)
		first--;

	add_span(f, first->start, t->end, K_SUFFIXED, LOC, 0);
	return true;
}

/* 河南省|民权|高新区, 重庆东站枢纽新城, 磡|头|大桥: before an ending of two characters or more */
static void
add_area(struct finder *f, size_t e)
{
	const struct token *t = &f->token[e], *first = t - 1;

	if (first->kind < 0 && named_place(f, first)) {
		while (first > f->token && is_name(first - 1, LOC) && first[-1].kind != K_ABBR)
			first--;
		add_span(f, first->start, t->end, K_CHAIN, LOC, 0);
		return;
	}
	struct growth g = grow(f, e, false);
	bool number = false; /* 巴丹吉林|两|大|沙漠 */
	for (size_t k = g.start; k < e; k++)
		number |= f->token[k].pos == POS_NUM;
	/* 翠亨|新区: of no list, but cut into characters */
	bool coined = g.evidence == EV_PROPER && g.nouns == 0 &&
		      t->start - f->token[g.start].start == 2 && e - g.start == 2;
	size_t from = e;
	if ((g.evidence == EV_PLACE || coined) && !number)
		from = g.start;
	else if (g.evidence <= EV_PROPER) {
		from = number ? e : coined_before(f, e);
		if (from == e)
			from = graded_from(f, e);
	}
	if (from < e)
		add_span(f, f->token[from].start, t->end, K_CHAIN, LOC, 0);
}

/* 北碚区|天宫|村: a word of the lexicon that is a village's name */
static void
add_village(struct finder *f, size_t e)
{
	enum { RARE_WORD = 1100, BEFORE_ROLE = 900 };
	const struct token *t = &f->token[e], *b = t - 1;
	const struct info *in = info_of_token(f, b);
	bool place = e >= 2 && is_name(b - 1, LOC);
	uint32_t before = f->spot[b->start].left, after = f->spot[t->end].right;
	/* 塘口镇|自力|村|村民: a word that would be common elsewhere */
	bool role = place && b[-1].flags & L_ADMIN && after & BIT(F_ROLE_AFTER);

	if (b->kind >= 0 || b->end - b->start != 2 || !is_han(f->cp[b->start]) ||
	    (b->pos != POS_NAME && b->pos != POS_NOUN && b->pos != POS_NONE && !role) ||
	    in->cost <= (role ? BEFORE_ROLE : RARE_WORD) || in->flags & L_NOT)
		return;
	if (place ||
	    (before & BIT(F_PLACE_CUE_BEFORE) &&
		after & (BIT(F_PLACE_CUE_AFTER) | BIT(F_ROLE_AFTER) | BIT(F_TITLE_AFTER))) ||
	    (before & (BIT(F_STOP_BEFORE) | BIT(F_START)) &&
		after & (BIT(F_ROLE_AFTER) | BIT(F_TITLE_AFTER))))
		add_span(f, place ? b[-1].start : b->start, t->end, K_SUFFIXED, LOC, 0);
}

/* May a name of words begin with this token, or go on over it? */
static bool
in_name(const struct finder *f, const struct token *t)
{
	return is_han(f->cp[t->start]) && t->pos != POS_PREP && t->pos != POS_CONJ &&
	       t->pos != POS_PART && t->pos != POS_PRON && t->pos != POS_ADV &&
	       t->pos != POS_VERB && t->pos != POS_UNIT && t->pos != POS_NUM;
}

/* 碧波湾·智谷: estates with a dot, which are no persons by what they end with */
void
compose_estates(struct finder *f)
{
	enum { LEFT = 5, RIGHT = 4 };

	for (size_t k = 1; k + 1 < f->ntoken; k++) {
		size_t first = k, e = k;
		uint32_t dot = f->token[k].start;

		if (!is_dot(f->cp[dot]) || f->token[k].end - dot != 1)
			continue;
		while (first > 0 && in_name(f, &f->token[first - 1]) &&
		       dot - f->token[first - 1].start <= LEFT)
			first--;
		while (e + 1 < f->ntoken && in_name(f, &f->token[e + 1]) &&
		       f->token[e + 1].end - dot - 1 <= RIGHT) {
			e++;
			if (one_at(f, f->token[e].end - 1) & ONE_ESTATE ||
			    f->token[e].end_flags & L_FAC)
				break;
		}
		/* but 妇女·家园·环境 */
		if (dot - f->token[first].start >= 2 && e > k &&
		    !(f->token[e].end < f->n && is_dot(f->cp[f->token[e].end])) &&
		    (one_at(f, f->token[e].end - 1) & ONE_ESTATE || f->token[e].end_flags & L_FAC))
			add_span(f, f->token[first].start, f->token[e].end, K_FAC, FAC, 0);
	}
}

/* 重庆东站枢纽新城, 民权高新区, 天宫村: what grows from its ending to the left. */
void
compose_areas(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 1;) {
		const struct token *t = &f->token[e];

		if (!(t->end_flags & (L_UNIT | L_TAIL)) || t->kind >= 0 || add_namesake(f, e))
			continue;
		if (t->end_flags & L_TAIL && t->end - t->start >= 2)
			add_area(f, e);
		else if (t->end_flags & L_UNIT && !t->end_inside)
			add_village(f, e);
	}
}
