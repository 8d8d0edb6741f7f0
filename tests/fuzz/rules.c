/* rules - any bytes as a rule file, then any bytes as a text: nothing breaks, nothing hangs */
/* SPDX-License-Identifier: MIT */
/*
 * The input up to the first NUL is the rule file, the rest the text. What is
 * found must lie in the text, at character boundaries, in order, and must be
 * found again by asking at its place; no place may be passed over where a
 * pattern matches.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exact.h"
#include "rules_int.h"
#include "utf8.h"

#define CHECK(x) ((x) ? (void)0 : abort())

static const char *const words[] = {"a", "b", NULL};
static const struct rules_key keys[] = {{"kind", 0, words}, {"cue", KEY_MANY, NULL}, {0}};
static const struct rules_type types[] = {{"x", keys, 0}, {"y", keys, RULES_NO_MATCH}};

static void
try(void *ctx, struct str text, const char *set, struct rules_found *f)
{
	struct rules *r = ctx;
	struct match m[2];
	struct str v;
	size_t at = 0;

	rules_set(set, "kind", &v);
	while (rules_scan(r, 0, text, &at, m, 2) > 0) {
		rules_found(f, m[0].rule, m[0].start, m[0].end);
		rules_found_field(f, "kind", text.p + m[0].start, m[0].end - m[0].start);
		at = m[0].end;
	}
}

static bool
boundary(struct str t, size_t at)
{
	return at == t.n || (at < t.n && (t.p[at] & 0xC0) != 0x80);
}

static void
scan(struct rules *r, struct str text)
{
	struct match m[8], again[8];
	size_t at = 0, n;

	while ((n = rules_scan(r, 0, text, &at, m, 8)) > 0) {
		size_t same = rules_match(r, 0, text, at, again, 8);
		bool off = rules_errors(r) > 0; /* then a rule may have been switched off since */

		CHECK(n <= 8 && (off || same == n));
		for (size_t i = 0; i < n; i++) {
			CHECK(m[i].start == at && m[i].end > at && m[i].end <= text.n);
			CHECK(boundary(text, m[i].start) && boundary(text, m[i].end));
			CHECK(i == 0 || m[i].end <= m[i - 1].end);
			CHECK(off || (again[i].rule == m[i].rule && again[i].end == m[i].end));
			for (size_t k = 0; k < m[i].ncapture; k++)
				CHECK(m[i].capture[k].start <= m[i].capture[k].end &&
				      m[i].capture[k].end <= text.n);
		}
		at = m[0].end;
	}
	CHECK(at >= text.n);
}

/* What rules_first.c made of the patterns against what PCRE2 says. */
static void
compare(struct rules *r, struct str text)
{
	static struct match m;

	rules_text(r, text);
	for (size_t at = 0; at < text.n; at += utf8_len(text.p[at])) {
		size_t n = dispatch_candidates(r->dispatch[0], text, at, ++r->serial, r->candidate);

		CHECK(n == 0 || dispatch_skip(r->dispatch[0], text, at) == at);
		for (size_t i = 0; i < r->nrule; i++)
			for (size_t k = 0; r->rule[i]->r.type == 0 && k < r->rule[i]->npattern;
			     k++) {
				struct pattern *p = &r->rule[i]->pattern[k];
				bool named = false;

				if (!pattern_match(r, p, text, at, &m))
					continue;
				for (size_t j = 0; j < n; j++)
					named |= r->candidate[j] == p;
				CHECK(pattern_here(p, text, at));
				/* what a guard refuses need not be tried */
				CHECK(named || guards_fail(r, r->rule[i], text, m.start, m.end));
			}
	}
}

static char dir[] = "/tmp/hansieve-fuzz-XXXXXX", tsv[sizeof dir + 10], path[sizeof dir + 10];

static void
remove_dir(void)
{
	unlink(tsv);
	unlink(path);
	rmdir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static FILE *null;
	static int fd = -1;
	const char *files[] = {path};
	const uint8_t *nul = n ? memchr(data, 0, n) : NULL;
	size_t nrules = nul ? (size_t)(nul - data) : n;
	struct str text = {"", 0};
	char *copy = NULL;
	struct rules *r;

	if (fd == -1) {
		FILE *table;

		CHECK(mkdtemp(dir) != NULL && atexit(remove_dir) == 0);
		snprintf(tsv, sizeof tsv, "%s/t.tsv", dir);
		CHECK((table = fopen(tsv, "w")) != NULL);
		fputs("f\tk\n元\ta\n美元\tb\n个\ta\n个月\tb\n", table);
		CHECK(fclose(table) == 0);
		snprintf(path, sizeof path, "%s/x.rules", dir);
		fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
		CHECK(fd != -1 && (null = fopen("/dev/null", "w")) != NULL);
	}
	CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, data, nrules, 0) == (ssize_t)nrules);
	if ((r = rules_load(types, 2, files, 1)) == NULL)
		return 0;
	if (nul != NULL && utf8_valid((const char *)nul + 1, n - nrules - 1) == n - nrules - 1) {
		text.n = n - nrules - 1;
		copy = exact(nul + 1, text.n);
		text.p = copy;
		scan(r, text);
		if (text.n < 300 && r->npattern < 20)
			compare(r, text);
	}
	rules_explain(r, null, n % 2 && r->nrule > 0 ? r->rule[0]->r.name : NULL);
	if (text.n < 200)
		scan(r, text);
	rules_explain(r, NULL, NULL);
	rules_check(r, try, r, null);
	rules_list(r, null);
	rules_free(r);
	exact_free(copy);
	return 0;
}
