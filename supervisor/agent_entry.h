/*
 * One entry under agents: of orch.yaml while it is read, and what its readers share.
 */
#ifndef ORCH_AGENT_ENTRY_H
#define ORCH_AGENT_ENTRY_H

#include "supervisor/agents.h"
#include "supervisor/yaml_walk.h"

/* What an option has: see agent_options.def. */
enum agent_kind { KIND_text, KIND_words, KIND_names, KIND_paths, KIND_choice, KIND_pairs, KIND_secrets, KIND_files,
    KIND_texts, KIND_seconds, KIND_number, KIND_count, KIND_real, KIND_pattern, KIND_expression,
    KIND_exits, KIND_conditions, KIND_getters, KIND_requires, KIND_usage };

struct agent_option { const char *key; enum agent_kind kind; size_t offset; const char *extra; };

struct agent_entry {
	struct agents *agents;
	struct agent agent;		/* not among `agents` before it has been read */
	const struct yaml_value *all;	/* the mapping that it stands in */
	bool shipped;
};

/* Copies that live as long as the agents. */
const char	*agent_entry_keep(struct agent_entry *entry, const char *text);
/* One more text in a list; the old list, which another entry may have too, stays as it is. */
void		 agent_entry_append(struct agent_entry *entry, char ***list, const char *text);
/* One of the words in option->extra. */
void		 agent_entry_choose(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
		    const struct agent_option *option, const struct yaml_value *value, const char **out);
/* Can a variable of the environment have this name? */
bool		 agent_entry_variable(const char *name);

#endif
