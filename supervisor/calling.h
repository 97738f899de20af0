/*
 * Does commitd answer? While it has results of a project it is called from time to time, and
 * who asks what they wait for is told when no answer has come.
 */
#ifndef ORCH_CALLING_H
#define ORCH_CALLING_H

#include "supervisor/supervisor.h"

void	 calling_init(struct project *project);
void	 calling_release(struct project *project);
/* It may have results now: it is called soon, if it is not yet. */
void	 calling_expect(struct project *project);
/* It has answered, or its process is another one, or none. */
void	 calling_end(struct project *project);
/* It is open, and was called, and has not answered for some seconds. */
bool	 calling_silent(const struct project *project);
/* "orch-commitd (pid 7), which does not answer since 13:05:10"; NULL: it is not silent. */
char	*calling_words(const struct project *project);

#endif
