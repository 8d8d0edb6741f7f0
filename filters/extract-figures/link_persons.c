/* link_persons - names of persons, by surname, given name and what stands beside them */
/* SPDX-License-Identifier: MIT */
#include "link_int.h"

enum { MAX_PERSON = 16 }; /* of one block */

/* How surely something is a name, or what stands beside it says so. */
enum sure { NO, MAYBE, LIKELY, SURE, CERTAIN };

static size_t
chars(const struct token *t)
{
	return (t->end - t->start) / 3;
}

/* Its k-th character, as a word. */
static const struct word *
char_of(const struct linker *l, const struct token *t, size_t k)
{
	return link_char(l, t->start + 3 * k);
}

static bool
is_han_word(const struct token *t, size_t n)
{
	return (t->role == NOUN || t->role == VERB || t->role == ADVERB ||
		   (t->role == OTHER && n == 1) ||                /* 李|若|溪 */
		   (t->role == PLACE && n == 2 && !t->person)) && /* 季|长山 */
	       t->end - t->start == 3 * n;
}

static bool
is_title(const struct linker *l, const struct token *t)
{
	bool single = chars(t) == 1; /* 主攻|手 */

	return t->role == NOUN && chars(t) > 0 &&
	       (!single || (t > l->token && in_phrase(t - 1) && t[-1].end == t->start)) &&
	       (link_word(t)->title || /* not 这家 */
		   (link_word(t)->section == 0 && char_of(l, t, chars(t) - 1)->title));
}

/* --- names --- */

/* Behind a surname: 女士, 某, 某|某. Where it ends, or i. */
static size_t
address_end(const struct linker *l, size_t i)
{
	size_t to = i;

	if (i < l->n && l->token[i].role == NOUN && link_word(&l->token[i])->address &&
	    chars(&l->token[i]) == 2)
		return i + 1;
	while (to < l->n && to < i + 2 && chars(&l->token[to]) <= 2 &&
	       char_of(l, &l->token[to], 0)->address &&
	       char_of(l, &l->token[to], chars(&l->token[to]) - 1)->address)
		to++; /* 某 */
	return to;
}

/* 陈|莉|带|着, 向|涛|正|带|着: is token i what somebody does, and no part of a name? */
static bool
is_deed(const struct linker *l, size_t i)
{
	const struct token *t = &l->token[i];

	if (t->role == ADVERB && i + 1 < l->n)
		t = &l->token[++i];
	return i + 1 < l->n && t->role == VERB && t[1].end - t[1].start == 3 &&
	       (t[1].role == LEVEL || t[1].role == LIGHT);
}

/* Behind the surname that is token i: how surely the next tokens are a given name. */
static enum sure
given_name(const struct linker *l, size_t i, size_t *to)
{
	const struct token *a = &l->token[i + 1], *b = a + 1, *end = l->token + l->n;

	*to = address_end(l, i + 1);
	if (*to > i + 1)
		return CERTAIN;
	if (a >= end)
		return NO;
	*to = i + 2;
	if (is_han_word(a, 2) && a->role == PLACE && char_of(l, a, 0)->given1 &&
	    char_of(l, a, 1)->given2)
		return SURE; /* 郭|长顺, 季|长山 */
	if (is_han_word(a, 2))
		return char_of(l, a, 0)->given1 && char_of(l, a, 1)->given2 ? LIKELY : NO;
	if (!is_han_word(a, 1))
		return NO;
	if (b < end && is_han_word(b, 1) && !is_deed(l, i + 2) && char_of(l, a, 0)->given1 &&
	    char_of(l, b, 0)->given2) {
		*to = i + 3;
		return SURE;
	}
	return char_of(l, a, 0)->given ? MAYBE : NO;
}

/* 孟德|生, 王建国: a name whose surname was cut into a word. */
static enum sure
name_in_word(const struct linker *l, size_t i, size_t *to)
{
	const struct token *t = &l->token[i], *last = t;
	size_t n = chars(t);

	if (n == 2 && i + 1 < l->n && is_han_word(t + 1, 1))
		last++;
	else if (n != 3)
		return NO;
	if (link_word(t)->title || link_word(t)->section != 0 || !is_han_word(t, n) ||
	    !char_of(l, t, 0)->surname || !char_of(l, t, 1)->given1 ||
	    !char_of(l, last, chars(last) - 1)->given2)
		return NO;
	*to = (size_t)(last - l->token) + 1;
	return MAYBE;
}

/* How surely a name begins with token i, and where it ends. */
static enum sure
name_at(const struct linker *l, size_t i, size_t *to)
{
	const struct token *t = &l->token[i];

	if (t->role == NOUN && link_word(t)->surname && i + 1 < l->n)
		return given_name(l, i, to);
	if (t->role == PREP && link_word(t)->surname && i + 1 < l->n &&
	    (i == 0 || is_boundary(t - 1)) && given_name(l, i, to) == SURE)
		return SURE; /* ，向|文|启|每月… */
	if (t->role == PREP && link_word(t)->surname && i > 0 && i + 1 < l->n &&
	    is_title(l, t - 1) && is_han_word(t + 1, 1))
		return given_name(l, i, to); /* 工程师|向|涛, not 老师|向|学生 */
	if (t->role == VERB && link_word(t)->surname && i > 0 && i + 1 < l->n &&
	    is_title(l, t - 1) && given_name(l, i, to) == SURE)
		return SURE; /* 教授|安|华|明 */
	if (i + 1 < l->n && chars(t) == 1 && link_word(t)->address && is_han_word(t + 1, 1) &&
	    link_word(t + 1)->surname) {
		*to = i + 2; /* 老|梁 */
		return LIKELY;
	}
	return name_in_word(l, i, to);
}

/* --- what stands beside them --- */

static enum sure
said_before(const struct linker *l, size_t i)
{
	const struct token *t = &l->token[i];

	if (i == 0)
		return MAYBE;
	switch ((enum role)t[-1].role) {
	case NOUN: return is_title(l, t - 1) ? LIKELY : NO;
	case FIGURE: return link_age(l, i - 1) != 0 ? LIKELY : NO;
	case DE: return i > 1 && link_age(l, i - 2) != 0 ? LIKELY : MAYBE;
	case RISE:
	case FALL:
	case HEAD:
	case PART:
	case ATTRIBUTE:
	case PLACE: return NO;
	default: return MAYBE;
	}
}

/* 今年|63岁, ，63岁 */
static bool
age_follows(const struct linker *l, size_t i)
{
	size_t far = i + MAX_PHRASE;

	while (
	    i < l->n && i < far &&
	    (l->token[i].role == DATE || l->token[i].role == COMMA || l->token[i].role == OPEN ||
		l->token[i].role == ADVERB || l->token[i].role == LEVEL || l->token[i].role == NOW))
		i++;
	return i < l->n && link_age(l, i) != 0;
}

static enum sure
said_behind(const struct linker *l, size_t to)
{
	if (to >= l->n)
		return MAYBE;
	if (l->token[to].role == SAY || age_follows(l, to))
		return LIKELY;
	if (link_word(&l->token[to])->quality)
		return MAYBE; /* 季文启|年轻|时 */
	switch ((enum role)l->token[to].role) {
	case RISE:
	case FALL:
	case HEAD:
	case PART:
	case ATTRIBUTE:
	case HOLDER:
	case PLACE:
	case SHARE:
	case NOUN: return NO;
	default: return MAYBE;
	}
}

static bool
is_person(const struct linker *l, size_t i, size_t *to)
{
	enum sure name = name_at(l, i, to), before, behind;

	if (name == CERTAIN)
		return true;
	if (name == NO || (before = said_before(l, i)) == NO)
		return false;
	behind = said_behind(l, *to);
	if (name == SURE)
		return before == LIKELY || behind != NO;
	if (name == LIKELY && (i == 0 || is_boundary(&l->token[i - 1])) && *to < l->n &&
	    is_verb(&l->token[*to]) && chars(&l->token[*to]) > 1)
		return true; /* ，郑|爱国|回到家乡 */
	return behind != NO && (before == LIKELY || behind == LIKELY);
}

/*
 * Behind an age nothing else says that token i begins a name, but its
 * surname, as rare as the given name may be: where it ends; i if there is none.
 */
static size_t
aged_name_at(const struct linker *l, size_t i)
{
	size_t to = i, chars = 0;

	if (i >= l->n || !link_word(&l->token[i])->surname)
		return i;
	for (; to < l->n && to < i + 3; to++) {
		const struct token *t = &l->token[to];
		size_t n = (t->end - t->start) / 3;

		if (to > i &&
		    ((!in_phrase(t) && t->role != VERB && t->role != ADVERB) || t->role == QUOTE ||
			chars + n > 3 || (chars > 1 && is_deed(l, to))))
			break;
		chars += n;
	}
	return chars >= 2 ? to : i;
}

/* 独居老人|田家|富|说: the same behind a noun, and a name whose surname was cut into a word. */
static size_t
aged_name_behind(const struct linker *l, size_t i)
{
	size_t to = aged_name_at(l, i), end = i + 2;

	if (to > i || end >= l->n || l->token[i].role != NOUN ||
	    l->token[i].end - l->token[i].start != 6 || l->token[i + 1].role != NOUN ||
	    l->token[i + 1].end - l->token[i + 1].start != 3 || in_phrase(&l->token[end]))
		return to;
	return link_char(l, l->token[i].start)->surname ? end : i;
}

/* One token of text[start, end), which is a name. */
static void
merge_person(struct linker *l, size_t start, size_t end)
{
	struct token *t = link_merge(l, start, end);

	if (t != NULL)
		t->person = true;
}

/* 63岁的|王桂芳, 71岁的|居民|刘素珍, 82岁|老人|黄淑珍: whoever has an age is a person. */
static void
aged_person(struct linker *l, size_t age)
{
	size_t at = age + 1 + (l->token[age + 1].role == DE), from = at;
	size_t to = at > age + 1 ? aged_name_at(l, from) : from;

	while (to == from && from < at + 4 && from + 1 < l->n &&
	       (l->token[from].role == NOUN || l->token[from].role == VERB)) {
		from++;
		to = aged_name_behind(l, from);
	}
	if (to > from && (to == l->n || l->token[to].role != NOUN)) /* not 高二|学生 */
		merge_person(l, l->token[from].start, l->token[to - 1].end);
}

/* Wherever else the names stand that were found. */
static void
find_again(struct linker *l, const struct str *name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *p = l->text.p, *end = p + l->text.n;

		while ((p = memmem(p, (size_t)(end - p), name[i].p, name[i].n)) != NULL) {
			size_t at = (size_t)(p - l->text.p);

			merge_person(l, at, at + name[i].n);
			p += name[i].n;
		}
	}
}

static bool
is_among(const struct str *name, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (name[i].n == s.n && memcmp(name[i].p, s.p, s.n) == 0)
			return true;
	return false;
}

void
link_persons(struct linker *l)
{
	struct str name[MAX_PERSON];
	size_t n = 0, to;

	for (size_t i = 0; i + 1 < l->n; i++)
		if (link_age(l, i) != 0)
			aged_person(l, i);
	link_compact(l);
	for (size_t i = 0; i < l->n; i++) {
		struct token *t = &l->token[i];

		if (!t->person && is_person(l, i, &to))
			merge_person(l, t->start, l->token[to - 1].end);
		if (t->person && n < MAX_PERSON && t->end - t->start > 3 &&
		    !is_among(name, n, word_at(l, i)))
			name[n++] = word_at(l, i);
	}
	link_compact(l);
	find_again(l, name, n);
	link_compact(l);
}

/* 何秀兰|和|丈夫|李刚: where the persons begin that are named together with token i. */
static size_t
together_from(const struct linker *l, size_t i)
{
	size_t from = i;

	while (from > 0 && i - from < 3 && is_title(l, &l->token[from - 1]))
		from--;
	if (from > 1 && l->token[from - 1].role == AND && l->token[from - 2].person)
		return from - 2;
	return i;
}

/* 网红|主播|苗某某|销售…: does the noun phrase that token i ends begin a clause? */
static bool
opens_clause(const struct linker *l, size_t i)
{
	size_t from = i;

	while (from > 0 && i - from < 6 && l->token[from - 1].role == NOUN)
		from--;
	return from == 0 || is_boundary(&l->token[from - 1]);
}

struct range
link_body_of(const struct linker *l, size_t i)
{
	struct range body = {i, i}; /* none yet */
	size_t to = i;

	if (i < 2 || !l->token[i].person || !link_word(&l->token[i - 1])->post)
		return body;
	while (to > 0 && i - to < MAX_LIST && l->token[to - 1].role == NOUN)
		to--;
	if (to < 2 || l->token[to - 1].role != HOLDER || !link_word(&l->token[to - 1])->speaks)
		return body;
	body.from = body.to = to;
	while (body.from > 0 && to - body.from < MAX_PHRASE &&
	       in_phrase(&l->token[body.from - 1]) && l->token[body.from - 1].role != QUOTE)
		body.from--;
	return body;
}

struct range
link_holders(const struct linker *l, size_t i)
{
	struct range none = {i, i}, r = {i, i + 1};

	if (!l->token[i].person)
		return none;
	r.from = together_from(l, i);
	if (age_follows(l, r.to))
		return r; /* 发起人叫|贺立新，41岁 */
	enum role before = i > 0 ? l->token[i - 1].role : STOP;
	enum role behind = r.to < l->n ? l->token[r.to].role : STOP;
	if (r.from == i && before != DE && before != NOUN && before != DATE && before != LEAD)
		return none; /* at the beginning of a clause, see open_clause() */
	if (behind == COMMA || behind == VERB || behind == LIGHT || behind == ADVERB ||
	    behind == TAKE || behind == STOP || (behind == NOUN && opens_clause(l, i))) {
		struct range body = link_body_of(l, i);
		return body.from < body.to ? body : r;
	}
	return none;
}

struct range
link_aged(const struct linker *l, size_t i)
{
	struct range r = {i + 2, i + 2};

	if (r.to >= l->n || link_age(l, i) == 0 || l->token[i + 1].role != DE)
		return (struct range){i, i};
	while (r.to < l->n && r.to < i + 6 && l->token[r.to].role == NOUN)
		r.to++;
	if (r.from == r.to || r.to == l->n || !link_is_title(l, r.to - 1) ||
	    (l->token[r.to].role != VERB && l->token[r.to].role != PREP &&
		l->token[r.to].role != ADVERB))
		return (struct range){i, i};
	return r;
}

bool
link_is_title(const struct linker *l, size_t i)
{
	const struct token *t = &l->token[i];

	return link_word(t)->title && is_title(l, t);
}

struct range
cut_person(const struct linker *l, struct range *r)
{
	struct range who = {r->from, r->from};

	for (size_t i = r->from; i < r->to; i++)
		if (l->token[i].role == LIST || l->token[i].role == AND)
			return who; /* 甲、乙|分别… */
	for (size_t i = r->from; i < r->to; i++)
		if (l->token[i].person) {
			who = (struct range){i, i + 1};
			r->from = i + 1;
			while (r->from < r->to && l->token[r->from].role == DE)
				r->from++;
			break;
		}
	return who;
}
