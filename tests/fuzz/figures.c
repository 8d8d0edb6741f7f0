/* figures - any text through figures_find() and figures_link(): spans in order and within it,
 * values as dec.h says, names in UTF-8 */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "../../filters/extract-figures/figure.h"
#include "../../filters/extract-figures/lexicon.h"
#include "../../filters/extract-figures/link.h"
#include "dec.h"
#include "exact.h"
#include "utf8.h"

#define CHECK(x) ((x) ? (void)0 : abort())

static struct rules *rules;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const file[] = {"rules/figures.rules"};

	(void)argc;
	(void)argv;
	rules = rules_load(figure_types, RULE_LINK + 1, file, 1);
	CHECK(rules != NULL && figures_load(rules));
	link_load(rules, RULE_LINK);
	return 0;
}

static bool
fine(struct str v)
{
	return v.n == 0 || dec_valid(v);
}

static bool
is_text(struct str s)
{
	return utf8_valid(s.p, s.n) == s.n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena arena;
	static struct figures found = {.arena = &arena};
	struct block b = {.date = {"2024-03-07", 10}};
	char *text = exact(data, n);
	size_t last = 0;

	if (n > 4000 || utf8_valid(text, n) != n) {
		exact_free(text);
		return 0;
	}
	b.text = (struct str){text, n};
	for (int bare = 0; bare < 2; bare++) {
		arena_reset(&arena);
		found.n = last = 0;
		figures_find(rules, &b, bare, &found);
		for (size_t i = 0; i < found.n; i++) {
			const struct figure *f = &found.at[i];

			CHECK(f->start >= last && f->start < f->end && f->end <= n);
			CHECK((text[f->start] & 0xC0) != 0x80 &&
			      (f->end == n || (text[f->end] & 0xC0) != 0x80));
			CHECK(fine(f->value) && fine(f->low) && fine(f->high) && f->rule != NULL);
			CHECK(f->kind == KIND_DATE || (f->value.n > 0) != (f->low.n > 0));
			CHECK((f->low.n > 0) == (f->high.n > 0));
			last = f->end;
		}
		b.heading = b.title = (struct str){text, n < 200 ? n : 0};
		figures_link(rules, &b, &found);
		for (size_t i = 0; i < found.n; i++)
			CHECK(is_text(found.at[i].metric) && is_text(found.at[i].scope) &&
			      is_text(found.at[i].period));
	}
	exact_free(text);
	return 0;
}
