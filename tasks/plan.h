/*
 * What would happen: waves, a predicted schedule and how good it could be at
 * best, from estimates alone. Made by the same scheduler that runs the tasks.
 */
#ifndef ORCH_PLAN_H
#define ORCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tasks/task_spec.h"

struct plan_rules {
	unsigned slots;		/* 0 counts as 1 */
	bool plan_order;	/* results land in number order */
	bool waves;		/* barriers between waves */
};

struct plan_entry {
	size_t task;		/* index in the list */
	unsigned slot;		/* from 0 */
	uint64_t start, end;	/* seconds from the beginning */
};

struct plan_wave {
	size_t *tasks;		/* indexes in the list, in plan order */
	size_t count;
};

struct plan {
	unsigned slots;
	struct plan_wave *waves;
	size_t wave_count;
	struct plan_entry *schedule;	/* by start, then slot */
	size_t schedule_count;
	size_t *unscheduled;	/* part of a cycle, or waiting for one or for an unknown task */
	size_t unscheduled_count;
	uint64_t makespan;	/* seconds */
	uint64_t lower_bound;	/* no schedule is shorter: seconds */
	bool waves_kept;	/* there are barriers between waves */
	uint64_t otherwise;	/* makespan without waves if this has them, with them if not */
};

/* Plans a list of tasks; the list is not kept. */
struct plan	*plan_new(const struct task_list *list, const struct plan_rules *rules);
/* NULL is fine. */
void	 plan_free(struct plan *plan);

#endif
