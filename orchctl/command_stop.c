/* orchctl stop: the supervisor stops its agents, saves their work and ends. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

static int
stop(struct context *context, const char *why)
{
	const struct msg_stop ask = { .why = why };
	struct reply_stop reply;
	struct session session;
	struct arena arena;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		arena_init(&arena);
		error = session_request(&session, MSG_stop, &ask, &reply, &arena, -1);
		if (error != ERROR_NONE) {
			status = session_failed(&session, error);
		} else {
			/* It closes the connection when all is saved. */
			while (session_listen(&session, -1) == ERROR_NONE)
				continue;
			context->printer->result(MSG_stop, NULL, &reply);
		}
		arena_release(&arena);
	}
	session_close(&session);
	return status;
}

int
command_stop(struct context *context, int argc, char **argv)
{
	const char *why = NULL;
	const struct option_rule rules[] = { { "why", .text = &why }, { 0 } };
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	return stop(context, why);
}
