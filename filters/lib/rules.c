/* rules - reads rule files, puts their patterns together and compiles them */
/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <ctype.h>
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules_int.h"
#include "simplified.h"
#include "utf8.h"

#define MAX_TOLD 100      /* errors printed; all are counted */
#define MAX_INCLUDES 1000 /* files of a rule set */
#define SHOWN 100         /* columns of a line that a message shows */

static const char *const own_keys[] = {
    "match", "before", "not-before", "after", "not-after", "over", "+", "-", "?+", "?-", NULL};
static const char *const top_keys[] = {"table", "def", "include", NULL};
/* --- messages --- */

void
source_place(const struct source *s, size_t off, unsigned *line, unsigned *column)
{
	size_t lo = 0, hi = s->nline;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->line[mid] <= off)
			lo = mid;
		else
			hi = mid;
	}
	*line = (unsigned)lo + 1;
	*column = (unsigned)utf8_count(s->p + s->line[lo], off - s->line[lo]) + 1;
}

/* Shows the line around off, and a caret under it that is right for wide characters. */
static void
show_line(const struct source *s, size_t off, unsigned line)
{
	size_t start = off, end = off, len;
	int width = 0, before = 0;
	bool cut = false;

	while (start > 0 && s->p[start - 1] != '\n')
		start--;
	while (end < s->n && s->p[end] != '\n' && s->p[end] != '\r')
		end++;
	if (utf8_valid(s->p + start, end - start) != end - start)
		return;
	/* A long line is shown from at most SHOWN/2 columns before the caret. */
	for (size_t i = start; i < off; i += len)
		before += utf8_width(utf8_get(s->p + i, &len));
	for (; before > SHOWN / 2; start += len, cut = true)
		before -= utf8_width(utf8_get(s->p + start, &len));
	fprintf(stderr, "%5u | %s", line, cut ? "..." : "");
	for (size_t i = start; i < end; i += len) {
		uint32_t c = utf8_get(s->p + i, &len);

		if ((width += utf8_width(c)) > SHOWN) {
			fputs("...", stderr);
			break;
		}
		if (c == '\t')
			putc(' ', stderr);
		else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
			putc('?', stderr);
		else
			fwrite(s->p + i, 1, len, stderr);
	}
	fprintf(stderr, "\n      | %s", cut ? "   " : "");
	for (size_t i = start; i < off; i += len) {
		uint32_t c = utf8_get(s->p + i, &len);

		for (int w = c < 0x20 ? 1 : utf8_width(c); w > 0; w--)
			putc(' ', stderr);
	}
	fputs("^\n", stderr);
}

void
rules_complain(struct rules *r, const struct source *s, size_t off, const char *fmt, ...)
{
	unsigned line, column;
	va_list ap;

	if (r->errors++ >= MAX_TOLD)
		return;
	source_place(s, off, &line, &column);
	fprintf(stderr, "%s: %s:%u:%u: ", program_invocation_short_name, s->path, line, column);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	show_line(s, off, line);
}

size_t
value_off(const struct value *v, size_t at)
{
	size_t i = v->npiece;

	while (i > 1 && v->piece[i - 1].at > at)
		i--;
	return i ? v->piece[i - 1].off + (at - v->piece[i - 1].at) : v->key;
}

/* Edits that turn a into b (a swap of neighbours is one), or more than 2 as 3. */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[3][34];

	if (na > 32 || nb > 32)
		return 3;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned d = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < d)
				d = up[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < d)
				d = up2[j - 2] + 1;
			now[j] = d;
		}
	}
	return row[na % 3][nb];
}

void
guess_try(struct guess *g, const char *word)
{
	size_t n = strlen(word);
	/* A Chinese character is three bytes. */
	unsigned most = (g->p[0] & 0x80) ? 3 : g->n < 4 ? 1 : 2;
	unsigned d = distance(g->p, g->n, word, n);

	if (n > 0 && d <= most && d < g->n && (g->best == NULL || d < g->d)) {
		g->best = word;
		g->d = d;
	}
}

const char *
guess_text(const struct guess *g)
{
	static char text[120];

	text[0] = '\0';
	if (g->best != NULL)
		snprintf(text, sizeof text, "; did you mean '%s'?", g->best);
	return text;
}
/* --- reading lines --- */

static struct value *
value_new(struct rules *r, const struct source *s, size_t key)
{
	struct value *v = arena_zero(&r->mem, sizeof *v);

	v->mem = &r->mem;
	v->src = s;
	v->key = key;
	v->p = "";
	return v;
}

/* Adds p[0, n) of the source, blanks at its ends dropped, to a value. */
static void
value_add(struct value *v, const char *p, size_t n)
{
	struct piece *piece;

	while (n > 0 && blank(p[0]))
		p++, n--;
	while (n > 0 && blank(p[n - 1]))
		n--;
	if (n == 0)
		return;
	piece = &GROW(v->mem, v, piece);
	piece->at = v->n;
	piece->off = (size_t)(p - v->src->p);
	if (v->npiece == 1) {
		/* One piece, as nearly all are, is left where it is. */
		v->p = p;
	} else {
		if (v->n + n > v->cap) {
			char *q = arena_alloc(v->mem, v->cap = 2 * (v->n + n));

			memcpy(q, v->p, v->n);
			v->p = v->own = q;
		}
		memcpy(v->own + v->n, p, n);
	}
	v->n += n;
}

struct line_parser {
	struct rules *r;
	struct source *s;
	struct full_rule *rule; /* the open section, or NULL */
	bool skip;              /* its lines are not taken: told already, or "off" */
	bool extend;
	struct value *value; /* that a continuation goes on with */
	const char *key;
	bool version;
};

static const struct rules_type *
type_of(const struct rules *r, const struct full_rule *f)
{
	return &r->type[f->r.type];
}

static struct full_rule *
rule_find(struct rules *r, unsigned type, const char *name, size_t n)
{
	for (size_t i = 0; i < r->nrule; i++)
		if (r->rule[i]->r.type == type && strncmp(r->rule[i]->r.name, name, n) == 0 &&
		    r->rule[i]->r.name[n] == '\0')
			return r->rule[i];
	return NULL;
}

static struct full_rule *
rule_new(struct line_parser *lp, struct value *head, unsigned type, struct str name)
{
	struct full_rule *f = arena_zero(&lp->r->mem, sizeof *f);
	struct buf id = {0};
	unsigned column;

	f->head = head;
	f->r.type = type;
	f->r.name = arena_str(&lp->r->mem, name.p, name.n).p;
	f->r.file = lp->s->path;
	source_place(lp->s, head->key, &f->r.line, &column);
	buf_printf(&id, "%s:%s", lp->s->base, f->r.name);
	f->r.id = arena_str(&lp->r->mem, id.p, id.n).p;
	buf_free(&id);
	return f;
}

static size_t
off_in(const struct source *s, struct str x)
{
	return (size_t)(x.p - s->p);
}

/* [type name] tail */
struct head {
	struct str type, name, tail;
	unsigned t; /* the number of the type */
};

static bool
find_type(struct line_parser *lp, struct head *h)
{
	struct rules *r = lp->r;
	struct guess g = {.p = h->type.p, .n = h->type.n};

	for (h->t = 0; h->t < r->ntype; h->t++)
		if (str_is(h->type, r->type[h->t].name))
			return true;
	for (unsigned t = 0; t < r->ntype; t++)
		guess_try(&g, r->type[t].name);
	rules_complain(r, lp->s, off_in(lp->s, h->type), "unknown type of section '%.*s'%s",
	    (int)h->type.n, h->type.p, guess_text(&g));
	return false;
}

/* The head of a section, p[0, n); false after telling what is wrong with it. */
static bool
read_head(struct line_parser *lp, const char *p, size_t n, struct head *h)
{
	struct rules *r = lp->r;
	struct source *s = lp->s;
	size_t start = (size_t)(p - s->p), rest;
	const char *close = memchr(p, ']', n), *q;
	struct str more;

	if (close == NULL) {
		rules_complain(r, s, start + n, "']' is missing at the end of the section's head");
		return false;
	}
	q = p + 1;
	rest = (size_t)(close - q);
	h->type = word(&q, &rest);
	h->name = word(&q, &rest);
	more = word(&q, &rest);
	q = close + 1;
	rest = (size_t)(p + n - q);
	h->tail = word(&q, &rest);
	if (h->type.n == 0 || h->name.n == 0) {
		rules_complain(r, s, start, "a section begins [type name]");
		return false;
	}
	if (more.n > 0) {
		rules_complain(r, s, off_in(s, more), "a rule's name has no blanks");
		return false;
	}
	if (!find_type(lp, h))
		return false;
	if ((h->tail.n > 0 && !str_is(h->tail, "off") && !str_is(h->tail, "extend")) ||
	    word(&q, &rest).n > 0) {
		rules_complain(r, s, off_in(s, h->tail),
		    "after ']' may stand 'off' or 'extend' and nothing else");
		return false;
	}
	return true;
}

/* [type name] extend, [type name] off: of a rule that is there. */
static void
alter_rule(struct line_parser *lp, const struct head *h, struct full_rule *old)
{
	struct rules *r = lp->r;
	struct guess g = {.p = h->name.p, .n = h->name.n};

	if (old == NULL) {
		for (size_t i = 0; i < r->nrule; i++)
			if (r->rule[i]->r.type == h->t)
				guess_try(&g, r->rule[i]->r.name);
		rules_complain(r, lp->s, off_in(lp->s, h->name),
		    "there is no rule [%.*s %.*s] to %s%s", (int)h->type.n, h->type.p,
		    (int)h->name.n, h->name.p, str_is(h->tail, "off") ? "switch off" : "extend",
		    guess_text(&g));
	} else if (str_is(h->tail, "off")) {
		old->off = true;
	} else {
		lp->rule = old;
		lp->extend = true;
		lp->skip = false;
	}
}

/* Has a rule of this file the name? That is told. */
static bool
name_taken(struct line_parser *lp, struct str name)
{
	struct rules *r = lp->r;

	for (size_t i = 0; i < r->nrule; i++)
		if (r->rule[i]->head->src == lp->s && str_is(name, r->rule[i]->r.name)) {
			rules_complain(r, lp->s, off_in(lp->s, name),
			    "the name '%.*s' is taken by the rule in line %u", (int)name.n, name.p,
			    r->rule[i]->r.line);
			return true;
		}
	return false;
}

/* A new rule, which takes the place of an old one if there is one. */
static void
add_rule(struct line_parser *lp, struct value *line, const struct head *h, struct full_rule *old)
{
	struct rules *r = lp->r;
	struct full_rule *f = rule_new(lp, line, h->t, h->name);

	if (old != NULL) {
		for (size_t i = 0; i < r->nrule; i++)
			if (r->rule[i] == old)
				r->rule[i] = f;
		f->replaced = old;
	} else {
		GROW(&r->mem, r, rule) = f;
	}
	lp->rule = f;
	lp->skip = false;
}

static void
section(struct line_parser *lp, const char *p, size_t n)
{
	struct rules *r = lp->r;
	size_t start = (size_t)(p - lp->s->p);
	struct full_rule *old;
	struct head h;

	lp->rule = NULL;
	lp->value = NULL;
	lp->skip = true;
	lp->extend = false;
	if (!read_head(lp, p, n, &h))
		return;
	if (r->nrule >= MAX_RULES && h.tail.n == 0) {
		if (!r->full)
			rules_complain(r, lp->s, start, "more than %u rules", MAX_RULES);
		r->full = true;
		return;
	}
	old = rule_find(r, h.t, h.name.p, h.name.n);
	if (h.tail.n > 0)
		alter_rule(lp, &h, old);
	else if (!name_taken(lp, h.name))
		add_rule(lp, value_new(r, lp->s, start), &h, old);
}

/* A line of the filter's own. */
static void
own_value(struct line_parser *lp, const struct rules_key *k, struct value *v)
{
	struct full_rule *f = lp->rule;
	struct rules_value *to = NULL;

	if (k->words != NULL) {
		struct guess g = {.p = v->p, .n = v->n};
		struct str s = {v->p, v->n};
		size_t i;

		for (i = 0; k->words[i] != NULL && !str_is(s, k->words[i]); i++)
			guess_try(&g, k->words[i]);
		if (k->words[i] == NULL) {
			struct buf b = {0};

			for (i = 0; k->words[i] != NULL; i++)
				buf_printf(&b, " %s", k->words[i]);
			buf_putc(&b, '\0');
			rules_complain(lp->r, lp->s, value_off(v, 0),
			    "'%.*s' is no %s%s (known:%s)", (int)v->n, v->p, k->name,
			    guess_text(&g), b.p);
			buf_free(&b);
			return;
		}
	}
	for (size_t i = 0; i < f->r.nvalue && !(k->flags & KEY_MANY); i++)
		if (strcmp(f->r.value[i].key, k->name) == 0) {
			/* Under extend the later value counts. */
			if (!lp->extend) {
				rules_complain(lp->r, lp->s, v->key,
				    "'%s' stands already in line %u", k->name, f->r.value[i].line);
				return;
			}
			to = &f->r.value[i];
		}
	if (to == NULL) {
		f->r.value = arena_grow(
		    &lp->r->mem, f->r.value, f->r.nvalue, &f->capvalue, sizeof *f->r.value);
		to = &f->r.value[f->r.nvalue++];
	}
	to->key = k->name;
	to->value = arena_str(&lp->r->mem, v->p, v->n).p;
	source_place(lp->s, value_off(v, 0), &to->line, &to->column);
}

static void include(struct line_parser *, struct value *, const char *name);

/* Is there room for one more of what there are n? Told where there is not. */
static bool
has_room(struct line_parser *lp, const struct value *v, size_t n, size_t max, const char *what)
{
	if (n < max)
		return true;
	rules_complain(lp->r, lp->s, value_off(v, 0), "more than %zu %s", max, what);
	lp->r->full = true;
	return false;
}

static void
take_def(struct line_parser *lp, struct str name, struct value *v)
{
	struct rules *r = lp->r;
	struct def *d = NULL;

	for (size_t i = 0; i < r->ndef; i++)
		if (str_is(name, r->def[i]->name))
			d = r->def[i];
	if (d != NULL && d->v->src == lp->s) {
		rules_complain(r, lp->s, value_off(v, 0), "'%s' is defined already above", d->name);
		return;
	}
	if (d == NULL) {
		if (!has_room(lp, v, r->ndef, MAX_RULES, "defs"))
			return;
		d = arena_zero(&r->mem, sizeof *d);
		d->name = arena_str(&r->mem, name.p, name.n).p;
		GROW(&r->mem, r, def) = d;
	}
	d->v = v;
}

/* add: table NAME + FILE */
static void
take_table(struct line_parser *lp, struct str name, struct value *v, bool add)
{
	struct rules *r = lp->r;
	struct named_table *t = NULL;

	for (size_t i = 0; i < r->ntable; i++)
		if (str_is(name, r->table[i].name))
			t = &r->table[i];
	if (t != NULL && !add && t->v != NULL && t->v->src == lp->s) {
		rules_complain(
		    r, lp->s, value_off(v, 0), "table '%s' is named already above", t->name);
		return;
	}
	if (t == NULL) {
		if (!has_room(lp, v, r->ntable, MAX_TABLES, "tables"))
			return;
		t = &GROW(&r->mem, r, table);
		t->name = arena_str(&r->mem, name.p, name.n).p;
	}
	if (add)
		GROW(&r->mem, t, add_line) = v;
	else
		t->v = v;
}

/* What stands at the top level: table, def, include. */
static void
top_value(struct line_parser *lp, const char *key, struct value *v)
{
	struct rules *r = lp->r;
	const char *p = v->p;
	size_t n = v->n;
	struct str name = word(&p, &n);
	size_t off = value_off(v, 0);

	if (strcmp(key, "include") == 0) {
		if (n > 0 || name.n == 0)
			rules_complain(r, lp->s, off, "write: include FILE");
		else
			include(lp, v, arena_str(&r->mem, name.p, name.n).p);
		return;
	}
	if (name.n == 0 || n == 0) {
		rules_complain(r, lp->s, off, "write: %s",
		    *key == 't' ? "table NAME FILE" : "def NAME PATTERN");
		return;
	}
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] & 0x80) && !isalpha((unsigned char)name.p[i]) &&
		    (i == 0 || (!isdigit((unsigned char)name.p[i]) && name.p[i] != '_' &&
				   name.p[i] != '-'))) {
			rules_complain(r, lp->s, value_off(v, i),
			    "a name is made of letters, "
			    "digits, - and _, and begins with a letter");
			return;
		}
	if (r->full)
		return;
	if (*key == 'd')
		take_def(lp, name, v);
	else
		take_table(lp, name, v, n > 1 && p[0] == '+' && blank(p[1]));
}

/* A complete line: keyword and value with its continuations. */
static void
take(struct line_parser *lp)
{
	struct rules *r = lp->r;
	struct value *v = lp->value;
	struct full_rule *f = lp->rule;
	const char *key = lp->key;
	const struct rules_key *k = NULL;
	struct guess g = {.p = key, .n = strlen(key)};

	lp->value = NULL;
	if (f != NULL)
		for (k = type_of(r, f)->keys; k->name != NULL && strcmp(k->name, key) != 0; k++)
			;
	for (size_t i = 0; top_keys[i] != NULL; i++)
		if (strcmp(key, top_keys[i]) == 0 && (k == NULL || k->name == NULL)) {
			top_value(lp, top_keys[i], v);
			return;
		}
	if (lp->skip && f == NULL)
		return;
	if (f == NULL) {
		for (size_t i = 0; top_keys[i] != NULL; i++)
			guess_try(&g, top_keys[i]);
		rules_complain(
		    r, lp->s, v->key, "'%s' outside of a section%s", key, guess_text(&g));
		return;
	}
	if (v->n == 0) {
		rules_complain(r, lp->s, v->key, "'%s' without a value", key);
		return;
	}
	if (k->name != NULL) {
		own_value(lp, k, v);
	} else if (strcmp(key, "match") == 0) {
		GROW(&r->mem, f, match_line) = v;
	} else if (strcmp(key, "over") == 0) {
		GROW(&r->mem, f, over_line) = v;
	} else if (strcmp(key, "before") == 0 || strcmp(key, "not-before") == 0 ||
		   strcmp(key, "after") == 0 || strcmp(key, "not-after") == 0) {
		GROW(&r->mem, f, guard_line) = v;
	} else if (strcmp(key, "+") == 0 || strcmp(key, "-") == 0 || strcmp(key, "?+") == 0 ||
		   strcmp(key, "?-") == 0) {
		example_parse(r, v, &GROW(&r->mem, f, example));
	} else {
		for (k = type_of(r, f)->keys; k->name != NULL; k++)
			guess_try(&g, k->name);
		for (size_t i = 0; own_keys[i] != NULL; i++)
			guess_try(&g, own_keys[i]);
		rules_complain(r, lp->s, v->key, "unknown keyword '%s'%s", key, guess_text(&g));
	}
}

static bool
is_text(struct rules *r, const struct source *s)
{
	size_t bad = utf8_valid(s->p, s->n);
	const char *nul = memchr(s->p, '\0', s->n);

	if (bad < s->n)
		rules_complain(r, s, bad, "this is not UTF-8; save the file as UTF-8");
	else if (nul != NULL)
		rules_complain(r, s, (size_t)(nul - s->p), "a NUL byte");
	return bad == s->n && nul == NULL;
}

/* The first line, p[0, n) at an offset of the file: rules 1. */
static bool
take_version(struct line_parser *lp, size_t at, const char *p, size_t n)
{
	struct str key = word(&p, &n), version = word(&p, &n);

	lp->version = str_is(key, "rules");
	if (lp->version && str_is(version, "1") && n == 0)
		return true;
	rules_complain(lp->r, lp->s, at,
	    lp->version ? "this program knows 'rules 1' only" : "the first line must be: rules 1");
	return false;
}

static void
parse(struct rules *r, struct source *s)
{
	struct line_parser lp = {.r = r, .s = s};
	size_t next;

	if (!is_text(r, s))
		return;
	for (size_t at = 0; at < s->n; at = next) {
		const char *p = s->p + at, *nl = memchr(p, '\n', s->n - at), *q;
		size_t n = nl ? (size_t)(nl - p) : s->n - at, rest;
		struct str key;

		next = at + n + 1;
		if (n > 0 && p[n - 1] == '\r')
			n--;
		q = p;
		rest = n;
		while (rest > 0 && blank(*q))
			q++, rest--;
		if (rest > 0 && *q == '#')
			continue;
		if (rest > 0 && blank(*p) && lp.version) {
			if (lp.value != NULL)
				value_add(lp.value, q, rest);
			else
				rules_complain(r, s, (size_t)(q - s->p),
				    "a line that begins with a blank goes on with the line "
				    "above, but there is none");
			continue;
		}
		if (lp.value != NULL)
			take(&lp);
		if (rest == 0)
			continue;
		if (!lp.version) {
			if (!take_version(&lp, at, q, rest))
				return;
			continue;
		}
		if (*p == '[') {
			section(&lp, p, n);
			continue;
		}
		key = word(&q, &rest);
		if (lp.skip && lp.rule == NULL && !str_is(key, "table") && !str_is(key, "def") &&
		    !str_is(key, "include"))
			continue;
		lp.key = arena_str(&r->mem, key.p, key.n).p;
		lp.value = value_new(r, s, at);
		value_add(lp.value, q, rest);
	}
	if (lp.value != NULL)
		take(&lp);
	if (!lp.version)
		rules_complain(r, s, 0, "the first line must be: rules 1");
}

/* FNV-1a over words of eight bytes, each product folded, so that high bits count as well. */
static void
hash_add(struct rules *r, const char *p, size_t n)
{
	uint64_t word, hash = r->hash;

	for (size_t i = 0; i < n; i += sizeof word) {
		if (n - i >= sizeof word) {
			memcpy(&word, p + i, sizeof word);
		} else {
			word = 0;
			memcpy(&word, p + i, n - i);
		}
		hash = (hash ^ le64toh(word)) * 0x100000001B3;
		hash ^= hash >> 32;
	}
	r->hash = (hash ^ n) * 0x100000001B3;
}

static void
read_source(struct rules *r, const char *path)
{
	struct source *s;
	struct buf b = {0};
	const char *slash, *ship = shipped_dir();

	if (!table_read(path, &b)) {
		fprintf(
		    stderr, "%s: %s: %s\n", program_invocation_short_name, path, strerror(errno));
		r->errors++;
		buf_free(&b);
		return;
	}
	s = arena_zero(&r->mem, sizeof *s);
	s->path = path = arena_str(&r->mem, path, strlen(path)).p;
	slash = strrchr(path, '/');
	s->base = slash ? slash + 1 : path;
	buf_putc(&b, '\0');
	s->p = b.p;
	s->n = b.n - 1;
	for (size_t i = 0, cap = 0; i <= s->n; i++)
		if (i == 0 || s->p[i - 1] == '\n') {
			s->line = arena_grow(&r->mem, s->line, s->nline, &cap, sizeof *s->line);
			s->line[s->nline++] = i;
		}
	s->shipped = slash != NULL && (size_t)(slash - path) == strlen(ship) &&
		     strncmp(path, ship, strlen(ship)) == 0;
	GROW(&r->mem, r, source) = s;
	hash_add(r, s->p, s->n);
	parse(r, s);
	s->rank = r->nread++;
}

static void
include(struct line_parser *lp, struct value *v, const char *name)
{
	const char *path = named_file(&lp->r->mem, lp->s, name);

	if (path == NULL) {
		rules_complain(lp->r, lp->s, value_off(v, 0),
		    "no file '%s' beside this one, nor "
		    "on the search path",
		    name);
		return;
	}
	for (size_t i = 0; i < lp->r->nsource; i++)
		if (strcmp(lp->r->source[i]->path, path) == 0)
			return;
	if (lp->r->nsource < MAX_INCLUDES)
		read_source(lp->r, path);
	else
		rules_complain(lp->r, lp->s, value_off(v, 0), "more than %d files", MAX_INCLUDES);
}
/* --- loading --- */

/* The table a line names: table NAME [+] FILE. NULL after telling. */
static struct table *
read_table(struct rules *r, const struct value *v)
{
	const char *p = v->p, *path, *file;
	size_t n = v->n, off;
	struct buf b = {0};

	word(&p, &n);
	if (n > 1 && p[0] == '+' && blank(p[1]))
		word(&p, &n);
	off = value_off(v, (size_t)(p - v->p));
	file = arena_str(&r->mem, p, n).p;
	if ((path = named_file(&r->mem, v->src, file)) == NULL) {
		rules_complain(
		    r, v->src, off, "no table '%s' beside this file, nor on the search path", file);
		return NULL;
	}
	if (!table_read(path, &b)) {
		rules_complain(r, v->src, off, "%s: %s", path, strerror(errno));
		buf_free(&b);
		return NULL;
	}
	hash_add(r, b.p, b.n);
	return table_parse(path, &b, stderr, &r->errors);
}

static void
load_table(struct rules *r, struct named_table *t)
{
	if (t->v == NULL) {
		rules_complain(r, t->add_line[0]->src, value_off(t->add_line[0], 0),
		    "there is no table '%s' to add rows to", t->name);
		return;
	}
	t->table = read_table(r, t->v);
	for (size_t i = 0; i < t->nadd_line; i++) {
		struct table *more = read_table(r, t->add_line[i]);

		if (t->table != NULL && more != NULL)
			table_add(t->table, more, stderr, &r->errors);
		else
			table_free(more);
	}
}

static void
resolve_over(struct rules *r, struct full_rule *f, const struct value *v)
{
	const char *p = v->p;
	size_t n = v->n;
	struct str name;

	while ((name = word(&p, &n)).n > 0) {
		struct full_rule *o = rule_find(r, f->r.type, name.p, name.n);

		if (o == NULL) {
			struct guess g = {.p = name.p, .n = name.n};

			for (size_t i = 0; i < r->nrule; i++)
				if (r->rule[i]->r.type == f->r.type)
					guess_try(&g, r->rule[i]->r.name);
			rules_complain(r, v->src, value_off(v, (size_t)(name.p - v->p)),
			    "no rule [%s %.*s]%s", type_of(r, f)->name, (int)name.n, name.p,
			    guess_text(&g));
		} else if (o == f) {
			rules_complain(r, v->src, value_off(v, (size_t)(name.p - v->p)),
			    "a rule cannot be over itself");
		} else {
			GROW(&r->mem, o, beaten_by) = f;
		}
	}
}

static void
rule_make(struct rules *r, struct full_rule *f)
{
	const struct rules_type *t = type_of(r, f);

	for (const struct rules_key *k = t->keys; k->name != NULL; k++)
		if ((k->flags & KEY_REQUIRED) && rule_value(&f->r, k->name) == NULL)
			rules_complain(
			    r, f->head->src, f->head->key, "this rule lacks a line '%s'", k->name);
	if (f->nmatch_line == 0 && !(t->flags & RULES_NO_MATCH))
		rules_complain(r, f->head->src, f->head->key, "this rule lacks a line 'match'");
	f->pattern = arena_zero(&r->mem, f->nmatch_line * sizeof *f->pattern);
	for (size_t i = 0; i < f->nmatch_line; i++)
		if (pattern_make(r, f, &f->pattern[f->npattern], f->match_line[i], NULL))
			f->npattern++;
	f->guard = arena_zero(&r->mem, f->nguard_line * sizeof *f->guard);
	for (size_t i = 0; i < f->nguard_line; i++) {
		struct guard *g = &f->guard[f->nguard];
		const char *key = f->guard_line[i]->src->p + f->guard_line[i]->key;

		g->not = strncmp(key, "not-", 4) == 0;
		g->before = key[g->not ? 4 : 0] == 'b';
		if (pattern_make(r, f, &g->p, f->guard_line[i], g))
			f->nguard++;
	}
	for (size_t i = 0; i < f->nover_line; i++)
		resolve_over(r, f, f->over_line[i]);
}

struct rules *
rules_load(const struct rules_type *types, size_t ntypes, const char *const *files, size_t nfiles)
{
	struct rules *r = xmalloc(sizeof *r);
	size_t n = 0;

	memset(r, 0, sizeof *r);
	r->type = types;
	r->ntype = ntypes;
	r->hash = 0xCBF29CE484222325;
	if ((r->cc = pcre2_compile_context_create(NULL)) == NULL) {
		fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
		exit(4);
	}
	pcre2_set_parens_nest_limit(r->cc, 200);
	if (nfiles == 0) {
		fprintf(stderr, "%s: no rule files found\n", program_invocation_short_name);
		rules_free(r);
		return NULL;
	}
	for (size_t i = 0; i < nfiles; i++)
		read_source(r, files[i]);
	for (size_t i = 0; i < r->nrule; i++)
		if (!r->rule[i]->off)
			r->rule[n++] = r->rule[i];
		else
			GROW(&r->mem, r, off) = r->rule[i];
	r->nrule = n;
	for (size_t i = 0; i < r->ntable; i++)
		load_table(r, &r->table[i]);
	simplified_load(rules_table(r, "simplified"), stderr, &r->errors);
	check_defs(r);
	for (size_t i = 0; i < r->nrule; i++) {
		/* Of equals the rule of a later file wins, so that one's own go before the shipped.
		 */
		r->rule[i]->r.order =
		    (r->nread - r->rule[i]->head->src->rank) * MAX_RULES + (unsigned)i;
		rule_make(r, r->rule[i]);
	}
	if (r->errors > MAX_TOLD)
		fprintf(stderr, "%s: %u more errors\n", program_invocation_short_name,
		    r->errors - MAX_TOLD);
	if (r->errors > 0) {
		rules_free(r);
		return NULL;
	}
	snprintf(r->hash_text, sizeof r->hash_text, "%016" PRIx64, r->hash);
	rules_prepare(r);
	return r;
}
void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->npattern; i++) {
		pcre2_code_free(r->pattern[i]->code);
		pcre2_match_data_free(r->pattern[i]->md);
		for (size_t k = 0; k < r->pattern[i]->npart; k++)
			pcre2_code_free(r->pattern[i]->part[k].code);
	}
	for (size_t i = 0; i < r->ntable; i++)
		table_free(r->table[i].table);
	for (size_t i = 0; i < r->nsource; i++)
		free(r->source[i]->p);
	pcre2_compile_context_free(r->cc);
	pcre2_match_context_free(r->mc);
	pcre2_jit_stack_free(r->stack);
	arena_free(&r->mem);
	free(r);
}

/* --- looking at a rule set --- */

const char *
rule_value(const struct rule *r, const char *key)
{
	for (size_t i = 0; i < r->nvalue; i++)
		if (strcmp(r->value[i].key, key) == 0)
			return r->value[i].value;
	return NULL;
}

size_t
rules_count(const struct rules *r)
{
	return r->nrule;
}

struct rule *
rules_at(struct rules *r, size_t i)
{
	return &r->rule[i]->r;
}

const struct table *
rules_table(const struct rules *r, const char *name)
{
	for (size_t i = 0; i < r->ntable; i++)
		if (strcmp(r->table[i].name, name) == 0)
			return r->table[i].table;
	return NULL;
}

const char *
rules_def(const struct rules *r, const char *name)
{
	for (size_t i = 0; i < r->ndef; i++)
		if (strcmp(r->def[i]->name, name) == 0) {
			r->def[i]->used = true;
			return r->def[i]->x.text.p;
		}
	return NULL;
}

const char *
rules_hash(const struct rules *r)
{
	return r->hash_text;
}

void
rules_list(struct rules *r, FILE *out)
{
	for (size_t i = 0; i < r->nrule; i++) {
		const struct full_rule *f = r->rule[i];

		fprintf(out, "%s\t%s\t%s:%u", f->r.id, type_of(r, f)->name, f->r.file, f->r.line);
		if (f->replaced != NULL)
			fprintf(out, "\treplaces %s:%u", f->replaced->r.file, f->replaced->r.line);
		putc('\n', out);
	}
	for (size_t i = 0; i < r->noff; i++)
		fprintf(out, "%s\t%s\t%s:%u\toff\n", r->off[i]->r.id, type_of(r, r->off[i])->name,
		    r->off[i]->r.file, r->off[i]->r.line);
}
