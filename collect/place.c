/* Where the folders of the inside are: see place.h. */
#include "collect/place.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define PLACES_MOST	64u

/* Made once, for there are only so many. */
static struct { const char *path; char *here; } known[PLACES_MOST];

/* `path` may follow an option, "--option=". */
static char *
make(const char *path)
{
	static const struct { const char *inside, *variable; } roots[] = {
		{ "/run/orch", "ORCH_PLACE" }, { "/workspace", "ORCH_TREE" } };
	const char *at = path[0] == '-' ? path + strcspn(path, "/") : path, *root;
	size_t i, len;

	for (i = 0; i < COUNT(roots); i++) {
		len = strlen(roots[i].inside);
		if (strncmp(at, roots[i].inside, len) == 0 && (at[len] == '/' || at[len] == '\0') &&
		    (root = getenv(roots[i].variable)) != NULL)
			return str_format("%.*s%s%s", (int)(at - path), path, root, at + len);
	}
	return str_dup(path);
}

const char *
place(const char *path)
{
	size_t i;

	for (i = 0; i < PLACES_MOST && known[i].path != NULL; i++)
		if (strcmp(known[i].path, path) == 0)
			return known[i].here;
	if (i == PLACES_MOST)
		abort();
	known[i].path = path;
	return known[i].here = make(path);
}
