/* orchctl locks: who holds which files, and who waits for them. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/request.h"

int
command_locks(struct context *context, int argc, char **argv)
{
	struct msg_lock_list ask = { .all = false };
	int status;

	if (!options_project(context, argc, argv, 0, 0, &ask.project, &status))
		return status;
	context->looks = true;
	return request_reply(context, MSG_lock_list, &ask);
}
