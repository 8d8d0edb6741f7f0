/* extract-entities - marks who, where, which body, which programme in segment records */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "entity.h"
#include "span.h"
#include "stream.h"

static const char help[] =
    "Mark people, bodies, places and programmes in segment records.\n"
    "\n"
    "  normalize news.txt | segment | extract-entities | to-csv --rows entities\n"
    "  ... | extract-entities --labels PERSON,ORG\n"
    "  ... | extract-entities -l companies.tsv    a list of your own\n"
    "\n"
    "Usage: extract-entities [OPTION]... [FILE]...\n"
    "\n"
    "  -l, --list FILE      names of your own: a TSV file with the columns surface, label\n"
    "                       and, where there are any, code and name; may be given again\n"
    "  -L, --labels LIST    only these of PERSON ORG LOC FAC TITLE PROGRAM PRODUCT EVENT\n"
    "  -r, --rules FILE     rule files instead of the ones found; may be given again\n"
    "      --check          run the examples in the rules and exit\n"
    "      --explain        say on stderr which candidates there were and what they cost\n";

static struct model *model;   /* process lifetime */
static struct finder finder; /* memory kept from record to record */

/* One entity as JSON. */
static void
print_entity(struct buf *out, const struct finder *f, const struct entity *e, struct locator *at)
{
	size_t start = f->off[e->start], end = f->off[e->end];
	struct place p = locate(at, start, end);

	buf_puts(out, "{\"text\":");
	buf_json(out, f->text.p + start, end - start);
	buf_printf(out, ",\"start\":%u,\"end\":%u,\"src\":[%zu,%zu],\"label\":\"%s\"", e->start, e->end,
	    (size_t)p.src_start, (size_t)p.src_end, label_names[e->label]);
	if (e->name.n != 0) {
		buf_puts(out, ",\"name\":");
		buf_json(out, e->name.p, e->name.n);
	}
	buf_puts(out, ",\"rule\":");
	buf_json(out, e->rule != NULL ? e->rule->id : "", e->rule != NULL ? strlen(e->rule->id) : 0);
	buf_putc(out, '}');
}

/* The work on one record. */
static void
extract(struct record *r, unsigned labels)
{
	struct finder *f = &finder;
	static struct buf hold, out; /* memory is kept from record to record */
	static struct locator at;
	struct str text;
	bool first = true;

	if (!record_str(r, "text", &hold, &text))
		return;
	find_entities(f, model, text);
	out.n = 0;
	buf_putc(&out, '[');
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

int
main(int argc, char *argv[])
{
	enum { OPT_CHECK = 256, OPT_EXPLAIN };
	static const struct option options[] = {
	    {"list", required_argument, NULL, 'l'}, {"labels", required_argument, NULL, 'L'},
	    {"rules", required_argument, NULL, 'r'}, {"check", no_argument, NULL, OPT_CHECK},
	    {"explain", no_argument, NULL, OPT_EXPLAIN}, STREAM_OPTIONS, {NULL, 0, NULL, 0}};
	static struct record r;
	struct stream *s = stream_new("extract-entities", help);
	const char *given[64];
	size_t ngiven = 0, nfiles = 0;
	unsigned labels = (1U << NLABELS) - 1;
	int c;

	while ((c = stream_getopt(s, argc, argv, "l:L:r:" STREAM_SHORT, options)) != -1)
		switch (c) {
		case 'r':
			if (ngiven < 64)
				given[ngiven++] = optarg;
			break;
		default:
			stream_option(s, c, optarg);
		}
	const char **files = rules_files("entities", given, ngiven);
	while (files[nfiles] != NULL)
		nfiles++;
	model = model_load(files, nfiles, NULL, 0);
	if (model == NULL)
		return EXIT_RULES;
	stream_open(s, argc - optind, argv + optind);
	while (stream_read(s, &r)) {
		extract(&r, labels);
		stream_write(s, &r);
	}
	return stream_close(s);
}
