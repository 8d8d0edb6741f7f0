/* lexicon.h - the words of the tables: units, cues, date words, words that only look like numbers
 */
/* SPDX-License-Identifier: MIT */
#ifndef LEXICON_H
#define LEXICON_H

#include "figure.h"

enum role {
	/* units.tsv, classifiers.tsv: after a number */
	ROLE_UNIT,
	/* cues.tsv: after a figure */
	ROLE_AFTER,    /* 以上: value is a qualifier */
	ROLE_RANGE,    /* 至, —: between the ends of a range */
	ROLE_BETWEEN,  /* 和, 与: the same, if a ROLE_TOGETHER follows the second end */
	ROLE_TOGETHER, /* 之间 */
	ROLE_LIST,     /* 、, 和: between figures that share a unit */
	ROLE_JOIN,     /* 又: between the parts of one amount */
	ROLE_PER,      /* /, 每: between the units of a rate */
	ROLE_HALF,     /* 半: half a unit more */
	ROLE_ONE,      /* 一: a number that may say no more than "a" */
	ROLE_END, /* 的, 高: a word before which an amount may end in a bare digit: 一米八的 */
	ROLE_STOP,   /* ，: between clauses */
	ROLE_CLAUSE, /* 约占: a qualifier, up to the next stop or figure */
	/* cues.tsv: before a figure, kept backwards */
	ROLE_BEFORE,   /* 超过: value is a qualifier */
	ROLE_MINUS,    /* 负, 零下 */
	ROLE_MONEY,    /* $, 人民币: value is the currency */
	ROLE_SCALE_OF, /* 摄氏, 华氏: value is the unit of a 度 that follows */
	ROLE_ORDINAL,  /* 第 */
	ROLE_AT,       /* 于, 在: a day may follow */
	ROLE_AHEAD,    /* 将于, 定于: the date behind it is still to come */
	ROLE_THAN,  /* 比: 上月 behind it is the month before the one that the text speaks of */
	ROLE_MOVES, /* 减少: what follows may be an amount, and 至 the level reached */
	ROLE_ONLY,  /* 仅: an 一 after it counts */
	/* datewords.tsv */
	ROLE_DATE,
	/* traps.tsv: kept from their first numeral on */
	ROLE_TRAP,
	ROLES
};

/* What date words say; value is a number, an offset, or an ISO period. */
enum date_role {
	DATE_NONE,
	DATE_YEAR_THERE,  /* 上年: against the year that the text speaks of */
	DATE_MONTH_THERE, /* 当月: the month that it has named last */
	DATE_DAY_THERE,   /* 当天: the day that it has named last */
	DATE_YEAR,
	DATE_MONTH,
	DATE_DAY,
	DATE_WEEK,
	DATE_QUARTER,   /* relative: 今年 is year 0, 去年 -1 */
	DATE_HALF,      /* 上半年: 1, 下半年: 2 */
	DATE_TENDAY,    /* 上旬: 1 */
	DATE_HALFMONTH, /* 上半月: 1 */
	DATE_WEEKDAY,   /* 周一: 1 */
	DATE_WEEKEND,
	DATE_END,        /* 底, 年底: 12 of a year, 初: 1 */
	DATE_MONTH_END,  /* 月底, 月初: the month itself */
	DATE_PERIOD,     /* 十四五: 2021/2025 */
	DATE_WHOLE_YEAR, /* 全年 */
	DATE_TWO_YEARS,  /* 今明两年: 0 and the next */
	DATE_CENTURY,    /* 上世纪: -1 */
	DATE_ERA,        /* 民国: 1911, the year before its first */
	DATE_OF_YEAR,
	DATE_OF_MONTH,
	DATE_OF_DAY,
	DATE_OF_QUARTER,
	DATE_OF_WEEK,    /* after a number: 年 月 日 */
	DATE_OF_DECADE,  /* 年代 */
	DATE_OF_CENTURY, /* 世纪 */
	DATE_OF_MONTHS,
	DATE_OF_DAYS, /* 个月, 天: of 前11个月 */
	DATE_FIRST,
	DATE_LAST, /* 前, 后: before a number */
	DATE_NTH,  /* 第 */
	DATE_GLUE, /* 的: between parts */
	DATE_ROLES
};

struct entry {
	enum role role;
	struct str surface;
	const struct rule *rule;
	/* ROLE_UNIT */
	enum kind kind;
	struct str unit, factor, plus;
	bool tail, ascii, longer, over, any, last, alone, unranked, strict, tenths;
	struct str *near, *not_after, *not_before; /* words; one of no bytes ends the list */
	/* the others */
	enum qualifier qualifier;
	enum date_role date;
	bool opens; /* ROLE_DATE: a date may begin with it */
	int value;
	struct str text; /* currency, unit, ISO period */
	size_t before;   /* ROLE_TRAP: bytes of the word before its first numeral */
};

struct word_at {
	const struct entry *entry;
	size_t n; /* bytes */
};

bool lexicon_load(struct rules *);
/*
 * Words that begin at text[at], longest first: *n of them, good until seven
 * other places have been asked for. lexicon_forget() must be called when the
 * bytes of the text have changed. lexicon_before(): words that end there,
 * good until the next such call.
 */
const struct word_at *lexicon_after(struct str text, size_t at, size_t *n);
void lexicon_forget(void);
const struct word_at *lexicon_before(struct str text, size_t at, size_t *n);
/* The longest word of a role at (or ending at) a place; NULL if none. */
const struct entry *lexicon_find(struct str text, size_t at, enum role, size_t *n);
const struct entry *lexicon_find_before(struct str text, size_t at, enum role, size_t *n);
/* Trap words with their first numeral at a place; the bytes before it are compared. */
const struct entry *lexicon_trap(struct str text, size_t at, size_t *start, size_t *end);
/* Is none of the words that may not follow the entry at end? */
bool lexicon_allows(const struct entry *, struct str text, size_t end);
/* The same for what stands before it. */
bool lexicon_allows_before(const struct entry *, struct str text, size_t start);
/* What a character can be: a figure may begin with it; a clause ends with it. */
enum {
	LEXICON_START = 1,
	LEXICON_STOP = 2,
	LEXICON_RULE = 4,     /* a [figure] rule may begin with it */
	LEXICON_DATE = 8,     /* behind a number: of the calendar, or between the ends of a range */
	LEXICON_CUE = 16,     /* a word that holds for the clause may begin with it: 约占 */
	LEXICON_NUMERAL = 32, /* a numeral may begin with it */
	LEXICON_TRADITIONAL = 64
};
extern uint8_t lexicon_chars[0x10000];
/*
 * Can a word of these roles (1u << ROLE_UNIT | ...) begin at text[at]? Cheap;
 * it may say yes in vain.
 */
bool lexicon_may_begin(struct str text, size_t at, uint32_t roles);
#define LEXICON_OPENS (1u << ROLES) /* of ROLE_DATE those that a date may begin with */
/* The smaller unit's share: 12 for ("a", "mo"); empty if they are not so related. */
struct str lexicon_convert(struct str unit, struct str smaller);

int kind_of(const char *word);                 /* enum kind, or -1 */
enum qualifier qualifier_of(const char *word); /* QUALIFIER_NONE if it is none */
extern const char *const kind_names[], *const qualifier_names[];

#endif
