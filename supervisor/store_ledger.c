/* What people were asked and what is listed of the line: see store.h. */
#include "sql.h"
#include "store.h"

void
store_ledger_put(struct store *store, const struct ledger_row *row)
{
	sql_run(store, sql_bind(store, SQL_LEDGER_PUT, "urruu", row->task, row->added, row->asked,
	    row->interventions, row->escalations));
}

void
store_each_ledger(struct store *store, void (*callback)(void *, const struct ledger_row *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_LEDGER, "");

	while (sql_row(store, statement))
		callback(context, &(struct ledger_row){ sql_number(statement, 0), sql_real(statement, 1),
		    sql_real(statement, 2), sql_number(statement, 3), sql_number(statement, 4) });
}

void
store_question_expire(struct store *store, uint64_t id, double time)
{
	sql_run(store, sql_bind(store, SQL_QUESTION_EXPIRE, "ur", id, time));
}

void
store_each_in_line(struct store *store, const char *project, bool all, size_t most,
    void (*callback)(void *, const struct line_row *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, all ? SQL_LINE_ALL : SQL_LINE, "tu", project,
	    (uint64_t)most);

	while (sql_row(store, statement))
		callback(context, &(struct line_row){ sql_number(statement, 0), sql_number(statement, 1),
		    sql_text(statement, 2), sql_text(statement, 3), sql_real(statement, 4) });
}
