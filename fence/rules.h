/*
 * What a fenced process may still do, by the version of Landlock that the kernel has. Pure.
 * Only what changes things is asked about: all that is seen may be read and executed.
 */
#ifndef ORCH_FENCE_RULES_H
#define ORCH_FENCE_RULES_H

#include <stddef.h>
#include <stdint.h>

/* As the kernel has it, later fields too; landlock.h may be older. */
struct rules {
	uint64_t files;		/* rights on files that are refused where no rule gives them */
	uint64_t network;	/* none */
	uint64_t scoped;	/* what is refused beyond the fence */
};

/* A folder, and what may be done below it. */
struct rule { const char *folder; uint64_t rights; };

/* What is fenced by this version, from FENCE_ABI on. */
struct rules	rules_all(int abi);
/* The exceptions, one by one; its folder is NULL behind the last. */
struct rule	rules_at(size_t index, int abi);

#endif
