/* An index file, as one work tree has it. */
#ifndef ORCH_INDEX_H
#define ORCH_INDEX_H

#include <stdbool.h>
#include <time.h>

#include "commitd/repository.h"

struct index;

/* Reads a file; an empty index when it is not there. NULL when it is broken. */
struct index	*index_open(const char *path);
void		 index_free(struct index *index);
/* Writes it where it was read from. */
enum error	 index_write(struct index *index);
/* Writes it to another file; the one that it was read from is gone then. */
enum error	 index_write_to(struct index *index, const char *path);
/* Puts an entry in, without what the disk says of it. */
enum error	 index_set(struct index *index, const char *path, unsigned mode, const char *oid);
/* Takes out a path, or everything below it. */
void		 index_remove(struct index *index, const char *path, bool folder);
/* Is there an entry of this path? */
bool		 index_has(const struct index *index, const char *path);
/* Mode and object of an entry; false when there is none. */
bool		 index_get(const struct index *index, const char *path, unsigned *mode,
		    char oid[OID_TEXT]);
/* Copies an entry; false when the path is not in `from`. */
bool		 index_copy(struct index *to, const struct index *from, const char *path);
/* Calls back for each file below a folder, "a/b/", or "": no link, no submodule. */
void		 index_each(const struct index *index, const char *folder,
		    void (*each)(void *context, const char *path), void *context);
/*
 * Sets the modification time of a file below the folder `root` and takes over
 * what lstat(2) says; for all entries when `path` is NULL.
 */
enum error	 index_age(struct index *index, int root, const char *path, time_t mtime);

#endif
