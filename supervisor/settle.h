/*
 * What the end of an attempt means for its task: its place in the line, another
 * attempt, or a person. What an outcome counts as is decided in outcome.c.
 */
#ifndef ORCH_SETTLE_H
#define ORCH_SETTLE_H

#include "supervisor/supervisor.h"

/* The attempt of this slot has ended and what it left is pinned, or `refused` says why not. */
void	settle_attempt(struct supervisor *supervisor, struct slot *slot, enum error refused,
	    const char *why);
/* The worker came back without the attempt it had: it is lost. */
void	settle_lost(struct supervisor *supervisor, struct slot *slot);

#endif
