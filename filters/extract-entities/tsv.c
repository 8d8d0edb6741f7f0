/* tsv - the lines of a list, and their cells */
/* SPDX-License-Identifier: MIT */
#include "tsv.h"

bool
tsv_line(struct tsv *t, struct str *line)
{
	while (t->p < t->end) {
		const char *p = t->p, *eol = memchr(p, '\n', (size_t)(t->end - p));
		const char *stop = eol != NULL ? eol : t->end;

		t->line++;
		t->p = eol != NULL ? eol + 1 : t->end;
		if (stop > p && stop[-1] == '\r')
			stop--;
		if (p == stop || *p == '#')
			continue;
		*line = (struct str){p, (size_t)(stop - p)};
		return true;
	}
	return false;
}

void
tsv_cells(struct tsv *t, struct str line)
{
	const char *p = line.p, *stop = line.p + line.n;

	for (t->ncell = 0; t->ncell < MAXCOL; t->ncell++) {
		const char *tab = memchr(p, '\t', (size_t)(stop - p));

		t->cell[t->ncell].p = p;
		t->cell[t->ncell].n = (size_t)((tab != NULL ? tab : stop) - p);
		if (tab == NULL) {
			t->ncell++;
			break;
		}
		p = tab + 1;
	}
	for (size_t i = t->ncell; i < MAXCOL; i++)
		t->cell[i] = (struct str){stop, 0};
}

int
tsv_column(const struct tsv *head, const char *name)
{
	for (size_t i = 0; i < head->ncell; i++)
		if (str_is(head->cell[i], name))
			return (int)i;
	return -1;
}

double
tsv_number(struct str s)
{
	double v = 0, unit = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			unit = 1;
		} else if (s.p[i] >= '0' && s.p[i] <= '9') {
			v = v * 10 + (s.p[i] - '0');
			unit *= 10;
		}
	}
	return unit > 0 ? v / unit : v;
}
