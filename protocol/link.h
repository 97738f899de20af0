/*
 * A connection for a process that does one thing at a time: the client and
 * commitd. Every call blocks. Writing cannot deadlock, because the supervisor
 * at the other end never stops reading.
 */
#ifndef ORCH_LINK_H
#define ORCH_LINK_H

#include "protocol/frame.h"
#include "protocol/wire.h"

#define LINK_FDS	8	/* descriptors that may wait to be taken */

struct link {
	int fd;
	int also;			/* another descriptor that ends a wait; -1: none */
	struct wire wire;
	struct frame frame;
	struct buffer in;
	size_t taken;			/* bytes of the frame handed out last */
	int fds[LINK_FDS];
	size_t fd_count;
};

/* Takes over `fd`. With take_fds, descriptors that come are kept for FIELD(fd). */
void		link_init(struct link *link, int fd, enum role self, enum role other,
		    const char *name, bool take_fds);
void		link_release(struct link *link);
/*
 * Waits for the next message; timeout_ms -1 is for ever. ERROR_TIMEOUT: nothing
 * came, or there is something to read on `also`; ERROR_CLOSED: the other side is gone. The message lives until
 * incoming_release, which must come before the next call.
 */
enum error	link_receive(struct link *link, struct incoming *in, int timeout_ms);
/* Sends a notification (request 0) or a request; on failure the connection is over. */
enum error	link_send(struct link *link, enum message_id id, uint64_t request,
		    const void *fields);
/* Connects to a Unix socket; -1 with errno set on failure. */
int		link_connect(const char *path);

#endif
