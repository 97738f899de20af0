/*
 * What of the machine a sandbox shows: the folders of the root, read-only, without those
 * that hold people's files, other tasks' files or sockets.
 */
#ifndef ORCH_SHOWN_H
#define ORCH_SHOWN_H

#include <sys/types.h>

#include "worker/binds.h"

/* Whose sandbox it is. Paths are real ones. */
struct shown {
	const char *state;	/* of this orch, never shown */
	const char *runtime;	/* nor this; NULL: none */
	const char *path;	/* PATH, as it is outside */
	uid_t uid;		/* who runs inside; 0: we */
};

/* Adds the folders and links of the root, and empty ones to write in. */
void	shown_root(const struct shown *shown, struct binds *out);
/* Adds what hides part of these again, and folders of PATH that would not be seen. */
void	shown_covers(const struct shown *shown, struct binds *out);

#endif
