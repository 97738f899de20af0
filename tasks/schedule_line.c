/*
 * Decides who starts next in plan order, in which results land by number. Only
 * a window from the lowest number that has not landed may start, so looking at
 * all of it is cheap; what barred a task is remembered until it no longer does.
 */
#include "tasks/schedule_state.h"

bool
schedule_line_in_window(const struct schedule *s, size_t node)
{
	size_t window = (size_t)(s->rules.slots == 0 ? 1 : s->rules.slots) *
	    SCHEDULE_WINDOW_SLOTS;

	return s->nodes[node].started || s->nodes[node].number < s->lowest + window;
}

/* Does the lease of `other` bar `node`? Not when it lands only after it. */
static bool
lease_bars(const struct schedule_node *other, const struct schedule_node *node)
{
	return other->lease_at != NONE &&
	    !(other->lands && other->number > node->number);
}

/* Has `other` to start before `node` if they overlap? */
static bool
is_earlier(const struct schedule_node *other, const struct schedule_node *node)
{
	return schedule_live(other) && !other->started && other->number < node->number;
}

size_t
schedule_line_blocker(const struct schedule *s, size_t index, enum schedule_wait *wait)
{
	const struct schedule_node *node = &s->nodes[index], *other;
	size_t i;

	*wait = SCHEDULE_WAITS_SLOT;
	if (node->started || node->scope == NULL)
		return NONE;
	*wait = SCHEDULE_WAITS_LEASE;
	for (i = 0; i < s->lease_count; i++) {
		other = &s->nodes[s->leases[i]];
		if (lease_bars(other, node) && scope_overlap(node->scope, other->scope))
			return s->leases[i];
	}
	*wait = SCHEDULE_WAITS_EARLIER;
	for (i = s->lowest; i < node->number; i++) {
		other = &s->nodes[s->by_number[i]];
		if (is_earlier(other, node) && other->scope != NULL &&
		    scope_overlap(node->scope, other->scope))
			return s->by_number[i];
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
		return false;
	if (node->blocker != NONE && (lease_bars(&s->nodes[node->blocker], node) ||
	    is_earlier(&s->nodes[node->blocker], node)))
		return true;
	node->blocker = schedule_line_blocker(s, index, &wait);
	return node->blocker != NONE;
}

static bool
is_startable(struct schedule *s, size_t index)
{
	if (s->nodes[index].state != NODE_READY || schedule_beyond(s, index))
		return false;
	return !is_barred(s, index);
}

size_t
schedule_line_pick(struct schedule *s)
{
	size_t number, node, found = NONE;

	/* Started before, perhaps beyond the window by now. */
	if (s->unbarred.count > 0)
		found = heap_first(&s->unbarred);
	for (number = s->lowest; number <= s->numbered; number++) {
		node = s->by_number[number];
		if (!s->nodes[node].started && !schedule_line_in_window(s, node))
			break;
		if (found != NONE && number != s->lowest &&
		    !schedule_before(s, node, found))
			continue;
		if (!is_startable(s, node))
			continue;
		if (number == s->lowest)
			return node;
		found = node;
	}
	return found;
}

void
schedule_line_forget(struct schedule *s)
{
	size_t number;

	if (!s->rules.plan_order)
		return;
	for (number = s->lowest; number <= s->numbered; number++) {
		s->nodes[s->by_number[number]].blocker = NONE;
		if (!schedule_line_in_window(s, s->by_number[number]))
			break;
	}
}
