/*
 * What is left behind: cgroups, mounts, processes, folders and sockets of slots that nobody
 * uses. What belongs to a slot with a worker at work, to an attempt that is open, or to one
 * whose work could not be collected, is none of it.
 */
#ifndef ORCH_LEAKS_H
#define ORCH_LEAKS_H

#include "supervisor/supervisor.h"

/*
 * A line for each, of HOMEs those of tasks that were complete or cancelled by `until`. The
 * caller frees the list.
 */
char	**leaks_list(struct supervisor *supervisor, double until);
/*
 * Calls for the HOME of each task that was complete or cancelled by `until`, there or not:
 * one that is blocked may be tried again. How often that said true.
 */
size_t	  leaks_each_home(struct supervisor *supervisor, double until,
	    bool (*call)(void *context, const char *path), void *context);
/* Removes them, but for HOMEs, which prune.h does; how many have gone. */
size_t	  leaks_remove(struct supervisor *supervisor);

#endif
