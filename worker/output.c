/*
 * What the agent prints: see output.h. The pipe is always read to its end,
 * whether or not the bytes are kept.
 */
#include "output.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "protocol/message.h"

int
output_init(struct output *output, const char *path, uint64_t limit)
{
	struct stat st;

	*output = (struct output){ .log = -1 };
	buffer_init(&output->tail);
	output->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (output->log == -1 || fstat(output->log, &st) == -1)
		return -1;
	output->offset = (uint64_t)st.st_size;
	output->limit = limit != 0 ? limit : OUTPUT_LIMIT;
	return 0;
}

void
output_release(struct output *output)
{
	if (output->log != -1)
		close(output->log);
	buffer_release(&output->tail);
	*output = (struct output){ .log = -1 };
}

void
output_begin(struct output *output, const char *promise)
{
	output->tail.len = 0;
	output->promise = promise;
	output->promise_seen = false;
}

/* To the log and onwards, in pieces that fit a message. */
static void
keep(struct output *output, const unsigned char *bytes, size_t len)
{
	ssize_t done;

	while (len > 0) {
		size_t part = len < OUTPUT_CHUNK_MAX ? len : OUTPUT_CHUNK_MAX;

		done = write(output->log, bytes, part);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1) {
			log_warn("cannot write the output of the agent");
			output->capped = true;
			return;
		}
		if (output->pass != NULL)
			output->pass(output->context, output->offset, bytes, (size_t)done);
		output->offset += (uint64_t)done;
		bytes += done;
		len -= (size_t)done;
	}
}

/* The promise may be cut by the border between two reads; the tail has both. */
static void
search(struct output *output, size_t fresh)
{
	size_t len, from;

	if (output->promise == NULL || output->promise_seen || *output->promise == '\0')
		return;
	len = strlen(output->promise);
	from = output->tail.len - fresh;
	from = from >= len ? from - len : 0;
	output->promise_seen = memmem(output->tail.bytes + from, output->tail.len - from,
	    output->promise, len) != NULL;
}

void
output_add(struct output *output, const unsigned char *bytes, size_t len)
{
	struct buffer line;
	uint64_t room;

	buffer_add(&output->tail, bytes, len);
	search(output, len);
	if (output->tail.len > 4 * OUTPUT_TAIL)
		buffer_drop(&output->tail, output->tail.len - 2 * OUTPUT_TAIL);
	if (output->capped)
		return;
	room = output->limit > output->offset ? output->limit - output->offset : 0;
	keep(output, bytes, len < room ? len : (size_t)room);
	if (len <= room || output->capped)
		return;
	output->capped = true;
	buffer_init(&line);
	buffer_format(&line, "\n[output beyond %ju bytes not kept]\n", (uintmax_t)output->limit);
	keep(output, line.bytes, line.len);
	buffer_release(&line);
}

char *
output_text(const unsigned char *bytes, size_t len)
{
	return utf8_repair((const char *)bytes, len);
}

char *
output_tail(const struct output *output)
{
	size_t len = output->tail.len < OUTPUT_TAIL ? output->tail.len : OUTPUT_TAIL;
	const unsigned char *from = output->tail.bytes + (output->tail.len - len);

	if (len == 0)
		return str_dup("");
	/* Not in the middle of a character. */
	while (len < output->tail.len && len > 0 && (*from & 0xc0) == 0x80) {
		from++;
		len--;
	}
	return output_text(from, len);
}

char *
output_last_line(const struct output *output, size_t limit)
{
	const unsigned char *bytes = output->tail.bytes;
	size_t end = output->tail.len, start;

	while (end > 0 && isspace(bytes[end - 1]))
		end--;
	for (start = end; start > 0 && bytes[start - 1] != '\n'; start--)
		;
	while (start < end && isspace(bytes[start]))
		start++;
	return output_text(bytes + start, end - start > limit ? limit : end - start);
}
