/*
 * The statements of the store, each prepared once, and how values go in and rows come out.
 * For store*.c alone; sql.c is the only file that knows SQLite. A database that cannot be
 * read or written ends the process: see store.h.
 */
#ifndef ORCH_SQL_H
#define ORCH_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SQL_VERSION	17	/* of the schema */

/* One row a statement; enum-indexed, so none can go astray. */
enum statement {
#define STATEMENT(name, text) SQL_##name,
#include "supervisor/statements.def"
#undef STATEMENT
	SQL_LIMIT
};

struct store;
struct sqlite3_stmt;

/*
 * Opens the database, makes it, or brings it to SQL_VERSION. NULL with the reason in *why,
 * which the caller frees.
 */
struct store		*sql_open(const char *path, char **why);
void			 sql_close(struct store *store);
/*
 * Binds by a format: u integer, r real, t text (NULL is fine), b blob with its
 * size_t length behind it. The statement is ready for sql_run or sql_row.
 */
struct sqlite3_stmt	*sql_bind(struct store *store, enum statement which, const char *format, ...);
/* Steps a statement that gives no rows. */
void			 sql_run(struct store *store, struct sqlite3_stmt *statement);
/* Is there (another) row? After the last one the statement is reset. */
bool			 sql_row(struct store *store, struct sqlite3_stmt *statement);
/* Ends reading before the last row. */
void			 sql_reset(struct sqlite3_stmt *statement);
/* A column of the row, from 0; texts and blobs live until the next step. */
const char		*sql_text(struct sqlite3_stmt *statement, int column);
uint64_t		 sql_number(struct sqlite3_stmt *statement, int column);
double			 sql_real(struct sqlite3_stmt *statement, int column);
const unsigned char	*sql_blob(struct sqlite3_stmt *statement, int column, size_t *len);
/* The only column of the only row; 0 or NULL when there is none. The caller frees the text. */
uint64_t		 sql_one_number(struct store *store, struct sqlite3_stmt *statement);
char			*sql_one_text(struct store *store, struct sqlite3_stmt *statement);
/* How many rows the last statement has changed. */
uint64_t		 sql_changed(const struct store *store);
/* The id that the last insert was given. */
uint64_t		 sql_last(const struct store *store);

#endif
