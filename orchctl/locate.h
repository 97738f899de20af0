/* Where things are: the supervisor's socket and our own programs. */
#ifndef ORCH_LOCATE_H
#define ORCH_LOCATE_H

/*
 * Connects to the supervisor: at `socket`, else at the one that the folder
 * `state` names, else at the usual places. Returns the connection, or -1 with
 * errno and *why (what was tried). *path and *why are the caller's.
 */
int	 locate_supervisor(const char *socket, const char *state, char **path, char **why);
/* Path of a program of ours, from the build tree or as installed; NULL: not there. */
char	*locate_program(const char *name);

#endif
