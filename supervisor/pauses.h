/*
 * Agents that have reached a usage limit: none of their tasks starts before it ends, and
 * none of them has failed by it. Kept over a restart.
 */
#ifndef ORCH_PAUSES_H
#define ORCH_PAUSES_H

#include "supervisor/supervisor.h"

/* Brings back what is in the database. */
void		 pauses_load(struct supervisor *supervisor);
void		 pauses_release(struct supervisor *supervisor);
/*
 * The agent is not run before `until`, wall clock; 0: not known, then a minute, doubled
 * each time in a row, an hour at most. With its event, inside a transaction. When it was
 * set to end.
 */
double		 pauses_set(struct supervisor *supervisor, const char *agent, double until,
		    const char *reason);
/*
 * A person says that it may be run again, and what waited for that may start. With its event,
 * inside a transaction. False: it does not pause; else how many tasks there were in *tasks.
 */
bool		 pauses_lift(struct supervisor *supervisor, const char *agent, const char *why,
		    uint64_t *tasks);
/* It has done something again: the next pause is short. */
void		 pauses_clear(struct supervisor *supervisor, const char *agent);
/* The pause of an agent that has not ended, or NULL. */
const struct pause	*pauses_find(const struct supervisor *supervisor, const char *agent);
/* "AGENT until TIME: REASON" for each that has not ended; the caller frees. NULL: none. */
char		**pauses_texts(const struct supervisor *supervisor);
/* A moment of the wall clock, as pause->until, on clock_monotonic. */
uint64_t	 pauses_end_ms(double until);

#endif
