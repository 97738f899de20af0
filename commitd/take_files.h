/*
 * Takes in a result that came as plain files: reads them from the descriptor, and
 * makes the commit that they stand for. No program runs, and nothing is kept of
 * what does not fit.
 */
#ifndef ORCH_TAKE_FILES_H
#define ORCH_TAKE_FILES_H

#include "commitd/commitd.h"

/*
 * The commit is durable and has no reference yet. The same files give the same one.
 * ERROR_INVALID with words when they are broken; anything else: we are at fault.
 */
enum error	take_files(struct commitd *commitd, const struct msg_result_accept *message,
		    char commit[OID_TEXT], struct buffer *why);

#endif
