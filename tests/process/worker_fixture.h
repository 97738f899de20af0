/*
 * A supervisor for one real worker, played by a test: a state folder with a
 * project, its base tree made by hand, the two descriptors of a worker.
 */
#ifndef ORCH_WORKER_FIXTURE_H
#define ORCH_WORKER_FIXTURE_H

#include <stdbool.h>
#include <sys/types.h>

#include "protocol/link.h"

struct fixture {
	char *state, *program, *repository;
	char tip[65];
	const char *kind;	/* overlay or checkout */
	const char *orphan;	/* seconds that it lives without us; NULL: none */
	uint64_t fence;		/* ours */
	struct link link;
	struct incoming in;	/* the message that came last */
	bool in_use;
	int lock;
	pid_t worker;
	uint64_t attempt;
	char *output;		/* all that came as job.output */
	size_t output_len;
};

/*
 * A shell command; the test fails when it does. Its output, good until the fourth
 * call from now.
 */
char	*shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void	fixture_init(struct fixture *fixture);
void	fixture_release(struct fixture *fixture);
void	fixture_start(struct fixture *fixture);
/* On the heap, started and ready. */
struct fixture	*fixture_new(const char *kind, const char *orphan);
void	fixture_free(struct fixture *fixture);
/* Another supervisor connects to the slot's socket and says hello; the one of before is closed. */
void	fixture_adopt(struct fixture *fixture, uint64_t fence);
/* Waits for a message of this kind; gathers output on the way. NULL: the link closed. */
struct message	*fixture_wait(struct fixture *fixture, enum message_id id, int timeout_ms);
/* The job all tests start from: `sh -c script` as the agent. */
struct msg_job_start	fixture_job(struct fixture *fixture, char **command);
void	fixture_send(struct fixture *fixture, enum message_id id, const void *fields);
/* Sends the job, waits for the result. */
struct msg_job_result	*fixture_run(struct fixture *fixture, const struct msg_job_start *job);
/* Confirms the result and waits until the worker is ready. */
void	fixture_saved(struct fixture *fixture);
/* Imports the pack of the outbox; the test fails when Git does not take it. */
void	fixture_import(struct fixture *fixture);
/* How many processes in sandboxes of this worker have `text` in their command line. */
int	fixture_processes(const struct fixture *fixture, const char *text);
/* Do these and the worker all wait for something? */
bool	fixture_sleeps(const struct fixture *fixture, const char *text);

#endif
