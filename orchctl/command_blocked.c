/* orchctl blocked: an agent says that it cannot go on, and why. */
#include "orchctl/agent_call.h"
#include "orchctl/commands.h"
#include "orchctl/options.h"

int
command_blocked(struct context *context, int argc, char **argv)
{
	struct msg_agent_blocked ask;
	struct reply_agent_blocked reply;
	struct arena arena;
	int status;

	if (!options_common(context, argc, argv, 1, 1, &status))
		return status;
	ask = (struct msg_agent_blocked){ .why = argv[optind] };
	arena_init(&arena);
	status = agent_call_once(MSG_agent_blocked, &ask, &reply, &arena, -1);
	arena_release(&arena);
	return status;
}
