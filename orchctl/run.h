/* orchctl run, from the spawn of its supervisor to the exit status. */
#ifndef ORCH_RUN_H
#define ORCH_RUN_H

#include "orchctl/context.h"
#include "tasks/task_spec.h"

/* What becomes of those of the tasks that an earlier run left. */
struct run_wishes {
	bool retry;		/* BLOCKED or CANCELLED: tried again */
	bool approve;		/* AWAITING_APPROVAL: yes */
	char **answers;		/* TASK=TEXT, to what their agents have asked; NULL: none */
};

/*
 * Starts orchd with these arguments, gives it the tasks, shows what happens
 * and brings the result into the checkout. Returns the exit status.
 */
int	run_tasks(struct context *context, char *const *arguments, const struct task_list *list,
	    const struct run_wishes *wishes);

#endif
