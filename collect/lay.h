/* Before the agent: the work tree gets what it has to finish. */
#ifndef ORCH_LAY_H
#define ORCH_LAY_H

/*
 * Brings the work tree from `tip` to Git's merge of a conflict with it: changes that
 * are not committed. `conflict` is a commit on the tip that the conflict was found
 * on; on another tip it is merged once more. HEAD and index stay as they are, but
 * that a new file which the rules would ignore is staged, or it would be lost.
 */
void	lay_conflict(const char *tip, const char *conflict);

#endif
