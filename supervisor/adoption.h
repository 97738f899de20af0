/*
 * Workers that an earlier supervisor started and that live on: found by the socket of
 * their slot, known by what was recorded of them, and watched though they may be nobody's
 * child.
 */
#ifndef ORCH_ADOPTION_H
#define ORCH_ADOPTION_H

#include "supervisor/supervisor.h"

/* Who serves the slot from now on, for the next supervisor. */
void	adoption_record(struct slot *slot);
/*
 * Something holds the slot's lock: if that is its worker, and it answers, the slot is
 * connected with it. False: it is not, or nobody answers.
 */
bool	adoption_try(struct slot *slot);
/* Who was recorded for the slot is told to save what it has and to end. */
void	adoption_dismiss(struct slot *slot);
/* It is not watched any more. */
void	adoption_end(struct slot *slot);

#endif
