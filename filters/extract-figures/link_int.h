/* link_int.h - what the parts of linking share: words with roles, and the phrases made of them */
/* SPDX-License-Identifier: MIT */
#ifndef LINK_INT_H
#define LINK_INT_H

#include "figure.h"
#include "link.h"
#include "words.h"

/* clang-format off */
enum role {
	NOUN, VERB, ADVERB, OTHER, /* by part of speech; OTHER stands in no noun phrase */
	FIGURE, DATE, STOP, COMMA, LIST, AND, DE, OPEN, CLOSE, QUOTE, SPACE, PLACE,
	/* of link rules: rules/links.rules says what each is */
	LEVEL, TO, RISE, FALL, BASIS, THAN, DEAL, LEAD, TAKE, LIGHT, PREP, FROM, SHARE, RANK,
	DEICTIC, HOLDER, PART, HEAD, ATTRIBUTE, NOW, ETC, AFTER, AMONG, DATELINE, SAY, SERIES, SAME,
	GRADE, AGE, VIEW, PAPER,
	TITLE, DIMENSION, INSIDE, CLOCK, OFFICE, EACH, MOST, /* of no token, see struct word */
	NROLE
};
/* clang-format on */

struct word {
	uint8_t role;
	/*
	 * keep, of RISE, FALL: part of the metric too; of HOLDER: scope by itself; of DEICTIC:
	 * stands for a name before; of PREP: what follows is no scope; of VERB, LIGHT: its date
	 * is of nothing else; of NOUN: no scope; of NOW: no date; of THAN: stands behind what it
	 * compares with
	 */
	bool keep : 1;
	bool speaks : 1;  /* of HOLDER: what its people say is of it */
	bool timed : 1;   /* of RISE, FALL: a change only against another time; of THAN: no change;
			   * of LIGHT: with what it is a share of, part of the metric */
	bool surname : 1; /* of one character */
	/* stands before a person's name, or is the last character of such a word: 村民, …员; behind
	 * a surname: 女士 */
	bool title : 1, address : 1;
	bool inside : 1;    /* 里: behind a noun, where something is */
	bool office : 1;    /* 局: behind 省, 市, 县 a name ends in it */
	bool dimension : 1; /* 高, 长: right before a measure an ATTRIBUTE */
	bool clock : 1;     /* 时: behind the number of an hour */
	bool each : 1;      /* 每: words begin with it that say for what an amount is */
	bool most : 1;      /* 最: words begin with it that single something out */
	bool post : 1;      /* a title that is a post: 市长 */
	bool given : 1, given1 : 1, given2 : 1; /* a given name, or its first, second character */
	/* of VERB, LIGHT: its object is what the next clauses are of; of DEICTIC: from a heading,
	 * too */
	bool brings : 1;
	bool quality : 1; /* an adjective: 紧急 */
	bool verbal : 1;  /* a noun of doing: 合作 */
	bool idiom : 1;   /* of four characters, that says what something does: 开足马力 */
	bool causes : 1;  /* a verb whose subject is no scope */
	/* of DEICTIC: stands for somebody, 他; for some, 他们; for who speaks, 我 */
	bool people : 1, many : 1, self : 1;
	bool counted : 1; /* a noun that is counted without a classifier: 6区 */
	int16_t cost;     /* the dearer, the less likely */
	uint16_t section; /* of the rules, that has it; 0 for none */
};

struct token {
	uint32_t start, end; /* bytes of the text */
	uint32_t word;       /* its number, 0 for none */
	int32_t figure;      /* of FIGURE, DATE: its index */
	uint8_t role;
	bool person; /* a PLACE that is somebody's name */
};

enum { MAX_ALIAS = 16 };

/* 博宇建筑, of 某某博宇建筑有限公司. */
struct alias {
	struct str alias, name;
};

/* The block that is linked. Memory is kept from block to block. */
struct linker {
	struct alias alias[MAX_ALIAS];
	size_t nalias;
	struct str text;
	struct figures *figures;
	struct token *token;
	size_t n, cap;
	bool holes; /* some tokens are empty */
	/* the run of Chinese characters that is cut, and from each of them the best way on */
	uint32_t *cp, *at; /* at: in the text */
	struct word_way *way;
	size_t caprun;
};

/*
 * Bounds on looking around, in tokens, so that time grows with the length of
 * the text whatever it is.
 */
enum { MAX_LIST = 32, MAX_CLAUSE = 200, MAX_PHRASE = 64 };
/* A metric, a scope is not longer. */
enum { MAX_BYTES = 1024 };

/* Half-open, in tokens. */
struct range {
	size_t from, to;
};

/* --- link_words.c --- */

/* Cuts l->text into tokens, figures and dates being tokens of their own. */
void link_cut(struct linker *);
/* Cuts another text, without figures. */
void link_cut_text(struct linker *, struct str text);
/* What is known of a token's word. */
const struct word *link_word(const struct token *);
/* What its section gives: of BASIS, which; of SERIES, its members; of NOW, of the report; of
 * DEICTIC, how a name that it stands for ends.
 * NULL for nothing. */
const char *link_gives(const struct token *);
/* The noun that a count's unit is, or empty where it is a classifier. */
struct str link_counted(const struct figure *);
/*
 * The longest word of that role that begins at a byte of the text, whatever
 * tokens were made of it; 0 if there is none. Sets *end to where it ends.
 */
uint32_t link_word_from(const struct linker *, size_t start, enum role, size_t *end);
/* Is there such a word, whatever tokens were made of it? */
bool link_is_word(const struct linker *, size_t start, size_t end);
/* Is it a word? */
bool link_is_known(struct str);
/* What is known of the character there, as a word. */
const struct word *link_char(const struct linker *, size_t start);
uint32_t link_char_number(const struct linker *, size_t start); /* for token.word */
/* Is it a word of the rules that is a scope by itself: 公司, 全市? */
bool link_is_scope_word(struct str);
/* The rules whose words are among the tokens; up to max. */
size_t link_rules_of(const struct linker *, const struct rule **, size_t max);

/* --- link_heading.c --- */

/*
 * The period that the heading above a block names, or the title of its
 * article; empty where there is none. Holds until the next block.
 */
struct str link_period_above(struct rules *, const struct block *);
/* The first person or place that they name, or 三桥镇, or 全省. */
struct str link_place_above(struct linker *, const struct block *, bool *person);
/* After link_aliases(): the company, by its alias, that they name. */
struct str link_alias_above(const struct linker *, const struct block *, struct str *full);

/* 65岁: the number of the word that says so, or 0. */
uint32_t link_age(const struct linker *, size_t figure);

/* --- link_names.c --- */

/* After link_cut(): the aliases of a record are names, each one token. */
void link_aliases(struct linker *, const struct json *);
/* The alias that the article has defined for a name, or the name. */
struct str link_short_name(const struct linker *, struct str name);
/*
 * Makes one token of those that are text[start, end), where they are whole
 * tokens and no figure; NULL else. The others are empty until link_compact().
 */
struct token *link_merge(struct linker *, size_t start, size_t end);
void link_compact(struct linker *);
/* After link_cut(): 10日|18|时, the hour says no more than its day. */
void link_clocks(struct linker *);
/* After link_cut(): names that were cut into words: of companies, and of what 三区 counts. */
void link_mend_names(struct linker *);
/* After link_cut(): 两市, 三大产业, where they do not sum up a list before them. */
void link_sums(struct linker *);
/* Does the name of a body end with token i? With its full name, where the token is an alias. */
bool link_body_at(const struct linker *, size_t i, struct str *name, struct str *full);
/* 坐镇主场的|江城女排|在…: the tokens of that name that ends with token i, and does something; or
 * empty. */
struct range link_body_behind(const struct linker *, size_t i, struct str name);

/* --- link_persons.c --- */

/* After link_cut(): the names of persons are one token each. */
void link_persons(struct linker *);
/* 川河镇|卫生院|院长|李彩霞: the body whose post the person has that token i is; or empty. */
struct range link_body_of(const struct linker *, size_t i);
/*
 * 卖豆腐的|何秀兰，, 何秀兰|和|丈夫|李刚: the persons whom the next figures are of, though no
 * clause begins with token i, the last of them; empty if there are none.
 */
struct range link_holders(const struct linker *, size_t i);
/* 52岁|的|建筑|工人|被…: who is as old as token i says, and does something; or empty. */
struct range link_aged(const struct linker *, size_t i);
/* 村民, 队员|们: does a noun phrase that ends with token i say who somebody is? */
bool link_is_title(const struct linker *, size_t i);
/* Cuts the front of a noun phrase off, up to a person's name, which is the scope: 主攻手|方雨桐. */
struct range cut_person(const struct linker *, struct range *);

/* --- link_phrases.c --- */

/* How a figure is joined to what stands left of it. */
struct tail {
	size_t to;                     /* the tail is token[to, figure) */
	int direction;                 /* of a change verb: 1, -1, 0 */
	bool timed;                    /* that verb is a change only against another time */
	bool reached;                  /* a level before or after a change: 由5%提高至6% */
	bool deal, level, light, prep; /* has a word of that role */
	const char *basis;
	size_t than;  /* token of 比, or SIZE_MAX */
	size_t keep;  /* token of a change verb that is part of the metric, or SIZE_MAX */
	size_t field; /* token of a scope between a rank verb and its figure, or SIZE_MAX */
};

struct list {
	struct str item[MAX_LIST]; /* 公路, 铁路, 水路 */
	struct str shared;         /* 货运量 */
	size_t n;
};

bool in_phrase(const struct token *);   /* may stand in a noun phrase */
bool is_boundary(const struct token *); /* ends a clause */
bool is_verb(const struct token *);
bool ends_metric(const struct token *); /* 额, 率, 降幅 */
/* The last word of a metric, where it is one that ends them: 发电量 of 火电发电量. */
struct str link_head(struct str metric);
bool ends_sentence(const struct linker *, const struct token *);
bool ends_with(struct str, struct str end);
struct figure *figure_of(const struct linker *, size_t token);

/* The text of some tokens, marks at its ends left out. */
struct str phrase(const struct linker *, struct range);
struct str word_at(const struct linker *, size_t token);
/* Two phrases as one, in the arena unless they stand side by side. */
struct str join(struct linker *, struct str, struct str);

/*
 * Where the clause of token k begins: after a comma, an opening bracket, or
 * the figure before. Dates and 首次 do not end it.
 */
size_t clause_start(const struct linker *, size_t k);
struct range rest_of_clause(const struct linker *, size_t from);
struct tail tail_of(const struct linker *, size_t low, size_t k);
/*
 * The noun phrase that ends at to: nouns, with one verb before them
 * (接待|游客), and lists. Brackets right before the figure are left out.
 * object: it is rather the object of its verbs, 修改和审查|合同, than made of
 * them, 冶炼和压延加工业.
 */
struct range noun_phrase(const struct linker *, size_t low, size_t to, bool object);
/*
 * The noun phrase right of a figure. One that is the object of a verb left of
 * the figure may begin with a verb of its own: 含90个|建制县区.
 */
struct range right_phrase(const struct linker *, size_t k, bool object);
/*
 * Does a phrase begin like a name? Words that no lexicon has fall into single
 * characters: 博|宇|建筑, 赛|力|斯|汽车.
 */
bool looks_like_name(const struct linker *, struct range);
/* Is it up to three characters and 县, 镇? */
bool names_area(const struct linker *, size_t from, size_t to);
/*
 * Cuts the scope off the front of a noun phrase: 广州|汽车产量,
 * 某某公司|营业收入. Nothing is cut that would leave nothing.
 */
struct range cut_scope(const struct linker *, struct range *);
/*
 * The items of a phrase and what they share; none if it is no list. Where 、
 * alone gives the n items that are wanted, 和 stands within them.
 */
struct list list_of(const struct linker *, struct range, size_t n);
/*
 * 三次产业: a word that stands for a list of n. Its number may have been taken
 * for a figure, left of the range.
 */
struct list series_of(struct linker *, struct range, size_t n);
/* What follows the longest end of a (of at least two characters) in b: what b has and a lacks. */
struct str common_rest(struct str a, struct str b);

/* --- link_metric.c --- */

/* What the words around a figure say it measures. */
struct found {
	struct str metric; /* empty where it is carried */
	struct str who;    /* the scope, where they say it as well */
	bool right;        /* the metric stands to the right */
};

/*
 * The metric of the figure that is token k, from its own clause that begins
 * at low; np is the noun phrase before its tail. listed: it is of a list that
 * is dealt out. who and right are set, never cleared.
 */
void metric_of(struct linker *, size_t k, size_t low, const struct tail *, struct range np,
    bool listed, struct found *);

/* --- link_change.c --- */

struct state;
/* The year that an ISO date begins with; what is made while linking has no NUL behind it. */
long year_at(const char *iso);
/* What a change against a date is against: "yoy", "qoq", "mom" or "base". */
const char *basis_of_date(struct str base, struct str period);
/* The same of the date that is token i, against the period that holds. */
const char *basis_at(const struct linker *, const struct state *, size_t i);
/* A sentence ends: of the bases that were said in it, only 同比 holds on. */
void forget_basis(struct state *);
/* Direction and basis of a figure by its tail; bare: its clause has no metric. */
void set_change(struct linker *, struct state *, struct figure *, const struct tail *, bool bare);

/* --- link_dates.c --- */

/* 较第二季的|3.2%: is the figure what is compared with, of another time and no change? */
bool is_base_value(const struct linker *, size_t k);
/* The period that the date of token k gives to the figures after it. */
void link_date(const struct linker *, struct state *, size_t k);
/* The same of a word: 截至目前, 报告期内. */
void set_now(const struct linker *, struct state *, const struct block *, size_t i);

/* 每人每月|760元、|每人|每年|6960元: does token i say for each of what an amount is? */
bool is_each(const struct linker *, size_t i);

/* --- link_clause.c --- */

/* What is carried from figure to figure. */
struct state {
	struct str named, deictic; /* scopes of the paragraph */
	struct str top;            /* what the heading or title names */
	bool above;                /* the named one stands in the heading only */
	bool person, several;      /* the named one is somebody, or some */
	struct str speaker;        /* a person who was named as saying something, no scope yet */
	struct str sentence;       /* a deictic scope of the sentence, before a named one */
	struct str subject;        /* of the clause, where it may be the scope */
	struct str body, full;     /* the body named last, wherever it stands, and its full name */
	const struct figure *last, *amount; /* the figure before; that is no rate */
	bool view;                          /* 分区域看 was said in this sentence */
	struct {
		struct str named, deictic;
		bool above;
	} viewed;            /* what was named before it */
	struct str headline; /* the first metric of the block */
	struct str metric;   /* of the figure before, shares left out */
	struct str whole;    /* the last metric that is no grade of another: 省级 */
	struct str share;    /* of the figure before, where it was a share */
	struct str topic;    /* the subject of the clause before */
	bool within;         /* 其中, was said in this sentence */
	bool sized;          /* the sentence is of a part that has a dimension: 塔高262米 */
	struct str unsized;  /* what it was of before */
	struct range places; /* 北京、上海|…: the list that is the scope of the sentence */
	struct str among;    /* of 16个|州（市）|中: what there are 16 of */
	bool fresh;          /* the topic came after the last figure */
	struct str prefix;   /* 新增, for the rest of the list */
	struct str now;      /* the date of the record */
	struct str said;     /* the date that was named last, whatever it is of */
	struct str period, local;     /* local: of the next figure only */
	bool dated;                   /* the sentence has a period of its own */
	bool part;                    /* which is that of a part: 其中9月份 */
	struct str report;            /* the period that the heading above names */
	struct str paragraph;         /* the period before this sentence */
	struct str first;             /* of the dates it names */
	unsigned dates;               /* that this sentence has named */
	const char *basis, *basis_pp; /* said in this paragraph: of amounts, of percentage points */
	bool mixed, held;             /* this sentence has said two; the one before has said it */
	struct {
		struct str metric, bare, scope; /* bare: 企业 of 新增企业 */
	} recent[MAX_LIST];                     /* of the figures of this sentence, the last ones */
	size_t nrecent;
	size_t dealt; /* the last so many of them were dealt out over a list */
};

/* The scope that holds now. */
struct str scope_of(const struct state *);
/* A scope that is named; an empty range changes nothing. */
void set_scope(const struct linker *, struct state *, struct range);
/* What the beginning of a clause, token i, says about scope and topic. */
void open_clause(const struct linker *, struct state *, size_t i);
/* 记者来到|三河村，; 改造成|二手车交易中心，: what the clause before a comma has led to. */
void set_brought(const struct linker *, struct state *, size_t comma);
/* 16个州中，: what the figures of the sentence are counted among; the phrase ends at end. */
void set_among(const struct linker *, struct state *, size_t end);

#endif
