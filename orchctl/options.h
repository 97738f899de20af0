/*
 * Options of a command: its own, and those that every command takes
 * (--socket, --state, --json, --debug, --help). A command's own comes first when both
 * have the same name.
 */
#ifndef ORCH_OPTIONS_H
#define ORCH_OPTIONS_H

#include <getopt.h>
#include <stdint.h>

#include "orchctl/context.h"

#define OPTION_NONE	(-1)	/* no more options */
#define OPTION_HELP	(-2)	/* help was printed: end with EXIT_DONE */
#define OPTION_BAD	(-3)	/* said what is wrong: end with EXIT_USAGE */
#define OPTION_UNSAID	UINT64_MAX	/* no number or time: put there before, it tells that none was said */
#define OPTION_OWN	0x200	/* values of a command's long options start here */

/*
 * The next option of the command itself, or one of the above. Before the
 * first call set optind to 0. `longs` ends with a zero row and may be NULL.
 */
int	option_next(struct context *context, int argc, char **argv, const char *shorts,
	    const struct option *longs);
/* An option of a command, and where its value goes: to one of these. */
struct option_rule {
	const char *name;
	char letter;		/* NUL: it has none */
	bool *flag;		/* takes no value */
	const char **text;
	uint64_t *number;
	uint64_t most;		/* of a number */
	uint64_t *seconds;
	double *moment;
};

/*
 * Reads the options of a command line; the rules end with a zero row, and what is not said
 * stays as it is. What follows is at optind. False: end with *status.
 */
bool	options_read(struct context *context, int argc, char **argv, const struct option_rule *rules,
	    int *status);
/*
 * Reads a command line that has only the common options and from `least` to
 * `most` arguments behind them. False: end with *status.
 */
bool	options_common(struct context *context, int argc, char **argv, int least, int most,
	    int *status);
/* The same, and -p, --project NAME: a project, NULL when it is not said. */
bool	options_project(struct context *context, int argc, char **argv, int least, int most,
	    const char **project, int *status);
/* After the last option: chooses the printer and the level of the log. */
void	options_done(struct context *context);
/* Is it UTF-8, as all that is sent? Else says so, with `what` it is, and returns false. */
bool	option_text(const struct context *context, const char *what, const char *text);
/* The same for each of a list of arguments. */
bool	option_texts(const struct context *context, char *const *words);
/* Says what is wrong with the arguments and how the command is used: EXIT_USAGE. */
int	usage_error(const struct context *context, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
void	command_help(const struct command *command);
/* A number from 0 to `most`; else says so and returns false. */
bool	option_number(const struct context *context, const char *option, const char *text,
	    uint64_t most, uint64_t *value);
/* A moment as seconds since 1970, as moment_read has it; else says so and returns false. */
bool	option_moment(const struct context *context, const char *option, const char *text,
	    double *moment);
/* Seconds from "90", "90s", "45m", "2h" or "1d"; likewise. */
bool	option_seconds(const struct context *context, const char *option, const char *text,
	    uint64_t *seconds);

#endif
