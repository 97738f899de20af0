/*
 * A launcher for one real worker that speaks on its standard streams, played by a test. It
 * shares no folder with the worker: objects go to it and come back in messages. With
 * ORCH_TEST_LAUNCHER, words before the worker's own, another program carries the streams.
 */
#ifndef ORCH_STDIO_FIXTURE_H
#define ORCH_STDIO_FIXTURE_H

#include <stdbool.h>
#include <sys/types.h>

#include "protocol/chunks.h"
#include "protocol/frame.h"
#include "protocol/wire.h"

struct launcher {
	char *folder, *here, *far;	/* our repository, with a work tree; the worker's state */
	char *program;
	const char *user, *slot;	/* -u and -s; NULL: none */
	char tip[65];
	int to, from;			/* the worker's streams; to -1: closed */
	pid_t child;
	uint64_t fence, attempt;
	struct wire wire;
	struct frame frame;
	struct buffer in;
	size_t taken;
	struct incoming message;	/* the one that came last */
	bool in_use;
	struct buffer output;		/* all that came as job.output */
	unsigned wanted;		/* how often base.wanted came */
};

void	launcher_init(struct launcher *launcher);
void	launcher_release(struct launcher *launcher);
/* Starts the worker, says hello. */
void	launcher_start(struct launcher *launcher);
/* The worker with other words than its own; its exit status. Nothing is said to it. */
int	launcher_try(const struct launcher *launcher, const char *words);
/* Closes its input and waits for its end: the exit status. */
int	launcher_close(struct launcher *launcher);
void	launcher_send(struct launcher *launcher, enum message_id id, const void *fields);
/* The next message of any kind. NULL: the stream has ended. */
struct message	*launcher_next(struct launcher *launcher);
/* The next one of this kind; others are passed over. NULL: the stream has ended. */
struct message	*launcher_wait(struct launcher *launcher, enum message_id id);
/* A commit in our repository, made by a shell script in its work tree; becomes the tip. */
void	launcher_commit(struct launcher *launcher, const char *script);
/* A job at the tip, `sh -c script` as the agent; the one before is no longer good. */
struct msg_job_start	launcher_job(struct launcher *launcher, const char *script);
/* A pack of what base.wanted, which came last, asks for. */
void	launcher_pack(struct launcher *launcher, struct buffer *pack);
/* What is in the file `pack` of our folder. */
void	launcher_read(struct launcher *launcher, struct buffer *pack);
/* Sends one chunk of a pack that is said to have `total` bytes. */
void	launcher_chunk(struct launcher *launcher, const struct buffer *pack, uint64_t offset,
	    size_t len, uint64_t total);
/* Starts a job, gives what it asks for, waits for its result. */
struct msg_job_result	*launcher_run(struct launcher *launcher, const struct msg_job_start *job);
/* The file of the result, which came last; from `offset` on behind what is there. */
void	launcher_carry(struct launcher *launcher, struct buffer *file);
/* Takes the pack of a result into our repository. */
void	launcher_import(struct launcher *launcher, const struct buffer *pack);
/* Confirms the attempt and waits until the worker is ready. */
void	launcher_saved(struct launcher *launcher);

#endif
