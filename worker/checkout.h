/* The workspace where overlays are not allowed: a checkout, reset and reused. */
#ifndef ORCH_CHECKOUT_H
#define ORCH_CHECKOUT_H

#include "protocol/buffer.h"
#include "protocol/error.h"

struct workspace;

/*
 * Makes slot/tree hold exactly the workspace's tree, or the tip's when it names none.
 * Blocks; its time grows with the tree.
 */
enum error	checkout_reset(const struct workspace *workspace, struct buffer *why);
/*
 * What the index of a workspace tracks, as `git ls-files -s -z` has it; `out` is set up by
 * the caller.
 */
enum error	checkout_tracked(const struct workspace *workspace, struct buffer *out,
		    struct buffer *why);
/* Does it hold the workspace's tree and nothing else? To be asked after a reset. */
enum error	checkout_check(const struct workspace *workspace, struct buffer *why);

#endif
