/*
 * One cgroup of cgroup v2, by the path of its folder: made with limits, looked at, killed,
 * stopped, removed. What a kernel or a hierarchy does not have (a controller that is bound
 * to cgroup v1, say) is left out: a limit that cannot be written because its file is not
 * there is none. Nothing here follows what an agent could have made.
 */
#ifndef ORCH_CGROUP_H
#define ORCH_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* 0: any. */
struct cgroup_limits {
	uint64_t memory;	/* bytes; swap: none beside it. Who takes more, all of it is killed */
	uint64_t tasks;		/* processes and threads */
	double cores;		/* processors' worth of time */
};

/* What all that ever was in it has taken. */
struct cgroup_taken {
	double seconds;		/* of the processor, of those too that nobody waited for */
	uint64_t kills;		/* processes that were killed because the memory was used up */
	uint64_t refusals;	/* processes that could not be made because there were enough */
};

/* Is this a folder of cgroup v2? */
bool	 cgroup_is(const char *path);
/* A file of it as text, or NULL with errno; the caller frees. */
char	*cgroup_read(const char *path, const char *name);
/* -1 with errno. */
int	 cgroup_write(const char *path, const char *name, const char *text);
/*
 * Makes it, empty, with its limits; one that is there already, from before, is removed
 * first. -1 with errno: then it is not there.
 */
int	 cgroup_make(const char *path, const struct cgroup_limits *limits);
/* Writes its limits (again). -1 with errno. */
int	 cgroup_limit(const char *path, const struct cgroup_limits *limits);
/* False: it is not there. */
bool	 cgroup_look(const char *path, struct cgroup_taken *taken);
/* KILL to everything in it, at once. -1 with errno. */
int	 cgroup_kill(const char *path);
/* Stops everything in it, or lets it go on. -1 with errno. */
int	 cgroup_freeze(const char *path, bool stop);
/*
 * Kills what is in it and removes it with those below it; waits so long until all is gone.
 * One that is not there is removed. -1 with errno.
 */
int	 cgroup_remove(const char *path, unsigned wait_ms);

#endif
