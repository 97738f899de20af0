/*
 * What every command of orchctl is given: what the global options said, which
 * command this is, and the printer. One struct of the process.
 */
#ifndef ORCH_CONTEXT_H
#define ORCH_CONTEXT_H

#include <stdbool.h>

struct printer;
struct context;

struct command {
	const char *name;
	int (*run)(struct context *context, int argc, char **argv);	/* exit status */
	const char *usage;	/* what follows the name */
	const char *help;	/* one line */
	bool paths;		/* arguments are paths, which are any bytes; else they are text */
};

struct context {
	const char *socket, *state;	/* NULL: not said */
	bool json, debug;
	bool looks;			/* only shows what there is: of a state folder at rest as well */
	const struct command *command;
	const struct printer *printer;	/* text or JSON, chosen by printer_choose */
	char **arguments;		/* as typed, from the program's name on */
};

/* Exit status of every command, as orchctl(1) lists them. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_UNFINISHED = 1,	/* something is blocked, cancelled or waits; or it failed */
	EXIT_USAGE = 2,
	EXIT_NO_SUPERVISOR = 3,
	EXIT_NOT_PERMITTED = 4,
	EXIT_TIMED_OUT = 5,
	EXIT_INTERRUPTED = 130
};

#endif
