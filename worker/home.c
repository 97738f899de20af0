/* HOME: see home.h. */
#include "home.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/files.h"

char *
home_folder(const struct worker *worker)
{
	if (worker_is_gate(worker))
		return worker_path(worker, "home");
	return str_format("%s/projects/%s/homes/%s", worker->state, worker->job.project,
	    worker->job.task);
}

/* No way up or out: the path is a configuration's, and yet. */
static bool
is_below(const char *path)
{
	return path[0] != '/' && path[0] != '\0' && strcmp(path, "..") != 0 &&
	    strncmp(path, "../", 3) != 0 && strstr(path, "/../") == NULL;
}

static int
write_file(const char *home, const struct record_home_file *file)
{
	char *path = str_format("%s/%s", home, file->path), *folder = str_dup(path);
	int result;

	*strrchr(folder, '/') = '\0';
	result = files_folder(folder, 0700);
	if (result == 0)
		result = files_write(path, file->content.bytes, file->content.len);
	free(folder);
	free(path);
	return result;
}

/*
 * A new HOME is made beside its place and then put there whole: one that is there was an
 * agent's, and nothing is written by way of its links.
 */
enum error
home_prepare(const struct worker *worker, struct buffer *why)
{
	const struct msg_job_start *job = &worker->job;
	const struct record_home_file *files = job->home.items;
	char *home = home_folder(worker), *fresh = str_format("%s.new", home);
	enum error error = ERROR_NONE;
	size_t i;

	if (worker_is_gate(worker) || job->home.count == 0) {
		if (files_folder(home, 0700) == -1)
			goto failed;
		goto done;
	}
	if (access(home, F_OK) == 0)
		goto done;
	if (!files_remove(fresh, SIZE_MAX) || files_folder(fresh, 0700) == -1)
		goto failed;
	for (i = 0; i < job->home.count; i++)
		if (is_below(files[i].path) && write_file(fresh, &files[i]) == -1)
			goto failed;
	if (rename(fresh, home) == -1)
		goto failed;
done:
	free(fresh);
	free(home);
	return error;
failed:
	error = error_from_errno(errno);
	buffer_format(why, "cannot make the HOME %s: %s", home, strerror(errno));
	goto done;
}
