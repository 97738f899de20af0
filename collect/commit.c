/* The commit of an attempt: its parent, its author, its message; and the pack. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/git.h"
#include "collect/inside.h"
#include "collect/place.h"
#include "protocol/mem.h"

#define COMMIT_MAX	(16u << 20)	/* bytes of one commit object */

static char *
tree_of(const struct collect *collect, const char *commit)
{
	char *name = str_format("%s^{tree}", commit);
	const char *const ask[] = { "rev-parse", "--verify", "--quiet", name, NULL };
	char *tree = git_oid(&(struct git_call){ 0 }, ask);

	free(name);
	if (tree == NULL)
		fail(collect, "commit %s has no tree", commit);
	return tree;
}

/* A commit of ours: the agent's name, the title, one parent. */
static char *
new_commit(const struct collect *collect)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	const char *parent = collect->head != NULL ? collect->head : collect->tip;
	const char *const make[] = { "commit-tree", collect->tree, "-p", parent, "-F", "-", NULL };
	char *message = str_format("%s\n", collect->title), *date = NULL, *commit;
	struct git_call call = { .input = message, .input_len = strlen(message) };

	setenv("GIT_AUTHOR_NAME", collect->agent, 1);
	setenv("GIT_AUTHOR_EMAIL", "orch@localhost", 1);
	setenv("GIT_COMMITTER_NAME", collect->agent, 1);
	setenv("GIT_COMMITTER_EMAIL", "orch@localhost", 1);
	if (epoch != NULL && *epoch != '\0' && strspn(epoch, "0123456789") == strlen(epoch)) {
		date = str_format("@%s +0000", epoch);
		setenv("GIT_AUTHOR_DATE", date, 1);
		setenv("GIT_COMMITTER_DATE", date, 1);
	}
	commit = git_oid(&call, make);
	free(date);
	free(message);
	return commit;
}

/* Copies one header unless it is replaced or signs what is no longer there. */
static bool
header_kept(const char *line)
{
	static const char *const dropped[] = { "tree ", "parent ", "gpgsig ", "gpgsig-sha256 ",
	    "mergetag " };
	size_t i;

	for (i = 0; i < COUNT(dropped); i++)
		if (strncmp(line, dropped[i], strlen(dropped[i])) == 0)
			return false;
	return true;
}

/*
 * The agent's only commit again, with everything it left since: author, dates,
 * encoding and message stay, byte for byte. NULL when Git does not take it.
 */
static char *
amended_commit(const struct collect *collect)
{
	const char *const show[] = { "cat-file", "commit", collect->head, NULL };
	static const char *const store[] = { "hash-object", "-t", "commit", "-w", "--stdin", NULL };
	struct buffer old, fresh;
	struct git_call call = { .output = &old, .output_max = COMMIT_MAX };
	char *at, *end, *commit = NULL;
	bool kept = true;

	buffer_init(&old);
	buffer_init(&fresh);
	buffer_format(&fresh, "tree %s\nparent %s\n", collect->tree, collect->tip);
	if (git_run(&call, show) != 0 || old.len >= COMMIT_MAX)
		goto done;
	at = (char *)(old.len > 0 ? old.bytes : NULL);
	while (at != NULL && *at != '\n' &&
	    (end = memchr(at, '\n', old.len - (size_t)(at - (char *)old.bytes))) != NULL) {
		/* A line that begins with a space goes with the header before it. */
		if (*at != ' ')
			kept = header_kept(at);
		if (kept)
			buffer_add(&fresh, at, (size_t)(end + 1 - at));
		at = end + 1;
		if ((size_t)(at - (char *)old.bytes) >= old.len)
			goto done;
	}
	if (at == NULL)
		goto done;
	buffer_add(&fresh, at, old.len - (size_t)(at - (char *)old.bytes));
	call = (struct git_call){ .input = fresh.bytes, .input_len = fresh.len };
	commit = git_oid(&call, store);
done:
	buffer_release(&fresh);
	buffer_release(&old);
	return commit;
}

/* Are there any? */
static bool
write_paths(const struct collect *collect)
{
	const char *const names[] = { "diff-tree", "-r", "--name-only", "--no-renames", "-z",
	    collect->tip, collect->tree, NULL };
	struct buffer out;
	struct git_call call = { .output = &out, .output_max = COLLECT_PATHS_BYTES };
	bool any;

	buffer_init(&out);
	if (git_run(&call, names) != 0)
		fail(collect, "git diff-tree failed");
	any = outbox_write_paths(&out) > 0;
	buffer_release(&out);
	return any;
}

void
commit_make(struct collect *collect)
{
	/* Commits that come to nothing are no change. */
	if (!write_paths(collect))
		return;
	collect->form = FORM_PACK;
	if (collect->head != NULL)
		collect->head_tree = tree_of(collect, collect->head);
	if (collect->head != NULL && strcmp(collect->tree, collect->head_tree) == 0) {
		collect->commit = str_dup(collect->head);
		return;
	}
	if (collect->commits == 1)
		collect->commit = amended_commit(collect);
	if (collect->commit == NULL)
		collect->commit = new_commit(collect);
	if (collect->commit == NULL)
		fail(collect, "git commit-tree failed");
}

void
commit_pack(struct collect *collect)
{
	static const char *const pack[] = { "pack-objects", "--thin", "--stdout", "--revs",
	    "--delta-base-offset", "--compression=1", "-q", NULL };
	char *revisions = str_format("%s\n^%s\n", collect->commit, collect->tip);
	int fd = open(place(COLLECT_OUTBOX "/pack"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct git_call call = { .input = revisions, .input_len = strlen(revisions),
	    .output_fd = fd };
	struct stat st;

	if (fd == -1)
		fail(NULL, "cannot write the pack");
	if (git_run(&call, pack) != 0 || fstat(fd, &st) == -1)
		fail(collect, "git pack-objects failed");
	if (close(fd) == -1)
		fail(NULL, "cannot write the pack");
	free(revisions);
	collect->bytes = (unsigned long)st.st_size;
}
