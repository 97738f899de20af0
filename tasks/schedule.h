/*
 * Which task starts next. A graph of tasks with leases on what they write: no
 * time, no process and no name is known here; the caller says what happened
 * and when (milliseconds of any clock that does not go back). Used by the
 * supervisor and, with a made-up clock, by plan.h.
 *
 * Tasks are dense numbers from 0 in order of entry ("nodes"). A batch is
 * added, its dependencies are named, then it is prepared. Asking for what is
 * impossible (completing a task twice) is a bug of the caller and ends the
 * process.
 *
 * Each task is in a group (a project), and scopes conflict only within one. A
 * group has its own order, line, waves and leases. Slots' time is shared by
 * weight, as in start-time fair queueing (Goyal, Vin, Cheng: "Start-time Fair
 * Queuing", SIGCOMM 1996), but by the time that was used: a group has used what
 * its tasks had of a slot, divided by its weight, and a running one counts as it
 * goes, however long; of those that can start something the group has its turn
 * that has used least, once the estimate of each that runs is added, since
 * nobody knows how long it goes on: SCHEDULE_EXPECTED_MAX of it at most, or one
 * long task would keep its group from its other slots. Nobody starves, and a
 * turn in which a group could start nothing is not saved up.
 *
 * In completion order priorities age: for each SCHEDULE_AGE_MS since it was
 * prepared a task counts as one priority more urgent, beyond the highest, too.
 * What came together stays in its order; of what comes later all the time none
 * keeps an older one waiting for ever.
 */
#ifndef ORCH_SCHEDULE_H
#define ORCH_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tasks/scope.h"

#define SCHEDULE_ESTIMATE_DEFAULT	60	/* seconds, when none is known */
#define SCHEDULE_EXPECTED_MAX	60	/* seconds of an estimate that count for its group's share */
#define SCHEDULE_PASSED_OVER_MAX	20	/* starts of others, then a barred task ... */
#define SCHEDULE_BARRED_MAX_MS	(10u * 60 * 1000)	/* ... reserves its scope */
#define SCHEDULE_AGE_MS		(2u * 60 * 60 * 1000)	/* older: one priority more urgent */
#define SCHEDULE_WINDOW_SLOTS	2	/* plan order: this many times the slots may be ahead */
#define SCHEDULE_NODE_NONE	SIZE_MAX
#define SCHEDULE_NEVER		UINT64_MAX

struct schedule;

struct schedule_rules {
	unsigned slots;		/* for the window of plan order only */
	bool plan_order;	/* overlapping tasks start in number order */
	bool waves;		/* a wave starts when all before it are final */
};

/* What the tasks of a project share: a group, in which alone scopes conflict. */
struct schedule_group {
	unsigned weight;	/* share of the slots' time; 0 counts as 1 */
	unsigned cap;		/* runs at most so many at once; 0: no bound */
	bool plan_order, waves;
};

struct schedule_task {
	unsigned priority;	/* 0 comes first */
	uint64_t estimate_seconds;	/* 0: SCHEDULE_ESTIMATE_DEFAULT */
	const struct scope *scope;	/* borrowed as long as the schedule lives; NULL: anywhere */
	size_t group;		/* 0: the one that is there from the beginning */
	size_t agent;		/* 0: likewise, without a bound */
	uint64_t age_ms;	/* how long ago it came: before a restart */
};

enum schedule_wait {
	SCHEDULE_WAITS_SLOT,		/* nothing bars it: it starts in its turn */
	SCHEDULE_WAITS_DEPENDENCY,	/* node: the first that is not complete */
	SCHEDULE_WAITS_HOLD,		/* somebody has to release it */
	SCHEDULE_WAITS_DELAY,		/* until_ms */
	SCHEDULE_WAITS_LEASE,		/* node: who holds what it would write */
	SCHEDULE_WAITS_RESERVATION,	/* node: who was passed over too long */
	SCHEDULE_WAITS_EARLIER,		/* plan order, node: overlaps, lower number, not started */
	SCHEDULE_WAITS_WINDOW,		/* plan order, node: the lowest that has not landed */
	SCHEDULE_WAITS_WAVE,		/* node: one that is not final, of the first such wave */
	SCHEDULE_WAITS_GROUP_CAP,	/* so many of its group run as may at once */
	SCHEDULE_WAITS_AGENT_CAP,	/* so many of its agent run as may at once */
	SCHEDULE_WAITS_PAUSED,		/* its group or its agent is paused */
	SCHEDULE_WAITS_PREPARE,		/* never prepared, or part of a cycle */
	SCHEDULE_IS_RUNNING,
	SCHEDULE_IS_FINAL
};

struct schedule_reason {
	enum schedule_wait wait;
	size_t node;		/* SCHEDULE_NODE_NONE: does not apply */
	uint64_t until_ms;	/* 0: does not apply */
};

/* With one group of these rules, and one agent: numbers 0. */
struct schedule	*schedule_new(const struct schedule_rules *rules);
/* NULL is fine. */
void	 schedule_free(struct schedule *schedule);
/* The number of slots has changed: moves the window of plan order. */
void	 schedule_set_slots(struct schedule *schedule, unsigned slots);

/*
 * Another group; returns its number. Groups are best added before tasks: when
 * one has waves and another plan order, the numbers of all follow the waves, and
 * that is decided for each batch.
 */
size_t	 schedule_add_group(struct schedule *schedule, const struct schedule_group *group);
/* Its weight and cap; order and waves stay. */
void	 schedule_set_group(struct schedule *schedule, size_t group, unsigned weight, unsigned cap);
/* Nothing of it starts while it is paused; what runs goes on. */
void	 schedule_pause_group(struct schedule *schedule, size_t group, bool paused);
/* Another class of agents, of which `cap` run at once (0: no bound); returns its number. */
size_t	 schedule_add_agent(struct schedule *schedule, unsigned cap);
void	 schedule_set_agent(struct schedule *schedule, size_t agent, unsigned cap);
void	 schedule_pause_agent(struct schedule *schedule, size_t agent, bool paused);
/* How many run now: of a group, of an agent; those that wait to land do not. */
size_t	 schedule_group_running(const struct schedule *schedule, size_t group);
size_t	 schedule_agent_running(const struct schedule *schedule, size_t agent);
/* For how many of a group scopes are kept free by now: they were barred too long. */
size_t	 schedule_group_reserved(struct schedule *schedule, size_t group);
/*
 * How far a group is ahead of its share, or behind (below 0), in virtual time: what a
 * restart would forget, after which all begin alike. To be set when all that runs is
 * started.
 */
int64_t	 schedule_group_ahead(const struct schedule *schedule, size_t group);
void	 schedule_set_group_ahead(struct schedule *schedule, size_t group, int64_t ahead);
/*
 * Lets time go on without starting anything: before tasks are prepared, whose age
 * counts from then, and when a run ends, for what its group is charged.
 */
void	 schedule_clock(struct schedule *schedule, uint64_t now_ms);

/* A new task; returns its node. It cannot start before it is prepared. */
size_t	 schedule_add(struct schedule *schedule, const struct schedule_task *task);
/* `node`, not yet prepared, waits until `dependency` is complete. */
void	 schedule_depend(struct schedule *schedule, size_t node, size_t dependency);
/*
 * After a batch: longest remaining paths, numbers, waves; what can start is
 * ready. Returns how many could not be ordered: they are part of a cycle or
 * depend on one, and never start.
 */
size_t	 schedule_prepare(struct schedule *schedule);
/* Only the first so many of those that are not: they were a batch; none of them depends on another one. */
size_t	 schedule_prepare_some(struct schedule *schedule, size_t batch);

/* How many tasks were added. */
size_t	 schedule_count(const struct schedule *schedule);
/*
 * Place in plan order of its group, from 1: topological, ties by order of entry. Never
 * changes; a later batch gets higher ones. With waves and plan order numbers
 * follow the waves, and a later batch has waves of its own. 0: not prepared.
 */
size_t	 schedule_number(const struct schedule *schedule, size_t node);
/* The node with that number of a group, from 1; and of group 0. */
size_t	 schedule_in_group(const struct schedule *schedule, size_t group, size_t number);
size_t	 schedule_by_number(const struct schedule *schedule, size_t number);
/* The lowest number of a group whose task can still land; past the last one: none. */
size_t	 schedule_group_lowest(struct schedule *schedule, size_t group);
size_t	 schedule_lowest(struct schedule *schedule);
/* Longest chain of dependencies before it, from 0 (but see schedule_number). */
size_t	 schedule_wave(const struct schedule *schedule, size_t node);
/* Seconds of the longest path from its start to the end of all that wait for it. */
uint64_t schedule_remaining(const struct schedule *schedule, size_t node);

/*
 * It is going to take another time than was said (0: SCHEDULE_ESTIMATE_DEFAULT): what
 * its group is charged from its next start on. Paths follow when all that have
 * changed are counted by schedule_reckon, in time linear in tasks and dependencies;
 * schedule_prepare counts those of its batch.
 */
void	 schedule_estimate(struct schedule *schedule, size_t node, uint64_t seconds);
void	 schedule_reckon(struct schedule *schedule);
/* Seconds it is going to take, by what was said last. */
uint64_t schedule_estimated(const struct schedule *schedule, size_t node);
/* Before it is prepared: how long ago it came. */
void	 schedule_set_age(struct schedule *schedule, size_t node, uint64_t age_ms);

/*
 * A slot is free: which task starts now? It is then running and holds its
 * lease. Of the group whose turn it is, among startable tasks by priority,
 * longest remaining path, order of entry; in plan order the lowest unlanded
 * number before all others. False when nothing can start.
 */
bool	 schedule_next(struct schedule *schedule, uint64_t now_ms, size_t *node);
/* The same, but it does not start: whose turn it is. */
bool	 schedule_turn(struct schedule *schedule, uint64_t now_ms, size_t *node);
/* Starts this one whatever bars it: what was running before a restart. */
void	 schedule_start(struct schedule *schedule, size_t node);
/*
 * Running, and tried again from then on; keeps its lease, and that bars it not. In
 * plan order it waits for a lower number that writes the same and has begun while
 * the result of this one waited to land.
 */
void	 schedule_requeue(struct schedule *schedule, size_t node,
	    uint64_t not_before_ms);
/*
 * Running, and tried again from then on, as one that has not started: it gives
 * its lease back, for it may wait for what that lease bars. Not in plan order,
 * where it waits for lower numbers only, which no lease of a higher one may bar
 * for ever.
 */
void	 schedule_put_off(struct schedule *schedule, size_t node, uint64_t not_before_ms);
/* Waits, and may start from then on: another time than was said before. */
void	 schedule_not_before(struct schedule *schedule, size_t node, uint64_t not_before_ms);
/* Cannot start (again) until released; a running one goes on. */
void	 schedule_hold(struct schedule *schedule, size_t node, bool hold);
/*
 * Its result is in the line: it has no slot any more, and in plan order its lease
 * bars no lower number, as that of none which does not run. When it is not,
 * schedule_requeue follows.
 */
void	 schedule_waits_to_land(struct schedule *schedule, size_t node, bool waits);
/*
 * What it writes has changed (borrowed like the first). False, and nothing is
 * changed, when it holds a lease and another's lease is in the way.
 */
bool	 schedule_rescope(struct schedule *schedule, size_t node,
	    const struct scope *scope);
/* Whose lease is in the way of that scope for a task; SCHEDULE_NODE_NONE: nobody's. */
size_t	 schedule_holder(const struct schedule *schedule, size_t node, const struct scope *scope);
/*
 * It runs and wants to write more: a scope instead of its own (borrowed like the
 * first). Granted; or refused for `holder`'s lease, or for it would wait for
 * ever. With `wait` it may be queued, oldest first, until what is in the way is
 * given back, and nothing starts meanwhile that it would be in the way of. Not
 * waited for is what does not run (it may need this very slot), who waits
 * itself, around others, for this one (the later one is refused), and anybody in
 * plan order, where a lease is given back when all lower numbers have landed.
 * Ends with its run, or when it asks again.
 */
enum schedule_extension {
	SCHEDULE_GRANTED,
	SCHEDULE_QUEUED,
	SCHEDULE_REFUSED
};
enum schedule_extension schedule_extend(struct schedule *schedule, size_t node,
	    const struct scope *scope, bool wait, size_t *holder);
/* What became of those that were queued, each told once, oldest first. */
bool	 schedule_extended(struct schedule *schedule, size_t *node, bool *granted);
/* It does not wait for more any longer. */
void	 schedule_extend_cancel(struct schedule *schedule, size_t node);
/*
 * Running, and it has landed, though who starts now does not see that yet: until it is
 * complete it bars those, as its dependants, and nobody who has begun.
 */
void	 schedule_landed(struct schedule *schedule, size_t node);
/* COMPLETE: gives its lease back; what waited for it alone is ready. */
void	 schedule_complete(struct schedule *schedule, size_t node);
/* BLOCKED or CANCELLED, from any state but COMPLETE: gives its lease back. */
void	 schedule_fail(struct schedule *schedule, size_t node);
/* A failed one may be started again. */
void	 schedule_revive(struct schedule *schedule, size_t node);

/* When the next delayed task becomes ready, SCHEDULE_NEVER if there is none. */
uint64_t schedule_wake(const struct schedule *schedule, uint64_t now_ms);
/* What a task waits for. */
void	 schedule_why(const struct schedule *schedule, size_t node, uint64_t now_ms,
	    struct schedule_reason *reason);

#endif
