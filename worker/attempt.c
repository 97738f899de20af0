/*
 * The table of an attempt's life: see attempt.h. Decides what follows on what;
 * never performs it.
 */
#include "attempt.h"

#include "protocol/mem.h"

#define TO(state, actions)	{ ATTEMPT_##state, (actions), true }
/* Nothing to do about it, and that is right. */
#define STAY(state)		{ ATTEMPT_##state, 0, true }
/* It cannot come in this state, unless somebody is wrong. */
#define NEVER(state)		{ ATTEMPT_##state, ATTEMPT_IGNORE, true }

static const struct attempt_step table[ATTEMPT_STATES][ATTEMPT_EVENTS] = {
	[ATTEMPT_IDLE] = {
		[ATTEMPT_EV_START] = TO(PREPARING, ATTEMPT_PREPARE),
		[ATTEMPT_EV_RECOVER] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_RESULT_KEPT] = TO(SAVING, ATTEMPT_REPORT),
		[ATTEMPT_EV_RUN_AGENT] = NEVER(IDLE),
		[ATTEMPT_EV_RUN_VERIFY] = NEVER(IDLE),
		[ATTEMPT_EV_FINISH] = NEVER(IDLE),
		[ATTEMPT_EV_FAILED] = NEVER(IDLE),
		[ATTEMPT_EV_STOP] = STAY(IDLE),
		[ATTEMPT_EV_COLLECTED] = NEVER(IDLE),
		[ATTEMPT_EV_SAVED] = STAY(IDLE),
		[ATTEMPT_EV_LEAVE] = TO(GONE, ATTEMPT_EXIT),
	},
	[ATTEMPT_PREPARING] = {
		[ATTEMPT_EV_START] = NEVER(PREPARING),
		[ATTEMPT_EV_RECOVER] = NEVER(PREPARING),
		[ATTEMPT_EV_RESULT_KEPT] = NEVER(PREPARING),
		[ATTEMPT_EV_RUN_AGENT] = TO(AGENT, ATTEMPT_START_AGENT),
		[ATTEMPT_EV_RUN_VERIFY] = TO(VERIFY, ATTEMPT_START_VERIFY),
		[ATTEMPT_EV_FINISH] = TO(SAVING, ATTEMPT_REPORT),
		[ATTEMPT_EV_FAILED] = TO(SAVING, ATTEMPT_REPORT),
		[ATTEMPT_EV_STOP] = TO(SAVING, ATTEMPT_REPORT),
		[ATTEMPT_EV_COLLECTED] = NEVER(PREPARING),
		[ATTEMPT_EV_SAVED] = NEVER(PREPARING),
		[ATTEMPT_EV_LEAVE] = TO(SAVING, ATTEMPT_REPORT),
	},
	[ATTEMPT_AGENT] = {
		[ATTEMPT_EV_START] = NEVER(AGENT),
		[ATTEMPT_EV_RECOVER] = NEVER(AGENT),
		[ATTEMPT_EV_RESULT_KEPT] = NEVER(AGENT),
		[ATTEMPT_EV_RUN_AGENT] = TO(AGENT, ATTEMPT_START_AGENT),
		[ATTEMPT_EV_RUN_VERIFY] = TO(VERIFY, ATTEMPT_START_VERIFY),
		[ATTEMPT_EV_FINISH] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_FAILED] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_STOP] = TO(STOPPING, ATTEMPT_END_RUN),
		[ATTEMPT_EV_COLLECTED] = NEVER(AGENT),
		[ATTEMPT_EV_SAVED] = NEVER(AGENT),
		[ATTEMPT_EV_LEAVE] = TO(STOPPING, ATTEMPT_END_RUN),
	},
	[ATTEMPT_VERIFY] = {
		[ATTEMPT_EV_START] = NEVER(VERIFY),
		[ATTEMPT_EV_RECOVER] = NEVER(VERIFY),
		[ATTEMPT_EV_RESULT_KEPT] = NEVER(VERIFY),
		[ATTEMPT_EV_RUN_AGENT] = TO(AGENT, ATTEMPT_START_AGENT),
		[ATTEMPT_EV_RUN_VERIFY] = NEVER(VERIFY),
		[ATTEMPT_EV_FINISH] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_FAILED] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_STOP] = TO(STOPPING, ATTEMPT_END_RUN),
		[ATTEMPT_EV_COLLECTED] = NEVER(VERIFY),
		[ATTEMPT_EV_SAVED] = NEVER(VERIFY),
		[ATTEMPT_EV_LEAVE] = TO(STOPPING, ATTEMPT_END_RUN),
	},
	[ATTEMPT_STOPPING] = {
		[ATTEMPT_EV_START] = NEVER(STOPPING),
		[ATTEMPT_EV_RECOVER] = NEVER(STOPPING),
		[ATTEMPT_EV_RESULT_KEPT] = NEVER(STOPPING),
		[ATTEMPT_EV_RUN_AGENT] = NEVER(STOPPING),
		[ATTEMPT_EV_RUN_VERIFY] = NEVER(STOPPING),
		[ATTEMPT_EV_FINISH] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_FAILED] = TO(COLLECT, ATTEMPT_START_COLLECT),
		[ATTEMPT_EV_STOP] = STAY(STOPPING),
		[ATTEMPT_EV_COLLECTED] = NEVER(STOPPING),
		[ATTEMPT_EV_SAVED] = NEVER(STOPPING),
		[ATTEMPT_EV_LEAVE] = STAY(STOPPING),
	},
	[ATTEMPT_COLLECT] = {
		[ATTEMPT_EV_START] = NEVER(COLLECT),
		[ATTEMPT_EV_RECOVER] = NEVER(COLLECT),
		[ATTEMPT_EV_RESULT_KEPT] = NEVER(COLLECT),
		[ATTEMPT_EV_RUN_AGENT] = NEVER(COLLECT),
		[ATTEMPT_EV_RUN_VERIFY] = NEVER(COLLECT),
		[ATTEMPT_EV_FINISH] = NEVER(COLLECT),
		[ATTEMPT_EV_FAILED] = NEVER(COLLECT),
		[ATTEMPT_EV_STOP] = STAY(COLLECT),
		[ATTEMPT_EV_COLLECTED] = TO(SAVING, ATTEMPT_REPORT),
		[ATTEMPT_EV_SAVED] = NEVER(COLLECT),
		[ATTEMPT_EV_LEAVE] = STAY(COLLECT),
	},
	[ATTEMPT_SAVING] = {
		[ATTEMPT_EV_START] = NEVER(SAVING),
		[ATTEMPT_EV_RECOVER] = NEVER(SAVING),
		[ATTEMPT_EV_RESULT_KEPT] = NEVER(SAVING),
		[ATTEMPT_EV_RUN_AGENT] = NEVER(SAVING),
		[ATTEMPT_EV_RUN_VERIFY] = NEVER(SAVING),
		[ATTEMPT_EV_FINISH] = NEVER(SAVING),
		[ATTEMPT_EV_FAILED] = NEVER(SAVING),
		[ATTEMPT_EV_STOP] = STAY(SAVING),
		[ATTEMPT_EV_COLLECTED] = NEVER(SAVING),
		[ATTEMPT_EV_SAVED] = TO(IDLE, ATTEMPT_CLEAN | ATTEMPT_READY),
		[ATTEMPT_EV_LEAVE] = TO(GONE, ATTEMPT_EXIT),
	},
	[ATTEMPT_GONE] = {
		[ATTEMPT_EV_START] = STAY(GONE),
		[ATTEMPT_EV_RECOVER] = STAY(GONE),
		[ATTEMPT_EV_RESULT_KEPT] = STAY(GONE),
		[ATTEMPT_EV_RUN_AGENT] = STAY(GONE),
		[ATTEMPT_EV_RUN_VERIFY] = STAY(GONE),
		[ATTEMPT_EV_FINISH] = STAY(GONE),
		[ATTEMPT_EV_FAILED] = STAY(GONE),
		[ATTEMPT_EV_STOP] = STAY(GONE),
		[ATTEMPT_EV_COLLECTED] = STAY(GONE),
		[ATTEMPT_EV_SAVED] = STAY(GONE),
		[ATTEMPT_EV_LEAVE] = STAY(GONE),
	},
};

static const char *const states[ATTEMPT_STATES] = {
	"idle", "preparing", "agent", "verify", "stopping", "collect", "saving", "gone"
};
static const char *const events[ATTEMPT_EVENTS] = {
	"start", "recover", "result-kept", "run-agent", "run-verify", "finish", "failed",
	"stop", "collected", "saved", "leave"
};
static const char *const actions[] = {
	"prepare", "start-agent", "start-verify", "end-run", "start-collect", "report",
	"clean", "ready", "exit", "ignore"
};

struct attempt_step
attempt_step(enum attempt_state state, enum attempt_event event)
{
	return table[state][event];
}

const char *
attempt_state_name(enum attempt_state state)
{
	return states[state];
}

const char *
attempt_event_name(enum attempt_event event)
{
	return events[event];
}

void
attempt_print(FILE *out)
{
	unsigned state, event, bit;

	for (state = 0; state < ATTEMPT_STATES; state++)
		for (event = 0; event < ATTEMPT_EVENTS; event++) {
			const struct attempt_step *step = &table[state][event];

			fprintf(out, "%-10s %-12s -> %s", states[state], events[event],
			    states[step->next]);
			for (bit = 0; bit < COUNT(actions); bit++)
				if (step->actions & 1u << bit)
					fprintf(out, " %s", actions[bit]);
			fputc('\n', out);
		}
}
