/* link.h - the words by which figures are linked */
/* SPDX-License-Identifier: MIT */
#ifndef LINK_H
#define LINK_H

#include "rules.h"

/* Keys of a [link ...] section; it has no match lines. */
extern const struct rules_key link_keys[];
/*
 * Once, before figures_link(): that takes the words of all rules of that type,
 * and the tables "lexicon", "places" and "bodies" of the set, where it has them.
 */
void link_load(struct rules *, unsigned type);
/* The rules whose words stood in the last block that figures_link() read; up to max. */
size_t link_rules(const struct rule **, size_t max);

#endif
