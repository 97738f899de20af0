/* orchctl prune: forgets what old attempts at tasks that have ended left, and what is left behind. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_prune(struct context *context, int argc, char **argv)
{
	struct msg_attempt_prune ask = { .older = KEPT_SECONDS };
	const struct option_rule rules[] = { { "keep", .seconds = &ask.older }, { 0 } };
	struct reply_attempt_prune reply;
	struct arena arena;
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
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
