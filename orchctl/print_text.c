/*
 * The printer for people: see printer.h. Decides what is worth a line; states
 * are shown as the words that the supervisor uses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "orchctl/event_text.h"
#include "orchctl/print_lists.h"
#include "orchctl/print_plan.h"
#include "orchctl/print_notes.h"
#include "orchctl/print_show.h"
#include "orchctl/print_status.h"
#include "orchctl/printer.h"
#include "protocol/mem.h"

static enum colour
state_colour(const char *state)
{
	static const struct { const char *state; enum colour colour; } colours[] = {
		{ "COMPLETE", COLOUR_GOOD }, { "BLOCKED", COLOUR_BAD },
		{ "CANCELLED", COLOUR_BAD }, { "PENDING", COLOUR_DIM },
		{ "RUNNING", COLOUR_BUSY }, { "VERIFYING", COLOUR_BUSY },
		{ "LANDING", COLOUR_BUSY }, { "AWAITING_APPROVAL", COLOUR_BAD },
	};
	size_t i;

	for (i = 0; i < COUNT(colours); i++)
		if (str_same(colours[i].state, state))
			return colours[i].colour;
	return COLOUR_NONE;
}

static void
tasks(const struct record_task_row *rows, size_t count)
{
	static const char *const headings[] = { "PROJECT", "TASK", "STATE", ">ATTEMPTS", ">TICKET", "COMMIT",
	    "TITLE OR REASON", NULL };
	bool projects = count > 0 && rows[0].project != NULL;
	struct table table;
	size_t i;

	if (count == 0) {
		printf("no tasks\n");
		return;
	}
	table_init(&table, projects ? headings : headings + 1);
	for (i = 0; i < count; i++) {
		bool reason = rows[i].reason != NULL && rows[i].reason[0] != '\0';
		char *waits;

		if (projects)
			table_add(&table, COLOUR_NONE, rows[i].project != NULL ? rows[i].project : "-");
		table_add(&table, COLOUR_NONE, rows[i].id);
		table_add(&table, state_colour(rows[i].state), rows[i].state);
		table_add_number(&table, rows[i].attempts);
		table_add_number(&table, rows[i].ticket);
		print_oid(&table, rows[i].commit);
		waits = rows[i].waits_for == NULL ? NULL : str_format("waits for %s", rows[i].waits_for);
		table_add(&table, COLOUR_NONE, waits != NULL ? waits : reason ? rows[i].reason : rows[i].title);
		free(waits);
	}
	table_print(&table, stdout);
	table_release(&table);
}

/* How deep below the command it is, for the tree. */
static unsigned
depth_of(const struct record_process_row *rows, size_t count, size_t at)
{
	unsigned depth = 0;
	size_t i;

	for (i = 0; i < count && depth < 32; i++)
		if (rows[i].pid == rows[at].parent) {
			depth++;
			at = i;
			i = SIZE_MAX;		/* from the front again */
		}
	return depth;
}

static void
show_processes(const struct record_process_row *rows, size_t count)
{
	static const char *const headings[] = { ">PID", "STATE", ">MEMORY", ">CPU", "COMMAND", NULL };
	struct table table;
	size_t i;

	if (count == 0)
		return;
	table_init(&table, headings);
	for (i = 0; i < count; i++) {
		char *memory = str_format("%ju KiB", (uintmax_t)(rows[i].memory >> 10)), *cpu =
		    str_format("%.1f s", rows[i].cpu), *command = str_format("%*s%s",
		    (int)(2 * depth_of(rows, count, i)), "", rows[i].command ? rows[i].command : rows[i].name);

		table_add_number(&table, rows[i].pid);
		table_add(&table, COLOUR_NONE, rows[i].state);
		table_add(&table, COLOUR_NONE, memory);
		table_add(&table, COLOUR_NONE, cpu);
		table_add(&table, COLOUR_NONE, command);
		free(command);
		free(cpu);
		free(memory);
	}
	putchar('\n');
	table_print(&table, stdout);
	table_release(&table);
}

static void
debug(const struct reply_slot_debug *reply)
{
	const struct record_slot_row *slot = reply->slot.items;
	const struct record_debug_row *row = reply->debug.items;
	const struct record_usage *usage;
	size_t i;

	if (reply->slot.count == 0 || reply->debug.count == 0)
		return;
	print_line("slot", slot->slot);
	print_line("state", slot->state);
	print_number("worker", slot->pid);
	print_line("task", slot->task);
	print_number("attempt", slot->number);
	print_line("at", row->paused ? "paused" : row->frozen ? "frozen" : row->state);
	print_number("iteration", row->iteration);
	print_number("command", row->command);
	for (i = 0; i < strs_count(row->limits); i++)
		print_line(i == 0 ? "takes" : "", row->limits[i]);
	if (row->usage.count > 0) {
		usage = row->usage.items;
		print_number("tokens in", usage->input);
		print_number("tokens out", usage->output);
		print_number("steps", usage->steps);
	}
	show_processes(row->processes.items, row->processes.count);
	print_passage(row->output);
}

static void
trace(const struct msg_trace_line *traced)
{
	printf("%.3f %s\n", traced->time, traced->line);
	fflush(stdout);
}

static void
event(const struct msg_event *event)
{
	time_t when = (time_t)event->time;
	char clock[32];
	struct tm local;
	struct buffer text;
	enum colour colour;
	bool colours = colours_wanted(stdout);

	buffer_init(&text);
	colour = event_text(event, &text);
	localtime_r(&when, &local);
	strftime(clock, sizeof(clock), "%F %T", &local);
	printf("%s %s%s%s\n", clock, colours ? colour_code(colour) : "", buffer_text(&text),
	    colours ? colour_code(COLOUR_NONE) : "");
	fflush(stdout);
	buffer_release(&text);
}

/* To a terminal without what it would obey; to a file or pipe as it is. */
static void
log_chunk(struct log_state *state, const struct msg_log_chunk *chunk)
{
	struct buffer text;

	if (chunk->bytes.len == 0)
		return;
	state->last = chunk->bytes.bytes[chunk->bytes.len - 1];
	if (!colours_wanted(stdout) && terminal_columns(stdout) == 0) {
		fwrite(chunk->bytes.bytes, 1, chunk->bytes.len, stdout);
	} else {
		buffer_init(&text);
		text_filter(&state->filter, &text, chunk->bytes.bytes, chunk->bytes.len);
		fwrite(text.bytes, 1, text.len, stdout);
		buffer_release(&text);
	}
	fflush(stdout);
}

static void
log_end(struct log_state *state, const struct msg_log_end *end)
{
	(void)end;
	if (terminal_columns(stdout) == 0)
		return;
	if (colours_wanted(stdout))
		fputs(colour_code(COLOUR_NONE), stdout);
	if (state->last != -1 && state->last != '\n')
		putchar('\n');
	fflush(stdout);
}

static void
result(enum message_id id, const char *task, const void *reply)
{
	const struct reply_task_wait *wait = reply;
	const struct reply_task_add *add = reply;
	const struct reply_attempt_prune *prune = reply;
	const struct reply_agent_discover *found = reply;
	const struct reply_agent_scope *scope = reply;
	const struct reply_mode_set *mode = reply;
	const struct reply_agent_resume *resumed = reply;
	size_t i;

	switch (id) {
	case MSG_task_add:
		printf("%ju added", (uintmax_t)add->added);
		if (add->known > 0)
			printf(", %ju known already", (uintmax_t)add->known);
		if (task != NULL)
			printf(": %s", task);
		putchar('\n');
		break;
	case MSG_task_cancel:
		printf("%s: %s\n", task, ((const struct reply_task_cancel *)reply)->state);
		break;
	case MSG_task_approve:
		printf("%s: %s\n", task, ((const struct reply_task_approve *)reply)->state);
		break;
	case MSG_task_reject:
		printf("%s: %s\n", task, ((const struct reply_task_reject *)reply)->state);
		break;
	case MSG_task_retry:
		printf("%s: %s\n", task, ((const struct reply_task_retry *)reply)->state);
		break;
	case MSG_task_answer:
		printf("%s: %s\n", task, ((const struct reply_task_answer *)reply)->state);
		break;
	case MSG_agent_discover:
		printf("%s: %s%s\n", found->task, found->state, found->known ? ", known already" : "");
		break;
	case MSG_agent_scope:
		printf("%s%s%s\n", scope->granted ? "granted" : "refused", scope->reason != NULL ? ": " : "",
		    scope->reason != NULL ? scope->reason : "");
		break;
	case MSG_agent_ask:
		if (((const struct reply_agent_ask *)reply)->answer != NULL)
			printf("%s\n", ((const struct reply_agent_ask *)reply)->answer);
		break;
	case MSG_agent_resume:
		printf("%ju task%s waited for it\n", (uintmax_t)resumed->tasks, resumed->tasks == 1 ? "" : "s");
		break;
	case MSG_mode_set:
		printf("%s", mode->mode);
		if (mode->running > 0 && !str_same(mode->mode, "NORMAL"))
			printf(", %ju running", (uintmax_t)mode->running);
		putchar('\n');
		break;
	case MSG_attempt_prune:
		printf("%ju attempts forgotten", (uintmax_t)prune->attempts);
		if (prune->homes > 0)
			printf(", %ju HOMEs removed", (uintmax_t)prune->homes);
		if (prune->leaks > 0)
			printf(", %ju things that were left behind", (uintmax_t)prune->leaks);
		putchar('\n');
		for (i = 0; i < strs_count(prune->skipped); i++)
			printf("project %s is not open: its attempts stay\n", prune->skipped[i]);
		break;
	case MSG_task_wait:
		printf("%ju complete, %ju blocked, %ju cancelled, %ju waiting\n",
		    (uintmax_t)wait->complete, (uintmax_t)wait->blocked,
		    (uintmax_t)wait->cancelled, (uintmax_t)wait->waiting);
		break;
	case MSG_note_add:
		printf("%s: noted\n", task != NULL ? task : "all under way");
		break;
	default:
		break;
	}
}

static void
checks(const struct check *rows, size_t count)
{
	static const char *const headings[] = { "CHECK", "STATE", "FOUND", NULL };
	static const char *const words[] = { "good", "note", "MISSING" };
	static const enum colour colours[] = { COLOUR_GOOD, COLOUR_NONE, COLOUR_BAD };
	struct table table;
	size_t i;

	table_init(&table, headings);
	for (i = 0; i < count; i++) {
		table_add(&table, COLOUR_NONE, rows[i].name);
		table_add(&table, colours[rows[i].state], words[rows[i].state]);
		table_add(&table, COLOUR_NONE, rows[i].found);
	}
	table_print(&table, stdout);
	table_release(&table);
	for (i = 0; i < count; i++)
		if (rows[i].remedy != NULL)
			printf("\n%s: %s\n", rows[i].name, rows[i].remedy);
}

const struct printer print_text = {
	.tasks = tasks, .task = print_show, .slots = print_slots, .debug = debug, .trace = trace, .status = print_status, .event = event,
	.log = log_chunk, .log_end = log_end, .result = result, .reply = print_lists, .notes = print_notes_list, .note = print_notes_text, .plan = print_plan_text,
	.checks = checks,
};
