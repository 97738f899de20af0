/*
 * What a task that runs waits for, in words: its agent, its own verify command, or that its
 * result is taken in. Nothing is changed here.
 */
#ifndef ORCH_WAITS_RUNNING_H
#define ORCH_WAITS_RUNNING_H

#include "supervisor/supervisor.h"

/* What of its attempt is at work; NULL: nothing that is known. The caller frees. */
char	*waits_at_work(struct supervisor *supervisor, const struct task *task);
/* Is its result not taken in: the project is not open, commitd is silent, or has refused it? */
bool	 waits_kept_back(struct supervisor *supervisor, const struct task *task);

#endif
