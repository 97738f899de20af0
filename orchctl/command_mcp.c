/* orchctl mcp: what an agent may ask, for agents that speak the Model Context Protocol. */
#include "orchctl/commands.h"
#include "orchctl/mcp.h"
#include "orchctl/options.h"

int
command_mcp(struct context *context, int argc, char **argv)
{
	int status;

	if (!options_common(context, argc, argv, 0, 0, &status))
		return status;
	return mcp_serve();
}
