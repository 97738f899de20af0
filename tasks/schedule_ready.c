/*
 * Decides who starts next in completion order: the best of what is ready and of
 * an agent that may start, unless a lease or a reservation bars it. A class
 * barred too long reserves its scope.
 */
#include "tasks/schedule_state.h"

void
schedule_ready_released(struct schedule *s, size_t node)
{
	schedule_class_unpark_all(s, &s->nodes[node].parked);
}

struct looking {
	const struct schedule *s;
	const struct schedule_class *class;
};

/* Does a reservation keep its scope from this class? */
static bool
reservation_bars(const void *context, size_t value)
{
	const struct looking *looking = context;
	const struct schedule_class *class = looking->class;
	const struct schedule_class *reserved = &looking->s->classes[value];

	if (reserved == class || looking->s->agents[reserved->agent].paused)
		return false;
	return class->reserved == 0 || class->reserved > reserved->reserved;
}

size_t
schedule_ready_blocker(const struct schedule *s, size_t index, enum schedule_wait *wait)
{
	const struct schedule_node *node = &s->nodes[index];
	const struct group *group = &s->groups[node->group];
	struct looking looking = { .s = s };
	size_t found;

	*wait = SCHEDULE_WAITS_SLOT;
	if (node->started || node->class == NONE)
		return NONE;
	*wait = SCHEDULE_WAITS_LEASE;
	if (scope_index_find(group->leases, node->scope, NULL, NULL, &found) ||
	    scope_index_find(group->wanted, node->scope, NULL, NULL, &found))
		return found;
	*wait = SCHEDULE_WAITS_RESERVATION;
	looking.class = &s->classes[node->class];
	if (scope_index_find(group->reservations, node->scope, reservation_bars, &looking,
	    &found))
		return s->classes[found].oldest;
	*wait = SCHEDULE_WAITS_SLOT;
	return NONE;
}

void
schedule_ready_reserve(struct schedule *s, size_t index)
{
	struct group *group = &s->groups[index];
	const struct schedule_class *class;

	while (group->first_marked != NONE) {
		class = &s->classes[group->first_marked];
		if (group->starts - class->marked_starts < SCHEDULE_PASSED_OVER_MAX &&
		    s->now - class->marked_ms < SCHEDULE_BARRED_MAX_MS)
			break;
		schedule_class_reserve(s, group->first_marked);
	}
}

/* The best so far; reserved: its class has that reservation, 0 none. */
struct offer {
	size_t node;
	uint64_t reserved;
};

static void
improve(const struct schedule *s, struct offer *offer, size_t node, uint64_t reserved)
{
	bool better;

	if (offer->node == NONE)
		better = true;
	else if (reserved != offer->reserved)
		better = offer->reserved == 0 || (reserved > 0 && reserved < offer->reserved);
	else
		better = schedule_before(s, node, offer->node);
	if (better)
		*offer = (struct offer){ node, reserved };
}

/* Of all agents that may start: startable or not. */
static size_t
best(const struct schedule *s, const struct group *group)
{
	struct offer offer = { .node = NONE };
	const struct schedule_class *class;
	const struct queue *queue;
	size_t agent;

	for (agent = 0; agent < group->queue_count; agent++) {
		queue = &group->queues[agent];
		if (!schedule_agent_open(s, agent))
			continue;
		if (queue->unbarred.count > 0)
			improve(s, &offer, heap_first(&queue->unbarred), 0);
		if (queue->ready.count == 0)
			continue;
		class = &s->classes[heap_first(&queue->ready)];
		improve(s, &offer, schedule_class_candidate(class), class->reserved);
	}
	return offer.node;
}

size_t
schedule_ready_pick(struct schedule *s, size_t index)
{
	struct group *group = &s->groups[index];
	enum schedule_wait wait;
	size_t node, class, blocker;

	schedule_ready_reserve(s, index);
	while ((node = best(s, group)) != NONE) {
		if (schedule_beyond(s, node))
			return node;
		blocker = schedule_ready_blocker(s, node, &wait);
		if (blocker == NONE)
			return node;
		class = s->nodes[node].class;
		if (wait == SCHEDULE_WAITS_LEASE)
			schedule_class_park(s, class, CLASS_BY_LEASE, blocker);
		else
			schedule_class_park(s, class, CLASS_BY_RESERVATION,
			    s->nodes[blocker].class);
	}
	return NONE;
}
