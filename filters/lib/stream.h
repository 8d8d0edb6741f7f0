/* stream.h - a filter's input and output: options in common, records in and out */
/* SPDX-License-Identifier: MIT */
#ifndef STREAM_H
#define STREAM_H

#include <getopt.h>
#include <stdnoreturn.h>

#include "buf.h"
#include "record.h"

#define HANSIEVE_VERSION "0.1.0"

enum {
	EXIT_DATA = 1,  /* some input was bad */
	EXIT_USAGE = 2, /* the command line was wrong */
	EXIT_RULES = 3, /* a rule or table file is wrong */
	EXIT_IO = 4     /* cannot read, write, or get memory */
};

/*
 * Every filter is this:
 *
 *	int
 *	main(int argc, char *argv[])
 *	{
 *		static const struct option options[] = {
 *			{"by", required_argument, NULL, 'b'},
 *			STREAM_OPTIONS,
 *			{NULL, 0, NULL, 0},
 *		};
 *		struct stream *s = stream_new("segment", help);
 *		struct record r = {0};
 *		int c;
 *
 *		while ((c = stream_getopt(s, argc, argv, "b:" STREAM_SHORT, options)) != -1)
 *			switch (c) {
 *			case 'b': ...; break;
 *			default: stream_option(s, c, optarg);
 *			}
 *		stream_open(s, argc - optind, argv + optind);
 *		while (stream_read(s, &r)) {
 *			... the work: a function without I/O ...
 *			stream_write(s, &r);
 *		}
 *		return stream_close(s);
 *	}
 *
 * Options in common: -h --help, --version, -o --output FILE, -q --quiet,
 * --on-error=report|fail|skip|pass, --rejects FILE, --max-errors N,
 * --max-line BYTES, --line-buffered, --ascii, --trailer, --strip-key,
 * --progress[=hadoop], --range OFFSET:LENGTH[:LINES]. PIPELINE.md says what
 * each does.
 */
struct stream;

enum { /* values of the long options in common; filters use 256 to 999 for theirs */
	OPT_VERSION = 1000,
	OPT_ON_ERROR,
	OPT_REJECTS,
	OPT_MAX_ERRORS,
	OPT_MAX_LINE,
	OPT_LINE_BUFFERED,
	OPT_ASCII,
	OPT_TRAILER,
	OPT_STRIP_KEY,
	OPT_PROGRESS,
	OPT_RANGE
};
#define STREAM_SHORT "ho:q"
#define STREAM_OPTIONS                                                                             \
	{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, OPT_VERSION},             \
	    {"output", required_argument, NULL, 'o'}, {"quiet", no_argument, NULL, 'q'},           \
	    {"on-error", required_argument, NULL, OPT_ON_ERROR},                                   \
	    {"rejects", required_argument, NULL, OPT_REJECTS},                                     \
	    {"max-errors", required_argument, NULL, OPT_MAX_ERRORS},                               \
	    {"max-line", required_argument, NULL, OPT_MAX_LINE},                                   \
	    {"line-buffered", no_argument, NULL, OPT_LINE_BUFFERED},                               \
	    {"ascii", no_argument, NULL, OPT_ASCII}, {"trailer", no_argument, NULL, OPT_TRAILER},  \
	    {"strip-key", no_argument, NULL, OPT_STRIP_KEY},                                       \
	    {"range", required_argument, NULL, OPT_RANGE},                                         \
	{                                                                                          \
		"progress", optional_argument, NULL, OPT_PROGRESS                                  \
	}

/* help is the whole --help text, examples first; name is what messages begin with. */
struct stream *stream_new(const char *name, const char *help);
/* getopt_long(3) with our own messages ("did you mean --by?"); exits EXIT_USAGE on a bad one. */
int stream_getopt(
    struct stream *, int argc, char *const argv[], const char *shorts, const struct option *);
/* Takes an option in common (or ends the program: -h, --version, a bad value). */
void stream_option(struct stream *, int c, const char *arg);
/* What --version prints after the first line, such as the rule set's hash. Not copied. */
void stream_version(struct stream *, const char *(*rules_version)(void));

/* Operands are files in order, "-" or none is standard input. */
void stream_open(struct stream *, int nfiles, char *const files[]);
/* The next good record. Bad lines are dealt with as --on-error says. */
bool stream_read(struct stream *, struct record *);
/* The same for bytes that are no records: one line, without its end (normalize --text ...). */
bool stream_line(struct stream *, struct str *);
/* The next operand as a whole, uninterpreted; unreadable ones are reported and passed over. */
bool stream_slurp(struct stream *, struct str *);
const char *stream_file(const struct stream *); /* of the last line read; "-" is "<stdin>" */
uint64_t stream_lineno(const struct stream *);

void stream_write(struct stream *, const struct record *);
void stream_put(struct stream *, const char *, size_t); /* bytes as they are: whole lines */
/* What goes out is no JSON Lines (CSV): --ascii and --trailer are usage errors. Before stream_open.
 */
void stream_no_records(struct stream *);
/* A record of the filter's own making: one JSON object without its end of line. */
void stream_put_line(struct stream *, const char *json, size_t n);

/*
 * "name: file:line: message": the record just read is bad data. Counts as an
 * error and does with the line what --on-error says (stream_read() ends after
 * it under --on-error=fail); the caller goes on to the next record.
 */
void stream_bad(struct stream *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/*
 * The same for any place; raw (its p may be NULL) goes to --rejects, line 0
 * is left out of the message. False if the run is to end here.
 */
bool stream_bad_at(struct stream *, const char *file, uint64_t line, struct str raw,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* "name: message", and the program ends with that status; a half-written -o file is removed. */
noreturn void stream_die(struct stream *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "name: message" on standard error, unless --quiet: something the user should know. */
void stream_note(const struct stream *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Flushes, checks, renames -o into place, prints the summary; returns the exit status. */
int stream_close(struct stream *);
/* After stream_close(): --on-error=fail or --max-errors ended the run before the input did. */
bool stream_stopped(const struct stream *);

#endif
