/* What the supervisor remembers: see store.h. */
#include "store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/log.h"
#include "protocol/mem.h"

/* One row a statement; enum-indexed, so none can go astray. */
enum statement {
#define STATEMENT(name, text) SQL_##name,
#include "supervisor/statements.def"
#undef STATEMENT
	SQL_LIMIT
};

static const char *const sql[SQL_LIMIT] = {
#define STATEMENT(name, text) [SQL_##name] = text,
#include "supervisor/statements.def"
#undef STATEMENT
};

static const char schema[] =
#include "schema.inc"
    ;

struct store {
	sqlite3 *database;
	sqlite3_stmt *statements[SQL_LIMIT];
};

/* The database cannot be used any more: see store.h for why this ends us. */
static void
failed(struct store *store, const char *what)
{
	fatalx("state database: %s: %s; nothing that was told is lost, mend this and start again",
	    what, sqlite3_errmsg(store->database));
}

/*
 * Binds by a format: u integer, r real, t text (NULL is fine), b blob with its
 * size_t length behind it. The statement is ready to step.
 */
static sqlite3_stmt *
bind(struct store *store, enum statement which, const char *format, ...)
{
	sqlite3_stmt *statement = store->statements[which];
	const void *bytes;
	const char *text;
	va_list arguments;
	int place = 1, bad = 0;

	sqlite3_reset(statement);
	va_start(arguments, format);
	for (; *format != '\0'; format++, place++) {
		switch (*format) {
		case 'u':
			bad |= sqlite3_bind_int64(statement, place, (sqlite3_int64)va_arg(arguments, uint64_t));
			break;
		case 'r':
			bad |= sqlite3_bind_double(statement, place, va_arg(arguments, double));
			break;
		case 't':
			text = va_arg(arguments, const char *);
			bad |= sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
			break;
		case 'b':
			bytes = va_arg(arguments, const void *);
			bad |= sqlite3_bind_blob(statement, place, bytes,
			    (int)va_arg(arguments, size_t), SQLITE_TRANSIENT);
			break;
		}
	}
	va_end(arguments);
	if (bad)
		failed(store, "binding values");
	return statement;
}

/* Steps a statement that gives no rows. */
static void
run(struct store *store, sqlite3_stmt *statement)
{
	if (sqlite3_step(statement) != SQLITE_DONE)
		failed(store, "writing");
	sqlite3_reset(statement);
}

/* Is there (another) row? */
static bool
row(struct store *store, sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	if (result == SQLITE_ROW)
		return true;
	if (result != SQLITE_DONE)
		failed(store, "reading");
	sqlite3_reset(statement);
	return false;
}

static const char *
text_at(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

static uint64_t
number_at(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

static uint64_t
one_number(struct store *store, sqlite3_stmt *statement)
{
	uint64_t number = row(store, statement) ? number_at(statement, 0) : 0;

	sqlite3_reset(statement);
	return number;
}

static char *
one_text(struct store *store, sqlite3_stmt *statement)
{
	char *text = row(store, statement) ? str_dup(text_at(statement, 0)) : NULL;

	sqlite3_reset(statement);
	return text;
}

/* From one version of the schema to the next; [1] makes 2 of 1. */
static const char *const upgrades[STORE_VERSION] = {
	[1] = "ALTER TABLE verdicts ADD COLUMN reason TEXT;"
	    "ALTER TABLE verdicts ADD COLUMN output TEXT;",
	[2] = "ALTER TABLE tasks ADD COLUMN conflict_id TEXT;"
	    "ALTER TABLE tasks ADD COLUMN conflict TEXT;"
	    "ALTER TABLE attempts ADD COLUMN rework TEXT;",
	[3] = "ALTER TABLE attempts ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;"
	    "CREATE TABLE interventions (id INTEGER PRIMARY KEY, time REAL NOT NULL,"
	    " task INTEGER NOT NULL REFERENCES tasks(position), attempt INTEGER NOT NULL DEFAULT 0,"
	    " question TEXT NOT NULL, answer TEXT NOT NULL, who TEXT NOT NULL, why TEXT);",
	[4] = "CREATE TABLE usage (attempt INTEGER PRIMARY KEY REFERENCES attempts(id),"
	    " input INTEGER NOT NULL, cached INTEGER NOT NULL, output INTEGER NOT NULL,"
	    " cost REAL NOT NULL, steps INTEGER NOT NULL);"
	    "CREATE TABLE pauses (agent TEXT PRIMARY KEY, until REAL NOT NULL,"
	    " reason TEXT NOT NULL) WITHOUT ROWID;",
};

/* All steps or none. */
static char *
upgrade(struct store *store, int version)
{
	struct buffer text;
	char *why = NULL;

	buffer_init(&text);
	buffer_add_text(&text, "BEGIN;");
	for (; version < STORE_VERSION; version++)
		buffer_add_text(&text, upgrades[version]);
	buffer_format(&text, "PRAGMA user_version = %d; COMMIT;", STORE_VERSION);
	if (sqlite3_exec(store->database, buffer_text(&text), NULL, NULL, NULL) != SQLITE_OK)
		why = str_format("cannot be brought to version %d: %s", STORE_VERSION,
		    sqlite3_errmsg(store->database));
	buffer_release(&text);
	return why;
}

/* A new database gets the schema, an older one what is new; a newer one is refused. */
static char *
check_version(struct store *store)
{
	sqlite3_stmt *statement = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(store->database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	if (version == 0) {
		char *create = str_format("BEGIN; %s PRAGMA user_version = %d; COMMIT;", schema, STORE_VERSION);
		int result = sqlite3_exec(store->database, create, NULL, NULL, NULL);

		free(create);
		return result == SQLITE_OK ? NULL :
		    str_format("cannot be written: %s", sqlite3_errmsg(store->database));
	}
	if (version == STORE_VERSION)
		return NULL;
	if (version > 0 && version < STORE_VERSION)
		return upgrade(store, version);
	if (version == -1)
		return str_format("not a database: %s", sqlite3_errmsg(store->database));
	return str_format("is of version %d, this program reads version %d; use the newer orch, "
	    "or another state folder", version, STORE_VERSION);
}

struct store *
store_open(const char *path, char **why)
{
	struct store *store = mem_zero(1, sizeof(*store));
	int i, fd;

	*why = NULL;
	/* What it makes beside it has the same rights. */
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) != -1)
		fchmod(fd, 0600);
	if (fd != -1)
		close(fd);
	if (sqlite3_open_v2(path, &store->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK || sqlite3_exec(store->database, "PRAGMA journal_mode = WAL;"
	    " PRAGMA synchronous = FULL; PRAGMA locking_mode = NORMAL; PRAGMA foreign_keys = ON",
	    NULL, NULL, NULL) != SQLITE_OK)
		*why = str_format("%s: %s", path, sqlite3_errmsg(store->database));
	if (*why == NULL && (*why = check_version(store)) != NULL) {
		char *full = str_format("%s: %s", path, *why);

		free(*why);
		*why = full;
	}
	for (i = 0; *why == NULL && i < SQL_LIMIT; i++)
		if (sqlite3_prepare_v3(store->database, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
		    &store->statements[i], NULL) != SQLITE_OK)
			*why = str_format("%s: %s", path, sqlite3_errmsg(store->database));
	if (*why != NULL) {
		store_close(store);
		return NULL;
	}
	return store;
}

void
store_close(struct store *store)
{
	int i;

	if (store == NULL)
		return;
	for (i = 0; i < SQL_LIMIT; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->database);
	free(store);
}

void
store_begin(struct store *store)
{
	run(store, bind(store, SQL_BEGIN, ""));
}

void
store_commit(struct store *store)
{
	run(store, bind(store, SQL_COMMIT, ""));
}

char *
store_get(struct store *store, const char *key)
{
	return one_text(store, bind(store, SQL_GET, "t", key));
}

void
store_set(struct store *store, const char *key, const char *value)
{
	run(store, bind(store, SQL_SET, "tt", key, value));
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
	run(store, bind(store, SQL_TASK_INSERT, "utbttu", task->position, task->id, task->spec,
	    task->spec_len, prompt, task->state, task->ticket));
}

void
store_task_update(struct store *store, const struct task_row *task)
{
	run(store, bind(store, SQL_TASK_UPDATE, "utttuuuuutrrutt", task->position, task->state,
	    task->reason, task->feedback, task->attempts, task->failures, task->reworks, task->laters,
	    task->ticket, task->commit, task->started, task->ended, (uint64_t)task->leased,
	    task->conflict_id, task->conflict));
}

bool
store_task_same(struct store *store, const struct task_row *task, const char *prompt)
{
	return one_number(store, bind(store, SQL_TASK_SAME, "ubt", task->position, task->spec,
	    task->spec_len, prompt)) == 1;
}

char *
store_task_prompt(struct store *store, uint64_t position)
{
	return one_text(store, bind(store, SQL_TASK_PROMPT, "u", position));
}

void
store_each_task(struct store *store, void (*callback)(void *, const struct task_row *), void *context)
{
	sqlite3_stmt *statement = bind(store, SQL_TASKS, "");

	while (row(store, statement)) {
		struct task_row task = {
			.position = number_at(statement, 0), .id = text_at(statement, 1),
			.state = text_at(statement, 2), .reason = text_at(statement, 3),
			.feedback = text_at(statement, 4), .commit = text_at(statement, 5),
			.spec = sqlite3_column_blob(statement, 6),
			.spec_len = (size_t)sqlite3_column_bytes(statement, 6),
			.attempts = number_at(statement, 7), .failures = number_at(statement, 8),
			.reworks = number_at(statement, 9), .laters = number_at(statement, 10),
			.ticket = number_at(statement, 11), .started = sqlite3_column_double(statement, 12),
			.ended = sqlite3_column_double(statement, 13), .leased = number_at(statement, 14) != 0,
			.conflict_id = text_at(statement, 15), .conflict = text_at(statement, 16),
		};

		callback(context, &task);
	}
}

uint64_t
store_attempt_insert(struct store *store, const struct attempt_state *attempt)
{
	run(store, bind(store, SQL_ATTEMPT_INSERT, "uuttr", attempt->task, attempt->number, attempt->slot,
	    attempt->tip, attempt->started));
	return (uint64_t)sqlite3_last_insert_rowid(store->database);
}

void
store_attempt_end(struct store *store, const struct attempt_state *attempt)
{
	run(store, bind(store, SQL_ATTEMPT_END, "uttturu", attempt->id, attempt->outcome, attempt->reason,
	    attempt->commit, attempt->iterations, attempt->ended, attempt->commits));
}

void
store_attempt_rework(struct store *store, uint64_t position, uint64_t number, const char *why)
{
	run(store, bind(store, SQL_ATTEMPT_REWORK, "uut", position, number, why));
}

void
store_each_attempt(struct store *store, uint64_t position,
    void (*callback)(void *, const struct attempt_state *), void *context)
{
	sqlite3_stmt *statement = position == 0 ? bind(store, SQL_ATTEMPTS_OPEN, "") :
	    bind(store, SQL_ATTEMPTS_OF, "u", position);

	while (row(store, statement)) {
		struct attempt_state attempt = {
			.id = number_at(statement, 0), .task = number_at(statement, 1),
			.number = number_at(statement, 2), .slot = text_at(statement, 3),
			.tip = text_at(statement, 4), .outcome = text_at(statement, 5),
			.reason = text_at(statement, 6), .commit = text_at(statement, 7),
			.iterations = number_at(statement, 8), .started = sqlite3_column_double(statement, 9),
			.ended = sqlite3_column_double(statement, 10), .rework = text_at(statement, 11),
			.commits = number_at(statement, 12),
		};

		callback(context, &attempt);
	}
}

void
store_each_old_attempt(struct store *store, double until,
    void (*callback)(void *, const char *, uint64_t), void *context)
{
	sqlite3_stmt *statement = bind(store, SQL_ATTEMPTS_OLD, "r", until);

	while (row(store, statement))
		callback(context, text_at(statement, 0), number_at(statement, 1));
}

char *
store_attempt_outcome(struct store *store, uint64_t id)
{
	return one_text(store, bind(store, SQL_ATTEMPT_OUTCOME, "u", id));
}

void
store_usage_put(struct store *store, uint64_t attempt, const struct usage_row *usage)
{
	run(store, bind(store, SQL_USAGE_PUT, "uuuuru", attempt, usage->input, usage->cached,
	    usage->output, usage->cost, usage->steps));
}

bool
store_usage(struct store *store, uint64_t attempt, struct usage_row *usage)
{
	sqlite3_stmt *statement = bind(store, SQL_USAGE, "u", attempt);
	bool there = row(store, statement);

	if (there)
		*usage = (struct usage_row){ .input = number_at(statement, 0),
		    .cached = number_at(statement, 1), .output = number_at(statement, 2),
		    .cost = sqlite3_column_double(statement, 3), .steps = number_at(statement, 4) };
	sqlite3_reset(statement);
	return there;
}

void
store_pause_put(struct store *store, const char *agent, double until, const char *reason)
{
	run(store, bind(store, SQL_PAUSE_PUT, "trt", agent, until, reason));
}

void
store_pause_drop(struct store *store, const char *agent)
{
	run(store, bind(store, SQL_PAUSE_DROP, "t", agent));
}

void
store_each_pause(struct store *store, void (*callback)(void *, const char *, double, const char *),
    void *context)
{
	sqlite3_stmt *statement = bind(store, SQL_PAUSES, "");

	while (row(store, statement))
		callback(context, text_at(statement, 0), sqlite3_column_double(statement, 1),
		    text_at(statement, 2));
}

void
store_intervention(struct store *store, const struct intervention *row)
{
	run(store, bind(store, SQL_INTERVENTION, "ruutttt", row->time, row->task, row->attempt,
	    row->question, row->answer, row->who, row->why));
}

void
store_ticket_put(struct store *store, const struct ticket_row *ticket)
{
	run(store, bind(store, SQL_TICKET_PUT, "uuutttu", ticket->number, ticket->task, ticket->attempt,
	    ticket->state, ticket->base, ticket->commit, ticket->commits));
}

void
store_ticket_state(struct store *store, uint64_t number, const char *state)
{
	run(store, bind(store, SQL_TICKET_STATE, "ut", number, state));
}

void
store_ticket_landed(struct store *store, uint64_t number, const char *commit)
{
	run(store, bind(store, SQL_TICKET_LANDED, "ut", number, commit));
}

uint64_t
store_ticket_last(struct store *store)
{
	return one_number(store, bind(store, SQL_TICKET_LAST, ""));
}

uint64_t
store_ticket_last_landed(struct store *store)
{
	return one_number(store, bind(store, SQL_TICKET_LAST_LANDED, ""));
}

static void
each_ticket(struct store *store, sqlite3_stmt *statement,
    void (*callback)(void *, const struct ticket_row *), void *context)
{
	while (row(store, statement)) {
		struct ticket_row ticket = {
			.number = number_at(statement, 0), .task = number_at(statement, 1),
			.attempt = number_at(statement, 2), .state = text_at(statement, 3),
			.base = text_at(statement, 4), .commit = text_at(statement, 5),
			.commits = number_at(statement, 6),
		};

		callback(context, &ticket);
	}
}

void
store_each_ticket(struct store *store, uint64_t from,
    void (*callback)(void *, const struct ticket_row *), void *context)
{
	each_ticket(store, bind(store, SQL_TICKETS, "u", from), callback, context);
}

void
store_one_ticket(struct store *store, uint64_t number,
    void (*callback)(void *, const struct ticket_row *), void *context)
{
	each_ticket(store, bind(store, SQL_TICKET_ONE, "u", number), callback, context);
}

struct verdict
store_verdict(struct store *store, const char *tree, const char *command)
{
	sqlite3_stmt *statement = bind(store, SQL_VERDICT, "tt", tree, command);
	struct verdict verdict = { 0 };

	if (row(store, statement))
		verdict = (struct verdict){ str_dup(text_at(statement, 0)),
		    str_dup(text_at(statement, 1)), str_dup(text_at(statement, 2)) };
	sqlite3_reset(statement);
	return verdict;
}

void
store_verdict_put(struct store *store, const char *tree, const char *command,
    const struct verdict *verdict, double time)
{
	run(store, bind(store, SQL_VERDICT_PUT, "tttrtt", tree, command, verdict->verdict, time,
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
	return one_number(store, bind(store, SQL_VERDICT_COUNT, "t", verdict));
}

uint64_t
store_event(struct store *store, const struct event_row *event)
{
	run(store, bind(store, SQL_EVENT, "rttuuttt", event->time, event->event, event->task,
	    event->attempt, event->ticket, event->commit, event->slot, event->reason));
	return (uint64_t)sqlite3_last_insert_rowid(store->database);
}

size_t
store_each_event(struct store *store, uint64_t after, size_t most,
    void (*callback)(void *, const struct event_row *), void *context)
{
	sqlite3_stmt *statement = bind(store, SQL_EVENTS, "uu", after, (uint64_t)most);
	size_t count = 0;

	while (row(store, statement)) {
		struct event_row event = {
			.id = number_at(statement, 0), .time = sqlite3_column_double(statement, 1),
			.event = text_at(statement, 2), .task = text_at(statement, 3),
			.attempt = number_at(statement, 4), .ticket = number_at(statement, 5),
			.commit = text_at(statement, 6), .slot = text_at(statement, 7),
			.reason = text_at(statement, 8),
		};

		callback(context, &event);
		count++;
	}
	return count;
}

uint64_t
store_event_last(struct store *store)
{
	return one_number(store, bind(store, SQL_EVENT_LAST, ""));
}
