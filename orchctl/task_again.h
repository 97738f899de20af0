/*
 * Tasks that an earlier run left: BLOCKED or CANCELLED, to be tried again, and those that
 * wait for a person.
 */
#ifndef ORCH_TASK_AGAIN_H
#define ORCH_TASK_AGAIN_H

#include "orchctl/session.h"
#include "tasks/task_spec.h"

/*
 * Those of the list that are so now; strs_free() the ids in any case. Waiting are those too
 * that agents have found, and none that has a question, which a yes does not answer.
 */
enum error	task_again_find(struct session *session, const struct task_list *list, char ***ids);
enum error	task_again_waiting(struct session *session, const struct task_list *list, char ***ids);
/*
 * Answers: TASK=TEXT each, a list that ends with NULL, in its order, to the question that a
 * task has asked first.
 */
enum error	task_again_answer(struct session *session, char *const *answers);
/* Puts them back into the schedule; no ids, no request. */
enum error	task_again_send(struct session *session, char **ids, const char *why);
/* Says yes to them; no ids, no request. */
enum error	task_again_approve(struct session *session, char **ids, const char *why);

#endif
