/*
 * Keeps the repository quick: packs loose objects, and small packs with them, in a
 * program beside the line. Nothing that is there is left out, wanted by a reference
 * or not: candidates, trees that a workspace has mounted and objects that an agent
 * did not store because they were here have none. The line never waits for it.
 */
#ifndef ORCH_MAINTAIN_H
#define ORCH_MAINTAIN_H

#include <stdbool.h>

struct commitd;

/*
 * Begins, goes on or ends; `active`: something was done since the last call. Takes
 * and returns how long to wait for a message, -1: for ever.
 */
int	maintain_step(struct commitd *commitd, int wait, bool active);
/* Ends what is under way; what there was is still there. */
void	maintain_stop(struct commitd *commitd);
/* Nobody is at work: takes away what a program that was killed left half made. */
void	maintain_clear(const char *objects);

#endif
