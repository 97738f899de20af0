/*
 * What one tree changes on another: is it whole, is it within the limits, may it be
 * changed? Reads only.
 */
#ifndef ORCH_COMMITD_CHANGES_H
#define ORCH_COMMITD_CHANGES_H

#include "commitd/pack.h"
#include "commitd/repository.h"

/* What is asked about a result: see inspect.h. */
struct inspection {
	struct repository *objects;	/* the quarantine and, behind it, the repository */
	const char *base, *commit;
	char *const *files;		/* scope; NULL: anywhere */
	bool ignore_case;		/* of the scope and of what is protected */
	const struct limits *limits;
	bool salvage;			/* only: is it whole? */
	bool commits;			/* they land, too: each of them is looked at */
	char *const *protect;		/* patterns of what may not change without being told */
	char ***protected;		/* gets those that change, as text; NULL: not asked */
	char ***outside;		/* gets patterns for what is not in `files`; NULL: refused */
};

/* Comparisons for one inspection, one after another. */
struct changes {
	const struct inspection *inspection;
	const char *base_tree;		/* what becomes as it is there does not count; NULL: all does */
	uint64_t files;			/* added or changed so far, folders included */
	size_t unnamed, looks;		/* protected paths; at the base */
	uint64_t gone;			/* removed, as far as anybody has to know */
	struct buffer *why;
};

/*
 * Looks at everything that is not in both trees. Errors as those of inspect, with words
 * in *why.
 */
enum error	changes_check(struct changes *changes, const char *old, const char *new);
/* May an object of this size be read at once? ERROR_TOO_LARGE with words in the buffer `why`. */
enum error	changes_fits(void *why, const char *oid, enum object_kind kind, uint64_t size);
/* Is the fault in what was read, and not in the machine that reads it? */
bool		changes_broken(enum error error);

#endif
