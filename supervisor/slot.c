/* Life of a slot: see slot.h. (pure) */
#include "slot.h"

#include <stdio.h>

#define TO(state, actions)	{ true, SLOT_##state, actions }
#define NO(state)		{ false, SLOT_##state, 0 }

static const struct slot_step table[SLOT_STATES][SLOT_EVENTS] = {
	[SLOT_DOWN] = {
		[SLOT_SPAWNED] = TO(STARTING, 0), [SLOT_LOCK_HELD] = TO(LOCKED, SLOT_ARM),
		[SLOT_READY] = NO(DOWN), [SLOT_JOB] = NO(DOWN), [SLOT_RESULT] = NO(DOWN),
		[SLOT_SAVED] = NO(DOWN), [SLOT_EXIT] = NO(DOWN), [SLOT_TIMER] = TO(DOWN, SLOT_SPAWN),
		[SLOT_ADOPTED] = TO(STARTING, 0), [SLOT_RUNS] = NO(DOWN),
	},
	[SLOT_LOCKED] = {
		[SLOT_SPAWNED] = TO(STARTING, 0), [SLOT_LOCK_HELD] = TO(LOCKED, SLOT_ARM),
		[SLOT_READY] = NO(LOCKED), [SLOT_JOB] = NO(LOCKED), [SLOT_RESULT] = NO(LOCKED),
		[SLOT_SAVED] = NO(LOCKED), [SLOT_EXIT] = NO(LOCKED), [SLOT_TIMER] = TO(DOWN, SLOT_SPAWN),
		[SLOT_ADOPTED] = TO(STARTING, 0), [SLOT_RUNS] = NO(LOCKED),
	},
	[SLOT_STARTING] = {
		[SLOT_SPAWNED] = NO(STARTING), [SLOT_LOCK_HELD] = NO(STARTING),
		[SLOT_READY] = TO(IDLE, SLOT_FREE), [SLOT_JOB] = NO(STARTING),
		[SLOT_RESULT] = TO(SAVING, 0), [SLOT_SAVED] = NO(STARTING),
		[SLOT_EXIT] = TO(BACKOFF, SLOT_ARM), [SLOT_TIMER] = NO(STARTING),
		[SLOT_ADOPTED] = NO(STARTING), [SLOT_RUNS] = TO(BUSY, 0),
	},
	[SLOT_IDLE] = {
		[SLOT_SPAWNED] = NO(IDLE), [SLOT_LOCK_HELD] = NO(IDLE), [SLOT_READY] = NO(IDLE),
		[SLOT_JOB] = TO(BUSY, 0), [SLOT_RESULT] = NO(IDLE), [SLOT_SAVED] = NO(IDLE),
		[SLOT_EXIT] = TO(BACKOFF, SLOT_ARM), [SLOT_TIMER] = NO(IDLE),
		[SLOT_ADOPTED] = NO(IDLE), [SLOT_RUNS] = NO(IDLE),
	},
	[SLOT_BUSY] = {
		[SLOT_SPAWNED] = NO(BUSY), [SLOT_LOCK_HELD] = NO(BUSY), [SLOT_READY] = NO(BUSY),
		[SLOT_JOB] = NO(BUSY), [SLOT_RESULT] = TO(SAVING, 0), [SLOT_SAVED] = NO(BUSY),
		[SLOT_EXIT] = TO(BACKOFF, SLOT_ARM | SLOT_LOSE_JOB), [SLOT_TIMER] = NO(BUSY),
		[SLOT_ADOPTED] = NO(BUSY), [SLOT_RUNS] = NO(BUSY),
	},
	[SLOT_SAVING] = {
		[SLOT_SPAWNED] = NO(SAVING), [SLOT_LOCK_HELD] = NO(SAVING), [SLOT_READY] = NO(SAVING),
		[SLOT_JOB] = NO(SAVING), [SLOT_RESULT] = NO(SAVING), [SLOT_SAVED] = TO(STARTING, 0),
		[SLOT_EXIT] = TO(BACKOFF, SLOT_ARM | SLOT_LOSE_JOB), [SLOT_TIMER] = NO(SAVING),
		[SLOT_ADOPTED] = NO(SAVING), [SLOT_RUNS] = NO(SAVING),
	},
	[SLOT_BACKOFF] = {
		[SLOT_SPAWNED] = NO(BACKOFF), [SLOT_LOCK_HELD] = NO(BACKOFF), [SLOT_READY] = NO(BACKOFF),
		[SLOT_JOB] = NO(BACKOFF), [SLOT_RESULT] = NO(BACKOFF), [SLOT_SAVED] = NO(BACKOFF),
		[SLOT_EXIT] = NO(BACKOFF), [SLOT_TIMER] = TO(DOWN, SLOT_SPAWN),
		[SLOT_ADOPTED] = NO(BACKOFF), [SLOT_RUNS] = NO(BACKOFF),
	},
};

static const char *const states[SLOT_STATES] = { "down", "locked", "starting", "idle", "busy",
    "saving", "backoff" };
static const char *const events[SLOT_EVENTS] = { "spawned", "lock held", "ready", "job", "result",
    "saved", "exit", "timer", "adopted", "runs" };
static const char *const actions[] = { "spawn", "arm timer", "lose job", "free" };

struct slot_step
slot_step(enum slot_state state, enum slot_event event)
{
	return table[state][event];
}

const char *slot_state_name(enum slot_state state) { return states[state]; }
const char *slot_event_name(enum slot_event event) { return events[event]; }

void
slot_table_print(void)
{
	int state, event, action;

	for (state = 0; state < SLOT_STATES; state++)
		for (event = 0; event < SLOT_EVENTS; event++) {
			struct slot_step step = table[state][event];

			printf("%-10s %-10s %s", states[state], events[event],
			    step.possible ? states[step.next] : "-");
			for (action = 0; action < 4; action++)
				if (step.actions & 1u << action)
					printf(", %s", actions[action]);
			printf("\n");
		}
}
