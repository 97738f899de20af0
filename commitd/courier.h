/*
 * The side of a local upstream. Its repository belongs to somebody, and Git's
 * programs there (upload-pack, receive-pack) run as that user: what is pushed
 * belongs to its owner, the repository's configuration gets no more rights than
 * its owner has, and we need none there. With root only: a process that does
 * just this is forked before the rights are given up.
 */
#ifndef ORCH_COURIER_H
#define ORCH_COURIER_H

#include <stdbool.h>

/* In a child that becomes git: the socket to the courier, and this very program. */
#define FD_COURIER	4
#define FD_PROGRAM	5

/* Git hands one of these to a shell. Behind it comes a path, which does not count. */
#define COURIER_PROGRAM	"/proc/self/fd/5"
#define COURIER_UPLOAD	"exec " COURIER_PROGRAM " --courier upload-pack"
#define COURIER_RECEIVE	"exec " COURIER_PROGRAM " --courier receive-pack"
/* One pack of what comes, whatever it has. */
#define COURIER_KEEP	"exec " COURIER_PROGRAM " --courier receive-pack-keep"

/*
 * Forks the courier of this one folder; the socket to it, at whose end it ends.
 * -1: none is needed, for we are not root or the folder is ours
 * and stays so, since we do not become `another` user. A folder that is not there yet
 * has the owner whom it has when it is asked for. `name` is
 * argv[0], which ps(1) shows; the courier's is its own.
 */
int	courier_start(const char *upstream, bool another, char *name);
/* What Git must be told before it syncs what it is given. */
#define COURIER_SYNCED	"core.fsync=objects,derived-metadata,reference"
#define COURIER_METHOD	"core.fsyncMethod=batch"

/* Is the folder a repository without a work tree? Only such a one's hooks run at a push. */
bool	courier_is_bare(const char *folder);
/* In a child of git's: has the courier run it with our standard files. Its exit status. */
int	courier_ask(const char *what);

#endif
