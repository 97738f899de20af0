/* What cancel, retry, approve and reject share: see change.h. */
#include "change.h"

#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

/* They have the same fields. */
union change_ask {
	struct msg_task_cancel cancel;
	struct msg_task_retry retry;
	struct msg_task_approve approve;
	struct msg_task_reject reject;
};
union change_reply {
	struct reply_task_cancel cancel;
	struct reply_task_retry retry;
	struct reply_task_approve approve;
	struct reply_task_reject reject;
};

static union change_ask
ask_for(enum message_id id, char **tasks, const char *why)
{
	switch (id) {
	case MSG_task_cancel:
		return (union change_ask){ .cancel = { .tasks = tasks, .why = why } };
	case MSG_task_approve:
		return (union change_ask){ .approve = { .tasks = tasks, .why = why } };
	case MSG_task_reject:
		return (union change_ask){ .reject = { .tasks = tasks, .why = why } };
	default:
		return (union change_ask){ .retry = { .tasks = tasks, .why = why } };
	}
}

static union change_reply
reply_of(enum message_id id, const char *state)
{
	switch (id) {
	case MSG_task_cancel:
		return (union change_reply){ .cancel = { .state = state } };
	case MSG_task_approve:
		return (union change_reply){ .approve = { .state = state } };
	case MSG_task_reject:
		return (union change_reply){ .reject = { .state = state } };
	default:
		return (union change_reply){ .retry = { .state = state } };
	}
}

static char **
states_of(enum message_id id, const union change_reply *reply)
{
	switch (id) {
	case MSG_task_cancel: return reply->cancel.states;
	case MSG_task_approve: return reply->approve.states;
	case MSG_task_reject: return reply->reject.states;
	default: return reply->retry.states;
	}
}

/* What became of each of them, in the order in which they were named. */
static void
show(const struct context *context, enum message_id id, char *const *tasks, char *const *states)
{
	union change_reply one;
	size_t i;

	for (i = 0; tasks[i] != NULL && states != NULL && states[i] != NULL; i++) {
		one = reply_of(id, states[i]);
		context->printer->result(id, tasks[i], &one);
	}
}

static int
change(const struct context *context, enum message_id id, char **tasks, const char *why)
{
	union change_ask ask = ask_for(id, tasks, why);
	union change_reply reply;
	struct arena arena;
	int status;

	arena_init(&arena);
	status = session_once(context, id, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		show(context, id, tasks, states_of(id, &reply));
	arena_release(&arena);
	return status;
}

int
change_tasks(struct context *context, int argc, char **argv, enum message_id id)
{
	const char *why = NULL;
	const struct option_rule rules[] = { { "why", .text = &why }, { 0 } };
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind == argc)
		return usage_error(context, "which task?");
	options_done(context);
	return change(context, id, argv + optind, why);
}
