/* What run --retry and --approve do: see task_again.h. */
#include "task_again.h"

#include "orchctl/task_rows.h"
#include "protocol/mem.h"
#include "tasks/name_table.h"

/* Adds the ids of the tasks in one state that are in the table. */
static enum error
add_state(struct session *session, const struct name_table *names, const char *state, char ***ids)
{
	size_t count = strs_count(*ids), i;
	struct task_rows rows;
	enum error error = task_rows_get(session, state, &rows);

	*ids = mem_resize(*ids, count + rows.count + 1, sizeof(char *));
	for (i = 0; i < rows.count; i++)
		if (name_table_find(names, rows.rows[i].id, NULL))
			(*ids)[count++] = str_dup(rows.rows[i].id);
	(*ids)[count] = NULL;
	task_rows_release(&rows);
	return error;
}

/* Those of the list in either state; `other` may be NULL. */
static enum error
find(struct session *session, const struct task_list *list, const char *state, const char *other,
    char ***ids)
{
	struct name_table names;
	enum error error;
	size_t i;

	*ids = NULL;
	name_table_init(&names);
	for (i = 0; i < list->count; i++)
		name_table_add(&names, list->tasks[i].id, i);
	error = add_state(session, &names, state, ids);
	if (error == ERROR_NONE && other != NULL)
		error = add_state(session, &names, other, ids);
	name_table_release(&names);
	return error;
}

enum error
task_again_find(struct session *session, const struct task_list *list, char ***ids)
{
	return find(session, list, "BLOCKED", "CANCELLED", ids);
}

enum error
task_again_waiting(struct session *session, const struct task_list *list, char ***ids)
{
	return find(session, list, "AWAITING_APPROVAL", NULL, ids);
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
