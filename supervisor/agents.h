/*
 * The agents of orch.yaml: what is run, how it gets its prompt, what its output means.
 * Configuration, not code: no agent has a name here.
 */
#ifndef ORCH_AGENTS_H
#define ORCH_AGENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/arena.h"
#include "protocol/message.h"
#include "supervisor/budget.h"

#define AGENT_RULES_MOST	256u

struct agent {
	const char *name;
	bool shipped;			/* came with orch; one of the user's takes its place */
	char **command;
	char **unattended;		/* behind the command, since there is a sandbox */
	char **model_args;		/* behind it, when there is a model */
	char **resume;			/* the command that goes on with {session}; NULL: it cannot */
	const char *model;
	const char *prompt;		/* stdin, argument or file */
	char **environment;		/* NAME=VALUE */
	char **pass;			/* names of our own variables that it gets */
	char **secrets;			/* NAME=file:PATH or NAME=env:NAME: where a value is, never it */
	struct records home;		/* record_home_file: what its HOME has at first */
	struct record_adapter adapter;
	uint64_t timeout, idle, grace;	/* seconds; 0: the project's */
	uint64_t steps, tokens;		/* 0: any number */
	double cost;			/* dollars; 0: any */
	char **read_only;		/* absolute paths that it sees besides */
	struct budget budget;		/* of all its attempts together */
	const char *network;		/* on, off; NULL: as the project has it */
	uint64_t slots;			/* how many run at once; 0: any number */
	size_t class;			/* in the schedule; 0: any number run */
};

/* All of them. What they point to lives in `arena`, and may be shared by several. */
struct agents {
	struct agent *items;
	size_t count;
	struct arena arena;
};

void		 agents_release(struct agents *agents);
/* Room for one more, empty. It may move the others. */
struct agent	*agents_add(struct agents *agents);
/* By name; one of the user's before one that came with orch. NULL: none. */
const struct agent	*agents_find(const struct agents *agents, const char *name);

#endif
