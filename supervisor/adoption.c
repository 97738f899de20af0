/* Workers that live on: see adoption.h. */
#include "adoption.h"

#include <errno.h>
#include <signal.h>
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
	char *key = key_of(slot), *text = str_format("%d %ju %s/slot-%s.sock", (int)slot->pid,
	    (uintmax_t)started(slot->pid), slot->supervisor->config.runtime, slot->name);

	store_begin(slot->supervisor->store);
	store_set(slot->supervisor->store, key, text);
	store_commit(slot->supervisor->store);
	free(text);
	free(key);
}

/*
 * The process that was recorded for this slot, when it still lives, and in *path its
 * socket, for the caller to free; 0: there is none.
 */
static pid_t
recorded(const struct slot *slot, char **path)
{
	char *key = key_of(slot), *text = store_get(slot->supervisor->store, key);
	unsigned long long began = 0;
	int pid = 0, end = 0;

	*path = NULL;
	if (text == NULL || sscanf(text, "%d %llu %n", &pid, &began, &end) != 2 || end == 0 ||
	    began == 0 || began != started(pid))
		pid = 0;
	else
		*path = str_dup(text + end);
	free(text);
	free(key);
	return pid;
}

/* Connected to a socket; -1: nobody is there. */
static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (strlen(path) < sizeof(address.sun_path) && fd != -1) {
		memcpy(address.sun_path, path, strlen(path) + 1);
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return fd;
	}
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

/* Holds the process, so that its number cannot become another's. */
static int
hold(const struct slot *slot, pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	char *path;

	if (fd != -1 && recorded(slot, &path) != pid) {
		close(fd);
		return -1;
	}
	if (fd != -1)
		free(path);
	return fd;
}

static void
connect_slot(struct slot *slot, pid_t pid, int pidfd, int fd)
{
	struct supervisor *supervisor = slot->supervisor;
	char *name = str_format("worker %s", slot->name);

	slot->pid = pid;
	slot->pidfd = pidfd;
	slot->gone = watch_read(supervisor->loop, pidfd, on_gone, slot);
	slot->peer = peer_new(supervisor->loop, fd, ROLE_SUPERVISOR, ROLE_WORKER, name,
	    supervisor->calls->worker, slot);
	free(name);
	log_info("slot=%s event=adopted pid=%d", slot->name, (int)pid);
	peer_send(slot->peer, MSG_hello, &(struct msg_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = supervisor->fence });
}

bool
adoption_try(struct slot *slot)
{
	char *path;
	pid_t pid = recorded(slot, &path);
	int fd, pidfd;

	if (pid == 0)
		return false;
	pidfd = hold(slot, pid);
	fd = pidfd != -1 ? connect_to(path) : -1;
	free(path);
	if (fd != -1 && process_of(fd) == pid) {
		connect_slot(slot, pid, pidfd, fd);
		return true;
	}
	if (fd != -1)
		close(fd);
	/* It lives and nobody can talk to it: it is to save what it has, and to go. */
	if (pidfd != -1 && !slot->dismissed) {
		log_warnx("slot=%s pid=%d why=its worker lives and does not answer on its socket; it is "
		    "told to save what it has and to end", slot->name, (int)pid);
		adoption_dismiss(slot);
	}
	if (pidfd != -1)
		close(pidfd);
	return false;
}

void
adoption_dismiss(struct slot *slot)
{
	char *path;
	pid_t pid = recorded(slot, &path);
	int pidfd = pid != 0 ? hold(slot, pid) : -1;

	slot->dismissed = true;
	if (pidfd != -1) {
		syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0);
		close(pidfd);
	}
	free(path);
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
