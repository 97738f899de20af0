/* What pause, drain, halt and resume share: see mode_set.h. */
#include "orchctl/mode_set.h"

#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

bool
mode_set_options(struct context *context, int argc, char **argv, bool may_wait,
    struct mode_words *words, int *status)
{
	const struct option_rule rules[] = {
		{ "why", .text = &words->why }, { "project", 'p', .text = &words->project },
		{ may_wait ? "wait" : NULL, .flag = &words->wait }, { 0 }
	};

	*words = (struct mode_words){ 0 };
	return options_read(context, argc, argv, rules, status);
}

int
mode_set(struct context *context, const char *mode, const struct mode_words *words)
{
	const struct msg_mode_set ask = { .mode = mode, .project = words->project, .why = words->why };
	struct reply_mode_set reply;
	struct session session;
	struct arena arena;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		arena_init(&arena);
		error = session_request(&session, MSG_mode_set, &ask, &reply, &arena, -1);
		if (error != ERROR_NONE) {
			status = session_failed(&session, error);
		} else {
			context->printer->result(MSG_mode_set, NULL, &reply);
			/* It closes the connection when it ends. */
			while (words->wait && session_listen(&session, -1) == ERROR_NONE)
				continue;
		}
		arena_release(&arena);
	}
	session_close(&session);
	return status;
}

int
mode_set_command(struct context *context, int argc, char **argv, const char *mode, bool may_wait)
{
	struct mode_words words;
	int status;

	if (!mode_set_options(context, argc, argv, may_wait, &words, &status))
		return status;
	if (optind < argc)
		return usage_error(context, "too many arguments");
	if (words.wait && words.project != NULL)
		return usage_error(context, "the supervisor ends with all its projects only: no --wait with -p");
	options_done(context);
	return mode_set(context, mode, &words);
}
