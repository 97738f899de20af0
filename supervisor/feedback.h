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
/* In one line: "gate FAIL on the tree that would land, combined with a: it is red". */
char	*feedback_red(const struct msg_ticket_red *red, const char *why);
/*
 * The tree that would land was not proved: with what the change was combined in it,
 * what was run, what it printed. `why` and `output` may be NULL.
 */
char	*feedback_gate(const struct msg_ticket_red *red, const char *command, const char *why,
	    const char *output);
/* A question that the agent had asked, and what a person says. */
char	*feedback_answer(const char *question, const char *who, const char *answer);
/* Both, the first one first; either may be NULL, and so is the answer for two of them. */
char	*feedback_join(const char *conflict, const char *rest);

#endif
