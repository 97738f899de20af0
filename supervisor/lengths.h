/*
 * Lengths of time in order, pure: one more and one less cost next to nothing however many
 * there are, and so does the one in any place, for quantiles.
 */
#ifndef ORCH_LENGTHS_H
#define ORCH_LENGTHS_H

#include <stdbool.h>
#include <stddef.h>

struct lengths_part;

struct lengths {
	struct lengths_part **parts;	/* none empty; no length is above one of a later part */
	size_t part_count, room;
	size_t count;
};

/* An empty one is all zeroes. */
void	lengths_release(struct lengths *lengths);
void	lengths_add(struct lengths *lengths, double seconds);
/* Takes one of this length out; false: there is none. */
bool	lengths_take(struct lengths *lengths, double seconds);
/* The length that `part` of a hundred are not above; 0 when there are none. */
double	lengths_quantile(const struct lengths *lengths, size_t part);

#endif
