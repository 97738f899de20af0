/* orchctl cancel: gives tasks up. What their attempts left is kept. */
#include "orchctl/change.h"
#include "orchctl/commands.h"

int
command_cancel(struct context *context, int argc, char **argv)
{
	return change_tasks(context, argc, argv, MSG_task_cancel);
}
