/* More scope for a task: see widening.h. */
#include "widening.h"

#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "registry.h"
#include "slots.h"
#include "transition.h"

#define WIDENED_MAX	512u	/* patterns of a task that has asked for more */

/*
 * The patterns of the task and those that are not among them. What stands before a pattern
 * that takes out may be taken out, and is asked for again.
 */
static char **
widened(const struct task *task, char *const *patterns)
{
	size_t count = strs_count(task->spec.files), i, j, from = 0;
	char **list = mem_zero(count + strs_count(patterns) + 1, sizeof(char *));

	for (i = 0; i < count; i++) {
		list[i] = str_dup(task->spec.files[i]);
		if (list[i][0] == '!')
			from = i + 1;
	}
	for (i = 0; patterns[i] != NULL; i++) {
		for (j = from; j < count && !str_same(list[j], patterns[i]); j++)
			;
		if (j == count)
			list[count++] = str_dup(patterns[i]);
	}
	return list;
}

/* The patterns of its task from one on, as many as a line holds. */
static char *
added_text(const struct task *task, size_t from)
{
	char *const *files = task->spec.files;
	struct buffer text;
	char *result;
	size_t i;

	buffer_init(&text);
	for (i = from; files[i] != NULL && text.len + strlen(files[i]) < AGENT_TEXT_MAX; i++)
		buffer_format(&text, "%s%s", i == from ? "" : " ", files[i]);
	if (files[i] != NULL)
		buffer_format(&text, " and %zu more", strs_count(files) - i);
	result = str_dup(buffer_text(&text));
	buffer_release(&text);
	return result;
}

/*
 * Granted: the scope, which is taken over, and the list become the task's; those of before
 * stay. Inside a transaction.
 */
static void
take(struct supervisor *supervisor, struct task *task, struct scope *scope, char *const *list)
{
	size_t count = strs_count(list), before = strs_count(task->spec.files), i;
	char **files = arena_zero(&task->arena, count + 1, sizeof(char *)), *text;

	for (i = 0; i < count; i++) {
		files[i] = i < before ? task->spec.files[i] : arena_copy(&task->arena, list[i], strlen(list[i]));
		if (i >= before)
			store_widened_put(supervisor->store, task->position, files[i]);
	}
	task->spec.files = files;
	registry_change_scope(task, scope);
	text = added_text(task, before);
	events_record(supervisor, &(struct event_row){ .event = "task.scope", .task = task->spec.id,
	    .attempt = task->attempts, .slot = task->slot, .reason = text });
	free(text);
}

static void
take_now(struct supervisor *supervisor, struct task *task, struct scope *scope, char *const *list)
{
	store_begin(supervisor->store);
	take(supervisor, task, scope, list);
	transition_commit(supervisor);
}

static void
record(struct supervisor *supervisor, const struct task *task, const char *event, const char *why)
{
	store_begin(supervisor->store);
	events_record(supervisor, &(struct event_row){ .event = event, .task = task->spec.id,
	    .attempt = task->attempts, .slot = task->slot, .reason = why });
	transition_commit(supervisor);
}

/* Never, whoever holds what: the text is the caller's to free. */
static enum error
wrong_with(char *const *patterns, char **why)
{
	const char *wrong;
	size_t i;

	for (i = 0; patterns[i] != NULL; i++)
		if (strlen(patterns[i]) > TASK_PATTERN_MAX) {
			*why = str_format("a pattern of more than %u bytes", TASK_PATTERN_MAX);
			return ERROR_TOO_LARGE;
		} else if (patterns[i][0] == '!') {
			*why = str_format("more scope is asked for, and nothing is taken out (for a file "
			    "called so write \\!): %s", patterns[i]);
			return ERROR_INVALID;
		} else if ((wrong = task_pattern_wrong(patterns[i], true)) != NULL) {
			*why = str_format("%s%s", wrong, patterns[i]);
			return ERROR_INVALID;
		}
	return ERROR_NONE;
}

/* Kept with the task until it is told; takes scope and list over. */
static void
keep(struct task *task, const struct msg_job_request *request, struct scope *scope, char **list)
{
	task->wish = mem_zero(1, sizeof(*task->wish));
	*task->wish = (struct wish){ .attempt = request->attempt, .serial = request->serial,
	    .scope = scope, .files = list };
}

/* Asks the schedule for the longer list, which is taken over. */
static void
decide(struct slot *slot, const struct msg_job_request *request, char **list,
    struct msg_job_answer *out, char **why)
{
	struct supervisor *supervisor = slot->supervisor;
	struct task *task = slot->task;
	struct scope *scope = registry_scope(task, list);
	const struct task *other;
	size_t holder;

	switch (schedule_extend(supervisor->schedule, task->node, scope, request->wait, &holder)) {
	case SCHEDULE_GRANTED:
		out->yes = true;
		take_now(supervisor, task, scope, list);
		break;
	case SCHEDULE_QUEUED:
		out->later = true;
		keep(task, request, scope, list);
		other = supervisor->tasks[holder];
		*why = str_format("task %s holds a lease on it", other->spec.id);
		record(supervisor, task, "task.scope_waits", *why);
		return;
	case SCHEDULE_REFUSED:
		other = supervisor->tasks[holder];
		*why = !request->wait ? str_format("task %s holds a lease on it", other->spec.id) :
		    str_format("task %s holds a lease on it, and may wait for this one, or does not "
		    "run: finish without it, or end with exit status 75 and try again", other->spec.id);
		scope_free(scope);
		break;
	}
	strs_free(list);
}

void
widening_ask(struct slot *slot, const struct msg_job_request *request, struct msg_job_answer *out,
    struct arena *arena)
{
	struct task *task = slot->task;
	enum error error = ERROR_NONE;
	char **list, *why = NULL;

	if (task->wish != NULL)
		schedule_extend_cancel(slot->supervisor->schedule, task->node);
	registry_forget_wish(task);
	if (task->spec.files == NULL) {
		out->yes = true;
		return;
	}
	error = wrong_with(request->paths, &why);
	list = error == ERROR_NONE ? widened(task, request->paths) : NULL;
	if (error != ERROR_NONE) {
		;
	} else if (strs_count(list) > WIDENED_MAX) {
		why = str_format("its scope would have more than %u patterns", WIDENED_MAX);
		error = ERROR_TOO_LARGE;
		strs_free(list);
	} else if (strs_count(list) == strs_count(task->spec.files)) {
		out->yes = true;
		strs_free(list);
	} else if (task->state != TASK_RUNNING) {
		why = str_dup("its attempt is ending");
		strs_free(list);
	} else
		decide(slot, request, list, out, &why);
	out->error = error_wire(error);
	if (why != NULL)
		out->text = arena_copy(arena, why, strlen(why));
	free(why);
}

void
widening_withdraw(struct supervisor *supervisor, struct task *task, uint64_t serial)
{
	if (task->wish == NULL || task->wish->attempt != task->attempt || task->wish->serial != serial)
		return;
	schedule_extend_cancel(supervisor->schedule, task->node);
	registry_forget_wish(task);
	record(supervisor, task, "task.scope_refused", "its agent waits no longer for who holds a lease on it");
}

static void
tell(struct supervisor *supervisor, struct task *task, bool granted)
{
	struct wish *wish = task->wish;
	struct slot *slot = slots_by_attempt(supervisor, wish->attempt);
	struct msg_job_answer answer = { .attempt = wish->attempt, .fence = supervisor->fence,
	    .serial = wish->serial, .error = error_wire(ERROR_NONE), .yes = granted };

	if (granted) {
		take_now(supervisor, task, wish->scope, wish->files);
		wish->scope = NULL;
	} else {
		answer.text = "who holds a lease on it does not run any more, and may need this slot: "
		    "finish without it, or end with exit status 75 and try again";
		record(supervisor, task, "task.scope_refused", answer.text);
	}
	registry_forget_wish(task);
	if (slot != NULL && slot->peer != NULL)
		peer_send(slot->peer, MSG_job_answer, &answer);
}

void
widening_tell(struct supervisor *supervisor)
{
	size_t node;
	bool granted;

	while (schedule_extended(supervisor->schedule, &node, &granted))
		if (supervisor->tasks[node]->wish != NULL)
			tell(supervisor, supervisor->tasks[node], granted);
}

/* ---- what a person lets land ---- */

/* What its result changes outside its scope, with its scope; NULL: nothing, or too much to be said. */
static char **
exceeding(struct supervisor *supervisor, const struct task *task)
{
	char everything[] = SCOPE_EVERYTHING, *all[] = { everything, NULL };
	char **outside = task->leased ? store_outside(supervisor->store, task->position) : NULL, **list;

	if (outside == NULL)
		return NULL;
	list = widened(task, outside);
	strs_free(outside);
	if (strs_count(list) <= TASK_LIST_MAX)
		return list;
	strs_free(list);
	return widened(task, all);
}

/* Whose lease is in its way, or will be when those before it have theirs; NULL: nobody's. */
static const struct task *
barred_by(struct supervisor *supervisor, struct task *const *tasks, size_t index)
{
	const struct task *task = tasks[index];
	size_t holder = schedule_holder(supervisor->schedule, task->node, task->wish->scope), i;

	if (holder != SCHEDULE_NODE_NONE)
		return supervisor->tasks[holder];
	for (i = 0; i < index; i++)
		if (tasks[i] != task && tasks[i]->project == task->project && tasks[i]->wish != NULL &&
		    scope_overlap(tasks[i]->wish->scope, task->wish->scope))
			return tasks[i];
	return NULL;
}

/* Why it cannot have what it would have to; NULL: it can, and that is its wish. */
static char *
wish_to_land(struct supervisor *supervisor, struct task *const *tasks, size_t index)
{
	struct task *task = tasks[index];
	const struct task *other;
	char **list;

	registry_forget_wish(task);
	if ((list = exceeding(supervisor, task)) == NULL)
		return NULL;
	task->wish = mem_zero(1, sizeof(*task->wish));
	*task->wish = (struct wish){ .scope = registry_scope(task, list), .files = list };
	if (strs_count(list) > TASK_LIST_MAX)
		return str_format("its scope would have more than %u patterns", TASK_LIST_MAX);
	if ((other = barred_by(supervisor, tasks, index)) == NULL)
		return NULL;
	return str_format("it changes what is outside its scope, and task %s holds a lease on that: "
	    "approve it when that one has ended", other->spec.id);
}

struct task *
widening_may_land(struct supervisor *supervisor, struct task *const *tasks, size_t count, char **why)
{
	size_t i, j;

	*why = NULL;
	for (i = 0; i < count && (*why = wish_to_land(supervisor, tasks, i)) == NULL; i++)
		;
	if (*why == NULL)
		return NULL;
	for (j = 0; j <= i; j++)
		registry_forget_wish(tasks[j]);
	return tasks[i];
}

void
widening_lands(struct supervisor *supervisor, struct task *task)
{
	struct wish *wish = task->wish;

	if (wish == NULL)
		return;
	schedule_rescope(supervisor->schedule, task->node, wish->scope);
	take(supervisor, task, wish->scope, wish->files);
	wish->scope = NULL;
	registry_forget_wish(task);
}
