/* Tasks to the supervisor: see task_send.h. */
#include "task_send.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define PIECE_TASKS	500
#define PIECE_BYTES	(8u << 20)

static size_t
text_bytes(const char *text)
{
	return text == NULL ? 0 : strlen(text) + 16;
}

static size_t
list_bytes(char *const *list)
{
	size_t bytes = 0;

	for (; list != NULL && *list != NULL; list++)
		bytes += text_bytes(*list);
	return bytes;
}

/* What a task takes on the wire, at most. */
static size_t
task_bytes(const struct task_spec *spec)
{
	return 512 + text_bytes(spec->title) + text_bytes(spec->prompt) +
	    list_bytes(spec->command) + list_bytes(spec->files) +
	    text_bytes(spec->extra) + text_bytes(spec->initial_reason) + list_bytes(spec->depends_on) + text_bytes(spec->verify) +
	    text_bytes(spec->completion_promise) + list_bytes(spec->environment);
}

static struct record_task
record_of(const struct task_spec *spec)
{
	return (struct record_task){
		.id = spec->id, .title = spec->title, .prompt = spec->prompt,
		.command = spec->command, .project = spec->project, .agent = spec->agent, .files = spec->files,
		.depends_on = spec->depends_on, .verify = spec->verify,
		.completion_promise = spec->completion_promise,
		.environment = spec->environment, .priority = spec->priority,
		.estimate = spec->estimate, .max_iterations = spec->max_iterations,
		.timeout = spec->timeout, .approvals = spec->approvals,
		.diff_optional = spec->diff_optional, .files_loose = spec->files_loose,
		.discovered_by = spec->discovered_by, .initial = spec->initial,
		.initial_reason = spec->initial_reason, .extra = spec->extra,
	};
}

enum error
task_send(struct session *session, const struct task_list *list, bool again,
    struct reply_task_add *total)
{
	struct record_task *piece = mem_zero(PIECE_TASKS, sizeof(*piece));
	size_t next = 0, count, bytes, i;
	const char *queue = NULL;
	enum error error = ERROR_NONE;

	*total = (struct reply_task_add){ 0 };
	do {
		struct reply_task_add reply = { 0 };
		struct msg_task_add add = { .again = again };
		struct arena arena;

		bytes = count = 0;
		while (next < list->count && count < PIECE_TASKS &&
		    (count == 0 || bytes + task_bytes(&list->tasks[next]) <= PIECE_BYTES)) {
			bytes += task_bytes(&list->tasks[next]);
			if (list->tasks[next].queue != NULL)
				queue = list->tasks[next].queue;
			piece[count++] = record_of(&list->tasks[next++]);
		}
		add.tasks = (struct records){ piece, count };
		add.more = next < list->count;
		add.queue = add.more ? NULL : queue;
		arena_init(&arena);
		error = session_request(session, MSG_task_add, &add, &reply, &arena, -1);
		for (i = 0; i < strs_count(reply.warnings); i++)
			log_warnx("warning: %s", reply.warnings[i]);
		arena_release(&arena);
		total->added += reply.added;
		total->known += reply.known;
	} while (error == ERROR_NONE && next < list->count);
	free(piece);
	return error;
}
