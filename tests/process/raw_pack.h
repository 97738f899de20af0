/*
 * Writes packs that no Git would write: objects of any kind and any bytes, deltas on
 * anything, headers that lie. Included by the test that attacks with them.
 */
#ifndef ORCH_TEST_RAW_PACK_H
#define ORCH_TEST_RAW_PACK_H

#include <stdint.h>

#include "protocol/buffer.h"

#define RAW_OID	41		/* hexadecimal digits and a NUL */

enum raw_type { RAW_COMMIT = 1, RAW_TREE, RAW_BLOB, RAW_TAG, RAW_DELTA_AT = 6, RAW_DELTA_OF };

/* A pack in the making. What is written into `bytes` by hand is taken as it is. */
struct raw_pack {
	struct buffer bytes;
	uint32_t count;		/* the header says it; may be set to anything */
	uint64_t last;		/* where the last object begins */
};

void	raw_begin(struct raw_pack *pack);
/* The header with its count, and the checksum. */
void	raw_end(struct raw_pack *pack);
void	raw_release(struct raw_pack *pack);
/* The id that these bytes have as an object. */
void	raw_id(enum raw_type type, const void *bytes, size_t len, char oid[RAW_OID]);
/* One object; its id when `oid` is not NULL. */
void	raw_object(struct raw_pack *pack, enum raw_type type, const void *bytes, size_t len,
	    char *oid);
/* A delta on the object of an id, and on the one that begins `distance` bytes before. */
void	raw_delta_of(struct raw_pack *pack, const char *base, const struct buffer *delta);
void	raw_delta_at(struct raw_pack *pack, uint64_t distance, const struct buffer *delta);
/* The header of an object, and bytes as zlib has them when nothing is compressed. */
void	raw_header(struct raw_pack *pack, unsigned type, uint64_t size);
void	raw_data(struct raw_pack *pack, const void *bytes, size_t len);

/* Pieces of a delta: its two sizes, some bytes of its base, some of its own. */
void	raw_delta_sizes(struct buffer *delta, uint64_t base, uint64_t result);
void	raw_delta_copy(struct buffer *delta, uint32_t from, uint32_t len);
void	raw_delta_put(struct buffer *delta, const void *bytes, size_t len);
/* One entry of a tree. */
void	raw_entry(struct buffer *tree, const char *mode, const char *name, const char *oid);

#endif
