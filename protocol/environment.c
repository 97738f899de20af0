/* What passes into a sandbox: see environment.h. */
#include "environment.h"

#include <stdlib.h>

#include "protocol/mem.h"

static const char *const passed[] = { "PATH", "LANG", "LC_ALL", "TZ", "SOURCE_DATE_EPOCH" };

const char *
environment_passed(size_t index, const char **value)
{
	if (index >= COUNT(passed))
		return NULL;
	*value = getenv(passed[index]);
	return passed[index];
}
