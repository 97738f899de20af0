/* orchctl export: the tasks of the supervisor, for another one, or for the older queue. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "orchctl/commands.h"
#include "orchctl/locate.h"
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

/* Are the tasks of more than one project? */
static bool
several(const struct exported *all)
{
	const struct record_task *first, *spec;
	size_t i;

	for (i = 1; i < all->count; i++) {
		first = all->rows[0].spec.items;
		spec = all->rows[i].spec.items;
		if (!str_same(spec->project, first->project))
			return true;
	}
	return false;
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
		} else if (queue && several(&all)) {
			fprintf(stderr, "orchctl: export --queue: the older queue is of one project, and these "
			    "tasks are of several; use 'orchctl export'\n");
			status = EXIT_USAGE;
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

/* The state folder of the supervisor, for the caller to free: NULL with the status to end with. */
static char *
state_folder(const struct context *context, int *status)
{
	const struct msg_status ask = { .all = false };
	struct reply_status reply;
	struct arena arena;
	char *state = NULL, *slash;
	int up;

	arena_init(&arena);
	*status = session_once(context, MSG_status, &ask, &reply, &arena);
	/* The repository is at STATE/projects/P/repository.git. */
	if (*status == EXIT_DONE)
		state = str_dup(reply.repository);
	for (up = 0; up < 3 && state != NULL && (slash = strrchr(state, '/')) != NULL; up++)
		*slash = '\0';
	arena_release(&arena);
	return state;
}

/* By a program that reads the database alone: of one moment, and nobody waits for it. */
static int
export_sql(const struct context *context)
{
	int status = EXIT_DONE;
	char *program = locate_program("orchd");
	char *state = context->state != NULL ? str_dup(context->state) : state_folder(context, &status);
	char *arguments[] = { program, (char[]){ "--dump" }, state, NULL };
	char *database;

	if (state == NULL)
		return status;
	database = str_format("%s/orch.db", state);
	if (program == NULL) {
		fprintf(stderr, "orchctl: orchd is not beside this program; build or install it\n");
		status = EXIT_UNFINISHED;
	} else if (access(database, R_OK | W_OK) == -1) {
		fprintf(stderr, "orchctl: %s: %s\n", database, strerror(errno));
		status = errno == ENOENT ? EXIT_NO_SUPERVISOR : EXIT_NOT_PERMITTED;
	} else {
		execv(program, arguments);
		fprintf(stderr, "orchctl: %s: %s\n", program, strerror(errno));
		status = EXIT_UNFINISHED;
	}
	free(database);
	free(program);
	free(state);
	return status;
}

int
command_export(struct context *context, int argc, char **argv)
{
	bool queue = false, sql = false;
	const struct option_rule rules[] = { { "queue", .flag = &queue }, { "sql", .flag = &sql }, { 0 } };
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	if (queue && sql)
		return usage_error(context, "either --queue or --sql");
	return sql ? export_sql(context) : export(context, queue);
}
