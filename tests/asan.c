/* asan - options built into what `make sanitize` builds, since tests empty the environment */
/* SPDX-License-Identifier: MIT */
const char *__asan_default_options(void);

/* What lives as long as the process is not freed; leaks from record to record the fuzzers find. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0:allocator_may_return_null=1";
}
