/*
 * When a usage limit ends, as agents write it: "try again at 9:28 PM", "resets in 3600
 * seconds", "resets in 2 days 3 hours", "|1749924000", "2026-11-27T09:28:00Z". Pure.
 */
#ifndef ORCH_RESET_H
#define ORCH_RESET_H

#include <time.h>

/*
 * The time in `text`, 0 when none is said, or one that is past or further away than
 * 32 days. `now` and a time of day are of this machine's zone.
 */
time_t	reset_time(const char *text, time_t now);

#endif
