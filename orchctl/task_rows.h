/* All rows of task.list, page after page. */
#ifndef ORCH_TASK_ROWS_H
#define ORCH_TASK_ROWS_H

#include "orchctl/session.h"

struct task_rows {
	struct record_task_row *rows;
	size_t count;
	struct arena arena;		/* what the rows point into */
};

/* Tasks in `state` (NULL: all). Release the rows in any case. */
enum error	task_rows_get(struct session *session, const char *state,
		    struct task_rows *rows);
/* What `ask` means, all of it, or as many as its limit says. */
enum error	task_rows_ask(struct session *session, struct msg_task_list ask, struct task_rows *rows);
void		task_rows_release(struct task_rows *rows);

#endif
