/*
 * Brings what is proved to the upstream and to the branch, several tickets at once, and
 * follows what somebody else did there.
 */
#ifndef ORCH_BRANCH_H
#define ORCH_BRANCH_H

#include "commitd/commitd.h"

/* All that is proved, from the first on: durable, written down, and off. */
enum error	branch_set_off(struct commitd *commitd, struct ticket *first, struct buffer *why);
/*
 * What has come of those under way: receipts, or back they go.
 * ERROR_STATE: a person has to see to the upstream; ERROR_MOVED: the project is to be
 * opened again. Words in *why.
 */
enum error	branch_step(struct commitd *commitd, struct buffer *why);

#endif
