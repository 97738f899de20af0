/* What a run takes of the machine: see gauge.h. */
#include "gauge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/home.h"
#include "worker/processes.h"

#define SOON_MS		100u	/* between looks at a run that takes much */
#define PAUSE_MS	1000u	/* at others */
#define COST		20u	/* a look may take a twentieth of the time, not more */
#define DISK_MS		2000u
#define DEPTH_MAX	256u	/* of folders that are counted */
#define FILES_MOST	4096u	/* without a name that are counted */
#define ROOM		64u	/* processes that a run may have beyond its bound, so that it is seen */

#define OF_OURS		4u	/* keeper and bwrap, in the run's cgroup with the agent */
#define MEMORY_OF_OURS	(8u << 20)

/* What was found, of all processes of a run. */
struct taken { uint64_t processes, memory, ticks; };

static struct taken
look_at_processes(const struct worker *worker)
{
	struct process *list;
	size_t count = run_processes(worker->run, &list), i;
	struct taken taken = { .processes = count };

	for (i = 0; i < count; i++) {
		taken.memory += list[i].memory;
		taken.ticks += list[i].ticks;
	}
	/* Each has counted what they share: what is each one's part of it? */
	if (worker->job.memory != 0 && taken.memory > worker->job.memory) {
		taken.memory = 0;
		for (i = 0; i < count; i++)
			taken.memory += processes_share(list[i].pid);
	}
	free(list);
	return taken;
}

/* ---- disk ---- */

/* Adds what lies below an open folder; takes over `fd`. Follows no link, leaves no mount. */
static void
add_folder(int fd, unsigned depth, dev_t device, uint64_t *bytes, uint64_t *entries)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	struct stat st;
	int below;

	if (folder == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		++*entries;
		*bytes += (uint64_t)st.st_blocks * 512 / (st.st_nlink > 1 && !S_ISDIR(st.st_mode) ?
		    (uint64_t)st.st_nlink : 1);
		if (!S_ISDIR(st.st_mode) || depth >= DEPTH_MAX || st.st_dev != device)
			continue;
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below != -1)
			add_folder(below, depth + 1, device, bytes, entries);
	}
	closedir(folder);
}

static void
add_path(const char *path, uint64_t *bytes, uint64_t *entries)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0)
		add_folder(fd, 0, st.st_dev, bytes, entries);
	else
		close(fd);
}

/* Files that have no name any more, and that a process of the run has open. */
static void
add_nameless(const struct worker *worker, uint64_t *bytes)
{
	ino_t *seen = mem_zero(FILES_MOST, sizeof(*seen));
	struct process *list;
	size_t count = worker->run != NULL ? run_processes(worker->run, &list) : 0, known = 0, i, j;
	struct dirent *entry;
	char path[64];
	struct stat st;
	DIR *folder;

	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "/proc/%d/fd", (int)list[i].pid);
		folder = opendir(path);
		while (folder != NULL && (entry = readdir(folder)) != NULL) {
			if (entry->d_name[0] == '.' || fstatat(dirfd(folder), entry->d_name, &st, 0) == -1 ||
			    !S_ISREG(st.st_mode) || st.st_nlink != 0)
				continue;
			for (j = 0; j < known && seen[j] != st.st_ino; j++)
				;
			if (j < known || known == FILES_MOST)
				continue;
			seen[known++] = st.st_ino;
			*bytes += (uint64_t)st.st_blocks * 512;
		}
		if (folder != NULL)
			closedir(folder);
	}
	if (count > 0)
		free(list);
	free(seen);
}

/* What the attempt has on the disk: its layer, or its tree; HOME; /tmp. */
static void
look_at_disk(const struct worker *worker, uint64_t *bytes, uint64_t *entries)
{
	const char *names[] = { worker->kind == WORKSPACE_OVERLAY ? "upper" : "tree", "scratch", "tmp", "notes" };
	char *path;
	size_t i;

	*bytes = *entries = 0;
	for (i = 0; i < COUNT(names); i++) {
		path = worker_path(worker, names[i]);
		add_path(path, bytes, entries);
		free(path);
	}
	path = home_folder(worker);
	add_path(path, bytes, entries);
	free(path);
	add_nameless(worker, bytes);
}

/* ---- bounds ---- */

/* "297.6 MiB", or bytes when they are few; the caller frees. */
static char *
size_words(uint64_t bytes)
{
	return bytes < 1u << 20 ? str_format("%ju bytes", (uintmax_t)bytes) :
	    str_format("%.1f MiB", (double)bytes / (1u << 20));
}

/* It has more of `what`, an option and what that counts, than it may. */
static void
over_size(struct worker *worker, enum ending ending, const char *what, uint64_t seen, uint64_t most)
{
	char *has = size_words(seen), *may = size_words(most);
	char *why = str_format("%s: %s, and %s is the most", what, has, may);

	worker->end(worker, ending, why);
	free(why);
	free(may);
	free(has);
}

static void
over(struct worker *worker, enum ending ending, const char *what, uint64_t seen, uint64_t most)
{
	char *why = str_format("%s: %ju, and %ju is the most", what, (uintmax_t)seen, (uintmax_t)most);

	worker->end(worker, ending, why);
	free(why);
}

/* Has it more than it may? One reason is enough. */
static bool
judge_processes(struct worker *worker, const struct taken *taken)
{
	const struct msg_job_start *job = &worker->job;
	double seconds = worker->gauge.cpu_before + worker->gauge.seconds;

	if (job->processes != 0 && taken->processes > job->processes)
		over(worker, ENDING_PROCESSES, "limits.processes", taken->processes, job->processes);
	else if (job->memory != 0 && taken->memory > job->memory)
		over_size(worker, ENDING_MEMORY, "limits.memory", taken->memory, job->memory);
	else if (job->cpu != 0 && (uint64_t)seconds > job->cpu)
		over(worker, ENDING_CPU, "limits.cpu, in seconds of the processor", (uint64_t)seconds, job->cpu);
	else
		return false;
	return true;
}

/* What the kernel has held by itself, and told of. */
static bool
judge_cgroup(struct worker *worker, const struct cgroup_taken *taken)
{
	const struct msg_job_start *job = &worker->job;
	char *why = NULL;

	if (taken->kills > 0)
		why = str_format("the kernel has ended it: all its memory was used up (limits.memory), and %ju bytes "
		    "is the most", (uintmax_t)job->memory);
	else if (taken->refusals > 0)
		why = str_format("the kernel has refused it more processes and threads (limits.processes), and %ju is "
		    "the most", (uintmax_t)job->processes);
	if (why == NULL)
		return false;
	worker->end(worker, taken->kills > 0 ? ENDING_MEMORY : ENDING_PROCESSES, why);
	free(why);
	return true;
}

static bool
judge_disk(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;
	uint64_t bytes, entries;

	if (job->disk == 0 && job->entries == 0)
		return false;
	look_at_disk(worker, &bytes, &entries);
	if (job->disk != 0 && bytes >= job->disk)
		over_size(worker, ENDING_DISK, "limits.disk", bytes, job->disk);
	else if (job->entries != 0 && entries > job->entries)
		over(worker, ENDING_DISK, "limits.entries", entries, job->entries);
	else
		return false;
	return true;
}

/* When to look again: soon, while much of what it may have is taken. */
static uint64_t
next_look(const struct worker *worker, const struct taken *taken, uint64_t cost)
{
	const struct msg_job_start *job = &worker->job;
	bool much = (job->memory != 0 && taken->memory > job->memory / 4) ||
	    (job->processes != 0 && taken->processes > job->processes / 4);
	uint64_t pause = much || clock_monotonic() - worker->gauge.began < PAUSE_MS ? SOON_MS : PAUSE_MS;

	return pause > cost * COST ? pause : cost * COST;
}

static void
on_look(void *context)
{
	struct worker *worker = context;
	uint64_t begin = clock_monotonic(), now;
	struct cgroup_taken within;
	struct taken taken;

	if (worker->run == NULL)
		return;
	taken = look_at_processes(worker);
	worker->gauge.seconds = (double)taken.ticks / (double)sysconf(_SC_CLK_TCK);
	if (run_look(worker->run, &within)) {
		worker->gauge.seconds = within.seconds;
		if (judge_cgroup(worker, &within))
			return;
	}
	if (judge_processes(worker, &taken))
		return;
	now = clock_monotonic();
	if (now >= worker->gauge.disk_next) {
		begin = now;
		if (judge_disk(worker))
			return;
		now = clock_monotonic();
		worker->gauge.disk_next = now + ((now - begin) * COST > DISK_MS ? (now - begin) * COST : DISK_MS);
	}
	watch_in(worker->gauge.look, next_look(worker, &taken, now - begin));
}

void
gauge_init(struct worker *worker)
{
	worker->gauge.look = watch_timer(worker->loop, on_look, worker);
}

void
gauge_release(struct worker *worker)
{
	watch_free(worker->gauge.look);
}

/* Processes of our own user outside of the sandbox, where it has no other one. */
static uint64_t
count_own(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	uint64_t count = 0;
	struct stat st;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    fstatat(dirfd(folder), entry->d_name, &st, 0) == 0 && st.st_uid == geteuid())
			count++;
	if (folder != NULL)
		closedir(folder);
	return count;
}

struct sandbox_limits
gauge_limits(const struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;
	struct sandbox_limits limits = { .open_files = job->open_files, .file_size = job->disk,
	    .data = job->memory != 0 ? 2 * job->memory : 0 };

	if (job->processes != 0)
		limits.processes = job->processes + ROOM + (worker->uid == 0 ? count_own() : 0);
	return limits;
}

struct cgroup_limits
gauge_within(const struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;

	return (struct cgroup_limits){ .cores = job->cores,
	    .memory = job->memory != 0 ? job->memory + MEMORY_OF_OURS : 0,
	    .tasks = job->processes != 0 ? job->processes + ROOM + OF_OURS : 0 };
}

double
gauge_seconds(const struct worker *worker, uint64_t ticks)
{
	struct cgroup_taken taken;

	return worker->gauge.cpu_before + (worker->run != NULL && run_look(worker->run, &taken) ?
	    taken.seconds : (double)ticks / (double)sysconf(_SC_CLK_TCK));
}

void
gauge_begin(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;

	worker->gauge.began = clock_monotonic();
	worker->gauge.disk_next = worker->gauge.began + DISK_MS / 4;
	worker->gauge.seconds = 0;
	if ((job->memory | job->processes | job->cpu | job->disk | job->entries) != 0)
		watch_in(worker->gauge.look, SOON_MS);
}

void
gauge_end(struct worker *worker, const struct run_end *end, bool badly)
{
	watch_pause(worker->gauge.look);
	if (end->counted)
		worker->gauge.seconds = end->taken.seconds;
	worker->gauge.cpu_before += worker->gauge.seconds;
	/* A program that is refused a byte, or a process, fails before anybody looks. */
	if (badly && worker->ending == ENDING_NONE && !(end->counted && judge_cgroup(worker, &end->taken)))
		judge_disk(worker);
}

void
gauge_printed(struct worker *worker, size_t len)
{
	worker->gauge.printed += len;
	if (worker->job.print != 0 && worker->gauge.printed > worker->job.print)
		over(worker, ENDING_OUTPUT, "bytes printed", worker->gauge.printed, worker->job.print);
}
