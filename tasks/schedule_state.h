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

#define NONE SCHEDULE_NODE_NONE

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
	size_t class;			/* NONE: anywhere */
	size_t unsatisfied;		/* dependencies that are not complete */
	size_t doomed;			/* dependencies that are failed or doomed */
	size_t number, wave;
	size_t first_dependency, first_dependant;	/* edges */
	size_t place;			/* in the one heap it is in */
	size_t raise_place;		/* while levels are raised, else NONE */
	size_t older, newer;		/* in its class, by when it became ready */
	size_t parked;			/* first class that waits for its lease */
	size_t lease_at;		/* index in leases; NONE: holds none */
	size_t blocker;			/* plan order: what barred it last */
	bool started;			/* and not final since: nobody's lease bars it */
	bool held, lands;
};

struct schedule_edge {
	size_t dependency, dependant;
	size_t next_dependency, next_dependant;	/* of the same dependant, dependency */
};

enum class_state { CLASS_IDLE, CLASS_READY, CLASS_BY_LEASE, CLASS_BY_RESERVATION };

/* All tasks with the same scope: what bars one bars all. */
struct schedule_class {
	enum class_state state;
	const struct scope *scope;
	struct heap waiting;		/* READY nodes */
	size_t oldest, newest;
	size_t place;			/* in heap ready */
	size_t barred_by;		/* node or class, by state */
	size_t parked_before, parked_after;
	size_t parked;			/* first class that waits for its reservation */
	/* The oldest node was found barred then: counts towards a reservation. */
	bool marked;
	uint64_t marked_ms, marked_starts;
	size_t marked_before, marked_after;
	uint64_t reserved;		/* 0: no; else the order of reservations */
	size_t reserved_at;		/* index in reservations */
};

struct schedule {
	struct schedule_rules rules;
	struct schedule_node *nodes;
	size_t count, capacity, prepared;
	struct schedule_edge *edges;
	size_t edge_count, edge_capacity;
	size_t *by_number;		/* from 1 */
	size_t numbered, lowest;
	size_t *wave_live;		/* nodes of each wave that are not final */
	size_t wave_count, wave;
	struct schedule_class *classes;
	size_t class_count, class_capacity;
	struct name_table class_names;
	struct heap ready;		/* classes */
	struct heap unbarred;		/* nodes: anywhere, or lease in hand */
	struct heap delayed, beyond;	/* nodes */
	size_t *leases;			/* nodes */
	size_t lease_count, lease_capacity;
	size_t *reservations;		/* classes */
	size_t reservation_count, reservation_capacity;
	size_t first_marked, last_marked;	/* classes, oldest mark first */
	uint64_t now, starts, reservation_order;
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

/* schedule.c, for schedule_prepare.c and schedule_final.c */
/* The node has become live or is so no more: counts and lowest follow. */
void	schedule_recount(struct schedule *s, size_t node, bool was_live);
/* Puts a node that neither runs nor is final where it belongs. */
void	schedule_settle(struct schedule *s, size_t node);
/* Takes it out of where it is; its state is then for the caller to set. */
void	schedule_withdraw(struct schedule *s, size_t node);
/* Gives the lease back and forgets that the node ever started. */
void	schedule_give_back(struct schedule *s, size_t node);

/* schedule_ready.c: completion order */
void	schedule_ready_insert(struct schedule *s, size_t node);
void	schedule_ready_remove(struct schedule *s, size_t node);
/* Its place in the order has changed. */
void	schedule_ready_move(struct schedule *s, size_t node);
/* A lease was given back: what it barred is looked at again. */
void	schedule_ready_released(struct schedule *s, size_t node);
/* The class for a scope; NONE for anywhere. */
size_t	schedule_ready_class(struct schedule *s, const struct scope *scope);
/* NONE: nobody can start. May be one that is beyond: for the caller to put off. */
size_t	schedule_ready_pick(struct schedule *s);
/* What bars a READY node, NONE if nothing does. */
size_t	schedule_ready_blocker(const struct schedule *s, size_t node,
	    enum schedule_wait *wait);

/* schedule_line.c: plan order */
size_t	schedule_line_pick(struct schedule *s);
size_t	schedule_line_blocker(const struct schedule *s, size_t node,
	    enum schedule_wait *wait);
bool	schedule_line_in_window(const struct schedule *s, size_t node);
/* Scopes have changed: nothing known about who bars whom holds. */
void	schedule_line_forget(struct schedule *s);

#endif
