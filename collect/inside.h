/* Where the collector finds things inside the sandbox, and what it may tell. */
#ifndef ORCH_INSIDE_H
#define ORCH_INSIDE_H

#define COLLECT_PROGRAM	"/run/orch/orch-collect"
#define COLLECT_GIT	"/run/orch/git"		/* GIT_DIR: ours, read-only */
#define COLLECT_NEVER	"never"	/* in COLLECT_GIT: paths that no commit may have, NUL behind each */
#define COLLECT_INDEX	"/run/orch/index"	/* folder for an index */
#define COLLECT_TIP_INDEX "/run/orch/tip"	/* the index of the tip, read-only */
#define COLLECT_OBJECTS	"/run/orch/new"		/* new objects */
#define COLLECT_OUTBOX	"/run/orch/outbox"	/* pack or files, paths */
#define COLLECT_LIST	"/run/orch/list"	/* changed paths, NUL behind each */

/*
 * Exit status when the agent's own commits cannot be used; any other that is not
 * 0 says nothing of them (our own trouble, a Git that somebody killed).
 */
#define COLLECT_UNUSABLE	3

#define COLLECT_PATHS_MAX	10000u		/* paths that are named */
#define COLLECT_PATHS_BYTES	(4u << 20)

#endif
