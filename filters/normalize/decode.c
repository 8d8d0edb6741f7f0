/* decode.c - which encoding a file is in, and its bytes as UTF-8 */
/* SPDX-License-Identifier: MIT */
#include <strings.h>

#include "normalize.h"
#include "utf8.h"

static const struct {
	const char *name;
	enum encoding encoding;
} names[] = {
	{"UTF-8", ENCODING_UTF8},
};

const char *
encoding_name(enum encoding e)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].encoding == e)
			return names[i].name;
	return "binary";
}

enum encoding
encoding_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i].name, name) == 0)
			return names[i].encoding;
	return ENCODING_UNKNOWN;
}

enum encoding
encoding_find(struct str bytes)
{
	if (memchr(bytes.p, '\0', bytes.n) != NULL)
		return ENCODING_BINARY;
	return ENCODING_UTF8;
}

void
decode(struct str bytes, enum encoding e, struct page *page, struct decode_error *error)
{
	size_t good;

	(void)e;
	*error = (struct decode_error){0};
	align_reset(&page->align);
	if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0) {
		page->text = (struct str){bytes.p + 3, bytes.n - 3};
		align_extend(&page->align, 3, bytes.n, INT32_MAX, WIDTH_UTF8);
	} else
		page->text = bytes;
	good = utf8_valid(page->text.p, page->text.n);
	if (good < page->text.n) {
		*error = (struct decode_error){good + bytes.n - page->text.n, 1, "not UTF-8", 1};
		page->text.n = good;
	}
}
