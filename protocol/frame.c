/* Where one MessagePack object ends: see frame.h. */
#include "frame.h"

/* What a first byte announces: bytes that follow it, and values inside it. */
struct head {
	unsigned length_bytes;	/* of the length field behind the first byte */
	uint64_t body;		/* bytes of payload, the length field not counted */
	uint64_t values;	/* values inside */
	int is_map, is_text, bad;
};

void
frame_init(struct frame *frame)
{
	*frame = (struct frame){ .pending = { 1 } };
}

/* The first byte alone; lengths that stand behind it are read by the caller. */
static struct head
head_of(unsigned char byte)
{
	static const struct head extended[32] = {
		[0x00] = { 0 },					/* nil */
		[0x01] = { .bad = 1 },				/* never used */
		[0x02] = { 0 }, [0x03] = { 0 },			/* false, true */
		[0x04] = { .length_bytes = 1, .is_text = 1 },	/* bin */
		[0x05] = { .length_bytes = 2, .is_text = 1 },
		[0x06] = { .length_bytes = 4, .is_text = 1 },
		[0x07] = { .length_bytes = 1, .is_text = 1, .body = 1 },	/* ext */
		[0x08] = { .length_bytes = 2, .is_text = 1, .body = 1 },
		[0x09] = { .length_bytes = 4, .is_text = 1, .body = 1 },
		[0x0a] = { .body = 4 }, [0x0b] = { .body = 8 },	/* float */
		[0x0c] = { .body = 1 }, [0x0d] = { .body = 2 },	/* unsigned */
		[0x0e] = { .body = 4 }, [0x0f] = { .body = 8 },
		[0x10] = { .body = 1 }, [0x11] = { .body = 2 },	/* signed */
		[0x12] = { .body = 4 }, [0x13] = { .body = 8 },
		[0x14] = { .body = 2 }, [0x15] = { .body = 3 },	/* fixext */
		[0x16] = { .body = 5 }, [0x17] = { .body = 9 }, [0x18] = { .body = 17 },
		[0x19] = { .length_bytes = 1, .is_text = 1 },	/* str */
		[0x1a] = { .length_bytes = 2, .is_text = 1 },
		[0x1b] = { .length_bytes = 4, .is_text = 1 },
		[0x1c] = { .length_bytes = 2 },			/* array */
		[0x1d] = { .length_bytes = 4 },
		[0x1e] = { .length_bytes = 2, .is_map = 1 },	/* map */
		[0x1f] = { .length_bytes = 4, .is_map = 1 },
	};

	if (byte <= 0x7f || byte >= 0xe0)
		return (struct head){ 0 };
	if (byte <= 0x8f)
		return (struct head){ .values = 2u * (byte & 0x0f), .is_map = 1 };
	if (byte <= 0x9f)
		return (struct head){ .values = byte & 0x0f };
	if (byte <= 0xbf)
		return (struct head){ .body = byte & 0x1f };
	return extended[byte - 0xc0];
}

/* Adds a length that stands behind the first byte to what is announced. */
static void
head_add_length(struct head *head, const unsigned char *bytes)
{
	uint64_t length = 0;
	unsigned i;

	if (head->length_bytes == 0)
		return;
	for (i = 0; i < head->length_bytes; i++)
		length = length << 8 | bytes[i];
	if (head->is_text)
		head->body += length;
	else
		head->values = head->is_map ? 2 * length : length;
}

enum frame_result
frame_scan(struct frame *frame, const unsigned char *bytes, size_t have, size_t *len)
{
	struct head head;
	uint64_t size;

	for (;;) {
		while (frame->pending[frame->depth] == 0) {
			if (frame->depth == 0) {
				*len = frame->at;
				frame_init(frame);
				return FRAME_WHOLE;
			}
			frame->depth--;
		}
		if (frame->at >= have)
			return FRAME_MORE;
		head = head_of(bytes[frame->at]);
		if (head.bad)
			return FRAME_BAD;
		if (head.length_bytes > have - frame->at - 1)
			return FRAME_MORE;
		head_add_length(&head, bytes + frame->at + 1);
		size = 1 + head.length_bytes + head.body;
		/* Each value announced takes a byte at least. */
		if (frame->at + size + head.values > FRAME_MAX ||
		    frame->values + 1 + head.values > FRAME_VALUES)
			return FRAME_BAD;
		if (size > have - frame->at)
			return FRAME_MORE;
		frame->at += size;
		frame->values++;
		frame->pending[frame->depth]--;
		if (head.values > 0) {
			if (frame->depth == FRAME_DEPTH)
				return FRAME_BAD;
			frame->pending[++frame->depth] = head.values;
		}
	}
}
