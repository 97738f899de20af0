/* Ends the process: see fail.h. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "collect/inside.h"

void
fail(const struct collect *collect, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "orch-collect: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	exit(collect != NULL && collect->head != NULL ? COLLECT_UNUSABLE : 1);
}
