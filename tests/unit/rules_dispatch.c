/* rules_dispatch - no place where a pattern matches may be passed over */
/* SPDX-License-Identifier: MIT */
/*
 * Random patterns over a small alphabet, random texts; PCRE2 is asked at
 * every place, and the dispatch must have named each pattern that matches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules_int.h"
#include "utf8.h"

static const struct rules_key keys[] = {{NULL, 0, NULL}};
/* Asked about every place of a text, or about one of many short ones. */
static const struct rules_type types[2][1] = {{{"x", keys, 0}}, {{"x", keys, RULES_FEW_PLACES}}};
#define SHORT 12 /* bytes */
static uint64_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

static const char *const letters[] = {
    "1", "2", ".", "万", "亿", "元", "家", "a", "K", "余", "第", " ", "、"};
#define NLETTERS (sizeof letters / sizeof *letters)

static void
pattern(struct buf *b, int depth)
{
	unsigned k = rnd(3) + 1;

	for (unsigned i = 0; i < k; i++) {
		switch (depth > 0 ? rnd(17) : rnd(6)) {
		case 0: buf_puts(b, "[0-9]"); break;
		case 1: buf_puts(b, "[万亿]"); break;
		case 2: buf_puts(b, "[^万元]"); break;
		case 3:
		case 4:
		case 5: {
			const char *l = letters[rnd(NLETTERS)];

			if (*l == '.')
				buf_putc(b, '\\');
			buf_puts(b, *l == ' ' ? "\\x20" : l);
			break;
		}
		case 6:
		case 7:
			buf_puts(b, "(?:");
			pattern(b, depth - 1);
			buf_putc(b, '|');
			pattern(b, depth - 1);
			buf_putc(b, ')');
			break;
		case 8:
			buf_puts(b, "(?:");
			pattern(b, depth - 1);
			buf_putc(b, ')');
			break;
		case 9: buf_puts(b, "(?<![0-9])"); continue;
		case 10: buf_puts(b, "(?=[1元])"); continue;
		case 11:
			buf_puts(b, "(?i:");
			pattern(b, depth - 1);
			buf_putc(b, ')');
			break;
		case 12: buf_puts(b, "\\p{Han}"); break;
		case 13: buf_puts(b, "(?<x>[1-2万]+)"); break;
		case 14: buf_puts(b, "(?:(?<=[0-9])|(?<=亿元|第))"); continue;
		case 15: buf_puts(b, "(?<=a|(?i:K))"); continue;
		case 16: buf_puts(b, "(?:(?=[1元])\\A|(?<=万))"); continue;
		}
		switch (rnd(8)) {
		case 0: buf_putc(b, '?'); break;
		case 1: buf_putc(b, '+'); break;
		case 2: buf_puts(b, "{1,2}"); break;
		case 3: buf_putc(b, '*'); break;
		}
	}
}

static bool
named(const struct rules *r, size_t n, const struct pattern *p)
{
	for (size_t i = 0; i < n; i++)
		if (r->candidate[i] == p)
			return true;
	return false;
}

int
main(void)
{
	char path[] = "/tmp/hansieve-rules-XXXXXX";
	const char *files[] = {path};
	int fd = mkstemp(path);
	size_t missed = 0, asked = 0, matched = 0, tried = 0;

	if (fd == -1)
		return 1;
	for (unsigned round = 0; round < 16; round++) {
		struct buf b = {0}, t = {0};
		struct rules *r;
		bool few = round % 2 == 1;

		buf_puts(&b, "rules 1\n");
		for (unsigned i = 0; i < 60; i++) {
			buf_printf(&b, "[x r%u]\nmatch ", i);
			pattern(&b, 2);
			buf_putc(&b, '\n');
		}
		if (pwrite(fd, b.p, b.n, 0) != (ssize_t)b.n || ftruncate(fd, (off_t)b.n) != 0)
			return 1;
		r = rules_load(types[few], 1, files, 1);
		if (r == NULL) {
			printf("Bail out! a made-up pattern does not load\n");
			return 1;
		}
		for (unsigned i = 0; i < 200; i++)
			buf_puts(&t, letters[rnd(NLETTERS)]);
		dispatch_reset(r->dispatch[0]);
		for (size_t at = 0; at < t.n; at += utf8_len(t.p[at])) {
			struct str text = {t.p, t.n};
			size_t n;

			if (few) {
				dispatch_reset(r->dispatch[0]);
				text.n = at + SHORT < t.n ? at + SHORT : t.n;
				while (text.n < t.n && (t.p[text.n] & 0xC0) == 0x80)
					text.n++;
			}
			n = dispatch_candidates(
			    r->dispatch[0], text, at, ++r->serial, r->candidate);

			if (n > 0 && dispatch_skip(r->dispatch[0], text, at) != at)
				missed++;
			tried += n;
			for (size_t i = 0; i < r->npattern; i++) {
				struct pattern *p = r->pattern[i];

				if (p->md == NULL)
					p->md = pcre2_match_data_create_from_pattern(p->code, NULL);
				asked++;
				if (pcre2_match(p->code, (PCRE2_SPTR)text.p, text.n, at,
					PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK, p->md, NULL) < 0)
					continue;
				matched++;
				if (!named(r, n, p) || !pattern_here(p, text, at) ||
				    dispatch_hopeless(r->dispatch[0], text, at)) {
					if (missed++ < 10)
						printf("# missed: %.*s at %.20s\n",
						    (int)p->x.text.n, p->x.text.p, t.p + at);
				}
			}
		}
		rules_free(r);
		buf_free(&b);
		buf_free(&t);
	}
	unlink(path);
	printf("%sok 1 - every match is foreseen: %zu asked, %zu tried, %zu match, %zu missed\n",
	    missed ? "not " : "", asked, tried, matched, missed);
	printf("%sok 2 - few are tried in vain\n", tried < asked / 2 ? "" : "not ");
	printf("1..2\n");
	return missed != 0;
}
