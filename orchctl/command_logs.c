/* orchctl logs: what an attempt printed, and with -f what it goes on to print. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

struct follow { struct context *context; struct log_state state; bool ended; };

static void
on_message(void *context, const struct message *message)
{
	struct follow *follow = context;

	if (message->id == MSG_log_chunk)
		follow->context->printer->log(&follow->state, &message->log_chunk);
	if (message->id == MSG_log_end) {
		follow->context->printer->log_end(&follow->state, &message->log_end);
		follow->ended = true;
	}
}

static int
logs(struct context *context, const struct msg_task_log *ask)
{
	struct follow follow = { .context = context, .state = { .last = -1 } };
	struct reply_task_log reply;
	struct session session;
	struct arena arena;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		session.on_message = on_message;
		session.context = &follow;
		arena_init(&arena);
		error = session_request(&session, MSG_task_log, ask, &reply, &arena, -1);
		arena_release(&arena);
		while (error == ERROR_NONE && !follow.ended)
			error = session_listen(&session, -1);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
	}
	session_close(&session);
	return status;
}

int
command_logs(struct context *context, int argc, char **argv)
{
	struct msg_task_log ask = { 0 };
	const struct option_rule rules[] = {
		{ "follow", 'f', .flag = &ask.follow },
		{ "attempt", 'a', .number = &ask.number, .most = UINT64_MAX }, { 0 }
	};
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (argc - optind != 1)
		return usage_error(context, "which task?");
	ask.task = argv[optind];
	options_done(context);
	return logs(context, &ask);
}
