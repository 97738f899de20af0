/* What the readers of orch.yaml(5) share: walking over its tree, and saying what is wrong. */
#ifndef ORCH_YAML_WALK_H
#define ORCH_YAML_WALK_H

#include "protocol/problem.h"
#include "tasks/yaml_value.h"

struct yaml {
	struct problems *problems;
	const char *file;
	void *context;		/* of who reads */
};

/* "projects.x." and the key in it; `at` is where the key stands, `value` what it has. */
typedef void	yaml_pair(struct yaml *yaml, const char *prefix, const char *key,
		    const struct yaml_value *at, const struct yaml_value *value);

void		 yaml_wrong(struct yaml *yaml, const struct yaml_value *value, const char *prefix,
		    const char *key, const char *what);
/* The text of a value that is one, without NULs in it; else NULL. */
const char	*yaml_scalar(const struct yaml_value *value);
/* Calls for each pair of a map; says so when it is none. */
void		 yaml_each_pair(struct yaml *yaml, const struct yaml_value *map, const char *prefix,
		    yaml_pair *callback);
/* What a map has under this key, or NULL. */
const struct yaml_value	*yaml_get(const struct yaml_value *map, const char *key);

#endif
