/* fold.c - characters written the one way that the rules expect, by rules/normalize*.tsv */
/* SPDX-License-Identifier: MIT */
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <err.h>
#include <stdlib.h>

#include "normalize.h"
#include "stream.h"
#include "table.h"
#include "utf8.h"

enum action { KEEP, FOLD, DROP, CAP };
enum when { ALWAYS, BEFORE_DIGIT, IN_NUMERAL, AFTER_DIGIT, BETWEEN_DIGITS, THOUSANDS };
enum class { DIGIT = 1, WIDE_DIGIT = 2, NUMERAL = 4, NUMERAL_END = 8, COMMON = 16 };

/* What is done with one character. */
struct entry {
	const char *to;      /* FOLD */
	uint8_t to_n, to_cp; /* bytes and characters of it */
	/* the same where the condition does not hold: what an earlier line without one said */
	const char *or_to;
	uint8_t or_n, or_cp;
	uint8_t limit; /* CAP */
	uint8_t action, when, class;
};

#define PLANES 17
#define ASCII_SLOTS 2

/*
 * Code point >> 8 to a page, page and low byte to an entry. Page 0 and entry 0
 * are those of characters that no table names.
 */
#define NEEDS_DIGIT 0x8000u /* in a page: nothing happens without a digit before it */
static uint16_t page_of[PLANES << 8];
static uint16_t (*pages)[256];
static struct entry *entries;
static size_t npages, nentries, entry_cap;
static const struct table **tables; /* the entries point into them */
static size_t ntables;
static struct arena codes; /* ... or in here */
/*
 * The scan passes over printable ASCII and the lead bytes E4 to ED (ideographs,
 * Hangul). A table may name a few ASCII characters; with more, or with any
 * ideograph, every character is looked up.
 */
static unsigned char ascii[ASCII_SLOTS];
static size_t nascii;
static bool every;

static inline uint16_t *
cell_of(uint32_t cp)
{
	return &pages[page_of[cp >> 8]][cp & 0xFF];
}

static inline struct entry *
entry_of(uint32_t cp)
{
	return &entries[*cell_of(cp) & ~NEEDS_DIGIT];
}

bool
fold_common(uint32_t cp)
{
	return entry_of(cp)->class & COMMON;
}

static inline const struct entry *
look(const char *p, size_t *len)
{
	return entry_of(utf8_get(p, len));
}

/* The entry of a character, made if there is none yet. */
static struct entry *
entry_new(uint32_t cp)
{
	uint16_t *at;

	if (entries == NULL) {
		entries = xarray(NULL, entry_cap = 256, sizeof(*entries));
		entries[nentries++] = (struct entry){0};
		pages = xarray(NULL, 1, sizeof(*pages));
		memset(pages[npages++], 0, sizeof(*pages));
	}
	if (page_of[cp >> 8] == 0) {
		pages = xarray(pages, npages + 1, sizeof(*pages));
		memset(pages[npages], 0, sizeof(*pages));
		page_of[cp >> 8] = (uint16_t)npages++;
	}
	at = &pages[page_of[cp >> 8]][cp & 0xFF];
	if (*at == 0) {
		if (nentries >= NEEDS_DIGIT)
			errx(EXIT_RULES, "tables of folding: more than %u characters", NEEDS_DIGIT);
		if (nentries == entry_cap)
			entries = xarray(entries, entry_cap *= 2, sizeof(*entries));
		entries[nentries] = (struct entry){0};
		*at = (uint16_t)nentries++;
	}
	return &entries[*at & ~NEEDS_DIGIT];
}

/* Sees to it that the scan stops at a character. */
static void
scan_note(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7F) {
		if (memchr(ascii, (int)cp, nascii) != NULL)
			return;
		if (nascii < ASCII_SLOTS)
			ascii[nascii++] = (unsigned char)cp;
		else
			every = true;
	} else if (cp >= 0x4000 && cp < 0xE000)
		every = true;
}

/* U+XXXX, hexadecimal, moving *z past it. */
static bool
read_code(const char **z, uint32_t *cp)
{
	char *end;
	unsigned long v;

	if (strncmp(*z, "U+", 2) != 0 || (*z)[2] == '\0')
		return false;
	v = strtoul(*z + 2, &end, 16);
	if (end == *z + 2 || v > 0x10FFFF || (v >= 0xD800 && v < 0xE000))
		return false;
	*cp = (uint32_t)v;
	*z = end;
	return true;
}

/* U+XXXX or U+XXXX-U+YYYY. */
static bool
read_range(const char *z, uint32_t *first, uint32_t *last)
{
	if (!read_code(&z, first))
		return false;
	*last = *first;
	if (*z == '-') {
		z++;
		if (!read_code(&z, last) || *last < *first)
			return false;
	}
	return *z == '\0';
}

struct row {
	enum action action;
	enum when when;
	enum class class;
	unsigned limit;
	struct str to;
	uint32_t first_to; /* of a range */
	bool range;
};

static void
row_apply(const struct row *row, uint32_t cp, uint32_t offset)
{
	struct entry *e = entry_new(cp);
	char c[4];

	if (row->class != 0) {
		e->class |= (uint8_t)row->class;
		return;
	}
	if (row->when == ALWAYS)
		e->or_n = e->or_cp = 0;
	else if (e->action == FOLD && e->when == ALWAYS) {
		e->or_to = e->to;
		e->or_n = e->to_n;
		e->or_cp = e->to_cp;
	}
	e->action = (uint8_t)row->action;
	e->when = (uint8_t)row->when;
	*cell_of(cp) &= (uint16_t)~NEEDS_DIGIT;
	if (e->action == FOLD && e->when >= AFTER_DIGIT && e->or_n == 0)
		*cell_of(cp) |= NEEDS_DIGIT;
	e->limit = (uint8_t)row->limit;
	if (row->action != KEEP)
		scan_note(cp);
	if (row->action != FOLD)
		return;
	if (row->range) {
		size_t n = utf8_put(c, row->first_to + offset);

		e->to = arena_str(&codes, c, n).p;
		e->to_n = (uint8_t)n;
	} else {
		e->to = row->to.p;
		e->to_n = (uint8_t)row->to.n;
	}
	e->to_cp = (uint8_t)utf8_count(e->to, e->to_n);
	if (row->when == ALWAYS && e->to_n == 1 && e->to[0] >= '0' && e->to[0] <= '9')
		e->class |= DIGIT | WIDE_DIGIT;
}

static int
word(const char *z, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(z, words[i]) == 0)
			return i;
	return -1;
}

/* NULL, or what is wrong with the line. */
static const char *
row_read(struct row *row, const char *from, const char *what, const char *to, const char *when)
{
	static const char *const actions[] = {
	    "keep", "fold", "drop", "cap", "digit", "numeral", "numeral-end", "common", NULL};
	static const char *const whens[] = {
	    "", "before-digit", "in-numeral", "after-digit", "between-digits", "thousands", NULL};
	static const enum class classes[] = {DIGIT, NUMERAL, NUMERAL_END, COMMON};
	int action = word(what, actions), w = word(when, whens);
	uint32_t cp, last;
	char c[4];

	*row = (struct row){0};
	if (action == -1)
		return "'do' is none of keep, fold, drop, cap, digit, numeral, numeral-end, common";
	if (w == -1)
		return "'when' is none of after-digit, before-digit, between-digits, thousands, "
		       "in-numeral";
	row->when = (enum when)w;
	if (action > CAP)
		row->class = classes[action - CAP - 1];
	else
		row->action = (enum action)action;
	row->range = read_range(from, &cp, &last) && last > cp;
	if (action == CAP) {
		row->limit = (unsigned)strtoul(to, NULL, 10);
		return row->limit == 0 || row->limit > 99 ? "cap takes a number from 1 to 99"
							  : NULL;
	}
	if (action != FOLD)
		return *to != '\0' ? "only fold and cap say to what" : NULL;
	if (read_range(to, &cp, &last) && cp == last)
		row->to = arena_str(&codes, c, utf8_put(c, cp));
	else
		row->to = (struct str){to, strlen(to)};
	if (row->to.n == 0)
		return "fold to nothing; write drop";
	if (row->to.n > 100)
		return "more than 100 bytes to fold to";
	row->first_to = utf8_get(row->to.p, &(size_t){0});
	if (row->range && utf8_count(row->to.p, row->to.n) != 1)
		return "a range folds to the characters from one on";
	return NULL;
}

bool
fold_load(const char *path)
{
	unsigned errors = 0;
	const struct table *t = table_load(path, stderr, &errors);
	int from, what, to, when;

	/* what fold() does itself: the end of a line */
	entry_new('\r')->action = FOLD;
	scan_note('\r');
	if (t == NULL)
		return false;
	tables = xarray(tables, ntables + 1, sizeof(*tables));
	tables[ntables++] = t;
	from = table_column(t, "from");
	what = table_column(t, "do");
	to = table_column(t, "to");
	when = table_column(t, "when");
	if (from == -1 || what == -1) {
		fprintf(stderr, "normalize: %s: the columns are: from do to when\n", path);
		return false;
	}
	for (size_t i = 0; i < t->nrow; i++) {
		const char *z = table_cell(t, i, (size_t)from), *why;
		uint32_t first, last;
		size_t len;
		struct row row;

		why = row_read(&row, z, table_cell(t, i, (size_t)what),
		    to == -1 ? "" : table_cell(t, i, (size_t)to),
		    when == -1 ? "" : table_cell(t, i, (size_t)when));
		if (why != NULL) {
			fprintf(stderr, "normalize: %s:%u: %s\n", path, t->line[i], why);
			errors++;
		} else if (read_range(z, &first, &last))
			for (uint32_t cp = first; cp <= last; cp++)
				row_apply(&row, cp, cp - first);
		else
			for (; *z != '\0'; z += len)
				row_apply(&row, utf8_get(z, &len), 0);
	}
	return errors == 0;
}

/*
 * The nearest character before p, or from p on, that will not be dropped: what
 * is not seen parts no number. NULL if there is none.
 */
static const char *
seen_before(const char *begin, const char *p)
{
	size_t len;

	while (p > begin) {
		do
			p--;
		while ((*p & 0xC0) == 0x80);
		if (look(p, &len)->action != DROP)
			return p;
	}
	return NULL;
}

static const char *
seen_from(const char *p, const char *end)
{
	size_t len;

	for (; p < end; p += len)
		if (look(p, &len)->action != DROP)
			return p;
	return NULL;
}

static unsigned
class_at(const char *p)
{
	size_t len;

	return p != NULL ? look(p, &len)->class : 0;
}

/* Of the character at p, and the next one that is seen. */
static unsigned
class_pass(const char **p, const char *end)
{
	size_t len;
	unsigned class;

	if (*p == NULL)
		return 0;
	class = look(*p, &len)->class;
	*p = seen_from(*p + len, end);
	return class;
}

#define ZEROS 16 /* that may stand in a row in a numeral: looking on would be quadratic */

/* Some characters of that kind may stand between this one and the numerals. */
static bool
in_numeral(const char *begin, const char *p, const char *end)
{
	const char *left = p, *right = p;
	size_t len;
	int i = 0;

	do
		left = seen_before(begin, left);
	while (left != NULL && look(left, &len)->when == IN_NUMERAL && ++i < ZEROS);
	if (!(class_at(left) & NUMERAL))
		return false;
	do {
		(void)look(right, &len);
		right = seen_from(right + len, end);
	} while (right != NULL && look(right, &len)->when == IN_NUMERAL && ++i < ZEROS);
	return class_at(right) & (NUMERAL | NUMERAL_END);
}

/* Does the condition of the entry hold for the character at p, len bytes long? */
static bool
holds(const struct entry *e, const char *begin, const char *p, size_t len, const char *end)
{
	const char *right;
	unsigned left;

	if (e->when == ALWAYS)
		return true;
	if (e->when == IN_NUMERAL)
		return in_numeral(begin, p, end);
	left = class_at(seen_before(begin, p));
	if (e->when != BEFORE_DIGIT && !(left & DIGIT))
		return false;
	right = seen_from(p + len, end);
	switch (e->when) {
	case AFTER_DIGIT: return true;
	case BEFORE_DIGIT:
	case BETWEEN_DIGITS: return class_at(right) & DIGIT;
	default: /* THOUSANDS */
		for (int i = 0; i < 3; i++)
			if (!(class_pass(&right, end) & WIDE_DIGIT))
				return false;
		return (left & WIDE_DIGIT) && !(class_at(right) & DIGIT);
	}
}

/* Does the scan pass over this byte? */
static inline bool
passes(unsigned char c)
{
	if (every)
		return c >= 0x80 && c < 0xC0;
	if (c < 0x7F)
		return c >= 0x20 && (nascii == 0 || memchr(ascii, c, nascii) == NULL);
	return (c >= 0x80 && c < 0xC0) || (c >= 0xE4 && c < 0xEE);
}

#ifdef __SSE2__
/* A bit for each of the 16 bytes that the scan does not pass over. */
static inline unsigned
stops(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* signed: 80..BF is below C0, E4..ED between E3 and EE, ASCII from 20 on above 1F */
	__m128i tail = _mm_cmplt_epi8(v, _mm_set1_epi8((char)0xC0));
	__m128i lead = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)0xE3)),
	    _mm_cmplt_epi8(v, _mm_set1_epi8((char)0xEE)));
	__m128i plain = _mm_and_si128(
	    _mm_cmpgt_epi8(v, _mm_set1_epi8(0x1F)), _mm_cmplt_epi8(v, _mm_set1_epi8(0x7F)));
	__m128i named = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)ascii[0])),
	    _mm_cmpeq_epi8(v, _mm_set1_epi8((char)ascii[1])));
	__m128i pass = _mm_or_si128(_mm_or_si128(tail, lead), _mm_andnot_si128(named, plain));

	return (unsigned)_mm_movemask_epi8(pass) ^ 0xFFFFu;
}
#endif

/*
 * Do the three bytes before a character make one that no table names? Then
 * they are no digit, and Chinese punctuation, which mostly stands there, needs
 * no second look.
 */
static inline bool
ideograph_at(const char *p)
{
	return (unsigned char)p[0] >= 0xE4 && (unsigned char)p[0] < 0xEE;
}

/*
 * The first place from at on where a character stands that a table names, or
 * n. It may pass over what needs a digit before it and has an ideograph there.
 */
static size_t
scan(const char *p, size_t at, size_t n)
{
	size_t len;

#ifdef __SSE2__
	uint16_t cell;

	while (!every && n >= 16 && at < n) {
		/* the last block reaches back over bytes that are done */
		size_t block = at + 16 <= n ? at : n - 16;

		for (unsigned s = stops(p + block) >> (at - block); s != 0; s &= s - 1) {
			size_t i = at + (size_t)__builtin_ctz(s);

			cell = *cell_of(utf8_get(p + i, &len));
			if (cell != 0 && !(cell & NEEDS_DIGIT && i >= 3 && ideograph_at(p + i - 3)))
				return i;
		}
		at = block + 16;
	}
#endif
	for (; at < n; at++)
		if (!passes((unsigned char)p[at]) && look(p + at, &len) != entries)
			return at;
	return n;
}

/* The text so far and what of the old one is not copied yet. */
struct work {
	struct str old;
	struct locator where;
	struct buf text;
	struct align align;
	size_t done;
};

static void
copy_until(struct work *w, size_t at)
{
	if (at == w->done)
		return;
	buf_add(&w->text, w->old.p + w->done, at - w->done);
	locator_slice(&w->where, w->done, at, &w->align);
}

/* The bytes old[at, at + len) become cp characters. */
static void
replace(struct work *w, size_t at, size_t len, const char *to, size_t n, int32_t cp)
{
	struct place place;

	copy_until(w, at);
	w->done = at + len;
	if (cp == 0)
		return;
	place = locate(&w->where, at, at + len);
	buf_add(&w->text, to, n);
	align_extend(&w->align, place.src_start, place.src_end, -cp,
	    (int32_t)(place.src_end - place.src_start));
}

void
fold(struct page *page)
{
	static struct work w;
	struct align t;
	const size_t n = page->text.n;
	const char *p = page->text.p, *end = n > 0 ? p + n : p;
	size_t at = 0, len, marks = 0, marks_end = 0;
	bool any = false;

	while ((at = scan(p, at, n)) < n) {
		const struct entry *e;
		const char *to;
		size_t to_n, to_cp;

		e = look(p + at, &len);
		to = e->to;
		to_n = e->to_n;
		to_cp = e->to_cp;
		if (p[at] == '\r') { /* the end of a line, alone or with LF */
			to = "\n";
			to_n = to_cp = at + 1 < n && p[at + 1] == '\n' ? 0 : 1;
		} else if (e->action == CAP) {
			marks = marks_end == at ? marks + 1 : 1;
			marks_end = at + len;
			to_n = to_cp = 0;
			if (marks <= e->limit) {
				at += len;
				continue;
			}
		} else if (e->action == KEEP) {
			at += len;
			continue;
		} else if (!holds(e, p, p + at, len, end)) {
			to = e->or_to;
			to_n = e->or_n;
			to_cp = e->or_cp;
			if (to_n == 0) {
				at += len;
				continue;
			}
		}
		if (!any) {
			any = true;
			w.old = page->text;
			w.done = w.text.n = 0;
			align_reset(&w.align);
			buf_reserve(&w.text, n + 16);
			locator_init_align(&w.where, w.old, &page->align);
		}
		replace(&w, at, len, to, e->action == DROP ? 0 : to_n,
		    e->action == DROP ? 0 : (int32_t)to_cp);
		at += len;
	}
	if (!any)
		return;
	copy_until(&w, n);
	page->text = (struct str){w.text.p, w.text.n};
	align_reset(&page->align);
	t = page->align;
	page->align = w.align;
	w.align = t;
}
