/* orchctl wait: until tasks are complete, or nothing more happens without a person. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

#include <limits.h>
#include <stdio.h>

static int
wait_for(struct context *context, char **tasks, int timeout_ms)
{
	const struct msg_task_wait ask = { .tasks = tasks };
	struct reply_task_wait reply;
	struct session session;
	struct arena arena;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		arena_init(&arena);
		error = session_request(&session, MSG_task_wait, &ask, &reply, &arena, timeout_ms);
		if (error == ERROR_NONE) {
			context->printer->result(MSG_task_wait, NULL, &reply);
			status = reply.blocked + reply.cancelled + reply.waiting == 0 ?
			    EXIT_DONE : EXIT_UNFINISHED;
		} else {
			status = session_failed(&session, error);
		}
		arena_release(&arena);
	}
	session_close(&session);
	return status;
}

int
command_wait(struct context *context, int argc, char **argv)
{
	uint64_t seconds = OPTION_UNSAID;
	const struct option_rule rules[] = { { "timeout", .seconds = &seconds }, { 0 } };
	int status, timeout_ms = -1;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (seconds != OPTION_UNSAID)
		timeout_ms = seconds > INT_MAX / 1000 ? INT_MAX : (int)seconds * 1000;
	options_done(context);
	return wait_for(context, optind < argc ? argv + optind : NULL, timeout_ms);
}
