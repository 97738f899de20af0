/* orchctl prune: forgets what old attempts at tasks that have ended left, and what is left behind. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_prune(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "keep", required_argument, NULL, OPTION_OWN }, { 0 }
	};
	struct msg_attempt_prune ask = { .older = KEPT_SECONDS };
	struct reply_attempt_prune reply;
	struct arena arena;
	int option, status;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN)
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		if (!option_seconds(context, "--keep", optarg, &ask.older))
			return EXIT_USAGE;
	}
	if (optind != argc)
		return usage_error(context, "prune takes no names; --keep TIME says what stays");
	options_done(context);
	arena_init(&arena);
	status = session_once(context, MSG_attempt_prune, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->result(MSG_attempt_prune, NULL, &reply);
	arena_release(&arena);
	return status;
}
