/* What the processes of landing.pml share: what is durable, what is not, and words for it. */

/* ---- histories ---- */
#define ticket_of(h)	((h) & 7)
#define parent_of(h)	((h) >> 5)
#define child_of(h, n)	(((h) << 5) | ((life & 3) << 3) | (n))
#define bit(h)		(1 << ticket_of(h))
#define tree_of(h)	((bit(h) | bit((h) >> 5) | bit((h) >> 10) | bit((h) >> 15)) & 254)
#define has(h, n)	((tree_of(h) >> (n)) & 1)
#define depth_of(h)	(((h) > 0) + ((h) >> 5 > 0) + ((h) >> 10 > 0) + ((h) >> 15 > 0))
#define is_below(a, h)	((a) == (h) || (a) == (h) >> 5 || (a) == (h) >> 10 || \
			 (a) == (h) >> 15 || (a) == 0)

/* ---- what may be wrong with a change ---- */
mtype = { PEACE, RED, RED_TWICE, RED_ALL, RED_PAIR, CLASH_PAIR, RED_MOVED, CLASH_MOVED };
mtype world;
byte bad, other;		/* the tasks it is about */

/* ---- durable: the supervisor's database ---- */
mtype = { RUNNING, SAVED, LANDING, COMPLETE, BLOCKED, CANCELLED };	/* SAVED: the slot has its result */
mtype task[TASKS] = RUNNING;
bit again[TASKS];		/* it is the second attempt */
byte first[TASKS], second[TASKS];	/* the tickets of its attempts; 0: none */
mtype = { NONE, WAITING, VOID, LANDED };
mtype row[TICKETS + 1] = NONE;
byte last_ticket;
byte proved[TICKETS + 1];	/* the tree of this ticket that passed last */
byte cancelled;			/* the ticket that a person cancelled; 0: none */

/* ---- durable: commitd's repository ---- */
bit cloned;			/* it is there: from now on it may be opened without a look */
byte pinned;			/* refs/orch/attempts: a bit for each task and attempt */
byte voids;			/* refs/orch/tickets that point to the void blob */
int branch;			/* refs/heads/BRANCH */

/* ---- durable: the upstream, and pushes that may still reach it ---- */
int upstream;
byte upstream_list;		/* which of its commits are on commitd's list */
mtype = { IDLE, LISTED, FLYING, DONE, REFUSED, UNKNOWN };
mtype push = IDLE;		/* volatile: commitd's push, and what it was told */
int push_to, push_from;
byte push_list;
bool late;			/* one that nobody waits for any more */
int late_to, late_from;
byte late_list;

/* ---- volatile: the supervisor ---- */
bool open;			/* the project; false from when commitd is seen to be gone */
byte gate[TICKETS + 1];		/* trees that are being verified; 0: none */

/* ---- volatile: commitd ---- */
mtype = { DOWN, OPENING, UP, ORPHAN };	/* ORPHAN: its supervisor is gone, it ends soon */
mtype commitd = DOWN;
mtype = { ABSENT, QUEUED, GATING, PROVED, ASIDE, STUCK };	/* with LANDED and VOID */
mtype queue[TICKETS + 2] = ABSENT;
int candidate[TICKETS + 2];	/* 0: none */
byte next;			/* all below have landed or are void */
byte todo;			/* the next that needs a candidate; 0: none */
bool ahead;			/* it has seen that the upstream is not where the branch is */
bool unseen;			/* it was opened without a look at the upstream, and has had none */
byte later;			/* to be void if what is under way does not arrive; 0: none */
bool faster;			/* a push was, or may be, when its ticket was made void */
byte life;			/* of four; enough to tell those apart that can meet */
#if BUG == 1
byte to_pin;
#endif

/* ---- the socket; lost with either end ---- */
mtype = { result_accept, ticket_enqueue, ticket_void, verdict_pass, verdict_red };
mtype = { opened, result_accepted, gate_wanted, gate_unwanted, ticket_landed, ticket_stuck,
    ticket_voided };	/* ticket_stuck: ticket.red and ticket.conflict */
#define ROOM 16
chan to_commitd = [ROOM] of { mtype, byte, byte };
chan to_supervisor = [ROOM] of { mtype, byte, byte };

byte crashes = CRASHES, faults = FAULTS, moves = MOVES, cancels = CANCELS;

/* ---- words ---- */
#define attempt_bit(t)	(1 << ((t) * 2 + again[t]))
#define current(t)	(again[t] -> second[t] : first[t])
#if TASKS == 3
#define task_of(n)	((first[0] == (n) || second[0] == (n)) -> 0 : \
			 ((first[1] == (n) || second[1] == (n)) -> 1 : 2))
#define finished	(settled(0) && settled(1) && settled(2))
#else
#define task_of(n)	((first[0] == (n) || second[0] == (n)) -> 0 : 1)
#define finished	(settled(0) && settled(1))
#endif
#define settled(t)	(task[t] == COMPLETE || task[t] == BLOCKED || task[t] == CANCELLED)
/* Has a ticket behind this one landed? Then the line has passed it for ever. */
#define behind(h, n)	(ticket_of(h) > (n) && ticket_of(h) != OTHER)
#define passed(n)	(behind(branch, n) || behind(branch >> 5, n) || behind(branch >> 10, n) || \
			 behind(branch >> 15, n))
/* A place that some run must come to: with -DREACH it is an error to be there. */
#define reach(place)	assert(REACH != place)
#define in_tree(n, tree) ((n) != 0 && (((tree) >> (n)) & 1))
#define is_red(tree)	( \
	(world == RED && in_tree(first[bad], tree)) || \
	(world == RED_TWICE && (in_tree(first[bad], tree) || in_tree(second[bad], tree))) || \
	(world == RED_ALL && (in_tree(first[0], tree) || in_tree(first[1], tree) || \
	    in_tree(first[TASKS - 1], tree))) || \
	(world == RED_PAIR && in_tree(first[bad], tree) && in_tree(first[other], tree)) || \
	(world == RED_MOVED && in_tree(first[bad], tree) && in_tree(OTHER, tree)))
/* Does the change of ticket n conflict with what is in the tree? */
#define clashes(n, tree) ( \
	(world == CLASH_PAIR && (n) == first[bad] && in_tree(first[other], tree)) || \
	(world == CLASH_PAIR && (n) == first[other] && in_tree(first[bad], tree)) || \
	(world == CLASH_MOVED && (n) == first[bad] && in_tree(OTHER, tree)))

inline tell_commitd(what, one, two) {
	if
	:: commitd == UP -> assert(nfull(to_commitd)); to_commitd ! what, one, two
	:: else -> skip
	fi
}
/* What an orphan says is heard by nobody. */
inline tell_supervisor(what, one, two) {
	if
	:: commitd != ORPHAN -> assert(nfull(to_supervisor)); to_supervisor ! what, one, two
	:: else -> skip
	fi
}
