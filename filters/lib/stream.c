/* stream - a filter's input and output; its options are in stream_options.c */
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

#include "stream_int.h"
#include "utf8.h"

#define BLOCK ((size_t)64 << 10)    /* bytes of one read(2) or write(2) */
#define PIPE_SIZE (1 << 20)         /* asked of the kernel: a third of the switches */
#define MAX_LINE ((size_t)64 << 20) /* default of --max-line */
#define RAW_KEPT ((size_t)64 << 10) /* of a line too long, goes to --rejects */
#define PERCENT_FROM 1000           /* lines before --max-errors=N% may end a run early */
#define PROGRESS_TERMINAL 200       /* milliseconds between two reports */
#define PROGRESS_LOG 10000

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

/* What went out through stdio (help, lists of rules, --check) must have gone out. */
static void
flush_stdout(void)
{
	const bool failed = ferror(stdout) != 0;

	if (fflush(stdout) == 0 && !failed)
		return;
	fprintf(stderr, "%s: cannot write <stdout>: %s\n", the_stream.name, strerror(errno));
	_exit(EXIT_IO);
}

struct stream *
stream_new(const char *name, const char *help)
{
	struct stream *s = &the_stream;

	guard_descriptors();
	atexit(flush_stdout);
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
	/* known before it is there, so that no signal can come between */
	temporary = path.p;
	atexit(remove_temporary);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &ignored) == 0 && ignored.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
	s->out_fd = mkostemp(path.p, O_CLOEXEC);
	if (s->out_fd == -1) {
		temporary = NULL;
		stream_die(s, EXIT_IO, "cannot write %s: %s", s->output, strerror(errno));
	}
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
				stream_terminal_help(s);
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

bool
stream_stopped(const struct stream *s)
{
	return s->stopped;
}
