/* What session notes are made of: see store_notes.h. */
#include "store_notes.h"

#include "sql.h"

/* So many at most are found by their times and sorted; of more, a page begins where the last one ended. */
#define FEW	1000u

void
store_note_due(struct store *store, uint64_t task, const char *name)
{
	sql_run(store, sql_bind(store, SQL_NOTE_DUE, "ut", task, name));
}

void
store_note_again(struct store *store, uint64_t task)
{
	sql_run(store, sql_bind(store, SQL_NOTE_AGAIN, "u", task));
}

void
store_note_written(struct store *store, uint64_t task, uint64_t due, double time)
{
	sql_run(store, sql_bind(store, SQL_NOTE_WRITTEN, "uur", task, due, time));
}

void
store_note_failed(struct store *store, uint64_t task, const char *problem)
{
	sql_run(store, sql_bind(store, SQL_NOTE_FAILED, "ut", task, problem));
}

static size_t
each_note(struct store *store, struct sqlite3_stmt *statement,
    void (*callback)(void *, const struct note_state *), void *context)
{
	size_t count = 0;

	for (; sql_row(store, statement); count++)
		callback(context, &(struct note_state){ .task = sql_number(statement, 0),
		    .name = sql_text(statement, 1), .due = sql_number(statement, 2),
		    .written = sql_real(statement, 3), .problem = sql_text(statement, 4) });
	return count;
}

size_t
store_each_note_due(struct store *store, size_t most,
    void (*callback)(void *, const struct note_state *), void *context)
{
	return each_note(store, sql_bind(store, SQL_NOTES_DUE, "u", (uint64_t)most), callback, context);
}

size_t
store_each_note(struct store *store, uint64_t after, double since, size_t most,
    void (*callback)(void *, const struct note_state *), void *context)
{
	const bool few = sql_one_number(store, sql_bind(store, SQL_NOTES_OF_LATE, "ru", since,
	    (uint64_t)FEW + 1)) <= FEW;

	return each_note(store, sql_bind(store, few ? SQL_NOTES_BY_TIME : SQL_NOTES, "uru", after, since,
	    (uint64_t)most), callback, context);
}

void
store_one_note(struct store *store, uint64_t task, void (*callback)(void *, const struct note_state *),
    void *context)
{
	each_note(store, sql_bind(store, SQL_NOTE, "u", task), callback, context);
}

char *
store_note_name(struct store *store, uint64_t task)
{
	return sql_one_text(store, sql_bind(store, SQL_NOTE_NAME, "u", task));
}

void
store_note_part_put(struct store *store, uint64_t task, uint64_t attempt, const char *part,
    const char *text)
{
	sql_run(store, sql_bind(store, SQL_NOTE_PART_PUT, "uutt", task, attempt, part, text));
}

void
store_each_note_part(struct store *store, uint64_t task,
    void (*callback)(void *, uint64_t, const char *, const char *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_NOTE_PARTS, "u", task);

	while (sql_row(store, statement))
		callback(context, sql_number(statement, 0), sql_text(statement, 1), sql_text(statement, 2));
}

void
store_note_words_put(struct store *store, uint64_t task, double time, const char *who, const char *text)
{
	sql_run(store, task == 0 ? sql_bind(store, SQL_NOTE_WORDS_ALL_PUT, "rtt", time, who, text) :
	    sql_bind(store, SQL_NOTE_WORDS_PUT, "urtt", task, time, who, text));
}

void
store_each_note_words(struct store *store, uint64_t task, double from, double until,
    void (*callback)(void *, double, const char *, const char *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_NOTE_WORDS, "urr", task, from, until);

	while (sql_row(store, statement))
		callback(context, sql_real(statement, 0), sql_text(statement, 1), sql_text(statement, 2));
}

void
store_changed_put(struct store *store, uint64_t task, uint64_t attempt, const struct changed *changed)
{
	sql_run(store, changed->uncounted ? sql_bind(store, SQL_CHANGED_UNCOUNTED, "uutt", task, attempt,
	    changed->path, changed->kind) : sql_bind(store, SQL_CHANGED_PUT, "uuttuu", task, attempt,
	    changed->path, changed->kind, changed->added, changed->removed));
}

void
store_each_changed(struct store *store, uint64_t task, uint64_t attempt, size_t most,
    void (*callback)(void *, const struct changed *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_CHANGED, "uuu", task, attempt, (uint64_t)most);

	while (sql_row(store, statement))
		callback(context, &(struct changed){ sql_text(statement, 0), sql_text(statement, 1),
		    sql_number(statement, 2), sql_number(statement, 3), sql_number(statement, 4) != 0 });
}

uint64_t
store_each_event_of(struct store *store, const char *task, size_t most,
    void (*callback)(void *, const struct event_row *), void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_EVENTS_OF, "tu", task, (uint64_t)most);

	while (sql_row(store, statement))
		callback(context, &(struct event_row){ .id = sql_number(statement, 0),
		    .time = sql_real(statement, 1), .event = sql_text(statement, 2),
		    .task = sql_text(statement, 3), .attempt = sql_number(statement, 4),
		    .ticket = sql_number(statement, 5), .commit = sql_text(statement, 6),
		    .slot = sql_text(statement, 7), .reason = sql_text(statement, 8) });
	return sql_one_number(store, sql_bind(store, SQL_EVENTS_OF_COUNT, "t", task));
}

uint64_t
store_hook_put(struct store *store, const struct hook_row *row, const char *project)
{
	sql_run(store, sql_bind(store, SQL_HOOK_PUT, "ttuut", row->hook, project, row->task, row->attempt,
	    row->input));
	return sql_last(store);
}

void
store_hook_drop(struct store *store, uint64_t id)
{
	sql_run(store, sql_bind(store, SQL_HOOK_DROP, "u", id));
}

void
store_hook_tries(struct store *store, uint64_t id, uint64_t tries)
{
	sql_run(store, sql_bind(store, SQL_HOOK_TRIES, "uu", id, tries));
}

void
store_each_hook(struct store *store, void (*callback)(void *, const struct hook_row *, const char *),
    void *context)
{
	struct sqlite3_stmt *statement = sql_bind(store, SQL_HOOK_ALL, "");

	while (sql_row(store, statement))
		callback(context, &(struct hook_row){ .id = sql_number(statement, 0),
		    .hook = sql_text(statement, 1), .task = sql_number(statement, 3),
		    .attempt = sql_number(statement, 4), .input = sql_text(statement, 5),
		    .tries = sql_number(statement, 6) }, sql_text(statement, 2));
}

uint64_t
store_event_moved(struct store *store)
{
	return sql_one_number(store, sql_bind(store, SQL_EVENT_MOVED, ""));
}
