/* What a task that runs waits for: see waits_running.h. */
#include "waits_running.h"

#include "calling.h"
#include "project.h"
#include "protocol/mem.h"
#include "slots.h"

/* Its work is done, and has to be taken in. */
static char *
taken_words(const struct slot *slot)
{
	const struct result *result = &slot->result;
	const struct project *project = slot->task->project;

	if (calling_silent(project))
		return calling_words(project);
	if (project->state != PROJECT_OPEN)
		return project_words(project);
	if (result->refusals == 0)
		return str_dup("orch-commitd, which takes in what its agent left");
	return str_format("orch-commitd, which is asked again to take in what its agent left: %s",
	    result->refused);
}

/* Who works at it; NULL: nobody. */
static const struct slot *
slot_of(struct supervisor *supervisor, const struct task *task)
{
	const struct slot *slot = slots_by_attempt(supervisor, task->attempt);

	return slot != NULL && slot->task == task ? slot : NULL;
}

char *
waits_at_work(struct supervisor *supervisor, const struct task *task)
{
	const struct slot *slot = slot_of(supervisor, task);

	if (slot == NULL)
		return NULL;
	if (slot->state == SLOT_SAVING)
		return taken_words(slot);
	if (slot->state != SLOT_BUSY)
		return str_format("slot %s, whose worker is started again", slot->name);
	if (slot->frozen)
		return str_format("room on the machine: what runs in slot %s is frozen", slot->name);
	if (str_same(slot->at, "agent"))
		return str_format("its agent, which works in slot %s", slot->name);
	if (str_same(slot->at, "verify"))
		return str_format("its verify command, which checks in slot %s what its agent did", slot->name);
	return str_same(slot->at, "collect") ? str_dup("what its agent left to be collected") :
	    str_format("its workspace, which is made in slot %s", slot->name);
}

bool
waits_kept_back(struct supervisor *supervisor, const struct task *task)
{
	const struct slot *slot = slot_of(supervisor, task);

	return slot != NULL && slot->state == SLOT_SAVING &&
	    (slot->result.refusals > 0 || task->project->state != PROJECT_OPEN ||
	    calling_silent(task->project));
}
