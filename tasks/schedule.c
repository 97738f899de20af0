/*
 * Decides in which state each task is and what an event changes: who is ready,
 * who holds a lease, what is doomed. Which of the ready ones starts is decided
 * in schedule_ready.c (completion order) and schedule_line.c (plan order).
 */
#include "tasks/schedule.h"

#include <stdlib.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "tasks/schedule_state.h"

static bool
delay_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;

	if (s->nodes[a].not_before != s->nodes[b].not_before)
		return s->nodes[a].not_before < s->nodes[b].not_before;
	return a < b;
}

static bool
wave_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;

	if (s->nodes[a].wave != s->nodes[b].wave)
		return s->nodes[a].wave < s->nodes[b].wave;
	return a < b;
}

static size_t *
node_place(void *context, size_t node)
{
	struct schedule *s = context;

	return &s->nodes[node].place;
}

static const struct heap_kind by_delay = { delay_before, node_place };
static const struct heap_kind by_wave = { wave_before, node_place };

struct schedule *
schedule_new(const struct schedule_rules *rules)
{
	struct schedule *s = mem_zero(1, sizeof(*s));

	s->rules = *rules;
	s->lowest = 1;
	s->first_marked = s->last_marked = NONE;
	name_table_init(&s->class_names);
	return s;
}

void
schedule_free(struct schedule *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->class_count; i++)
		heap_release(&s->classes[i].waiting);
	heap_release(&s->ready);
	heap_release(&s->unbarred);
	heap_release(&s->delayed);
	heap_release(&s->beyond);
	name_table_release(&s->class_names);
	free(s->nodes);
	free(s->edges);
	free(s->by_number);
	free(s->wave_live);
	free(s->classes);
	free(s->leases);
	free(s->reservations);
	free(s);
}

void
schedule_set_slots(struct schedule *s, unsigned slots)
{
	s->rules.slots = slots;
}

size_t
schedule_add(struct schedule *s, const struct schedule_task *task)
{
	struct schedule_node *node;

	if (s->count == s->capacity) {
		s->capacity = s->capacity == 0 ? 64 : s->capacity * 2;
		s->nodes = mem_resize(s->nodes, s->capacity, sizeof(*s->nodes));
	}
	node = &s->nodes[s->count];
	*node = (struct schedule_node){
		.priority = task->priority,
		.estimate = task->estimate_seconds == 0 ?
		    SCHEDULE_ESTIMATE_DEFAULT : task->estimate_seconds,
		.class = NONE, .first_dependency = NONE, .first_dependant = NONE,
		.raise_place = NONE, .older = NONE, .newer = NONE, .parked = NONE,
		.lease_at = NONE, .blocker = NONE
	};
	if (task->scope != NULL && !scope_anywhere(task->scope)) {
		node->scope = task->scope;
		node->class = schedule_ready_class(s, task->scope);
	}
	return s->count++;
}

void
schedule_depend(struct schedule *s, size_t node, size_t dependency)
{
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
}

void
schedule_recount(struct schedule *s, size_t index, bool was_live)
{
	const struct schedule_node *node = &s->nodes[index];

	if (schedule_live(node) == was_live)
		return;
	if (was_live) {
		s->wave_live[node->wave]--;
		return;
	}
	s->wave_live[node->wave]++;
	if (node->number < s->lowest)
		s->lowest = node->number;
	if (node->wave < s->wave)
		s->wave = node->wave;
}

void
schedule_settle(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->unsatisfied > 0)
		node->state = NODE_WAITING;
	else if (node->held)
		node->state = NODE_HELD;
	else if (node->not_before > s->now) {
		node->state = NODE_DELAYED;
		heap_push(&s->delayed, &by_delay, s, index);
	} else if (schedule_beyond(s, index)) {
		node->state = NODE_BEYOND;
		heap_push(&s->beyond, &by_wave, s, index);
	} else {
		node->state = NODE_READY;
		schedule_ready_insert(s, index);
	}
}

void
schedule_withdraw(struct schedule *s, size_t index)
{
	switch (s->nodes[index].state) {
	case NODE_DELAYED:
		heap_remove(&s->delayed, &by_delay, s, index);
		break;
	case NODE_BEYOND:
		heap_remove(&s->beyond, &by_wave, s, index);
		break;
	case NODE_READY:
		schedule_ready_remove(s, index);
		break;
	default:
		break;
	}
}

static void
take_lease(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->scope == NULL || node->lease_at != NONE)
		return;
	if (s->lease_count == s->lease_capacity) {
		s->lease_capacity = s->lease_capacity == 0 ? 16 : s->lease_capacity * 2;
		s->leases = mem_resize(s->leases, s->lease_capacity,
		    sizeof(*s->leases));
	}
	node->lease_at = s->lease_count;
	s->leases[s->lease_count++] = index;
}

void
schedule_give_back(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	size_t last;

	node->started = node->lands = false;
	if (node->lease_at == NONE)
		return;
	last = s->leases[--s->lease_count];
	s->leases[node->lease_at] = last;
	s->nodes[last].lease_at = node->lease_at;
	node->lease_at = NONE;
	schedule_ready_released(s, index);
}

void
schedule_start(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->state == NODE_NEW || node->state >= NODE_RUNNING)
		fatalx("schedule: task %zu cannot start in state %d", index,
		    (int)node->state);
	schedule_withdraw(s, index);
	node->state = NODE_RUNNING;
	node->started = true;
	node->blocker = NONE;
	s->starts++;
	take_lease(s, index);
}

/* Lets time and finished waves through: what they kept back is settled again. */
static void
catch_up(struct schedule *s)
{
	size_t node;

	while (s->lowest <= s->numbered &&
	    !schedule_live(&s->nodes[s->by_number[s->lowest]]))
		s->lowest++;
	while (s->wave < s->wave_count && s->wave_live[s->wave] == 0)
		s->wave++;
	while (s->delayed.count > 0) {
		node = heap_first(&s->delayed);
		if (s->nodes[node].not_before > s->now)
			break;
		heap_remove(&s->delayed, &by_delay, s, node);
		schedule_settle(s, node);
	}
	while (s->beyond.count > 0) {
		node = heap_first(&s->beyond);
		if (s->nodes[node].wave > s->wave)
			break;
		heap_remove(&s->beyond, &by_wave, s, node);
		schedule_settle(s, node);
	}
}

/* Was it picked though its wave has not come? The wave was there and came back. */
static bool
put_beyond(struct schedule *s, size_t node)
{
	if (!schedule_beyond(s, node))
		return false;
	schedule_withdraw(s, node);
	schedule_settle(s, node);
	return true;
}

bool
schedule_next(struct schedule *s, uint64_t now_ms, size_t *node)
{
	if (now_ms > s->now)
		s->now = now_ms;
	catch_up(s);
	do
		*node = s->rules.plan_order ? schedule_line_pick(s) : schedule_ready_pick(s);
	while (*node != NONE && put_beyond(s, *node));
	if (*node == NONE)
		return false;
	schedule_start(s, *node);
	return true;
}

size_t
schedule_lowest(struct schedule *s)
{
	catch_up(s);
	return s->lowest;
}

void
schedule_requeue(struct schedule *s, size_t node, uint64_t not_before_ms)
{
	if (s->nodes[node].state != NODE_RUNNING)
		fatalx("schedule: task %zu is not running", node);
	s->nodes[node].lands = false;
	s->nodes[node].not_before = not_before_ms;
	schedule_settle(s, node);
}

void
schedule_put_off(struct schedule *s, size_t node, uint64_t not_before_ms)
{
	if (s->nodes[node].state == NODE_RUNNING && !s->rules.plan_order)
		schedule_give_back(s, node);
	schedule_requeue(s, node, not_before_ms);
}

void
schedule_not_before(struct schedule *s, size_t node, uint64_t not_before_ms)
{
	if (s->nodes[node].state == NODE_NEW || s->nodes[node].state >= NODE_RUNNING)
		fatalx("schedule: task %zu does not wait", node);
	schedule_withdraw(s, node);
	s->nodes[node].not_before = not_before_ms;
	schedule_settle(s, node);
}

void
schedule_hold(struct schedule *s, size_t index, bool hold)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->held == hold)
		return;
	node->held = hold;
	if (node->state == NODE_NEW || node->state >= NODE_RUNNING)
		return;
	schedule_withdraw(s, index);
	schedule_settle(s, index);
}

void
schedule_waits_to_land(struct schedule *s, size_t node, bool waits)
{
	s->nodes[node].lands = waits;
}

bool
schedule_rescope(struct schedule *s, size_t index, const struct scope *scope)
{
	struct schedule_node *node = &s->nodes[index];
	bool queued = node->state != NODE_NEW && node->state < NODE_RUNNING;
	bool lands = node->lands;
	size_t i, other;

	if (scope != NULL && scope_anywhere(scope))
		scope = NULL;
	for (i = 0; node->started && scope != NULL && i < s->lease_count; i++) {
		other = s->leases[i];
		if (other != index && scope_overlap(scope, s->nodes[other].scope))
			return false;
	}
	if (queued)
		schedule_withdraw(s, index);
	if (node->started) {
		schedule_give_back(s, index);
		node->started = true;
		node->lands = lands;
	}
	node->scope = scope;
	node->class = scope == NULL ? NONE : schedule_ready_class(s, scope);
	if (node->started)
		take_lease(s, index);
	if (queued)
		schedule_settle(s, index);
	schedule_line_forget(s);
	return true;
}
