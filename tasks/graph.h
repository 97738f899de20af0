/*
 * What is wrong with the dependencies of a list of tasks: names nobody has,
 * tasks that wait for themselves, cycles. Time and memory are linear in tasks
 * and dependencies, at any depth.
 */
#ifndef ORCH_GRAPH_H
#define ORCH_GRAPH_H

#include <stdbool.h>

#include "protocol/problem.h"
#include "tasks/task_spec.h"

/*
 * Adds a problem for every unknown dependency, every self dependency and the
 * first cycles found, each spelled out ("a -> b -> c -> a": a waits for b).
 * `known` says whether a task outside the list exists and may be NULL. Returns 0,
 * or -1 when there were problems.
 */
int	graph_check(const struct task_list *list,
	    bool (*known)(void *context, const char *id), void *context,
	    struct problems *problems);

#endif
