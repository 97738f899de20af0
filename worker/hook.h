/*
 * What a hook is given: an object of JSON on its standard input, and what the attempt printed
 * that it is told of.
 */
#ifndef ORCH_HOOK_H
#define ORCH_HOOK_H

#include "worker/worker.h"

#define TRANSCRIPT_FILE	"/run/orch/transcript"	/* in the sandbox */

/* A descriptor with the object, to which the folder and the transcript are added; -1 with errno. */
int	hook_input(const struct worker *worker, const char *object);
/* The transcript, if there is one, to be read. */
void	hook_binds(const struct worker *worker, struct sandbox_run *run);

#endif
