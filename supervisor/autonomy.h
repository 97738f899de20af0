/*
 * Is a person asked before a task starts, before its result lands? By the project's
 * level of autonomy, what the task says and what the result changes. Pure.
 */
#ifndef ORCH_AUTONOMY_H
#define ORCH_AUTONOMY_H

#include "supervisor/config.h"

/* The question in words, which the caller frees; NULL: nobody is asked. `approvals`: APPROVAL_*. */
char	*autonomy_start(enum autonomy level, unsigned approvals);
/* `protected`: those of the project's protected paths that the result changes, or NULL. */
char	*autonomy_land(enum autonomy level, unsigned approvals, char *const *protected);

#endif
