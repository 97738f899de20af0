/*
 * What of the machine is bound into a sandbox, one by one, and what else its root has. The
 * sandbox's user need not be able to get to where it lies; see root.h.
 */
#ifndef ORCH_BINDS_H
#define ORCH_BINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "worker/owner.h"

enum bind_flags {
	BIND_WRITE = 1,		/* it may be written */
	BIND_TRY = 2,		/* it need not be there */
	BIND_OWN = 4,		/* it is shown as the sandbox's user's own */
	BIND_SHARED = 8,	/* the same, where others could not read it */
	BIND_EARLY = 16,	/* what hides things, and folders of PATH, are laid over it */
	BIND_DEVICE = 32,	/* it is a device, to be used as one */
	BIND_PERSONAL = 64	/* who needs programs of the machine only does not see it */
};

enum bind_kind {
	BIND_MOUNT,	/* `from` is shown there */
	BIND_LINK,	/* a symbolic link to `from` */
	BIND_MEMORY,	/* an empty folder in memory, for so many bytes */
	BIND_SEAL	/* what was mounted there is read-only from here on */
};

struct bind { char *from, *to; unsigned flags; enum bind_kind kind; };
struct binds { struct bind *items; size_t count; };

void	binds_release(struct binds *binds);
void	binds_add(struct binds *binds, const char *from, const char *to, unsigned flags);
/* One that is no mount of something there; `from` as its kind says, NULL for none. */
void	binds_make(struct binds *binds, enum bind_kind kind, const char *from, const char *to,
	    unsigned flags);
/* A program of ours, which lies beside the one that we are. */
void	binds_add_program(struct binds *binds, const char *name, const char *inside);
/* Before the child that becomes the sandbox is made: owners that will be needed. */
void	binds_learn(const struct binds *binds, struct owners *owners);

#endif
