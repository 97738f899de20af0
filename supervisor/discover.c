/* Tasks that agents come upon: see discover.h. */
#include "discover.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "fingerprint.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"

#define ID_FORMAT	"found-%.16s"	/* digits of the fingerprint */
#define ID_TEXT		(sizeof("found-") + 16)

/* One that is not there yet is added; false: with `why`, for the caller to free. */
static bool
add(struct slot *slot, const struct record_discovery *found, const char *id, char **why)
{
	struct supervisor *supervisor = slot->supervisor;
	struct record_task task = { .id = id, .project = slot->task->project->config->name,
	    .title = found->title,
	    .prompt = found->prompt != NULL && *found->prompt != '\0' ? found->prompt : found->title,
	    .files = found->files, .depends_on = found->depends_on, .agent = slot->task->spec.agent,
	    .priority = found->low ? 2 : 1, .discovered_by = slot->task->spec.id };
	struct problems problems;
	size_t known;
	bool added;

	problems_init(&problems);
	added = engine_add(supervisor, &task, 1, false, &known, &problems);
	*why = added || problems.count == 0 ? NULL : str_dup(problems.text[0]);
	problems_release(&problems);
	return added;
}

/*
 * The task of this project that is this one: by its name, or whoever asked for it. The
 * same words in another project are another task, with another name.
 */
static struct task *
find(struct supervisor *supervisor, const struct project *project, char *id, const char *digits)
{
	char other[FINGERPRINT_TEXT];
	struct task *task;
	uint64_t position;

	snprintf(id, ID_TEXT, ID_FORMAT, digits);
	task = registry_find(supervisor, id);
	if (task != NULL && task->project != project) {
		fingerprint_make(project->config->name, digits, NULL, other);
		snprintf(id, ID_TEXT, ID_FORMAT, other);
		task = registry_find(supervisor, id);
	}
	position = task == NULL ?
	    store_fingerprint_find(supervisor->store, digits, project->config->name) : 0;

	return position > 0 ? supervisor->tasks[position - 1] : task;
}

void
discover_task(struct slot *slot, const struct record_discovery *found, struct msg_job_answer *out,
    struct arena *arena)
{
	struct supervisor *supervisor = slot->supervisor;
	char digits[FINGERPRINT_TEXT], id[ID_TEXT], *why = NULL;
	struct task *task;

	fingerprint_make(found->title, str_same(found->title, found->prompt) ? NULL : found->prompt,
	    found->files, digits);
	task = find(supervisor, slot->task->project, id, digits);
	out->yes = task != NULL;
	if (*found->title == '\0') {
		why = str_dup("title: is empty");
		out->error = error_wire(ERROR_INVALID);
	} else if (task == NULL && slot->task->discovered >=
	    slot->task->project->config->discovered_most) {
		why = str_format("task %s has found %u tasks, which is the most for one (discovered.most)",
		    slot->task->spec.id, slot->task->discovered);
		out->error = error_wire(ERROR_TOO_LARGE);
	} else if (task == NULL && !add(slot, found, id, &why)) {
		out->error = error_wire(ERROR_INVALID);
	} else if (task == NULL) {
		log_info("slot=%s event=discovered task=%s", slot->name, id);
		task = registry_find(supervisor, id);
		supervisor->quiet_told = false;
	}
	if (why != NULL)
		out->text = arena_copy(arena, why, strlen(why));
	free(why);
	if (task == NULL)
		return;
	out->task = arena_copy(arena, task->spec.id, strlen(task->spec.id));
	out->state = task_state_name(task->state);
}
