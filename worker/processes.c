/* The processes of a sandbox: see processes.h. */
#include "processes.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "protocol/valid.h"

#define ROUNDS		64u	/* in which all is stopped */

/* One of a process's files in /proc, as text; false when it has gone. */
static bool
read_proc(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	len = read(fd, text, room - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* A name may have any bytes. */
static void
keep_name(struct process *process, const char *from, size_t len)
{
	char *text = utf8_repair(from, len);

	snprintf(process->name, sizeof(process->name), "%s", text);
	free(text);
}

/* The number behind a word, in bytes. */
static uint64_t
kilobytes(const char *text, const char *word)
{
	const char *at = strstr(text, word);
	unsigned long long number = 0;

	return at != NULL && sscanf(at + strlen(word), " %llu kB", &number) == 1 ? number << 10 : 0;
}

uint64_t
processes_share(pid_t pid)
{
	char text[4096];

	return read_proc(pid, "smaps_rollup", text, sizeof(text)) ?
	    kilobytes(text, "\nPss_Anon:") + kilobytes(text, "\nPss_Shmem:") : 0;
}

/* Its pages, and its time. */
static void
look_at(struct process *process)
{
	unsigned long user, system, child_user, child_system;
	char text[4096], *open, *close;

	if (read_proc(process->pid, "status", text, sizeof(text)))
		process->memory = kilobytes(text, "\nRssAnon:") + kilobytes(text, "\nRssShmem:");
	if (!read_proc(process->pid, "stat", text, sizeof(text)) || (open = strchr(text, '(')) == NULL ||
	    (close = strrchr(text, ')')) == NULL)
		return;
	keep_name(process, open + 1, (size_t)(close - open - 1));
	if (sscanf(close + 1, " %1s %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
	    process->state, &user, &system, &child_user, &child_system) == 5)
		process->ticks = user + system + child_user + child_system;
}

/* The children of all threads of a process are added to the list. */
static void
add_children(pid_t pid, struct process **list, size_t *count)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;
	FILE *file;
	long child;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	if ((tasks = opendir(path)) == NULL)
		return;
	while ((entry = readdir(tasks)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/children", (int)pid, entry->d_name);
		if ((file = fopen(path, "re")) == NULL)
			continue;
		while (fscanf(file, "%ld", &child) == 1) {
			if ((*count & (*count - 1)) == 0)
				*list = mem_resize(*list, *count ? 2 * *count : 1, sizeof(**list));
			(*list)[(*count)++] = (struct process){ .pid = (pid_t)child, .parent = pid };
		}
		fclose(file);
	}
	closedir(tasks);
}

size_t
processes_list(pid_t keeper, size_t drop, struct process **list)
{
	size_t count = 0, i;

	*list = NULL;
	if (keeper == 0)
		return 0;
	add_children(keeper, list, &count);
	for (i = 0; i < count; i++) {
		look_at(&(*list)[i]);
		add_children((*list)[i].pid, list, &count);
	}
	if (drop > count)
		drop = count;
	if (drop > 0)
		memmove(*list, *list + drop, (count - drop) * sizeof(**list));
	return count - drop;
}

static bool
has(const struct process *list, size_t count, pid_t pid)
{
	while (count-- > 0)
		if (list[count].pid == pid)
			return true;
	return false;
}

/* All below `top`; *list is the caller's to free. */
static size_t
list_below(pid_t top, pid_t except, struct process **list)
{
	size_t count = 0, i;

	*list = NULL;
	add_children(top, list, &count);
	for (i = 0; i < count; i++)
		if ((*list)[i].pid == except)
			(*list)[i] = (*list)[--count];
	for (i = 0; i < count; i++)
		add_children((*list)[i].pid, list, &count);
	return count;
}

bool
processes_end(pid_t top, pid_t except)
{
	struct process *stopped = NULL, *now;
	size_t had = 0, count, i;
	unsigned round;
	bool fresh = true;

	for (round = 0; fresh && round < ROUNDS; round++) {
		count = list_below(top, except, &now);
		fresh = false;
		for (i = 0; i < count; i++)
			if (!has(stopped, had, now[i].pid)) {
				kill(now[i].pid, SIGSTOP);
				fresh = true;
			}
		free(stopped);
		stopped = now;
		had = count;
	}
	for (i = 0; i < had; i++)
		kill(stopped[i].pid, SIGKILL);
	free(stopped);
	return had > 0;
}
