/* Room for one more attempt: see admission.h. (pure) */
#include "admission.h"

#include "protocol/mem.h"

#define MIB	(1u << 20)

enum admission_wait
admission_decide(const struct admission_rules *rules, const struct readings *readings, uint64_t pledged)
{
	if (rules->memory > 0 && readings->has_memory && (readings->memory < pledged ||
	    readings->memory - pledged < rules->memory))
		return ADMISSION_MEMORY;
	if (rules->pressure > 0 && readings->has_pressure && readings->pressure >= (double)rules->pressure)
		return ADMISSION_PRESSURE;
	if (rules->load > 0 && readings->has_load && readings->processors > 0 &&
	    readings->load / readings->processors >= rules->load)
		return ADMISSION_LOAD;
	if (rules->disk > 0 && readings->has_disk && readings->disk < rules->disk)
		return ADMISSION_DISK;
	return ADMISSION_GO;
}

char *
admission_words(enum admission_wait wait, const struct admission_rules *rules,
    const struct readings *readings)
{
	switch (wait) {
	case ADMISSION_MEMORY:
		return str_format("memory: %ju MiB are available, and admission.memory is %ju MiB",
		    (uintmax_t)readings->memory / MIB, (uintmax_t)rules->memory / MIB);
	case ADMISSION_PRESSURE:
		return str_format("memory: something waited for it for %.0f %% of the time, and "
		    "admission.pressure is %ju %%", readings->pressure, (uintmax_t)rules->pressure);
	case ADMISSION_LOAD:
		return str_format("load: %.1f for each processor, and admission.load is %.1f",
		    readings->load / readings->processors, rules->load);
	case ADMISSION_DISK:
		return str_format("disk: %ju MiB are free in the state folder, and admission.disk is %ju MiB",
		    (uintmax_t)readings->disk / MIB, (uintmax_t)rules->disk / MIB);
	case ADMISSION_GO: break;
	}
	return NULL;
}

/* Is `one` to be frozen before `other`, and thawed behind it? */
static bool
yields(const struct admission_run *one, const struct admission_run *other)
{
	if (one->priority != other->priority)
		return one->priority > other->priority;
	return one->since > other->since;
}

/* Of those that are frozen, or not, the first to freeze or, reversed, to thaw. */
static bool
choose(const struct admission_run *runs, size_t count, bool frozen, size_t *which)
{
	bool found = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if (runs[i].frozen != frozen)
			continue;
		if (!found || yields(&runs[i], &runs[*which]) != frozen)
			*which = i;
		found = true;
	}
	return found;
}

/* Memory alone: a load or a full disk is not mended by freezing. */
static bool
is_short(const struct admission_rules *rules, const struct readings *readings, double share)
{
	if (rules->pressure > 0 && readings->has_pressure)
		return readings->pressure >= (double)rules->pressure * share;
	return rules->memory > 0 && readings->has_memory &&
	    (double)readings->memory < (double)rules->memory / share;
}

enum admission_relief
admission_relieve(const struct admission_rules *rules, const struct readings *readings,
    const struct admission_run *runs, size_t count, size_t *which)
{
	size_t frozen = 0, i;

	for (i = 0; i < count; i++)
		frozen += runs[i].frozen;
	/* With nobody left that goes on it cannot get better, and without the rule nobody waits. */
	if (frozen > 0 && (frozen == count || rules->freeze == 0 || !is_short(rules, readings, 0.5)))
		return choose(runs, count, true, which) ? ADMISSION_THAW : ADMISSION_LEAVE;
	if (rules->freeze == 0 || count - frozen < 2 || !is_short(rules, readings, 1))
		return ADMISSION_LEAVE;
	return choose(runs, count, false, which) ? ADMISSION_FREEZE : ADMISSION_LEAVE;
}
