/*
 * What may come in: checks a commit whose objects are in quarantine against
 * its base, its scope and the rules of a project. Reads only.
 */
#ifndef ORCH_INSPECT_H
#define ORCH_INSPECT_H

#include "commitd/changes.h"

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
