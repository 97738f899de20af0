/*
 * What an attempt left in the outbox of its slot is handed to commitd: as a descriptor, of a
 * plain file beneath the slot's folder.
 */
#ifndef ORCH_HANDING_H
#define ORCH_HANDING_H

#include "supervisor/supervisor.h"

/* Hands a slot's result to commitd; when its outbox has none, calls nothing_left. */
void	handing_over(struct supervisor *supervisor, struct slot *slot);
/* commitd is back: the project's results that wait are handed over again. */
void	handing_over_all(struct project *project);
/* Tries again after a while. */
void	handing_over_later(struct slot *slot, uint64_t wait_ms);

#endif
