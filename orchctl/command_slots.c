/* orchctl slots: the worker processes and what runs in them. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_slots(struct context *context, int argc, char **argv)
{
	struct msg_slot_list ask = { .all = true };
	struct reply_slot_list reply;
	struct arena arena;
	int status;

	if (!options_project(context, argc, argv, 0, 0, &ask.project, &status))
		return status;
	arena_init(&arena);
	status = session_once(context, MSG_slot_list, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->slots(reply.slots.items, reply.slots.count);
	arena_release(&arena);
	return status;
}
