/* Connections of people and programs: see clients.h. */
#include "clients.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "events.h"
#include "protocol/link.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"

#define ACCEPT_RETRY_MS	1000	/* out of descriptors: a pause, then again */

/* ---- listening ---- */

/* May this user talk to us: root, our own user, or the group of control.group. */
static bool
allowed(struct supervisor *supervisor, int fd)
{
	unsigned uid, gid;
	struct group *group;

	if (!peer_uid(fd, &uid, &gid))
		return false;
	if (uid == 0 || uid == geteuid())
		return true;
	group = supervisor->config.control_group ? getgrnam(supervisor->config.control_group) : NULL;
	/* The socket's mode has let in members of the group only. */
	return group != NULL;
}

static void
on_accept(void *context)
{
	struct supervisor *supervisor = context;
	struct client *client;
	size_t count = 0;
	int fd = accept4(supervisor->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd == -1)
		return;
	for (client = supervisor->clients; client != NULL; client = client->next)
		count++;
	if (count >= CLIENTS_MAX || !allowed(supervisor, fd)) {
		log_warnx("event=client.refused why=%s", count >= CLIENTS_MAX ? "too many" : "not permitted");
		close(fd);
		return;
	}
	clients_add(supervisor, fd, false);
}

static void
write_socket_path(struct supervisor *supervisor)
{
	char *path = str_format("%s/socket", supervisor->config.state);
	FILE *file = fopen(path, "we");

	if (file == NULL || fprintf(file, "%s\n", supervisor->socket_path) < 0 || fclose(file) == EOF)
		fatal("%s", path);
	free(path);
}

/* Whose socket is removed is reached by nobody any more: not that of one that lives. */
static void
refuse_taken(const char *path)
{
	int fd = link_connect(path);

	if (fd == -1)
		return;
	close(fd);
	fatalx("control socket %s: another supervisor listens there; end it with 'orchctl -s %s stop', or "
	    "give this one a folder of its own, 'runtime: DIR'", path, path);
}

void
clients_listen(struct supervisor *supervisor)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mode = (mode_t)strtoul(supervisor->config.control_mode, NULL, 8);
	struct group *group;
	char **names = NULL;
	int fd;

	if (sd_listen_fds_with_names(1, &names) == 1) {
		/* The socket is systemd's, and stays when we end. */
		fd = SD_LISTEN_FDS_START;
		supervisor->socket_borrowed = true;
		strs_free(names);
	} else {
		refuse_taken(supervisor->socket_path);
		strcpy(address.sun_path, supervisor->socket_path);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		unlink(supervisor->socket_path);
		if (fd == -1 || bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
			fatal("control socket %s", supervisor->socket_path);
		group = supervisor->config.control_group ? getgrnam(supervisor->config.control_group) : NULL;
		if (supervisor->config.control_group != NULL && (group == NULL ||
		    chown(supervisor->socket_path, (uid_t)-1, group->gr_gid) == -1))
			fatalx("control.group %s: no such group, or not permitted", supervisor->config.control_group);
		if (chmod(supervisor->socket_path, group != NULL ? mode : mode & 0700) == -1 ||
		    listen(fd, 64) == -1)
			fatal("control socket %s", supervisor->socket_path);
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	supervisor->listen_fd = fd;
	watch_read(supervisor->loop, fd, on_accept, supervisor);
	write_socket_path(supervisor);
}

void
clients_unlisten(const struct supervisor *supervisor)
{
	char *path = str_format("%s/socket", supervisor->config.state);

	/* What systemd listens on stays, and starts the next one. */
	if (supervisor->socket_path != NULL && !supervisor->socket_borrowed) {
		unlink(path);
		unlink(supervisor->socket_path);
	}
	free(path);
}

void
clients_add(struct supervisor *supervisor, int fd, bool owner)
{
	struct client *client = mem_zero(1, sizeof(*client));
	unsigned gid;

	client->supervisor = supervisor;
	client->owner = owner;
	if (!peer_uid(fd, &client->uid, &gid))
		client->uid = (unsigned)-1;
	client->log_fd = -1;
	arena_init(&client->staged_arena);
	client->next = supervisor->clients;
	supervisor->clients = client;
	client->peer = peer_new(supervisor->loop, fd, ROLE_SUPERVISOR, ROLE_CLIENT, "client",
	    supervisor->calls->client, client);
}

void
clients_remove(struct client *client)
{
	struct client **at = &client->supervisor->clients;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	if (client->log_fd != -1)
		close(client->log_fd);
	strs_free(client->prune_skipped);
	free(client->look_slot);
	free(client->traced);
	free(client->log_task);
	free(client->event_task);
	free(client->event_project);
	free(client->event_type);
	free(client->staged);
	arena_release(&client->staged_arena);
	strs_free(client->wait_tasks);
	free(client);
}

void
clients_release(struct supervisor *supervisor)
{
	while (supervisor->clients != NULL) {
		peer_free(supervisor->clients->peer);
		clients_remove(supervisor->clients);
	}
}

/* ---- what they follow ---- */

static void
send_event(void *context, const struct event_row *row)
{
	struct client *client = context;
	struct msg_event message = events_message(row);

	client->event_after = row->id;
	if (client->supervisor->project_count + client->supervisor->former_count < 2)
		message.project = NULL;
	peer_send(client->peer, MSG_event, &message);
}

/* Which ones it has asked for. */
static struct event_filter
filter_of(const struct client *client)
{
	return (struct event_filter){ client->event_task, client->event_type, client->event_project };
}

void
clients_filter(struct client *client, const char *task, const char *type, const char *project)
{
	str_set(&client->event_project, project);
	str_set(&client->event_task, task);
	str_set(&client->event_type, type);
}

uint64_t
clients_last_event(struct client *client)
{
	struct store *store = client->supervisor->store;
	const struct event_filter filter = filter_of(client);

	return store_event_last_of(store, &filter);
}

void
clients_begin_at(struct client *client, double since, uint64_t limit)
{
	struct store *store = client->supervisor->store;
	const struct event_filter filter = filter_of(client);
	uint64_t first;

	if (since != 0) {
		first = store_event_since(store, since);
		if (first == 0)
			client->event_after = store_event_last(store);
		else if (first - 1 > client->event_after)
			client->event_after = first - 1;
	}
	if (limit == 0)
		return;
	/* Where there is none, nothing is to be looked for either. */
	first = store_event_back(store, &filter, client->event_after, limit);
	client->event_after = first != 0 ? first - 1 : store_event_last(store);
}

/* As much as it reads: the rest when it has drained. */
void
clients_pump_client(struct client *client)
{
	struct store *store = client->supervisor->store;
	const struct event_filter filter = filter_of(client);
	uint64_t last;

	while (client->follows_events && !peer_full(client->peer)) {
		if (store_each_event(store, &filter, client->event_after, 200, send_event, client) == 200)
			continue;
		/* The others are not looked at again. */
		last = store_event_last(store);
		if (client->event_after < last)
			client->event_after = last;
		break;
	}
}

void
clients_pump_events(struct supervisor *supervisor)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		clients_pump_client(client);
	clients_check_waits(supervisor);
}

void
clients_tell(struct supervisor *supervisor, const struct msg_event *event)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		if (client->follows_events)
			peer_send(client->peer, MSG_event, event);
}

void
clients_tell_end(struct supervisor *supervisor)
{
	const size_t *counts = supervisor->counts;
	double now = clock_wall();

	clients_tell(supervisor, &(struct msg_event){ .event = "run.end", .time = now,
	    .complete = counts[TASK_COMPLETE], .blocked = counts[TASK_BLOCKED],
	    .cancelled = counts[TASK_CANCELLED], .waiting = registry_waiting(supervisor),
	    .seconds = now - supervisor->started });
	clients_check_waits(supervisor);
}

/* ---- logs ---- */

static char *
log_path(const struct client *client)
{
	return str_format("%s/logs/%s/%ju.log", client->supervisor->config.state, client->log_task,
	    (uintmax_t)client->log_number);
}

bool
clients_open_log(struct client *client, const char *task, uint64_t number, bool follow)
{
	char *path;

	if (client->log_fd != -1)
		close(client->log_fd);
	free(client->log_task);
	client->log_task = str_dup(task);
	client->log_number = number;
	client->log_offset = 0;
	path = log_path(client);
	client->log_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	if (client->log_fd == -1 && !follow) {
		free(client->log_task);
		client->log_task = NULL;
		return false;
	}
	client->log_follows = follow;
	client->log_ended = !follow;
	return true;
}

static void
pump_log(struct client *client)
{
	unsigned char bytes[OUTPUT_CHUNK_MAX];
	ssize_t len;

	if (client->log_fd == -1 && client->log_follows) {
		char *path = log_path(client);

		client->log_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		free(path);
	}
	while (client->log_fd != -1 && !peer_full(client->peer)) {
		len = pread(client->log_fd, bytes, sizeof(bytes), (off_t)client->log_offset);
		if (len <= 0)
			break;
		peer_send(client->peer, MSG_log_chunk, &(struct msg_log_chunk){
		    .task = client->log_task, .number = client->log_number,
		    .offset = client->log_offset, .bytes = { bytes, (size_t)len } });
		client->log_offset += (uint64_t)len;
	}
	if (client->log_ended && !peer_full(client->peer)) {
		peer_send(client->peer, MSG_log_end, &(struct msg_log_end){ .task = client->log_task,
		    .number = client->log_number });
		if (client->log_fd != -1)
			close(client->log_fd);
		client->log_fd = -1;
		client->log_ended = client->log_follows = false;
		free(client->log_task);
		client->log_task = NULL;
	}
}

void
clients_pump_log(struct supervisor *supervisor, const char *task, uint64_t number)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		if (client->log_task != NULL && str_same(client->log_task, task) && client->log_number == number)
			pump_log(client);
}

void
clients_end_log(struct supervisor *supervisor, const char *task, uint64_t number)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		if (client->log_task != NULL && str_same(client->log_task, task) && client->log_number == number) {
			client->log_ended = true;
			pump_log(client);
		}
}

/* ---- waiting ---- */

/* Has a task ended, or does it wait for a person? */
static bool
at_rest(const struct supervisor *supervisor, const struct task *task)
{
	return task == NULL || task_state_final(task->state) ||
	    task->state == TASK_AWAITING_APPROVAL || supervisor->quiet_told;
}

static void
count_task(const struct task *task, struct reply_task_wait *reply)
{
	if (task->state == TASK_COMPLETE)
		reply->complete++;
	else if (task->state == TASK_BLOCKED)
		reply->blocked++;
	else if (task->state == TASK_CANCELLED)
		reply->cancelled++;
	else
		reply->waiting++;
}

static void
check_wait(struct supervisor *supervisor, struct client *client)
{
	struct reply_task_wait reply = { 0 };
	const size_t *counts = supervisor->counts;
	size_t i;

	if (client->wait_tasks == NULL) {
		if (!supervisor->quiet_told && counts[TASK_COMPLETE] + counts[TASK_BLOCKED] +
		    counts[TASK_CANCELLED] < supervisor->task_count)
			return;
		reply = (struct reply_task_wait){ counts[TASK_COMPLETE], counts[TASK_BLOCKED],
		    counts[TASK_CANCELLED], registry_waiting(supervisor) };
	}
	for (i = 0; client->wait_tasks != NULL && client->wait_tasks[i] != NULL; i++) {
		struct task *task = registry_find(supervisor, client->wait_tasks[i]);

		if (!at_rest(supervisor, task))
			return;
		count_task(task, &reply);
	}
	peer_reply(client->peer, MSG_task_wait, client->wait_request, &reply);
	client->wait_request = 0;
	strs_free(client->wait_tasks);
	client->wait_tasks = NULL;
}

void
clients_check_waits(struct supervisor *supervisor)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		if (client->wait_request != 0)
			check_wait(supervisor, client);
}
