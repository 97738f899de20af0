/*
 * A project's objects on a machine where no commitd is: a bare repository below the worker's
 * state that packs are taken into. It is kept between jobs, so that a pack needs to have only
 * what is new. Several workers may share it.
 */
#ifndef ORCH_OBJECTS_H
#define ORCH_OBJECTS_H

#include <stdbool.h>

#include "protocol/buffer.h"
#include "protocol/error.h"

#define OBJECTS_BASES	32u	/* commits that are remembered as had */

struct objects {
	char *repository;
	char *incoming;		/* folder in which a pack waits until it is proved */
};

/* Names the repository of `project`, a folder, and makes it when it is not there. -1 with errno. */
int	objects_init(struct objects *objects, const char *project, const char *incoming);
void	objects_release(struct objects *objects);
/* Are these objects there, with all that they lead to? */
bool	objects_whole(const struct objects *objects, char *const *ids);
/* Commits that are there with all that they lead to, latest first; for strs_free. */
char	**objects_have(const struct objects *objects);
/*
 * Takes a pack, thin or not, from its beginning: strictly checked, whole for `ids`, and on the
 * disk when it returns; else nothing of it stays and `why` gets a sentence. `shallow`: object
 * ids of commits whose parents are missing on purpose; NULL: none. Blocks.
 */
enum error	objects_take(const struct objects *objects, int pack, char *const *ids,
		    char *const *shallow, struct buffer *why);

#endif
