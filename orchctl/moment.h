/*
 * Moments and durations as people write them. Decides what is one; never how a mistake is
 * told. (pure, but for the time zone)
 */
#ifndef ORCH_MOMENT_H
#define ORCH_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Seconds since 1970: so long before `now` ("90s", "2h", "7d"), a day, or a minute or second of
 * one, here ("2026-11-27", "2026-11-27 14:00", with T or a blank), a time of the day that `now`
 * is of ("03:00"), or such seconds behind '@'. False: it is none of these.
 */
bool	moment_read(const char *text, double now, double *moment);
/* Seconds from "90", "90s", "45m", "2h" or "1d"; false: it is none of these, or too long. */
bool	moment_seconds(const char *text, uint64_t *seconds);

#endif
