/* The table of handlers: see dispatch.h. */
#include "commitd/dispatch.h"

#include "commitd/on_supervisor.h"

static void (*const handlers[MSG_LIMIT])(struct commitd *, const struct message *) = {
	[MSG_hello] = on_hello,
	[MSG_project_open] = on_project_open,
	[MSG_project_look] = on_project_look,
	[MSG_project_call] = on_project_call,
	[MSG_result_accept] = on_result_accept,
	[MSG_ticket_enqueue] = on_ticket_enqueue,
	[MSG_ticket_void] = on_ticket_void,
	[MSG_gate_verdict] = on_gate_verdict,
	[MSG_attempts_forget] = on_attempts_forget,
};

void
dispatch(struct commitd *commitd, const struct message *message)
{
	handlers[message->id](commitd, message);
}
