/* rules_explain - tells a person which rules were tried, and why they failed */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "rules_int.h"
#include "utf8.h"

#define SHOWN 16 /* characters of the text that a heading shows */
#define LONG 60  /* characters of a pattern that a line shows */

bool
rules_explain(struct rules *r, FILE *f, const char *only)
{
	r->explain = f;
	r->explained = NULL;
	for (size_t i = 0; only != NULL && i < r->nrule && r->explained == NULL; i++)
		if (strcmp(r->rule[i]->r.name, only) == 0 || strcmp(r->rule[i]->r.id, only) == 0)
			r->explained = r->rule[i];
	return only == NULL || r->explained != NULL;
}

static void
print_place(const struct rules *r, const struct rule *rule)
{
	fprintf(r->explain, "  %s (%s:%u): ", rule->name, rule->file, rule->line);
}

static void
print_match(const struct rules *r, struct str text, const struct match *m)
{
	fprintf(r->explain, "「%.*s」", (int)(m->end - m->start), text.p + m->start);
	for (size_t i = 0; i < m->ncapture; i++)
		fprintf(r->explain, " %s=「%.*s」", m->capture[i].name,
		    (int)(m->capture[i].end - m->capture[i].start), text.p + m->capture[i].start);
}

/* Parts are not compiled further, and there are many of them: fewer steps than a rule has. */
enum { PART_LIMIT = 10000 };

/* How far a code matches at text[at]: 0 if it does not. */
static size_t
reach(const struct rules *r, const pcre2_code *code, struct str text, size_t at)
{
	pcre2_match_data *md;
	pcre2_match_context *mc;
	size_t end = 0;

	if (code == NULL || (md = pcre2_match_data_create_from_pattern(code, NULL)) == NULL)
		return 0;
	if ((mc = pcre2_match_context_copy(r->mc)) != NULL) {
		pcre2_set_match_limit(mc, PART_LIMIT);
		if (pcre2_match(code, (PCRE2_SPTR)text.p, text.n, at, PCRE2_NO_UTF_CHECK, md, mc) >=
		    0)
			end = pcre2_get_ovector_pointer(md)[1];
		pcre2_match_context_free(mc);
	}
	pcre2_match_data_free(md);
	return end > at ? end : 0;
}

/*
 * The pattern up to the end of each of its top-level parts, compiled; where
 * the top level is an alternation, of each alternative.
 */
static void
cut_up(struct rules *r, struct pattern *p)
{
	struct part *list = NULL;
	size_t n;

	if (p->part != NULL)
		return;
	n = pattern_parts(&r->mem, pattern_parse(&r->mem, p->x.text.p, p->x.text.n), &list);
	for (size_t i = 0; i < n; i++)
		list[i].code = part_compile(r, &p->x, list[i].alternative, list[i].end);
	p->part = list;
	p->npart = n;
}

/* "matched up to here", for a pattern that does not match. False if not even a part of it does. */
static bool
tell_partial(struct rules *r, struct pattern *p, struct str text, size_t at)
{
	const struct part *best = NULL;
	struct str wanted;
	size_t end = 0, cut = 0;

	cut_up(r, p);
	for (size_t i = 0; i < p->npart; i++) {
		size_t e = reach(r, p->part[i].code, text, at);

		if (e > 0 && e >= end) {
			end = e;
			best = &p->part[i];
		}
	}
	if (best == NULL || best + 1 == p->part + p->npart ||
	    best[1].alternative != best->alternative)
		return false;
	wanted = value_part(p, best[1].start, best[1].end);
	print_place(r, &p->rule->r);
	for (unsigned c = 0; c < LONG && cut < wanted.n; c++)
		cut += utf8_len(wanted.p[cut]);
	fprintf(r->explain, "matched up to here 「%.*s」, then did not find %.*s%s\n",
	    (int)(end - at), text.p + at, (int)cut, wanted.p, cut < wanted.n ? "…" : "");
	return true;
}

/* What became of a match that the filter was not given, or was. */
static const char *
rank(const struct match *m, const struct match *out, size_t n)
{
	size_t i;

	for (i = 0; i < n && out[i].rule != m->rule; i++)
		;
	if (i == n)
		return "lost: another rule is over it";
	if (out[i].end != m->end)
		return "lost: the same rule matches more";
	if (i == 0)
		return "first";
	return out[0].end > m->end ? "second: another is longer" : "second: another stands earlier";
}

/* One rule at one place; found: out[0, n) are known to be the matches there. */
void
explain_rule(struct rules *r, struct full_rule *f, struct str text, size_t at, bool found,
    const struct match *out, size_t n)
{
	static struct match m;
	const struct guard *g;
	unsigned line, column;

	for (size_t k = 0; k < f->npattern; k++) {
		struct pattern *p = &f->pattern[k];

		if (!pattern_may(p, text, at))
			continue;
		if (!pattern_match(r, p, text, at, &m)) {
			if (!found || r->explained != NULL)
				tell_partial(r, p, text, at);
			continue;
		}
		print_place(r, &f->r);
		print_match(r, text, &m);
		if ((g = guards_fail(r, f, text, m.start, m.end)) != NULL) {
			source_place(g->p.v->src, g->p.v->key, &line, &column);
			fprintf(r->explain, " refused by %s%s %.*s (line %u)\n",
			    g->not ? "not-" : "", g->before ? "before" : "after", (int)g->p.v->n,
			    g->p.v->p, line);
		} else {
			fprintf(r->explain, " %s\n", found ? rank(&m, out, n) : "matches");
		}
	}
}

/* What was tried at text[at], where out[0, n) was found. */
void
explain_place(
    struct rules *r, unsigned type, struct str text, size_t at, const struct match *out, size_t n)
{
	FILE *f = r->explain;
	char *told = NULL;
	size_t ntold = 0, end = at;

	if ((r->explain = open_memstream(&told, &ntold)) == NULL) {
		r->explain = f;
		return;
	}
	for (size_t i = 0; i < r->nrule; i++)
		if (r->rule[i]->r.type == type &&
		    (r->explained == NULL || r->explained == r->rule[i]))
			explain_rule(r, r->rule[i], text, at, true, out, n);
	fclose(r->explain);
	r->explain = f;
	if (ntold > 0) {
		for (unsigned c = 0; c < SHOWN && end < text.n; c++)
			end += utf8_len(text.p[end]);
		fprintf(f, "at %zu: 「%.*s%s」\n", utf8_count(text.p, at), (int)(end - at),
		    text.p + at, end < text.n ? "…" : "");
		fwrite(told, 1, ntold, f);
	}
	free(told);
}
