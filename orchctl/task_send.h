/* Tasks to the supervisor: as many requests as their size asks for. */
#ifndef ORCH_TASK_SEND_H
#define ORCH_TASK_SEND_H

#include "orchctl/session.h"
#include "tasks/task_spec.h"

/*
 * Sends all of the list in pieces; the supervisor adds them together or not
 * at all. `again`: what it knows already, unchanged, is fine. Sums up in *total, and says
 * what of them waits for a person from the start.
 */
enum error	task_send(struct session *session, const struct task_list *list, bool again,
		    struct reply_task_add *total);

#endif
