/* What setup depends on: see locks.h. Decides nothing; orchd makes its key of it. */
#include "commitd/locks.h"

#include "commitd/walk.h"
#include "protocol/mem.h"

char **
locks_of(const struct commitd *commitd, const char *tree)
{
	size_t count = strs_count(commitd->locks), i;
	struct tree_entry entry;
	char **locks;

	if (count == 0)
		return NULL;
	locks = mem_zero(count + 1, sizeof(char *));
	for (i = 0; i < count; i++)
		locks[i] = str_dup(tree_at(commitd->repository, tree, commitd->locks[i], &entry) ?
		    entry.oid : "-");
	return locks;
}
