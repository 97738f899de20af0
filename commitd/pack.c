/* How large a pack really is: see pack.h. The only file that knows zlib. */
#include "commitd/pack.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "protocol/mem.h"

#define SMALLEST_OBJECT	9u	/* a header and an empty stream */
#define OID_BYTES	20u
#define DELTA_SIZES	20u	/* two numbers at the beginning of a delta */

enum { TYPE_COMMIT = 1, TYPE_TREE, TYPE_BLOB, TYPE_TAG, TYPE_DELTA_AT = 6, TYPE_DELTA_OF };

struct reader {
	int fd;
	uint64_t left;			/* bytes of the file that were not read yet */
	uint64_t taken;			/* bytes that were used */
	unsigned char bytes[64u << 10], scratch[64u << 10];
	size_t at, len;
	z_stream stream;
	const struct limits *limits;
	struct buffer *why;
};

static enum error
broken(struct reader *reader, const char *what)
{
	buffer_format(reader->why, "its pack is broken: %s, at byte %ju", what,
	    (uintmax_t)reader->taken);
	return ERROR_INVALID;
}

/* Some more bytes; at the end there are none. */
static enum error
fill(struct reader *reader)
{
	size_t room = reader->left < sizeof(reader->bytes) ? (size_t)reader->left :
	    sizeof(reader->bytes);
	ssize_t len = 0;

	if (reader->at < reader->len || room == 0)
		return ERROR_NONE;
	do
		len = read(reader->fd, reader->bytes, room);
	while (len == -1 && errno == EINTR);
	if (len <= 0) {
		buffer_format(reader->why, "the pack cannot be read: %s",
		    len == 0 ? "it got shorter" : strerror(errno));
		return ERROR_SYSTEM;
	}
	reader->at = 0;
	reader->len = (size_t)len;
	reader->left -= (uint64_t)len;
	return ERROR_NONE;
}

static enum error
next_byte(struct reader *reader, unsigned *byte)
{
	enum error error = fill(reader);

	if (error == ERROR_NONE && reader->at == reader->len)
		error = broken(reader, "it ends in the middle of an object");
	if (error == ERROR_NONE) {
		*byte = reader->bytes[reader->at++];
		reader->taken++;
	}
	return error;
}

/* Goes on with a number of seven bits a byte, lowest first, whose first `shift` bits are known. */
static enum error
read_number(struct reader *reader, unsigned shift, uint64_t *number)
{
	unsigned byte = 0x80;
	enum error error = ERROR_NONE;

	while (error == ERROR_NONE && (byte & 0x80) != 0) {
		error = next_byte(reader, &byte);
		if (error == ERROR_NONE && shift > 56)
			error = broken(reader, "a number with too many digits");
		else if (error == ERROR_NONE)
			*number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	}
	return error;
}

/* What a delta is made on: so far back, or the object of this id. Git looks whether it is there. */
static enum error
skip_base(struct reader *reader, unsigned type)
{
	enum error error = ERROR_NONE;
	unsigned byte = 0x80, i;

	if (type == TYPE_DELTA_OF)
		for (i = 0; i < OID_BYTES && error == ERROR_NONE; i++)
			error = next_byte(reader, &byte);
	else
		for (i = 0; error == ERROR_NONE && (byte & 0x80) != 0; i++) {
			error = next_byte(reader, &byte);
			if (error == ERROR_NONE && i > 9)
				error = broken(reader, "a distance with too many digits");
		}
	return error;
}

/* Unpacks into nothing; keeps the first bytes. `size` is how much there has to be. */
static enum error
skip_data(struct reader *reader, uint64_t size, unsigned char first[DELTA_SIZES])
{
	z_stream *stream = &reader->stream;
	uint64_t made = 0;
	size_t used, len, keep;
	int code = Z_OK;
	enum error error;

	inflateReset(stream);
	while (code != Z_STREAM_END) {
		error = fill(reader);
		if (error != ERROR_NONE)
			return error;
		stream->next_in = reader->bytes + reader->at;
		stream->avail_in = (unsigned)(reader->len - reader->at);
		stream->next_out = reader->scratch;
		stream->avail_out = sizeof(reader->scratch);
		code = inflate(stream, Z_NO_FLUSH);
		used = reader->len - reader->at - stream->avail_in;
		len = sizeof(reader->scratch) - stream->avail_out;
		reader->at += used;
		reader->taken += used;
		if (made < DELTA_SIZES) {
			keep = len < DELTA_SIZES - made ? len : DELTA_SIZES - (size_t)made;
			memcpy(first + made, reader->scratch, keep);
		}
		made += len;
		if (made > size)
			return broken(reader, "an object is longer than it says");
		if (code != Z_STREAM_END && (code != Z_OK || (used == 0 && len == 0)))
			return broken(reader, code == Z_OK || code == Z_BUF_ERROR ?
			    "it ends in the middle of an object" : "an object cannot be unpacked");
	}
	return made == size ? ERROR_NONE : broken(reader, "an object is shorter than it says");
}

/* A delta begins with the size of what it is made on, and of what comes out. */
static enum error
delta_result(struct reader *reader, const unsigned char *first, uint64_t len, uint64_t *result)
{
	uint64_t number = 0;
	unsigned i = 0, sizes, shift;

	for (sizes = 0; sizes < 2; sizes++) {
		number = 0;
		shift = 0;
		do {
			if (i >= len || i >= DELTA_SIZES || shift > 56)
				return broken(reader, "a delta without sizes");
			number |= (uint64_t)(first[i] & 0x7f) << shift;
			shift += 7;
		} while (first[i++] & 0x80);
	}
	*result = number;
	return ERROR_NONE;
}

static enum error
check_size(struct reader *reader, uint64_t size)
{
	if (size <= reader->limits->object)
		return ERROR_NONE;
	buffer_format(reader->why, "it has an object of %ju bytes; limits.object allows %ju",
	    (uintmax_t)size, (uintmax_t)reader->limits->object);
	return ERROR_TOO_LARGE;
}

static enum error
look_object(struct reader *reader, struct pack *pack)
{
	unsigned char first[DELTA_SIZES] = { 0 };
	unsigned byte, type;
	uint64_t size, result;
	enum error error = next_byte(reader, &byte);

	if (error != ERROR_NONE)
		return error;
	type = byte >> 4 & 7;
	size = byte & 15;
	if (byte & 0x80)
		error = read_number(reader, 4, &size);
	if (error == ERROR_NONE && (type < TYPE_COMMIT || (type > TYPE_TAG && type < TYPE_DELTA_AT)))
		error = broken(reader, "an object of no known kind");
	if (error == ERROR_NONE && type >= TYPE_DELTA_AT)
		error = skip_base(reader, type);
	if (error == ERROR_NONE)
		error = check_size(reader, size);
	if (error == ERROR_NONE)
		error = skip_data(reader, size, first);
	result = size;
	if (error == ERROR_NONE && type >= TYPE_DELTA_AT)
		error = delta_result(reader, first, size, &result);
	if (error == ERROR_NONE)
		error = check_size(reader, result);
	/* A delta is read as well as what comes out of it. */
	pack->unpacked += result + (type >= TYPE_DELTA_AT ? size : 0);
	if (error == ERROR_NONE && pack->unpacked / PACK_UNPACKED > reader->limits->pack) {
		buffer_format(reader->why, "its objects have more than %u times the %ju bytes that "
		    "limits.pack allows for the pack", PACK_UNPACKED,
		    (uintmax_t)reader->limits->pack);
		error = ERROR_TOO_LARGE;
	}
	return error;
}

/* What the first bytes say, and whether it can be. */
static enum error
look_header(struct reader *reader, struct pack *pack)
{
	unsigned char header[PACK_HEADER];
	unsigned byte, i;
	enum error error = ERROR_NONE;

	if (pack->bytes < PACK_HEADER + PACK_TRAILER) {
		buffer_add_text(reader->why, "what came is not a pack");
		return ERROR_INVALID;
	}
	for (i = 0; i < sizeof(header) && error == ERROR_NONE; i++) {
		error = next_byte(reader, &byte);
		header[i] = (unsigned char)byte;
	}
	if (error != ERROR_NONE)
		return error;
	if (memcmp(header, "PACK\0\0\0\2", 8) != 0) {
		buffer_add_text(reader->why, "what came is not a pack");
		return ERROR_INVALID;
	}
	pack->objects = (uint64_t)header[8] << 24 | (uint64_t)header[9] << 16 |
	    (uint64_t)header[10] << 8 | header[11];
	if (pack->objects / PACK_OBJECTS_PER_FILE > reader->limits->files) {
		buffer_format(reader->why, "it has %ju objects; %u for each of the %ju files that "
		    "limits.files allows is the most", (uintmax_t)pack->objects,
		    PACK_OBJECTS_PER_FILE, (uintmax_t)reader->limits->files);
		return ERROR_TOO_LARGE;
	}
	if (pack->objects > pack->bytes / SMALLEST_OBJECT)
		return broken(reader, "it announces more objects than can be in it");
	return ERROR_NONE;
}

enum error
pack_look(int fd, uint64_t bytes, const struct limits *limits, struct pack *pack,
    struct buffer *why)
{
	struct reader *reader;
	enum error error;
	uint64_t i;

	*pack = (struct pack){ .bytes = bytes };
	if (bytes == 0)
		return ERROR_NONE;
	if (bytes > limits->pack) {
		buffer_format(why, "its pack is larger than the %ju bytes that limits.pack allows",
		    (uintmax_t)limits->pack);
		return ERROR_TOO_LARGE;
	}
	reader = mem_zero(1, sizeof(*reader));
	reader->fd = fd;
	reader->left = bytes;
	reader->limits = limits;
	reader->why = why;
	error = inflateInit(&reader->stream) == Z_OK ? look_header(reader, pack) : ERROR_SYSTEM;
	for (i = 0; i < pack->objects && error == ERROR_NONE; i++)
		error = look_object(reader, pack);
	if (error == ERROR_NONE && bytes - reader->taken != PACK_TRAILER)
		error = broken(reader, bytes - reader->taken < PACK_TRAILER ?
		    "it ends before its checksum" : "there is more than it announces");
	inflateEnd(&reader->stream);
	free(reader);
	return error;
}
