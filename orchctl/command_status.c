/* orchctl status: the supervisor, its project and how many tasks are where. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_status(struct context *context, int argc, char **argv)
{
	struct msg_status ask = { .all = true };
	struct reply_status reply;
	struct arena arena;
	int status;

	if (!options_project(context, argc, argv, 0, 0, &ask.project, &status))
		return status;
	arena_init(&arena);
	status = session_once(context, MSG_status, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->status(&reply);
	arena_release(&arena);
	return status;
}
