/*
 * What of the machine is bound into a sandbox, one by one. The sandbox's user need not
 * be able to get to where it lies: as root with a user for each slot, each is brought to a
 * place where it can ("staged"), in the mount namespace of this sandbox alone.
 */
#ifndef ORCH_BINDS_H
#define ORCH_BINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "worker/owner.h"
#include "worker/texts.h"

enum bind_flags {
	BIND_WRITE = 1,		/* it may be written */
	BIND_TRY = 2,		/* it need not be there */
	BIND_OWN = 4,		/* it is shown as the sandbox's user's own */
	BIND_SHARED = 8,	/* the same, where others could not read it */
	BIND_EARLY = 16		/* what hides things, and folders of PATH, are laid over it */
};

struct bind { char *from, *to; unsigned flags; };
struct binds { struct bind *items; size_t count; };

void	binds_release(struct binds *binds);
void	binds_add(struct binds *binds, const char *from, const char *to, unsigned flags);
/* A program of ours, which lies beside the one that we are. */
void	binds_add_program(struct binds *binds, const char *name, const char *inside);
/*
 * The options of bwrap for the binds that are early, or for those that are not; `serial`: how
 * many are staged before. With uid 0 nothing is staged.
 */
void	binds_options(const struct binds *binds, bool early, size_t serial, uid_t uid,
	    struct texts *out);
/*
 * In the child that becomes the sandbox, as root: brings those of two lists to their places.
 * -1 with errno and *what.
 */
int	binds_stage(const struct binds *first, const struct binds *second,
	    const struct owners *owners, const char **what);
/* Before: owners that will be needed. */
void	binds_learn(const struct binds *binds, struct owners *owners);

#endif
