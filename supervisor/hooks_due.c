/* Hooks that are due: see hooks_due.h. */
#include "hooks_due.h"

#include <stdlib.h>

#include "events.h"
#include "notes.h"
#include "projects.h"
#include "protocol/json_text.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "store_notes.h"

#define DUE_MOST	100000u		/* that wait; more are dropped, which is told */

static const char *const names[HOOKS] = { "task_start", "iteration_end", "pre_land", "task_end",
    "session_end", "escalation", "idle" };

const char *hook_name(enum hook hook) { return names[hook]; }

enum hook
hook_find(const char *name)
{
	int i;

	for (i = 0; i < HOOKS && !str_same(names[i], name); i++)
		;
	return (enum hook)i;
}

const char *
hook_command(const struct config_project *config, enum hook hook)
{
	const char *const commands[HOOKS] = { config->hook_task_start, config->hook_iteration_end,
	    config->hook_pre_land, config->hook_task_end, config->hook_session_end, config->hook_escalation,
	    config->hook_idle };

	return hook < HOOKS ? commands[hook] : NULL;
}

static struct hook_run *
add(struct supervisor *supervisor, const struct hook_row *row)
{
	struct hook_run *run;

	if (supervisor->hooks_count >= DUE_MOST)
		return NULL;
	run = mem_zero(1, sizeof(*run));
	if (supervisor->hooks == NULL)
		supervisor->hooks = run;
	else
		supervisor->hooks_last->next = run;
	supervisor->hooks_last = run;
	supervisor->hooks_count++;
	run->id = row->id;
	run->hook = hook_find(row->hook);
	run->task = row->task != 0 ? supervisor->tasks[row->task - 1] : NULL;
	run->attempt = row->attempt;
	run->input = str_dup(row->input);
	run->tries = row->tries;
	run->since = clock_monotonic();
	return run;
}

static void
keep(struct supervisor *supervisor, struct project *project, const struct task *task, enum hook hook,
    uint64_t attempt, const char *input)
{
	struct hook_row row = { .hook = names[hook], .task = task != NULL ? task->position : 0,
	    .attempt = attempt, .input = input };
	struct hook_run *run;

	row.id = store_hook_put(supervisor->store, &row, project->config->name);
	run = add(supervisor, &row);
	if (run != NULL)
		run->project = project;
	else
		log_warnx("hook=%s why=more than %u wait: the next start runs it", names[hook], DUE_MOST);
}

static void
begin(struct buffer *out, enum hook hook, const struct project *project)
{
	buffer_init(out);
	json_text_begin(out);
	json_text_add(out, "hook", names[hook]);
	json_text_add(out, "project", project->config->name);
	json_text_real(out, "time", clock_wall());
}

static void
add_task(struct buffer *out, const struct task *task)
{
	json_text_add(out, "task", task->spec.id);
	json_text_add(out, "title", task->spec.title);
	json_text_add(out, "state", task_state_name(task->state));
	if (task->ticket != 0)
		json_text_number(out, "ticket", task->ticket);
	json_text_add(out, "commit", task->commit);
}

void
hooks_due(struct supervisor *supervisor, struct task *task, enum hook hook, const char *kind,
    const char *reason)
{
	struct buffer out;

	if (hook_command(task->project->config, hook) == NULL)
		return;
	begin(&out, hook, task->project);
	add_task(&out, task);
	json_text_number(&out, "attempt", task->attempts);
	json_text_add(&out, "kind", kind);
	json_text_add(&out, "reason", reason);
	json_text_end(&out);
	keep(supervisor, task->project, task, hook, task->attempts, buffer_text(&out));
	buffer_release(&out);
}

void
hooks_due_session(struct supervisor *supervisor, struct task *task, uint64_t number, const char *outcome,
    const char *reason)
{
	struct buffer out;
	char *session;

	if (hook_command(task->project->config, HOOK_SESSION_END) == NULL)
		return;
	session = str_format("%s/%s/%ju", task->project->config->name, task->spec.id, (uintmax_t)number);
	begin(&out, HOOK_SESSION_END, task->project);
	json_text_add(&out, "session_id", session);
	add_task(&out, task);
	json_text_number(&out, "attempt", number);
	json_text_add(&out, "reason", outcome);
	json_text_add(&out, "detail", reason);
	json_text_end(&out);
	keep(supervisor, task->project, task, HOOK_SESSION_END, number, buffer_text(&out));
	buffer_release(&out);
	free(session);
}

static void
due_idle(struct supervisor *supervisor, struct project *project, const char *moment)
{
	char *key = str_format("idle.%s", project->config->name), *told = store_get(supervisor->store, key);
	struct buffer out;

	if (!str_same(told, moment)) {
		begin(&out, HOOK_IDLE, project);
		json_text_number(&out, "complete", project->counts[TASK_COMPLETE]);
		json_text_number(&out, "blocked", project->counts[TASK_BLOCKED]);
		json_text_number(&out, "cancelled", project->counts[TASK_CANCELLED]);
		json_text_number(&out, "waiting", project->counts[TASK_PENDING] + project->counts[TASK_LANDING] +
		    project->counts[TASK_VERIFYING] + project->counts[TASK_AWAITING_APPROVAL]);
		json_text_end(&out);
		keep(supervisor, project, NULL, HOOK_IDLE, 0, buffer_text(&out));
		store_set(supervisor->store, key, moment);
		buffer_release(&out);
	}
	free(told);
	free(key);
}

void
hooks_due_idle(struct supervisor *supervisor)
{
	char *moment = NULL;
	size_t i;

	for (i = 0; i < supervisor->project_count; i++) {
		if (hook_command(supervisor->projects[i]->config, HOOK_IDLE) == NULL)
			continue;
		/* It is another moment when something has become of a task since. */
		if (moment == NULL)
			moment = str_format("%ju", (uintmax_t)store_event_moved(supervisor->store));
		due_idle(supervisor, supervisor->projects[i], moment);
	}
	free(moment);
}

char *
hooks_gate_input(const struct task *task, const struct gate *gate)
{
	struct buffer out;
	char *text;

	begin(&out, HOOK_PRE_LAND, gate->project);
	json_text_add(&out, "task", task->spec.id);
	json_text_add(&out, "title", task->spec.title);
	json_text_number(&out, "attempt", task->attempts);
	json_text_number(&out, "ticket", gate->ticket);
	json_text_add(&out, "tree", gate->tree);
	json_text_add(&out, "tip", gate->tip);
	json_text_end(&out);
	text = str_dup(buffer_text(&out));
	buffer_release(&out);
	return text;
}

void
hooks_failed(struct supervisor *supervisor, const struct task *task, enum hook hook, const char *why)
{
	char *reason = str_format("%s: %s", hook_name(hook), why);

	events_record(supervisor, &(struct event_row){ .event = "hook.failed",
	    .task = task != NULL ? task->spec.id : NULL, .attempt = task != NULL ? task->attempts : 0,
	    .reason = reason });
	if (task != NULL && task->started != 0)
		notes_touch(supervisor, task);
	free(reason);
}

/* ---- across supervisors ---- */

struct stale { uint64_t *ids; size_t count; struct supervisor *supervisor; };

static void
load(void *context, const struct hook_row *row, const char *name)
{
	struct stale *stale = context;
	struct project *project = projects_find(stale->supervisor, name);
	struct hook_run *run;

	if (project == NULL || hook_command(project->config, hook_find(row->hook)) == NULL) {
		stale->ids = mem_resize(stale->ids, stale->count + 1, sizeof(uint64_t));
		stale->ids[stale->count++] = row->id;
	} else if ((run = add(stale->supervisor, row)) != NULL) {
		run->project = project;
	}
}

void
hooks_load(struct supervisor *supervisor)
{
	struct stale stale = { .supervisor = supervisor };

	store_each_hook(supervisor->store, load, &stale);
	/* The configuration has them no more. */
	while (stale.count > 0)
		store_hook_drop(supervisor->store, stale.ids[--stale.count]);
	free(stale.ids);
}

static void
drop(struct supervisor *supervisor, struct hook_run *run)
{
	struct hook_run **at = &supervisor->hooks, *before = NULL;

	for (; *at != run; at = &(*at)->next)
		before = *at;
	*at = run->next;
	if (supervisor->hooks_last == run)
		supervisor->hooks_last = before;
	supervisor->hooks_count--;
	if (run->slot != NULL)
		run->slot->hook = NULL;
	free(run->input);
	free(run);
}

void
hooks_done(struct supervisor *supervisor, struct hook_run *run)
{
	store_hook_drop(supervisor->store, run->id);
	drop(supervisor, run);
}

void
hooks_release(struct supervisor *supervisor)
{
	while (supervisor->hooks != NULL)
		drop(supervisor, supervisor->hooks);
}
