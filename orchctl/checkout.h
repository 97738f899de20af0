/*
 * Your own checkout after a run: what landed is brought into it when that is
 * safe, else put beside it on a branch of its own.
 */
#ifndef ORCH_CHECKOUT_H
#define ORCH_CHECKOUT_H

/* What landed, and where it should show. */
struct checkout {
	const char *upstream;		/* what the tasks ran on: a path or a URL */
	const char *branch;
	const char *repository;		/* bare, holds the result on that branch */
};

/*
 * Runs git as the user, or for root as the owner of the upstream. Returns what there is to say to the person, NULL for
 * nothing; the caller frees it.
 */
char	*checkout_forward(const struct checkout *checkout);

#endif
