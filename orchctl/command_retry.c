/* orchctl retry: blocked or cancelled tasks go back to the schedule. */
#include "orchctl/change.h"
#include "orchctl/commands.h"

int
command_retry(struct context *context, int argc, char **argv)
{
	return change_tasks(context, argc, argv, MSG_task_retry);
}
