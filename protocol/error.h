/* The kinds of failure, generated from errors.def: 0 is fine. */
#ifndef ORCH_ERROR_H
#define ORCH_ERROR_H

enum error {
#define ERROR(name, wire, exit_status, text) ERROR_##name,
#include "protocol/errors.def"
#undef ERROR
	ERROR_LIMIT
};

const char	*error_wire(enum error error);		/* name on the wire */
const char	*error_text(enum error error);		/* for a person */
int		 error_exit(enum error error);		/* exit status of orchctl */
enum error	 error_from_wire(const char *name);	/* ERROR_SYSTEM when unknown */
/* ERROR_DISK_FULL for ENOSPC, EDQUOT and EFBIG, else ERROR_SYSTEM. */
enum error	 error_from_errno(int number);

#endif
