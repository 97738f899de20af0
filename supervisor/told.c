/* What a result tells of itself: see told.h. */
#include "told.h"

#include <stdlib.h>
#include <string.h>

#include "note.h"
#include "protocol/mem.h"
#include "store_notes.h"

struct told {
	struct arena arena;
	struct note_part *parts;
	struct changed *changed;
	size_t part_count, changed_count;
	uint64_t changed_more;
	char *hook_failed;
};

static struct told *
told_of(struct result *result)
{
	if (result->told == NULL) {
		result->told = mem_zero(1, sizeof(*result->told));
		arena_init(&result->told->arena);
	}
	return result->told;
}

static char *
keep(struct told *told, const char *text)
{
	return text != NULL ? arena_copy(&told->arena, text, strlen(text)) : NULL;
}

void
told_by_worker(struct result *result, const struct msg_job_result *message)
{
	const struct record_note_part *parts = message->notes.items;
	struct told *told;
	size_t i;

	if (message->notes.count == 0 && message->hook_failed == NULL)
		return;
	told = told_of(result);
	told->hook_failed = keep(told, message->hook_failed);
	told->parts = arena_zero(&told->arena, message->notes.count + 1, sizeof(*told->parts));
	told->part_count = 0;
	for (i = 0; i < message->notes.count; i++)
		if (note_part_known(parts[i].part))
			told->parts[told->part_count++] = (struct note_part){ keep(told, parts[i].part),
			    keep(told, parts[i].text), message->number };
}

void
told_by_commitd(struct result *result, const struct msg_result_accepted *message)
{
	const struct record_changed_row *rows = message->changed.items;
	struct told *told;
	size_t i;

	if (message->changed.count == 0)
		return;
	told = told_of(result);
	told->changed = arena_zero(&told->arena, message->changed.count, sizeof(*told->changed));
	told->changed_count = message->changed.count;
	told->changed_more = message->changed_more;
	for (i = 0; i < message->changed.count; i++)
		told->changed[i] = (struct changed){ keep(told, rows[i].path), keep(told, rows[i].kind),
		    rows[i].added, rows[i].removed, rows[i].uncounted };
}

void
told_store(struct store *store, const struct task *task, const struct result *result)
{
	const struct told *told = result->told;
	size_t i;

	if (told == NULL || task == NULL)
		return;
	for (i = 0; i < told->part_count; i++)
		store_note_part_put(store, task->position, result->number, told->parts[i].part,
		    told->parts[i].text);
	for (i = 0; i < told->changed_count; i++)
		store_changed_put(store, task->position, result->number, &told->changed[i]);
	if (told->changed_more > 0)
		store_changed_put(store, task->position, result->number,
		    &(struct changed){ .path = "", .kind = "more", .added = told->changed_more });
}

const char *
told_hook_failed(const struct result *result)
{
	return result->told != NULL ? result->told->hook_failed : NULL;
}

void
told_release(struct result *result)
{
	if (result->told == NULL)
		return;
	arena_release(&result->told->arena);
	free(result->told);
	result->told = NULL;
}
