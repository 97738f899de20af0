/*
 * Is a person asked before a task starts, before its result lands? By the project's
 * level of autonomy, what the task says and what the result changes. Pure.
 */
#ifndef ORCH_AUTONOMY_H
#define ORCH_AUTONOMY_H

#include "supervisor/config.h"

/* Where a task comes from: a person, an agent, or an agent on one that an agent had found. */
enum autonomy_origin { AUTONOMY_GIVEN, AUTONOMY_FOUND, AUTONOMY_FOUND_BY_FOUND };

/*
 * The question in words, which the caller frees; NULL: nobody is asked. `approvals`:
 * APPROVAL_*. What an agent has found starts by itself with L3 alone, and so that they do
 * not breed, what comes of that not even then.
 */
char	*autonomy_start(enum autonomy level, unsigned approvals, enum autonomy_origin origin);
/* What a result changes that a person may have to be asked about; each a list, or NULL. */
struct concerns {
	char *const *protected;		/* of the project's protected paths */
	char *const *outside;		/* patterns of those outside the task's scope */
};

char	*autonomy_land(enum autonomy level, unsigned approvals, const struct concerns *concerns);

#endif
