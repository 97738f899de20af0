/* The project of this process: its repository, cloned or checked, and its line. */
#ifndef ORCH_PROJECT_H
#define ORCH_PROJECT_H

#include "commitd/commitd.h"

struct project {
	const char *upstream, *branch;
	enum method method;
	const char *author, *committer, *sign_key;	/* NULL: by default; nobody signs */
	bool sign_openpgp, trees;
	const char *credential_helper;	/* NULL: those of Git's configuration */
	const char *login;		/* USER[:PASSWORD] as a URL has it, or NULL */
	bool alone;			/* no workspace lives */
	bool again;			/* it was open for this supervisor before */
	size_t verify_slots;
	char *const *protect;	/* patterns, or NULL */
	bool ignore_case;	/* of these, and of scopes */
	char *const *locks;	/* paths: see locks.h; or NULL */
};

/*
 * After success commitd->repository is set. ERROR_INVALID: what was asked for
 * cannot be; words for a person in *why in every case of failure.
 */
enum error	project_open(struct commitd *commitd, const struct project *project,
		    struct buffer *why);
/* Shows the result upstream and closes; fine when nothing is open. */
void		project_close(struct commitd *commitd);

#endif
