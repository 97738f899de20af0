/*
 * Decides what a dependency and the end of a task, good or bad, mean for those
 * that depend on it: ready, or doomed until somebody revives what failed. Walks without
 * recursion.
 */
#include <stdlib.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "tasks/schedule_state.h"

struct worklist {
	size_t *items;
	size_t count, capacity;
};

static void
later(struct worklist *list, size_t node)
{
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 32 : list->capacity * 2;
		list->items = mem_resize(list->items, list->capacity,
		    sizeof(*list->items));
	}
	list->items[list->count++] = node;
}

/* `node` has become hopeless, or is so no more: all behind it follow. */
static void
spread(struct schedule *s, size_t node, bool doomed)
{
	struct worklist list = { 0 };
	struct schedule_node *dependant;
	size_t edge;
	bool was_live, was_bad;

	later(&list, node);
	while (list.count > 0) {
		node = list.items[--list.count];
		for (edge = s->nodes[node].first_dependant; edge != NONE;
		    edge = s->edges[edge].next_dependant) {
			dependant = &s->nodes[s->edges[edge].dependant];
			was_live = schedule_live(dependant);
			was_bad = schedule_bad(dependant);
			if (doomed)
				dependant->doomed++;
			else
				dependant->doomed--;
			schedule_recount(s, s->edges[edge].dependant, was_live);
			if (was_bad != schedule_bad(dependant))
				later(&list, s->edges[edge].dependant);
		}
	}
	free(list.items);
}

void
schedule_depend(struct schedule *s, size_t node, size_t dependency)
{
	bool was_bad = schedule_bad(&s->nodes[node]);
	struct schedule_edge *edge;

	if (s->nodes[node].state != NODE_NEW || node < s->prepared)
		fatalx("schedule: task %zu is given a dependency too late", node);
	if (s->edge_count == s->edge_capacity) {
		s->edge_capacity = s->edge_capacity == 0 ? 64 : s->edge_capacity * 2;
		s->edges = mem_resize(s->edges, s->edge_capacity, sizeof(*s->edges));
	}
	edge = &s->edges[s->edge_count];
	edge->dependency = dependency;
	edge->dependant = node;
	edge->next_dependency = s->nodes[node].first_dependency;
	edge->next_dependant = s->nodes[dependency].first_dependant;
	s->nodes[node].first_dependency = s->edge_count;
	s->nodes[dependency].first_dependant = s->edge_count++;
	if (s->nodes[dependency].state != NODE_COMPLETE)
		s->nodes[node].unsatisfied++;
	if (schedule_bad(&s->nodes[dependency]))
		s->nodes[node].doomed++;
	/* Those that were named before as waiting for it. */
	if (!was_bad && schedule_bad(&s->nodes[node]))
		spread(s, node, true);
}

/* The task is out of every queue and holds nothing from here on. */
static void
finish(struct schedule *s, size_t index, enum node_state state)
{
	struct schedule_node *node = &s->nodes[index];
	bool was_live = schedule_live(node);

	schedule_withdraw(s, index);
	node->state = state;
	schedule_share_count(s, index);
	schedule_recount(s, index, was_live);
	schedule_give_back(s, index);
}

void
schedule_complete(struct schedule *s, size_t index)
{
	struct schedule_node *dependant;
	size_t edge;
	bool was_bad;

	if (s->nodes[index].state == NODE_COMPLETE ||
	    s->nodes[index].state == NODE_NEW)
		fatalx("schedule: task %zu cannot be completed", index);
	if (s->nodes[index].state == NODE_FAILED)
		schedule_revive(s, index);
	was_bad = schedule_bad(&s->nodes[index]);
	finish(s, index, NODE_COMPLETE);
	if (was_bad)
		spread(s, index, false);
	for (edge = s->nodes[index].first_dependant; edge != NONE;
	    edge = s->edges[edge].next_dependant) {
		dependant = &s->nodes[s->edges[edge].dependant];
		if (--dependant->unsatisfied == 0 &&
		    dependant->state == NODE_WAITING)
			schedule_settle(s, s->edges[edge].dependant);
	}
}

void
schedule_fail(struct schedule *s, size_t index)
{
	bool was_bad = schedule_bad(&s->nodes[index]);

	if (s->nodes[index].state == NODE_COMPLETE ||
	    s->nodes[index].state == NODE_NEW)
		fatalx("schedule: task %zu cannot fail", index);
	if (s->nodes[index].state == NODE_FAILED)
		return;
	finish(s, index, NODE_FAILED);
	if (!was_bad)
		spread(s, index, true);
}

void
schedule_revive(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->state != NODE_FAILED)
		fatalx("schedule: task %zu has not failed", index);
	node->not_before = 0;
	node->state = NODE_WAITING;
	schedule_recount(s, index, false);
	schedule_settle(s, index);
	if (node->doomed == 0)
		spread(s, index, false);
}
