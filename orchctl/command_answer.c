/* orchctl answer: a person answers what an agent has asked. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/request.h"

int
command_answer(struct context *context, int argc, char **argv)
{
	struct msg_task_answer ask = { 0 };
	const struct option_rule rules[] = { { "question", .text = &ask.question }, { 0 } };
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (argc - optind != 2)
		return usage_error(context, "name one task, and the answer in quotes");
	options_done(context);
	ask.task = argv[optind];
	ask.answer = argv[optind + 1];
	return request_result(context, MSG_task_answer, ask.task, &ask);
}
