/*
 * Landing, as a model for spin: a supervisor, commitd, the network with the
 * upstream behind it, somebody else who pushes once, a person who cancels once what is
 * in line, and crashes at any step.
 * See HACKING.md, "The model". Each alternative of a process is one step:
 * atomic, at most one durable effect, and what is said after that effect in the
 * same breath. Nothing is lost by that: a crash may cut off what was said last.
 *
 * What stands for what
 *   history   A commit with all that is below it, as one number: 5 bits for each
 *             commit, the newest lowest; 0 is where the line began. Of the 5 bits,
 *             3 are the ticket (OTHER: somebody else's commit) and 2 the life of
 *             commitd that made it: the same change made again after a crash is
 *             another commit. So ids, parents and ancestors are exact.
 *   tree      The set of tickets in a history. Merges commute unless they conflict.
 *   list      STATE/projects/P/landings. It keeps every commit; only those that
 *             are in a branch or in a push can ever matter, so it is kept as a mask
 *             beside each of them, one bit a commit.
 *   gate      A function of the tree, drawn at the start with the conflicts (`world`).
 *             It is still asked, answered and remembered by message.
 * Where the project is opened again because a push arrived late, or before a look that
 * there was not, commitd ends as in a crash that is not counted. A push of which nobody
 * hears any more may be faster than a person's cancel: then the task is told as cancelled
 * and its commit is there. That is the only void that may land (`faster`).
 * Left out: objects and how they are made durable (tests/crash/power.sh), trees for
 * workers, results that land as several commits, plan order, cancel of what is not in
 * line, an upstream whose branch is checked out or rewritten. Results of first attempts come in
 * the order of the tasks' names: any other order is the same run with other names.
 */

#ifndef TASKS
#define TASKS		3
#endif
#ifndef CRASHES
#define CRASHES		2	/* of supervisor and commitd, together */
#endif
#ifndef FAULTS
#define FAULTS		1	/* answers of a push that are lost or late, openings without a look */
#endif
#ifndef CANCELS
#define CANCELS		1	/* of a person */
#endif
#ifndef MOVES
#define MOVES		1	/* pushes of somebody else */
#endif
#ifndef WINDOW
#define WINDOW		3	/* candidates in work at once */
#endif
#define ANY		99
#ifndef WORLD
#define WORLD		ANY	/* what is wrong with which change: see init */
#endif
#ifndef BUG
#define BUG		0	/* planted, to see that it is found: see run.sh */
#endif
#ifndef REACH
#define REACH		0	/* a place that must not be dead: see run.sh */
#endif
#define TICKETS		(2 * TASKS)	/* each task is reworked at most once */
#define OTHER		7
#define FORGED		2	/* the ticket that somebody's commit claims to be */

#include "state.pml"
#include "supervisor.pml"
#include "commitd.pml"
#include "world.pml"

/* One world, or any. */
#define maybe(number)	(WORLD == number || WORLD == ANY)

init {
	atomic {
		if
		:: maybe(0) -> world = PEACE
		:: maybe(1) -> world = RED_ALL
		:: maybe(2) -> world = RED; bad = 0
		:: maybe(3) -> world = RED; bad = 1
		:: maybe(4) -> world = RED_TWICE; bad = 0
		:: maybe(5) -> world = RED_TWICE; bad = 1
		:: maybe(6) -> world = RED_MOVED; bad = 0
		:: maybe(7) -> world = RED_MOVED; bad = 1
		:: maybe(8) -> world = CLASH_MOVED; bad = 0
		:: maybe(9) -> world = CLASH_MOVED; bad = 1
		:: maybe(10) -> world = RED_PAIR; bad = 0; other = 1
		:: maybe(11) -> world = CLASH_PAIR; bad = 0; other = 1
#if TASKS == 3
		:: maybe(12) -> world = RED; bad = 2
		:: maybe(13) -> world = RED_TWICE; bad = 2
		:: maybe(14) -> world = RED_MOVED; bad = 2
		:: maybe(15) -> world = CLASH_MOVED; bad = 2
		:: maybe(16) -> world = RED_PAIR; bad = 0; other = 2
		:: maybe(17) -> world = RED_PAIR; bad = 1; other = 2
		:: maybe(18) -> world = CLASH_PAIR; bad = 0; other = 2
		:: maybe(19) -> world = CLASH_PAIR; bad = 1; other = 2
#endif
		fi;
		run supervisor();
		run commitd_process();
		run network();
		run crash()
	}
}
