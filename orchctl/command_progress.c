/* orchctl progress: an agent says where it is. */
#include "orchctl/agent_call.h"
#include "orchctl/commands.h"
#include "orchctl/options.h"

int
command_progress(struct context *context, int argc, char **argv)
{
	struct msg_agent_progress ask;
	struct reply_agent_progress reply;
	struct arena arena;
	int status;

	if (!options_common(context, argc, argv, 1, 1, &status))
		return status;
	ask = (struct msg_agent_progress){ .text = argv[optind] };
	arena_init(&arena);
	status = agent_call_once(MSG_agent_progress, &ask, &reply, &arena, -1);
	arena_release(&arena);
	return status;
}
