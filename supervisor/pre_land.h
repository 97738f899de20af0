/*
 * The hook that has a say in what lands: its verdict on a tree is kept as a gate's is. A good
 * one is so of the tree; a bad one is of one result of one task, so that a person's retry
 * runs it again.
 */
#ifndef ORCH_PRE_LAND_H
#define ORCH_PRE_LAND_H

#include "supervisor/supervisor.h"

enum pre_land { PRE_LAND_NONE, PRE_LAND_UNKNOWN, PRE_LAND_GOOD, PRE_LAND_BAD };

/* NULL: the project has none. */
const char	*pre_land_command(const struct task *task);
/* What is known of a tree; PRE_LAND_NONE: nobody asks. */
enum pre_land	 pre_land_known(struct supervisor *supervisor, const struct task *task, const char *tree);
/* What it has found; inside a transaction. The verdict's word is PASS, or another. */
void		 pre_land_keep(struct supervisor *supervisor, const struct task *task, const char *tree,
		    const struct verdict *verdict);
/* Has it refused this tree of the task? The caller releases it; its verdict is NULL: no. */
struct verdict	 pre_land_refusal(struct supervisor *supervisor, const struct task *task, const char *tree);

#endif
