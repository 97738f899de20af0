/* Waits between attempts that outlive a restart: see backoff.h. */
#include "backoff.h"

#include <stdlib.h>

#include "outcome.h"
#include "protocol/loop.h"
#include "protocol/mem.h"
#include "retry.h"

/* Which failure in a row the last one was, of those that count as its reason. */
static uint64_t
number_of(struct supervisor *supervisor, const struct task *task, enum retry_reason reason)
{
	/* How often its workers died in a row is not kept: it begins anew. */
	if (reason == RETRY_LOST)
		return 1;
	return reason == RETRY_FAILED ? task->failures :
	    store_task_ended(supervisor->store, task->position, task->fresh, retry_word(reason));
}

static void
put_off(struct supervisor *supervisor, const struct task *task, const char *outcome, double ended)
{
	const struct retry_rules *rules = &task->project->config->retries;
	const enum retry_reason reason = retry_counts_as(rules, retry_find(outcome));
	struct retry retry = retry_decide(rules, reason, number_of(supervisor, task, reason),
	    task->spec.id, task->attempts);
	double left = ended * 1000 + (double)retry.wait_ms - clock_wall() * 1000;

	/* Never longer than at the time, should the clock have gone back. */
	if (left > (double)retry.wait_ms)
		left = (double)retry.wait_ms;
	if (left > 0)
		schedule_not_before(supervisor->schedule, task->node,
		    clock_monotonic() + (uint64_t)left);
}

void
backoff_load(struct supervisor *supervisor)
{
	double ended;
	size_t i;

	for (i = 0; i < supervisor->task_count; i++) {
		const struct task *task = supervisor->tasks[i];
		enum outcome outcome;
		char *word;

		/* A person's "again" is not put off. */
		if (task->state != TASK_PENDING || task->attempts <= task->fresh)
			continue;
		word = store_task_last_end(supervisor->store, task->position, task->attempts, &ended);
		outcome = word != NULL ? outcome_find(word) : OUTCOME_STOPPED;
		if (outcome == OUTCOME_FAILED || outcome == OUTCOME_HOPELESS || outcome == OUTCOME_LOST)
			put_off(supervisor, task, word, ended);
		free(word);
	}
}
