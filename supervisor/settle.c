/* What results and receipts mean for a task: see settle.h. */
#include "settle.h"

#include <stdlib.h>

#include "estimating.h"
#include "approval.h"
#include "hooks_due.h"
#include "notes.h"
#include "budgets.h"
#include "outcome.h"
#include "pauses.h"
#include "protocol/mem.h"
#include "questions.h"
#include "registry.h"
#include "slots.h"
#include "sums.h"
#include "tickets.h"
#include "told.h"
#include "transition.h"

/* It has said so too often. */
static void
escalate_later(struct supervisor *supervisor, struct task *task, const char *said)
{
	char *why = str_format("not yet (exit status 75) too often on a branch that did not move; the last "
	    "time %s", said);
	char *because = str_format("not yet (exit status 75) more often than retries.later on a branch that "
	    "did not move; the last time %s", said);

	transition_escalate(supervisor, task, why, because);
	free(because);
	free(why);
}

/* "Not yet": again when the branch has moved, else after a while, not for ever. */
static void
settle_later(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	const char *said = result->reason != NULL ? result->reason : "the agent said: not yet (exit status 75)";
	struct project *project = task->project;
	uint64_t now = clock_monotonic();
	struct decision decision;

	if (!str_same(task->seen_tip, project->tip)) {
		task->laters = 0;
		transition_apply(supervisor, task, TASK_LATER, "task.later", "the branch has moved meanwhile", now);
		return;
	}
	decision = decide_later(++task->laters, task->project->config->retries_later);
	if (decision.give_up) {
		escalate_later(supervisor, task, said);
		return;
	}
	task->waits_for_tip = true;
	project->waiters = mem_resize(project->waiters, project->waiter_count + 1, sizeof(size_t));
	project->waiters[project->waiter_count++] = task->node;
	transition_apply(supervisor, task, TASK_LATER, "task.later", said, now + decision.wait_ms);
}

/* The n-th failure that counts as this reason, the one at hand with it. */
static uint64_t
failures_of(struct supervisor *supervisor, struct task *task, enum retry_reason reason)
{
	if (reason == RETRY_LOST)
		return ++task->losses;
	return reason == RETRY_FAILED ? ++task->failures :
	    store_task_ended(supervisor->store, task->position, task->fresh, retry_word(reason));
}

/* Another attempt after a while, or none is left: then a person has to see to it. */
static void
again(struct supervisor *supervisor, struct task *task, const char *outcome, const char *why)
{
	const struct retry_rules *rules = &task->project->config->retries;
	const enum retry_reason reason = retry_counts_as(rules, retry_find(outcome));
	const uint64_t n = failures_of(supervisor, task, reason);
	struct retry retry = retry_decide(rules, reason, n, task->spec.id, task->attempts);
	char *because;

	if (!retry.give_up) {
		transition_apply(supervisor, task, TASK_AGAIN, "task.retry", why,
		    clock_monotonic() + retry.wait_ms);
		return;
	}
	because = str_format("%s; retries.%s is %ju, and this was number %ju", why, retry_word(reason),
	    (uintmax_t)rules->most[reason], (uintmax_t)n);
	transition_escalate(supervisor, task, why, because);
	free(because);
}

static void
settle_failure(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	char *reason = str_format("%s%s%s", result->outcome, result->reason != NULL ? ": " : "",
	    result->reason != NULL ? result->reason : "");

	if (result->output != NULL && result->output[0] != '\0')
		str_set(&task->feedback, result->output);
	again(supervisor, task, result->outcome, reason);
	free(reason);
}

/* A usage limit: none of the agent's tasks starts before its end, and none has failed. */
static void
settle_limited(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	const char *agent = registry_agent(task);
	const char *reason = result->reason != NULL ? result->reason : "usage limit";
	double until;

	if (agent == NULL || task->spec.command != NULL) {
		settle_failure(supervisor, task, result);
		return;
	}
	until = pauses_set(supervisor, agent, (double)result->retry_at, reason);
	transition_apply(supervisor, task, TASK_LATER, "task.later", reason, pauses_end_ms(until));
}

/* Finished: what it made gets its place in the line. */
static void
settle_done(struct supervisor *supervisor, struct task *task, const struct result *result,
    const struct concerns *concerns)
{
	str_set(&task->conflict_id, NULL);
	str_set(&task->conflict, NULL);
	questions_close(supervisor, task);
	if (result->changed && approval_before_land(supervisor, task, concerns))
		return;
	if (result->changed) {
		tickets_queue(supervisor, task, result);
		transition_apply(supervisor, task, TASK_FINISHED, "task.land", NULL, 0);
	} else if (task->spec.diff_optional) {
		transition_apply(supervisor, task, TASK_UNCHANGED, "task.complete", NULL, 0);
	} else {
		transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", "no_change: the agent ended "
		    "well and changed nothing; if that is fine, add it under another id with 'diff: "
		    "optional'", 0);
	}
}

/* Gives up after so many rounds, and says how many there were. */
static void
give_up(struct supervisor *supervisor, struct task *task, const char *reason)
{
	uint64_t rounds = task->project->config->retries_rework;
	char *why = rounds == 0 ? str_dup(reason) : str_format("%s (after %ju rework%s)", reason,
	    (uintmax_t)rounds, rounds == 1 ? "" : "s");

	transition_escalate(supervisor, task, why, why);
	free(why);
}

/* commitd would not take it. */
static void
settle_refused(struct supervisor *supervisor, struct task *task, enum error error, const char *why)
{
	bool mendable = error == ERROR_PERMISSION || error == ERROR_CONFLICT;

	if (!mendable) {
		transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", why, 0);
	} else if (++task->reworks <= task->project->config->retries_rework) {
		str_set(&task->feedback, why);
		transition_apply(supervisor, task, TASK_AGAIN, "task.rework", why, clock_monotonic());
	} else {
		give_up(supervisor, task, why);
	}
}

static void
settle_task(struct supervisor *supervisor, struct task *task, const struct result *result,
    enum error refused, const char *why, const struct concerns *concerns)
{
	enum outcome outcome = outcome_find(result->outcome);

	task->attempt = 0;
	if (task->cancelled) {
		transition_apply(supervisor, task, TASK_STOPPED, "task.cancelled", task->reason, 0);
		return;
	}
	switch (outcome) {
	case OUTCOME_DONE:
		if (refused != ERROR_NONE)
			settle_refused(supervisor, task, refused, why);
		else
			settle_done(supervisor, task, result, concerns);
		return;
	case OUTCOME_LATER:
		if (!questions_wait(supervisor, task))
			settle_later(supervisor, task, result);
		return;
	case OUTCOME_BLOCKED:
		if (!questions_wait(supervisor, task))
			transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", result->reason ?
			    result->reason : "the agent says it is blocked", 0);
		return;
	case OUTCOME_STOPPED:
		transition_apply(supervisor, task, TASK_AGAIN, "task.retry", result->reason != NULL ?
		    result->reason : "stopped", clock_monotonic());
		return;
	case OUTCOME_LOST:
		again(supervisor, task, "lost", "its worker died");
		return;
	case OUTCOME_LIMITED:
		settle_limited(supervisor, task, result);
		return;
	case OUTCOME_HOPELESS:
	case OUTCOME_FAILED:
		settle_failure(supervisor, task, result);
		return;
	}
}

void
settle_attempt(struct supervisor *supervisor, struct slot *slot, enum error refused, const char *why,
    const struct concerns *concerns)
{
	struct result *result = &slot->result;
	struct task *task = slot->task;

	store_begin(supervisor->store);
	sums_take(supervisor, result->attempt);
	store_attempt_end(supervisor->store, &(struct attempt_state){ .id = result->attempt,
	    .outcome = result->outcome, .reason = refused != ERROR_NONE ? why : result->reason,
	    .commit = refused == ERROR_NONE ? result->commit : NULL, .iterations = result->iterations,
	    .ended = clock_wall(), .commits = result->commits, .sandbox = result->sandbox });
	told_store(supervisor->store, task, result);
	if (task != NULL && told_hook_failed(result) != NULL)
		hooks_failed(supervisor, task, HOOK_ITERATION_END, told_hook_failed(result));
	if (result->used)
		store_usage_put(supervisor->store, result->attempt, &result->usage);
	sums_add(supervisor, result->attempt);
	if (task != NULL)
		budgets_ended(supervisor, task, slot->since, result->used ? &result->usage : NULL,
		    result->outcome);
	if (task != NULL && refused == ERROR_NONE && outcome_find(result->outcome) == OUTCOME_DONE)
		estimating_ended(supervisor, task, clock_wall() - slot->since);
	if (task != NULL && outcome_find(result->outcome) == OUTCOME_DONE && task->spec.command == NULL)
		pauses_clear(supervisor, registry_agent(task));
	if (task != NULL && task->state == TASK_RUNNING && task->attempt == result->attempt)
		settle_task(supervisor, task, result, refused, why, concerns);
	if (task != NULL) {
		hooks_due_session(supervisor, task, result->number, result->outcome,
		    refused != ERROR_NONE ? why : result->reason);
		notes_touch(supervisor, task);
	}
	transition_commit(supervisor);
	if (task != NULL && task->state == TASK_LANDING)
		tickets_send(task);
	slots_saved(supervisor, slot);
}

void
settle_lost(struct supervisor *supervisor, struct slot *slot)
{
	struct result lost = { .attempt = slot->attempt, .number = slot->number,
	    .outcome = mem_copy("lost", 4) };
	struct task *task = slot->task;

	store_begin(supervisor->store);
	sums_take(supervisor, lost.attempt);
	store_attempt_end(supervisor->store, &(struct attempt_state){ .id = lost.attempt,
	    .outcome = lost.outcome, .reason = "nothing of it was found", .ended = clock_wall() });
	sums_add(supervisor, lost.attempt);
	if (task != NULL)
		budgets_ended(supervisor, task, slot->since, NULL, lost.outcome);
	if (task != NULL && task->state == TASK_RUNNING && task->attempt == lost.attempt)
		settle_task(supervisor, task, &lost, ERROR_NONE, NULL, NULL);
	if (task != NULL) {
		hooks_due_session(supervisor, task, lost.number, lost.outcome, "nothing of it was found");
		notes_touch(supervisor, task);
	}
	transition_commit(supervisor);
	free(lost.outcome);
}

/* ---- the line ---- */

/* The result came back: its attempt says why, and another one is due or none. */
static void
come_back(struct supervisor *supervisor, struct task *task, const char *reason, bool hopeless)
{
	const uint64_t attempt = store_attempt_id(supervisor->store, task->position, task->attempts);

	store_begin(supervisor->store);
	sums_take(supervisor, attempt);
	store_attempt_rework(supervisor->store, task->position, task->attempts, reason);
	sums_add(supervisor, attempt);
	if (task->cancelled) {
		transition_apply(supervisor, task, TASK_STOPPED, "task.cancelled", task->reason, 0);
	} else if (hopeless) {
		transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", reason, 0);
	} else if (++task->reworks > task->project->config->retries_rework) {
		give_up(supervisor, task, reason);
	} else {
		transition_apply(supervisor, task, TASK_REWORK, "task.rework", reason, clock_monotonic());
	}
	transition_commit(supervisor);
}

void
settle_rework(struct supervisor *supervisor, struct task *task, const char *reason,
    const char *feedback, bool hopeless)
{
	if (!task_in_line(task->state))
		return;
	str_set(&task->feedback, feedback);
	come_back(supervisor, task, reason, hopeless);
}

void
settle_conflict(struct supervisor *supervisor, struct task *task, const char *reason,
    const char *feedback, const char *marked)
{
	if (!task_in_line(task->state))
		return;
	str_set(&task->conflict_id, marked);
	str_set(&task->conflict, marked != NULL ? feedback : NULL);
	str_set(&task->feedback, marked != NULL ? NULL : feedback);
	come_back(supervisor, task, reason, false);
}

void
settle_empty(struct supervisor *supervisor, struct task *task, const char *reason)
{
	if (!task->spec.diff_optional || task->cancelled) {
		settle_rework(supervisor, task, reason, reason, false);
		return;
	}
	if (!task_in_line(task->state))
		return;
	store_begin(supervisor->store);
	transition_apply(supervisor, task, TASK_UNCHANGED, "task.complete", NULL, 0);
	transition_commit(supervisor);
}

bool
settle_landed(struct supervisor *supervisor, struct task *task, const struct msg_ticket_landed *landed)
{
	if (!tickets_sent(task, landed->ticket))
		return false;
	if (task->state == TASK_COMPLETE)
		return true;
	task->project->tries = 0;
	store_begin(supervisor->store);
	str_set(&task->commit, landed->commit);
	tickets_landed(supervisor, task, landed->ticket, landed->commit);
	transition_apply(supervisor, task, TASK_LANDED, "task.complete", NULL, 0);
	transition_commit(supervisor);
	return true;
}
