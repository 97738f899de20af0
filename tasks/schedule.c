/*
 * Decides in which state each task is and what an event changes: who is ready,
 * who holds a lease, what is doomed. Which of the ready ones starts is decided in
 * schedule_share.c (between groups), schedule_ready.c (completion order) and
 * schedule_line.c (plan order).
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
	struct schedule_group group = {
		.weight = 1, .plan_order = rules->plan_order, .waves = rules->waves
	};

	s->slots = rules->slots;
	schedule_add_group(s, &group);
	schedule_add_agent(s, 0);
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
	heap_release(&s->delayed);
	heap_release(&s->ages);
	schedule_share_release(s);
	free(s->nodes);
	free(s->edges);
	free(s->classes);
	free(s->wanting);
	free(s->extended);
	free(s);
}

void
schedule_set_slots(struct schedule *s, unsigned slots)
{
	s->slots = slots;
}

void
schedule_clock(struct schedule *s, uint64_t now_ms)
{
	if (now_ms > s->now)
		s->now = now_ms;
}

static uint64_t
known(uint64_t estimate)
{
	return estimate == 0 ? SCHEDULE_ESTIMATE_DEFAULT : estimate;
}

void
schedule_estimate(struct schedule *s, size_t node, uint64_t seconds)
{
	s->nodes[node].estimate = known(seconds);
}

uint64_t
schedule_estimated(const struct schedule *s, size_t node)
{
	return s->nodes[node].estimate;
}

void
schedule_set_age(struct schedule *s, size_t node, uint64_t age_ms)
{
	s->nodes[node].age = age_ms;
}

size_t
schedule_add(struct schedule *s, const struct schedule_task *task)
{
	struct schedule_node *node;

	if (task->group >= s->group_count || task->agent >= s->agent_count)
		fatalx("schedule: there is no group %zu or no agent %zu", task->group,
		    task->agent);
	if (s->count == s->capacity) {
		s->capacity = s->capacity == 0 ? 64 : s->capacity * 2;
		s->nodes = mem_resize(s->nodes, s->capacity, sizeof(*s->nodes));
	}
	node = &s->nodes[s->count];
	*node = (struct schedule_node){
		.priority = task->priority,
		.estimate = known(task->estimate_seconds),
		.group = task->group, .agent = task->agent,
		.age = task->age_ms, .class = NONE, .first_dependency = NONE, .first_dependant = NONE,
		.raise_place = NONE, .older = NONE, .newer = NONE, .parked = NONE,
		.blocker = NONE
	};
	if (task->scope != NULL && !scope_anywhere(task->scope)) {
		node->scope = task->scope;
		node->class = schedule_class_find(s, node, task->scope);
	}
	return s->count++;
}

void
schedule_recount(struct schedule *s, size_t index, bool was_live)
{
	const struct schedule_node *node = &s->nodes[index];
	struct group *group = &s->groups[node->group];

	if (schedule_live(node) == was_live)
		return;
	if (was_live) {
		group->wave_live[node->wave]--;
		return;
	}
	group->wave_live[node->wave]++;
	if (node->number < group->lowest)
		group->lowest = node->number;
	if (node->wave < group->wave)
		group->wave = node->wave;
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
		heap_push(&s->groups[node->group].beyond, &by_wave, s, index);
	} else {
		node->state = NODE_READY;
		schedule_age_add(s, index);
		schedule_ready_insert(s, index);
	}
	schedule_share_count(s, index);
}

void
schedule_withdraw(struct schedule *s, size_t index)
{
	switch (s->nodes[index].state) {
	case NODE_DELAYED:
		heap_remove(&s->delayed, &by_delay, s, index);
		break;
	case NODE_BEYOND:
		heap_remove(&s->groups[s->nodes[index].group].beyond, &by_wave, s, index);
		break;
	case NODE_READY:
		schedule_age_remove(s, index);
		schedule_ready_remove(s, index);
		break;
	default:
		break;
	}
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
	s->groups[node->group].starts++;
	schedule_share_count(s, index);
	schedule_lease_take(s, index);
}

/* The lowest number and the wave of a group follow what has become final. */
static void
catch_up_group(struct schedule *s, struct group *group)
{
	size_t node;

	while (group->lowest <= group->numbered &&
	    !schedule_live(&s->nodes[group->by_number[group->lowest]]))
		group->lowest++;
	while (group->wave < group->wave_count && group->wave_live[group->wave] == 0)
		group->wave++;
	while (group->beyond.count > 0) {
		node = heap_first(&group->beyond);
		if (s->nodes[node].wave > group->wave)
			break;
		heap_remove(&group->beyond, &by_wave, s, node);
		schedule_settle(s, node);
	}
}

static void
catch_up(struct schedule *s)
{
	size_t node, i;

	for (i = 0; i < s->group_count; i++)
		catch_up_group(s, &s->groups[i]);
	while (s->delayed.count > 0) {
		node = heap_first(&s->delayed);
		if (s->nodes[node].not_before > s->now)
			break;
		heap_remove(&s->delayed, &by_delay, s, node);
		schedule_settle(s, node);
	}
	schedule_age_run(s);
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
schedule_turn(struct schedule *s, uint64_t now_ms, size_t *node)
{
	schedule_clock(s, now_ms);
	catch_up(s);
	do
		*node = schedule_share_pick(s);
	while (*node != NONE && put_beyond(s, *node));
	return *node != NONE;
}

bool
schedule_next(struct schedule *s, uint64_t now_ms, size_t *node)
{
	if (!schedule_turn(s, now_ms, node))
		return false;
	schedule_share_turn(s, *node);
	schedule_start(s, *node);
	return true;
}

size_t
schedule_group_lowest(struct schedule *s, size_t group)
{
	catch_up(s);
	return s->groups[group].lowest;
}

size_t
schedule_lowest(struct schedule *s)
{
	return schedule_group_lowest(s, 0);
}

void
schedule_requeue(struct schedule *s, size_t node, uint64_t not_before_ms)
{
	if (s->nodes[node].state != NODE_RUNNING)
		fatalx("schedule: task %zu is not running", node);
	s->nodes[node].lands = false;
	s->nodes[node].not_before = not_before_ms;
	schedule_settle(s, node);
	schedule_lease_rests(s, node);
}

void
schedule_put_off(struct schedule *s, size_t node, uint64_t not_before_ms)
{
	if (s->nodes[node].state == NODE_RUNNING &&
	    !s->groups[s->nodes[node].group].rules.plan_order)
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
	if (!waits)
		return;
	schedule_lease_drop(s, node);
	schedule_share_count(s, node);
}

void
schedule_landed(struct schedule *s, size_t node)
{
	schedule_waits_to_land(s, node, true);
	schedule_lease_landed(s, node);
}

bool
schedule_rescope(struct schedule *s, size_t index, const struct scope *scope)
{
	struct schedule_node *node = &s->nodes[index];
	bool queued = node->state != NODE_NEW && node->state < NODE_RUNNING;

	if (scope != NULL && scope_anywhere(scope))
		scope = NULL;
	if (node->started && scope != NULL && schedule_holder(s, index, scope) != NONE)
		return false;
	if (queued)
		schedule_withdraw(s, index);
	if (node->started) {
		schedule_lease_exchange(s, index, scope);
	} else {
		node->scope = scope;
		node->class = scope == NULL ? NONE : schedule_class_find(s, node, scope);
		schedule_line_forget(s, node->group);
	}
	if (queued)
		schedule_settle(s, index);
	return true;
}
