/* See hash.h. (pure) */
#include "hash.h"

uint64_t
hash_text(const char *text)
{
	uint64_t hash = 14695981039346656037ull;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211ull;
	return hash;
}
