/* The rules of an agent's entry, by which its output is read (worker/adapter.h). */
#ifndef ORCH_AGENT_RULES_H
#define ORCH_AGENT_RULES_H

#include "supervisor/agent_entry.h"

/* A list of rules for one purpose; those of it that another entry had go. */
void	agent_rules_read(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
	    const struct agent_option *option, const struct yaml_value *value);
/* Where its usage stands, and how it counts. */
void	agent_rules_usage(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
	    const struct agent_option *option, const struct yaml_value *value);

#endif
