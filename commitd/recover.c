/*
 * What has landed: see recover.h. It is read from references, trailers and the list of
 * our own commits; whatever instruction a process before this one died at, the same
 * answer comes out.
 */
#include "commitd/recover.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/conflict.h"
#include "commitd/durable.h"
#include "commitd/trailers.h"
#include "commitd/walk.h"
#include "protocol/mem.h"

struct landed { struct trailers trailers; char commit[OID_TEXT]; };

/* What was found in references and commits. */
struct found {
	struct commitd *commitd;
	struct landed *landed;
	size_t landed_count;
	struct { uint64_t number; bool is_void; } *tickets;
	size_t ticket_count;
	char **conflicts;		/* tasks that have one kept, and landed */
	size_t conflict_count;
	uint64_t last;			/* highest number that landed */
	enum error error;		/* one of ours cannot be read */
};

/*
 * A commit is ours when it is on the list, which has more: what was written down
 * and never reached the branch. Its trailers say what it was.
 */
static void
find_landed(void *context, const char *oid)
{
	struct found *found = context;
	struct commitd *commitd = found->commitd;
	struct landed landed = { 0 };
	struct commit commit = { 0 };

	if (!landings_has(&commitd->landings, oid))
		return;
	/* Passed over, it would land again. */
	if (found->error == ERROR_NONE)
		found->error = commit_read(commitd->repository, oid, &commit);
	if (found->error == ERROR_NONE && trailers_read(commit.message, commit.message_len,
	    &landed.trailers) && strcmp(landed.trailers.line, commitd->line) == 0) {
		strcpy(landed.commit, oid);
		if ((found->landed_count & (found->landed_count + 1)) == 0)
			found->landed = mem_resize(found->landed, 2 * found->landed_count + 2,
			    sizeof(*found->landed));
		found->landed[found->landed_count++] = landed;
		if (landed.trailers.ticket > found->last)
			found->last = landed.trailers.ticket;
	}
	commit_release(&commit);
}

static void
find_ticket(void *context, const char *name, const char *oid)
{
	struct found *found = context;
	size_t count = found->ticket_count;

	if ((count & (count + 1)) == 0)
		found->tickets = mem_resize(found->tickets, 2 * count + 2, sizeof(*found->tickets));
	found->tickets[count].number = strtoull(name + strlen(TICKET_REF), NULL, 10);
	found->tickets[count].is_void = strcmp(oid, found->commitd->void_blob) == 0;
	found->ticket_count++;
}

/* One whose task landed just before the process ended. */
static void
find_conflict(void *context, const char *name, const char *oid)
{
	struct found *found = context;
	const char *task = name + strlen(CONFLICT_REF);
	size_t i;

	(void)oid;
	for (i = 0; i < found->landed_count; i++)
		if (strcmp(found->landed[i].trailers.task, task) == 0)
			break;
	if (i == found->landed_count)
		return;
	found->conflicts = mem_resize(found->conflicts, found->conflict_count + 1, sizeof(char *));
	found->conflicts[found->conflict_count++] = str_dup(task);
}

static void
forget_conflicts(struct commitd *commitd, struct found *found)
{
	size_t i;

	for (i = 0; i < found->conflict_count; i++) {
		conflict_forget(commitd, found->conflicts[i]);
		free(found->conflicts[i]);
	}
	free(found->conflicts);
}

/* Fills the queue with what was found; drops references that the line has passed. */
static void
fill_queue(struct commitd *commitd, const struct found *found, size_t slots)
{
	struct result *result;
	char *ref;
	size_t i;

	commitd->queue = queue_new(found->last + 1, slots, result_free);
	commitd->voids_from = found->last + 1;
	for (i = 0; i < found->landed_count; i++) {
		const struct trailers *trailers = &found->landed[i].trailers;

		result = mem_zero(1, sizeof(*result));
		result->task = str_dup(trailers->task);
		strcpy(result->verdict, trailers->verdict);
		strcpy(result->landed, found->landed[i].commit);
		if (!queue_recover(commitd->queue, trailers->ticket, TICKET_LANDED, result))
			result_free(result);
	}
	for (i = 0; i < found->ticket_count; i++) {
		if (found->tickets[i].number <= found->last) {
			ref = str_format("%s%ju", TICKET_REF, (uintmax_t)found->tickets[i].number);
			repository_ref_delete(commitd->repository, ref);
			free(ref);
		} else if (found->tickets[i].is_void)
			queue_recover(commitd->queue, found->tickets[i].number, TICKET_VOID, NULL);
	}
	queue_first(commitd->queue);
}

enum error
recover_landed(struct commitd *commitd, const char *from, const char *to, bool *any)
{
	char *list = str_format("%s/landings", commitd->directory);
	struct found found = { .commitd = commitd };
	enum error error = landings_open(&commitd->landings, list);

	if (error == ERROR_NONE)
		error = repository_commits(commitd->repository, from, to, find_landed, &found);
	if (error == ERROR_NONE)
		error = found.error;
	*any = found.landed_count > 0;
	free(found.landed);
	free(list);
	return error;
}

enum error
recover_line(struct commitd *commitd, size_t slots, struct buffer *why)
{
	char *list = str_format("%s/landings", commitd->directory);
	struct found found = { .commitd = commitd };
	struct sync sync = { .objects = repository_objects(commitd->repository) };
	enum error error;

	error = repository_ref_read(commitd->repository, LINE_REF, commitd->line);
	if (error == ERROR_UNKNOWN) {
		strcpy(commitd->line, commitd->tip);
		error = landings_create(list);
		if (error == ERROR_NONE)
			error = repository_ref_write(commitd->repository, LINE_REF, commitd->line, "");
	}
	if (error == ERROR_NONE)
		error = landings_open(&commitd->landings, list);
	if (error == ERROR_UNKNOWN)
		buffer_format(why, "%s: is not there, and without it nobody knows what has landed; "
		    "use a new state folder", list);
	if (error == ERROR_NONE)
		error = repository_write(commitd->repository, OBJECT_BLOB, "void\n", 5,
		    commitd->void_blob);
	if (error == ERROR_NONE) {
		durable_object(&sync, commitd->void_blob);
		error = durable_end(&sync);
	}
	if (error == ERROR_NONE)
		error = repository_commits(commitd->repository, commitd->line, commitd->tip,
		    find_landed, &found);
	if (error == ERROR_NONE)
		error = found.error;
	if (error == ERROR_NONE)
		error = repository_ref_each(commitd->repository, TICKET_REF, find_ticket, &found);
	if (error == ERROR_NONE)
		error = repository_ref_each(commitd->repository, CONFLICT_REF, find_conflict, &found);
	forget_conflicts(commitd, &found);
	if (error == ERROR_NONE)
		fill_queue(commitd, &found, slots);
	else if (why->len == 0)
		buffer_format(why, "%s/repository.git: what landed cannot be read",
		    commitd->directory);
	free(list);
	free(found.landed);
	free(found.tickets);
	return error;
}

void
result_free(void *pointer)
{
	struct result *result = pointer;

	if (result == NULL)
		return;
	free(result->task);
	free(result->agent);
	free(result->message);
	strs_free(result->files);
	stack_release(&result->stack);
	free(result->parts);
	conflict_release(&result->conflict);
	free(result);
}
