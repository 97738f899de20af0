/* The slot's own socket: see adopt.h. */
#include "adopt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define CANDIDATES	((int)COUNT(((struct adopt *)NULL)->candidates))
#define HELLO_MS	5000u	/* that a connection has to say who it is */

/* Its place among those that have not said their number; -1: it is none of them. */
static int
place_of(const struct worker *worker, const struct peer *peer)
{
	int i;

	for (i = 0; i < CANDIDATES; i++)
		if (peer != NULL && worker->adopt.candidates[i] == peer)
			return i;
	return -1;
}

/* Takes it from the list; its connection stays. */
static void
take_out(struct worker *worker, int place)
{
	for (; place + 1 < CANDIDATES; place++)
		worker->adopt.candidates[place] = worker->adopt.candidates[place + 1];
	worker->adopt.candidates[CANDIDATES - 1] = NULL;
}

static void
drop_oldest(struct worker *worker)
{
	struct peer *oldest = worker->adopt.candidates[0];

	take_out(worker, 0);
	peer_free(oldest);
}

static void
on_accept(void *context)
{
	struct worker *worker = context;
	struct msg_hello hello = { .version = PROTOCOL_VERSION, .role = "worker", .slot = worker->slot,
	    .pid = (uint64_t)getpid(), .fence = worker->fence };
	int fd = accept4(worker->adopt.fd, NULL, NULL, SOCK_CLOEXEC);
	unsigned uid, gid;
	int place;

	if (fd == -1)
		return;
	/* Its folder lets nobody else in; this is the second lock on the door. */
	if (!peer_uid(fd, &uid, &gid) || (uid != geteuid() && uid != 0)) {
		close(fd);
		return;
	}
	/* When there are too many, the oldest has had its time. */
	if (worker->adopt.candidates[CANDIDATES - 1] != NULL)
		drop_oldest(worker);
	for (place = 0; worker->adopt.candidates[place] != NULL; place++)
		;
	worker->adopt.candidates[place] = peer_new(worker->loop, fd, ROLE_WORKER, ROLE_SUPERVISOR,
	    "supervisor", worker->adopt.dispatch, worker);
	watch_in(worker->adopt.hello, HELLO_MS);
	peer_send(worker->adopt.candidates[place], MSG_hello, &hello);
}

static void
on_hello_late(void *context)
{
	struct worker *worker = context;

	while (worker->adopt.candidates[0] != NULL) {
		log_info("event=adopt-late why=a connection that says nothing is closed");
		drop_oldest(worker);
	}
}

static void
on_orphaned(void *context)
{
	struct worker *worker = context;

	log_warnx("event=orphaned why=no supervisor came for %ju seconds; what there is is saved",
	    (uintmax_t)(worker->orphan_ms / 1000));
	worker->leaving = true;
	worker->end(worker, ENDING_SUPERVISOR, NULL);
}

/* -1: told. */
static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		log_warnx("path=%s why=too long for a socket: this worker cannot be adopted", path);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
	    chmod(path, 0600) == -1 || listen(fd, 8) == -1) {
		log_warn("%s: this worker cannot be adopted", path);
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

void
adopt_init(struct worker *worker, const struct peer_dispatch *dispatch)
{
	worker->adopt.fd = -1;
	if (worker->orphan_ms == 0 || worker->runtime == NULL)
		return;
	worker->adopt.dispatch = dispatch;
	worker->adopt.path = str_format("%s/slot-%s.sock", worker->runtime, worker->slot);
	worker->adopt.fd = listen_at(worker->adopt.path);
	if (worker->adopt.fd == -1)
		return;
	worker->adopt.listen = watch_read(worker->loop, worker->adopt.fd, on_accept, worker);
	worker->adopt.hello = watch_timer(worker->loop, on_hello_late, worker);
	worker->adopt.orphaned = watch_timer(worker->loop, on_orphaned, worker);
}

void
adopt_release(struct worker *worker)
{
	while (worker->adopt.candidates[0] != NULL)
		drop_oldest(worker);
	watch_free(worker->adopt.orphaned);
	watch_free(worker->adopt.hello);
	watch_free(worker->adopt.listen);
	if (worker->adopt.fd != -1) {
		close(worker->adopt.fd);
		unlink(worker->adopt.path);
	}
	free(worker->adopt.path);
}

bool
adopt_hello(struct worker *worker, struct peer *peer, uint64_t fence)
{
	int place = place_of(worker, peer);

	if (place == -1)
		return true;
	take_out(worker, place);
	if (fence <= worker->fence) {
		log_warnx("event=fenced-off fence=%ju current=%ju why=an older supervisor", (uintmax_t)fence,
		    (uintmax_t)worker->fence);
		peer_free(peer);
		return false;
	}
	log_info("event=adopted fence=%ju", (uintmax_t)fence);
	peer_free(worker->peer);
	worker->peer = peer;
	watch_pause(worker->adopt.orphaned);
	if (worker->run != NULL) {
		/* It may have been the one of before who was too slow to read. */
		run_resume(worker->run);
		/* And the controllers were given back while there was none. */
		run_limit(worker->run);
	}
	return true;
}

bool
adopt_closed(struct worker *worker, struct peer *peer)
{
	int place = place_of(worker, peer);

	if (place != -1)
		take_out(worker, place);
	return place == -1;
}

bool
adopt_wait(struct worker *worker)
{
	/* One that never heard a supervisor is not known to the next. */
	if (worker->adopt.fd == -1 || worker->leaving || !worker->said_hello)
		return false;
	log_info("event=orphan wait=%jus", (uintmax_t)(worker->orphan_ms / 1000));
	watch_in(worker->adopt.orphaned, worker->orphan_ms);
	return true;
}
