/*
 * Git follows a file that the branch has renamed since, so that a merge can change what
 * the result did not: where its task may not write, or where a person is asked first.
 */
#ifndef ORCH_STRAY_H
#define ORCH_STRAY_H

#include "commitd/commitd.h"

/* A change of an agent's, all of it or one commit, and what Git made of it. */
struct stray_change {
	const char *base;		/* commit: what it is a change of */
	const char *change;		/* tree that it makes of it */
	const char *below, *merged;	/* trees: what it comes on, and with it */
};

/*
 * Looks at what the merged tree changes on the one below it. `files` is the scope, NULL:
 * anywhere. ERROR_CONFLICT when something of it strays, with paths and reason.
 */
enum error	stray_check(struct commitd *commitd, char *const *files,
		    const struct stray_change *change, struct conflict *conflict);

#endif
