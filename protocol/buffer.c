/* Bytes that grow: see buffer.h. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mem.h"

void
buffer_init(struct buffer *buffer)
{
	*buffer = (struct buffer){ 0 };
}

void
buffer_release(struct buffer *buffer)
{
	free(buffer->bytes);
	buffer_init(buffer);
}

unsigned char *
buffer_reserve(struct buffer *buffer, size_t len)
{
	size_t room = buffer->room ? buffer->room : 256;

	while (room - buffer->len < len + 1)
		room *= 2;
	if (room != buffer->room)
		buffer->bytes = mem_resize(buffer->bytes, room, 1);
	buffer->room = room;
	return buffer->bytes + buffer->len;
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	memcpy(buffer_reserve(buffer, len), bytes, len);
	buffer->len += len;
}

void
buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void
buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int len;

	va_start(arguments, format);
	len = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (len == -1)
		fatalx("out of memory: formatting a text");
	buffer_add(buffer, text, (size_t)len);
	free(text);
}

void
buffer_drop(struct buffer *buffer, size_t len)
{
	if (len == 0)
		return;
	memmove(buffer->bytes, buffer->bytes + len, buffer->len - len);
	buffer->len -= len;
}

const char *
buffer_text(struct buffer *buffer)
{
	*buffer_reserve(buffer, 0) = '\0';
	return (const char *)buffer->bytes;
}
