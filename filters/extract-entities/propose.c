/* propose - candidates for names: of the lists, of surnames, of characters that spell */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lattice.h"

enum {
	SELDOM = 1000,
	RARE = 900,
	OFTEN = 790,
	LISTED = 300, /* a character of a name that a list has */
	MAXFOREIGN = 7,
	MAXCHAIN = 40,
	SPELLED = 800,
	LANDFORM = -300, /* 五里坡社区 */
	VERB_AT = 1350,
	UNSPELLED = 900,
	CROSSED = 400 /* 上传|云溪村 is not 上|传云溪村 */
};

static inline const struct character *
character(const struct finder *f, size_t i)
{
	static const struct character none = {
	    .alone = UNSEEN_GIVEN, .first = UNSEEN_GIVEN, .second = UNSEEN_GIVEN};
	uint32_t c = f->cp[i];

	return c < NCHARACTER ? &f->m->character[c] : &none;
}

static inline uint16_t
translit(const struct finder *f, size_t i)
{
	return character(f, i)->translit;
}

/* What a candidate costs: the one place where candidates are scored. */
static int32_t
score_candidate(const struct model *m, enum kind kind, int32_t make, uint32_t features)
{
	const struct score *s = &m->score[kind];

	return s->prior + make + s->of[0][features & 0xFF] + s->of[1][features >> 8 & 0xFF] +
	       s->of[2][features >> 16 & 0xFF] + s->of[3][features >> 24];
}

static void
keep_cand(struct finder *f, struct cand c)
{
	if (f->ncand == f->capcand) {
		f->capcand = f->capcand != 0 ? 2 * f->capcand : 256;
		f->cand = xarray(f->cand, f->capcand, sizeof *f->cand);
	}
	c.next = f->spot[c.start].cand;
	f->cand[f->ncand] = c;
	f->spot[c.start].cand = (uint32_t)++f->ncand;
}

static inline void
add_cand(struct finder *f, size_t start, size_t n, enum kind kind, uint32_t info, int32_t make,
    uint32_t own)
{
	uint32_t mask = f->spot[start].left | f->spot[start + n].right | own;
	int32_t cost = score_candidate(f->m, kind, make, mask);

	/* It can be on the cheapest path only if it is cheaper than its characters one by one. */
	if (cost < (int32_t)(f->spot[start + n].sum - f->spot[start].sum))
		keep_cand(f, (struct cand){.start = (uint32_t)start,
				 .n = (uint32_t)n,
				 .info = info,
				 .kind = (uint8_t)kind,
				 .cost = cost});
}

static inline bool
is_word(const struct finder *f, size_t start, size_t n)
{
	return n < 32 && f->spot[start].words >> n & 1;
}

/* 任|所长, 向|同志们: a character that is more often a verb or a preposition, 中|方|副主席 */
static bool
is_verb(const struct finder *f, size_t i)
{
	const struct info *in = &f->m->info[f->spot[i].word];

	return f->spot[i].word != 0 && in->cost < RARE &&
	       (((in->pos == POS_VERB || in->pos == POS_PREP || in->pos == POS_PRON ||
		     in->pos == POS_CONJ || in->pos == POS_ADV) &&
		    !(f->spot[i].left & (BIT(F_START) | BIT(F_STOP_BEFORE)))) ||
		   (i > 0 && f->spot[i - 1].abbr != 0 && in->pos == POS_NOUN));
}

/* 包|萨日|娜, 格桑|旺堆, 敖登|格日勒: names of which a list has the parts. */
static __attribute__((noinline)) void
propose_parts(struct finder *f, size_t i, size_t ns, int32_t surname)
{
	enum { PART = 500, RARE_PART = 950 /* not so those of Japan, 罗|小川 */ };
	size_t g = i + ns;

	for (uint32_t h = f->spot[g].hits; h < f->spot[g + 1].hits; h++) {
		const struct info *in = &f->m->info[f->hit[h].word];

		if (!(in->flags & L_SURNAME) || in->n < 2)
			continue;
		if (ns > 1 && ns + in->n <= 6)
			add_cand(f, i, ns + in->n, K_CHINESE, 0, surname + PART, 0);
		if (ns == 1 && !(in->flags & L_WORD) && in->ncost > RARE_PART && g + in->n < f->n &&
		    is_han(f->cp[g + in->n]) && !character(f, g + in->n)->seldom)
			add_cand(f, i, 2U + in->n, K_CHINESE, 0, surname + 2 * PART, 0);
	}
}

/* 佟某, 杜某某, but not 广西|某, 但某 */
static __attribute__((noinline)) void
propose_someone(struct finder *f, size_t i, size_t ns)
{
	size_t n = i + ns + 1 < f->n && f->cp[i + ns + 1] == U'某' ? 2 : 1;

	if (!f->spot[i + 1].longer && (ns > 1 || !(f->m->info[f->spot[i].word].flags & L_NOT)))
		add_cand(f, i, ns + n, K_CHINESE, 0, 0, 0);
}

/* A surname of ns characters at i, and one or two characters of a given name. */
static void
propose_chinese(struct finder *f, size_t i, size_t ns, int32_t surname)
{
	enum { VERB = 400 };
	size_t g = i + ns;

	if (g < f->n && is_han(f->cp[g])) {
		const struct character *a = character(f, g);

		/* 巴图|量 */
		int32_t verb =
		    ns > 1 && a->seldom &&
			    !(f->spot[g + 1].right & (BIT(F_STOP_AFTER) | BIT(F_LIST_AFTER)))
			? VERB
			: 0;

		add_cand(f, i, ns + 1, K_CHINESE, 0, surname + a->alone + verb,
		    (ns == 1 ? BIT(F_SHORT) : 0) | (is_word(f, i, ns + 1) ? BIT(F_WORD) : 0));
		if (g + 1 < f->n && is_han(f->cp[g + 1])) {
			const struct character *last = character(f, g + 1);
			const uint32_t after = BIT(F_AFTER) | BIT(F_AFTER_STRONG);
			/* 陈伟|说, 向|小平: a cue that would become part of the name */
			uint32_t cues = (f->spot[g + 1].right & after ? BIT(F_CUE_LAST) : 0) |
					(f->spot[g].left & BIT(F_BEFORE) ? BIT(F_CUE_FIRST) : 0);
			verb = last->seldom && ns == 1 &&
				       !(f->spot[g + 2].right &
					   (BIT(F_STOP_AFTER) | BIT(F_LIST_AFTER)))
				   ? VERB
				   : 0;

			add_cand(f, i, ns + 2, K_CHINESE, 0,
			    surname + a->first + last->second + verb,
			    cues | (is_word(f, i, ns + 2) ? BIT(F_WORD) : 0));
		}
		if (f->spot[g].may & MAY_LISTED)
			propose_parts(f, i, ns, surname);
		if (f->cp[g] == U'某')
			propose_someone(f, i, ns);
	}
	if (ns > 1) /* 佐藤 alone */
		add_cand(f, i, ns, K_CHINESE, 0, surname + 300,
		    BIT(F_SHORT) | (is_word(f, i, ns) ? BIT(F_WORD) : 0));
	if (f->spot[g].right & (BIT(F_TITLE_AFTER) | BIT(F_ADDRESS_AFTER)))
		add_cand(
		    f, i, ns, K_SURNAME, 0, surname, ns == 1 && is_verb(f, i) ? BIT(F_WORD) : 0);
}

/* Has a list of places all of it? */
static bool
is_place(const struct finder *f, size_t start, size_t n)
{
	for (uint32_t h = f->spot[start].hits; h < f->spot[start + 1].hits; h++) {
		const struct info *in = &f->m->info[f->hit[h].word];

		if (in->n == n && in->flags & L_NAME && in->flags & (L_ADMIN | L_COUNTRY) &&
		    in->kind == K_PLACE)
			return true;
	}
	return false;
}

static void
propose_foreign(struct finder *f, size_t i)
{
	int32_t make = 0;

	for (size_t n = 1; n <= MAXFOREIGN && i + n <= f->n; n++) {
		uint16_t c = translit(f, i + n - 1);
		if (c == 0)
			break;
		make += c;
		if (n < 2)
			continue;
		uint32_t own = (n == 2      ? BIT(F_SHORT)
				   : n >= 4 ? BIT(F_LONG)
					    : 0) |
			       (is_word(f, i, n) ? BIT(F_WORD) : 0);
		uint32_t around = f->spot[i].left | f->spot[i + n].right;

		if (is_place(f, i, n)) /* 尼勒克 */
			own |= BIT(F_WORD);
		add_cand(f, i, n, K_FOREIGN, 0, make, own);
		if (around & (BIT(F_PLACE_CUE_BEFORE) | BIT(F_PLACE_CUE_AFTER) | BIT(F_UNIT_AFTER)))
			add_cand(f, i, n, K_SPELLED_PLACE, 0, make, own);
	}
}

/* Where the part of a name that begins behind a dot ends; part itself if there is none. */
static size_t
dotted_part(const struct finder *f, size_t part)
{
	const struct info *info = f->m->info;
	size_t end = part;

	while (end < f->n && end - part < 8 && is_han(f->cp[end]) &&
	       (translit(f, end) != 0 || end == part))
		end++;
	for (uint32_t h = f->spot[part].hits; h < f->spot[part + 1].hits; h++) { /* 白求恩 */
		const struct info *in = &info[f->hit[h].word];

		if (in->kind == K_PEOPLE && in->flags & L_NAME && part + in->n > end)
			end = part + in->n;
	}
	/* 易卜拉|欣: one more that spells no other name, and begins no word */
	if (end > part && end - part < 8 && end < f->n && is_han(f->cp[end]) &&
	    translit(f, end) == 0 && character(f, end)->single >= UNSPELLED &&
	    !(f->spot[end].words >> 2))
		end++;
	if (end == part)
		while (end < f->n && end - part < 12 && is_alnum(f->cp[end]))
			end++;
	return end;
}

/* Where the name that a list has of the part before a dot begins; dot itself if there is none. */
static size_t
before_dot(const struct finder *f, size_t dot)
{
	for (size_t n = 2; n <= 7 && n <= dot; n++)
		for (uint32_t h = f->spot[dot - n].hits; h < f->spot[dot - n + 1].hits; h++) {
			const struct info *in = &f->m->info[f->hit[h].word];

			if (in->n == n && in->kind == K_PEOPLE && in->flags & L_NAME)
				return dot - n;
		}
	return dot;
}

/* 诺尔曼·白求恩: all the spelling characters around the dots, or any Han close to them. */
static void
propose_dotted(struct finder *f, size_t dot)
{
	size_t first = dot, end = dot + 1, spelled = 0, others = 0;

	while (first > 0 && dot - first < 7 && is_han(f->cp[first - 1]) &&
	       (translit(f, first - 1) != 0 || first == dot))
		first--;
	while (end < f->n && end - dot < MAXCHAIN) {
		size_t part = end;

		end = dotted_part(f, part);
		if (end == part || end == f->n || !is_dot(f->cp[end]))
			break;
		end++;
	}
	size_t listed = before_dot(f, dot);
	if (listed < first)
		first = listed;
	if (first == dot || end == dot + 1)
		return;
	for (size_t k = first; k < end; k++)
		if (is_han(f->cp[k])) {
			uint16_t cost = translit(f, k);
			cost != 0 && cost < SPELLED ? spelled++ : others++;
		}
	if (others >= spelled && end - first < 12 && listed == dot)
		return;
	/* Shorter beginnings and ends are left to the words that they would cut. */
	for (size_t s = first; s < dot; s++)
		for (size_t e = end; e > dot + 1 && e + 3 > end && !is_dot(f->cp[e - 1]); e--) {
			int32_t make = 0;
			for (size_t k = s; k < e; k++) {
				uint16_t c = translit(f, k);
				make += is_dot(f->cp[k])         ? 0
					: k >= listed && k < dot ? LISTED
					: c != 0                 ? c
								 : 900;
			}
			add_cand(f, s, e - s, K_FOREIGN, 0, make, BIT(F_DOTTED));
		}
}

/* 两省, 三镇: so many of them; there are streets and villages with numbers. */
static bool
counted(const struct finder *f, size_t unit)
{
	return one_at(f, unit) & ONE_COUNTED && one_at(f, unit - 1) & (ONE_NUMBER | ONE_EACH);
}

/* 带动|丹村: does a verb of two characters begin there? */
static bool
verb_at(const struct finder *f, size_t at, uint16_t limit)
{
	for (uint32_t h = f->spot[at].hits; h < f->spot[at + 1].hits; h++) {
		const struct info *in = &f->m->info[f->hit[h].word];

		if (in->n == 2 && ((in->pos == POS_VERB && in->cost < limit) ||
				      (limit < UINT16_MAX && in->flags & L_NOT)))
			return true;
	}
	return false;
}

/* 迎水桥镇|何滩村, 高唐镇|常口村: a surname behind a place, which is a pronoun elsewhere */
static bool
surname_at(const struct finder *f, size_t at, size_t n)
{
	return n > 1 && f->spot[at].may & MAY_SURNAME && f->spot[at].left & BIT(F_PLACE_BEFORE);
}

/* One to three characters before 镇 村 河 山 ... of which no list knows the whole. */
static void
propose_suffixed(struct finder *f, size_t unit, size_t nunit, uint32_t word)
{
	const struct info *info = f->m->info;
	const uint32_t stop = BIT(F_STOP_BEFORE) | BIT(F_LIST_BEFORE);
	const uint32_t cue = L_BEFORE | L_PLACE_BEFORE | L_NOT;
	int32_t make = 0;
	bool landform = f->m->more[word].village && f->spot[unit - 1].word != 0 &&
			f->m->more[f->spot[unit - 1].word].landform;

	if (counted(f, unit)) /* 沙湾、桐林三镇 */
		return;
	if (nunit == 1 && verb_at(f, unit - 1, UINT16_MAX)) /* 宏宇|返乡 */
		return;
	for (size_t n = 1; n <= 3 && n <= unit; n++) {
		size_t at = unit - n;
		int32_t c = n == 3 ? 500 : 800; /* names of three are common: 清溪沟 */
		int32_t own = n > 1 && landform ? LANDFORM : 0;
		bool begins = true;

		if (!is_han(f->cp[at]))
			return;
		for (uint32_t h = f->spot[at].hits; h < f->spot[at + 1].hits && f->hit[h].n == 1;
		     h++) {
			const struct info *in = &info[f->hit[h].word];
			if (in->flags & L_WORD &&
			    (in->pos == POS_PART || in->pos == POS_CONJ || in->pos == POS_PREP ||
				((in->pos == POS_PRON || in->pos == POS_ADV) &&
				    !surname_at(f, at, n)) ||
				(in->pos == POS_NONE && in->cost < 800) || /* 每座|岛 */
				(in->pos == POS_VERB && in->cost < 750)))
				return;
			bool verb = in->pos == POS_VERB && in->cost < 900, often = in->cost < OFTEN;
			if (verb && often && n == 1 && nunit == 1)
				return; /* 辞职回|岛 */
			begins &= !verb || (f->spot[at].left & stop &&
					       !(in->flags & cue)); /* but 桐花巷社区, 、花鸟岛 */
		}
		make += c;
		if (!begins || (n == 3 && verb_at(f, at, VERB_AT)))
			continue;
		if (at > 0 && is_word(f, at - 1, 2))
			own += CROSSED;
		add_cand(f, at, n + nunit, K_SUFFIXED, 0, make + own,
		    (n == 1 && nunit == 1 ? BIT(F_SHORT) : 0) |
			(is_word(f, at, n + nunit) ? BIT(F_WORD) : 0));
	}
}

/* Do this and the next character stand for places of one sort? 中葡 needs 关系 or the like behind
 * it.
 */
static bool
letter_pair(const struct finder *f, size_t i)
{
	/* 1 is weak, 2 is strong */
	return f->spot[i].abbr && f->spot[i + 1].abbr &&
	       f->spot[i].abbr + f->spot[i + 1].abbr >
		   (f->spot[i + 2].right & BIT(F_ABBR_CUE_AFTER) ? 2 : 3);
}

/* A character that stands for a place: 访华, 中美. */
static void
propose_letter(struct finder *f, size_t i, uint32_t h)
{
	const struct info *info = f->m->info;
	const uint32_t cues = BIT(F_ABBR_CUE_BEFORE) | BIT(F_ABBR_CUE_AFTER) | BIT(F_ABBR_BEFORE) |
			      BIT(F_ABBR_AFTER) | BIT(F_LIST_BEFORE) | BIT(F_LIST_AFTER);
	uint32_t own = info[f->hit[h].word].flags & L_ABBR_STRONG ? 0 : BIT(F_WEAK);
	uint32_t right = f->spot[i + 1].right;

	if (i > 0 && f->cp[i - 1] >= '0' && f->cp[i - 1] <= '9')
		return; /* 11月5日中午 */
	for (uint32_t k = h + 1; k < f->spot[i + 1].hits; k++)
		if ((info[f->hit[k].word].flags & (L_NAME | L_WEAK)) == L_NAME)
			return; /* a listed name begins here */
	if (i > 0 && !f->spot[i].longer && letter_pair(f, i - 1))
		own |= BIT(F_ABBR_BEFORE);
	else if (i + 1 < f->n && !f->spot[i + 1].longer && letter_pair(f, i))
		own |= BIT(F_ABBR_AFTER);
	/* In a list, a letter is an item: 中、美、俄三国; not so the end of a name: 缪华、 */
	uint32_t left = f->spot[i].left;
	if (i > 0 && !(left & (BIT(F_LIST_BEFORE) | BIT(F_STOP_BEFORE))) &&
	    character(f, i - 1)->single >= SELDOM)
		right &= ~(uint32_t)BIT(F_LIST_AFTER);
	if ((left | right | own) & cues)
		add_cand(f, i, 1, K_ABBR, f->hit[h].word, 0, own);
}

/* What the lists make of the words that begin at a place. */
static void
propose_listed(struct finder *f, size_t i)
{
	for (uint32_t h = f->spot[i].hits; h < f->spot[i + 1].hits; h++) {
		const struct info *in = &f->m->info[f->hit[h].word];
		uint32_t n = in->n;

		if (in->flags & L_NAME)
			add_cand(f, i, n, in->kind, f->hit[h].word, in->ncost,
			    (in->flags & L_WEAK ? BIT(F_WEAK) : 0) | (n == 2      ? BIT(F_SHORT)
									 : n >= 4 ? BIT(F_LONG)
										  : 0));
		if (in->flags & L_SURNAME)
			propose_chinese(f, i, n, in->ncost);
		if (in->flags & L_UNIT && i > 0)
			propose_suffixed(f, i, n, f->hit[h].word);
		if (in->flags & L_ABBR && n == 1)
			propose_letter(f, i, h);
	}
}

/* 董事长郗建邦: behind a post, a rare character may be a surname that no list knows. */
static __attribute__((noinline)) void
propose_unknown(struct finder *f, size_t i)
{
	enum { UNKNOWN_SURNAME = 1200 };

	if (is_han(f->cp[i]) && !(f->spot[i].may & MAY_SURNAME) &&
	    character(f, i)->single >= RARE &&
	    f->spot[i].hits + (f->spot[i].word != 0) == f->spot[i + 1].hits)
		propose_chinese(f, i, 1, UNKNOWN_SURNAME);
}

void
propose(struct finder *f)
{
	const unsigned any = MAY_LISTED | MAY_SURNAME | MAY_SPELL | MAY_DOT | MAY_UNKNOWN;

	f->ncand = 0;
	for (size_t i = 0; i < f->n; i++) {
		unsigned may = f->spot[i].may;

		if ((may & any) == 0)
			continue;
		if (may & MAY_LISTED)
			propose_listed(f, i);
		if (may & MAY_SURNAME)
			propose_chinese(f, i, 1, character(f, i)->surname);
		if (may & f->spot[i + 1].may & MAY_SPELL)
			propose_foreign(f, i);
		if (may & (MAY_DOT | MAY_UNKNOWN)) {
			if (may & MAY_UNKNOWN)
				propose_unknown(f, i);
			if (may & MAY_DOT && i > 0)
				propose_dotted(f, i);
		}
	}
}
