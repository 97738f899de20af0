/*
 * What commands show, as text for people or as JSON for programs: one table,
 * two of its kind. Everything goes to standard output.
 */
#ifndef ORCH_PRINTER_H
#define ORCH_PRINTER_H

#include "orchctl/text.h"
#include "protocol/message.h"

struct plan;

/* One thing that doctor looked at. */
struct check {
	const char *name;
	enum check_state { CHECK_GOOD, CHECK_NOTE, CHECK_MISSING } state;
	char *found;		/* what is there */
	char *remedy;		/* the command that mends it; NULL: nothing to do */
};

/* Where in a log the printer is. */
struct log_state {
	struct text_filter filter;
	unsigned char carry[4];
	size_t carried;
	int last;		/* last byte shown, -1: none */
};

struct printer {
	void (*tasks)(const struct record_task_row *rows, size_t count);
	void (*task)(const struct reply_task_show *task);
	void (*slots)(const struct record_slot_row *rows, size_t count);
	void (*debug)(const struct reply_slot_debug *slot);
	void (*trace)(const struct msg_trace_line *line);
	void (*status)(const struct reply_status *status);
	void (*event)(const struct msg_event *event);
	void (*log)(struct log_state *state, const struct msg_log_chunk *chunk);
	void (*log_end)(struct log_state *state, const struct msg_log_end *end);
	/* The result of add, cancel, retry, approve, reject, wait or stop; `task` may be NULL. */
	void (*result)(enum message_id id, const char *task, const void *reply);
	/* All of another reply. */
	void (*reply)(enum message_id id, const void *reply);
	void (*notes)(const struct record_note_row *rows, size_t count);
	void (*note)(const struct reply_note_show *note);
	void (*plan)(const struct task_list *list, const struct plan *plan);
	void (*checks)(const struct check *checks, size_t count);
};

extern const struct printer print_text, print_json;

#endif
