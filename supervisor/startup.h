/*
 * From the command line to a supervisor that may start: configuration checked
 * and completed, folders made and locked. What is wrong is said in words and
 * ends with exit status 2, and nothing was changed.
 */
#ifndef ORCH_STARTUP_H
#define ORCH_STARTUP_H

#include "supervisor/supervisor.h"

struct startup {
	const char *config_file;	/* -c */
	const char *folder;		/* -C: the repository of a one-shot run */
	char **assignments;		/* -o, NULL-terminated */
	bool check_only;		/* -n */
	char *look;			/* a state folder that is only shown; NULL: none */
};

/* Reads and checks the configuration, fills in what depends on the machine. */
void	startup_configure(struct supervisor *supervisor, const struct startup *startup);
/* Makes the state and runtime folders and takes the lock. */
void	startup_folders(struct supervisor *supervisor);

#endif
