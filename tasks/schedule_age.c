/*
 * Decides how much more urgent a task has become by waiting: a priority for
 * each period, see schedule.h. Plan order needs none of it: there the lowest
 * number always comes first.
 */
#include "tasks/schedule_state.h"

static uint64_t
due(const struct schedule_node *node)
{
	return node->since + (node->periods + 1) * SCHEDULE_AGE_MS;
}

static bool
due_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;
	uint64_t left = due(&s->nodes[a]), right = due(&s->nodes[b]);

	return left != right ? left < right : a < b;
}

static size_t *
age_place(void *context, size_t node)
{
	struct schedule *s = context;

	return &s->nodes[node].age_place;
}

static const struct heap_kind by_due = { due_before, age_place };

void
schedule_age_add(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];

	if (s->groups[node->group].rules.plan_order)
		return;
	node->periods = (AGE_ORIGIN + s->now - node->since) / SCHEDULE_AGE_MS;
	node->ages = true;
	heap_push(&s->ages, &by_due, s, index);
}

void
schedule_age_remove(struct schedule *s, size_t index)
{
	if (!s->nodes[index].ages)
		return;
	s->nodes[index].ages = false;
	heap_remove(&s->ages, &by_due, s, index);
}

void
schedule_age_run(struct schedule *s)
{
	size_t node;

	while (s->ages.count > 0) {
		node = heap_first(&s->ages);
		if (due(&s->nodes[node]) > AGE_ORIGIN + s->now)
			break;
		s->nodes[node].periods = (AGE_ORIGIN + s->now - s->nodes[node].since) / SCHEDULE_AGE_MS;
		heap_move(&s->ages, &by_due, s, node);
		schedule_ready_move(s, node);
	}
}
