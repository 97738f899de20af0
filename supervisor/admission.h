/*
 * Does the machine have room for one more attempt? What is short makes new starts wait; what
 * runs may be frozen, the least urgent first, and thawed in the order of urgency. Decided from
 * numbers that readings.h reads. Pure.
 */
#ifndef ORCH_ADMISSION_H
#define ORCH_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0: does not matter. */
struct admission_rules {
	uint64_t memory, disk;	/* bytes that must be available, and free in the state folder */
	uint64_t pressure;	/* per cent of the last 10 seconds that something waited for memory */
	double load;		/* runnable processes for each processor, over a minute */
	uint64_t freeze;	/* what runs, too */
};

/* What is so now; what is not known, as on a kernel without it, bars nothing. */
struct readings {
	bool has_memory, has_pressure, has_load, has_disk;
	uint64_t memory, disk;
	double pressure, load;
	unsigned processors;
};

enum admission_wait {
	ADMISSION_GO, ADMISSION_MEMORY, ADMISSION_PRESSURE, ADMISSION_LOAD, ADMISSION_DISK
};

/* What is short. `pledged`: bytes that attempts may take which have just started. */
enum admission_wait	 admission_decide(const struct admission_rules *rules,
			    const struct readings *readings, uint64_t pledged);
/* "memory: 120 MiB are available, and admission.memory is 256 MiB"; the caller frees. */
char			*admission_words(enum admission_wait wait, const struct admission_rules *rules,
			    const struct readings *readings);

enum admission_relief { ADMISSION_LEAVE, ADMISSION_FREEZE, ADMISSION_THAW };

/* An attempt that runs. */
struct admission_run { unsigned priority; double since; bool frozen; };

/*
 * What to do with one of those that run, *which. While memory is short the one that is least
 * urgent is frozen, of these the youngest, but never the last that goes on; when that is over,
 * by half of the bound so that nothing swings, the most urgent is thawed, of these the oldest.
 */
enum admission_relief	 admission_relieve(const struct admission_rules *rules,
			    const struct readings *readings, const struct admission_run *runs, size_t count,
			    size_t *which);

#endif
