/* A list of strings that grows, NULL-terminated at any time: for argv. */
#ifndef ORCH_TEXTS_H
#define ORCH_TEXTS_H

#include <stddef.h>

struct texts { char **items; size_t count, room; };

void	texts_init(struct texts *texts);
void	texts_release(struct texts *texts);
/* Adds copies of all arguments up to a NULL. */
void	texts_add(struct texts *texts, ...) __attribute__((sentinel));
void	texts_format(struct texts *texts, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
