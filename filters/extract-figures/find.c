/* find - the figures of a block: spans, kinds, exact values, units, dates, qualifiers */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "find_int.h"
#include "simplified.h"

#include "dec.h"
#include "link.h"
#include "utf8.h"

/*
 * The text is passed once. Only where a numeral stands, or a date word, or a
 * rule may begin, is anything looked up: first what only looks like a figure
 * (traps), then dates, then the rules, then a numeral with its unit. A last
 * pass over what was found puts ranges and lists together and drops what
 * has no unit.
 *
 * Only a text with a Traditional character is passed again, as a view of
 * Simplified ones: to look for such a character beforehand would cost all the
 * others 5 %.
 */

static const char *const computations[] = {"doublings", NULL};
static const struct rules_key quantity_keys[] = {
    {"kind", KEY_REQUIRED, kind_names}, {"units", 0, NULL}, {NULL, 0, NULL}};
static const struct rules_key figure_keys[] = {{"kind", KEY_REQUIRED, kind_names},
    {"value", 0, NULL}, {"unit", 0, NULL}, {"qualifier", 0, qualifier_names},
    {"compute", 0, computations}, {NULL, 0, NULL}};
static const struct rules_key date_keys[] = {{"iso", 0, NULL}, {NULL, 0, NULL}};
static const struct rules_key trap_keys[] = {{NULL, 0, NULL}};

const struct rules_type figure_types[RULE_LINK + 1] = {
    [RULE_QUANTITY] = {"quantity", quantity_keys, RULES_NO_MATCH},
    [RULE_FIGURE] = {"figure", figure_keys, 0},
    [RULE_DATE] = {"date", date_keys, 0},
    [RULE_TRAP] = {"trap", trap_keys, RULES_KEEP_AWAY},
    [RULE_LINK] = {"link", link_keys, RULES_NO_MATCH},
};

static struct finder finder; /* its memory is kept from block to block */
const struct rule *named_rules[NNAMED];

static FILE *explain; /* --explain: also what no rule is behind */

void
figures_explain(FILE *out)
{
	explain = out;
}

static void
say(const struct finder *f, size_t start, size_t end, const char *why)
{
	if (explain != NULL)
		fprintf(
		    explain, "「%.*s」 %s\n", (int)(end - start), f->block->text.p + start, why);
}

struct found *
found_push(struct finder *f, enum kind kind, size_t start, size_t end, const struct rule *rule)
{
	struct found *x;

	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 32;
		f->at = xarray(f->at, f->cap, sizeof *f->at);
	}
	x = &f->at[f->n++];
	memset(x, 0, sizeof *x);
	x->f.kind = kind;
	x->f.start = start;
	x->f.end = end;
	x->f.rule = rule;
	return x;
}

size_t
skip_blanks(struct str text, size_t at, int most)
{
	while (most-- > 0 && at < text.n) {
		if (text.p[at] == ' ' || text.p[at] == '\n' || text.p[at] == '\t')
			at++;
		else if (text.n - at >= 3 && memcmp(text.p + at, "\xE3\x80\x80", 3) == 0)
			at += 3;
		else
			break;
	}
	return at;
}

static size_t
code_end(struct str text, size_t at)
{
	while (at < text.n &&
	       (code_char(text.p[at]) || (memchr("./:-_@#?&=+%~", text.p[at], 13) &&
					     at + 1 < text.n && code_char(text.p[at + 1]))))
		at++;
	return at;
}

/* Does a letter, or a sign behind a letter or digit, stand right before the digits at p? */
static bool
within_code(struct str text, size_t at)
{
	char c, d;

	if (at == 0)
		return false;
	c = text.p[at - 1];
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '#')
		return true;
	if (at < 2 || !memchr("-/.:&=@+", c, 8))
		return false;
	d = text.p[at - 2];
	if (c == '+')
		return code_char(d); /* 4+5+M+N */
	return (d >= 'a' && d <= 'z') || (d >= 'A' && d <= 'Z');
}

/* 一名消防员受伤，两辆消防车受损: an 一 counts where its neighbour in the sentence does. */
static bool
one_counts(const struct finder *f, size_t i)
{
	const struct found *x = &f->at[i], *y;
	size_t n, from, to;

	if (lexicon_find_before(f->text, x->f.start, ROLE_ONLY, &n) != NULL)
		return true;
	for (int side = -1; side <= 1; side += 2) {
		if ((side < 0 && i == 0) || (side > 0 && i + 1 == f->n))
			continue;
		y = side < 0 ? x - 1 : x + 1;
		if (y->f.kind != KIND_COUNT || y->flags & (F_ONE | F_ASCII | F_SCALED) ||
		    y->f.value.n != 1)
			continue;
		from = side < 0 ? y->f.end : x->f.end;
		to = side < 0 ? x->f.start : y->f.start;
		if (to - from <= 36 && memmem(f->text.p + from, to - from, "，", 3) != NULL &&
		    memmem(f->text.p + from, to - from, "。", 3) == NULL)
			return true;
	}
	return false;
}

static void
drop_bare(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct found *x = &f->at[i];

		if (x->flags & F_BARE && !f->bare && !(x->flags & F_KEEP))
			x->flags |= F_DROP;
		if (x->flags & F_ONE && !f->bare && !one_counts(f, i))
			x->flags |= F_DROP;
		if (x->flags & F_DROP)
			say(f, x->f.start, x->f.end,
			    x->flags & F_ONE ? "is left out: 一 that means \"a\""
					     : "is left out: a number without a unit");
	}
}

/* What a rule computes of the value that it found; false if there is no such value. */
static bool
compute(struct finder *f, struct figure *x, const struct match *m)
{
	static struct buf value;
	const struct capture *by = match_capture(m, "by");
	const char *of = rule_value(m->rule, "compute");
	struct numeral num;

	if (by != NULL && numeral_keep(f, by->start, by->end - by->start, &num)) {
		value.n = 0;
		if (x->value.n == 0 || !dec_ratio(x->value, num.low, &value))
			return false;
		x->value = value_keep(f, &value);
	}
	if (of != NULL && strcmp(of, "doublings") == 0) { /* 翻两番 is 4 */
		int n = dec_int(x->value);

		if (n < 1 || n > 30)
			return false;
		value.n = 0;
		buf_uint(&value, (uint64_t)1 << n);
		x->value = value_keep(f, &value);
	}
	return true;
}

/* What a [figure] rule matched: its constants, and its groups value, by; where it ends. */
static size_t
rule_figure(struct finder *f, const struct match *m)
{
	const char *kind = rule_value(m->rule, "kind"), *value = rule_value(m->rule, "value"),
		   *unit = rule_value(m->rule, "unit"), *q = rule_value(m->rule, "qualifier");
	const struct capture *c = match_capture(m, "value");
	struct found *x = found_push(f, (enum kind)kind_of(kind), m->start, m->end, m->rule);
	struct numeral num;

	if (value != NULL) {
		x->f.value = (struct str){value, strlen(value)};
	} else if (c != NULL && numeral_keep(f, c->start, c->end - c->start, &num)) {
		set_value(&x->f, &num);
		if (!compute(f, &x->f, m)) {
			f->n--;
			return m->end;
		}
	}
	if (unit != NULL)
		x->f.unit = (struct str){unit, strlen(unit)};
	if (q != NULL)
		x->f.qualifier = qualifier_of(q);
	else
		read_qualifier(f, &x->f);
	return m->end;
}

/* The longest match of the rules of a type at this place, or NULL; good until the next call. */
static const struct match *
rule_at(struct finder *f, unsigned type, size_t at)
{
	static struct match m;

	return rules_match_on(f->rules, type, f->text, at, &m, 1) > 0 ? &m : NULL;
}

/* What a [date] rule matches here: 2018/1/10, and 2018/1/10-2018/7/10; where it ends, or 0. */
static size_t
rule_date_at(struct finder *f, size_t at)
{
	static struct buf iso, second;
	static struct match last;
	const struct match *m = rule_at(f, RULE_DATE, at);
	const struct rule *rule;
	struct found *x;
	size_t n, end;

	iso.n = second.n = 0;
	if (m == NULL || !date_match(f->text, m, &f->dates, &iso))
		return 0;
	rule = m->rule;
	end = m->end;
	if (memchr(iso.p, '/', iso.n) == NULL &&
	    lexicon_find(f->text, end, ROLE_RANGE, &n) != NULL &&
	    rules_match(f->rules, RULE_DATE, f->text, end + n, &last, 1) > 0 && last.rule == rule &&
	    date_match(f->text, &last, &f->dates, &second)) {
		buf_putc(&iso, '/');
		buf_add(&iso, second.p, second.n);
		end = last.end;
	}
	x = found_push(f, KIND_DATE, at, end, rule);
	x->f.iso = value_keep(f, &iso);
	return end;
}

/* A date in the words of the calendar; its end, or 0. */
static size_t
date_at(struct finder *f, size_t at)
{
	static struct buf iso;
	struct found *x;
	unsigned flags = 0;
	size_t end;

	iso.n = 0;
	end = date_find(f->text, at, &f->dates, &iso, &flags);
	if (end == 0)
		return 0;
	x = found_push(f, KIND_DATE, at, end,
	    flags & DATE_F_WORD ? named_rules[NAMED_WORD] : named_rules[NAMED_DATE]);
	x->f.iso = value_keep(f, &iso);
	x->f.hidden = (flags & DATE_F_WEAK) != 0;
	return end;
}

/* A place where a date word, 半 or a rule may begin; returns where to go on. */
static size_t
look_word(struct finder *f, size_t at, uint8_t flags)
{
	size_t k, end;
	const struct word_at *w;
	const struct match *m;
	bool date = false;

	if (flags & LEXICON_RULE && (m = rule_at(f, RULE_FIGURE, at)) != NULL)
		return rule_figure(f, m);
	if (!lexicon_may_begin(f->text, at, LEXICON_OPENS | 1u << ROLE_HALF))
		return at + utf8_len(f->text.p[at]);
	w = lexicon_after(f->text, at, &k);
	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == ROLE_HALF && (end = half(f, at, w[i].n)) > 0)
			return end;
		else
			date |= w[i].entry->role == ROLE_DATE && w[i].entry->opens;
	if (date && (end = date_at(f, at)) > 0)
		return end;
	return at + utf8_len(f->text.p[at]);
}

/* What only looks like a figure: where it ends, or 0. */
static size_t
keep_away(const struct finder *f, size_t at)
{
	size_t n, start, end;

	if (lexicon_trap(f->text, at, &start, &end) != NULL &&
	    (f->n == 0 || f->at[f->n - 1].f.end <= start)) {
		say(f, start, end, "is no figure: traps.tsv");
		return end;
	}
	if ((unsigned char)f->text.p[at] < 0x80 && within_code(f->text, at) &&
	    !(f->n > 0 && f->at[f->n - 1].f.end == at - 1) &&
	    lexicon_find_before(f->text, at, ROLE_MONEY, &n) == NULL) {
		end = code_end(f->text, at);
		say(f, at, end, "is no figure: part of a code or name");
		return end;
	}
	return 0;
}

/* A numeral that may be a rule's, a date, or what a trap keeps away; where that ends, or 0. */
static size_t
look_rules(struct finder *f, size_t at, const struct numeral *num, size_t behind)
{
	const struct match *m;
	size_t n, end;
	uint32_t c;

	if (num->flags & NUMERAL_ASCII && (end = rule_date_at(f, at)) > 0)
		return end;
	if ((m = rule_at(f, RULE_TRAP, at)) != NULL)
		return m->end;
	if ((m = rule_at(f, RULE_FIGURE, at)) != NULL)
		return rule_figure(f, m);
	if (behind < f->text.n) {
		c = utf8_get(f->text.p + behind, &n);
		if (((c < 0x10000 && lexicon_chars[c] & LEXICON_DATE) ||
			lexicon_may_begin(f->text, at, 1u << ROLE_DATE)) && /* 十四五 */
		    (end = date_at(f, at)) > 0)
			return end;
	}
	return 0;
}

/* 3·15晚会, 5·1节: the second half of a day; where its digits end, or 0. */
static size_t
ends_dotted(struct str text, size_t at)
{
	const size_t n = strlen(OLD_POINT);
	size_t end = at;

	if (at <= n || memcmp(text.p + at - n, OLD_POINT, n) != 0 || text.p[at - n - 1] < '0' ||
	    text.p[at - n - 1] > '9')
		return 0;
	while (end < text.n && text.p[end] >= '0' && text.p[end] <= '9')
		end++;
	return end > at ? end : 0;
}

/* A place where a numeral begins; returns where to go on. */
static size_t
look_numeral(struct finder *f, size_t at)
{
	const struct entry *unit;
	struct numeral num;
	size_t n = 0, end, behind;

	if ((end = keep_away(f, at)) > 0 || (end = ends_dotted(f->text, at)) > 0)
		return end;
	if (!numeral_spaced(f, at, &num) && !numeral_dotted(f, at, &num) &&
	    !numeral_keep(f, at, f->text.n - at, &num))
		return at + utf8_len(f->text.p[at]);
	behind = skip_blanks(f->text, at + num.n, 2);
	unit = unit_at(f, behind, at, &num, &n);
	if ((end = look_rules(f, at, &num, behind)) > 0)
		return end;
	end = quantity(f, at, &num, unit, n);
	return end > at ? end : at + utf8_len(f->text.p[at]);
}

/* What was cut from the view of a text is cut from the text itself. */
static void
as_written(struct figure *x, struct str view, struct str text)
{
	struct str *all[] = {&x->value, &x->low, &x->high, &x->unit, &x->iso};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->p >= view.p && all[i]->p < view.p + view.n)
			all[i]->p = text.p + (all[i]->p - view.p);
}

/* A stop between clauses, or a word that holds for the rest of its clause; where to go on. */
static size_t
look_clause(struct finder *f, size_t at, size_t len, uint8_t flags)
{
	const struct entry *e;
	size_t n;

	if (flags & LEXICON_CUE && (e = lexicon_find(f->text, at, ROLE_CLAUSE, &n)) != NULL)
		f->cue = e->qualifier;
	if (flags & LEXICON_STOP) {
		f->clause = at + len;
		f->cue = QUALIFIER_NONE;
		if (f->text.p[at] == '\n' || (len == 3 && memcmp(f->text.p + at, "。", 3) == 0))
			f->dates.sentence_year = 0;
	}
	return at + len;
}

/* Passes over the text; false at a Traditional character. */
static bool
pass(struct finder *f, struct str text)
{
	rules_text(f->rules, text);
	lexicon_forget();
	f->text = text;
	f->n = 0;
	f->clause = 0;
	f->cue = QUALIFIER_NONE;
	f->dates = (struct date_context){0};
	day_read(f->block->date, &f->dates.reference);
	if (f->block->year.n >= 4)
		f->dates.year = dec_int((struct str){f->block->year.p, 4});
	if (f->dates.year < 0 ||
	    (f->dates.reference.year > 0 && f->dates.year > f->dates.reference.year))
		f->dates.year = 0; /* 2030年投产 of the text before is not what it speaks of */
	for (size_t at = 0, from; at < text.n;) {
		size_t len;
		uint32_t c = utf8_get(text.p + at, &len);
		uint8_t flags = c < 0x10000 ? lexicon_chars[c] : 0;

		if (flags == 0) { /* most characters */
			at += len;
			continue;
		}
		if (flags & LEXICON_TRADITIONAL)
			return false;
		from = at + len;
		if (flags & LEXICON_NUMERAL)
			at = look_numeral(f, at);
		else if (flags & (LEXICON_START | LEXICON_RULE))
			at = look_word(f, at, flags);
		else
			at = look_clause(f, at, len, flags);
		/* a rule, a trap or a code may have leapt over one */
		if (at > from && simplified_next((struct str){text.p, at}, from) < at)
			return false;
	}
	return true;
}

void
figures_find(struct rules *rules, const struct block *block, bool bare, struct figures *out)
{
	static struct buf view;
	struct finder *f = &finder;

	f->rules = rules;
	f->block = block;
	f->bare = bare;
	f->arena = out->arena;
	if (!pass(f, block->text))
		pass(f, simplified_view(block->text, &view));
	merge_ranges(f);
	share_units(f);
	drop_bare(f);
	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i].flags & F_DROP)
			continue;
		as_written(&f->at[i].f, f->text, block->text);
		if (out->n == out->cap) {
			out->cap = out->cap ? 2 * out->cap : 32;
			out->at = xarray(out->at, out->cap, sizeof *out->at);
		}
		out->at[out->n++] = f->at[i].f;
	}
}

static const struct rule *
named_rule(struct rules *rules, const char *name, bool *ok)
{
	for (size_t i = 0; i < rules_count(rules); i++) {
		struct rule *r = rules_at(rules, i);

		if (r->type == RULE_QUANTITY && strcmp(r->name, name) == 0)
			return r;
	}
	if (*ok) /* once is enough */
		fprintf(stderr,
		    "extract-figures: the rules have no section [quantity %s]; does a file given "
		    "with -r lack 'include figures.rules'?\n",
		    name);
	*ok = false;
	return NULL;
}

bool
figures_load(struct rules *rules)
{
	static const char *const names[NNAMED] = {
	    "date", "date-word", "ordinal", "number", "money", "hundredths", "fraction"};
	bool ok = lexicon_load(rules);

	for (int i = 0; i < NNAMED; i++)
		named_rules[i] = named_rule(rules, names[i], &ok);
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *r = rules_at(rules, i);
		const char *value = rule_value(r, "value");

		if (r->type == RULE_FIGURE && value != NULL &&
		    !dec_valid((struct str){value, strlen(value)})) {
			fprintf(stderr, "extract-figures: %s:%u: no exact value '%s'\n", r->file,
			    r->line, value);
			ok = false;
		}
	}
	return ok;
}
