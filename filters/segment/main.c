/* segment - cut a document into its blocks: paragraphs, headings, bylines, turns */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "emit.h"
#include "marks.h"
#include "phrase.h"

static const char help[] =
    "Cut documents into blocks, a record each: paragraphs, headings, bylines, turns of "
    "interviews.\n"
    "\n"
    "  normalize page.txt | segment | jq -r '[.kind, .speaker, .text] | @tsv'\n"
    "  normalize page.txt | segment --by sentence\n"
    "  segment --check                            run the examples in the rule files\n"
    "\n"
    "Usage: segment [OPTION]... [FILE]...\n"
    "\n"
    "      --by block|sentence  a record for each block (default) or for each sentence\n"
    "  -r, --rules FILE     these rule files instead of the installed ones; may be given again\n"
    "      --check          check the rule files, run their examples, and end\n"
    "      --list-rules     list the rules in use, and end\n"
    "      --explain[=RULE] say on standard error which rules match, which are refused, who wins;\n"
    "                       of one rule: also how far it matches where it fails\n";

enum { OPT_BY = 256, OPT_CHECK, OPT_LIST, OPT_EXPLAIN };

static struct page page;

static void
cut(struct str text)
{
	page.text = text;
	page_lines(&page);
	page_strips(&page);
	phrases_forget();
	page_join(&page);
	page_articles(&page);
	page_speakers(&page);
	page_context(&page);
}

/* As it stands in the record: nothing escaped, and so no line break. */
static bool
may_be_line(const struct doc *doc, struct str text)
{
	return text.n > 0 && text.p == doc->text->p + 1 && doc->src == NULL;
}

/* A record for each block, or the record as it is where it has no text or is a block itself. */
static void
write_blocks(struct stream *s, const struct record *r, bool by_sentence)
{
	static struct doc doc;
	static struct buf hold;
	struct prose prose;
	struct str text;

	doc_read(&doc, r);
	if (doc.text == NULL || !json_str(doc.text, &hold, &text) ||
	    (doc.doc != NULL && doc.kind != NULL)) {
		stream_write(s, r);
		return;
	}
	marks_show(DOCUMENT, text);
	if (!by_sentence && may_be_line(&doc, text) && prose_line(text, &prose))
		emit_prose(s, &doc, text, &prose);
	else {
		cut(text);
		emit_page(s, &doc, &page, by_sentence);
	}
}

static const char **given; /* rule files: -r */
static size_t ngiven;

static bool
load(void)
{
	const char **files = rules_files("segment", given, ngiven);
	size_t n = 0;

	while (files[n] != NULL)
		n++;
	return marks_load(files, n);
}

static const char *
rules_version(void)
{
	if (!load())
		exit(EXIT_RULES);
	return rules_hash(rules);
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
	    {"by", required_argument, NULL, OPT_BY},
	    {"rules", required_argument, NULL, 'r'},
	    {"check", no_argument, NULL, OPT_CHECK},
	    {"list-rules", no_argument, NULL, OPT_LIST},
	    {"explain", optional_argument, NULL, OPT_EXPLAIN},
	    STREAM_OPTIONS,
	    {NULL, 0, NULL, 0},
	};
	struct stream *s = stream_new("segment", help);
	struct record r = {0};
	bool by_sentence = false;
	bool check = false, list = false, explain = false;
	const char *only = NULL;
	int c;

	stream_version(s, rules_version);
	while ((c = stream_getopt(s, argc, argv, "r:" STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_BY:
			if (strcmp(optarg, "block") != 0 && strcmp(optarg, "sentence") != 0)
				stream_die(s, EXIT_USAGE, "--by %s: block or sentence", optarg);
			by_sentence = optarg[0] == 's';
			break;
		case 'r':
			given = xarray(given, ngiven + 1, sizeof(*given));
			given[ngiven++] = optarg;
			break;
		case OPT_CHECK: check = true; break;
		case OPT_EXPLAIN:
			explain = true;
			only = optarg;
			break;
		case OPT_LIST: list = true; break;
		default: stream_option(s, c, optarg);
		}
	if (!load())
		return EXIT_RULES;
	if (check)
		return marks_check(stdout) > 0 ? EXIT_RULES : 0;
	if (list) {
		rules_list(rules, stdout);
		return 0;
	}
	if (explain && !rules_explain(rules, stderr, only))
		stream_die(s, EXIT_USAGE, "--explain=%s: there is no such rule", only);
	stream_open(s, argc - optind, argv + optind);
	while (stream_read(s, &r))
		write_blocks(s, &r, by_sentence);
	record_free(&r);
	c = stream_close(s);
	return c == 0 && rules_errors(rules) > 0 ? EXIT_DATA : c;
}
