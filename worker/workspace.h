/*
 * The workspace of one attempt: where the agent works. Chooses between an
 * overlay and a checkout; nobody else asks which it is.
 */
#ifndef ORCH_WORKSPACE_H
#define ORCH_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/buffer.h"
#include "protocol/error.h"
#include "worker/owner.h"

enum workspace_kind { WORKSPACE_OVERLAY, WORKSPACE_CHECKOUT };

/* Where things are inside the sandbox. */
#define INSIDE_WORKSPACE	"/workspace"
#define INSIDE_HOME		"/home/agent"
#define INSIDE_RUN		"/run/orch"
#define INSIDE_OBJECTS		INSIDE_RUN "/objects"
#define AGENT_BRANCH		"refs/heads/orch"

struct workspace {
	enum workspace_kind kind;
	char *slot;		/* folder of the slot */
	char *project;		/* folder of the project */
	char *objects;		/* of the project's repository */
	char *shown;		/* where a sandbox of this workspace finds them, once entered */
	const char *inside;	/* where who runs in it finds them: what alternates say */
	char *tip;		/* where HEAD is */
	char *tree;		/* what is to be verified; NULL: the tip's, for an agent */
	char *agent;		/* user.name */
	char *upper, *work, *root;	/* root: what is shown at INSIDE_WORKSPACE */
	char *index;		/* index file that fits what is there */
	char **trees;		/* paths, topmost first */
	char *prepared;		/* what setup made, below them; NULL: nothing */
	bool folders_stay;	/* of a lower layer: renaming one copies it */
	int *locks;		/* the trees, open and locked */
	size_t lock_count;
};

/* What to make one from. */
struct workspace_wanted {
	enum workspace_kind kind;
	const char *slot, *project, *tip, *tree, *agent;
	char *const *trees;	/* names below project/trees: the tree, or the tip's */
	bool bare;		/* there is no sandbox */
	const char *prepared;	/* folder of a prepared layer (layer.h); NULL: none */
	bool prepares;		/* setup is to run in it */
};

/* Names and locks what it needs, changes nothing: for a new and for a left one. */
enum error	workspace_init(struct workspace *workspace,
		    const struct workspace_wanted *wanted, struct buffer *why);
void		workspace_release(struct workspace *workspace);
/* Makes it fresh. `why` gets a sentence on failure. */
enum error	workspace_prepare(struct workspace *workspace, struct buffer *why);
/*
 * Tells a repository in `git` on the project's objects where history ends on
 * purpose: else Git takes that of a shallow clone for damaged. -1 with errno.
 */
int		workspace_tell_shallow(const struct workspace *workspace, const char *git);
/*
 * Makes the layer for one run of a verify command: it sees what the agent
 * left, and what it writes itself is never taken. -1 with errno. A checkout
 * has no layers: there, what verify writes stays.
 */
int		workspace_scratch(const struct workspace *workspace);
/*
 * In the child that becomes the sandbox: mounts it, with `scratch` under a
 * layer made by workspace_scratch, with `unprepared` without what setup made. As root, all
 * of the slot is the user's of `owners` then, if that is not root. -1 with errno and *what.
 */
int		workspace_enter(const struct workspace *workspace, bool scratch, bool unprepared,
		    const struct owners *owners, const char **what);
/* Before: owners that will be needed. */
void		workspace_learn(const struct workspace *workspace, struct owners *owners);
/* Is there a whole workspace in this slot, made and not discarded? */
bool		workspace_left(const char *slot);
/* Keeps what is left for a person: the path of it, which the caller frees. */
char		*workspace_keep(const char *slot, enum workspace_kind kind, uint64_t attempt);
/*
 * Moves what is left in the slot to slot/trash, to be removed later. -1 with errno: some of
 * it is still there, and nothing may begin in this slot.
 */
int		workspace_discard(const char *slot);

#endif
