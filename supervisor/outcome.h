/*
 * What the end of an attempt means for its task, and when it may be tried
 * again: bounded, with exponential back-off. Pure.
 */
#ifndef ORCH_OUTCOME_H
#define ORCH_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/error.h"

#define HAND_OVERS_MOST	10	/* times that a result is offered to a machine that cannot */

enum outcome {
	OUTCOME_DONE, OUTCOME_LATER, OUTCOME_BLOCKED, OUTCOME_STOPPED, OUTCOME_LOST, OUTCOME_FAILED,
	OUTCOME_LIMITED,	/* a usage limit: the agent pauses, nothing has failed */
	OUTCOME_HOPELESS	/* of itself it would be the same again; how often is said in retry.h */
};

struct decision {
	bool give_up;
	uint64_t wait_ms;
};

/* The worker's word; what is not known is a failure. */
enum outcome	outcome_find(const char *word);
/* The n-th "not yet" on the same tip: a fifth of a second, doubled, at most 30 s. */
struct decision	decide_later(uint64_t laters, uint64_t most);
/* The n-th death of a process: a tenth of a second, doubled, at most 30 s. */
uint64_t	backoff_ms(unsigned deaths);
/*
 * A result was not taken in, the n-th time: 5 seconds, doubled, at most a minute. Given
 * up at once when it is the result's fault, after HAND_OVERS_MOST times when the machine
 * cannot, and never while the disk is full.
 */
struct decision	decide_hand_over(enum error error, unsigned refusals);

#endif
