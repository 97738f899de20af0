/*
 * What a decision of the scheduler takes with COUNT tasks, three dependencies and a
 * scope each, nine of ten complete: the end of one run and the start of the next, on
 * 64 slots. Prints what filling takes, then median, 99 % and most of 2,000, in
 * microseconds. For scale.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/mem.h"
#include "tasks/schedule.h"

#define SLOTS 64
#define DECISIONS 2000

static uint64_t
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static void
fill(struct schedule *schedule, size_t count)
{
	unsigned long long seed = 7;
	size_t i, k;

	for (i = 0; i < count; i++) {
		char *pattern = str_format("src/part-%zu/file-%zu/**", i % 317, i);
		char *list[] = { pattern, NULL };
		struct schedule_task task = { .priority = 1, .estimate_seconds = 1 + i % 97,
		    .scope = scope_new(list, false) };

		schedule_add(schedule, &task);
		free(pattern);
		for (k = 1; k <= 3 && i > 200; k++) {
			seed = seed * 6364136223846793005ull + 1;
			schedule_depend(schedule, i, i - k * 50 - (seed >> 33) % 40);
		}
	}
	schedule_prepare(schedule);
	for (i = 0; i < count / 10 * 9; i++) {
		schedule_start(schedule, i);
		schedule_complete(schedule, i);
	}
}

int
main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000, running[SLOTS], used = 0;
	struct schedule *schedule = schedule_new(&(struct schedule_rules){ SLOTS, false, false });
	uint64_t times[DECISIONS], begin = nanoseconds(), filled, now;
	size_t done;

	fill(schedule, count);
	filled = nanoseconds() - begin;
	for (now = 0; used < SLOTS && schedule_next(schedule, now, &running[used]); used++)
		;
	for (done = 0; done < DECISIONS; done++) {
		begin = nanoseconds();
		schedule_clock(schedule, ++now * 1000);
		schedule_complete(schedule, running[done % used]);
		if (!schedule_next(schedule, now * 1000, &running[done % used]))
			break;
		times[done] = nanoseconds() - begin;
	}
	if (done == 0)
		return 1;
	qsort(times, done, sizeof(*times), compare);
	printf("%.1f %.2f %.2f %.2f\n", (double)filled / 1e6, (double)times[done / 2] / 1e3,
	    (double)times[done * 99 / 100] / 1e3, (double)times[done - 1] / 1e3);
	schedule_free(schedule);
	return 0;
}
