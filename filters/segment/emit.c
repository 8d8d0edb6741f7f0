/* emit.c - the records of a page's blocks */
/* SPDX-License-Identifier: MIT */
#include "emit.h"

#include "marks.h"
#include "span.h"
#include "utf8.h"

#define HEADING_BYTES 240 /* of the heading above that come along */
#define TURN_BYTES 60     /* within which a speaker's turn has its colon */
#define ALIASES 8         /* definitions that come along: the last ones */

static struct locator locator;
static struct pieces pieces;
static struct align align, sliced;
static struct buf block_text, out;

/* Of every record of the document: {"id":"DOC# and ","doc":"DOC", and what rides along. */
static struct buf head, rest;

/* Fields of a document that a segment does not take over, and those that it has of its own. */
static bool
is_own(struct str key)
{
	switch (key.n) {
	case 2: return str_is(key, "id");
	case 3: return str_is(key, "doc") || str_is(key, "src") || str_is(key, "cut");
	case 4: return str_is(key, "text") || str_is(key, "kind");
	case 5: return str_is(key, "level") || str_is(key, "align");
	case 7:
		return str_is(key, "article") || str_is(key, "heading") || str_is(key, "speaker") ||
		       str_is(key, "context") || str_is(key, "aliases");
	case 9: return str_is(key, "sentences") || str_is(key, "src_parts");
	default: return false;
	}
}

static void
put_lit(const char *s, size_t n)
{
	buf_add(&out, s, n);
}
#define PUT(s) put_lit("" s, sizeof(s) - 1)

/* What all records of the document have in common. */
static void
take_head(const struct record *r)
{
	const struct json *id = NULL;
	size_t i;

	head.n = rest.n = 0;
	for (i = 0; i < r->nfield; i++) {
		const struct field *f = &r->field[i];

		if (!is_own(f->key)) {
			buf_add(&rest, ",\"", 2);
			buf_add(&rest, f->key.p, f->key.n);
			buf_add(&rest, "\":", 2);
			buf_add(&rest, f->value.p, f->value.n);
		} else if (f->key.n == 2)
			id = &f->value;
	}
	buf_add(&head, "{\"id\":\"", 7);
	if (id != NULL && id->type == JSON_STRING)
		buf_add(&head, id->p + 1, id->n - 2);
	else if (id != NULL && id->type == JSON_NUMBER)
		buf_add(&head, id->p, id->n);
	buf_putc(&head, '#');
}

/* {"id":"DOC#N","doc":"DOC", and all fields that ride along. */
static void
put_head(const struct record *r, size_t n, size_t sub)
{
	const struct json *id = record_get(r, "id");

	buf_add(&out, head.p, head.n);
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
	buf_add(&out, rest.p, rest.n);
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
	put_pair(",\"src\":", low, high);
	if (s->next == NONE)
		return;
	PUT(",\"src_parts\":[");
	for (p = s;; p = &page->strip[p->next]) {
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
	PUT(",\"align\":");
	align_print(a, &out);
}

static void
put_heading(const struct page *page, const struct strip *h)
{
	size_t n = h->end - h->start;

	while (n > HEADING_BYTES || (n < h->end - h->start &&
					((unsigned char)page->text.p[h->start + n] & 0xC0) == 0x80))
		n--;
	buf_json(&out, page->text.p + h->start, n);
}

static void
put_context(const struct page *page, const struct strip *s)
{
	size_t i;

	if (s->heading != NONE) {
		PUT(",\"heading\":");
		put_heading(page, &page->strip[s->heading]);
	}
	if (s->speaker.n > 0) {
		PUT(",\"speaker\":");
		buf_json(&out, s->speaker.p, s->speaker.n);
	}
	bool titled = s->title != NONE && s->title != s->heading;
	if (s->year.n > 0 || titled) {
		PUT(",\"context\":{");
		if (s->year.n > 0) {
			PUT("\"year\":");
			buf_json(&out, s->year.p, s->year.n);
		}
		if (titled) {
			buf_puts(&out, s->year.n > 0 ? ",\"title\":" : "\"title\":");
			put_heading(page, &page->strip[s->title]);
		}
		buf_putc(&out, '}');
	}
	for (i = s->naliases > ALIASES ? s->naliases - ALIASES : 0; i < s->naliases; i++) {
		buf_puts(&out, i + ALIASES == s->naliases || i == 0 ? ",\"aliases\":[" : ",");
		PUT("{\"alias\":");
		buf_json(&out, page->alias[i].alias.p, page->alias[i].alias.n);
		PUT(",\"name\":");
		buf_json(&out, page->alias[i].name.p, page->alias[i].name.n);
		buf_puts(&out, i + 1 == s->naliases ? "}]" : "}");
	}
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
	const char *comma = "";

	PUT(",\"sentences\":[");
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
put_block(struct stream *to, const struct record *r, const struct page *page, const struct strip *s,
    size_t n)
{
	struct str text;

	build_text(page, s);
	text = (struct str){block_text.p, block_text.n};
	out.n = 0;
	put_head(r, n, 0);
	put_kind(s);
	PUT(",\"text\":");
	buf_json(&out, text.p, text.n);
	put_sentences(text);
	put_src(page, s);
	put_align(&align, locate(&locator, s->start, s->end).src_start);
	put_context(page, s);
	buf_putc(&out, '}');
	stream_put_line(to, out.p, out.n);
}

/* A record for each sentence of the block. */
static void
put_block_sentences(struct stream *to, const struct record *r, const struct page *page,
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
		put_head(r, n, ++sub);
		put_kind(s);
		PUT(",\"text\":");
		buf_json(&out, text.p + at, end - at);
		put_pair(",\"sentences\":[", 0, p.end - p.start);
		buf_putc(&out, ']');
		put_pair(",\"src\":", p.src_start, p.src_end);
		put_align(&sliced, p.src_start);
		put_context(page, s);
		buf_putc(&out, '}');
		stream_put_line(to, out.p, out.n);
		at = skip_blanks(text, end);
	}
}

void
emit_page(struct stream *to, const struct record *r, const struct page *page, bool by_sentence)
{
	size_t i, n = 0;

	take_head(r);
	locator_init(&locator, page->text, r);
	for (i = 0; i < page->nstrip; i++) {
		const struct strip *s = &page->strip[i];

		if (s->prev != NONE)
			continue;
		if (by_sentence)
			put_block_sentences(to, r, page, s, ++n);
		else
			put_block(to, r, page, s, ++n);
	}
}

/* Where punctuation may stand in a line, all at once. */
static size_t *spot, capspot;

static size_t
all_spots(struct str t)
{
	size_t i = 0, n = 0;

	if (t.n > capspot) {
		capspot = t.n * 2;
		spot = xarray(spot, capspot, sizeof(*spot));
	}
	while (t.n - i >= 16) {
		unsigned mask = spot_mask(t.p + i);

		for (; mask != 0; mask &= mask - 1)
			spot[n++] = i + (size_t)__builtin_ctz(mask);
		i += 16;
	}
	for (i = next_spot(t, i); i < t.n; i = next_spot(t, i + 1))
		spot[n++] = i;
	return n;
}

/* A line of prose, and what there is in it. */
struct prose {
	bool speech; /* a verb of speech */
	bool split;  /* perhaps more than one sentence */
};

/*
 * Is the text a line of prose and no more? It begins with an ideograph, a
 * digit, a letter or a quotation mark, and has no marks of Markdown, no column
 * blanks, no turn and no alias. The rules are asked only where the line does
 * not end its sentence, or where a list number may stand before it.
 */
static bool
plain_line(struct str t, struct prose *what)
{
	unsigned char b = (unsigned char)t.p[0];
	size_t n, i, k, first_stop = NONE;
	bool ask = false;
	struct turn turn;
	struct mark mark;
	struct found f;

	*what = (struct prose){false, false};
	if (!(b >= 0xE4 && b <= 0xE9) && !(b >= '0' && b <= '9') &&
	    !((b | 32) >= 'a' && (b | 32) <= 'z') &&
	    !(t.n > 3 && (memcmp(t.p, "\u201C", 3) == 0 || memcmp(t.p, "\u300A", 3) == 0)))
		return false;
	n = all_spots(t);
	for (k = 0; k < n; k++) {
		size_t len;
		uint32_t c = utf8_get(t.p + (i = spot[k]), &len);

		switch (c) {
		case '*':
		case '|':
		case 0x3000: return false;
		case 0xFF08:
		case '(':
			if (mark_at(RULE_ALIAS, t, i, &f))
				return false;
			what->split = true;
			break;
		case 0xFF1A:
		case ':':
			if (i < TURN_BYTES && mark_turn(t, &turn))
				return false;
			/* FALLTHROUGH */
		case 0xFF0C:
		case 0x201C:
		case ',': what->speech |= mark_speech(t, 0, i, false) < i; break;
		case 0x3002:
			what->speech |= mark_speech(t, 0, i, true) < i;
			/* FALLTHROUGH */
		case 0xFF01:
		case 0xFF1F:
		case 0xFF1B:
		case 0x2026:
		case '!':
		case '?':
		case ';':
			if (first_stop == NONE)
				first_stop = i + len;
			break;
		case '.':
			what->split = true;
			/* FALLTHROUGH */
		case 0x3001: ask |= i < 12; break;
		}
	}
	if (first_stop != t.n) { /* unlike most: one sentence and no more */
		char last = t.p[t.n - 1];

		if (last == ' ' || last == '\t')
			return false;
		what->split = true;
		ask |= tail_of(t, 0, t.n) != TAIL_STOP;
	}
	return !ask || !mark_line(t, &mark) || mark.role == FRESH;
}

static char *
add_number(char *to, uint64_t u)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
	memcpy(to, digits + i, sizeof(digits) - i);
	return to + sizeof(digits) - i;
}

static char *
add(char *to, const char *s, size_t n)
{
	memcpy(to, s, n);
	return to + n;
}
#define ADD(to, s) add(to, "" s, sizeof(s) - 1)

bool
emit_line(struct stream *to, const struct record *r, struct str text)
{
	static const struct str nobody = {"", 0};
	const struct json *id = NULL, *aligned = NULL;
	struct place place = {.src_end = text.n};
	struct str speaker = nobody;
	struct prose what;
	size_t at, cp, i;
	char *p;

	/* as it stands in the line: nothing escaped, and so no line break */
	if (text.n == 0 || text.p < r->line || text.p >= r->line + r->n)
		return false;
	for (i = 0; i < r->nfield; i++) {
		const struct field *f = &r->field[i];

		if (f->key.n == 5 && str_is(f->key, "align"))
			aligned = &f->value;
		if (f->key.n == 3 && str_is(f->key, "src"))
			return false;
		if (f->key.n == 2 && memcmp(f->key.p, "id", 2) == 0)
			id = &f->value;
	}
	if (!plain_line(text, &what))
		return false;
	if (what.speech)
		speaker = line_speaker(text);
	if (aligned != NULL) {
		locator_init(&locator, text, r);
		place = locate(&locator, 0, text.n);
	}
	out.n = 0;
	buf_reserve(&out, 2 * r->n + 256);
	p = ADD(out.p, "{\"id\":\"");
	if (id != NULL && id->type == JSON_STRING)
		p = add(p, id->p + 1, id->n - 2);
	else if (id != NULL && id->type == JSON_NUMBER)
		p = add(p, id->p, id->n);
	p = ADD(p, "#1\"");
	if (id != NULL) {
		p = ADD(p, ",\"doc\":");
		p = add(p, id->p, id->n);
	}
	for (i = 0; i < r->nfield; i++) {
		const struct field *f = &r->field[i];

		if (is_own(f->key))
			continue;
		p = ADD(p, ",\"");
		p = add(p, f->key.p, f->key.n);
		p = ADD(p, "\":");
		p = add(p, f->value.p, f->value.n);
	}
	p = ADD(p, ",\"kind\":\"paragraph\",\"article\":1,\"text\":\"");
	p = add(p, text.p, text.n);
	p = ADD(p, "\",\"sentences\":[");
	if (!what.split) {
		p = ADD(p, "[0,");
		p = add_number(p, utf8_count(text.p, text.n));
		p = ADD(p, "]");
	}
	out.n = (size_t)(p - out.p);
	for (at = cp = 0; what.split && at < text.n;) {
		size_t end = sentence_end(text, at), next = skip_blanks(text, end);
		size_t n = utf8_count(text.p + at, end - at);

		put_pair(at > 0 ? "," : "", cp, cp + n);
		cp += n + next - end;
		at = next;
	}
	buf_reserve(&out, 64);
	p = ADD(out.p + out.n, "],\"src\":[");
	p = add_number(p, place.src_start);
	p = ADD(p, ",");
	p = add_number(p, place.src_end);
	p = ADD(p, "]");
	out.n = (size_t)(p - out.p);
	if (aligned != NULL && !align_plain(&locator.align, place.src_start)) {
		PUT(",\"align\":");
		buf_add(&out, aligned->p, aligned->n);
	}
	if (speaker.n > 0) {
		PUT(",\"speaker\":");
		buf_json(&out, speaker.p, speaker.n);
	}
	buf_putc(&out, '}');
	stream_put_line(to, out.p, out.n);
	return true;
}
