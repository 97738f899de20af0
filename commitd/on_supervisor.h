/* What the supervisor asks for, one handler for each message to commitd. */
#ifndef ORCH_ON_SUPERVISOR_H
#define ORCH_ON_SUPERVISOR_H

#include "commitd/commitd.h"

void	on_hello(struct commitd *commitd, const struct message *message);
void	on_project_open(struct commitd *commitd, const struct message *message);
void	on_project_look(struct commitd *commitd, const struct message *message);
void	on_project_call(struct commitd *commitd, const struct message *message);
void	on_result_accept(struct commitd *commitd, const struct message *message);
void	on_ticket_enqueue(struct commitd *commitd, const struct message *message);
void	on_ticket_void(struct commitd *commitd, const struct message *message);
void	on_gate_verdict(struct commitd *commitd, const struct message *message);
void	on_attempts_forget(struct commitd *commitd, const struct message *message);
/*
 * The project cannot go on: says so, once. ERROR_INVALID: what was asked for cannot
 * be; one of the machine's or the network's: the same may be asked for again.
 */
void	project_fail(struct commitd *commitd, const char *reason, enum error error);

#endif
