/*
 * Git follows a file that the branch has renamed since, so that a merge can change what
 * the result did not: where its task may not write, or where a person is asked first.
 */
#ifndef ORCH_STRAY_H
#define ORCH_STRAY_H

#include "commitd/commitd.h"

/*
 * Looks at what the result's merged tree changes on the one below it. `change` is the
 * result's own tree. ERROR_CONFLICT when something of it strays, with paths and reason.
 */
enum error	stray_check(struct commitd *commitd, const struct result *result,
		    const char *change, const char *below, struct conflict *conflict);

#endif
