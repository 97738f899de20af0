/* The marks of a conflict: see markers.h. (pure) */
#include "commitd/markers.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define MARK_LEN	7u	/* at least: a merge of merges and attributes make it longer */
#define ID_LEN		40u

struct line { const unsigned char *text; size_t len; };
struct lines { struct line *lines; size_t count, room; };

/* "<<<<<<< ID" or ">>>>>>> ID", with more behind it when the sides have other names. */
static bool
is_marker(const unsigned char *text, size_t len)
{
	size_t mark = 0, digits = 0;

	if (len == 0 || (text[0] != '<' && text[0] != '>'))
		return false;
	while (mark < len && text[mark] == text[0])
		mark++;
	if (mark < MARK_LEN || mark == len || text[mark] != ' ')
		return false;
	text += mark + 1;
	len -= mark + 1;
	while (digits < len && strchr("0123456789abcdef", text[digits]) != NULL && text[digits] != '\0')
		digits++;
	return digits >= ID_LEN && (digits == len || text[digits] == ':');
}

static int
compare(const void *a, const void *b)
{
	const struct line *left = a, *right = b;
	int order = memcmp(left->text, right->text, left->len < right->len ? left->len : right->len);

	return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

/* Sorted: there may be as many as a file holds. */
static struct lines
find(const struct buffer *blob)
{
	const unsigned char *at = blob->bytes, *end, *stop = at + blob->len;
	struct lines found = { 0 };
	size_t len;

	for (; blob->len > 0 && at < stop; at = end + 1) {
		end = memchr(at, '\n', (size_t)(stop - at));
		if (end == NULL)
			end = stop;
		len = (size_t)(end - at);
		if (len > 0 && at[len - 1] == '\r')
			len--;
		if (!is_marker(at, len))
			continue;
		if (found.count == found.room) {
			found.room = 2 * found.room + 8;
			found.lines = mem_resize(found.lines, found.room, sizeof(struct line));
		}
		found.lines[found.count++] = (struct line){ at, len };
	}
	if (found.count > 0)
		qsort(found.lines, found.count, sizeof(struct line), compare);
	return found;
}

static bool
has(const struct lines *lines, const struct line *line)
{
	return lines->count > 0 &&
	    bsearch(line, lines->lines, lines->count, sizeof(struct line), compare) != NULL;
}

bool
markers_left(const struct buffer *start, const struct buffer *branch, const struct buffer *now)
{
	struct lines made = find(start), before = find(branch), left = find(now);
	bool any = false;
	size_t i;

	for (i = 0; i < made.count && !any; i++)
		any = has(&left, &made.lines[i]) && !has(&before, &made.lines[i]);
	free(made.lines);
	free(before.lines);
	free(left.lines);
	return any;
}
