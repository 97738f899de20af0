/* A path below a folder that is an agent's: no link on the way is followed. */
#ifndef ORCH_BELOW_H
#define ORCH_BELOW_H

#include <stdbool.h>

/*
 * Opens the folder that holds the last component of a relative path, which *name points
 * to; with `make`, folders that are missing are made. The descriptor, or -1 with errno:
 * EINVAL for a path with ".." or the like in it.
 */
int	below_parent(int root, const char *path, bool make, const char **name);

#endif
