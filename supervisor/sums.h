/*
 * What has come of all tasks and attempts, of each project and of all together: read once from
 * the database, then kept up with each change of what it counts, so that to be shown it costs
 * the same however much there was. How many tasks are in which state, and what they cost
 * people, is with the projects already.
 */
#ifndef ORCH_SUMS_H
#define ORCH_SUMS_H

#include "supervisor/lengths.h"
#include "supervisor/supervisor.h"

/* The attempts of an agent that have ended. */
struct sums_agent {
	const char *agent;		/* a task's or the configuration's */
	uint64_t attempts, done, input, cached, output;
	double seconds, cost;
};

struct sums {
	struct lengths waiting;		/* of tasks: to the first start */
	struct lengths running;		/* of attempts */
	struct lengths total;		/* of tasks that are complete, and had an attempt here */
	uint64_t attempts, reworks;
	struct sums_agent *agents;	/* of a project alone */
	size_t agent_count;
};

/* After the tasks and the ledger were loaded. */
void		 sums_load(struct supervisor *supervisor);
void		 sums_release(struct supervisor *supervisor);
/* By whom its attempts are: its agent, or "command". */
const char	*sums_agent_name(const struct task *task);
/* A task has begun for the first time. */
void		 sums_started(const struct task *task);
void		 sums_completed(const struct task *task);
/* Before a change of the attempt's row, or its end: what it counts is taken out. */
void		 sums_take(struct supervisor *supervisor, uint64_t attempt);
/* After that: what it counts now. */
void		 sums_add(struct supervisor *supervisor, uint64_t attempt);

#endif
