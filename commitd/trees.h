/*
 * The prepared trees that workspaces are mounted on: one full checkout (base)
 * and thin layers above it, made by trusted git. A tree that has a name is
 * never changed again; one that nobody needs is deleted when no worker holds
 * it. Losing all of them costs time only.
 */
#ifndef ORCH_TREES_H
#define ORCH_TREES_H

#include "commitd/git.h"
#include "commitd/repository.h"

struct trees;

#define STACK_MOST	64u

/* A stack: names, topmost first, the base last; equal to one tree of Git. */
struct stack {
	char **names;		/* NULL-terminated; NULL when trees are not made */
	char commit[OID_TEXT];	/* that the whole is */
	/* In the order of the names: the level of a layer, the tree up to here. */
	unsigned levels[STACK_MOST];
	char trees[STACK_MOST][OID_TEXT];
};

/* `directory` holds the trees; made when missing. Borrows the rest. */
struct trees	*trees_new(const char *directory, const struct git *git,
		    struct repository *repository);
void		 trees_free(struct trees *trees);
/* The stack for a commit at start: keeps the base when it can, deletes what nobody uses. */
enum error	 trees_open(struct trees *trees, const char *commit, const char *tree,
		    struct stack *stack, struct buffer *why);
/* A stack for `tree`: `below` and one layer more. Errors as those of layer_make. */
enum error	 trees_add(struct trees *trees, const struct stack *below, const char *commit,
		    const char *tree, struct stack *stack, struct buffer *why);
/* Names that one took the place of. */
struct fold {
	char **gone;		/* topmost first; NULL: nothing was folded */
	char *name;
	unsigned level;
	char tree[OID_TEXT];
};

/*
 * The tip has moved to this stack: folds it, says how, and deletes what is out of
 * every stack for more than `keep` calls. Never fails. Other stacks that stand on
 * the same trees follow by stack_fold; then fold_release.
 */
void		 trees_landed(struct trees *trees, struct stack *stack, uint64_t keep,
		    struct fold *fold);
void		 stack_fold(struct stack *stack, const struct fold *fold);
void		 fold_release(struct fold *fold);
/* The topmost layer of a candidate that came to nothing. */
void		 trees_drop(struct trees *trees, const struct stack *stack);

void		 stack_copy(struct stack *to, const struct stack *from);
void		 stack_release(struct stack *stack);

#endif
