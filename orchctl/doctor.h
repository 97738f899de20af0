/*
 * orchctl doctor: what its checks have in common. Each looks, and changes nothing.
 */
#ifndef ORCH_DOCTOR_H
#define ORCH_DOCTOR_H

#include "orchctl/printer.h"

struct doctor {
	const char *state;		/* as the caller named it, or NULL */
	struct check *checks;
	size_t count;
};

/* One more check. Takes over `found`; `remedy`, the command that mends it or NULL, is copied. */
void	 doctor_report(struct doctor *doctor, const char *name, enum check_state state, char *found,
	    const char *remedy);
/* Kernel, programs, namespaces, Landlock. */
void	 doctor_machine(struct doctor *doctor);
/* Where cgroup v2 is mounted, and what it can limit there. */
void	 doctor_cgroup(struct doctor *doctor);

#endif
