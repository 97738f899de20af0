/* Moments and durations: see moment.h. */
#include "orchctl/moment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/mem.h"
#include "protocol/message.h"

#define LATEST	1e12	/* seconds since 1970 */

/* Of a day that is; a 31st of February is none, and mktime takes it for one of March. */
static bool
moment_of(struct tm tm, double *moment)
{
	const int day = tm.tm_mday;
	time_t when;

	tm.tm_isdst = -1;
	when = mktime(&tm);
	*moment = (double)when;
	return when >= 0 && tm.tm_mday == day;
}

static bool
read_date(const char *text, double *moment)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
	    "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d" };
	const char *end;
	struct tm tm;
	size_t i;

	for (i = 0; i < COUNT(forms); i++) {
		tm = (struct tm){ 0 };
		end = strptime(text, forms[i], &tm);
		if (end != NULL && *end == '\0')
			return moment_of(tm, moment);
	}
	return false;
}

/* Today. */
static bool
read_time(const char *text, double now, double *moment)
{
	static const char *const forms[] = { "%H:%M", "%H:%M:%S" };
	const time_t today = (time_t)now;
	const char *end;
	struct tm tm;
	size_t i;

	for (i = 0; i < COUNT(forms); i++) {
		localtime_r(&today, &tm);
		tm.tm_sec = 0;
		end = strptime(text, forms[i], &tm);
		if (end != NULL && *end == '\0')
			return moment_of(tm, moment);
	}
	return false;
}

bool
moment_read(const char *text, double now, double *moment)
{
	uint64_t seconds;
	char *end;

	if (text[0] == '@') {
		*moment = strtod(text + 1, &end);
		return end > text + 1 && *end == '\0' && *moment >= 0 && *moment < LATEST;
	}
	if (!moment_seconds(text, &seconds))
		return read_date(text, moment) || read_time(text, now, moment);
	*moment = now - (double)seconds;
	return true;
}

bool
moment_seconds(const char *text, uint64_t *seconds)
{
	static const struct { char unit; uint64_t factor; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }
	};
	uint64_t factor = 1;
	size_t i;
	char *end;

	errno = 0;
	*seconds = strtoull(text, &end, 10);
	for (i = 0; *end != '\0' && i < COUNT(units); i++)
		if (*end == units[i].unit && end[1] == '\0') {
			factor = units[i].factor;
			end++;
		}
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || *seconds > SECONDS_MAX / factor)
		return false;
	*seconds *= factor;
	return true;
}
