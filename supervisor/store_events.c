/* What has happened, and finding it again: see store.h. */
#include <string.h>

#include "sql.h"
#include "store.h"

uint64_t
store_event(struct store *store, const struct event_row *event)
{
	sql_run(store, sql_bind(store, SQL_EVENT, "rttuutttt", event->time, event->event, event->task,
	    event->attempt, event->ticket, event->commit, event->slot, event->reason, event->project));
	return sql_last(store);
}

/* By what the ones that are meant are found: what has an index, the narrowest first. */
enum found { BY_TASK, BY_TYPE, BY_PROJECT, BY_LOOKING, BY_ID, FOUND_LIMIT };

static const enum statement after_statements[FOUND_LIMIT] = { SQL_EVENTS_OF_AFTER, SQL_EVENTS_OF_TYPE_AFTER,
	SQL_EVENTS_OF_PROJECT_AFTER, SQL_EVENTS_LIKE, SQL_EVENTS };
static const enum statement last_statements[FOUND_LIMIT] = { SQL_EVENT_LAST_OF_TASK, SQL_EVENT_LAST_OF_TYPE,
	SQL_EVENT_LAST_OF_PROJECT, SQL_EVENT_LAST_LIKE, SQL_EVENT_LAST_ANY };

static enum found
found_by(const struct event_filter *filter)
{
	if (filter->task != NULL)
		return BY_TASK;
	/* An index knows no patterns. */
	if (filter->type != NULL && strpbrk(filter->type, "*?[") == NULL)
		return BY_TYPE;
	if (filter->project != NULL)
		return BY_PROJECT;
	return filter->type != NULL ? BY_LOOKING : BY_ID;
}

static struct sqlite3_stmt *
bind(struct store *store, const enum statement *statements, const struct event_filter *filter,
    uint64_t after, uint64_t most)
{
	const enum found by = found_by(filter);

	if (by == BY_ID)
		return sql_bind(store, statements[by], "uu", after, most);
	if (by == BY_TASK)
		return sql_bind(store, statements[by], "uuttt", after, most, filter->type, filter->project,
		    filter->task);
	return sql_bind(store, statements[by], "uutt", after, most, filter->type, filter->project);
}

size_t
store_each_event(struct store *store, const struct event_filter *filter, uint64_t after, size_t most,
    void (*callback)(void *, const struct event_row *), void *context)
{
	struct sqlite3_stmt *statement = bind(store, after_statements, filter, after, most);
	size_t count = 0;

	while (sql_row(store, statement)) {
		struct event_row event = {
			.id = sql_number(statement, 0), .time = sql_real(statement, 1),
			.event = sql_text(statement, 2), .task = sql_text(statement, 3),
			.attempt = sql_number(statement, 4), .ticket = sql_number(statement, 5),
			.commit = sql_text(statement, 6), .slot = sql_text(statement, 7),
			.reason = sql_text(statement, 8), .project = sql_text(statement, 9),
		};

		callback(context, &event);
		count++;
	}
	return count;
}

uint64_t
store_event_last(struct store *store)
{
	return sql_one_number(store, sql_bind(store, SQL_EVENT_LAST, ""));
}

uint64_t
store_event_since(struct store *store, double time)
{
	return sql_one_number(store, sql_bind(store, SQL_EVENT_SINCE, "r", time));
}

uint64_t
store_event_back(struct store *store, const struct event_filter *filter, uint64_t after, uint64_t most)
{
	return sql_one_number(store, bind(store, last_statements, filter, after, most));
}

uint64_t
store_event_last_of(struct store *store, const struct event_filter *filter)
{
	return store_event_back(store, filter, 0, 1);
}
