/*
 * Takes the result of an attempt into the repository: unpacked in quarantine
 * with Git's strict checks, checked against what it may change, made durable,
 * pinned. A result that is refused leaves nothing behind.
 */
#ifndef ORCH_INTAKE_H
#define ORCH_INTAKE_H

#include "commitd/commitd.h"

/*
 * ERROR_NONE: pinned under refs/orch/attempts/TASK/NUMBER. ERROR_INVALID: the
 * result is at fault; anything else: we are. Words in *why. Closes nothing.
 */
enum error	intake_accept(struct commitd *commitd, const struct msg_result_accept *message,
		    struct buffer *why);

#endif
