/* orchctl locks: who holds which files, and who waits for them. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_locks(struct context *context, int argc, char **argv)
{
	struct msg_lock_list ask = { .all = false };
	struct reply_lock_list reply;
	struct arena arena;
	int status;

	if (!options_project(context, argc, argv, 0, 0, &ask.project, &status))
		return status;
	context->looks = true;
	arena_init(&arena);
	status = session_once(context, MSG_lock_list, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->reply(MSG_lock_list, &reply);
	arena_release(&arena);
	return status;
}
