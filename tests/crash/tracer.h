/*
 * Runs a program and lets a chosen call go wrong. Only calls that change
 * something are counted: each program of the tree below has its own count, so
 * that a place is "the 7th of the second git push", whatever else runs beside it.
 */
#ifndef ORCH_TRACER_H
#define ORCH_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TRACE_PLACES	4096	/* that one run may have */

/* A call of a program; the same in each run that goes the same way. */
struct place {
	char program[24];	/* "git push" is "push", any git "git-x" is "x" */
	unsigned instance;	/* of that program, from 1 */
	unsigned number;	/* of the call in it, from 1 */
};

struct place_seen {
	struct place place;
	char call[128];		/* its name and what it is about */
};

/* Lives in memory that the tracer and who looks at it share. */
struct trace {
	volatile bool counting;	/* calls before do not count; may be set at any time */
	const char *from;	/* a write with this text sets it; NULL: nothing does */
	bool follow;		/* also what the program starts */
	struct place wanted;	/* number 0: none, all are listed */
	int error;		/* the call fails with it; 0: the process is killed at it */
	volatile pid_t pid;	/* of the program */
	volatile bool hit;
	char hit_call[128];
	volatile size_t count;
	struct place_seen seen[TRACE_PLACES];
};

/* Can calls be made to fail on this kind of machine? Written for x86-64; kills work on all. */
bool		trace_can_fail(void);
/* NULL when there is no memory. */
struct trace	*trace_new(void);
void		trace_free(struct trace *trace);
/*
 * Runs the program to its end and ends this process as that one has ended. When the
 * wanted call has come, nothing is traced any more.
 */
void		trace_execute(void *trace, const char *path, char *const arguments[]);

#endif
