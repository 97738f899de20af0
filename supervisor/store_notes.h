/* What session notes are made of, in rows: a part of the store (store.h). */
#ifndef ORCH_STORE_NOTES_H
#define ORCH_STORE_NOTES_H

#include "supervisor/store.h"

/* Of a task's note. Texts are borrowed. */
struct note_state {
	uint64_t task, due;	/* task: position; due: changes that its file has not seen */
	const char *name;	/* of the file */
	const char *problem;	/* why it could not be written; NULL: none */
	double written;		/* 0: never */
};

/* Its file is to be written, by this name if it has none yet; inside a transaction. */
void	 store_note_due(struct store *store, uint64_t task, const char *name);
/* If it has one. */
void	 store_note_again(struct store *store, uint64_t task);
/* Its file has seen what was due then; more may have come since. */
void	 store_note_written(struct store *store, uint64_t task, uint64_t due, double time);
void	 store_note_failed(struct store *store, uint64_t task, const char *problem);
/* Those that are due, `most` at most; what could not be written comes last. How many. */
size_t	 store_each_note_due(struct store *store, size_t most,
	    void (*callback)(void *, const struct note_state *), void *context);
/* Those of tasks behind `after`, written since then or not yet; how many. */
size_t	 store_each_note(struct store *store, uint64_t after, double since, size_t most,
	    void (*callback)(void *, const struct note_state *), void *context);
/* The one of a task, if there is one. */
void	 store_one_note(struct store *store, uint64_t task,
	    void (*callback)(void *, const struct note_state *), void *context);
/* The name of its file; NULL: it has no note. The caller frees. */
char	*store_note_name(struct store *store, uint64_t task);

/* What its agent wrote; again is the same. */
void	 store_note_part_put(struct store *store, uint64_t task, uint64_t attempt, const char *part,
	    const char *text);
void	 store_each_note_part(struct store *store, uint64_t task,
	    void (*callback)(void *, uint64_t attempt, const char *part, const char *text), void *context);

/* A person's words; task 0: on all that is under way. */
void	 store_note_words_put(struct store *store, uint64_t task, double time, const char *who,
	    const char *text);
/* Those on the task, and those on all between these times. */
void	 store_each_note_words(struct store *store, uint64_t task, double from, double until,
	    void (*callback)(void *, double time, const char *who, const char *text), void *context);

/* A path that a result changes. */
struct changed { const char *path, *kind; uint64_t added, removed; bool uncounted; };

void	 store_changed_put(struct store *store, uint64_t task, uint64_t attempt,
	    const struct changed *changed);
void	 store_each_changed(struct store *store, uint64_t task, uint64_t attempt, size_t most,
	    void (*callback)(void *, const struct changed *), void *context);

/* A hook that is due. */
struct hook_row { uint64_t id, task, attempt, tries; const char *hook, *input; };

/* Gives its id. */
uint64_t store_hook_put(struct store *store, const struct hook_row *row, const char *project);
void	 store_hook_drop(struct store *store, uint64_t id);
void	 store_hook_tries(struct store *store, uint64_t id, uint64_t tries);
void	 store_each_hook(struct store *store,
	    void (*callback)(void *, const struct hook_row *, const char *project), void *context);
/* The last event by which something became of a task; 0: none. */
uint64_t store_event_moved(struct store *store);

/* The last events of a task, the latest first; how many it has in all. */
uint64_t store_each_event_of(struct store *store, const char *task, size_t most,
	    void (*callback)(void *, const struct event_row *), void *context);

#endif
