/* Opens a project: clones or checks the repository and finds out what has landed. */
#ifndef ORCH_RECOVER_H
#define ORCH_RECOVER_H

#include "commitd/commitd.h"

struct project {
	const char *upstream, *branch;
	enum method method;
	const char *author, *committer, *sign_key;	/* NULL: by default; nobody signs */
	bool sign_openpgp, trees;
	bool alone;			/* no workspace lives */
	size_t verify_slots;
	char *const *protect;	/* patterns, or NULL */
};

/*
 * After success commitd->repository is set. ERROR_INVALID: what was asked for
 * cannot be; words for a person in *why in every case of failure.
 */
enum error	project_open(struct commitd *commitd, const struct project *project,
		    struct buffer *why);
/* Shows the result upstream and closes; fine when nothing is open. */
void		project_close(struct commitd *commitd);
/* The branch is at this commit now, ours or another's: reads its tree and attributes. */
enum error	project_moved(struct commitd *commitd, const char *tip, struct buffer *why);
/* Is there one among the commits of `to` that are not in `from` that this line has written? */
enum error	project_landed(struct commitd *commitd, const char *from, const char *to,
		    bool *any);

#endif
