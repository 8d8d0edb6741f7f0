/* dec - exact decimals, and the numerals that give them; as a calculator, of tests/differential.t
 */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "../../filters/extract-figures/numeral.c"
#include "tap.h"

static struct str
str(const char *z)
{
	return (struct str){z, strlen(z)};
}

static void
is(const struct buf *have, const char *want, const char *what)
{
	ok(have->n == strlen(want) && memcmp(have->p, want, have->n) == 0, "%s = %s (have %.*s)",
	    what, want, (int)have->n, have->p);
}

static void
arithmetic(void)
{
	static const struct {
		char op;
		const char *a, *b, *want;
	} cases[] = {
	    {'+', "1", "2", "3"},
	    {'+', "999999999999999999999", "1", "1000000000000000000000"},
	    {'+', "0.1", "0.2", "0.3"},
	    {'+', "1.05", "-0.05", "1"},
	    {'+', "-3", "1.5", "-1.5"},
	    {'+', "5", "-5", "0"},
	    {'+', "1/3", "1/6", "0.5"},
	    {'+', "1/3", "1/3", "2/3"},
	    {'+', "350", "1/3", "1051/3"},
	    {'*', "12.5", "0.08", "1"},
	    {'*', "-2", "0.5", "-1"},
	    {'*', "0", "-7", "0"},
	    {'*', "2/3", "100", "200/3"},
	    {'*', "99999999999", "99999999999", "9999999999800000000001"},
	    {'/', "1", "8", "0.125"},
	    {'/', "2", "3", "2/3"},
	    {'/', "25", "500000", "0.00005"},
	    {'/', "2333", "500", "4.666"},
	    {'/', "-157", "3", "-157/3"},
	    {'/', "-6", "-4", "1.5"},
	    {'/', "2.45", "1", "2.45"},
	    {'/', "0", "7", "0"},
	    {'/', "1/3", "-2", "-1/6"},
	    {'/', "3", "1/3", "9"},
	    {'/', "1/3", "2/3", "0.5"},
	};
	static const struct {
		const char *a;
		int exp;
		const char *want;
	} shifts[] = {{"2.68", 12, "2680000000000"}, {"0.05", 1, "0.5"}, {"0.05", 2, "5"},
	    {"1200", -2, "12"}, {"12", -4, "0.0012"}, {"0", 9, "0"}, {"-1.48", -1, "-0.148"},
	    {"100", 0, "100"}, {"1/3", 2, "100/3"}, {"10.50", 0, "10.5"}, {"007", 1, "70"}};
	struct buf out = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char what[96];

		out.n = 0;
		snprintf(what, sizeof what, "%s %c %s", cases[i].a, cases[i].op, cases[i].b);
		if (cases[i].op == '+')
			dec_add(str(cases[i].a), str(cases[i].b), &out);
		else if (cases[i].op == '*')
			dec_mul(str(cases[i].a), str(cases[i].b), &out);
		else
			dec_ratio(str(cases[i].a), str(cases[i].b), &out);
		is(&out, cases[i].want, what);
	}
	for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
		out.n = 0;
		dec_shift(str(shifts[i].a), shifts[i].exp, &out);
		is(&out, shifts[i].want, shifts[i].a);
	}
	out.n = 0;
	ok(!dec_ratio(str("1"), str("0"), &out) && out.n == 0, "1/0 is nothing");
	ok(dec_cmp(str("2/3"), str("0.666")) > 0, "2/3 > 0.666");
	ok(dec_cmp(str("-1"), str("1")) < 0, "-1 < 1");
	ok(dec_cmp(str("1.50"), str("3/2")) == 0, "1.50 = 3/2");
	ok(dec_valid(str("2/3")) && dec_valid(str("-0.5")) && dec_valid(str("0")), "valid ones");
	ok(!dec_valid(str("")) && !dec_valid(str("-0")) && !dec_valid(str("01")) &&
		!dec_valid(str("1.0")) && !dec_valid(str("1.")) && !dec_valid(str("1/0")) &&
		!dec_valid(str("0/2")) && !dec_valid(str("1e5")),
	    "invalid ones");
	ok(dec_fits_double(str("123456789012345")) && dec_fits_double(str("2680000000000000000")) &&
		!dec_fits_double(str("1234567890123456")) && !dec_fits_double(str("2/3")),
	    "what a double carries");
	ok(dec_int(str("12")) == 12 && dec_int(str("1.2")) == -1 && dec_int(str("-1")) == -1,
	    "ints");
	buf_free(&out);
}

static void
numerals(void)
{
	static const struct {
		const char *text;
		size_t chars; /* of the numeral */
		const char *low, *high;
	} cases[] = {
	    {"一百二十万零三人", 7, "1200003", "1200003"},
	    {"二十万亿", 4, "20000000000000", "20000000000000"},
	    {"二十一万亿", 5, "21000000000000", "21000000000000"},
	    {"一万五千亿", 5, "1500000000000", "1500000000000"},
	    {"1,100万", 6, "11000000", "11000000"},
	    {"1,100.9亿", 8, "110090000000", "110090000000"},
	    {"3万4000", 6, "34000", "34000"},
	    {"25万6千", 5, "256000", "256000"},
	    {"2千零30万", 6, "20300000", "20300000"},
	    {"1千零1", 4, "1001", "1001"},
	    {"一万零十二", 5, "10012", "10012"},
	    {"3亿5千万", 5, "350000000", "350000000"},
	    {"两亿三", 3, "230000000", "230000000"},
	    {"13万2", 4, "132000", "132000"},
	    {"三百五", 3, "350", "350"},
	    {"两万两", 2, "20000", "20000"},
	    {"三十两", 2, "30", "30"},
	    {"壹佰贰拾", 4, "120", "120"},
	    {"参万肆仟伍佰陆拾柒", 9, "34567", "34567"},
	    {"廿六万", 3, "260000", "260000"},
	    {"二〇二四年", 4, "2024", "2024"},
	    {"十五点八万", 5, "158000", "158000"},
	    {"三点五十分", 1, "3", "3"},
	    {"三分之二", 4, "2/3", "2/3"},
	    {"百分之九十八点六", 8, "0.986", "0.986"},
	    {"千分之一", 4, "0.001", "0.001"},
	    {"三百五十又3分之1", 9, "1051/3", "1051/3"},
	    {"十几个", 2, "11", "19"},
	    {"几十万", 3, "200000", "900000"},
	    {"数百家", 2, "200", "900"},
	    {"三四百", 3, "300", "400"},
	    {"十七八岁", 3, "17", "18"},
	    {"二三十", 3, "20", "30"},
	    {"4000余万元", 6, "40000000", "40000000"},
	    {"二百三十余万", 6, "2300000", "2300000"},
	    {"三百来件", 3, "300", "300"},
	    {"6. 8%", 4, "6.8", "6.8"},
	    {"47.264287亿元", 10, "4726428700", "4726428700"},
	    {"１２３５．６亿", 7, "123560000000", "123560000000"},
	    {"9007199254740993元", 16, "9007199254740993", "9007199254740993"},
	    {"12,34", 2, "12", "12"},
	    {"八两", 1, "8", "8"},
	    {"一百零", 2, "100", "100"},
	};
	static const char *const none[] = {"", "元", "点五", "多", "数据", "来", "-5"};
	struct numeral num;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool got = numeral_scan(cases[i].text, strlen(cases[i].text), &num);

		ok(got && utf8_count(cases[i].text, num.n) == cases[i].chars &&
			num.low.n == strlen(cases[i].low) &&
			memcmp(num.low.p, cases[i].low, num.low.n) == 0 &&
			num.high.n == strlen(cases[i].high) &&
			memcmp(num.high.p, cases[i].high, num.high.n) == 0,
		    "%s: %s to %s", cases[i].text, cases[i].low, cases[i].high);
		if (got)
			printf("# %zu bytes, %.*s to %.*s\n", num.n, (int)num.low.n, num.low.p,
			    (int)num.high.n, num.high.p);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ok(!numeral_scan(none[i], strlen(none[i]), &num), "'%s' begins with no numeral",
		    none[i]);
}

/* Lines "OP A B": each answered by a line. */
static int
calculate(void)
{
	char line[4096];

	while (fgets(line, sizeof line, stdin) != NULL) {
		char *a = line + 2, *b = strchr(a, ' ');
		struct buf out = {0};
		struct str x, y;

		if (b == NULL)
			return 1;
		x = (struct str){a, (size_t)(b - a)};
		y = (struct str){b + 1, strcspn(b + 1, "\n")};
		switch (line[0]) {
		case '+': dec_add(x, y, &out); break;
		case '*': dec_mul(x, y, &out); break;
		case '/': dec_ratio(x, y, &out); break;
		case 'e': dec_shift(x, strtol(b + 1, NULL, 10), &out); break;
		case '?': buf_printf(&out, "%d", dec_cmp(x, y)); break;
		case 'i': buf_printf(&out, "%d", dec_int(x)); break;
		case 'v': buf_printf(&out, "%d", dec_valid(x)); break;
		default: return 1;
		}
		printf("%.*s\n", (int)out.n, out.p);
		buf_free(&out);
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "calculate") == 0)
		return calculate();
	arithmetic();
	numerals();
	return tap_end();
}
