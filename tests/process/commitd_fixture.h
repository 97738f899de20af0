/*
 * A supervisor for one real orch-commitd, played by a test: throw-away
 * repositories, the socket, the messages. ORCH_BUILD names the build folder
 * ("build"). Every function fails the test when something else comes than it
 * waits for.
 */
#ifndef ORCH_COMMITD_FIXTURE_H
#define ORCH_COMMITD_FIXTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol/link.h"

#define WAIT_MS	20000

/* What `prepare` may make of the folder "work": the upstream "up", and "agent", a clone. */
#define CHECKED_OUT	"mv work up; git clone -q up agent"
#define BARE		"git clone -q --bare work up; git clone -q up agent"

struct world {
	char root[64];		/* of everything */
	const char *upstream;	/* NULL: "up" there */
	char program[4096];
	/* What becomes of the child instead of execv; NULL: nothing else. */
	void (*execute)(void *context, const char *path, char *const arguments[]);
	void *context;
	pid_t pid;
	struct link link;
	struct incoming in;	/* the message that came last */
	bool has_in, trees;
	const char *method;	/* NULL: squash */
	uint64_t pack_limit, object_limit, files_limit, path_limit;	/* 0: commitd's own */
	uint64_t loose_limit, packs_limit;	/* 0: none */
	uint64_t attempt;
	char tip[41], line[41];
	uint64_t next, verify_slots;	/* slots: 0 is 1 */
	char **protect;		/* patterns, or NULL */
	bool ignore_case;	/* of these, and of scopes */
	char **locks;		/* paths, or NULL */
	char **trees_told, trees_tip[41];	/* by project.tip */
	unsigned unwanted;	/* gates */
};

/* Runs a shell command in the world's folder; its output without the last newline. */
char	*run(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes the folder, in it "work" with a first commit, then runs `how`. */
void	prepare(struct world *world, const char *how);
/* The same, and starts commitd. */
void	setup(struct world *world, const char *how);
/* Ends commitd and removes everything. */
void	teardown(struct world *world);
void	start(struct world *world);
/* Ends commitd: by closing its socket, or the hard way. */
void	stop(struct world *world, bool hard);
/* Stops, starts and opens again. */
void	restart(struct world *world, bool hard);
/* The next message, which must be this one; project.tip and gate.unwanted are noted aside. */
const struct message	*expect(struct world *world, enum message_id id);
void	expect_nothing(struct world *world);
/* Asks for the project to be opened. */
void	send_open(struct world *world, const char *branch);
/* The same, when hello has come. */
void	ask_open(struct world *world, const char *branch);
/* The same on main, and waits until it is; the tip, the line and the next ticket of it. */
void	opened(struct world *world);
/* An attempt: `script` runs in a fresh checkout of `base`; one commit unless it made some. */
void	agent(struct world *world, const char *base, const char *script, char commit[41]);
/* What base..commit needs, as a pack in the world's folder. */
void	make_pack(struct world *world, const char *base, const char *commit, const char *name);
/* Sends a result with a pack beside it; false when commitd is gone. */
bool	send_pack(struct world *world, struct msg_result_accept *message, const char *name);
/* Both. */
void	send_result(struct world *world, struct msg_result_accept *message);
/* The same for the first attempt of a task, and waits until it is taken in. */
void	accept_result(struct world *world, const char *task, const char *base, const char *commit);
void	enqueue(struct world *world, uint64_t ticket, const char *task, const char *base,
	    const char *commit, bool gate);
/* Waits for the receipt of a ticket; the tip is its commit then. */
const struct message	*landed(struct world *world, uint64_t ticket);
/* An attempt at the tip that writes the number of the next ticket to this file, and lands. */
void	land_next(struct world *world, const char *file);
/* Mounts the trees and compares every file with the commit's; only as root. */
void	check_trees(struct world *world, char *const *trees, const char *commit);
/* Waits for the trees of the tip and does this with them. */
void	check_tip(struct world *world);

#endif
