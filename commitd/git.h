/*
 * Runs git programs: argument lists, an environment built from nothing, a
 * time limit, output kept. No shell, no configuration but ours and the
 * repository's own, no hooks. They end when this process does.
 */
#ifndef ORCH_GIT_H
#define ORCH_GIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol/buffer.h"
#include "protocol/error.h"

#define GIT_SECONDS		300	/* for what is done on this machine */
#define GIT_NETWORK_SECONDS	3600	/* for clone, fetch and push */
#define GIT_BIG_BYTES		(8ull << 20)	/* what is larger is compressed once, and streamed */

struct git {
	char *repository;	/* GIT_DIR of every call that does not say otherwise */
	char *configuration;	/* file that stands for the user's configuration */
	int lock_fd;		/* children hold it too: no second commitd before they end */
	int courier;		/* the socket to what runs programs at the upstream; -1: none */
};

/* What one program may use; 0: anything. Going beyond it is the fault of its input. */
struct git_limits {
	uint64_t memory;		/* bytes it may allocate: "out of memory", it says */
	uint64_t file;			/* bytes of one file that it writes */
	unsigned seconds;		/* of a processor */
};

struct git_call {
	const char *const *arguments;	/* from "git" on, NULL-terminated */
	const char *const *environment;	/* as environment_new takes it, or NULL */
	const char *repository;		/* another GIT_DIR; "": none */
	int input;			/* standard input; -1: /dev/null */
	unsigned seconds;		/* 0: GIT_SECONDS */
	struct git_limits limits;
	struct buffer *output;		/* NULL: thrown away */
	struct buffer *problem;		/* what git said on standard error; NULL: thrown away */
};

/* A call under way. Owned by the caller; what the call points to lives as long. */
struct git_child {
	const char *name;		/* "push" */
	struct buffer *output, *problem;
	unsigned seconds;
	struct git_limits limits;
	pid_t pid;
	int pidfd, fds[2];		/* -1: closed; what comes on output and error */
	int64_t end;			/* clock_monotonic in ms: no longer than that */
};

/* Writes the configuration file below `directory`; the descriptors stay the caller's. */
enum error	git_init(struct git *git, const char *directory, const char *repository,
		    int lock_fd, int courier);
void		git_release(struct git *git);
/*
 * ERROR_GIT when git ended with anything but 0, ERROR_TOO_LARGE when it went
 * beyond a limit of the call, ERROR_TIMEOUT when it took too long, ERROR_SYSTEM
 * when it could not be started or somebody killed it.
 */
enum error	git_run(const struct git *git, const struct git_call *call);
/* The same in steps. After success git_end must follow. */
/* The arguments need not live longer; the buffers must. */
enum error	git_begin(const struct git *git, const struct git_call *call,
		    struct git_child *child);
/* Reads what has come; true when it has ended or its time is over. Waits that long at most. */
bool		git_ended(struct git_child *child, int wait_ms);
/* Reaps it, killing it when it has not ended; what git_run says. */
enum error	git_end(struct git_child *child);
/* A program that stays; its standard input and output are pipes. -1: errno. */
pid_t		git_start(const struct git *git, const char *const *arguments, int *input,
		    int *output);

/* GIT_LIST("git", "fetch", ...) is a list for arguments or environment. */
#define GIT_LIST(...)	(const char *const[]){ __VA_ARGS__, NULL }

#endif
