/*
 * The environment of the programs that commitd runs, built from nothing: neither what
 * the supervisor has in its own nor what Git would read there gets in unasked.
 */
#ifndef ORCH_ENVIRONMENT_H
#define ORCH_ENVIRONMENT_H

/*
 * All of it, allocated. `configuration`: file that stands for the user's; `repository`:
 * GIT_DIR, or "" for none. `more`, which may be NULL, counts more than what is fixed:
 * "K=V" stands in place of any other K, "K" alone takes K away.
 */
char		**environment_new(const char *configuration, const char *repository,
		    const char *const *more);
/* The folder of whom we are, where keys and credentials are; until the next call. */
const char	 *environment_home(void);
/* We are another user from here on: what was somebody else's is not ours. */
void		  environment_forget(void);

#endif
