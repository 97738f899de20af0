/* orchctl approve: says yes to tasks that wait for a person. */
#include "orchctl/change.h"
#include "orchctl/commands.h"

int
command_approve(struct context *context, int argc, char **argv)
{
	return change_tasks(context, argc, argv, MSG_task_approve);
}
