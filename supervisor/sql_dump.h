/*
 * The whole database as SQL that sqlite3(1) can read: by a program of its own (orchd --dump)
 * which reads the file alone. So it is of one moment, nobody waits for it, and only who may
 * read the file gets what is in it, prompts and all.
 */
#ifndef ORCH_SQL_DUMP_H
#define ORCH_SQL_DUMP_H

#include <stdio.h>

/* Writes the database at `path`. NULL, or why it cannot be, for the caller to free. */
char	*sql_dump(const char *path, FILE *stream);

#endif
