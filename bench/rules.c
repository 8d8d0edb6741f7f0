/* rules - what a place without a match costs, with 10, 40 and 200 rules */
/* SPDX-License-Identifier: MIT */
/*
 *	cc -O2 -D_GNU_SOURCE -Ifilters/lib -o rules bench/rules.c build/lib.a -lpcre2-8 && ./rules
 *
 * One rule a unit, all behind the same number, as a rule file for figures has
 * them; lines of 50 characters, one in five has a figure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rules.h"

static const struct rules_key keys[] = {{NULL, 0, NULL}};
static const struct rules_type types[] = {{"figure", keys, false}};

static const char head[] =
    "rules 1\n"
    "def digits (?<![0-9.])[0-9]{1,3}(?:,[0-9]{3})+(?:\\.[0-9]+)?|(?<![0-9.])[0-9]+(?:\\.[0-9]+)?\n"
    "def hanzi [〇零一二两三四五六七八九十百千]+\n"
    "def num (?:{digits}|{hanzi})\n"
    "def scale 万亿|千亿|百亿|千万|百万|亿|万|千|百\n"
    "[figure percent]\nmatch {num:value}%\n"
    "[figure point]\nmatch {num:value}个百分点\n"
    "[figure year]\nmatch {digits:value}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?\n"
    "[figure last]\nmatch (?:去年|今年|上年|本月|近日)(?:底|初|末)?\n";

static const char *const units[] = {"元", "美元", "欧元", "吨", "公里", "亩", "家", "人", "个",
    "件", "项", "条", "台", "辆", "万人次", "平方米", "立方米", "千瓦时", "公顷", "户", "名", "座",
    "所", "种", "次", "届", "岁", "小时", "分钟", "天", "周", "度", "倍", "成", "折", "艘", "架",
    "套", "只", "头"};

static const char *const lines[] = {
    "全市各级部门围绕群众关心的实际问题，深入基层开展调查研究，听取意见建议。",
    "会议强调，要坚持稳中求进的工作总基调，统筹推进改革发展稳定各项工作。",
    "全年规模以上工业营业收入2.68万亿元，比上年增长6.6%，利润总额1235亿元。",
    "老城区的改造让居民的生活环境有了很大的变化，小巷里又热闹了起来。",
    "一些企业负责人表示，将进一步加大研发投入，提升产品的质量和竞争力。",
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(void)
{
	static const unsigned counts[] = {10, 40, 200};

	for (size_t k = 0; k < 3; k++) {
		char path[] = "/tmp/rules-bench-XXXXXX";
		const char *files[] = {path};
		struct buf b = {0};
		struct rules *r;
		struct match m[8];
		int fd = mkstemp(path);
		size_t bytes = 0, found = 0;
		double start, load;

		buf_puts(&b, head);
		for (unsigned i = 0; i + 4 < counts[k]; i++)
			buf_printf(&b,
			    "[figure u%u]\nmatch {num:value}(?<scale>{scale})?[余多]?%s%s\n"
			    "not-before 第\n",
			    i, units[i % 40],
			    i < 40  ? ""
			    : i % 3 ? "整"
				    : "左右");
		if (fd == -1 || write(fd, b.p, b.n) != (ssize_t)b.n)
			return 1;
		start = now();
		r = rules_load(types, 1, files, 1);
		load = now() - start;
		unlink(path);
		if (r == NULL)
			return 1;
		start = now();
		for (unsigned i = 0; i < 100000; i++) {
			struct str text = {lines[i % 5], strlen(lines[i % 5])};
			size_t at = 0;

			for (bytes += text.n; rules_scan(r, 0, text, &at, m, 8) > 0; found++)
				at = m[0].end;
		}
		start = now() - start;
		printf("%3u rules: load %.1f ms, %.0f MB/s, %.0f ns a line, %.1f found a line\n",
		    counts[k], load * 1e3, (double)bytes / 1e6 / start, start * 1e4,
		    (double)found / 1e5);
	}
	return 0;
}
