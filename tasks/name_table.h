/*
 * Strings to indexes: a hash table that only grows. The strings stay the
 * caller's and must live as long as the table.
 */
#ifndef ORCH_NAME_TABLE_H
#define ORCH_NAME_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct name_entry;

struct name_table {
	struct name_entry *entries;
	size_t capacity;	/* 0 or a power of two */
	size_t count;
};

void	name_table_init(struct name_table *table);
void	name_table_release(struct name_table *table);
/* Adds a name; false, and nothing is changed, when it is there already. */
bool	name_table_add(struct name_table *table, const char *name, size_t index);
/* Is the name there? Then its index is stored, unless `index` is NULL. */
bool	name_table_find(const struct name_table *table, const char *name,
	    size_t *index);

#endif
