/* The upstream: see upstream.h. Every call of git that leaves our own folder is here. */
#include "commitd/upstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/courier.h"
#include "commitd/disk.h"
#include "commitd/receiving.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/url.h"

#define BRANCHES_NAMED	5
#define FETCH_WORDS	16
#define LOOK_SECONDS	15		/* for what has to be known before all else goes on */

/* What every call needs that goes there. */
#define NETWORK(commitd)	(const char *const *)(commitd)->network

static enum error
network(struct commitd *commitd, const char *repository, const char *const *arguments,
    struct buffer *output, struct buffer *problem)
{
	struct git_call call = { .arguments = arguments, .input = -1, .output = output,
	    .problem = problem, .repository = repository, .seconds = GIT_NETWORK_SECONDS,
	    .environment = NETWORK(commitd) };

	return git_run(&commitd->git, &call);
}

/*
 * Is there such a branch, of a kind that we can read? ERROR_INVALID: no; says in words
 * what is there instead.
 * ERROR_GIT: the repository cannot be read, in words as well.
 */
static enum error
check_branch(struct commitd *commitd, unsigned seconds, struct buffer *why)
{
	struct buffer heads, problem, names;
	const struct git_call call = { .arguments = GIT_LIST("git", "ls-remote", "--heads", "--",
	    commitd->upstream), .input = -1, .output = &heads, .problem = &problem,
	    .repository = "", .seconds = seconds, .environment = NETWORK(commitd) };
	char *text, *line, *rest, *name;
	unsigned count = 0;
	bool found = false, known = true;
	enum error error;

	buffer_init(&heads);
	buffer_init(&problem);
	buffer_init(&names);
	error = git_run(&commitd->git, &call);
	text = str_dup(buffer_text(&heads));
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if ((name = strstr(line, "\trefs/heads/")) == NULL)
			continue;
		known = known && name - line == OID_TEXT - 1;
		name += strlen("\trefs/heads/");
		found = found || str_same(name, commitd->branch);
		if (count++ < BRANCHES_NAMED)
			buffer_format(&names, "%s%s", count > 1 ? ", " : "", name);
	}
	if (error != ERROR_NONE) {
		buffer_format(why, "%s: not a Git repository that can be read (%.*s); give the path "
		    "or the URL of one", commitd->upstream,
		    (int)strcspn(buffer_text(&problem), "\n"), buffer_text(&problem));
	} else if (count == 0)
		buffer_format(why, "%s: has no commits on branch '%s': the repository is empty; "
		    "make a first commit", commitd->upstream, commitd->branch);
	else if (!known)
		buffer_format(why, "%s: names its objects by SHA-256; only a repository that does so "
		    "by SHA-1 can be used", commitd->upstream);
	else if (!found)
		buffer_format(why, "%s: has no branch '%s'; it has %s%s", commitd->upstream,
		    commitd->branch, buffer_text(&names), count > BRANCHES_NAMED ? ", ..." : "");
	free(text);
	buffer_release(&heads);
	buffer_release(&problem);
	buffer_release(&names);
	return error == ERROR_NONE && (!found || !known) ? ERROR_INVALID : error;
}

/* Does it borrow objects from elsewhere? Then a copy of its files is not enough. */
static bool
borrows(struct commitd *commitd)
{
	const char *path = url_folder(commitd->upstream);
	struct buffer out;
	char *file = NULL;
	bool is;

	if (path == NULL || commitd->git.courier != -1)
		return false;
	buffer_init(&out);
	if (network(commitd, "", GIT_LIST("git", "-C", path, "rev-parse", "--path-format=absolute",
	    "--git-path", "objects/info/alternates"), &out, NULL) == ERROR_NONE && out.len > 0) {
		out.bytes[out.len - 1] = '\0';
		file = str_dup((char *)out.bytes);
	}
	is = file != NULL && disk_exists(file);
	free(file);
	buffer_release(&out);
	return is;
}

enum error
upstream_clone(struct commitd *commitd, const char *path, struct buffer *why)
{
	char *temporary = str_format("%s.tmp", path);
	char *mark = str_format("%s %s", commitd->branch, commitd->upstream), *configuration;
	enum error error = check_branch(commitd, GIT_NETWORK_SECONDS, why);

	/* Never read so far: rather a wrong name than a network that is down. */
	if (error == ERROR_GIT)
		error = ERROR_INVALID;
	if (error == ERROR_NONE && !disk_remove(temporary))
		error = ERROR_SYSTEM;
	if (error == ERROR_NONE)
		error = network(commitd, "", GIT_LIST("git", "clone", "--quiet", "--bare",
		    "--single-branch", "--no-tags", "--template=",
		    borrows(commitd) ? "--no-local" : "--no-tags", "--branch", commitd->branch, "--",
		    commitd->upstream, temporary), NULL, why);
	if (error == ERROR_NONE)
		error = network(commitd, temporary, GIT_LIST("git", "config", "orch.upstream", mark),
		    NULL, why);
	/* Inside all is to be read, by who is shown it, for agents see its objects; but for this. */
	configuration = str_format("%s/config", temporary);
	if (error == ERROR_NONE && (chmod(temporary, 0750) == -1 || chmod(configuration, 0640) == -1))
		error = error_from_errno(errno);
	free(configuration);
	if (error == ERROR_NONE &&
	    (!disk_sync_all(temporary) || !disk_rename(temporary, path))) {
		buffer_format(why, "%s: it could not be given its name", temporary);
		error = ERROR_SYSTEM;
	}
	if (error != ERROR_NONE)
		disk_remove(temporary);
	free(temporary);
	free(mark);
	return error;
}

/* Where the upstream has the branch's reference, when it is on this machine; else "". */
static const char *
reference_of(struct commitd *commitd)
{
	const char *path = url_folder(commitd->upstream);
	struct buffer out;

	if (commitd->upstream_ref != NULL)
		return commitd->upstream_ref;
	buffer_init(&out);
	if (path != NULL && network(commitd, "", GIT_LIST("git", "-C", path, "rev-parse",
	    "--path-format=absolute", "--git-path", commitd->ref), &out, NULL) == ERROR_NONE &&
	    out.len > 0)
		out.len--;
	commitd->upstream_ref = mem_copy(out.len > 0 ? (char *)out.bytes : "", out.len);
	buffer_release(&out);
	return commitd->upstream_ref;
}

/* What the branch has there outlives a loss of power, where we can see to it. */
static bool
sync_there(struct commitd *commitd)
{
	const char *path, *slash;
	char *folder;
	bool done;

	if (commitd->git.courier != -1) {
		done = network(commitd, "", GIT_LIST(COURIER_PROGRAM, "--courier", "settle"), NULL, NULL) ==
		    ERROR_NONE;
		if (!done)
			log_warnx("path=%s event=sync", commitd->upstream);
		return done;
	}
	path = reference_of(commitd);
	slash = strrchr(path, '/');
	if (slash == NULL)
		return true;
	folder = mem_copy(path, (size_t)(slash - path));
	done = disk_sync(folder);
	if (!done)
		log_warn("path=%s event=sync", folder);
	free(folder);
	return done;
}

enum error
upstream_keep(struct commitd *commitd, const char *tip)
{
	/* It must not be known here for longer than it is there. */
	if (!sync_there(commitd))
		return ERROR_NONE;
	return repository_ref_write(commitd->repository, UPSTREAM_REF, tip, NULL);
}

/* The call that fetches the branch; the caller frees the last argument. */
static char *
fetch_call(struct commitd *commitd, struct git_call *call, const char *arguments[FETCH_WORDS],
    struct buffer *said)
{
	/* The reference must not outlive what it needs. */
	const char *const list[] = { "git", "-c", COURIER_SYNCED, "-c", COURIER_METHOD, "fetch", "--quiet",
	    "--no-tags", "--update-shallow", "--no-write-fetch-head", "--", commitd->upstream };
	char *refspec = str_format("+%s:%s", commitd->ref, INCOMING_REF);

	/* There is one at a time: a fetch that was killed bars none after it. */
	repository_unlock(commitd->repository, INCOMING_REF);
	repository_unlock(commitd->repository, "shallow");
	memcpy(arguments, list, sizeof(list));
	arguments[COUNT(list)] = refspec;
	arguments[COUNT(list) + 1] = NULL;
	*call = (struct git_call){ .arguments = arguments, .input = -1, .problem = said,
	    .seconds = GIT_NETWORK_SECONDS, .environment = NETWORK(commitd) };
	return refspec;
}

enum error
upstream_look_begin(struct commitd *commitd, struct git_child *child, struct buffer *said)
{
	const char *arguments[FETCH_WORDS];
	struct git_call call;
	char *refspec = fetch_call(commitd, &call, arguments, said);
	enum error error = git_begin(&commitd->git, &call, child);

	free(refspec);
	return error;
}

/*
 * Does the branch go on from where it was, as far as we know that? ERROR_MOVED: no. What
 * has all that landed may be written anew before that (a person's rebase onto it); and
 * what has gone another way than what landed is not to be relied on yet.
 */
static enum error
goes_on(struct commitd *commitd, const char *now)
{
	struct repository *repository = commitd->repository;
	char before[OID_TEXT] = "";
	enum error error = repository_ref_read(repository, UPSTREAM_REF, before);
	enum error ahead, behind;

	if (error == ERROR_UNKNOWN)
		return upstream_keep(commitd, now);
	if (error != ERROR_NONE || strcmp(before, now) == 0)
		return error;
	ahead = commitd->tip[0] == '\0' ? ERROR_NONE :
	    repository_find_ancestor(repository, commitd->tip, now);
	if (ahead == ERROR_NONE)
		return upstream_keep(commitd, now);
	behind = repository_find_ancestor(repository, now, commitd->tip);
	error = repository_find_ancestor(repository, before, now);
	if (ahead != ERROR_UNKNOWN || (behind != ERROR_UNKNOWN && behind != ERROR_NONE))
		return ahead != ERROR_UNKNOWN ? ahead : behind;
	if (error == ERROR_UNKNOWN)
		return ERROR_MOVED;
	return error == ERROR_NONE && behind == ERROR_NONE ? upstream_keep(commitd, now) : error;
}

enum error
upstream_look_end(struct commitd *commitd)
{
	char before[OID_TEXT], now[OID_TEXT];
	enum error error;

	memcpy(before, commitd->upstream_tip, OID_TEXT);
	repository_refresh(commitd->repository);
	error = repository_ref_read(commitd->repository, INCOMING_REF, now);
	/* Others' objects are synced by the fetch, their folders are not. */
	if (error == ERROR_NONE && strcmp(before, now) != 0 && !disk_sync_all(commitd->directory))
		error = ERROR_SYSTEM;
	if (error == ERROR_NONE)
		error = goes_on(commitd, now);
	if (error == ERROR_NONE || error == ERROR_MOVED)
		memcpy(commitd->upstream_tip, now, OID_TEXT);
	return error;
}

static enum error
find_place(struct commitd *commitd, enum upstream_place *place)
{
	const char *now = commitd->upstream_tip;
	enum error error = ERROR_NONE;

	*place = UPSTREAM_AHEAD;
	if (commitd->tip[0] != '\0' && strcmp(commitd->tip, now) == 0)
		*place = UPSTREAM_SAME;
	else if (commitd->tip[0] != '\0') {
		error = repository_find_ancestor(commitd->repository, commitd->tip, now);
		if (error == ERROR_UNKNOWN) {
			*place = UPSTREAM_BEHIND;
			error = repository_find_ancestor(commitd->repository, now, commitd->tip);
		}
		if (error == ERROR_UNKNOWN) {
			*place = UPSTREAM_DIVERGED;
			error = ERROR_NONE;
		}
	}
	return error;
}

enum error
upstream_look(struct commitd *commitd, enum upstream_place *place, struct buffer *why)
{
	const char *arguments[FETCH_WORDS];
	struct git_call call;
	char *refspec = fetch_call(commitd, &call, arguments, why);
	struct buffer gone;
	enum error error;

	call.seconds = LOOK_SECONDS;
	error = git_run(&commitd->git, &call);
	free(refspec);
	/* The branch is gone: no matter of trying again. */
	buffer_init(&gone);
	if (error == ERROR_GIT && check_branch(commitd, LOOK_SECONDS, &gone) == ERROR_INVALID) {
		buffer_drop(why, why->len);
		buffer_add_text(why, buffer_text(&gone));
		error = ERROR_INVALID;
	}
	buffer_release(&gone);
	if (error == ERROR_NONE)
		error = upstream_look_end(commitd);
	*place = UPSTREAM_REWRITTEN;
	if (error != ERROR_NONE)
		return error == ERROR_MOVED ? ERROR_NONE : error;
	return find_place(commitd, place);
}

bool
upstream_checked_out(struct commitd *commitd, const char *said)
{
	const char *path = url_folder(commitd->upstream);
	char *line = str_format("branch %s\n", commitd->ref);
	struct buffer out;
	struct git_call call = { .arguments = commitd->git.courier != -1 ?
	    GIT_LIST(COURIER_PROGRAM, "--courier", "worktrees") :
	    GIT_LIST("git", "-C", path, "worktree", "list", "--porcelain"), .input = -1,
	    .output = &out, .repository = "", .seconds = LOOK_SECONDS };
	bool is;

	buffer_init(&out);
	is = path != NULL && said != NULL && strstr(said, "(branch is currently checked out)") != NULL;
	is = is || (path != NULL && git_run(&commitd->git, &call) == ERROR_NONE &&
	    strstr(buffer_text(&out), line) != NULL);
	buffer_release(&out);
	free(line);
	return is;
}

enum error
upstream_push_begin(struct commitd *commitd, const char *commit, struct git_child *child,
    struct buffer *said)
{
	char *lease = str_format("--force-with-lease=%s:%s", commitd->ref, commitd->upstream_tip);
	char *refspec = str_format("%s:%s", commit, commitd->ref);
	struct git_call call = { .arguments = GIT_LIST("git", "push", "--quiet", "--no-verify", lease,
	    receiving_option(commitd, commitd->upstream_tip, commit), "--", commitd->upstream,
	    refspec), .input = -1, .problem = said, .seconds = GIT_NETWORK_SECONDS,
	    .environment = NETWORK(commitd) };
	enum error error = git_begin(&commitd->git, &call, child);

	free(lease);
	free(refspec);
	return error;
}

void
upstream_settle(struct commitd *commitd)
{
	/* What is lost of this is found again by the next look. */
	if (upstream_keep(commitd, commitd->upstream_tip) != ERROR_NONE)
		log_warnx("ref=" UPSTREAM_REF " event=keep");
}

/* Takes the branch away when our tip has all that it has; a person's commits stay. */
static void
hide(struct commitd *commitd, const char *shown)
{
	struct buffer out;
	char *lease, *refspec, oid[OID_TEXT] = "";

	buffer_init(&out);
	if (network(commitd, NULL, GIT_LIST("git", "ls-remote", "--", commitd->upstream, shown), &out,
	    NULL) == ERROR_NONE && out.len >= OID_TEXT)
		memcpy(oid, out.bytes, OID_TEXT - 1);
	buffer_release(&out);
	if (oid[0] == '\0' || !repository_is_ancestor(commitd->repository, oid, commitd->tip))
		return;
	lease = str_format("--force-with-lease=%s:%s", shown, oid);
	refspec = str_format(":%s", shown);
	network(commitd, NULL, GIT_LIST("git", "push", "--quiet", "--no-verify", lease, "--",
	    commitd->upstream, refspec), NULL, NULL);
	free(lease);
	free(refspec);
}

void
upstream_show(struct commitd *commitd)
{
	char *shown = str_format("refs/heads/orch/%s", commitd->branch), *refspec;
	enum upstream_place place;
	struct buffer why;
	enum error error;

	if (!commitd->to_show || !commitd->checked_out)
		goto out;
	buffer_init(&why);
	commitd->to_show = false;
	error = upstream_look(commitd, &place, &why);
	if (error == ERROR_NONE && (place == UPSTREAM_SAME || place == UPSTREAM_AHEAD)) {
		hide(commitd, shown);
	} else {
		/* Forwards only: what somebody else put there stays. */
		refspec = str_format("%s:%s", commitd->tip, shown);
		error = network(commitd, NULL, GIT_LIST("git", "push", "--quiet", "--no-verify",
		    receiving_option(commitd, commitd->shown[0] != '\0' ? commitd->shown :
		    commitd->upstream_tip, commitd->tip), "--", commitd->upstream, refspec), NULL,
		    &why);
		if (error == ERROR_NONE)
			strcpy(commitd->shown, commitd->tip);
		else
			log_warnx("event=show branch=orch/%s why=%s", commitd->branch,
			    buffer_text(&why));
		free(refspec);
	}
	buffer_release(&why);
out:
	free(shown);
}
