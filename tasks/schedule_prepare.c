/*
 * Decides what follows from the shape of the graph alone: numbers in plan
 * order, waves, longest remaining paths. A later batch may lengthen the paths
 * of earlier tasks but never changes their numbers.
 */
#include <stdlib.h>

#include "protocol/mem.h"
#include "tasks/schedule_state.h"

/*
 * Are numbers to follow the waves, too? Else a line and a barrier could wait for
 * each other, in one group or around two.
 */
static bool
waves_in_order(const struct schedule *s)
{
	bool waves = false, plan_order = false;
	size_t i;

	for (i = 0; i < s->group_count; i++) {
		waves = waves || s->groups[i].rules.waves;
		plan_order = plan_order || s->groups[i].rules.plan_order;
	}
	return waves && plan_order;
}

static bool
entry_before(const void *context, size_t a, size_t b)
{
	(void)context;
	return a < b;
}

static bool
rank_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;

	return s->nodes[a].rank > s->nodes[b].rank;
}

static bool
place_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;

	if (s->nodes[a].wave != s->nodes[b].wave)
		return s->nodes[a].wave < s->nodes[b].wave;
	return a < b;
}

static size_t *
raise_place(void *context, size_t node)
{
	struct schedule *s = context;

	return &s->nodes[node].raise_place;
}

static const struct heap_kind by_entry = { entry_before, raise_place };
/* Dependants first: their ranks are higher. */
static const struct heap_kind by_rank = { rank_before, raise_place };
static const struct heap_kind by_place = { place_before, raise_place };

static size_t
take_first(struct schedule *s, struct heap *heap, const struct heap_kind *kind)
{
	size_t node = heap_first(heap);

	heap_remove(heap, kind, s, node);
	s->nodes[node].raise_place = NONE;
	return node;
}

/* All it depends on is ranked: its wave is the one after the last of them. */
static void
give_wave(struct schedule *s, size_t index, size_t first_wave)
{
	struct schedule_node *node = &s->nodes[index];
	struct group *group = &s->groups[node->group];
	size_t edge, wave;

	node->wave = first_wave;
	for (edge = node->first_dependency; edge != NONE;
	    edge = s->edges[edge].next_dependency) {
		wave = s->nodes[s->edges[edge].dependency].wave + 1;
		if (wave > node->wave)
			node->wave = wave;
	}
	if (node->wave >= group->wave_count)
		group->wave_count = node->wave + 1;
}

/* Ranks the batch topologically, of those that can come next the oldest; how many could be. */
static size_t
give_ranks(struct schedule *s, size_t batch, size_t first_wave, size_t *order)
{
	size_t i, edge, node, count = 0;
	size_t *missing = mem_zero(batch, sizeof(*missing));
	struct heap next;

	heap_init(&next);
	for (i = 0; i < batch; i++) {
		for (edge = s->nodes[s->prepared + i].first_dependency; edge != NONE;
		    edge = s->edges[edge].next_dependency)
			if (s->nodes[s->edges[edge].dependency].rank == 0)
				missing[i]++;
		if (missing[i] > 0)
			continue;
		give_wave(s, s->prepared + i, first_wave);
		heap_push(&next, &by_entry, s, s->prepared + i);
	}
	while (next.count > 0) {
		i = take_first(s, &next, &by_entry);
		s->nodes[i].rank = ++s->ranked;
		order[count++] = i;
		for (edge = s->nodes[i].first_dependant; edge != NONE;
		    edge = s->edges[edge].next_dependant) {
			node = s->edges[edge].dependant;
			if (--missing[node - s->prepared] > 0)
				continue;
			give_wave(s, node, first_wave);
			heap_push(&next, &by_entry, s, node);
		}
	}
	heap_release(&next);
	free(missing);
	return count;
}

static void
order_by_waves(struct schedule *s, size_t *order, size_t count)
{
	struct heap sorted;
	size_t i;

	heap_init(&sorted);
	for (i = 0; i < count; i++)
		heap_push(&sorted, &by_place, s, order[i]);
	for (i = 0; i < count; i++)
		order[i] = take_first(s, &sorted, &by_place);
	heap_release(&sorted);
}

/* The next number of its group. */
static void
give_number(struct schedule *s, size_t node)
{
	struct group *group = &s->groups[s->nodes[node].group];

	if (group->numbered + 1 >= group->number_capacity) {
		group->number_capacity = group->number_capacity == 0 ? 64 :
		    group->number_capacity * 2;
		group->by_number = mem_resize(group->by_number, group->number_capacity,
		    sizeof(*group->by_number));
	}
	s->nodes[node].number = ++group->numbered;
	group->by_number[group->numbered] = node;
}

/* What depends on `index` takes so long: its dependencies may take longer now. */
static void
raise_dependencies(struct schedule *s, struct heap *raised, size_t index)
{
	struct schedule_node *dependency;
	uint64_t remaining;
	size_t edge, node;

	for (edge = s->nodes[index].first_dependency; edge != NONE;
	    edge = s->edges[edge].next_dependency) {
		node = s->edges[edge].dependency;
		dependency = &s->nodes[node];
		if (dependency->state == NODE_COMPLETE)
			continue;
		remaining = dependency->estimate + s->nodes[index].remaining;
		if (remaining < dependency->estimate)
			remaining = UINT64_MAX;
		if (remaining <= dependency->remaining)
			continue;
		dependency->remaining = remaining;
		if (dependency->state == NODE_READY)
			schedule_ready_move(s, node);
		if (dependency->raise_place == NONE)
			heap_push(raised, &by_rank, s, node);
	}
}

/* Each task is done once: all its dependants have higher ranks. */
static void
raise_remaining(struct schedule *s, const size_t *order, size_t count)
{
	struct heap raised;
	size_t i;

	heap_init(&raised);
	for (i = 0; i < count; i++) {
		s->nodes[order[i]].remaining = s->nodes[order[i]].estimate;
		heap_push(&raised, &by_rank, s, order[i]);
	}
	while (raised.count > 0)
		raise_dependencies(s, &raised, take_first(s, &raised, &by_rank));
	heap_release(&raised);
}

/* Nodes by rank; ranks are dense. */
static size_t *
by_ranks(const struct schedule *s)
{
	size_t *order = mem_zero(s->ranked + 1, sizeof(*order)), i;

	for (i = 0; i < s->count; i++)
		if (s->nodes[i].rank > 0)
			order[s->nodes[i].rank - 1] = i;
	return order;
}

/* The longest path of what waits for it. */
static uint64_t
longest_after(const struct schedule *s, const struct schedule_node *node)
{
	uint64_t longest = 0;
	size_t edge, after;

	for (edge = node->first_dependant; edge != NONE; edge = s->edges[edge].next_dependant) {
		after = s->edges[edge].dependant;
		if (s->nodes[after].rank > 0 && s->nodes[after].remaining > longest)
			longest = s->nodes[after].remaining;
	}
	return longest;
}

void
schedule_reckon(struct schedule *s)
{
	size_t *order = by_ranks(s), i;
	struct schedule_node *node;
	uint64_t remaining;

	/* Dependants first. */
	for (i = s->ranked; i-- > 0;) {
		node = &s->nodes[order[i]];
		if (node->state == NODE_COMPLETE)
			continue;
		remaining = node->estimate + longest_after(s, node);
		if (remaining < node->estimate)
			remaining = UINT64_MAX;
		if (remaining == node->remaining)
			continue;
		node->remaining = remaining;
		if (node->state == NODE_READY)
			schedule_ready_move(s, order[i]);
	}
	free(order);
}

/* The counts of the waves that have come; how many waves there are in all. */
static void
extend_waves(struct schedule *s, const size_t *old_counts)
{
	struct group *group;
	size_t i, wave;

	for (i = 0; i < s->group_count; i++) {
		group = &s->groups[i];
		group->wave_live = mem_resize(group->wave_live, group->wave_count,
		    sizeof(*group->wave_live));
		for (wave = old_counts[i]; wave < group->wave_count; wave++)
			group->wave_live[wave] = 0;
	}
}

size_t
schedule_prepare_some(struct schedule *s, size_t batch)
{
	size_t first_wave = 0, count, i;
	size_t *order = mem_zero(batch, sizeof(*order));
	size_t *old_waves = mem_zero(s->group_count, sizeof(*old_waves));
	bool in_waves = waves_in_order(s);

	for (i = 0; i < s->group_count; i++) {
		old_waves[i] = s->groups[i].wave_count;
		if (in_waves && old_waves[i] > first_wave)
			first_wave = old_waves[i];
	}
	count = give_ranks(s, batch, first_wave, order);
	extend_waves(s, old_waves);
	raise_remaining(s, order, count);
	if (in_waves)
		order_by_waves(s, order, count);
	s->prepared += batch;
	/* All count before one is settled: waves and the lowest are then known. */
	for (i = 0; i < count; i++) {
		give_number(s, order[i]);
		s->nodes[order[i]].state = NODE_WAITING;
		s->nodes[order[i]].since = AGE_ORIGIN + s->now - s->nodes[order[i]].age;
		schedule_recount(s, order[i], false);
	}
	for (i = 0; i < count; i++)
		schedule_settle(s, order[i]);
	free(order);
	free(old_waves);
	return batch - count;
}

size_t
schedule_prepare(struct schedule *s)
{
	return schedule_prepare_some(s, s->count - s->prepared);
}
