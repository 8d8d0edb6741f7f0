/* stream - a filter's input and output, and the options in common */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"
#include "utf8.h"

#define BLOCK ((size_t)64 << 10)    /* bytes of one read(2) or write(2) */
#define PIPE_SIZE (1 << 20)         /* asked of the kernel: a third of the switches */
#define MAX_LINE ((size_t)64 << 20) /* default of --max-line */
#define RAW_KEPT ((size_t)64 << 10) /* of a line too long, goes to --rejects */
#define PERCENT_FROM 1000           /* lines before --max-errors=N% may end a run early */
#define PROGRESS_TERMINAL 200       /* milliseconds between two reports */
#define PROGRESS_LOG 10000

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

/* One filter, one stream; the signal handler and atexit(3) need to find these. */
static struct stream the_stream;
static char *volatile temporary; /* -o: what is written until the end */

static void
remove_temporary(void)
{
	char *path = temporary;

	temporary = NULL;
	if (path != NULL)
		unlink(path);
}

static void
on_signal(int sig)
{
	remove_temporary();
	signal(sig, SIG_DFL);
	raise(sig);
}

void
stream_die(struct stream *s, int status, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", s->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	exit(status);
}

/*
 * Descriptors 0 to 2 that are closed would be given to the next file opened,
 * and messages or records end up in it. They get /dev/null the wrong way
 * round instead, so that using them fails as it should.
 */
static void
guard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

void
stream_note(const struct stream *s, const char *fmt, ...)
{
	va_list ap;

	if (s->quiet)
		return;
	fprintf(stderr, "%s: ", s->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

struct stream *
stream_new(const char *name, const char *help)
{
	struct stream *s = &the_stream;

	guard_descriptors();
	*s = (struct stream){
	    .name = name,
	    .help = help,
	    .max_errors = UINT64_MAX,
	    .max_line = MAX_LINE,
	    .fd = -1,
	    .out_fd = STDOUT_FILENO,
	    .rejects_fd = -1,
	    .file = "<stdin>",
	};
	return s;
}

void
stream_version(struct stream *s, const char *(*rules_version)(void))
{
	s->rules_version = rules_version;
}

void
stream_no_records(struct stream *s)
{
	s->no_records = true;
}

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
	struct json v = {z, n, JSON_NUMBER};

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
print_and_exit(struct stream *s, FILE *f, const char *text, size_t n, int status)
{
	if (fwrite(text, 1, n, f) != n || fflush(f) != 0) {
		if (f == stdout)
			stream_die(s, EXIT_IO, "cannot write <stdout>: %s", strerror(errno));
	}
	exit(status);
}

/* Goes behind the help of a filter that does not list these itself. */
static const char common_help[] =
    "\nOptions of every filter:\n"
    "  -o, --output FILE    write FILE, whole or not at all\n"
    "  -q, --quiet          no messages about bad lines\n"
    "      --on-error WHAT  bad lines: report (default), fail, skip or pass\n"
    "      --rejects FILE   bad lines go there, with the reason\n"
    "      --max-errors N   more bad lines than N (or N%) end the run\n"
    "      --max-line BYTES, --line-buffered, --ascii, --trailer, --strip-key,\n"
    "      --range OFFSET:LENGTH[:LINES], --progress[=hadoop]\n"
    "  -h, --help, --version\n";

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
		if (strstr(s->help, "--on-error") == NULL)
			buf_puts(&b, common_help);
		print_and_exit(s, stdout, b.p, b.n, 0);
	case OPT_VERSION:
		buf_printf(&b, "%s (hansieve) %s\n", s->name, HANSIEVE_VERSION);
		if (s->rules_version != NULL)
			buf_printf(&b, "rules %s\n", s->rules_version());
		print_and_exit(s, stdout, b.p, b.n, 0);
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

static uint64_t
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A temporary file beside the one asked for, so that a rename can take its place. */
static void
open_output(struct stream *s)
{
	struct sigaction ignored, sa = {.sa_handler = on_signal};
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
	struct buf path = {0};
	struct stat st;
	mode_t mode, mask;
	char *slash, *final;
	bool exists = stat(s->output, &st) == 0;

	if (exists && !S_ISREG(st.st_mode)) {
		/* a device or a pipe cannot be replaced */
		s->out_fd = open(s->output, O_WRONLY | O_CLOEXEC);
		if (s->out_fd == -1)
			stream_die(s, EXIT_IO, "cannot write %s: %s", s->output, strerror(errno));
		return;
	}
	final = exists ? realpath(s->output, NULL) : NULL; /* through a symbolic link */
	s->final = final != NULL ? final : xstrndup(s->output, strlen(s->output));
	slash = strrchr(s->final, '/');
	buf_add(&path, s->final, slash != NULL ? (size_t)(slash - s->final) + 1 : 0);
	buf_printf(&path, ".%.200s.XXXXXX", slash != NULL ? slash + 1 : s->final);
	s->out_fd = mkostemp(path.p, O_CLOEXEC);
	if (s->out_fd == -1)
		stream_die(s, EXIT_IO, "cannot write %s: %s", s->output, strerror(errno));
	temporary = path.p;
	atexit(remove_temporary);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &ignored) == 0 && ignored.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
	mask = umask(0);
	umask(mask);
	mode = exists ? st.st_mode & 07777 : 0666 & ~mask;
	if (fchmod(s->out_fd, mode) != 0)
		stream_die(s, EXIT_IO, "cannot write %s: %s", s->output, strerror(errno));
}

void
stream_open(struct stream *s, int nfiles, char *const files[])
{
	static char *const standard_input[] = {NULL};
	struct stat st;

	s->nfiles = nfiles != 0 ? nfiles : 1;
	s->files = nfiles != 0 ? files : standard_input;
	if (s->no_records && (s->ascii || s->trailer))
		stream_die(
		    s, EXIT_USAGE, "%s is for records only", s->ascii ? "--ascii" : "--trailer");
	for (int i = 0; i < nfiles; i++)
		if (stat(files[i], &st) == 0 && S_ISREG(st.st_mode))
			s->total += (uint64_t)st.st_size;
	if (s->output != NULL && strcmp(s->output, "-") != 0)
		open_output(s);
	if (fstat(s->out_fd, &st) == 0 && S_ISFIFO(st.st_mode))
		fcntl(s->out_fd, F_SETPIPE_SZ, PIPE_SIZE);
	if (isatty(s->out_fd))
		s->line_buffered = true;
	if (s->rejects != NULL) {
		s->rejects_fd = open(s->rejects, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (s->rejects_fd == -1)
			stream_die(s, EXIT_IO, "cannot write %s: %s", s->rejects, strerror(errno));
	}
	s->started = s->told = milliseconds();
	buf_reserve(&s->out, 2 * BLOCK);
	buf_reserve(&s->in, 2 * BLOCK);
}

/* Output */

static const char *
output_name(const struct stream *s)
{
	return s->output != NULL && strcmp(s->output, "-") != 0 ? s->output : "<stdout>";
}

/* Writes all of b, or ends the program. */
static void
write_all(struct stream *s, int fd, const char *name, struct buf *b)
{
	size_t done = 0;

	while (done < b->n) {
		ssize_t n = write(fd, b->p + done, b->n - done);

		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EPIPE) {
			/* SIGPIPE is ignored, but the reader is gone all the same: go quietly. */
			remove_temporary();
			signal(SIGPIPE, SIG_DFL);
			raise(SIGPIPE);
		}
		stream_die(s, EXIT_IO, "cannot write %s: %s", name, strerror(errno));
	}
	b->n = 0;
}

static void
flush(struct stream *s)
{
	write_all(s, s->out_fd, output_name(s), &s->out);
}

static inline void
line_done(struct stream *s)
{
	if (s->out.n >= BLOCK || s->line_buffered)
		flush(s);
}

/* The line that begins at out.p[from], with all that is not ASCII as \u escapes. */
static void
make_ascii(struct stream *s, size_t from)
{
	struct buf *b = &s->scratch;
	size_t n = s->out.n - from, i = 0, len;
	const char *p = s->out.p + from;

	b->n = 0;
	while (i < n) {
		uint32_t c;

		if ((unsigned char)p[i] < 0x80) {
			buf_putc(b, p[i++]);
			continue;
		}
		c = utf8_get(p + i, &len);
		i += len;
		if (c >= 0x10000) {
			buf_printf(b, "\\u%04x", 0xD800 + ((c - 0x10000) >> 10));
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		buf_printf(b, "\\u%04x", c);
	}
	s->out.n = from;
	buf_add(&s->out, b->p, b->n);
}

void
stream_write(struct stream *s, const struct record *r)
{
	size_t from = s->out.n;

	record_print(r, &s->out);
	if (s->ascii)
		make_ascii(s, from);
	buf_putc(&s->out, '\n');
	s->records++;
	line_done(s);
}

void
stream_put(struct stream *s, const char *p, size_t n)
{
	size_t from = s->out.n;

	buf_add(&s->out, p, n);
	if (!s->no_records) {
		for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
			s->records++;
		if (s->ascii)
			make_ascii(s, from);
	}
	line_done(s);
}

void
stream_put_line(struct stream *s, const char *json, size_t n)
{
	size_t from = s->out.n;

	buf_add(&s->out, json, n);
	if (s->ascii)
		make_ascii(s, from);
	buf_putc(&s->out, '\n');
	s->records++;
	line_done(s);
}

/* Bad data */

static void
add_base64(struct buf *b, const unsigned char *p, size_t n)
{
	static const char set[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t w = (uint32_t)p[i] << 16;

		if (i + 1 < n)
			w |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < n)
			w |= p[i + 2];
		buf_putc(b, set[w >> 18]);
		buf_putc(b, set[w >> 12 & 63]);
		buf_putc(b, i + 1 < n ? set[w >> 6 & 63] : '=');
		buf_putc(b, i + 2 < n ? set[w & 63] : '=');
	}
}

/* Bytes as a JSON string; what is not UTF-8 (a file name can be) becomes U+FFFD. */
static void
add_lossy(struct buf *b, const char *z)
{
	struct buf text = {0};
	size_t n = strlen(z);

	for (size_t i = 0; i < n;) {
		size_t good = utf8_valid(z + i, n - i);

		buf_add(&text, z + i, good);
		i += good;
		if (i < n) {
			buf_puts(&text, "\xEF\xBF\xBD");
			i++;
		}
	}
	buf_json(b, text.p, text.n);
	buf_free(&text);
}

static void
reject(struct stream *s, const char *file, uint64_t line, struct str raw, const char *why)
{
	struct buf *b = &s->rejected;

	buf_puts(b, "{\"tool\":");
	add_lossy(b, s->name);
	buf_puts(b, ",\"file\":");
	add_lossy(b, file);
	if (line != 0) {
		buf_puts(b, ",\"line\":");
		buf_uint(b, line);
	}
	buf_puts(b, ",\"reason\":");
	add_lossy(b, why);
	if (raw.p != NULL) {
		if (utf8_valid(raw.p, raw.n) == raw.n) {
			buf_puts(b, ",\"raw\":");
			buf_json(b, raw.p, raw.n);
		} else {
			buf_puts(b, ",\"raw_base64\":\"");
			add_base64(b, (const unsigned char *)raw.p, raw.n);
			buf_putc(b, '"');
		}
	}
	buf_puts(b, "}\n");
	if (b->n >= BLOCK)
		write_all(s, s->rejects_fd, s->rejects, b);
}

static bool
too_many(const struct stream *s, bool at_end)
{
	if (s->max_errors == UINT64_MAX)
		return false;
	if (!s->max_errors_percent)
		return s->bad > s->max_errors;
	return (at_end || s->lines >= PERCENT_FROM) && s->bad * 100 > s->max_errors * s->lines;
}

static void
bad_data(struct stream *s, const char *file, uint64_t line, struct str raw, const char *why)
{
	s->bad++;
	if (s->on_error == ON_ERROR_FAIL || (s->on_error == ON_ERROR_REPORT && !s->quiet)) {
		if (line != 0)
			fprintf(stderr, "%s: %s:%llu: %s\n", s->name, file,
			    (unsigned long long)line, why);
		else
			fprintf(stderr, "%s: %s: %s\n", s->name, file, why);
	}
	if (s->rejects_fd != -1)
		reject(s, file, line, raw, why);
	if (s->on_error == ON_ERROR_FAIL) {
		s->stopped = true;
	} else if (too_many(s, false)) {
		fprintf(stderr, "%s: %s: more bad lines than --max-errors allows\n", s->name, file);
		s->stopped = true;
	}
	if (s->stopped || s->on_error == ON_ERROR_REPORT)
		s->status = s->status != 0 ? s->status : EXIT_DATA;
}

bool
stream_bad_at(
    struct stream *s, const char *file, uint64_t line, struct str raw, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	bad_data(s, file, line, raw, why);
	return !s->stopped;
}

/* The line just read is bad: told, and written on as it is if that is asked. */
static void
bad_line(struct stream *s, const char *why)
{
	bad_data(s, s->file, s->lineno, s->raw, why);
	if (s->on_error == ON_ERROR_PASS && !s->stopped && !s->no_records) {
		buf_add(&s->out, s->raw.p, s->raw.n);
		buf_putc(&s->out, '\n');
		line_done(s);
	}
}

void
stream_bad(struct stream *s, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	bad_line(s, why);
}

/* Input */

static void
cannot_read(struct stream *s, int error)
{
	fprintf(stderr, "%s: cannot read %s: %s\n", s->name, s->file, strerror(error));
	s->status = EXIT_IO;
}

/* Help, to somebody who runs the filter to see what it does. */
static void
terminal_help(struct stream *s)
{
	const char *options = strstr(s->help, "\nOptions");
	size_t n = options != NULL ? (size_t)(options - s->help) + 1 : strlen(s->help);
	struct buf b = {0};

	buf_add(&b, s->help, n);
	buf_printf(&b, "%s reads standard input, which is a terminal; %s --help says more\n",
	    s->name, s->name);
	print_and_exit(s, stderr, b.p, b.n, EXIT_USAGE);
}

static void fill(struct stream *);

/* To the first line that begins in the range; a line begun before belongs to another. */
static void
seek_range(struct stream *s)
{
	s->lineno = s->range_lines;
	if (s->range_at == 0)
		return;
	s->offset = s->range_at - 1;
	if (lseek(s->fd, (off_t)s->offset, SEEK_SET) == -1)
		stream_die(s, EXIT_IO, "cannot read %s: %s", s->file, strerror(errno));
	for (bool first = true;; first = false) {
		const char *lf;

		fill(s);
		lf = memchr(s->in.p, '\n', s->in.n);
		if (first && lf != s->in.p)
			s->lineno++;
		s->pos = s->clean = lf != NULL ? (size_t)(lf + 1 - s->in.p) : s->in.n;
		if (lf != NULL || s->eof)
			return;
	}
}

/* Opens the next operand that can be; false when there is none. */
static bool
open_next(struct stream *s)
{
	struct stat st;
	const char *path;

	while (s->next < s->nfiles) {
		path = s->files[s->next++];
		s->lineno = 0;
		s->in.n = s->pos = s->clean = 0;
		s->offset = 0;
		s->eof = s->cut = false;
		if (path == NULL || strcmp(path, "-") == 0) {
			s->file = "<stdin>";
			s->fd = STDIN_FILENO;
			if (path == NULL && isatty(s->fd))
				terminal_help(s);
		} else {
			s->file = path;
			s->fd = open(path, O_RDONLY | O_CLOEXEC);
		}
		if (s->fd == -1) {
			cannot_read(s, errno);
			continue;
		}
		if (fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
			cannot_read(s, EISDIR);
			if (s->fd != STDIN_FILENO)
				close(s->fd);
			s->fd = -1;
			continue;
		}
		if (s->range)
			seek_range(s);
		return true;
	}
	s->fd = -1;
	return false;
}

static void
close_input(struct stream *s)
{
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	s->fd = -1;
}

static void
tell_progress(struct stream *s, bool last)
{
	uint64_t now = milliseconds(), every = PROGRESS_LOG;
	const bool terminal = s->progress == PROGRESS_PLAIN && isatty(STDERR_FILENO);
	char percent[16] = "";

	if (terminal)
		every = PROGRESS_TERMINAL;
	if (!last && now - s->told < every)
		return;
	s->told = now;
	if (s->total != 0 && s->total >= s->bytes)
		snprintf(
		    percent, sizeof(percent), " (%u%%)", (unsigned)(s->bytes * 100 / s->total));
	if (s->progress == PROGRESS_HADOOP) {
		fprintf(stderr, "reporter:status:%s %llu lines\n", s->name,
		    (unsigned long long)s->lines);
		if (last)
			fprintf(stderr,
			    "reporter:counter:hansieve,%s.lines,%llu\n"
			    "reporter:counter:hansieve,%s.records,%llu\n"
			    "reporter:counter:hansieve,%s.bad,%llu\n",
			    s->name, (unsigned long long)s->lines, s->name,
			    (unsigned long long)s->records, s->name, (unsigned long long)s->bad);
		return;
	}
	fprintf(stderr, "%s%s: %.1f MB%s, %llu records%s", terminal ? "\r" : "", s->name,
	    (double)s->bytes / 1e6, percent, (unsigned long long)s->records,
	    terminal && !last ? "" : "\n");
}

/* One read(2) onto the end of in; notes the end of the file. */
static void
fill(struct stream *s)
{
	ssize_t n;

	if (s->pos != 0) {
		memmove(s->in.p, s->in.p + s->pos, s->in.n - s->pos);
		s->in.n -= s->pos;
		s->clean -= s->pos;
		s->offset += s->pos;
		s->pos = 0;
	}
	buf_reserve(&s->in, BLOCK);
	do
		n = read(s->fd, s->in.p + s->in.n, BLOCK);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		s->in.n += (size_t)n;
		s->bytes += (uint64_t)n;
	} else {
		s->eof = true;
		if (n == -1) {
			cannot_read(s, errno);
			s->broken = true;
			/* what came of a line is not the line */
			s->in.n = s->pos;
		}
	}
	if (s->progress != PROGRESS_NONE)
		tell_progress(s, false);
}

/* A line longer than --max-line: read past it, holding no more than a part. */
static void
pass_long_line(struct stream *s)
{
	const bool pass = s->on_error == ON_ERROR_PASS && !s->no_records;
	size_t kept = s->in.n - s->pos < RAW_KEPT ? s->in.n - s->pos : RAW_KEPT;
	char why[80];
	const char *lf;

	snprintf(why, sizeof(why), "line longer than %zu bytes (--max-line)", s->max_line);
	s->raw = (struct str){s->in.p + s->pos, kept};
	bad_data(s, s->file, s->lineno, s->raw, why);
	for (;;) {
		size_t n = s->in.n - s->pos;

		lf = memchr(s->in.p + s->pos, '\n', n);
		if (lf != NULL)
			n = (size_t)(lf + 1 - (s->in.p + s->pos));
		if (pass && !s->stopped) {
			buf_add(&s->out, s->in.p + s->pos, n);
			flush(s);
		}
		s->pos += n;
		s->clean = s->pos;
		if (lf != NULL || s->eof)
			break;
		fill(s);
	}
	if (lf == NULL && pass && !s->stopped)
		buf_putc(&s->out, '\n');
	/* give back what the long line took */
	if (s->in.cap > 4 * BLOCK && s->in.n - s->pos <= BLOCK) {
		memmove(s->in.p, s->in.p + s->pos, s->in.n - s->pos);
		s->in.n -= s->pos;
		s->offset += s->pos;
		s->pos = s->clean = 0;
		s->in.p = xrealloc(s->in.p, 2 * BLOCK);
		s->in.cap = 2 * BLOCK;
	}
}

/* The next line of all operands, without LF; s->raw is set to it. */
static bool
next_line(struct stream *s)
{
	const char *lf;

	for (;;) {
		if (s->stopped)
			return false;
		if (s->fd == -1 && !open_next(s))
			return false;
		if (s->range && s->offset + s->pos >= s->range_end) {
			close_input(s);
			continue;
		}
		lf = s->clean < s->in.n ? memchr(s->in.p + s->clean, '\n', s->in.n - s->clean)
					: NULL;
		if (lf == NULL && !s->eof) {
			s->clean = s->in.n;
			if (s->in.n - s->pos > s->max_line) {
				s->lineno++;
				s->lines++;
				pass_long_line(s);
				continue;
			}
			fill(s);
			continue;
		}
		if (lf == NULL && s->pos == s->in.n) {
			close_input(s);
			continue;
		}
		s->lineno++;
		s->raw.p = s->in.p + s->pos;
		s->cut = lf == NULL;
		s->raw.n = lf != NULL ? (size_t)(lf - s->raw.p) : s->in.n - s->pos;
		s->pos += s->raw.n + (lf != NULL);
		s->clean = s->pos;
		if (s->offset == 0 && s->raw.p == s->in.p && s->raw.n >= 3 &&
		    memcmp(s->raw.p, "\xEF\xBB\xBF", 3) == 0) {
			s->raw.p += 3;
			s->raw.n -= 3;
		}
		if (s->raw.n > s->max_line) {
			s->lines++;
			s->pos -= s->raw.n + (lf != NULL);
			s->clean = s->pos;
			pass_long_line(s);
			continue;
		}
		return true;
	}
}

bool
stream_line(struct stream *s, struct str *line)
{
	if (!next_line(s))
		return false;
	s->lines++;
	*line = s->raw;
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
stream_read(struct stream *s, struct record *r)
{
	struct record_error error;
	struct str line;
	char why[160];

	while (next_line(s)) {
		line = s->raw;
		while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\t'))
			line.n--;
		while (line.n > 0 && (*line.p == ' ' || *line.p == '\t')) {
			line.p++;
			line.n--;
		}
		if (line.n == 0)
			continue;
		s->lines++;
		if (s->strip_key && *line.p != '{') {
			const char *tab = memchr(line.p, '\t', line.n);

			if (tab != NULL) {
				line.n -= (size_t)(tab + 1 - line.p);
				line.p = tab + 1;
			}
		}
		if (record_parse(r, line.p, line.n, &error))
			return true;
		snprintf(why, sizeof(why), "%s at byte %zu%s", error.why,
		    error.at + (size_t)(line.p - s->raw.p) + 1,
		    s->cut && error.at == line.n ? "; the file is cut" : "");
		bad_line(s, why);
	}
	return false;
}

bool
stream_slurp(struct stream *s, struct str *whole)
{
	if (s->range)
		stream_die(s, EXIT_USAGE, "--range is for lines, not for whole files");
	while (!s->stopped && open_next(s)) {
		const bool was_broken = s->broken;

		s->broken = false;
		while (!s->eof && s->in.n <= s->max_line)
			fill(s);
		if (s->broken) {
			close_input(s);
			continue;
		}
		s->broken = was_broken;
		close_input(s);
		if (!s->eof) {
			s->lines++;
			stream_bad_at(s, s->file, 0, (struct str){NULL, 0},
			    "longer than %zu bytes (--max-line)", s->max_line);
			continue;
		}
		s->lines++;
		s->raw = *whole = (struct str){s->in.p, s->in.n};
		return true;
	}
	return false;
}

const char *
stream_file(const struct stream *s)
{
	return s->file;
}

uint64_t
stream_lineno(const struct stream *s)
{
	return s->lineno;
}

/* The end */

static void
close_or_die(struct stream *s, int fd, const char *name)
{
	if (close(fd) != 0 && errno != EINTR)
		stream_die(s, EXIT_IO, "cannot write %s: %s", name, strerror(errno));
}

static void
close_output(struct stream *s)
{
	const char *name = output_name(s);
	struct stat st;

	flush(s);
	if (s->final == NULL) {
		/* closed from the start, and nothing was to be written: no error */
		if (fstat(s->out_fd, &st) == 0)
			close_or_die(s, s->out_fd, name);
		return;
	}
	if (s->stopped || s->broken) {
		fprintf(stderr, "%s: %s is not written\n", s->name, name);
		remove_temporary();
		return;
	}
	if (fsync(s->out_fd) != 0 && errno != EINVAL)
		stream_die(s, EXIT_IO, "cannot write %s: %s", name, strerror(errno));
	close_or_die(s, s->out_fd, name);
	if (rename(temporary, s->final) != 0)
		stream_die(s, EXIT_IO, "cannot write %s: %s", name, strerror(errno));
	temporary = NULL;
}

int
stream_close(struct stream *s)
{
	static const char *const fate[] = {"dropped", "dropped", "dropped", "passed on"};

	if (!s->stopped && too_many(s, true)) {
		fprintf(stderr, "%s: more bad lines than --max-errors allows\n", s->name);
		s->stopped = true;
		s->status = s->status != 0 ? s->status : EXIT_DATA;
	}
	if (s->trailer && !s->stopped) {
		buf_puts(&s->scratch, "");
		s->scratch.n = 0;
		buf_printf(&s->scratch,
		    "{\"end\":{\"tool\":\"%s\",\"lines\":%llu,\"records\":%llu,"
		    "\"bad\":%llu}}\n",
		    s->name, (unsigned long long)s->lines, (unsigned long long)s->records,
		    (unsigned long long)s->bad);
		buf_add(&s->out, s->scratch.p, s->scratch.n);
	}
	close_output(s);
	if (s->rejects_fd != -1) {
		write_all(s, s->rejects_fd, s->rejects, &s->rejected);
		close_or_die(s, s->rejects_fd, s->rejects);
	}
	if (s->progress != PROGRESS_NONE)
		tell_progress(s, true);
	if (s->bad != 0 && !s->quiet)
		fprintf(stderr, "%s: %llu of %llu lines bad, %s\n", s->name,
		    (unsigned long long)s->bad, (unsigned long long)s->lines, fate[s->on_error]);
	return s->status;
}
