/*
 * How long a task is going to take, learned from those before it: for each kind
 * (an agent in a project) the median of the last ESTIMATE_RING lengths. A median
 * of a moving window (J. W. Tukey, "Exploratory Data Analysis", 1977: running
 * medians) follows what changes, and of the window nearly half may be nonsense
 * before it is. Memory is bounded: ESTIMATE_KINDS windows of that size.
 *
 * What is told follows the median in leaps: not before it is out by half, for
 * whoever uses it has to reckon anew. Pure; the caller measures.
 */
#ifndef ORCH_ESTIMATE_H
#define ORCH_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ESTIMATE_RING	31u	/* lengths that count */
#define ESTIMATE_LEAST	3u	/* of fewer nothing is told */
#define ESTIMATE_KINDS	1000u	/* of more than so many kinds nothing is learned */

struct estimates;

struct estimates *estimates_new(void);
/* NULL is fine. */
void	 estimates_free(struct estimates *estimates);
/*
 * One of that kind has taken so long; what is not a length (negative, not a number)
 * is left out. True: what is told of it is another from now on.
 */
bool	 estimates_add(struct estimates *estimates, const char *kind, double seconds);
/*
 * Whole seconds, at least 1, and from how many lengths (NULL: not asked). 0: too
 * little is known.
 */
uint64_t estimates_of(const struct estimates *estimates, const char *kind, size_t *lengths);

#endif
