/* record - one line of JSON Lines: check it strictly, read it, splice it */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "record.h"
#include "utf8.h"

struct scan {
	const char *start, *end;
	struct record_error *error;
	size_t escapes; /* so far */
};

/* Notes the error at p and returns NULL, for the caller to return. */
static const char *
wrong(const struct scan *s, const char *p, const char *why)
{
	s->error->why = why;
	s->error->at = (size_t)(p - s->start);
	return NULL;
}

static inline const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ' &&
	       (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

#ifdef __SSE2__
/* Where the 16 bytes have a quote, a backslash or a control character: a bit each. */
static inline unsigned
stops(__m128i v)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i low = _mm_set1_epi8(0x1F);

	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
		_mm_cmpeq_epi8(_mm_max_epu8(v, low), low)));
}
#endif

/* The first quote, backslash or control character at or after p, or end. */
static inline const char *
string_stop(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		unsigned mask = stops(_mm_loadu_si128((const __m128i *)(const void *)p));

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Behind the escape at p. */
static const char *
scan_escape(struct scan *s, const char *p)
{
	s->escapes++;
	if (s->end - p < 2)
		return wrong(s, s->end, "the line ends within a string");
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': return p + 2;
	case 'u':
		if (s->end - p < 6)
			return wrong(s, s->end, "the line ends within a string");
		for (int i = 2; i < 6; i++)
			if (hex_digit(p[i]) < 0)
				return wrong(s, p, "\\u without four hex digits");
		return p + 6;
	default: return wrong(s, p, "unknown escape in a string");
	}
}

static const char not_utf8[] = "not valid UTF-8";

/* scan_string() for any place, and any machine. */
static const char *
scan_string_slowly(struct scan *s, const char *p)
{
	for (;;) {
		const char *stop = string_stop(p, s->end);

		if (utf8_valid(p, (size_t)(stop - p)) != (size_t)(stop - p))
			return wrong(s, p, not_utf8);
		if (stop == s->end)
			return wrong(s, stop, "the line ends within a string");
		if (*stop == '"')
			return stop + 1;
		if (*stop != '\\')
			return wrong(s, stop, "control character in a string");
		if ((p = scan_escape(s, stop)) == NULL)
			return NULL;
	}
}

#ifdef __SSE2__
/*
 * scan_string() by blocks of 16 bytes, of which the last one of the line goes
 * back over what has been seen. Three bytes before each belong to the line.
 */
static const char *
scan_string_by_blocks(struct scan *s, const char *p)
{
	unsigned high = 0; /* of the block before: what is not ASCII */

	for (;;) {
		const char *at = s->end - p >= 16 ? p : s->end - 16;
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)at);
		unsigned new = ~0U << (p - at), stop = stops(v) & new;
		unsigned now = (unsigned)_mm_movemask_epi8(v);

		/* a block that stops is looked at up to where it does: the end of a character */
		if ((now | high >> 13) != 0 &&
		    (utf8_block_wrong((const unsigned char *)at) & new &(stop ^ (stop - 1))) != 0)
			return wrong(s, p, not_utf8);
		if (stop == 0) {
			p = at + 16;
			high = now;
			if (p == s->end)
				return wrong(s, p, "the line ends within a string");
			continue;
		}
		p = at + __builtin_ctz(stop);
		high = 0;
		if (*p == '"')
			return p + 1;
		if (*p != '\\')
			return wrong(s, p, "control character in a string");
		if ((p = scan_escape(s, p)) == NULL)
			return NULL;
	}
}
#endif

/*
 * p is behind the opening quote; returns what is behind the closing one. One
 * pass for JSON and UTF-8: outside of strings JSON is ASCII.
 */
static inline const char *
scan_string(struct scan *s, const char *p)
{
#ifdef __SSE2__
	if (s->end - p >= 16) {
		/* most strings are short and ASCII: names of fields */
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned stop = stops(v), before = (stop - 1) & ~stop;

		if (stop != 0 && ((unsigned)_mm_movemask_epi8(v) & before) == 0 &&
		    p[__builtin_ctz(stop)] == '"')
			return p + __builtin_ctz(stop) + 1;
	}
	if (p - s->start >= 3 && s->end - s->start >= 3 + 16)
		return scan_string_by_blocks(s, p);
#endif
	return scan_string_slowly(s, p);
}

static inline bool
is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static const char *
scan_number(struct scan *s, const char *p)
{
	const char *start = p;

	if (*p == '-')
		p++;
	if (!is_digit(p, s->end))
		return wrong(s, start, "not a JSON value");
	if (*p == '0') {
		p++;
		if (is_digit(p, s->end))
			return wrong(s, start, "number with a leading zero");
	} else {
		while (is_digit(p, s->end))
			p++;
	}
	if (p < s->end && *p == '.') {
		p++;
		if (!is_digit(p, s->end))
			return wrong(s, start, "number without digits after the point");
		while (is_digit(p, s->end))
			p++;
	}
	if (p < s->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < s->end && (*p == '+' || *p == '-'))
			p++;
		if (!is_digit(p, s->end))
			return wrong(s, start, "number without digits in the exponent");
		while (is_digit(p, s->end))
			p++;
	}
	return p;
}

/* A value that is no array or object. */
static inline const char *
scan_plain(struct scan *s, const char *p, enum json_type *type)
{
	size_t left = (size_t)(s->end - p);

	if (left == 0)
		return wrong(s, p, "the line ends where a value should be");
	if (*p == '"') {
		*type = JSON_STRING;
		return scan_string(s, p + 1);
	}
	if (is_digit(p, s->end)) {
		const char *q = p + 1;

		*type = JSON_NUMBER;
		while (is_digit(q, s->end))
			q++;
		if ((q == s->end || (*q != '.' && *q != 'e' && *q != 'E')) &&
		    (*p != '0' || q == p + 1))
			return q; /* an integer, as nearly all are */
		return scan_number(s, p);
	}
	switch (*p) {
	case 't':
		*type = JSON_TRUE;
		if (left >= 4 && memcmp(p, "true", 4) == 0)
			return p + 4;
		break;
	case 'f':
		*type = JSON_FALSE;
		if (left >= 5 && memcmp(p, "false", 5) == 0)
			return p + 5;
		break;
	case 'n':
		*type = JSON_NULL;
		if (left >= 4 && memcmp(p, "null", 4) == 0)
			return p + 4;
		break;
	case '-': *type = JSON_NUMBER; return scan_number(s, p);
	default: break;
	}
	return wrong(s, p, "not a JSON value");
}

/* p is at a quote; returns the place of the value, behind the colon. */
static inline const char *
scan_key(struct scan *s, const char *p, struct str *key)
{
	const char *q;

	if (p == s->end)
		return wrong(s, p, "the line ends within an object");
	if (*p != '"')
		return wrong(s, p, "an object's key must be a string");
	if ((q = scan_string(s, p + 1)) == NULL)
		return NULL;
	*key = (struct str){p + 1, (size_t)(q - p) - 2};
	q = skip_space(q, s->end);
	if (q == s->end)
		return wrong(s, q, "the line ends within an object");
	if (*q != ':')
		return wrong(s, q, "a key without a colon behind it");
	return skip_space(q + 1, s->end);
}

/* An array or object at p. No recursion: a bit a level says whether it is an object. */
static const char *
scan_nested(struct scan *s, const char *p, unsigned depth)
{
	uint64_t object[RECORD_MAX_DEPTH / 64 + 1] = {0};
	const unsigned base = depth;
	bool in_object = false;
	struct str key;
	enum json_type t;

	for (;;) {
		/* p is where a value begins */
		if (p < s->end && (*p == '[' || *p == '{')) {
			in_object = *p == '{';
			if (++depth > RECORD_MAX_DEPTH)
				return wrong(s, p, "nested too deeply");
			if (in_object)
				object[depth / 64] |= (uint64_t)1 << depth % 64;
			else
				object[depth / 64] &= ~((uint64_t)1 << depth % 64);
			p = skip_space(p + 1, s->end);
			if (p < s->end && *p != (in_object ? '}' : ']')) {
				if (in_object && (p = scan_key(s, p, &key)) == NULL)
					return NULL;
				continue;
			}
		} else {
			if ((p = scan_plain(s, p, &t)) == NULL)
				return NULL;
			p = skip_space(p, s->end);
		}
		/* p is behind a value or at the end of an empty array or object */
		for (;;) {
			if (p == s->end)
				return wrong(s, p,
				    in_object ? "the line ends within an object"
					      : "the line ends within an array");
			if (*p == ',') {
				p = skip_space(p + 1, s->end);
				if (in_object && (p = scan_key(s, p, &key)) == NULL)
					return NULL;
				break;
			}
			if (*p != (in_object ? '}' : ']'))
				return wrong(s, p,
				    in_object ? "expected , or } in an object"
					      : "expected , or ] in an array");
			p++;
			if (--depth == base)
				return p;
			in_object = object[depth / 64] >> depth % 64 & 1;
			p = skip_space(p, s->end);
		}
	}
}

static inline const char *
scan_value(struct scan *s, const char *p, unsigned depth, enum json_type *type)
{
	if (p == s->end || (*p != '[' && *p != '{'))
		return scan_plain(s, p, type);
	*type = *p == '[' ? JSON_ARRAY : JSON_OBJECT;
	return scan_nested(s, p, depth);
}

static struct field *
add_field(struct record *r)
{
	if (r->nfield == r->capfield) {
		r->capfield = r->capfield != 0 ? r->capfield * 2 : 16;
		r->field = xarray(r->field, r->capfield, sizeof(*r->field));
	}
	return &r->field[r->nfield++];
}

/* The object that is the line, whose fields are noted. */
static const char *
scan_fields(struct scan *s, struct record *r, const char *p)
{
	p = skip_space(p + 1, s->end);
	if (p < s->end && *p == '}')
		return p + 1;
	for (;;) {
		struct field *f;
		struct str key;
		const char *at = p, *q;
		enum json_type type = JSON_NULL;
		size_t escapes = s->escapes;
		bool plain_key;

		if ((p = scan_key(s, p, &key)) == NULL)
			return NULL;
		plain_key = s->escapes == escapes;
		escapes = s->escapes;
		if ((q = scan_value(s, p, 1, &type)) == NULL)
			return NULL;
		if (r->nfield == RECORD_MAX_FIELDS)
			return wrong(s, at, "too many fields");
		f = add_field(r);
		f->key = key;
		f->plain_key = plain_key;
		f->value = (struct json){p, (size_t)(q - p), type, s->escapes == escapes};
		f->start = (size_t)(at - s->start);
		f->end = (size_t)(q - s->start);
		f->value_at = (size_t)(p - s->start);
		f->drop = f->set = false;
		p = skip_space(q, s->end);
		if (p == s->end)
			return wrong(s, p, "the line ends within an object");
		if (*p == '}')
			return p + 1;
		if (*p != ',')
			return wrong(s, p, "expected , or } in an object");
		p = skip_space(p + 1, s->end);
	}
}

bool
record_parse(struct record *r, const char *line, size_t n, struct record_error *error)
{
	struct scan s = {line, line + n, error, 0};
	const char *p;
	size_t valid;

	r->line = line;
	r->n = n;
	r->nfield = r->nold = 0;
	r->fresh.n = 0;
	p = skip_space(line, s.end);
	if (p < s.end && *p == '{') {
		r->type = JSON_OBJECT;
		p = scan_fields(&s, r, p);
		r->nold = r->nfield;
	} else {
		p = scan_value(&s, p, 0, &r->type);
	}
	if (p != NULL && (p = skip_space(p, s.end)) == s.end)
		return true;
	if (p != NULL)
		wrong(&s, p, "more text after the value");
	/* bytes that are not UTF-8 are told first, wherever they stand */
	valid = utf8_valid(line, n);
	if (valid != n)
		wrong(&s, line + valid, not_utf8);
	return false;
}

void
record_free(struct record *r)
{
	free(r->field);
	buf_free(&r->fresh);
	*r = (struct record){0};
}

/* Appends a code unit's worth of a \u escape; returns the bytes of s it took. */
static size_t
decode_unicode(const char *s, size_t n, struct buf *out)
{
	uint32_t c = 0, low = 0;
	size_t took = 6;
	char utf8[4] = {0};

	for (int i = 2; i < 6; i++)
		c = c << 4 | (uint32_t)hex_digit(s[i]);
	if (c >= 0xD800 && c <= 0xDBFF && n >= 12 && s[6] == '\\' && s[7] == 'u') {
		for (int i = 8; i < 12; i++)
			low = low << 4 | (uint32_t)hex_digit(s[i]);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			took = 12;
		}
	}
	if (c >= 0xD800 && c <= 0xDFFF)
		c = 0xFFFD;
	n = utf8_put(utf8, c);
	buf_add(out, utf8, n);
	return took;
}

/* What stands between the quotes of a checked string, decoded onto out. */
static void
decode(const char *s, size_t n, struct buf *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	size_t i = 0;

	buf_reserve(out, n);
	while (i < n) {
		const char *slash = memchr(s + i, '\\', n - i);
		size_t run = slash != NULL ? (size_t)(slash - (s + i)) : n - i;
		const char *known;

		buf_add(out, s + i, run);
		i += run;
		if (i == n)
			break;
		if (s[i + 1] == 'u') {
			i += decode_unicode(s + i, n - i, out);
			continue;
		}
		known = memchr(from, s[i + 1], sizeof(from) - 1);
		buf_putc(out, known != NULL ? to[known - from] : s[i + 1]);
		i += 2;
	}
}

static bool
key_is_decoded(struct str key, struct str name)
{
	struct buf b = {0};
	bool same;

	decode(key.p, key.n, &b);
	same = b.n == name.n && memcmp(b.p, name.p, name.n) == 0;
	buf_free(&b);
	return same;
}

static inline bool
key_is(const struct field *f, struct str name)
{
	if (!f->plain_key)
		return key_is_decoded(f->key, name);
	return f->key.n == name.n && memcmp(f->key.p, name.p, name.n) == 0;
}

static struct field *
find_field(const struct record *r, struct str name)
{
	for (size_t i = r->nfield; i-- > 0;)
		if (!r->field[i].drop && key_is(&r->field[i], name))
			return &r->field[i];
	return NULL;
}

static enum json_type
type_of(char c)
{
	switch (c) {
	case '"': return JSON_STRING;
	case '{': return JSON_OBJECT;
	case '[': return JSON_ARRAY;
	case 't': return JSON_TRUE;
	case 'f': return JSON_FALSE;
	case 'n': return JSON_NULL;
	default: return JSON_NUMBER;
	}
}

const struct json *
record_field(const struct record *r, struct str key)
{
	struct field *f = find_field(r, key);

	if (f == NULL)
		return NULL;
	if (f->set) {
		/* fresh may have moved since it was set */
		f->value.p = r->fresh.p + f->new_at;
		f->value.n = f->new_n;
		f->value.type = type_of(f->value.p[0]);
		f->value.plain = false;
	}
	return &f->value;
}

bool
record_str(const struct record *r, const char *key, struct buf *hold, struct str *out)
{
	const struct json *v = record_get(r, key);

	return v != NULL && json_str(v, hold, out);
}

void
record_set(struct record *r, const char *key, const char *json, size_t n)
{
	struct field *f;
	const struct str name = {key, strlen(key)};
	size_t at = r->fresh.n, i;

	if (r->type != JSON_OBJECT || n == 0)
		return;
	buf_add(&r->fresh, json, n);
	f = find_field(r, name);
	if (f == NULL) {
		f = add_field(r);
		*f = (struct field){.key = name, .plain_key = true};
	} else {
		for (i = 0; i < (size_t)(f - r->field); i++)
			if (key_is(&r->field[i], name))
				r->field[i].drop = true;
	}
	f->set = true;
	f->new_at = at;
	f->new_n = n;
}

void
record_unset(struct record *r, const char *key)
{
	const struct str name = {key, strlen(key)};
	struct field *f;

	while ((f = find_field(r, name)) != NULL)
		f->drop = true;
}

void
record_print(const struct record *r, struct buf *out)
{
	const struct field *f;
	size_t from = 0; /* bytes of the line before this one are dealt with */
	bool any = false;
	size_t i;

	buf_reserve(out, r->n + r->fresh.n + 64);
	for (i = 0; i < r->nold; i++) {
		f = &r->field[i];
		if (f->drop) {
			if (any) {
				buf_add(out, r->line + from, r->field[i - 1].end - from);
				from = f->end;
			} else {
				if (from == 0)
					buf_add(out, r->line, f->start);
				from = i + 1 < r->nold ? f[1].start : f->end;
			}
			continue;
		}
		any = true;
		if (f->set) {
			buf_add(out, r->line + from, f->value_at - from);
			buf_add(out, r->fresh.p + f->new_at, f->new_n);
			from = f->end;
		}
	}
	if (r->nfield > r->nold) {
		size_t last;

		if (r->nold != 0)
			last = r->field[r->nold - 1].end;
		else
			last = (size_t)((const char *)memchr(r->line, '{', r->n) - r->line) + 1;
		if (last > from) {
			buf_add(out, r->line + from, last - from);
			from = last;
		}
		for (i = r->nold; i < r->nfield; i++) {
			f = &r->field[i];
			if (f->drop)
				continue;
			if (any)
				buf_putc(out, ',');
			any = true;
			buf_putc(out, '"');
			buf_add(out, f->key.p, f->key.n);
			buf_add(out, "\":", 2);
			buf_add(out, r->fresh.p + f->new_at, f->new_n);
		}
	}
	buf_add(out, r->line + from, r->n - from);
}

bool
json_str(const struct json *v, struct buf *hold, struct str *out)
{
	if (v->type != JSON_STRING)
		return false;
	*out = (struct str){v->p + 1, v->n - 2};
	if (v->plain || memchr(out->p, '\\', out->n) == NULL)
		return true;
	hold->n = 0;
	decode(out->p, out->n, hold);
	*out = (struct str){hold->p, hold->n};
	return true;
}

bool
json_uint(const struct json *v, uint64_t *out)
{
	uint64_t u = 0;
	size_t i;

	if (v->type != JSON_NUMBER || v->n > 19)
		return false;
	for (i = 0; i < v->n; i++) {
		if (v->p[i] < '0' || v->p[i] > '9')
			return false;
		u = u * 10 + (uint64_t)(v->p[i] - '0');
	}
	if (u > INT64_MAX)
		return false;
	*out = u;
	return true;
}

/* Behind a string whose opening quote is at p; the line has been checked. */
static inline const char *
skip_string(const char *p, const char *end)
{
	p = string_stop(p + 1, end);
	while (end - p >= 2 && *p == '\\')
		p = string_stop(p + 2, end);
	return p < end ? p + 1 : end;
}

static const char *
skip_value(const char *p, const char *end)
{
	size_t depth = 0;

	do {
		switch (*p) {
		case '"': p = skip_string(p, end); break;
		case '[':
		case '{':
			depth++;
			p++;
			break;
		case ']':
		case '}':
			depth--;
			p++;
			break;
		case ',':
		case ':':
		case ' ':
		case '\t':
		case '\r':
		case '\n': p++; break;
		default:
			/* up to a blank, a comma or a bracket: of what is below a comma, only + */
			while (p < end && (*p > ',' || *p == '+') && *p != ']' && *p != '}')
				p++;
		}
	} while (depth != 0 && p < end);
	return p;
}

struct json_iter
json_iter(const struct json *v)
{
	if (v == NULL || (v->type != JSON_ARRAY && v->type != JSON_OBJECT))
		return (struct json_iter){NULL, NULL, false};
	return (struct json_iter){v->p + 1, v->p + v->n - 1, v->type == JSON_OBJECT};
}

bool
json_next(struct json_iter *it, struct str *key, struct json *item)
{
	const char *p = skip_space(it->p, it->end);

	*key = (struct str){"", 0};
	if (p < it->end && *p == ',')
		p = skip_space(p + 1, it->end);
	if (p >= it->end || *p == '}' || *p == ']') {
		it->p = p;
		return false;
	}
	if (it->object) {
		const char *q = skip_string(p, it->end);

		*key = (struct str){p + 1, (size_t)(q - p) - 2};
		p = skip_space(q, it->end);
		p = skip_space(p + 1, it->end);
	}
	it->p = *p == '"' ? skip_string(p, it->end) : skip_value(p, it->end);
	*item = (struct json){p, (size_t)(it->p - p), type_of(*p), false};
	return true;
}

bool
json_next_is(struct json_iter *it, struct str member, struct json *item)
{
	const char *p = it->p;

	if (p < it->end && *p == ',')
		p++;
	if ((size_t)(it->end - p) <= member.n || memcmp(p, member.p, member.n) != 0)
		return false;
	p = skip_space(p + member.n, it->end);
	it->p = *p == '"' ? skip_string(p, it->end) : skip_value(p, it->end);
	*item = (struct json){p, (size_t)(it->p - p), type_of(*p), false};
	return true;
}

bool
json_enter(const struct json_iter *it, struct json_iter *members)
{
	const char *p = skip_space(it->p, it->end);

	if (p < it->end && *p == ',')
		p = skip_space(p + 1, it->end);
	if (p >= it->end || *p != '{')
		return false;
	*members = (struct json_iter){p + 1, it->end, true};
	return true;
}

struct json
json_leave(struct json_iter *it, const struct json_iter *members)
{
	const char *p = skip_space(it->p, it->end);

	if (*p == ',')
		p = skip_space(p + 1, it->end);
	it->p = members->p + 1;
	return (struct json){p, (size_t)(it->p - p), JSON_OBJECT, false};
}

bool
json_member(const struct json *object, const char *name, struct json *out)
{
	struct json_iter it = json_iter(object);
	size_t n = strlen(name);
	struct json item;
	struct str key;
	bool found = false;

	if (object == NULL || object->type != JSON_OBJECT)
		return false;
	while (json_next(&it, &key, &item))
		if (key.n == n && memcmp(key.p, name, n) == 0) {
			*out = item;
			found = true;
		}
	return found;
}
