/* orchctl halt: everything stops at once, and all work is saved. */
#include "orchctl/commands.h"
#include "orchctl/mode_set.h"

int
command_halt(struct context *context, int argc, char **argv)
{
	return mode_set_command(context, argc, argv, "HALTED", false);
}
