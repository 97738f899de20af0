/* How a project stands by commitd's word: see standing.h. */
#include "standing.h"

#include <stdio.h>
#include <stdlib.h>

#include "events.h"
#include "following.h"
#include "project.h"
#include "protocol/mem.h"
#include "tickets.h"
#include "transition.h"

#define REFUSALS_MOST	5	/* of the upstream, in a run that somebody waits for */

void
standing_tip(struct project *project, const char *tip, char *const *trees)
{
	struct supervisor *supervisor = project->supervisor;
	bool moved = !str_same(project->tip, tip);
	size_t i;

	str_set(&project->tip, tip);
	strs_free(project->trees);
	project->trees = strs_dup(trees);
	following_told(project);
	for (i = 0; moved && i < project->waiter_count; i++) {
		struct task *task = supervisor->tasks[project->waiters[i]];

		if (!task->waits_for_tip || task->state != TASK_PENDING)
			continue;
		task->waits_for_tip = false;
		task->laters = 0;
		schedule_not_before(supervisor->schedule, task->node, 0);
	}
	if (moved)
		project->waiter_count = 0;
}

/* An event of the project, not of a task. */
static void
record(struct project *project, const char *event, const char *reason)
{
	struct supervisor *supervisor = project->supervisor;

	store_begin(supervisor->store);
	events_record(supervisor, &(struct event_row){ .event = event, .project = project->config->name,
	    .reason = reason });
	transition_commit(supervisor);
}

void
standing_receipt(struct project *project, const char *tip)
{
	str_set(&project->landed, tip);
	/* What is told again landed before the tip was told. */
	if (project_current(project))
		following_end(project);
	if (project->stalled == NULL)
		return;
	str_set(&project->stalled, NULL);
	record(project, "project.resumed", NULL);
}

bool
standing_stalled(struct project *project, const struct msg_project_stalled *stalled)
{
	struct supervisor *supervisor = project->supervisor;

	if (!str_same(project->stalled, stalled->reason)) {
		str_set(&project->stalled, stalled->reason);
		record(project, "project.stalled", stalled->reason);
	}
	if (!stalled->refused || !supervisor->one_shot || stalled->failures < REFUSALS_MOST)
		return false;
	supervisor->exit_status = 1;
	fprintf(stderr, "orchd: project %s: %s\n", stalled->project, stalled->reason);
	return true;
}

void
standing_unopened(struct project *project)
{
	/* Each reason once. */
	if (str_same(project->told_unopened, project->unopened))
		return;
	str_set(&project->told_unopened, project->unopened);
	record(project, "project.failed", project->unopened);
}

/* Whose result is in the line with this number, or NULL. */
static struct task *
holder_of(struct project *project, uint64_t ticket)
{
	struct supervisor *supervisor = project->supervisor;
	size_t i;

	if (project->counts[TASK_LANDING] + project->counts[TASK_VERIFYING] == 0)
		return NULL;
	for (i = 0; i < supervisor->task_count; i++) {
		struct task *task = supervisor->tasks[i];

		if (task->project == project && task->ticket == ticket && task_in_line(task->state))
			return task;
	}
	return NULL;
}

void
standing_taken(struct project *project, uint64_t ticket)
{
	struct supervisor *supervisor = project->supervisor;
	struct task *task = holder_of(project, ticket);

	if (task == NULL)
		return;
	store_begin(supervisor->store);
	tickets_taken(task);
	transition_commit(supervisor);
	tickets_send(task);
}

void
standing_voided(struct project *project, uint64_t ticket)
{
	struct supervisor *supervisor = project->supervisor;
	struct task *task = holder_of(project, ticket);

	if (task == NULL)
		return;
	if (!task->cancelled) {
		standing_taken(project, ticket);
		return;
	}
	store_begin(supervisor->store);
	transition_apply(supervisor, task, TASK_STOPPED, "task.cancelled", task->reason, 0);
	transition_commit(supervisor);
}

/*
 * Has the line not come as far as what we know to have landed? Then it waits for numbers that
 * nobody tells again: what they were for is COMPLETE.
 */
static void
compare_landed(struct project *project, uint64_t next)
{
	const struct supervisor *supervisor = project->supervisor;
	uint64_t landed = store_ticket_last_landed(supervisor->store, project->config->name);
	char *lacks = next > landed ? NULL : str_format("%s/projects/%s is not the folder that ticket "
	    "%ju landed in: that was lost, and nothing can land in a new one; put it back, or go on in "
	    "another state folder", supervisor->config.state, project->config->name,
	    (uintmax_t)landed);

	if (!str_same(project->lacks, lacks))
		record(project, lacks != NULL ? "project.stalled" : "project.resumed", lacks);
	free(project->lacks);
	project->lacks = lacks;
}

void
standing_opened(struct project *project, uint64_t next)
{
	compare_landed(project, next);
	store_begin(project->supervisor->store);
	tickets_opened(project, next);
	transition_commit(project->supervisor);
	tickets_resend(project, next);
}
