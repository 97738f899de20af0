/*
 * The log of our private supervisor while live lines are on the screen: it
 * comes through a pipe, so that its lines can be shown above them.
 */
#ifndef ORCH_LOG_PIPE_H
#define ORCH_LOG_PIPE_H

#include "orchctl/live.h"
#include "protocol/buffer.h"

struct log_pipe {
	int read_fd, write_fd;		/* -1: the log goes to standard error by itself */
	struct buffer line;
};

/* Returns the descriptor that the supervisor is to log to. */
int	log_pipe_init(struct log_pipe *pipe, const struct live *live);
/* Only the supervisor writes from here on. */
void	log_pipe_started(struct log_pipe *pipe);
/* Shows what has come; never waits. */
void	log_pipe_show(struct log_pipe *pipe, struct live *live);
void	log_pipe_release(struct log_pipe *pipe);

#endif
