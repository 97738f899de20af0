/* The relay, from the worker's side: see relay.h. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/destination.h"
#include "protocol/mem.h"
#include "worker/files.h"
#include "worker/relay_serve.h"

#define BACKLOG	64

/* Memory that the process counts in and the worker reads. */
static bool
make_counts(struct relay *relay, size_t count)
{
	size_t size = count * sizeof(struct relay_count);
	int fd = memfd_create("traffic", MFD_CLOEXEC);
	void *memory;

	if (fd == -1)
		return false;
	if (ftruncate(fd, (off_t)size) == -1 ||
	    (memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED) {
		close(fd);
		return false;
	}
	relay->memory = fd;
	relay->counts = memory;
	relay->count = count;
	return true;
}

/* A socket in the slot, which is shown at the path that is named. -1 with errno. */
static int
listen_local(struct worker *worker, struct sandbox_run *run, const struct destination *destination,
    unsigned place)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *name = str_format("net/%u", place), *path = worker_path(worker, name);
	int folder = -1, fd = -1, result = -1;
	char *parent = worker_path(worker, "net");

	/* By way of its folder: the slot's own path may be too long for a socket. */
	if ((folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC)) != -1 &&
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) != -1) {
		snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%u", folder, place);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && chmod(path, 0666) == 0 &&
		    listen(fd, BACKLOG) == 0)
			result = relay_send(worker->relay.wanted.channel, place, fd);
	}
	if (result == 0)
		binds_add(&run->binds, path, destination->path, BIND_WRITE);
	if (fd != -1)
		close(fd);
	if (folder != -1)
		close(folder);
	free(parent);
	free(path);
	free(name);
	return result;
}

/* Names as they are inside. */
static int
write_hosts(struct worker *worker, struct sandbox_run *run)
{
	char *const *allow = worker->job.allow;
	char *path = worker_path(worker, "net/hosts");
	struct destination destination;
	struct buffer text;
	uint32_t address;
	int result;
	size_t i;

	buffer_init(&text);
	buffer_add_text(&text, "127.0.0.1 localhost\n::1 localhost\n");
	for (i = 0; i < strs_count(allow); i++) {
		address = destination_inside(allow, i);
		destination_parse(allow[i], &destination);
		if (address >> 8 == 0x7f0000 && address != 0x7f000001)
			buffer_format(&text, "127.0.0.%u %s\n", address & 0xff, destination.host);
	}
	result = files_write(path, text.bytes, text.len);
	if (result == 0 && access("/etc/hosts", F_OK) == 0)
		binds_add(&run->binds, path, "/etc/hosts", 0);
	buffer_release(&text);
	free(path);
	return result;
}

/* In the child: the program that we are, as the user that the agent is. */
static void
become_relay(const struct worker *worker, int channel)
{
	int self = open("/proc/self/exe", O_PATH | O_CLOEXEC), memory = worker->relay.memory, i;
	char *environment[] = { NULL }, *argv[DESTINATIONS_MOST + 3] = { (char *)(uintptr_t)"orch-worker",
	    (char *)(uintptr_t)RELAY_OPTION };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	channel = fcntl(channel, F_DUPFD_CLOEXEC, 16);
	memory = fcntl(memory, F_DUPFD_CLOEXEC, 16);
	self = fcntl(self, F_DUPFD_CLOEXEC, 16);
	dup2(channel, RELAY_CHANNEL);
	dup2(memory, RELAY_COUNTS);
	close_range(RELAY_COUNTS + 1, 15, 0);
	close_range(16, ~0u, CLOSE_RANGE_CLOEXEC);
	for (i = 0; i < (int)worker->relay.count; i++)
		argv[2 + i] = worker->job.allow[i];
	if (worker->uid != 0 && (setgroups(0, NULL) == -1 ||
	    setresgid(worker->uid, worker->uid, worker->uid) == -1 ||
	    setresuid(worker->uid, worker->uid, worker->uid) == -1))
		_exit(125);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (chdir("/") == 0)
		fexecve(self, argv, environment);
	_exit(125);
}

/* All of its start; false with errno. */
static bool
start(struct worker *worker, struct sandbox_run *run)
{
	struct relay *relay = &worker->relay;
	char *const *allow = worker->job.allow, *folder = worker_path(worker, "net");
	struct destination destination;
	int ends[2] = { -1, -1 };
	bool fine = files_remove(folder, SIZE_MAX) && files_folder(folder, 0711) == 0 &&
	    write_hosts(worker, run) == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
	unsigned i;
	pid_t pid;

	free(folder);
	if (!fine)
		return false;
	relay->wanted = (struct relay_wanted){ allow, ends[1] };
	pid = fork();
	if (pid == 0)
		become_relay(worker, ends[0]);
	close(ends[0]);
	for (i = 0; pid != -1 && i < relay->count; i++)
		if (destination_parse(allow[i], &destination) == NULL && destination.host[0] == '\0' &&
		    listen_local(worker, run, &destination, i) == -1)
			return false;
	return pid != -1;
}

enum error
relay_begin(struct worker *worker, struct sandbox_run *run, struct buffer *why)
{
	struct relay *relay = &worker->relay;
	size_t count = strs_count(worker->job.allow);

	if (count == 0)
		return ERROR_NONE;
	if (count > DESTINATIONS_MOST) {
		buffer_format(why, "network: %zu destinations, and %u are the most", count, DESTINATIONS_MOST);
		return ERROR_INVALID;
	}
	relay_started(worker);
	if ((relay->counts == NULL && !make_counts(relay, count)) || !start(worker, run)) {
		buffer_format(why, "cannot start the relay of its network: %s", strerror(errno));
		return ERROR_SYSTEM;
	}
	run->network = &relay->wanted;
	return ERROR_NONE;
}

void
relay_started(struct worker *worker)
{
	struct relay *relay = &worker->relay;

	if (relay->wanted.allow != NULL)
		close(relay->wanted.channel);
	relay->wanted = (struct relay_wanted){ 0 };
}

size_t
relay_rows(const struct worker *worker, struct record_traffic_row **rows)
{
	const struct relay *relay = &worker->relay;
	size_t i;

	*rows = mem_zero(relay->count + 1, sizeof(**rows));
	for (i = 0; i < relay->count; i++)
		(*rows)[i] = (struct record_traffic_row){ .destination = worker->job.allow[i],
		    .connections = relay->counts[i].connections, .refused = relay->counts[i].refused,
		    .sent = relay->counts[i].sent, .received = relay->counts[i].received };
	return relay->count;
}

void
relay_release(struct worker *worker)
{
	struct relay *relay = &worker->relay;

	relay_started(worker);
	if (relay->counts != NULL) {
		munmap((void *)(uintptr_t)relay->counts, relay->count * sizeof(*relay->counts));
		close(relay->memory);
	}
	*relay = (struct relay){ 0 };
}
