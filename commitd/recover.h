/* Finds out, after a start, what has landed, what is void and what comes next. */
#ifndef ORCH_RECOVER_H
#define ORCH_RECOVER_H

#include "commitd/commitd.h"

/*
 * Makes the queue from the repository, which is open and at its tip; begins a new line
 * when it has none. `slots`: of verify. On failure words for a person in *why.
 */
enum error	recover_line(struct commitd *commitd, size_t slots, struct buffer *why);
/* Is there one among the commits of `to` that are not in `from` that this line has written? */
enum error	recover_landed(struct commitd *commitd, const char *from, const char *to,
		    bool *any);

#endif
