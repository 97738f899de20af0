/* orchctl list: the tasks of the supervisor, in order of entry. */
#include <ctype.h>
#include <stdlib.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/task_rows.h"
#include "protocol/mem.h"

static int
list(struct context *context, const char *state)
{
	struct session session;
	struct task_rows rows;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		error = task_rows_get(&session, state, &rows);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
		else
			context->printer->tasks(rows.rows, rows.count);
		task_rows_release(&rows);
	}
	session_close(&session);
	return status;
}

int
command_list(struct context *context, int argc, char **argv)
{
	/* Behind the command it is the state of tasks, in front of it a folder. */
	static const struct option longs[] = {
		{ "state", required_argument, NULL, OPTION_OWN }, { 0 }
	};
	char *state = NULL;
	int option, status;
	size_t i;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN) {
			free(state);
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		}
		free(state);
		state = str_dup(optarg);
	}
	for (i = 0; state != NULL && state[i] != '\0'; i++)
		state[i] = (char)toupper((unsigned char)state[i]);
	options_done(context);
	context->looks = true;
	status = optind < argc ? usage_error(context, "too many arguments") : list(context, state);
	free(state);
	return status;
}
