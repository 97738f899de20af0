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
	static const char *const headings[] = { "TASK", "STATE", ">ATTEMPTS", ">TICKET", "COMMIT",
	    "TITLE OR REASON", NULL };
	struct table table;
	size_t i;

	if (count == 0) {
		printf("no tasks\n");
		return;
	}
	table_init(&table, headings);
	for (i = 0; i < count; i++) {
		bool reason = rows[i].reason != NULL && rows[i].reason[0] != '\0';
		char *waits;

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
slots(const struct record_slot_row *rows, size_t count)
{
	static const char *const headings[] = { "SLOT", "STATE", ">PID", "KIND", "TASK",
	    ">ATTEMPT", ">TIME", "PROGRESS", NULL };
	struct table table;
	size_t i;

	table_init(&table, headings);
	for (i = 0; i < count; i++) {
		table_add(&table, COLOUR_NONE, rows[i].slot);
		table_add(&table, COLOUR_NONE, rows[i].state);
		table_add_number(&table, rows[i].pid);
		table_add(&table, COLOUR_NONE, rows[i].kind == NULL ? "-" : rows[i].kind);
		table_add(&table, COLOUR_NONE, rows[i].task == NULL ? "-" : rows[i].task);
		table_add_number(&table, rows[i].number);
		table_add_seconds(&table, rows[i].seconds);
		table_add(&table, COLOUR_DIM, rows[i].progress == NULL ? "-" : rows[i].progress);
	}
	table_print(&table, stdout);
	table_release(&table);
}

/* What setup made, and how much of the disk it has. */
static void
prepared(const struct reply_status *reply)
{
	const struct record_prepared_row *rows = reply->prepared.items;
	struct buffer text;
	size_t i;

	if (reply->prepared.count == 0)
		return;
	buffer_init(&text);
	for (i = 0; i < reply->prepared.count; i++)
		buffer_format(&text, "%s%s%s %ju MB in %ju files", i == 0 ? "" : ", ", rows[i].name,
		    rows[i].current ? " (current)" : "", (uintmax_t)(rows[i].bytes + 999999) / 1000000,
		    (uintmax_t)rows[i].entries);
	print_line("prepared", buffer_text(&text));
	buffer_release(&text);
}

/* What is paused, drained or halted, by whom and why; and how it goes on. */
static void
modes(const struct record_mode_row *rows, size_t count)
{
	struct buffer text;
	size_t i;

	for (i = 0; i < count; i++) {
		buffer_init(&text);
		buffer_format(&text, "%s%s%s %s by %s since ", rows[i].kind, rows[i].name != NULL ? " " : "",
		    rows[i].name != NULL ? rows[i].name : "", rows[i].mode, rows[i].who);
		print_time(&text, rows[i].since);
		if (rows[i].why != NULL)
			buffer_format(&text, ": %s", rows[i].why);
		print_line("held", buffer_text(&text));
		buffer_release(&text);
	}
}

static void
status(const struct reply_status *reply)
{
	const struct record_count_row *counts = reply->tasks.items;
	struct buffer text;
	size_t i;

	print_line("mode", reply->mode);
	modes(reply->modes.items, reply->modes.count);
	buffer_init(&text);
	buffer_format(&text, "pid %ju, for ", (uintmax_t)reply->pid);
	text_add_seconds(&text, reply->seconds);
	print_line("supervisor", buffer_text(&text));
	buffer_release(&text);
	print_line("project", reply->project);
	print_line("upstream", reply->upstream);
	print_line("repository", reply->repository);
	buffer_init(&text);
	buffer_add_text(&text, reply->branch);
	if (reply->tip != NULL)
		buffer_format(&text, " at %.*s", SHORT_OID, reply->tip);
	print_line("branch", buffer_text(&text));
	buffer_release(&text);
	print_line("stalled", reply->stalled);
	for (i = 0; i < strs_count(reply->paused); i++)
		print_line("paused", reply->paused[i]);
	print_line("workspaces", reply->workspace);
	print_line("sandbox", str_same(reply->sandbox, "none") ?
	    "none: agents have all rights of the user who runs orch" : reply->sandbox);
	print_line("limits by", reply->limits);
	print_line("setup", reply->setup);
	prepared(reply);
	print_number("flaky trees", reply->flaky);
	print_number("people", reply->human_interventions);
	print_number("escalations", reply->escalations);
	buffer_init(&text);
	for (i = 0; i < reply->tasks.count; i++)
		if (counts[i].tasks > 0)
			buffer_format(&text, "%s%ju %s", text.len == 0 ? "" : ", ",
			    (uintmax_t)counts[i].tasks, counts[i].state);
	print_line("tasks", text.len == 0 ? "none" : buffer_text(&text));
	buffer_release(&text);
	if (reply->slots.count > 0) {
		putchar('\n');
		slots(reply->slots.items, reply->slots.count);
	}
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
		printf("%ju tasks waited for it\n",
		    (uintmax_t)((const struct reply_agent_resume *)reply)->tasks);
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
	.tasks = tasks, .task = print_show, .slots = slots, .debug = debug, .trace = trace, .status = status, .event = event,
	.log = log_chunk, .log_end = log_end, .result = result, .reply = print_lists, .notes = print_notes_list, .note = print_notes_text, .plan = print_plan_text,
	.checks = checks,
};
