/* state.c - what was seen, from one run to the next */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dedupe.h"

/*
 * The file: a header line of text, then for each passage its length (4 bytes,
 * of this machine's byte order, which the header names) and its stash, then
 * 8 bytes of SipHash over all that, chained passage by passage.
 */
#define STATE_MAGIC "hansieve dedupe state 1"

static const struct siphash_key sum_key = {0x68616e7369657665U, 0x7374617465203120U};

static noreturn void
die(const char *path, const char *what)
{
	fprintf(stderr, "dedupe: %s: %s\n", path, what);
	exit(EXIT_IO);
}

static void
print_header(const struct how *how, size_t n, struct buf *out)
{
	out->n = 0;
	buf_printf(out,
	    STATE_MAGIC " %s exact=%d shingle=%u min-chars=%zu key=%016" PRIx64 "%016" PRIx64
			" passages=%zu\n",
	    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "le" : "be", how->exact, how->like.shingle,
	    how->min_chars, how->like.key.k0, how->like.key.k1, n);
}

struct seen *
state_load(const char *path, struct how *how)
{
	struct buf want = {0}, bytes = {0};
	char line[256];
	const char *key, *count;
	size_t n, i;
	uint64_t sum, stored;
	struct seen *s;
	FILE *f = fopen(path, "rb");

	if (f == NULL) {
		if (errno == ENOENT)
			return NULL;
		die(path, strerror(errno));
	}
	if (fgets(line, sizeof line, f) == NULL ||
	    strncmp(line, STATE_MAGIC " ", sizeof STATE_MAGIC) != 0)
		die(path, "not a state of this version of dedupe");
	key = strstr(line, " key=");
	count = strstr(line, " passages=");
	if (key == NULL || count == NULL ||
	    sscanf(key, " key=%16" SCNx64 "%16" SCNx64, &how->like.key.k0, &how->like.key.k1) !=
		2 ||
	    sscanf(count, " passages=%zu", &n) != 1)
		die(path, "not a state of this version of dedupe");
	print_header(how, n, &want);
	if (want.n != strlen(line) || memcmp(want.p, line, want.n) != 0) {
		fprintf(
		    stderr, "dedupe: %s: the state was made with other options: %s", path, line);
		exit(EXIT_USAGE);
	}
	sum = siphash(&sum_key, line, strlen(line));
	s = seen_new(how);
	for (i = 0; i < n; i++) {
		uint32_t size;

		if (fread(&size, sizeof size, 1, f) != 1)
			die(path, "the state is cut short");
		if (size > INDEX_MAX_BYTES)
			die(path, "the state is damaged");
		bytes.n = 0;
		buf_reserve(&bytes, size + 1);
		if (fread(bytes.p, 1, size, f) != size)
			die(path, "the state is cut short");
		bytes.n = size;
		sum = siphash(&sum_key, bytes.p, size) ^ (sum << 1 | sum >> 63);
		if (!seen_restore(s, bytes.p, size))
			die(path, "the state is damaged");
	}
	if (fread(&stored, sizeof stored, 1, f) != 1)
		die(path, "the state is cut short");
	if (stored != sum || fgetc(f) != EOF)
		die(path, "the state is damaged");
	fclose(f);
	buf_free(&want);
	buf_free(&bytes);
	return s;
}

/*
 * The new name itself must survive a crash as well: else the next run would
 * take for new what this one passed on. That cannot be asked of a file system
 * that knows no such thing, or in a directory that may not be read.
 */
static void
sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = {0};
	int fd;

	buf_add(&dir, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
	if (dir.n == 0)
		buf_putc(&dir, '.');
	buf_putc(&dir, '\0');
	fd = open(dir.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 ? errno != EACCES : fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
		die(dir.p, strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_free(&dir);
}

/* That of the state it replaces, or of a new file: a state holds text. */
static mode_t
mode_of(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

void
state_save(const char *path, struct seen *s, const struct how *how)
{
	struct buf temp = {0}, bytes = {0};
	uint64_t sum;
	size_t n = seen_stashes(s), i;
	FILE *f;
	int fd;

	buf_puts(&temp, path);
	buf_puts(&temp, ".XXXXXX");
	buf_putc(&temp, '\0');
	fd = mkostemp(temp.p, O_CLOEXEC);
	if (fd < 0 || (f = fdopen(fd, "wb")) == NULL)
		die(temp.p, strerror(errno));
	print_header(how, n, &bytes);
	sum = siphash(&sum_key, bytes.p, bytes.n);
	fwrite(bytes.p, 1, bytes.n, f);
	for (i = 1; i <= n; i++) {
		uint32_t size;

		seen_stash(s, (uint32_t)i, &bytes);
		size = (uint32_t)bytes.n;
		fwrite(&size, sizeof size, 1, f);
		fwrite(bytes.p, 1, bytes.n, f);
		sum = siphash(&sum_key, bytes.p, size) ^ (sum << 1 | sum >> 63);
	}
	fwrite(&sum, sizeof sum, 1, f);
	if (fflush(f) != 0 || ferror(f) || fchmod(fd, mode_of(path)) != 0 || fsync(fd) != 0 ||
	    fclose(f) != 0 || rename(temp.p, path) != 0) {
		int e = errno;

		unlink(temp.p);
		die(path, strerror(e));
	}
	sync_directory(path);
	buf_free(&temp);
	buf_free(&bytes);
}
