/* Bytes that grow. */
#ifndef ORCH_BUFFER_H
#define ORCH_BUFFER_H

#include <stddef.h>

struct buffer {
	unsigned char *bytes;
	size_t len, room;
};

void	buffer_init(struct buffer *buffer);
void	buffer_release(struct buffer *buffer);
void	buffer_add(struct buffer *buffer, const void *bytes, size_t len);
void	buffer_add_text(struct buffer *buffer, const char *text);
void	buffer_format(struct buffer *buffer, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes behind the end; the caller then adds to len. */
unsigned char	*buffer_reserve(struct buffer *buffer, size_t len);
/* Drops `len` bytes from the front. */
void	buffer_drop(struct buffer *buffer, size_t len);
/* The bytes as a NUL-terminated text that the buffer still owns. */
const char	*buffer_text(struct buffer *buffer);

#endif
