/* Files and folders, and that they outlive a loss of power. errno is kept. */
#ifndef ORCH_DISK_H
#define ORCH_DISK_H

#include <stdbool.h>
#include <stddef.h>

/* mkdir -p; true when the folder is there. New parents are durable. */
bool	disk_make(const char *path);
/* fsync of a file or a folder by path. False when it failed; fine when it is not there. */
bool	disk_sync(const char *path);
/*
 * Opens a file that is to be synced, and lets what was written to it set off: what others
 * do meanwhile, or the next of these, is not waited for. -1: as it is not there when errno
 * is ENOENT.
 */
int	disk_sync_begin(const char *path);
/* fsync; closes it. */
bool	disk_sync_end(int fd);
/* The same bytes in a new file of this name, durable but for the name; by way of another. */
bool	disk_write_again(const char *path, const char *temporary);
/* Everything of the file system that holds `path`. */
bool	disk_sync_all(const char *path);
/* rename(2), then fsync of the folder of `to`. */
bool	disk_rename(const char *from, const char *to);
/* rm -rf; fine when it is not there. Never follows a symbolic link. */
bool	disk_remove(const char *path);
/* Writes a whole small file, durable, by a temporary name. */
bool	disk_write(const char *path, const void *bytes, size_t len);
/* The beginning of a small file as text, without a newline at the end; caller frees. NULL: errno. */
char	*disk_read(const char *path);
bool	disk_exists(const char *path);
/* A copy in a new file, in place of what is there; not durable. */
bool	disk_copy(const char *from, const char *to);
/* Moves all files below folder `from` (of Git objects) into `to`, durable. */
bool	disk_move_objects(const char *from, const char *to);

#endif
