/*
 * Decides who starts next in plan order, in which results land by number. Only
 * a window from the lowest number that has not landed may start, so looking at
 * all of it is cheap; what barred a task is remembered until it no longer does.
 */
#include "tasks/schedule_state.h"

bool
schedule_line_in_window(const struct schedule *s, size_t node)
{
	size_t window = (size_t)(s->slots == 0 ? 1 : s->slots) * SCHEDULE_WINDOW_SLOTS;

	return s->nodes[node].started ||
	    s->nodes[node].number < s->groups[s->nodes[node].group].lowest + window;
}

/*
 * Does the lease of `other` bar `node`? Not when it lands only after it and does
 * not run: it may itself wait for the line, which waits for `node`.
 */
static bool
lease_bars(const struct schedule_node *other, const struct schedule_node *node)
{
	return other->leased &&
	    !(!other->occupies && other->number > node->number);
}

/* Has `other` to start before `node` if they overlap? */
static bool
is_earlier(const struct schedule_node *other, const struct schedule_node *node)
{
	return schedule_live(other) && !other->started && other->number < node->number;
}

struct looking {
	const struct schedule *s;
	size_t number;
};

static bool
is_lower(const void *context, size_t value)
{
	const struct looking *looking = context;

	return looking->s->nodes[value].number < looking->number;
}

/*
 * It holds its lease and tries again. While its result waited to land, a lower
 * number may have begun to write the same: that one lands first.
 */
static size_t
lower_holder(const struct schedule *s, size_t index, enum schedule_wait *wait)
{
	const struct schedule_node *node = &s->nodes[index];
	struct looking looking = { s, node->number };
	size_t found;

	*wait = SCHEDULE_WAITS_SLOT;
	if (!scope_index_find(s->groups[node->group].leases, node->scope, is_lower, &looking,
	    &found))
		return NONE;
	*wait = SCHEDULE_WAITS_LEASE;
	return found;
}

size_t
schedule_line_blocker(const struct schedule *s, size_t index, enum schedule_wait *wait)
{
	const struct schedule_node *node = &s->nodes[index], *other;
	const struct group *group = &s->groups[node->group];
	size_t i;

	*wait = SCHEDULE_WAITS_SLOT;
	if (node->scope == NULL)
		return NONE;
	if (node->started)
		return lower_holder(s, index, wait);
	*wait = SCHEDULE_WAITS_LEASE;
	i = schedule_holder(s, index, node->scope);
	if (i != NONE)
		return i;
	*wait = SCHEDULE_WAITS_EARLIER;
	for (i = group->lowest; i < node->number; i++) {
		other = &s->nodes[group->by_number[i]];
		if (is_earlier(other, node) && other->scope != NULL &&
		    scope_overlap(node->scope, other->scope))
			return group->by_number[i];
	}
	*wait = SCHEDULE_WAITS_SLOT;
	return NONE;
}

static bool
is_barred(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	enum schedule_wait wait;

	if (node->started)
		return schedule_line_blocker(s, index, &wait) != NONE;
	if (node->blocker != NONE && (lease_bars(&s->nodes[node->blocker], node) ||
	    is_earlier(&s->nodes[node->blocker], node)))
		return true;
	node->blocker = schedule_line_blocker(s, index, &wait);
	return node->blocker != NONE;
}

static bool
is_startable(struct schedule *s, size_t index)
{
	if (s->nodes[index].state != NODE_READY || schedule_beyond(s, index) ||
	    !schedule_agent_open(s, s->nodes[index].agent))
		return false;
	return !is_barred(s, index);
}

/* Started before, perhaps beyond the window by now: there are few of them. */
static size_t
best_started(struct schedule *s, const struct group *group)
{
	size_t agent, found = NONE, node, i;

	for (agent = 0; agent < group->queue_count; agent++)
		for (i = 0; i < group->queues[agent].unbarred.count; i++) {
			node = group->queues[agent].unbarred.items[i];
			if ((found == NONE || schedule_before(s, node, found)) &&
			    is_startable(s, node))
				found = node;
		}
	return found;
}

size_t
schedule_line_pick(struct schedule *s, size_t index)
{
	const struct group *group = &s->groups[index];
	size_t number, node, found = best_started(s, group);

	for (number = group->lowest; number <= group->numbered; number++) {
		node = group->by_number[number];
		if (!s->nodes[node].started && !schedule_line_in_window(s, node))
			break;
		if (found != NONE && number != group->lowest &&
		    !schedule_before(s, node, found))
			continue;
		if (!is_startable(s, node))
			continue;
		if (number == group->lowest)
			return node;
		found = node;
	}
	return found;
}

void
schedule_line_forget(struct schedule *s, size_t index)
{
	const struct group *group = &s->groups[index];
	size_t number;

	if (!group->rules.plan_order)
		return;
	for (number = group->lowest; number <= group->numbered; number++) {
		s->nodes[group->by_number[number]].blocker = NONE;
		if (!schedule_line_in_window(s, group->by_number[number]))
			break;
	}
}
