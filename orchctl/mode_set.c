/* What pause, drain, halt and resume share: see mode_set.h. */
#include "orchctl/mode_set.h"

#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

bool
mode_set_options(struct context *context, int argc, char **argv, bool may_wait,
    struct mode_words *words, int *status)
{
	static const struct option longs[] = {
		{ "why", required_argument, NULL, OPTION_OWN }, { "project", required_argument, NULL, 'p' },
		{ "wait", no_argument, NULL, OPTION_OWN + 1 }, { 0 }
	};
	int option;

	*words = (struct mode_words){ 0 };
	optind = 0;
	while ((option = option_next(context, argc, argv, "p:", longs)) != OPTION_NONE) {
		*status = option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		if (option == OPTION_OWN + 1 && may_wait)
			words->wait = true;
		else if (option == OPTION_OWN && option_text(context, "--why", optarg))
			words->why = optarg;
		else if (option == 'p' && option_text(context, "the project", optarg))
			words->project = optarg;
		else
			return false;
	}
	return true;
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
