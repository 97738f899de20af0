/*
 * Decides what follows from the shape of the graph alone: numbers in plan
 * order, waves, longest remaining paths. A later batch may lengthen the paths
 * of earlier tasks but never changes their numbers.
 */
#include <stdlib.h>

#include "protocol/mem.h"
#include "tasks/schedule_state.h"

/* Are numbers to follow the waves, too? Else both could wait for each other. */
static bool
waves_in_order(const struct schedule *s)
{
	return s->rules.waves && s->rules.plan_order;
}

static bool
entry_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;

	if (waves_in_order(s) && s->nodes[a].wave != s->nodes[b].wave)
		return s->nodes[a].wave < s->nodes[b].wave;
	return a < b;
}

static bool
number_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;

	return s->nodes[a].number > s->nodes[b].number;
}

static size_t *
raise_place(void *context, size_t node)
{
	struct schedule *s = context;

	return &s->nodes[node].raise_place;
}

static const struct heap_kind by_entry = { entry_before, raise_place };
/* Dependants first: their numbers are higher. */
static const struct heap_kind by_number = { number_before, raise_place };

static size_t
take_first(struct schedule *s, struct heap *heap, const struct heap_kind *kind)
{
	size_t node = heap_first(heap);

	heap_remove(heap, kind, s, node);
	s->nodes[node].raise_place = NONE;
	return node;
}

/* All it depends on is numbered: its wave is the one after the last of them. */
static void
give_wave(struct schedule *s, size_t index, size_t first_wave)
{
	struct schedule_node *node = &s->nodes[index];
	size_t edge, wave;

	node->wave = first_wave;
	for (edge = node->first_dependency; edge != NONE;
	    edge = s->edges[edge].next_dependency) {
		wave = s->nodes[s->edges[edge].dependency].wave + 1;
		if (wave > node->wave)
			node->wave = wave;
	}
	if (node->wave >= s->wave_count)
		s->wave_count = node->wave + 1;
}

/* Numbers the batch topologically, of those that can come next the oldest. */
static void
give_numbers(struct schedule *s)
{
	size_t batch = s->count - s->prepared, i, edge, node;
	size_t *missing = mem_zero(batch, sizeof(*missing));
	size_t first_wave = waves_in_order(s) ? s->wave_count : 0;
	struct heap next;

	heap_init(&next);
	for (i = 0; i < batch; i++) {
		for (edge = s->nodes[s->prepared + i].first_dependency; edge != NONE;
		    edge = s->edges[edge].next_dependency)
			if (s->nodes[s->edges[edge].dependency].number == 0)
				missing[i]++;
		if (missing[i] > 0)
			continue;
		give_wave(s, s->prepared + i, first_wave);
		heap_push(&next, &by_entry, s, s->prepared + i);
	}
	while (next.count > 0) {
		i = take_first(s, &next, &by_entry);
		s->nodes[i].number = ++s->numbered;
		s->by_number[s->numbered] = i;
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
			heap_push(raised, &by_number, s, node);
	}
}

/* Each task is done once: all its dependants have higher numbers. */
static void
raise_remaining(struct schedule *s, size_t first_number)
{
	struct heap raised;
	size_t number, node;

	heap_init(&raised);
	for (number = first_number; number <= s->numbered; number++) {
		node = s->by_number[number];
		s->nodes[node].remaining = s->nodes[node].estimate;
		heap_push(&raised, &by_number, s, node);
	}
	while (raised.count > 0)
		raise_dependencies(s, &raised, take_first(s, &raised, &by_number));
	heap_release(&raised);
}

size_t
schedule_prepare(struct schedule *s)
{
	size_t first = s->numbered + 1, old_waves = s->wave_count, number, i;
	size_t left_out = s->count - s->prepared;
	struct schedule_node *node;

	s->by_number = mem_resize(s->by_number, s->count + 1, sizeof(*s->by_number));
	give_numbers(s);
	left_out -= s->numbered + 1 - first;
	s->wave_live = mem_resize(s->wave_live, s->wave_count, sizeof(*s->wave_live));
	for (i = old_waves; i < s->wave_count; i++)
		s->wave_live[i] = 0;
	raise_remaining(s, first);
	s->prepared = s->count;
	/* All count before one is settled: waves and the lowest are then known. */
	for (number = first; number <= s->numbered; number++) {
		node = &s->nodes[s->by_number[number]];
		node->state = NODE_WAITING;
		schedule_recount(s, s->by_number[number], false);
	}
	for (number = first; number <= s->numbered; number++)
		schedule_settle(s, s->by_number[number]);
	return left_out;
}
