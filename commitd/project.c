/* Opens and closes a project: see project.h. */
#include "commitd/project.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "commitd/credentials.h"
#include "commitd/delivery.h"
#include "commitd/disk.h"
#include "commitd/forget.h"
#include "commitd/maintain.h"
#include "commitd/mend.h"
#include "commitd/recover.h"
#include "commitd/tip.h"
#include "commitd/upstream.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/url.h"

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
	char *made, *url;
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
	made = str_dup(buffer_text(&out));
	/* Whose password it was made with is of no matter. */
	if ((url = strchr(made, ' ')) != NULL)
		free(url_take_login(url + 1));
	if (error == ERROR_NONE && !str_same(made, mark)) {
		buffer_format(why, "%s: made for '%s' (branch and upstream), not for '%s'; use "
		    "another state folder or another project name", path, made, mark);
		error = ERROR_INVALID;
	}
	free(made);
	buffer_release(&out);
	free(mark);
	return error;
}

/* It is not there; but was it? A new one would lack what landed, and nobody tells that again. */
static enum error
check_lost(const struct commitd *commitd, const char *path, struct buffer *why)
{
	char *list = str_format("%s/landings", commitd->directory);
	char *landed = disk_read(list);
	bool lost = landed != NULL && landed[0] != '\0';

	if (lost)
		buffer_format(why, "%s: is lost, and by %s something has landed in it; put it back, or go "
		    "on in another state folder", path, list);
	free(landed);
	free(list);
	/* Put back, it is opened by the next try. */
	return lost ? ERROR_SYSTEM : ERROR_NONE;
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
		error = check_lost(commitd, path, why);
	if (error == ERROR_NONE && fresh)
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

/* It cannot be reached: from what is known of it all goes on, but that nothing leaves. */
static enum error
go_without(struct commitd *commitd, const char *problem, struct buffer *why)
{
	enum error error = repository_ref_read(commitd->repository, UPSTREAM_REF,
	    commitd->upstream_tip);

	if (error == ERROR_UNKNOWN) {
		strcpy(commitd->upstream_tip, commitd->tip);
		error = ERROR_NONE;
	}
	if (error == ERROR_NONE)
		error = tip_move(commitd, commitd->tip, why);
	if (error == ERROR_NONE)
		delivery_away(commitd, problem);
	return error;
}

/* Where the branch is here and upstream, and which of both goes on. */
static enum error
join_upstream(struct commitd *commitd, struct buffer *why)
{
	char tip[OID_TEXT] = "";
	enum upstream_place place;
	struct buffer problem;
	enum error error;

	buffer_init(&problem);
	error = repository_ref_read(commitd->repository, commitd->ref, commitd->tip);
	if (error == ERROR_NONE || error == ERROR_UNKNOWN)
		error = upstream_look(commitd, &place, &problem);
	if (error != ERROR_NONE) {
		if ((error == ERROR_GIT || error == ERROR_TIMEOUT) && commitd->tip[0] != '\0')
			error = go_without(commitd, buffer_text(&problem), why);
		else
			buffer_add_text(why, buffer_text(&problem));
		buffer_release(&problem);
		return error;
	}
	buffer_release(&problem);
	strcpy(tip, place == UPSTREAM_AHEAD ? commitd->upstream_tip : commitd->tip);
	if (place == UPSTREAM_DIVERGED || place == UPSTREAM_REWRITTEN) {
		buffer_format(why, "branch '%s' of %s is at %.12s, which does not contain what %s "
		    "(%.12s): merge or rebase one onto the other, or use another state folder to go "
		    "on from there; the landed commits are in %s/repository.git", commitd->branch,
		    commitd->upstream, commitd->upstream_tip, place == UPSTREAM_DIVERGED ?
		    "landed here" : "it had before, nor what landed", commitd->tip,
		    commitd->directory);
		return ERROR_MOVED;
	}
	if (place == UPSTREAM_AHEAD)
		error = repository_ref_write(commitd->repository, commitd->ref, tip, commitd->tip);
	if (error == ERROR_NONE)
		error = tip_move(commitd, tip, why);
	commitd->to_show = commitd->checked_out;
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
	commitd->signing = (struct signing){ .openpgp = project->sign_openpgp,
	    .key = str_dup(project->sign_key) };
	commitd->protect = strs_dup(project->protect);
	commitd->ignore_case = project->ignore_case;
	commitd->locks = strs_dup(project->locks);
	commitd->ref = str_format("refs/heads/%s", project->branch);
	merge_init(&commitd->merge, attributes);
	commitd->attributes[0] = '\0';
	if (!disk_make(commitd->directory))
		buffer_format(why, "%s: %s", commitd->directory, strerror(errno));
	else
		error = take_lock(commitd, why);
	if (error == ERROR_NONE)
		error = git_init(&commitd->git, commitd->directory, path, commitd->lock_fd,
		    commitd->courier);
	/* Later it is not the configuration that is wrong: land.c waits for it. */
	if (error == ERROR_NONE && !project->again)
		error = draft_try_signing(&commitd->git, &commitd->signing, why);
	if (error == ERROR_NONE) {
		credentials_read(commitd, project->credential_helper, project->login);
		error = open_repository(commitd, path, why);
	}
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
	strs_free(commitd->network);
	free(commitd->upstream_ref);
	free(commitd->branch);
	free(commitd->author);
	free(commitd->committer);
	free(commitd->signing.key);
	free(commitd->signing.failed);
	strs_free(commitd->protect);
	strs_free(commitd->locks);
	free(commitd->ref);
	*commitd = (struct commitd){ .link = commitd->link, .name = commitd->name,
	    .directory = commitd->directory, .lock_fd = commitd->lock_fd,
	    .courier = commitd->courier, .landings.fd = -1 };
	merge_init(&commitd->merge, NULL);
}
