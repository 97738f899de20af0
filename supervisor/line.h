/*
 * Which tickets are kept: the line waits for every number that was drawn, so one of
 * which nothing can come any more without a person has to be void. Pure; tickets.c
 * draws and voids.
 *
 *    in the line           kept: the receipt decides
 *    CANCELLED             void, and those of all that depend on it
 *    BLOCKED               the same; with `hold` it is kept, and theirs as well
 *    any other             kept in plan order; in completion order a number belongs
 *                          to a result, and is void when that comes back
 *    COMPLETE              settled; nothing behind it is without hope for its sake
 */
#ifndef ORCH_LINE_H
#define ORCH_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "supervisor/task.h"

#define LINE_ALL	SIZE_MAX

struct line_task {
	enum task_state state;
	uint64_t ticket;		/* 0: it has none */
	const size_t *dependents;	/* nodes */
	size_t dependent_count;
};

struct line {
	bool plan, hold;
	size_t count;			/* of the tasks; nodes from 0 */
	struct line_task (*at)(void *context, size_t node);
	/* This one's ticket is not kept: it has none from here on. */
	void (*drop)(void *context, size_t node);
	void *context;
};

/* The state of `from` is new: its ticket and those of all that depend on it. LINE_ALL: all. */
void	line_sweep(const struct line *line, size_t from);
/* Numbers for those that are no results. */
struct line_fill {
	const size_t *order;	/* the plan: nodes */
	uint64_t last;		/* the highest number that was ever drawn */
	void (*give)(void *context, size_t node, uint64_t number);	/* it has another one */
	void (*skip)(void *context, uint64_t number);			/* nobody has it any more */
};
/*
 * Somebody has hope again: in plan order who lacks a ticket gets one, and all that are no
 * results share their numbers anew in the order of the plan. Without that the first of
 * the plan would be the last of the line, which waits for those that cannot start before
 * it. For the same reason none gets a number before that of a result that comes earlier
 * in the plan: it may need what that has a lease on.
 */
void	line_fill(const struct line *line, const struct line_fill *fill);
/* Are there results in the line, and the first number of all is not of one? Then none can land. */
bool	line_stands(const struct line *line);

#endif
