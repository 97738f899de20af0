/*
 * Runs a program without a sandbox, where the configuration says so: as our own user, who
 * sees and may do all that we may. It still has a session and limits of its own, no new
 * privileges, the allow-listed environment, and a keeper above it that ends all it started.
 */
#ifndef ORCH_BARE_H
#define ORCH_BARE_H

#include "worker/sandbox.h"

/* The descriptors stay the caller's. -1 with errno. The keeper ends as the program did. */
pid_t	bare_spawn(const struct sandbox *sandbox, const struct sandbox_run *run);

#endif
