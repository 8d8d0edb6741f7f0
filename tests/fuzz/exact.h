/* exact - a copy of bytes with nothing behind it, so that reading past its end is seen */
/* SPDX-License-Identifier: MIT */
#ifndef EXACT_H
#define EXACT_H

#include <stddef.h>
#include <stdint.h>

/* Of the fuzzers from malloc(3), for AddressSanitizer; of prefixes.c before a page that nobody may
 * read. */
char *exact(const void *, size_t);
void exact_free(char *);

#ifndef GUARD_PAGE
#include "buf.h"

char *
exact(const void *p, size_t n)
{
	char *copy = xmalloc(n);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

void
exact_free(char *p)
{
	free(p);
}
#endif

#endif
