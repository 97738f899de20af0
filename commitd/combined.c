/* With what a result was combined: see combined.h. */
#include "commitd/combined.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/trailers.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define NAMED		50u
#define SUBJECT_MOST	100	/* bytes of it */

struct combined {
	struct commitd *commitd;
	char **names;
	size_t named, more;
};

static char *
name_of(const char *oid, const struct commit *commit)
{
	struct trailers trailers;
	size_t len = commit->message_len;
	char *name, *text;

	if (trailers_read(commit->message, len, &trailers))
		return str_dup(trailers.task);
	len = strcspn(commit->message, "\n");
	name = str_format("%.12s %.*s", oid, (int)(len > SUBJECT_MOST ? SUBJECT_MOST : len),
	    commit->message);
	text = utf8_repair(name, strlen(name));
	free(name);
	return text;
}

/* Takes the name over. A task may have several commits there. */
static void
add_name(struct combined *combined, char *name)
{
	size_t i;

	for (i = 0; i < combined->named && !str_same(combined->names[i], name); i++)
		;
	if (i == combined->named)
		combined->names[combined->named++] = name;
	else
		free(name);
}

/* Only the first are read; the others are counted. */
static void
add(void *context, const char *oid)
{
	struct combined *combined = context;
	struct commit commit;

	if (combined->named == NAMED) {
		combined->more++;
		return;
	}
	if (commit_read(combined->commitd->repository, oid, &commit) == ERROR_NONE)
		add_name(combined, name_of(oid, &commit));
	commit_release(&commit);
}

char **
combined_with(struct commitd *commitd, const char *base, const char *tip)
{
	struct combined combined = { .commitd = commitd };

	combined.names = mem_zero(NAMED + 2, sizeof(char *));
	if (repository_commits(commitd->repository, base, tip, add, &combined) != ERROR_NONE)
		log_warnx("event=combined why=the commits since %.12s cannot be listed", base);
	if (combined.more > 0)
		combined.names[combined.named++] = str_format("and %zu more", combined.more);
	if (combined.named > 0)
		return combined.names;
	strs_free(combined.names);
	return NULL;
}
