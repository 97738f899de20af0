/* orchctl import: tasks with how they stood elsewhere; what is known already is left alone. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/task_files.h"
#include "orchctl/task_send.h"

static int
import(struct context *context, const struct task_list *list)
{
	struct reply_task_add total;
	struct session session;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		error = task_send(&session, list, true, &total);
		if (error == ERROR_NONE)
			context->printer->result(MSG_task_add, NULL, &total);
		else
			status = session_failed(&session, error);
	}
	session_close(&session);
	return status;
}

int
command_import(struct context *context, int argc, char **argv)
{
	const char *project = NULL;
	const struct option_rule rules[] = { { "project", 'p', .text = &project }, { 0 } };
	struct task_list list;
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind == argc)
		return usage_error(context, "which file?");
	options_done(context);
	/* A dependency may be a task that the supervisor has. */
	if (task_files_read(argv + optind, false, &list) == -1)
		return EXIT_USAGE;
	task_list_project(&list, project);
	status = import(context, &list);
	task_list_release(&list);
	return status;
}
