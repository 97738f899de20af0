/* When a usage limit ends: see reset.h. (pure, but for the time zone) */
#include "reset.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DAY		86400
#define FURTHEST	(32 * (time_t)DAY)

/* Longest first: "ms" would be taken for minutes. */
static const struct { const char *word; double seconds; } units[] = {
	{ "milliseconds", .001 }, { "millisecond", .001 }, { "ms", .001 },
	{ "seconds", 1 }, { "second", 1 }, { "secs", 1 }, { "sec", 1 }, { "s", 1 },
	{ "minutes", 60 }, { "minute", 60 }, { "mins", 60 }, { "min", 60 }, { "m", 60 },
	{ "hours", 3600 }, { "hour", 3600 }, { "hrs", 3600 }, { "hr", 3600 }, { "h", 3600 },
	{ "days", DAY }, { "day", DAY }, { "d", DAY }, { "weeks", 7 * DAY }, { "week", 7 * DAY },
};

static bool
reasonable(time_t at, time_t now)
{
	return at > now && at - now <= FURTHEST;
}

/* The unit that begins here, a whole word; its length in *len, 0 when there is none. */
static double
unit_at(const char *text, size_t *len)
{
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		*len = strlen(units[i].word);
		if (strncasecmp(text, units[i].word, *len) == 0 && !isalpha((unsigned char)text[*len]))
			return units[i].seconds;
	}
	*len = 0;
	return 0;
}

/* "2 days 3 hours and 4 s", from the first number that has a unit; 0: none. */
static double
duration(const char *text)
{
	double total = 0, number, unit;
	size_t len, gap;
	char *end;

	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			continue;
		number = strtod(text, &end);
		gap = strspn(end, " ");
		unit = unit_at(end + gap, &len);
		if (len > 0) {
			total += number * unit;
			text = end + gap + len - 1;
			/* What belongs to it follows at once. */
			text += strspn(text + 1, " ,");
			if (strncasecmp(text + 1, "and ", 4) == 0)
				text += 4;
			if (!isdigit((unsigned char)text[1]))
				break;
		} else if (total > 0) {
			break;
		} else {
			text = end - 1;
		}
	}
	return total;
}

/* Seconds since 1970, or milliseconds: ten digits, or thirteen. */
static time_t
epoch(const char *text, time_t now)
{
	size_t digits;
	time_t at;

	for (; *text != '\0'; text += digits > 0 ? digits : 1) {
		digits = strspn(text, "0123456789");
		if (digits != 10 && digits != 13)
			continue;
		at = (time_t)strtoll(text, NULL, 10);
		if (digits == 13)
			at /= 1000;
		if (reasonable(at, now))
			return at;
	}
	return 0;
}

/* RFC 3339: 2026-11-27T09:28:00Z, with a fraction, or +01:00. Is there one? */
static bool
full_date(const char *text, time_t now, time_t *at)
{
	int hours, minutes, len;
	struct tm tm;
	char sign[2];

	for (; *text != '\0'; text++) {
		const char *rest;

		tm = (struct tm){ 0 };
		if (!isdigit((unsigned char)*text) || sscanf(text, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n",
		    &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &len) != 6)
			continue;
		tm.tm_year -= 1900;
		tm.tm_mon -= 1;
		rest = text + len;
		if (*rest == '.')
			rest += 1 + strspn(rest + 1, "0123456789");
		*at = timegm(&tm);
		if (sscanf(rest, "%1[+-]%2d:%2d", sign, &hours, &minutes) == 3)
			*at -= (sign[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
		if (!reasonable(*at, now))
			*at = 0;
		return true;
	}
	return false;
}

/* A time of day, "9:28 PM", "3pm", "21:28", into `tm`. */
static bool
time_of_day(const char *text, struct tm *tm)
{
	for (; *text != '\0'; text++) {
		int hour, minute = 0, len = 0;
		char *rest;
		bool pm, am;

		if (!isdigit((unsigned char)*text))
			continue;
		hour = (int)strtol(text, &rest, 10);
		if (sscanf(rest, ":%2d%n", &minute, &len) == 1)
			rest += len;
		rest += strspn(rest, " ");
		am = strncasecmp(rest, "am", 2) == 0 || strncasecmp(rest, "a.m", 3) == 0;
		pm = strncasecmp(rest, "pm", 2) == 0 || strncasecmp(rest, "p.m", 3) == 0;
		text += strspn(text, "0123456789:") - 1;
		if ((!am && !pm && len == 0) || minute > 59 || hour > ((am || pm) ? 12 : 23))
			continue;
		tm->tm_hour = am || pm ? hour % 12 + (pm ? 12 : 0) : hour;
		tm->tm_min = minute;
		tm->tm_sec = 0;
		tm->tm_isdst = -1;
		return true;
	}
	return false;
}

/* "Nov 27th, 2026 9:28 PM", the year left out or not. */
static time_t
named_date(const char *text, time_t now)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	struct tm tm;
	time_t at;
	int month, len;

	for (; *text != '\0'; text += strcspn(text, " ") + strspn(text + strcspn(text, " "), " "))
		for (month = 0; month < 12; month++) {
			const char *rest = text;

			if (strncasecmp(rest, months + month * 3, 3) != 0)
				continue;
			while (isalpha((unsigned char)*rest) || *rest == '.')
				rest++;
			localtime_r(&now, &tm);
			tm.tm_mon = month;
			len = 0;
			if (sscanf(rest, " %2d%n", &tm.tm_mday, &len) != 1)
				continue;
			rest += len + strspn(rest + len, "abcdefghijklmnopqrstuvwxyz, ");
			if (strspn(rest, "0123456789") == 4) {
				tm.tm_year = atoi(rest) - 1900;
				rest += 4;
			}
			if (time_of_day(rest, &tm) && reasonable(at = mktime(&tm), now))
				return at;
		}
	return 0;
}

/* The next moment at which the clock shows it. */
static time_t
next_time(const char *text, time_t now)
{
	struct tm tm;
	time_t at;

	localtime_r(&now, &tm);
	if (!time_of_day(text, &tm))
		return 0;
	at = mktime(&tm);
	if (at <= now) {
		tm.tm_mday++;
		tm.tm_isdst = -1;
		at = mktime(&tm);
	}
	return at;
}

time_t
reset_time(const char *text, time_t now)
{
	time_t at;
	double wait;

	if (full_date(text, now, &at) || (at = epoch(text, now)) != 0 || (at = named_date(text, now)) != 0)
		return at;
	wait = duration(text);
	if (wait > 0)
		return wait <= (double)FURTHEST ? now + (time_t)wait + 1 : 0;
	return next_time(text, now);
}
