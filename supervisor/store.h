/*
 * What the supervisor remembers: one SQLite database, in rows.
 * Every change of a task and its event are one transaction,
 * durable (WAL, synchronous=FULL) when store_commit returns. A database that
 * cannot be written ends the process with the reason: nothing may be told that
 * was not kept, and the next start goes on from the last commit.
 */
#ifndef ORCH_STORE_H
#define ORCH_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* The stored part of a task that changes. Texts are borrowed when reading. */
struct task_row {
	uint64_t position;	/* order of entry, from 1 */
	const char *id, *project, *state, *reason, *feedback, *commit, *conflict_id, *conflict;
	const unsigned char *spec;	/* put_map of a task record, without the prompt */
	size_t spec_len;
	uint64_t attempts, failures, reworks, laters, ticket;
	double started, ended;
	bool leased;
};

struct attempt_state {
	uint64_t id, task, number;	/* task: position */
	const char *slot, *tip, *outcome, *reason, *commit;
	const char *rework;		/* why it came back from the line */
	const char *sandbox;		/* that it ran in; NULL: not known */
	uint64_t iterations, commits;	/* commits: from its tip */
	double started, ended;
};

/* What an attempt has used: tokens, dollars, steps. */
struct usage_row { uint64_t input, cached, output, steps; double cost; };

/* What a person was asked, and said; or did without being asked. */
struct intervention {
	uint64_t task, attempt;		/* task: position; attempt: its number */
	double time;
	const char *question, *answer, *who, *why;
};

struct ticket_row {
	uint64_t number, task, attempt;	/* attempt: its number */
	const char *state, *base, *commit;
	uint64_t commits;
};

struct event_row {
	uint64_t id;
	double time;
	const char *event, *task, *commit, *slot, *reason;
	const char *project;	/* NULL when it is stored: the task's, if it is of one */
	uint64_t attempt, ticket;
};

/* NULL with the reason in *why, which the caller frees. */
struct store	*store_open(const char *path, char **why);
void		 store_close(struct store *store);
void		 store_begin(struct store *store);
void		 store_commit(struct store *store);
/* The next fencing number: one for each start of a supervisor. */
uint64_t	 store_next_fence(struct store *store);
/* A setting kept across restarts; get copies, NULL when not there. */
char		*store_get(struct store *store, const char *key);
void		 store_set(struct store *store, const char *key, const char *value);

/* All that there ever were. The one of a database of before there were several has the name "". */
void		 store_each_project(struct store *store,
		    void (*callback)(void *, const char *name, const char *upstream), void *context);
void		 store_project_put(struct store *store, const char *name, const char *upstream);
/* How far it is ahead of its share of the slots, or behind (below 0): see shares.h. */
void		 store_project_ahead(struct store *store, const char *name, int64_t ahead);
void		 store_each_ahead(struct store *store,
		    void (*callback)(void *, const char *name, int64_t ahead), void *context);
/* The one without a name, and all that is its, gets it. */
void		 store_project_name(struct store *store, const char *name);
/* The first tasks of it that have not ended, a list for the caller to free. */
char		**store_project_unfinished(struct store *store, const char *name, size_t most);

void		 store_task_insert(struct store *store, const struct task_row *row, const char *prompt);
void		 store_task_update(struct store *store, const struct task_row *row);
/* It may write this as well. */
void		 store_widened_put(struct store *store, uint64_t position, const char *pattern);
/* All of these, task by task. */
void		 store_each_widened(struct store *store,
		    void (*callback)(void *, uint64_t position, const char *pattern), void *context);
/* Its result changes this outside its scope, NULL: nothing; a person is asked about that. */
void		 store_outside_put(struct store *store, uint64_t position, char *const *patterns);
/* The same; a list for the caller to free, NULL: nothing. */
char		**store_outside(struct store *store, uint64_t position);
/* Is the task stored with exactly this specification and prompt? */
bool		 store_task_same(struct store *store, const struct task_row *row, const char *prompt);
/* The prompt, for the caller to free. */
char		*store_task_prompt(struct store *store, uint64_t position);
void		 store_each_task(struct store *store, void (*callback)(void *, const struct task_row *), void *context);

/* Returns the attempt's number of its own, unique for ever in this database. */
uint64_t	 store_attempt_insert(struct store *store, const struct attempt_state *attempt);
void		 store_attempt_end(struct store *store, const struct attempt_state *attempt);
/* The number of its own of attempt `number`; 0: it was forgotten. */
uint64_t	 store_attempt_id(struct store *store, uint64_t position, uint64_t number);
/* The result of attempt `number` came back from the line. */
void		 store_attempt_rework(struct store *store, uint64_t position, uint64_t number,
		    const char *why);
/* The sandbox of attempt `number`; NULL: not known. The caller frees. */
char		*store_attempt_sandbox(struct store *store, uint64_t position, uint64_t number);
/* Open ones (position 0), or all of one task. */
void		 store_each_attempt(struct store *store, uint64_t position,
		    void (*callback)(void *, const struct attempt_state *), void *context);
/* Of the last `most` attempts those that ended well, oldest first, and what they took. */
void		 store_each_length(struct store *store, uint64_t most,
		    void (*callback)(void *, uint64_t position, double seconds), void *context);
/* Those that ended until then, of tasks that have ended too. */
void		 store_each_old_attempt(struct store *store, double until,
		    void (*callback)(void *, const char *task, uint64_t number), void *context);
/* "open", an outcome, or NULL when there is no such attempt; the caller frees. */
char		*store_attempt_outcome(struct store *store, uint64_t id);

void		 store_usage_put(struct store *store, uint64_t attempt, const struct usage_row *usage);
/* False when nothing is known of it. */
bool		 store_usage(struct store *store, uint64_t attempt, struct usage_row *usage);

/* What an attempt has exchanged with a destination. */
struct traffic { const char *destination; uint64_t connections, refused, sent, received; };

void		 store_traffic_put(struct store *store, uint64_t attempt, const struct traffic *traffic);
void		 store_each_traffic(struct store *store, uint64_t attempt,
		    void (*callback)(void *, const struct traffic *), void *context);

/* The agent is not to be run before `until` (wall clock). */
void		 store_pause_put(struct store *store, const char *agent, double until, const char *reason);
void		 store_pause_drop(struct store *store, const char *agent);
void		 store_each_pause(struct store *store,
		    void (*callback)(void *, const char *agent, double until, const char *reason),
		    void *context);

/* Who has paused, drained or halted what: see modes.h. */
struct mode_row {
	const char *kind, *name, *mode, *who, *why;
	double since, until, fresh;
	bool tripped;
};

void		 store_mode_put(struct store *store, const struct mode_row *row);
void		 store_each_mode(struct store *store,
		    void (*callback)(void *, const struct mode_row *), void *context);

/* What attempts have used. */
struct spent_row {
	uint64_t task;			/* position */
	double started, ended;		/* ended 0: it runs */
	const char *outcome;
	uint64_t runs, tokens;
	double cost, seconds;
};

/* Each attempt that ended then or later, or runs. */
void		 store_each_spent(struct store *store, double since,
		    void (*callback)(void *, const struct spent_row *), void *context);
/* What the attempts of a task behind number `after` have used together. */
void		 store_task_spent(struct store *store, uint64_t position, uint64_t after,
		    struct spent_row *row);
/* How many of them ended so. */
uint64_t	 store_task_ended(struct store *store, uint64_t position, uint64_t after,
		    const char *outcome);
/* The word for how this attempt ended, which the caller frees, and when; NULL: it has not. */
char		*store_task_last_end(struct store *store, uint64_t position, uint64_t number, double *ended);
/* Bounds of this task count from this number of attempts on. */
void		 store_task_fresh(struct store *store, uint64_t position, uint64_t attempts);
/* Those that are not 0. */
void		 store_each_fresh(struct store *store,
		    void (*callback)(void *, uint64_t position, uint64_t attempts), void *context);

/* What an agent of a task has asked. */
struct question_row {
	uint64_t id, task, attempt, serial;	/* task: position; attempt: its number */
	double asked;
	const char *question, *answer, *who;
	bool open;
};

/* The same words again, of the same task, are the same question: another attempt asks it. */
void		 store_question_put(struct store *store, const struct question_row *row);
void		 store_question_answer(struct store *store, uint64_t id, const char *answer,
		    const char *who, double time);
/* Nobody waits for those that are open any more. */
void		 store_questions_close(struct store *store, uint64_t task, double time);
/* Those of one task in the order in which they were asked; of all with task 0. */
void		 store_each_question(struct store *store, uint64_t task,
		    void (*callback)(void *, const struct question_row *), void *context);

/* Those of all tasks that are open, the oldest first. */
void		 store_each_open_question(struct store *store,
		    void (*callback)(void *, const struct question_row *), void *context);
/* The one of that number, if it is there. */
void		 store_one_question(struct store *store, uint64_t id,
		    void (*callback)(void *, const struct question_row *), void *context);
/* Nobody has answered it in time. */
void		 store_question_expire(struct store *store, uint64_t id, double time);

/* What a task has cost people: see ledger.h. */
struct ledger_row { uint64_t task; double added, asked; uint64_t interventions, escalations; };

void		 store_ledger_put(struct store *store, const struct ledger_row *row);
void		 store_each_ledger(struct store *store,
		    void (*callback)(void *, const struct ledger_row *), void *context);

/* A ticket as it is listed; since: its attempt has ended, 0: there is none. */
struct line_row { uint64_t number, task; const char *state, *commit; double since; };

/* The first of a project that are drawn or wait, or with `all` the last of any state; ascending. */
void		 store_each_in_line(struct store *store, const char *project, bool all, size_t most,
		    void (*callback)(void *, const struct line_row *), void *context);

void		 store_intervention(struct store *store, const struct intervention *row);

/* Numbers are of a project. */
void		 store_ticket_put(struct store *store, const char *project, const struct ticket_row *ticket);
/* Another state of a ticket whose result stays the same. */
void		 store_ticket_state(struct store *store, const char *project, uint64_t number,
		    const char *state);
/* Its result has landed as this commit. */
void		 store_ticket_landed(struct store *store, const char *project, uint64_t number,
		    const char *commit);
uint64_t	 store_ticket_last(struct store *store, const char *project);
/* The highest that has landed, as far as we were told; 0: none. */
uint64_t	 store_ticket_last_landed(struct store *store, const char *project);
/* Those drawn, waiting, unwanted or void, ascending. */
void		 store_each_ticket(struct store *store, const char *project,
		    void (*callback)(void *, const struct ticket_row *), void *context);
/* The one of that number, if it is there. */
void		 store_one_ticket(struct store *store, const char *project, uint64_t number,
		    void (*callback)(void *, const struct ticket_row *), void *context);

/* What a gate found: PASS, FLAKY (passed the second time), FAIL, TIMEOUT or ERROR. */
struct verdict {
	char *verdict;		/* NULL: unknown */
	char *reason, *output;
};

/* The verdict on a tree under a command; the caller releases it. */
struct verdict	 store_verdict(struct store *store, const char *tree, const char *command);
void		 store_verdict_put(struct store *store, const char *tree, const char *command,
		    const struct verdict *verdict, double time);
void		 verdict_release(struct verdict *verdict);
/* How many trees have this verdict. */
uint64_t	 store_verdict_count(struct store *store, const char *verdict);

/* What an older queue said of the task, as JSON; NULL: nothing. The caller frees. */
char		*store_extra(struct store *store, uint64_t position);
void		 store_extra_put(struct store *store, uint64_t position, const char *json);
void		 store_fingerprint_put(struct store *store, const char *digits, uint64_t position);
/* The fingerprint of a task, NULL when it is older than these; the caller frees. */
char		*store_fingerprint_of(struct store *store, uint64_t position);
/* The first task of a project that has this fingerprint; 0: none. */
uint64_t	 store_fingerprint_find(struct store *store, const char *digits, const char *project);

uint64_t	 store_event(struct store *store, const struct event_row *event);
uint64_t	 store_event_last(struct store *store);
/* Which events are meant; NULL: any. `type` may be a pattern of GLOB. */
struct event_filter { const char *task, *type, *project; };
/* Those that are meant with id > after, at most `most`; returns how many. */
size_t		 store_each_event(struct store *store, const struct event_filter *filter, uint64_t after,
		    size_t most, void (*callback)(void *, const struct event_row *), void *context);
/* The last event that is meant; 0: none. */
uint64_t	 store_event_last_of(struct store *store, const struct event_filter *filter);
/* The first event of `time` or later; 0: none. */
uint64_t	 store_event_since(struct store *store, double time);
/* The first of the last `most` that are meant, all behind `after`; 0: there is none. */
uint64_t	 store_event_back(struct store *store, const struct event_filter *filter, uint64_t after,
		    uint64_t most);

/* One attempt that has ended, for sums. */
struct attempt_sum {
	uint64_t task;			/* position */
	const char *outcome;
	double started, ended;
	bool rework;			/* its result came back from the line */
	struct usage_row usage;
};

/* Those that ended at `since` or later. */
void		 store_each_attempt_sum(struct store *store, double since,
		    void (*callback)(void *, const struct attempt_sum *), void *context);
/* The one with this number of its own, if it has ended. */
void		 store_one_attempt_sum(struct store *store, uint64_t attempt,
		    void (*callback)(void *, const struct attempt_sum *), void *context);
/* Forgets at most so many events of before `until`, but of tasks that have not ended: how many. */
uint64_t	 store_events_prune(struct store *store, double until, uint64_t most);
/* At most so many attempts of a project whose task had ended by then, as they had. */
void		 store_each_forgettable(struct store *store, const char *project, double until, uint64_t most,
		    void (*callback)(void *, uint64_t id, uint64_t position, uint64_t number), void *context);
/* The attempt, what it used and whom it talked to. */
void		 store_attempt_forget(struct store *store, uint64_t id);

#endif
