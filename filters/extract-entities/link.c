/* link - what an entity leads to: full name, code, a person's post and body */
/* SPDX-License-Identifier: MIT */
#include "entity.h"

/* What may stand between posts of one person, and between them and the name. */
static bool
joins(const struct finder *f, uint32_t start, uint32_t end)
{
	if (end - start > 2)
		return false;
	for (; start < end; start++) {
		uint32_t c = f->cp[start];
		if (c != U'、' && c != ' ' && c != 0x3000 && c != '(' && c != ')' && c != 0xFF08 &&
		    c != 0xFF09 && !f->m->more[f->spot[start].word].joins)
			return false;
	}
	return true;
}

/* 重庆市经信委|党组书记|、|主任|蓝庆华 */
static void
link_person(struct finder *f, size_t i)
{
	struct entity *e = f->entity, *p = &e[i];
	size_t k = i;

	while (k > 0 && e[k - 1].label == TITLE && joins(f, e[k - 1].end, e[k].start))
		k--;
	if (k < i) {
		p->title = (uint32_t)k + 1;
		p->title_end = (uint32_t)i;
		if (k > 0 && (e[k - 1].label == ORG || e[k - 1].label == LOC) &&
		    e[k - 1].end == e[k].start)
			p->org = (uint32_t)k;
		return;
	}
	/* 江泽民主席 */
	if (i + 1 < f->nentity && e[i + 1].label == TITLE && e[i + 1].start == p->end) {
		p->title = p->title_end = (uint32_t)i + 2;
		if (i > 0 && e[i - 1].label == ORG && e[i - 1].end == p->start)
			p->org = (uint32_t)i;
	}
}

void
link_entities(struct finder *f)
{
	const struct model *m = f->m;

	for (size_t i = 0; i < f->nentity; i++) {
		struct entity *e = &f->entity[i];

		if (e->word != 0 && m->more[e->word].row != 0) {
			uint32_t row = m->more[e->word].row - 1;
			const struct list *l = list_at(m, row);

			e->code = row_cell(m, row, l->code);
			if (e->name.n == 0)
				e->name = row_cell(m, row, l->name);
		}
		if (e->label == PERSON)
			link_person(f, i);
	}
}
