/*
 * Two trees side by side, skipping what is equal; and the header of a commit.
 * Work grows with the folders that differ, never with the size of the tree.
 * Reads raw objects; believes nothing about them.
 */
#ifndef ORCH_WALK_H
#define ORCH_WALK_H

#include <stdbool.h>

#include "commitd/repository.h"

#define MODE_TREE	040000u
#define MODE_LINK	0120000u
#define MODE_GITLINK	0160000u
#define WALK_PATH_MOST	4096u

struct tree_entry {
	unsigned mode;
	char oid[OID_TEXT];
};

/*
 * Called for every entry that differs, folders before what is in them: `old`
 * or `new` is NULL when it is on one side only. A folder that became a file,
 * or the other way round, comes as two calls. Returns ERROR_NONE to go on.
 * With *enter false a folder is not entered; it is true at first.
 */
typedef enum error walk_visit(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter);

/*
 * A tree is "" when there is none. ERROR_UNKNOWN when a tree of either side is
 * missing, ERROR_INVALID when one is broken, ERROR_TOO_LARGE when a path gets
 * longer than WALK_PATH_MOST; `where` then has the path, or that of its folder.
 */
enum error	walk_trees(struct repository *repository, const char *old, const char *new,
		    walk_visit *visit, void *context, struct buffer *where);

/* One tree being read. The fields behind `more` are an entry when it is true. */
struct tree_cursor {
	struct buffer bytes;
	size_t at;
	bool more;
	const char *name;	/* in bytes, no NUL behind it */
	size_t name_len;
	struct tree_entry entry;
};

/* At the first entry; "" is a tree without any. tree_close in every case. */
enum error	tree_open(struct tree_cursor *cursor, struct repository *repository,
		    const char *tree);
void		tree_close(struct tree_cursor *cursor);
/* Moves on to the next entry; false when the tree is broken. */
bool		tree_next(struct tree_cursor *cursor);
/* Puts an entry at the end of a tree that is made. */
void		tree_append(struct buffer *tree, const char *name, size_t len,
		    const struct tree_entry *entry);
/* Git's order of entries: a folder sorts as if its name ended in '/'. */
int		tree_order(const char *a, size_t a_len, unsigned a_mode, const char *b,
		    size_t b_len, unsigned b_mode);
/* The entry of this name at the root of a tree; false when there is none. */
bool		tree_find(struct repository *repository, const char *tree, const char *name,
		    struct tree_entry *entry);
/* The entry at a path, by way of its folders; false when there is none. */
bool		tree_at(struct repository *repository, const char *tree, const char *path,
		    struct tree_entry *entry);

struct commit {
	char tree[OID_TEXT];
	char **parents;
	char *author;		/* the line after "author ", as it is */
	char *committer;
	char *encoding;		/* NULL: none */
	char *message;
	size_t message_len;
};

/* Reads a commit; commit_release in every case. */
enum error	commit_read(struct repository *repository, const char *oid, struct commit *commit);
void		commit_release(struct commit *commit);
/* Has it exactly this one parent? */
bool		commit_is_child(const struct commit *commit, const char *parent);

#endif
