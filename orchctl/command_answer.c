/* orchctl answer: a person answers what an agent has asked. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

int
command_answer(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "question", required_argument, NULL, OPTION_OWN }, { 0 }
	};
	struct msg_task_answer ask = { 0 };
	struct reply_task_answer reply;
	struct arena arena;
	int option, status;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN)
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		ask.question = optarg;
	}
	if (argc - optind != 2)
		return usage_error(context, "name one task, and the answer in quotes");
	options_done(context);
	ask.task = argv[optind];
	ask.answer = argv[optind + 1];
	arena_init(&arena);
	status = session_once(context, MSG_task_answer, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->result(MSG_task_answer, ask.task, &reply);
	arena_release(&arena);
	return status;
}
