/* All rows of task.list: see task_rows.h. */
#include "task_rows.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define PAGE	1000

enum error
task_rows_ask(struct session *session, struct msg_task_list ask, struct task_rows *rows)
{
	struct reply_task_list page;
	uint64_t most = ask.limit;
	enum error error;

	ask.waits = true;
	*rows = (struct task_rows){ 0 };
	arena_init(&rows->arena);
	do {
		ask.limit = most != 0 && most - rows->count < PAGE ? most - rows->count : PAGE;
		error = session_request(session, MSG_task_list, &ask, &page, &rows->arena, -1);
		if (error != ERROR_NONE || page.tasks.count == 0)
			break;
		rows->rows = mem_resize(rows->rows, rows->count + page.tasks.count,
		    sizeof(*rows->rows));
		memcpy(rows->rows + rows->count, page.tasks.items,
		    page.tasks.count * sizeof(*rows->rows));
		rows->count += page.tasks.count;
		ask.after = rows->rows[rows->count - 1].position;
		ask.after_task = NULL;
	} while (page.more && (most == 0 || rows->count < most));
	return error;
}

enum error
task_rows_get(struct session *session, const char *state, struct task_rows *rows)
{
	return task_rows_ask(session, (struct msg_task_list){ .state = state }, rows);
}

void
task_rows_release(struct task_rows *rows)
{
	free(rows->rows);
	arena_release(&rows->arena);
}
