/* normalize - any bytes in any encoding: clean UTF-8, and every character stands somewhere in them
 */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "../../filters/normalize/normalize.h"
#include "exact.h"
#include "utf8.h"

#define CHECK(x) ((x) ? (void)0 : abort())

/* All of the text leads to bytes of the source, and one by one to the same as in whole. */
static void
check_places(const struct page *page, size_t n, bool ordered)
{
	static struct locator l;
	static struct align copy;
	const struct str text = page->text;
	uint64_t last = 0;
	size_t cp = 0, len;

	CHECK(utf8_valid(text.p, text.n) == text.n);
	align_reset(&copy);
	for (size_t i = 0; i < page->align.n; i++)
		align_add(
		    &copy, page->align.run[i].at, page->align.run[i].n, page->align.run[i].width);
	locator_init_align(&l, text, &copy);
	for (size_t i = 0; i < text.n; i += len, cp++) {
		struct place p;

		len = utf8_len(text.p[i]);
		p = locate(&l, i, i + len);
		CHECK(p.start == cp && p.end == cp + 1);
		CHECK(p.src_start <= p.src_end && p.src_end <= n);
		CHECK(!ordered || p.src_start >= last);
		last = p.src_start;
	}
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!fold_load("rules/normalize.tsv") || !fold_load("rules/normalize-ideographs.tsv") ||
	    !fold_load("rules/normalize-common.tsv") || simplify_open("tw2sp") != NULL)
		abort();
	return 0;
}

/* The first byte chooses: an encoding or the search for one, HTML, simplify. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct page page;
	struct decode_error error;
	struct html_head head;
	enum encoding e;
	unsigned how;
	struct str bytes;
	bool is_html;

	if (n == 0)
		return 0;
	how = data[0];
	bytes.n = n - 1;
	bytes.p = exact(data + 1, bytes.n);
	e = encoding_find(bytes);
	if ((how & 7) >= ENCODING_UTF8)
		e = (how & 7) <= ENCODING_UTF16BE ? (enum encoding)(how & 7) : ENCODING_UTF8;
	if (e >= ENCODING_UTF8) {
		decode(bytes, e, &page, &error);
		CHECK(error.count == 0 || error.at < bytes.n);
		check_places(&page, bytes.n, true);
		(void)html_charset(bytes);
		is_html = html_looks(page.text) || (how & 8);
		if (is_html && html_text(&page, &head) == NULL)
			check_places(&page, bytes.n, false);
		fold(&page);
		check_places(&page, bytes.n, !is_html);
		if (how & 16) {
			simplify(&page);
			check_places(&page, bytes.n, !is_html);
		}
	}
	exact_free((char *)bytes.p);
	return 0;
}
