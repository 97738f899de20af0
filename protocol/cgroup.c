/* One cgroup of cgroup v2: see cgroup.h. */
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/cgroup_text.h"
#include "protocol/log.h"
#include "protocol/loop.h"
#include "protocol/mem.h"

#define MAGIC		0x63677270	/* CGROUP2_SUPER_MAGIC of linux/magic.h */
#define FILE_MOST	(4u << 20)
#define CHUNK		4096u
#define LOOK_MS		20		/* between two tries */
#define REMOVE_MS	2000u

bool
cgroup_is(const char *path)
{
	struct statfs info;
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && statfs(path, &info) == 0 &&
	    (unsigned long)info.f_type == MAGIC;
}

static int
open_file(const char *path, const char *name, int flags)
{
	char *file = str_format("%s/%s", path, name);
	int fd = open(file, flags | O_CLOEXEC | O_NOFOLLOW), saved = errno;

	free(file);
	errno = saved;
	return fd;
}

char *
cgroup_read(const char *path, const char *name)
{
	int fd = open_file(path, name, O_RDONLY), saved;
	struct buffer bytes;
	char *text = NULL;
	ssize_t len = 0;

	if (fd == -1)
		return NULL;
	buffer_init(&bytes);
	while (bytes.len < FILE_MOST && (len = read(fd, buffer_reserve(&bytes, CHUNK), CHUNK)) > 0)
		bytes.len += (size_t)len;
	saved = errno;
	close(fd);
	if (len != -1)
		text = str_dup(buffer_text(&bytes));
	buffer_release(&bytes);
	errno = saved;
	return text;
}

int
cgroup_write(const char *path, const char *name, const char *text)
{
	/* Not O_TRUNC or O_CREAT: what is not there is not made. */
	int fd = open_file(path, name, O_WRONLY), saved;
	ssize_t len;

	if (fd == -1)
		return -1;
	len = write(fd, text, strlen(text));
	saved = errno;
	close(fd);
	errno = saved;
	return len == -1 ? -1 : 0;
}

/* A limit whose file is not there cannot be held here; that is no failure. */
static int
write_limit(const char *path, const char *name, const char *text)
{
	return cgroup_write(path, name, text) == 0 || errno == ENOENT ? 0 : -1;
}

static int
write_number(const char *path, const char *name, uint64_t number)
{
	char text[24] = "max";

	if (number != 0)
		snprintf(text, sizeof(text), "%ju", (uintmax_t)number);
	return write_limit(path, name, text);
}

int
cgroup_limit(const char *path, const struct cgroup_limits *limits)
{
	char *cpu = cgroup_text_cpu(limits->cores);
	int result = -1, saved;

	if (write_number(path, "memory.max", limits->memory) == 0 &&
	    write_limit(path, "memory.swap.max", limits->memory != 0 ? "0" : "max") == 0 &&
	    write_limit(path, "memory.oom.group", "1") == 0 &&
	    write_number(path, "pids.max", limits->tasks) == 0 &&
	    write_limit(path, "cpu.max", cpu) == 0)
		result = 0;
	saved = errno;
	free(cpu);
	errno = saved;
	return result;
}

int
cgroup_make(const char *path, const struct cgroup_limits *limits)
{
	int saved;

	if (mkdir(path, 0755) == -1 && (errno != EEXIST || cgroup_remove(path, REMOVE_MS) == -1 ||
	    mkdir(path, 0755) == -1))
		return -1;
	if (cgroup_limit(path, limits) == 0)
		return 0;
	saved = errno;
	rmdir(path);
	errno = saved;
	return -1;
}

/* The number of a key in one of its files; 0: it is not there. */
static uint64_t
look_for(const char *path, const char *name, const char *key)
{
	char *text = cgroup_read(path, name);
	uint64_t value = 0;

	if (text != NULL)
		cgroup_text_value(text, key, &value);
	free(text);
	return value;
}

bool
cgroup_look(const char *path, struct cgroup_taken *taken)
{
	*taken = (struct cgroup_taken){
	    .seconds = (double)look_for(path, "cpu.stat", "usage_usec") / 1e6,
	    .kills = look_for(path, "memory.events", "oom_kill"),
	    .refusals = look_for(path, "pids.events", "max") };
	return cgroup_is(path);
}

int
cgroup_kill(const char *path)
{
	return cgroup_write(path, "cgroup.kill", "1");
}

int
cgroup_freeze(const char *path, bool stop)
{
	return cgroup_write(path, "cgroup.freeze", stop ? "1" : "0");
}

/* Those below it, and then itself: all that is no process in it. */
static int
remove_folders(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		char *below;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		below = str_format("%s/%s", path, entry->d_name);
		remove_folders(below);
		free(below);
	}
	if (folder != NULL)
		closedir(folder);
	return rmdir(path) == 0 || errno == ENOENT ? 0 : -1;
}

static int
try_remove(const char *path)
{
	cgroup_kill(path);
	return remove_folders(path);
}

/* Until something has changed since the last look at its cgroup.events, or for a moment. */
static void
wait_for_change(int events)
{
	struct pollfd wait = { .fd = events, .events = POLLPRI };
	char text[256];

	/* Without a new look the next wait would end at once. */
	if (poll(&wait, 1, LOOK_MS) > 0 && pread(events, text, sizeof(text), 0) == -1)
		log_debug("cgroup.events cannot be read: the cgroup has gone");
}

int
cgroup_remove(const char *path, unsigned wait_ms)
{
	int events = open_file(path, "cgroup.events", O_RDONLY), result, saved;
	uint64_t end = clock_monotonic() + wait_ms;

	/* Nothing else is ever removed by this. */
	if (events == -1 && errno == ENOENT)
		return access(path, F_OK) == -1 && errno == ENOENT ? 0 : (errno = ENOTSUP, -1);
	if (events == -1)
		return -1;
	/* What is killed has not gone at once. */
	while ((result = try_remove(path)) == -1 && errno == EBUSY && clock_monotonic() < end)
		wait_for_change(events);
	saved = errno;
	close(events);
	errno = saved;
	return result;
}
