/*
 * A result that cannot be merged: what is kept of Git's merge for the attempt that
 * finishes it, and whether that attempt did. The commit at refs/orch/conflicts/TASK
 * has the tree with the markers, the tip it was merged onto as its parent, and in
 * its message the files that have markers. It goes when the task lands.
 */
#ifndef ORCH_CONFLICT_H
#define ORCH_CONFLICT_H

#include "commitd/commitd.h"

#define CONFLICT_REF	"refs/orch/conflicts/"

/*
 * Keeps the merge of a result onto `tip`, durable when this returns, and fills
 * `commit` and `with` of its conflict. What is told of paths and reason afterwards is text that may be sent.
 */
enum error	conflict_keep(struct commitd *commitd, struct result *result, const char *tip);
/*
 * Is there a file in this result of a task, made on `base`, that still is as the
 * conflict left it, or has one of its markers? ERROR_CONFLICT with words.
 */
enum error	conflict_left(struct commitd *commitd, const char *task, const char *base,
		    const char *commit, struct buffer *why);
/* The task has landed. */
void		conflict_forget(struct commitd *commitd, const char *task);
void		conflict_release(struct conflict *conflict);

#endif
