/* Time limits of what people are asked: see deadlines.h. */
#include "deadlines.h"

#include <stdlib.h>

#include "events.h"
#include "protocol/mem.h"
#include "questions.h"
#include "transition.h"
#include "wording.h"

#define LOOK_MOST	3600.0		/* seconds: the wall clock may be set meanwhile */

struct look {
	struct supervisor *supervisor;
	double now, next;		/* next: 0: nothing is waited for */
	uint64_t *due;			/* ids of questions */
	size_t count;
};

double
deadlines_until(const struct project *project, double asked)
{
	uint64_t limit = project->config->approval_timeout;

	return limit == 0 || asked == 0 ? 0 : asked + (double)limit;
}

/* Is it due? Else it counts for when to look again. */
static bool
is_due(struct look *look, const struct project *project, double asked)
{
	double until = deadlines_until(project, asked);

	if (until == 0)
		return false;
	if (until <= look->now)
		return true;
	if (look->next == 0 || until < look->next)
		look->next = until;
	return false;
}

static void
look_at_question(void *context, const struct question_row *row)
{
	struct look *look = context;
	const struct task *task = look->supervisor->tasks[row->task - 1];

	if (!row->open || !is_due(look, task->project, row->asked))
		return;
	look->due = mem_resize(look->due, look->count + 1, sizeof(*look->due));
	look->due[look->count++] = row->id;
}

/* "not answered within 2h: WHAT"; the caller frees. */
static char *
words(const struct task *task, const char *what)
{
	char *limit = wording_seconds(task->project->config->approval_timeout);
	char *text = str_format("not answered within %s: %s", limit, what != NULL ? what : "");

	free(limit);
	return text;
}

/* Inside a transaction. */
static void
refuse(struct supervisor *supervisor, struct task *task)
{
	char *why = words(task, task->reason);

	events_record(supervisor, &(struct event_row){ .event = "approval.expired",
	    .task = task->spec.id, .attempt = task->attempts, .reason = why });
	transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", why, 0);
	free(why);
}

static void
on_timer(void *context)
{
	struct supervisor *supervisor = context;

	supervisor->asks = true;
	supervisor->deadline_passed(supervisor);
}

void
deadlines_init(struct supervisor *supervisor)
{
	supervisor->deadline_timer = watch_timer(supervisor->loop, on_timer, supervisor);
	supervisor->asks = true;
}

void
deadlines_release(struct supervisor *supervisor)
{
	watch_free(supervisor->deadline_timer);
}

static bool
any_limit(const struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->config->approval_timeout != 0)
			return true;
	return false;
}

bool
deadlines_run(struct supervisor *supervisor)
{
	struct look look = { .supervisor = supervisor, .now = clock_wall() };
	bool ended;
	size_t i;

	if (!supervisor->asks || supervisor->deadline_timer == NULL || !any_limit(supervisor))
		return false;
	supervisor->asks = false;
	store_each_open_question(supervisor->store, look_at_question, &look);
	ended = look.count > 0;
	for (i = 0; i < look.count; i++)
		questions_expire(supervisor, look.due[i], words);
	/* Those that are due together are one transaction. */
	store_begin(supervisor->store);
	for (i = 0; supervisor->counts[TASK_AWAITING_APPROVAL] > 0 && i < supervisor->task_count; i++) {
		struct task *task = supervisor->tasks[i];

		if (task->state != TASK_AWAITING_APPROVAL || task->questions > 0 ||
		    !is_due(&look, task->project, task->asked))
			continue;
		refuse(supervisor, task);
		ended = true;
	}
	transition_commit(supervisor);
	free(look.due);
	/* Refusing has asked again; what is left is known. */
	supervisor->asks = false;
	if (look.next != 0)
		watch_in(supervisor->deadline_timer, look.next - look.now > LOOK_MOST ?
		    (uint64_t)(LOOK_MOST * 1000) : (uint64_t)((look.next - look.now) * 1000) + 1);
	return ended;
}
