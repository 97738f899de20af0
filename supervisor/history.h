/*
 * How long what has happened is kept: history.events and history.attempts. What is older goes
 * a little at a time, between which the supervisor does all else; nothing goes that belongs to
 * a task which has not ended.
 */
#ifndef ORCH_HISTORY_H
#define ORCH_HISTORY_H

#include "supervisor/supervisor.h"

void	history_init(struct supervisor *supervisor);
void	history_release(struct supervisor *supervisor);
/* commitd has no refs any more of those attempts that it was asked to forget as `serial`. */
void	history_forgotten(struct supervisor *supervisor, uint64_t serial);

#endif
