/*
 * The state of the supervisor: one struct, handed to everything above the
 * pure modules. What is kept is in the database; this is its image in memory
 * plus what lives: processes, connections, timers.
 */
#ifndef ORCH_SUPERVISOR_H
#define ORCH_SUPERVISOR_H

#include <stdio.h>
#include <sys/types.h>

#include "protocol/peer.h"
#include "supervisor/config.h"
#include "supervisor/prepared.h"
#include "supervisor/slot.h"
#include "supervisor/store.h"
#include "supervisor/task.h"
#include "tasks/name_table.h"
#include "tasks/node_set.h"
#include "tasks/schedule.h"

struct hook_run;
struct kinds_agent;
struct project;
struct sums;
struct told;

/* More scope that an agent waits for. */
struct wish {
	uint64_t attempt, serial;	/* of its request */
	struct scope *scope;
	char **files;
};

struct task {
	struct project *project;
	uint64_t position;		/* order of entry, from 1; node is one less */
	size_t node;
	struct record_task spec;	/* without the prompt; lives in `arena` */
	struct arena arena;
	struct scope *scope;
	struct scope **scopes;		/* those it had before it was widened: the schedule knows them */
	size_t scope_count;
	enum task_state state;
	char *reason, *feedback, *commit;
	char *conflict_id;		/* commitd's commit with the markers; NULL: none */
	char *conflict;			/* what is told of it */
	uint64_t attempts, failures, reworks, laters, ticket;
	uint64_t fresh;			/* attempts when a person last said: again; bounds count from there */
	double started, ended;
	bool leased;			/* started once and not final: holds its lease */
	bool cancelled;			/* a person asked for it */
	bool waits_for_tip;		/* said "not yet" on the tip in seen_tip */
	char *seen_tip;
	unsigned questions;		/* of its agents, without an answer */
	unsigned discovered;		/* tasks that came from it */
	double added;			/* wall clock */
	double asked;			/* since when it waits for a person; 0: it does not */
	uint64_t interventions, escalations;
	bool given;			/* a person brought it with a list that it was in */
	bool widened;			/* beyond what it was added with */
	bool dealt;			/* its number is another than the database has: see dealing.h */
	struct wish *wish;		/* NULL: none */
	unsigned losses;		/* workers that died under it */
	uint64_t attempt;		/* the open attempt, 0: none */
	const char *slot;		/* where the last attempt began */
	size_t *dependents;		/* nodes */
	size_t dependent_count;
};

/* What a worker told of its job, until commitd has it. */
struct result {
	bool present;
	uint64_t attempt, number, commits, iterations, exit_code;
	char *outcome, *reason, *base, *commit, *output, *sandbox;
	bool changed;
	bool as_files;			/* commitd makes its commit and tells it */
	bool accept_sent;
	bool used;			/* something is known of what it used */
	struct usage_row usage;
	uint64_t retry_at;		/* wall clock: when a usage limit ends; 0: not known */
	unsigned refusals;		/* by commitd, in a row */
	char *refused;			/* why, the last time */
	struct told *told;		/* for its note; NULL: nothing */
};

struct gate {
	struct gate *next;
	struct project *project;
	uint64_t ticket;
	size_t node;
	char *tip, *tree, *command;
	char **trees;
	char *key;			/* of what setup made for this tree; NULL: no setup */
	struct slot *slot;		/* NULL: waits for one */
	unsigned tries;
	bool hooking;			/* verified, or not to be: pre_land has the word */
	bool second;			/* it was red before: is it flaky? */
};

struct slot {
	struct supervisor *supervisor;
	char name[32];
	bool verify;			/* proves trees; else runs agents */
	struct project *project;	/* whose trees; NULL: agents of any */
	bool retired;			/* only here to save what it finds */
	enum slot_state state;
	pid_t pid;
	struct peer *peer;
	int pidfd;			/* of an adopted worker, who may be nobody's child; -1: none */
	struct watch *gone;		/* it ends */
	bool dismissed;			/* who holds the slot was told to end */
	struct watch *timer;
	unsigned failures;		/* deaths in a row, for the back-off */
	unsigned locked;		/* times in a row that its lock was held */
	struct task *task;		/* of the attempt at hand */
	struct gate *gate;
	struct hook_run *hook;		/* the job at hand is this hook; NULL: it is not */
	struct project *prepare;	/* the job at hand is this one's setup; NULL: it is not */
	char prepared[72];		/* the layer that its last job has, "": none */
	uint64_t attempt, number;	/* the job at hand, 0: none */
	char *tip;
	double since;
	bool used;
	struct usage_row usage;		/* of the attempt at hand, so far */
	bool frozen;			/* what runs in it, by us: see admitting.h */
	uint64_t freeze_serial;		/* of the order that has no answer yet; 0: none */
	char *progress;			/* of its agent, by its own word; NULL: none */
	char at[16];			/* what of the attempt is at work, by its worker; "": not told yet */
	struct result result;
};

/* An agent that has reached a usage limit: see pauses.h. */
struct pause { char *agent, *reason; double until; unsigned times; };

enum project_state { PROJECT_DOWN, PROJECT_OPENING, PROJECT_OPEN, PROJECT_FAILED };

/* One of orch.yaml's projects: its commitd and what it told, its line, what setup made for it. */
struct project {
	struct supervisor *supervisor;
	const struct config_project *config;
	struct config_project *own;	/* the same, of one that the configuration has no more; else NULL */
	bool known, unnamed;		/* while the database is read: it knows it, without its name */
	size_t group;			/* in the schedule */
	int64_t ahead;			/* of its share, as the database has it */
	size_t planned;			/* tasks that were there when tickets were drawn last */
	enum project_state state;
	pid_t pid;
	struct peer *peer;
	struct watch *timer;
	unsigned failures;		/* how often it ended, in a row */
	unsigned tries;			/* how often it gave up since something landed */
	char *tip, *line;
	char *tree;			/* of Git, the tip's */
	char *key;			/* of what setup makes for it; NULL: no setup */
	char **trees;
	char *landed;			/* the tip by the last receipt; `tip` follows */
	bool starts;			/* while something may start: also of it ... */
	bool looks;			/* ... once its upstream was looked at: its turn is kept */
	bool broken;			/* it cannot be opened, by what commitd said last */
	char *unopened;			/* why not; NULL: it was opened, or nothing is known */
	char *told_unopened;		/* the last of these that is an event */
	char *stalled;			/* why the upstream takes nothing; NULL: it does */
	char *lacks;			/* what has landed and its repository has not; NULL: nothing */
	uint64_t looked;		/* clock_monotonic: when the upstream was looked at last */
	uint64_t asked;			/* when a look was asked for; 0: none is under way */
	uint64_t awaited;		/* since when starts wait for one that is new enough; 0: they do not */
	struct watch *caller;		/* when it is called next: calling.h */
	uint64_t called;		/* clock_monotonic: without an answer since; 0: it has answered */
	double called_at;		/* the same, wall clock */
	bool stale;			/* somebody has wanted something since then */

	size_t counts[TASK_STATES];	/* of its tasks */
	struct node_set nodes;		/* likewise */
	uint64_t interventions, escalations;	/* likewise: ledger.h */
	struct sums *sums;		/* likewise: sums.h */
	uint64_t last_ticket;
	uint64_t told_ticket;		/* what is above it commitd was not told before it opened */
	uint64_t *voids;		/* to be told to commitd after the commit */
	size_t void_count;
	size_t *waiters;		/* nodes that said "not yet" on this tip */
	size_t waiter_count;
	size_t *following;		/* nodes that have landed, and the tip has not: following.h */
	size_t following_count;
	bool tip_awaited;		/* something came back that stood on a newer one */
	struct gate *gates;		/* by ticket, ascending */

	struct prepared prepared;	/* what setup made: see prepare.h */
	bool prepare_stopped;		/* the run under way was told to end */
};

struct admitting;
struct budgets;
struct client;
struct estimates;
struct hold;
struct notes;
struct supervisor;

/* What main.c joins to those below it, so that none of them knows who is above. */
struct supervisor_calls {
	const struct peer_dispatch *client, *worker, *commitd;
	/* A worker that is not our child has ended. */
	void (*worker_gone)(struct supervisor *supervisor, struct slot *slot);
	/* The slot's result is not in its outbox. */
	void (*nothing_left)(struct supervisor *supervisor, struct slot *slot);
};

struct supervisor {
	uint64_t prunes;		/* that were asked for */
	uint64_t looks;			/* into slots */
	uint64_t trashed;		/* folders that were moved aside */
	pid_t trash_pid;		/* who removes them; 0: nobody */
	bool trash_more;
	const struct supervisor_calls *calls;
	struct config config;
	struct loop *loop;
	struct store *store;
	uint64_t fence;
	double started;
	uint64_t first_event;		/* the last one of before */
	char *folder;			/* of our own program, to find the others */
	char *socket_path;
	bool socket_borrowed;		/* came from systemd */
	char *workspace;		/* what the probe said */
	char *users;			/* and whose number an agent has */
	char *cgroup;			/* what the names of the slots' cgroups begin with; NULL: none */
	char *limits;			/* what holds the limits, and why */
	uid_t first_user;		/* of slot 0, as root; 0: agents have our own number */
	bool sandboxed;			/* there is a project whose agents have a sandbox */
	bool overlay;			/* and one whose workspaces are overlays: they work here */
	bool one_shot, debug;
	bool shown_only;		/* nothing starts here: see look.h */
	bool stopping;
	int exit_status;
	char *stop_reason;
	int lock_fd, listen_fd;
	FILE *repository_lock;		/* of a run; NULL: a service */

	struct task **tasks;		/* by node */
	size_t task_count;
	struct name_table names;	/* task id -> node */
	struct schedule *schedule;
	struct estimates *estimates;	/* what tasks took: see estimating.h */
	size_t counts[TASK_STATES];
	struct node_set by_state[TASK_STATES];	/* nodes */
	struct kinds_agent *agents;	/* that tasks have: see kinds.h */
	size_t agent_count;
	char *epoch;			/* SOURCE_DATE_EPOCH */

	struct pause *pauses;
	size_t pause_count;

	struct admitting *admitting;	/* room on the machine: see admitting.h */
	struct sums *sums;		/* what has come of it all: see sums.h */
	struct budgets *budgets;	/* and what was used of them: see budgets.h */
	struct hold *holds;		/* what is paused, drained or halted: see modes.h */
	size_t hold_count;

	uint64_t prepare_serial;
	uint64_t prepare_again;		/* clock_monotonic: when to look again; 0: when something happens */

	struct project **projects;	/* as they stand in the file */
	size_t project_count;
	struct project **former;	/* of before, whose tasks have all ended */
	size_t former_count;
	struct slot **slots;
	size_t slot_count;
	uint64_t gate_number;

	struct watch *schedule_timer;	/* when something delayed becomes ready */
	bool revived;			/* in this transaction: tickets have to be filled up */
	bool quiet_told;		/* run.end was told since something last moved */
	struct slot **stops;		/* workers to be told to stop after the commit */
	size_t stop_count;

	struct hook_run *hooks;		/* that are due, in order: see hooks_due.h */
	struct hook_run *hooks_last;
	size_t hooks_count;
	struct notes *notes;		/* see notes.h; NULL: not yet */
	struct history *history;	/* see history.h; NULL: nothing is forgotten */
	struct watch *deadline_timer;	/* when an answer of a person is due */
	bool asks;			/* somebody was asked, or has answered, since that was looked at */
	void (*deadline_passed)(struct supervisor *supervisor);

	struct client *clients;
};

#endif
