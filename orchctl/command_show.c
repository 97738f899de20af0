/* orchctl show: one task, its attempts and its prompt. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_show(struct context *context, int argc, char **argv)
{
	struct msg_task_show ask = { 0 };
	struct reply_task_show reply;
	struct arena arena;
	int status;

	if (!options_common(context, argc, argv, 1, 1, &status))
		return status;
	context->looks = true;
	ask.task = argv[optind];
	arena_init(&arena);
	status = session_once(context, MSG_task_show, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->task(&reply);
	arena_release(&arena);
	return status;
}
