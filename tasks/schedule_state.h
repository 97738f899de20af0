/*
 * What the files of the scheduler share; nobody else includes this. A node
 * that could start is READY: in completion order it is then in its class (all
 * tasks that write the same), and the class is in the heap of ready classes or
 * parked on what bars it; in plan order the window is scanned. Nodes that no
 * lease can bar are in a heap of their own.
 */
#ifndef ORCH_SCHEDULE_STATE_H
#define ORCH_SCHEDULE_STATE_H

#include "tasks/heap.h"
#include "tasks/name_table.h"
#include "tasks/schedule.h"
#include "tasks/scope_index.h"

#define NONE SCHEDULE_NODE_NONE

/* Times by which tasks age are so much later: one may be older than the clock. */
#define AGE_ORIGIN	(1ull << 62)

enum node_state {
	NODE_NEW,	/* not prepared */
	NODE_WAITING,	/* for dependencies */
	NODE_HELD,
	NODE_DELAYED,	/* in heap delayed */
	NODE_BEYOND,	/* in heap beyond: its wave has not come */
	NODE_READY,
	NODE_RUNNING,
	NODE_COMPLETE,
	NODE_FAILED
};

struct schedule_node {
	enum node_state state;
	unsigned priority;
	uint64_t estimate, remaining, not_before;
	const struct scope *scope;	/* NULL: anywhere */
	size_t group, agent;
	size_t class;			/* NONE: anywhere */
	size_t unsatisfied;		/* dependencies that are not complete */
	size_t doomed;			/* dependencies that are failed or doomed */
	size_t number, wave;		/* within its group */
	size_t rank;			/* topological, over all groups, from 1 */
	size_t first_dependency, first_dependant;	/* edges */
	size_t place;			/* in the one heap it is in */
	size_t age_place;		/* in the heap of ages */
	size_t raise_place;		/* while levels are raised, else NONE */
	size_t older, newer;		/* in its class, by when it became ready */
	size_t parked;			/* first class that waits for its lease */
	size_t blocker;			/* plan order: what barred it last */
	uint64_t age;			/* when it was added: how old */
	uint64_t since;			/* when it would have been prepared, of that age */
	uint64_t periods;		/* has waited so many times SCHEDULE_AGE_MS */
	uint64_t started_at;		/* and what its group is charged meanwhile: */
	int64_t expected;
	bool ages;			/* is in the heap of ages */
	const struct scope *wants;	/* running: instead of its scope, once it can; or NULL */
	bool leased;			/* its scope is in its group's index */
	/* And not final since: nobody's lease bars it, but a lower number's in plan order. */
	bool started;
	bool held, lands;
	bool landed;			/* its lease bars only who starts */
	bool occupies;			/* a slot: counted with its group and agent */
};

struct schedule_edge {
	size_t dependency, dependant;
	size_t next_dependency, next_dependant;	/* of the same dependant, dependency */
};

enum class_state { CLASS_IDLE, CLASS_READY, CLASS_BY_LEASE, CLASS_BY_RESERVATION };

/* All tasks of a group and an agent with the same scope: what bars one bars all. */
struct schedule_class {
	enum class_state state;
	const struct scope *scope;
	size_t group, agent;
	struct heap waiting;		/* READY nodes */
	size_t oldest, newest;
	size_t place;			/* in its queue's heap ready */
	size_t barred_by;		/* node or class, by state */
	size_t parked_before, parked_after;
	size_t parked;			/* first class that waits for its reservation */
	/* The oldest node was found barred then: counts towards a reservation. */
	bool marked;
	uint64_t marked_ms, marked_starts;
	size_t marked_before, marked_after;
	uint64_t reserved;		/* 0: no; else the order of reservations */
};

/* What is ready of one group for one agent. */
struct queue {
	struct name_table names;	/* of scopes: classes */
	struct heap ready;		/* classes */
	struct heap unbarred;		/* nodes: anywhere, or lease in hand */
};

struct group {
	struct schedule_group rules;
	bool paused;
	size_t running;
	int64_t settled;		/* shares, in virtual time: what has run, or was let go by */
	uint64_t started_sum;		/* of all that run: when they started, in milliseconds ... */
	int64_t expected;		/* ... and what their estimates cost */
	uint64_t starts;
	size_t *by_number;		/* from 1 */
	size_t numbered, lowest, number_capacity;
	size_t *wave_live;		/* nodes of each wave that are not final */
	size_t wave_left;		/* where one of them was last found in the wave at hand */
	size_t wave_count, wave;
	struct heap beyond;		/* nodes */
	struct queue *queues;		/* by agent */
	size_t queue_count;
	struct scope_index *leases;	/* nodes */
	struct scope_index *reservations;	/* classes */
	size_t reserved;		/* how many */
	struct scope_index *wanted;	/* nodes that wait for more: see schedule_extend */
	size_t first_marked, last_marked;	/* classes, oldest mark first */
};

struct agent {
	unsigned cap;
	bool paused;
	size_t running;
};

struct schedule_extended {
	size_t node;
	bool granted;
};

struct schedule {
	unsigned slots;
	struct schedule_node *nodes;
	size_t count, capacity, prepared, ranked;
	struct schedule_edge *edges;
	size_t edge_count, edge_capacity;
	struct group *groups;
	size_t group_count;
	struct agent *agents;
	size_t agent_count;
	struct schedule_class *classes;
	size_t class_count, class_capacity;
	struct heap delayed, ages;	/* nodes */
	uint64_t now, reservation_order;
	size_t *wanting;		/* nodes that wait for more, oldest first */
	size_t wanting_count;
	struct schedule_extended *extended;	/* outcomes that were not told yet */
	size_t extended_count;
	int64_t virtual_time;		/* shares: how much who had the last turn had used */
};

/* schedule_state.c */
/* Does node a start before node b if both can? */
bool	schedule_before(const struct schedule *s, size_t a, size_t b);
/* Neither final nor sure never to start. */
bool	schedule_live(const struct schedule_node *node);
/* Failed, or behind something that is: dooms what depends on it. */
bool	schedule_bad(const struct schedule_node *node);
/* Must it wait for its wave? */
bool	schedule_beyond(const struct schedule *s, size_t node);

/* May anything of the agent, of the group, start now? */
bool	schedule_agent_open(const struct schedule *s, size_t agent);
bool	schedule_group_open(const struct schedule *s, size_t group);
/* The queue of a group for an agent. */
struct queue *schedule_queue(const struct schedule *s, size_t group, size_t agent);
/* Does its age make a more urgent than b (-1), less (1), or neither (0)? */
int	schedule_compare_urgency(const struct schedule_node *a, const struct schedule_node *b);

/* schedule_lease.c */
void	schedule_lease_take(struct schedule *s, size_t node);
/* Gives the lease back and forgets that the node ever started. */
void	schedule_give_back(struct schedule *s, size_t node);
/* It does not run any more: it waits for no more scope, and none waits for it. */
void	schedule_lease_rests(struct schedule *s, size_t node);
/* It waits for no more scope. */
void	schedule_lease_drop(struct schedule *s, size_t node);
/* It has landed: who has begun has what it held. */
void	schedule_lease_landed(struct schedule *s, size_t node);
/* Another scope for one that has started, in the way of which nobody is. */
void	schedule_lease_exchange(struct schedule *s, size_t node, const struct scope *scope);

/* schedule.c, for the others */
/* The node has become live or is so no more: counts and lowest follow. */
void	schedule_recount(struct schedule *s, size_t node, bool was_live);
/* Puts a node that neither runs nor is final where it belongs. */
void	schedule_settle(struct schedule *s, size_t node);
/* Takes it out of where it is; its state is then for the caller to set. */
void	schedule_withdraw(struct schedule *s, size_t node);

/* schedule_share.c: whose turn it is */
/* After each change of its state: counts and charges the slot it occupies, or no more. */
void	schedule_share_count(struct schedule *s, size_t node);
/* The node whose turn it is over all groups: as schedule_ready_pick. */
size_t	schedule_share_pick(struct schedule *s);
/* It is started in its group's turn: virtual time has come so far. */
void	schedule_share_turn(struct schedule *s, size_t node);
void	schedule_share_release(struct schedule *s);

/* schedule_age.c: who has waited long */
/* A node of completion order has become ready, or is so no more. */
void	schedule_age_add(struct schedule *s, size_t node);
void	schedule_age_remove(struct schedule *s, size_t node);
/* Lets time pass: who has waited another period moves up. */
void	schedule_age_run(struct schedule *s);

/* schedule_class.c: completion order, the classes of a group */
/* The class for a scope of a node's group and agent. */
size_t	schedule_class_find(struct schedule *s, const struct schedule_node *node,
	    const struct scope *scope);
/* Which of a class starts first: the one it has reserved for, else the best. */
size_t	schedule_class_candidate(const struct schedule_class *class);
/* It is barred by a node's lease or a class's reservation: looked at again after that. */
void	schedule_class_park(struct schedule *s, size_t class, enum class_state state,
	    size_t barred_by);
/* All in a list of parked classes are looked at again. */
void	schedule_class_unpark_all(struct schedule *s, const size_t *list);
/* From now on its scope is kept free for its oldest node. */
void	schedule_class_reserve(struct schedule *s, size_t class);
/* Puts a READY node where it belongs, takes it out, moves it. */
void	schedule_ready_insert(struct schedule *s, size_t node);
void	schedule_ready_remove(struct schedule *s, size_t node);
void	schedule_ready_move(struct schedule *s, size_t node);

/* schedule_ready.c: completion order, who is next */
/* A lease was given back: what it barred is looked at again. */
void	schedule_ready_released(struct schedule *s, size_t node);
/* Classes of a group that were barred too long reserve their scopes. */
void	schedule_ready_reserve(struct schedule *s, size_t group);
/* NONE: nobody can start. May be one that is beyond: for the caller to put off. */
size_t	schedule_ready_pick(struct schedule *s, size_t group);
/* What bars a READY node, NONE if nothing does. */
size_t	schedule_ready_blocker(const struct schedule *s, size_t node,
	    enum schedule_wait *wait);

/* schedule_line.c: plan order */
size_t	schedule_line_pick(struct schedule *s, size_t group);
size_t	schedule_line_blocker(const struct schedule *s, size_t node,
	    enum schedule_wait *wait);
bool	schedule_line_in_window(const struct schedule *s, size_t node);
/* Scopes have changed: nothing known about who bars whom holds. */
void	schedule_line_forget(struct schedule *s, size_t group);

#endif
