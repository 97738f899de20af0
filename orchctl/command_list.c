/* orchctl list: the tasks of the supervisor, in order of entry. */
#include <ctype.h>
#include <stdlib.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/task_rows.h"
#include "protocol/mem.h"

enum { STATE = OPTION_OWN, AGENT, BLOCKED, LIMIT, AFTER };

static int
list(struct context *context, const struct msg_task_list *ask)
{
	struct session session;
	struct task_rows rows;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		error = task_rows_ask(&session, *ask, &rows);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
		else
			context->printer->tasks(rows.rows, rows.count);
		task_rows_release(&rows);
	}
	session_close(&session);
	return status;
}

/* In capitals; the caller frees. */
static char *
state_named(const char *text)
{
	char *state = str_dup(text);
	size_t i;

	for (i = 0; state[i] != '\0'; i++)
		state[i] = (char)toupper((unsigned char)state[i]);
	return state;
}

int
command_list(struct context *context, int argc, char **argv)
{
	/* Behind the command it is the state of tasks, in front of it a folder. */
	static const struct option longs[] = {
		{ "state", required_argument, NULL, STATE }, { "agent", required_argument, NULL, AGENT },
		{ "project", required_argument, NULL, 'p' }, { "blocked", no_argument, NULL, BLOCKED },
		{ "limit", required_argument, NULL, LIMIT }, { "after", required_argument, NULL, AFTER }, { 0 }
	};
	struct msg_task_list ask = { 0 };
	char *state = NULL;
	int option, status = EXIT_USAGE;

	optind = 0;
	while ((option = option_next(context, argc, argv, "p:", longs)) != OPTION_NONE)
		switch (option) {
		case STATE:
			free(state);
			state = state_named(optarg);
			break;
		case AGENT: ask.agent = optarg; break;
		case 'p': ask.project = optarg; break;
		case BLOCKED: ask.blocked = true; break;
		case AFTER: ask.after_task = optarg; break;
		case LIMIT:
			if (option_number(context, "--limit", optarg, UINT32_MAX, &ask.limit))
				break;
			goto out;
		default:
			status = option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
			goto out;
		}
	options_done(context);
	context->looks = true;
	ask.state = state;
	status = optind < argc ? usage_error(context, "too many arguments") : list(context, &ask);
out:
	free(state);
	return status;
}
