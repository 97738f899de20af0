/* orchctl tickets: the line: what lands in which order. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_tickets(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "all", no_argument, NULL, 'a' }, { "project", required_argument, NULL, 'p' }, { 0 }
	};
	struct msg_ticket_list ask = { .all = false };
	struct reply_ticket_list reply;
	struct arena arena;
	int option, status;

	optind = 0;
	while ((option = option_next(context, argc, argv, "ap:", longs)) != OPTION_NONE) {
		if (option == 'a')
			ask.all = true;
		else if (option == 'p' && option_text(context, "the project", optarg))
			ask.project = optarg;
		else
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
	}
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	arena_init(&arena);
	status = session_once(context, MSG_ticket_list, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->reply(MSG_ticket_list, &reply);
	arena_release(&arena);
	return status;
}
