/* What attempts have used and taken, and from where bounds count: see store.h. */
#include "protocol/mem.h"
#include "sql.h"
#include "store.h"

void
store_each_spent(struct store *store, double since, void (*callback)(void *, const struct spent_row *),
    void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_SPENT, "r", since);

	while (sql_row(store, statement)) {
		struct spent_row row = {
			.task = sql_number(statement, 0), .started = sql_real(statement, 1),
			.ended = sql_real(statement, 2), .outcome = sql_text(statement, 3), .runs = 1,
			.tokens = sql_number(statement, 4), .cost = sql_real(statement, 5),
		};

		callback(context, &row);
	}
}

void
store_task_spent(struct store *store, uint64_t position, uint64_t after, struct spent_row *row)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_TASK_SPENT, "uu", position, after);

	*row = (struct spent_row){ .task = position };
	if (!sql_row(store, statement))
		return;
	row->runs = sql_number(statement, 0);
	row->tokens = sql_number(statement, 1);
	row->cost = sql_real(statement, 2);
	row->seconds = sql_real(statement, 3);
	sql_reset(statement);
}

uint64_t
store_task_ended(struct store *store, uint64_t position, uint64_t after, const char *outcome)
{
	return sql_one_number(store, sql_bind(store, SQL_TASK_ENDED, "uut", position, after, outcome));
}

char *
store_task_last_end(struct store *store, uint64_t position, uint64_t number, double *ended)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_TASK_LAST_END, "uu", position, number);
	char *outcome = NULL;

	if (!sql_row(store, statement))
		return NULL;
	*ended = sql_real(statement, 1);
	if (*ended > 0)
		outcome = str_dup(sql_text(statement, 0));
	sql_reset(statement);
	return outcome;
}

void
store_task_fresh(struct store *store, uint64_t position, uint64_t attempts)
{
	sql_run(store, sql_bind(store, SQL_TASK_FRESH, "uu", position, attempts));
}

void
store_each_fresh(struct store *store, void (*callback)(void *, uint64_t, uint64_t), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_TASKS_FRESH, "");

	while (sql_row(store, statement))
		callback(context, sql_number(statement, 0), sql_number(statement, 1));
}

void
store_each_length(struct store *store, uint64_t most, void (*callback)(void *, uint64_t, double), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_ATTEMPT_LENGTHS, "u", most);

	while (sql_row(store, statement))
		callback(context, sql_number(statement, 0), sql_real(statement, 1));
}

void
store_project_ahead(struct store *store, const char *name, int64_t ahead)
{
	sql_run(store, sql_bind(store, SQL_PROJECT_AHEAD, "tu", name, (uint64_t)ahead));
}

void
store_each_ahead(struct store *store, void (*callback)(void *, const char *, int64_t), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_PROJECTS_AHEAD, "");

	while (sql_row(store, statement))
		callback(context, sql_text(statement, 0), (int64_t)sql_number(statement, 1));
}
