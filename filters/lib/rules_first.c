/* rules_first - what characters a pattern can begin with, and what must come after them */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "rules_int.h"
#include "utf8.h"

/*
 * A reader of PCRE2 patterns that only wants to know where a match may
 * begin. It may say yes too often, never too seldom: what it does not know
 * (backreferences, recursion, conditions, \p{...} but Han) can be anything.
 * What expand() refuses (\K, \Q, verbs, branch reset, (?x), comments) is not
 * met here.
 */
#define LAST 0x10FFFF
#define MAX_DEPTH 250
#define MAX_NEED 200 /* characters of which one must be met: of more, one nearly always is */

enum node_type {
	NODE_SET,       /* one character */
	NODE_CAT,       /* children one after the other; none: nothing */
	NODE_ALT,       /* one of the children */
	NODE_REPEAT,    /* the child, min to max times */
	NODE_ZERO,      /* takes no character, and so do these: */
	NODE_NOT_AFTER, /* (?<!child) */
	NODE_AFTER,     /* (?<=child) */
	NODE_TOP,       /* \A */
	NODE_AHEAD,     /* (?=child) */
	NODE_UNKNOWN    /* anything, also nothing */
};

struct node {
	enum node_type type;
	struct node *child, *next;
	struct set set;
	struct range one; /* the set of a literal */
	uint32_t min, max;
	bool possessive;   /* or atomic */
	size_t start, end; /* in the pattern */
};

struct parser {
	struct arena *mem;
	const char *p;
	size_t n, at;
	bool caseless;
	unsigned depth;
};

/* --- sets --- */

static void
set_add(struct arena *mem, struct set *s, uint32_t lo, uint32_t hi)
{
	struct range *r;

	if (s->any || lo > hi)
		return;
	r = &GROW(mem, s, range);
	r->lo = lo;
	r->hi = hi;
}

static void
set_any(struct set *s)
{
	s->any = true;
	s->nrange = 0;
}

static int
by_lo(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

static void
set_tidy(struct set *s)
{
	size_t n = 0;

	if (s->nrange < 2)
		return;
	qsort(s->range, s->nrange, sizeof *s->range, by_lo);
	for (size_t i = 1; i < s->nrange; i++) {
		struct range *x = &s->range[n], y = s->range[i];

		if (y.lo <= x->hi + 1) {
			if (y.hi > x->hi)
				x->hi = y.hi;
		} else {
			s->range[++n] = y;
		}
	}
	s->nrange = n + 1;
}

static void
set_join(struct arena *mem, struct set *to, const struct set *s)
{
	if (s->any)
		set_any(to);
	for (size_t i = 0; i < s->nrange; i++)
		set_add(mem, to, s->range[i].lo, s->range[i].hi);
}

struct set
set_union(struct arena *mem, const struct set *a, const struct set *b)
{
	struct set s = {0};

	set_join(mem, &s, a);
	set_join(mem, &s, b);
	set_tidy(&s);
	return s;
}

size_t
set_size(const struct set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nrange; i++)
		n += s->range[i].hi - s->range[i].lo + 1;
	return n;
}

/* Everything that is not in s. */
static struct set
set_not(struct arena *mem, struct set *s)
{
	struct set out = {0};
	uint32_t from = 0;

	set_tidy(s);
	for (size_t i = 0; i < s->nrange; i++) {
		if (s->range[i].lo > from)
			set_add(mem, &out, from, s->range[i].lo - 1);
		from = s->range[i].hi + 1;
	}
	set_add(mem, &out, from, LAST);
	return out;
}

bool
set_has(const struct set *s, uint32_t c)
{
	size_t lo = 0, hi = s->nrange;

	if (s->any)
		return true;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (c < s->range[mid].lo)
			hi = mid;
		else if (c > s->range[mid].hi)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

/* --- reading a pattern --- */

static struct node *alternatives(struct parser *);

static struct node *
node(struct parser *ps, enum node_type type, size_t start)
{
	struct node *x = arena_zero(ps->mem, sizeof *x);

	x->type = type;
	x->start = start;
	x->end = ps->at;
	return x;
}

/* A letter in either case; what else (?i) may take together is unknown. */
static void
add_char(struct parser *ps, struct set *s, uint32_t lo, uint32_t hi)
{
	set_add(ps->mem, s, lo, hi);
	if (!ps->caseless)
		return;
	if (hi >= 0x80 && !(lo >= 0x2E80 && hi < 0xA640)) {
		set_any(s);
		return;
	}
	for (uint32_t c = lo; c <= hi && c < 0x80; c++) {
		uint32_t o = c ^ 0x20;

		if ((o >= 'a' && o <= 'z') || (o >= 'A' && o <= 'Z'))
			set_add(ps->mem, s, o, o);
		if (c == 'k' || c == 'K')
			set_add(ps->mem, s, 0x212A, 0x212A);
		if (c == 's' || c == 'S')
			set_add(ps->mem, s, 0x17F, 0x17F);
	}
}

static void
add_ranges(struct arena *mem, struct set *s, const uint32_t (*r)[2], size_t n, bool not )
{
	struct set x = {0};

	for (size_t i = 0; i < n; i++)
		set_add(mem, &x, r[i][0], r[i][1]);
	if (not )
		x = set_not(mem, &x);
	set_join(mem, s, &x);
}

#define ADD(s, not, ...)                                                                           \
	do {                                                                                       \
		static const uint32_t r_[][2] = {__VA_ARGS__};                                     \
		add_ranges(ps->mem, s, r_, sizeof r_ / sizeof *r_, not );                          \
	} while (0)

static unsigned
hex(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

enum escape { ESCAPE_CHAR, ESCAPE_SET, ESCAPE_ZERO, ESCAPE_UNKNOWN };

/* Goes on behind the character close. */
static void
skip_to(struct parser *ps, char close)
{
	while (ps->at < ps->n && ps->p[ps->at++] != close)
		;
}

static bool
next_is(const struct parser *ps, char c)
{
	return ps->at < ps->n && ps->p[ps->at] == c;
}

/* \d and the like, which are sets of characters; false for any other. */
static bool
escape_class(struct parser *ps, struct set *s, char e)
{
	switch (e) {
	case 'd': ADD(s, false, {'0', '9'}); return true;
	case 'D': ADD(s, true, {'0', '9'}); return true;
	case 'w': ADD(s, false, {'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}); return true;
	case 'W': ADD(s, true, {'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}); return true;
	case 's': ADD(s, false, {9, 13}, {' ', ' '}); return true;
	case 'S': ADD(s, true, {9, 13}, {' ', ' '}); return true;
	case 'h':
		ADD(s, false, {9, 9}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x180E, 0x180E},
		    {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000});
		return true;
	case 'v': ADD(s, false, {10, 13}, {0x85, 0x85}, {0x2028, 0x2029}); return true;
	default: return false;
	}
}

/* \p{Han}; of other properties nothing is known. */
static void
escape_property(struct parser *ps, struct set *s)
{
	if (ps->n - ps->at >= 5 && memcmp(ps->p + ps->at, "{Han}", 5) == 0) {
		ps->at += 5;
		/* A superset of the script Han, and of the marks that it shares, in blocks. */
		ADD(s, false, {0xB7, 0xB7}, {0x2E80, 0x303F}, {0x30FB, 0x30FB}, {0x3190, 0x4DBF},
		    {0x4E00, 0x9FFF}, {0xA700, 0xA707}, {0xF900, 0xFAFF}, {0xFE45, 0xFE46},
		    {0xFF61, 0xFF65}, {0x16FE0, 0x16FFF}, {0x1D360, 0x1D37F}, {0x1F200, 0x1F2FF},
		    {0x20000, 0x3FFFF});
		return;
	}
	set_any(s);
	if (next_is(ps, '{'))
		skip_to(ps, '}');
	else
		ps->at++;
}

/* \x4E, \x{4E00}. */
static uint32_t
escape_hex(struct parser *ps)
{
	const char *p = ps->p;
	uint32_t c = 0;

	if (next_is(ps, '{')) {
		for (ps->at++; ps->at < ps->n && p[ps->at] != '}'; ps->at++)
			c = c << 4 | (hex(p[ps->at]) & 15);
		ps->at++;
	} else {
		for (int i = 0; i < 2 && ps->at < ps->n && hex(p[ps->at]) < 16; i++)
			c = c << 4 | hex(p[ps->at++]);
	}
	return c;
}

/* \g{...}, \k<...>: what it matches cannot be told. */
static void
escape_reference(struct parser *ps, char e)
{
	char open;

	if ((e != 'g' && e != 'k' && e != 'o' && e != 'u') || ps->at >= ps->n)
		return;
	open = ps->p[ps->at];
	if (strchr("{<'", open) == NULL)
		return;
	ps->at++;
	skip_to(ps, open == '{' ? '}' : open == '<' ? '>' : open);
}

/* What follows a backslash, which has been read. ESCAPE_CHAR: *c. ESCAPE_SET: added to s. */
static enum escape
escape(struct parser *ps, struct set *s, uint32_t *c, bool in_class)
{
	size_t len;
	char e;

	if (ps->at >= ps->n)
		return ESCAPE_UNKNOWN;
	e = ps->p[ps->at];
	if (e & 0x80) {
		*c = utf8_get(ps->p + ps->at, &len);
		ps->at += len;
		return ESCAPE_CHAR;
	}
	ps->at++;
	if (escape_class(ps, s, e))
		return ESCAPE_SET;
	switch (e) {
	case 'P':
		set_any(s);
		if (!next_is(ps, '{'))
			ps->at += ps->at < ps->n;
		else
			skip_to(ps, '}');
		return ESCAPE_SET;
	case 'N':
		set_any(s);
		if (next_is(ps, '{'))
			skip_to(ps, '}');
		return ESCAPE_SET;
	case 'H':
	case 'V': set_any(s); return ESCAPE_SET;
	case 'X':
	case 'R': set_any(s); return ESCAPE_UNKNOWN;
	case 'p': escape_property(ps, s); return ESCAPE_SET;
	case 'b': *c = 8; return in_class ? ESCAPE_CHAR : ESCAPE_ZERO;
	case 'B':
	case 'A':
	case 'z':
	case 'Z':
	case 'G': return ESCAPE_ZERO;
	case 'c':
		*c = 0;
		ps->at++;
		return ESCAPE_UNKNOWN;
	case 'n': *c = '\n'; return ESCAPE_CHAR;
	case 't': *c = '\t'; return ESCAPE_CHAR;
	case 'r': *c = '\r'; return ESCAPE_CHAR;
	case 'f': *c = '\f'; return ESCAPE_CHAR;
	case 'a': *c = 7; return ESCAPE_CHAR;
	case 'e': *c = 27; return ESCAPE_CHAR;
	case 'x': *c = escape_hex(ps); return ESCAPE_CHAR;
	default: break;
	}
	if ((e >= 'a' && e <= 'z') || (e >= 'A' && e <= 'Z') || (e >= '0' && e <= '9')) {
		set_any(s);
		escape_reference(ps, e);
		return ESCAPE_UNKNOWN;
	}
	*c = (unsigned char)e;
	return ESCAPE_CHAR;
}

/* The length of [:name:] at p, or 0. */
size_t
posix_class(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 4 || p[0] != '[' || p[1] != ':')
		return 0;
	while (i < n && ((p[i] >= 'a' && p[i] <= 'z') || p[i] == '^'))
		i++;
	return i + 1 < n && p[i] == ':' && p[i + 1] == ']' ? i + 2 : 0;
}

/* [...], of which the bracket has been read. */
static struct node *class(struct parser *ps, size_t start)
{
	struct set s = {0};
	struct node *x;
	bool not = false, first = true, known = true;

	if (ps->at < ps->n && ps->p[ps->at] == '^') {
		not = true;
		ps->at++;
	}
	for (; ps->at < ps->n && (first || ps->p[ps->at] != ']'); first = false) {
		uint32_t lo = 0, hi;
		size_t len;

		if ((len = posix_class(ps->p + ps->at, ps->n - ps->at)) > 0) {
			ps->at += len;
			known = false;
			continue;
		}
		if (ps->p[ps->at] == '\\') {
			ps->at++;
			switch (escape(ps, &s, &lo, true)) {
			case ESCAPE_SET: continue;
			case ESCAPE_CHAR: break;
			default: known = false; continue;
			}
		} else {
			lo = utf8_get(ps->p + ps->at, &len);
			ps->at += len;
		}
		hi = lo;
		if (ps->at + 1 < ps->n && ps->p[ps->at] == '-' && ps->p[ps->at + 1] != ']') {
			size_t back = ps->at++;

			if (ps->p[ps->at] == '\\') {
				ps->at++;
				if (escape(ps, &s, &hi, true) != ESCAPE_CHAR) {
					known = false;
					hi = lo;
				}
			} else if (ps->p[ps->at] == '[') {
				ps->at = back;
				known = false;
				ps->at++;
			} else {
				hi = utf8_get(ps->p + ps->at, &len);
				ps->at += len;
			}
		}
		add_char(ps, &s, lo, hi);
	}
	ps->at++;
	/* What is not known is anything, in the class or out of it. */
	if (!known || s.any)
		set_any(&s);
	else if (not )
		s = set_not(ps->mem, &s);
	else
		set_tidy(&s);
	x = node(ps, NODE_SET, start);
	x->set = s;
	return x;
}

/* Options in (?i) or (?i:; true if all of them are known. */
static bool
options(struct parser *ps)
{
	bool on = true;

	for (; ps->at < ps->n; ps->at++)
		switch (ps->p[ps->at]) {
		case 'i': ps->caseless = on; break;
		case '-': on = false; break;
		case '^': ps->caseless = false; break;
		case 's':
		case 'm':
		case 'n':
		case 'J':
		case 'U': break;
		default: return ps->p[ps->at] == ')' || ps->p[ps->at] == ':';
		}
	return false;
}

static void
skip_group(struct parser *ps)
{
	unsigned depth = 1;

	for (; ps->at < ps->n && depth > 0; ps->at++) {
		char c = ps->p[ps->at];

		if (c == '\\')
			ps->at++;
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		else if (c == '[') {
			ps->at++;
			class(ps, ps->at);
			ps->at--;
		}
	}
}

/* Behind the name of the group (?<name>, (?'name' or (?P<name> that q begins; 0 if it is none. */
static size_t
behind_name(const char *q, size_t n)
{
	char close = q[1] == '\'' ? '\'' : '>';
	size_t i = 3;

	if (q[1] == 'P' && (n < 3 || q[2] != '<'))
		return 0;
	while (i < n && q[i] != close)
		i++;
	return i + 1;
}

/* (...), of which the parenthesis has been read. */
static struct node *
group(struct parser *ps, size_t start)
{
	const char *q = ps->p + ps->at;
	size_t n = ps->n - ps->at;
	enum node_type zero = NODE_SET; /* none */
	bool atomic = false, caseless = ps->caseless;
	struct node *x, *in;

	if (++ps->depth > MAX_DEPTH)
		goto unknown;
	if (n >= 2 && q[0] == '?') {
		size_t skip = 2;

		switch (q[1]) {
		case ':': break;
		case '>': atomic = true; break;
		case '=': zero = NODE_AHEAD; break;
		case '!': zero = NODE_ZERO; break;
		case '<':
			if (n > 2 && (q[2] == '=' || q[2] == '!')) {
				zero = q[2] == '!' ? NODE_NOT_AFTER : NODE_AFTER;
				skip = 3;
				break;
			}
			/* FALLTHROUGH */
		case 'P':
		case '\'':
			if ((skip = behind_name(q, n)) == 0)
				goto unknown;
			break;
		default:
			ps->at++;
			if (!options(ps))
				goto unknown;
			skip = 0;
			ps->at++;
			if (ps->p[ps->at - 1] == ')') {
				/* (?i) holds to the end of the group around it. */
				ps->depth--;
				return node(ps, NODE_ZERO, start);
			}
		}
		ps->at += skip;
	}
	in = alternatives(ps);
	ps->caseless = caseless;
	if (ps->at < ps->n)
		ps->at++;
	ps->depth--;
	if (zero != NODE_SET) {
		x = node(ps, zero, start);
		x->child = in;
		return x;
	}
	in->possessive |= atomic;
	in->start = start;
	in->end = ps->at;
	return in;
unknown:
	skip_group(ps);
	ps->depth--;
	ps->caseless = caseless;
	return node(ps, NODE_UNKNOWN, start);
}

static bool
number(struct parser *ps, uint32_t *v)
{
	size_t start = ps->at;

	for (*v = 0; ps->at < ps->n && ps->p[ps->at] >= '0' && ps->p[ps->at] <= '9'; ps->at++)
		if (*v < 100000)
			*v = *v * 10 + (uint32_t)(ps->p[ps->at] - '0');
	return ps->at > start;
}

/* * + ? {n} {n,} {n,m}, then ? or +. False if none stands here. */
static bool
quantifier(struct parser *ps, uint32_t *min, uint32_t *max, bool *possessive)
{
	size_t start = ps->at;

	*possessive = false;
	if (ps->at >= ps->n)
		return false;
	switch (ps->p[ps->at++]) {
	case '*': *min = 0, *max = UINT32_MAX; break;
	case '+': *min = 1, *max = UINT32_MAX; break;
	case '?': *min = 0, *max = 1; break;
	case '{':
		if (!number(ps, min))
			goto none;
		*max = *min;
		if (ps->at < ps->n && ps->p[ps->at] == ',') {
			ps->at++;
			if (!number(ps, max))
				*max = UINT32_MAX;
		}
		if (ps->at >= ps->n || ps->p[ps->at++] != '}')
			goto none;
		break;
	default: goto none;
	}
	if (ps->at < ps->n && (ps->p[ps->at] == '?' || ps->p[ps->at] == '+'))
		*possessive = ps->p[ps->at++] == '+';
	return true;
none:
	ps->at = start;
	return false;
}

static struct node *
literal(struct parser *ps, size_t start, uint32_t c)
{
	struct node *x = node(ps, NODE_SET, start);

	if (ps->caseless) {
		add_char(ps, &x->set, c, c);
		set_tidy(&x->set);
	} else {
		x->one.lo = x->one.hi = c;
		x->set.range = &x->one;
		x->set.nrange = x->set.caprange = 1;
	}
	return x;
}

static struct node *
atom(struct parser *ps)
{
	size_t start = ps->at, len;
	uint32_t c = utf8_get(ps->p + ps->at, &len);
	struct node *x;

	ps->at += len;
	switch (c) {
	case '(': return group(ps, start);
	case '[': return class(ps, start);
	case '^':
	case '$': return node(ps, NODE_ZERO, start);
	case '.':
		x = node(ps, NODE_SET, start);
		set_any(&x->set);
		return x;
	case '\\': {
		struct set s = {0};

		if (next_is(ps, 'A')) {
			ps->at++;
			return node(ps, NODE_TOP, start);
		}
		switch (escape(ps, &s, &c, false)) {
		case ESCAPE_CHAR: return literal(ps, start, c);
		case ESCAPE_ZERO: return node(ps, NODE_ZERO, start);
		case ESCAPE_SET:
			x = node(ps, NODE_SET, start);
			set_tidy(&s);
			x->set = s;
			return x;
		default: return node(ps, NODE_UNKNOWN, start);
		}
	}
	default: return literal(ps, start, c);
	}
}

static struct node *
sequence(struct parser *ps)
{
	struct node *cat = node(ps, NODE_CAT, ps->at), **tail = &cat->child;

	while (ps->at < ps->n && ps->p[ps->at] != '|' && ps->p[ps->at] != ')') {
		struct node *x;
		uint32_t min, max;
		bool possessive;

		x = atom(ps);
		while (quantifier(ps, &min, &max, &possessive)) {
			struct node *r = node(ps, NODE_REPEAT, x->start);

			r->child = x;
			r->min = min;
			r->max = max;
			r->possessive = possessive;
			x = r;
		}
		x->end = ps->at;
		*tail = x;
		tail = &x->next;
	}
	cat->end = ps->at;
	return cat;
}

static struct node *
alternatives(struct parser *ps)
{
	size_t start = ps->at;
	struct node *first = sequence(ps), *alt, **tail;

	if (ps->at >= ps->n || ps->p[ps->at] != '|')
		return first;
	alt = node(ps, NODE_ALT, start);
	alt->child = first;
	tail = &first->next;
	while (ps->at < ps->n && ps->p[ps->at] == '|') {
		ps->at++;
		*tail = sequence(ps);
		tail = &(*tail)->next;
	}
	alt->end = ps->at;
	return alt;
}

struct node *
pattern_parse(struct arena *mem, const char *p, size_t n)
{
	struct parser ps = {.mem = mem, .p = p, .n = n};
	struct node *x = alternatives(&ps);

	if (ps.at < n) {
		/* A parenthesis too many: PCRE2 has refused it. */
		x = node(&ps, NODE_UNKNOWN, 0);
	}
	return x;
}

/* --- what is known of a node --- */

static bool
nullable(const struct node *x)
{
	switch (x->type) {
	case NODE_SET: return false;
	case NODE_CAT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (!nullable(c))
				return false;
		return true;
	case NODE_ALT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (nullable(c))
				return true;
		return false;
	case NODE_REPEAT: return x->min == 0 || nullable(x->child);
	default: return true;
	}
}

/* The characters it may begin with (end false) or end with. */
static void
edge(struct arena *mem, const struct node *x, bool end, struct set *s)
{
	switch (x->type) {
	case NODE_SET: set_join(mem, s, &x->set); break;
	case NODE_CAT: {
		const struct node *stop = NULL;

		if (!end) {
			for (const struct node *c = x->child; c != NULL; c = c->next) {
				edge(mem, c, end, s);
				if (!nullable(c))
					return;
			}
			return;
		}
		/* From the last child that takes something for sure. */
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (!nullable(c))
				stop = c;
		for (const struct node *c = stop ? stop : x->child; c != NULL; c = c->next)
			edge(mem, c, end, s);
		break;
	}
	case NODE_ALT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			edge(mem, c, end, s);
		break;
	case NODE_REPEAT:
		if (x->max > 0)
			edge(mem, x->child, end, s);
		break;
	case NODE_UNKNOWN: set_any(s); break;
	default: break;
	}
}

/* All characters that may stand in it. */
static void
alphabet(struct arena *mem, const struct node *x, struct set *s)
{
	switch (x->type) {
	case NODE_SET: set_join(mem, s, &x->set); break;
	case NODE_UNKNOWN: set_any(s); break;
	case NODE_CAT:
	case NODE_ALT:
	case NODE_REPEAT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			alphabet(mem, c, s);
		break;
	default: break;
	}
}

static bool
zero_width(const struct node *x)
{
	switch (x->type) {
	case NODE_ZERO:
	case NODE_NOT_AFTER:
	case NODE_AFTER:
	case NODE_TOP:
	case NODE_AHEAD: return true;
	default: return false;
	}
}

/* Is it one character, always? */
static bool
single(const struct node *x)
{
	unsigned n = 0;

	switch (x->type) {
	case NODE_SET: return true;
	case NODE_CAT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (zero_width(c))
				continue;
			else if (single(c))
				n++;
			else
				return false;
		return n == 1;
	case NODE_ALT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (!single(c))
				return false;
		return true;
	case NODE_REPEAT: return x->min == 1 && x->max == 1 && single(x->child);
	default: return false;
	}
}

/* Single, and nothing around it but the character. */
static bool
bare(const struct node *x)
{
	switch (x->type) {
	case NODE_SET: return true;
	case NODE_CAT: return x->child != NULL && x->child->next == NULL && bare(x->child);
	case NODE_ALT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (!bare(c))
				return false;
		return true;
	default: return false;
	}
}

/* --- where it may begin --- */

#define MAX_STARTS 64
#define MAX_ELEMENTS 64

struct row {
	const struct node *x[MAX_ELEMENTS];
	size_t n;
};

/* A pattern as a row of elements; groups that are only a row are laid open. */
static void
lay_out(const struct node *x, struct row *r)
{
	if (x->type == NODE_CAT)
		for (const struct node *c = x->child; c != NULL; c = c->next)
			lay_out(c, r);
	else if (x->type == NODE_ALT && x->child->next == NULL)
		lay_out(x->child, r);
	else if (r->n < MAX_ELEMENTS)
		r->x[r->n++] = x;
}

/* The first element from at on that takes a character, or looks ahead at one. */
static size_t
next_taken(const struct row *r, size_t at)
{
	while (at < r->n && nullable(r->x[at]) &&
	       (r->x[at]->type != NODE_AHEAD || nullable(r->x[at]->child)))
		at++;
	return at;
}

static bool
overlap(const struct set *a, const struct set *b)
{
	for (size_t i = 0, k = 0; i < a->nrange && k < b->nrange;)
		if (a->range[i].hi < b->range[k].lo)
			i++;
		else if (b->range[k].hi < a->range[i].lo)
			k++;
		else
			return true;
	return false;
}

/* Reads element then of a row as what comes behind the run that the elements before it are. */
static bool
read_run(struct arena *mem, const struct row *r, size_t then, struct start *s)
{
	const struct node *x = r->x[then];

	s->then = s->run = (struct set){0};
	edge(mem, x->type == NODE_AHEAD ? x->child : x, false, &s->then);
	for (size_t i = 0; i < then; i++)
		alphabet(mem, r->x[i], &s->run);
	set_tidy(&s->then);
	set_tidy(&s->run);
	return !s->then.any && !s->run.any;
}

/*
 * (?:19|20)[0-9]{2}款: where what comes next may stand in the run as well, it says little; what
 * comes behind that may say more.
 */
static bool
read_longer_run(struct arena *mem, const struct row *r, size_t then, struct start *s)
{
	struct start far = *s;

	while ((then = next_taken(r, then + 1)) < r->n && read_run(mem, r, then, &far) &&
	       set_size(&far.run) <= SHORT_RUN)
		if (!overlap(&far.run, &far.then)) {
			*s = far;
			return true;
		}
	return false;
}

/* (?<!x) before anything that takes a character */
static void
read_not_after(struct arena *mem, const struct row *r, struct start *s)
{
	for (size_t i = 0; i < r->n && zero_width(r->x[i]); i++)
		if (r->x[i]->type == NODE_NOT_AFTER && bare(r->x[i]->child))
			edge(mem, r->x[i]->child, false, &s->not_after);
	set_tidy(&s->not_after);
	if (s->not_after.any)
		s->not_after = (struct set){0};
}

/* Of a row: first is the first element that takes a character, then what comes behind it. */
static void
read_start(struct arena *mem, const struct row *r, size_t first, size_t then, struct start *s)
{
	bool one;

	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < r->n && i <= first; i++)
		edge(mem, r->x[i], false, &s->first);
	if (first >= r->n)
		set_any(&s->first); /* it may be empty: PCRE2 will tell */
	set_tidy(&s->first);
	read_not_after(mem, r, s);
	if (then >= r->n || !read_run(mem, r, then, s))
		return;
	if (overlap(&s->run, &s->then) && read_longer_run(mem, r, then, s)) {
		s->check = START_RUN;
		return;
	}
	one = single(r->x[first]);
	for (size_t i = 0; i < then; i++)
		if (i != first && !zero_width(r->x[i]))
			one = false;
	s->check = one ? START_PAIR : START_RUN;
}

static void
starts_of(struct arena *mem, const struct row *r, struct start *out, size_t *n)
{
	size_t first = 0, then;

	/* The elements that come first, up to and with one that takes a character... */
	for (first = 0; first < r->n; first++)
		if (!nullable(r->x[first]))
			break;
	/* ... then all that may be missing, up to one that may not. */
	then = next_taken(r, first + 1);
	if (then >= r->n && first < r->n && r->x[first]->type == NODE_ALT) {
		/* Nothing must follow: look into each alternative. */
		const struct node *alt = r->x[first];
		size_t k = 0;

		for (const struct node *c = alt->child; c != NULL; c = c->next)
			k++;
		if (*n + k <= MAX_STARTS && r->n + 8 < MAX_ELEMENTS) {
			for (const struct node *c = alt->child; c != NULL; c = c->next) {
				struct row sub = {.n = 0};

				for (size_t i = 0; i < first; i++)
					lay_out(r->x[i], &sub);
				lay_out(c, &sub);
				for (size_t i = first + 1; i < r->n; i++)
					lay_out(r->x[i], &sub);
				starts_of(mem, &sub, out, n);
			}
			return;
		}
	}
	if (*n >= MAX_STARTS) {
		/* Give up: anything may begin here. */
		set_any(&out[0].first);
		out[0].check = START_PLAIN;
		return;
	}
	read_start(mem, r, first, then, &out[(*n)++]);
}

size_t
pattern_starts(struct arena *mem, const struct node *x, struct start **out)
{
	struct start s[MAX_STARTS];
	struct row r = {.n = 0};
	size_t n = 0;

	/* Alternatives at the top begin each in its own way. */
	if (x->type == NODE_ALT) {
		for (const struct node *c = x->child; c != NULL; c = c->next) {
			r.n = 0;
			lay_out(c, &r);
			starts_of(mem, &r, s, &n);
		}
	} else {
		lay_out(x, &r);
		starts_of(mem, &r, s, &n);
	}
	*out = arena_alloc(mem, n * sizeof **out);
	memcpy(*out, s, n * sizeof *s);
	return n;
}

void
pattern_edge(struct arena *mem, const struct node *x, bool end, struct set *s, bool *exact)
{
	if (nullable(x))
		set_any(s);
	else
		edge(mem, x, end, s);
	set_tidy(s);
	*exact = !s->any && bare(x);
}

/* Is there a set of characters of which one must be met wherever x matches? The smallest. */
static bool
need(struct arena *mem, const struct node *x, struct set *best)
{
	struct set s;
	bool got = false;

	switch (x->type) {
	case NODE_SET: *best = x->set; return !x->set.any;
	case NODE_CAT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (need(mem, c, &s) && (!got || set_size(&s) < set_size(best))) {
				*best = s;
				got = true;
			}
		return got;
	case NODE_ALT:
		*best = (struct set){0};
		for (const struct node *c = x->child; c != NULL; c = c->next) {
			if (!need(mem, c, &s))
				return false;
			set_join(mem, best, &s);
		}
		set_tidy(best);
		return true;
	case NODE_REPEAT: return x->min > 0 && need(mem, x->child, best);
	case NODE_AHEAD: return need(mem, x->child, best);
	default: return false;
	}
}

struct set
pattern_need(struct arena *mem, const struct node *x)
{
	struct set s;

	return need(mem, x, &s) && set_size(&s) <= MAX_NEED ? s : (struct set){0};
}

/* Takes x no character, whatever it matches? */
static bool
takes_nothing(const struct node *x)
{
	if (x->type != NODE_CAT && x->type != NODE_ALT)
		return zero_width(x);
	for (const struct node *c = x->child; c != NULL; c = c->next)
		if (!takes_nothing(c))
			return false;
	return true;
}

/* Is it known what must stand before x wherever it matches? Adds that to b. */
static bool
before(struct arena *mem, const struct node *x, struct before *b)
{
	switch (x->type) {
	case NODE_TOP: b->top = true; return true;
	case NODE_AFTER:
		if (nullable(x->child))
			return false;
		edge(mem, x->child, true, &b->set);
		return true;
	case NODE_CAT:
		for (const struct node *c = x->child; c != NULL; c = c->next) {
			if (before(mem, c, b))
				return true;
			if (!takes_nothing(c))
				return false;
		}
		return false;
	case NODE_ALT:
		for (const struct node *c = x->child; c != NULL; c = c->next)
			if (!before(mem, c, b))
				return false;
		return true;
	default: return false;
	}
}

struct before
pattern_before(struct arena *mem, const struct node *x)
{
	struct before b = {0};

	b.known = before(mem, x, &b) && !b.set.any;
	set_tidy(&b.set);
	return b;
}

size_t
pattern_parts(struct arena *mem, const struct node *x, struct part **out)
{
	struct {
		VECTOR(struct part, part);
	} v = {0};
	bool alt = x->type == NODE_ALT;

	for (const struct node *c = alt ? x->child : x; c != NULL; c = alt ? c->next : NULL) {
		bool cat = c->type == NODE_CAT;

		for (const struct node *e = cat ? c->child : c; e != NULL;
		     e = cat ? e->next : NULL) {
			struct part *p = &GROW(mem, &v, part);

			p->alternative = c->start;
			p->start = e->start;
			p->end = e->end;
		}
	}
	*out = v.part;
	return v.npart;
}

bool
pattern_empty(const struct node *x)
{
	return nullable(x);
}

/* Can x be one unbounded repeat and nothing else? Then a repeat of x has many ways to match. */
static bool
loose(const struct node *x)
{
	switch (x->type) {
	case NODE_REPEAT:
		return !x->possessive &&
		       ((x->max == UINT32_MAX && !zero_width(x->child)) || loose(x->child));
	case NODE_ALT:
		for (const struct node *c = x->child; c != NULL && !x->possessive; c = c->next)
			if (loose(c))
				return true;
		return false;
	case NODE_CAT:
		if (x->possessive)
			return false;
		for (const struct node *c = x->child; c != NULL; c = c->next) {
			bool rest = true;

			for (const struct node *d = x->child; d != NULL; d = d->next)
				if (d != c && !nullable(d))
					rest = false;
			if (rest && loose(c))
				return true;
		}
		return false;
	default: return false;
	}
}

size_t
pattern_nested(const struct node *x)
{
	if (x->type == NODE_REPEAT && x->max == UINT32_MAX && !x->possessive && loose(x->child))
		return x->start;
	for (const struct node *c = x->child; c != NULL; c = c->next) {
		size_t at = pattern_nested(c);

		if (at != SIZE_MAX)
			return at;
	}
	return SIZE_MAX;
}
