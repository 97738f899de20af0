/*
 * The sandbox: bubblewrap's arguments and the process that becomes it. What is
 * the same for every run is put together once, when the worker starts.
 */
#ifndef ORCH_SANDBOX_H
#define ORCH_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol/cgroup.h"
#include "worker/binds.h"
#include "worker/texts.h"

struct relay_wanted;
struct workspace;

/* Bounds of one run that the kernel holds; 0: as they are. */
struct sandbox_limits {
	uint64_t processes;	/* of its user */
	uint64_t open_files;	/* of a process */
	uint64_t file_size;	/* bytes of a file */
	uint64_t data;		/* bytes of a process's memory that are its own */
};

struct sandbox {
	struct owners owners;	/* of the slot's user, as root; 0: our own number */
	bool fence;		/* commands can be fenced; see fence/inside.h */
	int filter;		/* of calls of the kernel; see filter.h */
	struct binds root;	/* what is shown */
	struct binds cover;	/* what hides part of it, and shows PATH */
	struct texts options;	/* of bwrap, for every run */
	char *path_text;	/* PATH, as it is outside */
	char *bare;		/* there is none: the folder that stands for /run/orch; NULL: there is */
	const char *cgroup;	/* made anew for each run, which is all in it; NULL: none */
};

/* One program in it. */
struct sandbox_run {
	const struct workspace *workspace;	/* NULL: none, for a probe */
	bool fence;			/* Landlock around the command, where the kernel has it */
	bool scratch;			/* under a layer of its own that is not kept */
	const struct relay_wanted *network;	/* its own, and these; NULL: as the options say */
	bool unprepared;		/* without what setup made */
	bool programs;			/* of the machine only what has programs, and of PATH Git */
	struct binds binds;
	struct texts options;		/* of bwrap, for this run: environment, network */
	struct sandbox_limits limits;
	struct cgroup_limits within;	/* of all of it together, where there is a cgroup */
	char *const *command;		/* inside */
	int input, output, errors;	/* become its 0, 1, 2; input -1: nothing to read */
	int status;			/* bwrap's events, JSON */
	int lock;			/* kept open while anything of it lives; -1: none */
};

/*
 * With `uid`, as root only, what runs inside is that user of the machine's.
 * `state` and everything in it is hidden from what runs inside, and so are
 * `runtime` (NULL: none), which must be there by now, what other orchs of this user
 * keep, and the user's HOME. `cgroup` (NULL: none) stays the caller's.
 */
void	sandbox_init(struct sandbox *sandbox, const char *state, const char *runtime, uid_t uid,
	    const char *cgroup);
/* None: what runs is to be started by bare_spawn. Copies `folder`. */
void	sandbox_init_bare(struct sandbox *sandbox, const char *folder);
void	sandbox_release(struct sandbox *sandbox);
/* Adds the allow-listed part of our own environment. */
void	sandbox_environment(const struct sandbox *sandbox, struct texts *options);
/* In a child: what the kernel holds. What cannot be set stays as it is. */
void	sandbox_limit(const struct sandbox_limits *limits);
/*
 * Starts it; the descriptors stay the caller's, and so does the cgroup, once all in it has
 * ended. -1 with errno.
 */
pid_t	sandbox_spawn(struct sandbox *sandbox, const struct sandbox_run *run);

#endif
