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
	uint64_t seconds = OPTION_UNSAID;
	const struct option_rule rules[] = { { "wait", .seconds = &seconds }, { 0 } };
	struct msg_agent_scope ask = { 0 };
	struct reply_agent_scope reply;
	struct arena arena;
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	ask.wait = seconds != OPTION_UNSAID;
	if (ask.wait && seconds > 86400)
		return usage_error(context, "--wait: at most a day");
	if (argc - optind < 2 || argc - optind > 257)
		return usage_error(context, "add, and 1 to 256 patterns");
	options_done(context);
	if (!str_same(argv[optind], "add"))
		return usage_error(context, "'%s': only 'add' is known", argv[optind]);
	ask.paths = argv + optind + 1;
	arena_init(&arena);
	status = agent_call_once(MSG_agent_scope, &ask, &reply, &arena,
	    ask.wait ? (int)seconds * 1000 : -1);
	if (status == EXIT_DONE) {
		context->printer->result(MSG_agent_scope, NULL, &reply);
		status = reply.granted ? EXIT_DONE : EXIT_UNFINISHED;
	}
	if (status == EXIT_TIMED_OUT)
		fprintf(stderr, "orchctl: another task still holds a lease on it; ask again, finish without "
		    "it, or end with exit status 75.\n");
	arena_release(&arena);
	return status;
}
