/*
 * What the files behind repository.h share, and nobody else.
 */
#ifndef ORCH_REPOSITORY_INSIDE_H
#define ORCH_REPOSITORY_INSIDE_H

#include <git2.h>

#include "commitd/repository.h"

struct repository {
	git_repository *git;		/* NULL: objects only */
	git_odb *objects;
	char *path;			/* of the objects */
	const struct git *run;		/* for what the library cannot do */
};

/* What the library returned, as the kinds of failure that callers tell apart. */
enum error	 repository_error(int code);

#endif
