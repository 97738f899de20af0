/*
 * Another attempt after a failure: how often, by what it failed of, and when. The wait
 * doubles with each failure in a row, has a bound, and is spread a little, so that not all
 * that failed together comes back together: by a seed of the task and its attempt, so that
 * the same attempt always waits as long. Pure.
 */
#ifndef ORCH_RETRY_H
#define ORCH_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* What an attempt fails of, as its outcome is called; each has a bound, or that of FAILED. */
enum retry_reason {
	RETRY_FAILED, RETRY_ERROR, RETRY_TIMEOUT, RETRY_IDLE, RETRY_MEMORY, RETRY_CPU, RETRY_DISK,
	RETRY_OUTPUT, RETRY_PROCESSES, RETRY_NO_PROMISE, RETRY_CHECK_FAILED, RETRY_NETWORK, RETRY_AUTH,
	RETRY_BUDGET, RETRY_LOST,
	RETRY_REASONS
};

#define RETRY_AS_FAILED	UINT64_MAX	/* no bound of its own: it counts with the others */

struct retry_rules {
	uint64_t most[RETRY_REASONS];	/* new attempts */
	uint64_t delay, delay_most;	/* milliseconds: the first wait, and the longest */
	uint64_t jitter;		/* per cent: so much shorter or longer */
};

struct retry {
	bool give_up;
	uint64_t wait_ms;
};

/* By an outcome's word; what has no name of its own is RETRY_FAILED. */
enum retry_reason	 retry_find(const char *outcome);
/* "timeout", as in retries.timeout. */
const char		*retry_word(enum retry_reason reason);
/* The reason whose bound counts: its own, or RETRY_FAILED. */
enum retry_reason	 retry_counts_as(const struct retry_rules *rules, enum retry_reason reason);
/* After the n-th failure, n from 1, that counts as this reason, of this attempt of this task. */
struct retry		 retry_decide(const struct retry_rules *rules, enum retry_reason reason, uint64_t n,
			    const char *task, uint64_t attempt);

#endif
