/*
 * YAML as a tree of texts, lists and mappings, each with its place in the
 * file. Anchors, aliases, tags and more than one document are refused, depth
 * and count are limited. What the texts mean is for the caller to say.
 */
#ifndef ORCH_YAML_VALUE_H
#define ORCH_YAML_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/problem.h"

#define YAML_VALUE_DEPTH_MAX	16
#define YAML_VALUES_MAX		4000000

enum yaml_value_kind { YAML_VALUE_TEXT, YAML_VALUE_LIST, YAML_VALUE_MAP };

struct yaml_value {
	enum yaml_value_kind kind;
	bool plain;		/* a text without quotes */
	unsigned line, column;	/* from 1 */
	char *text;		/* a text: its bytes, a NUL behind them */
	size_t len;
	struct yaml_value *items;	/* a mapping: key, value, key, value ... */
	size_t count;		/* of items, keys counted */
	size_t capacity;
};

/*
 * Reads one document. Returns 0, or -1 when `problems` says why not; `value`
 * is then empty. An empty document is a plain text without bytes.
 */
int	yaml_value_read(const char *name, const char *bytes, size_t len,
	    struct yaml_value *value, struct problems *problems);
void	yaml_value_release(struct yaml_value *value);
/* Nothing was written: empty, "~" or "null" without quotes. */
bool	yaml_value_null(const struct yaml_value *value);

#endif
