/* Packs that no Git would write: see raw_pack.h. */
#include "raw_pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define STORED_MOST	65535u		/* bytes in a stored block of zlib's */

static uint32_t
rotate(uint32_t word, unsigned by)
{
	return word << by | word >> (32 - by);
}

static void
sha1_block(uint32_t state[5], const unsigned char *block)
{
	static const uint32_t add[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
	uint32_t w[80], v[5], mix;
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		    (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(v, state, sizeof(v));
	for (i = 0; i < 80; i++) {
		mix = i < 20 ? (v[1] & v[2]) | (~v[1] & v[3]) : i >= 40 && i < 60 ?
		    (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]) : v[1] ^ v[2] ^ v[3];
		mix += rotate(v[0], 5) + v[4] + w[i] + add[i / 20];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rotate(v[1], 30);
		v[1] = v[0];
		v[0] = mix;
	}
	for (i = 0; i < 5; i++)
		state[i] += v[i];
}

static void
sha1(const unsigned char *bytes, size_t len, unsigned char out[20])
{
	uint32_t state[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	unsigned char tail[128] = { 0 };
	size_t left = len % 64, whole = len - left, i, size = left < 56 ? 64 : 128;
	uint64_t bits = (uint64_t)len * 8;

	for (i = 0; i < whole; i += 64)
		sha1_block(state, bytes + i);
	if (left > 0)
		memcpy(tail, bytes + whole, left);
	tail[left] = 0x80;
	for (i = 0; i < 8; i++)
		tail[size - 1 - i] = (unsigned char)(bits >> (8 * i));
	for (i = 0; i < size; i += 64)
		sha1_block(state, tail + i);
	for (i = 0; i < 20; i++)
		out[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}

static void
put_id(struct buffer *out, const char *oid)
{
	unsigned char byte;
	unsigned value;
	int i;

	for (i = 0; i < 20; i++) {
		sscanf(oid + 2 * i, "%2x", &value);
		byte = (unsigned char)value;
		buffer_add(out, &byte, 1);
	}
}

void
raw_id(enum raw_type type, const void *bytes, size_t len, char oid[RAW_OID])
{
	static const char *const names[] = { "", "commit", "tree", "blob", "tag" };
	unsigned char hash[20];
	struct buffer whole;
	int i;

	buffer_init(&whole);
	buffer_format(&whole, "%s %zu", names[type], len);
	buffer_add(&whole, "", 1);
	buffer_add(&whole, bytes, len);
	sha1(whole.bytes, whole.len, hash);
	for (i = 0; i < 20; i++)
		snprintf(oid + 2 * i, 3, "%02x", hash[i]);
	buffer_release(&whole);
}

void
raw_begin(struct raw_pack *pack)
{
	*pack = (struct raw_pack){ .count = 0 };
	buffer_init(&pack->bytes);
	buffer_add(&pack->bytes, "PACK\0\0\0\2\0\0\0\0", 12);
}

void
raw_end(struct raw_pack *pack)
{
	unsigned char hash[20];
	int i;

	for (i = 0; i < 4; i++)
		pack->bytes.bytes[8 + i] = (unsigned char)(pack->count >> (24 - 8 * i));
	sha1(pack->bytes.bytes, pack->bytes.len, hash);
	buffer_add(&pack->bytes, hash, sizeof(hash));
}

void
raw_release(struct raw_pack *pack)
{
	buffer_release(&pack->bytes);
}

void
raw_header(struct raw_pack *pack, unsigned type, uint64_t size)
{
	unsigned char byte = (unsigned char)(type << 4 | (size & 15));

	pack->last = pack->bytes.len;
	for (size >>= 4; size > 0; size >>= 7) {
		byte |= 0x80;
		buffer_add(&pack->bytes, &byte, 1);
		byte = (unsigned char)(size & 0x7f);
	}
	buffer_add(&pack->bytes, &byte, 1);
	pack->count++;
}

void
raw_data(struct raw_pack *pack, const void *bytes, size_t len)
{
	const unsigned char *from = bytes;
	uint32_t a = 1, b = 0, sum;
	size_t at = 0, part, i;

	buffer_add(&pack->bytes, "\x78\x01", 2);
	do {
		part = len - at < STORED_MOST ? len - at : STORED_MOST;
		buffer_add(&pack->bytes, (const unsigned char[]){ at + part == len,
		    (unsigned char)part, (unsigned char)(part >> 8), (unsigned char)~part,
		    (unsigned char)(~part >> 8) }, 5);
		buffer_add(&pack->bytes, from + at, part);
		at += part;
	} while (at < len);
	for (i = 0; i < len; i++) {
		a = (a + from[i]) % 65521;
		b = (b + a) % 65521;
	}
	sum = b << 16 | a;
	buffer_add(&pack->bytes, (const unsigned char[]){ (unsigned char)(sum >> 24),
	    (unsigned char)(sum >> 16), (unsigned char)(sum >> 8), (unsigned char)sum }, 4);
}

void
raw_object(struct raw_pack *pack, enum raw_type type, const void *bytes, size_t len, char *oid)
{
	raw_header(pack, type, len);
	raw_data(pack, bytes, len);
	if (oid != NULL)
		raw_id(type, bytes, len, oid);
}

void
raw_delta_of(struct raw_pack *pack, const char *base, const struct buffer *delta)
{
	raw_header(pack, RAW_DELTA_OF, delta->len);
	put_id(&pack->bytes, base);
	raw_data(pack, delta->bytes, delta->len);
}

void
raw_delta_at(struct raw_pack *pack, uint64_t distance, const struct buffer *delta)
{
	unsigned char digits[10];
	size_t at = sizeof(digits) - 1;

	raw_header(pack, RAW_DELTA_AT, delta->len);
	digits[at] = distance & 0x7f;
	while (distance >>= 7)
		digits[--at] = (unsigned char)(0x80 | (--distance & 0x7f));
	buffer_add(&pack->bytes, digits + at, sizeof(digits) - at);
	raw_data(pack, delta->bytes, delta->len);
}

static void
put_number(struct buffer *out, uint64_t number)
{
	unsigned char byte;

	do {
		byte = (unsigned char)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
		buffer_add(out, &byte, 1);
		number >>= 7;
	} while (number > 0);
}

void
raw_delta_sizes(struct buffer *delta, uint64_t base, uint64_t result)
{
	put_number(delta, base);
	put_number(delta, result);
}

void
raw_delta_copy(struct buffer *delta, uint32_t from, uint32_t len)
{
	buffer_add(delta, (const unsigned char[]){ 0xff, (unsigned char)from,
	    (unsigned char)(from >> 8), (unsigned char)(from >> 16), (unsigned char)(from >> 24),
	    (unsigned char)len, (unsigned char)(len >> 8), (unsigned char)(len >> 16) }, 8);
}

void
raw_delta_put(struct buffer *delta, const void *bytes, size_t len)
{
	unsigned char op = (unsigned char)len;	/* 1 to 127 */

	buffer_add(delta, &op, 1);
	buffer_add(delta, bytes, len);
}

void
raw_entry(struct buffer *tree, const char *mode, const char *name, const char *oid)
{
	buffer_format(tree, "%s %s", mode, name);
	buffer_add(tree, "", 1);
	put_id(tree, oid);
}
