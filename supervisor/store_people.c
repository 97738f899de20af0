/* What people said, and what agents wait for: see store.h. */
#include "sql.h"
#include "store.h"

void
store_pause_put(struct store *store, const char *agent, double until, const char *reason)
{
	sql_run(store, sql_bind(store, SQL_PAUSE_PUT, "trt", agent, until, reason));
}

void
store_pause_drop(struct store *store, const char *agent)
{
	sql_run(store, sql_bind(store, SQL_PAUSE_DROP, "t", agent));
}

void
store_each_pause(struct store *store, void (*callback)(void *, const char *, double, const char *),
    void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_PAUSES, "");

	while (sql_row(store, statement))
		callback(context, sql_text(statement, 0), sql_real(statement, 1),
		    sql_text(statement, 2));
}

void
store_intervention(struct store *store, const struct intervention *row)
{
	sql_run(store, sql_bind(store, SQL_INTERVENTION, "ruutttt", row->time, row->task, row->attempt,
	    row->question, row->answer, row->who, row->why));
}
