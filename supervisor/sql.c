/* The database itself: see sql.h. */
#include "sql.h"

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

static const char *const sql[SQL_LIMIT] = {
#define STATEMENT(name, text) [SQL_##name] = text,
#include "supervisor/statements.def"
#undef STATEMENT
};

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

sqlite3_stmt *
sql_bind(struct store *store, enum statement which, const char *format, ...)
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

void
sql_run(struct store *store, sqlite3_stmt *statement)
{
	if (sqlite3_step(statement) != SQLITE_DONE)
		failed(store, "writing");
	sqlite3_reset(statement);
}

bool
sql_row(struct store *store, sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	if (result == SQLITE_ROW)
		return true;
	if (result != SQLITE_DONE)
		failed(store, "reading");
	sqlite3_reset(statement);
	return false;
}

const char *
sql_text(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

uint64_t
sql_number(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

uint64_t
sql_one_number(struct store *store, sqlite3_stmt *statement)
{
	uint64_t number = sql_row(store, statement) ? sql_number(statement, 0) : 0;

	sqlite3_reset(statement);
	return number;
}

char *
sql_one_text(struct store *store, sqlite3_stmt *statement)
{
	char *text = sql_row(store, statement) ? str_dup(sql_text(statement, 0)) : NULL;

	sqlite3_reset(statement);
	return text;
}

double
sql_real(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_double(statement, column);
}

const unsigned char *
sql_blob(sqlite3_stmt *statement, int column, size_t *len)
{
	const unsigned char *bytes = sqlite3_column_blob(statement, column);

	*len = (size_t)sqlite3_column_bytes(statement, column);
	return bytes;
}

void
sql_reset(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
}

uint64_t
sql_last(const struct store *store)
{
	return (uint64_t)sqlite3_last_insert_rowid(store->database);
}

uint64_t
sql_changed(const struct store *store)
{
	return (uint64_t)sqlite3_changes(store->database);
}

static const char schema[] =
#include "schema.inc"
    ;

/* From one version of the schema to the next; [1] makes 2 of 1. */
static const char *const upgrades[SQL_VERSION] = {
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
	[5] = "CREATE TABLE questions (id INTEGER PRIMARY KEY,"
	    " task INTEGER NOT NULL REFERENCES tasks(position), attempt INTEGER NOT NULL,"
	    " serial INTEGER NOT NULL, asked REAL NOT NULL, question TEXT NOT NULL, answer TEXT,"
	    " who TEXT, closed REAL, UNIQUE (task, question));"
	    "CREATE TABLE widened (task INTEGER NOT NULL REFERENCES tasks(position),"
	    " pattern TEXT NOT NULL, PRIMARY KEY (task, pattern)) WITHOUT ROWID;",
	[6] = "ALTER TABLE attempts ADD COLUMN sandbox TEXT;"
	    "CREATE TABLE traffic (attempt INTEGER NOT NULL REFERENCES attempts(id),"
	    " destination TEXT NOT NULL, connections INTEGER NOT NULL, refused INTEGER NOT NULL,"
	    " sent INTEGER NOT NULL, received INTEGER NOT NULL,"
	    " PRIMARY KEY (attempt, destination)) WITHOUT ROWID;",
	[7] = "CREATE TABLE modes (kind TEXT NOT NULL, name TEXT NOT NULL, mode TEXT NOT NULL,"
	    " who TEXT NOT NULL, why TEXT, since REAL NOT NULL, tripped INTEGER NOT NULL,"
	    " until REAL NOT NULL, fresh REAL NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;",
	[8] = "CREATE TABLE extras (task INTEGER PRIMARY KEY REFERENCES tasks(position),"
	    " json TEXT NOT NULL);"
	    "CREATE TABLE fingerprints (fingerprint TEXT NOT NULL,"
	    " task INTEGER NOT NULL REFERENCES tasks(position),"
	    " PRIMARY KEY (fingerprint, task)) WITHOUT ROWID;"
	    "CREATE INDEX fingerprints_of ON fingerprints(task);",
	[9] = "CREATE INDEX events_task ON events(task) WHERE task IS NOT NULL;"
	    "CREATE TABLE notes (task INTEGER PRIMARY KEY REFERENCES tasks(position), name TEXT NOT NULL,"
	    " due INTEGER NOT NULL, written REAL, problem TEXT);"
	    "CREATE INDEX notes_due ON notes(task) WHERE due > 0;"
	    "CREATE TABLE note_parts (task INTEGER NOT NULL REFERENCES tasks(position), attempt INTEGER NOT"
	    " NULL, part TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (task, attempt, part)) WITHOUT"
	    " ROWID;"
	    "CREATE TABLE note_words (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks(position), time"
	    " REAL NOT NULL, who TEXT NOT NULL, words TEXT NOT NULL);"
	    "CREATE INDEX note_words_task ON note_words(task);"
	    "CREATE TABLE changed (task INTEGER NOT NULL REFERENCES tasks(position), attempt INTEGER NOT"
	    " NULL, path TEXT NOT NULL, kind TEXT NOT NULL, added INTEGER, removed INTEGER, PRIMARY KEY"
	    " (task, attempt, path)) WITHOUT ROWID;"
	    "CREATE TABLE hooks (id INTEGER PRIMARY KEY, hook TEXT NOT NULL, project TEXT NOT NULL, task INTEGER"
	    " REFERENCES tasks(position), attempt INTEGER NOT NULL, input TEXT NOT NULL,"
	    " tries INTEGER NOT NULL);",
	[10] = "ALTER TABLE tasks ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;"
	    "CREATE INDEX attempts_ended ON attempts(ended);",
	[11] = "CREATE TABLE ledger (task INTEGER PRIMARY KEY REFERENCES tasks(position),"
	    " added REAL NOT NULL, asked REAL NOT NULL, interventions INTEGER NOT NULL,"
	    " escalations INTEGER NOT NULL);"
	    "INSERT INTO ledger SELECT position, started,"
	    " CASE WHEN state IN ('BLOCKED', 'AWAITING_APPROVAL') THEN max(ended, started, 1) ELSE 0 END,"
	    " (SELECT count(*) FROM interventions i WHERE i.task = position), 0 FROM tasks;"
	    "CREATE INDEX questions_open ON questions(asked) WHERE closed IS NULL;"
	    "CREATE INDEX events_time ON events(time);",
	/* The one project that there was has no name here; project.c gives it the first that fits. */
	[12] = "CREATE TABLE projects (name TEXT PRIMARY KEY, upstream TEXT NOT NULL) WITHOUT ROWID;"
	    "INSERT INTO projects SELECT '', value FROM meta WHERE key = 'upstream';"
	    "DELETE FROM meta WHERE key = 'upstream';"
	    "ALTER TABLE tasks ADD COLUMN project TEXT NOT NULL DEFAULT '';"
	    "ALTER TABLE events ADD COLUMN project TEXT;"
	    "ALTER TABLE tickets RENAME TO tickets_before;"
	    "DROP INDEX tickets_live;"
	    "CREATE TABLE tickets (project TEXT NOT NULL, number INTEGER NOT NULL,"
	    " task INTEGER NOT NULL REFERENCES tasks(position), attempt INTEGER NOT NULL DEFAULT 0,"
	    " state TEXT NOT NULL, base TEXT, commit_id TEXT, commits INTEGER NOT NULL DEFAULT 0,"
	    " PRIMARY KEY (project, number)) WITHOUT ROWID;"
	    "INSERT INTO tickets SELECT '', number, task, attempt, state, base, commit_id, commits"
	    " FROM tickets_before;"
	    "DROP TABLE tickets_before;"
	    "CREATE INDEX tickets_live ON tickets(project, number) WHERE state != 'landed';",
	[13] = "ALTER TABLE projects ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0;",
	[14] = "CREATE TABLE outside (task INTEGER NOT NULL REFERENCES tasks(position),"
	    " pattern TEXT NOT NULL, PRIMARY KEY (task, pattern)) WITHOUT ROWID;",
	[15] = "CREATE INDEX notes_written ON notes(written);",
	[16] = "CREATE INDEX events_type ON events(event, id, project);"
	    "CREATE INDEX events_project ON events(project, id, event);",
};

/* All steps or none. */
static char *
upgrade(struct store *store, int version)
{
	struct buffer text;
	char *why = NULL;

	buffer_init(&text);
	buffer_add_text(&text, "BEGIN;");
	for (; version < SQL_VERSION; version++)
		buffer_add_text(&text, upgrades[version]);
	buffer_format(&text, "PRAGMA user_version = %d; COMMIT;", SQL_VERSION);
	if (sqlite3_exec(store->database, buffer_text(&text), NULL, NULL, NULL) != SQLITE_OK)
		why = str_format("cannot be brought to version %d: %s", SQL_VERSION,
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
		char *create = str_format("BEGIN; %s PRAGMA user_version = %d; COMMIT;", schema, SQL_VERSION);
		int result = sqlite3_exec(store->database, create, NULL, NULL, NULL);

		free(create);
		return result == SQLITE_OK ? NULL :
		    str_format("cannot be written: %s", sqlite3_errmsg(store->database));
	}
	if (version == SQL_VERSION)
		return NULL;
	if (version > 0 && version < SQL_VERSION)
		return upgrade(store, version);
	if (version == -1)
		return str_format("not a database: %s", sqlite3_errmsg(store->database));
	return str_format("is of version %d, this program reads version %d; use the newer orch, "
	    "or another state folder", version, SQL_VERSION);
}

struct store *
sql_open(const char *path, char **why)
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
		sql_close(store);
		return NULL;
	}
	return store;
}

void
sql_close(struct store *store)
{
	int i;

	if (store == NULL)
		return;
	for (i = 0; i < SQL_LIMIT; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->database);
	free(store);
}
