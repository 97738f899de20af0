/* What nobody wants any more: see trash.h. */
#include "trash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "spawn.h"

static char *
folder_of(const struct supervisor *supervisor)
{
	return str_format("%s/trash", supervisor->config.state);
}

bool
trash_take(struct supervisor *supervisor, const char *path)
{
	char *folder = folder_of(supervisor), *to;
	bool moved;

	mkdir(folder, 0700);
	/* A number that no other run of this supervisor, nor one before, has used. */
	to = str_format("%s/%ju-%ju", folder, (uintmax_t)supervisor->fence, (uintmax_t)++supervisor->trashed);
	moved = rename(path, to) == 0;
	if (!moved && errno != ENOENT)
		log_warn("cannot move %s to %s", path, to);
	free(to);
	free(folder);
	return moved;
}

void
trash_empty(struct supervisor *supervisor)
{
	char *folder = folder_of(supervisor), *program, *argv[4] = { NULL };

	/* Once more, when it has ended: more may have come meanwhile. */
	supervisor->trash_more = supervisor->trash_pid > 0;
	if (supervisor->trash_pid <= 0 && access(folder, F_OK) == 0) {
		program = spawn_find(supervisor->folder, "orch-worker");
		argv[0] = str_dup("orch-worker");
		argv[1] = str_dup("--remove");
		argv[2] = str_dup(folder);
		supervisor->trash_pid = spawn_program(program, argv, STDERR_FILENO, -1);
		if (supervisor->trash_pid == -1)
			log_warn("cannot start %s", program);
		free(argv[2]);
		free(argv[1]);
		free(argv[0]);
		free(program);
	}
	free(folder);
}

bool
trash_exited(struct supervisor *supervisor, pid_t pid)
{
	if (pid != supervisor->trash_pid)
		return false;
	supervisor->trash_pid = 0;
	if (supervisor->trash_more && !supervisor->stopping)
		trash_empty(supervisor);
	return true;
}
