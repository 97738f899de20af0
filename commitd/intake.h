/*
 * Takes the result of an attempt into the repository: a pack is unpacked in
 * quarantine with Git's strict checks, plain files become a commit (build.h); then
 * it is checked against what it may change, made durable, pinned. What is broken leaves nothing behind; what is whole but may not land is
 * pinned all the same, so that nobody's work is lost.
 */
#ifndef ORCH_INTAKE_H
#define ORCH_INTAKE_H

#include "commitd/commitd.h"

/* Lists (strs_free), or NULL: protected paths that it changes, patterns of those outside its scope. */
struct concerns { char **protected, **outside; };

/*
 * The commit that it is, or that its files become, goes to `commit`.
 * ERROR_NONE: pinned under refs/orch/attempts/TASK/NUMBER. ERROR_PERMISSION and
 * ERROR_STATE: pinned, but it may not land (inspect.h). ERROR_INVALID: broken;
 * ERROR_TOO_LARGE: beyond a limit (pinned only when that is in the middle of its
 * history); anything else: we are at fault. Words in *why. What a person has to be
 * asked about goes to *concerns. Closes nothing.
 */
enum error	intake_accept(struct commitd *commitd, const struct msg_result_accept *message,
		    char commit[OID_TEXT], struct concerns *concerns, struct buffer *why);

#endif
