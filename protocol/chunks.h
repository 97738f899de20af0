/*
 * A pack on its way through a link, in chunks: which of them is new, which was here, which
 * is none; and how much may be on its way before the other side has said that it came. Pure.
 */
#ifndef ORCH_CHUNKS_H
#define ORCH_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who receives. */
struct chunks_in {
	uint64_t have;		/* bytes kept, from the beginning; the caller adds to it */
	uint64_t total;		/* as the first chunk says; 0: none has come */
};

enum chunk {
	CHUNK_NEW,		/* goes on where we are; *skip bytes of it were here */
	CHUNK_KNOWN,		/* all of it was here */
	CHUNK_EARLY,		/* something before it has not come */
	CHUNK_WRONG		/* none of this pack: *why, a static text */
};

/* What a chunk of `len` bytes at `offset` is, of a pack of `total`; `most`: what a pack may have. */
enum chunk	chunks_take(struct chunks_in *in, uint64_t most, uint64_t offset, size_t len,
		    uint64_t total, size_t *skip, const char **why);

/* Who sends. */
struct chunks_out {
	uint64_t total, told, sent;	/* told: what the other side has said that it has */
};

/*
 * The other side has `offset` bytes and wants what follows. Said once more, or less than
 * before, it is sent again from there. False: there is no such place.
 */
bool		chunks_wanted(struct chunks_out *out, uint64_t offset);
/* How many bytes may leave now, from out->sent on; 0: it waits, or has all. The caller adds. */
size_t		chunks_due(const struct chunks_out *out);

#endif
