/* The workspace where overlays are not allowed: a checkout, reset and reused. */
#ifndef ORCH_CHECKOUT_H
#define ORCH_CHECKOUT_H

#include "protocol/buffer.h"
#include "protocol/error.h"

struct workspace;

/* Makes slot/tree hold exactly the tip. Blocks; its time grows with the tree. */
enum error	checkout_reset(const struct workspace *workspace, struct buffer *why);

#endif
