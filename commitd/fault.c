/* Was it the pack, or was it the machine: see fault.h. */
#include "commitd/fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool
ends(const char *text, const char *with)
{
	size_t len = strlen(text), with_len = strlen(with);

	return len >= with_len && strcmp(text + len - with_len, with) == 0;
}

/* The checks of fsck: what follows is quoted from an object, over any number of lines. */
static bool
is_check(const char *line)
{
	return begins(line, "error: object ") || ends(line, "fsck error in packed objects");
}

/* A system call that failed is told with its reason at the end, other things in these words. */
static enum error
fault_of_line(const char *line)
{
	static const int codes[] = { ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, EAGAIN, EIO, EROFS,
	    ENOENT, EACCES, EPERM };
	static const char *const words[] = { "ut of memory", "write error", "unable to write",
	    "ailed to write", "nable to create", "cannot store", "fsync error", "cannot pread" };
	const char *reason = strrchr(line, ':');
	size_t i;

	/* A warning is no reason, and may quote a name. */
	if (!begins(line, "fatal: ") && !begins(line, "error: "))
		return ERROR_INVALID;
	if (strstr(line, "ut of diskspace") != NULL)
		return ERROR_DISK_FULL;
	for (i = 0; i < COUNT(codes); i++)
		if (begins(reason, ": ") && strcmp(reason + 2, strerror(codes[i])) == 0)
			return error_from_errno(codes[i]);
	for (i = 0; i < COUNT(words); i++)
		if (strstr(line, words[i]) != NULL)
			return ERROR_SYSTEM;
	return ERROR_INVALID;
}

enum error
fault_of(const char *said)
{
	enum error error = ERROR_INVALID;
	char *text = str_dup(said), *line, *rest;
	bool check = false;

	for (line = strtok_r(text, "\n", &rest); line != NULL && !check;
	    line = strtok_r(NULL, "\n", &rest)) {
		check = is_check(line);
		if (error == ERROR_INVALID)
			error = fault_of_line(line);
	}
	free(text);
	return check ? ERROR_INVALID : error;
}
