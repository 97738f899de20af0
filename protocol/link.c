/* A blocking connection: see link.h. */
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

#define READ_SIZE	(256u << 10)

/* Gives the next descriptor to a message that has a field for one. */
static int
take_fd(void *context)
{
	struct link *link = context;
	int fd;

	if (link->fd_count == 0)
		return -1;
	fd = link->fds[0];
	memmove(link->fds, link->fds + 1, --link->fd_count * sizeof(int));
	return fd;
}

void
link_init(struct link *link, int fd, enum role self, enum role other, const char *name,
    bool take_fds)
{
	*link = (struct link){ .fd = fd, .also = -1, .wire = { .self = self, .other = other, .name = name } };
	if (take_fds) {
		link->wire.take_fd = take_fd;
		link->wire.context = link;
	}
	frame_init(&link->frame);
	buffer_init(&link->in);
}

void
link_release(struct link *link)
{
	while (link->fd_count > 0)
		close(take_fd(link));
	if (link->fd != -1)
		close(link->fd);
	link->fd = -1;
	buffer_release(&link->in);
}

/* Keeps descriptors that came with the bytes; more than fit are closed. */
static void
keep_fds(struct link *link, struct msghdr *header)
{
	struct cmsghdr *control;
	size_t count, i;
	int fds[LINK_FDS];

	for (control = CMSG_FIRSTHDR(header); control != NULL; control = CMSG_NXTHDR(header, control)) {
		if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)
			continue;
		count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(control), count * sizeof(int));
		for (i = 0; i < count; i++) {
			if (link->fd_count < LINK_FDS)
				link->fds[link->fd_count++] = fds[i];
			else
				close(fds[i]);
		}
	}
}

static enum error
read_more(struct link *link, int timeout_ms)
{
	union { char bytes[CMSG_SPACE(LINK_FDS * sizeof(int))]; struct cmsghdr align; } control;
	struct iovec part = { buffer_reserve(&link->in, READ_SIZE), READ_SIZE };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	struct pollfd wait[2] = { { link->fd, POLLIN, 0 }, { link->also, POLLIN, 0 } };
	ssize_t len = 0;
	int ready;

	do
		ready = poll(wait, 2, timeout_ms);
	while (ready == -1 && errno == EINTR && timeout_ms == -1);
	if (ready == 0 || (ready == -1 && errno == EINTR) || (ready > 0 && wait[0].revents == 0))
		return ERROR_TIMEOUT;
	if (link->wire.take_fd != NULL) {
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
	}
	do
		len = recvmsg(link->fd, &header, MSG_CMSG_CLOEXEC);
	while (len == -1 && errno == EINTR);
	if (len <= 0)
		return ERROR_CLOSED;
	keep_fds(link, &header);
	link->in.len += (size_t)len;
	return ERROR_NONE;
}

enum error
link_receive(struct link *link, struct incoming *in, int timeout_ms)
{
	enum error error;
	size_t len;

	*in = (struct incoming){ 0 };
	buffer_drop(&link->in, link->taken);
	link->taken = 0;
	for (;;) {
		switch (frame_scan(&link->frame, link->in.bytes, link->in.len, &len)) {
		case FRAME_WHOLE:
			link->taken = len;
			return incoming_read(&link->wire, in, link->in.bytes, len);
		case FRAME_BAD:
			in->why = "not MessagePack, or past its limits";
			return ERROR_PROTOCOL;
		case FRAME_MORE:
			break;
		}
		if ((error = read_more(link, timeout_ms)) != ERROR_NONE)
			return error;
	}
}

enum error
link_send(struct link *link, enum message_id id, uint64_t request, const void *fields)
{
	struct buffer out;
	size_t sent = 0;
	ssize_t len = 0;

	buffer_init(&out);
	outgoing_message(&link->wire, &out, id, request, fields);
	while (sent < out.len) {
		len = send(link->fd, out.bytes + sent, out.len - sent, MSG_NOSIGNAL);
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1)
			break;
		sent += (size_t)len;
	}
	buffer_release(&out);
	/* Half a message, or none: the other side must not wait for what will never come. */
	if (len == -1)
		shutdown(link->fd, SHUT_RDWR);
	return len == -1 ? ERROR_CLOSED : ERROR_NONE;
}

int
link_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, saved;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1) {
		saved = errno;
		close(fd);
		errno = saved;
		fd = -1;
	}
	return fd;
}
