/*
 * Which calls of the kernel a sandbox may not make (seccomp(2)): those that make
 * namespaces or mounts, keys, programs in the kernel, and others that no agent needs and
 * that were a way out before. All others are let pass. The only file that knows
 * libseccomp; orch-worker(8) has the list.
 */
#ifndef ORCH_FILTER_H
#define ORCH_FILTER_H

/* The filter as BPF in an unlinked file, for bwrap's --seccomp. -1 with errno. */
int	filter_open(void);

#endif
