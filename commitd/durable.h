/*
 * Objects that outlive a loss of power. Git's merge helper syncs nothing, and
 * what it wrote is not written again by whoever makes the same object.
 */
#ifndef ORCH_DURABLE_H
#define ORCH_DURABLE_H

#include "commitd/repository.h"

#define SYNC_FILES	16u

struct sync {
	const char *objects;		/* the folder that is synced */
	const char *elsewhere;		/* what lies there too is left out; NULL: nowhere */
	bool folders[256];		/* that got something, by first byte */
	bool any, failed;
	bool files_are;			/* durable, that is: they came with results */
	int files[SYNC_FILES];		/* that are on their way to the disk */
	char oids[SYNC_FILES][OID_TEXT];
	size_t count;
};

/*
 * Syncs the files of the commit, of tree `new` and of all that it has and tree `old`
 * has not. `repository` is where the trees are read.
 */
enum error	durable_add(struct sync *sync, struct repository *repository, const char *old,
		    const char *new, const char *commit);
/* The same for one object of any kind. */
void		durable_object(struct sync *sync, const char *oid);
/* Syncs the folders of all that was added: only now is it durable. */
enum error	durable_end(struct sync *sync);

#endif
