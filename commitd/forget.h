/* What attempts left, when nobody wants it any more: `orchctl prune`. */
#ifndef ORCH_FORGET_H
#define ORCH_FORGET_H

#include "commitd/commitd.h"

/*
 * Deletes the references of attempts, "TASK/NUMBER"; how many there were. Their objects
 * stay until forget_reclaim.
 */
uint64_t forget_attempts(struct commitd *commitd, char *const *attempts);
/*
 * Removes what no reference needs, when attempts were forgotten since the last time.
 * Only when no workspace lives: it may need what has no reference. A failure is
 * logged and changes nothing.
 */
void	forget_reclaim(struct commitd *commitd);

#endif
