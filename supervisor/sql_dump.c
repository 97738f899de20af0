/* A database as text: see sql_dump.h. */
#include "sql_dump.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

#define BUSY_MS	10000

/* Calls back for each row; what is wrong is the database's own to say. */
static int
each(sqlite3 *database, const char *sql, int (*row)(void *, sqlite3_stmt *), void *context)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	while (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW)
		result = row(context, statement);
	sqlite3_finalize(statement);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

struct dump { sqlite3 *database; FILE *stream; struct buffer columns; };

static int
put_line(void *context, sqlite3_stmt *statement)
{
	struct dump *dump = context;

	fprintf(dump->stream, "%s;\n", (const char *)sqlite3_column_text(statement, 0));
	return SQLITE_OK;
}

static int
add_column(void *context, sqlite3_stmt *statement)
{
	struct dump *dump = context;

	buffer_format(&dump->columns, "%squote(\"%s\")", dump->columns.len == 0 ? "" : "||','||",
	    (const char *)sqlite3_column_text(statement, 1));
	return SQLITE_OK;
}

/* A table and its rows. */
static int
put_table(void *context, sqlite3_stmt *statement)
{
	struct dump *dump = context;
	const char *name = (const char *)sqlite3_column_text(statement, 0);
	char *sql = str_format("PRAGMA table_info(\"%s\")", name);
	int result;

	fprintf(dump->stream, "%s;\n", (const char *)sqlite3_column_text(statement, 1));
	buffer_init(&dump->columns);
	result = each(dump->database, sql, add_column, dump);
	free(sql);
	if (result == SQLITE_OK) {
		sql = str_format("SELECT 'INSERT INTO \"%s\" VALUES('||%s||')' FROM \"%s\"", name,
		    buffer_text(&dump->columns), name);
		result = each(dump->database, sql, put_line, dump);
		free(sql);
	}
	buffer_release(&dump->columns);
	return result;
}

static int
put_version(void *context, sqlite3_stmt *statement)
{
	struct dump *dump = context;

	fprintf(dump->stream, "PRAGMA user_version=%d;\n", sqlite3_column_int(statement, 0));
	return SQLITE_OK;
}

char *
sql_dump(const char *path, FILE *stream)
{
	struct dump dump = { .stream = stream };
	char *why = NULL;
	int result = sqlite3_open_v2(path, &dump.database, SQLITE_OPEN_READWRITE, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_busy_timeout(dump.database, BUSY_MS);
	if (result == SQLITE_OK)
		result = sqlite3_exec(dump.database, "PRAGMA query_only = ON; BEGIN", NULL, NULL, NULL);
	fputs("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", stream);
	if (result == SQLITE_OK)
		result = each(dump.database, "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
		    " AND name NOT LIKE 'sqlite_%' ORDER BY rowid", put_table, &dump);
	if (result == SQLITE_OK)
		result = each(dump.database, "SELECT sql FROM sqlite_master WHERE type = 'index'"
		    " AND sql IS NOT NULL ORDER BY rowid", put_line, &dump);
	if (result == SQLITE_OK)
		result = each(dump.database, "PRAGMA user_version", put_version, &dump);
	if (result == SQLITE_OK)
		fputs("COMMIT;\n", stream);
	else
		why = str_format("%s: %s", path, sqlite3_errmsg(dump.database));
	sqlite3_close(dump.database);
	if (why == NULL && (fflush(stream) == EOF || ferror(stream)))
		why = str_dup("the output could not be written");
	return why;
}
