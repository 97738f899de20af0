/*
 * Decides who holds which scope, and what becomes of one that runs and wants to
 * write more: granted, put in a queue, or refused because it might wait for
 * ever. Who waits holds a slot, so only what certainly ends without one is
 * waited for.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "tasks/schedule_state.h"

void
schedule_lease_take(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->scope == NULL || node->leased)
		return;
	node->leased = true;
	scope_index_add(s->groups[node->group].leases, node->scope, index);
}

/* ---- more scope ---- */

static void
unqueue(struct schedule *s, size_t place)
{
	size_t index = s->wanting[place];
	struct schedule_node *node = &s->nodes[index];

	scope_index_remove(s->groups[node->group].wanted, node->wants, index);
	node->wants = NULL;
	memmove(s->wanting + place, s->wanting + place + 1,
	    (--s->wanting_count - place) * sizeof(*s->wanting));
	/* What it kept from starting is looked at again. */
	schedule_ready_released(s, index);
}

void
schedule_lease_drop(struct schedule *s, size_t node)
{
	size_t i;

	for (i = 0; s->nodes[node].wants != NULL && i < s->wanting_count; i++)
		if (s->wanting[i] == node)
			unqueue(s, i);
}

static void
tell(struct schedule *s, size_t node, bool granted)
{
	s->extended = mem_resize(s->extended, s->extended_count + 1, sizeof(*s->extended));
	s->extended[s->extended_count++] = (struct schedule_extended){ node, granted };
}

/* Another scope for a node that holds a lease; what it held alone is free. */
static void
exchange(struct schedule *s, size_t index, const struct scope *scope)
{
	struct schedule_node *node = &s->nodes[index];

	if (node->leased)
		scope_index_remove(s->groups[node->group].leases, node->scope, index);
	node->leased = false;
	node->scope = scope;
	node->class = scope == NULL ? NONE : schedule_class_find(s, node, scope);
	schedule_lease_take(s, index);
	schedule_ready_released(s, index);
	schedule_line_forget(s, node->group);
}

/* A lease is free: the oldest that it was in the way of have it. */
static void
grant(struct schedule *s)
{
	const struct scope *scope;
	size_t i = 0, node;

	while (i < s->wanting_count) {
		node = s->wanting[i];
		scope = s->nodes[node].wants;
		if (schedule_holder(s, node, scope) != NONE) {
			i++;
			continue;
		}
		unqueue(s, i);
		exchange(s, node, scope);
		tell(s, node, true);
		i = 0;
	}
}

void
schedule_lease_exchange(struct schedule *s, size_t node, const struct scope *scope)
{
	exchange(s, node, scope);
	grant(s);
}

struct looking {
	const struct schedule *s;
	size_t node;
};

/* Holds a lease and does not run, nor is it in the line: it may need a slot to go on. */
static bool
rests(const void *context, size_t value)
{
	const struct looking *looking = context;

	return value != looking->node && looking->s->nodes[value].state != NODE_RUNNING;
}

static bool
waits_for_resting(const struct schedule *s, size_t node, const struct scope *scope)
{
	struct looking looking = { s, node };
	size_t holder;

	return scope_index_find(s->groups[s->nodes[node].group].leases, scope, rests,
	    &looking, &holder);
}

void
schedule_lease_rests(struct schedule *s, size_t index)
{
	size_t i, node;

	schedule_lease_drop(s, index);
	for (i = 0; i < s->wanting_count;) {
		node = s->wanting[i];
		if (!waits_for_resting(s, node, s->nodes[node].wants)) {
			i++;
			continue;
		}
		unqueue(s, i);
		tell(s, node, false);
	}
}

void
schedule_give_back(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	node->started = node->lands = node->landed = false;
	schedule_lease_drop(s, index);
	if (!node->leased)
		return;
	scope_index_remove(s->groups[node->group].leases, node->scope, index);
	node->leased = false;
	schedule_ready_released(s, index);
	grant(s);
}

void
schedule_lease_landed(struct schedule *s, size_t node)
{
	s->nodes[node].landed = true;
	grant(s);
}

/* Would one that waits for `scope` wait, around others that wait, for itself? */
static bool
closes_cycle(const struct schedule *s, size_t asker, const struct scope *scope)
{
	bool *reached = mem_zero(s->wanting_count, sizeof(*reached)), found = false;
	size_t *list = mem_zero(s->wanting_count + 1, sizeof(*list)), count = 0, i, node;
	const struct scope *wants;

	list[count++] = asker;
	while (count > 0 && !found) {
		node = list[--count];
		wants = node == asker ? scope : s->nodes[node].wants;
		found = node != asker && s->nodes[asker].leased &&
		    s->nodes[node].group == s->nodes[asker].group &&
		    scope_overlap(wants, s->nodes[asker].scope);
		for (i = 0; i < s->wanting_count; i++)
			if (!reached[i] && s->wanting[i] != asker &&
			    s->nodes[s->wanting[i]].group == s->nodes[node].group &&
			    s->nodes[s->wanting[i]].leased &&
			    scope_overlap(wants, s->nodes[s->wanting[i]].scope)) {
				reached[i] = true;
				list[count++] = s->wanting[i];
			}
	}
	free(reached);
	free(list);
	return found;
}

enum schedule_extension
schedule_extend(struct schedule *s, size_t index, const struct scope *scope, bool wait,
    size_t *holder)
{
	struct schedule_node *node = &s->nodes[index];
	struct group *group = &s->groups[node->group];

	if (node->state != NODE_RUNNING || node->lands)
		fatalx("schedule: task %zu wants more and does not run", index);
	schedule_lease_drop(s, index);
	*holder = schedule_holder(s, index, scope);
	if (*holder == NONE) {
		exchange(s, index, scope_anywhere(scope) ? NULL : scope);
		return SCHEDULE_GRANTED;
	}
	if (!wait || group->rules.plan_order || waits_for_resting(s, index, scope) ||
	    closes_cycle(s, index, scope))
		return SCHEDULE_REFUSED;
	node->wants = scope;
	s->wanting = mem_resize(s->wanting, s->wanting_count + 1, sizeof(*s->wanting));
	s->wanting[s->wanting_count++] = index;
	scope_index_add(group->wanted, scope, index);
	return SCHEDULE_QUEUED;
}

bool
schedule_extended(struct schedule *s, size_t *node, bool *granted)
{
	if (s->extended_count == 0)
		return false;
	*node = s->extended[0].node;
	*granted = s->extended[0].granted;
	memmove(s->extended, s->extended + 1, --s->extended_count * sizeof(*s->extended));
	return true;
}

void
schedule_extend_cancel(struct schedule *s, size_t node)
{
	schedule_lease_drop(s, node);
}
