/*
 * New attempts wait while the machine has no room (admission.h), and one after the other of
 * those that run is frozen where that is wanted, by its worker. Looked at once a second while
 * it matters.
 */
#ifndef ORCH_ADMITTING_H
#define ORCH_ADMITTING_H

#include "supervisor/supervisor.h"

#define ADMITTING_LOOK_MS	1000u

/* May one more attempt start? When something had waited and may, that is an event. */
bool	admitting_allows(struct supervisor *supervisor, uint64_t now);
/* Something would start now and may not: with its event, in a transaction of its own. */
void	admitting_waits(struct supervisor *supervisor);
/* One has started that may take so much; 0: not known. */
void	admitting_started(struct supervisor *supervisor, uint64_t memory);
/* Nothing is to start: nobody waits for room any more. */
void	admitting_idle(struct supervisor *supervisor);
/* What attempts wait for; NULL: not for that. Lives until the next look. */
const char	*admitting_words(const struct supervisor *supervisor);
/* Freezes or thaws one, if it is time. When to look again; UINT64_MAX: not by itself. */
uint64_t	admitting_relieve(struct supervisor *supervisor, uint64_t now);
/* A worker's answer, to us or to a person. */
void	admitting_answer(struct slot *slot, const struct msg_worker_seen *seen);
/* A worker was adopted that another supervisor may have frozen: it goes on. */
void	admitting_thaw(struct slot *slot);
void	admitting_release(struct supervisor *supervisor);

#endif
