/* orchctl prune: forgets what old attempts at tasks that have ended left, and what is left behind. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/request.h"

int
command_prune(struct context *context, int argc, char **argv)
{
	struct msg_attempt_prune ask = { .older = KEPT_SECONDS };
	const struct option_rule rules[] = { { "keep", .seconds = &ask.older }, { 0 } };
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind != argc)
		return usage_error(context, "prune takes no names; --keep TIME says what stays");
	options_done(context);
	return request_result(context, MSG_attempt_prune, NULL, &ask);
}
