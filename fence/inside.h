/* What orch-fence and the worker agree on. */
#ifndef ORCH_FENCE_INSIDE_H
#define ORCH_FENCE_INSIDE_H

#define FENCE_PROGRAM	"/run/orch/fence"	/* in the sandbox */
#define FENCE_FAILED	8			/* descriptor that hears when the command cannot be executed */
#define FENCE_WORD	"\"not-executed\":"	/* what it hears, a number behind it */
#define FENCE_ABI	2			/* before, no file could be moved to another folder */

#endif
