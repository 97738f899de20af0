/*
 * One connection of a process that never blocks: the supervisor and the
 * worker. Frames in, handlers called; a queue out, with a high and a low mark.
 * Trust is a property of the peer: garbage from it calls on_closed with the
 * reason, and what that means (kill the child, close the client) is the
 * owner's business.
 */
#ifndef ORCH_PEER_H
#define ORCH_PEER_H

#include "protocol/loop.h"
#include "protocol/wire.h"

#define PEER_HIGH	(1u << 20)	/* bytes queued: peer_full from here on */
#define PEER_LOW	(256u << 10)	/* and on_drained when it falls to this */

struct peer;

/* `request` is 0 for a notification; else exactly one reply or failure must follow. */
typedef void	peer_handler(void *context, struct peer *peer, uint64_t request,
		    const struct message *message);

struct peer_dispatch {
	peer_handler *handlers[MSG_LIMIT];	/* total for the rows addressed to us */
	/* The connection ended; why is NULL at a plain end. The peer is freed after it. */
	void (*on_closed)(void *context, struct peer *peer, const char *why);
	void (*on_drained)(void *context, struct peer *peer);	/* may be NULL */
};

/* Takes over `fd`. `name` is copied. */
struct peer	*peer_new(struct loop *loop, int fd, enum role self, enum role other,
		    const char *name, const struct peer_dispatch *dispatch, void *context);
/*
 * The same on a stream to read from and one to write to, each a socket or a pipe; takes
 * both over. Through a pipe go no descriptors, and SIGPIPE is the caller's to ignore.
 */
struct peer	*peer_new_streams(struct loop *loop, int in, int out, enum role self,
		    enum role other, const char *name, const struct peer_dispatch *dispatch,
		    void *context);
/* Drops the connection without on_closed; safe inside a handler. */
void		 peer_free(struct peer *peer);
/* Sends what is queued, then closes (on_closed is called). */
void		 peer_finish(struct peer *peer);
void		 peer_send(struct peer *peer, enum message_id id, const void *fields);
/* The same with a descriptor beside the bytes; takes it over. */
void		 peer_send_take_fd(struct peer *peer, enum message_id id, const void *fields, int fd);
void		 peer_reply(struct peer *peer, enum message_id id, uint64_t request, const void *fields);
void		 peer_fail(struct peer *peer, uint64_t request, enum error error, const char *reason);
/*
 * For one that is not trusted: `most` bytes that it has sent and are not handled, else it
 * is closed with the reason; and so is one that asks for what it may not.
 */
void		 peer_limit(struct peer *peer, size_t most);
/* With `hold` nothing of it is read or handled until it is let go again. */
void		 peer_hold(struct peer *peer, bool hold);
/* Is more queued than PEER_HIGH? The caller then waits for on_drained. */
bool		 peer_full(const struct peer *peer);
/* Writes what is queued now, blocking; for a process about to end. */
void		 peer_flush(struct peer *peer);
/* Tells each message of the connection as a line, from now on; NULL: no more. */
void		 peer_trace(struct peer *peer, void (*tell)(void *context, const char *line),
		    void *context);
void		*peer_context(const struct peer *peer);
/* The uid at the other end of a Unix socket. */
bool		 peer_uid(int fd, unsigned *uid, unsigned *gid);

#endif
