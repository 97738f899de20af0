/*
 * What a verdict is about, beside its tree: a text that is the same for two gates
 * only if their commands find the same around them. The caller frees.
 */
#ifndef ORCH_PROOF_H
#define ORCH_PROOF_H

#include <stdint.h>

/* The command, the environment of its task (NULL: none) and ours, as far as a sandbox gets it. */
char	*proof_of(const char *command, char *const *environment);
/* The same for one result of one task only, of which a red verdict speaks. */
char	*proof_of_result(const char *command, char *const *environment, const char *task,
	    uint64_t attempt);

#endif
