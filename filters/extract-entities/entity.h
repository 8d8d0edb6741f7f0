/* entity.h - what the parts of extract-entities share: the model and the finder */
/* SPDX-License-Identifier: MIT */
#ifndef ENTITY_H
#define ENTITY_H

#include <stdio.h>

#include "buf.h"
#include "rules.h"

enum label { PERSON, ORG, LOC, FAC, TITLE, PROGRAM, PRODUCT, EVENT, NLABELS };
extern const char *const label_names[NLABELS];
int label_find(const char *name); /* or -1 */
int label_str(struct str);

/*
 * How a name may be proposed. Each is a [score NAME] section of the rules:
 * its label and what each feature of a candidate costs.
 */
enum kind {
	K_PLACE,
	K_BODY,
	K_PEOPLE,
	K_USER,
	K_CHINESE,
	K_SURNAME,
	K_FOREIGN,
	K_SPELLED_PLACE,
	K_SUFFIXED,
	K_ABBR, /* proposed to the lattice */
	K_CHAIN,
	K_ORG,
	K_FAC,
	K_TITLE,
	K_EVENT,
	K_PROGRAM,
	K_PRODUCT,
	K_QUOTED,
	K_BRAND,
	K_SERIES,
	K_AGAIN, /* made of tokens */
	K_RULE,  /* matched by an [entity] rule */
	NKINDS
};

/* What a candidate's neighbours and its own make say. Bits of a mask. */
enum feature {
	/* what a word says of the name that begins behind it */
	F_BEFORE_STRONG,
	F_BEFORE,
	F_PLACE_CUE_BEFORE,
	F_PLACE_BEFORE,
	F_TITLE_BEFORE,
	F_ROLE_BEFORE,
	F_ABBR_CUE_BEFORE,
	F_NAME_BEFORE,
	/* and of the name that ends before it */
	F_AFTER_STRONG,
	F_AFTER,
	F_PLACE_CUE_AFTER,
	F_TITLE_AFTER,
	F_ADDRESS_AFTER,
	F_ROLE_AFTER,
	F_ABBR_CUE_AFTER,
	F_UNIT_AFTER,
	/* what stops and ends of the text say */
	F_START,
	F_END,
	F_STOP_BEFORE,
	F_STOP_AFTER,
	F_LIST_BEFORE,
	F_LIST_AFTER,
	F_PAREN_AFTER,
	/* of the candidate itself */
	F_ABBR_BEFORE,
	F_ABBR_AFTER,
	F_SHORT,
	F_LONG,
	F_WEAK,
	F_DOTTED,
	F_WORD,
	F_CUE_FIRST,
	F_CUE_LAST,
	NFEATURES
};
#define BIT(f) (1U << (f))
enum { SAID_BEFORE = 0xFF, SAID_AFTER = 0xFF00 }; /* the bits of the first 16 */

/* A place in the score table, in hundredths of a nat. */
struct score {
	const struct rule *rule; /* NULL if the rules leave this kind out */
	enum label label;
	int prior, weight[NFEATURES];
	int of[4][256]; /* the weights of a mask, by its bytes */
};

/* What the lists say of a surface. */
enum {
	L_WORD = 1 << 0,
	L_NAME = 1 << 1,
	L_WEAK = 1 << 2,
	L_SURNAME = 1 << 3,
	L_POST = 1 << 4,
	L_POST_WEAK = 1 << 5,
	L_ADDRESS = 1 << 6,
	L_ROLE = 1 << 7,
	L_BEFORE = 1 << 8,
	L_BEFORE_STRONG = 1 << 9,
	L_AFTER = 1 << 10,
	L_AFTER_STRONG = 1 << 11,
	L_PLACE_BEFORE = 1 << 12,
	L_PLACE_AFTER = 1 << 13,
	L_ORG_STRONG = 1 << 14,
	L_ORG_WEAK = 1 << 15,
	L_TEAM = 1 << 16,
	L_UNIT = 1 << 17,
	L_TAIL = 1 << 18,
	L_FAC = 1 << 19,
	L_PROGRAM = 1 << 20,
	L_EVENT = 1 << 21,
	L_ABBR = 1 << 22,
	L_ABBR_STRONG = 1 << 23,
	L_ABBR_BEFORE = 1 << 24,
	L_ABBR_AFTER = 1 << 25,
	L_ADMIN = 1 << 26,
	L_COUNTRY = 1 << 27,
	L_OPENER = 1 << 28,
	L_NOT = 1 << 29,
	L_INNER = 1 << 30
};
/* More, in a second word. */
enum {
	M_GOVERNMENT = 1 << 0,
	M_EVENT_GENERIC = 1 << 1,
	M_QUOTED = 1 << 2,
	M_DOES = 1 << 3,
	M_MAYBE = 1 << 4,
	M_ALWAYS = 1 << 5,
	M_AWARD = 1 << 6,
	M_VISION = 1 << 7,
	M_AROUND = 1 << 8,
	M_BRAND = 1 << 9,
	M_RUNS = 1 << 10,
	M_AND = 1 << 11,
	M_PLAIN = 1 << 12,
	M_COMMON = 1 << 13,
	M_REGISTERED = 1 << 14,
	M_TRADE = 1 << 15
};

/* What a character is by itself: see kinds_of_one in lists.c, and cues.tsv and endings.tsv. */
enum {
	ONE_NUMBER = 1 << 0,     /* 三 */
	ONE_ROW_NUMBER = 1 << 1, /* 百, behind a row of names only */
	ONE_EACH = 1 << 2,       /* 各, before 镇 only */
	ONE_HEADS = 1 << 3,      /* 9名: persons */
	ONE_PIECES = 1 << 4,     /* 3个 */
	ONE_HOUSES = 1 << 5,     /* 20家: bodies, too, if nothing says more */
	ONE_SPOTS = 1 << 6,      /* 四地: places */
	ONE_ET_CETERA = 1 << 7,  /* 等 */
	ONE_GREAT = 1 << 8,      /* 两大沙漠 */
	ONE_OFFICE = 1 << 9,     /* 组织部 */
	ONE_COUNTED = 1 << 10,   /* 三镇 */
	ONE_WATER = 1 << 11,     /* 滦河 */
	ONE_ACTION = 1 << 12,    /* 行动, 工程 */
	ONE_HAMLET = 1 << 13,    /* 三河村三社 */
	ONE_ESTATE = 1 << 15,    /* 碧波湾·智谷 */
	ONE_WIDE = 1 << 14       /* 省人力资源社会保障厅 */
};

enum pos {
	POS_NONE,
	POS_NOUN,
	POS_VERB,
	POS_ADJ,
	POS_ADV,
	POS_PREP,
	POS_CONJ,
	POS_PART,
	POS_PRON,
	POS_NUM,
	POS_UNIT,
	POS_LOCAL,
	POS_TIME,
	POS_NAME
};

/* A word: a surface that one list or more have. */
struct info {
	uint64_t head; /* its first bytes, see index.c */
	uint32_t up;   /* the longest word that it begins with, or 0 */
	uint32_t flags;
	uint16_t says; /* features of its neighbours: SAID_BEFORE, SAID_AFTER */
	uint16_t more;
	uint16_t cost;  /* as a word of the language, hundredths of a nat; UINT16_MAX: it is none */
	uint16_t ncost; /* as a name of a list */
	uint16_t nbytes, n; /* its length, also in characters */
	uint16_t depth;     /* how many words up leads to, and itself */
	uint8_t pos;
	uint8_t kind : 6;
	bool namelike : 1; /* a word of the lexicon that is a personal name */
};

/* What is asked for less often, by the same number. */
struct more {
	const char *surface;
	uint32_t row; /* the one that names it and 1, or 0 */
	/* The endings of its last characters (理工大学 ends with 大学): see grow.c. */
	uint32_t end_flags;
	uint16_t end_more;
	bool end_known, end_inside;
	uint16_t one; /* ONE_NUMBER and so on */
	uint8_t label;
	uint8_t things;  /* label and 1: what it says of the names before it, 等企业 */
	bool village;    /* it is what villages or towns are called: 3个乡镇 */
	bool corporate;  /* a post of companies only */
	bool rank;       /* it is part of the post behind it: 副, 荣誉 */
	bool joins;      /* it stands between two posts: 兼 */
	bool broad;      /* a trade that is more often none of a name: 教育, 建设 */
	bool generic;    /* 恒力机床 is a company, 特种机床产业 is not */
	bool affiliated; /* it stands between two bodies: 附属 */
	bool named;      /* a word before it makes it a name: 长城出版社 */
	bool landform;   /* the names of villages end so: 五里坡社区 */
};

/* How a list is read; list_sorts has their names. */
enum {
	AS_WORD,
	AS_SURNAME,
	AS_GIVEN,
	AS_TRANSLIT,
	AS_PLACE,
	AS_BODY,
	AS_PERSON,
	AS_TITLE,
	AS_ENDING,
	AS_CUE,
	AS_LETTER,
	AS_LETTER_CUE,
	AS_OPENER,
	AS_PRODUCT,
	AS_USER
};
extern const char *const list_sorts[];

struct list {
	const struct rule *rule;
	const char *path;
	const char *bytes; /* of the file */
	size_t n;
	uint32_t base; /* of the numbers of its rows: base + where the row begins */
	int as;
	enum label label;
	/* columns, or -1 */
	int kind, strength, count, pos, share, label_column, name, code;
};

enum { NCHARACTER = 0x10000 };

/* What a character costs in a given name that no list has it in. */
enum { UNSEEN_GIVEN = 1050 };

/* What a character costs that no list knows; what one costs that is not Han. */
enum { UNKNOWN = 1250, COST_ASCII = 600, COST_PUNCT = 300 };

/* What may begin with a character, or at a place of a text. */
enum {
	MAY_LISTED = 1, /* a name of a list, a surname, an ending, a letter for a place */
	MAY_SURNAME = 2,
	MAY_SPELL = 4, /* a name that is spelled */
	MAY_DOT = 8,   /* it joins the parts of one */
	MAY_POST = 16,
	MAY_RULE = 32,    /* what an [entity] rule matches */
	MAY_ALNUM = 64,   /* it is a letter or digit that is not Han */
	MAY_STOP = 128,   /* it is neither */
	MAY_UNKNOWN = 256 /* a name with a surname of no list: behind a post */
};

/*
 * A character: costs in hundredths of a nat, 0 is "never seen"; and what its
 * word of one character says, which is learnt when a text shows it.
 */
struct character {
	uint16_t surname, alone, first, second; /* in names; alone: the whole given name */
	uint16_t translit;
	uint16_t single;        /* as a word by itself; 0: not learnt yet */
	uint32_t word;          /* its number, or 0 */
	uint16_t says, cost;    /* of its info */
	bool plain;             /* a word of the lexicon that is no name */
	bool seldom;            /* a common word that few names end with: 用, 带 */
	uint8_t abbr;           /* may it stand for a place? 2: it often does */
	uint8_t may;            /* MAY_LISTED and so on */
} __attribute__((aligned(32))); /* so that it lies in one line of the cache */

/* All but the words and characters is as it was loaded; those are learnt as texts show them. */
struct model {
	struct rules *rules;
	struct index *index;
	struct info *info; /* by word number, from 1; they move when a word is learnt */
	struct more *more; /* likewise; end_* are filled in when asked for */
	struct list *list;
	size_t nlist;
	struct arena seen; /* surfaces that are in Traditional writing in their list */
	struct score score[NKINDS];
	struct character *character; /* NCHARACTER of them */
};

/* A word at a place of a text. */
struct hit {
	uint32_t word;
	uint16_t n;    /* its length in characters */
	uint16_t cost; /* as in its info */
};

/* The types of the rules. */
enum { TYPE_LIST, TYPE_SCORE, TYPE_ENTITY };

/* What flags of a word say that may begin with it. */
static inline uint8_t
may_begin(uint32_t flags)
{
	return (flags & (L_NAME | L_SURNAME | L_UNIT | L_ABBR) ? MAY_LISTED : 0) |
	       (flags & (L_POST | L_POST_WEAK) ? MAY_POST : 0);
}

/* index.c: which words there are */
struct index *index_new(struct model *);
bool index_add(struct index *, struct str surface, uint32_t row); /* false: too many */
size_t index_rows(const struct index *);
/* The number of a whole word, or 0. */
uint32_t word_find(struct model *, const char *, size_t);
/*
 * The places of a text where words of two characters or more begin, and the
 * longest of each; up leads to the others. n characters, and where they begin
 * in the bytes of the text; found has room for n.
 */
struct found {
	uint32_t at, word;
};
size_t words_in(struct model *, struct str text, const uint32_t *cp, const uint32_t *off, size_t n,
    struct found *found);

/* lists.c: what the lists say of them */
bool load_list(struct model *, const struct rule *, const char *path, int as, int label);
const struct list *list_at(const struct model *, uint32_t row);
struct str row_cell(const struct model *, uint32_t row, int column); /* empty where it has none */
struct str row_seen(struct model *, uint32_t row);           /* its surface, as rules see it */
void learn_row(struct model *, uint32_t word, uint32_t row); /* what a row says of its word */
void finish_word(struct info *);                             /* when all its rows have */
void learn_character(struct model *, struct character *, uint32_t cp);

/* Loads the rules and lists; NULL after saying what is wrong. extra: user lists, may be NULL. */
struct model *model_load(
    const char *const *files, size_t nfiles, const char *const *extra, size_t nextra);

/* A name that the record knows: an alias of the document, the speaker of the block. */
struct known {
	struct str surface, name; /* name: in full */
	int label;                /* or -1: told from the ending of the name */
};

struct entity {
	uint32_t start, end; /* code points of the text */
	enum label label;
	const struct rule *rule; /* may be NULL */
	uint32_t word;           /* of a listed name, or 0 */
	struct str name;         /* the full name where known, else empty */
	struct str code;         /* of a place or a listed company, else empty */
	/* persons: index + 1 of the first and last post and of the body; 0 is none */
	uint32_t title, title_end, org;
};

/* The work on one text, with its memory; all zero before its first use. */
struct finder {
	struct model *m;
	const struct known *known;
	size_t nknown;
	FILE *explain;            /* told which candidates there were; NULL */
	struct str written, text; /* as it stands; as rules see it, simplified.h */
	struct buf view;
	bool traditional;
	uint32_t *cp,
	    *off; /* code points of that, and where each begins in bytes; off[n] is the end */
	size_t n, cap;
	struct hit *hit;
	size_t nhit, caphit;
	struct found *found;
	struct spot {
		uint32_t left, right; /* features said by what ends, begins there */
		uint32_t hits;  /* where its hits begin; they end where the next one's begin */
		uint32_t cand;  /* the last candidate that begins there and 1, or 0 */
		uint32_t sum;   /* cost of the characters before, each a word by itself */
		uint32_t words; /* bit n: a word of n characters begins there */
		uint16_t may;   /* MAY_LISTED and so on */
		uint8_t longer; /* does a word of two characters or more end there? */
		uint8_t abbr;   /* of its character */
		uint32_t word;  /* of one character, or 0 */
	} * spot;               /* n + 1 of them */
	uint32_t *mark;         /* the places of stops and the like */
	size_t nmark;
	uint8_t *taken; /* for titles.c and compose.c */
	unsigned any;   /* MAY_LISTED and so on, of all places */
	bool quotes, latin;
	unsigned labels; /* of the tokens that are names, a bit each */
	struct cand {
		uint32_t start, n, info, next;
		int32_t cost;
		uint8_t kind;
	} * cand;
	size_t ncand, capcand;
	struct node {
		int64_t cost; /* a text may be 64 MiB */
		uint64_t edge;
	} * node;
	struct token {
		uint32_t start, end, info;
		int16_t kind; /* of the name, or -1 */
		uint8_t label, pos;
		uint32_t flags;
		uint32_t end_flags;
		uint16_t end_more;
		bool end_inside;
	} * token;
	size_t ntoken, captoken;
	struct span {
		uint32_t start, end; /* code points */
		uint8_t kind, label;
		uint32_t info;
		const struct rule *rule; /* of K_RULE */
		const struct known *known;
	} * span; /* composed names and the lattice's own, before the longest win */
	size_t nspan, capspan;
	struct entity *entity;
	size_t nentity, capentity;
};

/*
 * Finds the names in a text (valid UTF-8): f->entity, in text order, none
 * overlapping. f->known and f->explain are looked at; they and the text must
 * outlive the entities.
 */
void find_entities(struct finder *, struct model *, struct str text);
void finder_free(struct finder *);
/* Has it the make of a Chinese name: a surname and one or two characters, in no list of other
 * names? */
bool like_person(struct model *, struct str);

/* The parts of it. */
void lattice(struct finder *);
void compose(struct finder *);
void link_entities(struct finder *); /* full names, codes, and a person's post and body */

/* What the character at a place of the text is by itself: ONE_NUMBER and so on. */
static inline uint16_t
one_at(const struct finder *f, size_t at)
{
	return f->m->more[f->spot[at].word].one;
}

static inline bool
is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

static inline bool
is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xC0 && c < 0x250);
}

/* Between the parts of a foreign name. */
static inline bool
is_dot(uint32_t c)
{
	return c == 0xB7 || c == 0x2022 || c == 0x30FB;
}

static inline bool
is_open_quote(uint32_t c)
{
	return c == U'“' || c == U'‘' || c == U'「' || c == U'『';
}

#endif
