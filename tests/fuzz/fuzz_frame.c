/*
 * Frames: however the bytes arrive, the end of an object is found at the same
 * place, never past what is there; and the reader takes what was found whole.
 */
#include "fuzz.h"
#include "protocol/frame.h"
#include "protocol/reader.h"

const char *const fuzz_words[] = { "\xc0", "\xdd\xff\xff\xff\xff", "\xdf\x7f\xff\xff\xff",
    "\xc6\x02\x00\x00\x01", "\xdb\xff\xff\xff\xff", "\xc9\xff\xff\xff\xff\x01", "\x91\x91\x91\x91", "\x81\xa1k",
    "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "\xcb\x7f\xf8", NULL };

/* An object of any kind, with others in it. */
static void
object(struct buffer *out, unsigned depth)
{
	unsigned char head = 0;
	size_t count = fuzz_below(4), i;

	switch (fuzz_below(depth > 6 ? 6 : 8)) {
	case 0: head = (unsigned char)fuzz_below(128); break;
	case 1: head = (unsigned char)(0xc0 + (fuzz_below(2) ? 2 + fuzz_below(2) : 0)); break;
	case 2: buffer_add(out, "\xcd\x12\x34", 3); return;
	case 3: buffer_add(out, "\xcb\x40\x09\x21\xfb\x54\x44\x2d\x18", 9); return;
	case 4: buffer_add(out, "\xa3" "abc", 4); return;
	case 5: buffer_add(out, "\xc4\x02\x00\xff", 4); return;
	case 6: head = (unsigned char)(0x90 + count); break;
	case 7: head = (unsigned char)(0x80 + count); count *= 2; break;
	}
	buffer_add(out, &head, 1);
	if (head >= 0x80 && head < 0xa0)
		for (i = 0; i < count; i++)
			object(out, depth + 1);
}

void
fuzz_seed(struct buffer *out)
{
	size_t count = 1 + fuzz_below(3);

	while (count-- > 0)
		object(out, 0);
}

void
fuzz_run(const unsigned char *bytes, size_t len)
{
	struct frame frame, slow;
	enum frame_result result, seen = FRAME_MORE;
	struct envelope envelope;
	size_t whole = 0, end = 0, next = 0, other = 0, have;
	const void *params;

	frame_init(&frame);
	result = frame_scan(&frame, bytes, len, &whole);
	frame_init(&slow);
	for (have = 0; have <= len && seen == FRAME_MORE; have++)
		seen = frame_scan(&slow, bytes, have, &end);
	fuzz_check(seen == result);
	if (result != FRAME_WHOLE)
		return;
	fuzz_check(whole == end && whole > 0 && whole <= len && have == whole + 1);
	/* What follows is an object of its own. */
	frame_init(&slow);
	fuzz_check(frame_scan(&frame, bytes + whole, len - whole, &next) ==
	    frame_scan(&slow, bytes + whole, len - whole, &other) && next == other);
	reader_free(reader_new(bytes, whole, &envelope));
	reader_free(reader_map(bytes, whole, &params));
}
