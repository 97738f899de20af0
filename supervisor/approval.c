/* Questions and answers: see approval.h. */
#include "approval.h"

#include <pwd.h>
#include <stdlib.h>

#include "autonomy.h"
#include "ledger.h"
#include "protocol/mem.h"
#include "registry.h"
#include "tickets.h"
#include "transition.h"

void
approval_before_start(struct supervisor *supervisor, struct task *task)
{
	const char *finder = task->given ? NULL : task->spec.discovered_by;
	const struct task *by = finder != NULL ? registry_find(supervisor, finder) : NULL;
	char *question = autonomy_start((enum autonomy)task->project->config->autonomy,
	    (unsigned)task->spec.approvals, finder == NULL ? AUTONOMY_GIVEN :
	    by != NULL && by->spec.discovered_by != NULL ? AUTONOMY_FOUND_BY_FOUND : AUTONOMY_FOUND);

	if (question != NULL)
		transition_apply(supervisor, task, TASK_ASKS, "task.ask", question, 0);
	free(question);
}

bool
approval_before_land(struct supervisor *supervisor, struct task *task, const struct concerns *concerns)
{
	static const struct concerns none;
	const struct concerns *about = concerns != NULL ? concerns : &none;
	char *question = autonomy_land((enum autonomy)task->project->config->autonomy,
	    (unsigned)task->spec.approvals, about);
	bool asks = question != NULL;

	if (asks) {
		/* A yes is one to these, and they may have to be known after a restart. */
		store_outside_put(supervisor->store, task->position, about->outside);
		transition_apply(supervisor, task, TASK_ASKS, "task.ask", question, 0);
	}
	free(question);
	return asks;
}

/* The result that waits is the last attempt's; it gets its place in the line. */
static void
queue_last(void *context, const struct attempt_state *attempt)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[attempt->task - 1];
	struct result result = { .number = attempt->number, .commits = attempt->commits };

	if (attempt->number != task->attempts)
		return;
	result.base = str_dup(attempt->tip);
	result.commit = str_dup(attempt->commit);
	tickets_queue(supervisor, task, &result);
	free(result.base);
	free(result.commit);
}

char *
approval_who(unsigned uid)
{
	const struct passwd *user = getpwuid(uid);

	return user != NULL ? str_dup(user->pw_name) : str_format("uid %u", uid);
}

void
approval_answer(struct supervisor *supervisor, struct task *task, const struct answer *answer)
{
	/* It holds its lease since its first start; the question before that one comes earlier. */
	bool lands = task->leased;
	char *who = approval_who(answer->uid);
	char *words = str_format("%s by %s%s%s", answer->yes ? "approved" : "rejected", who,
	    answer->why != NULL ? ": " : "", answer->why != NULL ? answer->why : "");

	ledger_intervened(supervisor, task, &(struct intervention){ .attempt = task->attempts,
	    .question = lands ? "land" : "start", .answer = answer->yes ? "approve" : "reject",
	    .who = who, .why = answer->why });
	store_outside_put(supervisor->store, task->position, NULL);
	if (!answer->yes) {
		transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", words, 0);
	} else if (lands) {
		store_each_attempt(supervisor->store, task->position, queue_last, supervisor);
		transition_apply(supervisor, task, TASK_FINISHED, "task.approved", words, 0);
	} else {
		transition_apply(supervisor, task, TASK_APPROVED, "task.approved", words, 0);
	}
	free(words);
	free(who);
}
