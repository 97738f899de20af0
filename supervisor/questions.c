/* Questions of agents: see questions.h. */
#include "questions.h"

#include <stdlib.h>
#include <string.h>

#include "approval.h"
#include "events.h"
#include "ledger.h"
#include "hooks_due.h"
#include "protocol/mem.h"
#include "slots.h"
#include "transition.h"

static void
count_open(void *context, const struct question_row *row)
{
	struct supervisor *supervisor = context;

	if (row->open)
		supervisor->tasks[row->task - 1]->questions++;
}

void
questions_load(struct supervisor *supervisor)
{
	store_each_question(supervisor->store, 0, count_open, supervisor);
}

/* A question of a task, found among all of them. */
struct found {
	const char *wanted;		/* its words; NULL: the first that is open */
	struct question_row row;	/* id 0: none; texts are ours */
	size_t count;
};

static void
look(void *context, const struct question_row *row)
{
	struct found *found = context;

	found->count++;
	if (found->row.id != 0 || (found->wanted != NULL ? !str_same(row->question, found->wanted) :
	    !row->open))
		return;
	found->row = *row;
	found->row.question = str_dup(row->question);
	found->row.answer = str_dup(row->answer);
	found->row.who = NULL;
}

static struct found
find(struct supervisor *supervisor, const struct task *task, const char *wanted)
{
	struct found found = { .wanted = wanted };

	store_each_question(supervisor->store, task->position, look, &found);
	return found;
}

static void
found_release(struct found *found)
{
	free((char *)(uintptr_t)found->row.question);
	free((char *)(uintptr_t)found->row.answer);
}

/* Keeps it, with the history, before anybody is told. */
static void
keep(struct slot *slot, const struct msg_job_request *ask, const struct found *found)
{
	struct supervisor *supervisor = slot->supervisor;
	struct task *task = slot->task;
	struct question_row row = { .task = task->position, .attempt = slot->number,
	    .serial = ask->serial, .asked = clock_wall(), .question = ask->text };

	store_begin(supervisor->store);
	store_question_put(supervisor->store, &row);
	if (found->row.id == 0) {
		ledger_asked(supervisor, task);
		task->questions++;
		events_record(supervisor, &(struct event_row){ .event = "task.question",
		    .task = task->spec.id, .attempt = slot->number, .slot = slot->name, .reason = ask->text });
		hooks_due(supervisor, task, HOOK_ESCALATION, "question", ask->text);
	} else if (!found->row.open) {
		task->questions++;
	}
	transition_commit(supervisor);
}

void
questions_ask(struct slot *slot, const struct msg_job_request *ask, struct msg_job_answer *out,
    struct arena *arena)
{
	struct found found;

	if (ask->text == NULL || *ask->text == '\0') {
		out->error = error_wire(ERROR_INVALID);
		out->text = "the question is empty";
		return;
	}
	found = find(slot->supervisor, slot->task, ask->text);
	if (found.row.answer != NULL) {
		out->text = arena_copy(arena, found.row.answer, strlen(found.row.answer));
	} else if (found.row.id == 0 && found.count >= QUESTIONS_MAX) {
		out->error = error_wire(ERROR_TOO_LARGE);
		out->text = "this task has asked as much as one may; decide, or say that it is blocked";
	} else {
		keep(slot, ask, &found);
		out->later = true;
	}
	found_release(&found);
}

/* The slot whose agent may be waiting for it, or NULL. */
static struct slot *
asker_of(struct supervisor *supervisor, const struct task *task, const struct question_row *row)
{
	size_t i;

	for (i = 0; task->state == TASK_RUNNING && i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->task == task && slot->gate == NULL && slot->number == row->attempt &&
		    slot->peer != NULL)
			return slot;
	}
	return NULL;
}

char *
questions_answer(struct supervisor *supervisor, struct task *task, const char *question,
    const char *answer, unsigned uid)
{
	struct found found = find(supervisor, task, question);
	bool open = found.row.id != 0 && found.row.open && !task_state_final(task->state);
	char *who = approval_who(uid);
	struct slot *slot;

	if (!open) {
		found_release(&found);
		free(who);
		return NULL;
	}
	store_begin(supervisor->store);
	store_question_answer(supervisor->store, found.row.id, answer, who, clock_wall());
	ledger_intervened(supervisor, task, &(struct intervention){ .attempt = found.row.attempt,
	    .question = "ask", .answer = "answer", .who = who, .why = answer });
	task->questions--;
	if (task->state == TASK_AWAITING_APPROVAL && task->questions == 0) {
		transition_apply(supervisor, task, TASK_ANSWERED, "task.answered", answer, clock_monotonic());
	} else {
		events_record(supervisor, &(struct event_row){ .event = "task.answered",
		    .task = task->spec.id, .attempt = task->attempts, .reason = answer });
	}
	transition_commit(supervisor);
	if ((slot = asker_of(supervisor, task, &found.row)) != NULL)
		peer_send(slot->peer, MSG_job_answer, &(struct msg_job_answer){ .attempt = slot->attempt,
		    .fence = supervisor->fence, .serial = found.row.serial,
		    .error = error_wire(ERROR_NONE), .text = answer });
	free(who);
	free((char *)(uintptr_t)found.row.answer);
	return (char *)(uintptr_t)found.row.question;
}

/* One question, out of the store; its text is ours. */
static void
take(void *context, const struct question_row *row)
{
	struct question_row *copy = context;

	*copy = *row;
	copy->question = str_dup(row->question);
	copy->answer = copy->who = NULL;
}

void
questions_expire(struct supervisor *supervisor, uint64_t id,
    char *(*words)(const struct task *task, const char *question))
{
	struct question_row row = { 0 };
	struct task *task;
	struct slot *slot;
	char *why;

	store_one_question(supervisor->store, id, take, &row);
	if (row.id == 0)
		return;
	task = supervisor->tasks[row.task - 1];
	why = words(task, row.question);
	store_begin(supervisor->store);
	store_question_expire(supervisor->store, id, clock_wall());
	if (task->questions > 0)
		task->questions--;
	events_record(supervisor, &(struct event_row){ .event = "approval.expired",
	    .task = task->spec.id, .attempt = row.attempt, .reason = why });
	if (task->state == TASK_AWAITING_APPROVAL && task->questions == 0)
		transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", why, 0);
	transition_commit(supervisor);
	if ((slot = asker_of(supervisor, task, &row)) != NULL)
		peer_send(slot->peer, MSG_job_answer, &(struct msg_job_answer){ .attempt = slot->attempt,
		    .fence = supervisor->fence, .serial = row.serial,
		    .error = error_wire(ERROR_TIMEOUT), .text = why });
	free(why);
	free((char *)(uintptr_t)row.question);
}

bool
questions_wait(struct supervisor *supervisor, struct task *task)
{
	struct found found;
	char *why;

	if (task->questions == 0)
		return false;
	found = find(supervisor, task, NULL);
	why = str_format("asks: %s", found.row.question != NULL ? found.row.question : "");
	transition_apply(supervisor, task, TASK_ASKS, "task.ask", why, 0);
	free(why);
	found_release(&found);
	return true;
}

void
questions_close(struct supervisor *supervisor, struct task *task)
{
	if (task->questions == 0)
		return;
	store_questions_close(supervisor->store, task->position, clock_wall());
	task->questions = 0;
}
