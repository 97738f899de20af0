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
/*
 * Makes the trees of the tip, when they are those of another commit, and tells it: new
 * attempts start from there. While there is more to do, only when that has waited long
 * enough, for the next landing makes other ones of them: some tenths of a second, or a
 * few times as long as it takes, one second at most.
 */
enum error	tip_follow(struct commitd *commitd, bool busy, struct buffer *why);

#endif
