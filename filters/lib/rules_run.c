/* rules_run - finds where rules match */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "rules_int.h"
#include "utf8.h"

#define MATCH_LIMIT 500000 /* steps of PCRE2 for one place: some milliseconds */
#define HEAP_LIMIT 20000   /* KiB */
#define JIT_STACK (1 << 20)
#define MAX_MATCHES 64 /* of rules at one place: bits of a mask */
#define GIVE_UP 20     /* places where a rule may fail before it is switched off */

static void
out_of_memory(void)
{
	fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
	exit(4);
}

void
rules_prepare(struct rules *r)
{
	r->stack = pcre2_jit_stack_create(1 << 15, JIT_STACK, NULL);
	if (r->stack == NULL || (r->mc = pcre2_match_context_create(NULL)) == NULL)
		out_of_memory();
	pcre2_jit_stack_assign(r->mc, NULL, r->stack);
	pcre2_set_match_limit(r->mc, MATCH_LIMIT);
	pcre2_set_depth_limit(r->mc, MATCH_LIMIT);
	pcre2_set_heap_limit(r->mc, HEAP_LIMIT);
	r->candidate = arena_alloc(&r->mem, (r->npattern + 1) * sizeof *r->candidate);
	r->dispatch = arena_alloc(&r->mem, r->ntype * sizeof *r->dispatch);
	for (unsigned i = 0; i < r->ntype; i++)
		r->dispatch[i] = dispatch_make(r, i);
}

/* PCRE2 could not say whether the rule matches: told once, counted always. */
static void
failed(struct rules *r, struct full_rule *f, int rc)
{
	PCRE2_UCHAR why[256];

	r->run_errors++;
	f->errors++;
	if (f->errors != 1 && f->errors != GIVE_UP)
		return;
	pcre2_get_error_message(rc, why, sizeof why);
	fprintf(stderr, "%s: %s:%u: rule %s: %s; %s\n", program_invocation_short_name, f->r.file,
	    f->r.line, f->r.name, (char *)why,
	    f->errors == 1 ? "it is not tried at that place"
			   : "too often: the rule is off from here on");
}

/* Does p match in text[0, n) at (or, for a before guard, from) at? The ovector has it. */
static bool
run(struct rules *r, struct pattern *p, const char *text, size_t n, size_t at)
{
	int rc;

	if (p->rule->errors >= GIVE_UP)
		return false;
	if (p->md == NULL) {
		if ((p->md = pcre2_match_data_create_from_pattern(p->code, NULL)) == NULL)
			out_of_memory();
		p->jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	}
	if (p->jit) {
		rc =
		    pcre2_jit_match(p->code, (PCRE2_SPTR)text, n, at, PCRE2_NOTEMPTY, p->md, r->mc);
		if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
			rc = pcre2_match(p->code, (PCRE2_SPTR)text, n, at,
			    PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, p->md, r->mc);
	} else {
		rc = pcre2_match(p->code, (PCRE2_SPTR)text, n, at,
		    PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK, p->md, r->mc);
	}
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		failed(r, p->rule, rc);
	return rc >= 0;
}

enum answer { NO, YES, UNSURE };

/* What the character next to the match says of a guard. */
static enum answer
guard_edge(const struct guard *g, struct str text, size_t start, size_t end)
{
	size_t at = end, len;

	if (g->edge.any)
		return UNSURE;
	/* It takes a character. */
	if (g->before ? start == 0 : end >= text.n)
		return NO;
	if (g->before)
		for (at = start - 1; (text.p[at] & 0xC0) == 0x80;)
			at--;
	if (!set_has(&g->edge, utf8_get(text.p + at, &len)))
		return NO;
	return g->exact ? YES : UNSURE;
}

/* Do the guards before a match that would begin at start refuse it, as far as is cheap to say? */
static bool
refused_early(const struct full_rule *f, struct str text, size_t start)
{
	bool need = false, may = false;

	for (size_t i = 0; i < f->nguard; i++) {
		const struct guard *g = &f->guard[i];
		enum answer a;

		if (!g->before)
			continue;
		a = guard_edge(g, text, start, start);
		if (g->not &&a == YES)
			return true;
		need |= !g->not ;
		may |= !g->not &&a != NO;
	}
	return need && !may;
}

/* A guard may be empty: (?:^|，) at the beginning of the text. */
static bool
run_guard(struct rules *r, struct guard *g, struct str text, size_t start, size_t end)
{
	struct pattern *p = &g->p;
	size_t n = text.n, at = end;
	int rc;

	switch (guard_edge(g, text, start, end)) {
	case NO: return false;
	case YES: return true;
	default: break;
	}
	if (g->before) {
		n = start;
		at = start > GUARD_WINDOW ? start - GUARD_WINDOW : 0;
		while ((text.p[at] & 0xC0) == 0x80)
			at++;
	}
	if (p->md == NULL) {
		if ((p->md = pcre2_match_data_create_from_pattern(p->code, NULL)) == NULL)
			out_of_memory();
		p->jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	}
	if (p->jit) {
		rc = pcre2_jit_match(p->code, (PCRE2_SPTR)text.p, n, at, 0, p->md, r->mc);
		if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
			rc = pcre2_match(p->code, (PCRE2_SPTR)text.p, n, at,
			    PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, p->md, r->mc);
	} else {
		rc = pcre2_match(
		    p->code, (PCRE2_SPTR)text.p, n, at, PCRE2_NO_UTF_CHECK, p->md, r->mc);
	}
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		failed(r, p->rule, rc);
	return rc >= 0;
}

/* Of each kind one of the positive must match, none of the negative. NULL: all is well. */
const struct guard *
guards_fail(struct rules *r, struct full_rule *f, struct str text, size_t start, size_t end)
{
	for (int before = 0; before < 2; before++) {
		const struct guard *need = NULL;
		bool got = false;

		for (size_t i = 0; i < f->nguard; i++) {
			struct guard *g = &f->guard[i];

			if (g->before != (before == 1) || (!g->not &&got))
				continue;
			if (run_guard(r, g, text, start, end)) {
				if (g->not )
					return g;
				got = true;
			} else if (!g->not ) {
				need = g;
			}
		}
		if (need != NULL && !got)
			return need;
	}
	return NULL;
}

static void
captures(struct pattern *p, const char *text, struct match *m)
{
	const PCRE2_SIZE *o = pcre2_get_ovector_pointer(p->md);
	size_t n = pcre2_get_ovector_count(p->md);

	m->ncapture = 0;
	for (size_t i = 1; i < n && i <= p->x.ngroup && m->ncapture < MATCH_CAPTURES; i++) {
		const struct group *g = &p->x.group[i - 1];
		struct capture *c;

		if (o[2 * i] == PCRE2_UNSET)
			continue;
		c = &m->capture[m->ncapture++];
		c->name = g->name;
		c->start = o[2 * i];
		c->end = o[2 * i + 1];
		c->table = NULL;
		c->row = 0;
		if (g->bind != NULL) {
			c->table = g->bind->table;
			c->row = binding_row(g->bind, text + c->start, c->end - c->start);
		}
	}
}

/* Longer first; then the order of the rules. */
static bool
goes_before(const struct match *a, const struct match *b)
{
	if (a->end != b->end)
		return a->end > b->end;
	return a->rule->order < b->rule->order;
}

/* Guards not looked at. */
bool
pattern_match(struct rules *r, struct pattern *p, struct str text, size_t at, struct match *m)
{
	const PCRE2_SIZE *o;

	if (!run(r, p, text.p, text.n, at))
		return false;
	o = pcre2_get_ovector_pointer(p->md);
	m->rule = &p->rule->r;
	m->start = o[0];
	m->end = o[1];
	captures(p, text.p, m);
	return true;
}

static bool
try_rule(struct rules *r, struct full_rule *f, struct pattern *p, struct str text, size_t at,
    struct match *m)
{
	if (f->nguard == 0)
		return pattern_match(r, p, text, at, m);
	return !refused_early(f, text, at) && pattern_match(r, p, text, at, m) &&
	       guards_fail(r, f, text, m->start, m->end) == NULL;
}

bool
rule_match(struct rules *r, struct full_rule *f, struct str text, size_t at, struct match *m)
{
	for (size_t i = 0; i < f->npattern; i++)
		if (pattern_here(&f->pattern[i], text, at) &&
		    try_rule(r, f, &f->pattern[i], text, at, m))
			return true;
	return false;
}

static void
copy(struct match *to, const struct match *m)
{
	memcpy(to, m, offsetof(struct match, capture) + m->ncapture * sizeof *m->capture);
}

static size_t
keep(struct match *out, size_t n, size_t max, const struct match *m)
{
	size_t i;

	/* One match a rule: the longest of its alternatives. */
	for (i = 0; i < n; i++)
		if (out[i].rule == m->rule) {
			if (out[i].end >= m->end)
				return n;
			for (n--; i < n; i++)
				copy(&out[i], &out[i + 1]);
			break;
		}
	for (i = n; i > 0 && goes_before(m, &out[i - 1]); i--)
		;
	if (i >= max)
		return n;
	if (n == max)
		n--;
	for (size_t k = n; k > i; k--)
		copy(&out[k], &out[k - 1]);
	copy(&out[i], m);
	return n + 1;
}

/* Does a rule that is over m's match within it? */
static bool
beaten(struct rules *r, const struct match *m, const struct match *all, size_t n, struct str text)
{
	const struct full_rule *f = full(m->rule);
	static struct match later;

	for (size_t i = 0; i < f->nbeaten_by; i++) {
		struct full_rule *w = f->beaten_by[i];

		for (size_t j = 0; j < n; j++)
			if (all[j].rule == &w->r)
				return true;
		for (size_t at = m->start + utf8_len(text.p[m->start]); at < m->end;
		     at += utf8_len(text.p[at]))
			if (rule_match(r, w, text, at, &later))
				return true;
	}
	return false;
}

static size_t
match_at(struct rules *r, unsigned type, struct str text, size_t at, struct match *out, size_t max)
{
	static struct match m;
	struct dispatch *d = r->dispatch[type];
	uint64_t lost = 0;
	size_t n = 0, k = 0, c;

	if (max > MAX_MATCHES)
		max = MAX_MATCHES;
	c = dispatch_candidates(d, text, at, ++r->serial, r->candidate);
	for (size_t i = 0; i < c; i++) {
		struct pattern *p = r->candidate[i];

		if (try_rule(r, p->rule, p, text, at, &m))
			n = keep(out, n, max, &m);
	}
	for (size_t i = 0; i < n; i++)
		if (full(out[i].rule)->nbeaten_by > 0 && beaten(r, &out[i], out, n, text))
			lost |= (uint64_t)1 << i;
	for (size_t i = 0; i < n; i++)
		if ((lost >> i & 1) == 0) {
			if (k != i)
				copy(&out[k], &out[i]);
			k++;
		}
	if (r->explain != NULL)
		explain_place(r, type, text, at, out, k);
	return k;
}

void
rules_text(struct rules *r, struct str text)
{
	r->text = text;
	for (size_t i = 0; i < r->ntype; i++)
		dispatch_reset(r->dispatch[i]);
}

static bool
is_declared(const struct rules *r, struct str text)
{
	return text.p == r->text.p && text.n == r->text.n;
}

size_t
rules_match(
    struct rules *r, unsigned type, struct str text, size_t at, struct match *out, size_t max)
{
	struct dispatch *d = r->dispatch[type];

	if (at >= text.n)
		return 0;
	if (!is_declared(r, text))
		dispatch_reset(d);
	if (r->explain == NULL && dispatch_hopeless(d, text, at))
		return 0;
	return match_at(r, type, text, at, out, max);
}

size_t
rules_match_on(
    struct rules *r, unsigned type, struct str text, size_t at, struct match *out, size_t max)
{
	return at < text.n ? match_at(r, type, text, at, out, max) : 0;
}

void
rules_rewind(struct rules *r)
{
	for (size_t i = 0; i < r->ntype; i++)
		dispatch_reset(r->dispatch[i]);
}

bool
rules_begins(const struct rules *r, unsigned type, uint32_t code_point)
{
	return type < r->ntype && r->dispatch[type] != NULL &&
	       dispatch_begins(r->dispatch[type], code_point);
}

size_t
rules_scan(
    struct rules *r, unsigned type, struct str text, size_t *at, struct match *out, size_t max)
{
	struct dispatch *d = r->dispatch[type];
	size_t n;

	if (!is_declared(r, text))
		dispatch_reset(d);
	if (r->explain == NULL && dispatch_hopeless(d, text, *at))
		return 0;
	for (;; *at += utf8_len(text.p[*at])) {
		*at = dispatch_skip(d, text, *at);
		if (*at >= text.n)
			return 0;
		if ((n = match_at(r, type, text, *at, out, max)) > 0)
			return n;
	}
}

unsigned
rules_errors(const struct rules *r)
{
	return r->run_errors;
}

const struct capture *
match_capture(const struct match *m, const char *name)
{
	for (size_t i = 0; i < m->ncapture; i++)
		if (strcmp(m->capture[i].name, name) == 0)
			return &m->capture[i];
	return NULL;
}
