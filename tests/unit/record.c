/* record - the record reader: what is JSON, what is not, and splicing */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"
#include "tap.h"
#include "utf8.h"

/* Memory whose end is followed by a page that must not be touched. */
static char *guarded_end;

static void
make_guard(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = 16 * page;
	char *p =
	    mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + size, page, PROT_NONE) != 0) {
		printf("Bail out! no guard page\n");
		exit(1);
	}
	guarded_end = p + size;
}

static bool
parses(const char *s, size_t n, struct record_error *e)
{
	static struct record r;
	char *at = guarded_end - n;

	memcpy(at, s, n);
	return record_parse(&r, at, n, e);
}

/* <XX> in a case is that byte. */
static size_t
unescape(char *s, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n;) {
		unsigned byte;
		char digits[3] = "";

		if (n - i >= 4 && s[i] == '<' && s[i + 3] == '>') {
			memcpy(digits, s + i + 1, 2);
			if (strspn(digits, "0123456789ABCDEF") == 2) {
				sscanf(digits, "%x", &byte);
				s[out++] = (char)byte;
				i += 4;
				continue;
			}
		}
		s[out++] = s[i++];
	}
	return out;
}

static void
check_list(const char *path, bool want)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (f == NULL) {
		printf("Bail out! cannot read %s\n", path);
		exit(1);
	}
	while ((n = getline(&line, &cap, f)) > 0) {
		char *shown;
		struct record_error e = {"", 0};
		bool got;

		n -= line[n - 1] == '\n';
		if (n > 0 && line[0] == '#')
			continue;
		shown = xstrndup(line, (size_t)n);
		for (char *c = shown; *c != '\0'; c++)
			if (*c == '#' || *c == '\\')
				*c = '_'; /* TAP takes these for itself */
		got = parses(line, unescape(line, (size_t)n), &e);
		ok(got == want, "%s: %s%s%s", want ? "valid" : "invalid", shown, got ? "" : ": ",
		    got ? "" : e.why);
		free(shown);
	}
	free(line);
	fclose(f);
}

static void
check_deep(void)
{
	static const struct {
		const char *open, *middle, *close;
		size_t n;
		bool want;
	} c[] = {
	    {"[", "", "]", 500, true},
	    {"[", "", "]", RECORD_MAX_DEPTH, true},
	    {"[", "", "]", RECORD_MAX_DEPTH + 1, false},
	    {"[", "", "", 100000, false},
	    {"[{\"\":", "", "", 50000, false},
	    {"{\"a\":", "1", "}", RECORD_MAX_DEPTH, true},
	    {"{\"a\":", "1", "}", RECORD_MAX_DEPTH + 1, false},
	};
	struct record r = {0};
	struct record_error e = {"", 0};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct buf b = {0};

		for (size_t k = 0; k < c[i].n; k++)
			buf_puts(&b, c[i].open);
		buf_puts(&b, c[i].middle);
		for (size_t k = 0; k < c[i].n; k++)
			buf_puts(&b, c[i].close);
		ok(record_parse(&r, b.p, b.n, &e) == c[i].want, "depth %zu of %s", c[i].n,
		    c[i].open);
		buf_free(&b);
	}
	record_free(&r);
}

static void
check_fields(void)
{
	struct record r = {0};
	struct record_error e = {"", 0};
	struct buf b = {0};

	for (int more = 0; more <= 1; more++) {
		b.n = 0;
		for (int i = 0; i < RECORD_MAX_FIELDS + more; i++)
			buf_printf(&b, "%s\"k%d\":%d", i == 0 ? "{" : ",", i, i);
		buf_putc(&b, '}');
		ok(record_parse(&r, b.p, b.n, &e) == !more, "%d fields", RECORD_MAX_FIELDS + more);
	}
	buf_free(&b);
	record_free(&r);
}

/* Every prefix of a good record is bad, and no byte behind its end is read. */
static void
check_prefixes(void)
{
	static const char line[] =
	    "{\"id\":\"a#1\",\"text\":\"规上工业营业收入\\u002c2.68万亿元\",\"n\":[0,-1.5e+10,true,"
	    "null,"
	    "{\"k\":\"\\ud83d\\ude00\"}],\"long\":\"abcdefghijklmnopqrstuvwxyz\",\"z\":false}";
	struct record_error e = {"", 0};
	size_t bad = 0, n = sizeof(line) - 1;

	for (size_t i = 0; i < n; i++)
		bad += parses(line, i, &e) || e.at > i;
	ok(bad == 0, "no prefix of a record is a record");
	ok(parses(line, n, &e), "the whole is one");
}

/* Applies edits "key=json" (set) or "-key" (unset) and compares. */
static void
splice(const char *line, const char *const *edit, const char *want)
{
	struct record r = {0};
	struct record_error e = {"", 0};
	struct buf out = {0}, again = {0};

	if (!ok(record_parse(&r, line, strlen(line), &e), "parses: %s", line))
		return;
	for (size_t i = 0; edit[i] != NULL; i++) {
		const char *eq = strchr(edit[i], '=');
		char *key;

		if (edit[i][0] == '-') {
			record_unset(&r, edit[i] + 1);
			continue;
		}
		key = xstrndup(edit[i], (size_t)(eq - edit[i])); /* as long as the record */
		record_set(&r, key, eq + 1, strlen(eq + 1));
	}
	record_print(&r, &out);
	ok(out.n == strlen(want) && memcmp(out.p, want, out.n) == 0, "gives %s", want);
	if (memcmp(out.p, want, out.n) != 0)
		printf("# got %.*s\n", (int)out.n, out.p);
	ok(record_parse(&r, out.p, out.n, &e), "which is a record");
	record_print(&r, &again);
	ok(again.n == out.n && memcmp(again.p, out.p, out.n) == 0, "and prints as it is");
	buf_free(&out);
	buf_free(&again);
	record_free(&r);
}

#define EDITS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void
check_splices(void)
{
	splice("{}", EDITS("a=1"), "{\"a\":1}");
	splice(" { } ", EDITS("a=1", "b=[2]"), " {\"a\":1,\"b\":[2] } ");
	splice("{\"a\":1}", EDITS("a=2"), "{\"a\":2}");
	splice("{\"a\":1}", EDITS("a=2", "a=3"), "{\"a\":3}");
	splice(
	    "{ \"a\" : 1 , \"b\" : 2 }", EDITS("a=9", "c=3"), "{ \"a\" : 9 , \"b\" : 2,\"c\":3 }");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-a"), "{\"b\":2,\"c\":3}");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-b"), "{\"a\":1,\"c\":3}");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-c"), "{\"a\":1,\"b\":2}");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-a", "-b"), "{\"c\":3}");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-b", "-c", "d=4"), "{\"a\":1,\"d\":4}");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-a", "-b", "-c"), "{}");
	splice("{\"a\":1,\"b\":2,\"c\":3}", EDITS("-a", "-b", "-c", "d=4"), "{\"d\":4}");
	splice("{\"a\":1,\"b\":2}", EDITS("c=3", "-c"), "{\"a\":1,\"b\":2}");
	splice("{\"a\":1,\"b\":2}", EDITS("-a", "a=5"), "{\"b\":2,\"a\":5}");
	splice(
	    "{\"a\":1,\"x\":0,\"a\":2,\"y\":0,\"a\":3}", EDITS("a=9"), "{\"x\":0,\"y\":0,\"a\":9}");
	splice("{\"a\":1,\"x\":0,\"a\":2}", EDITS("-a"), "{\"x\":0}");
	splice("{\"\\u0061\":1,\"b\":2}", EDITS("a=3"), "{\"\\u0061\":3,\"b\":2}");
	splice("{\"n\":12345678901234567890,\"d\":0.10,\"e\":1e400,\"s\":\"\\u4e2d\\ud800\"}",
	    EDITS("z=\"\""),
	    "{\"n\":12345678901234567890,\"d\":0.10,\"e\":1e400,\"s\":\"\\u4e2d\\ud800\",\"z\":"
	    "\"\"}");
	splice("[1, 2]", EDITS("a=1", "-b"), "[1, 2]");
}

static void
check_values(void)
{
	static const char line[] =
	    "{\"s\":\"\\u4e2d\\n\\\"\\/"
	    "\\ud83d\\ude00\",\"nul\":\"a\\u0000b\",\"lone\":\"\\ud800x\","
	    "\"plain\":\"中\",\"two\":1,\"two\":2,\"\\u006bey\":3,\"big\":9223372036854775807,"
	    "\"over\":9223372036854775808,\"neg\":-1,\"real\":1.0,\"low2\":"
	    "\"\\udc00\\ud800\\udc00\"}";
	static const struct {
		const char *key, *want;
		size_t n;
	} text[] = {
	    {"s", "中\n\"/😀", 10},
	    {"nul", "a\0b", 3},
	    {"lone", "\xEF\xBF\xBDx", 4},
	    {"plain", "中", 3},
	    {"low2", "\xEF\xBF\xBD\xF0\x90\x80\x80", 7},
	};
	struct record r = {0};
	struct record_error e = {"", 0};
	struct buf hold = {0};
	struct str s;
	uint64_t u = 0;

	record_parse(&r, line, sizeof(line) - 1, &e);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		ok(record_str(&r, text[i].key, &hold, &s) && s.n == text[i].n &&
			memcmp(s.p, text[i].want, s.n) == 0,
		    "text of %s", text[i].key);
	ok(!record_str(&r, "two", &hold, &s) && !record_str(&r, "absent", &hold, &s),
	    "no text of a number, nor of nothing");
	ok(record_get(&r, "two") != NULL && record_get(&r, "two")->p[0] == '2', "the last of two");
	ok(record_get(&r, "key") != NULL, "a key with an escape");
	ok(record_get(&r, "ke") == NULL && record_get(&r, "keys") == NULL, "and no other");
	ok(json_uint(record_get(&r, "big"), &u) && u == INT64_MAX, "2^63-1");
	ok(!json_uint(record_get(&r, "over"), &u) && !json_uint(record_get(&r, "neg"), &u) &&
		!json_uint(record_get(&r, "real"), &u) && !json_uint(record_get(&r, "s"), &u),
	    "no integers: 2^63, -1, 1.0, a string");
	record_set(&r, "plain", "[1]", 3);
	record_set(&r, "other", "\"x\"", 3);
	ok(record_get(&r, "plain")->type == JSON_ARRAY && record_str(&r, "other", &hold, &s) &&
		str_is(s, "x"),
	    "what was set can be read");
	buf_free(&hold);
	record_free(&r);
}

static void
check_walk(void)
{
	static const char line[] = "{\"a\": [ 1 , \"]\\\"\" ,[[2],{\"x\":\"}\"}], {} ,[ ],true ] ,"
				   "\"o\":{ \"k\" : [1,2] , \"s\":\"\\\\\" ,\"k\":{\"d\":null}}}";
	static const char *const items[] = {
	    "1", "\"]\\\"\"", "[[2],{\"x\":\"}\"}]", "{}", "[ ]", "true"};
	struct record r = {0};
	struct record_error e = {"", 0};
	struct json_iter it;
	struct json item, d;
	struct str key;
	size_t n = 0, right = 0;

	ok(record_parse(&r, line, sizeof(line) - 1, &e), "a record to walk");
	it = json_iter(record_get(&r, "a"));
	while (json_next(&it, &key, &item)) {
		if (n < 6 && item.n == strlen(items[n]) && memcmp(item.p, items[n], item.n) == 0)
			right++;
		n++;
	}
	ok(n == 6 && right == 6, "six items of an array");
	n = 0;
	it = json_iter(record_get(&r, "o"));
	while (json_next(&it, &key, &item))
		n += key.n == 1;
	ok(n == 3, "three members of an object");
	ok(json_member(record_get(&r, "o"), "k", &item) && item.type == JSON_OBJECT &&
		json_member(&item, "d", &d) && d.type == JSON_NULL,
	    "the last member of a name");
	ok(!json_member(record_get(&r, "a"), "k", &item) &&
		!json_member(record_get(&r, "o"), "z", &item),
	    "no member");
	it = json_iter(NULL);
	ok(!json_next(&it, &key, &item), "nothing to walk in nothing");
	record_free(&r);
}

static void
check_where(void)
{
	struct record_error e = {"", 0};

	ok(!parses("{\"a\":1 \"b\":2}", 13, &e) && e.at == 7, "the place of an error");
	ok(!parses("{\"a\":\"\xFF\"}", 9, &e) && e.at == 6, "the place of a bad byte");
	ok(!parses("", 0, &e) && e.at == 0, "an empty line is no record");
	ok(!parses("\xEF\xBB\xBF{}", 5, &e), "a byte order mark is the stream's to drop");
}

/* Right and wrong bytes at every place of a block, before the string's end and an escape's. */
static void
check_bytes(void)
{
	static const char *const bytes[] = {"\xC2\x80", "\xE4\xB8\xAD", "\xE0\xA0\x80",
	    "\xED\x9F\xBF", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x80", "\xBF",
	    "\xC0\x80", "\xC1\xBF", "\xC2", "\xC3\xA9\xA9", "\xE4\xB8", "\xE4", "\xE0\x9F\xBF",
	    "\xED\xA0\x80", "\xE4\xB8\xAD\xAD", "\xF0\x90\x80", "\xF0\x8F\xBF\xBF",
	    "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"};
	static const char *const ends[] = {
	    "\"}", "\\n\"}", "\\u4e2d\",\"b\":[\"0123456789abcdef0123\"]}"};
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++)
			for (int before = 0; before < 40; before++)
				for (int after = 0; after < 40; after++) {
					struct record_error e = {"", 0};
					char line[200];
					int n = snprintf(line, sizeof(line),
					    "{\"a\":\"%.*s%s%.*s%s", before,
					    "0123456789abcdef0123456789abcdef0123456789", bytes[i],
					    after, "0123456789abcdef0123456789abcdef0123456789",
					    ends[k]);
					size_t valid = utf8_valid(line, (size_t)n);
					bool got = parses(line, (size_t)n, &e);

					if (got != (valid == (size_t)n) || (!got && e.at != valid))
						wrong++;
				}
	ok(wrong == 0, "bytes in strings: as utf8_valid() has them");
}

int
main(void)
{
	make_guard();
	check_list("tests/unit/json-valid.txt", true);
	check_list("tests/unit/json-invalid.txt", false);
	check_deep();
	check_fields();
	check_prefixes();
	check_splices();
	check_values();
	check_walk();
	check_where();
	check_bytes();
	return tap_end();
}
