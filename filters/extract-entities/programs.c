/* programs - programmes, awards and products, also those in quotes */
/* SPDX-License-Identifier: MIT */
#include "names.h"

/* 行动, 计划, 工程 */
static bool
is_action(const struct finder *f, const struct token *t)
{
	return t->end_flags & L_PROGRAM && one_at(f, t->end - 1) & ONE_ACTION;
}

/* “415X”先进制造业集群|培育|工程: the token of a second ending, over one word or two, or 0. */
static size_t
longer_tail(const struct finder *f, size_t k)
{
	for (size_t j = k; j < f->ntoken && j < k + 3; j++) {
		const struct token *t = &f->token[j];

		if (t->kind < 0 && is_action(f, t) && j > k)
			return j;
		if (t->kind >= 0 || !is_han(f->cp[t->start]) ||
		    (t->pos != POS_NOUN && t->pos != POS_VERB && t->pos != POS_NAME) ||
		    info_of_token(f, t)->flags & L_NOT)
			break;
	}
	return 0;
}

/*
 * Where a name of a programme goes on behind its quotes, over nouns to the
 * first ending and one more that follows at once (行动计划, 集群体系), with its
 * version (2.0版). Its end in code points, or 0; *more is of the last ending.
 */
static uint32_t
program_tail(const struct finder *f, size_t close, uint32_t *more, size_t *tokens)
{
	uint32_t end = 0;

	*more = 0;
	for (size_t k = close + 1; k < f->ntoken && k <= close + 8; k++) {
		const struct token *t = &f->token[k];
		uint32_t flags, m;
		bool inside;

		if (!is_han(f->cp[t->start]) || is_name(t, LOC) || t->pos == POS_PART ||
		    t->pos == POS_CONJ || t->pos == POS_PREP || t->pos == POS_PRON ||
		    t->pos == POS_ADV || info_of_token(f, t)->flags & L_NOT)
			break;
		endings(t, &flags, &m, &inside);
		if (end != 0 && !(m & M_QUOTED) && !is_action(f, t)) {
			size_t to = longer_tail(f, k);

			end = to != 0 ? f->token[to].end : end;
			break;
		}
		if (flags & L_PROGRAM || m & M_QUOTED) {
			*more = info_of_token(f, t)->more;
			*tokens = k - close;
			if (end != 0) {
				end = t->end;
				break;
			}
			end = t->end;
		}
	}
	uint32_t v = end;
	while (end != 0 && v < f->n && (is_letter(f->cp[v]) || f->cp[v] == '.'))
		v++;
	return end != 0 && v > end && v < f->n && f->cp[v] == U'版' ? v + 1 : end;
}

/* The token that ends there, behind the token close. */
static size_t
token_before(const struct finder *f, size_t close, uint32_t end)
{
	size_t k = close;

	while (k + 1 < f->ntoken && f->token[k + 1].start < end)
		k++;
	return k;
}

/* What stands between quotes. */
struct quoted {
	size_t close; /* token of the closing quote */
	bool name;    /* no sentence */
	bool list;    /* with commas in it, as 腾笼换鸟、凤凰涅槃 */
	bool digits;  /* nothing but digits */
	bool plus;    /* “1+5+N” */
};

/* Finds the quote that closes what token open opens; false if it is too far or nothing is between.
 */
static bool
find_close(const struct finder *f, size_t open, struct quoted *q)
{
	enum { MAXTOKENS = 24 };
	uint32_t c = f->cp[f->token[open].start];

	*q = (struct quoted){.name = true, .digits = true};
	for (size_t k = open + 1; k < f->ntoken && k < open + MAXTOKENS; k++) {
		uint32_t d = f->cp[f->token[k].start];

		if (c == U'《' ? d == U'》' : is_close_quote(d) && d == c + 1) {
			q->close = k;
			return k > open + 1;
		}
		q->plus |= (d == '+' || d == U'＋') && k > open + 1 && k + 1 < f->ntoken &&
			   !is_close_quote(f->cp[f->token[k + 1].start]);
		q->digits &= d >= '0' && d <= '9';
		switch (d) {
		case U'、':
		case U'，':
		case ',': q->list = true; break;
		case U'。':
		case U'；':
		case U'？':
		case '?':
		case U'！':
		case '!':
		case U'：':
		case ':': q->name = false; break;
		default: break;
		}
	}
	return false;
}

/* Does a word that runs a programme (实施, 打造) stand right before token k? */
static bool
runs_before(const struct finder *f, size_t k)
{
	bool runs = false;

	for (size_t j = k; j-- > 0 && k - j <= 3;) {
		uint32_t c = f->cp[f->token[j].start];

		if (!is_han(c) && !is_close_quote(c))
			break;
		runs |= (info_of_token(f, &f->token[j])->more & M_RUNS) != 0;
	}
	return runs;
}

/* Adds what stands in quotes, or goes on behind them, if it is a name. award: its sentence speaks
 * of awards. Returns where a name goes on to behind its quotes, or 0. */
static uint32_t
add_quoted(struct finder *f, size_t k, const struct quoted *q, bool award)
{
	size_t close = q->close, tokens = 0;
	const struct token *first = &f->token[k + 1], *last = &f->token[close - 1];
	uint32_t start = first->start, end = f->token[close].start, n = end - start, more;
	uint32_t tail = program_tail(f, close, &more, &tokens);
	bool ends = last->end_flags & L_PROGRAM || last->end_more & M_QUOTED;
	bool does = runs_before(f, k);

	if (q->list && (tail == 0 || n > 16 ||
			   !(f->token[token_before(f, close, tail)].end_flags & L_PROGRAM)))
		return 0;
	bool chained = award && f->nspan > 0 && f->span[f->nspan - 1].kind == K_QUOTED &&
		       f->span[f->nspan - 1].end + 1 == f->token[k].start;
	/* What is only a word, a sentence or a number of things is no name. */
	bool word = close == k + 2 && !q->digits && first->flags & L_WORD;
	bool verb = (first->pos == POS_VERB && n > 6) ||
		    info_of_token(f, first)->more & (M_DOES | M_RUNS) || first->pos == POS_ADV ||
		    first->pos == POS_PRON;
	bool count = !q->digits && f->token[k + 2].pos == POS_UNIT &&
		     (first->pos == POS_NUM || is_letter(f->cp[start]));

	for (size_t j = k + 1; j < close; j++)
		verb |= f->token[j].pos == POS_PRON && n > 6;
	if (count)
		return tail;
	if (q->plus) {
		if (tail != 0 || does)
			add_span(f, start, end, K_QUOTED, PROGRAM, 0);
	} else if (tail != 0 && !(verb && n > 8)) {
		bool loose =
		    tokens == 1 && more & M_AROUND && more & M_QUOTED; /* “亩均论英雄”改革 */

		add_span(
		    f, loose ? start : f->token[k].start, loose ? end : tail, K_QUOTED, PROGRAM, 0);
	} else if (!word && !verb &&
		   ((q->digits && n >= 3) || (ends && n >= 4) || award || chained ||
		       (does && n >= 3 && n <= 12) ||
		       (close + 1 < f->ntoken &&
			   info_of_token(f, &f->token[close + 1])->more & M_AROUND))) {
		add_span(f, start, end, K_QUOTED, PROGRAM, 0);
	}
	return tail;
}

/* “33618”现代制造业集群体系, “双倍增”计划, 推进“亩均论英雄”改革, 《...协定》 */
void
compose_quoted(struct finder *f)
{
	bool award = false;
	size_t before = 0; /* the closing quote before this one, if its words are no name yet */

	for (size_t k = 0; k < f->ntoken; k++) {
		uint32_t c = f->cp[f->token[k].start];
		bool book = c == 0x300A;
		struct quoted q;

		if (c == 0x3002 || c == 0xFF1B || c == ';')
			award = false;
		if (info_of_token(f, &f->token[k])->more & M_AWARD)
			award = true;
		if ((!is_open_quote(c) && !book) || !find_close(f, k, &q))
			continue;
		const struct token *first = &f->token[k + 1], *last = &f->token[q.close - 1];
		if (!q.name || last->end - first->start > (book ? 32U : 24U))
			continue;
		if (book) {
			if ((last->end_flags & L_PROGRAM || last->end_more & M_QUOTED) && !q.list)
				add_span(f, first->start, last->end, K_QUOTED, PROGRAM, 0);
			k = q.close;
			continue;
		}
		size_t nspan = f->nspan;
		uint32_t tail = add_quoted(f, k, &q, award);
		if (q.list && tail == 0)
			continue;
		/* “北斗星”“启明星”计划: the first is one as well */
		if (tail != 0 && f->nspan > nspan && before != 0 && before + 1 == k) {
			size_t open = before;

			while (open > 0 && !is_open_quote(f->cp[f->token[open].start]))
				open--;
			add_span(
			    f, f->token[open].end, f->token[before].start, K_QUOTED, PROGRAM, 0);
		}
		before = f->nspan == nspan ? q.close : 0;
		k = q.close;
	}
}

/* 高标准农田改造提升行动、和美乡村创建行动: is it beside another one in a list? */
static bool
in_list(const struct finder *f, size_t start, size_t e)
{
	if (start > 1 && f->cp[f->token[start].start - 1] == U'、' &&
	    is_action(f, &f->token[start - 2]))
		return true;
	if (e + 1 >= f->ntoken || f->cp[f->token[e + 1].start] != U'、')
		return false;
	for (size_t k = e + 2; k < f->ntoken && k < e + MAXGROW; k++) {
		if (!is_han(f->cp[f->token[k].start]))
			return false;
		if (is_action(f, &f->token[k]))
			return true;
	}
	return false;
}

/* 全国文明村: an honour needs nothing between the place and its ending, as 全国行动 would. */
static bool
is_honour(const struct finder *f, const struct token *t)
{
	return t->end - t->start >= 3 && !is_action(f, t) && f->cp[t->end - 1] != U'项';
}

/* 实施领军企业跨越发展鲲鹏计划: from the verb to the ending. 重庆五一劳动奖章: from the place.
 * 数字重庆. */
void
compose_programs(struct finder *f)
{
	for (size_t e = f->ntoken; e-- > 0;) {
		const struct token *t = &f->token[e];
		uint32_t flags, more;
		bool inside;

		if (e > 0 && is_name(t, LOC) && t->kind != K_ABBR &&
		    info_of_token(f, t - 1)->more & M_VISION) {
			add_span(f, t[-1].start, t->end, K_PROGRAM, PROGRAM, 0);
			continue;
		}
		endings(t, &flags, &more, &inside);
		if (!(flags & L_PROGRAM) || t->kind >= 0)
			continue;
		size_t start = e;
		bool does = false;
		for (size_t k = e; k-- > 0 && e - k <= MAXGROW;) {
			const struct token *b = &f->token[k];
			const struct info *in = info_of_token(f, b);

			/* 实施|全面|振兴|三年行动: part of what is done, unless it says how */
			bool how = k > 0 && in->more & M_DOES && b->pos != POS_VERB &&
				   info_of_token(f, b - 1)->more & M_DOES;
			if (in->more & M_DOES && !how && start < e) {
				does = true;
				break;
			}
			if (in->more & M_AND && k > 0 && f->token[k - 1].end_flags & L_PROGRAM &&
			    start < e) {
				does = true; /* A行动和B行动 are two */
				break;
			}
			if (!is_han(f->cp[b->start]) || b->pos == POS_PART || b->pos == POS_PREP ||
			    b->pos == POS_PRON ||
			    (in->flags & L_NOT && b->pos != POS_CONJ &&
				!(k + 1 == e && b->pos == POS_VERB))) /* 和美乡村|创建|行动 */
				break;
			start = k;
		}
		does |= start < e && is_action(f, t) && in_list(f, start, e);
		if (does && t->end - f->token[start].start >= 6 &&
		    f->token[start].pos != POS_CONJ) {
			add_span(f, f->token[start].start, t->end, K_PROGRAM, PROGRAM, 0);
			e = start;
			continue;
		}
		struct growth g = grow(f, e, true);
		if (g.start != e && g.evidence >= EV_OPENER && (g.nouns > 0 || is_honour(f, t))) {
			add_span(f, f->token[g.start].start, t->end, K_PROGRAM, PROGRAM, 0);
			e = g.start;
		}
	}
}

/* 问界M9, 问界新M7, 嫦娥五号: a brand and a type, or two characters that are no word and a type */
void
compose_products(struct finder *f)
{
	for (size_t k = 0; k + 1 < f->ntoken; k++) {
		const struct token *t = &f->token[k];
		size_t e = k + 1, start = k;
		bool brand = info_of_token(f, t)->more & M_BRAND;

		if (!is_han(f->cp[t->start]) || t->kind >= 0)
			continue;
		if (f->cp[f->token[e].start] == U'新' && f->token[e].end - f->token[e].start == 1 &&
		    e + 1 < f->ntoken)
			e++;
		uint32_t c = f->cp[f->token[e].start];
		bool letter = (c >= 'A' && c <= 'Z') && f->cp[f->token[e].end - 1] <= '9';
		bool number = e + 1 < f->ntoken && brand && f->token[e].pos == POS_NUM &&
			      f->cp[f->token[e + 1].start] == U'号';
		if (brand && (letter || number || (c >= 'A' && c <= 'Z')) &&
		    f->token[e].end - f->token[e].start <= 8) {
			add_span(
			    f, t->start, f->token[number ? e + 1 : e].end, K_PRODUCT, PRODUCT, 0);
		} else if (letter && e == k + 1 && k > 0 && t->end - t->start == 1 &&
			   t[-1].end - t[-1].start == 1 && is_han(f->cp[t[-1].start]) &&
			   t[-1].kind < 0 && t->pos != POS_PART && t->pos != POS_UNIT &&
			   t[-1].pos != POS_PART && t[-1].pos != POS_PREP && t[-1].pos != POS_NUM &&
			   t[-1].pos != POS_ADV && t->pos != POS_PREP && t->pos != POS_ADV &&
			   t->pos != POS_CONJ && t->pos != POS_VERB &&
			   f->token[e].end - f->token[e].start <= 5) {
			add_span(
			    f, f->token[start - 1].start, f->token[e].end, K_PRODUCT, PRODUCT, 0);
		}
	}
}
