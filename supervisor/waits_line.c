/* What a result in the line waits for: see waits_line.h. */
#include "waits_line.h"

#include <stdlib.h>

#include "calling.h"
#include "modes.h"
#include "project.h"
#include "protocol/mem.h"

char *
waits_remedy(const struct task *task)
{
	const struct supervisor *supervisor = task->project->supervisor;

	/* In a run that is all that is left when it has ended. */
	if (task->state == TASK_BLOCKED || task->state == TASK_CANCELLED)
		return supervisor->one_shot && !supervisor->shown_only ? str_dup(" (orchctl run --retry)") :
		    str_format(" (orchctl retry %s)", task->spec.id);
	return task->state == TASK_AWAITING_APPROVAL ? str_dup(" (orchctl inbox)") : NULL;
}

/* The task with the first number in its line; NULL: there is none. */
static const struct task *
head_of(const struct project *project)
{
	const struct supervisor *supervisor = project->supervisor;
	const struct task *head = NULL;
	size_t i;

	for (i = 0; i < supervisor->task_count; i++) {
		const struct task *task = supervisor->tasks[i];

		if (task->project == project && task->ticket != 0 && task->state != TASK_COMPLETE &&
		    task->state != TASK_CANCELLED && (head == NULL || task->ticket < head->ticket))
			head = task;
	}
	return head;
}

/* The one in front of all, which is no result yet, so that none can land; NULL: there is none. */
static const struct task *
line_stands_for(const struct project *project)
{
	const struct config_project *config = project->config;
	const struct task *head;

	if (config->order != ORDER_PLAN && config->on_blocked != ON_BLOCKED_HOLD)
		return NULL;
	head = head_of(project);
	return head != NULL && !task_in_line(head->state) ? head : NULL;
}

/* Its turn has not come: who is in front of it. */
static char *
place_words(const struct task *task)
{
	const struct task *head = head_of(task->project);
	char *remedy, *text;

	if (head == NULL || head->ticket >= task->ticket)
		return str_format("its turn in the line: it is the first, as ticket %ju",
		    (uintmax_t)task->ticket);
	remedy = waits_remedy(head);
	text = str_format("its turn in the line, as ticket %ju: task %s comes first, as ticket %ju, and is %s%s",
	    (uintmax_t)task->ticket, head->spec.id, (uintmax_t)head->ticket, task_state_name(head->state),
	    remedy != NULL ? remedy : "");
	free(remedy);
	return text;
}

/* What proves it, or waits for a slot to do so. */
static char *
gate_of_words(const struct gate *gate)
{
	if (gate->hooking)
		return str_dup("its hook pre_land");
	return gate->slot != NULL ? str_format("its verify command, which runs in slot %s", gate->slot->name) :
	    str_dup("a free slot for its verify command");
}

char *
waits_in_line(const struct task *task)
{
	const struct project *project = task->project;
	const struct gate *gate;

	if (project->supervisor->shown_only)
		return str_dup(WAITS_SUPERVISOR);
	if (modes_of(project) == MODE_HALTED)
		return modes_hold_words(modes_why(project));
	for (gate = project->gates; gate != NULL; gate = gate->next)
		if (gate->ticket == task->ticket)
			return gate_of_words(gate);
	if (calling_silent(project))
		return calling_words(project);
	if (project->lacks != NULL && project->state == PROJECT_OPEN)
		return str_format("its project's folder to be put back: %s", project->lacks);
	if (project->stalled != NULL)
		return str_format("the upstream, which is tried again by itself: %s", project->stalled);
	return project->state != PROJECT_OPEN ? project_words(project) : place_words(task);
}

bool
waits_for_turn_in_line(const struct project *project)
{
	return !calling_silent(project) && modes_of(project) != MODE_HALTED && project->lacks == NULL && project->stalled == NULL &&
	    project->state == PROJECT_OPEN && line_stands_for(project) == NULL;
}
