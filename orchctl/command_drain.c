/* orchctl drain: what runs and lands is the last of it. */
#include "orchctl/commands.h"
#include "orchctl/mode_set.h"

int
command_drain(struct context *context, int argc, char **argv)
{
	return mode_set_command(context, argc, argv, "DRAINING", true);
}
