/*
 * The lines by which Git's merge marks both sides of a conflict, "<<<<<<< ID" and
 * ">>>>>>> ID": ours name commits by their ids. Pure.
 */
#ifndef ORCH_MARKERS_H
#define ORCH_MARKERS_H

#include <stdbool.h>

#include "protocol/buffer.h"

/*
 * Does `now` still have one of those that `start` has? One that `branch` has too was
 * not made by the merge.
 */
bool	markers_left(const struct buffer *start, const struct buffer *branch,
	    const struct buffer *now);

#endif
