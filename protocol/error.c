/* The kinds of failure: see error.h. */
#include "error.h"

#include <errno.h>
#include <string.h>

#include "mem.h"

static const struct { const char *wire, *text; int exit_status; } errors[ERROR_LIMIT] = {
#define ERROR(name, wire, exit_status, text) [ERROR_##name] = { wire, text, exit_status },
#include "protocol/errors.def"
#undef ERROR
};

const char *error_wire(enum error error) { return errors[error].wire; }
const char *error_text(enum error error) { return errors[error].text; }
int error_exit(enum error error) { return errors[error].exit_status; }

enum error
error_from_wire(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(errors); i++)
		if (str_same(errors[i].wire, name))
			return (enum error)i;
	return ERROR_SYSTEM;
}

enum error
error_from_errno(int number)
{
	return number == ENOSPC || number == EDQUOT || number == EFBIG ?
	    ERROR_DISK_FULL : ERROR_SYSTEM;
}
