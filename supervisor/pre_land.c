/* The hook that has a say in what lands: see pre_land.h. */
#include "pre_land.h"

#include <stdlib.h>

#include "hooks_due.h"
#include "protocol/mem.h"
#include "proof.h"

const char *
pre_land_command(const struct task *task)
{
	return hook_command(task->project->config, HOOK_PRE_LAND);
}

/* By what a verdict is kept, beside those of gates. */
static char *
key_of(const struct task *task, bool good)
{
	char *command = str_format("hooks.pre_land of project %s: %s", task->project->config->name,
	    pre_land_command(task));
	char *key = good ? proof_of(command, NULL) :
	    proof_of_result(command, NULL, task->spec.id, task->attempts);

	free(command);
	return key;
}

static struct verdict
find(struct supervisor *supervisor, const struct task *task, const char *tree, bool good)
{
	char *key = key_of(task, good);
	struct verdict verdict = store_verdict(supervisor->store, tree, key);

	free(key);
	return verdict;
}

enum pre_land
pre_land_known(struct supervisor *supervisor, const struct task *task, const char *tree)
{
	struct verdict good = { 0 }, bad = { 0 };
	enum pre_land known = PRE_LAND_NONE;

	if (pre_land_command(task) == NULL)
		return known;
	good = find(supervisor, task, tree, true);
	bad = pre_land_refusal(supervisor, task, tree);
	known = good.verdict != NULL ? PRE_LAND_GOOD : bad.verdict != NULL ? PRE_LAND_BAD : PRE_LAND_UNKNOWN;
	verdict_release(&bad);
	verdict_release(&good);
	return known;
}

void
pre_land_keep(struct supervisor *supervisor, const struct task *task, const char *tree,
    const struct verdict *verdict)
{
	bool good = str_same(verdict->verdict, "PASS");
	char *key = key_of(task, good);

	store_verdict_put(supervisor->store, tree, key, verdict, clock_wall());
	free(key);
	if (!good)
		hooks_failed(supervisor, task, HOOK_PRE_LAND, verdict->reason);
}

struct verdict
pre_land_refusal(struct supervisor *supervisor, const struct task *task, const char *tree)
{
	return pre_land_command(task) != NULL ? find(supervisor, task, tree, false) : (struct verdict){ 0 };
}
