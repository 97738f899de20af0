/* What cancel and retry share: see change.h. */
#include "change.h"

#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

union change_ask { struct msg_task_cancel cancel; struct msg_task_retry retry; };
union change_reply { struct reply_task_cancel cancel; struct reply_task_retry retry; };

/* What became of each of them, in the order in which they were named. */
static void
show(const struct context *context, enum message_id id, char *const *tasks, char *const *states)
{
	union change_reply one;
	size_t i;

	for (i = 0; tasks[i] != NULL && states != NULL && states[i] != NULL; i++) {
		one = (union change_reply){ 0 };
		if (id == MSG_task_cancel)
			one.cancel.state = states[i];
		else
			one.retry.state = states[i];
		context->printer->result(id, tasks[i], &one);
	}
}

static int
change(const struct context *context, enum message_id id, char **tasks, const char *why)
{
	union change_ask ask = { 0 };
	union change_reply reply;
	struct arena arena;
	int status;

	if (id == MSG_task_cancel)
		ask.cancel = (struct msg_task_cancel){ .tasks = tasks, .why = why };
	else
		ask.retry = (struct msg_task_retry){ .tasks = tasks, .why = why };
	arena_init(&arena);
	status = session_once(context, id, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		show(context, id, tasks, id == MSG_task_cancel ? reply.cancel.states :
		    reply.retry.states);
	arena_release(&arena);
	return status;
}

int
change_tasks(struct context *context, int argc, char **argv, enum message_id id)
{
	static const struct option longs[] = {
		{ "why", required_argument, NULL, OPTION_OWN }, { 0 }
	};
	const char *why = NULL;
	int option;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN)
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		why = optarg;
	}
	if (optind == argc)
		return usage_error(context, "which task?");
	options_done(context);
	return change(context, id, argv + optind, why);
}
