/* From elsewhere and to there: see export.h. */
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "projects.h"
#include "protocol/mem.h"
#include "registry.h"
#include "transition.h"

#define PAGE_TASKS	1000u
#define PAGE_BYTES	(4u << 20)	/* of a page; the task that passes it is its last */
#define QUEUE_KEY	"queue"

static void
take_state(struct supervisor *supervisor, struct task *task, const struct record_task *record)
{
	const char *why = record->initial_reason;

	switch (task_state_find(record->initial)) {
	case TASK_COMPLETE:
		transition_apply(supervisor, task, TASK_LANDED, "task.imported",
		    "complete where it came from", 0);
		break;
	case TASK_BLOCKED:
		transition_apply(supervisor, task, TASK_GIVES_UP, "task.imported", why != NULL ? why :
		    "blocked where it came from", 0);
		break;
	case TASK_CANCELLED:
		transition_apply(supervisor, task, TASK_CANCEL, "task.imported", why != NULL ? why :
		    "cancelled where it came from", 0);
		break;
	default:
		break;
	}
}

void
export_take_states(struct supervisor *supervisor, const struct record_task *tasks, size_t count,
    size_t first)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct task *task = registry_find(supervisor, tasks[i].id);

		if (task == NULL || task->node < first)
			continue;
		/* Who brings a list with it has seen what others had found. */
		task->given = tasks[i].initial != NULL;
		if (task->given)
			take_state(supervisor, task, &tasks[i]);
	}
}

void
export_keep_queue(struct supervisor *supervisor, const char *queue, size_t added)
{
	char *known;

	if (queue == NULL)
		return;
	known = store_get(supervisor->store, QUEUE_KEY);
	if (added > 0 || known == NULL) {
		store_begin(supervisor->store);
		store_set(supervisor->store, QUEUE_KEY, queue);
		store_commit(supervisor->store);
	}
	free(known);
}

/* A text of the store into the arena. */
static const char *
take(struct arena *arena, char *text, size_t *bytes)
{
	const char *copy = NULL;

	if (text != NULL) {
		*bytes += strlen(text);
		copy = arena_copy(arena, text, strlen(text));
	}
	free(text);
	return copy;
}

/* One row; how many bytes it takes, about. */
static size_t
add_row(struct supervisor *supervisor, const struct task *task, struct record_export_row *row,
    struct arena *arena)
{
	struct record_task *spec = arena_zero(arena, 1, sizeof(*spec));
	size_t bytes = 1024;

	*spec = task->spec;
	spec->project = projects_label(task->project);
	spec->prompt = take(arena, store_task_prompt(supervisor->store, task->position), &bytes);
	spec->extra = take(arena, store_extra(supervisor->store, task->position), &bytes);
	*row = (struct record_export_row){ .spec = { spec, 1 }, .state = task_state_name(task->state),
	    .reason = task->reason, .attempts = task->attempts, .position = task->position,
	    .commit = task->commit,
	    .fingerprint = take(arena, store_fingerprint_of(supervisor->store, task->position), &bytes) };
	return bytes;
}

void
export_tasks(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	struct record_export_row *rows = mem_zero(PAGE_TASKS, sizeof(*rows));
	uint64_t after = message->task_export.after;
	size_t node = after < supervisor->task_count ? (size_t)after : supervisor->task_count;
	size_t count = 0, bytes = 0;
	struct arena arena;
	char *queue = after == 0 ? store_get(supervisor->store, QUEUE_KEY) : NULL;

	arena_init(&arena);
	for (; node < supervisor->task_count && count < PAGE_TASKS && bytes < PAGE_BYTES; node++)
		bytes += add_row(supervisor, supervisor->tasks[node], &rows[count++], &arena);
	peer_reply(peer, MSG_task_export, request, &(struct reply_task_export){
	    .tasks = { rows, count }, .more = node < supervisor->task_count,
	    .project = supervisor->projects[0]->config->name, .queue = queue });
	arena_release(&arena);
	free(queue);
	free(rows);
}
