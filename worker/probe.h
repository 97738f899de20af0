/* What this machine allows: is there a sandbox, is there an overlay? */
#ifndef ORCH_PROBE_H
#define ORCH_PROBE_H

/* Prints one line (see orch-worker(8)); the exit status. */
int	probe_print(const char *state);

#endif
