/* What a hook is given: see hook.h. */
#include "hook.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/json_text.h"
#include "protocol/mem.h"
#include "worker/files.h"

/* What the attempt printed, if it is there; NULL: it is not. The caller frees. */
static char *
transcript(const struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;
	uint64_t number = worker->hooking ? job->number : job->transcript;
	char *path = number == 0 ? NULL : str_format("%s/logs/%s/%ju.log", worker->state, job->task,
	    (uintmax_t)number);

	if (path != NULL && access(path, R_OK) == -1) {
		free(path);
		path = NULL;
	}
	return path;
}

int
hook_input(const struct worker *worker, const char *object)
{
	char *log = transcript(worker);
	struct buffer text;
	int fd;

	buffer_init(&text);
	json_text_begin(&text);
	json_text_add(&text, "cwd", worker->bare ? worker->workspace.root : INSIDE_WORKSPACE);
	json_text_add(&text, "transcript_path", log == NULL || worker->bare ? log : TRANSCRIPT_FILE);
	/* The rest of the object, from behind its brace. */
	if (*object == '{' && object[1] != '}')
		buffer_format(&text, ",%s", object + 1);
	else
		json_text_end(&text);
	fd = files_memory(buffer_text(&text));
	buffer_release(&text);
	free(log);
	return fd;
}

void
hook_binds(const struct worker *worker, struct sandbox_run *run)
{
	char *log = transcript(worker);

	if (log != NULL)
		binds_add(&run->binds, log, TRANSCRIPT_FILE, BIND_SHARED);
	free(log);
}
