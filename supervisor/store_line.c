/* Projects, tickets and verdicts: see store.h. */
#include <stdlib.h>

#include "protocol/mem.h"
#include "sql.h"
#include "store.h"

void
store_each_project(struct store *store, void (*callback)(void *, const char *, const char *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_PROJECTS, "");

	while (sql_row(store, statement))
		callback(context, sql_text(statement, 0), sql_text(statement, 1));
}

void
store_project_put(struct store *store, const char *name, const char *upstream)
{
	sql_run(store, sql_bind(store, SQL_PROJECT_PUT, "tt", name, upstream));
}

void
store_project_name(struct store *store, const char *name)
{
	sql_run(store, sql_bind(store, SQL_PROJECT_NAME, "t", name));
	sql_run(store, sql_bind(store, SQL_PROJECT_NAME_TASKS, "t", name));
	sql_run(store, sql_bind(store, SQL_PROJECT_NAME_TICKETS, "t", name));
	sql_run(store, sql_bind(store, SQL_PROJECT_NAME_EVENTS, "t", name));
}

char **
store_project_unfinished(struct store *store, const char *name, size_t most)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_PROJECT_UNFINISHED, "tu", name, (uint64_t)most);
	char **ids = mem_zero(most + 1, sizeof(char *));
	size_t count = 0;

	while (sql_row(store, statement))
		ids[count++] = str_dup(sql_text(statement, 0));
	return ids;
}

void
store_ticket_put(struct store *store, const char *project, const struct ticket_row *ticket)
{
	sql_run(store, sql_bind(store, SQL_TICKET_PUT, "tuuutttu", project, ticket->number, ticket->task, ticket->attempt,
	    ticket->state, ticket->base, ticket->commit, ticket->commits));
}

void
store_ticket_state(struct store *store, const char *project, uint64_t number, const char *state)
{
	sql_run(store, sql_bind(store, SQL_TICKET_STATE, "tut", project, number, state));
}

void
store_ticket_landed(struct store *store, const char *project, uint64_t number, const char *commit)
{
	sql_run(store, sql_bind(store, SQL_TICKET_LANDED, "tut", project, number, commit));
}

uint64_t
store_ticket_last(struct store *store, const char *project)
{
	return sql_one_number(store, sql_bind(store, SQL_TICKET_LAST, "t", project));
}

uint64_t
store_ticket_last_landed(struct store *store, const char *project)
{
	return sql_one_number(store, sql_bind(store, SQL_TICKET_LAST_LANDED, "t", project));
}

static void
each_ticket(struct store *store, struct sqlite3_stmt *statement,
    void (*callback)(void *, const struct ticket_row *), void *context)
{
	while (sql_row(store, statement)) {
		struct ticket_row ticket = {
			.number = sql_number(statement, 0), .task = sql_number(statement, 1),
			.attempt = sql_number(statement, 2), .state = sql_text(statement, 3),
			.base = sql_text(statement, 4), .commit = sql_text(statement, 5),
			.commits = sql_number(statement, 6),
		};

		callback(context, &ticket);
	}
}

void
store_each_ticket(struct store *store, const char *project,
    void (*callback)(void *, const struct ticket_row *), void *context)
{
	each_ticket(store, sql_bind(store, SQL_TICKETS, "tu", project, (uint64_t)0), callback, context);
}

void
store_one_ticket(struct store *store, const char *project, uint64_t number,
    void (*callback)(void *, const struct ticket_row *), void *context)
{
	each_ticket(store, sql_bind(store, SQL_TICKET_ONE, "tu", project, number), callback, context);
}

struct verdict
store_verdict(struct store *store, const char *tree, const char *command)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_VERDICT, "tt", tree, command);
	struct verdict verdict = { 0 };

	if (sql_row(store, statement))
		verdict = (struct verdict){ str_dup(sql_text(statement, 0)),
		    str_dup(sql_text(statement, 1)), str_dup(sql_text(statement, 2)) };
	sql_reset(statement);
	return verdict;
}

void
store_verdict_put(struct store *store, const char *tree, const char *command,
    const struct verdict *verdict, double time)
{
	sql_run(store, sql_bind(store, SQL_VERDICT_PUT, "tttrtt", tree, command, verdict->verdict, time,
	    verdict->reason, verdict->output));
}

void
verdict_release(struct verdict *verdict)
{
	free(verdict->verdict);
	free(verdict->reason);
	free(verdict->output);
	*verdict = (struct verdict){ 0 };
}

uint64_t
store_verdict_count(struct store *store, const char *verdict)
{
	return sql_one_number(store, sql_bind(store, SQL_VERDICT_COUNT, "t", verdict));
}
