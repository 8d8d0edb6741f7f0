/* link_names - names of bodies: those that the article defined, and those that a text names */
/* SPDX-License-Identifier: MIT */
#include "link_int.h"

enum { MAX_NAME = 8 }; /* tokens */

struct token *
link_merge(struct linker *l, size_t start, size_t end)
{
	size_t from = 0, to, high = l->n;

	while (from < high) { /* the first that ends behind start, no empty one */
		size_t mid = from + (high - from) / 2;
		if (l->token[mid].end <= start)
			from = mid + 1;
		else
			high = mid;
	}
	for (to = from; to < l->n && l->token[to].end <= end; to++)
		if (l->token[to].figure >= 0)
			return NULL;
	if (to == from || l->token[from].start != start || l->token[to - 1].end != end)
		return NULL;
	l->token[from] = (struct token){(uint32_t)start, (uint32_t)end, 0, -1, PLACE, false};
	for (size_t i = from + 1; i < to; i++)
		l->token[i] = (struct token){(uint32_t)end, (uint32_t)end, 0, -1, PLACE, false};
	l->holes = l->holes || to > from + 1;
	return &l->token[from];
}

void
link_compact(struct linker *l)
{
	size_t n = 0;

	if (!l->holes)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].start < l->token[i].end)
			l->token[n++] = l->token[i];
	l->n = n;
	l->holes = false;
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

			link_merge(l, at, at + a->alias.n);
			p += a->alias.n;
		}
		link_compact(l);
	}
}

struct range
link_body_behind(const struct linker *l, size_t i, struct str name)
{
	struct range r = {i, i + 1};

	if (r.to == l->n || name.n == 0 || name.p < l->text.p || name.p > l->text.p + l->text.n)
		return (struct range){i, i};
	while (r.from > 0 && l->text.p + l->token[r.from].start > name.p)
		r.from--;
	enum role behind = l->token[r.to].role;
	if (l->text.p + l->token[r.from].start != name.p || r.from == 0 ||
	    l->token[r.from - 1].role != DE ||
	    (behind != VERB && behind != PREP && behind != ADVERB && behind != LIGHT))
		return (struct range){i, i};
	return r;
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

/* Is token i the hour, or goes on with it? */
static bool
is_clock(const struct linker *l, size_t i)
{
	struct str s = word_at(l, i);

	if (s.n > 0 && *s.p >= '0' && *s.p <= '9')
		return l->token[i].figure < 0;
	return (s.n == 1 && *s.p == ':') || link_word(&l->token[i])->clock;
}

void
link_clocks(struct linker *l)
{
	for (size_t i = 1; i < l->n; i++) {
		if (l->token[i - 1].role != DATE)
			continue;
		char c = l->text.p[l->token[i].start];
		bool begins = (c >= '0' && c <= '9') || l->token[i].end - l->token[i].start > 3;

		/* 10日|18|时, 10日|上午; not 10月|分|两批 */
		if (begins && is_clock(l, i))
			for (; i < l->n && is_clock(l, i); i++)
				l->token[i].role = LEAD;
	}
}

/* 临江、江南、高|坪|三区: what is counted so are names, whatever the words say. */
static void
name_counted(struct linker *l, size_t etc)
{
	const size_t least = 6, most = 12; /* bytes of such a name */

	size_t items = 0;

	for (size_t to = etc, from; to > 0 && items++ < MAX_LIST; to = from - 1) {
		for (from = to; from > 0 && l->token[from - 1].role != LIST &&
				!is_boundary(&l->token[from - 1]) && to - from < MAX_NAME;
		     from--)
			;
		size_t n = from < to ? l->token[to - 1].end - l->token[from].start : 0;
		bool list = from > 0 && l->token[from - 1].role == LIST;

		if (n < least || n > most || (to == etc && !list))
			return;
		if (to - from > 1 || l->token[from].role != PLACE)
			link_merge(l, l->token[from].start, l->token[to - 1].end);
		if (!list)
			return;
	}
}

/* 贵州|梨|润|食品|有限公司, 中央|结算|有限公司, 恒|达|精密|是一家: what is within the name of a
 * company is no verb. */
static void
name_company(struct linker *l, size_t holder)
{
	for (size_t i = holder; i > 1 && holder - i < MAX_NAME; i--) {
		struct token *t = &l->token[i - 1];

		if (in_phrase(t))
			continue;
		if ((t->end - t->start != 3 && i != holder) || !in_phrase(t - 1) || t[-1].person ||
		    t[-1].role == DEICTIC || /* 他|卖|某某食品有限公司|产品 */
		    (t->role != VERB && t->role != ADVERB && t->role != RISE && t->role != FALL &&
			t->role != LEVEL))
			return;
		t->role = NOUN;
	}
}

static bool
is_character(const struct token *t)
{
	return t->end - t->start == 3;
}

/* 雄|安|新区, 义|和|镇: what is within the name of an area is no verb. */
static void
name_within(struct linker *l, size_t holder)
{
	if (holder < 2 || !is_character(&l->token[holder - 1]) ||
	    !is_character(&l->token[holder - 2]) || l->token[holder - 2].role != NOUN ||
	    (holder > 2 && in_phrase(&l->token[holder - 3]) && l->token[holder - 3].role != PLACE))
		return;
	switch ((enum role)l->token[holder - 1].role) {
	case AND:
	case VERB:
	case ADVERB:
	case RISE:
	case FALL:
	case LEVEL: l->token[holder - 1].role = NOUN; break;
	default: break;
	}
}

/* Where the last character of a token begins. */
static size_t
last_character(const struct linker *l, const struct token *t)
{
	size_t at = t->end - 1;

	while (at > t->start && ((unsigned char)l->text.p[at] & 0xC0) == 0x80)
		at--;
	return at;
}

/* 市|公安局, 省|农业|农村|厅: what seems to be an area begins the name of its office. */
static void
name_office(struct linker *l, size_t area)
{
	const size_t most = 5; /* words behind the area */

	if (area > 0 && in_phrase(&l->token[area - 1]) && l->token[area - 1].role != PLACE)
		return;
	for (size_t to = area + 1; to < l->n && to <= area + most; to++) {
		const struct token *t = &l->token[to];

		if (t->role == HOLDER && !is_character(t)) {
			l->token[area].role = NOUN;
			return;
		}
		if (t->role != NOUN)
			return;
		size_t last = last_character(l, t);
		if (link_char(l, last)->office) {
			struct token *name = link_merge(l, l->token[area].start, t->end);
			if (name != NULL) {
				name->word = link_char_number(l, last);
				name->role = NOUN;
			}
			return;
		}
	}
}

void
link_mend_names(struct linker *l)
{
	const size_t company = 12; /* bytes: 有限公司 */

	for (size_t i = 0; i < l->n; i++)
		if ((l->token[i].role == HOLDER &&
			l->token[i].end - l->token[i].start >= company) ||
		    (l->token[i].role == LEVEL && link_word(&l->token[i])->brings))
			name_company(l, i);
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].role == HOLDER) {
			name_within(l, i);
			if (is_character(&l->token[i]) && link_word(&l->token[i])->brings)
				name_office(l, i);
		}
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].role == ETC && link_word(&l->token[i])->keep)
			name_counted(l, i);
	link_compact(l);
}

/* 东北|三省, 中部|六省: one name; not 北京、上海|两市, 县|三乡. */
static void
name_sum(struct linker *l, size_t i)
{
	const struct token *t = &l->token[i - 1];

	if ((t->role != PLACE && t->role != DEICTIC) || t->person || t->end != t[1].start ||
	    (i > 1 && (t[-1].role == LIST || t[-1].role == AND)))
		return;
	uint32_t number = t[1].word;
	struct token *name = link_merge(l, t->start, t[1].end);
	if (name != NULL)
		name->word = number;
}

void
link_sums(struct linker *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct token *t = &l->token[i];

		if (t->role == DEAL && i + 1 < l->n && in_phrase(t + 1) &&
		    t->end - t->start == 3) { /* 各|景区 */
			t->role = NOUN;
			continue;
		}
		if (i + 1 < l->n && t[1].role == FIGURE && is_character(t) && is_each(l, i)) {
			t->role = ADVERB; /* 每|10股|派2.5元 */
			continue;
		}
		if (t->role == ETC && i > 0 && link_word(t)->keep)
			name_sum(l, i);
		if (t->role != ETC || (i > 0 && (in_phrase(t - 1) || t[-1].role == CLOSE)))
			continue;
		if (link_word(t)->keep)
			t->role = DEICTIC;
		else if (link_word(t)->brings)
			t->role = NOUN;
	}
	link_compact(l);
}
