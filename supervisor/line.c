/* Which tickets are kept: see line.h. (pure) */
#include "line.h"

#include <stdlib.h>

#include "protocol/mem.h"

struct stack { size_t *nodes, count, room; };

/* How little can come of a task without a person; more is worse. */
enum doom { HOPE, BLOCKED, GIVEN_UP };

/* What the state of a task means for what depends on it. */
static unsigned char
ends(enum task_state state)
{
	return state == TASK_CANCELLED ? GIVEN_UP : state == TASK_BLOCKED ? BLOCKED : HOPE;
}

/* `doom`: of all that it depends on, the worst. */
static bool
keeps(const struct line_task *task, unsigned char doom)
{
	bool lost = doom == GIVEN_UP || (doom == BLOCKED && !task->hold);

	switch (task->state) {
	case TASK_LANDING: case TASK_VERIFYING: case TASK_COMPLETE:
		return true;
	case TASK_BLOCKED:
		return task->hold && !lost;
	case TASK_PENDING: case TASK_AWAITING_APPROVAL: case TASK_RUNNING:
		return task->plan && !lost;
	case TASK_CANCELLED: case TASK_STATES:
		break;
	}
	return false;
}

static void
look(const struct line *line, size_t node, unsigned char doom)
{
	struct line_task task = line->at(line->context, node);

	if (task.ticket != 0 && !keeps(&task, doom))
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

/* Marks all that depend on what is on the stack; one is looked at again when it is worse. */
static void
spread(const struct line *line, struct stack *stack, unsigned char *doom)
{
	size_t i;

	while (stack->count > 0) {
		size_t from = stack->nodes[--stack->count];
		struct line_task task = line->at(line->context, from);
		unsigned char worst = ends(task.state) > doom[from] ? ends(task.state) : doom[from];

		for (i = 0; i < task.dependent_count; i++) {
			size_t node = task.dependents[i];

			if (doom[node] >= worst || line->at(line->context, node).state == TASK_COMPLETE)
				continue;
			doom[node] = worst;
			push(stack, node);
		}
	}
}

void
line_sweep(const struct line *line, size_t from)
{
	size_t first = from == LINE_ALL ? 0 : from, last = from == LINE_ALL ? line->count : from + 1, node;
	struct stack stack = { 0 };
	unsigned char *doom;

	for (node = first; node < last; node++) {
		struct line_task task = line->at(line->context, node);

		if (ends(task.state) != HOPE && task.dependent_count > 0)
			push(&stack, node);
		look(line, node, HOPE);
	}
	/* In completion order what could be behind it has a ticket only when that holds the line. */
	if (stack.count > 0 && line->deep) {
		doom = mem_zero(line->count, 1);
		spread(line, &stack, doom);
		for (node = 0; node < line->count; node++)
			if (doom[node] != HOPE)
				look(line, node, doom[node]);
		free(doom);
	}
	free(stack.nodes);
}

/* What all that have ended mean for each, by node; for the caller to free. */
static unsigned char *
doom_of(const struct line *line, const size_t *ended, size_t count)
{
	unsigned char *doom = mem_zero(line->count, 1);
	struct stack stack = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		push(&stack, ended[i]);
	spread(line, &stack, doom);
	free(stack.nodes);
	return doom;
}

void
line_look(const struct line *line, const size_t *ended, size_t ended_count, const size_t *fresh,
    size_t fresh_count)
{
	unsigned char *doom = doom_of(line, ended, ended_count);
	size_t i;

	for (i = 0; i < fresh_count; i++)
		look(line, fresh[i], doom[fresh[i]]);
	free(doom);
}

/* Is it due a number that is no result's? */
static bool
shares(const struct line_task *task, unsigned char doom)
{
	return task->state != TASK_COMPLETE && !task_in_line(task->state) &&
	    (task->ticket != 0 || (task->state != TASK_BLOCKED && keeps(task, doom)));
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
collect(const struct line *line, const struct line_fill *fill, struct share *share)
{
	unsigned char *doom = doom_of(line, fill->ended, fill->ended_count);
	uint64_t floor = 0;
	size_t i;

	for (i = 0; i < fill->count; i++) {
		size_t node = fill->order[i];
		struct line_task task = line->at(line->context, node);

		if (task_in_line(task.state) && task.ticket > floor)
			floor = task.ticket;
		if (!shares(&task, doom[node]))
			continue;
		share->floor[share->count] = floor;
		share->nodes[share->count++] = node;
		if (task.ticket != 0)
			share->numbers[share->held++] = task.ticket;
	}
	qsort(share->numbers, share->held, sizeof(uint64_t), ascending);
	free(doom);
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
			fill->skip(fill->context, share->numbers[next++]);
		number = next < share->held ? share->numbers[next++] : ++last;
		if (line->at(line->context, node).ticket != number)
			fill->give(fill->context, node, number);
	}
}

void
line_fill(const struct line *line, const struct line_fill *fill)
{
	struct share share = { 0 };

	if (fill->count == 0)
		return;
	share.nodes = mem_zero(fill->count, sizeof(size_t));
	share.numbers = mem_zero(fill->count, sizeof(uint64_t));
	share.floor = mem_zero(fill->count, sizeof(uint64_t));
	collect(line, fill, &share);
	deal(line, fill, &share);
	free(share.floor);
	free(share.numbers);
	free(share.nodes);
}

bool
line_stands(const struct line *line, const size_t *open, size_t count)
{
	uint64_t first = UINT64_MAX, first_result = UINT64_MAX;
	size_t i;

	for (i = 0; i < count; i++) {
		struct line_task task = line->at(line->context, open[i]);

		if (task.ticket == 0)
			continue;
		if (task.ticket < first)
			first = task.ticket;
		if (task_in_line(task.state) && task.ticket < first_result)
			first_result = task.ticket;
	}
	return first < first_result && first_result != UINT64_MAX;
}
