/*
 * Opens a project: see recover.h. What landed is read from references, trailers
 * and the list of our own commits; whatever instruction a process before this one died at, the
 * same answer comes out.
 */
#include "commitd/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "commitd/conflict.h"
#include "commitd/delivery.h"
#include "commitd/disk.h"
#include "commitd/durable.h"
#include "commitd/forget.h"
#include "commitd/maintain.h"
#include "commitd/mend.h"
#include "commitd/trailers.h"
#include "commitd/upstream.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

struct landed { struct trailers trailers; char commit[OID_TEXT]; };

/* What was found in references and commits. */
struct found {
	struct commitd *commitd;
	struct landed *landed;
	size_t landed_count;
	struct { uint64_t number; bool is_void; } *tickets;
	size_t ticket_count;
	char **conflicts;		/* tasks that have one kept, and landed */
	size_t conflict_count;
	uint64_t last;			/* highest number that landed */
	enum error error;		/* one of ours cannot be read */
};

/* Waits for a process before this one, and for the programs that it ran. */
static enum error
take_lock(struct commitd *commitd, struct buffer *why)
{
	char *path = str_format("%s/lock", commitd->directory);
	enum error error;
	int try, code = -1;

	if (commitd->lock_fd == -1)
		commitd->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (try = 0; commitd->lock_fd != -1 && try < 600; try++) {
		code = flock(commitd->lock_fd, LOCK_EX | LOCK_NB);
		if (code == 0 || errno != EWOULDBLOCK)
			break;
		usleep(50000);
	}
	error = code == 0 ? ERROR_NONE : errno == EWOULDBLOCK ? ERROR_TIMEOUT : error_from_errno(errno);
	if (error == ERROR_TIMEOUT)
		buffer_format(why, "%s: still held by an orch-commitd before this one, or by a program "
		    "that it ran", path);
	else if (error != ERROR_NONE)
		buffer_format(why, "%s: %s", path, strerror(errno));
	free(path);
	return error;
}

static bool
remove_file(const char *path)
{
	return unlink(path) == 0 || errno == ENOENT;
}

static int
remove_lock(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	size_t len = strlen(path);

	(void)status;
	if (kind != FTW_F || len <= 5 || strcmp(path + len - 5, ".lock") != 0)
		return 0;
	log_info("event=stale-lock path=%s", path + place->base);
	return remove_file(path) ? 0 : -1;
}

/* Nobody else is at work here: what was left in the middle can go. */
static enum error
clear_leftovers(const char *repository, struct buffer *why)
{
	static const char *const names[] = { "HEAD.lock", "config.lock", "packed-refs.lock",
	    "shallow.lock" };
	enum error error;
	char *path;
	bool done = true;
	size_t i;

	for (i = 0; done && i < COUNT(names); i++) {
		path = str_format("%s/%s", repository, names[i]);
		done = remove_file(path);
		free(path);
	}
	path = str_format("%s/refs", repository);
	done = done && (nftw(path, remove_lock, 32, FTW_PHYS) == 0 || errno == ENOENT);
	error = done ? ERROR_NONE : error_from_errno(errno);
	if (!done)
		buffer_format(why, "%s: a lock that was left cannot be removed: %s", repository,
		    strerror(errno));
	free(path);
	path = str_format("%s/objects", repository);
	maintain_clear(path);
	free(path);
	return error;
}

/* Does the repository belong to this upstream and branch? */
static enum error
check_origin(struct commitd *commitd, const char *path, struct buffer *why)
{
	char *mark = str_format("%s %s", commitd->branch, commitd->upstream);
	struct buffer out;
	struct git_call call = { .arguments = GIT_LIST("git", "config", "--get", "orch.upstream"),
	    .input = -1, .output = &out };
	enum error error;

	buffer_init(&out);
	error = git_run(&commitd->git, &call);
	/* No such entry is an answer too. */
	if (error == ERROR_GIT)
		error = ERROR_NONE;
	out.len -= out.len > 0;
	if (error == ERROR_NONE && !str_same(buffer_text(&out), mark)) {
		buffer_format(why, "%s: made for '%s' (branch and upstream), not for '%s'; use "
		    "another state folder or another project name", path, buffer_text(&out), mark);
		error = ERROR_INVALID;
	}
	buffer_release(&out);
	free(mark);
	return error;
}

static enum error
open_repository(struct commitd *commitd, const char *path, struct buffer *why)
{
	char *quarantine = str_format("%s/quarantine", commitd->directory);
	char *objects = str_format("%s/objects", path);
	char *mark = str_format("%s/boot", commitd->directory);
	bool fresh = !disk_exists(path);
	enum error error = ERROR_NONE;

	if (fresh)
		error = upstream_clone(commitd, path, why);
	if (error == ERROR_NONE)
		error = clear_leftovers(path, why);
	if (error == ERROR_NONE && (!disk_remove(quarantine) || !disk_make(quarantine))) {
		buffer_format(why, "%s: %s", quarantine, strerror(errno));
		error = error_from_errno(errno);
	}
	if (error == ERROR_NONE)
		error = fresh ? mend_nothing(mark, why) : mend_objects(objects, mark, why);
	if (error == ERROR_NONE)
		error = check_origin(commitd, path, why);
	if (error == ERROR_NONE) {
		commitd->repository = repository_open(path, &commitd->git, why);
		if (commitd->repository == NULL)
			error = ERROR_GIT;
	}
	free(quarantine);
	free(objects);
	free(mark);
	return error;
}

/* The merge helper reads the root's attributes from a file, and reads it once. */
static void
follow_attributes(struct commitd *commitd)
{
	struct tree_entry entry = { 0 };
	struct buffer bytes;

	tree_find(commitd->repository, commitd->tip_tree, ".gitattributes", &entry);
	if (strcmp(entry.oid, commitd->attributes) == 0)
		return;
	buffer_init(&bytes);
	if (entry.oid[0] != '\0')
		repository_read(commitd->repository, entry.oid, OBJECT_BLOB, &bytes);
	merge_stop(&commitd->merge);
	if (disk_write(commitd->merge.attributes, bytes.bytes ? (char *)bytes.bytes : "", bytes.len))
		strcpy(commitd->attributes, entry.oid);
	buffer_release(&bytes);
}

enum error
project_moved(struct commitd *commitd, const char *tip, struct buffer *why)
{
	struct commit commit;
	enum error error = commit_read(commitd->repository, tip, &commit);

	if (error == ERROR_NONE) {
		memmove(commitd->tip, tip, OID_TEXT);
		strcpy(commitd->tip_tree, commit.tree);
		follow_attributes(commitd);
	} else
		buffer_format(why, "the tip of branch '%s', %s, cannot be read", commitd->branch,
		    tip);
	commit_release(&commit);
	return error;
}

/* Where the branch is here and upstream, and which of both goes on. */
static enum error
join_upstream(struct commitd *commitd, struct buffer *why)
{
	char tip[OID_TEXT] = "";
	enum upstream_place place;
	enum error error;

	repository_ref_read(commitd->repository, commitd->ref, commitd->tip);
	error = upstream_look(commitd, &place, why);
	if (error != ERROR_NONE)
		return error;
	strcpy(tip, place == UPSTREAM_AHEAD ? commitd->upstream_tip : commitd->tip);
	if (place == UPSTREAM_DIVERGED) {
		buffer_format(why, "branch '%s' of %s is at %.12s, which does not contain what "
		    "landed here (%.12s): merge or rebase one onto the other; the landed commits "
		    "are in %s/repository.git", commitd->branch, commitd->upstream,
		    commitd->upstream_tip, commitd->tip, commitd->directory);
		return ERROR_MOVED;
	}
	if (place == UPSTREAM_AHEAD)
		error = repository_ref_write(commitd->repository, commitd->ref, tip, commitd->tip);
	if (error == ERROR_NONE)
		error = project_moved(commitd, tip, why);
	commitd->to_show = commitd->checked_out;
	return error;
}

/*
 * A commit is ours when it is on the list, which has more: what was written down
 * and never reached the branch. Its trailers say what it was.
 */
static void
find_landed(void *context, const char *oid)
{
	struct found *found = context;
	struct commitd *commitd = found->commitd;
	struct landed landed = { 0 };
	struct commit commit = { 0 };

	if (!landings_has(&commitd->landings, oid))
		return;
	/* Passed over, it would land again. */
	if (found->error == ERROR_NONE)
		found->error = commit_read(commitd->repository, oid, &commit);
	if (found->error == ERROR_NONE && trailers_read(commit.message, commit.message_len,
	    &landed.trailers) && strcmp(landed.trailers.line, commitd->line) == 0) {
		strcpy(landed.commit, oid);
		if ((found->landed_count & (found->landed_count + 1)) == 0)
			found->landed = mem_resize(found->landed, 2 * found->landed_count + 2,
			    sizeof(*found->landed));
		found->landed[found->landed_count++] = landed;
		if (landed.trailers.ticket > found->last)
			found->last = landed.trailers.ticket;
	}
	commit_release(&commit);
}

static void
find_ticket(void *context, const char *name, const char *oid)
{
	struct found *found = context;
	size_t count = found->ticket_count;

	if ((count & (count + 1)) == 0)
		found->tickets = mem_resize(found->tickets, 2 * count + 2, sizeof(*found->tickets));
	found->tickets[count].number = strtoull(name + strlen(TICKET_REF), NULL, 10);
	found->tickets[count].is_void = strcmp(oid, found->commitd->void_blob) == 0;
	found->ticket_count++;
}

/* One whose task landed just before the process ended. */
static void
find_conflict(void *context, const char *name, const char *oid)
{
	struct found *found = context;
	const char *task = name + strlen(CONFLICT_REF);
	size_t i;

	(void)oid;
	for (i = 0; i < found->landed_count; i++)
		if (strcmp(found->landed[i].trailers.task, task) == 0)
			break;
	if (i == found->landed_count)
		return;
	found->conflicts = mem_resize(found->conflicts, found->conflict_count + 1, sizeof(char *));
	found->conflicts[found->conflict_count++] = str_dup(task);
}

static void
forget_conflicts(struct commitd *commitd, struct found *found)
{
	size_t i;

	for (i = 0; i < found->conflict_count; i++) {
		conflict_forget(commitd, found->conflicts[i]);
		free(found->conflicts[i]);
	}
	free(found->conflicts);
}

/* Fills the queue with what was found; drops references that the line has passed. */
static void
fill_queue(struct commitd *commitd, const struct found *found, size_t slots)
{
	struct result *result;
	char *ref;
	size_t i;

	commitd->queue = queue_new(found->last + 1, slots, result_free);
	commitd->voids_from = found->last + 1;
	for (i = 0; i < found->landed_count; i++) {
		const struct trailers *trailers = &found->landed[i].trailers;

		result = mem_zero(1, sizeof(*result));
		result->task = str_dup(trailers->task);
		strcpy(result->verdict, trailers->verdict);
		strcpy(result->landed, found->landed[i].commit);
		if (!queue_recover(commitd->queue, trailers->ticket, TICKET_LANDED, result))
			result_free(result);
	}
	for (i = 0; i < found->ticket_count; i++) {
		if (found->tickets[i].number <= found->last) {
			ref = str_format("%s%ju", TICKET_REF, (uintmax_t)found->tickets[i].number);
			repository_ref_delete(commitd->repository, ref);
			free(ref);
		} else if (found->tickets[i].is_void)
			queue_recover(commitd->queue, found->tickets[i].number, TICKET_VOID, NULL);
	}
	queue_first(commitd->queue);
}

enum error
project_landed(struct commitd *commitd, const char *from, const char *to, bool *any)
{
	char *list = str_format("%s/landings", commitd->directory);
	struct found found = { .commitd = commitd };
	enum error error = landings_open(&commitd->landings, list);

	if (error == ERROR_NONE)
		error = repository_commits(commitd->repository, from, to, find_landed, &found);
	if (error == ERROR_NONE)
		error = found.error;
	*any = found.landed_count > 0;
	free(found.landed);
	free(list);
	return error;
}

static enum error
recover_line(struct commitd *commitd, size_t slots, struct buffer *why)
{
	char *list = str_format("%s/landings", commitd->directory);
	struct found found = { .commitd = commitd };
	struct sync sync = { .objects = repository_objects(commitd->repository) };
	enum error error;

	error = repository_ref_read(commitd->repository, LINE_REF, commitd->line);
	if (error == ERROR_UNKNOWN) {
		strcpy(commitd->line, commitd->tip);
		error = landings_create(list);
		if (error == ERROR_NONE)
			error = repository_ref_write(commitd->repository, LINE_REF, commitd->line, "");
	}
	if (error == ERROR_NONE)
		error = landings_open(&commitd->landings, list);
	if (error == ERROR_UNKNOWN)
		buffer_format(why, "%s: is not there, and without it nobody knows what has landed; "
		    "use a new state folder", list);
	if (error == ERROR_NONE)
		error = repository_write(commitd->repository, OBJECT_BLOB, "void\n", 5,
		    commitd->void_blob);
	if (error == ERROR_NONE) {
		durable_object(&sync, commitd->void_blob);
		error = durable_end(&sync);
	}
	if (error == ERROR_NONE)
		error = repository_commits(commitd->repository, commitd->line, commitd->tip,
		    find_landed, &found);
	if (error == ERROR_NONE)
		error = found.error;
	if (error == ERROR_NONE)
		error = repository_ref_each(commitd->repository, TICKET_REF, find_ticket, &found);
	if (error == ERROR_NONE)
		error = repository_ref_each(commitd->repository, CONFLICT_REF, find_conflict, &found);
	forget_conflicts(commitd, &found);
	if (error == ERROR_NONE)
		fill_queue(commitd, &found, slots);
	else if (why->len == 0)
		buffer_format(why, "%s/repository.git: what landed cannot be read",
		    commitd->directory);
	free(list);
	free(found.landed);
	free(found.tickets);
	return error;
}

enum error
project_open(struct commitd *commitd, const struct project *project, struct buffer *why)
{
	char *path = str_format("%s/repository.git", commitd->directory);
	char *folder = str_format("%s/trees", commitd->directory);
	char *attributes = str_format("%s/attributes", commitd->directory);
	enum error error = ERROR_SYSTEM;

	commitd->upstream = str_dup(project->upstream);
	commitd->branch = str_dup(project->branch);
	commitd->method = project->method;
	commitd->author = str_dup(project->author);
	commitd->committer = str_dup(project->committer);
	commitd->signing = (struct signing){ project->sign_openpgp, str_dup(project->sign_key) };
	commitd->protect = strs_dup(project->protect);
	commitd->ref = str_format("refs/heads/%s", project->branch);
	merge_init(&commitd->merge, attributes);
	strcpy(commitd->attributes, "unknown");
	if (!disk_make(commitd->directory))
		buffer_format(why, "%s: %s", commitd->directory, strerror(errno));
	else
		error = take_lock(commitd, why);
	if (error == ERROR_NONE)
		error = git_init(&commitd->git, commitd->directory, path, commitd->lock_fd,
		    commitd->courier);
	if (error == ERROR_NONE)
		error = draft_try_signing(&commitd->git, &commitd->signing, why);
	if (error == ERROR_NONE)
		error = open_repository(commitd, path, why);
	if (error == ERROR_NONE) {
		commitd->checked_out = upstream_checked_out(commitd, NULL);
		error = join_upstream(commitd, why);
	}
	/* Before anything is written that no reference names yet. */
	if (error == ERROR_NONE && project->alone)
		forget_reclaim(commitd);
	if (error == ERROR_NONE)
		error = recover_line(commitd, project->verify_slots, why);
	if (error == ERROR_NONE && project->trees) {
		commitd->trees = trees_new(folder, &commitd->git, commitd->repository);
		error = trees_open(commitd->trees, commitd->tip, commitd->tip_tree, &commitd->stack,
		    why);
	}
	if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, "%s: %s", commitd->directory, error_text(error));
	free(path);
	free(folder);
	free(attributes);
	return error;
}

void
project_close(struct commitd *commitd)
{
	delivery_stop(commitd);
	maintain_stop(commitd);
	if (commitd->queue != NULL)
		upstream_show(commitd);
	queue_free(commitd->queue);
	trees_free(commitd->trees);
	stack_release(&commitd->stack);
	merge_release(&commitd->merge);
	landings_close(&commitd->landings);
	repository_free(commitd->repository);
	git_release(&commitd->git);
	free(commitd->upstream);
	free(commitd->upstream_ref);
	free(commitd->branch);
	free(commitd->author);
	free(commitd->committer);
	free(commitd->signing.key);
	strs_free(commitd->protect);
	free(commitd->ref);
	*commitd = (struct commitd){ .link = commitd->link, .name = commitd->name,
	    .directory = commitd->directory, .lock_fd = commitd->lock_fd, .landings.fd = -1 };
	merge_init(&commitd->merge, NULL);
}

void
result_free(void *pointer)
{
	struct result *result = pointer;

	if (result == NULL)
		return;
	free(result->task);
	free(result->agent);
	free(result->message);
	strs_free(result->files);
	stack_release(&result->stack);
	free(result->parts);
	conflict_release(&result->conflict);
	free(result);
}
