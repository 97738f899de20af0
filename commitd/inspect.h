/*
 * What may come in: checks a commit whose objects are in quarantine against
 * its base, its scope and the rules of a project. Reads only.
 */
#ifndef ORCH_INSPECT_H
#define ORCH_INSPECT_H

#include "commitd/repository.h"

struct inspection {
	struct repository *objects;	/* the quarantine and, behind it, the repository */
	const char *base, *commit;
	char *const *files;		/* scope; NULL: anywhere */
	bool salvage;			/* only: is it whole? */
};

/* ERROR_NONE, or ERROR_INVALID with words. */
enum error	inspect(const struct inspection *inspection, struct buffer *why);

#endif
