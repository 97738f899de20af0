/*
 * What the collector finds: see collector.h. What it may only read is kept in the slot and
 * written anew for each attempt; what it may write is a fresh one's.
 */
#include "collector.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/inside.h"
#include "protocol/mem.h"
#include "worker/files.h"

#define KEPT		"collector"	/* read-only in every sandbox */
#define SMALL_BYTES	(4u << 20)	/* of the changed files */
#define SMALL_INDEX	(8u << 20)	/* of the tip's index */
#define MEMORY_BYTES	"67108864"

/* Our own repository for the collector: nothing in it comes from the agent. */
static const char config[] =
    /*
     * A big file is compressed here, into a pack, and then travels as it is. A loose
     * object is read once and thrown away. A file is compared with what it was before,
     * not with ten others.
     */
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n"
    "\tbare = false\n\tlogAllRefUpdates = false\n\thooksPath = /dev/null\n"
    "\tfsmonitor = false\n\tcheckStat = minimal\n\ttrustctime = false\n"
    "\tlooseCompression = 0\n\tcompression = 1\n\tbigFileThreshold = 8m\n\tfsync = none\n"
    "\tpreloadIndex = false\n\tuntrackedCache = false\n[index]\n\tthreads = 1\n[core]\n"
    "\tautocrlf = false\n"
    "\tsafecrlf = false\n[advice]\n\taddIgnoredFile = false\n\taddEmbeddedRepo = false\n"
    "[pack]\n\tthreads = 1\n\tcompression = 1\n\twindow = 2\n"
    "[fastimport]\n\tunpackLimit = 1\n[gc]\n\tauto = 0\n";

void
collector_environment(const struct worker *worker, struct texts *options)
{
	sandbox_environment(&worker->sandbox, options);
	texts_add(options, "--unshare-net", "--chdir", INSIDE_WORKSPACE, "--setenv", "HOME", "/nonexistent",
	    "--setenv", "ORCH_PLACE", INSIDE_RUN, "--setenv", "ORCH_TREE", INSIDE_WORKSPACE,
	    "--setenv", "LC_ALL", "C", "--setenv", "GIT_CONFIG_NOSYSTEM", "1",
	    "--setenv", "GIT_CONFIG_GLOBAL", "/dev/null", "--setenv", "GIT_TERMINAL_PROMPT", "0",
	    "--setenv", "GIT_NO_REPLACE_OBJECTS", "1", "--setenv", "GIT_ATTR_NOSYSTEM", "1",
	    "--setenv", "GIT_ALLOW_PROTOCOL", "none", "--setenv", "GIT_NO_LAZY_FETCH", "1", NULL);
}

static int
make_folder(const struct worker *worker, const char *name)
{
	char *path = worker_path(worker, name);
	int result = files_folder(path, 0700);

	free(path);
	return result;
}

static int
write_file(const struct worker *worker, const char *name, const void *bytes, size_t len)
{
	char *path = worker_path(worker, name);
	int result = files_write(path, bytes, len);

	free(path);
	return result;
}

static bool
remove_folder(const struct worker *worker, const char *name)
{
	char *path = worker_path(worker, name);
	bool gone = files_remove(path, SIZE_MAX);

	free(path);
	return gone;
}

static int
write_alternates(const struct worker *worker, const char *name)
{
	char *objects = str_format("%s\n", worker->workspace.inside);
	int result = write_file(worker, name, objects, strlen(objects));

	free(objects);
	return result;
}

/* Commits of a shallow clone have no parents; one of the attempt before is not this one's. */
static int
tell_shallow(const struct worker *worker)
{
	char *shallow = worker_path(worker, KEPT "/git/shallow"), *git = worker_path(worker, KEPT "/git");
	int result = unlink(shallow);

	if (result == 0 || errno == ENOENT)
		result = workspace_tell_shallow(&worker->workspace, git);
	free(git);
	free(shallow);
	return result;
}

/* Each file is written again, over what it was: not one is made for most attempts. */
static int
write_kept(const struct worker *worker, const struct scan *scan)
{
	struct buffer never;
	int result;
	size_t i;

	/* Without a sandbox an agent gets at it. */
	if (worker->bare && !remove_folder(worker, KEPT))
		return -1;
	buffer_init(&never);
	for (i = 0; i < strs_count(worker->job.copy); i++)
		buffer_add(&never, worker->job.copy[i], strlen(worker->job.copy[i]) + 1);
	result = make_folder(worker, KEPT "/git/refs") == -1 ||
	    make_folder(worker, KEPT "/git/objects") == -1 ||
	    write_file(worker, KEPT "/git/config", config, strlen(config)) == -1 ||
	    write_file(worker, KEPT "/git/HEAD", worker->workspace.tip, strlen(worker->workspace.tip)) == -1 ||
	    write_file(worker, KEPT "/git/" COLLECT_NEVER, never.bytes, never.len) == -1 ||
	    write_file(worker, KEPT "/list", scan->paths.bytes, scan->paths.len) == -1 ||
	    write_alternates(worker, KEPT "/alternates") == -1 || tell_shallow(worker) == -1 ? -1 : 0;
	buffer_release(&never);
	return result;
}

static void
add_bind(const struct worker *worker, struct binds *binds, const char *name, const char *inside,
    unsigned flags)
{
	char *path = worker_path(worker, name);

	binds_add(binds, path, inside, flags);
	free(path);
}

/* Does an index of everything, with all that changed, fit in memory? */
static bool
is_small(const struct worker *worker, const struct scan *scan)
{
	struct stat st;

	return !worker->bare && worker->kind == WORKSPACE_OVERLAY && !scan->committed &&
	    scan->bytes <= SMALL_BYTES && stat(worker->workspace.index, &st) == 0 &&
	    st.st_size <= (off_t)SMALL_INDEX;
}

/* Where the index and new objects go. */
static int
add_room(const struct worker *worker, bool memory, struct binds *binds)
{
	if (!remove_folder(worker, "collect"))
		return -1;
	if (memory) {
		binds_make(binds, BIND_MEMORY, MEMORY_BYTES, COLLECT_INDEX, 0);
		binds_make(binds, BIND_MEMORY, MEMORY_BYTES, COLLECT_OBJECTS, 0);
		add_bind(worker, binds, KEPT "/alternates", COLLECT_OBJECTS "/info/alternates", 0);
		return 0;
	}
	if (make_folder(worker, "collect/index") == -1 ||
	    make_folder(worker, "collect/objects/info") == -1 ||
	    write_alternates(worker, "collect/objects/info/alternates") == -1)
		return -1;
	add_bind(worker, binds, "collect/index", COLLECT_INDEX, BIND_WRITE);
	add_bind(worker, binds, "collect/objects", COLLECT_OBJECTS, BIND_WRITE);
	return 0;
}

int
collector_prepare(const struct worker *worker, const struct scan *scan, bool first,
    struct binds *binds)
{
	if (write_kept(worker, scan) == -1 || make_folder(worker, "outbox") == -1 ||
	    add_room(worker, first && is_small(worker, scan), binds) == -1)
		return -1;
	binds_add(binds, worker->workspace.root, INSIDE_WORKSPACE, BIND_WRITE);
	binds_add(binds, worker->workspace.shown, INSIDE_OBJECTS, 0);
	binds_add_program(binds, "orch-collect", COLLECT_PROGRAM);
	binds_add(binds, worker->workspace.index, COLLECT_TIP_INDEX, 0);
	add_bind(worker, binds, KEPT "/git", COLLECT_GIT, 0);
	add_bind(worker, binds, KEPT "/list", COLLECT_LIST, 0);
	add_bind(worker, binds, "outbox", COLLECT_OUTBOX, BIND_WRITE);
	return 0;
}
