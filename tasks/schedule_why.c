/*
 * Tells what a task waits for and what the schedule knows of it. Changes
 * nothing.
 */
#include "tasks/schedule_state.h"

size_t
schedule_count(const struct schedule *s)
{
	return s->count;
}

size_t
schedule_number(const struct schedule *s, size_t node)
{
	return s->nodes[node].number;
}

size_t
schedule_in_group(const struct schedule *s, size_t group, size_t number)
{
	const struct group *g = &s->groups[group];

	return number == 0 || number > g->numbered ? NONE : g->by_number[number];
}

size_t
schedule_by_number(const struct schedule *s, size_t number)
{
	return schedule_in_group(s, 0, number);
}

size_t
schedule_wave(const struct schedule *s, size_t node)
{
	return s->nodes[node].wave;
}

uint64_t
schedule_remaining(const struct schedule *s, size_t node)
{
	return s->nodes[node].remaining;
}

uint64_t
schedule_wake(const struct schedule *s, uint64_t now_ms)
{
	uint64_t due;

	if (s->delayed.count == 0)
		return SCHEDULE_NEVER;
	due = s->nodes[heap_first(&s->delayed)].not_before;
	return due > now_ms ? due : now_ms;
}

static size_t
missing_dependency(const struct schedule *s, size_t node)
{
	size_t edge, found = NONE, dependency;

	/* The edges are in the reverse order of entry. */
	for (edge = s->nodes[node].first_dependency; edge != NONE;
	    edge = s->edges[edge].next_dependency) {
		dependency = s->edges[edge].dependency;
		if (s->nodes[dependency].state != NODE_COMPLETE)
			found = dependency;
	}
	return found;
}

static bool
unfinished(const struct schedule_node *node, size_t group, size_t wave)
{
	return node->group == group && node->wave == wave && node->state != NODE_COMPLETE &&
	    node->state != NODE_FAILED;
}

/* One of the wave that its group is at which is not final: where one was found, or behind that. */
static size_t
unfinished_in_wave(const struct schedule *s, size_t group)
{
	struct group *g = &s->groups[group];
	size_t i, node;

	for (i = 0; i < s->prepared; i++) {
		node = (g->wave_left + i) % s->prepared;
		if (unfinished(&s->nodes[node], group, g->wave)) {
			g->wave_left = node;
			return node;
		}
	}
	return NONE;
}

/* Ready, or it would be: what bars it all the same? */
static void
why_not_started(const struct schedule *s, size_t index, struct schedule_reason *reason)
{
	const struct schedule_node *node = &s->nodes[index];
	const struct group *group = &s->groups[node->group];

	if (group->paused || s->agents[node->agent].paused) {
		reason->wait = SCHEDULE_WAITS_PAUSED;
		return;
	}
	if (schedule_beyond(s, index)) {
		reason->wait = SCHEDULE_WAITS_WAVE;
		reason->node = unfinished_in_wave(s, node->group);
	} else if (!group->rules.plan_order)
		reason->node = schedule_ready_blocker(s, index, &reason->wait);
	else if (!schedule_line_in_window(s, index)) {
		reason->wait = SCHEDULE_WAITS_WINDOW;
		reason->node = schedule_in_group(s, node->group, group->lowest);
	} else
		reason->node = schedule_line_blocker(s, index, &reason->wait);
	if (reason->wait != SCHEDULE_WAITS_SLOT)
		return;
	if (!schedule_group_open(s, node->group))
		reason->wait = SCHEDULE_WAITS_GROUP_CAP;
	else if (!schedule_agent_open(s, node->agent))
		reason->wait = SCHEDULE_WAITS_AGENT_CAP;
}

void
schedule_why(const struct schedule *s, size_t index, uint64_t now_ms,
    struct schedule_reason *reason)
{
	const struct schedule_node *node = &s->nodes[index];

	*reason = (struct schedule_reason){ .wait = SCHEDULE_WAITS_SLOT, .node = NONE };
	switch (node->state) {
	case NODE_NEW:
		reason->wait = SCHEDULE_WAITS_PREPARE;
		break;
	case NODE_WAITING:
		reason->wait = SCHEDULE_WAITS_DEPENDENCY;
		reason->node = missing_dependency(s, index);
		break;
	case NODE_HELD:
		reason->wait = SCHEDULE_WAITS_HOLD;
		break;
	case NODE_RUNNING:
		reason->wait = SCHEDULE_IS_RUNNING;
		break;
	case NODE_COMPLETE:
	case NODE_FAILED:
		reason->wait = SCHEDULE_IS_FINAL;
		break;
	case NODE_DELAYED:
		if (node->not_before > now_ms) {
			reason->wait = SCHEDULE_WAITS_DELAY;
			reason->until_ms = node->not_before;
			break;
		}
		/* FALLTHROUGH */
	case NODE_BEYOND:
	case NODE_READY:
		why_not_started(s, index, reason);
		break;
	}
}
