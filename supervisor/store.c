/* What the supervisor remembers: see store.h. */
#include "store.h"

#include <stdlib.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "sql.h"

struct store *
store_open(const char *path, char **why)
{
	return sql_open(path, why);
}

void
store_close(struct store *store)
{
	sql_close(store);
}

void
store_begin(struct store *store)
{
	sql_run(store, sql_bind(store, SQL_BEGIN, ""));
}

void
store_commit(struct store *store)
{
	sql_run(store, sql_bind(store, SQL_COMMIT, ""));
}

char *
store_get(struct store *store, const char *key)
{
	return sql_one_text(store, sql_bind(store, SQL_GET, "t", key));
}

void
store_set(struct store *store, const char *key, const char *value)
{
	sql_run(store, sql_bind(store, SQL_SET, "tt", key, value));
}

uint64_t
store_next_fence(struct store *store)
{
	char *text, *next;
	uint64_t fence;

	store_begin(store);
	text = store_get(store, "fence");
	fence = (text ? strtoull(text, NULL, 10) : 0) + 1;
	next = str_format("%ju", (uintmax_t)fence);
	store_set(store, "fence", next);
	store_commit(store);
	free(text);
	free(next);
	return fence;
}

void
store_task_insert(struct store *store, const struct task_row *task, const char *prompt)
{
	sql_run(store, sql_bind(store, SQL_TASK_INSERT, "utbttut", task->position, task->id, task->spec,
	    task->spec_len, prompt, task->state, task->ticket, task->project));
}

void
store_task_update(struct store *store, const struct task_row *task)
{
	sql_run(store, sql_bind(store, SQL_TASK_UPDATE, "utttuuuuutrrutt", task->position, task->state,
	    task->reason, task->feedback, task->attempts, task->failures, task->reworks, task->laters,
	    task->ticket, task->commit, task->started, task->ended, (uint64_t)task->leased,
	    task->conflict_id, task->conflict));
}

void
store_widened_put(struct store *store, uint64_t position, const char *pattern)
{
	sql_run(store, sql_bind(store, SQL_WIDENED_PUT, "ut", position, pattern));
}

void
store_each_widened(struct store *store, void (*callback)(void *, uint64_t, const char *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_WIDENED, "");

	while (sql_row(store, statement))
		callback(context, sql_number(statement, 0), sql_text(statement, 1));
}

bool
store_task_same(struct store *store, const struct task_row *task, const char *prompt)
{
	return sql_one_number(store, sql_bind(store, SQL_TASK_SAME, "ubt", task->position, task->spec,
	    task->spec_len, prompt)) == 1;
}

char *
store_task_prompt(struct store *store, uint64_t position)
{
	return sql_one_text(store, sql_bind(store, SQL_TASK_PROMPT, "u", position));
}

void
store_each_task(struct store *store, void (*callback)(void *, const struct task_row *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_TASKS, "");

	while (sql_row(store, statement)) {
		struct task_row task = {
			.position = sql_number(statement, 0), .id = sql_text(statement, 1),
			.state = sql_text(statement, 2), .reason = sql_text(statement, 3),
			.feedback = sql_text(statement, 4), .commit = sql_text(statement, 5),
			.attempts = sql_number(statement, 7), .failures = sql_number(statement, 8),
			.reworks = sql_number(statement, 9), .laters = sql_number(statement, 10),
			.ticket = sql_number(statement, 11), .started = sql_real(statement, 12),
			.ended = sql_real(statement, 13), .leased = sql_number(statement, 14) != 0,
			.conflict_id = sql_text(statement, 15), .conflict = sql_text(statement, 16),
			.project = sql_text(statement, 17),
		};

		task.spec = sql_blob(statement, 6, &task.spec_len);
		callback(context, &task);
	}
}

uint64_t
store_attempt_insert(struct store *store, const struct attempt_state *attempt)
{
	sql_run(store, sql_bind(store, SQL_ATTEMPT_INSERT, "uuttr", attempt->task, attempt->number, attempt->slot,
	    attempt->tip, attempt->started));
	return sql_last(store);
}

void
store_attempt_end(struct store *store, const struct attempt_state *attempt)
{
	sql_run(store, sql_bind(store, SQL_ATTEMPT_END, "uttturut", attempt->id, attempt->outcome, attempt->reason,
	    attempt->commit, attempt->iterations, attempt->ended, attempt->commits,
	    attempt->sandbox));
}

void
store_attempt_rework(struct store *store, uint64_t position, uint64_t number, const char *why)
{
	sql_run(store, sql_bind(store, SQL_ATTEMPT_REWORK, "uut", position, number, why));
}

uint64_t
store_attempt_id(struct store *store, uint64_t position, uint64_t number)
{
	return sql_one_number(store, sql_bind(store, SQL_ATTEMPT_ID, "uu", position, number));
}

char *
store_attempt_sandbox(struct store *store, uint64_t position, uint64_t number)
{
	return sql_one_text(store, sql_bind(store, SQL_ATTEMPT_SANDBOX, "uu", position, number));
}

void
store_each_attempt(struct store *store, uint64_t position,
    void (*callback)(void *, const struct attempt_state *), void *context)
{
	struct sqlite3_stmt *statement = position == 0 ? sql_bind(store, SQL_ATTEMPTS_OPEN, "") :
	    sql_bind(store, SQL_ATTEMPTS_OF, "u", position);

	while (sql_row(store, statement)) {
		struct attempt_state attempt = {
			.id = sql_number(statement, 0), .task = sql_number(statement, 1),
			.number = sql_number(statement, 2), .slot = sql_text(statement, 3),
			.tip = sql_text(statement, 4), .outcome = sql_text(statement, 5),
			.reason = sql_text(statement, 6), .commit = sql_text(statement, 7),
			.iterations = sql_number(statement, 8), .started = sql_real(statement, 9),
			.ended = sql_real(statement, 10), .rework = sql_text(statement, 11),
			.commits = sql_number(statement, 12), .sandbox = sql_text(statement, 13),
		};

		callback(context, &attempt);
	}
}

void
store_each_old_attempt(struct store *store, double until,
    void (*callback)(void *, const char *, uint64_t), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_ATTEMPTS_OLD, "r", until);

	while (sql_row(store, statement))
		callback(context, sql_text(statement, 0), sql_number(statement, 1));
}

char *
store_attempt_outcome(struct store *store, uint64_t id)
{
	return sql_one_text(store, sql_bind(store, SQL_ATTEMPT_OUTCOME, "u", id));
}

void
store_usage_put(struct store *store, uint64_t attempt, const struct usage_row *usage)
{
	sql_run(store, sql_bind(store, SQL_USAGE_PUT, "uuuuru", attempt, usage->input, usage->cached,
	    usage->output, usage->cost, usage->steps));
}

bool
store_usage(struct store *store, uint64_t attempt, struct usage_row *usage)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_USAGE, "u", attempt);
	bool there = sql_row(store, statement);

	if (there)
		*usage = (struct usage_row){ .input = sql_number(statement, 0),
		    .cached = sql_number(statement, 1), .output = sql_number(statement, 2),
		    .cost = sql_real(statement, 3), .steps = sql_number(statement, 4) };
	sql_reset(statement);
	return there;
}

void
store_traffic_put(struct store *store, uint64_t attempt, const struct traffic *traffic)
{
	sql_run(store, sql_bind(store, SQL_TRAFFIC_PUT, "utuuuu", attempt, traffic->destination,
	    traffic->connections, traffic->refused, traffic->sent, traffic->received));
}

void
store_each_traffic(struct store *store, uint64_t attempt,
    void (*callback)(void *, const struct traffic *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_TRAFFIC, "u", attempt);

	while (sql_row(store, statement)) {
		struct traffic traffic = { sql_text(statement, 0), sql_number(statement, 1),
		    sql_number(statement, 2), sql_number(statement, 3), sql_number(statement, 4) };

		callback(context, &traffic);
	}
}
