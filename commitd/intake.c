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
#include "commitd/inspect.h"
#include "commitd/take_files.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define PACK_MOST	(2ull << 30)	/* bytes */
#define LOOSE_MOST	200u		/* objects; more stay together in a pack */
#define PACK_HEADER	12u		/* "PACK", version, number of objects */

struct intake {
	struct commitd *commitd;
	char *folder, *objects, *pack;	/* quarantine/ATTEMPT, and what is in it */
	uint64_t count, bytes;		/* objects that the pack announces, and its size */
};

/* A private copy: who wrote the pack can still change it. */
static enum error
copy_pack(struct intake *intake, int from, struct buffer *why)
{
	unsigned char header[PACK_HEADER] = { 0 }, bytes[64u << 10];
	off_t at = 0;
	ssize_t len = -1;
	int to = open(intake->pack, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), saved;

	while (to != -1 && (unsigned long long)at <= PACK_MOST) {
		len = pread(from, bytes, sizeof(bytes), at);
		if (len <= 0)
			break;
		if (write(to, bytes, (size_t)len) != len) {
			len = -1;
			break;
		}
		at += len;
	}
	saved = errno;
	if (to != -1 && pread(to, header, sizeof(header), 0) == (ssize_t)sizeof(header))
		intake->count = (uint64_t)header[8] << 24 | (uint64_t)header[9] << 16 |
		    (uint64_t)header[10] << 8 | header[11];
	if (to != -1)
		close(to);
	if (to == -1 || len == -1) {
		buffer_format(why, "%s: %s", intake->pack, strerror(saved));
		return error_from_errno(saved);
	}
	if (len > 0) {
		buffer_format(why, "larger than %llu bytes", PACK_MOST);
		return ERROR_INVALID;
	}
	if (at != 0 && (at < (off_t)sizeof(header) || memcmp(header, "PACK", 4) != 0)) {
		buffer_add_text(why, "what came is not a pack");
		return ERROR_INVALID;
	}
	if (at == 0)
		intake->count = 0;
	intake->bytes = (uint64_t)at;
	return ERROR_NONE;
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

/*
 * Was it the pack, or was it the machine? By what git says (always in English): what
 * is wrong with a pack is never told with the words of a failed system call.
 */
static enum error
judge(const char *problem)
{
	static const int codes[] = { ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, EAGAIN, EIO, EROFS,
	    ENOENT, EACCES, EPERM };
	static const char *const words[] = { "ut of memory", "write error", "unable to write",
	    "ailed to write", "nable to create", "cannot store", "fsync error", "cannot pread" };
	size_t i;

	if (strstr(problem, "ut of diskspace") != NULL)
		return ERROR_DISK_FULL;
	for (i = 0; i < COUNT(codes); i++)
		if (strstr(problem, strerror(codes[i])) != NULL)
			return error_from_errno(codes[i]);
	for (i = 0; i < COUNT(words); i++)
		if (strstr(problem, words[i]) != NULL)
			return ERROR_SYSTEM;
	return ERROR_INVALID;
}

static enum error
unpack(struct intake *intake, struct buffer *why)
{
	char *objects = str_format("GIT_OBJECT_DIRECTORY=%s", intake->objects);
	char *alternates = str_format("GIT_ALTERNATE_OBJECT_DIRECTORIES=%s",
	    repository_objects(intake->commitd->repository));
	struct buffer problem;
	struct git_call call = { .environment = GIT_LIST(objects, alternates), .problem = &problem };
	enum error error;

	buffer_init(&problem);
	/* Unpacked, every object would be compressed again. */
	call.arguments = intake->count > LOOSE_MOST || intake->bytes > GIT_BIG_BYTES ?
	    GIT_LIST("git", "index-pack", "--stdin", "--fix-thin", "--strict") :
	    GIT_LIST("git", "unpack-objects", "-q", "--strict");
	call.input = open(intake->pack, O_RDONLY | O_CLOEXEC);
	error = call.input == -1 ? error_from_errno(errno) : git_run(&intake->commitd->git, &call);
	if (call.input != -1)
		close(call.input);
	if (error != ERROR_NONE)
		buffer_format(why, "git does not accept its objects: %s", problem.len > 0 ?
		    buffer_text(&problem) : error_text(error));
	if (error == ERROR_GIT)
		error = judge(buffer_text(&problem));
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
	    .salvage = true };
	enum error error;

	if (!repository_is_ancestor(commitd->repository, message->base, commitd->tip)) {
		buffer_format(why, "its base %.12s is not on branch '%s'", message->base,
		    commitd->branch);
		return ERROR_INVALID;
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
	if (error == ERROR_NONE && intake->count > 0)
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
	struct intake intake = { .commitd = commitd };
	enum error error;

	strcpy(commit, message->commit);
	if (strcmp(pinned, commit) == 0)
		return ERROR_NONE;
	intake.folder = str_format("%s/quarantine/%ju", commitd->directory,
	    (uintmax_t)message->attempt);
	intake.objects = str_format("%s/objects", intake.folder);
	intake.pack = str_format("%s/pack", intake.folder);
	error = take_in(&intake, message, ref, why);
	free(intake.folder);
	free(intake.objects);
	free(intake.pack);
	return error;
}

enum error
intake_accept(struct commitd *commitd, const struct msg_result_accept *message,
    char commit[OID_TEXT], char ***protected, struct buffer *why)
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
		    .protect = commitd->protect, .protected = protected }, why);
	if (error == ERROR_NONE && !message->salvage)
		error = conflict_left(commitd, message->task, message->base, commit, why);
	free(ref);
	return error;
}
