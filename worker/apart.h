/*
 * Work that may take long, in a process of its own, so that the worker still hears its
 * supervisor meanwhile.
 */
#ifndef ORCH_APART_H
#define ORCH_APART_H

#include "protocol/buffer.h"
#include "protocol/error.h"
#include "protocol/loop.h"

struct apart;

struct apart_calls {
	void *context;
	/* In the other process: does it; a sentence when it fails. What else it changes is lost. */
	enum error (*work)(void *context, struct buffer *why);
	/* Here, when it is over: NULL, or the sentence. The apart is freed after it. */
	void (*done)(void *context, const char *why);
};

/* NULL with errno. */
struct apart	*apart_new(struct loop *loop, const struct apart_calls *calls);
/* Ends it and what it runs; done is not called. NULL is fine. */
void		 apart_free(struct apart *apart);

#endif
