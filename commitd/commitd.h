/*
 * What this process knows: one project, its repository, its line of tickets.
 * Passed as the first argument to everything that acts on it.
 */
#ifndef ORCH_COMMITD_H
#define ORCH_COMMITD_H

#include <stdbool.h>
#include <stdint.h>

#include "commitd/draft.h"
#include "commitd/durable.h"
#include "commitd/git.h"
#include "commitd/landings.h"
#include "commitd/merge.h"
#include "commitd/pack.h"
#include "commitd/queue.h"
#include "commitd/repository.h"
#include "commitd/trees.h"
#include "protocol/link.h"

/* What becomes of an agent's commits: see candidate.c. */
enum method { METHOD_SQUASH, METHOD_REBASE, METHOD_MERGE, METHODS };

/* Why there is no candidate. */
struct conflict {
	char **paths;
	char **texts;		/* those of them that were merged as text */
	char *reason;
	bool empty;		/* it merges, and nothing is left to change */
	char tree[OID_TEXT];	/* Git's merge, markers and all; "": none */
	char change[OID_TEXT];	/* the commit that was merged */
	char commit[OID_TEXT];	/* what keeps it (conflict.h); "": nothing yet */
	char **with;		/* commits on the branch that touched the paths, for a person */
};

/* What a ticket stands for, and its candidate once that is made. */
struct result {
	char *task, *agent, *message;
	bool bare;			/* its attempt had no sandbox */
	char **files;			/* scope; NULL: anywhere */
	uint64_t number, commits, epoch;	/* number 0: not to be told; epoch 0: now */
	char base[OID_TEXT], commit[OID_TEXT];
	bool gate;
	bool unverified;		/* the gate runs no verify command */
	char verdict[24];
	char landed[OID_TEXT];		/* "": not landed */
	/* The candidate: parent "" means that there is none. */
	char parent[OID_TEXT], tree[OID_TEXT], candidate[OID_TEXT];
	struct stack stack;
	/* By rebase, the commits before the candidate; by merge, those beside it. */
	struct part { char commit[OID_TEXT], tree[OID_TEXT]; } *parts;
	size_t part_count, part;	/* part: which is to be proved now */
	bool parts_gated;
	bool trivial;			/* put together without a merge: its files are the agent's */
	bool synced;			/* its objects are: see proved.h */
	bool asked;			/* a gate for it was asked for and may still run */
	/* Why it stepped aside, and from what: one of the two. */
	char stood[OID_TEXT];
	char red[24], red_tree[OID_TEXT];	/* the verdict, "": none; on which tree */
	struct conflict conflict;
};

/* What is under way to the upstream: see delivery.h. */
struct delivery {
	enum { DELIVERY_NONE, DELIVERY_PUSH, DELIVERY_LOOK, DELIVERY_WAIT } state;
	struct git_child child;
	struct buffer said;		/* what git says now */
	char *why;			/* what it said to the push that failed */
	char commit[OID_TEXT];		/* "": only looked */
	bool asked;			/* somebody waits for the look */
	int64_t began;			/* clock_monotonic in ms: the push */
	int64_t slow;			/* when a person is told that it takes long; 0: was told */
	unsigned failures;		/* in a row */
	unsigned refusals;		/* by the upstream, in a row */
	bool lost;			/* it could not be looked at after the push */
	unsigned most;			/* tickets of the next push, after a refusal; 0: any */
	int64_t again;			/* clock_monotonic in ms: not before */
};

/* Objects being packed: see maintain.h. */
struct maintenance {
	enum { MAINTENANCE_NONE, MAINTENANCE_PACKING, MAINTENANCE_PRUNING } state;
	uint64_t loose_limit, packs_limit;	/* how many there may be; 0: any number */
	struct git_child child;
	struct buffer said, problem;
	char **rolled;			/* names of packs that are in the new one */
	bool due;			/* something was done since we looked */
	int64_t next;			/* clock_monotonic in ms: not before */
};

struct commitd {
	struct link link;
	const char *name;		/* of the project */
	char *directory;		/* STATE/projects/NAME */
	int lock_fd;
	int courier;			/* see courier.h; -1: none */
	struct git git;
	struct repository *repository;	/* NULL: no project is open */
	struct limits limits;		/* of a result */
	struct merge merge;
	struct queue *queue;
	struct sync sync;		/* of what is proved */
	struct landings landings;
	struct trees *trees;		/* NULL: not wanted */
	struct stack stack;		/* of the tip */
	int64_t behind;			/* clock_monotonic in ms: since then of an older one; 0: it is not */
	int64_t followed;		/* clock_monotonic in ms: made the last time */
	int64_t took;			/* ms, to make it the last time */
	char *upstream, *branch, *ref;	/* ref: refs/heads/BRANCH */
	char **network;			/* environment of calls that go there: credentials.h */
	enum method method;
	char *author, *committer;	/* NAME <EMAIL> of what is ours; NULL: by default */
	struct signing signing;
	char tip[OID_TEXT], tip_tree[OID_TEXT], line[OID_TEXT], void_blob[OID_TEXT];
	char *upstream_ref;		/* its file there; "": none here; NULL: not asked yet */
	char upstream_tip[OID_TEXT];	/* when we looked last */
	char lacking[OID_TEXT];		/* where it was without our tip; "": not known */
	char contained[OID_TEXT];	/* a base that the branch has, for good; "": not known */
	char shown[OID_TEXT];		/* what we put on orch/BRANCH last; "": not yet */
	char attributes[OID_TEXT];	/* tree whose .gitattributes the merge helper has; "": none */
	uint64_t voids_from;		/* void refs below are gone */
	char **protect;			/* patterns; NULL: none */
	bool ignore_case;		/* of these, and of scopes */
	char **locks;			/* paths that setup depends on; NULL: none */
	bool checked_out;		/* the branch, in the upstream: it is not ours to move */
	bool to_show;			/* orch/BRANCH is behind */
	struct delivery delivery;
	struct maintenance maintenance;
	int64_t stepped;		/* clock_monotonic in ms: when the step in hand began */
	unsigned failures;		/* of the step in hand, in a row */
};

#define TICKET_REF	"refs/orch/tickets/"
#define LINE_REF	"refs/orch/line"
#define UPSTREAM_REF	"refs/orch/upstream"	/* where it was: only ever forwards */
#define INCOMING_REF	"refs/orch/incoming"	/* what was fetched last */

void	result_free(void *result);

#endif
