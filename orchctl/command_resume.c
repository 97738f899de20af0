/* orchctl resume: an agent that pauses for its usage limit may be run again. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_resume(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "why", required_argument, NULL, OPTION_OWN }, { 0 }
	};
	struct msg_agent_resume ask = { 0 };
	struct reply_agent_resume reply;
	struct arena arena;
	int option, status;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN)
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		if (!option_text(context, "--why", optarg))
			return EXIT_USAGE;
		ask.why = optarg;
	}
	if (argc - optind != 1)
		return usage_error(context, "name one agent; 'orchctl status' lists those that pause");
	if (!option_text(context, "the agent", argv[optind]))
		return EXIT_USAGE;
	ask.agent = argv[optind];
	options_done(context);
	arena_init(&arena);
	status = session_once(context, MSG_agent_resume, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->result(MSG_agent_resume, NULL, &reply);
	arena_release(&arena);
	return status;
}
