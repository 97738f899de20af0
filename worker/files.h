/*
 * Files of the slot: made, written durably, removed. Works on paths that the
 * worker made up itself; follows no symbolic link an agent could have left.
 */
#ifndef ORCH_FILES_H
#define ORCH_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "protocol/buffer.h"

/* Makes a folder and those above it; an existing one is fine. */
int	files_folder(const char *path, mode_t mode);
/* Writes a whole file, without syncing. -1 with errno. */
int	files_write(const char *path, const void *bytes, size_t len);
/* The same by a temporary name, fsync, rename, fsync of the folder. */
int	files_write_durable(const char *path, const void *bytes, size_t len);
/* Reads a whole regular file of at most `limit` bytes. -1 with errno. */
int	files_read(const char *path, size_t limit, struct buffer *out);
/* A file without a name that has the text, to be read from its beginning. -1 with errno. */
int	files_memory(const char *text);
/* fsync of a file or folder. */
int	files_sync(const char *path);
/* Copies a file with its time of change. */
int	files_copy(const char *from, const char *to);
/*
 * Gives a folder of an agent's the rights that it has in a fresh workspace, so that we can
 * write there; a link is left alone. Not being there is fine.
 */
void	files_open_up(const char *path);
/*
 * Removes a tree, whatever modes and depth it has, at most `budget` entries;
 * true when nothing is left of it. Not being there is fine.
 */
bool	files_remove(const char *path, size_t budget);
/*
 * The same for what is in a folder, which stays; false when the budget was not enough, or it
 * cannot be opened.
 */
bool	files_empty(const char *path, size_t budget);

#endif
