/* dedupe - recognises passages and facts that came before, and loses no source */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dedupe.h"

static const char help[] =
    "  ... | dedupe | to-csv > figures.csv     drop passages that came before\n"
    "  ... | dedupe --mark                     keep them, with repeat_of and similarity\n"
    "  ... | dedupe --gather --facts           keep the first, with also_in of the others\n"
    "  ... | dedupe --state seen.state         go on where yesterday's run ended\n"
    "  ... | dedupe --emit-keys | sort | dedupe --by-key | sort | dedupe --by-key\n"
    "\n"
    "Usage: dedupe [--exact] [--mark | --gather] [--facts] [OPTION...] [FILE...]\n"
    "\n"
    "Reads records with \"text\" and passes on those that say something new. A passage\n"
    "repeats an earlier one when their words agree (blanks, punctuation and quotes do\n"
    "not count), when they are nearly alike, or when it stands in the earlier one; and\n"
    "when it has no number that the earlier one lacks. The first in input order stays.\n"
    "\n"
    "      --exact           only whole passages with the same words\n"
    "      --threshold T     near from this Jaccard coefficient of shingles (0.65)\n"
    "      --contained T     contained from this share of the smaller one (0.8)\n"
    "      --shingle N       characters of a shingle, 1 to 8 (3)\n"
    "      --min-chars N     a shorter passage is never a repeat (8)\n"
    "      --mark            mark repeats instead of dropping them\n"
    "      --gather          list on each kept record, in also_in, where else it stands\n"
    "      --facts           figures that say the same are repeats, too; another value\n"
    "                        for the same metric, scope and period is told as conflict\n"
    "      --state FILE      read and extend what earlier runs saw\n"
    "      --emit-keys       write each record under its keys, for a shuffle\n"
    "      --by-key          read records grouped by key\n"
    "      --key HEX         32 hex digits: the key of the hashes (a fixed one; random\n"
    "                        with --exact, unless with --emit-keys or --by-key)\n"
    "      --max-memory N    bytes of all indexes, K M G allowed (4G); past it, exit 4\n";

enum {
	OPT_EXACT = 256,
	OPT_THRESHOLD,
	OPT_CONTAINED,
	OPT_SHINGLE,
	OPT_MIN_CHARS,
	OPT_MARK,
	OPT_GATHER,
	OPT_FACTS,
	OPT_STATE,
	OPT_EMIT_KEYS,
	OPT_BY_KEY,
	OPT_KEY,
	OPT_MAX_MEMORY
};

static struct how how = {
    .like = {.shingle = 3, .threshold = 650, .contained = 800},
    .min_chars = 8,
    .memory = (size_t)4 << 30,
};
static bool mark, gather, facts_too, emit_keys, by_key;
static const char *state, *key;
static struct seen *seen;
static struct facts *facts;

/* "0.75" or "1" in thousandths. */
static unsigned
thousandths(struct stream *s, const char *name, const char *arg)
{
	char *end;
	unsigned long whole = strtoul(arg, &end, 10), part = 0, unit = 100;

	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			part += (unsigned long)(*end - '0') * unit;
	if (end == arg || *end != '\0' || arg[0] == '-' || whole > 1 ||
	    whole * 1000 + part > 1000 || whole * 1000 + part == 0)
		stream_die(s, EXIT_USAGE, "--%s: '%s' is not between 0 and 1", name, arg);
	return (unsigned)(whole * 1000 + part);
}

static size_t
number(struct stream *s, const char *name, const char *arg, size_t min, size_t max)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (*end == 'K' || *end == 'M' || *end == 'G') {
		unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 30;

		n = n > (SIZE_MAX >> shift) ? SIZE_MAX : n << shift;
		end++;
	}
	if (errno != 0 || end == arg || *end != '\0' || arg[0] == '-' || n < min || n > max)
		stream_die(s, EXIT_USAGE, "--%s: '%s' is not a number from %zu to %zu", name, arg,
		    min, max);
	return (size_t)n;
}

static void
set_key(struct stream *s, const char *hex)
{
	if (strlen(hex) != 32 || strspn(hex, "0123456789abcdefABCDEF") != 32 ||
	    sscanf(hex, "%16" SCNx64 "%16" SCNx64, &how.like.key.k0, &how.like.key.k1) != 2)
		stream_die(s, EXIT_USAGE, "--key: '%s' is not 32 hex digits", hex);
}

static void
set_marks(struct record *r, const struct verdict *v)
{
	static struct buf out;
	size_t i;

	record_unset(r, "repeat_of");
	record_unset(r, "repeat");
	record_unset(r, "similarity");
	record_unset(r, "kin");
	out.n = 0;
	if (v->like != DIFFERENT) {
		record_set(r, "repeat_of", v->id.p, v->id.n);
		buf_json(&out, likeness_name[v->like], strlen(likeness_name[v->like]));
		record_set(r, "repeat", out.p, out.n);
		out.n = 0;
		print_similarity(v->thousandths, &out);
		record_set(r, "similarity", out.p, out.n);
	}
	if (v->nkin > 0) {
		out.n = 0;
		for (i = 0; i < v->nkin; i++) {
			buf_puts(&out, i == 0 ? "[{\"id\":" : ",{\"id\":");
			seen_id(seen, v->kin[i].number, &out);
			buf_printf(
			    &out, ",\"how\":\"%s\",\"similarity\":", likeness_name[v->kin[i].like]);
			print_similarity(v->kin[i].thousandths, &out);
			buf_putc(&out, '}');
		}
		buf_putc(&out, ']');
		record_set(r, "kin", out.p, out.n);
	}
}

static void
read_options(struct stream *s, int argc, char *argv[])
{
	static const struct option options[] = {
	    {"exact", no_argument, NULL, OPT_EXACT},
	    {"threshold", required_argument, NULL, OPT_THRESHOLD},
	    {"contained", required_argument, NULL, OPT_CONTAINED},
	    {"shingle", required_argument, NULL, OPT_SHINGLE},
	    {"min-chars", required_argument, NULL, OPT_MIN_CHARS},
	    {"mark", no_argument, NULL, OPT_MARK},
	    {"gather", no_argument, NULL, OPT_GATHER},
	    {"facts", no_argument, NULL, OPT_FACTS},
	    {"state", required_argument, NULL, OPT_STATE},
	    {"emit-keys", no_argument, NULL, OPT_EMIT_KEYS},
	    {"by-key", no_argument, NULL, OPT_BY_KEY},
	    {"key", required_argument, NULL, OPT_KEY},
	    {"max-memory", required_argument, NULL, OPT_MAX_MEMORY},
	    STREAM_OPTIONS,
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = stream_getopt(s, argc, argv, STREAM_SHORT, options)) != -1)
		switch (c) {
		case OPT_EXACT: how.exact = true; break;
		case OPT_THRESHOLD: how.like.threshold = thousandths(s, "threshold", optarg); break;
		case OPT_CONTAINED: how.like.contained = thousandths(s, "contained", optarg); break;
		case OPT_SHINGLE:
			how.like.shingle = (unsigned)number(s, "shingle", optarg, 1, 8);
			break;
		case OPT_MIN_CHARS:
			how.min_chars = number(s, "min-chars", optarg, 0, SIZE_MAX);
			break;
		case OPT_MARK: mark = true; break;
		case OPT_GATHER: gather = true; break;
		case OPT_FACTS: facts_too = true; break;
		case OPT_STATE: state = optarg; break;
		case OPT_EMIT_KEYS: emit_keys = true; break;
		case OPT_BY_KEY: by_key = true; break;
		case OPT_KEY: key = optarg; break;
		case OPT_MAX_MEMORY:
			how.memory = number(s, "max-memory", optarg, 1, SIZE_MAX);
			break;
		default: stream_option(s, c, optarg);
		}
}

/* What the options together mean; or that they do not go together. */
static void
settle_options(struct stream *s)
{
	if (mark && gather)
		stream_die(s, EXIT_USAGE, "--mark and --gather exclude each other");
	if (emit_keys && by_key)
		stream_die(s, EXIT_USAGE, "--emit-keys and --by-key are two halves: give one");
	if ((emit_keys || by_key) && (gather || facts_too || state != NULL))
		stream_die(s, EXIT_USAGE,
		    "--gather, --facts and --state need the whole stream: not with %s",
		    emit_keys ? "--emit-keys" : "--by-key");
	/* --exact believes a hash: no text may be made to collide. All else is compared in full. */
	if (key == NULL && (!how.exact || emit_keys || by_key))
		key = "68616e73696576652f6465647570652f";
	if (key != NULL)
		set_key(s, key);
	else if (getentropy(&how.like.key, sizeof how.like.key) != 0)
		stream_die(s, EXIT_IO, "no random bytes for the key: %s", strerror(errno));
	how.like.kin = mark && !by_key;
	how.ids = mark || gather || state != NULL;
}

/* What the options need to know and to hold. */
static void
begin(void)
{
	if (state != NULL)
		seen = state_load(state, &how);
	if (seen == NULL)
		seen = seen_new(&how);
	if (facts_too)
		facts = facts_new(&how);
	if (gather)
		gather_begin();
}

static void
tell(const struct stream *s)
{
	if (seen_crowded(seen) > 0)
		stream_note(s,
		    "%" PRIu64
		    " keys stood in more than %d passages and were not listed again: a repeat "
		    "that shares nothing else may have passed",
		    seen_crowded(seen), INDEX_CROWD);
	if (facts_too)
		stream_note(s, "%" PRIu64 " facts said again, %" PRIu64 " in conflict",
		    facts_repeats(facts), facts_conflicts(facts));
}

int
main(int argc, char *argv[])
{
	struct stream *s = stream_new("dedupe", help);
	static struct record r;
	static struct buf hold, array;
	int status;

	read_options(s, argc, argv);
	settle_options(s);
	stream_open(s, argc - optind, argv + optind);
	if (by_key) {
		keys_reduce(s, &how, mark);
		return stream_close(s);
	}
	if (emit_keys) {
		while (stream_read(s, &r))
			keys_emit(s, &r, &how);
		return stream_close(s);
	}
	begin();
	while (stream_read(s, &r)) {
		const struct json *id = record_get(&r, "id");
		struct verdict v = {0};
		struct str text;

		if (record_str(&r, "text", &hold, &text)) {
			seen_judge(seen, text,
			    id != NULL ? (struct str){id->p, id->n} : (struct str){"null", 4}, &v);
			if (mark)
				set_marks(&r, &v);
		}
		if (v.like != DIFFERENT && gather)
			gather_repeat(&r, &v);
		if (v.like != DIFFERENT && !mark)
			continue;
		if (facts_too && facts_judge(facts, &r, mark, &array))
			record_set(&r, "figures", array.p, array.n);
		if (gather)
			gather_kept(&r, v.number);
		else
			stream_write(s, &r);
	}
	if (gather)
		gather_end(s);
	tell(s);
	status = stream_close(s);
	/* what was seen but perhaps not written must not be taken for known the next time */
	if (state != NULL && status <= EXIT_DATA && !stream_stopped(s))
		state_save(state, seen, &how);
	return status;
}
