/* What people said, and what agents wait for: see store.h. */
#include "protocol/mem.h"
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
store_mode_put(struct store *store, const struct mode_row *row)
{
	sql_run(store, sql_bind(store, SQL_MODE_PUT, "tttttrurr", row->kind, row->name, row->mode, row->who,
	    row->why, row->since, (uint64_t)row->tripped, row->until, row->fresh));
}

void
store_each_mode(struct store *store, void (*callback)(void *, const struct mode_row *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_MODES, "");

	while (sql_row(store, statement)) {
		struct mode_row row = {
			.kind = sql_text(statement, 0), .name = sql_text(statement, 1),
			.mode = sql_text(statement, 2), .who = sql_text(statement, 3),
			.why = sql_text(statement, 4), .since = sql_real(statement, 5),
			.tripped = sql_number(statement, 6) != 0, .until = sql_real(statement, 7),
			.fresh = sql_real(statement, 8),
		};

		callback(context, &row);
	}
}

void
store_intervention(struct store *store, const struct intervention *row)
{
	sql_run(store, sql_bind(store, SQL_INTERVENTION, "ruutttt", row->time, row->task, row->attempt,
	    row->question, row->answer, row->who, row->why));
}

void
store_question_put(struct store *store, const struct question_row *row)
{
	sql_run(store, sql_bind(store, SQL_QUESTION_PUT, "uuurt", row->task, row->attempt, row->serial,
	    row->asked, row->question));
}

void
store_question_answer(struct store *store, uint64_t id, const char *answer, const char *who, double time)
{
	sql_run(store, sql_bind(store, SQL_QUESTION_ANSWER, "uttr", id, answer, who, time));
}

void
store_questions_close(struct store *store, uint64_t task, double time)
{
	sql_run(store, sql_bind(store, SQL_QUESTIONS_CLOSE, "ur", task, time));
}

static void
each_question(struct store *store, struct sqlite3_stmt *statement,
    void (*callback)(void *, const struct question_row *), void *context)
{
	while (sql_row(store, statement)) {
		struct question_row row = {
			.id = sql_number(statement, 0), .task = sql_number(statement, 1),
			.attempt = sql_number(statement, 2), .serial = sql_number(statement, 3),
			.asked = sql_real(statement, 4), .question = sql_text(statement, 5),
			.answer = sql_text(statement, 6), .who = sql_text(statement, 7),
			.open = sql_number(statement, 8) == 0,
		};

		callback(context, &row);
	}
}

void
store_each_question(struct store *store, uint64_t task,
    void (*callback)(void *, const struct question_row *), void *context)
{
	each_question(store, sql_bind(store, SQL_QUESTIONS, "u", task), callback, context);
}

void
store_each_open_question(struct store *store, void (*callback)(void *, const struct question_row *),
    void *context)
{
	each_question(store, sql_bind(store, SQL_QUESTIONS_OPEN, ""), callback, context);
}

void
store_one_question(struct store *store, uint64_t id,
    void (*callback)(void *, const struct question_row *), void *context)
{
	each_question(store, sql_bind(store, SQL_QUESTION_ONE, "u", id), callback, context);
}

void
store_outside_put(struct store *store, uint64_t position, char *const *patterns)
{
	size_t i;

	sql_run(store, sql_bind(store, SQL_OUTSIDE_CLEAR, "u", position));
	for (i = 0; patterns != NULL && patterns[i] != NULL; i++)
		sql_run(store, sql_bind(store, SQL_OUTSIDE_PUT, "ut", position, patterns[i]));
}

char **
store_outside(struct store *store, uint64_t position)
{
	size_t most = sql_one_number(store, sql_bind(store, SQL_OUTSIDE_COUNT, "u", position)), count = 0;
	struct sqlite3_stmt *statement;
	char **patterns;

	if (most == 0)
		return NULL;
	patterns = mem_zero(most + 1, sizeof(char *));
	statement = sql_bind(store, SQL_OUTSIDE, "u", position);
	while (sql_row(store, statement))
		if (count < most)
			patterns[count++] = str_dup(sql_text(statement, 0));
	return patterns;
}
