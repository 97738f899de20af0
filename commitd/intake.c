/* Takes in the result of an attempt: see intake.h. */
#include "commitd/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/conflict.h"
#include "commitd/disk.h"
#include "commitd/durable.h"
#include "commitd/fault.h"
#include "commitd/inspect.h"
#include "commitd/take_files.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define LOOSE_MOST	200u		/* objects; more stay together in a pack */
#define MEMORY_LEAST	(1ull << 30)	/* what Git needs for a pack of small objects */
#define SECONDS_MOST	240u		/* of a processor, for any pack that is not too large */

struct intake {
	struct commitd *commitd;
	char *folder, *objects, *copy;	/* quarantine/ATTEMPT, and what is in it */
	int fd;				/* the copy */
	struct pack pack;
};

/* A private copy: who wrote the pack can still change it. */
static enum error
copy_pack(struct intake *intake, int from, struct buffer *why)
{
	const uint64_t most = intake->commitd->limits.pack;
	unsigned char bytes[64u << 10];
	uint64_t at = 0;
	ssize_t len = -1;

	intake->fd = open(intake->copy, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	while (intake->fd != -1 && at <= most) {
		len = pread(from, bytes, sizeof(bytes), (off_t)at);
		if (len <= 0)
			break;
		if (write(intake->fd, bytes, (size_t)len) != len) {
			len = -1;
			break;
		}
		at += (uint64_t)len;
	}
	if (len == -1 || lseek(intake->fd, 0, SEEK_SET) == -1) {
		buffer_format(why, "%s: %s", intake->copy, strerror(errno));
		return error_from_errno(errno);
	}
	return pack_look(intake->fd, at, &intake->commitd->limits, &intake->pack, why);
}

/* The quarantine sees the repository's objects, and writes none of them. */
static enum error
make_quarantine(struct intake *intake, struct buffer *why)
{
	char *info = str_format("%s/info", intake->objects);
	char *alternates = str_format("%s/alternates", info);
	char *line = str_format("%s\n", repository_objects(intake->commitd->repository));
	bool made = disk_remove(intake->folder) && disk_make(info) &&
	    disk_write(alternates, line, strlen(line));

	if (!made)
		buffer_format(why, "%s: %s", intake->folder, strerror(errno));
	free(info);
	free(alternates);
	free(line);
	return made ? ERROR_NONE : error_from_errno(errno);
}

/* Does it stay a pack? */
static bool
is_large(const struct intake *intake)
{
	return intake->pack.objects > LOOSE_MOST || intake->pack.unpacked > GIT_BIG_BYTES;
}

static enum error
unpack(struct intake *intake, struct buffer *why)
{
	char *objects = str_format("GIT_OBJECT_DIRECTORY=%s", intake->objects);
	char *alternates = str_format("GIT_ALTERNATE_OBJECT_DIRECTORIES=%s",
	    repository_objects(intake->commitd->repository));
	struct buffer problem;
	const struct limits *limits = &intake->commitd->limits;
	/* A delta, what it is made on and what comes out; bases that are added to the pack. */
	struct git_call call = { .environment = GIT_LIST(objects, alternates), .problem = &problem,
	    .input = intake->fd, .limits = { .memory = MEMORY_LEAST + 3 * limits->object,
	    .file = 2 * limits->pack + limits->object, .seconds = SECONDS_MOST } };
	enum error error;

	buffer_init(&problem);
	/* Unpacked, every object would be compressed again. */
	call.arguments = is_large(intake) ?
	    GIT_LIST("git", "-c", "pack.threads=1", "index-pack", "--stdin", "--fix-thin", "--strict") :
	    GIT_LIST("git", "unpack-objects", "-q", "--strict");
	error = lseek(intake->fd, 0, SEEK_SET) == -1 ? error_from_errno(errno) :
	    git_run(&intake->commitd->git, &call);
	if (error != ERROR_NONE)
		buffer_format(why, "git does not accept its objects: %s", problem.len > 0 ?
		    buffer_text(&problem) : error_text(error));
	if (error == ERROR_GIT)
		error = fault_of(buffer_text(&problem));
	buffer_release(&problem);
	free(objects);
	free(alternates);
	return error;
}

/*
 * What the pack brings and a merge had made before was not unpacked again: it
 * lies in the repository as the merge helper left it, which syncs nothing.
 */
static enum error
make_durable(const struct intake *intake, struct repository *objects,
    const struct msg_result_accept *message)
{
	struct sync sync = { .objects = repository_objects(intake->commitd->repository),
	    .elsewhere = intake->objects };
	struct commit old = { 0 }, new = { 0 };
	enum error error = commit_read(objects, message->base, &old);

	if (error == ERROR_NONE)
		error = commit_read(objects, message->commit, &new);
	if (error == ERROR_NONE)
		error = durable_add(&sync, objects, old.tree, new.tree, message->commit);
	if (error == ERROR_NONE)
		error = durable_end(&sync);
	commit_release(&old);
	commit_release(&new);
	return error;
}

/* Is it whole? Whether it may land is asked when it is safe. */
static enum error
check(struct intake *intake, const struct msg_result_accept *message, struct buffer *why)
{
	struct commitd *commitd = intake->commitd;
	struct inspection inspection = { .base = message->base, .commit = message->commit,
	    .salvage = true, .limits = &commitd->limits };
	enum error error;

	error = repository_find_ancestor(commitd->repository, message->base, commitd->tip);
	if (error == ERROR_UNKNOWN || error == ERROR_GIT) {
		buffer_format(why, "its base %.12s is not on branch '%s'", message->base,
		    commitd->branch);
		return ERROR_INVALID;
	}
	if (error != ERROR_NONE) {
		buffer_add_text(why, "where its base is cannot be found out");
		return error;
	}
	if (is_large(intake)) {
		error = inspect_packs(intake->objects, why);
		if (error != ERROR_NONE)
			return error;
	}
	inspection.objects = repository_open_objects(intake->objects, why);
	if (inspection.objects == NULL)
		return ERROR_GIT;
	error = inspect(&inspection, why);
	if (error == ERROR_NONE)
		error = make_durable(intake, inspection.objects, message);
	repository_free(inspection.objects);
	return error;
}

static enum error
take_in(struct intake *intake, const struct msg_result_accept *message, const char *ref,
    struct buffer *why)
{
	struct commitd *commitd = intake->commitd;
	enum error error = make_quarantine(intake, why);

	if (error == ERROR_NONE)
		error = copy_pack(intake, message->pack, why);
	if (error == ERROR_NONE && intake->pack.objects > 0)
		error = unpack(intake, why);
	if (error == ERROR_NONE)
		error = check(intake, message, why);
	if (error == ERROR_NONE && !disk_move_objects(intake->objects,
	    repository_objects(commitd->repository))) {
		buffer_format(why, "%s: %s", intake->objects, strerror(errno));
		error = error_from_errno(errno);
	}
	if (error == ERROR_NONE) {
		repository_refresh(commitd->repository);
		error = repository_ref_write(commitd->repository, ref, message->commit, NULL);
	}
	if (intake->fd != -1)
		close(intake->fd);
	if (!disk_remove(intake->folder))
		log_warn("path=%s event=quarantine", intake->folder);
	return error;
}

static enum error
accept_files(struct commitd *commitd, const struct msg_result_accept *message, const char *ref,
    const char *pinned, char commit[OID_TEXT], struct buffer *why)
{
	enum error error = take_files(commitd, message, commit, why);

	if (error == ERROR_NONE && strcmp(pinned, commit) != 0)
		error = repository_ref_write(commitd->repository, ref, commit, NULL);
	return error;
}

static enum error
accept_pack(struct commitd *commitd, const struct msg_result_accept *message, const char *ref,
    const char *pinned, char commit[OID_TEXT], struct buffer *why)
{
	struct intake intake = { .commitd = commitd, .fd = -1 };
	enum error error;

	strcpy(commit, message->commit);
	if (strcmp(pinned, commit) == 0)
		return ERROR_NONE;
	intake.folder = str_format("%s/quarantine/%ju", commitd->directory,
	    (uintmax_t)message->attempt);
	intake.objects = str_format("%s/objects", intake.folder);
	intake.copy = str_format("%s/pack", intake.folder);
	error = take_in(&intake, message, ref, why);
	free(intake.folder);
	free(intake.objects);
	free(intake.copy);
	return error;
}

enum error
intake_accept(struct commitd *commitd, const struct msg_result_accept *message,
    char commit[OID_TEXT], struct concerns *concerns, struct buffer *why)
{
	char pinned[OID_TEXT] = "", *ref;
	enum error error;

	commit[0] = '\0';
	if (strlen(message->base) >= OID_TEXT ||
	    (message->commit != NULL && strlen(message->commit) >= OID_TEXT)) {
		buffer_add_text(why, "an object id of another format than the repository's");
		return ERROR_INVALID;
	}
	ref = str_format("refs/orch/attempts/%s/%ju", message->task, (uintmax_t)message->number);
	repository_ref_read(commitd->repository, ref, pinned);
	error = (message->commit != NULL ? accept_pack : accept_files)(commitd, message, ref, pinned,
	    commit, why);
	if (error != ERROR_NONE && why->len == 0)
		buffer_add_text(why, error_text(error));
	if (error == ERROR_NONE && !message->salvage)
		error = inspect(&(struct inspection){ .objects = commitd->repository,
		    .base = message->base, .commit = commit, .files = message->files,
		    .ignore_case = commitd->ignore_case,
		    .protect = commitd->protect, .protected = &concerns->protected,
		    .outside = message->exceeds ? &concerns->outside : NULL,
		    .limits = &commitd->limits, .commits = commitd->method != METHOD_SQUASH }, why);
	if (error == ERROR_NONE && !message->salvage)
		error = conflict_left(commitd, message->task, message->base, commit, why);
	free(ref);
	return error;
}
