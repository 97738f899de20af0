/*
 * What the line has to be, in the plainest words: one entry for each number, and
 * loops over all of them. It is told of each message before or after commitd has it,
 * watches what commitd does to the world, and holds the queue to the same state after
 * each step. What does not hold ends the sequence through model_fail.
 */
#ifndef ORCH_TESTS_LINE_MODEL_H
#define ORCH_TESTS_LINE_MODEL_H

#include "line_world.h"

enum place {
	PLACE_NONE,		/* no candidate */
	PLACE_MADE,		/* it has one, which stands on what is before it */
	PLACE_ASIDE,		/* red or in conflict */
	PLACE_JUDGED
};

struct entry {
	/* Lost when the process dies. */
	bool arrived, asked, passed, under_way, later, red;
	enum place place;
	int result, commit, stood;
	/* Not lost: what the branch and the references say, and what was said. */
	bool landed, is_void, void_asked, told_void, told_landed;
	int landed_as;
	/* In this step. */
	bool told, unwanted, refused, fresh, back;
};

struct model {
	struct entry entries[WORLD_TICKETS + 2];
	size_t slots, window;
	int64_t slow;			/* the beginning of the call that was said to take long */
	int told_tip;			/* where attempts may start from, by what was said */
	bool looking;			/* a look was asked for and is not answered */
	const struct commitd *commitd;	/* which is looked at where it cannot be told */
	size_t most;			/* tickets in the next push */
	int64_t not_before;		/* the next push, by what was said */
	unsigned faults;		/* before this step */
	uint64_t opened_next;
	bool opened, failed, again;	/* what was said of the project in this step */
	char why[300];			/* it failed */
	bool moved;			/* the branch was, in this step */
	bool unsent;			/* something was to set off in this step, and has not */
};

extern struct model model;

/* Prints nothing itself: `what` is kept for the runner, which it jumps to. */
void		model_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
extern jmp_buf	model_failure;
extern char	model_why[512];
/* A line for each event, when model_traced. */
void		trace(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern bool	model_traced;

void		model_begin(const struct commitd *commitd, size_t slots);
/* The first number that neither landed nor is void. */
uint64_t	model_first(void);
/* Before a handler or a step. */
void		model_step(void);
/* After the handlers. */
void		model_enqueued(uint64_t number, int result);
void		model_voided(uint64_t number);
/* Before that of a verdict. */
void		model_verdict(uint64_t number, world_tree tree, bool pass);
/* After a handler, or (`stepped`) a step of the line that did not fail. */
void		model_settle(const struct commitd *commitd, bool stepped);
/* A step failed: what was to set off and was sent nowhere has come back. */
void		model_failed(const struct commitd *commitd);
/* Nothing more to do, says the line: is that so? */
void		model_quiet(const struct commitd *commitd);
/* The process is gone; another one has opened the project. */
void		model_dead(void);
void		model_opened(void);

#endif
