/*
 * The collector's one struct: what the attempt left, on its way to a commit.
 */
#ifndef ORCH_COLLECT_H
#define ORCH_COLLECT_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/buffer.h"
#include "protocol/message.h"

/* How the result is handed over. */
enum form { FORM_NONE, FORM_PACK, FORM_FILES };

/* A path at which the result is not what the tip is. */
struct change {
	char *path;
	unsigned mode;			/* 0: it is gone */
	char *oid;			/* of the blob; NULL when it is gone */
};

struct collect {
	const char *tip, *title, *agent;	/* arguments */
	bool committed;			/* look at the agent's own commits */
	bool small;			/* a small result may go as plain files */
	struct buffer present, missing;	/* changed paths, a NUL behind each */
	struct buffer tracked, untracked;	/* by the agent's index alone; lines of --index-info */
	bool plain;			/* all present paths are staged, and nothing else is to be */
	struct buffer contents;		/* of the staged files, as Git tells them; may be empty */
	char *head;			/* the agent's HEAD, a descendant of the tip; NULL: none */
	unsigned long commits;		/* from the tip to it */
	char *head_tree, *tree;		/* NULL when it goes as files */
	struct change *changes;		/* in the order of the paths' bytes */
	size_t change_count;
	enum form form;
	char *commit;			/* of FORM_PACK */
	unsigned long bytes;		/* of what is in the outbox */
};

/* paths.c: reads the list of changed paths, makes them fit for Git. */
void	paths_read(struct collect *collect);
/* Trees and an index of the agent's making may name anything. */
bool	paths_inside(const char *path);
/* Adds one path, after looking whether it is there; never one outside. */
void	paths_add(struct collect *collect, const char *path);
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

/* tree.c: the tree of all that, or plain files in the outbox and no tree. */
void	tree_make(struct collect *collect);
/* Copies the tip's index, with its time. */
bool	tree_copy_index(const char *to);

/* few.c: without a program of Git's what would take one for each step. */
/*
 * An index of what Git lists of a tree (ls-tree -z). False: it has something for which Git
 * has to decide.
 */
bool	few_write_index(const char *path, const struct buffer *entries);
/*
 * What the index has now, as ls-files -s -z lists it and in any order, with the contents of
 * what was changed. False when that cannot be told by the files alone; `entries` are what
 * the tree has.
 */
bool	few_list(struct collect *collect, const struct buffer *entries, struct buffer *staged);
/* A content of these, by its blob's name. False: it is not there. */
bool	few_content(const struct collect *collect, const char *oid, struct data *content);

/* blobs.c: contents, as Git tells them. */
/* Those of the objects named in `ask`, a line each, behind what was told. False: not all. */
bool	blobs_read(const struct buffer *ask, struct buffer *told);
/* The one at `at`, and where the next is; NULL: there is no blob. */
const char *blobs_next(const char *at, const struct buffer *told, struct data *oid,
	    struct data *content);

/* changes.c: collect->changes. */
/* Lines of Git's, "mode [type] oid [stage] TAB path" and a NUL, in the order of the paths. */
struct change *changes_list(const struct buffer *lines, bool with_type, size_t *count);
void	changes_free(struct change *list, size_t count);
/* Between what Git lists of a tree (ls-tree -z) and of an index (ls-files -s -z). */
void	changes_of_index(struct collect *collect, const struct buffer *tree,
	    const struct buffer *index);
/* Between the tip and the tree. False when Git does not say. */
bool	changes_between(struct collect *collect);
void	changes_forget(struct collect *collect);

/* files.c: the changes as plain files in the outbox, where that is enough. */
/* Writes the changes to the outbox; false when this result has to be a pack. */
bool	files_write(struct collect *collect);

/* commit.c: the commit, the pack. */
void	commit_make(struct collect *collect);
/* Writes the pack to the outbox. */
void	commit_pack(struct collect *collect);

/* outbox.c: what lies in the outbox. */
/* One file of it; ends the process when it cannot be written. */
void	outbox_write(const char *path, const void *bytes, size_t len);
/* The names of what changed, a NUL behind each: as many as are told. How many? */
size_t	outbox_write_paths(const struct buffer *names);

#endif
