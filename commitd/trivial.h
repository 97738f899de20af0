/*
 * Merges without a merge: where no name was changed on both sides, what the two of them
 * have changed is put together, tree by tree. Git calls that trivial
 * (Documentation/technical/trivial-merge.txt). All else is for Git to decide: merge.h.
 */
#ifndef ORCH_TRIVIAL_H
#define ORCH_TRIVIAL_H

#include <stdbool.h>

#include "commitd/repository.h"

/* Three trees. */
struct trivial {
	const char *base, *ours, *theirs;
};

/*
 * With *trivial true, `merged` is the tree that Git would make; it exists, but is not
 * durable. (With one side as the base is, it is that of the other to the last bit; Git
 * writes the modes of files anew, where they are none that it would write.) Never so where a rename on one side could say anything of the other: a path
 * that both have changed or removed, a folder that is gone on one side and changed on the
 * other, or one that loses a name on one side and gets one on the other.
 * Work grows with the folders that both have changed. Errors as those of walk_trees.
 */
enum error	trivial_merge(struct repository *repository, const struct trivial *trees,
		    char merged[OID_TEXT], bool *trivial);

#endif
