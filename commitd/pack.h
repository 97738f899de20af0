/*
 * How much a pack would make of itself, before a program that believes what it
 * says is let near it: reads every header and how long every object really is.
 * Keeps none of it, follows no delta, and knows nothing of what the objects mean.
 */
#ifndef ORCH_PACK_H
#define ORCH_PACK_H

#include <stdint.h>

#include "protocol/buffer.h"
#include "protocol/error.h"

#define PACK_HEADER		12u	/* "PACK", version, number of objects */
#define PACK_TRAILER		20u
#define PACK_OBJECTS_PER_FILE	10u	/* a pack may have, of a result's most files */
#define PACK_UNPACKED		16u	/* times its most bytes, all its objects together */

/* What a result may be; each is an option "limits.X" of orch.yaml(5). */
struct limits {
	uint64_t pack;		/* bytes of its pack */
	uint64_t object;	/* bytes of one of its objects */
	uint64_t files;		/* that it changes */
	uint64_t path;		/* bytes of one of their paths */
};

/* What holds where nobody says anything else. */
#define LIMITS_PRESET	{ 1ull << 30, 512ull << 20, 200000, 4095 }

/* What a pack says and is. */
struct pack {
	uint64_t objects;
	uint64_t bytes;		/* of the pack */
	uint64_t unpacked;	/* of all objects */
};

/*
 * Reads the pack in a file of `bytes` bytes, from its beginning; no bytes are a pack
 * of nothing. ERROR_INVALID when it is not one, ERROR_TOO_LARGE beyond a limit,
 * with words.
 */
enum error	pack_look(int fd, uint64_t bytes, const struct limits *limits,
		    struct pack *pack, struct buffer *why);

#endif
