/* link_names - names of bodies: those that the article defined, and those that a text names */
/* SPDX-License-Identifier: MIT */
#include "link_int.h"

enum { MAX_NAME = 8 }; /* tokens */

/* Makes one token of those that are text[start, end), where they are whole tokens. */
static void
merge(struct linker *l, size_t start, size_t end)
{
	size_t from = 0, to, high = l->n;

	while (from < high) { /* the first that begins at start or later */
		size_t mid = from + (high - from) / 2;
		if (l->token[mid].start < start)
			from = mid + 1;
		else
			high = mid;
	}
	for (to = from; to < l->n && l->token[to].end <= end; to++)
		if (l->token[to].figure >= 0)
			return;
	if (to == from || l->token[from].start != start || l->token[to - 1].end != end)
		return;
	l->token[from] = (struct token){(uint32_t)start, (uint32_t)end, 0, -1, PLACE};
	memmove(l->token + from + 1, l->token + to, (l->n - to) * sizeof *l->token);
	l->n -= to - from - 1;
}

void
link_aliases(struct linker *l, const struct json *aliases)
{
	static struct buf hold;
	struct json_iter it;
	struct str key, s;
	struct json item, member;

	l->nalias = 0;
	if (aliases == NULL || aliases->type != JSON_ARRAY)
		return;
	it = json_iter(aliases);
	while (l->nalias < MAX_ALIAS && json_next(&it, &key, &item)) {
		struct alias *a = &l->alias[l->nalias];

		if (!json_member(&item, "alias", &member) || !json_str(&member, &hold, &s) ||
		    s.n < 6 || link_is_scope_word(s))
			continue; /* 以下简称公司: that word is known */
		a->alias = arena_str(l->figures->arena, s.p, s.n);
		a->name = a->alias;
		if (json_member(&item, "name", &member) && json_str(&member, &hold, &s))
			a->name = arena_str(l->figures->arena, s.p, s.n);
		l->nalias++;
		const char *p = l->text.p, *end = p + l->text.n;
		while ((p = memmem(p, (size_t)(end - p), a->alias.p, a->alias.n)) != NULL) {
			size_t at = (size_t)(p - l->text.p);

			merge(l, at, at + a->alias.n);
			p += a->alias.n;
		}
	}
}

struct str
link_short_name(const struct linker *l, struct str name)
{
	for (size_t i = 0; i < l->nalias; i++)
		if (ends_with(l->alias[i].name, name) || ends_with(name, l->alias[i].name))
			return l->alias[i].alias;
	return name;
}

bool
link_body_at(const struct linker *l, size_t i, struct str *name, struct str *full)
{
	const struct token *t = &l->token[i];
	struct range r = {i, i + 1};

	if (t->role == PLACE && l->nalias > 0) {
		*name = word_at(l, i);
		for (size_t k = 0; k < l->nalias; k++)
			if (l->alias[k].alias.n == name->n &&
			    memcmp(l->alias[k].alias.p, name->p, name->n) == 0) {
				*full = l->alias[k].name;
				return true;
			}
		return false;
	}
	if (t->role != HOLDER)
		return false;
	while (r.from > 0 && r.to - r.from < MAX_NAME && in_phrase(&l->token[r.from - 1]) &&
	       l->token[r.from - 1].role != QUOTE)
		r.from--;
	/* the name alone, of what stands before it: 社区找到|涪陵博宇建筑有限公司 */
	while (r.from < i && l->token[r.from].role != PLACE && !looks_like_name(l, r) &&
	       !names_area(l, r.from, r.to) && t->end - t->start < 12)
		r.from++;
	if (r.from == i)
		return false;
	*full = phrase(l, r);
	*name = link_short_name(l, *full);
	return true;
}

/* A person's name that begins with token i: where it ends; i if there is none. */
static size_t
person_at(const struct linker *l, size_t i)
{
	size_t to = i, chars = 0;

	if (i >= l->n || !link_word(&l->token[i])->surname)
		return i;
	for (; to < l->n && to < i + 3; to++) {
		const struct token *t = &l->token[to];
		size_t n = (t->end - t->start) / 3;

		if (to > i && ((!in_phrase(t) && t->role != VERB && t->role != ADVERB) ||
				  t->role == QUOTE || chars + n > 3))
			break;
		chars += n;
	}
	return chars >= 2 ? to : i;
}

/* 独居老人|田家|富|说: behind a noun, a name whose surname was cut into a word. */
static size_t
person_behind(const struct linker *l, size_t i)
{
	size_t to = person_at(l, i), end = i + 2;

	if (to > i || end >= l->n || l->token[i].role != NOUN ||
	    l->token[i].end - l->token[i].start != 6 || l->token[i + 1].role != NOUN ||
	    l->token[i + 1].end - l->token[i + 1].start != 3 || in_phrase(&l->token[end]))
		return to;
	return link_is_surname(l, l->token[i].start) ? end : i;
}

void
link_persons(struct linker *l)
{
	for (size_t i = 1; i < l->n; i++) {
		const struct token *age = &l->token[i - 1];

		if (age->role != FIGURE || figure_of(l, i - 1)->kind != KIND_DURATION ||
		    link_age(l, i - 1) == 0)
			continue;
		size_t at = i + (l->token[i].role == DE), from = at;
		size_t to = at > i ? person_at(l, from) : from;
		while (to == from && from < at + 2 && from + 1 < l->n &&
		       (l->token[from].role == NOUN || l->token[from].role == VERB)) {
			from++; /* 71岁的|居民|刘素珍, 82岁|老人|黄淑珍 */
			to = person_behind(l, from);
		}
		if (to > from)
			merge(l, l->token[from].start, l->token[to - 1].end);
	}
}
