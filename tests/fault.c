/* fault - preloaded by fault.t: the Nth call of malloc, read, write, close, fsync or rename fails
 */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * FAULT=call:N makes that call fail; N = 0 only counts. FAULT_LOG names a file
 * that gets the count at the end, and a "!" when the call failed. FAULT=short:0
 * lets each read and write move a part of what is asked for, and FAULT=eintr:0
 * interrupts each of them once.
 */
extern void *__libc_malloc(size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_calloc(size_t, size_t);

static char call[16];
static long fail_at, count;

static void
note(const char *p, size_t n)
{
	const char *path = getenv("FAULT_LOG");
	long fd = path == NULL
		      ? -1
		      : syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0666);

	if (fd < 0)
		return;
	syscall(SYS_write, fd, p, n);
	syscall(SYS_close, fd);
}

__attribute__((constructor)) static void
start(void)
{
	const char *fault = getenv("FAULT");
	const char *colon = fault == NULL ? NULL : strchr(fault, ':');

	if (colon == NULL || (size_t)(colon - fault) >= sizeof(call))
		return;
	fail_at = strtol(colon + 1, NULL, 10);
	memcpy(call, fault, (size_t)(colon - fault));
}

__attribute__((destructor)) static void
end(void)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%ld\n", count);

	if (call[0] != '\0')
		note(line, (size_t)n);
	call[0] = '\0';
}

static int
fails(const char *name, int error)
{
	if (strcmp(call, name) != 0 || ++count != fail_at)
		return 0;
	note("!", 1);
	errno = error;
	return 1;
}

void *
malloc(size_t n)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails("malloc", ENOMEM) ? NULL : __libc_realloc(p, n);
}

/* How many of n bytes are moved; -1: none, for a signal came. */
static ssize_t
part(size_t n)
{
	static unsigned turn;

	turn++;
	if (strcmp(call, "eintr") == 0 && turn % 2 == 1) {
		errno = EINTR;
		return -1;
	}
	if (strcmp(call, "short") == 0 && n > 1)
		return (ssize_t)(1 + turn * 7919 % (n < 3000 ? n : 3000));
	return (ssize_t)n;
}

ssize_t
read(int fd, void *p, size_t n)
{
	const ssize_t some = part(n);

	if (some == -1 || fails("read", EIO))
		return -1;
	return (ssize_t)syscall(SYS_read, fd, p, some);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	const ssize_t some = part(n);

	if (some == -1 || fails("write", ENOSPC))
		return -1;
	return (ssize_t)syscall(SYS_write, fd, p, some);
}

int
close(int fd)
{
	int r = (int)syscall(SYS_close, fd);

	return fails("close", EIO) ? -1 : r;
}

int
fsync(int fd)
{
	return fails("fsync", EIO) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
rename(const char *from, const char *to)
{
	return fails("rename", EACCES)
		   ? -1
		   : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
