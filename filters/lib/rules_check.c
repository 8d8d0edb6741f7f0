/* rules_check - the examples in rule files, and what is suspicious in a rule */
/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

#include "rules_int.h"
#include "utf8.h"

/* --- reading an example --- */

static const char open_mark[2][4] = {"「", "⟦"}, close_mark[2][4] = {"」", "⟧"};

static bool
word_byte(char c)
{
	return (c & 0x80) || isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Does key= stand at p? Its length then, without the '='. */
static size_t
key_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && word_byte(p[i]))
		i++;
	return i > 0 && i < n && p[i] == '=' && !(p[0] & 0x80) ? i : 0;
}

/* key=value key=value ...: takes the first one off *s. A value runs to the next " key=". */
static bool
next_field(struct str *s, struct str *key, struct str *value)
{
	size_t k, i;

	while (s->n > 0 && s->p[0] == ' ')
		s->p++, s->n--;
	if ((k = key_at(s->p, s->n)) == 0)
		return false;
	*key = (struct str){s->p, k};
	value->p = s->p + k + 1;
	for (i = k + 1; i < s->n; i++)
		if (s->p[i] == ' ' && key_at(s->p + i + 1, s->n - i - 1) > 0)
			break;
	value->n = (size_t)(s->p + i - value->p);
	while (value->n > 0 && value->p[value->n - 1] == ' ')
		value->n--;
	s->p += i;
	s->n -= i;
	return true;
}

bool
rules_set(const char *set, const char *key, struct str *value)
{
	struct str s = {set, strlen(set)}, k, v;

	while (next_field(&s, &k, &v))
		if (str_is(k, key)) {
			*value = v;
			return true;
		}
	return false;
}

static bool
here(const char *p, size_t n, const char *mark)
{
	return n >= 3 && memcmp(p, mark, 3) == 0;
}

static void
bad_example(struct rules *r, const struct value *v, size_t at, const char *why)
{
	rules_complain(r, v->src, value_off(v, at), "%s", why);
}

/* The fields after =>, one group a mark, parted by " ; ". */
static void
parse_fields(struct rules *r, struct example *e, size_t from)
{
	const struct value *v = e->v;
	size_t at = from, k = 0;

	for (;;) {
		const char *p = v->p + at, *semi;
		size_t n = v->n - at;
		struct str s, key, value;

		if ((semi = memmem(p, n, " ; ", 3)) != NULL)
			n = (size_t)(semi - p);
		s = (struct str){p, n};
		if (k == e->nmark) {
			bad_example(r, v, at, "more groups of fields than 「」 marks");
			return;
		}
		e->mark[k++].fields = s;
		while (next_field(&s, &key, &value))
			;
		while (s.n > 0 && s.p[0] == ' ')
			s.p++, s.n--;
		if (s.n > 0) {
			bad_example(r, v, (size_t)(s.p - v->p), "key=value expected after =>");
			return;
		}
		if (semi == NULL)
			return;
		at += n + 3;
	}
}

/* The example's text from p[i] to p[n], without its marks, which are noted; false if they are
 * wrong. */
static bool
read_marks(struct rules *r, struct example *e, size_t i, size_t n, struct buf *text)
{
	const struct value *v = e->v;
	const char *p = v->p;
	/* Where ⟦ ⟧ stand, 「 」 are plain text. */
	bool open = false, other = memmem(p + i, n - i, open_mark[1], 3) != NULL;

	for (; i < n; i++) {
		if (here(p + i, n - i, open_mark[other])) {
			struct mark *m;

			if (open) {
				bad_example(r, v, i, "a mark within a mark");
				return false;
			}
			m = &GROW(&r->mem, e, mark);
			m->start = text->n;
			m->fields.p = "";
			open = e->marked = true;
			i += 2;
		} else if (here(p + i, n - i, close_mark[other])) {
			if (!open) {
				bad_example(r, v, i, "a mark is closed that was not opened");
				return false;
			}
			e->mark[e->nmark - 1].end = text->n;
			open = false;
			i += 2;
		} else {
			buf_putc(text, p[i]);
		}
	}
	if (open)
		bad_example(r, v, n, "the last mark is not closed");
	return !open;
}

void
example_parse(struct rules *r, struct value *v, struct example *e)
{
	const char *sign = v->src->p + v->key, *p = v->p;
	size_t n = v->n, i = 0, arrow = n;
	bool closed;
	struct buf text = {0};

	e->v = v;
	e->gap = sign[0] == '?';
	e->positive = sign[e->gap] == '+';
	if (n > 0 && p[0] == '{' && (n > 1 && (p[1] == '}' || key_at(p + 1, n - 1) > 0))) {
		const char *close = memchr(p, '}', n);

		if (close == NULL) {
			bad_example(r, v, 0, "this { is never closed");
			return;
		}
		e->set = (struct str){p + 1, (size_t)(close - p) - 1};
		i = e->set.n + 2;
		while (i < n && p[i] == ' ')
			i++;
	}
	if (e->positive)
		for (size_t j = i; j + 2 < n + 1; j++)
			if (memcmp(p + j, "=>", 2) == 0 && j > 0 && p[j - 1] == ' ' &&
			    (j + 2 == n || p[j + 2] == ' '))
				arrow = j;
	n = arrow;
	while (arrow < v->n && n > i && p[n - 1] == ' ')
		n--;
	closed = read_marks(r, e, i, n, &text);
	if (closed && text.n == 0)
		bad_example(r, v, 0, "an example without text");
	if (!e->marked) {
		struct mark *m = &GROW(&r->mem, e, mark);

		m->end = text.n;
		m->fields.p = "";
	}
	if (arrow < v->n && closed)
		parse_fields(r, e, arrow + 2);
	e->text = arena_str(&r->mem, text.p, text.n);
	buf_free(&text);
}

/* --- what the filter finds in it --- */

struct found {
	const struct rule *rule;
	size_t start, end;
	size_t fields, nfields; /* in rules_found.field */
};

struct found_field {
	const char *key;
	size_t at, n; /* in rules_found.text */
};

struct rules_found {
	struct arena mem; /* of one example */
	VECTOR(struct found, item);
	VECTOR(struct found_field, field);
	struct buf text;
};

void
rules_found(struct rules_found *f, const struct rule *rule, size_t start, size_t end)
{
	struct found *i = &GROW(&f->mem, f, item);

	i->rule = rule;
	i->start = start;
	i->end = end;
	i->fields = f->nfield;
}

void
rules_found_field(struct rules_found *f, const char *key, const char *value, size_t n)
{
	struct found_field *x;

	if (f->nitem == 0)
		return;
	x = &GROW(&f->mem, f, field);
	x->key = key;
	x->at = f->text.n;
	x->n = n;
	buf_add(&f->text, value, n);
	f->item[f->nitem - 1].nfields++;
}

static struct str
field_of(const struct rules_found *f, const struct found *i, struct str key)
{
	for (size_t k = i->fields; k < i->fields + i->nfields; k++)
		if (str_is(key, f->field[k].key))
			return (struct str){f->text.p + f->field[k].at, f->field[k].n};
	return (struct str){"", 0};
}

/* --- running them --- */

struct check {
	struct rules *r;
	rules_try *try;
	void *ctx;
	FILE *out;
	struct rules_found found;
	struct buf diag;
	unsigned number, failures;
};

/* One line of TAP; why (may be empty) is told in comment lines below. */
static void
tap(struct check *c, bool ok, bool todo, const char *what, size_t n, const struct full_rule *f,
    unsigned line)
{
	fprintf(c->out, "%s %u - %s:%u: %s: ", ok ? "ok" : "not ok", ++c->number,
	    f->head->src->base, line, f->r.name);
	for (size_t i = 0; i < n; i++) {
		if (what[i] == '#' || what[i] == '\\')
			putc('\\', c->out);
		putc(what[i], c->out);
	}
	if (todo)
		fputs(ok ? " # TODO passes by now: take the ? away" : " # TODO known gap", c->out);
	putc('\n', c->out);
	if (!ok && !todo)
		c->failures++;
	if (!ok || todo)
		for (size_t i = 0; i < c->diag.n;) {
			const char *p = c->diag.p + i, *nl = memchr(p, '\n', c->diag.n - i);
			size_t len = nl ? (size_t)(nl - p) : c->diag.n - i;

			fprintf(c->out, "#   %.*s\n", (int)len, p);
			i += len + 1;
		}
	c->diag.n = 0;
}

static void
show_item(struct check *c, const struct example *e, const struct found *i)
{
	buf_printf(&c->diag, "found: 「%.*s」 by %s", (int)(i->end - i->start),
	    e->text.p + i->start, i->rule ? i->rule->id : "(no rule)");
	for (size_t k = i->fields; k < i->fields + i->nfields; k++)
		buf_printf(&c->diag, " %s=%.*s", c->found.field[k].key, (int)c->found.field[k].n,
		    c->found.text.p + c->found.field[k].at);
	buf_putc(&c->diag, '\n');
}

static bool
by_rule(const struct found *i, const struct rule *rule, struct str name)
{
	if (name.n > 0)
		return i->rule != NULL &&
		       (str_is(name, i->rule->name) || str_is(name, i->rule->id));
	/* A later file may find with a rule of its own what the shipped one found. */
	return i->rule == rule || (i->rule != NULL && i->rule->type == rule->type &&
				      full(i->rule)->head->src->rank > full(rule)->head->src->rank);
}

/* How the rule itself fares where a mark begins, as --explain tells it. */
static void
tell_why(struct check *c, struct full_rule *f, const struct example *e, size_t at)
{
	FILE *before = c->r->explain;
	char *text = NULL;
	size_t n = 0;

	if (at >= e->text.n || (c->r->explain = open_memstream(&text, &n)) == NULL)
		return;
	explain_rule(c->r, f, e->text, at, false, NULL, 0);
	fclose(c->r->explain);
	c->r->explain = before;
	buf_add(&c->diag, text, n);
	free(text);
}

/* Is what a mark asks for among the items? Tells what is not as it should be. */
static bool
mark_found(struct check *c, struct full_rule *f, const struct example *e, const struct mark *m)
{
	struct str s = m->fields, key, value, other = {"", 0};
	const struct found *hit = NULL;
	bool ok = true;

	while (next_field(&s, &key, &value))
		if (str_is(key, "rule"))
			other = value;
	for (size_t i = 0; i < c->found.nitem; i++) {
		const struct found *x = &c->found.item[i];

		if (x->start == m->start && x->end == m->end && by_rule(x, &f->r, other))
			hit = x;
	}
	if (hit == NULL) {
		buf_printf(&c->diag, "wanted: 「%.*s」 by %.*s\n", (int)(m->end - m->start),
		    e->text.p + m->start, other.n ? (int)other.n : (int)strlen(f->r.id),
		    other.n ? other.p : f->r.id);
		for (size_t i = 0; i < c->found.nitem; i++)
			if (c->found.item[i].start < m->end && c->found.item[i].end > m->start) {
				show_item(c, e, &c->found.item[i]);
				ok = false;
			}
		if (ok)
			buf_puts(&c->diag, "found: nothing there\n");
		if (other.n == 0)
			tell_why(c, f, e, m->start);
		return false;
	}
	s = m->fields;
	while (next_field(&s, &key, &value)) {
		struct str got = field_of(&c->found, hit, key);

		if (str_is(key, "rule") || (got.n == value.n && memcmp(got.p, value.p, got.n) == 0))
			continue;
		buf_printf(&c->diag, "wanted: %.*s=%.*s\nfound:  %.*s=%.*s\n", (int)key.n, key.p,
		    (int)value.n, value.p, (int)key.n, key.p, (int)got.n, got.p);
		ok = false;
	}
	return ok;
}

/* Of a rule that keeps others away: does it match, and is nothing found there? */
static bool
kept_away(struct check *c, struct full_rule *f, const struct example *e)
{
	static struct match m;
	bool matched = false, ok = true;

	for (size_t at = 0; at < e->text.n; at += utf8_len(e->text.p[at])) {
		if (!rule_match(c->r, f, e->text, at, &m))
			continue;
		matched = true;
		for (size_t i = 0; i < c->found.nitem; i++)
			if (c->found.item[i].start < m.end && c->found.item[i].end > m.start) {
				show_item(c, e, &c->found.item[i]);
				ok = false;
			}
	}
	if (!matched)
		buf_puts(&c->diag, "the rule matches nowhere in this text\n");
	return ok && matched;
}

static bool
run_example(struct check *c, struct full_rule *f, const struct example *e)
{
	char *set = xstrndup(e->set.n ? e->set.p : "", e->set.n);
	bool ok = true;

	c->found.text.n = 0;
	c->found.nitem = c->found.capitem = c->found.nfield = c->found.capfield = 0;
	arena_reset(&c->found.mem);
	c->try(c->ctx, e->text, set, &c->found);
	free(set);
	if (e->positive) {
		for (size_t i = 0; i < e->nmark; i++)
			if (!mark_found(c, f, e, &e->mark[i]))
				ok = false;
		return ok;
	}
	if (c->r->type[f->r.type].flags & RULES_KEEP_AWAY)
		return kept_away(c, f, e);
	for (size_t i = 0; i < c->found.nitem; i++) {
		const struct found *x = &c->found.item[i];

		if (x->rule != &f->r)
			continue;
		for (size_t k = 0; k < e->nmark; k++)
			if (x->start < e->mark[k].end && x->end > e->mark[k].start) {
				show_item(c, e, x);
				ok = false;
				break;
			}
	}
	return ok;
}

static void
suspect(
    struct check *c, const struct full_rule *f, const struct pattern *p, size_t at, const char *why)
{
	unsigned line, column;

	source_place(p->v->src, pattern_off(p, at), &line, &column);
	buf_printf(&c->diag, "%s:%u:%u\n", p->v->src->path, line, column);
	tap(c, false, false, why, strlen(why), f, line);
}

/* What can be said of a pattern without running it. */
static void
lint(struct check *c, const struct full_rule *f, const struct pattern *p, bool guard)
{
	struct arena mem = {0};
	const struct node *x = pattern_parse(&mem, p->x.text.p, p->x.text.n);
	size_t at;

	if (!guard && pattern_empty(x))
		suspect(c, f, p, 0,
		    "a match has at least one character (all of this pattern may be missing)");
	if ((at = pattern_nested(x)) != SIZE_MAX)
		suspect(
		    c, f, p, at, "no repeat of a repeat such as (?:a+)+, which can take for ever");
	arena_free(&mem);
}

static void
check_rule(struct check *c, struct full_rule *f)
{
	bool positive = false;
	unsigned line, column;

	for (size_t i = 0; i < f->nexample; i++) {
		const struct example *e = &f->example[i];
		const char *sign = e->v->src->p + e->v->key;
		struct buf what = {0};
		bool ok;

		positive |= e->positive && !e->gap;
		source_place(e->v->src, e->v->key, &line, &column);
		buf_add(&what, sign, 1u + e->gap);
		buf_putc(&what, ' ');
		buf_add(&what, e->v->p, e->v->n);
		ok = run_example(c, f, e);
		tap(c, ok, e->gap, what.p, what.n, f, line);
		buf_free(&what);
	}
	for (size_t i = 0; i < f->npattern; i++)
		lint(c, f, &f->pattern[i], false);
	for (size_t i = 0; i < f->nguard; i++)
		lint(c, f, &f->guard[i].p, true);
	if (c->r->type[f->r.type].flags & RULES_KEEP_AWAY)
		positive = f->nexample > 0;
	if (!positive && f->nmatch_line > 0) {
		static const char why[] = "has an example (+)";

		tap(c, false, false, why, sizeof why - 1, f, f->r.line);
	}
}

unsigned
rules_check(struct rules *r, rules_try *try, void *ctx, FILE *out)
{
	struct check c = {.r = r, .try = try, .ctx = ctx, .out = out};

	for (size_t i = 0; i < r->nrule; i++)
		check_rule(&c, r->rule[i]);
	for (size_t i = 0; i < r->ndef; i++)
		if (!r->def[i]->used) {
			unsigned line, column;

			source_place(r->def[i]->v->src, r->def[i]->v->key, &line, &column);
			fprintf(out, "# %s:%u: no pattern uses the def '%s'\n",
			    r->def[i]->v->src->path, line, r->def[i]->name);
		}
	fprintf(out, "1..%u\n", c.number);
	buf_free(&c.diag);
	buf_free(&c.found.text);
	arena_free(&c.found.mem);
	return c.failures;
}
