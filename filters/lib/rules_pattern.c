/* rules_pattern - puts defs and tables into patterns, and compiles them */
/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "rules_int.h"
#include "simplified.h"
#include "utf8.h"

#define OPTIONS                                                                                    \
	(PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DUPNAMES | PCRE2_NO_AUTO_CAPTURE |                 \
	    PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UCP)

/* --- tables --- */

static uint32_t
hash_str(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 16777619u;
	return h;
}

/* The slot of a surface form, or the empty one where it would go. */
static uint32_t *
binding_slot(const struct binding *b, const char *p, size_t n)
{
	for (size_t i = hash_str(p, n);; i++) {
		uint32_t *s = &b->slot[i & (b->nslot - 1)];
		const char *c = *s ? b->form[*s - 1] : NULL;

		if (c == NULL || (strncmp(c, p, n) == 0 && c[n] == '\0'))
			return s;
	}
}

size_t
binding_row(const struct binding *b, const char *p, size_t n)
{
	uint32_t s = *binding_slot(b, p, n);

	return s ? s - 1 : SIZE_MAX;
}

static bool
in_list(const char *cell, const char *list, size_t n)
{
	size_t len = strlen(cell);

	for (;;) {
		const char *bar = memchr(list, '|', n);
		size_t k = bar ? (size_t)(bar - list) : n;

		if (k == len && memcmp(list, cell, len) == 0)
			return true;
		if (bar == NULL)
			return false;
		list += k + 1;
		n -= k + 1;
	}
}

static void
quote(struct buf *b, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\^$.[|()?*+{}#-]", p[i]) != NULL)
			buf_putc(b, '\\');
		buf_putc(b, p[i]);
	}
}

static int
by_form(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Does form end behind the character at at? */
static bool
is_leaf(const char *form, size_t at)
{
	return form[at + utf8_len(form[at])] == '\0';
}

/* How many of the sorted form[0, n), n > 0, have the same character at at as the first. */
static size_t
same_branch(const char **form, size_t n, size_t at)
{
	size_t j = 1;

	while (j < n && strncmp(form[j] + at, form[0] + at, utf8_len(form[0][at])) == 0)
		j++;
	return j;
}

/*
 * The sorted form[0, n), which share their first at bytes, as an alternation
 * that prefers the longest: a trie, so that a text is gone through once.
 * Characters that end a form and begin no other go into a class.
 */
static void
alternation(struct buf *b, const char **form, size_t n, size_t at)
{
	bool ends = form[0][at] == '\0', first = true;
	size_t leaves = 0, branches = 0, j;

	for (size_t i = ends; i < n; i += j) {
		j = same_branch(form + i, n - i, at);
		if (j == 1 && is_leaf(form[i], at))
			leaves++;
		else
			branches++;
	}
	if (leaves + branches == 0)
		return;
	branches += leaves > 0;
	if (branches > 1 || ends)
		buf_puts(b, "(?:");
	if (leaves > 0) {
		if (leaves > 1)
			buf_putc(b, '[');
		for (size_t i = ends; i < n; i += j) {
			j = same_branch(form + i, n - i, at);
			if (j == 1 && is_leaf(form[i], at))
				quote(b, form[i] + at, utf8_len(form[i][at]));
		}
		if (leaves > 1)
			buf_putc(b, ']');
		first = false;
	}
	for (size_t i = ends; i < n; i += j) {
		size_t same = at;

		j = same_branch(form + i, n - i, at);
		if (j == 1 && is_leaf(form[i], at))
			continue;
		if (!first)
			buf_putc(b, '|');
		first = false;
		/* A common stretch is written out at once, not a level a character. */
		do
			same += utf8_len(form[i][same]);
		while (form[i][same] != '\0' && same_branch(form + i, j, same) == j);
		quote(b, form[i] + at, same - at);
		alternation(b, form + i, j, same);
	}
	if (branches > 1 || ends)
		buf_puts(b, ends ? ")?" : ")");
}

/* Is each value behind = one that the column has? A slip of the pen would match nothing. */
static bool
values_known(struct rules *r, const struct value *v, size_t at, const struct table *t,
    size_t column, const char *spec, size_t n)
{
	const char *p = (const char *)memchr(spec, '=', n) + 1, *end = spec + n, *bar;

	for (;; p = bar + 1) {
		struct guess g = {.p = p};
		bool known = false;

		bar = memchr(p, '|', (size_t)(end - p));
		g.n = (size_t)((bar ? bar : end) - p);
		for (size_t i = 0; i < t->nrow && !known; i++) {
			const char *c = table_cell(t, i, column);

			known = str_is((struct str){p, g.n}, c);
			guess_try(&g, c);
		}
		if (!known) {
			rules_complain(r, v->src, value_off(v, at + (size_t)(p - spec)),
			    "%s has no row with '%.*s' in that column%s", t->path, (int)g.n, p,
			    guess_text(&g));
			return false;
		}
		if (bar == NULL)
			return true;
	}
}

/* The table of a name, in *t; NULL there for one that could not be read. False after telling. */
static bool
find_table(
    struct rules *r, const struct value *v, size_t at, struct str name, const struct table **t)
{
	struct guess g = {.p = name.p, .n = name.n};

	for (size_t i = 0; i < r->ntable; i++) {
		guess_try(&g, r->table[i].name);
		if (strlen(r->table[i].name) == name.n &&
		    memcmp(r->table[i].name, name.p, name.n) == 0) {
			*t = r->table[i].table;
			return true;
		}
	}
	rules_complain(
	    r, v->src, value_off(v, at), "no table '%.*s'%s", (int)name.n, name.p, guess_text(&g));
	return false;
}

/* The rows of a table that {@table.column=value|value} means; != for all others. */
struct choice {
	int column;      /* -1: all rows */
	bool except;     /* those that have none of the values */
	struct str list; /* value|value */
};

/* Reads .column=value|value, which spec[0, n) ends with. False after telling. */
static bool
read_choice(struct rules *r, const struct value *v, size_t at, const char *spec, size_t n,
    const struct table *t, struct choice *choice)
{
	const char *dot = memchr(spec, '.', n), *eq = memchr(spec, '=', n), *name;
	struct guess g;

	choice->column = -1;
	if (dot == NULL)
		return true;
	if (eq == NULL) {
		rules_complain(r, v->src, value_off(v, at), "write {@table.column=value}");
		return false;
	}
	choice->except = eq[-1] == '!';
	choice->list = (struct str){eq + 1, (size_t)(spec + n - eq) - 1};
	g = (struct guess){.n = (size_t)(eq - dot) - 1 - choice->except};
	g.p = name = arena_str(&r->mem, dot + 1, g.n).p;
	if ((choice->column = table_column(t, name)) != -1)
		return values_known(r, v, at, t, (size_t)choice->column, spec, n);
	for (size_t i = 0; i < t->ncol; i++)
		guess_try(&g, t->column[i]);
	rules_complain(r, v->src, value_off(v, at + (size_t)(dot - spec) + 1),
	    "%s has no column '%s'%s", t->path, name, guess_text(&g));
	return false;
}

/* The forms of the rows chosen, into form; how many. Of rows with the same form the first counts.
 */
static size_t
gather_forms(struct rules *r, struct binding *b, const struct choice *choice, const char **form)
{
	const struct table *t = b->table;
	size_t n = 0;

	for (b->nslot = 16; b->nslot < 2 * t->nrow; b->nslot *= 2)
		;
	b->slot = arena_zero(&r->mem, b->nslot * sizeof *b->slot);
	b->form = arena_zero(&r->mem, (t->nrow + 1) * sizeof *b->form);
	for (size_t i = 0; i < t->nrow; i++) {
		const char *c = table_cell(t, i, 0);
		uint32_t *s;

		b->form[i] = c = simplified_str(&r->mem, (struct str){c, strlen(c)}).p;
		if (choice->column >= 0 && in_list(table_cell(t, i, (size_t)choice->column),
					       choice->list.p, choice->list.n) == choice->except)
			continue;
		if (*(s = binding_slot(b, c, strlen(c))) != 0)
			continue;
		*s = (uint32_t)i + 1;
		form[n++] = c;
	}
	return n;
}

/* {@table} or {@table.column=value|value}: the rows meant. NULL after telling. */
static const struct binding *
bind(struct rules *r, const struct value *v, size_t at, const char *spec, size_t n)
{
	const char *dot = memchr(spec, '.', n);
	const struct table *t = NULL;
	struct choice choice = {0};
	struct buf regex = {0};

	for (size_t i = 0; i < r->nbinding; i++)
		if (r->binding[i]->nspec == n && memcmp(r->binding[i]->spec, spec, n) == 0)
			return r->binding[i];
	if (!find_table(r, v, at + 2, (struct str){spec, dot ? (size_t)(dot - spec) : n}, &t) ||
	    t == NULL || !read_choice(r, v, at + 2, spec, n, t, &choice))
		return NULL;
	struct binding *b = arena_zero(&r->mem, sizeof *b);
	b->spec = spec;
	b->nspec = n;
	b->table = t;
	const char **form = arena_alloc(&r->mem, (t->nrow + 1) * sizeof *form);
	size_t nform = gather_forms(r, b, &choice, form);
	if (nform == 0) {
		rules_complain(r, v->src, value_off(v, at), "%s has no such row", t->path);
		return NULL;
	}
	if (nform > MAX_ALTERNATION) {
		rules_complain(r, v->src, value_off(v, at),
		    "%zu rows are too many for a pattern "
		    "(at most %d); pick some with {@table.column=value}",
		    nform, MAX_ALTERNATION);
		return NULL;
	}
	qsort(form, nform, sizeof *form, by_form);
	buf_puts(&regex, "(?:");
	alternation(&regex, form, nform, 0);
	buf_putc(&regex, ')');
	b->regex = arena_str(&r->mem, regex.p, regex.n);
	buf_free(&regex);
	GROW(&r->mem, r, binding) = b;
	return b;
}

/* --- patterns --- */

static bool
name_byte(char c)
{
	return (c & 0x80) || isalnum((unsigned char)c) || c == '_' || c == '-';
}

static void
add_segment(struct rules *r, struct expanded *x, size_t off, bool verbatim)
{
	struct segment *s = &GROW(&r->mem, x, seg);

	s->at = x->fresh.n;
	s->off = off;
	s->verbatim = verbatim;
}

static bool
add_group(struct rules *r, const struct value *v, size_t at, struct expanded *x, const char *p,
    size_t n, const struct binding *b)
{
	struct group *g;

	if (x->ngroup == MAX_GROUPS) {
		rules_complain(r, v->src, value_off(v, at), "more than %d groups", MAX_GROUPS);
		return false;
	}
	g = &GROW(&r->mem, x, group);
	g->name = arena_str(&r->mem, p, n).p;
	g->bind = b;
	return true;
}

static bool expand(struct rules *, const struct value *, size_t from, struct expanded *);

/* Where the pattern begins in its value: after a def's name. */
static size_t
def_start(const struct def *d)
{
	const char *p = d->v->p;
	size_t n = d->v->n;

	word(&p, &n);
	return (size_t)(p - d->v->p);
}

static bool
expand_def(struct rules *r, const struct value *v, size_t at, struct def *d)
{
	if (d->state == DEF_BUSY) {
		rules_complain(r, v->src, value_off(v, at), "def '%s' contains itself", d->name);
		d->state = DEF_BAD;
		return false;
	}
	if (d->state == DEF_RAW) {
		d->state = DEF_BUSY;
		d->state = expand(r, d->v, def_start(d), &d->x) && d->state == DEF_BUSY ? DEF_READY
											: DEF_BAD;
	}
	return d->state == DEF_READY;
}

/* The name of n bytes at v->p[from]. */
static bool
check_group_name(struct rules *r, const struct value *v, size_t from, size_t n)
{
	const char *p = v->p + from;

	for (size_t i = 0; i < n; i++)
		if (!name_byte(p[i]) || p[i] == '-' || (i == 0 && isdigit((unsigned char)p[i]))) {
			rules_complain(r, v->src, value_off(v, from + i),
			    "a group's name is made of letters, digits and _");
			return false;
		}
	if (n == 0)
		rules_complain(
		    r, v->src, value_off(v, from), "the group's name is missing after ':'");
	return n > 0;
}

/* The def of that name, expanded, for the { at v->p[at]; NULL if that went wrong. */
static const struct def *
use_def(struct rules *r, const struct value *v, size_t at, struct str name)
{
	struct guess g = {.p = name.p, .n = name.n};
	struct def *d = NULL;

	for (size_t i = 0; i < r->ndef; i++)
		if (str_is(name, r->def[i]->name))
			d = r->def[i];
	if (d == NULL) {
		for (size_t i = 0; i < r->ndef; i++)
			guess_try(&g, r->def[i]->name);
		rules_complain(r, v->src, value_off(v, at + 1), "no def '%.*s'%s", (int)name.n,
		    name.p, guess_text(&g));
		return NULL;
	}
	d->used = true;
	return expand_def(r, v, at, d) ? d : NULL;
}

/* {name}, {name:group}, {@table...}, {@table...:group} at v->p[at]; *end is after it. */
static bool
expand_brace(struct rules *r, const struct value *v, size_t at, size_t *end, struct expanded *x)
{
	const char *p = v->p + at + 1, *close, *colon;
	size_t n, ngroup = 0;
	bool table = *p == '@';
	const struct binding *b = NULL;
	const struct def *d = NULL;

	if ((close = memchr(p, '}', v->n - at - 1)) == NULL) {
		rules_complain(r, v->src, value_off(v, at), "this { is never closed");
		return false;
	}
	*end = (size_t)(close - v->p) + 1;
	p += table;
	n = (size_t)(close - p);
	/* A group's name has no colon; a table's value may. */
	if ((colon = memrchr(p, ':', n)) != NULL) {
		ngroup = (size_t)(close - colon) - 1;
		n = (size_t)(colon - p);
		if (!check_group_name(r, v, (size_t)(colon + 1 - v->p), ngroup))
			return false;
	}
	if (table ? (b = bind(r, v, at, p, n)) == NULL
		  : (d = use_def(r, v, at, (struct str){p, n})) == NULL)
		return false;
	add_segment(r, x, at, false);
	if (ngroup > 0) {
		if (!add_group(r, v, at, x, colon + 1, ngroup, b))
			return false;
		buf_puts(&x->fresh, "(?<");
		buf_add(&x->fresh, colon + 1, ngroup);
		buf_putc(&x->fresh, '>');
	} else {
		buf_puts(&x->fresh, "(?:");
	}
	if (b != NULL) {
		buf_add(&x->fresh, b->regex.p, b->regex.n);
	} else {
		for (size_t i = 0; i < d->x.ngroup; i++)
			if (!add_group(r, v, at, x, d->x.group[i].name, strlen(d->x.group[i].name),
				d->x.group[i].bind))
				return false;
		buf_add(&x->fresh, d->x.text.p, d->x.text.n);
	}
	buf_putc(&x->fresh, ')');
	if (x->fresh.n > MAX_PATTERN) {
		rules_complain(r, v->src, value_off(v, at),
		    "the pattern grows over %d bytes when defs and tables are put in", MAX_PATTERN);
		return false;
	}
	return true;
}

/* The end of the class [...] that begins at p[at], or 0 if it is not closed. */
static size_t
class_end(const char *p, size_t n, size_t at)
{
	size_t i = at + 1;

	if (i < n && p[i] == '^')
		i++;
	if (i < n && p[i] == ']')
		i++;
	while (i < n && p[i] != ']') {
		if (p[i] == '\\') {
			i += 2;
		} else {
			size_t len = posix_class(p + i, n - i);

			i += len ? len : 1;
		}
	}
	return i < n ? i + 1 : 0;
}

/* The name in (?<name> (?P<name> (?'name' at p[at] ('('), or n = 0. */
static struct str
group_name(const char *p, size_t n, size_t at)
{
	struct str s = {"", 0};
	size_t i = at + 2;
	char close = '>';

	if (at + 3 >= n || p[at + 1] != '?')
		return s;
	if (p[i] == 'P')
		i++;
	if (p[i] == '\'' && p[i - 1] != 'P')
		close = '\'';
	else if (p[i] != '<' || i + 1 >= n || p[i + 1] == '=' || p[i + 1] == '!')
		return s;
	s.p = p + ++i;
	while (i < n && p[i] != close)
		i++;
	s.n = (size_t)(p + i - s.p);
	return s;
}

/* (?x) or (?#...) at p[at] ('(')? */
static bool
is_comment(const char *p, size_t n, size_t at)
{
	if (at + 2 >= n || p[at + 1] != '?')
		return false;
	if (p[at + 2] == '#')
		return true;
	for (size_t i = at + 2; i < n && strchr("imsxnJU^-", p[i]) != NULL; i++)
		if (p[i] == 'x')
			return true;
	return false;
}

/* Why what begins at p[at], a '\\' or '(', is not for rules; NULL if it is. */
static const char *
not_for_rules(const char *p, size_t n, size_t at)
{
	char next = at + 1 < n ? p[at + 1] : '\0';

	if (p[at] == '\\' && (next == 'Q' || next == 'E'))
		return "\\Q and \\E are not for rules; write \\ before each sign";
	if (p[at] == '\\' && next == 'K')
		return "\\K is not for rules; write what stands before in a line 'before'";
	if (p[at] != '(')
		return NULL;
	if (next == '*')
		return "(*...) is not for rules";
	if (is_comment(p, n, at))
		return "(?x) and (?#...) are not for rules; a comment is a line that begins with #";
	if (at + 2 < n && next == '?' && p[at + 2] == '|')
		return "(?|...) is not for rules; one name may stand in several alternatives "
		       "anyway";
	return NULL;
}

/* How many bytes p[at, n), a '\\' and what follows, escapes: \p{Han} as a whole. */
static size_t
escape_length(const char *p, size_t n, size_t at)
{
	if (at + 1 >= n)
		return 1;
	if (strchr("xpPNgkou", p[at + 1]) != NULL && at + 2 < n && p[at + 2] == '{') {
		const char *e = memchr(p + at, '}', n - at);

		return e ? (size_t)(e - p) + 1 - at : n - at;
	}
	return 1 + utf8_len(p[at + 1]);
}

/* {def}, {@table}, {def:group}: not a{2,3}. */
static bool
is_brace(const char *p, size_t n, size_t at)
{
	return p[at] == '{' && at + 1 < n &&
	       (p[at + 1] == '@' || (p[at + 1] & 0x80) || isalpha((unsigned char)p[at + 1]));
}

/* Tells what is not closed where it was opened. */
static bool
expand_body(struct rules *r, const struct value *v, size_t from, struct expanded *x)
{
	size_t open[128], nopen = 0, end;
	const char *p = v->p, *why;
	size_t n = v->n, i = from;

	add_segment(r, x, i, true);
	while (i < n) {
		size_t step = p[i] == '\\' ? escape_length(p, n, i) : 1;

		if ((why = not_for_rules(p, n, i)) != NULL) {
			rules_complain(r, v->src, value_off(v, i), "%s", why);
			return false;
		}
		if (p[i] == '[') {
			if ((end = class_end(p, n, i)) == 0) {
				rules_complain(
				    r, v->src, value_off(v, i), "this [ is never closed");
				return false;
			}
			step = end - i;
		} else if (p[i] == '(') {
			struct str name = group_name(p, n, i);

			if (nopen == sizeof open / sizeof *open) {
				rules_complain(r, v->src, value_off(v, i), "nested too deep");
				return false;
			}
			open[nopen++] = i;
			if (name.n > 0 && !add_group(r, v, i, x, name.p, name.n, NULL))
				return false;
		} else if (p[i] == ')') {
			if (nopen == 0) {
				rules_complain(r, v->src, value_off(v, i),
				    "no ( is open that this ) could close");
				return false;
			}
			nopen--;
		} else if (is_brace(p, n, i)) {
			if (!expand_brace(r, v, i, &end, x))
				return false;
			i = end;
			add_segment(r, x, i, true);
			continue;
		}
		if (step > n - i)
			step = n - i;
		buf_add(&x->fresh, p + i, step);
		i += step;
	}
	if (nopen > 0) {
		rules_complain(r, v->src, value_off(v, open[nopen - 1]), "this ( is never closed");
		return false;
	}
	if (x->fresh.n > MAX_PATTERN) {
		rules_complain(
		    r, v->src, value_off(v, from), "a pattern of more than %d bytes", MAX_PATTERN);
		return false;
	}
	return true;
}

/* Puts defs and tables into the pattern that begins at from. */
static bool
expand(struct rules *r, const struct value *v, size_t from, struct expanded *x)
{
	bool ok = expand_body(r, v, from, x);

	simplified_here(x->fresh.p, x->fresh.n);
	x->text = arena_str(&r->mem, x->fresh.p, x->fresh.n);
	buf_free(&x->fresh);
	return ok;
}

static size_t
collapsed(const struct expanded *x, size_t at)
{
	size_t i = x->nseg;

	while (i > 1 && x->seg[i - 1].at > at)
		i--;
	return x->seg[i - 1].off + (x->seg[i - 1].verbatim ? at - x->seg[i - 1].at : 0);
}

size_t
pattern_off(const struct pattern *p, size_t at)
{
	return value_off(p->v, collapsed(&p->x, at));
}

struct str
value_part(const struct pattern *p, size_t start, size_t end)
{
	const struct segment *s = p->x.seg + p->x.nseg - 1;
	struct str out = {p->v->p + collapsed(&p->x, start), 0};

	while (s > p->x.seg && s->at >= end)
		s--;
	/* Of what was put in all or nothing: to where the next stretch begins. */
	out.n = (size_t)(p->v->p + (s->verbatim ? s->off + end - s->at : s[1].off) - out.p);
	return out;
}

/* Tried at one place. To look for a later character that must be there, each time to the end of the
 * text, is quadratic: 《《《. */
#define AT_A_PLACE (PCRE2_ANCHORED | PCRE2_NO_START_OPTIMIZE)

static pcre2_code *
compile(struct rules *r, const struct value *v, const struct expanded *x, const char *p, size_t n,
    size_t shift, uint32_t options)
{
	PCRE2_SIZE at;
	int code;
	pcre2_code *c = pcre2_compile((PCRE2_SPTR)p, n, options | OPTIONS, &code, &at, r->cc);
	PCRE2_UCHAR why[256];

	if (c != NULL)
		return c;
	if (code == PCRE2_ERROR_NOMEMORY) {
		fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
		exit(4);
	}
	at = at > shift ? at - shift : 0;
	if (at > x->text.n)
		at = x->text.n;
	/* PCRE2 points behind the culprit, but to a quantifier out of place. */
	if (at > 0 && code != PCRE2_ERROR_QUANTIFIER_INVALID)
		do
			at--;
		while (at > 0 && (x->text.p[at] & 0xC0) == 0x80);
	if (code == PCRE2_ERROR_PATTERN_TOO_LARGE) {
		rules_complain(r, v->src, value_off(v, 0),
		    "the pattern is too large; does it hold a table of too many rows?");
		return NULL;
	}
	pcre2_get_error_message(code, why, sizeof why);
	rules_complain(r, v->src, value_off(v, collapsed(x, at)), "%s", (char *)why);
	return NULL;
}

void
check_defs(struct rules *r)
{
	for (size_t i = 0; i < r->ndef; i++) {
		struct def *d = r->def[i];
		pcre2_code *c;

		if (!expand_def(r, d->v, def_start(d), d))
			continue;
		if ((c = compile(r, d->v, &d->x, d->x.text.p, d->x.text.n, 0, 0)) == NULL)
			d->state = DEF_BAD;
		pcre2_code_free(c);
	}
}

bool
pattern_make(struct rules *r, struct full_rule *f, struct pattern *p, const struct value *v,
    struct guard *guard)
{
	struct buf b = {0};

	if (r->npattern / 2 >= MAX_RULES) {
		if (!r->full)
			rules_complain(r, v->src, v->key, "more than %u patterns", 2 * MAX_RULES);
		r->full = true;
		return false;
	}
	p->rule = f;
	p->v = v;
	if (!expand(r, v, 0, &p->x))
		return false;
	if (guard != NULL && guard->before) {
		/* Such a guard must end where the match begins. */
		buf_puts(&b, "(?:");
		buf_add(&b, p->x.text.p, p->x.text.n);
		buf_puts(&b, ")\\z");
		p->code = compile(r, v, &p->x, b.p, b.n, 3, 0);
		buf_free(&b);
	} else {
		p->code = compile(r, v, &p->x, p->x.text.p, p->x.text.n, 0, AT_A_PLACE);
	}
	if (p->code == NULL)
		return false;
	GROW(&r->mem, r, pattern) = p;
	if (guard == NULL) {
		const struct node *x = pattern_parse(&r->mem, p->x.text.p, p->x.text.n);

		p->nstart = pattern_starts(&r->mem, x, &p->start);
		p->before = pattern_before(&r->mem, x);
		if (r->type[f->r.type].flags & RULES_FEW_PLACES)
			p->need = pattern_need(&r->mem, x);
		for (size_t i = 0; i < p->nstart; i++)
			p->start[i].pattern = p;
	} else {
		pattern_edge(&r->mem, pattern_parse(&r->mem, p->x.text.p, p->x.text.n),
		    guard->before, &guard->edge, &guard->exact);
	}
	return true;
}

/* The expanded text from start to end, which need not be a pattern by itself: NULL then. */
pcre2_code *
part_compile(struct rules *r, const struct expanded *x, size_t start, size_t end)
{
	PCRE2_SIZE at;
	int code;

	return pcre2_compile((PCRE2_SPTR)x->text.p + start, end - start, OPTIONS | PCRE2_ANCHORED,
	    &code, &at, r->cc);
}
