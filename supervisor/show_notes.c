/* Session notes, for people and programs: see show_notes.h. */
#include "show_notes.h"

#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "notes.h"
#include "notes_gather.h"
#include "projects.h"
#include "protocol/mem.h"
#include "registry.h"
#include "store_notes.h"

struct rows {
	struct supervisor *supervisor;
	const char *project;		/* NULL: all */
	uint64_t last;			/* position of the last one looked at */
	struct arena arena;
	struct record_note_row *rows;
	size_t count;
};

static void
add_row(void *context, const struct note_state *state)
{
	struct rows *rows = context;
	const struct task *task = rows->supervisor->tasks[state->task - 1];
	char *path;

	rows->last = state->task;
	if (rows->project != NULL && !str_same(rows->project, task->project->config->name))
		return;
	path = notes_path(task->project, state->name);
	rows->rows[rows->count++] = (struct record_note_row){ .task = task->spec.id,
	    .project = task->project->config->name, .path = arena_copy(&rows->arena, path, strlen(path)),
	    .state = task_state_name(task->state), .title = task->spec.title, .written = state->written,
	    .due = state->due > 0, .position = state->task, .problem = state->problem == NULL ? NULL :
	    arena_copy(&rows->arena, state->problem, strlen(state->problem)) };
	free(path);
}

static void
rows_init(struct rows *rows, struct supervisor *supervisor, size_t most)
{
	*rows = (struct rows){ .supervisor = supervisor };
	arena_init(&rows->arena);
	rows->rows = mem_zero(most, sizeof(*rows->rows));
}

static void
rows_release(struct rows *rows)
{
	arena_release(&rows->arena);
	free(rows->rows);
}

static void
fail(struct peer *peer, uint64_t request, const char *format, const char *name)
{
	char *why = str_format("%s '%s': there is none; see orchctl list", format, name);

	peer_fail(peer, request, ERROR_UNKNOWN, why);
	free(why);
}

void
show_notes(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	const struct msg_note_list *list = &message->note_list;
	size_t most = list->limit != 0 ? (size_t)list->limit : 1000;
	const struct task *task = list->task != NULL ? registry_find(supervisor, list->task) : NULL;
	struct rows rows;

	if (list->task != NULL && task == NULL) {
		fail(peer, request, "task", list->task);
		return;
	}
	if (list->project != NULL && projects_find(supervisor, list->project) == NULL) {
		fail(peer, request, "project", list->project);
		return;
	}
	rows_init(&rows, supervisor, most);
	rows.project = list->project;
	rows.last = list->after;
	if (task != NULL)
		store_one_note(supervisor->store, task->position, add_row, &rows);
	else
		while (rows.count < most && store_each_note(supervisor->store, rows.last, list->since,
		    most - rows.count, add_row, &rows) > 0)
			;
	peer_reply(peer, MSG_note_list, request, &(struct reply_note_list){
	    .notes = { rows.rows, rows.count }, .more = task == NULL && rows.count == most });
	rows_release(&rows);
}

void
show_note(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	const char *id = message->note_show.task;
	const struct task *task = registry_find(supervisor, id);
	struct buffer text;
	struct rows rows;

	if (task == NULL) {
		fail(peer, request, "task", id);
		return;
	}
	rows_init(&rows, supervisor, 1);
	buffer_init(&text);
	store_one_note(supervisor->store, task->position, add_row, &rows);
	notes_text(supervisor, task, &text);
	if (text.len > NOTE_MAX)
		peer_fail(peer, request, ERROR_TOO_LARGE, "the note is larger than a message; read its file");
	else
		peer_reply(peer, MSG_note_show, request, &(struct reply_note_show){
		    .note = { rows.rows, rows.count }, .text = buffer_text(&text) });
	buffer_release(&text);
	rows_release(&rows);
}
