/*
 * The variables of our own environment that a sandbox gets: what a command in it
 * finds, and so what its verdict is about.
 */
#ifndef ORCH_ENVIRONMENT_H
#define ORCH_ENVIRONMENT_H

#include <stddef.h>

/* The name of one, counted from 0, and its value, NULL when it is not set. NULL: no more. */
const char	*environment_passed(size_t index, const char **value);

#endif
