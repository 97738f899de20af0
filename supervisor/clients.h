/*
 * Connections of people and programs: accepted, limited, given what they
 * follow as fast as they read it. What they ask is answered in on_client.c.
 */
#ifndef ORCH_CLIENTS_H
#define ORCH_CLIENTS_H

#include "supervisor/supervisor.h"

#define CLIENTS_MAX	256

struct client {
	struct client *next;
	struct supervisor *supervisor;
	struct peer *peer;
	unsigned uid;			/* who it is; -1: not known */
	bool owner;			/* the client of a one-shot run: its end is ours */
	/* Tasks of a batch that is not whole yet. */
	struct record_task *staged;
	size_t staged_count, staged_bytes;
	struct arena staged_arena;
	/* events.follow */
	bool follows_events;
	uint64_t event_after;
	char *event_task, *event_type, *event_project;	/* these alone; NULL: of all */
	/* task.log: one at a time. */
	char *log_task;
	uint64_t log_number, log_offset;
	int log_fd;
	bool log_follows, log_ended;
	/* task.wait */
	uint64_t wait_request;
	char **wait_tasks;
	/* slot.debug: 0: none; and whose messages it follows. */
	uint64_t look_request, look_serial;
	char *look_slot, *traced;
	/* attempt.prune: serial 0: none; messages that commitd has not answered, by project. */
	uint64_t prune_request, prune_serial, prune_count, prune_homes, prune_leaks;
	unsigned prune_left[PROJECTS_MOST];
	char **prune_skipped;		/* projects that are not open */
};

/* Listens on the control socket; fatal when it cannot. */
void	clients_listen(struct supervisor *supervisor);
/* Takes over a connection. */
void	clients_add(struct supervisor *supervisor, int fd, bool owner);
/* Its connection is gone. */
void	clients_remove(struct client *client);
void	clients_release(struct supervisor *supervisor);
/* New rows of the history go to those who follow. */
void	clients_pump_events(struct supervisor *supervisor);
void	clients_pump_client(struct client *client);
/* Which events it is sent from now on: of a task, of a type (a pattern of fnmatch(3)). */
void	clients_filter(struct client *client, const char *task, const char *type, const char *project);
/* The last event so far that it would be sent; 0: there is none. */
uint64_t clients_last_event(struct client *client);
/* It begins not before this time (0: any), and with the last `limit` of them (0: all). */
void	clients_begin_at(struct client *client, double since, uint64_t limit);
/* An event that is not kept. */
void	clients_tell(struct supervisor *supervisor, const struct msg_event *event);
/* Nothing can go on without a person: told to all who follow. */
void	clients_tell_end(struct supervisor *supervisor);
/* More of an attempt's log is there; or that was all. */
void	clients_pump_log(struct supervisor *supervisor, const char *task, uint64_t number);
void	clients_end_log(struct supervisor *supervisor, const char *task, uint64_t number);
/* Nobody reaches us any more: the control socket, and where it is told, are removed. */
void	clients_unlisten(const struct supervisor *supervisor);
/* Opens an attempt's log for a client. False when there is none. */
bool	clients_open_log(struct client *client, const char *task, uint64_t number, bool follow);
/* Answers those who wait for tasks that have all ended. */
void	clients_check_waits(struct supervisor *supervisor);

#endif
