/* A result as plain files, as orch-collect leaves it, made of a commit of the agent's. */
#ifndef ORCH_FILES_FIXTURE_H
#define ORCH_FILES_FIXTURE_H

#include "commitd_fixture.h"
#include "protocol/arena.h"

#define FILES_MOST	1000u

/* A result in the making; all that it names is in the arena. */
struct making {
	struct arena arena;
	struct record_result_files files;
	struct record_result_file list[FILES_MOST];
};

/* Who made the commit, and its message; no file yet. */
void	making_init(struct world *world, struct making *making, const char *base, const char *commit);
void	put(struct making *making, const char *path, unsigned mode, const void *bytes, size_t len);
/* All that a commit changes; Git's order of paths is ours. */
void	put_changes(struct world *world, struct making *making, const char *base, const char *commit);
/* All of it, in a file of the world's folder. */
void	make_files(struct world *world, const char *base, const char *commit, const char *name);

#endif
