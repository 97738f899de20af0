/*
 * The collector's one struct: what the attempt left, on its way to a commit.
 */
#ifndef ORCH_COLLECT_H
#define ORCH_COLLECT_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/buffer.h"

struct collect {
	const char *tip, *title, *agent;	/* arguments */
	bool committed;			/* look at the agent's own commits */
	struct buffer present, missing;	/* changed paths, a NUL behind each */
	struct buffer forced;		/* those that the agent staged, ignored or not */
	char *head;			/* the agent's HEAD, a descendant of the tip; NULL: none */
	unsigned long commits;		/* from the tip to it */
	char *head_tree, *tree;
	char *commit;			/* the result */
};

/* paths.c: reads the list of changed paths, makes them fit for Git. */
void	paths_read(struct collect *collect);
/* Adds one path, after looking whether it is there; false: not, and never one outside. */
bool	paths_add(struct collect *collect, const char *path);
/* Gives back the right to read to the files in changed folders. Was there any without? */
bool	paths_make_readable(const struct collect *collect);

/* stage.c: brings an index to what `git add -A` would make of the workspace. */
void	stage_head(struct collect *collect);
/* What the agent staged and did not commit. */
void	stage_index(struct collect *collect);
/* No commits of the agent's count. */
void	stage_forget_head(struct collect *collect);
/* The changed paths. False when Git does not take them by name. */
bool	stage_paths(struct collect *collect);
/* By a look at every file. */
void	stage_everything(const struct collect *collect);

/* dense.c: big files that cannot be made smaller are not compressed; for what Git does next. */
void	dense_choose(const struct collect *collect);

/* tree.c: the tree of all that. */
void	tree_make(struct collect *collect);
/* Copies the tip's index, with its time. */
bool	tree_copy_index(const char *to);

/* commit.c: the commit, the pack. */
void	commit_make(struct collect *collect);
/* Writes pack and paths to the outbox; the size of the pack. */
unsigned long	commit_pack(const struct collect *collect);

#endif
