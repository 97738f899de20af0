/* The log of our private supervisor: see log_pipe.h. */
#include "log_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "orchctl/text.h"

int
log_pipe_init(struct log_pipe *log, const struct live *live)
{
	int ends[2];

	*log = (struct log_pipe){ .read_fd = -1, .write_fd = -1 };
	buffer_init(&log->line);
	if (!live->terminal || pipe2(ends, O_CLOEXEC) == -1)
		return STDERR_FILENO;
	/* Only our end: those who write must not lose lines. */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	log->read_fd = ends[0];
	log->write_fd = ends[1];
	return log->write_fd;
}

void
log_pipe_started(struct log_pipe *log)
{
	if (log->write_fd != -1)
		close(log->write_fd);
	log->write_fd = -1;
}

/* The lines that are whole, without what a terminal would obey. */
static void
show_lines(struct log_pipe *log, struct live *live)
{
	const unsigned char *end;
	struct buffer fit;
	size_t len;

	while (log->line.len > 0 && (end = memchr(log->line.bytes, '\n', log->line.len)) != NULL) {
		len = (size_t)(end - log->line.bytes);
		log->line.bytes[len] = '\0';
		buffer_init(&fit);
		text_add(&fit, (const char *)log->line.bytes, 0);
		live_say(live, "%s", buffer_text(&fit));
		buffer_release(&fit);
		buffer_drop(&log->line, len + 1);
	}
}

void
log_pipe_show(struct log_pipe *log, struct live *live)
{
	char piece[4096];
	ssize_t len;

	if (log->read_fd == -1)
		return;
	while ((len = read(log->read_fd, piece, sizeof(piece))) > 0 || (len == -1 && errno == EINTR))
		if (len > 0)
			buffer_add(&log->line, piece, (size_t)len);
	show_lines(log, live);
}

void
log_pipe_release(struct log_pipe *log)
{
	log_pipe_started(log);
	if (log->read_fd != -1)
		close(log->read_fd);
	log->read_fd = -1;
	buffer_release(&log->line);
}
