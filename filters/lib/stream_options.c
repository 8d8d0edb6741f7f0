/* stream_options - the command line of a filter: options in common, help, did you mean */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "stream_int.h"

/* Edits (insert, delete, change, swap neighbours) from a to b, at most 63 bytes each. */
static size_t
edits(const char *a, size_t na, const char *b, size_t nb)
{
	size_t d[64][64];

	if (na > 63 || nb > 63)
		return SIZE_MAX;
	for (size_t i = 0; i <= na; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[na][nb];
}

static noreturn void
unknown_option(struct stream *s, const char *given, const struct option *options)
{
	const char *name = given + 2, *best = NULL;
	size_t len = strcspn(name, "="), least = len / 3 + 2;

	for (const struct option *o = options; o->name != NULL; o++) {
		size_t n = edits(name, len, o->name, strlen(o->name));

		if (n < least) {
			least = n;
			best = o->name;
		}
	}
	if (best != NULL)
		stream_die(s, EXIT_USAGE, "unknown option --%.*s; did you mean --%s?", (int)len,
		    name, best);
	stream_die(
	    s, EXIT_USAGE, "unknown option --%.*s; %s --help lists them", (int)len, name, s->name);
}

int
stream_getopt(struct stream *s, int argc, char *const argv[], const char *shorts,
    const struct option *options)
{
	char with_colon[128];
	int at = optind, c;

	snprintf(with_colon, sizeof(with_colon), ":%s", shorts);
	opterr = 0;
	c = getopt_long(argc, argv, with_colon, options, NULL);
	if (c != '?' && c != ':')
		return c;
	/* an argument of the form --x is the one just before optind */
	if (optind > at && strncmp(argv[optind - 1], "--", 2) == 0) {
		const char *given = argv[optind - 1];

		if (c == ':')
			stream_die(s, EXIT_USAGE, "option %s needs an argument", given);
		if (optopt != 0)
			stream_die(s, EXIT_USAGE, "option %.*s takes no argument",
			    (int)strcspn(given, "="), given);
		unknown_option(s, given, options);
	}
	if (c == ':')
		stream_die(s, EXIT_USAGE, "option -%c needs an argument", optopt);
	stream_die(s, EXIT_USAGE, "unknown option -%c; %s --help lists them", optopt, s->name);
}

/* A whole decimal number; false if it is none or too large. */
static bool
read_number(const char *z, size_t n, uint64_t *out)
{
	struct json v = {z, n, JSON_NUMBER, false};

	return n > 0 && json_uint(&v, out);
}

/* OFFSET:LENGTH[:LINES] */
static bool
read_range(struct stream *s, const char *arg)
{
	uint64_t part[3] = {0, 0, 0};
	size_t parts = 0;

	for (;;) {
		size_t n = strcspn(arg, ":");

		if (parts == 3 || !read_number(arg, n, &part[parts++]))
			return false;
		if (arg[n] == '\0')
			break;
		arg += n + 1;
	}
	s->range = true;
	s->range_at = part[0];
	s->range_lines = part[2];
	return parts >= 2 && !__builtin_add_overflow(part[0], part[1], &s->range_end) &&
	       s->range_end <= INT64_MAX;
}

/* The help and version texts go out before any stream is open. */
static noreturn void
print_and_exit(FILE *f, const char *text, size_t n, int status)
{
	(void)!fwrite(text, 1, n, f); /* whether it could be is looked at as the program ends */
	exit(status);
}

/* Goes behind the help of each filter. */
static const char common_help[] =
    "\nOptions of every filter:\n"
    "  -o, --output FILE    write FILE, whole or not at all\n"
    "  -q, --quiet          no messages about bad lines\n"
    "      --on-error WHAT  bad lines: report (default), fail, skip or pass\n"
    "      --rejects FILE   bad lines go there, with the reason\n"
    "      --max-errors N   more bad lines than N (or N%) end the run\n"
    "      --max-line BYTES, --line-buffered, --ascii, --trailer, --strip-key,\n"
    "      --range OFFSET:LENGTH[:LINES], --progress[=hadoop]\n"
    "  -h, --help, --version\n"
    "\n"
    "Exit status: 0 done, 1 bad data, 2 usage, 3 bad rules or tables, 4 cannot read or write.\n";

void
stream_option(struct stream *s, int c, const char *arg)
{
	static const char *const on_error[] = {"report", "fail", "skip", "pass"};
	struct buf b = {0};
	uint64_t u;
	size_t n;

	switch (c) {
	case 'h':
		buf_puts(&b, s->help);
		buf_puts(&b, common_help);
		print_and_exit(stdout, b.p, b.n, 0);
	case OPT_VERSION:
		buf_printf(&b, "%s (hansieve) %s\n", s->name, HANSIEVE_VERSION);
		if (s->rules_version != NULL)
			buf_printf(&b, "rules %s\n", s->rules_version());
		print_and_exit(stdout, b.p, b.n, 0);
	case 'o': s->output = arg; return;
	case 'q': s->quiet = true; return;
	case OPT_ON_ERROR:
		for (unsigned i = 0; i < 4; i++)
			if (strcmp(arg, on_error[i]) == 0) {
				s->on_error = (enum on_error)i;
				return;
			}
		stream_die(
		    s, EXIT_USAGE, "--on-error takes report, fail, skip or pass, not %s", arg);
	case OPT_REJECTS: s->rejects = arg; return;
	case OPT_MAX_ERRORS:
		n = strlen(arg);
		s->max_errors_percent = n > 0 && arg[n - 1] == '%';
		if (!read_number(arg, n - s->max_errors_percent, &s->max_errors) ||
		    (s->max_errors_percent && s->max_errors > 100))
			stream_die(s, EXIT_USAGE,
			    "--max-errors takes a number or 0%% to 100%%, not %s", arg);
		return;
	case OPT_MAX_LINE:
		if (!read_number(arg, strlen(arg), &u) || u == 0 || u > SIZE_MAX / 4)
			stream_die(
			    s, EXIT_USAGE, "--max-line takes a number of bytes, not %s", arg);
		s->max_line = (size_t)u;
		return;
	case OPT_RANGE:
		if (!read_range(s, arg))
			stream_die(
			    s, EXIT_USAGE, "--range takes OFFSET:LENGTH[:LINES], not %s", arg);
		return;
	case OPT_LINE_BUFFERED: s->line_buffered = true; return;
	case OPT_ASCII: s->ascii = true; return;
	case OPT_TRAILER: s->trailer = true; return;
	case OPT_STRIP_KEY: s->strip_key = true; return;
	case OPT_PROGRESS:
		if (arg != NULL && strcmp(arg, "hadoop") != 0)
			stream_die(
			    s, EXIT_USAGE, "--progress takes hadoop or nothing, not %s", arg);
		s->progress = arg != NULL ? PROGRESS_HADOOP : PROGRESS_PLAIN;
		return;
	default: stream_die(s, EXIT_USAGE, "option -%c is not dealt with", c);
	}
}

/* Help, to somebody who runs the filter to see what it does. */
void
stream_terminal_help(struct stream *s)
{
	const char *options = strstr(s->help, "\nOptions");
	size_t n = options != NULL ? (size_t)(options - s->help) + 1 : strlen(s->help);
	struct buf b = {0};

	buf_add(&b, s->help, n);
	buf_printf(&b, "%s reads standard input, which is a terminal; %s --help says more\n",
	    s->name, s->name);
	print_and_exit(stderr, b.p, b.n, EXIT_USAGE);
}
