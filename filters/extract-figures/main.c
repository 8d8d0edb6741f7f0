/* extract-figures - finds the figures in each block, with their exact values and what they mean */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "figure.h"

#include "lexicon.h"
#include "link.h"
#include "span.h"
#include "stream.h"

static const char help[] =
    "  normalize *.txt | segment | extract-figures | to-csv > figures.csv\n"
    "  extract-figures --check              run the examples in the rule files\n"
    "  extract-figures -r mine.rules ...    with rules of your own\n"
    "\n"
    "usage: extract-figures [options] [FILE...]\n"
    "\n"
    "Adds \"figures\" to each segment record: every amount, percentage, count,\n"
    "measure, duration, date, ratio and rank in its text, as an exact decimal with\n"
    "its unit, and what it is about.\n"
    "\n"
    "      --bare           find bare numbers too (一百二十, 一个)\n"
    "  -r, --rules FILE     use this rule file instead of figures*.rules (may be repeated)\n"
    "      --check          check the rule files, run their examples, and end\n"
    "      --list-rules     list the rules in use, and end\n"
    "      --explain[=RULE] say on standard error which rules match, which are refused, who wins;\n"
    "                       of one rule: also how far it matches where it fails\n";

/* Process lifetime. */
static struct rules *rules;
static bool bare;

/* Record lifetime; the memory is kept. */
static struct arena arena;
static struct figures figures = {.arena = &arena};
static struct locator locator;
static struct buf out, text_hold, date_hold, heading_hold, speaker_hold, year_hold, title_hold,
    period_hold;

#define PUT(literal) buf_add(&out, literal, sizeof(literal) - 1)

static void
put_member(const char *name, size_t n, struct str value)
{
	if (value.n == 0)
		return;
	buf_add(&out, name, n);
	buf_json(&out, value.p, value.n);
}
#define MEMBER(name, value) put_member(",\"" name "\":", sizeof(name) + 3, value)

/* For words of our own, which need no escapes. */
static void
put_word(const char *name, size_t n, const char *word)
{
	if (word == NULL || *word == '\0')
		return;
	buf_add(&out, name, n);
	buf_putc(&out, '"');
	buf_puts(&out, word);
	buf_putc(&out, '"');
}
#define WORD(name, word) put_word(",\"" name "\":", sizeof(name) + 3, word)

static void
put_figure(struct str text, const struct figure *f)
{
	struct place at = locate(&locator, f->start, f->end);

	PUT("{\"text\":");
	buf_json(&out, text.p + f->start, f->end - f->start);
	PUT(",\"start\":");
	buf_uint(&out, at.start);
	PUT(",\"end\":");
	buf_uint(&out, at.end);
	PUT(",\"src\":[");
	buf_uint(&out, at.src_start);
	buf_putc(&out, ',');
	buf_uint(&out, at.src_end);
	buf_putc(&out, ']');
	WORD("kind", kind_names[f->kind]);
	MEMBER("value", f->value);
	MEMBER("low", f->low);
	MEMBER("high", f->high);
	MEMBER("unit", f->unit);
	MEMBER("iso", f->iso);
	WORD("qualifier", qualifier_names[f->qualifier]);
	MEMBER("metric", f->metric);
	MEMBER("scope", f->scope);
	MEMBER("period", f->period);
	if (f->direction != NULL) {
		PUT(",\"change\":{\"direction\":\"");
		buf_puts(&out, f->direction);
		buf_putc(&out, '"');
		WORD("basis", f->basis);
		buf_putc(&out, '}');
	}
	if (f->rule)
		MEMBER("rule", ((struct str){f->rule->id, strlen(f->rule->id)}));
	buf_putc(&out, '}');
}

static void
find(const struct block *b)
{
	arena_reset(&arena);
	figures.n = 0;
	figures_find(rules, b, bare, &figures);
}

/* Dates have no links of their own. */
static bool
worth_linking(void)
{
	for (size_t i = 0; i < figures.n; i++)
		if (figures.at[i].kind != KIND_DATE)
			return true;
	return false;
}

static void
extract(struct record *r, struct str text)
{
	struct block b = {.text = text};
	const struct json *context = record_get(r, "context");
	struct json member;

	record_str(r, "date", &date_hold, &b.date);
	if (context != NULL && context->type == JSON_OBJECT) {
		if (json_member(context, "year", &member))
			json_str(&member, &year_hold, &b.year);
		if (json_member(context, "period", &member))
			json_str(&member, &period_hold, &b.period);
		if (json_member(context, "title", &member))
			json_str(&member, &title_hold, &b.title);
	}
	find(&b);
	if (worth_linking()) {
		record_str(r, "heading", &heading_hold, &b.heading);
		record_str(r, "speaker", &speaker_hold, &b.speaker);
		b.aliases = record_get(r, "aliases");
		figures_link(rules, &b, &figures);
	}
	out.n = 0;
	buf_putc(&out, '[');
	if (figures.n > 0)
		locator_init(&locator, text, r);
	for (size_t i = 0; i < figures.n; i++) {
		if (figures.at[i].hidden)
			continue;
		if (out.n > 1)
			buf_putc(&out, ',');
		put_figure(text, &figures.at[i]);
	}
	buf_putc(&out, ']');
	record_set(r, "figures", out.p, out.n);
}

static void
tell(struct rules_found *found, const char *key, struct str value)
{
	if (value.n > 0)
		rules_found_field(found, key, value.p, value.n);
}

static void
tell_figure(struct rules_found *found, const struct rule *rule, const struct figure *f)
{
	rules_found(found, rule, f->start, f->end);
	tell(found, "kind", (struct str){kind_names[f->kind], strlen(kind_names[f->kind])});
	tell(found, "value", f->value);
	tell(found, "low", f->low);
	tell(found, "high", f->high);
	tell(found, "unit", f->unit);
	tell(found, "iso", f->iso);
	tell(found, "qualifier",
	    (struct str){qualifier_names[f->qualifier], strlen(qualifier_names[f->qualifier])});
	tell(found, "metric", f->metric);
	tell(found, "scope", f->scope);
	tell(found, "period", f->period);
	if (f->direction != NULL) {
		tell(found, "direction", (struct str){f->direction, strlen(f->direction)});
		tell(found, "basis", (struct str){f->basis, strlen(f->basis)});
	}
}

/*
 * Runs an example of a rule file; set is what it says in { }: date, heading, title, period, year.
 * A figure counts as found by the link rules too whose words stand in the text.
 */
static void
try_example(void *ctx, struct str text, const char *set, struct rules_found *found)
{
	struct block b = {.text = text};
	const struct rule *link[64];
	size_t nlink = 0;

	(void)ctx;
	rules_set(set, "date", &b.date);
	rules_set(set, "heading", &b.heading);
	rules_set(set, "title", &b.title);
	rules_set(set, "period", &b.period);
	rules_set(set, "year", &b.year);
	rules_set(set, "speaker", &b.speaker);
	find(&b);
	if (worth_linking()) {
		figures_link(rules, &b, &figures);
		nlink = link_rules(link, sizeof link / sizeof *link);
	}
	for (size_t i = 0; i < figures.n; i++) {
		if (figures.at[i].hidden)
			continue;
		tell_figure(found, figures.at[i].rule, &figures.at[i]);
		for (size_t k = 0; k < nlink; k++)
			tell_figure(found, link[k], &figures.at[i]);
	}
}

static const char **given; /* rule files: -r */
static size_t ngiven;

/* Sections of figures*.rules; in the order of the RULE_ numbers. */
static void
load(void)
{
	static const char **files; /* process lifetime */
	size_t n = 0;

	files = rules_files("figures", given, ngiven);
	while (files[n] != NULL)
		n++;
	rules = rules_load(figure_types, RULE_LINK + 1, files, n);
	if (rules == NULL || !figures_load(rules))
		exit(EXIT_RULES);
	link_load(rules, RULE_LINK);
}

static const char *
rules_version(void)
{
	load();
	return rules_hash(rules);
}

int
main(int argc, char *argv[])
{
	enum { OPT_BARE = 256, OPT_CHECK, OPT_LIST, OPT_EXPLAIN };
	static const struct option options[] = {
	    {"bare", no_argument, NULL, OPT_BARE},
	    {"rules", required_argument, NULL, 'r'},
	    {"check", no_argument, NULL, OPT_CHECK},
	    {"list-rules", no_argument, NULL, OPT_LIST},
	    {"explain", optional_argument, NULL, OPT_EXPLAIN},
	    STREAM_OPTIONS,
	    {NULL, 0, NULL, 0},
	};
	struct stream *s = stream_new("extract-figures", help);
	struct record r = {0};
	bool check = false, list = false, explain = false;
	const char *only = NULL;
	struct str text;
	int c;

	stream_version(s, rules_version);
	while ((c = stream_getopt(s, argc, argv, "r:" STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_BARE: bare = true; break;
		case OPT_CHECK: check = true; break;
		case OPT_LIST: list = true; break;
		case OPT_EXPLAIN:
			explain = true;
			only = optarg;
			break;
		case 'r':
			given = xarray(given, ngiven + 1, sizeof *given);
			given[ngiven++] = optarg;
			break;
		default: stream_option(s, c, optarg);
		}
	load();
	free(given);
	if (check)
		return rules_check(rules, try_example, NULL, stdout) > 0 ? EXIT_RULES : 0;
	if (list) {
		rules_list(rules, stdout);
		return 0;
	}
	if (explain)
		figures_explain(stderr);
	if (explain && !rules_explain(rules, stderr, only))
		stream_die(s, EXIT_USAGE, "--explain=%s: there is no such rule", only);
	stream_open(s, argc - optind, argv + optind);
	while (stream_read(s, &r)) {
		if (record_str(&r, "text", &text_hold, &text))
			extract(&r, text);
		stream_write(s, &r);
	}
	record_free(&r);
	c = stream_close(s);
	return c == 0 && rules_errors(rules) > 0 ? EXIT_DATA : c;
}
