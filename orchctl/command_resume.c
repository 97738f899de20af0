/* orchctl resume: what is paused, drained or halted goes on; or an agent that pauses does. */
#include "orchctl/commands.h"
#include "orchctl/mode_set.h"
#include "orchctl/options.h"
#include "orchctl/request.h"

static int
resume_agent(const struct context *context, const char *agent, const char *why)
{
	const struct msg_agent_resume ask = { .agent = agent, .why = why };

	return request_result(context, MSG_agent_resume, NULL, &ask);
}

int
command_resume(struct context *context, int argc, char **argv)
{
	struct mode_words words;
	int status;

	if (!mode_set_options(context, argc, argv, false, &words, &status))
		return status;
	if (argc - optind > 1)
		return usage_error(context, "one agent at a time");
	if (optind < argc && words.project != NULL)
		return usage_error(context, "an agent is resumed for all projects: no -p with it");
	if (optind < argc && !option_text(context, "the agent", argv[optind]))
		return EXIT_USAGE;
	options_done(context);
	return optind < argc ? resume_agent(context, argv[optind], words.why) :
	    mode_set(context, "NORMAL", &words);
}
