/* How an upstream that is a folder of this machine takes a push: durably, and how packed. */
#ifndef ORCH_RECEIVING_H
#define ORCH_RECEIVING_H

#include "commitd/commitd.h"

/*
 * The option of git push for one from a commit to another; where the upstream is elsewhere
 * one that changes nothing.
 */
const char	*receiving_option(struct commitd *commitd, const char *from, const char *to);

#endif
