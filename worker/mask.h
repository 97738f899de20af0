/*
 * Secrets that an agent was given and prints are not stored: each becomes "***" in a
 * stream, wherever the pieces of it are cut. Pure.
 */
#ifndef ORCH_MASK_H
#define ORCH_MASK_H

#include <stddef.h>

#include "protocol/buffer.h"

#define MASK_LEAST	6u	/* bytes; what is shorter is in many words */

/* The secrets; those of two streams are the same. */
struct mask_words { char **words; size_t longest; };

/* A stream: what may be the beginning of a secret waits for more. */
struct mask { struct buffer held; };

typedef void mask_out(void *context, const unsigned char *bytes, size_t len);

/* One more; ignored when it is too short. Copied. */
void	mask_words_add(struct mask_words *words, const char *secret);
/* Forgets all of them, and overwrites what it had. */
void	mask_words_release(struct mask_words *words);

void	mask_init(struct mask *mask);
void	mask_release(struct mask *mask);
/* Bytes go out, but for the last ones that a secret may begin with. */
void	mask_feed(struct mask *mask, const struct mask_words *words, const unsigned char *bytes,
	    size_t len, mask_out *out, void *context);
/* The stream is at its end. */
void	mask_end(struct mask *mask, const struct mask_words *words, mask_out *out, void *context);

#endif
