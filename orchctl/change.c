/* What cancel and retry share: see change.h. */
#include "change.h"

#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

union change_ask { struct msg_task_cancel cancel; struct msg_task_retry retry; };
union change_reply { struct reply_task_cancel cancel; struct reply_task_retry retry; };

static int
change_one(struct session *session, const struct context *context, enum message_id id,
    const char *task, const char *why)
{
	union change_ask ask = { 0 };
	union change_reply reply;
	struct arena arena;
	enum error error;
	int status = EXIT_DONE;

	if (id == MSG_task_cancel)
		ask.cancel = (struct msg_task_cancel){ .task = task, .why = why };
	else
		ask.retry = (struct msg_task_retry){ .task = task, .why = why };
	arena_init(&arena);
	error = session_request(session, id, &ask, &reply, &arena, -1);
	if (error == ERROR_NONE)
		context->printer->result(id, task, &reply);
	else
		status = session_failed(session, error);
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
	struct session session;
	int option, status, one;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN)
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		why = optarg;
	}
	if (optind == argc)
		return usage_error(context, "which task?");
	options_done(context);
	status = session_open(&session, context);
	for (one = status; one != EXIT_NO_SUPERVISOR && session.link.wire.said_hello &&
	    optind < argc; optind++) {
		one = change_one(&session, context, id, argv[optind], why);
		status = status == EXIT_DONE ? one : status;
	}
	session_close(&session);
	return status;
}
