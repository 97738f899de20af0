/* The agent's own socket: see agent_socket.h. */
#include "agent_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/files.h"
#include "worker/requests.h"

#define CONNECTIONS	16u
#define MESSAGE_MOST	(256u << 10)	/* bytes; the largest that is allowed has fewer */
#define PERIOD_MS	100u
#define IN_A_PERIOD	20u		/* messages of all connections */

struct agent_socket {
	int fd;
	struct watch *listen, *period;
	struct peer *peers[CONNECTIONS];
	unsigned count, handled;	/* connections; messages in this period */
	bool resting;			/* the period runs, for some are held */
};

char *
agent_socket_path(const struct worker *worker)
{
	return worker_path(worker, "agent/socket");
}

static void
on_closed(void *context, struct peer *peer, const char *why)
{
	struct worker *worker = context;
	struct agent_socket *socket = worker->agent_socket;
	unsigned i;

	if (why != NULL)
		log_info("event=agent-refused why=%s", why);
	requests_forget(worker, peer);
	for (i = 0; i < socket->count; i++)
		if (socket->peers[i] == peer)
			socket->peers[i--] = socket->peers[--socket->count];
	watch_resume(socket->listen);
}

/* Those that have answers to read wait until they have; all others go on. */
static void
on_period(void *context)
{
	struct worker *worker = context;
	struct agent_socket *socket = worker->agent_socket;
	unsigned i;

	socket->handled = 0;
	socket->resting = false;
	for (i = 0; i < socket->count; i++)
		if (!peer_full(socket->peers[i]))
			peer_hold(socket->peers[i], false);
}

static void
on_drained(void *context, struct peer *peer)
{
	struct worker *worker = context;

	if (!worker->agent_socket->resting)
		peer_hold(peer, false);
}

/* One more message: who must wait is held. */
static void
pace(struct worker *worker, struct peer *peer)
{
	struct agent_socket *socket = worker->agent_socket;
	unsigned i;

	if (socket->handled++ == 0)
		watch_in(socket->period, PERIOD_MS);
	if (peer_full(peer))
		peer_hold(peer, true);
	if (socket->handled < IN_A_PERIOD)
		return;
	socket->resting = true;
	for (i = 0; i < socket->count; i++)
		peer_hold(socket->peers[i], true);
}

static void
on_request(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	static peer_handler *const handlers[MSG_LIMIT] = {
		[MSG_agent_progress] = requests_progress,
		[MSG_agent_discover] = requests_discover,
		[MSG_agent_scope] = requests_scope,
		[MSG_agent_ask] = requests_ask,
		[MSG_agent_blocked] = requests_blocked,
	};

	handlers[message->id](context, peer, request, message);
	pace(context, peer);
}

static void
on_agent_hello(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)message;
	peer_reply(peer, MSG_hello, request, &(struct reply_hello){ .version = PROTOCOL_VERSION,
	    .role = "worker" });
	pace(worker, peer);
}

static const struct peer_dispatch dispatch = {
	.handlers = {
		[MSG_hello] = on_agent_hello,
		[MSG_agent_progress] = on_request,
		[MSG_agent_discover] = on_request,
		[MSG_agent_scope] = on_request,
		[MSG_agent_ask] = on_request,
		[MSG_agent_blocked] = on_request,
	},
	.on_closed = on_closed,
	.on_drained = on_drained,
};

static void
on_accept(void *context)
{
	struct worker *worker = context;
	struct agent_socket *socket = worker->agent_socket;
	int fd;

	if (socket->count == CONNECTIONS) {
		watch_pause(socket->listen);
		return;
	}
	if ((fd = accept4(socket->fd, NULL, NULL, SOCK_CLOEXEC)) == -1)
		return;
	socket->peers[socket->count] = peer_new(worker->loop, fd, ROLE_WORKER, ROLE_AGENT, "agent",
	    &dispatch, worker);
	peer_limit(socket->peers[socket->count], MESSAGE_MOST);
	if (socket->resting)
		peer_hold(socket->peers[socket->count], true);
	socket->count++;
}

/* A path of any length: it is named from its folder. */
static int
listen_in(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = -1, place = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), saved;

	if (place == -1)
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/socket", place);
	/* Its folder lets nobody in; who has it bound into the sandbox may connect. */
	if ((unlink(address.sun_path) == 0 || errno == ENOENT) &&
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) != -1 &&
	    (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
	    chmod(address.sun_path, 0666) == -1 || listen(fd, CONNECTIONS) == -1)) {
		saved = errno;
		close(fd);
		errno = saved;
		fd = -1;
	}
	saved = errno;
	close(place);
	errno = saved;
	return fd;
}

int
agent_socket_open(struct worker *worker)
{
	char *folder = worker_path(worker, "agent");
	struct agent_socket *socket;
	int fd = files_folder(folder, 0700) == -1 ? -1 : listen_in(folder);

	free(folder);
	if (fd == -1)
		return -1;
	agent_socket_close(worker);
	socket = worker->agent_socket = mem_zero(1, sizeof(*socket));
	socket->fd = fd;
	socket->listen = watch_read(worker->loop, fd, on_accept, worker);
	socket->period = watch_timer(worker->loop, on_period, worker);
	return 0;
}

void
agent_socket_close(struct worker *worker)
{
	struct agent_socket *socket = worker->agent_socket;
	char *path;

	if (socket == NULL)
		return;
	requests_forget(worker, NULL);
	while (socket->count > 0)
		peer_free(socket->peers[--socket->count]);
	watch_free(socket->period);
	watch_free(socket->listen);
	close(socket->fd);
	free(socket);
	worker->agent_socket = NULL;
	path = agent_socket_path(worker);
	unlink(path);
	free(path);
}
