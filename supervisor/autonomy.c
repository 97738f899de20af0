/* When a person is asked: see autonomy.h. (pure) */
#include "autonomy.h"

#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "tasks/scope.h"
#include "tasks/task_spec.h"

#define PATHS_NAMED	20u	/* outside its scope */

char *
autonomy_start(enum autonomy level, unsigned approvals, enum autonomy_origin origin)
{
	if (origin == AUTONOMY_FOUND_BY_FOUND || (origin == AUTONOMY_FOUND && level != AUTONOMY_L3))
		return str_dup("an agent has found it; approval is needed before it starts");
	if (level == AUTONOMY_L3)
		return NULL;
	if (approvals & APPROVAL_START)
		return str_dup("the task asks for approval before it starts");
	return level == AUTONOMY_L0 ? str_dup("approval is needed before it starts (autonomy L0)") : NULL;
}

/* "it changes protected paths: a, b and 3 more" */
static void
add_protected(struct buffer *text, char *const *protected)
{
	size_t i;

	buffer_add_text(text, "it changes protected paths: ");
	for (i = 0; protected[i] != NULL; i++)
		buffer_format(text, "%s%s", i == 0 ? "" : protected[i + 1] == NULL &&
		    strncmp(protected[i], "and ", 4) == 0 ? " " : ", ", protected[i]);
}

/* "it changes what is outside its scope: a, b and 3 more" */
static void
add_outside(struct buffer *text, char *const *outside)
{
	size_t count = strs_count(outside), i;

	buffer_add_text(text, "it changes what is outside its scope: ");
	if (strcmp(outside[0], SCOPE_EVERYTHING) == 0) {
		buffer_add_text(text, "more files than can be named");
		return;
	}
	for (i = 0; i < count && i < PATHS_NAMED; i++)
		buffer_format(text, "%s%s", i == 0 ? "" : ", ", outside[i]);
	if (i < count)
		buffer_format(text, " and %zu more", count - i);
}

static char *
changes(const struct concerns *concerns)
{
	struct buffer text;
	char *words;

	buffer_init(&text);
	buffer_add_text(&text, "approval is needed before it lands: ");
	if (strs_count(concerns->outside) > 0)
		add_outside(&text, concerns->outside);
	if (strs_count(concerns->outside) > 0 && strs_count(concerns->protected) > 0)
		buffer_add_text(&text, "; ");
	if (strs_count(concerns->protected) > 0)
		add_protected(&text, concerns->protected);
	words = str_dup(buffer_text(&text));
	buffer_release(&text);
	return words;
}

char *
autonomy_land(enum autonomy level, unsigned approvals, const struct concerns *concerns)
{
	if (level == AUTONOMY_L3)
		return NULL;
	if (strs_count(concerns->protected) > 0 || strs_count(concerns->outside) > 0)
		return changes(concerns);
	if (approvals & APPROVAL_LAND)
		return str_dup("the task asks for approval before it lands");
	if (level == AUTONOMY_L0 || level == AUTONOMY_L1)
		return str_format("approval is needed before it lands (autonomy L%d)", (int)level);
	return NULL;
}
