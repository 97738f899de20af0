/* Where our own programs lie: as installed, or in the build tree. */
#ifndef ORCH_PROGRAM_H
#define ORCH_PROGRAM_H

/* One that lies beside this one. The caller frees. */
char	*program_beside(const char *name);
/* orchctl; NULL: it is not there. The caller frees. */
char	*program_orchctl(void);

#endif
