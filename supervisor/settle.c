/* What the end of an attempt means for its task: see settle.h. */
#include "settle.h"

#include <stdlib.h>

#include "engine.h"
#include "events.h"
#include "outcome.h"
#include "protocol/mem.h"
#include "slots.h"
#include "tickets.h"

/* "Not yet": again when the branch has moved, else after a while, not for ever. */
static void
settle_later(struct supervisor *supervisor, struct task *task)
{
	uint64_t now = clock_monotonic();
	struct decision decision;

	if (!str_same(task->seen_tip, supervisor->project.tip)) {
		task->laters = 0;
		engine_apply(supervisor, task, TASK_LATER, "task.later", "the branch has moved meanwhile", now);
		return;
	}
	decision = decide_later(++task->laters, supervisor->config.retries_later);
	if (decision.give_up) {
		engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked",
		    "not yet (exit status 75) too often on a branch that did not move", 0);
		return;
	}
	task->waits_for_tip = true;
	supervisor->waiters = mem_resize(supervisor->waiters, supervisor->waiter_count + 1, sizeof(size_t));
	supervisor->waiters[supervisor->waiter_count++] = task->node;
	engine_apply(supervisor, task, TASK_LATER, "task.later", "waits for the branch to move",
	    now + decision.wait_ms);
}

static void
settle_failure(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	struct decision decision = decide_failure(++task->failures, supervisor->config.retries_failed);
	char *reason = str_format("%s%s%s", result->outcome, result->reason != NULL ? ": " : "",
	    result->reason != NULL ? result->reason : "");

	if (result->output != NULL && result->output[0] != '\0')
		str_set(&task->feedback, result->output);
	if (decision.give_up)
		engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", reason, 0);
	else
		engine_apply(supervisor, task, TASK_AGAIN, "task.retry", reason,
		    clock_monotonic() + decision.wait_ms);
	free(reason);
}

/* Finished: what it made gets its place in the line. */
static void
settle_done(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	if (result->changed) {
		tickets_queue(supervisor, task, result);
		engine_apply(supervisor, task, TASK_FINISHED, "task.land", NULL, 0);
	} else if (task->spec.diff_optional) {
		engine_apply(supervisor, task, TASK_UNCHANGED, "task.complete", NULL, 0);
	} else {
		engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", "no_change: the agent ended "
		    "well and changed nothing; write 'diff: optional' if that is fine", 0);
	}
}

/* commitd would not take it. */
static void
settle_refused(struct supervisor *supervisor, struct task *task, enum error error, const char *why)
{
	if (error == ERROR_PERMISSION && ++task->reworks <= supervisor->config.retries_rework) {
		str_set(&task->feedback, why);
		engine_apply(supervisor, task, TASK_AGAIN, "task.rework", why, clock_monotonic());
		return;
	}
	engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", why, 0);
}

static void
settle_task(struct supervisor *supervisor, struct task *task, const struct result *result,
    enum error refused, const char *why)
{
	enum outcome outcome = outcome_find(result->outcome);

	task->attempt = 0;
	if (task->cancelled) {
		engine_apply(supervisor, task, TASK_STOPPED, "task.cancelled", task->reason, 0);
		return;
	}
	switch (outcome) {
	case OUTCOME_DONE:
		if (refused != ERROR_NONE)
			settle_refused(supervisor, task, refused, why);
		else
			settle_done(supervisor, task, result);
		return;
	case OUTCOME_LATER:
		settle_later(supervisor, task);
		return;
	case OUTCOME_BLOCKED:
		engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked",
		    result->reason ? result->reason : "the agent says it is blocked", 0);
		return;
	case OUTCOME_STOPPED:
		engine_apply(supervisor, task, TASK_AGAIN, "task.retry", "stopped", clock_monotonic());
		return;
	case OUTCOME_LOST:
		if (++task->losses >= LOSSES_MAX)
			engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked",
			    "its worker died under it again and again", 0);
		else
			engine_apply(supervisor, task, TASK_AGAIN, "task.retry", "its worker died",
			    clock_monotonic());
		return;
	case OUTCOME_FAILED:
		settle_failure(supervisor, task, result);
		return;
	}
}

void
settle_attempt(struct supervisor *supervisor, struct slot *slot, enum error refused, const char *why)
{
	struct result *result = &slot->result;
	struct task *task = slot->task;

	store_begin(supervisor->store);
	store_attempt_end(supervisor->store, &(struct attempt_state){ .id = result->attempt,
	    .outcome = result->outcome, .reason = refused != ERROR_NONE ? why : result->reason,
	    .commit = refused == ERROR_NONE ? result->commit : NULL, .iterations = result->iterations,
	    .ended = clock_wall() });
	if (task != NULL && task->state == TASK_RUNNING && task->attempt == result->attempt)
		settle_task(supervisor, task, result, refused, why);
	events_commit(supervisor);
	if (task != NULL && task->state == TASK_LANDING)
		tickets_send(supervisor, task);
	slots_saved(supervisor, slot);
	engine_run(supervisor);
}

void
settle_lost(struct supervisor *supervisor, struct slot *slot)
{
	struct result lost = { .attempt = slot->attempt, .number = slot->number,
	    .outcome = mem_copy("lost", 4) };
	struct task *task = slot->task;

	store_begin(supervisor->store);
	store_attempt_end(supervisor->store, &(struct attempt_state){ .id = lost.attempt,
	    .outcome = lost.outcome, .reason = "nothing of it was found", .ended = clock_wall() });
	if (task != NULL && task->state == TASK_RUNNING && task->attempt == lost.attempt)
		settle_task(supervisor, task, &lost, ERROR_NONE, NULL);
	events_commit(supervisor);
	free(lost.outcome);
}
