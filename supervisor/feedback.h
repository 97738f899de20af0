/*
 * What the next attempt is told of why there is one: the words in
 * ORCH_FEEDBACK_FILE. Pure; never longer than a job may carry. The caller frees.
 */
#ifndef ORCH_FEEDBACK_H
#define ORCH_FEEDBACK_H

#include "protocol/message.h"

/* In one line: "conflict with the branch in a, b and 3 more". */
char	*feedback_reason(const struct msg_ticket_conflict *conflict);
/*
 * What is in conflict, path by path, with which commits, what the agent finds in
 * its work tree and what it has to decide.
 */
char	*feedback_conflict(const struct msg_ticket_conflict *conflict);
/* Both, the first one first; either may be NULL, and so is the answer for two of them. */
char	*feedback_join(const char *conflict, const char *rest);

#endif
