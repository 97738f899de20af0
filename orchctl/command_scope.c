/* orchctl scope add: an agent needs to write more than its task may. */
#include <stdio.h>

#include "orchctl/agent_call.h"
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "protocol/mem.h"

int
command_scope(struct context *context, int argc, char **argv)
{
	struct msg_agent_scope ask = { 0 };
	struct reply_agent_scope reply;
	struct arena arena;
	int status;

	if (!options_common(context, argc, argv, 2, 257, &status))
		return status;
	if (!str_same(argv[optind], "add"))
		return usage_error(context, "'%s': only 'add' is known", argv[optind]);
	ask.paths = argv + optind + 1;
	arena_init(&arena);
	status = agent_call_once(MSG_agent_scope, &ask, &reply, &arena, -1);
	if (status == EXIT_DONE) {
		context->printer->result(MSG_agent_scope, NULL, &reply);
		status = reply.granted ? EXIT_DONE : EXIT_UNFINISHED;
	}
	arena_release(&arena);
	return status;
}
