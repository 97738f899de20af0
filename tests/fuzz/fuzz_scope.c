/*
 * Scopes: two lists of patterns and a path, a line each; case is ignored when that begins
 * with A. Overlap is the same both ways, and a path that both cover is an overlap.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "protocol/mem.h"
#include "tasks/scope.h"

#define PATTERNS_MAX	16

const char *const fuzz_words[] = { "/", "**", "*", "?", "[a-z]", "[!a]", "[]-a]", "[^b]", "\\", "\\*", "a", "b",
    "\xc3\xa4", "\n", "\n\n", "**/", "/**", "//", ".", "[a", "]", "-", "!", "\n!", "[:", ":]",
    "[[:alpha:]]", NULL };

static void
line(struct buffer *out, bool first)
{
	static const char *const parts[] = { "a", "b", "ab", "*", "?", "a*", "*b", "[ab]", "[!a]", "**", "a?b", "\\*",
	    "\xc3\xa4", "[a-c]*", "AB", "[A-B]", "[[:upper:]]", "\\[a" };
	size_t count = 1 + fuzz_below(4);

	if (!first && fuzz_below(3) == 0)
		buffer_add_text(out, "!");
	while (count-- > 0)
		buffer_format(out, "%s%s", parts[fuzz_below(COUNT(parts))], count > 0 ? "/" : "\n");
}

static void
lines(struct buffer *out)
{
	size_t count = 1 + fuzz_below(3), i;

	for (i = 0; i < count; i++)
		line(out, i == 0);
}

/* A path, then lists that an empty line divides. */
void
fuzz_seed(struct buffer *out)
{
	buffer_format(out, "%s\n", fuzz_below(2) ? "a/b" : fuzz_below(2) ? "Ab/a/b" : "A");
	lines(out);
	buffer_add_text(out, "\n");
	lines(out);
}

void
fuzz_run(const unsigned char *bytes, size_t len)
{
	char *lists[2][PATTERNS_MAX + 1] = { { NULL }, { NULL } };
	char *whole = mem_copy(bytes, len < 600 ? len : 600), *rest = whole, *path = strsep(&rest, "\n"), *word;
	size_t which = 0, count = 0;
	bool ignore_case = path[0] == 'A';
	struct scope *a, *b, *again;

	while (which < 2 && (word = strsep(&rest, "\n")) != NULL) {
		if (*word == '\0') {
			which++;
			count = 0;
		} else if (count < PATTERNS_MAX) {
			lists[which][count++] = word;
		}
	}
	a = scope_new(lists[0][0] != NULL ? lists[0] : NULL, ignore_case);
	b = scope_new(lists[1][0] != NULL ? lists[1] : NULL, ignore_case);
	again = scope_new(lists[0][0] != NULL ? lists[0] : NULL, ignore_case);
	fuzz_check(str_same(scope_text(a), scope_text(again)));
	fuzz_check(scope_overlap(a, b) == scope_overlap(b, a));
	fuzz_check(scope_overlap(a, a) == scope_overlap(a, again));
	if (scope_anywhere(a)) {
		fuzz_check(scope_covers(a, path) && !scope_overlap(a, b));
	} else if (!scope_anywhere(b) && path[0] != '\0' && path[0] != '/' && strstr(path, "//") == NULL &&
	    path[strlen(path) - 1] != '/' && scope_covers(a, path) && scope_covers(b, path)) {
		fuzz_check(scope_overlap(a, b));
	}
	scope_free(a);
	scope_free(b);
	scope_free(again);
	free(whole);
}
