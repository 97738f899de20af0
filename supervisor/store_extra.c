/* What came with tasks, and what tells two of them to be the same: see store.h. */
#include "sql.h"
#include "store.h"

char *
store_extra(struct store *store, uint64_t position)
{
	return sql_one_text(store, sql_bind(store, SQL_EXTRA, "u", position));
}

void
store_extra_put(struct store *store, uint64_t position, const char *json)
{
	sql_run(store, sql_bind(store, SQL_EXTRA_PUT, "ut", position, json));
}

void
store_fingerprint_put(struct store *store, const char *digits, uint64_t position)
{
	sql_run(store, sql_bind(store, SQL_FINGERPRINT_PUT, "tu", digits, position));
}

char *
store_fingerprint_of(struct store *store, uint64_t position)
{
	return sql_one_text(store, sql_bind(store, SQL_FINGERPRINT_OF, "u", position));
}

uint64_t
store_fingerprint_find(struct store *store, const char *digits, const char *project)
{
	return sql_one_number(store, sql_bind(store, SQL_FINGERPRINT_FIND, "tt", digits, project));
}
