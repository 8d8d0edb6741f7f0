/* table - TSV as people and spreadsheet programs save it */
/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static struct buf told;

/* A table from bytes; what went wrong is in told. */
static struct table *
parse(const char *bytes, size_t n)
{
	struct buf b = {0};
	struct table *t;
	char *err = NULL;
	size_t nerr = 0;
	unsigned errors = 0;
	FILE *f = open_memstream(&err, &nerr);

	buf_add(&b, bytes, n);
	t = table_parse("t.tsv", &b, f, &errors);
	fclose(f);
	told.n = 0;
	buf_add(&told, err, nerr);
	buf_putc(&told, '\0');
	free(err);
	if ((t == NULL) != (errors > 0))
		abort();
	return t;
}

/* "a,b|1,2|": the header and the rows. */
static const char *
shown(const struct table *t)
{
	static struct buf b;

	b.n = 0;
	for (size_t i = 0; t != NULL && i < t->ncol; i++)
		buf_printf(&b, "%s%s", i ? "," : "", t->column[i]);
	for (size_t r = 0; t != NULL && r < t->nrow; r++)
		for (size_t i = 0; i < t->ncol; i++)
			buf_printf(&b, "%s%s", i ? "," : "|", table_cell(t, r, i));
	buf_putc(&b, '\0');
	return b.p;
}

static void
reads(const char *what, const char *bytes, size_t n, const char *want)
{
	struct table *t = parse(bytes, n);

	if (!ok(t != NULL && strcmp(shown(t), want) == 0, "%s", what))
		printf("# got: %s %s\n", shown(t), told.p);
	table_free(t);
}

static void
refuses(const char *bytes, size_t n, const char *want)
{
	struct table *t = parse(bytes, n);

	if (!ok(t == NULL && strstr(told.p, want) != NULL, "refused: %s", want))
		printf("# told: %s\n", told.p);
	table_free(t);
}

#define S(x) (x), sizeof(x) - 1

/* Through a file: the byte order mark decides. */
static void
reads_file(const char *what, const char *bytes, size_t n, const char *want)
{
	char path[] = "/tmp/hansieve-table-XXXXXX";
	int fd = mkstemp(path);
	unsigned errors = 0;
	struct table *t;

	if (fd == -1 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	close(fd);
	t = table_load(path, stderr, &errors);
	unlink(path);
	if (!ok(t != NULL && strcmp(shown(t), want) == 0, "%s", what))
		printf("# got: %s\n", shown(t));
	table_free(t);
}

int
main(void)
{
	struct buf b = {0};
	struct table *t;
	unsigned errors = 0;
	size_t lines;

	reads("a table", S("form\tcode\n元\tCNY\n吨\tt\n"), "form,code|元,CNY|吨,t");
	reads("no end of line at the end, blank lines, comments",
	    S("# a, b\n\nform\tcode\n#x\n  \t \n元\tCNY"), "form,code|元,CNY");
	reads("CRLF", S("form\tcode\r\n元\tCNY\r\n"), "form,code|元,CNY");
	reads("empty cells at the end may be missing", S("a\tb\tc\n1\t2\n1\t2\t\n1\t\t3\n"),
	    "a,b,c|1,2,|1,2,|1,,3");
	reads("tabs too many at the end are nothing", S("a\tb\t\t\n1\t2\t\t\t\n"), "a,b|1,2");
	reads("blanks at the ends of a cell are nothing", S("a\tb\n 1 \t 2 x \n"), "a,b|1,2 x");
	reads("Excel's quotes", S("a\tb\n\"x\"\"y\"\t\"1,2\"\n\"\t“q”\n"), "a,b|x\"y,1,2|\",“q”");
	reads("a header only", S("a\tb\n"), "a,b");
	reads("one column", S("a\n1\n2\n"), "a|1|2");
	reads("the same form twice", S("a\tb\n1\tx\n1\ty\n"), "a,b|1,x|1,y");
	refuses(S(""), "t.tsv:0: no header line");
	refuses(S("a\tb\n1\t2\t3\n"), "t.tsv:2: more than 2 cells");
	refuses(S("a\tb\n1   2\n"), "t.tsv:2: 1 cell, 2 expected; cells are parted by a tab");
	refuses(S("a\tb\n\t2\n"), "t.tsv:2: the first cell is empty");
	refuses(S("a\ta\n"), "t.tsv:1: two columns are called 'a'");
	refuses(S("a\t\tb\n"), "t.tsv:1: column 2 has no name");
	refuses(S("a\n\xCD\xF2\n"), "t.tsv:2: byte 1 is not UTF-8");
	refuses(S("a\nx\0y\n"), "t.tsv:2: a NUL byte");
	refuses(S("a\tb\n1\n2\n"), "t.tsv:3: 1 cell");
	reads_file("a BOM",
	    S("\xEF\xBB\xBF"
	      "a\tb\n1\t2\n"),
	    "a,b|1,2");
	reads_file("UTF-16LE, as Excel saves it",
	    S("\xFF\xFE"
	      "a\0\t\0b\0\r\0\n\0C\x51\t\0=\xD8\x00\xDE\r\0\n\0"),
	    "a,b|元,😀");
	reads_file("UTF-16BE", S("\xFE\xFF\0a\0\n\x51\x43\0\n"), "a|元");
	ok(table_load("/nonexistent/x.tsv", NULL, &errors) == NULL && errors == 1, "no such file");
	ok(table_load("/tmp", NULL, &errors) == NULL, "a folder");
	t = parse(S("a\tb\n1\t2\n"));
	ok(table_column(t, "b") == 1 && table_column(t, "c") == -1 && t->line[0] == 2,
	    "columns, lines");
	table_free(t);
	buf_puts(&b, "a\tb\n");
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "x\n");
	ok(parse(b.p, b.n) == NULL, "a thousand mistakes");
	lines = 0;
	for (const char *p = told.p; *p != '\0'; p++)
		lines += *p == '\n';
	ok(lines == 21 && strstr(told.p, "t.tsv: 980 more errors"), "... of which twenty are told");
	buf_free(&b);
	buf_free(&told);
	return tap_end();
}
