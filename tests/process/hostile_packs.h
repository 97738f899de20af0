/*
 * Packs that were made to do harm, a function each, and what is to be said of them.
 * Included by the test that hands them over.
 */
#ifndef ORCH_TEST_HOSTILE_PACKS_H
#define ORCH_TEST_HOSTILE_PACKS_H

#include "commitd_fixture.h"
#include "raw_pack.h"

/* What they go beyond, or nearly. */
#define PACK_LIMIT	(16u << 20)
#define OBJECT_LIMIT	(8u << 20)
#define FILES_LIMIT	1000u
#define PATH_LIMIT	1024u

#define NOBODY		"dddddddddddddddddddddddddddddddddddddddd"	/* an object of nobody's */
#define PERSON		"Eve <eve@x> 1600000000 +0000"

struct attack {
	struct world *world;
	struct raw_pack pack;
	char tree[RAW_OID], blob[RAW_OID];	/* of the base; of "x\n", in every pack */
	char commit[RAW_OID];			/* what is handed over */
};

/* One row: what is tried, how its pack is made, and a piece of the reason. */
struct row {
	const char *name;
	void (*make)(struct attack *attack);
	const char *reason;
};

#endif
