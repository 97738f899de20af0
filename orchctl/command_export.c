/* orchctl export: the tasks of the supervisor, for another one, or for the older queue. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/queue_write.h"
#include "orchctl/session.h"
#include "orchctl/tasks_write.h"
#include "protocol/mem.h"

/* All rows, page after page. */
struct exported {
	struct record_export_row *rows;
	size_t count;
	const char *project, *queue;
	struct arena arena;
};

static enum error
get(struct session *session, struct exported *all)
{
	struct msg_task_export ask = { 0 };
	struct reply_task_export page;
	enum error error;

	do {
		error = session_request(session, MSG_task_export, &ask, &page, &all->arena, -1);
		if (error != ERROR_NONE)
			break;
		if (ask.after == 0) {
			all->project = page.project;
			all->queue = page.queue;
		}
		if (page.tasks.count == 0)
			break;
		all->rows = mem_resize(all->rows, all->count + page.tasks.count, sizeof(*all->rows));
		memcpy(all->rows + all->count, page.tasks.items, page.tasks.count * sizeof(*all->rows));
		all->count += page.tasks.count;
		ask.after = all->rows[all->count - 1].position;
	} while (page.more);
	return error;
}

static int
export(struct context *context, bool queue)
{
	struct exported all = { 0 };
	struct session session;
	enum error error;
	int status = session_open(&session, context);

	arena_init(&all.arena);
	if (status == EXIT_DONE) {
		error = get(&session, &all);
		if (error != ERROR_NONE) {
			status = session_failed(&session, error);
		} else if (queue) {
			status = queue_write(stdout, all.queue, all.project, all.rows, all.count) ?
			    EXIT_DONE : EXIT_UNFINISHED;
		} else if (context->json) {
			context->printer->reply(MSG_task_export, &(struct reply_task_export){
			    .tasks = { all.rows, all.count }, .project = all.project, .queue = all.queue });
		} else {
			tasks_write_yaml(stdout, all.rows, all.count);
		}
	}
	session_close(&session);
	arena_release(&all.arena);
	free(all.rows);
	return status;
}

int
command_export(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "queue", no_argument, NULL, OPTION_OWN }, { 0 }
	};
	bool queue = false;
	int option;

	optind = 0;
	while ((option = option_next(context, argc, argv, "", longs)) != OPTION_NONE) {
		if (option != OPTION_OWN)
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		queue = true;
	}
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	return export(context, queue);
}
