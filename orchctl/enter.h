/* A shell in the namespaces of another process, as the user that it is there. */
#ifndef ORCH_ENTER_H
#define ORCH_ENTER_H

#include <sys/types.h>

/*
 * Runs it, with our streams, until it ends: its exit status, or -1 with errno and *what.
 * Needs the rights of root, or of the user who made the sandbox. Source: setns(2), which
 * takes a pidfd since Linux 5.8.
 */
int	enter_shell(pid_t pid, const char **what);

#endif
