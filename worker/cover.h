/*
 * Folders that a sandbox does not show though they may lie below shown ones: what
 * any orch of this user's keeps, and the user's own files.
 */
#ifndef ORCH_COVER_H
#define ORCH_COVER_H

#include <stdbool.h>
#include <sys/types.h>

#include "worker/texts.h"

struct covers {
	uid_t uid;		/* who runs inside */
	struct texts secret;	/* real paths; nothing in them is ever shown */
	struct texts homes;	/* the same; of these only folders that PATH names */
	/* All of both: who runs inside need not be able to get to them. */
	struct texts all_secret, all_homes;
};

/*
 * `runtime` may be NULL. What is not there, or `uid`, who runs inside, could not reach, is
 * left out.
 */
void	covers_init(struct covers *covers, const char *state, const char *runtime, uid_t uid);
void	covers_release(struct covers *covers);
/* Is it one of them, or in one? */
bool	covers_have(const struct covers *covers, const char *path);
/* Would this folder show what is secret, or all of a home? */
bool	covers_forbid(const struct covers *covers, const char *path);
/* Those that lie in no other one, in a new list. */
void	covers_outermost(const struct covers *covers, struct texts *out);
/* Is `path` the folder or below it? */
bool	cover_is_below(const char *path, const char *folder);

#endif
