/* link_heading - what stands above a block holds for it: a place, and the period of a report */
/* SPDX-License-Identifier: MIT */
#include <ctype.h>

#include "link_int.h"

/* A year, half, quarter or month, or several months; no plan of five years. A day only if it says
 * so. */
static bool
is_report_period(struct str iso, bool day)
{
	return iso.n == 4 || iso.n == 7 || iso.n == 15 || (day && iso.n == 10);
}

/* The one period that a heading names, into iso; nothing where it names none, or two. */
static void
read_period(
    struct rules *rules, const struct block *b, struct str heading, bool day, struct buf *iso)
{
	static struct arena arena;
	static struct figures found;
	struct block h = {.text = heading, .date = b->date, .year = b->year};

	iso->n = 0;
	arena_reset(&arena);
	found = (struct figures){.at = found.at, .cap = found.cap, .arena = &arena};
	figures_find(rules, &h, false, &found);
	for (size_t i = 0; i < found.n; i++) {
		struct str s = found.at[i].iso;

		if (found.at[i].kind != KIND_DATE || !is_report_period(s, day) ||
		    (iso->n == s.n && memcmp(iso->p, s.p, s.n) == 0))
			continue;
		if (iso->n > 0) {
			iso->n = 0;
			return;
		}
		buf_add(iso, s.p, s.n);
	}
}

/* What the last heading was read as: as a rule the next block stands below the same. */
struct memory {
	struct buf key, iso;
};

static struct str
period_of(
    struct rules *rules, const struct block *b, struct str heading, bool day, struct memory *m)
{
	static struct buf key;

	if (heading.n == 0)
		return (struct str){NULL, 0};
	key.n = 0;
	buf_add(&key, b->date.p, b->date.n);
	buf_putc(&key, '\n');
	buf_add(&key, b->year.p, b->year.n);
	buf_putc(&key, '\n');
	buf_add(&key, heading.p, heading.n);
	if (key.n != m->key.n || memcmp(key.p, m->key.p, key.n) != 0) {
		m->key.n = 0;
		buf_add(&m->key, key.p, key.n);
		read_period(rules, b, heading, day, &m->iso);
	}
	return (struct str){m->iso.p, m->iso.n};
}

struct str
link_period_above(struct rules *rules, const struct block *b)
{
	static struct memory heading, said, title;
	struct str period = period_of(rules, b, b->heading, false, &heading);

	if (period.n == 0)
		period = period_of(rules, b, b->title, false, &title);
	return period.n > 0 ? period : period_of(rules, b, b->period, true, &said);
}

/* 柳河|晚报: is the place before token i part of a newspaper's name? */
static bool
is_paper(const struct linker *l, size_t i)
{
	return i < l->n && link_word(&l->token[i])->role == PAPER;
}

/* Who is named in it before all others: 老船工廖开泰：…; not 市长李明, whose town it is of. */
static struct str
person_in(struct linker *l)
{
	link_persons(l);
	for (size_t i = 0; i < l->n; i++)
		if (l->token[i].person)
			return i > 0 && link_word(&l->token[i - 1])->post ? (struct str){NULL, 0}
									  : word_at(l, i);
	return (struct str){NULL, 0};
}

/* 沙洲县|人民医院|：…: does token i make the name of a body of what stands before it? */
static bool
names_more(const struct linker *l, size_t i)
{
	return i < l->n && l->token[i].role == HOLDER && !link_word(&l->token[i])->brings &&
	       (i + 1 == l->n || is_boundary(&l->token[i + 1]) || is_verb(&l->token[i + 1]));
}

/* A person, the first place that the last heading names, or 三桥镇, or 全省, 我市. */
struct place_memory {
	struct buf heading;
	struct str place; /* within it */
	bool person;      /* it is somebody */
};

static struct str
place_in(struct linker *l, struct str heading, struct place_memory *m)
{
	if (heading.n == m->heading.n &&
	    (heading.n == 0 || memcmp(heading.p, m->heading.p, heading.n) == 0))
		return m->place;
	m->heading.n = 0;
	buf_add(&m->heading, heading.p, heading.n);
	m->place = (struct str){NULL, 0};
	m->person = false;
	link_cut_text(l, (struct str){m->heading.p, m->heading.n});
	l->nalias = 0;                    /* of the record before */
	for (size_t i = 0; i < l->n; i++) /* 2024|年: no part of a name */
		if (isdigit((unsigned char)l->text.p[l->token[i].start])) {
			l->token[i].role = OTHER;
			if (i + 1 < l->n && l->token[i + 1].end - l->token[i + 1].start == 3)
				l->token[i + 1].role = OTHER;
		}
	struct str person = person_in(l);
	m->person = person.n > 0;
	if (m->person)
		return m->place = person;
	for (size_t i = 0; i < l->n; i++) {
		const struct token *t = &l->token[i];
		struct str full;

		if (is_paper(l, i + 1))
			continue;
		if (t->role == PLACE && !t->person) { /* 河西|县; of 重庆市|巫溪县 the last */
			for (; i + 1 < l->n && t[1].role == PLACE && !t[1].person; i++)
				t++;
			bool area = i + 1 < l->n && t[1].role == HOLDER && link_word(&t[1])->brings;
			size_t to = i + 1 + area;
			return m->place = phrase(l, (struct range){i, to + names_more(l, to)});
		}
		if (m->place.n > 0 || !link_word(t)->brings)
			continue;
		if (t->role == DEICTIC)
			m->place = word_at(l, i);
		else if (t->role == HOLDER && link_body_at(l, i, &m->place, &full) &&
			 names_more(l, i + 1) && m->place.p + m->place.n == l->text.p + t->end)
			m->place.n = l->token[i + 1].end - (size_t)(m->place.p - l->text.p);
	}
	return m->place;
}

/* Does a name end like that of a body: …公司, …银行? */
static bool
names_body(struct str name)
{
	const size_t han = 3; /* bytes of such a character */

	for (size_t n = 2 * han; n <= 4 * han && n < name.n; n += han)
		if (link_is_scope_word((struct str){name.p + name.n - n, n}))
			return true;
	return false;
}

struct str
link_alias_above(const struct linker *l, const struct block *b, struct str *full)
{
	const struct str above[] = {b->heading, b->title};

	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < l->nalias; k++) {
			struct str a = l->alias[k].alias;
			*full = l->alias[k].name;
			if (above[i].n >= a.n && memmem(above[i].p, above[i].n, a.p, a.n) != NULL &&
			    names_body(*full))
				return a;
		}
	return (struct str){NULL, 0};
}

struct str
link_place_above(struct linker *l, const struct block *b, bool *person)
{
	static struct place_memory heading, title;
	struct str text = l->text, name = place_in(l, b->heading, &heading);

	*person = heading.person;
	if (name.n == 0) {
		name = place_in(l, b->title, &title);
		*person = title.person;
	}
	l->text = text;
	return name;
}
