/* Which tickets are kept: see line.h. (pure) */
#include "line.h"

#include <stdlib.h>

#include "protocol/mem.h"

struct stack { size_t *nodes, count, room; };

/* Nothing can come of what depends on it, and the line may not wait for that. */
static bool
ends(const struct line *line, enum task_state state)
{
	return state == TASK_CANCELLED || (state == TASK_BLOCKED && !line->hold);
}

/* `doomed`: something that it depends on has ended so. */
static bool
keeps(const struct line *line, enum task_state state, bool doomed)
{
	switch (state) {
	case TASK_LANDING: case TASK_VERIFYING: case TASK_COMPLETE:
		return true;
	case TASK_BLOCKED:
		return line->hold && !doomed;
	case TASK_PENDING: case TASK_AWAITING_APPROVAL: case TASK_RUNNING:
		return line->plan && !doomed;
	case TASK_CANCELLED: case TASK_STATES:
		break;
	}
	return false;
}

static void
look(const struct line *line, size_t node, bool doomed)
{
	struct line_task task = line->at(line->context, node);

	if (task.ticket != 0 && !keeps(line, task.state, doomed))
		line->drop(line->context, node);
}

static void
push(struct stack *stack, size_t node)
{
	if (stack->count == stack->room) {
		stack->room = stack->room == 0 ? 32 : 2 * stack->room;
		stack->nodes = mem_resize(stack->nodes, stack->room, sizeof(size_t));
	}
	stack->nodes[stack->count++] = node;
}

/* Marks all that depend on what is on the stack. */
static void
spread(const struct line *line, struct stack *stack, bool *doomed)
{
	size_t i;

	while (stack->count > 0) {
		struct line_task task = line->at(line->context, stack->nodes[--stack->count]);

		for (i = 0; i < task.dependent_count; i++) {
			size_t node = task.dependents[i];

			if (doomed[node] || line->at(line->context, node).state == TASK_COMPLETE)
				continue;
			doomed[node] = true;
			push(stack, node);
		}
	}
}

void
line_sweep(const struct line *line, size_t from)
{
	size_t first = from == LINE_ALL ? 0 : from, last = from == LINE_ALL ? line->count : from + 1, node;
	struct stack stack = { 0 };
	bool *doomed;

	for (node = first; node < last; node++) {
		struct line_task task = line->at(line->context, node);

		if (ends(line, task.state) && task.dependent_count > 0)
			push(&stack, node);
		look(line, node, false);
	}
	/* In completion order what could be behind it has a ticket only when that holds the line. */
	if (stack.count > 0 && (line->plan || line->hold)) {
		doomed = mem_zero(line->count, sizeof(*doomed));
		spread(line, &stack, doomed);
		for (node = 0; node < line->count; node++)
			if (doomed[node])
				look(line, node, true);
		free(doomed);
	}
	free(stack.nodes);
}

/* Is it due a number that is no result's? */
static bool
shares(const struct line *line, const struct line_task *task, bool doomed)
{
	return task->state != TASK_COMPLETE && !task_in_line(task->state) &&
	    (task->ticket != 0 || (task->state != TASK_BLOCKED && keeps(line, task->state, doomed)));
}

static int
ascending(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

struct share { size_t *nodes, count; uint64_t *numbers; size_t held; uint64_t *floor; };

/* Who shares, in the order of the plan, and the numbers that they have, ascending. */
static void
collect(const struct line *line, const size_t *order, struct share *share)
{
	bool *doomed = mem_zero(line->count, sizeof(*doomed));
	struct stack stack = { 0 };
	uint64_t floor = 0;
	size_t i;

	for (i = 0; i < line->count; i++)
		if (ends(line, line->at(line->context, i).state))
			push(&stack, i);
	spread(line, &stack, doomed);
	for (i = 0; i < line->count; i++) {
		struct line_task task = line->at(line->context, order[i]);

		if (task_in_line(task.state) && task.ticket > floor)
			floor = task.ticket;
		if (!shares(line, &task, doomed[order[i]]))
			continue;
		share->floor[share->count] = floor;
		share->nodes[share->count++] = order[i];
		if (task.ticket != 0)
			share->numbers[share->held++] = task.ticket;
	}
	qsort(share->numbers, share->held, sizeof(uint64_t), ascending);
	free(stack.nodes);
	free(doomed);
}

/* The lowest number for each, in turn. */
static void
deal(const struct line *line, const struct line_fill *fill, const struct share *share)
{
	uint64_t last = fill->last, number;
	size_t next = 0, i;

	for (i = 0; i < share->count; i++) {
		size_t node = share->nodes[i];

		while (next < share->held && share->numbers[next] < share->floor[i])
			fill->skip(line->context, share->numbers[next++]);
		number = next < share->held ? share->numbers[next++] : ++last;
		if (line->at(line->context, node).ticket != number)
			fill->give(line->context, node, number);
	}
}

void
line_fill(const struct line *line, const struct line_fill *fill)
{
	struct share share = { 0 };

	if (!line->plan || line->count == 0)
		return;
	share.nodes = mem_zero(line->count, sizeof(size_t));
	share.numbers = mem_zero(line->count, sizeof(uint64_t));
	share.floor = mem_zero(line->count, sizeof(uint64_t));
	collect(line, fill->order, &share);
	deal(line, fill, &share);
	free(share.floor);
	free(share.numbers);
	free(share.nodes);
}

bool
line_stands(const struct line *line)
{
	uint64_t first = UINT64_MAX, first_result = UINT64_MAX;
	size_t node;

	for (node = 0; node < line->count; node++) {
		struct line_task task = line->at(line->context, node);

		if (task.ticket == 0 || task.state == TASK_COMPLETE)
			continue;
		if (task.ticket < first)
			first = task.ticket;
		if (task_in_line(task.state) && task.ticket < first_result)
			first_result = task.ticket;
	}
	return first < first_result && first_result != UINT64_MAX;
}
