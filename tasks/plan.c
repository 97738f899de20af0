/*
 * Decides nothing of its own: lets the scheduler run against a clock that
 * jumps from one end of a task to the next, and writes down what it did. Every
 * task takes exactly its estimate and succeeds.
 */
#include "tasks/plan.h"

#include <stdlib.h>

#include "protocol/mem.h"
#include "tasks/heap.h"
#include "tasks/name_table.h"
#include "tasks/schedule.h"
#include "tasks/scope.h"

struct simulation {
	const struct task_list *list;
	const struct plan_rules *rules;
	struct plan *plan;
	struct schedule *schedule;
	struct scope **scopes;
	size_t *entry;		/* of a task: index in plan->schedule */
	size_t *place;		/* of a task in `running`, of a slot in `free_slots` */
	bool *finished;
	struct heap running;	/* tasks by end */
	struct heap free_slots;	/* by number */
	size_t *slot_place;
	size_t landed;		/* plan order: numbers up to this one are complete */
	uint64_t now;		/* seconds */
};

static uint64_t
estimate_of(const struct task_spec *spec)
{
	return spec->estimate == 0 ? SCHEDULE_ESTIMATE_DEFAULT : spec->estimate;
}

static bool
end_before(const void *context, size_t a, size_t b)
{
	const struct simulation *simulation = context;
	const struct plan_entry *entries = simulation->plan->schedule;
	const struct plan_entry *left = &entries[simulation->entry[a]];
	const struct plan_entry *right = &entries[simulation->entry[b]];

	return left->end != right->end ? left->end < right->end :
	    left->slot < right->slot;
}

static size_t *
task_place(void *context, size_t task)
{
	struct simulation *simulation = context;

	return &simulation->place[task];
}

static bool
slot_before(const void *context, size_t a, size_t b)
{
	(void)context;
	return a < b;
}

static size_t *
slot_place(void *context, size_t slot)
{
	struct simulation *simulation = context;

	return &simulation->slot_place[slot];
}

static const struct heap_kind by_end = { end_before, task_place };
static const struct heap_kind by_slot = { slot_before, slot_place };

static void
add_tasks(struct simulation *simulation)
{
	const struct task_list *list = simulation->list;
	struct schedule_task task;
	struct name_table names;
	size_t i, k, target;
	char **depends_on;

	name_table_init(&names);
	for (i = 0; i < list->count; i++) {
		name_table_add(&names, list->tasks[i].id, i);
		simulation->scopes[i] = scope_new(list->tasks[i].files, false);
		task = (struct schedule_task){
			.priority = list->tasks[i].priority,
			.estimate_seconds = estimate_of(&list->tasks[i]),
			.scope = simulation->scopes[i]
		};
		schedule_add(simulation->schedule, &task);
	}
	for (i = 0; i < list->count; i++) {
		depends_on = list->tasks[i].depends_on;
		for (k = 0; depends_on != NULL && depends_on[k] != NULL; k++) {
			/* A name nobody has is never complete: as if for itself. */
			if (!name_table_find(&names, depends_on[k], &target))
				target = i;
			schedule_depend(simulation->schedule, i, target);
		}
	}
	name_table_release(&names);
	schedule_prepare(simulation->schedule);
}

/* Waves, what can never start, and the lower bound. */
static void
describe(struct simulation *simulation)
{
	struct plan *plan = simulation->plan;
	struct schedule *schedule = simulation->schedule;
	size_t count = simulation->list->count, number, node, i;
	uint64_t total = 0, longest = 0;
	struct plan_wave *wave;

	for (number = 1; (node = schedule_by_number(schedule, number)) !=
	    SCHEDULE_NODE_NONE; number++) {
		if (schedule_wave(schedule, node) >= plan->wave_count)
			plan->wave_count = schedule_wave(schedule, node) + 1;
		if (schedule_remaining(schedule, node) > longest)
			longest = schedule_remaining(schedule, node);
		total += estimate_of(&simulation->list->tasks[node]);
	}
	plan->lower_bound = total / plan->slots + (total % plan->slots != 0);
	if (longest > plan->lower_bound)
		plan->lower_bound = longest;
	plan->waves = mem_zero(plan->wave_count, sizeof(*plan->waves));
	for (i = 1; i < number; i++)
		plan->waves[schedule_wave(schedule,
		    schedule_by_number(schedule, i))].count++;
	for (i = 0; i < plan->wave_count; i++) {
		plan->waves[i].tasks = mem_zero(plan->waves[i].count, sizeof(size_t));
		plan->waves[i].count = 0;
	}
	for (i = 1; i < number; i++) {
		node = schedule_by_number(schedule, i);
		wave = &plan->waves[schedule_wave(schedule, node)];
		wave->tasks[wave->count++] = node;
	}
	for (i = 0; i < count; i++)
		if (schedule_number(schedule, i) == 0)
			plan->unscheduled[plan->unscheduled_count++] = i;
}

static void
start_tasks(struct simulation *simulation)
{
	struct plan *plan = simulation->plan;
	struct plan_entry *entry;
	size_t slot, task;

	while (simulation->free_slots.count > 0 && schedule_next(simulation->schedule,
	    simulation->now * 1000, &task)) {
		slot = heap_first(&simulation->free_slots);
		heap_remove(&simulation->free_slots, &by_slot, simulation, slot);
		simulation->entry[task] = plan->schedule_count;
		entry = &plan->schedule[plan->schedule_count++];
		entry->task = task;
		entry->slot = (unsigned)slot;
		entry->start = simulation->now;
		entry->end = simulation->now +
		    estimate_of(&simulation->list->tasks[task]);
		heap_push(&simulation->running, &by_end, simulation, task);
	}
}

/* In plan order a result lands when all lower numbers have. */
static void
finish_task(struct simulation *simulation, size_t task)
{
	struct schedule *schedule = simulation->schedule;
	size_t next;

	if (!simulation->rules->plan_order) {
		schedule_complete(schedule, task);
		return;
	}
	simulation->finished[task] = true;
	schedule_waits_to_land(schedule, task, true);
	while ((next = schedule_by_number(schedule, simulation->landed + 1)) !=
	    SCHEDULE_NODE_NONE && simulation->finished[next]) {
		schedule_complete(schedule, next);
		simulation->landed++;
	}
}

static void
simulate(struct simulation *simulation)
{
	struct plan *plan = simulation->plan;
	const struct plan_entry *entry;
	size_t task;

	start_tasks(simulation);
	while (simulation->running.count > 0) {
		task = heap_first(&simulation->running);
		entry = &plan->schedule[simulation->entry[task]];
		simulation->now = plan->makespan = entry->end;
		/* All that end now end before anything starts. */
		while (simulation->running.count > 0) {
			task = heap_first(&simulation->running);
			entry = &plan->schedule[simulation->entry[task]];
			if (entry->end != simulation->now)
				break;
			heap_remove(&simulation->running, &by_end, simulation, task);
			heap_push(&simulation->free_slots, &by_slot, simulation,
			    entry->slot);
			finish_task(simulation, task);
		}
		start_tasks(simulation);
	}
}

static void
simulation_release(struct simulation *simulation)
{
	size_t i;

	schedule_free(simulation->schedule);
	for (i = 0; i < simulation->list->count; i++)
		scope_free(simulation->scopes[i]);
	free(simulation->scopes);
	free(simulation->entry);
	free(simulation->place);
	free(simulation->finished);
	free(simulation->slot_place);
	heap_release(&simulation->running);
	heap_release(&simulation->free_slots);
}

static struct plan *
plan_one(const struct task_list *list, const struct plan_rules *rules)
{
	struct plan *plan = mem_zero(1, sizeof(*plan));
	struct simulation simulation = { .list = list, .rules = rules, .plan = plan };
	struct schedule_rules schedule_rules = {
		.plan_order = rules->plan_order, .waves = rules->waves
	};
	size_t count = list->count, i, used;

	schedule_rules.slots = plan->slots = rules->slots == 0 ? 1 : rules->slots;
	plan->schedule = mem_zero(count, sizeof(*plan->schedule));
	plan->unscheduled = mem_zero(count, sizeof(*plan->unscheduled));
	simulation.schedule = schedule_new(&schedule_rules);
	simulation.scopes = mem_zero(count, sizeof(*simulation.scopes));
	simulation.entry = mem_zero(count, sizeof(*simulation.entry));
	simulation.place = mem_zero(count, sizeof(*simulation.place));
	simulation.finished = mem_zero(count, sizeof(*simulation.finished));
	/* More slots than tasks are never used. */
	used = plan->slots < count ? plan->slots : count;
	simulation.slot_place = mem_zero(used, sizeof(*simulation.slot_place));
	for (i = 0; i < used; i++)
		heap_push(&simulation.free_slots, &by_slot, &simulation, i);
	add_tasks(&simulation);
	describe(&simulation);
	simulate(&simulation);
	simulation_release(&simulation);
	return plan;
}

struct plan *
plan_new(const struct task_list *list, const struct plan_rules *rules)
{
	struct plan_rules reverse = *rules;
	struct plan *plan = plan_one(list, rules), *other;

	plan->waves_kept = rules->waves;
	reverse.waves = !rules->waves;
	other = plan_one(list, &reverse);
	plan->otherwise = other->makespan;
	plan_free(other);
	return plan;
}

void
plan_free(struct plan *plan)
{
	size_t i;

	if (plan == NULL)
		return;
	for (i = 0; i < plan->wave_count; i++)
		free(plan->waves[i].tasks);
	free(plan->waves);
	free(plan->schedule);
	free(plan->unscheduled);
	free(plan);
}
