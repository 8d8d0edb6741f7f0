/* prefixes - linked with a fuzzer: every prefix of every file given, before a page that cannot be
 * read */
/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef GUARD_PAGE /* by the Makefile, for the fuzzer as well */
#define GUARD_PAGE
#endif
#include "fuzz/exact.h"

#define ROOM ((size_t)64 << 10)
#define PAGE ((size_t)4096)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerInitialize(int *, char ***) __attribute__((weak));

static const char *name;
static size_t length;
static char *guarded;

char *
exact(const void *p, size_t n)
{
	if (n > ROOM)
		abort();
	return memcpy(guarded + ROOM - n, p, n);
}

void
exact_free(char *p)
{
	(void)p;
}

static void
tell(int sig)
{
	char line[512];
	int n = snprintf(
	    line, sizeof(line), "# %s: the first %zu bytes: signal %d\n", name, length, sig);

	(void)!write(STDOUT_FILENO, line, (size_t)n);
	_exit(1);
}

int
main(int argc, char *argv[])
{
	static uint8_t data[ROOM];

	guarded =
	    mmap(NULL, ROOM + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guarded == MAP_FAILED || mprotect(guarded + ROOM, PAGE, PROT_NONE) != 0)
		return 2;
	signal(SIGSEGV, tell);
	signal(SIGABRT, tell);
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(name = argv[i], "rb");
		size_t n;

		if (f == NULL)
			return 2;
		n = fread(data, 1, sizeof(data), f);
		fclose(f);
		for (length = 0; length <= n; length++)
			LLVMFuzzerTestOneInput(data, length);
	}
	return 0;
}
