/*
 * How a project stands, by the word of its commitd: where its branch is, whether its upstream
 * takes what lands, which numbers of its line are gone.
 */
#ifndef ORCH_STANDING_H
#define ORCH_STANDING_H

#include "supervisor/supervisor.h"

/* The line has passed a number without the result that has it here: that gets another. */
void	standing_taken(struct project *project, uint64_t ticket);
/*
 * What landed is at this tip now; the trees that attempts start from follow, and until
 * then none may start: it would miss what it depends on.
 */
void	standing_receipt(struct project *project, const char *tip);
/*
 * The upstream takes nothing now. True: it says no again and again to a run that
 * somebody waits for, and a person has to see to it.
 */
bool	standing_stalled(struct project *project, const struct msg_project_stalled *stalled);
/* commitd could not open it, and tries again: what it says is an event when it is new. */
void	standing_unopened(struct project *project);
/* The branch has moved: who waited for that tries again. */
void	standing_tip(struct project *project, const char *tip, char *const *trees);
/* The answer to a cancel, or to a void that we had told before. */
void	standing_voided(struct project *project, uint64_t ticket);
/* A new connection: all that is not settled is told, and numbers that were passed are none of ours. */
void	standing_opened(struct project *project, uint64_t next);

#endif
