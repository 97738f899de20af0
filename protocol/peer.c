/* One connection of a process that never blocks: see peer.h. */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame.h"
#include "log.h"
#include "mem.h"

#define READ_SIZE	(64u << 10)
#define HANDLED_AT_ONCE	64		/* frames of one peer before others get a turn */

/* A descriptor that leaves with the byte at this place in the queue. */
struct queued_fd { size_t at; int fd; };

struct peer {
	struct loop *loop;
	int fd, out_fd;			/* the same for a socket */
	bool is_socket;			/* out_fd, to which a pipe's calls do not apply */
	struct wire wire;
	char *name;
	const struct peer_dispatch *dispatch;
	void *context;
	struct watch *readable, *writable, *again;
	struct frame frame;
	struct buffer in, out;
	size_t sent;			/* bytes of `out` gone already */
	struct queued_fd *fds;
	size_t fd_count;
	size_t most;			/* bytes that may wait in `in` */
	bool writing, full, finishing, dead, held;
	unsigned busy;			/* depth of calls that still use the peer */
};

static void on_readable(void *context);
static void on_writable(void *context);
static void on_again(void *context);

struct peer *
peer_new_streams(struct loop *loop, int in, int out, enum role self, enum role other,
    const char *name, const struct peer_dispatch *dispatch, void *context)
{
	struct peer *peer = mem_zero(1, sizeof(*peer));
	struct stat st;

	fcntl(in, F_SETFL, fcntl(in, F_GETFL) | O_NONBLOCK);
	fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK);
	peer->loop = loop;
	peer->fd = in;
	peer->out_fd = out;
	peer->most = SIZE_MAX;
	peer->is_socket = fstat(out, &st) == 0 && S_ISSOCK(st.st_mode);
	peer->name = str_dup(name);
	peer->wire = (struct wire){ .self = self, .other = other, .name = peer->name };
	peer->dispatch = dispatch;
	peer->context = context;
	frame_init(&peer->frame);
	buffer_init(&peer->in);
	buffer_init(&peer->out);
	peer->readable = watch_read(loop, in, on_readable, peer);
	peer->writable = watch_write(loop, out, on_writable, peer);
	watch_pause(peer->writable);
	peer->again = watch_timer(loop, on_again, peer);
	return peer;
}

struct peer *
peer_new(struct loop *loop, int fd, enum role self, enum role other, const char *name,
    const struct peer_dispatch *dispatch, void *context)
{
	return peer_new_streams(loop, fd, fd, self, other, name, dispatch, context);
}

static void
release(struct peer *peer)
{
	size_t i;

	watch_free(peer->again);
	watch_free(peer->writable);
	watch_free(peer->readable);
	close(peer->fd);
	if (peer->out_fd != peer->fd)
		close(peer->out_fd);
	for (i = 0; i < peer->fd_count; i++)
		close(peer->fds[i].fd);
	free(peer->fds);
	buffer_release(&peer->out);
	buffer_release(&peer->in);
	free(peer->name);
	free(peer);
}

void
peer_free(struct peer *peer)
{
	if (peer == NULL)
		return;
	peer->dead = true;
	if (peer->busy == 0)
		release(peer);
}

/* The end of the connection, told once. */
static void
closed(struct peer *peer, const char *why)
{
	if (peer->dead)
		return;
	peer->dead = true;
	peer->dispatch->on_closed(peer->context, peer, why);
}

/* Leaves a call that used the peer; the last one out frees it. */
static void
leave(struct peer *peer)
{
	if (--peer->busy == 0 && peer->dead)
		release(peer);
}

/* Hands one frame to its handler; false when the peer cannot be trusted further. */
static bool
handle(struct peer *peer, const unsigned char *bytes, size_t len, const char **why)
{
	struct incoming in;
	enum error error = incoming_read(&peer->wire, &in, bytes, len);
	bool request = in.envelope.rpc == RPC_REQUEST, fine = true;
	peer_handler *handler;

	*why = in.why;
	if (error == ERROR_NONE && in.envelope.rpc == RPC_RESPONSE) {
		*why = "a response to nothing";
		fine = false;
	} else if (error != ERROR_NONE) {
		/* What is no message at all has nobody to be answered to. */
		request = request && in.reader != NULL;
		if (request)
			peer_fail(peer, in.envelope.id + 1, error, in.why ? in.why : error_text(error));
		/* Who is not trusted says what he may, or goes: answers to all else would have no bound. */
		fine = request && peer->most == SIZE_MAX && (error == ERROR_METHOD || error == ERROR_PERMISSION ||
		    (error == ERROR_PROTOCOL && in.message.id != MSG_LIMIT && peer->wire.said_hello));
	} else if ((handler = peer->dispatch->handlers[in.message.id]) == NULL) {
		if (request)
			peer_fail(peer, in.envelope.id + 1, ERROR_METHOD, "nobody handles this method");
	} else {
		/* 0 is a fine id on the wire; here it means that nothing was asked. */
		handler(peer->context, peer, request ? in.envelope.id + 1 : 0, &in.message);
	}
	if (!fine)
		log_debug("%s protocol error: %s", peer->name, *why ? *why : "unknown");
	incoming_release(&in);
	return fine;
}

/* Handles whole frames that have arrived, some at a time. */
static void
handle_all(struct peer *peer)
{
	size_t len, done = 0, handled;
	const char *why = NULL;
	bool fine = true;

	for (handled = 0; !peer->dead && !peer->held && fine && handled < HANDLED_AT_ONCE; handled++) {
		enum frame_result result = frame_scan(&peer->frame, peer->in.bytes + done,
		    peer->in.len - done, &len);

		if (result == FRAME_MORE)
			break;
		if (result == FRAME_BAD) {
			why = "not MessagePack, or past its limits";
			fine = false;
			break;
		}
		fine = handle(peer, peer->in.bytes + done, len, &why);
		done += len;
	}
	if (peer->dead)
		return;
	buffer_drop(&peer->in, done);
	if (peer->in.len == 0)
		buffer_release(&peer->in);
	if (fine && !peer->held && handled < HANDLED_AT_ONCE && peer->in.len > peer->most) {
		why = "a message larger than it may send";
		fine = false;
	}
	if (!fine) {
		peer_flush(peer);
		closed(peer, why ? why : "protocol error");
	} else if (handled == HANDLED_AT_ONCE) {
		watch_pause(peer->readable);
		watch_in(peer->again, 0);
	}
}

static void
on_again(void *context)
{
	struct peer *peer = context;

	if (peer->held)
		return;
	peer->busy++;
	watch_resume(peer->readable);
	handle_all(peer);
	leave(peer);
}

static void
on_readable(void *context)
{
	struct peer *peer = context;
	ssize_t len;

	peer->busy++;
	len = read(peer->fd, buffer_reserve(&peer->in, READ_SIZE), READ_SIZE);
	if (len > 0) {
		peer->in.len += (size_t)len;
		handle_all(peer);
	} else if (len == 0 || (errno != EAGAIN && errno != EINTR)) {
		closed(peer, NULL);
	}
	leave(peer);
}

/* One sendmsg, or write; a descriptor leaves with the first byte of its message. */
static ssize_t
send_some(struct peer *peer)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = { { 0 } };
	struct iovec part = { peer->out.bytes + peer->sent, peer->out.len - peer->sent };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *rights;
	ssize_t len;

	if (!peer->is_socket)
		return write(peer->out_fd, part.iov_base, part.iov_len);
	if (peer->fd_count > 0 && peer->fds[0].at == peer->sent) {
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(rights), &peer->fds[0].fd, sizeof(int));
		if (peer->fd_count > 1)
			part.iov_len = peer->fds[1].at - peer->sent;
	} else if (peer->fd_count > 0) {
		part.iov_len = peer->fds[0].at - peer->sent;
	}
	len = sendmsg(peer->out_fd, &header, MSG_NOSIGNAL);
	if (len > 0 && header.msg_controllen > 0) {
		close(peer->fds[0].fd);
		memmove(peer->fds, peer->fds + 1, --peer->fd_count * sizeof(*peer->fds));
	}
	return len;
}

/* What has gone is dropped now and then: the queue of one who always lags is never empty. */
static void
drop_sent(struct peer *peer)
{
	size_t i;

	buffer_drop(&peer->out, peer->sent);
	for (i = 0; i < peer->fd_count; i++)
		peer->fds[i].at -= peer->sent;
	peer->sent = 0;
	if (peer->out.len == 0)
		buffer_release(&peer->out);
}

/* Sends until the socket is full; false when the other side is gone. */
static bool
send_all(struct peer *peer)
{
	ssize_t len = 1;

	while (peer->sent < peer->out.len) {
		len = send_some(peer);
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1)
			break;
		peer->sent += (size_t)len;
	}
	if (peer->sent == peer->out.len || peer->sent > PEER_HIGH)
		drop_sent(peer);
	return len != -1 || errno == EAGAIN;
}

static void
on_writable(void *context)
{
	struct peer *peer = context;

	peer->busy++;
	if (!send_all(peer)) {
		closed(peer, NULL);
	} else {
		if (peer->out.len == 0) {
			watch_pause(peer->writable);
			peer->writing = false;
			if (peer->finishing)
				closed(peer, NULL);
		}
		if (peer->full && peer->out.len - peer->sent <= PEER_LOW) {
			peer->full = false;
			if (!peer->dead && peer->dispatch->on_drained != NULL)
				peer->dispatch->on_drained(peer->context, peer);
		}
	}
	leave(peer);
}

/* Tries to send at once; what is left waits for the loop. */
static void
queued(struct peer *peer)
{
	if (peer->dead)
		return;
	if (!peer->writing)
		send_all(peer);
	if (peer->out.len > 0 && !peer->writing) {
		peer->writing = true;
		watch_resume(peer->writable);
	}
	if (peer->out.len - peer->sent > PEER_HIGH)
		peer->full = true;
}

void
peer_send_take_fd(struct peer *peer, enum message_id id, const void *fields, int fd)
{
	size_t at = peer->out.len;

	if (peer->dead) {
		if (fd != -1)
			close(fd);
		return;
	}
	outgoing_message(&peer->wire, &peer->out, id, 0, fields);
	if (fd != -1) {
		peer->fds = mem_resize(peer->fds, peer->fd_count + 1, sizeof(*peer->fds));
		peer->fds[peer->fd_count++] = (struct queued_fd){ at, fd };
	}
	queued(peer);
}

void
peer_send(struct peer *peer, enum message_id id, const void *fields)
{
	peer_send_take_fd(peer, id, fields, -1);
}

void
peer_reply(struct peer *peer, enum message_id id, uint64_t request, const void *fields)
{
	if (peer->dead || request == 0)
		return;
	outgoing_reply(&peer->wire, &peer->out, id, request - 1, fields);
	queued(peer);
}

void
peer_fail(struct peer *peer, uint64_t request, enum error error, const char *reason)
{
	if (peer->dead || request == 0)
		return;
	outgoing_failure(&peer->wire, &peer->out, request - 1, error, reason);
	queued(peer);
}

void
peer_trace(struct peer *peer, void (*tell)(void *context, const char *line), void *context)
{
	peer->wire.tell = tell;
	peer->wire.tell_context = context;
}

void
peer_limit(struct peer *peer, size_t most)
{
	peer->most = most;
}

void
peer_hold(struct peer *peer, bool hold)
{
	if (peer->dead || peer->held == hold)
		return;
	peer->held = hold;
	if (hold)
		watch_pause(peer->readable);
	else
		watch_in(peer->again, 0);
}

void
peer_finish(struct peer *peer)
{
	peer->finishing = true;
	if (!peer->writing) {
		peer->writing = true;
		watch_resume(peer->writable);
	}
}

bool
peer_full(const struct peer *peer)
{
	return peer->full;
}

void
peer_flush(struct peer *peer)
{
	struct pollfd wait = { peer->out_fd, POLLOUT, 0 };

	while (peer->out.len > 0 && send_all(peer) && peer->out.len > 0)
		if (poll(&wait, 1, 1000) <= 0)
			return;
}

void *
peer_context(const struct peer *peer)
{
	return peer->context;
}

bool
peer_uid(int fd, unsigned *uid, unsigned *gid)
{
	struct ucred credentials;
	socklen_t len = sizeof(credentials);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) == -1)
		return false;
	*uid = credentials.uid;
	*gid = credentials.gid;
	return true;
}
