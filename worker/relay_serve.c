/* The relay's process: see relay_serve.h. Nothing that it carries is looked at. */
#include "relay_serve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/destination.h"
#include "protocol/loop.h"
#include "protocol/mem.h"

#define CONNECTIONS_MOST	128u	/* at once, of all destinations; more wait in the kernel */
#define CHUNK			(16u << 10)	/* bytes on the way, in each direction of one */
#define ADDRESSES_MOST		8u
#define KNOWN_MS		30000u	/* how long an address, or that there is none, is believed */
#define UNKNOWN_MS		2000u
#define PAUSE_MS		100u	/* when there are no descriptors */

/* What a destination is here. */
struct target {
	struct server *server;
	struct destination destination;
	volatile struct relay_count *count;
	struct watch *accept;		/* NULL: nothing was sent for it */
	int listener;
	struct sockaddr_storage addresses[ADDRESSES_MOST];
	socklen_t lengths[ADDRESSES_MOST];
	size_t address_count;
	uint64_t believed;		/* clock_monotonic */
};

struct server {
	struct loop *loop;
	struct target *targets;
	size_t target_count;
	struct watch *channel, *pause;
	size_t connections;
	bool full;
};

/* One direction. */
struct lane {
	struct connection *connection;
	int from, to;
	struct watch *readable, *writable;
	unsigned char bytes[CHUNK];
	size_t at, len;
	bool ended;			/* `from` has no more, and `to` knows */
	volatile uint64_t *count;
};

struct connection {
	struct target *target;
	int inside, outside;		/* -1: not there */
	size_t tried;			/* addresses */
	struct watch *connected;
	struct lane out, in;
};

static void	try_next(struct connection *connection);

static void
listen_again(struct server *server, bool on)
{
	size_t i;

	server->full = !on;
	for (i = 0; i < server->target_count; i++) {
		if (server->targets[i].accept == NULL)
			continue;
		if (on)
			watch_resume(server->targets[i].accept);
		else
			watch_pause(server->targets[i].accept);
	}
}

static void
close_connection(struct connection *connection)
{
	struct server *server = connection->target->server;

	watch_free(connection->connected);
	watch_free(connection->out.readable);
	watch_free(connection->out.writable);
	watch_free(connection->in.readable);
	watch_free(connection->in.writable);
	if (connection->outside != -1)
		close(connection->outside);
	close(connection->inside);
	free(connection);
	server->connections--;
	if (server->full && watch_left(server->pause) == 0)
		listen_again(server, true);
}

/* The agent sees that nobody took it. */
static void
refuse(struct connection *connection)
{
	const struct linger at_once = { .l_onoff = 1 };

	connection->target->count->refused++;
	setsockopt(connection->inside, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close_connection(connection);
}

/* Writes what there is; false: the connection is gone. */
static bool
drain(struct lane *lane)
{
	struct connection *connection = lane->connection;
	ssize_t len = 1;

	while (lane->len > 0 && (len = send(lane->to, lane->bytes + lane->at, lane->len, MSG_NOSIGNAL)) > 0) {
		lane->at += (size_t)len;
		lane->len -= (size_t)len;
		*lane->count += (uint64_t)len;
	}
	if (lane->len > 0 && errno != EAGAIN && errno != EINTR) {
		close_connection(connection);
		return false;
	}
	/* Nothing is read as long as something waits. */
	if (lane->len > 0) {
		watch_pause(lane->readable);
		watch_resume(lane->writable);
	} else {
		watch_pause(lane->writable);
		if (!lane->ended)
			watch_resume(lane->readable);
	}
	return true;
}

static void
on_writable(void *context)
{
	drain(context);
}

static void
on_readable(void *context)
{
	struct lane *lane = context;
	struct connection *connection = lane->connection;
	ssize_t len;

	if (lane->len > 0)
		return;
	len = read(lane->from, lane->bytes, sizeof(lane->bytes));
	if (len > 0) {
		lane->at = 0;
		lane->len = (size_t)len;
		drain(lane);
	} else if (len == 0) {
		/* Half of it may go on. */
		lane->ended = true;
		watch_pause(lane->readable);
		shutdown(lane->to, SHUT_WR);
		if (connection->out.ended && connection->in.ended)
			close_connection(connection);
	} else if (errno != EAGAIN && errno != EINTR) {
		close_connection(connection);
	}
}

static void
open_lane(struct connection *connection, struct lane *lane, int from, int to, volatile uint64_t *count)
{
	struct loop *loop = connection->target->server->loop;

	lane->connection = connection;
	lane->from = from;
	lane->to = to;
	lane->count = count;
	lane->readable = watch_read(loop, from, on_readable, lane);
	lane->writable = watch_write(loop, to, on_writable, lane);
	watch_pause(lane->writable);
}

static void
carry(struct connection *connection)
{
	volatile struct relay_count *count = connection->target->count;

	watch_free(connection->connected);
	connection->connected = NULL;
	count->connections++;
	open_lane(connection, &connection->out, connection->inside, connection->outside, &count->sent);
	open_lane(connection, &connection->in, connection->outside, connection->inside, &count->received);
}

static void
on_connected(void *context)
{
	struct connection *connection = context;
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(connection->outside, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0) {
		carry(connection);
		return;
	}
	watch_free(connection->connected);
	connection->connected = NULL;
	close(connection->outside);
	connection->outside = -1;
	try_next(connection);
}

/* The next of its addresses; when none is left it is refused. */
static void
try_next(struct connection *connection)
{
	struct target *target = connection->target;

	while (connection->tried < target->address_count) {
		size_t i = connection->tried++;
		const struct sockaddr *address = (const struct sockaddr *)&target->addresses[i];

		connection->outside = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (connection->outside == -1)
			continue;
		if (connect(connection->outside, address, target->lengths[i]) == 0 || errno == EINPROGRESS) {
			connection->connected = watch_write(target->server->loop, connection->outside, on_connected,
			    connection);
			return;
		}
		close(connection->outside);
		connection->outside = -1;
	}
	refuse(connection);
}

static void
add_address(struct target *target, const void *address, socklen_t len)
{
	if (target->address_count == ADDRESSES_MOST || len > sizeof(target->addresses[0]))
		return;
	memcpy(&target->addresses[target->address_count], address, len);
	target->lengths[target->address_count++] = len;
}

/* Asked for when it is needed, and not again for every connection. */
static void
resolve(struct target *target)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct addrinfo *list = NULL, *at;
	char port[8];

	if (clock_monotonic() < target->believed)
		return;
	target->address_count = 0;
	if (target->destination.host[0] == '\0') {
		memcpy(local.sun_path, target->destination.path, sizeof(target->destination.path));
		add_address(target, &local, sizeof(local));
		return;
	}
	snprintf(port, sizeof(port), "%u", target->destination.port);
	if (getaddrinfo(target->destination.host, port, &hints, &list) == 0)
		for (at = list; at != NULL; at = at->ai_next)
			add_address(target, at->ai_addr, at->ai_addrlen);
	if (list != NULL)
		freeaddrinfo(list);
	target->believed = clock_monotonic() + (target->address_count > 0 ? KNOWN_MS : UNKNOWN_MS);
}

static void
on_pause(void *context)
{
	listen_again(context, true);
}

static void
on_accept(void *context)
{
	struct target *target = context;
	struct server *server = target->server;
	struct connection *connection;
	int fd;

	if (server->full)
		return;
	fd = accept4(target->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			listen_again(server, false);
			watch_in(server->pause, PAUSE_MS);
		}
		return;
	}
	connection = mem_zero(1, sizeof(*connection));
	connection->target = target;
	connection->inside = fd;
	connection->outside = -1;
	if (++server->connections >= CONNECTIONS_MOST)
		listen_again(server, false);
	resolve(target);
	try_next(connection);
}

/* A listening socket, with the place of its destination; nothing else is taken. */
static void
on_channel(void *context)
{
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } control;
	struct server *server = context;
	unsigned place = 0;
	struct iovec part = { &place, sizeof(place) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
	    .msg_controllen = sizeof(control) };
	ssize_t len = recvmsg(RELAY_CHANNEL, &message, MSG_CMSG_CLOEXEC);
	struct target *target;
	int fd;

	if (len <= 0) {
		/* All have been sent. */
		if (len == 0 || (errno != EINTR && errno != EAGAIN))
			watch_pause(server->channel);
		return;
	}
	if (CMSG_FIRSTHDR(&message) == NULL || control.header.cmsg_type != SCM_RIGHTS ||
	    control.header.cmsg_len != CMSG_LEN(sizeof(int)))
		return;
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	if (len != sizeof(place) || place >= server->target_count || server->targets[place].accept != NULL) {
		close(fd);
		return;
	}
	target = &server->targets[place];
	target->listener = fd;
	target->accept = watch_read(server->loop, fd, on_accept, target);
}

int
relay_serve(char *const *destinations)
{
	struct server server = { .target_count = strs_count(destinations) };
	volatile struct relay_count *counts = mmap(NULL, server.target_count * sizeof(*counts),
	    PROT_READ | PROT_WRITE, MAP_SHARED, RELAY_COUNTS, 0);
	size_t i;

	if (server.target_count == 0 || server.target_count > DESTINATIONS_MOST || counts == MAP_FAILED)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	server.loop = loop_new();
	server.targets = mem_zero(server.target_count, sizeof(*server.targets));
	for (i = 0; i < server.target_count; i++) {
		server.targets[i].server = &server;
		server.targets[i].count = &counts[i];
		if (destination_parse(destinations[i], &server.targets[i].destination) != NULL)
			return 2;
	}
	server.pause = watch_timer(server.loop, on_pause, &server);
	server.channel = watch_read(server.loop, RELAY_CHANNEL, on_channel, &server);
	/* Until it is killed, with the run. */
	loop_run(server.loop);
	return 0;
}
