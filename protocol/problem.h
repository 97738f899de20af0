/*
 * What is wrong with an input, for a person: all of it in one go. Each line
 * says where, what, and what to do ("orch.yaml:12:5: projects.x.verify:
 * missing; write a command, or 'none' to land unverified").
 */
#ifndef ORCH_PROBLEM_H
#define ORCH_PROBLEM_H

#include <stddef.h>

#define PROBLEMS_MAX 100	/* more are counted, not kept */

struct problems {
	char **text;
	size_t count;		/* kept */
	size_t dropped;		/* counted only */
};

void	problems_init(struct problems *problems);
void	problems_release(struct problems *problems);
/* Adds one line, without a newline. */
void	problems_add(struct problems *problems, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
/* Writes all of them to standard error, each behind "prefix: ". */
void	problems_print(const struct problems *problems, const char *prefix);

#endif
