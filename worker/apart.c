/* Work in a process of its own: see apart.h. What it says comes through a pipe. */
#include "apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/mem.h"

#define WELL		"well"		/* what it says at last */
#define SAID_MAX	(16u << 10)

struct apart {
	struct apart_calls calls;
	struct watch *watch;
	struct buffer said;
	pid_t pid;
	int fd;
};

static void
apart_release(struct apart *apart)
{
	watch_free(apart->watch);
	if (apart->fd != -1)
		close(apart->fd);
	buffer_release(&apart->said);
	free(apart);
}

static void
on_said(void *context)
{
	struct apart *apart = context;
	ssize_t len = read(apart->fd, buffer_reserve(&apart->said, SAID_MAX), SAID_MAX);
	const char *why;

	if (len > 0)
		apart->said.len += (size_t)len;
	if (len > 0 && apart->said.len < SAID_MAX)
		return;
	if (len == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	why = buffer_text(&apart->said);
	if (*why == '\0')
		why = "the process that did it was killed";
	apart->calls.done(apart->calls.context, str_same(why, WELL) ? NULL : why);
	apart_release(apart);
}

/* The other process. */
static void
be(const struct apart_calls *calls, int fd)
{
	static const int signals[] = { SIGCHLD, SIGTERM, SIGINT };
	struct buffer why;
	enum error error;
	size_t i, sent = 0;
	ssize_t len = 0;

	/* It is ended with all it runs, and with the worker. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < COUNT(signals); i++)
		signal(signals[i], SIG_DFL);
	buffer_init(&why);
	error = calls->work(calls->context, &why);
	if (error == ERROR_NONE)
		buffer_release(&why);
	if (why.len == 0)
		buffer_add_text(&why, error == ERROR_NONE ? WELL : error_text(error));
	for (; sent < why.len && len != -1; sent += len > 0 ? (size_t)len : 0)
		len = write(fd, why.bytes + sent, why.len - sent);
	_exit(0);
}

struct apart *
apart_new(struct loop *loop, const struct apart_calls *calls)
{
	struct apart *apart = mem_zero(1, sizeof(*apart));
	int ends[2], saved;

	apart->calls = *calls;
	apart->fd = -1;
	buffer_init(&apart->said);
	if (pipe2(ends, O_CLOEXEC) == -1)
		goto failed;
	apart->fd = ends[0];
	fcntl(apart->fd, F_SETFL, O_NONBLOCK);
	apart->pid = fork();
	if (apart->pid == 0)
		be(calls, ends[1]);
	saved = errno;
	close(ends[1]);
	errno = saved;
	if (apart->pid == -1)
		goto failed;
	setpgid(apart->pid, apart->pid);
	apart->watch = watch_read(loop, apart->fd, on_said, apart);
	return apart;
failed:
	saved = errno;
	apart_release(apart);
	errno = saved;
	return NULL;
}

void
apart_free(struct apart *apart)
{
	if (apart == NULL)
		return;
	/* Not waited for before: it may have been, whoever came first; then it is nobody's number. */
	if (waitpid(apart->pid, NULL, WNOHANG) == 0) {
		kill(-apart->pid, SIGKILL);
		while (waitpid(apart->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	apart_release(apart);
}
