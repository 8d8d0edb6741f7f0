/* rules_int.h - what the parts of the rules module share; nobody else includes it */
/* SPDX-License-Identifier: MIT */
#ifndef RULES_INT_H
#define RULES_INT_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "rules.h"

/*
 * rules.c          reads rule files: lines, sections, messages
 * rules_path.c     where files are looked for
 * rules_pattern.c  puts defs and tables into patterns, compiles them
 * rules_first.c    what a pattern may begin with
 * rules_dispatch.c which patterns are worth a try at a place
 * rules_run.c      finds matches
 * rules_explain.c  tells what was tried
 * rules_check.c    runs examples, lints
 *
 * All memory of a rule set is in its arena, but for the texts of files and
 * tables, and what PCRE2 gets itself; rules_free() gives it back.
 */
#define MAX_RULES 10000u /* also of defs, and of patterns in a rule set */
#define MAX_TABLES 1000
#define MAX_PATTERN (1 << 20) /* bytes of a pattern when defs and tables are put in */
#define MAX_ALTERNATION 5000  /* rows of a table within a pattern */
#define MAX_GROUPS 200        /* named groups of a pattern */
#define SHORT_RUN 64          /* characters that a run may be made of to be thrown together */
#define GUARD_WINDOW 256      /* bytes that a before guard looks back */

struct source {
	const char *path, *base; /* base: the name without folders */
	char *p;                 /* UTF-8, as table_read() gave it; owned */
	size_t n;
	size_t *line; /* where each line begins */
	size_t nline;
	unsigned rank; /* files that were read before it to their end */
	bool shipped;  /* from the lowest directory of the search path */
};

/* The rest of a line and its continuations, and where each piece stands in the file. */
struct value {
	const struct source *src;
	const char *p;
	size_t n;
	size_t key; /* where the keyword stands */
	struct arena *mem;
	struct piece {
		size_t at, off; /* in the value, in the file */
	} * piece;
	size_t npiece, cappiece;
	char *own; /* p, where there are several pieces */
	size_t cap;
};

/* Which rows a {@table...} stands for. */
struct binding {
	const char *spec; /* as written between {@ and : or } */
	size_t nspec;
	const struct table *table;
	struct str regex;
	const char **form; /* of each row, as rules see it */
	uint32_t *slot;    /* hash of the first column: row + 1, 0 is empty */
	size_t nslot;      /* a power of two */
};

/* Code points. */
struct set {
	struct range {
		uint32_t lo, hi;
	} * range; /* ascending, apart */
	size_t nrange, caprange;
	bool any; /* all of them; no ranges then */
};

/* One way in which a pattern can begin. */
struct start {
	struct set first;     /* its first character is one of these */
	struct set not_after; /* what may not stand before it; mostly empty */
	struct set run, then; /* see check */
	enum {
		START_PLAIN, /* no more is known */
		START_PAIR,  /* its second character is one of then */
		START_RUN    /* some of run, at least one, and then one of then */
	} check;
	unsigned group;
	struct pattern *pattern;
	size_t last;   /* where then was met last... */
	uint64_t walk; /* ... in that walk */
};

/* A pattern with defs and tables put in. */
struct expanded {
	struct str text;
	struct buf fresh; /* text while it is put together */
	struct segment {
		size_t at;     /* in text */
		size_t off;    /* in the value */
		bool verbatim; /* byte for byte, else all of it stands for {...} at off */
	} * seg;
	size_t nseg, capseg;
	struct group {
		const char *name;
		const struct binding *bind; /* or NULL */
	} * group; /* in the order of their numbers, from 1: plain (...) captures nothing */
	size_t ngroup, capgroup;
};

/* A pattern from the beginning of an alternative to the end of one of its top-level parts. */
struct part {
	size_t alternative, start, end; /* in the expanded text */
	pcre2_code *code;
};

/* What stands right before a pattern wherever it matches. */
struct before {
	bool known;
	bool top;       /* the beginning of the text may, ... */
	struct set set; /* ... or one of these */
};

struct pattern {
	struct full_rule *rule;
	const struct value *v;
	struct expanded x;
	pcre2_code *code;
	pcre2_match_data *md; /* made at its first use, like the machine code */
	bool jit;
	struct start *start;
	size_t nstart;
	struct set
	    need; /* one of these stands wherever it matches, or behind that; none: unknown */
	struct before before;
	/* their bits in what dispatch_candidates() looks for; 0: none */
	uint64_t need_bit, before_bit;
	struct part *part; /* for --explain, made at its first use */
	size_t npart;
	uint64_t tried; /* serial of the place where it was a candidate last */
};

struct guard {
	struct pattern p;
	bool before, not ;
	struct set edge; /* the character next to the match must be one of these... */
	bool exact;      /* ... and nothing else */
};

struct example {
	struct value *v;
	bool positive, gap;
	struct str set;  /* the context between { }, may be empty */
	struct str text; /* without the marks */
	struct mark {
		size_t start, end; /* bytes of text */
		struct str fields; /* key=value ..., may be empty */
	} * mark;
	size_t nmark, capmark;
	bool marked; /* it has marks of its own; else a + stands for all of the text */
};

#define VECTOR(type, name)                                                                         \
	type *name;                                                                                \
	size_t n##name, cap##name

struct full_rule {
	struct rule r; /* first */
	const struct value *head;
	struct full_rule *replaced; /* what it took the place of */
	bool off;
	size_t capvalue;
	VECTOR(struct value *, match_line);
	VECTOR(struct value *, guard_line);
	VECTOR(struct value *, over_line);
	VECTOR(struct example, example);
	struct pattern *pattern;
	size_t npattern;
	struct guard *guard;
	size_t nguard;
	VECTOR(struct full_rule *, beaten_by);
	unsigned errors; /* places where PCRE2 gave up */
};

struct def {
	const char *name;
	bool used;
	struct value *v;
	struct expanded x;
	enum { DEF_RAW, DEF_BUSY, DEF_READY, DEF_BAD } state;
};

struct named_table {
	const char *name;
	struct value *v;
	VECTOR(struct value *, add_line); /* table NAME + FILE */
	struct table *table;              /* NULL if it could not be read: told already */
};

struct rules {
	struct arena mem;
	const struct rules_type *type;
	size_t ntype;
	VECTOR(struct source *, source);
	VECTOR(struct def *, def);
	VECTOR(struct named_table, table);
	VECTOR(struct binding *, binding);
	VECTOR(struct full_rule *, rule);
	VECTOR(struct pattern *, pattern);
	VECTOR(struct full_rule *, off);
	bool full; /* a limit was reached, and told */
	uint64_t hash;
	char hash_text[17];
	unsigned nread;      /* files read to their end */
	unsigned errors;     /* of loading */
	unsigned run_errors; /* of matching */
	struct str text;     /* declared by rules_text() */
	uint64_t serial;
	struct dispatch **dispatch; /* one for each type */
	struct pattern **candidate;
	pcre2_compile_context *cc;
	pcre2_match_context *mc;
	pcre2_jit_stack *stack;
	FILE *explain;
	const struct full_rule *explained; /* this rule only, or NULL: all */
};

/* Makes room for one more and is its place, cleared. */
#define GROW(mem, v, name)                                                                         \
	(*((v)->name =                                                                             \
		arena_grow(mem, (v)->name, (v)->n##name, &(v)->cap##name, sizeof *(v)->name),      \
	    &(v)->name[(v)->n##name++]))

static inline void *
arena_zero(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

static inline void *
arena_grow(struct arena *a, void *old, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		void *p = arena_alloc(a, (*cap = n ? n * 2 : 4) * size);

		if (n > 0)
			memcpy(p, old, n * size);
		old = p;
	}
	memset((char *)old + n * size, 0, size);
	return old;
}

static inline bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next blank-separated word of p[0, n); moves on to behind it and its blanks. */
static inline struct str
word(const char **p, size_t *n)
{
	struct str s;

	while (*n > 0 && blank(**p))
		++*p, --*n;
	s.p = *p;
	while (*n > 0 && !blank(**p))
		++*p, --*n;
	s.n = (size_t)(*p - s.p);
	while (*n > 0 && blank(**p))
		++*p, --*n;
	return s;
}

static inline const struct full_rule *
full(const struct rule *r)
{
	return (const struct full_rule *)(const void *)r;
}

/* rules_path.c */
const char *shipped_dir(void);
/* The path of a file that a rule file names, or NULL. */
const char *named_file(struct arena *, const struct source *, const char *name);

/* rules.c */
/* What the writer may have meant: keeps the nearest word, if one is near. */
struct guess {
	const char *p;
	size_t n;
	const char *best;
	unsigned d;
};
void guess_try(struct guess *, const char *word);
const char *guess_text(const struct guess *); /* "; did you mean 'x'?" or "", until the next call */
void rules_complain(struct rules *, const struct source *, size_t off, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
size_t value_off(const struct value *, size_t at); /* from the value to the file */
void source_place(const struct source *, size_t off, unsigned *line, unsigned *column);

/* rules_pattern.c */
void check_defs(struct rules *);
bool pattern_make(struct rules *, struct full_rule *, struct pattern *, const struct value *,
    struct guard *); /* the guard it is of, or NULL */
pcre2_code *part_compile(struct rules *, const struct expanded *, size_t start, size_t end);
/* From the expanded text to the pattern as written. */
size_t pattern_off(const struct pattern *, size_t at); /* from the expanded text to the file */
struct str value_part(const struct pattern *, size_t start, size_t end);
/* The row of a form, or SIZE_MAX. */
size_t binding_row(const struct binding *, const char *, size_t n);

/* rules_first.c */
struct node;
struct node *pattern_parse(struct arena *, const char *, size_t n);
size_t pattern_starts(struct arena *, const struct node *, struct start **);
/* What a pattern may begin (end: end) with; exact: that one character and no more. */
void pattern_edge(struct arena *, const struct node *, bool end, struct set *, bool *exact);
size_t posix_class(const char *, size_t n); /* the length of [:name:] there, or 0 */
/* Can it match nothing at all? */
bool pattern_empty(const struct node *);
/* Where a repeat of repeats stands that can take for ever: (?:a+)+; SIZE_MAX: nowhere. */
size_t pattern_nested(const struct node *);
/* Characters of which one must stand at or after the place of a match; none: unknown. */
struct set pattern_need(struct arena *, const struct node *);
struct before pattern_before(struct arena *, const struct node *);
size_t pattern_parts(struct arena *, const struct node *, struct part **);
bool set_has(const struct set *, uint32_t);
size_t set_size(const struct set *);
struct set set_union(struct arena *, const struct set *, const struct set *);

/* rules_dispatch.c */
struct dispatch *dispatch_make(struct rules *, unsigned type);
void dispatch_reset(struct dispatch *);
size_t dispatch_candidates(
    struct dispatch *, struct str text, size_t at, uint64_t serial, struct pattern **out);
/* Does every pattern need a character that is not met from text[at] on? */
bool dispatch_hopeless(struct dispatch *, struct str text, size_t at);
bool dispatch_begins(const struct dispatch *, uint32_t code_point);
size_t dispatch_skip(const struct dispatch *, struct str text, size_t at);
/* May it begin there, as far as the first character tells? pattern_here() looks further. */
bool pattern_may(const struct pattern *, struct str text, size_t at);
bool pattern_here(const struct pattern *, struct str text, size_t at);

/* rules_run.c */
void rules_prepare(struct rules *);

bool pattern_match(struct rules *, struct pattern *, struct str text, size_t at, struct match *);
/* The first of its patterns that matches there, guards looked at. */
bool rule_match(struct rules *, struct full_rule *, struct str text, size_t at, struct match *);
const struct guard *guards_fail(
    struct rules *, struct full_rule *, struct str text, size_t start, size_t end);

/* rules_explain.c */
void explain_rule(struct rules *, struct full_rule *, struct str text, size_t at, bool found,
    const struct match *out, size_t n);
void explain_place(
    struct rules *, unsigned type, struct str text, size_t at, const struct match *out, size_t n);

/* rules_check.c */
void example_parse(struct rules *, struct value *, struct example *);

#endif
