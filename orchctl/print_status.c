/* The supervisor, its projects and its slots: see print_status.h. */
#include "print_status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orchctl/print_show.h"
#include "orchctl/table.h"
#include "protocol/mem.h"

void
print_slots(const struct record_slot_row *rows, size_t count)
{
	static const char *const headings[] = { "PROJECT", "SLOT", "STATE", ">PID", "KIND", "TASK",
	    ">ATTEMPT", ">TIME", "PROGRESS", NULL };
	bool projects = false;
	struct table table;
	size_t i;

	for (i = 0; i < count; i++)
		projects = projects || rows[i].project != NULL;
	table_init(&table, projects ? headings : headings + 1);
	for (i = 0; i < count; i++) {
		if (projects)
			table_add(&table, COLOUR_NONE, rows[i].project == NULL ? "-" : rows[i].project);
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
print_prepared(const struct records *layers)
{
	const struct record_prepared_row *rows = layers->items;
	struct buffer text;
	size_t i;

	if (layers->count == 0)
		return;
	buffer_init(&text);
	for (i = 0; i < layers->count; i++)
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
		/* What a budget has stopped says itself how it goes on. */
		if (!rows[i].tripped)
			buffer_format(&text, " (orchctl resume%s%s)", str_same(rows[i].kind, "project") ? " -p " :
			    rows[i].name != NULL ? " " : "", rows[i].name != NULL ? rows[i].name : "");
		print_line("held", buffer_text(&text));
		buffer_release(&text);
	}
}

/* "3 COMPLETE, 1 PENDING". */
static void
print_counts(const struct records *tasks)
{
	const struct record_count_row *counts = tasks->items;
	struct buffer text;
	size_t i;

	buffer_init(&text);
	for (i = 0; i < tasks->count; i++)
		if (counts[i].tasks > 0)
			buffer_format(&text, "%s%ju %s", text.len == 0 ? "" : ", ",
			    (uintmax_t)counts[i].tasks, counts[i].state);
	print_line("tasks", text.len == 0 ? "none" : buffer_text(&text));
	buffer_release(&text);
}

/* How many of these tasks are in a state. */
static uint64_t
count_in(const struct records *tasks, const char *state)
{
	const struct record_count_row *counts = tasks->items;
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < tasks->count; i++)
		if (str_same(counts[i].state, state))
			count += counts[i].tasks;
	return count;
}

/* Where to read what people are wanted for. */
static void
print_wanted(const struct reply_status *reply)
{
	const struct record_mode_row *holds = reply->modes.items;
	bool wanted = count_in(&reply->tasks, "AWAITING_APPROVAL") + count_in(&reply->tasks, "BLOCKED") > 0;
	size_t i;

	for (i = 0; i < reply->modes.count; i++)
		wanted = wanted || (holds[i].tripped && holds[i].until == 0);
	print_line("for a person", wanted ? "orchctl inbox" : NULL);
}

static void
print_branch(const struct record_project_row *row)
{
	struct buffer text;

	buffer_init(&text);
	buffer_add_text(&text, row->branch);
	if (row->tip != NULL)
		buffer_format(&text, " at %.*s", SHORT_OID, row->tip);
	if (row->aside != NULL)
		buffer_format(&text, "; in the upstream that is %s, for %s is checked out there (git merge %s)",
		    row->aside, row->branch, row->aside);
	print_line("branch", buffer_text(&text));
	buffer_release(&text);
}

/* Where it is and what holds it up. */
static void
print_place(const struct record_project_row *row)
{
	print_line("project", row->name);
	print_line("not open", row->why);
	print_line("upstream", row->upstream);
	print_line("repository", row->repository);
	print_branch(row);
	print_line("stalled", row->stalled);
}

/* How it is, and its share. */
static void
print_share(const struct record_project_row *row)
{
	struct buffer text;

	print_line("state", row->state);
	buffer_init(&text);
	buffer_format(&text, "%ju running, weight %ju", (uintmax_t)row->running, (uintmax_t)row->weight);
	if (row->cap > 0)
		buffer_format(&text, ", %ju at once", (uintmax_t)row->cap);
	print_line("share", buffer_text(&text));
	buffer_release(&text);
}

/* One of several. */
static void
print_project(const struct record_project_row *row)
{
	putchar('\n');
	print_place(row);
	print_share(row);
	print_line("setup", row->setup);
	print_prepared(&row->prepared);
	print_people(row->human_interventions, row->escalations);
	print_counts(&row->tasks);
}

/* "NAME until ...": an agent at its usage limit. */
static void
print_paused(const char *paused)
{
	char *text = str_format("agent %s (orchctl resume %.*s)", paused, (int)strcspn(paused, " "), paused);

	print_line("paused", text);
	free(text);
}

/* What is of the supervisor, and of its only project. */
static void
print_supervisor(const struct reply_status *reply, const struct record_project_row *only)
{
	size_t i;

	if (only != NULL) {
		print_place(only);
		if (!str_same(only->state, reply->mode) || only->cap > 0 || only->weight > 1)
			print_share(only);
	}
	if (reply->no_room != NULL) {
		char *text = str_format("new attempts wait: %s", reply->no_room);

		print_line("no room", text);
		free(text);
	}
	for (i = 0; i < strs_count(reply->paused); i++)
		print_paused(reply->paused[i]);
	print_line("workspaces", reply->workspace);
	print_line("sandbox", str_same(reply->sandbox, "none") ?
	    "none: agents have all rights of the user who runs orch" : reply->sandbox);
	print_line("limits by", reply->limits);
	if (only != NULL) {
		print_line("setup", only->setup);
		print_prepared(&only->prepared);
	}
	print_number("flaky trees", reply->flaky);
	print_people(reply->human_interventions, reply->escalations);
	print_counts(&reply->tasks);
	print_wanted(reply);
}

void
print_status(const struct reply_status *reply)
{
	const struct record_project_row *projects = reply->projects.items;
	struct buffer text;
	size_t i;

	print_line("mode", reply->mode);
	modes(reply->modes.items, reply->modes.count);
	buffer_init(&text);
	buffer_format(&text, "pid %ju, for ", (uintmax_t)reply->pid);
	text_add_seconds(&text, reply->seconds);
	print_line("supervisor", buffer_text(&text));
	buffer_release(&text);
	print_supervisor(reply, reply->projects.count == 1 ? projects : NULL);
	for (i = 0; reply->projects.count > 1 && i < reply->projects.count; i++)
		print_project(&projects[i]);
	if (reply->slots.count > 0) {
		putchar('\n');
		print_slots(reply->slots.items, reply->slots.count);
	}
}
