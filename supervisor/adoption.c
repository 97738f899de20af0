/* Workers that live on: see adoption.h. */
#include "adoption.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

/* When a process began, in ticks since the start of the machine: with its number, who it is. */
static uint64_t
started(pid_t pid)
{
	char path[64], text[1024], *at;
	unsigned long long ticks = 0;
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	/* Its name, in parentheses, may have any character; then the 20th field from there. */
	if ((at = strrchr(text, ')')) == NULL || sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
	    "%*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &ticks) != 1)
		return 0;
	return ticks;
}

static char *
key_of(const struct slot *slot)
{
	return str_format("worker.%s", slot->name);
}

void
adoption_record(struct slot *slot)
{
	char *key = key_of(slot), *text = str_format("%d %ju", (int)slot->pid, (uintmax_t)started(slot->pid));

	store_begin(slot->supervisor->store);
	store_set(slot->supervisor->store, key, text);
	store_commit(slot->supervisor->store);
	free(text);
	free(key);
}

/* Is it the very process that was recorded for this slot? */
static bool
recorded(const struct slot *slot, pid_t pid)
{
	char *key = key_of(slot), *text = store_get(slot->supervisor->store, key);
	unsigned long long began = 0;
	int known = 0;
	bool same;

	same = text != NULL && sscanf(text, "%d %llu", &known, &began) == 2 && known == pid &&
	    began != 0 && began == started(pid);
	free(text);
	free(key);
	return same;
}

/* Connected to the slot's socket; -1: nobody is there. */
static int
connect_to(const struct slot *slot)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path), "%s/slot-%s.sock",
	    slot->supervisor->config.runtime, slot->name) < sizeof(address.sun_path) &&
	    fd != -1 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

/* The process that listens at the other end. */
static pid_t
process_of(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 ? peer.pid : 0;
}

static void
on_gone(void *context)
{
	struct slot *slot = context;

	slot->supervisor->calls->worker_gone(slot->supervisor, slot);
}

bool
adoption_try(struct slot *slot)
{
	struct supervisor *supervisor = slot->supervisor;
	int fd = connect_to(slot), pidfd;
	char *name;
	pid_t pid;

	if (fd == -1)
		return false;
	pid = process_of(fd);
	pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	/* Asked after it is held: the number cannot be another's any more. */
	if (pidfd == -1 || !recorded(slot, pid)) {
		log_warnx("slot=%s pid=%d why=who answers there is not the worker that was started; not adopted",
		    slot->name, (int)pid);
		if (pidfd != -1)
			close(pidfd);
		close(fd);
		return false;
	}
	slot->pid = pid;
	slot->pidfd = pidfd;
	slot->gone = watch_read(supervisor->loop, pidfd, on_gone, slot);
	name = str_format("worker %s", slot->name);
	slot->peer = peer_new(supervisor->loop, fd, ROLE_SUPERVISOR, ROLE_WORKER, name,
	    supervisor->calls->worker, slot);
	free(name);
	log_info("slot=%s event=adopted pid=%d", slot->name, (int)pid);
	peer_send(slot->peer, MSG_hello, &(struct msg_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = supervisor->fence });
	return true;
}

void
adoption_end(struct slot *slot)
{
	watch_free(slot->gone);
	slot->gone = NULL;
	if (slot->pidfd != -1)
		close(slot->pidfd);
	slot->pidfd = -1;
}
