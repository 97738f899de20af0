/* How the other side takes a push: see receiving.h. */
#include "commitd/receiving.h"

#include "commitd/courier.h"
#include "commitd/walk.h"
#include "protocol/url.h"

#define UNPACKED_MOST	100u		/* objects; Git keeps a pack of more on its own */

/*
 * How the other side on this machine takes a push. It is ours to start: what we call landed
 * there outlives a loss of power, for which Git alone does nothing. Large ones are kept as
 * one pack, not compressed all again. With a work tree its hooks do not run, for these may
 * be files of it.
 */
#define NO_HOOKS	" -c core.hooksPath=/dev/null"
#define ONE_PACK	" -c receive.unpackLimit=1"
#define RECEIVE(more)	"--receive-pack=git -c " COURIER_SYNCED " -c " COURIER_METHOD more " receive-pack"

struct load { struct repository *repository; uint64_t bytes; unsigned files; };

static enum error
visit_load(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct load *load = context;

	(void)path;
	(void)old;
	*enter = new != NULL;
	if (new == NULL || new->mode == MODE_TREE || new->mode == MODE_GITLINK)
		return ERROR_NONE;
	load->bytes += repository_size(load->repository, new->oid);
	return ++load->files > UNPACKED_MOST ? ERROR_INVALID : ERROR_NONE;
}

const char *
receiving_option(struct commitd *commitd, const char *from, const char *to)
{
	struct load load = { .repository = commitd->repository };
	struct commit old = { 0 }, new = { 0 };
	struct buffer where;

	if (url_folder(commitd->upstream) == NULL)
		return "--quiet";
	buffer_init(&where);
	if (commit_read(commitd->repository, from, &old) == ERROR_NONE &&
	    commit_read(commitd->repository, to, &new) == ERROR_NONE)
		walk_trees(commitd->repository, old.tree, new.tree, visit_load, &load, &where);
	commit_release(&old);
	commit_release(&new);
	buffer_release(&where);
	if (courier_is_bare(url_folder(commitd->upstream)))
		return load.bytes > GIT_BIG_BYTES ? RECEIVE(ONE_PACK) : RECEIVE("");
	return load.bytes > GIT_BIG_BYTES ? RECEIVE(NO_HOOKS ONE_PACK) : RECEIVE(NO_HOOKS);
}
