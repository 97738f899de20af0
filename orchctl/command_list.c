/* orchctl list: the tasks of the supervisor, in order of entry. */
#include <ctype.h>
#include <stdlib.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/task_rows.h"
#include "protocol/mem.h"

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
	struct msg_task_list ask = { 0 };
	const char *said = NULL;
	/* Behind the command --state is that of tasks, in front of it a folder. */
	const struct option_rule rules[] = {
		{ "state", .text = &said }, { "agent", .text = &ask.agent },
		{ "project", 'p', .text = &ask.project }, { "blocked", .flag = &ask.blocked },
		{ "limit", .number = &ask.limit, .most = UINT32_MAX }, { "after", .text = &ask.after_task }, { 0 }
	};
	char *state;
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	options_done(context);
	if (optind < argc)
		return usage_error(context, "too many arguments");
	context->looks = true;
	ask.state = state = said != NULL ? state_named(said) : NULL;
	status = list(context, &ask);
	free(state);
	return status;
}
