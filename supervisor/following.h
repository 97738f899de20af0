/*
 * What has landed and is not in the tip yet that attempts start from: commitd tells the
 * landing first, and the tip when its files are laid out. Meanwhile a task that does not
 * care starts from the tip before; one that depends on what landed, or wants the files
 * that it wrote, waits, for the schedule takes it for complete afterwards only.
 */
#ifndef ORCH_FOLLOWING_H
#define ORCH_FOLLOWING_H

#include "supervisor/supervisor.h"

/* This one has landed; it started, or was started by the caller, and is not complete. */
void	following_add(struct task *task);
/* The tip has all of them, or attempts of the project start only when it has. */
void	following_end(struct project *project);
/*
 * A result came back from the line, where it stood on this tip: when that was not told
 * yet, no attempt of the project starts before it is, for the next one would stand on
 * what is known not to fit.
 */
void	following_stood(struct project *project, const char *tip);
/*
 * A person lets a task start, who may have seen that another has landed: likewise, when
 * the tip with that was not told yet.
 */
void	following_wished(struct project *project);
/* The tip was told. */
void	following_told(struct project *project);
/* Does something that came back wait for the tip? */
bool	following_awaited(const struct project *project);

#endif
