/*
 * Hooks: commands of a project's that are told what has happened. Which are due stands in
 * the database, in the same transaction as what they are told, and goes away when they have
 * run: so each runs at least once. That they run is in hooks.h; a gate's (pre_land) belongs
 * to the gate, and an iteration's to its attempt.
 */
#ifndef ORCH_HOOKS_DUE_H
#define ORCH_HOOKS_DUE_H

#include "supervisor/supervisor.h"

enum hook {
	HOOK_TASK_START, HOOK_ITERATION_END, HOOK_PRE_LAND, HOOK_TASK_END, HOOK_SESSION_END, HOOK_ESCALATION,
	HOOK_IDLE,
	HOOKS
};

/* One that is due. */
struct hook_run {
	struct hook_run *next;
	uint64_t id;			/* its row */
	struct project *project;
	enum hook hook;
	struct task *task;		/* NULL: of the project */
	uint64_t attempt;		/* its number; 0: none */
	char *input;			/* an object of JSON */
	uint64_t tries;
	uint64_t since;			/* clock_monotonic */
	struct slot *slot;		/* NULL: it waits for one */
};

/* "task_start"; and by its name, HOOKS: there is none. */
const char	*hook_name(enum hook hook);
enum hook	 hook_find(const char *name);
/* What the project has for it; NULL: nothing. */
const char	*hook_command(const struct config_project *config, enum hook hook);

/* All of these inside a transaction; nothing happens when the project has no such hook. */

/* Something has become of a task. `kind` (may be NULL) says more of the hook. */
void	hooks_due(struct supervisor *supervisor, struct task *task, enum hook hook, const char *kind,
	    const char *reason);
/* An attempt has ended. */
void	hooks_due_session(struct supervisor *supervisor, struct task *task, uint64_t number,
	    const char *outcome, const char *reason);
/* Nothing can go on without a person, or all is done; once for each time that this is so. */
void	hooks_due_idle(struct supervisor *supervisor);
/* What pre_land is told of a gate; the caller frees. */
char	*hooks_gate_input(const struct task *task, const struct gate *gate);

/* One has failed: an event, inside a transaction. `task` may be NULL. */
void	hooks_failed(struct supervisor *supervisor, const struct task *task, enum hook hook,
	    const char *why);

/* Those that an earlier supervisor owed. */
void	hooks_load(struct supervisor *supervisor);
/* It has run, or is given up. */
void	hooks_done(struct supervisor *supervisor, struct hook_run *run);
void	hooks_release(struct supervisor *supervisor);

#endif
