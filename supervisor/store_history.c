/* What is summed up, and what is forgotten: see store.h. */
#include "sql.h"
#include "store.h"

static void
each_sum(struct store *store, struct sqlite3_stmt *statement,
    void (*callback)(void *, const struct attempt_sum *), void *context)
{
	while (sql_row(store, statement)) {
		struct attempt_sum sum = { .task = sql_number(statement, 0),
			.outcome = sql_text(statement, 1), .started = sql_real(statement, 2),
			.ended = sql_real(statement, 3), .rework = sql_number(statement, 4) != 0,
			.usage = { .input = sql_number(statement, 5), .cached = sql_number(statement, 6),
			    .output = sql_number(statement, 7), .cost = sql_real(statement, 8) } };

		callback(context, &sum);
	}
}

void
store_each_attempt_sum(struct store *store, double since,
    void (*callback)(void *, const struct attempt_sum *), void *context)
{
	each_sum(store, sql_bind(store, SQL_ATTEMPT_SUMS, "r", since), callback, context);
}

void
store_one_attempt_sum(struct store *store, uint64_t attempt,
    void (*callback)(void *, const struct attempt_sum *), void *context)
{
	each_sum(store, sql_bind(store, SQL_ATTEMPT_SUM, "u", attempt), callback, context);
}

uint64_t
store_events_prune(struct store *store, double until, uint64_t most)
{
	sql_run(store, sql_bind(store, SQL_EVENTS_PRUNE, "ru", until, most));
	return sql_changed(store);
}

void
store_each_forgettable(struct store *store, const char *project, double until, uint64_t most,
    void (*callback)(void *, uint64_t id, uint64_t position, uint64_t number), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_ATTEMPTS_FORGETTABLE, "rut", until, most,
	    project);

	while (sql_row(store, statement))
		callback(context, sql_number(statement, 0), sql_number(statement, 1),
		    sql_number(statement, 2));
}

void
store_attempt_forget(struct store *store, uint64_t id)
{
	sql_run(store, sql_bind(store, SQL_FORGET_TRAFFIC, "u", id));
	sql_run(store, sql_bind(store, SQL_FORGET_USAGE, "u", id));
	sql_run(store, sql_bind(store, SQL_FORGET_ATTEMPT, "u", id));
}
