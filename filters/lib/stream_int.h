/* stream_int.h - what stream.c and stream_options.c share: the stream itself */
/* SPDX-License-Identifier: MIT */
#ifndef STREAM_INT_H
#define STREAM_INT_H

#include "stream.h"

enum on_error { ON_ERROR_REPORT, ON_ERROR_FAIL, ON_ERROR_SKIP, ON_ERROR_PASS };
enum progress { PROGRESS_NONE, PROGRESS_PLAIN, PROGRESS_HADOOP };

struct stream {
	const char *name, *help;
	const char *(*rules_version)(void);

	/* options */
	enum on_error on_error;
	enum progress progress;
	const char *output, *rejects;
	uint64_t max_errors; /* UINT64_MAX: no limit */
	bool max_errors_percent;
	size_t max_line;
	bool quiet, line_buffered, ascii, trailer, strip_key, no_records;
	/* --range: the lines that begin in these bytes; so many lines stand before */
	bool range;
	uint64_t range_at, range_end, range_lines;

	/* input */
	int nfiles;
	char *const *files;
	int next; /* operand to open next */
	int fd;   /* -1: none open */
	const char *file;
	struct buf in;
	size_t pos;      /* the next line begins here in in.p */
	size_t clean;    /* up to here no LF was found */
	uint64_t offset; /* of in.p[0] in the file */
	bool eof;
	bool cut; /* the last line had no LF */
	uint64_t lineno;
	struct str raw; /* the line just read, as it stands */

	/* output */
	int out_fd, rejects_fd;
	struct buf out, rejected, scratch;
	char *final; /* -o: renamed to this at the end */

	/* what happened */
	uint64_t lines, bad, records, bytes;
	uint64_t total; /* bytes of all operands, 0 if unknown */
	int status;
	bool stopped;           /* --on-error=fail or --max-errors */
	bool broken;            /* an input ended by a read error: no -o file */
	uint64_t told, started; /* milliseconds */
};

/* Tells somebody at a terminal what the filter does, and ends the program. */
void stream_terminal_help(struct stream *);

#endif
