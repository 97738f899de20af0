/*
 * What a task waits for, in words: gates above the schedule (modes, budgets, usage limits,
 * room on the machine), then what the schedule says. Nothing is changed here.
 */
#ifndef ORCH_WAITS_H
#define ORCH_WAITS_H

#include "supervisor/supervisor.h"

/* NULL: for nothing, or for what its state says. The caller frees. */
char	*waits_words(struct supervisor *supervisor, const struct task *task);
/* Adds that to a row, in the arena, where it is more than its turn. */
void	waits_add(struct supervisor *supervisor, const struct task *task, struct record_task_row *row,
	    struct arena *arena);

#endif
