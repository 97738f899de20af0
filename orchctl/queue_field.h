/*
 * One task of the older JSON queue, key by key, for queue_read.c: what may stand there and
 * where it goes.
 */
#ifndef ORCH_QUEUE_FIELD_H
#define ORCH_QUEUE_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "protocol/problem.h"
#include "tasks/task_spec.h"

/* The queue that is being read, and the task at hand. */
struct queue {
	const char *name, *bytes;
	size_t len;
	struct problems *problems;
	/* The task at hand. */
	size_t at;			/* where it begins */
	struct task_place place;
	const char *label;
	struct task_spec *spec;
	const char *status, *error;	/* of the JSON */
	bool passes, described;
	char *about;			/* lines of file and tests, for the prompt */
};

/* Adds a problem with a key of the task at hand, NULL: with all of it: "KEY: what detail". */
void	queue_field_say(const struct queue *queue, const char *key, const char *what,
	    const char *detail);
/* Reads all keys that are known into the task at hand, and the queue's members for it. */
void	queue_field_read(struct queue *queue, const json_t *feature);

#endif
