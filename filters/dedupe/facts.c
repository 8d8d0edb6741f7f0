/* facts.c - figures that say what an earlier figure said, or contradict it */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "dedupe.h"

struct facts {
	const struct how *how;
	struct index *index;
	uint64_t repeats, conflicts;
	/* of the figure at hand */
	struct buf key, value, ref, hold, folded, bytes;
};

/* A fact kept on disk: length of key, value and reference, then the three. */
struct fact {
	struct str key, value, ref;
};

struct facts *
facts_new(const struct how *how)
{
	struct facts *f = xcalloc(1, sizeof *f);

	f->how = how;
	f->index = index_new(how->memory);
	return f;
}

static void
member_add(
    struct facts *f, const struct json *figure, const char *name, bool folded, struct buf *to)
{
	struct json v;
	struct str s;

	if (json_member(figure, name, &v) && json_str(&v, &f->hold, &s)) {
		if (folded) {
			passage_fold(s, &f->folded);
			s = (struct str){f->folded.p, f->folded.n};
		}
		buf_add(to, s.p, s.n);
	}
	buf_putc(to, '\0');
}

static bool
has_text(const struct json *figure, const char *name)
{
	struct json v;

	return json_member(figure, name, &v) && v.type == JSON_STRING && v.n > 2;
}

/* What must agree goes to f->key, what may contradict to f->value. */
static void
describe(struct facts *f, const struct json *figure)
{
	struct json change;

	f->key.n = f->value.n = 0;
	member_add(f, figure, "kind", false, &f->key);
	member_add(f, figure, "unit", false, &f->key);
	member_add(f, figure, "metric", true, &f->key);
	member_add(f, figure, "scope", true, &f->key);
	member_add(f, figure, "period", false, &f->key);
	if (json_member(figure, "change", &change) && change.type == JSON_OBJECT) {
		member_add(f, &change, "direction", false, &f->key);
		member_add(f, &change, "basis", false, &f->key);
	}
	member_add(f, figure, "value", false, &f->value);
	member_add(f, figure, "low", false, &f->value);
	member_add(f, figure, "high", false, &f->value);
}

static void
put_str(struct buf *out, const struct buf *s)
{
	uint32_t n = (uint32_t)s->n;

	buf_add(out, &n, sizeof n);
	buf_add(out, s->p, s->n);
}

static const char *
get_str(const char *p, struct str *s)
{
	uint32_t n;

	memcpy(&n, p, sizeof n);
	*s = (struct str){p + sizeof n, n};
	return p + sizeof n + n;
}

static bool
same(struct str a, const struct buf *b)
{
	return a.n == b->n && memcmp(a.p, b->p, a.n) == 0;
}

enum found { NEW, REPEAT, CONFLICT };

/* Looks for the figure described in f; leaves the earlier one in *old. */
static enum found
look_up(struct facts *f, struct fact *old)
{
	uint32_t at[INDEX_CROWD];
	uint64_t key = siphash(&f->how->like.key, f->key.p, f->key.n);
	size_t n = index_find(f->index, key, at), i;
	bool other = false;
	uint32_t first = 0;

	for (i = 0; i < n; i++) {
		const char *p;

		index_get(f->index, at[i], &f->bytes);
		p = get_str(f->bytes.p, &old->key);
		p = get_str(p, &old->value);
		get_str(p, &old->ref);
		if (!same(old->key, &f->key))
			continue;
		if (same(old->value, &f->value))
			return REPEAT;
		if (!other)
			first = at[i];
		other = true;
	}
	f->folded.n = 0;
	put_str(&f->folded, &f->key);
	put_str(&f->folded, &f->value);
	put_str(&f->folded, &f->ref);
	index_key(
	    f->index, key, index_add(f->index, f->folded.p, f->folded.n, &(struct sketch){0}));
	if (!other)
		return NEW;
	index_get(f->index, first, &f->bytes);
	get_str(get_str(get_str(f->bytes.p, &old->key), &old->value), &old->ref);
	return CONFLICT;
}

static bool
is_mark(struct str key)
{
	return str_is(key, "repeat_of") || str_is(key, "conflict");
}

/* The figure without the marks of an earlier run, and without its closing brace. */
static void
copy_open(const struct json *figure, struct buf *out)
{
	struct json_iter it = json_iter(figure);
	struct str key;
	struct json v;
	bool marked = false, first = true;

	while (json_next(&it, &key, &v))
		marked |= is_mark(key);
	if (!marked) {
		buf_add(out, figure->p, figure->n - 1);
		return;
	}
	buf_putc(out, '{');
	for (it = json_iter(figure); json_next(&it, &key, &v); first = false) {
		if (is_mark(key)) {
			continue;
		}
		if (!first)
			buf_putc(out, ',');
		buf_putc(out, '"');
		buf_add(out, key.p, key.n);
		buf_puts(out, "\":");
		buf_add(out, v.p, v.n);
	}
}

/* Enough is said of it that another may say the same. */
static bool
is_fact(const struct json *figure)
{
	return figure->type == JSON_OBJECT && has_text(figure, "metric") &&
	       has_text(figure, "period") && (has_text(figure, "value") || has_text(figure, "low"));
}

/* Looks a fact of the record of that id up; leaves the earlier one in *old. */
static enum found
judge(struct facts *f, const struct json *figure, struct str id, struct fact *old)
{
	enum found found;
	struct json start;

	f->ref.n = 0;
	buf_add(&f->ref, id.p, id.n);
	if (json_member(figure, "start", &start)) {
		buf_putc(&f->ref, '@');
		buf_add(&f->ref, start.p, start.n);
	}
	describe(f, figure);
	found = look_up(f, old);
	/* Without a holder, two texts may well speak of two things. */
	if (found == CONFLICT && !has_text(figure, "scope"))
		found = NEW;
	f->repeats += found == REPEAT;
	f->conflicts += found == CONFLICT;
	return found;
}

static void
print_figure(const struct json *figure, enum found found, const struct fact *old, struct buf *out)
{
	copy_open(figure, out);
	if (found == REPEAT) {
		buf_puts(out, ",\"repeat_of\":");
		buf_json(out, old->ref.p, old->ref.n);
	} else if (found == CONFLICT) {
		buf_puts(out, ",\"conflict\":{\"with\":");
		buf_json(out, old->ref.p, old->ref.n);
		buf_puts(out, ",\"value\":");
		buf_json(out, old->value.p, strnlen(old->value.p, old->value.n));
		buf_putc(out, '}');
	}
	buf_putc(out, '}');
}

bool
facts_judge(struct facts *f, const struct record *r, bool mark, struct buf *out)
{
	const struct json *figures = record_get(r, "figures"), *id = record_get(r, "id");
	struct json_iter it;
	struct json figure;
	struct str key, name = {"", 0};
	struct buf hold = {0};
	bool changed = false;

	if (figures == NULL || figures->type != JSON_ARRAY)
		return false;
	if (id != NULL)
		json_str(id, &hold, &name);
	out->n = 0;
	for (it = json_iter(figures); json_next(&it, &key, &figure);) {
		enum found found = NEW;
		struct fact old = {{0}, {0}, {0}};
		size_t start = out->n + 1;

		if (is_fact(&figure))
			found = judge(f, &figure, name, &old);
		if (found == REPEAT && !mark) {
			changed = true;
			continue;
		}
		buf_putc(out, out->n == 0 ? '[' : ',');
		if (figure.type == JSON_OBJECT)
			print_figure(&figure, found, &old, out);
		else
			buf_add(out, figure.p, figure.n);
		changed |=
		    out->n - start != figure.n || memcmp(out->p + start, figure.p, figure.n) != 0;
	}
	if (out->n == 0)
		buf_putc(out, '[');
	buf_putc(out, ']');
	buf_free(&hold);
	return changed;
}

uint64_t
facts_repeats(const struct facts *f)
{
	return f->repeats;
}

uint64_t
facts_conflicts(const struct facts *f)
{
	return f->conflicts;
}
