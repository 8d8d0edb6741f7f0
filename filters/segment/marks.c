/* marks.c - what the rules say about a line: rules/segment.rules */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "marks.h"
#include "simplified.h"

/* A longer line is no byline, caption or label; nor is one this long that ends a sentence. */
enum { LINE_BYTES = 1000, LABEL_BYTES = 200 };

static const char *const kinds[] = {"paragraph", "heading", "byline", "caption", "list_item",
    "pull_quote", "jump_line", "table_row", "other", "number", NULL};
static const char *const places[] = {"anywhere", "opens", "closes", "head", "foot", "photo",
    "within", "box", "person", "date", "names", "fresh", NULL};
static const char *const askers[] = {"asker", "answerer", "name", "label", NULL};
static const char *const lasts[] = {"last", NULL};
static const char *const proofs[] = {"page", NULL};

static const struct rules_key line_keys[] = {
    {"kind", KEY_REQUIRED, kinds}, {"place", 0, places}, {"items", 0, kinds}, {0}};
static const struct rules_key turn_keys[] = {{"who", KEY_REQUIRED, askers}, {0}};
static const struct rules_key who_keys[] = {{"refers", 0, lasts}, {"proof", 0, proofs}, {0}};
static const struct rules_key no_keys[] = {{0}};

static const struct rules_type types[] = {
    [RULE_LINE] = {.name = "line", .keys = line_keys, .flags = RULES_FEW_PLACES},
    [RULE_START] = {.name = "start", .keys = line_keys},
    [RULE_TURN] = {.name = "turn", .keys = turn_keys, .flags = RULES_FEW_PLACES},
    [RULE_WHO] = {.name = "who", .keys = who_keys},
    [RULE_MENTION] = {.name = "mention", .keys = no_keys},
    [RULE_VOICE] = {.name = "voice", .keys = no_keys, .flags = RULES_FEW_PLACES},
    [RULE_ALIAS] = {.name = "alias", .keys = no_keys, .flags = RULES_FEW_PLACES},
    [RULE_FULLNAME] = {.name = "fullname", .keys = no_keys},
    [RULE_PERIOD] = {.name = "period", .keys = no_keys},
    [RULE_FURTHER] = {.name = "further", .keys = no_keys},
    [RULE_BELOW] = {.name = "below", .keys = no_keys, .flags = RULES_FEW_PLACES},
};

/* What a rule's own keys say, by number. */
struct meaning {
	int kind, role, items, who;
	bool last;
};

struct rules *rules;

static struct {
	struct str text, view; /* view: as rules see it; p is NULL before they are asked */
	struct buf hold;
} shown[NSHOWN];
static struct arena forms; /* of verbs, process lifetime */

/* Verbs of speech, by the last character. */
enum { BUCKETS = 256 };
static struct verb {
	const char *form;
	size_t n;
	uint32_t last;
	bool closes; /* a sentence may end behind it */
} * verb;
static size_t verb_from[BUCKETS + 1]; /* where those of a bucket begin */

static int
word_index(const char *const *words, const char *word)
{
	int i;

	if (word == NULL)
		return -1;
	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

static int
by_bucket(const void *x, const void *y)
{
	const struct verb *a = x, *b = y;

	if (a->last % BUCKETS != b->last % BUCKETS)
		return a->last % BUCKETS < b->last % BUCKETS ? -1 : 1;
	return (a->n < b->n) - (a->n > b->n); /* the longest first */
}

static void
speech_load(void)
{
	const struct table *t = rules_table(rules, "speech");
	int closes = t == NULL ? -1 : table_column(t, "close");
	size_t i, at;

	if (t == NULL || t->nrow == 0)
		return;
	verb = xarray(NULL, t->nrow, sizeof(*verb));
	for (i = 0; i < t->nrow; i++) {
		const char *cell = table_cell(t, i, 0);
		struct str form = simplified_str(&forms, (struct str){cell, strlen(cell)});

		verb[i] = (struct verb){form.p, form.n, char_before(form, 0, form.n, &at),
		    closes >= 0 && *table_cell(t, i, (size_t)closes) != '\0'};
		verb_from[verb[i].last % BUCKETS + 1]++;
	}
	qsort(verb, t->nrow, sizeof(*verb), by_bucket);
	for (i = 0; i < BUCKETS; i++)
		verb_from[i + 1] += verb_from[i];
}

bool
marks_load(const char *const *files, size_t n)
{
	size_t i;

	rules = rules_load(types, sizeof(types) / sizeof(types[0]), files, n);
	if (rules == NULL)
		return false;
	for (i = 0; i < rules_count(rules); i++) {
		struct rule *r = rules_at(rules, i);
		struct meaning *m = xmalloc(sizeof(*m));

		m->kind = word_index(kinds, rule_value(r, "kind"));
		m->role = word_index(places, rule_value(r, "place"));
		m->items = word_index(kinds, rule_value(r, "items"));
		m->who = word_index(askers, rule_value(r, "who"));
		m->last = rule_value(r, "refers") != NULL;
		r->user = m;
	}
	speech_load();
	return true;
}

void
marks_show(enum shown which, struct str text)
{
	shown[which].text = text;
	shown[which].view.p = NULL;
}

static struct str
view_of(enum shown i)
{
	if (shown[i].view.p != NULL)
		return shown[i].view;
	shown[i].view = shown[i].text;
	/* what was joined of a document without a Traditional character has none */
	if (i == DOCUMENT || view_of(DOCUMENT).p != shown[DOCUMENT].text.p)
		shown[i].view = simplified_view(shown[i].text, &shown[i].hold);
	return shown[i].view;
}

/* A text, which may be a part of one that is shown, as rules see it. */
static struct str
seen(struct str text)
{
	static struct buf hold;

	for (size_t i = 0; i < NSHOWN; i++) {
		struct str all = shown[i].text;

		if (all.n == 0 || text.p < all.p || text.p + text.n > all.p + all.n)
			continue;
		return (struct str){view_of((enum shown)i).p + (text.p - all.p), text.n};
	}
	return simplified_view(text, &hold);
}

static struct str
captured(const struct match *m, struct str text, const char *name)
{
	const struct capture *c = match_capture(m, name);

	if (c == NULL)
		return (struct str){"", 0};
	return (struct str){text.p + c->start, c->end - c->start};
}

bool
mark_line(struct str line, struct mark *mark)
{
	static struct match m[1];
	const struct meaning *mean;

	*mark = (struct mark){.kind = NKIND, .items = NKIND};
	if (line.n == 0)
		return false;
	if (!(line.n <= LINE_BYTES &&
		!(tail_of(line, 0, line.n) == TAIL_STOP && line.n > LABEL_BYTES) &&
		rules_match(rules, RULE_LINE, seen(line), 0, m, 1) > 0) &&
	    rules_match(rules, RULE_START, seen(line), 0, m, 1) == 0)
		return false;
	mean = m->rule->user;
	mark->rule = m->rule;
	mark->end = m->end;
	if (mean->kind < NKIND)
		mark->kind = (enum kind)mean->kind;
	else
		mark->number = true;
	mark->role = mean->role < 0 ? ANYWHERE : (enum role)mean->role;
	if (mean->items >= 0)
		mark->items = (enum kind)mean->items;
	mark->speaker = captured(m, line, "speaker");
	return true;
}

/* At most n bytes of a text, of whole characters. */
static struct str
beginning(struct str text, size_t n)
{
	if (text.n <= n)
		return text;
	while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return (struct str){text.p, n};
}

bool
mark_turn(struct str line, struct turn *turn)
{
	static struct match m[1];

	line = beginning(line, TURN_BYTES);
	if (rules_match(rules, RULE_TURN, seen(line), 0, m, 1) == 0)
		return false;
	turn->rule = m->rule;
	turn->end = m->end;
	turn->who = (enum who)((const struct meaning *)m->rule->user)->who;
	turn->speaker = captured(m, line, "speaker");
	return true;
}

/* Do the bytes at p, as rules see them, say that verb? */
static bool
is_form(const char *p, const struct verb *v)
{
	size_t len, n;

	for (size_t i = 0; i < v->n; i += len)
		if ((p[i] & 0xC0) == 0x80 ||
		    simplified(utf8_get(p + i, &len)) != utf8_get(v->form + i, &n))
			return false;
	return true;
}

size_t
mark_speech(struct str text, size_t start, size_t end, bool closes)
{
	size_t at, i;
	uint32_t last = simplified(char_before(text, start, end, &at));

	for (i = verb_from[last % BUCKETS]; i < verb_from[last % BUCKETS + 1]; i++) {
		const struct verb *v = &verb[i];

		if (v->last == last && v->n <= end - start && (v->closes || !closes) &&
		    is_form(text.p + end - v->n, v))
			return end - v->n;
	}
	return end;
}

static struct found
found_of(const struct match *m, struct str text)
{
	return (struct found){.rule = m->rule,
	    .start = m->start,
	    .end = m->end,
	    .speaker = captured(m, text, "speaker"),
	    .name = captured(m, text, "name"),
	    .alias = captured(m, text, "alias")};
}

bool
mark_at(enum rule_type type, struct str text, size_t at, struct found *f)
{
	static struct match m[1];

	if (((unsigned char)text.p[at] & 0xC0) == 0x80 ||
	    rules_match(rules, type, seen(text), at, m, 1) == 0)
		return false;
	*f = found_of(m, text);
	return true;
}

bool
mark_find(enum rule_type type, struct str text, size_t at, struct found *f)
{
	static struct match m[1];

	if (at >= text.n || rules_scan(rules, type, seen(text), &at, m, 1) == 0)
		return false;
	*f = found_of(m, text);
	return true;
}

bool
mark_who(struct str clause, struct found *f, bool *last)
{
	static const size_t usual[] = {9, 6, 12}; /* bytes of a name, right before the verb */
	size_t i;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (clause.n > usual[i] && mark_at(RULE_WHO, clause, clause.n - usual[i], f))
			break;
	if (i == sizeof(usual) / sizeof(usual[0]) && !mark_find(RULE_WHO, clause, 0, f))
		return false;
	*last = ((const struct meaning *)f->rule->user)->last;
	return true;
}

static void
found_str(struct rules_found *to, const char *key, struct str s)
{
	if (s.n > 0)
		rules_found_field(to, key, s.p, s.n);
}

/* Runs one example: every type of rule is asked about the text. */
static void
try_text(void *ctx, struct str text, const char *set, struct rules_found *to)
{
	struct mark mark;
	struct turn turn;
	struct found f;
	bool last;
	size_t at;
	enum rule_type type;

	(void)ctx;
	(void)set;
	marks_show(DOCUMENT, text);
	if (mark_line(text, &mark)) {
		const char *kind = rule_value(mark.rule, "kind");

		rules_found(to, mark.rule, 0, mark.end);
		rules_found_field(to, "kind", kind, strlen(kind));
		found_str(to, "speaker", mark.speaker);
	}
	if (mark_turn(text, &turn)) {
		rules_found(to, turn.rule, 0, turn.end);
		found_str(to, "speaker", turn.speaker);
	}
	if (mark_who(text, &f, &last)) {
		rules_found(to, f.rule, f.start, f.end);
		found_str(to, "speaker", f.speaker);
	}
	for (type = RULE_LINE; type < NRULE_TYPE; type++) {
		if (type == RULE_LINE || type == RULE_START || type == RULE_TURN ||
		    type == RULE_WHO)
			continue;
		for (at = 0; mark_find(type, text, at, &f); at = f.end) {
			rules_found(to, f.rule, f.start, f.end);
			found_str(to, "speaker", f.speaker);
			found_str(to, "name", f.name);
			found_str(to, "alias", f.alias);
		}
	}
}

unsigned
marks_check(FILE *out)
{
	return rules_check(rules, try_text, NULL, out);
}
