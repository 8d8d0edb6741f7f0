/* segment - cut a document into its blocks: paragraphs, headings, bylines, turns */
/* SPDX-License-Identifier: MIT */
#include "marks.h"
#include "span.h"
#include "stream.h"
#include "utf8.h"

static const char help[] =
    "segment - cut documents into blocks, one record each\n"
    "\n"
    "  normalize page.txt | segment | jq -r '[.kind, .text] | @tsv'\n"
    "  normalize page.txt | segment --by sentence\n"
    "\n"
    "usage: segment [options] [FILE...]\n"
    "  --by block|sentence  a record a block (default) or a sentence\n";

/* Fields of a document that a segment does not take over, and those that it has of its own. */
static const char *const own[] = {"id", "doc", "kind", "level", "article", "text", "sentences",
	"src", "src_parts", "align", "heading", "speaker", "context", "aliases", "cut"};

enum { OPT_LIST_RULES = 256 };

static struct page page;
static struct locator locator;
static struct pieces pieces;
static struct align align, sliced;
static struct buf hold, block_text, out;
static bool by_sentence;

static bool
is_own(struct str key)
{
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (str_is(key, own[i]))
			return true;
	return false;
}

/* {"id":"DOC#N","doc":"DOC", and all fields that ride along. */
static void
put_head(const struct record *r, size_t n, size_t sub)
{
	const struct json *id = record_get(r, "id");
	size_t i;

	buf_puts(&out, "{\"id\":\"");
	if (id != NULL && id->type == JSON_STRING)
		buf_add(&out, id->p + 1, id->n - 2);
	else if (id != NULL && id->type == JSON_NUMBER)
		buf_add(&out, id->p, id->n);
	buf_putc(&out, '#');
	buf_uint(&out, n);
	if (sub > 0) {
		buf_putc(&out, '.');
		buf_uint(&out, sub);
	}
	buf_putc(&out, '"');
	if (id != NULL) {
		buf_puts(&out, ",\"doc\":");
		buf_add(&out, id->p, id->n);
	}
	for (i = 0; i < r->nfield; i++) {
		if (is_own(r->field[i].key))
			continue;
		buf_puts(&out, ",\"");
		buf_add(&out, r->field[i].key.p, r->field[i].key.n);
		buf_puts(&out, "\":");
		buf_add(&out, r->field[i].value.p, r->field[i].value.n);
	}
}

static void
put_pair(const char *key, uint64_t start, uint64_t end)
{
	buf_puts(&out, key);
	buf_putc(&out, '[');
	buf_uint(&out, start);
	buf_putc(&out, ',');
	buf_uint(&out, end);
	buf_putc(&out, ']');
}

/* The block's text, and where it stands in the source, into block_text and align. */
static void
build_text(const struct strip *s)
{
	size_t i;

	pieces.n = 0;
	for (;;) {
		strip_pieces(&page, s, &pieces);
		if (s->next == NONE)
			break;
		s = &page.strip[s->next];
	}
	block_text.n = 0;
	align_reset(&align);
	for (i = 0; i < pieces.n; i++) {
		const struct piece *p = &pieces.piece[i];

		if (p->blank)
			buf_putc(&block_text, ' ');
		else
			buf_add(&block_text, page.text.p + p->start, p->end - p->start);
		locator_slice(&locator, p->start, p->end, &align);
	}
}

static void
put_src(const struct strip *s)
{
	uint64_t low = UINT64_MAX, high = 0;
	const struct strip *p;

	for (p = s;; p = &page.strip[p->next]) {
		struct place at = locate(&locator, p->start, p->end);

		low = at.src_start < low ? at.src_start : low;
		high = at.src_end > high ? at.src_end : high;
		if (p->next == NONE)
			break;
	}
	put_pair(",\"src\":", low, high);
	if (s->next == NONE)
		return;
	buf_puts(&out, ",\"src_parts\":[");
	for (p = s;; p = &page.strip[p->next]) {
		struct place at = locate(&locator, p->start, p->end);

		put_pair(p == s ? "" : ",", at.src_start, at.src_end);
		if (p->next == NONE)
			break;
	}
	buf_putc(&out, ']');
}

static void
put_align(const struct align *a, uint64_t src)
{
	if (align_plain(a, src))
		return;
	buf_puts(&out, ",\"align\":");
	align_print(a, &out);
}

#define HEADING_BYTES 240 /* of the heading above that come along */
#define ALIASES 8         /* definitions that come along: the last ones */

static void
put_context(const struct strip *s)
{
	size_t i;

	if (s->heading != NONE) {
		const struct strip *h = &page.strip[s->heading];
		size_t n = h->end - h->start;

		while (n > HEADING_BYTES || (n < h->end - h->start &&
		    ((unsigned char)page.text.p[h->start + n] & 0xC0) == 0x80))
			n--;
		buf_puts(&out, ",\"heading\":");
		buf_json(&out, page.text.p + h->start, n);
	}
	if (s->speaker.n > 0) {
		buf_puts(&out, ",\"speaker\":");
		buf_json(&out, s->speaker.p, s->speaker.n);
	}
	if (s->year.n > 0) {
		buf_puts(&out, ",\"context\":{\"year\":");
		buf_json(&out, s->year.p, s->year.n);
		buf_putc(&out, '}');
	}
	for (i = s->naliases > ALIASES ? s->naliases - ALIASES : 0; i < s->naliases; i++) {
		buf_puts(&out, i + ALIASES == s->naliases || i == 0 ? ",\"aliases\":[" : ",");
		buf_puts(&out, "{\"alias\":");
		buf_json(&out, page.alias[i].alias.p, page.alias[i].alias.n);
		buf_puts(&out, ",\"name\":");
		buf_json(&out, page.alias[i].name.p, page.alias[i].name.n);
		buf_puts(&out, i + 1 == s->naliases ? "}]" : "}");
	}
	if (s->cut_start || s->cut_end)
		buf_puts(&out, s->cut_start && s->cut_end ? ",\"cut\":\"both\""
		    : s->cut_start                        ? ",\"cut\":\"start\""
		                                          : ",\"cut\":\"end\"");
}

static void
put_kind(const struct strip *s)
{
	buf_puts(&out, ",\"kind\":\"");
	buf_puts(&out, kind_name[s->kind]);
	buf_putc(&out, '"');
	if (s->level > 0) {
		buf_puts(&out, ",\"level\":");
		buf_uint(&out, s->level);
	}
	buf_puts(&out, ",\"article\":");
	buf_uint(&out, s->article);
}

static void
put_sentences(struct str text)
{
	size_t at = skip_blanks(text, 0), cp = utf8_count(text.p, at);
	const char *comma = "";

	buf_puts(&out, ",\"sentences\":[");
	while (at < text.n) {
		size_t end = sentence_end(text, at), next = skip_blanks(text, end);
		size_t n = utf8_count(text.p + at, end - at);

		put_pair(comma, cp, cp + n);
		cp += n + utf8_count(text.p + end, next - end);
		at = next;
		comma = ",";
	}
	buf_putc(&out, ']');
}

static void
put_block(const struct record *r, const struct strip *s, size_t n)
{
	struct str text;

	build_text(s);
	text = (struct str){block_text.p, block_text.n};
	put_head(r, n, 0);
	put_kind(s);
	buf_puts(&out, ",\"text\":");
	buf_json(&out, text.p, text.n);
	put_sentences(text);
	put_src(s);
	put_align(&align, locate(&locator, s->start, s->end).src_start);
	put_context(s);
	buf_puts(&out, "}\n");
}

/* A record for each sentence of the block. */
static void
put_block_sentences(const struct record *r, const struct strip *s, size_t n)
{
	static struct locator in_block;
	struct str text;
	size_t at, sub = 0;

	build_text(s);
	text = (struct str){block_text.p, block_text.n};
	locator_init_align(&in_block, text, &align);
	for (at = skip_blanks(text, 0); at < text.n;) {
		size_t end = sentence_end(text, at);
		struct place p = locate(&in_block, at, end);

		align_reset(&sliced);
		locator_slice(&in_block, at, end, &sliced);
		put_head(r, n, ++sub);
		put_kind(s);
		buf_puts(&out, ",\"text\":");
		buf_json(&out, text.p + at, end - at);
		put_pair(",\"sentences\":[", 0, p.end - p.start);
		buf_putc(&out, ']');
		put_pair(",\"src\":", p.src_start, p.src_end);
		put_align(&sliced, p.src_start);
		put_context(s);
		buf_puts(&out, "}\n");
		at = skip_blanks(text, end);
	}
}

static void
cut(const struct record *r, struct str text)
{
	size_t i, n = 0;

	page.text = text;
	page_lines(&page);
	page_strips(&page);
	page_join(&page);
	page_articles(&page);
	page_speakers(&page);
	page_context(&page);
	locator_init(&locator, text, r);
	out.n = 0;
	for (i = 0; i < page.nstrip; i++) {
		const struct strip *s = &page.strip[i];

		if (s->prev != NONE)
			continue;
		if (by_sentence)
			put_block_sentences(r, s, ++n);
		else
			put_block(r, s, ++n);
	}
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
		cut(&r, text);
		stream_put(s, out.p, out.n);
	}
	record_free(&r);
	return stream_close(s);
}
