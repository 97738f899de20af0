/*
 * Brings commits to the upstream while the line goes on: the push is a program
 * beside this process, and so is the look at the upstream that must follow a push
 * that failed, since its answer may be what was lost. A network that is down is
 * waited for, longer each time. When the upstream refuses several commits, they go
 * one by one, so that the good ones before a bad one land. After a push it rests as long as
 * that took, and not for long: what lands meanwhile goes together.
 */
#ifndef ORCH_DELIVERY_H
#define ORCH_DELIVERY_H

#include "commitd/commitd.h"

#define GROUP_MOST	64u	/* tickets in one push, so that receipts flow */

enum delivery_end {
	DELIVERY_GOES_ON,	/* nothing new */
	DELIVERY_ARRIVED,	/* the upstream has it, and perhaps more by now */
	DELIVERY_RETURNED,	/* the upstream has it not; another try is allowed at `again` */
	DELIVERY_OVERTAKEN,	/* it has it not, but somebody else's commits on top of our tip */
	DELIVERY_CHECKED_OUT,	/* it is checked out there by now: not ours to move */
	DELIVERY_REWRITTEN	/* what landed is not on the upstream's branch; words in *why */
};

/* May one begin? Neither is one under way nor is it too early. */
bool		delivery_ready(const struct commitd *commitd);
/* How many tickets the next push may bring. */
unsigned	delivery_most(const struct commitd *commitd);
/* Starts a push of `commit`, which descends from upstream_tip. */
enum error	delivery_begin(struct commitd *commitd, const char *commit, struct buffer *why);
/* Looks at the upstream, unless something is under way or put off; delivery_looked says when. */
void		delivery_look(struct commitd *commitd);
/* The look that was asked for is over, or need not be: once. */
bool		delivery_looked(struct commitd *commitd);
/* It could not be looked at while the project opened: nothing leaves before it was. */
void		delivery_away(struct commitd *commitd, const char *why);
/* What has come of it. */
enum delivery_end delivery_check(struct commitd *commitd, struct buffer *why);
/* A descriptor that can be read when there is something to check; -1: none. */
int		delivery_fd(const struct commitd *commitd);
/* In how many ms to look again, by the clock; -1: not. */
int		delivery_wait(const struct commitd *commitd);
/* Ends what is under way; the next process finds out what came of it. */
void		delivery_stop(struct commitd *commitd);

#endif
