/* The tip of the branch, and what this process keeps of it. */
#ifndef ORCH_TIP_H
#define ORCH_TIP_H

#include "commitd/commitd.h"

/*
 * The branch is at this commit now, ours or another's: keeps it and its tree, and the
 * attributes that the next merge reads. On failure words for a person in *why, and the
 * tip is what it was.
 */
enum error	tip_move(struct commitd *commitd, const char *tip, struct buffer *why);

#endif
