/* Hooks are run: see hooks.h. */
#include "hooks.h"

#include <stdlib.h>

#include "jobs.h"
#include "modes.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "slots.h"
#include "store_notes.h"
#include "transition.h"

#define TRIES_MOST	3u		/* of one that somebody kills */
#define LONG_MS		10000u		/* gates do not come before one that waits so long */

void
hooks_run(struct project *project, bool long_ones)
{
	struct supervisor *supervisor = project->supervisor;
	uint64_t now = clock_monotonic();
	struct hook_run *run;
	struct slot *slot;

	if (supervisor->hooks == NULL || project->state != PROJECT_OPEN ||
	    modes_of(project) == MODE_HALTED || slots_free(supervisor, project) == NULL)
		return;
	for (run = supervisor->hooks; run != NULL; run = run->next) {
		if (run->slot != NULL || run->project != project || (long_ones && now - run->since < LONG_MS))
			continue;
		if ((slot = slots_free(supervisor, project)) == NULL)
			return;
		jobs_start_hook(supervisor, slot, run);
	}
}

/* It has run: well, or not. */
static void
end(struct supervisor *supervisor, struct hook_run *run, const char *why)
{
	log_debug("hook=%s task=%s why=%s", hook_name(run->hook), run->task ? run->task->spec.id : "-",
	    why ? why : "done");
	store_begin(supervisor->store);
	if (why != NULL)
		hooks_failed(supervisor, run->task, run->hook, why);
	hooks_done(supervisor, run);
	transition_commit(supervisor);
}

/* Nobody knows how it ended; or there was no slot left for it. */
static void
again(struct supervisor *supervisor, struct hook_run *run, const char *why)
{
	char *words;

	run->slot = NULL;
	if (supervisor->stopping || modes_of(run->project) == MODE_HALTED)
		return;
	if (++run->tries < TRIES_MOST) {
		store_hook_tries(supervisor->store, run->id, run->tries);
		return;
	}
	words = str_format("%u times in a row: %s", TRIES_MOST, why);
	end(supervisor, run, words);
	free(words);
}

void
hooks_finished(struct supervisor *supervisor, struct slot *slot, const struct msg_job_result *result)
{
	struct hook_run *run = slot->attempt == result->attempt ? slot->hook : NULL;
	char *why;

	slot->hook = NULL;
	if (run != NULL) {
		run->slot = NULL;
		if (str_same(result->outcome, "stopped") || str_same(result->outcome, "lost")) {
			again(supervisor, run, result->reason != NULL ? result->reason : result->outcome);
		} else if (str_same(result->outcome, "pass")) {
			end(supervisor, run, NULL);
		} else {
			why = str_format("%s%s%s", result->outcome, result->reason != NULL ? ": " : "",
			    result->reason != NULL ? result->reason : "");
			end(supervisor, run, why);
			free(why);
		}
	}
	slots_saved(supervisor, slot);
}

void
hooks_lost(struct supervisor *supervisor, struct slot *slot)
{
	struct hook_run *run = slot->hook;

	slot->hook = NULL;
	again(supervisor, run, "its worker died");
}
