/*
 * Decides whose turn it is: which group, by what each has used of the slots'
 * time (see schedule.h), and which groups and agents may start anything at all.
 * What starts of a group is decided in schedule_ready.c and schedule_line.c.
 */
#include <stdlib.h>

#include "protocol/mem.h"
#include "tasks/schedule_state.h"

#define COST_SCALE	1024u	/* of a millisecond at weight 1: large weights count, too */

size_t
schedule_add_group(struct schedule *s, const struct schedule_group *rules)
{
	struct group *group;

	s->groups = mem_resize(s->groups, s->group_count + 1, sizeof(*s->groups));
	group = &s->groups[s->group_count];
	*group = (struct group){
		.rules = *rules, .lowest = 1, .first_marked = NONE, .last_marked = NONE,
		.settled = s->virtual_time,
		.leases = scope_index_new(), .reservations = scope_index_new(),
		.wanted = scope_index_new()
	};
	return s->group_count++;
}

void
schedule_set_group(struct schedule *s, size_t group, unsigned weight, unsigned cap)
{
	s->groups[group].rules.weight = weight;
	s->groups[group].rules.cap = cap;
}

void
schedule_pause_group(struct schedule *s, size_t group, bool paused)
{
	s->groups[group].paused = paused;
}

size_t
schedule_add_agent(struct schedule *s, unsigned cap)
{
	s->agents = mem_resize(s->agents, s->agent_count + 1, sizeof(*s->agents));
	s->agents[s->agent_count] = (struct agent){ .cap = cap };
	return s->agent_count++;
}

void
schedule_set_agent(struct schedule *s, size_t agent, unsigned cap)
{
	s->agents[agent].cap = cap;
}

void
schedule_pause_agent(struct schedule *s, size_t agent, bool paused)
{
	size_t i;

	s->agents[agent].paused = paused;
	/* What it has reserved bars nobody meanwhile. */
	for (i = 0; paused && i < s->class_count; i++)
		if (s->classes[i].reserved > 0 && s->classes[i].agent == agent)
			schedule_class_unpark_all(s, &s->classes[i].parked);
}

size_t
schedule_group_running(const struct schedule *s, size_t group)
{
	return s->groups[group].running;
}

size_t
schedule_agent_running(const struct schedule *s, size_t agent)
{
	return s->agents[agent].running;
}

/* What so long in a slot costs a group, in virtual time. */
static int64_t
cost(const struct group *group, uint64_t milliseconds)
{
	unsigned weight = group->rules.weight == 0 ? 1 : group->rules.weight;

	return (int64_t)(milliseconds * COST_SCALE / weight);
}

void
schedule_share_count(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	struct group *group = &s->groups[node->group];
	bool occupies = node->state == NODE_RUNNING && !node->lands;

	if (occupies == node->occupies)
		return;
	node->occupies = occupies;
	if (occupies) {
		group->running++;
		s->agents[node->agent].running++;
		node->started_at = s->now;
		node->expected = cost(group, (node->estimate < SCHEDULE_EXPECTED_MAX ?
		    node->estimate : SCHEDULE_EXPECTED_MAX) * 1000);
		group->started_sum += node->started_at;
		group->expected += node->expected;
		return;
	}
	group->running--;
	s->agents[node->agent].running--;
	group->settled += cost(group, s->now - node->started_at);
	group->started_sum -= node->started_at;
	group->expected -= node->expected;
}

/* What it has used: what runs counts as far as it has come. */
static int64_t
used(const struct schedule *s, const struct group *group)
{
	return group->settled + cost(group, group->running * s->now - group->started_sum);
}

/* Who is to have the turn has the least of this: what runs counts as if it began now, too. */
static int64_t
claim(const struct schedule *s, const struct group *group)
{
	return used(s, group) + group->expected;
}

/* It cannot start anything in its turn: the turn goes by, and is not saved up. */
static void
let_go_by(const struct schedule *s, struct group *group)
{
	int64_t behind = s->virtual_time - used(s, group);

	if (behind > 0)
		group->settled += behind;
}

size_t
schedule_share_pick(struct schedule *s)
{
	size_t found = NONE, node, i;

	for (i = 0; i < s->group_count; i++) {
		struct group *group = &s->groups[i];

		if (!schedule_group_open(s, i)) {
			let_go_by(s, group);
			continue;
		}
		if (found != NONE && claim(s, group) >= claim(s, &s->groups[s->nodes[found].group]))
			continue;
		node = group->rules.plan_order ? schedule_line_pick(s, i) : schedule_ready_pick(s, i);
		if (node != NONE)
			found = node;
		else
			let_go_by(s, group);
	}
	return found;
}

void
schedule_share_turn(struct schedule *s, size_t node)
{
	int64_t now = used(s, &s->groups[s->nodes[node].group]);

	if (now > s->virtual_time)
		s->virtual_time = now;
}

size_t
schedule_group_reserved(struct schedule *s, size_t group)
{
	schedule_ready_reserve(s, group);
	return s->groups[group].reserved;
}

int64_t
schedule_group_ahead(const struct schedule *s, size_t group)
{
	return used(s, &s->groups[group]) - s->virtual_time;
}

void
schedule_set_group_ahead(struct schedule *s, size_t group, int64_t ahead)
{
	s->groups[group].settled += ahead - schedule_group_ahead(s, group);
}

static void
group_release(struct group *group)
{
	size_t i;

	for (i = 0; i < group->queue_count; i++) {
		name_table_release(&group->queues[i].names);
		heap_release(&group->queues[i].ready);
		heap_release(&group->queues[i].unbarred);
	}
	heap_release(&group->beyond);
	free(group->queues);
	free(group->by_number);
	free(group->wave_live);
	scope_index_free(group->leases);
	scope_index_free(group->reservations);
	scope_index_free(group->wanted);
}

void
schedule_share_release(struct schedule *s)
{
	size_t i;

	for (i = 0; i < s->group_count; i++)
		group_release(&s->groups[i]);
	free(s->groups);
	free(s->agents);
}
