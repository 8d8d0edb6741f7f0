/* date - calendar expressions: found, and resolved against a reference date */
/* SPDX-License-Identifier: MIT */
#include "date.h"

#include "dec.h"
#include "lexicon.h"
#include "numeral.h"
#include "utf8.h"

/*
 * An expression is read part by part, each finer than the one before: year,
 * then half, quarter or month, then ten-day period, week or day. A part is a
 * date word (今年, 上旬) or a number and what it counts (3月). Two of them
 * with a 至 between make a period; the second takes from the first what it
 * does not say itself, and a number without its word (12-19日) is what the
 * second begins with.
 */
enum level { NOTHING, DECADE, YEAR, PART, DAY };

enum what { /* what the finest part is */
	W_NONE,
	W_DECADE,
	W_YEAR,
	W_HALF,
	W_QUARTER,
	W_MONTH,
	W_MONTHS,
	W_TENDAY,
	W_HALFMONTH,
	W_WEEK,
	W_WEEK_OF,
	W_WEEKDAY_OF,
	W_DAYS,
	W_DAY,
	W_PERIOD
};

struct date {
	enum level level;
	enum what what;
	int year, month, day;
	int n, m;         /* half, quarter, ten-day period, week, count; months: from n to m */
	int weekday;      /* 1 to 7, or 0 */
	bool stated_year; /* absolute, or 今年 */
	bool there;       /* 上年: the year of the text */
	bool number;      /* has a number */
	bool month_end;
	bool weak;         /* 全年, 年初 */
	bool bare_weekday; /* 周三, without 上 or 下 */
	enum level first;  /* what it begins with */
	bool first_number; /* and that is a number */
	enum what first_what;
	struct str iso; /* W_PERIOD */
};

enum { P_NONE, P_YEAR, P_HALF, P_QUARTER, P_MONTH, P_DAY };

struct span {
	int by; /* P_ */
	struct day low, high;
	int n; /* half or quarter */
};

struct reader {
	struct str text;
	const struct date_context *context;
	bool after_year; /* the second end of a period of years: 08年至12年 */
};

static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool
leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

int
days_in_month(int year, int month)
{
	return month == 2 && leap(year) ? 29 : month_days[month - 1];
}

/* Howard Hinnant, chrono-Compatible Low-Level Date Algorithms. */
long
day_number(struct day d)
{
	long y = d.year - (d.month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	long doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct day
day_of(long z)
{
	long era, doe, yoe, doy, mp;
	struct day d;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	d.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.year = (int)(yoe + era * 400 + (d.month <= 2));
	return d;
}

/* 1 is Monday. */
static int
weekday(long day)
{
	return (int)(((day + 3) % 7 + 7) % 7) + 1;
}

bool
day_read(struct str s, struct day *d)
{
	if (s.n < 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	d->year = dec_int((struct str){s.p, 4});
	d->month = dec_int((struct str){s.p + 5, 2});
	d->day = dec_int((struct str){s.p + 8, 2});
	return d->year > 0 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= days_in_month(d->year, d->month);
}

/* Of two digits: 98 is 1998, 15 is 2015; never more than ten years ahead. */
static int
full_year(int yy, const struct date_context *c)
{
	int now = c->reference.year > 2015 ? c->reference.year : 2015;

	return 2000 + yy <= now + 10 ? 2000 + yy : 1900 + yy;
}

static size_t
skip_blank(struct str text, size_t at)
{
	while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\n'))
		at++;
	if (text.n - at >= 3 && memcmp(text.p + at, "\xE3\x80\x80", 3) == 0)
		at += 3;
	return at;
}

static const struct entry *
date_word(struct str text, size_t at, size_t *n)
{
	return at < text.n ? lexicon_find(text, at, ROLE_DATE, n) : NULL;
}

/* A number and the date word that says what it counts. */
struct counted {
	struct numeral num;
	int value; /* or -1 */
	size_t number_end, end;
	const struct entry *word; /* or NULL */
};

/* The longest of the words that stand after a number: 年 of 年底. */
static const struct entry *
counted_word(struct str text, size_t at, size_t *n)
{
	size_t k;
	const struct word_at *w = lexicon_after(text, at, &k);

	for (size_t i = 0; i < k; i++)
		if (w[i].entry->role == ROLE_DATE && w[i].entry->date >= DATE_OF_YEAR &&
		    w[i].entry->date <= DATE_OF_DAYS &&
		    (w[i].entry->date == DATE_OF_DAY ||
			lexicon_allows(w[i].entry, text, at + w[i].n))) {
			*n = w[i].n;
			return w[i].entry;
		}
	return NULL;
}

/* 上周|二, 第一个星期|一: a weekday that begins within text[at, end) and ends after it. */
static const struct entry *
weekday_within(struct str text, size_t at, size_t end, size_t *new_end)
{
	const struct entry *e;
	size_t n;

	for (size_t i = at; i < end; i += utf8_len(text.p[i]))
		if ((e = date_word(text, i, &n)) != NULL && i + n > end &&
		    (e->date == DATE_WEEKDAY || e->date == DATE_WEEKEND)) {
			*new_end = i + n;
			return e;
		}
	return NULL;
}

static uint8_t
flags_at(struct str text, size_t at)
{
	size_t len;
	uint32_t c;

	if (at >= text.n)
		return 0;
	c = utf8_get(text.p + at, &len);
	return c < 0x10000 ? lexicon_chars[c] : 0;
}

static bool
starts_number(struct str text, size_t at)
{
	return (flags_at(text, at) & LEXICON_NUMERAL) != 0;
}

static bool
read_counted(const struct reader *r, size_t at, struct counted *c)
{
	size_t n, from;

	if (!starts_number(r->text, at) || !numeral_scan(r->text.p + at, r->text.n - at, &c->num))
		return false;
	if (c->num.flags &
	    (NUMERAL_POINT | NUMERAL_SCALED | NUMERAL_COMMA | NUMERAL_OVER | NUMERAL_ABOUT |
		NUMERAL_FRACTION | NUMERAL_BARE | NUMERAL_SHORT | NUMERAL_VAGUE))
		return false;
	c->number_end = at + c->num.n;
	c->value = dec_int(c->num.low);
	if (c->num.flags & NUMERAL_PAIR) {
		static struct buf digits;

		digits.n = 0;
		c->value = numeral_digits(r->text.p + at, c->num.n, &digits)
			       ? dec_int((struct str){digits.p, digits.n})
			       : -1;
		c->num.digits = 2;
	}
	from = skip_blank(r->text, c->number_end);
	c->word = counted_word(r->text, from, &n);
	c->end = c->word ? from + n : c->number_end;
	return c->value >= 0;
}

/* Is the text at its end here, or at a stop? */
static bool
at_stop(struct str text, size_t at)
{
	size_t len, n;
	uint32_t c;

	if (at >= text.n)
		return true;
	c = utf8_get(text.p + at, &len);
	return c == ' ' || c == '\n' || c == ',' || c == ')' || c == ';' ||
	       (c >= 0x3000 && c < 0x3020) || c == 0xFF0C || c == 0xFF09 || c == 0xFF1B ||
	       c == 0xFF1A || c == 0xFF08 || c == '(' ||
	       lexicon_find(text, at, ROLE_RANGE, &n) != NULL;
}

/* 5号 by itself is a day only between stops, or behind 于, 在: not 天问一号. */
static bool
stands_free(struct str text, size_t start, size_t end)
{
	size_t n;

	if (!at_stop(text, end))
		return false;
	if (start == 0 || lexicon_find_before(text, start, ROLE_AT, &n) != NULL)
		return true;
	return flags_at(text, utf8_back(text.p, start)) & LEXICON_STOP;
}

static void
step(struct date *d, enum level level, enum what what, bool number)
{
	if (d->first == NOTHING) {
		d->first = level;
		d->first_number = number;
		d->first_what = what;
	}
	d->level = level;
	d->what = what;
	d->number |= number;
}

/* 全年, 年末 without more: the year of the text; in January and February last year's report. */
static int
year_spoken_of(const struct date_context *c)
{
	if (c->year > 0)
		return c->year;
	return c->reference.year > 0 ? c->reference.year - (c->reference.month <= 2) : 0;
}

/* 今年, 上年, 今明两年, 全年, 十四五: only at the beginning. */
static bool
take_year_word(const struct date_context *c, const struct entry *e, struct date *d)
{
	int now = c->reference.year;

	if (d->level != NOTHING)
		return false;
	switch (e->date) {
	case DATE_TWO_YEARS:
		d->year = now > 0 ? now + e->value : 0;
		d->n = 1;
		d->stated_year = true;
		step(d, DECADE, W_YEAR, false);
		return true;
	case DATE_WHOLE_YEAR:
		d->year = year_spoken_of(c);
		d->there = d->weak = true;
		step(d, YEAR, W_YEAR, false);
		return true;
	case DATE_PERIOD:
		d->iso = e->text;
		step(d, DECADE, W_PERIOD, false);
		return true;
	default:
		d->there = e->date == DATE_YEAR_THERE;
		d->year = d->there && c->year > 0 ? c->year : now;
		if (d->year > 0)
			d->year += e->value;
		d->stated_year = true;
		step(d, YEAR, W_YEAR, false);
		return true;
	}
}

/* 本月, 上季度, 下半年. */
static bool
take_part_word(const struct date_context *c, const struct entry *e, struct date *d)
{
	struct day ref = c->reference;

	if (d->level > YEAR || (d->level != NOTHING && e->date == DATE_QUARTER))
		return false;
	if (e->date == DATE_HALF) {
		d->n = e->value;
		step(d, PART, W_HALF, false);
		return true;
	}
	d->stated_year = true;
	if (e->date == DATE_QUARTER) {
		if (ref.year > 0) {
			int q = ref.year * 4 + (ref.month - 1) / 3 + e->value;

			d->year = q / 4;
			d->n = q % 4 + 1;
		}
		step(d, PART, W_QUARTER, false);
		return true;
	}
	if ((e->date == DATE_MONTH_THERE || c->than) && c->month > 0) {
		ref.year = c->month_year;
		ref.month = c->month;
	}
	if (ref.year > 0) {
		int m = ref.year * 12 + ref.month - 1 + e->value;

		d->month = m % 12 + 1;
		if (d->level == NOTHING)
			d->year = m / 12;
	}
	step(d, PART, W_MONTH, false);
	return true;
}

/* 底 of a quarter, a month, a year; 年底. */
static bool
take_end_word(const struct date_context *c, const struct entry *e, struct date *d)
{
	if (d->level == PART && d->what == W_QUARTER) {
		d->month = e->value == 1 ? 3 * d->n - 2 : 3 * d->n;
		step(d, PART, W_MONTH, false);
		return true;
	}
	if (d->level == PART && d->what == W_MONTH && !d->month_end) {
		d->month_end = true;
		return true;
	}
	if (d->level > YEAR || d->what == W_PERIOD)
		return false;
	if (d->level == NOTHING) {
		if (!e->opens)
			return false;
		d->year = year_spoken_of(c);
		d->there = true;
		d->weak = e->value == 1;
	}
	d->month = e->value;
	d->month_end = true;
	step(d, PART, W_MONTH, false);
	return true;
}

/* 月末: of the month that the text has named last, or of this one. */
static void
take_this_month(const struct date_context *c, bool named, struct date *d)
{
	named = named && c->month > 0;
	d->year = named ? c->month_year : c->reference.year;
	d->month = named ? c->month : c->reference.month;
	d->stated_year = true;
}

/* 月底, 上旬, 上半月. */
static bool
take_month_part(const struct date_context *c, const struct entry *e, struct date *d)
{
	if (e->date == DATE_MONTH_END) {
		if (d->level == NOTHING) {
			take_this_month(c, true, d);
			step(d, PART, W_MONTH, false);
		}
		if (d->what != W_MONTH || d->month_end)
			return false;
		d->month_end = true;
		return true;
	}
	if (d->level > PART || d->level == YEAR || (d->level == PART && d->what != W_MONTH))
		return false;
	if (d->level < PART)
		take_this_month(c, false, d);
	d->n = e->value;
	step(d, DAY, e->date == DATE_TENDAY ? W_TENDAY : W_HALFMONTH, false);
	return true;
}

/* 昨天. */
static bool
take_day_word(const struct date_context *c, const struct entry *e, struct date *d)
{
	if (d->level != NOTHING)
		return false;
	bool named = e->date == DATE_DAY_THERE && c->day.year > 0;
	struct day from = named ? c->day : c->reference;
	if (from.year > 0) {
		struct day day = day_of(day_number(from) + e->value);

		d->year = day.year, d->month = day.month, d->day = day.day;
	}
	d->stated_year = true;
	step(d, DAY, W_DAY, false);
	return true;
}

/* 上周, text[at, end); the byte after its weekday, if it has one. */
static size_t
read_week(struct str text, size_t at, size_t end, const struct entry *e, struct date *d)
{
	size_t behind;

	if (d->level != NOTHING)
		return 0;
	d->n = e->value;
	d->stated_year = true;
	step(d, DAY, W_WEEK, false);
	if ((e = weekday_within(text, at, end, &behind)) == NULL)
		return end;
	d->weekday = e->date == DATE_WEEKEND ? 8 : e->value;
	return behind;
}

/* 周三, of this week or of one named before. */
static bool
take_weekday(const struct entry *e, struct date *d)
{
	if (d->level == NOTHING) {
		d->n = 0;
		d->stated_year = d->bare_weekday = true;
		step(d, DAY, W_WEEK, false);
	}
	if (d->what != W_WEEK || d->weekday != 0)
		return false;
	d->weekday = e->date == DATE_WEEKEND ? 8 : e->value;
	return true;
}

/* 上世纪|80年代; at is behind the word. */
static size_t
read_decade(const struct reader *r, size_t at, const struct entry *e, struct date *d)
{
	int now = r->context->reference.year;
	struct counted k;

	if (d->level != NOTHING || !read_counted(r, at, &k) || k.word == NULL ||
	    k.word->date != DATE_OF_DECADE)
		return 0;
	d->year = ((now > 0 ? now : 2000) / 100 + e->value) * 100 + k.value;
	step(d, DECADE, W_DECADE, true);
	return k.end;
}

/* 民国|105年; at is behind the word. */
static size_t
read_era(const struct reader *r, size_t at, const struct entry *e, struct date *d)
{
	struct counted k;

	if (d->level != NOTHING || !read_counted(r, at, &k) || k.word == NULL ||
	    k.word->date != DATE_OF_YEAR || k.value < 1 || k.value > 200)
		return 0;
	d->year = e->value + k.value;
	d->stated_year = true;
	step(d, YEAR, W_YEAR, true);
	return k.end;
}

/* 前|11个月, 前|三季度, 后|5天, 最后|一个星期一; at is behind the word. */
static size_t
read_first_last(const struct reader *r, size_t at, const struct entry *e, struct date *d)
{
	bool first = e->date == DATE_FIRST;
	struct counted k;
	const struct entry *w;
	size_t end;

	if (e->value == 1 && d->level <= YEAR && (w = date_word(r->text, at, &end)) != NULL &&
	    w->date == DATE_OF_QUARTER && lexicon_allows(w, r->text, at + end)) { /* 首季 */
		d->n = 1;
		step(d, PART, W_QUARTER, true);
		return at + end;
	}
	if (!read_counted(r, skip_blank(r->text, at), &k) || k.word == NULL || k.value < 1)
		return 0;
	if ((k.word->date == DATE_OF_QUARTER && k.value < 4) ||
	    ((k.word->date == DATE_OF_MONTHS || k.word->date == DATE_OF_MONTH) && k.value < 12)) {
		int months = k.word->date == DATE_OF_QUARTER ? 3 * k.value : k.value;

		if (d->level > YEAR || (d->level == NOTHING && !first))
			return 0;
		d->n = first ? 1 : 13 - months;
		d->m = first ? months : 12;
		step(d, PART, W_MONTHS, true);
		return k.end;
	}
	if ((k.word->date == DATE_OF_DAYS || k.word->date == DATE_OF_DAY) && d->what == W_MONTH &&
	    k.value < 28) {
		d->n = first ? k.value : -k.value;
		step(d, DAY, W_DAYS, true);
		return k.end;
	}
	if (k.word->date != DATE_OF_WEEK || (d->what != W_YEAR && d->what != W_MONTH))
		return 0;
	d->n = first ? 1 : -k.value;
	d->m = k.value;
	step(d, DAY, W_WEEK_OF, true);
	if (d->month > 0 && k.value == 1 && !first &&
	    (w = weekday_within(r->text, k.number_end, k.end, &end)) != NULL &&
	    w->date == DATE_WEEKDAY) {
		d->n = -1;
		d->weekday = w->value;
		d->what = W_WEEKDAY_OF;
		return end;
	}
	return k.end;
}

/* 第|三季度, 第|2个月, 第|一周, 第|3个星期日; at is behind the word. */
static size_t
read_nth(const struct reader *r, size_t at, struct date *d)
{
	struct counted k;
	const struct entry *w;
	size_t end;

	if (!read_counted(r, skip_blank(r->text, at), &k) || k.value < 1 || k.word == NULL)
		return 0;
	if (k.word->date == DATE_OF_WEEK && d->what == W_MONTH && k.value <= 5 &&
	    (w = weekday_within(r->text, k.number_end, k.end, &end)) != NULL &&
	    w->date == DATE_WEEKDAY) {
		d->n = k.value;
		d->weekday = w->value;
		step(d, DAY, W_WEEKDAY_OF, true);
		return end;
	}
	if (k.word->date == DATE_OF_QUARTER && d->level <= YEAR && k.value <= 4) {
		d->n = k.value;
		step(d, PART, W_QUARTER, true);
		return k.end;
	}
	if (k.word->date == DATE_OF_MONTHS && d->what == W_YEAR && k.value <= 12) {
		d->month = k.value;
		step(d, PART, W_MONTH, true);
		return k.end;
	}
	if (k.word->date == DATE_OF_WEEK && (d->what == W_YEAR || d->what == W_MONTH) &&
	    k.value <= 53) {
		d->n = k.value;
		d->m = 1;
		step(d, DAY, W_WEEK_OF, true);
		return k.end;
	}
	return 0;
}

/* Must a number follow the word? */
static bool
wants_number(const struct entry *e)
{
	return (e->date == DATE_FIRST && e->value == 0) || e->date == DATE_LAST ||
	       e->date == DATE_NTH || e->date == DATE_CENTURY || e->date == DATE_ERA;
}

/* A part that is a word; the byte after it, or 0. */
static size_t
read_word(const struct reader *r, size_t at, struct date *d)
{
	const struct date_context *c = r->context;
	const struct entry *e;
	size_t n, end;

	e = date_word(r->text, at, &n);
	if (e == NULL)
		return 0;
	end = at + n;
	if (wants_number(e) && !starts_number(r->text, skip_blank(r->text, end)))
		return 0;
	if (!lexicon_allows_before(e, r->text, at))
		return 0;
	switch (e->date) {
	case DATE_YEAR:
	case DATE_YEAR_THERE:
	case DATE_TWO_YEARS:
	case DATE_WHOLE_YEAR:
	case DATE_PERIOD: return take_year_word(c, e, d) ? end : 0;
	case DATE_MONTH:
	case DATE_MONTH_THERE:
	case DATE_QUARTER:
	case DATE_HALF: return take_part_word(c, e, d) ? end : 0;
	case DATE_END: return take_end_word(c, e, d) ? end : 0;
	case DATE_MONTH_END:
	case DATE_TENDAY:
	case DATE_HALFMONTH: return take_month_part(c, e, d) ? end : 0;
	case DATE_DAY:
	case DATE_DAY_THERE: return take_day_word(c, e, d) ? end : 0;
	case DATE_WEEK: return read_week(r->text, at, end, e, d);
	case DATE_WEEKDAY:
	case DATE_WEEKEND: return take_weekday(e, d) ? end : 0;
	case DATE_CENTURY: return read_decade(r, end, e, d);
	case DATE_ERA: return read_era(r, end, e, d);
	case DATE_FIRST:
	case DATE_LAST: return read_first_last(r, end, e, d);
	case DATE_NTH: return read_nth(r, end, d);
	default: return 0;
	}
}

#define ROC_BEFORE 1911 /* the year before the first of the Republic of China */

/* Is this number before 年 a year? *weak: only if something follows that makes it one. */
static bool
year_number(const struct counted *k, const struct reader *r, int *year, bool *weak)
{
	unsigned digits = k->num.digits;

	*weak = false;
	if (digits == 4 && k->value >= 1000 && k->value < 2200) {
		*year = k->value;
		return true;
	}
	if (digits == 0 && k->value > 1900 && k->value < 2100 && k->value % 100 != 0) {
		*year = k->value; /* 两千零二十四年 */
		return true;
	}
	if (digits == 3 && k->value >= 90 &&
	    k->value <= 150) { /* 112年7月 is of the Republic of China */
		*year = ROC_BEFORE + k->value;
		*weak = true;
		return true;
	}
	if (digits == 2) {
		*year = full_year(k->value, r->context);
		/* 08年, 零八年, 九七年 are years; 20年 is how long; 七八年 may be both */
		*weak = k->num.flags & (NUMERAL_ASCII | NUMERAL_PAIR) && k->value >= 10;
		return true;
	}
	return false;
}

/* 20世纪|80年代. */
static size_t
read_century(const struct reader *r, const struct counted *century, struct date *d)
{
	struct counted k;

	if (d->level != NOTHING || century->value < 1 || century->value > 22 ||
	    !read_counted(r, century->end, &k) || k.word == NULL || k.word->date != DATE_OF_DECADE)
		return 0;
	d->year = (century->value - 1) * 100 + k.value;
	step(d, DECADE, W_DECADE, true);
	return k.end;
}

/* 5日, 5号, the number at text[at]: 3日内 is how long, 3号楼 a house; not so behind a month. */
static bool
is_day(const struct reader *r, size_t at, const struct counted *k, const struct date *d)
{
	if (k->value < 1 || k->value > 31 || d->month_end)
		return false;
	if (d->level != NOTHING)
		return d->what == W_MONTH;
	return lexicon_allows(k->word, r->text, k->end) &&
	       (k->word->value != 1 || stands_free(r->text, at, k->end));
}

/* 2月10, 一月二十三: a day without its word, only where nothing else can follow. */
static bool
is_bare_day(const struct reader *r, const struct counted *k, const struct date *d)
{
	return d->what == W_MONTH && !d->month_end && k->value >= 1 && k->value <= 31 &&
	       k->num.n > 0 && at_stop(r->text, k->number_end) &&
	       !(d->first_what == W_MONTH && !d->first_number);
}

/* A part that is the number at text[at]; the byte after it, or 0. */
static size_t
read_number(const struct reader *r, size_t at, const struct counted *k, struct date *d, bool *weak)
{
	*weak = false;
	switch (k->word != NULL ? k->word->date : DATE_NONE) {
	case DATE_NONE:
		if (!is_bare_day(r, k, d))
			return 0;
		d->day = k->value;
		step(d, DAY, W_DAY, true);
		return k->number_end;
	case DATE_OF_YEAR:
		if (d->level != NOTHING || !year_number(k, r, &d->year, weak))
			return 0;
		d->stated_year = true;
		step(d, YEAR, W_YEAR, true);
		return k->end;
	case DATE_OF_MONTH:
		if (d->level > YEAR || k->value < 1 || k->value > 12 || k->num.digits > 2)
			return 0;
		d->month = k->value;
		step(d, PART, W_MONTH, true);
		return k->end;
	case DATE_OF_QUARTER:
		if (d->level > YEAR || k->value < 1 || k->value > 4 ||
		    k->word->value == 1) /* 两个季度 is how long */
			return 0;
		d->n = k->value;
		step(d, PART, W_QUARTER, true);
		return k->end;
	case DATE_OF_DAY:
		if (!is_day(r, at, k, d))
			return 0;
		*weak = d->level == NOTHING;
		d->day = k->value;
		step(d, DAY, W_DAY, true);
		return k->end;
	case DATE_OF_DECADE:
		if (d->level != NOTHING || k->value % 10 != 0 || k->value > 2090)
			return 0;
		d->year = k->value < 100 ? 1900 + k->value : k->value;
		step(d, DECADE, W_DECADE, true);
		return k->end;
	case DATE_OF_CENTURY: return read_century(r, k, d);
	default: return 0;
	}
}

static void
take_over(struct date *d, const struct date *from)
{
	if (d->first == NOTHING)
		return;
	if (from->level >= YEAR && d->first > YEAR && !d->stated_year) {
		d->year = from->year;
		d->stated_year = from->stated_year;
		d->there = from->there;
	}
	if (d->first == DAY && d->month == 0)
		d->month = from->month;
}

static size_t read_parts(
    const struct reader *r, size_t at, struct date *d, struct date *second, bool *two);

/* Is the number k, without its word, the same part as what other begins with? It goes into d. */
static bool
take_same_part(const struct counted *k, const struct date *other, struct date *d)
{
	switch (other->first == YEAR ? W_YEAR : other->first_what) {
	case W_YEAR:
		if (k->num.digits != 4 || k->value < 1000 || k->value >= 2200)
			return false;
		d->year = k->value;
		d->stated_year = true;
		step(d, YEAR, W_YEAR, true);
		return true;
	case W_MONTH:
		if (k->value < 1 || k->value > 12)
			return false;
		d->month = k->value;
		step(d, PART, W_MONTH, true);
		return true;
	case W_QUARTER:
		if (k->value < 1 || k->value > 4)
			return false;
		d->n = k->value;
		step(d, PART, W_QUARTER, true);
		return true;
	case W_DAY: /* 30~90日 is how long */
		if (k->value < 1 || k->value > 31 || d->what != W_MONTH)
			return false;
		d->day = k->value;
		step(d, DAY, W_DAY, true);
		return true;
	default: return false;
	}
}

/* 12-19日: the number k lacks its word, which the second end has. Where that ends, or 0. */
static size_t
read_both(const struct reader *r, const struct counted *k, struct date *d, struct date *second)
{
	size_t to = skip_blank(r->text, k->number_end), n, end;
	struct date other = {0};
	bool more;

	if (k->word != NULL || lexicon_find(r->text, to, ROLE_RANGE, &n) == NULL)
		return 0;
	end = read_parts(r, skip_blank(r->text, to + n), &other, NULL, &more);
	if (end == 0 || !other.first_number || other.first <= d->level ||
	    !take_same_part(k, &other, d))
		return 0;
	take_over(&other, d);
	*second = other;
	return end;
}

/*
 * Reads the parts from at on into d; with a number that lacks its word and a
 * second end after it, into both. Returns the end, or 0.
 */
static size_t
read_parts(const struct reader *r, size_t at, struct date *d, struct date *second, bool *two)
{
	size_t end = 0, from = at, e, n;
	bool weak = false, w = false;

	*two = false;
	for (;;) {
		if (d->level != NOTHING) {
			const struct entry *g;

			from = skip_blank(r->text, end);
			g = date_word(r->text, from, &n);
			if (g != NULL && g->date == DATE_GLUE)
				from += n;
		}
		e = read_word(r, from, d);
		if (e == 0) {
			struct counted k;

			if (!read_counted(r, from, &k))
				break;
			e = read_number(r, from, &k, d, &w);
			if (e == 0 && second != NULL && (e = read_both(r, &k, d, second)) > 0) {
				*two = true;
				return e;
			}
			if (e == 0)
				break;
		}
		weak = w;
		w = false;
		end = e;
		if (d->level == DAY && (d->what != W_WEEK || weak))
			break;
		if (d->what == W_PERIOD || d->what == W_DECADE)
			break;
	}
	/* 20年 alone is how long; 17日 alone is a day only in digits */
	if (end > 0 && weak && d->what == W_YEAR && !r->after_year)
		return 0;
	return end;
}

/* The year of a month (or quarter, half) without one. */
static int
guess_year(const struct date_context *c, int month, enum what part)
{
	int y = c->reference.year;
	bool whole = part == W_HALF || part == W_QUARTER || part == W_MONTHS;

	if (c->sentence_year > 0 && !c->ahead && month >= c->month)
		return c->sentence_year;
	/* A report on last year: what would be to come has been, and until March quarters are those
	 * reported on. */
	if (!c->ahead && c->year == y - 1 &&
	    (month > c->reference.month || (whole && c->reference.month <= 3)))
		return c->year;
	if (y == 0)
		return c->year;
	if (c->ahead)
		return month < c->reference.month ? y + 1 : y;
	/* In January the quarters are those of last year, and 12月 is the last one. */
	if (whole && c->reference.month <= 2)
		return y - 1;
	/* Nine months ahead is last year's: in March 12月 has been, 11月 is to come. */
	return month - c->reference.month > 8 ? y - 1 : y;
}

static struct span
whole_month(int y, int m)
{
	return (struct span){P_MONTH, {y, m, 1}, {y, m, days_in_month(y, m)}, 0};
}

static struct span
day_span(long low, long high)
{
	return (struct span){P_DAY, day_of(low), day_of(high), 0};
}

static const struct span unknown = {P_NONE, {0, 0, 0}, {0, 0, 0}, 0};

/* Months of a year: of a half, a quarter, 前11个月. */
static struct span
resolve_months(struct date *d, int first, int last, int by, int n, const struct date_context *c)
{
	if (d->year == 0)
		d->year = guess_year(c, first, d->what);
	if (d->year == 0)
		return unknown;
	return (struct span){
	    by, {d->year, first, 1}, {d->year, last, days_in_month(d->year, last)}, n};
}

static struct span
resolve_week(const struct date *d, const struct date_context *c)
{
	long first;

	if (c->reference.year == 0)
		return unknown;
	first = day_number(c->reference);
	first += 1 - weekday(first) + 7L * d->n;
	if (d->weekday == 8)
		return day_span(first + 5, first + 6);
	if (d->weekday > 0)
		return day_span(first + d->weekday - 1, first + d->weekday - 1);
	return day_span(first, first + 6);
}

/* Weeks of a year, by ISO. */
static struct span
resolve_weeks_of_year(const struct date *d)
{
	long first, last;

	if (d->year == 0)
		return unknown;
	first = day_number((struct day){d->year, 1, 4});
	first += 1 - weekday(first);
	if (d->n < 0) { /* the last weeks */
		last = day_number((struct day){d->year, 12, 31});
		last -= weekday(last) % 7; /* the last Sunday */
		return day_span(last - 7L * d->m + 1, last);
	}
	last = first + 7L * (d->n + d->m - 1) - 1;
	if (day_of(last - 3).year != d->year) /* not every year has a week 53 */
		return unknown;
	return day_span(first + 7L * (d->n - 1), last);
}

/* 17日: this month, or the one before if that would be far ahead. */
static void
guess_month(struct date *d, const struct date_context *c)
{
	int m, y;

	d->month = c->month > 0 ? c->month : c->reference.month;
	d->year = c->month > 0 ? c->month_year : c->reference.year;
	if (c->month > 0 ||
	    (d->day <= c->reference.day + 7 && d->day <= days_in_month(d->year, d->month)))
		return;
	m = d->month == 1 ? 12 : d->month - 1;
	y = d->year - (d->month == 1);
	if (d->day <= days_in_month(y, m))
		d->month = m, d->year = y;
}

/* From one day of a month to another; 0 is its last. */
static struct span
days_of(const struct date *d, int low, int high)
{
	struct span s = whole_month(d->year, d->month);

	s.by = P_DAY;
	s.low.day = low;
	if (high > 0)
		s.high.day = high;
	return s;
}

/* 第3个星期日, 最后一个星期一 of a month. */
static struct span
resolve_weekday_of(const struct date *d)
{
	long day;

	if (d->n < 0) {
		day = day_number((struct day){d->year, d->month, days_in_month(d->year, d->month)});
		day -= (weekday(day) - d->weekday + 7) % 7;
	} else {
		day = day_number((struct day){d->year, d->month, 1});
		day += (d->weekday - weekday(day) + 7) % 7 + 7L * (d->n - 1);
	}
	if (day_of(day).month != d->month) /* there is no fifth one */
		return unknown;
	return day_span(day, day);
}

/* What lies within a month, of which all is known. */
static struct span
resolve_in_month(const struct date *d)
{
	int days = days_in_month(d->year, d->month);
	long first;

	switch (d->what) {
	case W_MONTH: return whole_month(d->year, d->month);
	case W_DAY: return d->day > days ? unknown : days_of(d, d->day, d->day);
	case W_TENDAY: return days_of(d, 10 * d->n - 9, d->n < 3 ? 10 * d->n : 0);
	case W_HALFMONTH: return d->n == 1 ? days_of(d, 1, 15) : days_of(d, 16, 0);
	case W_DAYS: return d->n > 0 ? days_of(d, 1, d->n) : days_of(d, days + d->n + 1, 0);
	case W_WEEK_OF: /* the first week begins with the first Monday */
		first = day_number((struct day){d->year, d->month, 1});
		first += (8 - weekday(first)) % 7 + 7L * (d->n - 1);
		return day_of(first).month != d->month ? unknown : day_span(first, first + 6);
	case W_WEEKDAY_OF: return resolve_weekday_of(d);
	default: return unknown;
	}
}

/* The days that a date means; by is P_NONE if they cannot be told. */
static struct span
resolve(struct date *d, const struct date_context *c)
{
	switch (d->what) {
	case W_DECADE: return (struct span){P_YEAR, {d->year, 1, 1}, {d->year + 9, 12, 31}, 0};
	case W_YEAR:
		if (d->year <= 0)
			return unknown;
		return (struct span){P_YEAR, {d->year, 1, 1}, {d->year + d->n, 12, 31}, 0};
	case W_HALF: return resolve_months(d, 6 * d->n - 5, 6 * d->n, P_HALF, d->n, c);
	case W_QUARTER: return resolve_months(d, 3 * d->n - 2, 3 * d->n, P_QUARTER, d->n, c);
	case W_MONTHS: return resolve_months(d, d->n, d->m, P_MONTH, 0, c);
	case W_WEEK: return resolve_week(d, c);
	case W_WEEK_OF:
		if (d->month == 0)
			return resolve_weeks_of_year(d);
		break;
	default: break;
	}
	if (d->month == 0) {
		if (d->what != W_DAY || c->reference.year == 0)
			return unknown;
		guess_month(d, c);
	}
	if (d->year == 0)
		d->year = guess_year(c, d->month, d->what);
	if (d->year == 0)
		return unknown;
	if (d->day == 29 && d->month == 2 && !leap(d->year) && !d->stated_year)
		while (!leap(d->year)) /* the last one that was */
			d->year--;
	return resolve_in_month(d);
}

static void
put_number(struct buf *out, int v, int width)
{
	char digits[12];

	for (int i = width; i-- > 0; v /= 10)
		digits[i] = (char)('0' + v % 10);
	buf_add(out, digits, (size_t)width);
}

static void
put_day(struct buf *out, struct day d, int by)
{
	put_number(out, d.year, 4);
	if (by >= P_MONTH) {
		buf_putc(out, '-');
		put_number(out, d.month, 2);
	}
	if (by == P_DAY) {
		buf_putc(out, '-');
		put_number(out, d.day, 2);
	}
}

static bool
one_unit(const struct span *s)
{
	switch (s->by) {
	case P_YEAR: return s->low.year == s->high.year;
	case P_MONTH: return s->low.year == s->high.year && s->low.month == s->high.month;
	case P_DAY: return day_number(s->low) == day_number(s->high);
	default: return true;
	}
}

static void
put_span(struct buf *out, const struct span *s)
{
	if (s->by == P_NONE)
		return;
	if (s->by == P_HALF || s->by == P_QUARTER) {
		put_number(out, s->low.year, 4);
		buf_puts(out, s->by == P_HALF ? "-H" : "-Q");
		put_number(out, s->n, 1);
		return;
	}
	put_day(out, s->low, s->by);
	if (!one_unit(s)) {
		buf_putc(out, '/');
		put_day(out, s->high, s->by);
	}
}

static void
put_period(struct buf *out, const struct span *a, const struct span *b)
{
	int by = a->by > b->by ? a->by : b->by;

	if (a->by == P_NONE || b->by == P_NONE)
		return;
	if (by == P_HALF || by == P_QUARTER)
		by = P_MONTH;
	put_day(out, a->low, by);
	buf_putc(out, '/');
	put_day(out, b->high, by);
}

static void
learn(struct date_context *c, const struct date *d, const struct span *s, bool two)
{
	if (s->by == P_NONE)
		return;
	if (d->weak && d->what == W_YEAR && c->year == 0)
		c->year = d->year; /* 全年 */
	if (d->stated_year && !d->there && d->what != W_WEEK && d->what != W_PERIOD &&
	    (c->reference.year == 0 || d->year <= c->reference.year) && d->what != W_DECADE)
		c->year = d->year;
	if (d->stated_year && !d->there && d->first == YEAR &&
	    (d->what == W_DAY || d->what == W_MONTH))
		c->sentence_year = d->year;
	if (c->than) /* 比上月 */
		return;
	if (d->what == W_DAY || d->what == W_MONTH) {
		c->month = d->month;
		c->month_year = d->year;
	}
	c->day = d->what == W_DAY && !two ? s->low : (struct day){0, 0, 0};
}

/* From one end to the other: years, where the second does not say its own. */
static void
order(struct date *a, struct date *b, struct span *low, struct span *high,
    const struct date_context *c)
{
	if (!a->stated_year && a->year == 0 && a->month > 0 && b->month >= a->month)
		a->year = guess_year(c, b->month, a->what); /* 1-12月 in January */
	if (a->what == W_WEEK && b->what == W_WEEK && b->bare_weekday)
		b->n = a->n; /* 上周一至周三 */
	*low = resolve(a, c);
	take_over(b, a);
	if (!b->stated_year && b->first != NOTHING && b->year == 0)
		b->year = a->year;
	*high = resolve(b, c);
	if (low->by == P_NONE || high->by == P_NONE ||
	    day_number(high->low) >= day_number(low->low))
		return;
	/* 8月至2月 */
	if (!b->stated_year || b->year == a->year) {
		if (a->stated_year || c->reference.year == 0 || b->year < c->reference.year ||
		    a->month <= c->reference.month) {
			b->year = a->year + 1;
			*high = resolve(b, c);
		} else {
			a->year = b->year - 1;
			*low = resolve(a, c);
		}
	}
}

/* 星期日, 2月10日: the day says more than the weekday before it. Where it ends, or 0. */
static size_t
read_day_behind(const struct reader *r, size_t at, struct date *d)
{
	struct date day = {0};
	size_t end;
	bool more;

	if (d->what != W_WEEK || d->weekday < 1 || d->weekday > 7 || at >= r->text.n ||
	    (r->text.p[at] != ',' && r->text.p[at] != ' '))
		return 0;
	end = read_parts(r, skip_blank(r->text, at + 1), &day, NULL, &more);
	if (end == 0 || day.what != W_DAY || day.first != PART)
		return 0;
	*d = day;
	return end;
}

/* 至 and the second end b of a period, behind its first end a. Where that ends, or 0. */
static size_t
read_second(struct reader *r, size_t at, const struct date *a, struct date *b)
{
	size_t from = skip_blank(r->text, at), end, n, k;
	bool between = false, more;

	if (!(flags_at(r->text, from) & LEXICON_DATE))
		return 0;
	if (lexicon_find(r->text, from, ROLE_RANGE, &n) == NULL) {
		if (lexicon_find(r->text, from, ROLE_BETWEEN, &n) == NULL)
			return 0;
		between = true;
	}
	r->after_year = a->what == W_YEAR && a->number;
	end = read_parts(r, skip_blank(r->text, from + n), b, NULL, &more);
	if (end == 0 ||
	    (between && lexicon_find(r->text, skip_blank(r->text, end), ROLE_TOGETHER, &k) == NULL))
		return 0;
	/* 12月25日至26日, never 25日至12月 */
	if ((b->first > a->level && b->first > a->first && a->what != W_WEEK) ||
	    b->what == W_PERIOD || a->what == W_PERIOD)
		return 0;
	return end;
}

size_t
date_find(struct str text, size_t at, struct date_context *c, struct buf *iso, unsigned *flags)
{
	struct reader r = {text, c, false};
	struct date a = {0}, b = {0};
	struct span low, high;
	size_t end, to, n;
	bool two = false;

	c->than = lexicon_find_before(text, at, ROLE_THAN, &n) != NULL;
	end = read_parts(&r, at, &a, &b, &two);
	if (end == 0)
		return 0;
	c->ahead = lexicon_find_before(text, at, ROLE_AHEAD, &n) != NULL;
	*flags = (a.number ? 0 : DATE_F_WORD) | (a.weak ? DATE_F_WEAK : 0);
	if ((to = read_day_behind(&r, end, &a)) > 0) {
		end = to;
		*flags = 0;
	}
	if (!two && (to = read_second(&r, end, &a, &b)) > 0) {
		two = true;
		end = to;
		if (b.number)
			*flags = 0;
	}
	if (a.what == W_PERIOD) {
		buf_add(iso, a.iso.p, a.iso.n);
		return end;
	}
	if (two) {
		order(&a, &b, &low, &high, c);
		put_period(iso, &low, &high);
		learn(c, &b, &high, true);
		return end;
	}
	low = resolve(&a, c);
	put_span(iso, &low);
	learn(c, &a, &low, false);
	return end;
}

static int
group_number(struct str text, const struct match *m, const char *name)
{
	const struct capture *c = match_capture(m, name);
	struct numeral num;

	if (c == NULL || !numeral_scan(text.p + c->start, c->end - c->start, &num))
		return 0;
	return dec_int(num.low);
}

bool
date_match(struct str text, const struct match *m, struct date_context *c, struct buf *iso)
{
	const char *fixed = rule_value(m->rule, "iso");
	struct date d = {0};
	struct span s;
	size_t n;

	if (fixed != NULL) {
		buf_puts(iso, fixed);
		return true;
	}
	d.year = group_number(text, m, "year");
	if (d.year > 0 && d.year < 100)
		d.year = full_year(d.year, c);
	d.month = group_number(text, m, "month");
	d.day = group_number(text, m, "day");
	d.stated_year = d.year > 0;
	if (d.month > 12 || d.day > 31 || d.month < 0 || d.day < 0)
		return false;
	c->ahead = lexicon_find_before(text, m->start, ROLE_AHEAD, &n) != NULL;
	c->than = lexicon_find_before(text, m->start, ROLE_THAN, &n) != NULL;
	d.what = d.day > 0 ? W_DAY : d.month > 0 ? W_MONTH : W_YEAR;
	d.level = d.what == W_DAY ? DAY : d.what == W_MONTH ? PART : YEAR;
	s = resolve(&d, c);
	if (s.by == P_NONE)
		return false;
	if (match_capture(m, "year2")) { /* 2016-2018 */
		struct date to = {.what = W_YEAR, .level = YEAR, .stated_year = true};
		struct span last;

		to.year = group_number(text, m, "year2");
		if (to.year < d.year)
			return false;
		last = resolve(&to, c);
		put_period(iso, &s, &last);
		return true;
	}
	put_span(iso, &s);
	learn(c, &d, &s, false);
	return true;
}
