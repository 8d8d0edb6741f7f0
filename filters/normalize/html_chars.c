/* html_chars.c - where each character of a text that gumbo decoded stands in the HTML */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <strings.h>

#include "html.h"
#include "utf8.h"

bool
html_is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Do the text after an entity and the HTML after it go on alike? */
static bool
alike(const char *t, const char *t_end, const char *o, const char *o_end)
{
	for (int i = 0; i < 8 && t < t_end && o < o_end; i++, t++, o++) {
		if (*o == '&' || *o == '<')
			return true;
		if (*o == '\r' && o + 1 < o_end && o[1] == '\n')
			o++;
		if (*o != *t && (*o != '\r' || *t != '\n'))
			return false;
	}
	return true;
}

const GumboVector *
html_children(const GumboNode *node)
{
	switch (node->type) {
	case GUMBO_NODE_DOCUMENT: return &node->v.document.children;
	case GUMBO_NODE_ELEMENT: return &node->v.element.children;
	default: return NULL;
	}
}

static void *
allocate(void *user, size_t n)
{
	(void)user;
	return xmalloc(n); /* gumbo does not look whether it got any */
}

static void
deallocate(void *user, void *p)
{
	(void)user;
	free(p);
}

GumboOptions
html_options(void)
{
	GumboOptions o = kGumboDefaultOptions;

	o.allocator = allocate;
	o.deallocator = deallocate;
	o.max_errors = 0;
	return o;
}

/*
 * Names of old need no semicolon: &nbspx is one, and an x. How many of the n
 * bytes are the name, gumbo knows; the character it stands for has len.
 */
static size_t
old_reference(const char *o, size_t n, size_t len)
{
	const GumboOptions how = html_options();
	GumboOutput *out = gumbo_parse_with_options(&how, o, n);
	const GumboNode *node = out != NULL ? out->root : NULL;
	const GumboVector *v;
	size_t left = 0;

	/* the text is the last of the last of the last */
	while (node != NULL && (v = html_children(node)) != NULL && v->length > 0)
		node = v->data[v->length - 1];
	if (node != NULL && node->type == GUMBO_NODE_TEXT)
		left = strlen(node->v.text.text);
	if (out != NULL)
		gumbo_destroy_output(&how, out);
	return left >= len && left - len < n ? n - (left - len) : n;
}

/* Bytes of the character at t if it may be the second of two that one name stands for. */
static size_t
second_of(const char *t, const char *t_end)
{
	static const uint32_t second[] = {'j', 0x331, 0x333, 0x338, 0x200A, 0x20D2, 0x20E5, 0xFE00};
	size_t len;

	for (size_t i = 0; t < t_end && i < sizeof(second) / sizeof(second[0]); i++)
		if (utf8_get(t, &len) == second[i])
			return len;
	return 0;
}

/*
 * The bytes of the character reference at o that stands for the character at
 * t, len bytes long; 0 if the & there stands for itself. Some stand for two
 * characters: *len is made to be those.
 */
static size_t
reference(const char *o, const char *o_end, const char *t, size_t *len, const char *t_end)
{
	size_t n = 1, most = (size_t)(o_end - o);

	if (n < most && o[n] == '#') {
		n++;
		if (n < most && (o[n] == 'x' || o[n] == 'X'))
			n++;
		while (n < most && html_is_name(o[n]))
			n++;
		return *t == '&' && n < 4 ? 0 : n < most && o[n] == ';' ? n + 1 : n;
	}
	if (most > 40) /* the longest name has 31 */
		most = 40;
	while (n < most && html_is_name(o[n]))
		n++;
	if (*t == '&') {
		if (n < 4 || strncasecmp(o + 1, "amp", 3) != 0)
			return 0;
		return 4 < most && o[4] == ';' ? 5 : 4;
	}
	if (n < most && o[n] == ';') {
		const size_t second = second_of(t + *len, t_end);

		if (second > 0 && alike(t + *len + second, t_end, o + n + 1, o_end)) {
			*len += second;
			return n + 1;
		}
		if (alike(t + *len, t_end, o + n + 1, o_end))
			return n + 1;
	}
	return old_reference(o, n, *len);
}

/* The end of a tag or a comment that left no trace in the text. */
static const char *
skip_tag(const char *o, const char *o_end)
{
	const char *gt;

	if (o_end - o >= 4 && memcmp(o, "<!--", 4) == 0) {
		gt = memmem(o + 4, (size_t)(o_end - o) - 4, "-->", 3);
		return gt != NULL ? gt + 3 : o_end;
	}
	for (char quote = '\0'; o < o_end; o++)
		if (quote != '\0')
			quote = *o == quote ? '\0' : quote;
		else if (*o == '>')
			return o + 1;
		else if ((*o == '"' || *o == '\'') && o[-1] == '=')
			quote = *o;
	return o_end;
}

/* gumbo makes bytes of a number beyond Unicode that are no UTF-8: they become U+FFFD. */
static struct str
valid_text(const char *t, struct buf *repaired)
{
	size_t n = strlen(t), good;

	if (utf8_valid(t, n) == n)
		return (struct str){t, n};
	repaired->n = 0;
	for (; n > 0; t += good, n -= good) {
		good = utf8_valid(t, n);
		buf_add(repaired, t, good);
		if (good < n) {
			buf_puts(repaired, "\xEF\xBF\xBD");
			while (good < n && utf8_valid(t + good, n - good) == 0)
				good++;
		}
	}
	return (struct str){repaired->p, repaired->n};
}

void
html_chars(struct html_chars *it, const GumboText *node, struct buf *repaired)
{
	struct str text = valid_text(node->text, repaired);

	it->t = text.p;
	it->t_end = text.p + text.n;
	it->o = node->original_text.data;
	it->o_end = it->o + node->original_text.length;
}

/* Moves past what left no trace in the text: tags and comments that gumbo passed over, NUL. */
static void
skip_traceless(struct html_chars *it)
{
	const char *o = it->o, *next;

	for (; o < it->o_end; o = next) {
		if (*o == '\0' && *it->t != '\0')
			next = o + 1;
		else if (*o == '<' && o + 1 < it->o_end &&
			 (html_is_name(o[1]) || o[1] == '/' || o[1] == '!' || o[1] == '?'))
			next = skip_tag(o, it->o_end);
		else
			break;
		/* < and a name stand for themselves where tags mean nothing */
		if (*o == *it->t && !alike(it->t, it->t_end, next, it->o_end))
			break;
	}
	it->o = o;
}

bool
html_next(struct html_chars *it, struct html_char *c)
{
	size_t n;

	if (it->t == it->t_end)
		return false;
	skip_traceless(it);
	c->p = it->t;
	c->n = n = utf8_len(*it->t);
	if (it->o < it->o_end) {
		if (*it->o == '\r')
			n = it->o + 1 < it->o_end && it->o[1] == '\n' ? 2 : 1;
		else if (*it->o == '&') {
			n = reference(it->o, it->o_end, it->t, &c->n, it->t_end);
			if (n == 0)
				n = 1;
		} else if ((size_t)(it->o_end - it->o) < n || memcmp(it->o, it->t, n) != 0)
			n = utf8_len(*it->o); /* cannot be; go on side by side */
	}
	if (n > (size_t)(it->o_end - it->o))
		n = (size_t)(it->o_end - it->o);
	c->source = it->o;
	c->source_n = n;
	it->o += n;
	it->t += c->n;
	return true;
}
