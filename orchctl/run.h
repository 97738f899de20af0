/* orchctl run, from the spawn of its supervisor to the exit status. */
#ifndef ORCH_RUN_H
#define ORCH_RUN_H

#include "orchctl/context.h"
#include "tasks/task_spec.h"

/*
 * Starts orchd with these arguments, gives it the tasks, shows what happens
 * and brings the result into the checkout. With `retry` those that an earlier
 * run left BLOCKED or CANCELLED are tried again. Returns the exit status.
 */
int	run_tasks(struct context *context, char *const *arguments, const struct task_list *list,
	    bool retry);

#endif
