/* extract-entities - marks who, where, which body, which programme in segment records */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "entity.h"
#include "simplified.h"
#include "span.h"
#include "stream.h"

static const char help[] =
    "Mark people, bodies, places, posts, programmes, products and meetings in segment records.\n"
    "\n"
    "  normalize news.txt | segment | extract-entities | to-csv --rows entities\n"
    "  ... | extract-entities --labels PERSON,ORG\n"
    "  ... | extract-entities -l companies.tsv    with a list of your own\n"
    "  extract-entities --check                   run the examples in the rule files\n"
    "\n"
    "Usage: extract-entities [OPTION]... [FILE]...\n"
    "\n"
    "  -l, --list FILE      names of your own: a TSV file with the columns surface, label and,\n"
    "                       where there are any, code and name (in full); may be given again\n"
    "  -L, --labels LIST    only these of PERSON ORG LOC FAC TITLE PROGRAM PRODUCT EVENT\n"
    "  -r, --rules FILE     these rule files instead of the installed ones; may be given again\n"
    "      --check          check the rule files, run their examples, and end\n"
    "      --list-rules     list the rules in use, and end\n"
    "      --explain        say on standard error which candidates there were, and their costs\n";

enum { MAXKNOWN = 64 };

static struct model *model;  /* process lifetime */
static struct finder finder; /* its memory is kept from record to record */

static void
print_pair(struct buf *out, const char *key, const char *p, size_t n)
{
	buf_puts(out, key);
	buf_json(out, p, n);
}

/* The text from the start of one entity to the end of another; they count from 1. */
static struct str
between(const struct finder *f, uint32_t first, uint32_t last)
{
	size_t from = f->off[f->entity[first - 1].start], to = f->off[f->entity[last - 1].end];

	return (struct str){f->written.p + from, to - from};
}

/* A name as it is in texts of either writing: as a list has it, or simplified. */
static struct str
same_name(const struct finder *f, const struct entity *e, struct str name)
{
	static struct buf hold;
	uint32_t row = e->word != 0 ? f->m->more[e->word].row : 0;

	if (!f->traditional)
		return name;
	if (row == 0)
		return simplified_view(name, &hold);
	return e->name.n != 0 ? name : row_cell(f->m, row - 1, 0);
}

/* One entity as JSON. */
static void
print_entity(struct buf *out, const struct finder *f, const struct entity *e, struct locator *at)
{
	size_t start = f->off[e->start], end = f->off[e->end];
	struct place p = locate(at, start, end);
	struct str text = {f->written.p + start, end - start};
	struct str name = e->name.n != 0 ? e->name : text;

	print_pair(out, "{\"text\":", text.p, text.n);
	buf_puts(out, ",\"start\":");
	buf_uint(out, e->start);
	buf_puts(out, ",\"end\":");
	buf_uint(out, e->end);
	buf_puts(out, ",\"src\":[");
	buf_uint(out, p.src_start);
	buf_putc(out, ',');
	buf_uint(out, p.src_end);
	buf_puts(out, "],\"label\":\"");
	buf_puts(out, label_names[e->label]);
	buf_putc(out, '"');
	if (name.p != text.p)
		print_pair(out, ",\"name\":", name.p, name.n);
	if (e->code.n != 0)
		print_pair(out, ",\"code\":", e->code.p, e->code.n);
	if (e->title != 0) {
		struct str title = between(f, e->title, e->title_end);
		print_pair(out, ",\"title\":", title.p, title.n);
	}
	if (e->org != 0) {
		struct str org = between(f, e->org, e->org);
		print_pair(out, ",\"org\":", org.p, org.n);
	}
	if (e->label != TITLE) {
		/* The same thing has the same id in every record: its label and full name. */
		struct str id = same_name(f, e, name);
		buf_puts(out, ",\"id\":");
		size_t at_quote = out->n;
		buf_json(out, id.p, id.n);
		buf_reserve(out, 16);
		size_t nlabel = strlen(label_names[e->label]);
		memmove(out->p + at_quote + 1 + nlabel + 1, out->p + at_quote + 1,
		    out->n - at_quote - 1);
		memcpy(out->p + at_quote + 1, label_names[e->label], nlabel);
		out->p[at_quote + 1 + nlabel] = ':';
		out->n += nlabel + 1;
	}
	print_pair(out, ",\"rule\":", e->rule != NULL ? e->rule->id : "",
	    e->rule != NULL ? strlen(e->rule->id) : 0);
	buf_putc(out, '}');
}

/* What the record knows of names: the speaker, the document's aliases. */
static size_t
read_known(const struct record *r, struct known *known)
{
	static struct buf hold[2 * MAXKNOWN + 1], view;
	const struct json *aliases = record_get(r, "aliases");
	struct json item, value;
	struct str key;
	size_t n = 0;

	if (record_str(r, "speaker", &hold[2 * MAXKNOWN], &known[0].surface) &&
	    like_person(model, simplified_view(known[0].surface, &view))) {
		known[0].name = (struct str){NULL, 0};
		known[0].label = PERSON;
		n = 1;
	}
	if (aliases == NULL || aliases->type != JSON_ARRAY)
		return n;
	for (struct json_iter it = json_iter(aliases);
	     n < MAXKNOWN && json_next(&it, &key, &item);) {
		if (item.type != JSON_OBJECT || !json_member(&item, "alias", &value) ||
		    !json_str(&value, &hold[2 * n], &known[n].surface) ||
		    !json_member(&item, "name", &value) ||
		    !json_str(&value, &hold[2 * n + 1], &known[n].name) || known[n].name.n == 0)
			continue;
		known[n++].label = -1;
	}
	return n;
}

/* The work on one record: its field "entities". */
static void
extract(struct record *r, unsigned labels)
{
	static struct buf hold, out;
	static struct locator at;
	static struct known known[MAXKNOWN];
	struct finder *f = &finder;
	struct str text;
	bool first = true;

	if (!record_str(r, "text", &hold, &text))
		return;
	f->known = known;
	f->nknown = read_known(r, known);
	find_entities(f, model, text);
	out.n = 0;
	buf_putc(&out, '[');
	if (f->nentity != 0)
		locator_init(&at, text, r);
	for (size_t i = 0; i < f->nentity; i++) {
		const struct entity *e = &f->entity[i];

		if (!(labels & 1U << e->label))
			continue;
		if (!first)
			buf_putc(&out, ',');
		first = false;
		print_entity(&out, f, e, &at);
	}
	buf_putc(&out, ']');
	record_set(r, "entities", out.p, out.n);
}

/* For --check: an example's text, what was found in it. */
static void
try_example(void *ctx, struct str text, const char *set, struct rules_found *found)
{
	struct finder *f = &finder;
	struct known known = {.label = PERSON};

	(void)ctx;
	f->known = &known;
	f->nknown = rules_set(set, "speaker", &known.surface);
	find_entities(f, model, text);
	for (size_t i = 0; i < f->nentity; i++) {
		const struct entity *e = &f->entity[i];

		if (e->rule == NULL)
			continue;
		rules_found(found, e->rule, f->off[e->start], f->off[e->end]);
		rules_found_field(
		    found, "label", label_names[e->label], strlen(label_names[e->label]));
		rules_found_field(found, "name", e->name.p != NULL ? e->name.p : "", e->name.n);
		rules_found_field(found, "code", e->code.p != NULL ? e->code.p : "", e->code.n);
		if (e->title != 0) {
			struct str title = between(f, e->title, e->title_end);
			rules_found_field(found, "title", title.p, title.n);
		}
		if (e->org != 0) {
			struct str org = between(f, e->org, e->org);
			rules_found_field(found, "org", org.p, org.n);
		}
	}
}

/* "PERSON,ORG" as a mask. */
static unsigned
read_labels(struct stream *s, const char *list)
{
	unsigned mask = 0;

	for (const char *p = list; *p != '\0';) {
		size_t n = strcspn(p, ",");
		char *name = xstrndup(p, n);
		int l = label_find(name);

		if (l < 0)
			stream_die(s, EXIT_USAGE, "no such label: %s", name);
		else
			mask |= 1U << (unsigned)l;
		free(name);
		p += n + (p[n] == ',');
	}
	return mask;
}

static const char **given, **lists; /* -r, -l */
static size_t ngiven, nlists;

static bool
load(void)
{
	const char **files = rules_files("entities", given, ngiven);
	size_t n = 0;

	while (files[n] != NULL)
		n++;
	model = model_load(files, n, lists, nlists);
	return model != NULL;
}

static const char *
rules_version(void)
{
	if (!load())
		exit(EXIT_RULES);
	return rules_hash(model->rules);
}

int
main(int argc, char *argv[])
{
	enum { OPT_CHECK = 256, OPT_LIST, OPT_EXPLAIN };
	static const struct option options[] = {
	    {"list", required_argument, NULL, 'l'},
	    {"labels", required_argument, NULL, 'L'},
	    {"rules", required_argument, NULL, 'r'},
	    {"check", no_argument, NULL, OPT_CHECK},
	    {"list-rules", no_argument, NULL, OPT_LIST},
	    {"explain", no_argument, NULL, OPT_EXPLAIN},
	    STREAM_OPTIONS,
	    {NULL, 0, NULL, 0},
	};
	struct stream *s = stream_new("extract-entities", help);
	struct record r = {0};
	unsigned labels = (1U << NLABELS) - 1;
	bool check = false, list = false, explain = false;
	int c;

	stream_version(s, rules_version);
	while ((c = stream_getopt(s, argc, argv, "l:L:r:" STREAM_SHORT, options)) != -1)
		switch (c) {
		case 'l':
			lists = xarray(lists, nlists + 1, sizeof *lists);
			lists[nlists++] = optarg;
			break;
		case 'L': labels = read_labels(s, optarg); break;
		case 'r':
			given = xarray(given, ngiven + 1, sizeof *given);
			given[ngiven++] = optarg;
			break;
		case OPT_CHECK: check = true; break;
		case OPT_LIST: list = true; break;
		case OPT_EXPLAIN: explain = true; break;
		default: stream_option(s, c, optarg);
		}
	if (!load())
		return EXIT_RULES;
	if (check)
		return rules_check(model->rules, try_example, NULL, stdout) > 0 ? EXIT_RULES : 0;
	if (list) {
		rules_list(model->rules, stdout);
		return 0;
	}
	if (explain)
		finder.explain = stderr;
	stream_open(s, argc - optind, argv + optind);
	while (stream_read(s, &r)) {
		extract(&r, labels);
		stream_write(s, &r);
	}
	record_free(&r);
	finder_free(&finder);
	c = stream_close(s);
	return c == 0 && rules_errors(model->rules) > 0 ? EXIT_DATA : c;
}
