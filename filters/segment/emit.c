/* emit.c - the records of a page's blocks */
/* SPDX-License-Identifier: MIT */
#include "emit.h"

#include "marks.h"
#include "span.h"

#define HEADING_BYTES 240 /* of the heading above that come along */

static struct locator locator;
static struct pieces pieces;
static struct align align, sliced;
static struct buf block_text, out;

#define PUT(s) buf_add(&out, "" s, sizeof(s) - 1)

/* Where the value of a field goes that a segment does not take over; NULL: it rides along. */
static const struct json **
own_place(struct doc *d, struct str key)
{
	static const struct json *unused;

	switch (key.n) {
	case 2: return str_is(key, "id") ? &d->id : NULL;
	case 3:
		return str_is(key, "doc")   ? &d->doc
		       : str_is(key, "src") ? &d->src
		       : str_is(key, "cut") ? &unused
					    : NULL;
	case 4: return str_is(key, "text") ? &d->text : str_is(key, "kind") ? &d->kind : NULL;
	case 5: return str_is(key, "align") ? &d->align : str_is(key, "level") ? &unused : NULL;
	case 7:
		return str_is(key, "article") || str_is(key, "heading") || str_is(key, "speaker") ||
			       str_is(key, "context") || str_is(key, "aliases")
			   ? &unused
			   : NULL;
	case 9: return str_is(key, "sentences") || str_is(key, "src_parts") ? &unused : NULL;
	default: return NULL;
	}
}

/* A key without its escapes. */
static struct str
plain_key(const struct field *f)
{
	static struct buf hold;
	struct json quoted = {f->key.p - 1, f->key.n + 2, JSON_STRING, false};
	struct str key = f->key;

	(void)json_str(&quoted, &hold, &key);
	return key;
}

void
doc_read(struct doc *d, const struct record *r)
{
	size_t i;

	d->record = r;
	d->id = d->doc = d->kind = d->text = d->src = d->align = NULL;
	d->riders.n = 0;
	for (i = 0; i < r->nfield; i++) {
		const struct field *f = &r->field[i];
		const struct json **own = own_place(d, f->key);

		if (own == NULL && !f->plain_key)
			own = own_place(d, plain_key(f));
		if (own != NULL)
			*own = &f->value;
		else {
			buf_add(&d->riders, ",\"", 2);
			buf_add(&d->riders, f->key.p, f->key.n);
			buf_add(&d->riders, "\":", 2);
			buf_add(&d->riders, f->value.p, f->value.n);
		}
	}
}

/* {"id":"DOC#N","doc":"DOC", and all fields that ride along. */
static void
put_head(const struct doc *d, size_t n, size_t sub)
{
	const struct json *id = d->id;

	PUT("{\"id\":\"");
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
		PUT(",\"doc\":");
		buf_add(&out, id->p, id->n);
	}
	buf_add(&out, d->riders.p, d->riders.n);
}

static void
put_pair(uint64_t start, uint64_t end)
{
	buf_putc(&out, '[');
	buf_uint(&out, start);
	buf_putc(&out, ',');
	buf_uint(&out, end);
	buf_putc(&out, ']');
}

/* The block's text, and where it stands in the source, into block_text and align. */
static void
build_text(const struct page *page, const struct strip *s)
{
	size_t i;

	pieces.n = 0;
	for (;;) {
		const struct strip *next;

		strip_pieces(page, s, &pieces);
		if (s->next == NONE)
			break;
		next = &page->strip[s->next];
		if (join_blank(page->text, s->end, next->start)) /* where the first half ends */
			piece_add(&pieces, s->end, s->end + 1, true);
		s = next;
	}
	block_text.n = 0;
	align_reset(&align);
	for (i = 0; i < pieces.n; i++) {
		const struct piece *p = &pieces.piece[i];

		if (p->blank)
			buf_putc(&block_text, ' ');
		else
			buf_add(&block_text, page->text.p + p->start, p->end - p->start);
		locator_slice(&locator, p->start, p->end, &align);
	}
}

static void
put_src(const struct page *page, const struct strip *s)
{
	uint64_t low = UINT64_MAX, high = 0;
	const struct strip *p;

	for (p = s;; p = &page->strip[p->next]) {
		struct place at = locate(&locator, p->start, p->end);

		low = at.src_start < low ? at.src_start : low;
		high = at.src_end > high ? at.src_end : high;
		if (p->next == NONE)
			break;
	}
	PUT(",\"src\":");
	put_pair(low, high);
	if (s->next == NONE)
		return;
	PUT(",\"src_parts\":[");
	for (p = s;; p = &page->strip[p->next]) {
		struct place at = locate(&locator, p->start, p->end);

		if (p != s)
			buf_putc(&out, ',');
		put_pair(at.src_start, at.src_end);
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
	PUT(",\"align\":");
	align_print(a, &out);
}

/* "key":"value", if there is one, behind a mark: { or a comma. */
static void
put_member(char *mark, const char *key, struct str value)
{
	if (value.n == 0)
		return;
	buf_putc(&out, *mark);
	*mark = ',';
	buf_putc(&out, '"');
	buf_puts(&out, key);
	PUT("\":");
	buf_json(&out, value.p, value.n);
}

/* What comes along of a heading; nothing of none. */
static struct str
heading_above(const struct page *page, size_t strip)
{
	if (strip == NONE)
		return (struct str){"", 0};
	const struct strip *h = &page->strip[strip];
	size_t n = h->end - h->start;

	while (n > HEADING_BYTES || (n < h->end - h->start &&
					((unsigned char)page->text.p[h->start + n] & 0xC0) == 0x80))
		n--;
	return (struct str){page->text.p + h->start, n};
}

static void
put_aliases(
    const struct page *page, const struct strip *s, struct str text, const struct str above[2])
{
	struct usable usable;

	aliases_of(page, s->naliases, text, above, &usable);
	for (size_t i = 0; i < usable.n; i++) {
		const struct alias *a = &page->alias[usable.alias[i]];

		buf_puts(&out, i == 0 ? ",\"aliases\":[" : ",");
		PUT("{\"alias\":");
		buf_json(&out, a->alias.p, a->alias.n);
		PUT(",\"name\":");
		buf_json(&out, a->name.p, a->name.n);
		PUT("}");
	}
	if (usable.n > 0)
		PUT("]");
}

static void
put_context(const struct page *page, const struct strip *s, struct str text)
{
	bool titled = s->title != NONE && s->title != s->heading;
	struct str above[2] = {
	    heading_above(page, s->heading), heading_above(page, titled ? s->title : NONE)};

	if (s->heading != NONE) {
		PUT(",\"heading\":");
		buf_json(&out, above[0].p, above[0].n);
	}
	if (s->speaker.n > 0) {
		PUT(",\"speaker\":");
		buf_json(&out, s->speaker.p, s->speaker.n);
	}
	if (s->year.n > 0 || s->period.n > 0 || titled) {
		char mark = '{';

		PUT(",\"context\":");
		put_member(&mark, "year", s->year);
		put_member(&mark, "period", s->period);
		put_member(&mark, "title", above[1]);
		buf_putc(&out, '}');
	}
	put_aliases(page, s, text, above);
	if (s->cut_start || s->cut_end)
		buf_puts(&out, s->cut_start && s->cut_end ? ",\"cut\":\"both\""
			       : s->cut_start             ? ",\"cut\":\"start\""
							  : ",\"cut\":\"end\"");
}

static void
put_kind(const struct strip *s)
{
	PUT(",\"kind\":\"");
	buf_puts(&out, kind_name[s->kind]);
	buf_putc(&out, '"');
	if (s->level > 0) {
		PUT(",\"level\":");
		buf_uint(&out, s->level);
	}
	PUT(",\"article\":");
	buf_uint(&out, s->article);
}

static void
put_sentences(struct str text)
{
	size_t at = skip_blanks(text, 0), cp = utf8_count(text.p, at);
	bool first = true;

	PUT(",\"sentences\":[");
	while (at < text.n) {
		size_t end = sentence_end(text, at), next = skip_blanks(text, end);
		size_t n = utf8_count(text.p + at, end - at);

		if (!first)
			buf_putc(&out, ',');
		first = false;
		put_pair(cp, cp + n);
		cp += n + utf8_count(text.p + end, next - end);
		at = next;
	}
	buf_putc(&out, ']');
}

static void
put_one_sentence(size_t characters)
{
	PUT(",\"sentences\":[");
	put_pair(0, characters);
	buf_putc(&out, ']');
}

static void
put_block(struct stream *to, const struct doc *d, const struct page *page, const struct strip *s,
    size_t n)
{
	struct str text;

	build_text(page, s);
	text = (struct str){block_text.p, block_text.n};
	out.n = 0;
	put_head(d, n, 0);
	put_kind(s);
	PUT(",\"text\":");
	buf_json(&out, text.p, text.n);
	put_sentences(text);
	put_src(page, s);
	put_align(&align, locate(&locator, s->start, s->end).src_start);
	put_context(page, s, text);
	buf_putc(&out, '}');
	stream_put_line(to, out.p, out.n);
}

/* A record for each sentence of the block. */
static void
put_block_sentences(struct stream *to, const struct doc *d, const struct page *page,
    const struct strip *s, size_t n)
{
	static struct locator in_block;
	struct str text;
	size_t at, sub = 0;

	build_text(page, s);
	text = (struct str){block_text.p, block_text.n};
	locator_init_align(&in_block, text, &align);
	for (at = skip_blanks(text, 0); at < text.n;) {
		size_t end = sentence_end(text, at);
		struct place p = locate(&in_block, at, end);

		align_reset(&sliced);
		locator_slice(&in_block, at, end, &sliced);
		out.n = 0;
		put_head(d, n, ++sub);
		put_kind(s);
		PUT(",\"text\":");
		buf_json(&out, text.p + at, end - at);
		put_one_sentence(p.end - p.start);
		PUT(",\"src\":");
		put_pair(p.src_start, p.src_end);
		put_align(&sliced, p.src_start);
		put_context(page, s, (struct str){text.p + at, end - at});
		buf_putc(&out, '}');
		stream_put_line(to, out.p, out.n);
		at = skip_blanks(text, end);
	}
}

void
emit_page(struct stream *to, const struct doc *d, const struct page *page, bool by_sentence)
{
	size_t i, n = 0;

	locator_init(&locator, page->text, d->record);
	aliases_begin(page);
	for (i = 0; i < page->nstrip; i++) {
		const struct strip *s = &page->strip[i];

		if (s->prev != NONE)
			continue;
		if (by_sentence)
			put_block_sentences(to, d, page, s, ++n);
		else
			put_block(to, d, page, s, ++n);
	}
}

void
emit_prose(struct stream *to, const struct doc *d, struct str text, const struct prose *prose)
{
	struct place place = {.src_end = text.n};

	if (d->align != NULL) {
		locator_init(&locator, text, d->record);
		place = locate(&locator, 0, text.n);
	}
	out.n = 0;
	put_head(d, 1, 0);
	PUT(",\"kind\":\"paragraph\",\"article\":1,\"text\":");
	buf_add(&out, d->text->p, d->text->n);
	if (prose->split)
		put_sentences(text);
	else
		put_one_sentence(utf8_count(text.p, text.n));
	PUT(",\"src\":");
	put_pair(place.src_start, place.src_end);
	if (d->align != NULL && !align_plain(&locator.align, place.src_start)) {
		PUT(",\"align\":");
		buf_add(&out, d->align->p, d->align->n);
	}
	if (prose->speaker.n > 0) {
		PUT(",\"speaker\":");
		buf_json(&out, prose->speaker.p, prose->speaker.n);
	}
	buf_putc(&out, '}');
	stream_put_line(to, out.p, out.n);
}
