/*
 * Plays the supervisor to commitd's line, and main.c of commitd around it: says
 * messages, lets the line make its steps, answers gates and calls of the upstream,
 * lets the process die and another one begin. After each of them the model is asked
 * whether all is as it has to be.
 */
#ifndef ORCH_TESTS_LINE_DRIVER_H
#define ORCH_TESTS_LINE_DRIVER_H

#include "line_model.h"

/* What the supervisor has written down of a number. */
struct row {
	enum { ROW_FREE, ROW_DRAWN, ROW_WAITING, ROW_VOID } state;
	int result;
	unsigned tries;
};

struct driver {
	struct commitd commitd;
	struct row rows[WORLD_TICKETS + 1];
	unsigned tickets, drawn;	/* how many there are; have a number */
	unsigned red, flaky;		/* percent of the trees; one verdict in so many */
	unsigned failures;		/* of the step in hand */
	unsigned verdict_count;
	char verdicts[64][OID_TEXT];	/* trees that a gate was wanted for, some */
	bool draining;
	uint64_t events;
};

extern struct driver driver;

/* Once for each program; removes what it made at its end. */
void		driver_init(void);
/* A world with nothing in it, and a process that has opened nothing. */
void		driver_begin(uint64_t seed, size_t slots);
void		driver_end(void);
/* The process dies, here or in the middle of what it did; another one begins. */
void		driver_die(void);
/* Opens the project; then all that has no receipt is said again. */
void		driver_open(void);
/* Begins what may end in a death: calls `act`, with an open project first if it must. */
void		driver_attempt(void (*act)(const void *argument), const void *argument, bool open);

void		say_enqueue(uint64_t number);
void		say_void(uint64_t number);
void		say_verdict(uint64_t number, const char *tree, bool pass);
void		say_look(void);
/* One step of the line; false: nothing more to do now. */
bool		driver_step(void);
/* What an attempt made, with any change. */
int		driver_result(void);
/* The verdict that a tree deserves, for one of those that are asked for. */
void		answer_gate(void);
/* What is under way to the upstream ends, well or in any way that it may. */
void		answer_call(bool well, bool late);
/* Others' commits on the upstream, with what could be taken for ours. */
void		push_foreign(void);
/* Everything is answered, nothing goes wrong any more: the line has to end, and well. */
void		driver_drain(void);

#endif
