/* model - the lists and weights that the rules name, in memory */
/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "entity.h"

const char *const label_names[NLABELS] = {
    "PERSON", "ORG", "LOC", "FAC", "TITLE", "PROGRAM", "PRODUCT", "EVENT"};

static const char *const label_words[] = {
    "PERSON", "ORG", "LOC", "FAC", "TITLE", "PROGRAM", "PRODUCT", "EVENT", NULL};

static const char *const kind_names[NKINDS] = {"listed-place", "listed-body", "listed-person",
    "user-list", "chinese-name", "surname-title", "foreign-name", "spelled-place", "suffixed-place",
    "place-letter", "place-chain", "organisation", "facility", "title", "event", "program",
    "product", "quoted", "brand", "series", "again", "rule"};

static const char *const feature_names[NFEATURES] = {"before-strong", "before", "place-cue-before",
    "place-before", "title-before", "role-before", "letter-cue-before", "name-before",
    "after-strong", "after", "place-cue-after", "title-after", "address-after", "role-after",
    "letter-cue-after", "unit-after", "start", "end", "stop-before", "stop-after", "list-before",
    "list-after", "paren-after", "letter-before", "letter-after", "short", "long", "weak", "dotted",
    "word", "cue-first", "cue-last"};

static const struct rules_key list_keys[] = {{"file", KEY_REQUIRED, NULL},
    {"as", KEY_REQUIRED, list_sorts}, {"label", 0, label_words}, {NULL, 0, NULL}};
static const struct rules_key score_keys[] = {{"label", KEY_REQUIRED, label_words},
    {"prior", KEY_REQUIRED, NULL}, {"weight", KEY_MANY, NULL}, {NULL, 0, NULL}};
static const struct rules_key entity_keys[] = {
    {"label", KEY_REQUIRED, label_words}, {NULL, 0, NULL}};
static const struct rules_type types[] = {
    {"list", list_keys, true}, {"score", score_keys, true}, {"entity", entity_keys, false}};

int
label_find(const char *name)
{
	for (int i = 0; i < NLABELS; i++)
		if (strcmp(name, label_names[i]) == 0)
			return i;
	return -1;
}

int
label_str(struct str s)
{
	for (int i = 0; i < NLABELS; i++)
		if (str_is(s, label_names[i]))
			return i;
	return -1;
}

/* A weight is written in nats, as 4.5 or -2; kept in hundredths. */
static bool
read_weight(const char *s, int *out)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end != '\0' || !(v > -200 && v < 200))
		return false;
	*out = (int)lround(v * 100);
	return true;
}

static bool
load_score(struct model *m, const struct rule *r)
{
	int kind = -1;
	struct score *sc;

	for (int k = 0; k < NKINDS; k++)
		if (strcmp(r->name, kind_names[k]) == 0)
			kind = k;
	if (kind < 0) {
		fprintf(stderr, "extract-entities: %s:%u: no kind of candidate has that name: %s\n",
		    r->file, r->line, r->name);
		return false;
	}
	sc = &m->score[kind];
	sc->rule = r;
	sc->label = (enum label)label_find(rule_value(r, "label"));
	for (size_t i = 0; i < r->nvalue; i++) {
		const struct rules_value *v = &r->value[i];
		const char *sp = strchr(v->value, ' ');
		int f = -1, w;

		if (strcmp(v->key, "prior") == 0 && read_weight(v->value, &sc->prior))
			continue;
		if (strcmp(v->key, "label") == 0)
			continue;
		for (int k = 0; sp != NULL && k < NFEATURES; k++)
			if (strncmp(v->value, feature_names[k], (size_t)(sp - v->value)) == 0 &&
			    feature_names[k][sp - v->value] == '\0')
				f = k;
		if (f < 0 || !read_weight(sp + 1, &w)) {
			fprintf(stderr,
			    "extract-entities: %s:%u: not a feature and its weight: %s\n", r->file,
			    v->line, v->value);
			return false;
		}
		sc->weight[f] = w;
	}
	return true;
}

/* A list is on the search path of the rules, or beside the rule file that names it. */
static const char *
list_path(const struct rule *r, const char *file)
{
	const char *slash = strrchr(r->file, '/'), *path;
	struct buf beside = {0};

	if (*file == '/')
		return file;
	path = rules_path(file);
	if (path != NULL || slash == NULL)
		return path;
	buf_add(&beside, r->file, (size_t)(slash + 1 - r->file));
	buf_puts(&beside, file);
	buf_putc(&beside, '\0');
	return beside.p;
}

/* The list that a rule names. */
static bool
load_named(struct model *m, const struct rule *r)
{
	const char *file = rule_value(r, "file"), *as = rule_value(r, "as");
	const char *label = rule_value(r, "label"), *path = list_path(r, file);
	int what = 0;

	if (path == NULL) {
		fprintf(
		    stderr, "extract-entities: %s:%u: no such list: %s\n", r->file, r->line, file);
		return false;
	}
	while (strcmp(list_sorts[what], as) != 0)
		what++;
	return load_list(m, r, path, what, label != NULL ? label_find(label) : LOC);
}

/* What any set of features costs, a byte of the mask at a time. */
static void
sum_weights(struct score *s)
{
	for (size_t byte = 0; byte < 4; byte++)
		for (unsigned mask = 1; mask < 256; mask++)
			s->of[byte][mask] = s->of[byte][mask & (mask - 1)] +
					    s->weight[8 * byte + (size_t)__builtin_ctz(mask)];
}

struct model *
model_load(const char *const *files, size_t nfiles, const char *const *extra, size_t nextra)
{
	static struct character character[NCHARACTER];
	static const struct rule user_rule = {.id = "user-list", .name = "user-list", .file = "-l"};
	struct model *m = xmalloc(sizeof *m);
	bool good = true;

	memset(m, 0, sizeof *m);
	m->rules = rules_load(types, sizeof types / sizeof *types, files, nfiles);
	if (m->rules == NULL)
		return NULL;
	m->index = index_new(m);
	m->list = xarray(NULL, rules_count(m->rules) + nextra + 1, sizeof *m->list);
	m->character = character; /* most of it is never touched */
	for (size_t i = 0; i < rules_count(m->rules); i++) {
		const struct rule *r = rules_at(m->rules, i);

		if (r->type == TYPE_SCORE)
			good &= load_score(m, r);
		else if (r->type == TYPE_LIST)
			good &= load_named(m, r);
	}
	for (size_t i = 0; i < nextra; i++)
		good &= load_list(m, &user_rule, extra[i], AS_USER, ORG);
	if (good && index_rows(m->index) == 0) {
		fprintf(stderr, "extract-entities: the rules name no list\n");
		return NULL;
	}
	for (int k = 0; k < NKINDS; k++) {
		if (m->score[k].rule == NULL)
			m->score[k].prior = 100000;
		sum_weights(&m->score[k]);
	}
	return good ? m : NULL;
}
