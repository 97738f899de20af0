/*
 * Makes what is proved durable, before it sets off: one by one, as soon as there is
 * nothing better to do, and the folders of all of them at once.
 */
#ifndef ORCH_PROVED_H
#define ORCH_PROVED_H

#include "commitd/commitd.h"

/*
 * Syncs the objects of those that are proved, from the first in line on: while the merge
 * helper works, or a push is under way. Whether that went well is told by proved_end.
 */
void		proved_ahead(struct commitd *commitd);
/* Syncs those of one ticket, unless they are; `below` is the tree of the one before it. */
enum error	proved_add(struct commitd *commitd, const struct ticket *ticket, const char *below);
/* All that was added is durable now. If not, all of it is to be added anew. */
enum error	proved_end(struct commitd *commitd);

#endif
