/* date.h - calendar expressions: found, and resolved against a reference date */
/* SPDX-License-Identifier: MIT */
#ifndef DATE_H
#define DATE_H

#include "rules.h"

struct day {
	int year, month, day; /* 0: not known */
};

/* What an expression is resolved against. */
struct date_context {
	struct day reference; /* the record's date; year 0 if there is none */
	int year;             /* that the text speaks of, or 0 */
	int month;            /* named last, with its year, for "26日" after "12月25日"; or 0 */
	int month_year;
	struct day day;    /* named last, if the last date was one day; or year 0 */
	int sentence_year; /* of a month named before in the sentence: 2019年3月…5月; or 0 */
	bool than;         /* one that something is compared with it: 比上月 */
	bool ahead;        /* a word before the expression says that it lies ahead: 将于 */
};

enum {
	DATE_F_WORD = 1, /* no number stands in it */
	DATE_F_WEAK = 2, /* 全年, 年初: says when, but is no figure by itself */
};

/*
 * The calendar expression at text[at]: the byte where it ends, or 0 if there
 * is none. Its ISO form is appended to iso, nothing if it cannot be told. The
 * context learns the year and month. What is more to say of it goes to *flags.
 */
size_t date_find(
    struct str text, size_t at, struct date_context *, struct buf *iso, unsigned *flags);
/* The same for what a [date] rule matched: by its groups year, month, day, year2 ... */
bool date_match(struct str text, const struct match *, struct date_context *, struct buf *iso);

/* Days since 1970-01-01 (proleptic Gregorian), and back. */
long day_number(struct day);
struct day day_of(long);
int days_in_month(int year, int month);
/* "2024-03-07" and what begins so; false if it is no date. */
bool day_read(struct str, struct day *);

#endif
