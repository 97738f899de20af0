/*
 * The repository that the project comes from: clone, fetch, push with a lease.
 * History there is never rewritten, that of orch/BRANCH included.
 */
#ifndef ORCH_UPSTREAM_H
#define ORCH_UPSTREAM_H

#include "commitd/commitd.h"

enum upstream_place {
	UPSTREAM_SAME, UPSTREAM_AHEAD, UPSTREAM_BEHIND, UPSTREAM_DIVERGED, UPSTREAM_REWRITTEN
};

/* Makes the repository. ERROR_INVALID: what was asked for cannot be, in words. */
enum error	upstream_clone(struct commitd *commitd, const char *path, struct buffer *why);
/*
 * Fetches the branch; says how it stands to our tip and keeps its tip. REWRITTEN: it has
 * no more what it had when we saw it last, be it in a process before this one.
 */
enum error	upstream_look(struct commitd *commitd, enum upstream_place *place,
		    struct buffer *why);
/*
 * Is the branch checked out there, in any work tree? `said`: what Git answered to
 * a push, or NULL; it also takes a branch for checked out that is being rebased.
 */
bool		upstream_checked_out(struct commitd *commitd, const char *said);
/*
 * Begins to move the branch from what we saw last to `commit`, and to fetch it;
 * what git says goes to `said`. After the fetch's end upstream_look_end takes it in;
 * ERROR_MOVED: as REWRITTEN above.
 */
enum error	upstream_push_begin(struct commitd *commitd, const char *commit,
		    struct git_child *child, struct buffer *said);
enum error	upstream_look_begin(struct commitd *commitd, struct git_child *child,
		    struct buffer *said);
enum error	upstream_look_end(struct commitd *commitd);
/* The branch is at this commit there: what it has to have from now on. */
enum error	upstream_keep(struct commitd *commitd, const char *tip);
/* A push has arrived: the reference that it moved outlives a loss of power, where we can see to it. */
void		upstream_settle(struct commitd *commitd);
/*
 * Brings orch/BRANCH up to date, or deletes it when the branch itself has the tip.
 * One that has commits of somebody else stays as it is.
 */
void		upstream_show(struct commitd *commitd);

#endif
