/* orchctl reject: says no: they are blocked, and what they did is kept. */
#include "orchctl/change.h"
#include "orchctl/commands.h"

int
command_reject(struct context *context, int argc, char **argv)
{
	return change_tasks(context, argc, argv, MSG_task_reject);
}
