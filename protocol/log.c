/* Lines for the person who operates this: see log.h. */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	const char *process;
	enum log_level level;
	int journal;
} state = { "orch", LOG_LEVEL_INFO, 0 };

/* The priorities of syslog(3), in the order of enum log_level. */
static const int priority[] = { 3, 4, 6, 7 };

void
log_init(const char *process, enum log_level level)
{
	state.process = process;
	state.level = level;
	state.journal = getenv("JOURNAL_STREAM") != NULL;
}

int
log_shows(enum log_level level)
{
	return level <= state.level;
}

/* One write(2) a line, so that lines of several processes never mix. */
static void
emit(enum log_level level, int with_errno, const char *format, va_list arguments)
{
	char line[4096];
	int saved = errno, len = 0;

	if (!log_shows(level))
		return;
	if (state.journal)
		len = snprintf(line, sizeof(line), "<%d>", priority[level]);
	len += snprintf(line + len, sizeof(line) - (size_t)len, "%s: ", state.process);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, format, arguments);
	if (with_errno && len < (int)sizeof(line))
		len += snprintf(line + len, sizeof(line) - (size_t)len, ": %s", strerror(saved));
	if (len >= (int)sizeof(line) - 1)
		len = (int)sizeof(line) - 2;
	line[len++] = '\n';
	fwrite(line, 1, (size_t)len, stderr);
	errno = saved;
}

#define EMIT(level, with_errno) do {				\
	va_list arguments;					\
	va_start(arguments, format);				\
	emit(level, with_errno, format, arguments);		\
	va_end(arguments);					\
} while (0)

void log_warn(const char *format, ...) { EMIT(LOG_LEVEL_WARN, 1); }
void log_warnx(const char *format, ...) { EMIT(LOG_LEVEL_WARN, 0); }
void log_info(const char *format, ...) { EMIT(LOG_LEVEL_INFO, 0); }
void log_debug(const char *format, ...) { EMIT(LOG_LEVEL_DEBUG, 0); }
void fatal(const char *format, ...) { EMIT(LOG_LEVEL_ERROR, 1); exit(1); }
void fatalx(const char *format, ...) { EMIT(LOG_LEVEL_ERROR, 0); exit(1); }
