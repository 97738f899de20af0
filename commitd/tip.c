/* The tip of the branch and what is read from it: see tip.h. */
#include "commitd/tip.h"

#include <string.h>

#include "commitd/attributes.h"
#include "commitd/walk.h"

enum error
tip_move(struct commitd *commitd, const char *tip, struct buffer *why)
{
	struct commit commit;
	enum error error = commit_read(commitd->repository, tip, &commit);

	if (error == ERROR_NONE) {
		memmove(commitd->tip, tip, OID_TEXT);
		strcpy(commitd->tip_tree, commit.tree);
		attributes_follow(commitd);
	} else
		buffer_format(why, "the tip of branch '%s', %s, cannot be read", commitd->branch,
		    tip);
	commit_release(&commit);
	return error;
}
