/* What pause, drain, halt and resume share: the project, a reason, one request. */
#ifndef ORCH_MODE_SET_H
#define ORCH_MODE_SET_H

#include "orchctl/context.h"

/* What was typed behind the command. */
struct mode_words {
	const char *project, *why;	/* NULL: not said */
	bool wait;
};

/*
 * Reads [-p PROJECT] [--why TEXT], and [--wait] where `may_wait`. What follows is at optind.
 * False: end with *status.
 */
bool	mode_set_options(struct context *context, int argc, char **argv, bool may_wait,
	    struct mode_words *words, int *status);
/* Asks for this mode and shows what there is then; with `wait` until the supervisor has ended. */
int	mode_set(struct context *context, const char *mode, const struct mode_words *words);
/* A command that does just that. */
int	mode_set_command(struct context *context, int argc, char **argv, const char *mode, bool may_wait);

#endif
