/* rules - rule files: what they may say, what is found, what is told about mistakes */
/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static const char *const kinds[] = {"money", "count", NULL};
static const struct rules_key keys[] = {
    {"kind", 0, kinds}, {"cue", KEY_MANY, NULL}, {NULL, 0, NULL}};
static const struct rules_key list_keys[] = {{"file", KEY_REQUIRED, NULL}, {NULL, 0, NULL}};
static const struct rules_type types[] = {{"figure", keys, false}, {"list", list_keys, true}};

static char dir[] = "/tmp/hansieve-rules-XXXXXX";
static struct buf told; /* what the last load() wrote to stderr */

static const char *
path(const char *name)
{
	static char p[200];

	snprintf(p, sizeof p, "%s/%s", dir, name);
	return p;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(path(name), "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

/* Reads the file "err" back into told. */
static void
read_told(void)
{
	FILE *f = fopen(path("err"), "r");
	int c;

	told.n = 0;
	while (f != NULL && (c = getc(f)) != EOF)
		buf_putc(&told, (char)c);
	buf_putc(&told, '\0');
	if (f != NULL)
		fclose(f);
}

static struct rules *
load_files(const char *const *files, size_t n)
{
	struct rules *r;
	int saved = dup(2);

	fflush(stderr);
	if (freopen(path("err"), "w", stderr) == NULL)
		abort();
	r = rules_load(types, 2, files, n);
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	read_told();
	return r;
}

/* One file; its first line is put before the text. */
static struct rules *
load(const char *text)
{
	struct buf b = {0};
	char file[200];
	const char *files[] = {file};

	buf_puts(&b, "rules 1\n");
	buf_puts(&b, text);
	buf_putc(&b, '\0');
	put("x.rules", b.p);
	buf_free(&b);
	snprintf(file, sizeof file, "%s", path("x.rules"));
	return load_files(files, 1);
}

/* All that is found, "rule「span」 group=text; ...", each time going on behind the longest. */
static const char *
found(struct rules *r, const char *text)
{
	static struct buf b;
	struct match m[4];
	struct str s = {text, strlen(text)};
	size_t at = 0, n;

	b.n = 0;
	while (r != NULL && (n = rules_scan(r, 0, s, &at, m, 4)) > 0) {
		for (size_t i = 0; i < n; i++) {
			buf_printf(&b, "%s%s「%.*s」", i ? "/" : "", m[i].rule->name,
			    (int)(m[i].end - m[i].start), text + m[i].start);
			for (size_t k = 0; k < m[i].ncapture; k++) {
				const struct capture *c = &m[i].capture[k];

				buf_printf(&b, " %s=%.*s", c->name, (int)(c->end - c->start),
				    text + c->start);
				if (c->table != NULL && c->table->ncol > 1)
					buf_printf(&b, "→%s", table_cell(c->table, c->row, 1));
			}
		}
		buf_puts(&b, "; ");
		at = m[0].end;
	}
	buf_putc(&b, '\0');
	return b.p;
}

static void
finds(const char *what, const char *rules, const char *text, const char *want)
{
	struct rules *r = load(rules);
	const char *got = r ? found(r, text) : told.p;

	if (!ok(strcmp(got, want) == 0, "%s", what))
		printf("# wanted: %s\n# got:    %s\n", want, got);
	rules_free(r);
}

#define UNITS "table units units.tsv\n"
#define NUM "def num (?<![0-9.])[0-9]+(?:\\.[0-9]+)?\n"

static void
check_patterns(void)
{
	put("units.tsv",
	    "form\tcode\tkind\n元\tCNY\tmoney\n美元\tUSD\tmoney\n吨\tt\tmeasure\n"
	    "吨标准煤\ttce\tmeasure\n个\t\tcount\n个月\tmo\tduration\nkg\tkg\tmeasure\n"
	    "C++\tcpp\tmoney\n元\tX\tcount\n");
	finds(
	    "a pattern", "[figure a]\nmatch 增长\n", "同比增长，又增长", "a「增长」; a「增长」; ");
	finds("alternatives: the longest of a rule counts", "[figure a]\nmatch 增\nmatch 增长\n",
	    "增长", "a「增长」; ");
	finds("a value goes on in lines that begin with a blank, joined with nothing",
	    "[figure a]\nmatch  增\n  # no part of it\n\t 长 \n", "增长", "a「增长」; ");
	finds("a def, and a def captured", NUM "[figure a]\nmatch {num:value}(?<pct>%)\n", "6.6%",
	    "a「6.6%」 value=6.6 pct=%; ");
	finds("defs of defs, in any order", "def n {d}+\ndef d [0-9]\n[figure a]\nmatch {n:v}元\n",
	    "12元", "a「12元」 v=12; ");
	finds("a def of alternatives is one thing", "def x a|b\n[figure a]\nmatch {x}c\n",
	    "ac bc b", "a「ac」; a「bc」; ");
	finds("a table, longest form first", UNITS "[figure a]\nmatch [0-9]{@units:u}\n",
	    "3吨标准煤，3吨，4个月，4个",
	    "a「3吨标准煤」 u=吨标准煤→tce; a「3吨」 u=吨→t; a「4个月」 u=个月→mo; "
	    "a「4个」 u=个→; ");
	finds("rows by a column", UNITS "[figure a]\nmatch [0-9]{@units.kind=money:u}\n",
	    "3吨3元3美元", "a「3元」 u=元→CNY; a「3美元」 u=美元→USD; ");
	finds("rows by one of two values, and by none",
	    UNITS "[figure a]\nmatch [0-9]{@units.kind=count|duration:u}\n"
		  "[figure b]\nmatch [0-9]{@units.kind!=count|duration|money:v}\n",
	    "3个月3吨3个3元",
	    "a「3个月」 u=个月→mo; b「3吨」 v=吨→t; a「3个」 u=个→; a「3元」 u=元→X; ");
	finds("forms are quoted", UNITS "[figure a]\nmatch {@units:u}\n", "C++ C",
	    "a「C++」 u=C++→cpp; ");
	finds("repeats stay repeats", "def x [0-9]\n[figure a]\nmatch {x}{2}元{1,2}\n", "123元元元",
	    "a「23元元」; ");
	finds("braces in escapes and classes are left alone",
	    "[figure a]\nmatch \\x{5143}[{a}]\\p{Han}\\{\n", "元a亿{", "a「元a亿{」; ");
	finds("one name in two alternatives, Chinese names",
	    "[figure a]\nmatch (?<金额>[0-9])元|\\$(?<金额>[0-9])\n", "3元$4",
	    "a「3元」 金额=3; a「$4」 金额=4; ");
	finds("a plain parenthesis captures nothing", "[figure a]\nmatch (a|b)(?<x>c)(d)\n", "acd",
	    "a「acd」 x=c; ");
	finds("what matches nothing is not found", "[figure a]\nmatch x*\n", "axxb", "a「xx」; ");
	finds("# is a character in a value", "[figure a]\nmatch a#b\n", "a#b", "a「a#b」; ");
}

static void
check_who_wins(void)
{
	finds("longest first", "[figure a]\nmatch 增\n[figure b]\nmatch 增长\n", "增长",
	    "b「增长」/a「增」; ");
	finds("then the order of the file", "[figure b]\nmatch 增.\n[figure a]\nmatch 增长\n",
	    "增长", "b「增长」/a「增长」; ");
	finds("over, at the same place", "[figure a]\nmatch 增长\n[figure b]\nover a\nmatch 增\n",
	    "增长", "b「增」; ");
	finds("over, where the winner begins later",
	    "[figure a]\nmatch [0-9]+元旦?\n[figure b]\nover a\nmatch 元旦\n", "1元旦 1元",
	    "b「元旦」; a「1元」; ");
	finds("a winner that its guard refuses does not win",
	    "[figure a]\nmatch 1元旦\n[figure b]\nover a\nmatch 元旦\nafter 节\n", "1元旦",
	    "a「1元旦」; ");
}

static void
check_guards(void)
{
	finds("not-before", NUM "[figure a]\nmatch {num}元\nnot-before 第\n", "第3元，4元第5元",
	    "a「4元」; ");
	finds("not-before of several characters", "[figure a]\nmatch 元\nnot-before 公元|单\n",
	    "公元元 单元 公 元元", "a「元」; a「元」; a「元」; ");
	finds("before: one of the lines", "[figure a]\nmatch [0-9]\nbefore 约\nbefore 近[ ]?\n",
	    "1约2近 3，4", "a「2」; a「3」; ");
	finds("before the beginning of the text", "[figure a]\nmatch 一\nbefore ^|，\n", "一一，一",
	    "a「一」; a「一」; ");
	finds("nothing before the beginning", "[figure a]\nmatch 一\nbefore [^x]\n", "一一",
	    "a「一」; ");
	finds("after, not-after", "[figure a]\nmatch 元\nafter 整\nafter $\nnot-after 整年\n",
	    "元整 元整年 元x 元", "a「元」; a「元」; ");
	finds("all guards must hold", "[figure a]\nmatch 元\nbefore 1\nnot-after 旦\n",
	    "1元旦1元2元", "a「元」; ");
	finds("a guard that is a look-around", "[figure a]\nmatch 元\nnot-before (?<=第)[0-9]\n",
	    "第3元5元", "a「元」; ");
	finds("a guard sees what is next to the match only",
	    "[figure a]\nmatch 元\nnot-before 第[0-9]?\n", "第3，元第元", "a「元」; ");
}

static void
check_sets(void)
{
	char base[200], more[200];
	const char *files[] = {base, more};
	struct rules *r;

	snprintf(base, sizeof base, "%s", path("base.rules"));
	snprintf(more, sizeof more, "%s", path("more.rules"));
	put("base.rules", "rules 1\ndef n [0-9]\n[figure a]\nkind money\ncue x\nmatch {n}元\n"
			  "[figure b]\nmatch b\n[figure c]\nmatch c\n");
	put("more.rules",
	    "rules 1\n[figure a] extend\nmatch {n}块\nkind count\ncue y\n"
	    "[figure b] off\n[figure c]\nmatch C\ndef n [0-9]+\n[figure d]\nmatch d\n");
	r = load_files(files, 2);
	if (!ok(r != NULL, "two files load"))
		printf("# %s\n", told.p);
	ok(r && strcmp(found(r, "12元 13块 b c C d"), "a「12元」; a「13块」; c「C」; d「d」; ") ==
		    0,
	    "extend, off, replace, and a def that takes the place of another");
	ok(r && strcmp(rule_value(rules_at(r, 0), "kind"), "count") == 0 &&
		strcmp(rule_value(rules_at(r, 0), "cue"), "x") == 0 && rules_at(r, 0)->nvalue == 3,
	    "extend: a single value is the new one, a list grows");
	ok(r && strcmp(rules_at(r, 0)->id, "base.rules:a") == 0 &&
		strcmp(rules_at(r, 1)->id, "more.rules:c") == 0,
	    "a rule is called after its file");
	rules_free(r);
	put("base.rules", "rules 1\n" UNITS "[figure a]\nmatch [0-9]{@units:u}\n");
	put("more.rules", "rules 1\ntable units + mine.tsv\n");
	put("mine.tsv", "kind\tcode\tform\nx\tt_new\t吨\nx\tq\t担\n");
	r = load_files(files, 2);
	if (!ok(r != NULL, "rows added to a table"))
		printf("# told: %s\n", told.p);
	ok(r && strcmp(found(r, "3吨4担5元"),
		    "a「3吨」 u=吨→t_new; a「4担」 u=担→q; a「5元」 u=元→CNY; ") == 0,
	    "rows added to a table go first");
	rules_free(r);
	put("mine.tsv", "form\tkode\n吨\tx\n");
	ok(load_files(files, 2) == NULL && strstr(told.p, "mine.tsv:1: ") &&
		strstr(told.p, "no column 'kode'"),
	    "rows added with a column that is not there");
	put("more.rules", "rules 1\ntable unitz + mine.tsv\n");
	ok(load_files(files, 2) == NULL &&
		strstr(told.p, ":2:7: there is no table 'unitz' to add rows to"),
	    "rows added to no table");
	put("base.rules", "rules 1\n[figure a]\nmatch 增长\n[figure b]\nmatch 增.\n");
	put("more.rules", "rules 1\n[figure c]\nmatch .长\ninclude base.rules\n");
	r = load_files(files, 2);
	ok(r && strcmp(found(r, "增长"), "c「增长」/a「增长」/b「增长」; ") == 0,
	    "a later file wins a tie");
	rules_free(r);
	r = load_files(files + 1, 1);
	ok(r && strcmp(found(r, "增长"), "c「增长」/a「增长」/b「增长」; ") == 0,
	    "... and so does the file that includes");
	rules_free(r);
	put("base.rules", "rules 1\ndef n [0-9]\n[figure a]\nmatch {n}元\n[figure b]\nmatch b\n");
	put("more.rules", "rules 1\ninclude base.rules\ninclude base.rules\n[figure a] off\n");
	files[0] = more;
	r = load_files(files, 1);
	ok(r && rules_count(r) == 1 && rules_def(r, "n") && !rules_def(r, "m"), "include, once");
	rules_free(r);
	r = load("[list x]\nfile a.tsv\n");
	ok(r && strcmp(rule_value(rules_at(r, 0), "file"), "a.tsv") == 0,
	    "a type without match lines");
	rules_free(r);
}

/* Each mistake is told where it is, with a caret; other mistakes of the file as well. */
static void
check_mistakes(void)
{
	static const struct {
		const char *text, *want;
	} c[] = {
	    {"[figure a]\nmtach x\nmatch x\n",
		":3:1: unknown keyword 'mtach'; did you mean 'match'?"},
	    {"[figur a]\nmatch x\n",
		":2:2: unknown type of section 'figur'; did you mean 'figure'?"},
	    {"[figure a]\nkind muney\nmatch x\n",
		":3:6: 'muney' is no kind; did you mean 'money'?"},
	    {"[figure a]\nkind money\nkind count\nmatch x\n",
		":4:1: 'kind' stands already in line 3"},
	    {"[figure a]\nmatch 增长(?<余>[余多]?\n", ":3:9: this ( is never closed"},
	    {"[figure a]\nmatch 增长)\n", ":3:9: no ( is open that this ) could close"},
	    {"[figure a]\nmatch 增[长\n", ":3:8: this [ is never closed"},
	    {"[figure a]\nmatch 增{长\n", ":3:8: this { is never closed"},
	    {"[figure a]\nmatch 增长+*?+x\n",
		":3:10: quantifier does not follow a repeatable item"},
	    {"[figure a]\nmatch 增\n  长**\n",
		":4:5: quantifier does not follow a repeatable item"},
	    {UNITS "[figure a]\nmatch {@units}长**\n", ":4:17: quantifier does not follow"},
	    {"[figure a]\nmatch {数}\n", ":3:8: no def '数'"},
	    {"def 数 1\n[figure a]\nmatch {树}\n", ":4:8: no def '树'; did you mean '数'?"},
	    {UNITS "[figure a]\nmatch {@unit}\n", ":4:9: no table 'unit'; did you mean 'units'?"},
	    {
		UNITS "[figure a]\nmatch {@units.kid=money}\n",
		":4:15: ",
	    },
	    {UNITS "[figure a]\nmatch {@units.kind=moneyy}\n",
		"has no row with 'moneyy' in that column; did you mean 'money'?"},
	    {"table t nope.tsv\n[figure a]\nmatch x\n",
		":2:9: no table 'nope.tsv' beside this file"},
	    {"def a {b}\ndef b {a}\n[figure x]\nmatch y\n", "contains itself"},
	    {"def a (x\n[figure x]\nmatch y\n", ":2:7: this ( is never closed"},
	    {"def a x\ndef a y\n[figure x]\nmatch y\n", ":3:5: 'a' is defined already above"},
	    {"def 1a x\n", ":2:5: a name is made of letters"},
	    {"[figure a]\nmatch x\n[figure a]\nmatch y\n",
		":4:9: the name 'a' is taken by the rule in line 2"},
	    {"[figure a]\nkind money\n", ":2:1: this rule lacks a line 'match'"},
	    {"[list a]\n", ":2:1: this rule lacks a line 'file'"},
	    {"[figure a]\nmatch x\nover b\n", ":4:6: no rule [figure b]"},
	    {"[figure a]\nmatch x\nover a\n", ":4:6: a rule cannot be over itself"},
	    {"[figure b] off\n", ":2:9: there is no rule [figure b] to switch off"},
	    {"[figure a] of\nmatch x\n", ":2:12: after ']' may stand 'off' or 'extend'"},
	    {"[figure a b]\nmatch x\n", ":2:11: a rule's name has no blanks"},
	    {"[figure a\nmatch x\n", ":2:10: ']' is missing"},
	    {"match x\n", ":2:1: 'match' outside of a section"},
	    {"[figure a]\nmatch\n", ":3:1: 'match' without a value"},
	    {"  x\n", ":2:3: a line that begins with a blank"},
	    {"[figure a]\nmatch x\n+ a「x\n", ":4:6: the last mark is not closed"},
	    {"[figure a]\nmatch x\n+ a」x\n", ":4:4: a mark is closed that was not opened"},
	    {"[figure a]\nmatch x\n+ 「x」 => money 3\n", ":4:10: key=value expected after =>"},
	    {"[figure a]\nmatch x\n+ 「x」 => a=1 ; b=2\n", "more groups of fields than"},
	    {"[figure a]\nmatch x\\Ky\n", ":3:8: \\K is not for rules"},
	    {"[figure a]\nmatch (*UCP)x\n", ":3:7: (*...) is not for rules"},
	    {"[figure a]\nmatch (?x) a b\n", ":3:7: (?x) and (?#...) are not for rules"},
	    {"[figure a]\nmatch (?|a|b)\n", "(?|...) is not for rules"},
	    {"[figure a]\nmatch \xFFx\n", ":3:7: this is not UTF-8"},
	    {"include nope.rules\n", ":2:9: no file 'nope.rules'"},
	};

	char file[200];
	const char *files[] = {file};

	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct rules *r = load(c[i].text);

		if (!ok(r == NULL && strstr(told.p, c[i].want) != NULL, "mistake %zu: %s", i,
			c[i].want))
			printf("# told: %s\n", r ? "nothing" : told.p);
		rules_free(r);
	}
	rules_free(load("[figure a]\nkind muney\nmatch (\n[figure b]\nmatch )\n"));
	ok(strstr(told.p, ":3:6:") && strstr(told.p, ":4:7:") && strstr(told.p, ":6:7:"),
	    "all mistakes of a file are told, not the first only");
	rules_free(load("[figure a]\nmatch 增长a(x\n"));
	ok(strstr(told.p, "    3 | match 增长a(x\n      |            ^\n") != NULL,
	    "the caret stands right under wide characters");
	rules_free(load(""));
	ok(told.n == 1, "a rule file without rules is fine");
	put("y.rules", "[figure a]\nmatch x\n");
	snprintf(file, sizeof file, "%s", path("y.rules"));
	rules_free(load_files(files, 1));
	ok(strstr(told.p, ":1:1: the first line must be: rules 1") != NULL,
	    "the version is asked for");
	put("y.rules", "# c\nrules 2\n");
	rules_free(load_files(files, 1));
	ok(strstr(told.p, "knows 'rules 1' only") != NULL, "another version is refused");
	files[0] = "/nonexistent/x.rules";
	ok(load_files(files, 1) == NULL && strstr(told.p, "No such file") != NULL, "no such file");
}

/* --- examples --- */

static void
try(void *ctx, struct str text, const char *set, struct rules_found *f)
{
	struct rules *r = ctx;
	struct match m[4];
	struct str date;
	size_t at = 0;

	while (rules_scan(r, 0, text, &at, m, 4) > 0) {
		rules_found(f, m[0].rule, m[0].start, m[0].end);
		for (size_t i = 0; i < m[0].ncapture; i++)
			rules_found_field(f, m[0].capture[i].name, text.p + m[0].capture[i].start,
			    m[0].capture[i].end - m[0].capture[i].start);
		if (rules_set(set, "date", &date))
			rules_found_field(f, "date", date.p, date.n);
		at = m[0].end;
	}
}

static void
example(const char *line, bool good, const char *want)
{
	struct buf b = {0};
	struct rules *r;
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);
	unsigned failed = 0;

	buf_printf(&b,
	    NUM "[figure a]\nmatch {num:value}(?<unit>元|吨)\n+ 3元\n%s\n"
		"[figure b]\nmatch 共.\n+ 共x\n",
	    line);
	buf_putc(&b, '\0');
	if ((r = load(b.p)) != NULL)
		failed = rules_check(r, try, r, f);
	fclose(f);
	if (!ok(r && (failed == 0) == good && strstr(out, want), "example %s", line))
		printf("# %s%s\n", told.p, out);
	rules_free(r);
	free(out);
	buf_free(&b);
}

static void
check_examples(void)
{
	example("+ 收「3元」整", true, "ok 2 - x.rules:6: a: + 收「3元」整");
	example("+ 「3元」 => value=3 unit=元", true, "ok 2");
	example("+ 「3元」 => value=4", false, "wanted: value=4\n#   found:  value=3");
	example("+ 「3元」 => kind=", true, "ok 2");
	example("+ 「3元」 => unit=", false, "wanted: unit=");
	example("+ 「3」元", false, "wanted: 「3」 by x.rules:a\n#   found: 「3元」 by x.rules:a");
	example("+ 「3元」和「4吨」 => unit=元 ; unit=吨", true, "ok 2");
	example("+ 「3元」和「4吨」 => unit=元 ; unit=元", false, "not ok 2");
	example("+ 「共3」元 => rule=b", true, "ok 2");
	example("+ {date=2024-03-07 x=a b} 「3元」 => date=2024-03-07", true, "ok 2");
	example("+ {} {x}「3元」", true, "ok 2");
	example("+ 他说「⟦3元⟧」", true, "ok 2");
	example("- 3只", true, "ok 2");
	example("- 3元", false, "found: 「3元」 by x.rules:a value=3 unit=元");
	example("- 「1」只 3元", true, "ok 2");
	example("?+ 三「元」", true, "not ok 2 - x.rules:6: a: ?+ 三「元」 # TODO known gap");
	example("?- 3只", true, "# TODO passes by now");
	example("match (?:a+)+", false, "no repeat of a repeat");
	example("match b*", false, "at least one character");
	rules_free(load("[figure a]\nmatch x\n"));
	struct rules *r = load("[figure a]\nmatch x\n");
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);

	ok(rules_check(r, try, r, f) == 1, "a rule without a + example fails");
	fclose(f);
	free(out);
	rules_free(r);
}

static void
check_limits(void)
{
	struct buf b = {0};
	struct rules *r;

	/* exponential: given up in milliseconds, told, counted; the other rule goes on */
	r = load("[figure a]\nmatch (?:a+)+$\n[figure b]\nmatch b\n");
	if (r != NULL) {
		struct match m[2];
		char text[80] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
		size_t at = 0;
		int saved = dup(2);

		if (freopen(path("err"), "w", stderr) == NULL)
			abort();
		rules_scan(r, 0, (struct str){text, strlen(text)}, &at, m, 2);
		fflush(stderr);
		dup2(saved, 2);
		close(saved);
		read_told();
		ok(text[at] == 'b' && rules_errors(r) > 0, "a hostile pattern is given up");
		ok(strstr(told.p, "rule a: match limit exceeded") != NULL, "... and told");
	}
	rules_free(r);
	buf_puts(&b, "def a0 x{1,9}y\n");
	for (int i = 1; i < 40; i++)
		buf_printf(&b, "def a%d {a%d}{a%d}\n", i, i - 1, i - 1);
	buf_puts(&b, "[figure a]\nmatch {a39}\n");
	buf_putc(&b, '\0');
	ok(load(b.p) == NULL && strstr(told.p, "too large") != NULL,
	    "defs that double are refused");
	b.n = 0;
	for (int i = 0; i < 10001; i++)
		buf_printf(&b, "[figure r%d]\nmatch r%d\n", i, i);
	buf_putc(&b, '\0');
	ok(load(b.p) == NULL && strstr(told.p, "more than 10000 rules") != NULL, "too many rules");
	b.n = 0;
	buf_puts(&b, "form\n");
	for (int i = 0; i < 6000; i++)
		buf_printf(&b, "f%d\n", i);
	buf_putc(&b, '\0');
	put("big.tsv", b.p);
	ok(load("table big big.tsv\n[figure a]\nmatch {@big}\n") == NULL &&
		strstr(told.p, "6000 rows are too many") != NULL,
	    "a table that is too big for a pattern");
	b.n = 0;
	buf_puts(&b, "[figure a]\nmatch ");
	for (int i = 0; i < 300000; i++)
		buf_puts(&b, "(?:a|");
	buf_putc(&b, '\0');
	ok(load(b.p) == NULL && strstr(told.p, "nested too deep") != NULL, "1.5 MB of parentheses");
	buf_free(&b);
}

/* Ten thousand numerals, asked at each place: what is known of the run is kept. */
static void
check_linear(void)
{
	struct rules *r = load("[figure a]\nmatch [十百]+元\n[figure b]\nmatch [十百]+(?:余)?家\n");
	struct buf b = {0};
	struct match m[2];
	struct str text;
	size_t n = 0;

	for (int i = 0; i < 100000; i++)
		buf_puts(&b, "十");
	text = (struct str){b.p, b.n};
	rules_text(r, text);
	for (size_t at = 0; at < text.n; at += 3)
		n += rules_match(r, 0, text, at, m, 2);
	ok(n == 0, "a run of 100,000 asked about at each place: no match, in time");
	buf_puts(&b, "余家");
	text = (struct str){b.p + b.n - 36, 36};
	rules_text(r, text);
	for (size_t at = 0; at < text.n; at += 3)
		n += rules_match(r, 0, text, at, m, 2);
	ok(n == 10, "... and found where it is");
	memcpy(b.p + b.n - 3, "元", 3);
	memcpy(b.p + b.n - 6, "百", 3);
	rules_text(r, text);
	n = 0;
	for (size_t at = text.n; at >= 3;)
		n += rules_match(r, 0, text, at -= 3, m, 2);
	ok(n == 11, "... also backwards, and in a text that has changed and been declared");
	rules_free(r);
	buf_free(&b);
}

static void
check_search_path(void)
{
	const char **files;
	char sub[200], env[500];
	struct rules *r;

	snprintf(sub, sizeof sub, "%s", path("user"));
	mkdir(sub, 0700);
	snprintf(env, sizeof env, "%s:/nonexistent:%s", sub, dir);
	setenv("HANSIEVE_RULES", env, 1);
	put("zz-b.rules", "rules 1\n");
	put("zz-a.rules", "rules 1\ntable units units.tsv\n");
	put("user/zz.rules", "rules 1\n");
	put("user/units.tsv", "form\n只\n");
	files = rules_files("zz", NULL, 0);
	ok(files[0] && strstr(files[0], "/zz-a.rules") && files[1] &&
		strstr(files[1], "/zz-b.rules") && files[2] && strstr(files[2], "/user/zz.rules") &&
		files[3] == NULL,
	    "HANSIEVE_RULES: the first folder is the strongest, so read last; files by name");
	r = load_files(files, 3);
	ok(r && rules_table(r, "units") && rules_table(r, "units")->nrow > 1,
	    "a table beside the rule file goes before the search path");
	rules_free(r);
	ok(rules_path("units.tsv") && strstr(rules_path("units.tsv"), "/user/units.tsv"),
	    "a data file: the strongest folder");
	ok(rules_path("nope.tsv") == NULL, "no such data file");
	files = rules_files("zz", (const char *const[]){"a", "b"}, 2);
	ok(strcmp(files[0], "a") == 0 && strcmp(files[1], "b") == 0 && files[2] == NULL,
	    "files given are the only ones");
	clearenv();
	files = rules_files("zz", NULL, 0);
	ok(files[0] == NULL, "an empty environment");
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	check_patterns();
	check_who_wins();
	check_guards();
	check_sets();
	check_mistakes();
	check_examples();
	check_limits();
	check_linear();
	check_search_path();
	if (system((snprintf(told.p, told.cap, "rm -rf %s", dir), told.p)) != 0)
		return 1;
	return tap_end();
}
