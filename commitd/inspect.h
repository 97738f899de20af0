/*
 * What may come in: checks a commit whose objects are in quarantine against
 * its base, its scope and the rules of a project. Reads only.
 */
#ifndef ORCH_INSPECT_H
#define ORCH_INSPECT_H

#include "commitd/pack.h"
#include "commitd/repository.h"

struct inspection {
	struct repository *objects;	/* the quarantine and, behind it, the repository */
	const char *base, *commit;
	char *const *files;		/* scope; NULL: anywhere */
	const struct limits *limits;
	bool salvage;			/* only: is it whole? */
	bool commits;			/* they land, too: each of them is looked at */
	char *const *protect;		/* patterns of what may not change without being told */
	char ***protected;		/* gets those that change, as text; NULL: not asked */
};

/*
 * Is any commit or folder in the packs of a folder of objects too large to be read
 * at once? By the headers alone. ERROR_TOO_LARGE with words.
 */
enum error	inspect_packs(const char *objects, struct buffer *why);
/*
 * ERROR_NONE, or with words: ERROR_INVALID when it is broken, ERROR_TOO_LARGE
 * beyond a limit; unless it is only to be saved, ERROR_PERMISSION outside its scope
 * and ERROR_STATE when it is whole but nothing that may land. Anything else: the
 * machine does not let us read it.
 */
enum error	inspect(const struct inspection *inspection, struct buffer *why);

#endif
