/* What a run's end means: see iterate.h. Exit codes are judged here only. */
#include "iterate.h"

#include <stddef.h>

#define SIGNAL_MAX	64u	/* of Linux; a shell says 128 + signal */

static bool
is_signal(unsigned exit_code)
{
	return exit_code > 128 && exit_code <= 128 + SIGNAL_MAX;
}

static struct iterate_next
finish(const char *outcome, const char *reason, bool last_line)
{
	return (struct iterate_next){ ATTEMPT_EV_FINISH, outcome, reason, last_line };
}

bool
iterate_ending_takes(enum ending ending)
{
	return ending >= ENDING_PROCESSES && ending <= ENDING_OUTPUT;
}

const char *
iterate_ending_word(enum ending ending)
{
	static const char *const words[] = { [ENDING_NONE] = "stopped", [ENDING_STOPPED] = "stopped",
	    [ENDING_TIMEOUT] = "timeout", [ENDING_SUPERVISOR] = "stopped", [ENDING_VERIFY_TIMEOUT] = "timeout",
	    [ENDING_IDLE] = "idle", [ENDING_BUDGET] = "budget", [ENDING_PROCESSES] = "processes",
	    [ENDING_MEMORY] = "memory", [ENDING_CPU] = "cpu", [ENDING_DISK] = "disk",
	    [ENDING_OUTPUT] = "output" };

	return words[ending];
}

/* The verify command of a gate, or setup: there is no silent pass. */
static struct iterate_next
judge_gate(const struct iterate_run *run)
{
	enum { LATE, NO_START, KILLED, NO_PROGRAM, SIGNAL, RED };
	static const char *const words[][2] = {
		[LATE] = { "the verify command did not end in time", "it did not end in time" },
		[NO_START] = { "the verify command could not be started", "it could not be started" },
		[KILLED] = { "the sandbox of the verify command was killed", "its sandbox was killed" },
		[NO_PROGRAM] = { "the verify command was not found or cannot be executed",
		    "a program of it was not found or cannot be executed" },
		[SIGNAL] = { "the verify command was ended by a signal", "it was ended by a signal" },
		[RED] = { "the verify command is red", "its command failed" },
	};
	size_t which = run->setup ? 1 : 0;

	if (run->ending == ENDING_VERIFY_TIMEOUT)
		return finish("timeout", words[LATE][which], false);
	if (!run->started)
		return finish("error", words[NO_START][which], true);
	if (run->killed)
		return finish("lost", words[KILLED][which], true);
	if (run->exit_code == 0)
		return finish("pass", NULL, false);
	if (run->exit_code == 126 || run->exit_code == 127)
		return finish("error", words[NO_PROGRAM][which], true);
	if (is_signal(run->exit_code))
		return finish("error", words[SIGNAL][which], true);
	return finish("fail", words[RED][which], true);
}

/* The kind of failure is what its words tell, if they tell of one. */
static struct iterate_next
failure(const struct iterate_run *run, const char *reason)
{
	return finish(run->class != NULL ? run->class : "failed", reason, true);
}

/* The agent's own run has ended by itself. */
static struct iterate_next
judge_agent(const struct iterate_run *run)
{
	if (!run->started)
		return finish("error", "the agent could not be started", true);
	if (run->blocked)
		return finish("blocked", NULL, false);
	if (run->exit_code == EXIT_LATER)
		return finish("later", "the agent said: not yet", true);
	if (run->exit_code == EXIT_BLOCKED)
		return finish("blocked", NULL, true);
	if (!run->exit_good)
		return failure(run, run->killed || is_signal(run->exit_code) ?
		    "the agent was ended by a signal" : "the agent failed");
	/* An exit status of 0 alone is never believed where the agent says more. */
	if (run->said == ITERATE_SAID_BADLY)
		return failure(run, run->class != NULL ? "the agent failed" :
		    "the agent did not say that it has finished");
	if (run->promise_wanted && !run->promise_seen) {
		if (run->iteration < run->max_iterations)
			return (struct iterate_next){ ATTEMPT_EV_RUN_AGENT, NULL, NULL, false };
		return finish("no_promise", "the agent never printed its completion promise", true);
	}
	if (run->verify_wanted)
		return (struct iterate_next){ ATTEMPT_EV_RUN_VERIFY, NULL, NULL, false };
	return finish("done", NULL, false);
}

struct iterate_next
iterate_judge(const struct iterate_run *run)
{
	switch (run->ending) {
	case ENDING_STOPPED: return finish("stopped", "stopped on request", false);
	case ENDING_TIMEOUT: return finish("timeout", "the time limit is reached", false);
	case ENDING_PROCESSES: case ENDING_MEMORY: case ENDING_CPU: case ENDING_DISK: case ENDING_OUTPUT:
		return finish(iterate_ending_word(run->ending), "it took more of the machine than it may", false);
	case ENDING_IDLE: return finish("idle", "it printed nothing for as long as limits.idle", false);
	case ENDING_BUDGET: return finish("budget", "its budget is used up", false);
	case ENDING_SUPERVISOR:
		return finish("stopped", "the supervisor ended", false);
	case ENDING_NONE: case ENDING_VERIFY_TIMEOUT: break;
	}
	if (run->gate)
		return judge_gate(run);
	if (!run->verify)
		return judge_agent(run);
	if (run->started && run->exit_code == 0 && run->ending == ENDING_NONE)
		return finish("done", NULL, false);
	if (run->iteration < run->max_iterations)
		return (struct iterate_next){ ATTEMPT_EV_RUN_AGENT, NULL, NULL, false };
	return run->ending == ENDING_VERIFY_TIMEOUT ?
	    finish("check_failed", "the verify command did not end in time", false) :
	    finish("check_failed", "the verify command is red", true);
}
