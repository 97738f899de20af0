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

/* Does it keep its scope from this class? */
static bool
reservation_bars(const struct schedule *s, const struct schedule_class *reserved,
    const struct schedule_class *class)
{
	if (reserved == class || s->agents[reserved->agent].paused)
		return false;
	return class->reserved == 0 || class->reserved > reserved->reserved;
}

size_t
schedule_ready_blocker(const struct schedule *s, size_t index, enum schedule_wait *wait)
{
	const struct schedule_node *node = &s->nodes[index];
	const struct group *group = &s->groups[node->group];
	const struct schedule_class *class, *other;
	size_t i;

	*wait = SCHEDULE_WAITS_SLOT;
	if (node->started || node->class == NONE)
		return NONE;
	class = &s->classes[node->class];
	*wait = SCHEDULE_WAITS_LEASE;
	for (i = 0; i < group->lease_count; i++)
		if (scope_overlap(node->scope, s->nodes[group->leases[i]].scope))
			return group->leases[i];
	*wait = SCHEDULE_WAITS_RESERVATION;
	for (i = 0; i < group->reservation_count; i++) {
		other = &s->classes[group->reservations[i]];
		if (reservation_bars(s, other, class) &&
		    scope_overlap(node->scope, other->scope))
			return other->oldest;
	}
	*wait = SCHEDULE_WAITS_SLOT;
	return NONE;
}

/* Classes barred too long: their oldest marks are first. */
static void
reserve_for_barred(struct schedule *s, struct group *group)
{
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

	reserve_for_barred(s, group);
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
