/*
 * The tasks of a project, those of an agent, and those in several sets: a list of some of them
 * looks at no others.
 */
#ifndef ORCH_KINDS_H
#define ORCH_KINDS_H

#include "supervisor/supervisor.h"

/* The tasks that an agent runs. */
struct kinds_agent {
	const char *name;		/* a task's or the configuration's */
	struct node_set nodes;		/* but for those that have commands of their own */
};

/* A task is new; the agent is its own or its project's, NULL: none. */
void			 kinds_add(struct supervisor *supervisor, const struct task *task, const char *agent);
void			 kinds_release(struct supervisor *supervisor);
/* NULL: no task has named it. */
const struct node_set	*kinds_of_agent(const struct supervisor *supervisor, const char *agent);
/* The lowest that is in all of these and not lower than `from`; without sets, `from`. */
size_t			 kinds_next(const struct node_set *const *sets, size_t count, size_t from);

#endif
