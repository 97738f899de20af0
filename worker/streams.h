/*
 * A worker that a launcher runs, on this machine or another one: the link is its standard
 * input and output, and the lock of its slot its own to take.
 */
#ifndef ORCH_STREAMS_H
#define ORCH_STREAMS_H

/*
 * Takes both over, for good: what is printed goes to standard error from then on, and
 * nothing is to be read. NULL, or why they cannot be a link.
 */
const char	*streams_take(int *in, int *out);
/*
 * The descriptor that holds the lock of the slot in this folder. -1 with errno; EWOULDBLOCK:
 * another worker has it, or what is left of one.
 */
int		 streams_lock(const char *slot);

#endif
