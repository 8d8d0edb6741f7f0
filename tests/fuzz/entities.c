/* entities - any text: the names found are in order, inside it, on characters, none overlapping */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "../../filters/extract-entities/entity.h"
#include "exact.h"
#include "utf8.h"

#define CHECK(x) ((x) ? (void)0 : abort())

static struct model *model;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *files[] = {"rules/entities.rules", NULL};

	(void)argc;
	(void)argv;
	setenv("HANSIEVE_RULES", "rules", 1);
	model = model_load(files, 1, NULL, 0);
	CHECK(model != NULL);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct finder f;
	/* The first byte says how much of the text is given as a known name. */
	struct known known = {.label = -1};
	char *text = exact(data, n);
	size_t have, skip = n > 0 ? 1 : 0;

	have = utf8_valid(text + skip, n - skip);
	if (n > 0 && data[0] <= have && utf8_valid(text + skip, data[0]) == data[0])
		known.surface = known.name = (struct str){text + skip, data[0]};
	f.known = &known;
	f.nknown = known.surface.n > 0;
	find_entities(&f, model, (struct str){text + skip, have});
	for (size_t i = 0; i < f.nentity; i++) {
		CHECK(f.entity[i].start < f.entity[i].end && f.entity[i].end <= f.n);
		CHECK(i == 0 || f.entity[i - 1].end <= f.entity[i].start);
		CHECK(f.entity[i].label < NLABELS && f.entity[i].rule != NULL);
		CHECK(f.entity[i].title_end >= f.entity[i].title &&
		      f.entity[i].title_end <= f.nentity);
		CHECK(f.off[f.entity[i].end] <= have);
	}
	exact_free(text);
	return 0;
}
