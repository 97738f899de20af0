/*
 * Progress of a run: see live.h. Decides what a person sees while it goes on;
 * the cursor always rests below the last line, so that nothing has to be put
 * right when the process is killed.
 */
#include "live.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "orchctl/event_text.h"
#include "protocol/mem.h"

#define LINES_SPARE	4	/* of the screen, left to plain lines */

struct live_slot {
	char *name, *task;	/* name NULL: not said */
	const char *doing;
	uint64_t attempt;
	double since;
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void
live_init(struct live *live, bool shown)
{
	*live = (struct live){ .shown = shown, .started = now() };
	live->terminal = shown && terminal_columns(stderr) > 0 && getenv("TERM") != NULL &&
	    !str_same(getenv("TERM"), "dumb");
	live->colours = shown && colours_wanted(stderr);
}

double
live_seconds(const struct live *live)
{
	return now() - live->started;
}

/* The lines that fit on the screen below a few plain ones. */
static size_t
lines_most(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_row == 0)
		return 16;
	return size.ws_row > LINES_SPARE + 2 ? size.ws_row - LINES_SPARE : 2;
}

static void
add_erase(struct live *live, struct buffer *out)
{
	if (live->drawn > 0)
		buffer_format(out, "\r\033[%zuA\033[J", live->drawn);
	live->drawn = 0;
}

/* One line cut to the width of the terminal. */
static void
add_line(struct live *live, struct buffer *out, struct buffer *text, size_t columns)
{
	text_add(out, buffer_text(text), columns > 1 ? columns - 1 : 1);
	buffer_add_text(out, "\n");
	text->len = 0;
	live->drawn++;
}

static void
add_slots(struct live *live, struct buffer *out)
{
	size_t columns = terminal_columns(stderr), most = lines_most(), i;
	struct buffer text;

	buffer_init(&text);
	for (i = 0; i < live->slot_count && live->drawn + 1 < most; i++) {
		const struct live_slot *slot = &live->slots[i];

		if (slot->name != NULL)
			buffer_format(&text, "  slot %-4s %s  %s", slot->name, slot->task, slot->doing);
		else
			buffer_format(&text, "  %s  %s", slot->task, slot->doing);
		if (slot->attempt > 1)
			buffer_format(&text, " (attempt %ju)", (uintmax_t)slot->attempt);
		buffer_add_text(&text, "  ");
		text_add_seconds(&text, (double)(uint64_t)(now() - slot->since));
		add_line(live, out, &text, columns);
	}
	buffer_format(&text, "  %ju of %ju complete", (uintmax_t)live->complete,
	    (uintmax_t)live->total);
	if (live->blocked > 0)
		buffer_format(&text, ", %ju blocked", (uintmax_t)live->blocked);
	if (live->cancelled > 0)
		buffer_format(&text, ", %ju cancelled", (uintmax_t)live->cancelled);
	buffer_add_text(&text, "  ");
	text_add_seconds(&text, (double)(uint64_t)(now() - live->started));
	add_line(live, out, &text, columns);
	buffer_release(&text);
}

/* Writes a plain line (NULL: none) and the live lines in one go. */
static void
draw(struct live *live, enum colour colour, const char *line)
{
	struct buffer out;

	if (!live->shown || (line == NULL && !live->terminal))
		return;
	buffer_init(&out);
	add_erase(live, &out);
	if (line != NULL) {
		if (live->colours && colour != COLOUR_NONE)
			buffer_add_text(&out, colour_code(colour));
		buffer_add_text(&out, line);
		if (live->colours && colour != COLOUR_NONE)
			buffer_add_text(&out, colour_code(COLOUR_NONE));
		buffer_add_text(&out, "\n");
	}
	if (live->terminal)
		add_slots(live, &out);
	fwrite(out.bytes, 1, out.len, stderr);
	fflush(stderr);
	buffer_release(&out);
}

void
live_tick(struct live *live)
{
	draw(live, COLOUR_NONE, NULL);
}

void
live_say(struct live *live, const char *format, ...)
{
	va_list arguments;
	char *line = NULL;

	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) == -1)
		line = NULL;
	va_end(arguments);
	draw(live, COLOUR_NONE, line);
	free(line);
}

void
live_finish(struct live *live)
{
	struct buffer out;

	if (live->drawn > 0) {
		buffer_init(&out);
		add_erase(live, &out);
		fwrite(out.bytes, 1, out.len, stderr);
		fflush(stderr);
		buffer_release(&out);
	}
	live->terminal = false;
}

void
live_release(struct live *live)
{
	size_t i;

	live_finish(live);
	for (i = 0; i < live->slot_count; i++) {
		free(live->slots[i].name);
		free(live->slots[i].task);
	}
	free(live->slots);
	*live = (struct live){ 0 };
}

/* ---- what events say of slots and counts ---- */

/* Names sort as numbers do; those without one come last, as they came. */
static bool
comes_before(const struct live_slot *slot, const char *name)
{
	return slot->name != NULL && (name == NULL || strverscmp(slot->name, name) <= 0);
}

static void
occupy(struct live *live, const struct msg_event *event, const char *doing)
{
	size_t i = 0;

	if (event->task == NULL)
		return;
	while (i < live->slot_count && (comes_before(&live->slots[i], event->slot) ||
	    (event->slot == NULL && live->slots[i].name == NULL)))
		i++;
	live->slots = mem_resize(live->slots, live->slot_count + 1, sizeof(*live->slots));
	memmove(live->slots + i + 1, live->slots + i,
	    (live->slot_count++ - i) * sizeof(*live->slots));
	live->slots[i] = (struct live_slot){ .name = str_dup(event->slot),
	    .task = str_dup(event->task), .doing = doing, .attempt = event->attempt, .since = now() };
}

/* A task that is at something else is in no slot. */
static void
vacate(struct live *live, const char *task)
{
	size_t i = 0;

	while (i < live->slot_count)
		if (str_same(live->slots[i].task, task)) {
			free(live->slots[i].name);
			free(live->slots[i].task);
			memmove(live->slots + i, live->slots + i + 1,
			    (--live->slot_count - i) * sizeof(*live->slots));
		} else {
			i++;
		}
}

static void
count(struct live *live, const struct msg_event *event)
{
	if (str_same(event->event, "task.complete"))
		live->complete++;
	else if (str_same(event->event, "task.blocked"))
		live->blocked++;
	else if (str_same(event->event, "task.cancelled"))
		live->cancelled++;
}

void
live_counts(struct live *live, const struct reply_status *status)
{
	const struct record_count_row *row = status->tasks.items;
	size_t i;

	live->total = live->complete = live->blocked = live->cancelled = 0;
	for (i = 0; i < status->tasks.count; i++) {
		live->total += row[i].tasks;
		if (str_same(row[i].state, "COMPLETE"))
			live->complete = row[i].tasks;
		else if (str_same(row[i].state, "BLOCKED"))
			live->blocked = row[i].tasks;
		else if (str_same(row[i].state, "CANCELLED"))
			live->cancelled = row[i].tasks;
	}
}

void
live_event(struct live *live, const struct msg_event *event)
{
	struct buffer line;
	enum colour colour;

	count(live, event);
	if (!live->shown || str_same(event->event, "task.added"))
		return;
	if (event->task != NULL)
		vacate(live, event->task);
	if (str_same(event->event, "task.start"))
		occupy(live, event, "running");
	else if (str_same(event->event, "task.verify"))
		occupy(live, event, "verifying");
	buffer_init(&line);
	colour = event_text(event, &line);
	draw(live, colour, buffer_text(&line));
	buffer_release(&line);
}
