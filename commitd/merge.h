/*
 * The long-lived merge helper: git merge-tree decides every merge. Started on
 * first use, again when it ended, and after some thousands of merges because
 * it grows. Never writes a reference.
 */
#ifndef ORCH_MERGE_H
#define ORCH_MERGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "commitd/git.h"
#include "commitd/repository.h"

struct merge {
	pid_t pid;		/* 0: not running */
	int input, output;
	unsigned count;
	bool asked;		/* and of what; its answer has not been read */
	char ours[OID_TEXT], theirs[OID_TEXT];
	struct buffer bytes;
	char *attributes;	/* folder: its work tree, in which it reads .gitattributes */
};

struct merge_result {
	bool clean;
	char tree[OID_TEXT];
	char **paths;		/* in conflict */
	char **texts;		/* merged as text: markers tell where */
	char *messages;		/* git's, for a person */
};

void		merge_init(struct merge *merge, const char *attributes);
void		merge_release(struct merge *merge);
/* Ends the helper: attributes changed, or the repository is about to be packed. */
void		merge_stop(struct merge *merge);
/*
 * Begins what merge_run is going to be called for next, so that the helper works while
 * we do something else. Nothing is lost by not asking.
 */
void		merge_begin(struct merge *merge, const struct git *git, const char *ours,
		    const char *theirs);
/*
 * Merges `theirs` into `ours`, both commits that exist. Result by
 * merge_result_release. Objects of the merged tree exist but are not durable.
 * ERROR_INVALID: Git crashes at these two, each time.
 */
enum error	merge_run(struct merge *merge, const struct git *git, const char *ours,
		    const char *theirs, struct merge_result *result);
void		merge_result_release(struct merge_result *result);

#endif
