/* model - the lists and weights that the rules name, in memory */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "entity.h"
#include "table.h"
#include "utf8.h"

const char *const label_names[NLABELS] = {
    "PERSON", "ORG", "LOC", "FAC", "TITLE", "PROGRAM", "PRODUCT", "EVENT"};

static const char *const label_words[] = {
    "PERSON", "ORG", "LOC", "FAC", "TITLE", "PROGRAM", "PRODUCT", "EVENT", NULL};

static const char *const kind_names[NKINDS] = {"listed-place", "listed-body", "listed-person",
    "user-list", "chinese-name", "surname-title", "foreign-name", "spelled-place", "suffixed-place",
    "place-letter", "place-chain", "organisation", "facility", "title", "event", "program",
    "product", "quoted", "again", "rule"};

static const char *const feature_names[NFEATURES] = {"before-strong", "before", "after-strong",
    "after", "place-cue-before", "place-cue-after", "place-before", "title-before", "title-after",
    "address-after", "role-before", "role-after", "start", "end", "stop-before", "stop-after",
    "list-before", "list-after", "paren-after", "letter-cue-before", "letter-cue-after",
    "letter-before", "letter-after", "name-before", "unit-after", "short", "long", "weak", "dotted",
    "word", "cue-first", "cue-last"};

static const char *const list_words[] = {"word", "surname", "given", "translit", "place", "body",
    "person", "title", "ending", "cue", "letter", "letter-cue", "opener", "product", "user", NULL};
enum {
	AS_WORD,
	AS_SURNAME,
	AS_GIVEN,
	AS_TRANSLIT,
	AS_PLACE,
	AS_BODY,
	AS_PERSON,
	AS_TITLE,
	AS_ENDING,
	AS_CUE,
	AS_LETTER,
	AS_LETTER_CUE,
	AS_OPENER,
	AS_PRODUCT,
	AS_USER
};

static const struct rules_key list_keys[] = {{"file", KEY_REQUIRED, NULL},
    {"as", KEY_REQUIRED, list_words}, {"label", 0, label_words}, {NULL, 0, NULL}};
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

static int
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

/* -ln(n/of), in hundredths. */
static uint16_t
cost_of(double n, double of)
{
	double c = -100 * log(n / of);

	return (uint16_t)(c < 1 ? 1 : c > 60000 ? 60000 : c);
}

static enum pos
pos_of(struct str s)
{
	static const struct {
		char c;
		enum pos pos;
	} map[] = {{'n', POS_NOUN}, {'v', POS_VERB}, {'a', POS_ADJ}, {'d', POS_ADV},
	    {'p', POS_PREP}, {'c', POS_CONJ}, {'u', POS_PART}, {'y', POS_PART}, {'e', POS_PART},
	    {'o', POS_PART}, {'r', POS_PRON}, {'m', POS_NUM}, {'q', POS_UNIT}, {'f', POS_LOCAL},
	    {'t', POS_TIME}, {'j', POS_NOUN}, {'b', POS_NOUN}, {'s', POS_NOUN}, {'l', POS_NOUN},
	    {'i', POS_NOUN}};

	if (str_is(s, "vn"))
		return POS_NOUN;
	if (str_is(s, "nr") || str_is(s, "nrt") || str_is(s, "nrfg") || str_is(s, "ns") ||
	    str_is(s, "nz"))
		return POS_NAME;
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (s.n > 0 && s.p[0] == map[i].c)
			return map[i].pos;
	return POS_NONE;
}

enum { MAXCOL = 8, NAMELIKE = 500, COMMON_SPELLING = 150 };

struct tsv {
	const char *path;
	const char *p, *end;
	unsigned line;
	struct str cell[MAXCOL];
	size_t ncell;
};

/* The next line that is no comment, cut into cells; the ones that are missing are empty. */
static bool
tsv_next(struct tsv *t, const char **row)
{
	while (t->p < t->end) {
		const char *eol = memchr(t->p, '\n', (size_t)(t->end - t->p));
		const char *p = t->p, *stop = eol != NULL ? eol : t->end;

		t->line++;
		t->p = eol != NULL ? eol + 1 : t->end;
		if (stop > p && stop[-1] == '\r')
			stop--;
		if (p == stop || *p == '#')
			continue;
		*row = p;
		for (t->ncell = 0; t->ncell < MAXCOL; t->ncell++) {
			const char *tab = memchr(p, '\t', (size_t)(stop - p));

			t->cell[t->ncell].p = p;
			t->cell[t->ncell].n = (size_t)((tab != NULL ? tab : stop) - p);
			if (tab == NULL) {
				t->ncell++;
				break;
			}
			p = tab + 1;
		}
		for (size_t i = t->ncell; i < MAXCOL; i++)
			t->cell[i] = (struct str){stop, 0};
		return true;
	}
	return false;
}

static double
number(struct str s)
{
	double v = 0, unit = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			unit = 1;
		} else if (s.p[i] >= '0' && s.p[i] <= '9') {
			v = v * 10 + (s.p[i] - '0');
			unit *= 10;
		}
	}
	return unit > 0 ? v / unit : v;
}

static int
column(const struct tsv *head, const char *name)
{
	for (size_t i = 0; i < head->ncell; i++)
		if (str_is(head->cell[i], name))
			return (int)i;
	return -1;
}

static struct info *
info_of(struct model *m, struct str surface)
{
	uint32_t w = words_add(m->words, surface.p, surface.n);

	if (w == 0)
		return NULL;
	if (w >= m->capinfo) {
		size_t cap = m->capinfo != 0 ? m->capinfo * 2 : 1 << 17;

		m->info = xarray(m->info, cap, sizeof *m->info);
		m->more = xarray(m->more, cap, sizeof *m->more);
		memset(m->info + m->capinfo, 0, (cap - m->capinfo) * sizeof *m->info);
		memset(m->more + m->capinfo, 0, (cap - m->capinfo) * sizeof *m->more);
		for (size_t i = m->capinfo; i < cap; i++)
			m->info[i].cost = UINT16_MAX;
		m->capinfo = cap;
	}
	return &m->info[w];
}

static size_t
han(struct str s)
{
	size_t len;

	if (s.n == 0)
		return HAN_COUNT;
	uint32_t cp = utf8_get(s.p, &len);
	return len == s.n && cp >= HAN_FIRST && cp < HAN_FIRST + HAN_COUNT ? cp - HAN_FIRST
									   : HAN_COUNT;
}

static const struct {
	int as;
	const char *kind;
	uint32_t flags;
	uint16_t more;
} list_kinds[] = {
    {AS_TITLE, "post", L_POST, 0},
    {AS_TITLE, "weak", L_POST_WEAK, 0},
    {AS_TITLE, "address", L_ADDRESS, 0},
    {AS_TITLE, "role", L_ROLE, 0},
    {AS_ENDING, "strong", L_ORG_STRONG, 0},
    {AS_ENDING, "weak", L_ORG_WEAK, 0},
    {AS_ENDING, "common", L_ORG_STRONG, M_COMMON},
    {AS_ENDING, "team", L_TEAM, 0},
    {AS_ENDING, "unit", L_UNIT, 0},
    {AS_ENDING, "tail", L_TAIL, 0},
    {AS_ENDING, "facility", L_FAC, 0},
    {AS_ENDING, "program", L_PROGRAM, 0},
    {AS_ENDING, "event", L_EVENT, 0},
    {AS_CUE, "before-person", L_BEFORE, 0},
    {AS_CUE, "before-person-strong", L_BEFORE | L_BEFORE_STRONG, 0},
    {AS_CUE, "after-person", L_AFTER, 0},
    {AS_CUE, "after-person-strong", L_AFTER | L_AFTER_STRONG, 0},
    {AS_CUE, "before-place", L_PLACE_BEFORE, 0},
    {AS_CUE, "after-place", L_PLACE_AFTER, 0},
    {AS_LETTER, "country", L_ABBR | L_COUNTRY, 0},
    {AS_LETTER, "province", L_ABBR, 0},
    {AS_LETTER, "both", L_ABBR | L_COUNTRY, 0},
    {AS_LETTER, "region", L_ABBR | L_COUNTRY, 0},
    {AS_LETTER_CUE, "before-abbr", L_ABBR_BEFORE, 0},
    {AS_LETTER_CUE, "after-abbr", L_ABBR_AFTER, 0},
    {AS_OPENER, "opener", L_OPENER, 0},
    {AS_OPENER, "not", L_NOT, 0},
    {AS_OPENER, "inner", L_INNER, 0},
    {AS_OPENER, "program", 0, M_DOES},
    {AS_OPENER, "maybe", 0, M_MAYBE},
    {AS_OPENER, "award", 0, M_AWARD},
    {AS_OPENER, "vision", 0, M_VISION},
    {AS_OPENER, "around", 0, M_AROUND},
    {AS_OPENER, "runs", 0, M_RUNS},
    {AS_OPENER, "and", 0, M_AND},
    {AS_OPENER, "plain", 0, M_PLAIN},
    {AS_TITLE, "always", L_POST, M_ALWAYS},
    {AS_PRODUCT, "brand", 0, M_BRAND},
    {AS_PRODUCT, "product", L_NAME, 0},
    {AS_ENDING, "government", 0, M_GOVERNMENT},
    {AS_ENDING, "event-generic", 0, M_EVENT_GENERIC},
    {AS_ENDING, "program-quoted", 0, M_QUOTED},
    {AS_PLACE, "country", L_COUNTRY, 0},
    {AS_PLACE, "province", L_ADMIN, 0},
    {AS_PLACE, "city", L_ADMIN, 0},
    {AS_PLACE, "county", L_ADMIN, 0},
    {AS_PLACE, "town", L_ADMIN, 0},
};

static int
default_cost(int as, struct str kind)
{
	if (as == AS_BODY)
		return str_is(kind, "body") ? 1100 : 1350;
	if (as == AS_PLACE)
		return str_is(kind, "region")                                ? 1000
		       : str_is(kind, "country") || str_is(kind, "province") ? 1100
		       : str_is(kind, "city")                                ? 1200
		       : str_is(kind, "town")                                ? 1450
									     : 1350;
	return 1350;
}

/* Costs of what a list does not count, in hundredths of a nat. */
enum { PRODUCT_COST = 900, UNCOUNTED_WORD = 1250 };
/* Counts of lexicon.tsv are of so many words. */
static const double corpus = 60101967;

/* Where the columns of a list are; -1 for those it lacks. */
struct columns {
	int kind, strength, count, pos, share, label;
};

/* Reads the file of a list, and its first line. */
static bool
open_list(struct list *l, int as, struct tsv *t, struct columns *at)
{
	struct buf file = {0};
	const char *row;

	if (!table_read(l->path, &file)) {
		fprintf(stderr, "extract-entities: %s: %s\n", l->path, strerror(errno));
		buf_free(&file);
		return false;
	}
	buf_putc(&file, '\0'); /* where the last cell ends: link.c reads a row to its end */
	l->bytes = file.p;
	*t = (struct tsv){.path = l->path, .p = file.p, .end = file.p + file.n - 1};
	if (!tsv_next(t, &row) || !str_is(t->cell[0], "surface")) {
		fprintf(stderr,
		    "extract-entities: %s:%u: the first line must name the columns, the first "
		    "\"surface\"\n",
		    l->path, t->line);
		return false;
	}
	*at = (struct columns){.kind = column(t, "kind"),
	    .strength = column(t, "strength"),
	    .count = column(t, "count"),
	    .pos = column(t, "pos"),
	    .share = column(t, "share"),
	    .label = column(t, "label")};
	l->name = column(t, "name");
	l->code = column(t, "code");
	const char *lacks = as == AS_WORD && at->count < 0      ? "count"
			    : as == AS_WORD && at->pos < 0      ? "pos"
			    : as == AS_SURNAME && at->share < 0 ? "share"
								: NULL;
	if (lacks != NULL)
		fprintf(stderr, "extract-entities: %s:%u: there is no column \"%s\"\n", l->path,
		    t->line, lacks);
	return lacks == NULL;
}

/* Lists of characters, with a number in each further column: given names, spelling. */
static void
load_characters(struct model *m, int as, struct tsv t)
{
	uint16_t *const to[] = {NULL, m->alone, m->first, m->second};
	double sum[4] = {0};
	struct tsv u = t;
	const char *row;

	while (tsv_next(&u, &row))
		for (size_t i = 1; i < 4; i++)
			sum[i] += number(u.cell[i]);
	while (tsv_next(&t, &row)) {
		size_t c = han(t.cell[0]);

		if (c == HAN_COUNT)
			continue;
		if (as == AS_TRANSLIT) {
			/* A character that is common elsewhere spells only where others do. */
			double lift = number(t.cell[2]);
			if (t.cell[2].n > 0 && t.cell[2].p[0] == '-')
				lift = -lift;
			m->translit[c] = (uint16_t)(cost_of(number(t.cell[1]), sum[1]) +
						    (lift < 1 ? (1 - lift) * COMMON_SPELLING : 0));
			continue;
		}
		for (size_t i = 1; i < 4; i++)
			if (number(t.cell[i]) > 0)
				to[i][c] = cost_of(number(t.cell[i]), sum[i]);
	}
}

/* The row names the word: its further columns are what the word leads to. */
static void
set_row(struct model *m, const struct info *in, const char *row)
{
	m->more[in - m->info].list = (uint8_t)m->nlist;
	m->more[in - m->info].row = row;
}

static void
add_word(struct model *m, struct info *in, struct str surface, double count, struct str pos)
{
	size_t lead = utf8_len(surface.p[0]), c = han((struct str){surface.p, lead});

	in->flags |= L_WORD;
	in->cost = cost_of(count, corpus);
	in->pos = (uint8_t)pos_of(pos);
	/* 李鹏 is counted as a word; that it is a name must stay possible. */
	in->namelike = pos.n >= 2 && memcmp(pos.p, "nr", 2) == 0 && surface.n > lead &&
		       count < 1500 && c != HAN_COUNT && m->surname[c] != 0;
}

/* What the kind of a row says of its word, which gets it; returns the flags. */
static uint32_t
add_kind(struct info *in, int as, struct str kind)
{
	uint32_t flags = 0;

	for (size_t i = 0; i < sizeof list_kinds / sizeof *list_kinds; i++)
		if (list_kinds[i].as == as && str_is(kind, list_kinds[i].kind)) {
			flags |= list_kinds[i].flags;
			in->more = (uint16_t)(in->more | list_kinds[i].more);
		}
	in->flags |= flags;
	return flags;
}

/* A row of a list of words and names. */
static bool
add_row(struct model *m, int as, const struct tsv *t, const struct columns *at, const char *row)
{
	const struct str none = {"", 0}, *cell = t->cell;
	struct str kind = at->kind >= 0 ? cell[at->kind] : none;
	struct info *in = info_of(m, cell[0]);

	if (in == NULL) {
		fprintf(stderr, "extract-entities: %s:%u: no word, or too many words\n", t->path,
		    t->line);
		return false;
	}
	size_t c = han(cell[0]);

	switch (as) {
	case AS_WORD: add_word(m, in, cell[0], number(cell[at->count]), cell[at->pos]); break;
	case AS_SURNAME: {
		uint16_t cost = cost_of(number(cell[at->share]), 100);
		if (c != HAN_COUNT)
			m->surname[c] = cost;
		else
			in->flags |= L_SURNAME, in->ncost = cost;
		break;
	}
	case AS_PLACE:
	case AS_BODY:
	case AS_PERSON:
	case AS_USER: {
		if (in->flags & L_NAME && as != AS_USER)
			return true; /* the first list wins */
		in->flags |= L_NAME;
		if (at->strength >= 0 && str_is(cell[at->strength], "weak"))
			in->flags |= L_WEAK;
		double n = at->count >= 0 ? number(cell[at->count]) : 0;
		in->ncost = n > 0 ? cost_of(n, corpus) : (uint16_t)default_cost(as, kind);
		in->kind = (as == AS_PLACE       ? K_PLACE
			       : as == AS_BODY   ? K_BODY
			       : as == AS_PERSON ? K_PEOPLE
						 : K_USER) &
			   63;
		set_row(m, in, row);
		if (as != AS_USER)
			break;
		in->ncost = 0;
		int label =
		    at->label >= 0 ? label_str(cell[at->label]) : (int)m->list[m->nlist].label;
		if (label < 0) {
			fprintf(stderr, "extract-entities: %s:%u: no such label: %.*s\n", t->path,
			    t->line, (int)cell[at->label].n, cell[at->label].p);
			return false;
		}
		m->more[in - m->info].label = (uint8_t)label;
		break;
	}
	case AS_LETTER:
		if (at->strength >= 0 && str_is(cell[at->strength], "strong"))
			in->flags |= L_ABBR_STRONG;
		if (m->more[in - m->info].row == NULL)
			set_row(m, in, row);
		break;
	default: break;
	}
	uint32_t flags = add_kind(in, as, kind);
	if (as == AS_PRODUCT && flags & L_NAME) {
		in->ncost = PRODUCT_COST;
		in->kind = K_USER;
		m->more[in - m->info].label = PRODUCT;
		set_row(m, in, row);
	}
	/* Endings, posts and products that the lexicon lacks are words all the same. */
	if ((as == AS_ENDING || as == AS_TITLE || as == AS_PRODUCT) && in->cost == UINT16_MAX &&
	    c == HAN_COUNT) {
		in->flags |= L_WORD;
		in->cost = UNCOUNTED_WORD;
		in->pos = POS_NOUN;
	}
	return true;
}

static bool
load_list(struct model *m, const struct rule *r, int as, const char *path, int label)
{
	struct list *l = &m->list[m->nlist];
	struct columns at;
	struct tsv t;
	const char *row;

	*l = (struct list){.rule = r, .path = path, .label = (enum label)label};
	if (m->nlist > UINT8_MAX) {
		fprintf(stderr, "extract-entities: %s: too many lists\n", path);
		return false;
	}
	if (!open_list(l, as, &t, &at))
		return false;
	if (as == AS_GIVEN || as == AS_TRANSLIT)
		load_characters(m, as, t);
	else
		while (tsv_next(&t, &row))
			if (!add_row(m, as, &t, &at, row))
				return false;
	m->nlist++;
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

struct model *
model_load(const char *const *files, size_t nfiles, const char *const *extra, size_t nextra)
{
	struct model *m = xmalloc(sizeof *m);
	bool good = true;

	memset(m, 0, sizeof *m);
	m->rules = rules_load(types, sizeof types / sizeof *types, files, nfiles);
	if (m->rules == NULL)
		return NULL;
	m->words = words_new(150000);
	m->list = xarray(NULL, rules_count(m->rules) + nextra + 1, sizeof *m->list);
	m->unknown = 1250;
	for (size_t i = 0; i < rules_count(m->rules); i++) {
		const struct rule *r = rules_at(m->rules, i);

		m->patterns |= r->type == 2;
		if (r->type == 1) {
			good &= load_score(m, r);
		} else if (r->type == 0) {
			const char *file = rule_value(r, "file"), *as = rule_value(r, "as");
			const char *label = rule_value(r, "label"), *path = list_path(r, file);
			int what = 0;

			while (strcmp(list_words[what], as) != 0)
				what++;
			if (path == NULL) {
				fprintf(stderr, "extract-entities: %s:%u: no such list: %s\n",
				    r->file, r->line, file);
				good = false;
				continue;
			}
			good &=
			    load_list(m, r, what, path, label != NULL ? label_find(label) : LOC);
		}
	}
	static const struct rule user_rule = {.id = "user-list", .name = "user-list", .file = "-l"};
	for (size_t i = 0; i < nextra; i++)
		good &= load_list(m, &user_rule, AS_USER, extra[i], ORG);
	if (m->info == NULL) {
		fprintf(stderr, "extract-entities: the rules name no list\n");
		return NULL;
	}
	const uint32_t say = L_BEFORE | L_BEFORE_STRONG | L_AFTER | L_AFTER_STRONG |
			     L_PLACE_BEFORE | L_PLACE_AFTER | L_POST | L_POST_WEAK | L_ADDRESS |
			     L_ROLE | L_ABBR_BEFORE | L_ABBR_AFTER | L_UNIT | L_TAIL | L_NAME;
	for (size_t i = 0; i < HAN_COUNT; i++) {
		uint32_t cp = HAN_FIRST + (uint32_t)i, w = words_find(m->words, &cp, 1);
		m->single[i] = w != 0 && m->info[w].flags & L_WORD && m->info[w].cost < m->unknown
				   ? m->info[w].cost
				   : (uint16_t)m->unknown;
	}
	/* A name that the lexicon counts costs what it says there. */
	for (uint32_t w = 1; w <= words_count(m->words); w++) {
		struct info *in = &m->info[w];
		in->says = (in->flags & say) != 0;
		if (in->namelike) {
			in->cost = (uint16_t)(in->cost + NAMELIKE);
			/* 向阳 may be a person, so it costs more as a word; no more a place for it
			 */
			if ((in->flags & (L_NAME | L_WEAK)) == (L_NAME | L_WEAK))
				in->ncost = (uint16_t)(in->ncost + NAMELIKE);
		}
		if ((in->flags & (L_NAME | L_WORD)) == (L_NAME | L_WORD) && !(in->flags & L_WEAK) &&
		    in->cost < in->ncost)
			in->ncost = in->cost;
	}
	for (int k = 0; good && k < NKINDS; k++)
		if (m->score[k].rule == NULL)
			m->score[k].prior = 100000;
	return good ? m : NULL;
}
