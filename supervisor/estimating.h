/*
 * How long tasks that say nothing of it are going to take: the schedule is told what
 * their likes took (tasks/estimate.h), and is told again when that has changed much.
 * Their likes are the attempts that ended well of the same agent in the same project;
 * all tasks with commands of their own are alike.
 */
#ifndef ORCH_ESTIMATING_H
#define ORCH_ESTIMATING_H

#include "supervisor/supervisor.h"

/* From the attempts that the database knows, the last ones: before tasks are settled. */
void	 estimating_load(struct supervisor *supervisor);
void	 estimating_release(struct supervisor *supervisor);
/* Tasks from node `first` on are new: before they are connected. */
void	 estimating_added(struct supervisor *supervisor, size_t first);
/* An attempt of the task has ended well and took so long. */
void	 estimating_ended(struct supervisor *supervisor, const struct task *task, double seconds);
/* "learned from 7 attempts ...": where the estimate of a task comes from; the caller frees. */
char	*estimating_words(const struct supervisor *supervisor, const struct task *task);

#endif
