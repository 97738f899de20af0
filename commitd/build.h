/*
 * Makes the commit of a result that came as plain files. Only the folders that it
 * touches are read and written; what cannot be made leaves nothing behind.
 */
#ifndef ORCH_BUILD_H
#define ORCH_BUILD_H

#include "commitd/files.h"
#include "commitd/repository.h"

/*
 * A commit on files->base, durable. Its id depends on the files and the base alone.
 * ERROR_INVALID with words when they do not fit together; ERROR_UNKNOWN when the
 * base is not here.
 */
enum error	build_commit(struct repository *repository, const struct record_result_files *files,
		    char commit[OID_TEXT], struct buffer *why);

#endif
