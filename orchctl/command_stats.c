/* orchctl stats: what has come of it all, how long it took and what it cost. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_stats(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "project", required_argument, NULL, 'p' }, { "since", required_argument, NULL, OPTION_OWN },
		{ 0 }
	};
	struct msg_stats ask = { 0 };
	struct reply_stats reply;
	struct arena arena;
	int option, status;

	optind = 0;
	while ((option = option_next(context, argc, argv, "p:", longs)) != OPTION_NONE)
		switch (option) {
		case 'p': ask.project = optarg; break;
		case OPTION_OWN:
			if (!option_moment(context, "--since", optarg, &ask.since))
				return EXIT_USAGE;
			break;
		default: return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		}
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	arena_init(&arena);
	status = session_once(context, MSG_stats, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->reply(MSG_stats, &reply);
	arena_release(&arena);
	return status;
}
