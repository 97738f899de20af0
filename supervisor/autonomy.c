/* When a person is asked: see autonomy.h. (pure) */
#include "autonomy.h"

#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "tasks/task_spec.h"

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

/* "changes protected paths: a, b and 3 more" */
static char *
changes(char *const *protected)
{
	struct buffer text;
	char *words;
	size_t i;

	buffer_init(&text);
	buffer_add_text(&text, "approval is needed before it lands: it changes protected paths: ");
	for (i = 0; protected[i] != NULL; i++)
		buffer_format(&text, "%s%s", i == 0 ? "" : protected[i + 1] == NULL &&
		    strncmp(protected[i], "and ", 4) == 0 ? " " : ", ", protected[i]);
	words = str_dup(buffer_text(&text));
	buffer_release(&text);
	return words;
}

char *
autonomy_land(enum autonomy level, unsigned approvals, char *const *protected)
{
	if (level == AUTONOMY_L3)
		return NULL;
	if (strs_count(protected) > 0)
		return changes(protected);
	if (approvals & APPROVAL_LAND)
		return str_dup("the task asks for approval before it lands");
	if (level == AUTONOMY_L0 || level == AUTONOMY_L1)
		return str_format("approval is needed before it lands (autonomy L%d)", (int)level);
	return NULL;
}
