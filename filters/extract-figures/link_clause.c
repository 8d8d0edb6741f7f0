/* link_clause - what a clause says before its figures: scope, topic and subject */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "link_int.h"

struct str
scope_of(const struct state *st)
{
	if (st->sentence.n > 0)
		return st->sentence;
	if (st->above && st->subject.n > 0)
		return st->subject;
	if (st->named.n > 0)
		return st->named;
	return st->deictic.n > 0 ? st->deictic : st->subject;
}

/*
 * 县里 stands for a county, and not for the town or the person that was named
 * last; 他 for a person, 我们 for some, or for a body.
 */
static bool
stands_for(const struct token *t, struct str name, const struct state *st)
{
	const char *ends = link_gives(t);

	if (!link_word(t)->people) {
		if (st->person)
			return false;
	} else if (link_word(t)->many ? st->above || (st->person && !st->several) : !st->person) {
		return false;
	}
	return name.n > 0 && link_word(t)->keep && link_word(t)->role == DEICTIC &&
	       (ends == NULL || name.n <= 6 || ends_with(name, (struct str){ends, strlen(ends)}));
}

void
set_scope(const struct linker *l, struct state *st, struct range scope)
{
	struct str s = phrase(l, scope);

	if (s.n == 0)
		return;
	const struct token *first = &l->token[scope.from];
	bool one = scope.to == scope.from + 1;
	if (link_word(first)->self && st->speaker.n == 0 && !st->person)
		return; /* nobody knows who 我 is */
	if (one && ((first->role == HOLDER && ends_with(st->named, s)) ||
		       (first->role == DEICTIC && stands_for(first, st->named, st)))) {
		st->sentence.n = 0; /* 公司 after 某某公司, 该企业 */
	} else if (one && first->role == HOLDER && st->full.n > 0 && ends_with(st->full, s)) {
		st->above = false;
		st->person = false;
		st->named = st->body; /* 委托江城建筑有限公司施工。公司…: that one */
		st->sentence.n = 0;
	} else if (one && first->role == DEICTIC && link_word(first)->people &&
		   !link_word(first)->many && st->speaker.n > 0) {
		st->named = st->speaker; /* 郭长顺回忆，那时他拆除…: that one */
		st->above = st->several = false;
		st->person = true;
		st->sentence.n = 0;
	} else if (one && (first->role == DEICTIC || first->role == HOLDER)) {
		if (st->above) /* only the heading names it */
			st->named.n = 0;
		st->deictic = st->sentence = s;
	} else {
		st->named = first->role == DEICTIC ? s : link_short_name(l, s);
		st->above = false;
		st->person = first->person;
		st->several = st->person && !one;
		st->sentence.n = 0;
	}
}

/* 广东、江苏、浙江等7个外贸大省: together they are the scope of this sentence. */
static void
set_places(const struct linker *l, struct state *st, size_t from)
{
	size_t to = from;

	st->places.from = from;

	while (to < l->n && (l->token[to].role == PLACE || l->token[to].role == LIST ||
				l->token[to].role == AND))
		to++;
	st->places.to = to;
	if (to < l->n && l->token[to].role == ETC)
		to++;
	st->sentence = phrase(l, (struct range){from, to});
}

/* 企业|实现|利润总额|由负转正，: the object is what the next figures are of. */
static void
set_object(const struct linker *l, struct state *st, size_t from)
{
	size_t to = from, end;

	while (to < l->n && to < from + MAX_PHRASE && in_phrase(&l->token[to]))
		to++;
	for (end = to; end < l->n && (l->token[end].role == LEVEL || l->token[end].role == BASIS ||
					 l->token[end].role == ADVERB);
	     end++)
		;
	if (to > from && ends_metric(&l->token[to - 1]) && end < l->n &&
	    l->token[end].role == COMMA)
		st->metric = phrase(l, (struct range){from, to});
}

/* 三河村党支部书记李刚说: the figures that follow are of the village. */
static void
set_speaker(const struct linker *l, struct state *st, struct range np)
{
	if (l->token[np.to - 1].person)
		st->speaker = word_at(l, np.to - 1);
	struct range scope = cut_scope(l, &np);
	struct str name, full;

	if (scope.from == scope.to)
		return;
	const struct token *last = &l->token[scope.to - 1];
	if (last->role == HOLDER ? link_word(last)->speaks
				 : link_body_at(l, scope.to - 1, &name, &full))
		set_scope(l, st, scope);
}

/* 走进, 找到; 在|…， at the beginning of a clause */
static bool
brings(const struct linker *l, size_t i, size_t comma)
{
	const struct token *t = &l->token[i];

	if (!link_word(t)->brings || (t->role != PREP && !is_verb(t)))
		return false;
	return t->role != PREP || (l->token[comma].role == COMMA && (i == 0 || is_boundary(t - 1)));
}

void
set_brought(const struct linker *l, struct state *st, size_t comma)
{
	struct range r = {comma, comma};

	while (r.from > 0 && r.to - r.from < MAX_PHRASE && !brings(l, r.from - 1, comma) &&
	       (in_phrase(&l->token[r.from - 1]) || is_verb(&l->token[r.from - 1]) ||
		   l->token[r.from - 1].role == DE)) /* 白水镇|的|加工|车间 */
		r.from--;
	if (r.to - r.from < 2 || r.from == 0 || l->token[r.to - 1].role != HOLDER ||
	    !brings(l, r.from - 1, comma))
		return;
	if (is_verb(&l->token[r.from])) /* 走进|位于某县|的|某某公司 */
		for (size_t i = r.from; i + 1 < r.to; i++)
			if (l->token[i].role == DE)
				r.from = i + 1;
	set_scope(l, st, r);
}

void
set_among(const struct linker *l, struct state *st, size_t end)
{
	struct range r = noun_phrase(l, clause_start(l, end), end, false);

	if (r.from < r.to && l->token[r.from].role == DEICTIC)
		r.from++;
	st->among = phrase(l, r);
}

/* The beginning of a clause: its first noun phrase, and what the clause does. */
struct opening {
	size_t i, to;           /* the noun phrase is token[i, to) */
	size_t verb;            /* what follows it, adverbs left out; l->n for nothing */
	bool adverbial;         /* 按可比价格计算，: no topic */
	bool acts;              /* a verb follows */
	struct range np, scope; /* the phrase without its scope, the scope */
};

/* Past dates and what else leads into a clause; false for 对美国出口. */
static bool
skip_lead(const struct linker *l, struct opening *o)
{
	for (size_t end = o->i + MAX_PHRASE; o->i < l->n && o->i < end; o->i++) {
		const struct token *t = &l->token[o->i];
		if (t->role == PREP && link_word(t)->keep)
			return false;
		if (t->role == PREP)
			o->adverbial = true;
		else if (t->role != LEAD && t->role != DATE && t->role != SPACE &&
			 t->role != QUOTE && t->role != COMMA && t->role != TO)
			break;
	}
	return true;
}

/* 华盛顿北郊|的|西德维尔|学校|已有…: where the body ends that a phrase ending at to describes. */
static size_t
behind_body(const struct linker *l, size_t to)
{
	size_t end = to + 1;

	if (to >= l->n || l->token[to].role != DE)
		return to;
	while (end < l->n && end < to + MAX_LIST && in_phrase(&l->token[end]))
		end++;
	if (end == to + 1 || end >= l->n || l->token[end - 1].role != HOLDER ||
	    !link_word(&l->token[end - 1])->speaks)
		return to;
	return is_verb(&l->token[end]) || l->token[end].role == LEVEL ||
		       l->token[end].role == ADVERB
		   ? end
		   : to;
}

/* Reads the noun phrase and finds the verb; false where there is no phrase. */
static bool
read_opening(const struct linker *l, struct opening *o)
{
	size_t to = o->i, verb;

	if (to < l->n && l->token[to].role == AND) /* 和友光能有限公司 */
		to++;
	while (to < l->n && to < o->i + MAX_PHRASE && in_phrase(&l->token[to]) &&
	       (to == o->i || !is_each(l, to))) /* 该区|每千人口|拥有 */
		to++;
	while (to > o->i + 1 && to < l->n && is_verb(&l->token[to]) &&
	       link_word(&l->token[to - 1])->quality && link_word(&l->token[to - 1])->role == NOUN)
		to--; /* 医院|紧急|增开 */
	to = behind_body(l, to);
	for (verb = to; verb < l->n && verb < to + MAX_PHRASE; verb++)
		if (l->token[verb].role != LEVEL && l->token[verb].role != ADVERB &&
		    l->token[verb].role != DATE && !link_word(&l->token[verb])->quality &&
		    (l->token[verb].role != FIGURE || figure_of(l, verb)->kind != KIND_DURATION))
			break; /* 景区|5天|接待 */
	o->to = to;
	o->verb = verb;
	o->acts =
	    verb < l->n && (verb > to || is_verb(&l->token[verb]) || l->token[verb].role == SAY);
	return o->i < to;
}

/* 海关总署公布: who says it is not whose it is, but for a company, a village. */
static bool
is_source(const struct linker *l, const struct opening *o)
{
	return o->verb < l->n && l->token[o->verb].role == SAY &&
	       (l->token[o->to - 1].role != HOLDER || o->to - o->i < 2);
}

/* 北京、…: do places follow each other? */
static bool
opens_places(const struct linker *l, const struct opening *o)
{
	return !o->adverbial && o->i + 1 == o->to && l->token[o->i].role == PLACE && o->to < l->n &&
	       (l->token[o->to].role == LIST || l->token[o->to].role == AND);
}

/* Is there a figure in the rest of the clause? */
static bool
counts(const struct linker *l, size_t i)
{
	size_t far = i + MAX_PHRASE;

	for (; i < l->n && i < far && !is_boundary(&l->token[i]); i++)
		if (l->token[i].role == FIGURE && figure_of(l, i)->kind != KIND_DURATION)
			return true;
	return false;
}

/* Is the whole phrase the scope: 公司|实现, 某某公司|实现? */
static bool
is_all_scope(const struct linker *l, const struct state *st, const struct opening *o)
{
	const struct token *first = &l->token[o->i], *last = &l->token[o->to - 1];
	struct range all = {o->i, o->to};
	size_t n = o->to - o->i;
	bool inside = o->to < l->n && link_word(&l->token[o->to])->inside; /* 横|屏|上 */
	bool named = looks_like_name(l, all) && !inside, cut = o->scope.from < o->scope.to;
	bool has = o->verb < l->n && l->token[o->verb].role == DE; /* 石门村|的|变化 */

	if (o->to < l->n && l->token[o->to].role == LEVEL && link_word(&l->token[o->to])->brings)
		return true; /* 恒达|精密|是一家… */
	if (n == 1 && o->acts && first->role == HOLDER &&
	    (link_word(first)->keep ||
		((st->above || st->named.n == 0) && first->end - first->start > 3 &&
		    is_verb(&l->token[o->verb]))))
		return true;
	if (last->role == HOLDER && n > 1 && o->acts &&
	    (ends_with(st->named, phrase(l, all)) ||
		(link_word(last)->speaks && n < 6 && counts(l, o->verb))))
		return true; /* 荔枝街道水资源小区…。水资源小区|建成… */
	if (last->role == HOLDER && n > 1 && n < (first->role == PLACE ? 14 : 8) &&
	    (first->role == PLACE || named ? o->acts || cut || o->adverbial || has
					   : o->acts && n < 6 && (st->above || st->named.n == 0)))
		return true;
	return !cut && o->acts && n < 7 && named && !ends_metric(last) &&
	       (o->verb == l->n ||
		   (l->token[o->verb].role != RISE && l->token[o->verb].role != FALL &&
		       (l->token[o->verb].role != NOUN || l->token[o->to].role != ADVERB)));
}

/* 大女儿|写…: some who are no names, but do something. */
static bool
names_people(const struct linker *l, const struct opening *o)
{
	size_t i = o->verb + 1;

	if (o->np.from == o->np.to || o->scope.from < o->scope.to || o->adverbial ||
	    o->verb >= l->n || (l->token[o->verb].role != VERB && l->token[o->verb].role != PREP) ||
	    !link_is_title(l, o->np.to - 1))
		return false;
	while (i < l->n && in_phrase(&l->token[i]) && !ends_metric(&l->token[i]))
		i++;
	/* 毕业生|留|港|率 is no deed */
	return i == l->n || o->verb > o->to || !ends_metric(&l->token[i]) ||
	       l->token[o->verb].end - l->token[o->verb].start > 3;
}

/* 园子|里|种着…: where something is, if somebody or nothing was named. */
static bool
names_inside(const struct linker *l, const struct state *st, const struct opening *o)
{
	const struct token *last = &l->token[o->to - 1];

	return (st->person || st->above || st->named.n == 0) && o->np.to == o->to &&
	       o->np.to - o->np.from > 1 && o->to - o->i < 5 && o->verb < l->n &&
	       l->token[o->verb].role == VERB && last->role == NOUN && link_word(last)->inside;
}

/* What the next figures may be of. */
static void
set_topic(const struct linker *l, struct state *st, const struct opening *o)
{
	size_t items = o->to; /* 服务业中信息传输、软件和信息技术服务业|两年平均增长 */

	if (o->scope.from < o->scope.to && o->verb < l->n && l->token[o->verb].role == LIGHT &&
	    !link_word(&l->token[o->i])->people && /* 我家|种|了 */
	    !ends_metric(&l->token[o->to - 1]))    /* 全市规上工业|实现|营业收入 */
		st->sentence = phrase(l, (struct range){o->i, o->to});
	while (items + 1 < l->n && items < o->to + MAX_PHRASE &&
	       (in_phrase(&l->token[items]) ||
		   ((l->token[items].role == LIST || l->token[items].role == AND) &&
		       in_phrase(&l->token[items + 1]))))
		items++;
	st->topic = phrase(l, (struct range){o->np.from, items});
	st->fresh = true;
}

/* Is the phrase who does what the verb says? */
static bool
is_subject(const struct linker *l, const struct opening *o)
{
	const struct token *verb = &l->token[o->verb], *first = &l->token[o->i];
	const struct token *last = &l->token[o->to - 1];

	return (is_verb(verb) || verb->role == PREP) && !link_word(last)->quality &&
	       !link_word(verb)->causes && !ends_metric(&l->token[o->to - 1]) &&
	       !(o->to == o->i + 1 && first->role == NOUN && link_word(first)->keep) &&
	       !(verb->role == VERB && o->verb + 1 < l->n &&
		   ends_metric(verb + 1)); /* 回访|满意|率 */
}

/* 灾情|发生|后，: the clause only says when. */
static bool
says_when(const struct linker *l, const struct opening *o)
{
	size_t i = o->to, far = o->to + MAX_PHRASE;

	while (i < l->n && i < far && !is_boundary(&l->token[i]) && l->token[i].role != FIGURE)
		i++;
	return i < l->n && l->token[i].role == COMMA && l->token[i - 1].role == AFTER &&
	       l->token[i - 1].end - l->token[i - 1].start == 3;
}

/* The subject of the clause, or its metric. */
static void
set_subject(const struct linker *l, struct state *st, const struct opening *o, struct str rest)
{
	bool metric = ends_metric(&l->token[o->to - 1]);

	if (l->token[o->to - 1].role == HOLDER)
		st->subject = rest;
	if (o->verb == l->n)
		return;
	uint8_t role = l->token[o->verb].role;
	if (role == COMMA && metric && o->verb > o->to)
		st->metric = rest; /* 收入扣除价格因素，实际增长5% */
	if (role == LIGHT && !metric)
		set_object(l, st, o->verb + 1);
	if (role == RISE || role == FALL) {
		if (metric && o->np.to - o->np.from > 1)
			st->metric = rest;
	} else if (is_subject(l, o)) {
		st->subject = rest;
	}
}

/* 蓝庆华：全市…: who says it is not whose it is. */
static bool
is_label(const struct linker *l, const struct opening *o)
{
	const struct token *mark = &l->token[o->to];

	return o->i == 0 && o->to < l->n && mark[-1].person && mark->end - mark->start == 3 &&
	       memcmp(l->text.p + mark->start, "：", 3) == 0;
}

/* 医院|编制|床位, below the name of a hospital: its last word names it again. */
static bool
name_again(const struct linker *l, struct state *st, const struct range *np)
{
	struct str word = word_at(l, np->from);

	if (np->from + 1 >= np->to || l->token[np->from].role != HOLDER || word.n < 6)
		return false;
	if (!ends_with(st->named, word)) {
		if (!ends_with(st->top, word))
			return false;
		st->named = st->top;
		st->person = st->several = false;
	}
	return true;
}

void
open_clause(const struct linker *l, struct state *st, size_t i)
{
	struct opening o = {.i = i};

	if (!skip_lead(l, &o) || !read_opening(l, &o) ||
	    (o.verb < l->n && l->token[o.verb].role == DATELINE))
		return;
	if (o.i + 1 < o.to && link_word(&l->token[o.to - 1])->people)
		o.i = o.to - 1; /* 这条|路|他|走了十年 */
	o.np = (struct range){o.i, o.to};
	if (is_label(l, &o))
		return;
	if (is_source(l, &o)) {
		set_speaker(l, st, o.np);
		return;
	}
	if (opens_places(l, &o)) {
		set_places(l, st, o.i);
		return;
	}
	o.scope = link_body_of(l, o.np.to - 1);
	if (o.scope.from < o.scope.to)
		o.np.from = o.np.to; /* not who has the post */
	else if ((o.verb == l->n || l->token[o.verb].role != PREP ||
		     !link_word(&l->token[o.verb])->keep))
		o.scope = cut_person(l, &o.np); /* 居民李佳佳|对… */
	if (o.scope.from == o.scope.to)
		o.scope = cut_scope(l, &o.np);
	if (o.scope.from == o.scope.to && name_again(l, st, &o.np))
		o.scope.to = ++o.np.from;
	if (o.adverbial && st->person && l->token[o.scope.from].role == PLACE)
		return; /* 贺立新，在广东打工 */
	if (!l->token[o.scope.from].person && !link_word(&l->token[o.scope.from])->self &&
	    is_all_scope(l, st, &o))
		o.scope.to = o.np.from = o.to;
	set_scope(l, st, o.scope);
	if (names_people(l, &o))
		st->sentence = phrase(l, o.np);
	else if (names_inside(l, st, &o))
		st->sentence = phrase(l, (struct range){o.np.from, o.np.to - 1});
	struct str rest = phrase(l, o.np);
	if (rest.n == 0 || o.adverbial)
		return;
	set_topic(l, st, &o);
	if (rest.n > 4 && !says_when(l, &o)) /* not 古|有… */
		set_subject(l, st, &o, rest);
}
