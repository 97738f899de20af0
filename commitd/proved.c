/* The objects of what is proved, on the disk: see proved.h. */
#include "commitd/proved.h"

#include "commitd/durable.h"

enum error
proved_add(struct commitd *commitd, const struct ticket *ticket, const char *below)
{
	struct repository *repository = commitd->repository;
	struct result *result = ticket->data;
	enum error error = ERROR_NONE;
	size_t i;

	if (result->synced)
		return ERROR_NONE;
	commitd->sync.objects = repository_objects(repository);
	/* Of commits between, a result's import has looked at none of the files. */
	commitd->sync.files_are = result->trivial && result->part_count == 0;
	for (i = 0; error == ERROR_NONE && i < result->part_count; i++)
		error = durable_add(&commitd->sync, repository, below, result->parts[i].tree,
		    result->parts[i].commit);
	if (error == ERROR_NONE)
		error = durable_add(&commitd->sync, repository, below, result->tree,
		    result->candidate);
	result->synced = error == ERROR_NONE;
	return error;
}

void
proved_ahead(struct commitd *commitd)
{
	const struct ticket *ticket = queue_first(commitd->queue);
	const char *below = commitd->tip_tree;
	enum error error = ERROR_NONE;

	for (; error == ERROR_NONE && ticket != NULL && (ticket->state == TICKET_LANDING ||
	    ticket->state == TICKET_PROVED); ticket = queue_after(commitd->queue, ticket)) {
		if (ticket->state == TICKET_PROVED)
			error = proved_add(commitd, ticket, below);
		below = ((const struct result *)ticket->data)->tree;
	}
}

enum error
proved_end(struct commitd *commitd)
{
	enum error error = durable_end(&commitd->sync);
	struct ticket *ticket;

	commitd->sync = (struct sync){ 0 };
	for (ticket = queue_first(commitd->queue); error != ERROR_NONE && ticket != NULL;
	    ticket = queue_after(commitd->queue, ticket))
		if (ticket->data != NULL)
			((struct result *)ticket->data)->synced = false;
	return error;
}
