/*
 * The one struct of the process: a worker serves one slot and has one job at a
 * time. Included by the files that act on it; what they can do for each other
 * is declared by each in its own header. Here is only what all of them ask.
 */
#ifndef ORCH_WORKER_H
#define ORCH_WORKER_H

#include "protocol/chunks.h"
#include "protocol/message.h"
#include "protocol/peer.h"
#include "worker/attempt.h"
#include "worker/iterate.h"
#include "worker/mask.h"
#include "worker/output.h"
#include "worker/relay_listen.h"
#include "worker/relay_serve.h"
#include "worker/run.h"
#include "worker/sandbox.h"
#include "worker/workspace.h"

/* A message that outlives its frame: decoded again from its own bytes. */
struct kept {
	struct buffer bytes;
	struct arena arena;
	bool there;
};

/* See adopt.h. */
struct adopt {
	int fd;				/* -1: it cannot be adopted */
	char *path;
	const struct peer_dispatch *dispatch;
	struct watch *listen, *hello, *orphaned;
	struct peer *candidates[4];	/* connections that have not said their number, oldest first */
};

/* See gauge.h. */
struct gauge {
	struct watch *look;
	uint64_t began, disk_next;	/* clock_monotonic */
	double seconds, cpu_before;	/* of the processor: this run, those before */
	uint64_t printed;		/* bytes */
};

/* What the attempt came to, as far as it is known. */
struct verdict {
	const char *outcome;	/* static; NULL: not known yet */
	char *reason;
	uint64_t exit_code;
	/* From the collector. */
	char *commit;
	uint64_t commits, bytes;
	bool changed, as_files;	/* plain files, and no commit yet */
	char **paths;
	uint64_t retry_at;	/* wall clock: when a usage limit ends; 0: not known */
};

/* See carry.h. */
struct carry {
	int fd;				/* the file in the outbox; -1: nobody has asked */
	struct chunks_out chunks;
};

/* See relay.h. */
struct relay {
	struct relay_wanted wanted;	/* while a run begins; allow NULL: no */
	volatile struct relay_count *counts;	/* shared memory; NULL: none */
	int memory;			/* its descriptor */
	size_t count;			/* destinations */
};

struct handoff;
struct adapter;
struct agent_socket;
struct requests;
struct base;

/* See meter.h. */
struct meter {
	struct watch *silence, *tell;
	uint64_t heard;			/* clock_monotonic: when it printed last */
	uint64_t reports;		/* of usage, when the budgets were looked at */
	bool telling;
	struct record_usage recovered;	/* what a worker that died had kept */
	bool has_recovered;
};

struct worker {
	/* What has happened goes to the job, from those below it: job_step. */
	void (*step)(struct worker *worker, enum attempt_event event);
	/* And what has to end: job_end. */
	void (*end)(struct worker *worker, enum ending ending, const char *why);
	struct loop *loop;
	struct peer *peer;		/* NULL: by hand, or the supervisor has gone */
	const char *state, *slot;
	const char *runtime;		/* folder of the control socket; NULL: none */
	char *folder;			/* of the slot */
	bool overlay;			/* workspaces may be overlays */
	bool unfenced;			/* no job has a sandbox */
	uid_t user;			/* the slot's, as root; 0: our own */
	const char *cgroup;		/* that of its runs; NULL: there is none */
	int lock;			/* descriptor of the slot's lock */
	uint64_t orphan_ms;		/* how long it lives without a supervisor; 0: not at all */
	struct adopt adopt;
	struct base *base;		/* NULL: commitd's repository is on this machine */
	struct carry carry;
	uint64_t fence;			/* the supervisor's, from its hello */
	bool said_hello;
	bool leaving;			/* ends once what it has is saved */
	bool by_hand;
	bool keep;			/* by hand: removes nothing */
	enum workspace_kind kind;	/* the job's, as the next three: see around.h */
	bool bare;			/* without a sandbox, as the configuration says */
	uid_t uid;			/* of the sandbox, as root; 0: our own */
	struct sandbox sandbox;
	struct watch *child, *limit, *run_limit, *terminate, *interrupt, *sweep;
	pid_t remover;			/* removes what was discarded; 0: nobody */

	/* The job at hand. */
	enum attempt_state at;
	struct kept job_kept, result_kept;
	struct msg_job_start job;
	struct msg_job_result result;
	struct workspace workspace;
	struct output output;
	struct adapter *adapter;	/* NULL: no agent, as for a gate */
	struct mask_words secrets;	/* that the agent was given */
	struct mask output_mask, errors_mask;
	struct buffer errors;		/* the end of the agent's standard error */
	struct meter meter;
	struct gauge gauge;
	struct relay relay;
	struct run *run;
	struct agent_socket *agent_socket;	/* NULL: no agent runs */
	struct requests *requests;	/* what agents asked for by it */
	bool awaits;			/* its agent waits for a person's answer */
	char *blocked;			/* what it waits for, by its own word; NULL: nothing */
	struct handoff *handoff;
	struct verdict verdict;
	enum ending ending;
	bool hooking;			/* what runs is the hook iteration_end */
	char *hook_failed;		/* what is to be told of that; NULL: nothing */
	bool paused;			/* by a person, for a look */
	bool frozen;			/* by the supervisor, for want of memory */
	bool at_once;			/* what runs is to end without a grace */
	uint64_t limit_left;		/* ms of the time limit then; 0: there was none */
	uint64_t iteration;
	bool resumed;			/* this iteration goes on with the agent's session */
	double started;			/* wall clock */
	bool recovered;
};

/* Sets the verdict unless there is one. Takes over `reason`. */
void	worker_verdict(struct worker *worker, const char *outcome, char *reason);
/* Runs a command of the project's, and no agent: a gate, setup, or a hook. */
bool	worker_is_gate(const struct worker *worker);
/* Runs a hook, which may only read. */
bool	worker_is_hook(const struct worker *worker);
/* Runs setup, of which all stays that it writes. */
bool	worker_is_prepare(const struct worker *worker);
/* Folder or file of the slot, formatted; the caller frees. */
char	*worker_path(const struct worker *worker, const char *name);

#endif
