/* Life of a task: see task.h. (pure) */
#include "task.h"

#include <stdio.h>
#include <string.h>

#define TO(state, actions)	{ true, TASK_##state, actions }
#define NO(state)		{ false, TASK_##state, 0 }

static const struct task_step table[TASK_STATES][TASK_EVENTS] = {
	[TASK_PENDING] = {
		[TASK_STARTS] = TO(RUNNING, 0),
		[TASK_FINISHED] = NO(PENDING), [TASK_UNCHANGED] = NO(PENDING),
		[TASK_AGAIN] = NO(PENDING), [TASK_GATE] = NO(PENDING),
		[TASK_LATER] = NO(PENDING),
		[TASK_LANDED] = TO(COMPLETE, TASK_END),		/* the receipt decides */
		[TASK_REWORK] = NO(PENDING),
		[TASK_GIVES_UP] = TO(BLOCKED, TASK_VOID_TICKET | TASK_END),
		[TASK_CANCEL] = TO(CANCELLED, TASK_VOID_TICKET | TASK_END),
		[TASK_STOPPED] = NO(PENDING), [TASK_RETRY] = NO(PENDING),
		[TASK_ASKS] = TO(AWAITING_APPROVAL, TASK_HOLD),		/* may it start? */
		[TASK_APPROVED] = NO(PENDING),
		[TASK_ANSWERED] = NO(PENDING),
	},
	[TASK_AWAITING_APPROVAL] = {
		[TASK_STARTS] = NO(AWAITING_APPROVAL),
		[TASK_FINISHED] = TO(LANDING, 0),		/* yes, it may land */
		[TASK_UNCHANGED] = NO(AWAITING_APPROVAL),
		[TASK_AGAIN] = NO(AWAITING_APPROVAL), [TASK_GATE] = NO(AWAITING_APPROVAL),
		[TASK_LATER] = NO(AWAITING_APPROVAL),
		[TASK_LANDED] = TO(COMPLETE, TASK_END),
		[TASK_REWORK] = NO(AWAITING_APPROVAL),
		[TASK_GIVES_UP] = TO(BLOCKED, TASK_VOID_TICKET | TASK_END),
		[TASK_CANCEL] = TO(CANCELLED, TASK_VOID_TICKET | TASK_END),
		[TASK_STOPPED] = NO(AWAITING_APPROVAL), [TASK_RETRY] = NO(AWAITING_APPROVAL),
		[TASK_ASKS] = NO(AWAITING_APPROVAL),
		[TASK_APPROVED] = TO(PENDING, TASK_RELEASE),
		[TASK_ANSWERED] = TO(PENDING, TASK_REQUEUE | TASK_RELEASE),
	},
	[TASK_RUNNING] = {
		[TASK_STARTS] = NO(RUNNING),
		[TASK_FINISHED] = TO(LANDING, 0),
		[TASK_UNCHANGED] = TO(COMPLETE, TASK_VOID_TICKET | TASK_END),
		[TASK_AGAIN] = TO(PENDING, TASK_REQUEUE),
		[TASK_LATER] = TO(PENDING, TASK_PUT_OFF),
		[TASK_GATE] = NO(RUNNING),
		[TASK_LANDED] = TO(COMPLETE, TASK_STOP_JOB | TASK_END),
		[TASK_REWORK] = NO(RUNNING),
		[TASK_GIVES_UP] = TO(BLOCKED, TASK_VOID_TICKET | TASK_END),
		[TASK_CANCEL] = TO(RUNNING, TASK_STOP_JOB),	/* ends with its result */
		[TASK_STOPPED] = TO(CANCELLED, TASK_VOID_TICKET | TASK_END),
		[TASK_RETRY] = NO(RUNNING),
		[TASK_ASKS] = TO(AWAITING_APPROVAL, 0),		/* may its result land? */
		[TASK_APPROVED] = NO(RUNNING),
		[TASK_ANSWERED] = NO(RUNNING),
	},
	[TASK_LANDING] = {
		[TASK_STARTS] = NO(LANDING), [TASK_FINISHED] = NO(LANDING),
		[TASK_UNCHANGED] = TO(COMPLETE, TASK_VOID_TICKET | TASK_END),
		[TASK_AGAIN] = NO(LANDING),
		[TASK_LATER] = NO(LANDING),
		[TASK_GATE] = TO(VERIFYING, 0),
		[TASK_LANDED] = TO(COMPLETE, TASK_END),
		[TASK_REWORK] = TO(PENDING, TASK_VOID_TICKET | TASK_REQUEUE),
		[TASK_GIVES_UP] = TO(BLOCKED, TASK_VOID_TICKET | TASK_END),
		[TASK_CANCEL] = TO(LANDING, TASK_VOID_TICKET),	/* the receipt decides */
		[TASK_STOPPED] = TO(CANCELLED, TASK_VOID_TICKET | TASK_END),
		[TASK_RETRY] = NO(LANDING),
		[TASK_ASKS] = NO(LANDING), [TASK_APPROVED] = NO(LANDING),
		[TASK_ANSWERED] = NO(LANDING),
	},
	[TASK_VERIFYING] = {
		[TASK_STARTS] = NO(VERIFYING), [TASK_FINISHED] = NO(VERIFYING),
		[TASK_UNCHANGED] = TO(COMPLETE, TASK_VOID_TICKET | TASK_END),
		[TASK_AGAIN] = NO(VERIFYING),
		[TASK_LATER] = NO(VERIFYING),
		[TASK_GATE] = TO(VERIFYING, 0),			/* on a tip that has moved */
		[TASK_LANDED] = TO(COMPLETE, TASK_END),
		[TASK_REWORK] = TO(PENDING, TASK_VOID_TICKET | TASK_REQUEUE),
		[TASK_GIVES_UP] = TO(BLOCKED, TASK_VOID_TICKET | TASK_END),
		[TASK_CANCEL] = TO(VERIFYING, TASK_VOID_TICKET),
		[TASK_STOPPED] = TO(CANCELLED, TASK_VOID_TICKET | TASK_END),
		[TASK_RETRY] = NO(VERIFYING),
		[TASK_ASKS] = NO(VERIFYING), [TASK_APPROVED] = NO(VERIFYING),
		[TASK_ANSWERED] = NO(VERIFYING),
	},
	[TASK_COMPLETE] = {
		[TASK_STARTS] = NO(COMPLETE), [TASK_FINISHED] = NO(COMPLETE),
		[TASK_UNCHANGED] = NO(COMPLETE), [TASK_AGAIN] = NO(COMPLETE),
		[TASK_LATER] = NO(COMPLETE),
		[TASK_GATE] = NO(COMPLETE), [TASK_LANDED] = NO(COMPLETE),
		[TASK_REWORK] = NO(COMPLETE), [TASK_GIVES_UP] = NO(COMPLETE),
		[TASK_CANCEL] = NO(COMPLETE), [TASK_STOPPED] = NO(COMPLETE),
		[TASK_RETRY] = NO(COMPLETE), [TASK_ASKS] = NO(COMPLETE),
		[TASK_APPROVED] = NO(COMPLETE),
		[TASK_ANSWERED] = NO(COMPLETE),
	},
	[TASK_BLOCKED] = {
		[TASK_STARTS] = NO(BLOCKED), [TASK_FINISHED] = NO(BLOCKED),
		[TASK_UNCHANGED] = NO(BLOCKED), [TASK_AGAIN] = NO(BLOCKED),
		[TASK_LATER] = NO(BLOCKED),
		[TASK_GATE] = NO(BLOCKED),
		[TASK_LANDED] = TO(COMPLETE, TASK_REVIVE | TASK_END),	/* it was faster */
		[TASK_REWORK] = NO(BLOCKED), [TASK_GIVES_UP] = NO(BLOCKED),
		[TASK_CANCEL] = TO(CANCELLED, TASK_VOID_TICKET),
		[TASK_STOPPED] = NO(BLOCKED),
		[TASK_RETRY] = TO(PENDING, TASK_VOID_TICKET | TASK_REVIVE | TASK_RELEASE),
		[TASK_ASKS] = NO(BLOCKED), [TASK_APPROVED] = NO(BLOCKED),
		[TASK_ANSWERED] = NO(BLOCKED),
	},
	[TASK_CANCELLED] = {
		[TASK_STARTS] = NO(CANCELLED), [TASK_FINISHED] = NO(CANCELLED),
		[TASK_UNCHANGED] = NO(CANCELLED), [TASK_AGAIN] = NO(CANCELLED),
		[TASK_LATER] = NO(CANCELLED),
		[TASK_GATE] = NO(CANCELLED),
		[TASK_LANDED] = TO(COMPLETE, TASK_REVIVE | TASK_END),
		[TASK_REWORK] = NO(CANCELLED), [TASK_GIVES_UP] = NO(CANCELLED),
		[TASK_CANCEL] = NO(CANCELLED), [TASK_STOPPED] = NO(CANCELLED),
		[TASK_RETRY] = TO(PENDING, TASK_REVIVE | TASK_RELEASE),
		[TASK_ASKS] = NO(CANCELLED), [TASK_APPROVED] = NO(CANCELLED),
		[TASK_ANSWERED] = NO(CANCELLED),
	},
};

static const char *const states[TASK_STATES] = { "PENDING", "AWAITING_APPROVAL", "RUNNING",
    "LANDING", "VERIFYING", "COMPLETE", "BLOCKED", "CANCELLED" };
static const char *const events[TASK_EVENTS] = { "starts", "finished", "unchanged", "again", "later", "gate",
    "landed", "rework", "gives up", "cancel", "stopped", "retry", "asks", "approved", "answered" };
static const char *const actions[] = { "stop job", "void ticket", "requeue", "end", "revive",
    "put off", "hold", "release" };

struct task_step
task_step(enum task_state state, enum task_event event)
{
	return table[state][event];
}

const char *task_state_name(enum task_state state) { return states[state]; }
const char *task_event_name(enum task_event event) { return events[event]; }

enum task_state
task_state_find(const char *name)
{
	int i;

	for (i = 0; i < TASK_STATES; i++)
		if (strcmp(states[i], name) == 0)
			return (enum task_state)i;
	return TASK_STATES;
}

bool
task_in_line(enum task_state state)
{
	return state == TASK_LANDING || state == TASK_VERIFYING;
}

bool
task_state_final(enum task_state state)
{
	return state == TASK_COMPLETE || state == TASK_BLOCKED || state == TASK_CANCELLED;
}

void
task_table_print(void)
{
	int state, event, action;

	for (state = 0; state < TASK_STATES; state++)
		for (event = 0; event < TASK_EVENTS; event++) {
			struct task_step step = table[state][event];

			printf("%-18s %-10s ", states[state], events[event]);
			printf("%s", step.possible ? states[step.next] : "-");
			for (action = 0; action < 8; action++)
				if (step.actions & 1u << action)
					printf(", %s", actions[action]);
			printf("\n");
		}
}
