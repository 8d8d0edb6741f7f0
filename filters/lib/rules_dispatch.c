/* rules_dispatch - which patterns are worth a try at a place of a text */
/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <stdlib.h>

#include "rules_int.h"
#include "utf8.h"

/*
 * Every code point belongs to a class; code points that no pattern tells
 * apart share one. The class of the character at a place gives the patterns
 * that may begin there. Most begin with a run, such as a number, and only
 * what follows tells them apart: patterns with the same run form a group, and
 * a run is walked through once for all groups, noting the patterns that go on
 * with a character met in the run or right behind it. So a rule for 吨 costs
 * nothing where a number is followed by 家, however many such rules there are.
 *
 * Where a type is asked about few places of a text (RULES_FEW_PLACES), what
 * its patterns cannot do without, such as a colon, is looked for first: the
 * text is passed over once for all of them.
 *
 * It may name a pattern in vain, but never leave out one that matches.
 */
#define MAX_GROUPS_OF_RUNS 64 /* bits of a mask */
#define MAX_CLASSES 65000
#define MAX_NEEDS 64 /* bits of a mask */
#define MAX_FEW 4    /* characters that are looked for 16 bytes at a time */

struct class
{
	uint64_t begin;                 /* groups whose run may begin with it */
	uint64_t run;                   /* groups whose run goes on with it */
	uint64_t before;                /* which of dispatch.before it is in */
	uint64_t follows;               /* groups with a pattern in follow */
	VECTOR(struct start *, solo);   /* not in a group: may begin with it */
	VECTOR(struct start *, follow); /* in a group: go on with it */
};

struct run_group {
	struct set run;
	size_t nstart;
	size_t from, end;   /* the run walked last: end is behind its last character */
	struct start **hit; /* met in that run; start.last says where last */
	size_t nhit;
};

/* A character of one byte or of three; of one, the other two do not count: mask is 0. */
struct few {
	uint8_t byte[3], mask[3];
};

struct dispatch {
	uint16_t *page[0x1100]; /* class of each code point, 256 a page */
	struct class *class;
	uint8_t *begins; /* can anything begin with that class? */
	size_t nclass;
	struct run_group group[MAX_GROUPS_OF_RUNS];
	unsigned ngroup;
	uint64_t walked; /* groups that know a run of this text */
	VECTOR(struct start *, always);
	VECTOR(struct start *, start);
	uint64_t walks;
	VECTOR(const struct before *, before); /* of patterns */
	uint64_t top;                          /* which of them may be the beginning of the text */
	VECTOR(const struct set *, need);      /* of patterns */
	uint64_t *needs;                       /* for each class: in which of them it is */
	uint8_t needy[0x110000 / 64];          /* is one of these 64 code points in any? */
	struct few few[MAX_FEW];               /* all that are in any, where they are few; */
	size_t nfew;                           /* else 0 */
	bool all_need;                         /* no pattern is without */
	bool looked;
	size_t looked_from; /* from here on the text has been looked at... */
	uint64_t met;       /* ... and these are there */
};

/* --- building --- */

static bool
set_same(const struct set *a, const struct set *b)
{
	return a->nrange == b->nrange &&
	       (a->nrange == 0 || memcmp(a->range, b->range, a->nrange * sizeof *a->range) == 0);
}

/*
 * The group of a start. A longer run is safe; so short ones, such as those of numbers of all sorts,
 * are thrown together, and all where groups are too many.
 */
static unsigned
group_of(struct rules *r, struct dispatch *d, const struct start *s)
{
	unsigned i;

	for (i = 0; i < d->ngroup; i++) {
		struct run_group *g = &d->group[i];
		struct set both = set_union(&r->mem, &g->run, &s->run);

		if (set_size(&both) <= SHORT_RUN || set_same(&both, &g->run) ||
		    i == MAX_GROUPS_OF_RUNS - 1) {
			g->run = both;
			return i;
		}
	}
	d->group[i].run = s->run;
	return d->ngroup++;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct builder {
	struct rules *r;
	struct dispatch *d;
	VECTOR(const struct set *, set);
	uint32_t *edge; /* where intervals begin, ascending, the first is 0 */
	size_t nedge;
	uint16_t *class_of; /* of each interval */
	struct arena mem;
};

static size_t
interval(const struct builder *b, uint32_t c)
{
	size_t lo = 0, hi = b->nedge;

	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;

		if (b->edge[mid] <= c)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static uint64_t
splitmix(uint64_t x)
{
	x += 0x9E3779B97F4A7C15;
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
	x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
	return x ^ (x >> 31);
}

struct signed_interval {
	uint64_t sign; /* says in which sets it is */
	uint32_t i;
};

static int
by_sign(const void *a, const void *b)
{
	const struct signed_interval *x = a, *y = b;

	if (x->sign != y->sign)
		return x->sign < y->sign ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

/* Cuts the code points into classes that no set tells apart. False if they are too many. */
static bool
classify(struct builder *b)
{
	struct signed_interval *s;
	size_t n = 1;

	for (size_t i = 0; i < b->nset; i++)
		n += 2 * b->set[i]->nrange;
	b->edge = arena_alloc(&b->mem, n * sizeof *b->edge);
	b->edge[0] = 0;
	n = 1;
	for (size_t i = 0; i < b->nset; i++)
		for (size_t k = 0; k < b->set[i]->nrange; k++) {
			b->edge[n++] = b->set[i]->range[k].lo;
			b->edge[n++] = b->set[i]->range[k].hi + 1;
		}
	qsort(b->edge, n, sizeof *b->edge, by_number);
	b->nedge = 1;
	for (size_t i = 1; i < n; i++)
		if (b->edge[i] != b->edge[b->nedge - 1] && b->edge[i] < 0x110000)
			b->edge[b->nedge++] = b->edge[i];
	s = arena_zero(&b->mem, b->nedge * sizeof *s);
	for (size_t i = 0; i < b->nedge; i++)
		s[i].i = (uint32_t)i;
	for (size_t i = 0; i < b->nset; i++)
		for (size_t k = 0; k < b->set[i]->nrange; k++) {
			const struct range *x = &b->set[i]->range[k];

			for (size_t j = interval(b, x->lo); j < b->nedge && b->edge[j] <= x->hi;
			     j++)
				s[j].sign ^= splitmix(i);
		}
	qsort(s, b->nedge, sizeof *s, by_sign);
	b->class_of = arena_alloc(&b->mem, b->nedge * sizeof *b->class_of);
	for (size_t i = 0; i < b->nedge; i++) {
		if (i == 0 || s[i].sign != s[i - 1].sign)
			if (b->d->nclass++ >= MAX_CLASSES)
				return false;
		b->class_of[s[i].i] = (uint16_t)(b->d->nclass - 1);
	}
	return true;
}

static void
make_pages(struct builder *b)
{
	struct dispatch *d = b->d;
	uint16_t *whole = NULL; /* the page before, if it is of one class */
	size_t i = 0;           /* the interval that the page begins in */

	for (uint32_t page = 0; page < 0x1100; page++) {
		bool one;

		while (i + 1 < b->nedge && b->edge[i + 1] <= page << 8)
			i++;
		one = i + 1 >= b->nedge || b->edge[i + 1] >= (page + 1) << 8;
		if (one && whole != NULL && whole[0] == b->class_of[i]) {
			d->page[page] = whole;
			continue;
		}
		d->page[page] = arena_alloc(&b->r->mem, 256 * sizeof *d->page[page]);
		for (uint32_t c = 0; c < 256; c++) {
			while (i + 1 < b->nedge && b->edge[i + 1] <= (page << 8 | c))
				i++;
			d->page[page][c] = b->class_of[i];
		}
		whole = one ? d->page[page] : NULL;
	}
}

/* Calls f once for each class in a set. */
static void
each_class(struct builder *b, const struct set *set, struct start *s,
    void (*f)(struct builder *, struct class *, struct start *), uint32_t *seen, uint32_t stamp)
{
	for (size_t k = 0; k < set->nrange; k++)
		for (size_t j = interval(b, set->range[k].lo);
		     j < b->nedge && b->edge[j] <= set->range[k].hi; j++)
			if (seen[b->class_of[j]] != stamp) {
				seen[b->class_of[j]] = stamp;
				f(b, &b->d->class[b->class_of[j]], s);
			}
}

static void
add_solo(struct builder *b, struct class *c, struct start *s)
{
	GROW(&b->r->mem, c, solo) = s;
}

static void
add_begin(struct builder *b, struct class *c, struct start *s)
{
	(void)b;
	c->begin |= (uint64_t)1 << s->group;
}

static void
add_follow(struct builder *b, struct class *c, struct start *s)
{
	GROW(&b->r->mem, c, follow) = s;
	c->follows |= (uint64_t)1 << s->group;
}

static void
add_run(struct builder *b, struct class *c, struct start *s)
{
	(void)b;
	c->run |= (uint64_t)1 << s->group;
}

static void
add_need(struct builder *b, struct class *c, struct start *s)
{
	b->d->needs[c - b->d->class] |= (uint64_t)1 << s->group;
}

static void
add_before(struct builder *b, struct class *c, struct start *s)
{
	(void)b;
	c->before |= (uint64_t)1 << s->group;
}

/* What stands right before the matches of a rule, as far as the edges of its guards say. */
static struct before
guards_before(struct rules *r, const struct full_rule *f)
{
	struct before b = {.known = false};

	for (size_t i = 0; i < f->nguard; i++) {
		const struct guard *g = &f->guard[i];

		if (!g->before || g->not )
			continue;
		if (g->edge.any)
			return (struct before){.known = false};
		b.set = set_union(&r->mem, &b.set, &g->edge);
		b.known = true;
	}
	return b;
}

/* The bit of what stands before a pattern. */
static void
note_before(struct rules *r, struct dispatch *d, struct pattern *p)
{
	size_t i;

	if (!p->before.known)
		p->before = guards_before(r, p->rule);
	for (i = 0; i < d->nbefore && (d->before[i]->top != p->before.top ||
					  !set_same(&d->before[i]->set, &p->before.set));
	     i++)
		;
	if (!p->before.known || i == MAX_NEEDS)
		return;
	if (i == d->nbefore)
		GROW(&r->mem, d, before) = &p->before;
	p->before_bit = (uint64_t)1 << i;
	d->top |= p->before.top ? p->before_bit : 0;
}

/* The bit of what a pattern needs. */
static void
note_need(struct rules *r, struct dispatch *d, struct pattern *p)
{
	size_t i;

	for (i = 0; i < d->nneed && !set_same(d->need[i], &p->need); i++)
		;
	if (p->need.nrange == 0 || i == MAX_NEEDS) {
		d->all_need = false;
		return;
	}
	if (i == d->nneed)
		GROW(&r->mem, d, need) = &p->need;
	p->need_bit = (uint64_t)1 << i;
}

static void
find_few(struct dispatch *d)
{
	for (size_t i = 0; i < d->nneed; i++)
		for (size_t k = 0; k < d->need[i]->nrange; k++)
			for (uint32_t c = d->need[i]->range[k].lo; c <= d->need[i]->range[k].hi;
			     c++) {
				char bytes[4];
				size_t n = utf8_put(bytes, c);

				if (d->nfew == MAX_FEW || n % 2 == 0) {
					d->nfew = 0;
					return;
				}
				memcpy(d->few[d->nfew].byte, bytes, n);
				memset(d->few[d->nfew++].mask, 0xFF, n);
			}
}

static void
fill(struct builder *b)
{
	struct dispatch *d = b->d;
	uint32_t *seen = arena_zero(&b->mem, d->nclass * sizeof *seen), stamp = 0;

	d->class = arena_zero(&b->r->mem, d->nclass * sizeof *d->class);
	for (size_t i = 0; i < d->nstart; i++) {
		struct start *s = d->start[i];

		if (s->first.any)
			continue;
		if (s->check != START_RUN) {
			each_class(b, &s->first, s, add_solo, seen, ++stamp);
			continue;
		}
		each_class(b, &s->first, s, add_begin, seen, ++stamp);
		each_class(b, &s->then, s, add_follow, seen, ++stamp);
	}
	for (unsigned g = 0; g < d->ngroup; g++) {
		struct start s = {.group = g};

		each_class(b, &d->group[g].run, &s, add_run, seen, ++stamp);
	}
	for (unsigned i = 0; i < d->nbefore; i++) {
		struct start s = {.group = i};

		each_class(b, &d->before[i]->set, &s, add_before, seen, ++stamp);
	}
	d->needs = arena_zero(&b->r->mem, d->nclass * sizeof *d->needs);
	for (unsigned i = 0; i < d->nneed; i++) {
		struct start s = {.group = i};

		each_class(b, d->need[i], &s, add_need, seen, ++stamp);
		for (size_t k = 0; k < d->need[i]->nrange; k++)
			memset(d->needy + d->need[i]->range[k].lo / 64, 1,
			    d->need[i]->range[k].hi / 64 - d->need[i]->range[k].lo / 64 + 1);
	}
	find_few(d);
	d->begins = arena_alloc(&b->r->mem, d->nclass);
	for (size_t i = 0; i < d->nclass; i++)
		d->begins[i] = d->nalways > 0 || d->class[i].begin != 0 || d->class[i].nsolo > 0;
}

struct dispatch *
dispatch_make(struct rules *r, unsigned type)
{
	struct dispatch *d = arena_zero(&r->mem, sizeof *d);
	struct builder b = {.r = r, .d = d};

	d->all_need = true;
	for (size_t i = 0; i < r->nrule; i++) {
		struct full_rule *f = r->rule[i];

		for (size_t k = 0; f->r.type == type && k < f->npattern; k++) {
			for (size_t j = 0; j < f->pattern[k].nstart; j++)
				GROW(&r->mem, d, start) = &f->pattern[k].start[j];
			note_need(r, d, &f->pattern[k]);
			note_before(r, d, &f->pattern[k]);
		}
	}
	for (size_t i = 0; i < d->nstart; i++) {
		struct start *s = d->start[i];

		if (s->first.any) {
			GROW(&r->mem, d, always) = s;
			continue;
		}
		if (s->check == START_RUN)
			d->group[s->group = group_of(r, d, s)].nstart++;
		GROW(&b.mem, &b, set) = &s->first;
		if (s->check == START_RUN)
			GROW(&b.mem, &b, set) = &s->then;
	}
	for (size_t i = 0; i < d->nneed; i++)
		GROW(&b.mem, &b, set) = d->need[i];
	for (size_t i = 0; i < d->nbefore; i++)
		GROW(&b.mem, &b, set) = &d->before[i]->set;
	for (unsigned g = 0; g < d->ngroup; g++) {
		d->group[g].hit = arena_alloc(&r->mem, d->group[g].nstart * sizeof(struct start *));
		GROW(&b.mem, &b, set) = &d->group[g].run;
	}
	if (classify(&b)) {
		make_pages(&b);
		fill(&b);
	} else {
		/* Hopeless: everything is tried everywhere. */
		d->always = d->start;
		d->nalways = d->nstart;
		d->ngroup = 0;
		for (size_t i = 0; i < d->nstart; i++)
			d->start[i]->pattern->need_bit = d->start[i]->pattern->before_bit = 0;
		d->nneed = 0;
		d->nclass = 1;
		d->class = arena_zero(&r->mem, sizeof *d->class);
		d->begins = arena_zero(&r->mem, 1);
		d->begins[0] = 1;
		d->page[0] = arena_zero(&r->mem, 256 * sizeof *d->page[0]);
		for (size_t i = 1; i < 0x1100; i++)
			d->page[i] = d->page[0];
	}
	arena_free(&b.mem);
	return d;
}

/* --- asking --- */

static unsigned
class_of(const struct dispatch *d, uint32_t c)
{
	return d->page[c >> 8][c & 0xFF];
}

/* Walks the runs of the groups in mask that begin at text[at] with a character of len bytes. */
static void
walk(struct dispatch *d, struct str text, size_t at, size_t len, uint64_t mask)
{
	d->walks++;
	d->walked |= mask;
	for (uint64_t m = mask; m != 0; m &= m - 1) {
		d->group[__builtin_ctzll(m)].from = at;
		d->group[__builtin_ctzll(m)].nhit = 0;
	}
	at += len;
	while (mask != 0) {
		const struct class *c;
		uint64_t ends;

		if (at >= text.n) {
			for (; mask != 0; mask &= mask - 1)
				d->group[__builtin_ctzll(mask)].end = at;
			return;
		}
		c = &d->class[class_of(d, utf8_get(text.p + at, &len))];
		if ((c->follows & mask) != 0)
			for (size_t i = 0; i < c->nfollow; i++) {
				struct start *s = c->follow[i];
				struct run_group *g = &d->group[s->group];

				if ((mask >> s->group & 1) == 0)
					continue;
				if (s->walk != d->walks) {
					s->walk = d->walks;
					g->hit[g->nhit++] = s;
				}
				s->last = at;
			}
		for (ends = mask & ~c->run; ends != 0; ends &= ends - 1)
			d->group[__builtin_ctzll(ends)].end = at;
		mask &= c->run;
		at += len;
	}
}

void
dispatch_reset(struct dispatch *d)
{
	d->walked = 0;
	d->looked = false;
}

#ifdef __SSE2__
/* Where in 16 bytes, and two behind them, one of the few characters begins: a bit each. */
static unsigned
few_mask(const struct dispatch *d, const unsigned char *p)
{
	__m128i v[3], hit = _mm_setzero_si128();

	for (size_t k = 0; k < 3; k++)
		v[k] = _mm_loadu_si128((const __m128i *)(const void *)(p + k));
	for (size_t i = 0; i < d->nfew; i++) {
		__m128i is = _mm_set1_epi8((char)0xFF);

		for (size_t k = 0; k < 3; k++) {
			__m128i byte = _mm_set1_epi8((char)d->few[i].byte[k]);
			__m128i mask = _mm_set1_epi8((char)d->few[i].mask[k]);

			is = _mm_and_si128(is, _mm_cmpeq_epi8(_mm_and_si128(v[k], mask), byte));
		}
		hit = _mm_or_si128(hit, is);
	}
	return (unsigned)_mm_movemask_epi8(hit);
}
#endif

/* The first place at or after at where a character may stand that is needed, or text.n. */
static size_t
next_needy(const struct dispatch *d, struct str text, size_t at)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t len;

#ifdef __SSE2__
	if (d->nfew > 0) {
		for (; text.n - at >= 18; at += 16) {
			unsigned mask = few_mask(d, p + at);

			if (mask != 0)
				return at + (size_t)__builtin_ctz(mask);
		}
		while (at < text.n && (p[at] & 0xC0) == 0x80)
			at++; /* the last block ended within a character */
	}
#endif
	for (; at < text.n; at += len) {
		unsigned char b = p[at];
		uint32_t c = b;

		len = 1;
		if (b >= 0xE0 && b < 0xF0) { /* most are; their last byte does not matter */
			c = (uint32_t)(b & 0x0F) << 12 | (uint32_t)(p[at + 1] & 0x3F) << 6;
			len = 3;
		} else if (b >= 0x80) {
			c = utf8_get(text.p + at, &len);
		}
		if (d->needy[c / 64])
			break;
	}
	return at;
}

/* What patterns need that stands at or after text[at], or not far before. */
static uint64_t
met(struct dispatch *d, struct str text, size_t at)
{
	const uint64_t all = ~(uint64_t)0 >> (MAX_NEEDS - d->nneed);
	size_t len;

	if (d->looked && at >= d->looked_from)
		return d->met;
	d->looked = true;
	d->looked_from = at;
	for (d->met = 0; (at = next_needy(d, text, at)) < text.n && d->met != all; at += len)
		d->met |= d->needs[class_of(d, utf8_get(text.p + at, &len))];
	return d->met;
}

bool
dispatch_hopeless(struct dispatch *d, struct str text, size_t at)
{
	return d->nneed > 0 && d->all_need && met(d, text, at) == 0;
}

static uint32_t
char_before(struct str text, size_t at)
{
	size_t len;

	do
		at--;
	while ((text.p[at] & 0xC0) == 0x80);
	return utf8_get(text.p + at, &len);
}

/* Takes out those that need what is not there, before the place or behind it. */
static size_t
drop_vain(struct dispatch *d, struct str text, size_t at, struct pattern **out, size_t n)
{
	uint64_t before;
	size_t k = 0;

	if (n == 0)
		return 0;
	before = at == 0 ? d->top : d->class[class_of(d, char_before(text, at))].before;
	for (size_t i = 0; i < n; i++) {
		const struct pattern *p = out[i];

		if ((p->before_bit & ~before) != 0)
			continue;
		if (p->need_bit == 0 || (p->need_bit & met(d, text, at)) != 0)
			out[k++] = out[i];
	}
	return k;
}

/* Of a start whose first character stands before text[at]: may its second stand there? */
static bool
pair_here(const struct start *s, struct str text, size_t at)
{
	size_t len;

	return s->check != START_PAIR ||
	       (at < text.n && set_has(&s->then, utf8_get(text.p + at, &len)));
}

/* May p begin at text[at], as far as its first characters tell? */
static bool
start_here(const struct start *s, struct str text, size_t at)
{
	size_t len;
	uint32_t c = utf8_get(text.p + at, &len);

	return (s->first.any || set_has(&s->first, c)) && pair_here(s, text, at + len);
}

static bool
blocked(const struct start *s, struct str text, size_t at)
{
	return s->not_after.nrange > 0 && at > 0 && set_has(&s->not_after, char_before(text, at));
}

bool
pattern_may(const struct pattern *p, struct str text, size_t at)
{
	size_t len;
	uint32_t c = utf8_get(text.p + at, &len);

	for (size_t i = 0; i < p->nstart; i++)
		if (set_has(&p->start[i].first, c))
			return true;
	return false;
}

bool
pattern_here(const struct pattern *p, struct str text, size_t at)
{
	for (size_t i = 0; i < p->nstart; i++)
		if (start_here(&p->start[i], text, at) && !blocked(&p->start[i], text, at))
			return true;
	return false;
}

static size_t
candidate(struct start *s, struct pattern **out, size_t n, uint64_t serial)
{
	if (s->pattern->tried == serial)
		return n;
	s->pattern->tried = serial;
	out[n] = s->pattern;
	return n + 1;
}

/*
 * The patterns worth a try at text[at]. Between two resets the text must stay
 * the same. serial must be new with every call.
 */
size_t
dispatch_candidates(
    struct dispatch *d, struct str text, size_t at, uint64_t serial, struct pattern **out)
{
	size_t n = 0, len;
	uint32_t first = utf8_get(text.p + at, &len);
	const struct class *c = &d->class[class_of(d, first)];
	uint64_t mask = c->begin, fresh = mask & ~d->walked;

	for (size_t i = 0; i < d->nalways; i++)
		if (!blocked(d->always[i], text, at))
			n = candidate(d->always[i], out, n, serial);
	for (size_t i = 0; i < c->nsolo; i++)
		if (pair_here(c->solo[i], text, at + len) && !blocked(c->solo[i], text, at))
			n = candidate(c->solo[i], out, n, serial);
	for (uint64_t m = mask & d->walked; m != 0; m &= m - 1)
		if (at < d->group[__builtin_ctzll(m)].from ||
		    at >= d->group[__builtin_ctzll(m)].end)
			fresh |= m & -m;
	if (fresh != 0)
		walk(d, text, at, len, fresh);
	for (; mask != 0; mask &= mask - 1) {
		const struct run_group *g = &d->group[__builtin_ctzll(mask)];

		for (size_t i = 0; i < g->nhit; i++)
			if (g->hit[i]->last > at && set_has(&g->hit[i]->first, first) &&
			    !blocked(g->hit[i], text, at))
				n = candidate(g->hit[i], out, n, serial);
	}
	return drop_vain(d, text, at, out, n);
}

bool
dispatch_begins(const struct dispatch *d, uint32_t c)
{
	return d->begins[class_of(d, c)];
}

/* The first place at or after at where anything may begin, or text.n. */
size_t
dispatch_skip(const struct dispatch *d, struct str text, size_t at)
{
	const unsigned char *p = (const unsigned char *)text.p;

	while (at < text.n) {
		uint32_t c = p[at];
		size_t len = 1;

		if (c >= 0x80)
			c = utf8_get(text.p + at, &len);
		if (d->begins[class_of(d, c)])
			return at;
		at += len;
	}
	return at;
}
