/* What run --retry, --approve and --answer do: see task_again.h. */
#include "task_again.h"

#include <stdlib.h>
#include <string.h>

#include "orchctl/task_rows.h"
#include "protocol/mem.h"
#include "tasks/name_table.h"

/* Which rows of a state are meant. */
typedef bool	row_filter(const struct name_table *names, const struct record_task_row *row);

static bool
is_listed(const struct name_table *names, const struct record_task_row *row)
{
	return name_table_find(names, row->id, NULL);
}

static bool
is_to_approve(const struct name_table *names, const struct record_task_row *row)
{
	return row->questions == 0 && (is_listed(names, row) || row->discovered_by != NULL);
}

/* Adds the ids of the tasks in one state that are meant. */
static enum error
add_state(struct session *session, const struct name_table *names, const char *state,
    row_filter *filter, char ***ids)
{
	size_t count = strs_count(*ids), i;
	struct task_rows rows;
	enum error error = task_rows_get(session, state, &rows);

	*ids = mem_resize(*ids, count + rows.count + 1, sizeof(char *));
	for (i = 0; i < rows.count; i++)
		if (filter(names, &rows.rows[i]))
			(*ids)[count++] = str_dup(rows.rows[i].id);
	(*ids)[count] = NULL;
	task_rows_release(&rows);
	return error;
}

/* Those of the list in either state; `other` may be NULL. */
static enum error
find(struct session *session, const struct task_list *list, const char *state, const char *other,
    row_filter *filter, char ***ids)
{
	struct name_table names;
	enum error error;
	size_t i;

	*ids = NULL;
	name_table_init(&names);
	for (i = 0; i < list->count; i++)
		name_table_add(&names, list->tasks[i].id, i);
	error = add_state(session, &names, state, filter, ids);
	if (error == ERROR_NONE && other != NULL)
		error = add_state(session, &names, other, filter, ids);
	name_table_release(&names);
	return error;
}

enum error
task_again_find(struct session *session, const struct task_list *list, char ***ids)
{
	return find(session, list, "BLOCKED", "CANCELLED", is_listed, ids);
}

enum error
task_again_waiting(struct session *session, const struct task_list *list, char ***ids)
{
	return find(session, list, "AWAITING_APPROVAL", NULL, is_to_approve, ids);
}

enum error
task_again_approve(struct session *session, char **ids, const char *why)
{
	const struct msg_task_approve ask = { .tasks = ids, .why = why };
	struct reply_task_approve reply;
	struct arena arena;
	enum error error;

	if (strs_count(ids) == 0)
		return ERROR_NONE;
	arena_init(&arena);
	error = session_request(session, MSG_task_approve, &ask, &reply, &arena, -1);
	arena_release(&arena);
	return error;
}

enum error
task_again_answer(struct session *session, char *const *answers)
{
	struct msg_task_answer ask;
	struct reply_task_answer reply;
	struct arena arena;
	enum error error = ERROR_NONE;
	char *task;

	for (; error == ERROR_NONE && answers != NULL && *answers != NULL; answers++) {
		task = str_dup(*answers);
		task[strcspn(task, "=")] = '\0';
		ask = (struct msg_task_answer){ .task = task, .answer = *answers + strlen(task) + 1 };
		arena_init(&arena);
		error = session_request(session, MSG_task_answer, &ask, &reply, &arena, -1);
		arena_release(&arena);
		free(task);
	}
	return error;
}

enum error
task_again_send(struct session *session, char **ids, const char *why)
{
	const struct msg_task_retry ask = { .tasks = ids, .why = why };
	struct reply_task_retry reply;
	struct arena arena;
	enum error error;

	if (strs_count(ids) == 0)
		return ERROR_NONE;
	arena_init(&arena);
	error = session_request(session, MSG_task_retry, &ask, &reply, &arena, -1);
	arena_release(&arena);
	return error;
}
