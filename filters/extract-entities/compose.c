/* compose - names made of words and names: bodies, places, posts, programmes */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "entity.h"
#include "utf8.h"

static void
add_entity(struct finder *f, uint32_t start, uint32_t end, enum label label, const struct rule *rule,
    const struct info *info)
{
	if (f->nentity == f->capentity) {
		f->capentity = f->capentity != 0 ? 2 * f->capentity : 32;
		f->entity = xarray(f->entity, f->capentity, sizeof *f->entity);
	}
	f->entity[f->nentity++] = (struct entity){
	    .start = start, .end = end, .label = label, .rule = rule != NULL ? rule->id : "", .info = info};
}

void
compose(struct finder *f)
{
	const struct model *m = f->m;

	for (size_t i = 0; i < f->ntoken; i++) {
		const struct token *t = &f->token[i];
		const struct info *in = t->info != 0 ? &m->info[t->info] : NULL;

		if (t->kind < 0)
			continue;
		add_entity(f, t->start, t->end, t->label,
		    in != NULL && t->kind <= K_USER ? m->list[in->list].rule : m->score[t->kind].rule, in);
	}
}
