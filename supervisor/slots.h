/*
 * Slots and their workers: started, watched, started again after a back-off. A worker is spawned only by who holds flock(2) on the slot's lock,
 * so what a dead one left behind can never meet a second attempt.
 */
#ifndef ORCH_SLOTS_H
#define ORCH_SLOTS_H

#include "supervisor/supervisor.h"

/* Makes the slots of the configuration, and those that open attempts name. */
void		 slots_init(struct supervisor *supervisor);
void		 slots_release(struct supervisor *supervisor);
void		 slots_spawn_all(struct supervisor *supervisor);
/* One step of the table in slot.c and what it asks for. */
void		 slots_event(struct slot *slot, enum slot_event event);
/* An idle slot for a gate of this project, NULL: for an attempt; NULL when all are busy. */
struct slot	*slots_free(struct supervisor *supervisor, const struct project *project);
/* Its number among those of its kind: 3 of slot 3, and of slot v3. */
size_t		 slots_index(const struct slot *slot);
/* By its name; NULL: there is none. */
struct slot	*slots_find(struct supervisor *supervisor, const char *name);
/* The slot that works on this attempt, NULL when none does. */
struct slot	*slots_by_attempt(struct supervisor *supervisor, uint64_t attempt);
/* The job's result is safe: the worker may clean up. */
void		 slots_saved(struct supervisor *supervisor, struct slot *slot);
/*
 * A child has ended: the slot it served, NULL when it was none of ours. The gate
 * that it had is the caller's to take back.
 */
struct slot	*slots_exited(struct supervisor *supervisor, pid_t pid, int status);
/* The same of a worker that is nobody's child. */
void		 slots_gone(struct slot *slot);
/* Ends all workers: each stops its agent, saves what it left, and goes. */
void		 slots_stop_all(struct supervisor *supervisor);
/* Ends the loop when stopping and no child is left. */
void		 slots_check_end(struct supervisor *supervisor);

#endif
