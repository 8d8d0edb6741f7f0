/* record - any bytes as a line: what is taken prints as it came, and splices to a record */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "exact.h"
#include "record.h"

#define CHECK(x) ((x) ? (void)0 : abort())

/* Walks all of a value; to the bottom, since the walk must agree with the check. */
static size_t
walk(const struct json *v, struct buf *hold)
{
	struct json_iter it = json_iter(v);
	struct json item;
	struct str key, text;
	uint64_t u;
	size_t n = 0;

	if (json_str(v, hold, &text))
		n += text.n;
	n += json_uint(v, &u);
	while (json_next(&it, &key, &item)) {
		CHECK(item.p >= v->p && item.p + item.n <= v->p + v->n && item.n > 0);
		n += 1 + walk(&item, hold);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct record r, again;
	static struct buf out, hold;
	struct record_error e = {NULL, 0};
	char *line = exact(data, n);

	if (!record_parse(&r, line, n, &e)) {
		CHECK(e.why != NULL && e.at <= n);
		exact_free(line);
		return 0;
	}
	out.n = 0;
	record_print(&r, &out);
	CHECK(out.n == n && memcmp(out.p, line, n) == 0);
	for (size_t i = 0; i < r.nfield; i++)
		walk(&r.field[i].value, &hold);
	record_set(&r, "text", "[0.10]", 6);
	record_unset(&r, "a");
	record_set(&r, "figures", "{}", 2);
	out.n = 0;
	record_print(&r, &out);
	CHECK(record_parse(&again, out.p, out.n, &e));
	if (again.type == JSON_OBJECT) {
		CHECK(record_get(&again, "a") == NULL && record_get(&again, "figures")->n == 2);
		CHECK(record_get(&again, "text")->n == 6);
	}
	exact_free(line);
	return 0;
}
