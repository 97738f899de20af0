/* The tasks in memory: see registry.h. */
#include "registry.h"

#include <stdlib.h>

#include "events.h"
#include "fingerprint.h"
#include "kinds.h"
#include "ledger.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/put.h"

/* Its own order, line and leases, its share of the slots. */
static struct schedule_group
group_of(const struct project *project)
{
	return (struct schedule_group){ .weight = (unsigned)project->config->weight,
	    .cap = (unsigned)project->config->slots, .plan_order = project->config->order == ORDER_PLAN,
	    .waves = project->config->waves != 0 };
}

/* A class for each agent that may not run any number of times at once. */
static void
add_agents(struct supervisor *supervisor)
{
	struct agents *agents = &supervisor->config.agents;
	size_t i;

	for (i = 0; i < agents->count; i++)
		if (agents->items[i].slots != 0)
			agents->items[i].class = schedule_add_agent(supervisor->schedule,
			    (unsigned)agents->items[i].slots);
}

void
registry_init(struct supervisor *supervisor)
{
	struct schedule_group first = group_of(supervisor->projects[0]), group;
	struct schedule_rules rules = { .slots = (unsigned)supervisor->config.slots,
	    .plan_order = first.plan_order, .waves = first.waves };
	size_t i;

	name_table_init(&supervisor->names);
	supervisor->schedule = schedule_new(&rules);
	schedule_clock(supervisor->schedule, clock_monotonic());
	schedule_set_group(supervisor->schedule, 0, first.weight, first.cap);
	for (i = 1; i < supervisor->project_count; i++) {
		group = group_of(supervisor->projects[i]);
		supervisor->projects[i]->group = schedule_add_group(supervisor->schedule, &group);
	}
	for (i = 0; i < supervisor->former_count; i++) {
		group = group_of(supervisor->former[i]);
		supervisor->former[i]->group = schedule_add_group(supervisor->schedule, &group);
		schedule_pause_group(supervisor->schedule, supervisor->former[i]->group, true);
	}
	add_agents(supervisor);
}

void
registry_forget_wish(struct task *task)
{
	if (task->wish == NULL)
		return;
	scope_free(task->wish->scope);
	strs_free(task->wish->files);
	free(task->wish);
	task->wish = NULL;
}

static void
task_free(struct task *task)
{
	arena_release(&task->arena);
	scope_free(task->scope);
	while (task->scope_count > 0)
		scope_free(task->scopes[--task->scope_count]);
	free(task->scopes);
	registry_forget_wish(task);
	free(task->reason);
	free(task->feedback);
	free(task->commit);
	free(task->conflict_id);
	free(task->conflict);
	free(task->seen_tip);
	free(task->dependents);
	free(task);
}

void
registry_release(struct supervisor *supervisor)
{
	size_t i;

	schedule_free(supervisor->schedule);
	for (i = 0; i < TASK_STATES; i++)
		node_set_release(&supervisor->by_state[i]);
	for (i = 0; i < supervisor->task_count; i++)
		task_free(supervisor->tasks[i]);
	free(supervisor->tasks);
	name_table_release(&supervisor->names);
}

struct task *
registry_find(struct supervisor *supervisor, const char *id)
{
	size_t node;

	return name_table_find(&supervisor->names, id, &node) ? supervisor->tasks[node] : NULL;
}

const char *
registry_agent(const struct task *task)
{
	return task->spec.agent != NULL ? task->spec.agent : task->project->config->agent;
}

size_t
registry_waiting(const struct supervisor *supervisor)
{
	return supervisor->counts[TASK_PENDING] + supervisor->counts[TASK_AWAITING_APPROVAL] +
	    supervisor->counts[TASK_LANDING] + supervisor->counts[TASK_VERIFYING];
}

void
registry_set_state(struct supervisor *supervisor, struct task *task, enum task_state state)
{
	supervisor->counts[task->state]--;
	node_set_remove(&supervisor->by_state[task->state], task->node);
	task->project->counts[task->state]--;
	task->state = state;
	supervisor->counts[state]++;
	node_set_add(&supervisor->by_state[state], task->node);
	task->project->counts[state]++;
}

void
registry_store(struct supervisor *supervisor, const struct task *task)
{
	struct task_row row = {
		.position = task->position, .state = task_state_name(task->state),
		.reason = task->reason, .feedback = task->feedback, .commit = task->commit,
		.attempts = task->attempts, .failures = task->failures, .reworks = task->reworks,
		.laters = task->laters, .ticket = task->ticket, .started = task->started,
		.ended = task->ended, .leased = task->leased,
		.conflict_id = task->conflict_id, .conflict = task->conflict,
	};

	store_task_update(supervisor->store, &row);
}

/* The specification as stored: without the prompt. */
static void
spec_encode(const struct record_task *spec, struct buffer *out)
{
	struct record_task without = *spec;

	without.prompt = NULL;
	/* How it stood elsewhere is not what it is. */
	without.initial = without.initial_reason = without.extra = NULL;
	/* A column of its own. */
	without.project = NULL;
	buffer_init(out);
	put_map(out, record_task(), &without);
}

/* Of its agent, which may not run any number of times at once; 0: it may. */
static size_t
class_of(const struct supervisor *supervisor, const struct task *task)
{
	const struct agent *agent = task->spec.command != NULL ? NULL :
	    agents_find(&supervisor->config.agents, registry_agent(task));

	return agent != NULL ? agent->class : 0;
}

struct scope *
registry_scope(const struct task *task, char *const *patterns)
{
	return scope_new(patterns, task->project->config->ignore_case != 0);
}

struct task *
registry_enter(struct supervisor *supervisor, struct project *project, const unsigned char *spec, size_t len)
{
	struct task *task = mem_zero(1, sizeof(*task)), *finder;
	const char *why = "cannot be read";
	const void *params;
	struct reader *reader = reader_map(spec, len, &params);
	struct schedule_task entry;
	size_t room = supervisor->task_count;

	task->project = project;
	arena_init(&task->arena);
	if (reader == NULL || fields_get(record_task(), params, &task->spec, &task->arena, NULL, NULL,
	    &why) != ERROR_NONE)
		fatalx("state database: a task's specification: %s", why);
	reader_free(reader);
	task->scope = task->spec.files != NULL ? registry_scope(task, task->spec.files) : NULL;
	entry = (struct schedule_task){ .priority = (unsigned)task->spec.priority,
	    .estimate_seconds = task->spec.estimate, .scope = task->scope, .group = project->group,
	    .agent = class_of(supervisor, task) };
	task->node = schedule_add(supervisor->schedule, &entry);
	task->position = task->node + 1;
	if ((room & (room - 1)) == 0)
		supervisor->tasks = mem_resize(supervisor->tasks, room ? 2 * room : 1, sizeof(struct task *));
	supervisor->tasks[supervisor->task_count++] = task;
	name_table_add(&supervisor->names, task->spec.id, task->node);
	if (task->spec.discovered_by != NULL && (finder = registry_find(supervisor,
	    task->spec.discovered_by)) != NULL)
		finder->discovered++;
	supervisor->counts[TASK_PENDING]++;
	node_set_add(&supervisor->by_state[TASK_PENDING], task->node);
	task->project->counts[TASK_PENDING]++;
	kinds_add(supervisor, task, registry_agent(task));
	return task;
}

void
registry_connect(struct supervisor *supervisor, size_t first, size_t end)
{
	size_t node, i;

	for (node = first; node < end; node++) {
		struct task *task = supervisor->tasks[node];

		for (i = 0; task->spec.depends_on != NULL && task->spec.depends_on[i] != NULL; i++) {
			struct task *other = registry_find(supervisor, task->spec.depends_on[i]);

			schedule_depend(supervisor->schedule, node, other->node);
			other->dependents = mem_resize(other->dependents, other->dependent_count + 1,
			    sizeof(size_t));
			other->dependents[other->dependent_count++] = node;
		}
	}
	schedule_prepare_some(supervisor->schedule, end - first);
}

void
registry_change_scope(struct task *task, struct scope *scope)
{
	task->scopes = mem_resize(task->scopes, task->scope_count + 1, sizeof(scope));
	task->scopes[task->scope_count++] = task->scope;
	task->scope = scope;
}

bool
registry_ended_before(const struct record_task *task)
{
	return task->initial != NULL && task_state_final(task_state_find(task->initial));
}

bool
registry_same(struct supervisor *supervisor, const struct task *task, const struct record_task *spec)
{
	struct task_row row = { .position = task->position };
	struct buffer bytes;
	bool same;

	spec_encode(spec, &bytes);
	row.spec = bytes.bytes;
	row.spec_len = bytes.len;
	same = store_task_same(supervisor->store, &row, spec->prompt != NULL ? spec->prompt : "");
	buffer_release(&bytes);
	return same;
}

double
registry_batch(struct supervisor *supervisor)
{
	const size_t count = supervisor->task_count;
	double now = clock_wall();
	char *text = store_get(supervisor->store, BATCHES_FROM);

	if (text == NULL) {
		text = str_format("%zu", count);
		store_set(supervisor->store, BATCHES_FROM, text);
	}
	free(text);
	/* A clock that has not moved, or was set back to the very moment. */
	if (count > 0 && supervisor->tasks[count - 1]->added == now)
		now += 1e-6;
	return now;
}

void
registry_insert(struct supervisor *supervisor, struct project *project, const struct record_task *spec,
    double added)
{
	char digits[FINGERPRINT_TEXT], *why = NULL;
	struct buffer bytes;
	struct task *task;
	struct task_row row;

	spec_encode(spec, &bytes);
	task = registry_enter(supervisor, project, bytes.bytes, bytes.len);
	row = (struct task_row){ .position = task->position, .id = task->spec.id,
	    .project = task->project->config->name, .spec = bytes.bytes,
	    .spec_len = bytes.len, .state = task_state_name(TASK_PENDING) };
	store_task_insert(supervisor->store, &row, spec->prompt != NULL ? spec->prompt : "");
	fingerprint_make(spec->title, str_same(spec->title, spec->prompt) ? NULL : spec->prompt,
	    spec->files, digits);
	ledger_added(supervisor, task, added);
	store_fingerprint_put(supervisor->store, digits, task->position);
	if (spec->extra != NULL)
		store_extra_put(supervisor->store, task->position, spec->extra);
	events_record(supervisor, &(struct event_row){ .event = "task.added", .task = task->spec.id,
	    .reason = spec->discovered_by != NULL ? (why = str_format("found by %s",
	    spec->discovered_by)) : NULL });
	free(why);
	buffer_release(&bytes);
}
