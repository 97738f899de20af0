/* Numbers in the order of the plan: see dealing.h. */
#include "dealing.h"

#include <stdlib.h>

#include "line.h"
#include "projects.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "state_walk.h"
#include "tickets.h"

/* ---- lists of nodes ---- */

struct list { size_t *nodes, count, room; };

static void
list_add(struct list *list, size_t node)
{
	if (list->count == list->room) {
		list->room = list->room == 0 ? 64 : 2 * list->room;
		list->nodes = mem_resize(list->nodes, list->room, sizeof(size_t));
	}
	list->nodes[list->count++] = node;
}

/* Those in these states, of one project or (NULL) of all. */
static struct list
list_of(const struct supervisor *supervisor, const struct project *project, unsigned states)
{
	struct list list = { 0 };
	struct state_walk walk;
	const struct task *task;

	state_walk_begin(&walk, supervisor, states);
	while ((task = state_walk_next(&walk)) != NULL)
		if (project == NULL || task->project == project)
			list_add(&list, task->node);
	return list;
}

struct place { size_t number, node; };

static int
by_number(const void *one, const void *other)
{
	const size_t a = ((const struct place *)one)->number, b = ((const struct place *)other)->number;

	return (a > b) - (a < b);
}

/* As they stand in the plan. */
static void
list_sort(struct list *list, const struct schedule *schedule)
{
	struct place *places = mem_zero(list->count + 1, sizeof(*places));
	size_t i;

	for (i = 0; i < list->count; i++)
		places[i] = (struct place){ schedule_number(schedule, list->nodes[i]), list->nodes[i] };
	qsort(places, list->count, sizeof(*places), by_number);
	for (i = 0; i < list->count; i++)
		list->nodes[i] = places[i].node;
	free(places);
}

/* ---- dealing ---- */

#define LOST	(STATE_BIT(TASK_BLOCKED) | STATE_BIT(TASK_CANCELLED))	/* nothing comes of it as it is */
/* They may have a number without a result. */
#define HOLDING	(STATE_BIT(TASK_PENDING) | STATE_BIT(TASK_AWAITING_APPROVAL) | STATE_BIT(TASK_RUNNING) | \
	STATE_BIT(TASK_BLOCKED))

void
dealing_plan(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	size_t count = project_tasks(project), number;
	struct list fresh = { 0 }, ended;
	struct line line;

	for (number = project->planned + 1; number <= count && project->config->order == ORDER_PLAN; number++) {
		struct task *task = supervisor->tasks[schedule_in_group(supervisor->schedule, project->group,
		    number)];

		/* It had ended where it came from. */
		if (task_state_final(task->state))
			continue;
		task->ticket = ++project->last_ticket;
		store_ticket_put(supervisor->store, project->config->name, &(struct ticket_row){
		    .number = task->ticket, .task = task->position, .state = "drawn" });
		registry_store(supervisor, task);
		list_add(&fresh, task->node);
	}
	project->planned = count;
	/* What they depend on may have ended long ago. */
	if (fresh.count > 0) {
		ended = list_of(supervisor, NULL, LOST);
		line = tickets_line(supervisor);
		line_look(&line, ended.nodes, ended.count, fresh.nodes, fresh.count);
		free(ended.nodes);
	}
	free(fresh.nodes);
}

static void
line_give(void *context, size_t node, uint64_t number)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	struct task *task = supervisor->tasks[node];
	const bool had = task->ticket != 0;
	struct ticket_row row = { .number = number, .task = task->position, .state = "drawn" };

	if (number > project->last_ticket) {
		project->last_ticket = number;
		store_ticket_put(supervisor->store, project->config->name, &row);
	}
	/* A result of its own may have been told with the one that it had. */
	if (had && task->attempts > 0) {
		row.number = task->ticket;
		store_ticket_put(supervisor->store, project->config->name, &row);
	}
	task->ticket = number;
	task->dealt = true;
	if (!had)
		registry_store(supervisor, task);
}

static void
line_skip(void *context, uint64_t number)
{
	tickets_not_wanted(context, number, "void");
}

void
dealing_fill(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	struct list order, ended;
	struct line line;

	if (project->config->order != ORDER_PLAN)
		return;
	order = list_of(supervisor, project, STATES_OPEN | STATE_BIT(TASK_BLOCKED));
	list_sort(&order, supervisor->schedule);
	ended = list_of(supervisor, NULL, LOST);
	line = tickets_line(supervisor);
	line_fill(&line, &(struct line_fill){ .order = order.nodes, .count = order.count,
	    .ended = ended.nodes, .ended_count = ended.count, .last = project->last_ticket,
	    .give = line_give, .skip = line_skip, .context = project });
	free(order.nodes);
	free(ended.nodes);
}

/* ---- a start ---- */

/* A project's numbers as the database has them. */
struct pairing {
	struct project *project;
	uint64_t *numbers;	/* that are drawn, and not with whom they were: ascending */
	size_t count, room;
	bool *paired;		/* by node: its number is its own */
};

static void
restore_row(void *context, const struct ticket_row *row)
{
	struct pairing *pairing = context;
	struct project *project = pairing->project;
	struct task *task = project->supervisor->tasks[row->task - 1];
	const bool own = task->ticket == row->number && task->project == project;

	if (str_same(row->state, "unwanted") && own)
		task->cancelled = true;
	if (own && !str_same(row->state, "void")) {
		pairing->paired[task->node] = true;
		return;
	}
	if (!str_same(row->state, "drawn"))
		return;
	if (pairing->count == pairing->room) {
		pairing->room = pairing->room == 0 ? 64 : 2 * pairing->room;
		pairing->numbers = mem_resize(pairing->numbers, pairing->room, sizeof(uint64_t));
	}
	pairing->numbers[pairing->count++] = row->number;
}

/* Those whose number is another's by now get what is left, in the order of the plan. */
static void
pair(struct pairing *pairing)
{
	struct supervisor *supervisor = pairing->project->supervisor;
	struct list holders = list_of(supervisor, pairing->project, HOLDING);
	size_t next = 0, i;

	list_sort(&holders, supervisor->schedule);
	for (i = 0; i < holders.count; i++) {
		struct task *task = supervisor->tasks[holders.nodes[i]];

		if (task->ticket == 0 || pairing->paired[task->node])
			continue;
		task->ticket = next < pairing->count ? pairing->numbers[next++] : 0;
		task->dealt = true;
	}
	/* Nobody has these. */
	while (next < pairing->count)
		tickets_not_wanted(pairing->project, pairing->numbers[next++], "void");
	free(holders.nodes);
}

static void
restore(struct project *project, bool *paired)
{
	struct store *store = project->supervisor->store;
	struct pairing pairing = { .project = project, .paired = paired };

	project->last_ticket = project->told_ticket = store_ticket_last(store, project->config->name);
	store_each_ticket(store, project->config->name, restore_row, &pairing);
	pair(&pairing);
	free(pairing.numbers);
}

void
dealing_restore(struct supervisor *supervisor)
{
	bool *paired = mem_zero(supervisor->task_count + 1, sizeof(bool));
	struct line line;
	size_t i;

	store_begin(supervisor->store);
	for (i = 0; i < supervisor->project_count; i++)
		restore(supervisor->projects[i], paired);
	line = tickets_line(supervisor);
	line_sweep(&line, LINE_ALL);
	for (i = 0; i < supervisor->project_count; i++)
		dealing_fill(supervisor->projects[i]);
	store_commit(supervisor->store);
	free(paired);
	/* Told when the project is open, like all that is not settled. */
	for (i = 0; i < supervisor->project_count; i++)
		supervisor->projects[i]->void_count = 0;
}

/* ---- the database ---- */

static int
by_ticket(const void *one, const void *other)
{
	const struct task *a = *(struct task *const *)one, *b = *(struct task *const *)other;

	if (a->project != b->project)
		return a->project->group < b->project->group ? -1 : 1;
	return (a->ticket > b->ticket) - (a->ticket < b->ticket);
}

struct task **
dealing_holders(struct supervisor *supervisor, size_t *count)
{
	struct task **holders = mem_zero(supervisor->task_count + 1, sizeof(*holders)), *task;
	struct state_walk walk;

	*count = 0;
	state_walk_begin(&walk, supervisor, HOLDING);
	while ((task = state_walk_next(&walk)) != NULL)
		if (task->dealt && task->ticket != 0)
			holders[(*count)++] = task;
	qsort(holders, *count, sizeof(*holders), by_ticket);
	return holders;
}

struct task *
dealing_find(struct task *const *holders, size_t count, const struct project *project, uint64_t number)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		struct task *task = holders[middle];

		if (task->project == project && task->ticket == number)
			return task;
		if (task->project->group < project->group ||
		    (task->project == project && task->ticket < number))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void
dealing_keep(struct supervisor *supervisor)
{
	size_t count, i;
	struct task **holders = dealing_holders(supervisor, &count);

	if (count > 0)
		store_begin(supervisor->store);
	for (i = 0; i < count; i++) {
		store_ticket_put(supervisor->store, holders[i]->project->config->name, &(struct ticket_row){
		    .number = holders[i]->ticket, .task = holders[i]->position, .state = "drawn" });
		registry_store(supervisor, holders[i]);
		holders[i]->dealt = false;
	}
	if (count > 0)
		store_commit(supervisor->store);
	free(holders);
}
