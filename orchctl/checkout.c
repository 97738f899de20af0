/*
 * Your own checkout after a run: see checkout.h. Moves a branch forward only
 * when it is checked out, clean and an ancestor; never throws a commit away.
 * A branch that is not checked out was moved already.
 */
#include "checkout.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "orchctl/process.h"
#include "protocol/buffer.h"
#include "protocol/mem.h"

#define SHORT_OID	7
#define BESIDES_MOST	20	/* orch/main, orch/main-2, ... */

/* git -C DIR ...; its output without the last newline, or NULL when it failed. */
#define GIT(directory, ...) \
	git(directory, (const char *const[]){ __VA_ARGS__, NULL })

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

static char *
git(const char *directory, const char *const *arguments)
{
	char **argv = git_words(directory, arguments), *output;

	if (process_run(argv, &output, true) != 0) {
		free(output);
		output = NULL;
	}
	strs_free(argv);
	return output;
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
work_tree_of(const char *upstream, const char *branch)
{
	char **argv = git_words(upstream, (const char *const[]){
	    "worktree", "list", "--porcelain", "-z", NULL });
	char *wanted = str_format("branch refs/heads/%s", branch), *found = NULL;
	const char *line, *end, *folder = NULL;
	struct buffer list;

	buffer_init(&list);
	if (process_read(argv, &list, true) != 0)
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
is_clean(const char *tree)
{
	char *changes = GIT(tree, "status", "--porcelain", "--untracked-files=no");
	bool clean = changes != NULL && changes[0] == '\0';

	free(changes);
	return clean;
}

static bool
is_ancestor(const char *tree, const char *older, const char *newer)
{
	return did(GIT(tree, "merge-base", "--is-ancestor", older, newer));
}

/* Makes or moves forward one branch; false when it holds anything else, or is in use. */
static bool
put_on(const struct checkout *checkout, const char *tree, const char *name, const char *tip)
{
	char *ref = str_format("refs/heads/%s", name);
	char *spec = str_format("refs/heads/%s:%s", checkout->branch, ref);
	bool put;

	put = (!did(GIT(tree, "rev-parse", "-q", "--verify", ref)) ||
	    is_ancestor(tree, ref, tip)) &&
	    did(GIT(tree, "fetch", "-q", "--no-tags", checkout->repository, spec));
	free(ref);
	free(spec);
	return put;
}

/*
 * Puts the result on orch/BRANCH. One that holds what is not in the result
 * stays, and the next free name is used. Returns the name, or NULL.
 */
static char *
put_beside(const struct checkout *checkout, const char *tree, const char *tip)
{
	char *name;
	unsigned i;

	for (i = 1; i <= BESIDES_MOST; i++) {
		name = i == 1 ? str_format("orch/%s", checkout->branch) :
		    str_format("orch/%s-%u", checkout->branch, i);
		if (put_on(checkout, tree, name, tip))
			return name;
		free(name);
	}
	return NULL;
}

/* An orch/BRANCH that the branch has caught up with has done its duty. */
static void
drop_beside(const char *tree, const char *branch)
{
	char *name = str_format("orch/%s", branch), *ref = str_format("refs/heads/%s", name);
	char *ours = str_format("refs/heads/%s", branch);

	if (did(GIT(tree, "rev-parse", "-q", "--verify", ref)) && is_ancestor(tree, ref, ours))
		free(GIT(tree, "branch", "-q", "-D", "--", name));
	free(name);
	free(ref);
	free(ours);
}

/* The branch is checked out at `tree` and stands somewhere else than `tip`. */
static char *
bring(const struct checkout *checkout, const char *tree, const char *tip)
{
	bool clean = is_clean(tree);
	char *name, *text, *source = str_format("refs/heads/%s", checkout->branch);

	/* First the objects, so that Git can compare. */
	if (!did(GIT(tree, "fetch", "-q", "--no-tags", checkout->repository, source))) {
		text = str_format("%s could not be fetched into %s; it is in %s", checkout->branch,
		    tree, checkout->repository);
	} else if (is_ancestor(tree, tip, source)) {
		text = NULL;
	} else if (clean && did(GIT(tree, "merge", "-q", "--ff-only",
	    "--no-overwrite-ignore", tip))) {
		text = str_format("%s in %s is at %.*s", checkout->branch, tree, SHORT_OID, tip);
	} else if ((name = put_beside(checkout, tree, tip)) == NULL) {
		text = str_format("your checkout of %s could not be moved forward; the result is %s "
		    "in %s: git fetch %s %s", checkout->branch, checkout->branch,
		    checkout->repository, checkout->repository, checkout->branch);
	} else {
		text = str_format("your checkout of %s %s; the result is on %s: git merge %s",
		    checkout->branch, clean ? "cannot be moved forward" : "has changes", name, name);
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
bring_beside(const struct checkout *checkout, const char *tip, const char *ours)
{
	const char *folder = checkout->upstream;
	char *name, *text, *source = str_format("refs/heads/%s", checkout->branch);
	bool behind = did(GIT(folder, "fetch", "-q", "--no-tags", checkout->repository, source)) &&
	    is_ancestor(folder, ours, tip);

	free(source);
	if (!behind || (name = put_beside(checkout, folder, tip)) == NULL)
		return NULL;
	text = str_format("%s in %s is in use, by a rebase for instance; the result is on %s: "
	    "git merge %s", checkout->branch, folder, name, name);
	free(name);
	return text;
}

char *
checkout_forward(const struct checkout *checkout)
{
	struct stat info;
	char *tree, *tip = NULL, *ours = NULL, *text = NULL, *ref;

	if (stat(checkout->upstream, &info) == -1 || !S_ISDIR(info.st_mode))
		return NULL;
	ref = str_format("refs/heads/%s", checkout->branch);
	tree = work_tree_of(checkout->upstream, checkout->branch);
	tip = GIT(checkout->repository, "rev-parse", "-q", "--verify", ref);
	ours = GIT(tree != NULL ? tree : checkout->upstream, "rev-parse", "-q", "--verify", ref);
	if (tip != NULL && tree != NULL) {
		if (!str_same(ours, tip))
			text = bring(checkout, tree, tip);
		drop_beside(tree, checkout->branch);
	} else if (tip != NULL && ours != NULL && !str_same(ours, tip))
		text = bring_beside(checkout, tip, ours);
	free(ref);
	free(tree);
	free(tip);
	free(ours);
	return text;
}
