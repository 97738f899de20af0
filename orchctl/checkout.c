/*
 * Your own checkout after a run: see checkout.h. Moves a branch forward only
 * when it is checked out, clean and an ancestor; never throws a commit away.
 * A branch that is not checked out was moved already.
 */
#include "checkout.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "orchctl/process.h"
#include "protocol/buffer.h"
#include "protocol/mem.h"

#define SHORT_OID	7
#define BESIDES_MOST	20	/* orch/main, orch/main-2, ... */

/* git -C DIR ...; its output without the last newline, or NULL when it failed. */
#define GIT(place, directory, ...) \
	git(place, directory, (const char *const[]){ __VA_ARGS__, NULL })

/* A checkout, by whom, and where the result can be fetched from. */
struct place {
	const struct checkout *checkout;
	const struct process_user *user;	/* NULL: ourselves */
	const char *source;			/* the repository, or a bundle of it */
};

static char **
git_words(const char *directory, const char *const *arguments)
{
	/*
	 * A big file is streamed, never held whole. No hooks: a person may have them in
	 * the work tree, where they would be those that an agent has just written.
	 */
	const char *words[16] = { "git", "-C", directory, "-c", "core.bigFileThreshold=8m", "-c",
	    "core.hooksPath=/dev/null" };
	size_t i;

	for (i = 0; arguments[i] != NULL && i + 8 < COUNT(words); i++)
		words[i + 7] = arguments[i];
	return strs_dup((char *const *)(uintptr_t)words);
}

/* One run of git as this user (NULL: ourselves). The caller frees what comes back; NULL: it failed. */
static char *
git_as(const struct process_user *user, const char *directory, const char *const *arguments)
{
	char **argv = git_words(directory, arguments), *text = NULL;
	struct buffer output;

	buffer_init(&output);
	if (process_read(argv, user, &output, true) == 0) {
		while (output.len > 0 && output.bytes[output.len - 1] == '\n')
			output.len--;
		text = str_dup(buffer_text(&output));
	}
	buffer_release(&output);
	strs_free(argv);
	return text;
}

static char *
git(const struct place *place, const char *directory, const char *const *arguments)
{
	return git_as(place->user, directory, arguments);
}

/* The same where only success counts. */
static bool
did(char *output)
{
	free(output);
	return output != NULL;
}

/*
 * The work tree that has the branch checked out, or NULL. Lines end with NUL: a
 * folder's name may have a newline in it.
 */
static char *
work_tree_of(const struct place *place)
{
	char **argv = git_words(place->checkout->upstream, (const char *const[]){
	    "worktree", "list", "--porcelain", "-z", NULL });
	char *wanted = str_format("branch refs/heads/%s", place->checkout->branch), *found = NULL;
	const char *line, *end, *folder = NULL;
	struct buffer list;

	buffer_init(&list);
	if (process_read(argv, place->user, &list, true) != 0)
		list.len = 0;
	line = buffer_text(&list);
	for (end = line + list.len; line < end && found == NULL; line += strlen(line) + 1) {
		if (strncmp(line, "worktree ", 9) == 0)
			folder = line + 9;
		else if (folder != NULL && str_same(line, wanted))
			found = str_dup(folder);
	}
	buffer_release(&list);
	free(wanted);
	strs_free(argv);
	return found;
}

/* Is all that Git knows of as it was committed? Untracked files do not matter. */
static bool
is_clean(const struct place *place, const char *tree)
{
	char *changes = GIT(place, tree, "status", "--porcelain", "--untracked-files=no");
	bool clean = changes != NULL && changes[0] == '\0';

	free(changes);
	return clean;
}

static bool
is_ancestor(const struct place *place, const char *tree, const char *older, const char *newer)
{
	return did(GIT(place, tree, "merge-base", "--is-ancestor", older, newer));
}

/* Makes or moves forward one branch; false when it holds anything else, or is in use. */
static bool
put_on(const struct place *place, const char *tree, const char *name, const char *tip)
{
	char *ref = str_format("refs/heads/%s", name);
	char *spec = str_format("refs/heads/%s:%s", place->checkout->branch, ref);
	bool put;

	put = (!did(GIT(place, tree, "rev-parse", "-q", "--verify", ref)) ||
	    is_ancestor(place, tree, ref, tip)) &&
	    did(GIT(place, tree, "fetch", "-q", "--no-tags", place->source, spec));
	free(ref);
	free(spec);
	return put;
}

/*
 * Puts the result on orch/BRANCH. One that holds what is not in the result
 * stays, and the next free name is used. Returns the name, or NULL.
 */
static char *
put_beside(const struct place *place, const char *tree, const char *tip)
{
	char *name;
	unsigned i;

	for (i = 1; i <= BESIDES_MOST; i++) {
		name = i == 1 ? str_format("orch/%s", place->checkout->branch) :
		    str_format("orch/%s-%u", place->checkout->branch, i);
		if (put_on(place, tree, name, tip))
			return name;
		free(name);
	}
	return NULL;
}

/* An orch/BRANCH that the branch has caught up with has done its duty. */
static void
drop_beside(const struct place *place, const char *tree)
{
	char *name = str_format("orch/%s", place->checkout->branch), *ref = str_format("refs/heads/%s", name);
	char *ours = str_format("refs/heads/%s", place->checkout->branch);

	if (did(GIT(place, tree, "rev-parse", "-q", "--verify", ref)) &&
	    is_ancestor(place, tree, ref, ours))
		free(GIT(place, tree, "branch", "-q", "-D", "--", name));
	free(name);
	free(ref);
	free(ours);
}

/* The branch is checked out at `tree` and stands somewhere else than `tip`. */
static char *
bring(const struct place *place, const char *tree, const char *tip)
{
	bool clean = is_clean(place, tree);
	char *name, *text, *source = str_format("refs/heads/%s", place->checkout->branch);

	/* First the objects, so that Git can compare. */
	if (!did(GIT(place, tree, "fetch", "-q", "--no-tags", place->source, source))) {
		text = str_format("%s could not be fetched into %s; it is in %s", place->checkout->branch,
		    tree, place->checkout->repository);
	} else if (is_ancestor(place, tree, tip, source)) {
		text = NULL;
	} else if (clean && did(GIT(place, tree, "merge", "-q", "--ff-only",
	    "--no-overwrite-ignore", tip))) {
		text = str_format("%s in %s is at %.*s", place->checkout->branch, tree, SHORT_OID, tip);
	} else if ((name = put_beside(place, tree, tip)) == NULL) {
		text = str_format("your checkout of %s could not be moved forward; the result is %s "
		    "in %s: git fetch %s %s", place->checkout->branch, place->checkout->branch,
		    place->checkout->repository, place->checkout->repository, place->checkout->branch);
	} else {
		text = str_format("your checkout of %s %s; the result is on %s: git merge %s",
		    place->checkout->branch, clean ? "cannot be moved forward" : "has changes", name, name);
		free(name);
	}
	free(source);
	return text;
}

/*
 * No work tree has the branch, and still it is behind: Git let nobody push to it,
 * since it is in the middle of a rebase.
 */
static char *
bring_beside(const struct place *place, const char *tip, const char *ours)
{
	const char *folder = place->checkout->upstream;
	char *name, *text, *source = str_format("refs/heads/%s", place->checkout->branch);
	bool behind = did(GIT(place, folder, "fetch", "-q", "--no-tags", place->source, source)) &&
	    is_ancestor(place, folder, ours, tip);

	free(source);
	if (!behind || (name = put_beside(place, folder, tip)) == NULL)
		return NULL;
	text = str_format("%s in %s is in use, by a rebase for instance; the result is on %s: "
	    "git merge %s", place->checkout->branch, folder, name, name);
	free(name);
	return text;
}

/* Ours may belong to commitd's user; we know whose it is. */
#define OURS	"-c", "safe.directory=*"

/*
 * The result as a file that the user can read, who cannot get to our repository:
 * what is missing from `have`, or all. NULL with nothing left behind when it fails.
 */
static char *
make_bundle(const struct checkout *checkout, const struct process_user *user, const char *ref,
    const char *have)
{
	char path[] = "/tmp/orch-bundle.XXXXXX", *without = str_format("^%s", have ? have : "");
	int fd = mkostemp(path, O_CLOEXEC);
	bool made = false;

	if (fd != -1) {
		made = (have != NULL && did(git_as(NULL, checkout->repository, (const char *const[]){
		    OURS, "bundle", "create", "--quiet", path, ref, without, NULL }))) ||
		    did(git_as(NULL, checkout->repository, (const char *const[]){ OURS, "bundle",
		    "create", "--quiet", path, ref, NULL }));
		/* Git puts another file there under the name. */
		close(fd);
		made = made && chmod(path, 0600) == 0 && chown(path, user->uid, user->gid) == 0;
		if (!made)
			unlink(path);
	}
	free(without);
	return made ? str_dup(path) : NULL;
}

/* Brings what landed to the place; what there is to say. */
static char *
forward(struct place *place, const struct process_user *user, const char *tip)
{
	const struct checkout *checkout = place->checkout;
	char *ref = str_format("refs/heads/%s", checkout->branch), *tree = work_tree_of(place);
	char *ours = GIT(place, tree != NULL ? tree : checkout->upstream, "rev-parse", "-q",
	    "--verify", ref), *bundle = NULL, *text = NULL;

	if (place->user != NULL && ours != NULL && !str_same(ours, tip) &&
	    (bundle = make_bundle(checkout, user, ref, ours)) != NULL)
		place->source = bundle;
	if (tree != NULL) {
		if (!str_same(ours, tip))
			text = bring(place, tree, tip);
		drop_beside(place, tree);
	} else if (ours != NULL && !str_same(ours, tip))
		text = bring_beside(place, tip, ours);
	if (bundle != NULL)
		unlink(bundle);
	free(bundle);
	free(ours);
	free(tree);
	free(ref);
	return text;
}

char *
checkout_forward(const struct checkout *checkout)
{
	struct place place = { checkout, NULL, checkout->repository };
	char *ref = str_format("refs/heads/%s", checkout->branch), *tip = NULL, *text = NULL;
	struct process_user user;
	struct stat info, ours;

	if (stat(checkout->upstream, &info) == 0 && S_ISDIR(info.st_mode))
		tip = git_as(NULL, checkout->repository, (const char *const[]){ OURS, "rev-parse", "-q",
		    "--verify", ref, NULL });
	/* Root does this as the owner, whose files all this shall be. */
	user = (struct process_user){ info.st_uid, info.st_gid };
	if (geteuid() == 0 && tip != NULL && (info.st_uid != 0 ||
	    stat(checkout->repository, &ours) == -1 || ours.st_uid != 0))
		place.user = &user;
	if (tip != NULL)
		text = forward(&place, &user, tip);
	free(tip);
	free(ref);
	return text;
}
