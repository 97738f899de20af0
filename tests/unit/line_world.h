/*
 * What the line of commitd stands on, made up: commits, references, the list of
 * landings and an upstream in memory, with pushes that lose their answers, calls
 * that fail, and a death of the process at any change of what is durable. The rest
 * of commitd (land, recover, delivery, tell, on_supervisor, queue, trailers) is the
 * real one and is linked to this. What it does is told to a watcher.
 */
#ifndef ORCH_TESTS_LINE_WORLD_H
#define ORCH_TESTS_LINE_WORLD_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "commitd/commitd.h"

#define WORLD_TICKETS	48u
#define WORLD_NONE	(-1)
#define WORLD_FAILS_MS	10	/* until trees cannot be made */

/* A tree has eight files of one byte each. */
typedef uint64_t world_tree;

struct world_commit {
	int parent;		/* WORLD_NONE: the root */
	world_tree tree;
	char *message;
	uint64_t ticket;	/* whose candidate it is; 0: somebody else's */
	int result;
	bool listed, pushed;	/* on the list of landings; sent to the upstream */
};

/* What an attempt made. */
struct world_result { int base; world_tree tree; bool gate; uint64_t epoch; };

/* How a push or a look at the upstream ends. */
enum world_answer { ANSWER_GOOD, ANSWER_LOST, ANSWER_BAD, ANSWER_LATE };

struct world {
	uint64_t random;
	struct world_commit *commits;
	int commit_count;
	struct world_result *results;
	int result_count;
	/* Durable here, and there. */
	int branch, line, fetched, upstream;
	int64_t began;			/* the call that is under way */
	int kept;			/* where the upstream was, written down */
	char tickets[WORLD_TICKETS + 1][OID_TEXT];
	bool list;
	int known;		/* of the list, when it was read: commits below this one */
	/* Under way. */
	enum { WORLD_IDLE, WORLD_PUSH, WORLD_LOOK } call;
	bool answered;
	enum world_answer answer;
	int pushed, lease, seen;
	int late, late_lease;	/* a push that may yet arrive; WORLD_NONE: none */
	bool was_late;		/* one did, when it was no longer believed in */
	bool checked_out;
	int64_t now;
	/* What goes wrong: one in so many; 0: never. */
	unsigned fails, dies;
	unsigned fails_at, dies_at;	/* the one in this place from here on; 0: none */
	bool armed;		/* may die now, to `death` */
	bool opening;
	jmp_buf death;
	unsigned faults;	/* so far */
};

extern struct world world;

/* Empty but for a first commit. */
void		world_begin(uint64_t seed);
void		world_end(void);
uint64_t	world_random(void);
/* 0 to limit - 1. */
unsigned	world_below(unsigned limit);
/* True once in so many; never for 0. */
bool		world_chance(unsigned one_in);

/* For those that stand in for commitd's own: dies, or fails, now and then. */
void		world_may_die(void);
bool		world_fails(void);

int		world_commit(const struct world_commit *commit);
int		world_result(const struct world_result *result);
void		world_oid(char oid[OID_TEXT], char kind, uint64_t number);
uint64_t	world_number(const char *oid);
/* WORLD_NONE when it is not the name of a commit. */
int		world_commit_of(const char *oid);
bool		world_has(int tip, int commit);
/* The tree of a result on a commit: 0 clean, 1 in conflict, 2 nothing left to change. */
int		world_merge(int onto, int result, world_tree *tree);
/* Somebody else's commit on the upstream's branch, with these words. */
void		world_foreign(const char *message);
/* The push or the look under way gets its answer. */
void		world_answer(enum world_answer answer);
/* A push that was given up arrives after all, if it still can. */
void		world_arrive_late(void);

/* ---- the watcher ---- */

/* `kind` 0: made; else what world_merge says. */
void		watch_candidate(uint64_t ticket, int parent, int commit, int kind);
void		watch_listed(int commit);
void		watch_push(int commit);
void		watch_push_failed(void);
void		watch_branch(int from, int to);
void		watch_sent(enum message_id id, const void *fields);

int		__wrap_clock_gettime(clockid_t clock, struct timespec *time);

#endif
