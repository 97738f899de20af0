/* orchctl pause: nothing new starts; what runs goes on. */
#include "orchctl/commands.h"
#include "orchctl/mode_set.h"

int
command_pause(struct context *context, int argc, char **argv)
{
	return mode_set_command(context, argc, argv, "PAUSED", false);
}
