/* Who still holds a slot's lock: see holders.h. Source: proc(5). */
#include "holders.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define WORKER	"orch-worker"

/* Has the process this very file open? */
static bool
has_open(const char *pid, const struct stat *file)
{
	char *path = str_format("/proc/%s/fd", pid), *link;
	DIR *folder = opendir(path);
	struct dirent *entry;
	struct stat status;
	bool open = false;

	while (folder != NULL && !open && (entry = readdir(folder)) != NULL) {
		link = str_format("%s/%s", path, entry->d_name);
		open = stat(link, &status) == 0 && status.st_dev == file->st_dev &&
		    status.st_ino == file->st_ino;
		free(link);
	}
	if (folder != NULL)
		closedir(folder);
	free(path);
	return open;
}

static bool
is_worker(const char *pid)
{
	char *path = str_format("/proc/%s/comm", pid), name[32] = "";
	FILE *file = fopen(path, "re");

	if (file != NULL) {
		if (fgets(name, sizeof(name), file) == NULL)
			name[0] = '\0';
		fclose(file);
	}
	free(path);
	return strncmp(name, WORKER, strlen(WORKER)) == 0;
}

size_t
holders_list(const char *lock_path, pid_t **pids)
{
	pid_t own = getpid();
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	struct stat file;
	size_t count = 0;

	*pids = NULL;
	if (processes == NULL || stat(lock_path, &file) == -1) {
		if (processes != NULL)
			closedir(processes);
		return 0;
	}
	while ((entry = readdir(processes)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (!isdigit((unsigned char)entry->d_name[0]) || pid == own || !has_open(entry->d_name, &file))
			continue;
		if (is_worker(entry->d_name)) {
			count = 0;
			break;
		}
		*pids = mem_resize(*pids, count + 1, sizeof(**pids));
		(*pids)[count++] = pid;
	}
	closedir(processes);
	return count;
}

size_t
holders_kill(const char *lock_path)
{
	pid_t *pids;
	size_t count = holders_list(lock_path, &pids), i;

	for (i = 0; i < count; i++) {
		log_warnx("pid=%d event=kill why=holds %s, and its worker is dead", (int)pids[i], lock_path);
		kill(pids[i], SIGKILL);
	}
	free(pids);
	return count;
}
