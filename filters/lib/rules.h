/* rules.h - rule files: load, check, match; the only module that knows PCRE2 */
/* SPDX-License-Identifier: MIT */
#ifndef RULES_H
#define RULES_H

#include <stdio.h>

#include "buf.h"
#include "table.h"

/*
 * The file format is in rules/FORMAT.md. In short:
 *
 *	rules 1
 *	table  units  units.tsv
 *	def    num    (?<![0-9.])[0-9]+(?:\.[0-9]+)?
 *	[figure money]
 *	kind       money
 *	match      {num:value}{@units:unit}
 *	not-before 第
 *	+ 营业收入「26.8元」，增长 => value=26.8 unit=CNY
 *	- 第33618元素
 *
 * A filter says which section types and keys it takes (struct rules_type);
 * the module itself knows match, before, not-before, after, not-after, over,
 * and the examples. A rule set lives as long as the process.
 */
enum { KEY_MANY = 1, KEY_REQUIRED = 2 };

struct rules_key {
	const char *name;
	unsigned flags;
	/* NULL, or the words the value must be one of, NULL-terminated */
	const char *const *words;
};

struct rules_type {
	const char *name;             /* the word in [name rule] */
	const struct rules_key *keys; /* ends with a NULL name */
	unsigned flags;
};

enum {
	RULES_NO_MATCH = 1, /* sections without match lines are allowed */
	/*
	 * Its rules find nothing but keep other rules away: "- text" says that
	 * the rule matches in it and nothing is found there.
	 */
	RULES_KEEP_AWAY = 2,
	/*
	 * Asked about few places of a text, such as the beginning of a line: the
	 * rest of it is passed over once, and only rules are tried of which the
	 * characters that they cannot do without are there.
	 */
	RULES_FEW_PLACES = 4
};

struct rule {
	const char *id;   /* "figures.rules:money", written into records */
	const char *name; /* "money" */
	const char *file;
	unsigned line;
	unsigned type;  /* index in the types given to rules_load() */
	unsigned order; /* the smaller wins a tie: later files, then what stands earlier */
	struct rules_value {
		const char *key, *value;
		unsigned line, column;
	} * value; /* the filter's own keys, in file order */
	size_t nvalue;
	void *user; /* for the filter: what it made of the values at start */
};

struct rules;

/*
 * Files in the order of the search path; later ones replace, extend or switch
 * off. Every error is printed to stderr as file:line:column: message with the
 * line and a caret; NULL if there was any.
 */
struct rules *rules_load(
    const struct rules_type *types, size_t ntypes, const char *const *files, size_t nfiles);
/* For tests and fuzzers; a filter's rules stay. */
void rules_free(struct rules *);
/*
 * Rule files for a filter: those given with -r and no others, else stem*.rules
 * of all these folders, the later on top of the earlier: the shipped one
 * (../share/hansieve/rules or ../rules, seen from the executable),
 * /etc/hansieve/rules.d, $XDG_CONFIG_HOME/hansieve/rules.d (or $HOME/.config),
 * those in HANSIEVE_RULES (a colon list, the first is the strongest). Ends
 * with NULL; never freed.
 */
const char **rules_files(const char *stem, const char *const *given, size_t ngiven);
/* A data file beside the rules ("units.tsv"), on the same path; NULL if there is none. */
const char *rules_path(const char *name);

const char *rule_value(const struct rule *, const char *key); /* the first, or NULL */
size_t rules_count(const struct rules *);
struct rule *rules_at(struct rules *, size_t);
const struct table *rules_table(const struct rules *, const char *name);
/* The text of a def, expanded, or NULL: lets code use a pattern an analyst edits. */
const char *rules_def(const struct rules *, const char *name);
const char *rules_hash(const struct rules *); /* 16 hex digits over all files read */

#define MATCH_CAPTURES 24

struct capture {
	const char *name;          /* group name in the pattern */
	size_t start, end;         /* bytes of the text */
	const struct table *table; /* where the group is {@table:name}: its row */
	size_t row;
};

struct match {
	struct rule *rule;
	size_t start, end; /* bytes of the text, guards not included */
	size_t ncapture;
	struct capture capture[MATCH_CAPTURES]; /* only groups that took part */
};

const struct capture *match_capture(const struct match *, const char *name);

/*
 * Says that rules_match() and rules_scan() will be asked about this text, and
 * that its bytes stay as they are until rules_text() is called again: what was
 * learnt about a run of characters at one place is then kept for the next.
 * Without it all is well, but asking at each place of one long run of digits
 * takes time by the square of its length.
 */
void rules_text(struct rules *, struct str text);
/*
 * All rules of a type that match beginning at text[at], guards looked at;
 * longest first, then the order of the file. text is valid UTF-8 and at a
 * character boundary. Returns how many (up to max, and 64).
 */
size_t rules_match(
    struct rules *, unsigned type, struct str text, size_t at, struct match *, size_t max);
/*
 * The first place at or after *at where any rule of the type matches; *at is
 * set to it. Skips places where no rule can begin without asking PCRE2.
 */
size_t rules_scan(
    struct rules *, unsigned type, struct str text, size_t *at, struct match *, size_t max);

/*
 * The same for places asked for in ascending order: linear in the text however
 * many places there are. rules_rewind() before every text, and to go back.
 */
size_t rules_match_on(
    struct rules *, unsigned type, struct str text, size_t at, struct match *, size_t max);
void rules_rewind(struct rules *);
/*
 * Can a rule of the type begin with this character? For filters that pass over
 * the text themselves and call rules_match() only where this holds.
 */
bool rules_begins(const struct rules *, unsigned type, uint32_t code_point);

/* How often PCRE2 hit a limit while matching: told on stderr; the filter should exit EXIT_DATA. */
unsigned rules_errors(const struct rules *);

/*
 * Examples. The filter finds things in a text and reports each through
 * rules_found(): its span, its rule, its fields as key=value text. rules_check()
 * runs every example of every rule through it and prints TAP to out; lints too.
 * Returns the number of failures. Fields that an example does not name are not
 * looked at; one that it gives as empty (unit=) must not be reported, or be empty.
 */
struct rules_found;
void rules_found(struct rules_found *, const struct rule *, size_t start, size_t end);
void rules_found_field(struct rules_found *, const char *key, const char *value, size_t n);
/* The value of a key in set, which is what an example has between { }: "date=2024-03-07 ...". */
bool rules_set(const char *set, const char *key, struct str *value);
typedef void rules_try(void *ctx, struct str text, const char *set, struct rules_found *);
unsigned rules_check(struct rules *, rules_try *, void *ctx, FILE *out);

/*
 * From now on f (NULL: no more) is told of each place where rules match which
 * ones do, which a guard refuses, and who wins. With the name or id of a rule,
 * of that rule only, and then also how far it matches where it fails. False
 * if there is no such rule.
 */
bool rules_explain(struct rules *, FILE *f, const char *only);
void rules_list(struct rules *, FILE *out); /* --list-rules */

#endif
