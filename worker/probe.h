/* What this machine allows: is there a sandbox, is there an overlay? */
#ifndef ORCH_PROBE_H
#define ORCH_PROBE_H

/*
 * Prints what works (see orch-worker(8)), and of a cgroup that may be made at `cgroup`
 * (NULL: none) what it holds; the exit status.
 */
int	probe_print(const char *state, const char *cgroup);

#endif
