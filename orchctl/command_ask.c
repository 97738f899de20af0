/* orchctl ask: an agent asks a person. */
#include <stdio.h>

#include "orchctl/agent_call.h"
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"

int
command_ask(struct context *context, int argc, char **argv)
{
	uint64_t seconds = OPTION_UNSAID;
	const struct option_rule rules[] = { { "wait", .seconds = &seconds }, { 0 } };
	struct msg_agent_ask ask = { 0 };
	struct reply_agent_ask reply;
	struct arena arena;
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (argc - optind != 1)
		return usage_error(context, "one question, in quotes");
	options_done(context);
	ask.question = argv[optind];
	ask.wait = seconds != OPTION_UNSAID;
	if (ask.wait && seconds > 86400)
		return usage_error(context, "--wait: at most a day");
	arena_init(&arena);
	status = agent_call_once(MSG_agent_ask, &ask, &reply, &arena, ask.wait ? (int)seconds * 1000 : -1);
	if (status == EXIT_DONE) {
		context->printer->result(MSG_agent_ask, NULL, &reply);
		status = reply.answer != NULL ? EXIT_DONE : EXIT_TIMED_OUT;
	}
	if (status == EXIT_TIMED_OUT)
		fprintf(stderr, "orchctl: nobody has answered yet; the question is kept. End with exit "
		    "status 75: the next attempt has the answer in $ORCH_FEEDBACK_FILE.\n");
	arena_release(&arena);
	return status;
}
