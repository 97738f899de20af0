/*
 * Decides nothing: finds the index of a name. Open addressing with linear
 * probing, at most half full, so that a look-up is a step or two.
 */
#include "tasks/name_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define FIRST_CAPACITY 64

struct name_entry {
	const char *name;	/* NULL: free */
	uint64_t hash;
	size_t index;
};

static uint64_t
hash_name(const char *name)
{
	uint64_t hash = 14695981039346656037ull;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211ull;
	/* The low bits choose the place: let all of them count. */
	hash ^= hash >> 32;
	return hash * 0x9e3779b97f4a7c15ull;
}

/* The entry of a name, or the free one where it belongs. */
static struct name_entry *
entry_of(const struct name_table *table, const char *name, uint64_t hash)
{
	size_t mask = table->capacity - 1, at = (size_t)(hash >> 20) & mask;
	struct name_entry *entry;

	for (;; at = (at + 1) & mask) {
		entry = &table->entries[at];
		if (entry->name == NULL)
			return entry;
		if (entry->hash == hash && strcmp(entry->name, name) == 0)
			return entry;
	}
}

static void
grow(struct name_table *table)
{
	struct name_table larger = { 0 };
	size_t i;

	larger.capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
	larger.entries = mem_zero(larger.capacity, sizeof(*larger.entries));
	larger.count = table->count;
	for (i = 0; i < table->capacity; i++)
		if (table->entries[i].name != NULL)
			*entry_of(&larger, table->entries[i].name,
			    table->entries[i].hash) = table->entries[i];
	free(table->entries);
	*table = larger;
}

void
name_table_init(struct name_table *table)
{
	*table = (struct name_table){ 0 };
}

void
name_table_release(struct name_table *table)
{
	free(table->entries);
	name_table_init(table);
}

bool
name_table_add(struct name_table *table, const char *name, size_t index)
{
	uint64_t hash = hash_name(name);
	struct name_entry *entry;

	if (table->count * 2 >= table->capacity)
		grow(table);
	entry = entry_of(table, name, hash);
	if (entry->name != NULL)
		return false;
	*entry = (struct name_entry){ name, hash, index };
	table->count++;
	return true;
}

bool
name_table_find(const struct name_table *table, const char *name, size_t *index)
{
	const struct name_entry *entry;

	if (table->capacity == 0)
		return false;
	entry = entry_of(table, name, hash_name(name));
	if (entry->name == NULL)
		return false;
	if (index != NULL)
		*index = entry->index;
	return true;
}
