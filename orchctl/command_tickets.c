/* orchctl tickets: the line: what lands in which order. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/request.h"

int
command_tickets(struct context *context, int argc, char **argv)
{
	struct msg_ticket_list ask = { .all = false };
	const struct option_rule rules[] = {
		{ "all", 'a', .flag = &ask.all }, { "project", 'p', .text = &ask.project },
		{ "limit", .number = &ask.limit, .most = UINT32_MAX }, { 0 }
	};
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	return request_reply(context, MSG_ticket_list, &ask);
}
