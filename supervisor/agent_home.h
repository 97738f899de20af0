/* What an agent's HOME has at first: files beside the configuration, or texts in it. */
#ifndef ORCH_AGENT_HOME_H
#define ORCH_AGENT_HOME_H

#include "supervisor/agent_entry.h"

/* A mapping of paths in HOME; what another entry had stays, but for the same path. */
void	agent_home_read(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
	    const struct agent_option *option, const struct yaml_value *value);

#endif
