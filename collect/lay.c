/* The conflict in the work tree: see lay.h. */
#include "lay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/git.h"
#include "collect/inside.h"
#include "collect/place.h"
#include "protocol/mem.h"

#define NAMES_MAX	(64u << 20)

/* What the conflict is on this tip; the first line of what merge-tree says. */
static char *
merge(const char *tip, const char *conflict)
{
	const char *const ask[] = { "merge-tree", "--write-tree", "--no-messages", tip, conflict, NULL };
	struct buffer out;
	struct git_call call = { .output = &out, .output_max = 4096 };
	char *tree;
	int status;

	buffer_init(&out);
	status = git_run(&call, ask);
	if (status != 0 && status != 1)
		fail(NULL, "git merge-tree failed");
	tree = mem_copy(buffer_text(&out), strcspn(buffer_text(&out), "\n"));
	buffer_release(&out);
	return tree;
}

static char *
tree_on(const char *tip, const char *conflict)
{
	char *parent = str_format("%s^", conflict), *tree = str_format("%s^{tree}", conflict);
	const char *const ask_parent[] = { "rev-parse", "--verify", "--quiet", parent, NULL };
	const char *const ask_tree[] = { "rev-parse", "--verify", "--quiet", tree, NULL };
	char *on = git_oid(&(struct git_call){ 0 }, ask_parent), *found;

	if (on == NULL)
		fail(NULL, "the conflict %s is not there", conflict);
	found = str_same(on, tip) ? git_oid(&(struct git_call){ 0 }, ask_tree) : merge(tip, conflict);
	if (found == NULL)
		fail(NULL, "the conflict %s has no tree", conflict);
	free(on);
	free(tree);
	free(parent);
	return found;
}

/* New files that the rules ignore are staged: nothing else says that they belong to it. */
static void
stage_ignored(const char *tip, const char *tree)
{
	static const char *const ignored[] = { "check-ignore", "-z", "--stdin", NULL };
	static const char *const add[] = { "--literal-pathspecs", "add", "-f",
	    "--pathspec-from-file=-", "--pathspec-file-nul", NULL };
	const char *const list[] = { "diff-tree", "-r", "--name-only", "--no-renames",
	    "--diff-filter=A", "-z", tip, tree, NULL };
	struct buffer names, out;
	struct git_call call = { .output = &names, .output_max = NAMES_MAX };
	int status;

	buffer_init(&names);
	buffer_init(&out);
	if (git_run(&call, list) != 0 || names.len >= NAMES_MAX)
		fail(NULL, "git diff-tree failed");
	call = (struct git_call){ .input = names.bytes, .input_len = names.len, .output = &out,
	    .output_max = NAMES_MAX };
	status = names.len > 0 ? git_run(&call, ignored) : 1;
	if (status != 0 && status != 1)
		fail(NULL, "git check-ignore failed");
	call = (struct git_call){ .input = out.bytes, .input_len = out.len };
	if (status == 0 && git_run(&call, add) != 0)
		fail(NULL, "git add failed");
	buffer_release(&out);
	buffer_release(&names);
}

void
lay_conflict(const char *tip, const char *conflict)
{
	char *tree;

	setenv("GIT_DIR", place("/workspace/.git"), 1);
	setenv("GIT_WORK_TREE", place("/workspace"), 1);
	tree = tree_on(tip, conflict);
	/* Nobody has changed a file yet, whatever the times in the index say. */
	const char *const write[] = { "read-tree", "--reset", "-u", tip, tree, NULL };

	/* In an index of its own: the agent's stays the tip's. */
	if (!tree_copy_index(place(COLLECT_INDEX "/index")))
		fail(NULL, "cannot copy the index: %s", strerror(errno));
	setenv("GIT_INDEX_FILE", place(COLLECT_INDEX "/index"), 1);
	if (git_run(&(struct git_call){ 0 }, write) != 0)
		fail(NULL, "git read-tree failed");
	unsetenv("GIT_INDEX_FILE");
	stage_ignored(tip, tree);
	free(tree);
}
