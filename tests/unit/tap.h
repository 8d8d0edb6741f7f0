/* tap.h - Test Anything Protocol, for the C tests */
/* SPDX-License-Identifier: MIT */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static unsigned tap_tests, tap_failed;

__attribute__((format(printf, 2, 3))) static bool
ok(bool passed, const char *fmt, ...)
{
	va_list ap;

	tap_failed += !passed;
	printf("%sok %u - ", passed ? "" : "not ", ++tap_tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	return passed;
}

static int
tap_end(void)
{
	printf("1..%u\n", tap_tests);
	return tap_failed != 0;
}

#endif
