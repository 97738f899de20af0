/*
 * Decides whether the dependencies of a list of tasks make sense: all of them
 * exist and none leads back to itself. Walks without recursion, so that no
 * chain is too long. Never orders anything: that is schedule.h.
 */
#include "tasks/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "tasks/name_table.h"

#define CYCLES_MAX	10	/* told; more are likely the same mistake */
#define CYCLE_NAMES_MAX	24	/* spelled out; of a longer one both ends */

enum colour { WHITE, GREY, BLACK };

struct walk {
	const struct task_list *list;
	struct problems *problems;
	size_t *first;		/* of task i: targets[first[i]] .. targets[first[i + 1] - 1] */
	size_t *target;
	size_t *next;		/* of task i: the next edge to walk */
	size_t *path;		/* tasks from the root to here */
	size_t depth;
	unsigned char *colour;
	unsigned found;		/* problems */
	unsigned cycles;
};

/* At the entry of depends_on that is called `other`. */
static void
say(struct walk *walk, size_t task, const char *other, const char *text, const char *detail)
{
	const struct task_spec *spec = &walk->list->tasks[task];
	struct task_place place = { spec->line, spec->column };
	size_t i;

	for (i = 0; spec->depends_at != NULL && spec->depends_on[i] != NULL; i++)
		if (strcmp(spec->depends_on[i], other) == 0) {
			place = spec->depends_at[i];
			break;
		}
	/* A task that came without a file has no place to name. */
	if (place.line == 0)
		problems_add(walk->problems, "task '%s': depends_on: %s%s", spec->id, text, detail);
	else
		problems_add(walk->problems, "%s:%u:%u: task '%s': depends_on: %s%s",
		    spec->file, place.line, place.column, spec->id, text, detail);
	walk->found++;
}

/* Names to indexes; what is not in the list is looked up outside and left out. */
static void
read_edges(struct walk *walk, bool (*known)(void *, const char *), void *context)
{
	const struct task_list *list = walk->list;
	struct name_table names;
	size_t i, k, target, edges = 0;

	name_table_init(&names);
	for (i = 0; i < list->count; i++) {
		name_table_add(&names, list->tasks[i].id, i);
		edges += strs_count(list->tasks[i].depends_on);
	}
	walk->target = mem_zero(edges, sizeof(*walk->target));
	for (edges = 0, i = 0; i < list->count; i++) {
		char **depends_on = list->tasks[i].depends_on;

		walk->first[i] = edges;
		for (k = 0; depends_on != NULL && depends_on[k] != NULL; k++)
			if (name_table_find(&names, depends_on[k], &target)) {
				if (target == i)
					say(walk, i, depends_on[k], "it waits for itself", "");
				else
					walk->target[edges++] = target;
			} else if (known == NULL || !known(context, depends_on[k]))
				say(walk, i, depends_on[k], "no such task: ", depends_on[k]);
	}
	walk->first[list->count] = edges;
	name_table_release(&names);
}

static void
say_cycle(struct walk *walk, size_t start)
{
	size_t total = walk->depth - start, i, len = 0, size;
	size_t end = CYCLE_NAMES_MAX / 2;
	const char *id;
	char *text;

	size = (CYCLE_NAMES_MAX + 2) * (TASK_ID_MAX + 4) + 64;
	for (i = start; i < walk->depth; i++)
		if (i - start < end || walk->depth - i <= end)
			size += strlen(walk->list->tasks[walk->path[i]].id);
	size += strlen(walk->list->tasks[walk->path[start]].id);
	text = mem_zero(size, 1);
	for (i = 0; i < total; i++) {
		if (total > CYCLE_NAMES_MAX && i == end) {
			len += (size_t)snprintf(text + len, size - len,
			    "(%zu more) -> ", total - 2 * end);
			i = total - end;
		}
		id = walk->list->tasks[walk->path[start + i]].id;
		len += (size_t)snprintf(text + len, size - len, "%s -> ", id);
	}
	snprintf(text + len, size - len, "%s",
	    walk->list->tasks[walk->path[start]].id);
	/* The path goes on to the next task, or back from the last to the first. */
	id = walk->list->tasks[walk->path[total > 1 ? start + 1 : start]].id;
	say(walk, walk->path[start], id, "a cycle: ", text);
	walk->cycles++;
	free(text);
}

static void
enter(struct walk *walk, size_t task)
{
	walk->colour[task] = GREY;
	walk->next[task] = walk->first[task];
	walk->path[walk->depth++] = task;
}

/* Depth first from one task; an edge to a task on the path closes a cycle. */
static void
walk_from(struct walk *walk, size_t root)
{
	size_t task, target, start;

	enter(walk, root);
	while (walk->depth > 0 && walk->cycles < CYCLES_MAX) {
		task = walk->path[walk->depth - 1];
		if (walk->next[task] == walk->first[task + 1]) {
			walk->colour[task] = BLACK;
			walk->depth--;
			continue;
		}
		target = walk->target[walk->next[task]++];
		if (walk->colour[target] == WHITE)
			enter(walk, target);
		else if (walk->colour[target] == GREY) {
			start = walk->depth - 1;
			while (walk->path[start] != target)
				start--;
			say_cycle(walk, start);
		}
	}
}

int
graph_check(const struct task_list *list, bool (*known)(void *context, const char *id),
    void *context, struct problems *problems)
{
	struct walk walk = { .list = list, .problems = problems };
	size_t i;

	walk.first = mem_zero(list->count + 1, sizeof(*walk.first));
	walk.next = mem_zero(list->count, sizeof(*walk.next));
	walk.path = mem_zero(list->count, sizeof(*walk.path));
	walk.colour = mem_zero(list->count, 1);
	read_edges(&walk, known, context);
	for (i = 0; i < list->count && walk.cycles < CYCLES_MAX; i++)
		if (walk.colour[i] == WHITE)
			walk_from(&walk, i);
	free(walk.first);
	free(walk.target);
	free(walk.next);
	free(walk.path);
	free(walk.colour);
	return walk.found == 0 ? 0 : -1;
}
