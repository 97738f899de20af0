/* A pack in chunks: see chunks.h. */
#include "chunks.h"

#include "message.h"

enum chunk
chunks_take(struct chunks_in *in, uint64_t most, uint64_t offset, size_t len, uint64_t total,
    size_t *skip, const char **why)
{
	*skip = 0;
	if (total == 0 || total > most) {
		*why = total == 0 ? "it is empty" : "it is larger than the limit";
		return CHUNK_WRONG;
	}
	if (in->total != 0 && total != in->total) {
		*why = "its size is another one than before";
		return CHUNK_WRONG;
	}
	if (offset > total || len > total - offset) {
		*why = "it goes on behind its end";
		return CHUNK_WRONG;
	}
	in->total = total;
	if (offset > in->have)
		return CHUNK_EARLY;
	if (in->have - offset >= len)
		return CHUNK_KNOWN;
	*skip = (size_t)(in->have - offset);
	return CHUNK_NEW;
}

bool
chunks_wanted(struct chunks_out *out, uint64_t offset)
{
	if (offset > out->total)
		return false;
	if (offset <= out->told || offset > out->sent)
		out->sent = offset;
	out->told = offset;
	return true;
}

size_t
chunks_due(const struct chunks_out *out)
{
	uint64_t left = out->total - out->sent, room = PACK_WINDOW - (out->sent - out->told);

	if (left > room)
		left = room;
	return left > PACK_CHUNK_MAX ? PACK_CHUNK_MAX : (size_t)left;
}
