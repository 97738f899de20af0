/* orchctl stats: what has come of it all, how long it took and what it cost. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_stats(struct context *context, int argc, char **argv)
{
	struct msg_stats ask = { 0 };
	const struct option_rule rules[] = {
		{ "project", 'p', .text = &ask.project }, { "since", .moment = &ask.since }, { 0 }
	};
	struct reply_stats reply;
	struct arena arena;
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
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
