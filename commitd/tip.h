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
 * attempts start from there.
 */
enum error	tip_follow_now(struct commitd *commitd, struct buffer *why);
/*
 * The same, unless it is too early: the next landing makes other ones of them. While
 * there is more to do it waits some tenths of a second, or a few times as long as it
 * takes; else a few times as long as it took, since the last time; one second at most.
 */
enum error	tip_follow(struct commitd *commitd, bool busy, struct buffer *why);
/* In how many ms it is no longer too early; -1: they are those of the tip. */
int		tip_wait(const struct commitd *commitd);

#endif
