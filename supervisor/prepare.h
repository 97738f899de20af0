/*
 * The prepared layers of a project (orch.yaml: setup): found in STATE/prepared/PROJECT,
 * made by workers, named to attempts and gates, removed. What to do is decided in
 * prepared.h. Without `setup` nothing of it does anything.
 */
#ifndef ORCH_PREPARE_H
#define ORCH_PREPARE_H

#include "supervisor/supervisor.h"

/* Finds what is there, and removes what was never finished. */
void	prepare_init(struct project *project);
void	prepare_release(struct project *project);
/* The branch is at this tree of Git; `locks`: what setup.key names in it. */
void	prepare_tip(struct project *project, const char *tree, char *const *locks);
/* What setup depends on in a tree; NULL without setup. The caller frees. */
char	*prepare_key(const struct project *project, char *const *locks);

/*
 * May attempts start from the tip? Then each slot is told its layer by prepare_use_tip. If
 * not, setup is started where that helps and a slot is free.
 */
bool	prepare_tip_ready(struct project *project, uint64_t now);
void	prepare_use_tip(struct project *project, struct slot *slot, uint64_t now);
/*
 * The same for a gate. False with *failed set: its setup fails, in words that live as long
 * as nothing changes.
 */
bool	prepare_gate_ready(struct gate *gate, uint64_t now, const char **failed);
void	prepare_use_gate(struct slot *slot, const struct gate *gate, uint64_t now);
/* What can be done when all that could start has: renews, ends what nobody wants, removes. */
void	prepare_run(struct project *project, uint64_t now);
/* Will something start when setup has ended, without a person? */
bool	prepare_awaited(struct project *project, uint64_t now);

/* A worker's word of its setup. */
void	prepare_finished(struct slot *slot, const struct msg_job_result *result);
/* The worker of this slot died under it. */
void	prepare_lost(struct slot *slot);
/* "runs now" or "failed: ...": how setup is that attempts wait for; NULL: they do not. The caller frees. */
char	*prepare_words(struct project *project);

#endif
