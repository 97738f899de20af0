/* Another attempt, and when: see retry.h. (pure) */
#include "retry.h"

#include <stddef.h>
#include <string.h>

static const char *const words[RETRY_REASONS] = { "failed", "error", "timeout", "idle", "memory", "cpu",
    "disk", "output", "processes", "no_promise", "check_failed", "network", "auth", "budget", "lost" };

enum retry_reason
retry_find(const char *outcome)
{
	int i;

	for (i = 0; i < RETRY_REASONS; i++)
		if (strcmp(words[i], outcome) == 0)
			return (enum retry_reason)i;
	return RETRY_FAILED;
}

const char *retry_word(enum retry_reason reason) { return words[reason]; }

enum retry_reason
retry_counts_as(const struct retry_rules *rules, enum retry_reason reason)
{
	return rules->most[reason] == RETRY_AS_FAILED ? RETRY_FAILED : reason;
}

/* From 0 to less than 1: FNV-1a over the seed, then SplitMix64's last steps, so that all bits count. */
static double
spread(const char *task, uint64_t attempt)
{
	uint64_t hash = 14695981039346656037u;
	int i;

	for (; *task != '\0'; task++)
		hash = (hash ^ (unsigned char)*task) * 1099511628211u;
	for (i = 0; i < 64; i += 8)
		hash = (hash ^ (attempt >> i & 0xff)) * 1099511628211u;
	hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
	hash ^= hash >> 31;
	return (double)(hash >> 11) / 9007199254740992.0;
}

struct retry
retry_decide(const struct retry_rules *rules, enum retry_reason reason, uint64_t n, const char *task,
    uint64_t attempt)
{
	uint64_t wait = rules->delay, i;
	double share;

	if (n > rules->most[reason])
		return (struct retry){ true, 0 };
	/* A worker that died once says nothing of the next one. */
	if (reason == RETRY_LOST && n == 1)
		return (struct retry){ false, 0 };
	for (i = 1; i < n && wait < rules->delay_most; i++)
		wait *= 2;
	share = 1 + (double)rules->jitter / 100 * (2 * spread(task, attempt) - 1);
	wait = (uint64_t)((double)(wait < rules->delay_most ? wait : rules->delay_most) * share);
	return (struct retry){ false, wait < rules->delay_most ? wait : rules->delay_most };
}
