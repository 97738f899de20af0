/*
 * Which tickets are kept: a line waits for every number that was drawn, so one of
 * which nothing can come any more without a person has to be void. Each project has
 * a line and rules of its own, and its tasks may depend on those of others. Pure;
 * tickets.c draws and voids.
 *
 *    in the line           kept: the receipt decides
 *    CANCELLED             void, and those of all that depend on it
 *    BLOCKED               the same; what is in a line with `hold` is kept
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
	bool plan, hold;		/* the rules of its line */
	uint64_t ticket;		/* 0: it has none */
	const size_t *dependents;	/* nodes */
	size_t dependent_count;
};

struct line {
	bool deep;			/* a line is in plan order, or held: others may lose theirs */
	size_t count;			/* of all tasks; nodes from 0 */
	struct line_task (*at)(void *context, size_t node);
	/* This one's ticket is not kept: it has none from here on. */
	void (*drop)(void *context, size_t node);
	void *context;
};

/* The state of `from` is new: its ticket and those of all that depend on it. LINE_ALL: all. */
void	line_sweep(const struct line *line, size_t from);
/*
 * These are new, and have tickets: those of which nothing can come have none from here on.
 * `ended`: all that are BLOCKED or CANCELLED, in any line.
 */
void	line_look(const struct line *line, const size_t *ended, size_t ended_count, const size_t *fresh,
	    size_t fresh_count);
/* Numbers for those in one line, in plan order, that are no results. */
struct line_fill {
	const size_t *order;	/* the plan: nodes; who has landed or is cancelled may be left out */
	size_t count;
	const size_t *ended;	/* in any line: nodes of all that are BLOCKED or CANCELLED */
	size_t ended_count;
	uint64_t last;		/* the highest number that was ever drawn */
	void (*give)(void *context, size_t node, uint64_t number);	/* it has another one */
	void (*skip)(void *context, uint64_t number);			/* nobody has it any more */
	void *context;
};
/*
 * Somebody has hope again: in plan order who lacks a ticket gets one, and all that are no
 * results share their numbers anew in the order of the plan. Without that the first of
 * the plan would be the last of the line, which waits for those that cannot start before
 * it. For the same reason none gets a number before that of a result that comes earlier
 * in the plan: it may need what that has a lease on.
 */
void	line_fill(const struct line *line, const struct line_fill *fill);
/*
 * Are there results in a line, and the first number of all is not of one? Then none can land.
 * `open`: those in it that are neither COMPLETE nor CANCELLED.
 */
bool	line_stands(const struct line *line, const size_t *open, size_t count);

#endif
