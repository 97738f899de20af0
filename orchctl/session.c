/*
 * A conversation with a supervisor: see session.h. Decides how requests and
 * their results find each other; never what they mean.
 */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "orchctl/locate.h"
#include "orchctl/private.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define GO_ON	"The same 'orchctl run' goes on with a run, and answers with --approve, " \
		"--answer TASK=TEXT and --retry; 'orchd -c FILE' goes on with a service.\n"

static void
set_reason(struct session *session, const char *reason)
{
	free(session->reason);
	session->reason = str_dup(reason);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads the result of request `request` out of `in`. */
static enum error
take_result(struct session *session, enum message_id id, struct incoming *in, void *reply,
    struct arena *arena)
{
	const char *why = NULL;
	enum error error;

	if (in->envelope.error != NULL) {
		set_reason(session, in->envelope.reason);
		error = error_from_wire(in->envelope.error);
		return error == ERROR_NONE ? ERROR_PROTOCOL : error;
	}
	error = fields_get(message_replies[id](), in->envelope.params, reply, arena, NULL, NULL,
	    &why);
	if (error != ERROR_NONE)
		set_reason(session, why);
	return error;
}

/* A notification goes to the callback; what we do not know is from a newer supervisor. */
static enum error
take_message(struct session *session, struct incoming *in, enum error error)
{
	if (error == ERROR_NONE && in->envelope.rpc == RPC_NOTIFICATION &&
	    session->on_message != NULL)
		session->on_message(session->context, &in->message);
	if (error == ERROR_METHOD)
		return ERROR_NONE;
	if (error != ERROR_NONE)
		set_reason(session, in->why);
	return error;
}

/* A name in the message that cannot be one, for words; NULL: all of them can. The caller frees. */
static char *
bad_name(enum message_id id, const void *message)
{
	const struct record *record = message_rows[id].record();
	size_t i;

	for (i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		const char *name;

		if (field->kind != FIELD_name)
			continue;
		name = *(const char *const *)((const char *)message + field->offset);
		if (name != NULL && !name_valid(name))
			return str_format("%s: '%s' cannot be a name; one has 1 to 64 of A-Z a-z 0-9 . _ -",
			    field->name, name);
	}
	return NULL;
}

enum error
session_request(struct session *session, enum message_id id, const void *fields, void *reply,
    struct arena *arena, int timeout_ms)
{
	int64_t end = now_ms() + timeout_ms, left;
	uint64_t request = ++session->requests;
	struct incoming in;
	enum error error;

	free(session->reason);
	if ((session->reason = bad_name(id, fields)) != NULL)
		return ERROR_INVALID;
	if ((error = link_send(&session->link, id, request, fields)) != ERROR_NONE)
		return error;
	for (;;) {
		left = timeout_ms == -1 ? -1 : end - now_ms();
		if (timeout_ms != -1 && left <= 0)
			return ERROR_TIMEOUT;
		error = link_receive(&session->link, &in, (int)left);
		if (error == ERROR_TIMEOUT) {
			incoming_release(&in);
			continue;
		}
		if (error == ERROR_NONE && in.envelope.rpc == RPC_RESPONSE &&
		    in.envelope.id == request) {
			error = take_result(session, id, &in, reply, arena);
			incoming_release(&in);
			return error;
		}
		error = take_message(session, &in, error);
		incoming_release(&in);
		if (error != ERROR_NONE)
			return error;
	}
}

enum error
session_listen(struct session *session, int timeout_ms)
{
	struct incoming in;
	enum error error;

	set_reason(session, NULL);
	error = link_receive(&session->link, &in, timeout_ms);
	if (error != ERROR_TIMEOUT)
		error = take_message(session, &in, error);
	incoming_release(&in);
	return error;
}

static enum error
say_hello(struct session *session, enum role role)
{
	const struct msg_hello hello = { .version = PROTOCOL_VERSION, .role = role_name(role),
	    .pid = (uint64_t)getpid() };
	struct reply_hello reply;
	struct arena arena;
	enum error error;

	arena_init(&arena);
	error = session_request(session, MSG_hello, &hello, &reply, &arena, -1);
	if (error == ERROR_NONE && reply.version != PROTOCOL_VERSION)
		error = ERROR_VERSION;
	/* Its answer to ours was its hello. */
	if (error == ERROR_NONE)
		session->link.wire.said_hello = true;
	arena_release(&arena);
	return error;
}

enum error
session_start(struct session *session, int fd)
{
	*session = (struct session){ 0 };
	link_init(&session->link, fd, ROLE_CLIENT, ROLE_SUPERVISOR, "supervisor", false);
	return say_hello(session, ROLE_CLIENT);
}

enum error
session_start_agent(struct session *session, int fd)
{
	*session = (struct session){ 0 };
	link_init(&session->link, fd, ROLE_AGENT, ROLE_WORKER, "worker", false);
	return say_hello(session, ROLE_AGENT);
}

/* Somebody to show us a state folder that nobody works on, if it is one: a stream, or -1. */
static int
look(const char *state, pid_t *pid)
{
	char *database = str_format("%s/orch.db", state), *program = locate_program("orchd");
	char *arguments[] = { program, (char[]){ "--look" }, (char *)(uintptr_t)state, NULL };
	int fd = -1;

	if (program != NULL && access(database, R_OK) == 0)
		fd = private_start(program, arguments, STDERR_FILENO, pid);
	else
		errno = ENOENT;
	free(program);
	free(database);
	return fd;
}

int
session_open(struct session *session, const struct context *context)
{
	char *path = NULL, *why = NULL;
	pid_t shows = 0;
	enum error error;
	int fd;

	*session = (struct session){ 0 };
	session->link.fd = -1;
	fd = locate_supervisor(context->socket, context->state, &path, &why);
	if (fd == -1 && errno != EACCES && errno != EPERM && context->socket == NULL &&
	    context->state != NULL && context->looks)
		fd = look(context->state, &shows);
	if (shows != 0)
		fprintf(stderr, "orchctl: nobody works on %s; this is how it was left. " GO_ON, context->state);
	if (fd == -1) {
		bool forbidden = errno == EACCES || errno == EPERM;

		fprintf(stderr, "orchctl: %s\n", why);
		if (!forbidden && context->state != NULL && context->socket == NULL)
			fprintf(stderr, "list, show, inbox, events and stats say what was left there. " GO_ON);
		else if (!forbidden)
			fprintf(stderr, "Start one with 'systemctl start orchd' or 'orchd -c FILE', "
			    "or run tasks without one: orchctl run TASKS.\n");
		free(path);
		free(why);
		return forbidden ? EXIT_NOT_PERMITTED : EXIT_NO_SUPERVISOR;
	}
	free(path);
	free(why);
	error = session_start(session, fd);
	session->pid = shows;
	return error != ERROR_NONE ? session_failed(session, error) : EXIT_DONE;
}

void
session_close(struct session *session)
{
	link_release(&session->link);
	free(session->reason);
	session->reason = NULL;
	if (session->pid != 0)
		private_wait(session->pid);
	session->pid = 0;
}

int
session_failed(const struct session *session, enum error error)
{
	if (error == ERROR_CLOSED && session->reason == NULL)
		fprintf(stderr, "orchctl: the %s closed the connection\n", session->link.wire.name);
	else if (error == ERROR_PROTOCOL)
		fprintf(stderr, "orchctl: the %s and this program do not understand each "
		    "other (%s); are they of the same version?\n", session->link.wire.name,
		    session->reason != NULL ? session->reason : "no reason given");
	else
		fprintf(stderr, "orchctl: %s\n",
		    session->reason != NULL ? session->reason : error_text(error));
	return error_exit(error);
}

int
session_once(const struct context *context, enum message_id id, const void *fields,
    void *reply, struct arena *arena)
{
	struct session session;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		error = session_request(&session, id, fields, reply, arena, -1);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
	}
	session_close(&session);
	return status;
}
