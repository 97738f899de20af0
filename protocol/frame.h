/*
 * Finds where one MessagePack object ends in a stream of bytes, without
 * believing a word of it: a length in a header is compared with the limits at
 * once and allocates nothing, depth is bounded, and bytes that were looked at
 * are never looked at again. Pure. Source: the MessagePack specification.
 */
#ifndef ORCH_FRAME_H
#define ORCH_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX	(32u << 20)	/* bytes of one object */
#define FRAME_DEPTH	16		/* arrays and maps inside each other */
#define FRAME_VALUES	(1u << 21)	/* values in one object */

enum frame_result {
	FRAME_MORE,		/* not all of it is here yet */
	FRAME_WHOLE,		/* *len bytes are one object */
	FRAME_BAD		/* broken, too long, too deep or too many values */
};

struct frame {
	size_t at;			/* bytes looked at */
	size_t values;			/* values begun */
	unsigned depth;
	uint64_t pending[FRAME_DEPTH + 1];	/* values still to come, by level */
};

void	frame_init(struct frame *frame);
/*
 * `bytes` is the stream from the beginning of the object, `have` as many as
 * have arrived; call again with the same beginning and more bytes. After
 * FRAME_WHOLE the state is ready for the object that follows.
 */
enum frame_result	frame_scan(struct frame *frame, const unsigned char *bytes,
			    size_t have, size_t *len);

#endif
