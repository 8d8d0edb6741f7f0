/* segment - cut a document into its blocks: paragraphs, headings, bylines, turns */
/* SPDX-License-Identifier: MIT */
#include "emit.h"
#include "marks.h"
#include "phrase.h"

static const char help[] =
    "segment - cut documents into blocks, one record each\n"
    "\n"
    "  normalize page.txt | segment | jq -r '[.kind, .text] | @tsv'\n"
    "  normalize page.txt | segment --by sentence\n"
    "\n"
    "usage: segment [options] [FILE...]\n"
    "  --by block|sentence  a record a block (default) or a sentence\n";

enum { OPT_LIST_RULES = 256 };

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

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{"by", required_argument, NULL, 'b'},
		{"rules", required_argument, NULL, 'r'},
		{"check", no_argument, NULL, 'n'},
		{"list-rules", no_argument, NULL, OPT_LIST_RULES},
		STREAM_OPTIONS,
		{NULL, 0, NULL, 0},
	};
	struct stream *s = stream_new("segment", help);
	struct record r = {0};
	struct str text;
	static struct buf hold;
	bool by_sentence = false;
	const char **given = NULL, **files;
	size_t ngiven = 0, nfiles = 0;
	bool check = false, list = false;
	int c;

	while ((c = stream_getopt(s, argc, argv, "b:r:n" STREAM_SHORT, options)) != -1)
		switch (c) {
		case 'b':
			if (strcmp(optarg, "block") != 0 && strcmp(optarg, "sentence") != 0)
				stream_die(s, EXIT_USAGE, "--by %s: block or sentence", optarg);
			by_sentence = optarg[0] == 's';
			break;
		case 'r':
			given = xarray(given, ngiven + 1, sizeof(*given));
			given[ngiven++] = optarg;
			break;
		case 'n': check = true; break;
		case OPT_LIST_RULES: list = true; break;
		default: stream_option(s, c, optarg);
		}
	files = rules_files("segment", given, ngiven);
	while (files[nfiles] != NULL)
		nfiles++;
	if (!marks_load(files, nfiles))
		return EXIT_RULES;
	if (check)
		return marks_check(stdout) > 0 ? EXIT_DATA : 0;
	if (list) {
		rules_list(rules, stdout);
		return 0;
	}
	stream_open(s, argc - optind, argv + optind);
	while (stream_read(s, &r)) {
		if (!record_str(&r, "text", &hold, &text) ||
		    (record_get(&r, "doc") != NULL && record_get(&r, "kind") != NULL)) {
			stream_write(s, &r);
			continue;
		}
		if (!by_sentence && emit_line(s, &r, text))
			continue;
		cut(text);
		emit_page(s, &r, &page, by_sentence);
	}
	record_free(&r);
	return stream_close(s);
}
