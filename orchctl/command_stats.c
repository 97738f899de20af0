/* orchctl stats: what has come of it all, how long it took and what it cost. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/request.h"

int
command_stats(struct context *context, int argc, char **argv)
{
	struct msg_stats ask = { 0 };
	const struct option_rule rules[] = {
		{ "project", 'p', .text = &ask.project }, { "since", .moment = &ask.since }, { 0 }
	};
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	return request_reply(context, MSG_stats, &ask);
}
