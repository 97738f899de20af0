/* commitd is called, and answers: see calling.h. */
#include "calling.h"

#include <stdlib.h>

#include "modes.h"
#include "protocol/mem.h"

#define CALL_MS		2000u	/* from an answer to the next call */
#define SILENT_MS	5000u	/* so long it may take; a push or a merge takes its time */

/* Has it results of the project, in the line or to be taken in? */
static bool
has_results(const struct project *project)
{
	const struct supervisor *supervisor = project->supervisor;
	size_t i;

	if (project->counts[TASK_LANDING] + project->counts[TASK_VERIFYING] > 0)
		return true;
	for (i = 0; i < supervisor->slot_count; i++) {
		const struct slot *slot = supervisor->slots[i];

		if (slot->state == SLOT_SAVING && slot->task != NULL && slot->task->project == project)
			return true;
	}
	return false;
}

static void
on_timer(void *context)
{
	struct project *project = context;

	if (project->supervisor->stopping || project->state != PROJECT_OPEN || project->called != 0 ||
	    !has_results(project))
		return;
	project->called = clock_monotonic();
	project->called_at = clock_wall();
	peer_send(project->peer, MSG_project_call, &(struct msg_project_call){
	    .project = project->config->name });
}

void
calling_init(struct project *project)
{
	project->caller = watch_timer(project->supervisor->loop, on_timer, project);
}

void
calling_release(struct project *project)
{
	watch_free(project->caller);
}

void
calling_expect(struct project *project)
{
	if (project->called == 0 && watch_left(project->caller) == 0 && project->state == PROJECT_OPEN &&
	    has_results(project))
		watch_in(project->caller, CALL_MS);
}

void
calling_end(struct project *project)
{
	project->called = 0;
	calling_expect(project);
}

bool
calling_silent(const struct project *project)
{
	return project->state == PROJECT_OPEN && project->called != 0 &&
	    clock_monotonic() >= project->called + SILENT_MS;
}

char *
calling_words(const struct project *project)
{
	char *since, *text;

	if (!calling_silent(project))
		return NULL;
	since = modes_time_text(project->called_at);
	text = str_format("orch-commitd (pid %d), which does not answer since %s", (int)project->pid, since);
	free(since);
	return text;
}
