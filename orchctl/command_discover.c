/* orchctl discover: an agent has come upon another task. */
#include <stdlib.h>

#include "orchctl/agent_call.h"
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "protocol/mem.h"

enum { PROMPT = OPTION_OWN, FILES, DEPENDS_ON, LOW };

static int
discover(const struct context *context, struct record_discovery *task)
{
	struct msg_agent_discover ask = { .task = { task, 1 } };
	struct reply_agent_discover reply;
	struct arena arena;
	int status;

	arena_init(&arena);
	status = agent_call_once(MSG_agent_discover, &ask, &reply, &arena, -1);
	if (status == EXIT_DONE)
		context->printer->result(MSG_agent_discover, NULL, &reply);
	arena_release(&arena);
	return status;
}

/* At most as many as there are arguments. */
static void
append(char **list, size_t *count, char *text)
{
	list[(*count)++] = text;
}

int
command_discover(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "prompt", required_argument, NULL, PROMPT }, { "files", required_argument, NULL, FILES },
		{ "depends-on", required_argument, NULL, DEPENDS_ON }, { "low", no_argument, NULL, LOW }, { 0 }
	};
	char **files = mem_zero((size_t)argc + 1, sizeof(char *));
	char **depends = mem_zero((size_t)argc + 1, sizeof(char *));
	struct record_discovery task = { 0 };
	size_t file_count = 0, depend_count = 0;
	int option, status = EXIT_DONE;

	optind = 0;
	while (status == EXIT_DONE && (option = option_next(context, argc, argv, "", longs)) != OPTION_NONE)
		switch (option) {
		case PROMPT: task.prompt = optarg; break;
		case FILES: append(files, &file_count, optarg); break;
		case DEPENDS_ON: append(depends, &depend_count, optarg); break;
		case LOW: task.low = true; break;
		case OPTION_HELP: free(files); free(depends); return EXIT_DONE;
		default: status = EXIT_USAGE; break;
		}
	if (status == EXIT_DONE && argc - optind != 1)
		status = usage_error(context, "one title, in quotes");
	if (status == EXIT_DONE) {
		options_done(context);
		task.title = argv[optind];
		task.files = file_count > 0 ? files : NULL;
		task.depends_on = depend_count > 0 ? depends : NULL;
		status = discover(context, &task);
	}
	free(files);
	free(depends);
	return status;
}
