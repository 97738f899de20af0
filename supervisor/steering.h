/*
 * A person pauses, drains, halts or resumes: the whole, or a project. What the mode is then,
 * and what follows for what runs.
 */
#ifndef ORCH_STEERING_H
#define ORCH_STEERING_H

#include "supervisor/modes.h"

/*
 * `project` NULL: the whole. NULL: it is so now, durable, and what it means is under way;
 * else why not, in words that live until the next call, and nothing has changed.
 */
const char	*steering_set(struct supervisor *supervisor, const char *project, enum mode mode,
		    unsigned uid, const char *why);
/*
 * An agent that pauses may run again, whether a budget or its usage limit has stopped it.
 * The same; *tasks: how many waited for that limit.
 */
const char	*steering_resume_agent(struct supervisor *supervisor, const char *agent,
		    unsigned uid, const char *why, uint64_t *tasks);

#endif
