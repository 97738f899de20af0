/* One change merged onto a commit, as git cherry-pick would: the tree, or why not. */
#ifndef ORCH_PICK_H
#define ORCH_PICK_H

#include "commitd/commitd.h"
#include "commitd/walk.h"

struct pick {
	const char *onto, *onto_tree;	/* the commit it comes on */
	const char *base;		/* what it is a change of */
	const char *oid;		/* the changed commit */
	const struct commit *change;	/* the same, read */
};

/*
 * ERROR_CONFLICT: *conflict has paths, words and the tree with markers. *trivial becomes
 * false when Git has merged: only then may there be files that were in neither of the two.
 */
enum error	pick_tree(struct commitd *commitd, const struct pick *pick, char tree[OID_TEXT],
		    bool *trivial, struct conflict *conflict);

#endif
