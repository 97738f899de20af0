/* What tasks have cost people: see ledger.h. */
#include "ledger.h"

static void
keep(struct supervisor *supervisor, const struct task *task)
{
	store_ledger_put(supervisor->store, &(struct ledger_row){ .task = task->position,
	    .added = task->added, .asked = task->asked, .interventions = task->interventions,
	    .escalations = task->escalations });
}

static void
escalate(struct task *task)
{
	task->escalations++;
	task->project->escalations++;
}

static void
load(void *context, const struct ledger_row *row)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[row->task - 1];

	task->added = row->added;
	task->asked = row->asked;
	task->interventions = row->interventions;
	task->escalations = row->escalations;
	task->project->interventions += row->interventions;
	task->project->escalations += row->escalations;
}

void
ledger_load(struct supervisor *supervisor)
{
	store_each_ledger(supervisor->store, load, supervisor);
}

void
ledger_added(struct supervisor *supervisor, struct task *task, double added)
{
	task->added = added;
	keep(supervisor, task);
}

void
ledger_moved(struct supervisor *supervisor, struct task *task, enum task_state before,
    enum task_event event)
{
	/* A no, or a time limit that is one, has ended the asking and begins no other. */
	bool refused = before == TASK_AWAITING_APPROVAL && event == TASK_GIVES_UP;

	if (task->state == before)
		return;
	if (task->state == TASK_AWAITING_APPROVAL || (task->state == TASK_BLOCKED && !refused)) {
		task->asked = clock_wall();
		/* A question was counted when it was asked. */
		if (task->state == TASK_BLOCKED || task->questions == 0)
			escalate(task);
	} else if (task->asked != 0) {
		task->asked = 0;
	} else {
		return;
	}
	keep(supervisor, task);
	supervisor->asks = true;
}

void
ledger_intervened(struct supervisor *supervisor, struct task *task, const struct intervention *said)
{
	struct intervention row = *said;

	row.task = task->position;
	row.time = clock_wall();
	store_intervention(supervisor->store, &row);
	task->interventions++;
	task->project->interventions++;
	keep(supervisor, task);
}

void
ledger_asked(struct supervisor *supervisor, struct task *task)
{
	escalate(task);
	keep(supervisor, task);
	supervisor->asks = true;
}
