/*
 * One task and all that is known of it, for people: see print_show.h. Decides what is worth
 * a line.
 */
#include "print_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "orchctl/table.h"
#include "orchctl/text.h"
#include "protocol/mem.h"

#define NAME_COLUMNS	13u	/* of a name, with what is behind it */
#define ROOM_LEAST	20u	/* columns: with less of them no text is broken */

void
print_oid(struct table *table, const char *oid)
{
	char text[SHORT_OID + 1];

	snprintf(text, sizeof(text), "%s", oid == NULL ? "-" : oid);
	table_add(table, COLOUR_NONE, text);
}

/* Name and text, fit for a terminal, and on one broken between words; nothing when there is no text. */
void
print_line(const char *name, const char *text)
{
	size_t edge = terminal_columns(stdout), most, len;
	struct buffer fit;
	const char *rest;

	if (text == NULL || text[0] == '\0')
		return;
	most = edge >= NAME_COLUMNS + ROOM_LEAST ? edge - NAME_COLUMNS : SIZE_MAX;
	buffer_init(&fit);
	text_add(&fit, text, 0);
	for (rest = buffer_text(&fit); *rest != '\0'; name = "") {
		len = text_line(rest, most, true);
		printf("%-*s%.*s\n", (int)NAME_COLUMNS, name, (int)len, rest);
		rest += len + strspn(rest + len, " ");
	}
	buffer_release(&fit);
}

void
print_time(struct buffer *out, double time)
{
	time_t when = (time_t)time;
	char text[64];
	struct tm local;

	localtime_r(&when, &local);
	strftime(text, sizeof(text), "%F %T", &local);
	buffer_add_text(out, text);
}

void
print_number(const char *name, uint64_t number)
{
	if (number != 0)
		printf("%-13s%ju\n", name, (uintmax_t)number);
}

void
print_people(uint64_t interventions, uint64_t escalations)
{
	char *text = str_format("stepped in %ju time%s, needed %ju time%s", (uintmax_t)interventions,
	    interventions == 1 ? "" : "s", (uintmax_t)escalations, escalations == 1 ? "" : "s");

	if (interventions > 0 || escalations > 0)
		print_line("people", text);
	free(text);
}

/* A number of seconds; nothing for 0. */
static void
print_seconds(const char *name, uint64_t seconds)
{
	char *text = str_format("%ju s", (uintmax_t)seconds);

	if (seconds != 0)
		print_line(name, text);
	free(text);
}

static void
line_list(const char *name, char *const *list)
{
	struct buffer all;
	size_t i;

	buffer_init(&all);
	for (i = 0; list != NULL && list[i] != NULL; i++)
		buffer_format(&all, "%s%s", i == 0 ? "" : ", ", list[i]);
	print_line(name, buffer_text(&all));
	buffer_release(&all);
}

static void
show_spec(const struct record_task *spec)
{
	static const char *const priorities[] = { "urgent", "normal", "low" };

	print_line("priority", spec->priority < COUNT(priorities) ? priorities[spec->priority] : NULL);
	print_line("agent", spec->agent);
	line_list("command", spec->command);
	line_list("files", spec->files);
	line_list("depends on", spec->depends_on);
	print_line("verify", spec->verify);
	print_line("promise", spec->completion_promise);
	print_number("iterations", spec->max_iterations);
	print_seconds("timeout", spec->timeout);
	if (spec->diff_optional)
		print_line("diff", "optional");
}

static bool
any_usage(const struct record_attempt_row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (rows[i].usage.count > 0)
			return true;
	return false;
}

/* Tokens in and out, and dollars, where they are known. */
static void
add_usage(struct table *table, const struct record_attempt_row *row)
{
	const struct record_usage *usage = row->usage.count > 0 ? row->usage.items : NULL;
	char *cost = usage != NULL && usage->cost > 0 ? str_format("%.4f", usage->cost) : NULL;

	if (usage != NULL) {
		table_add_number(table, usage->input);
		table_add_number(table, usage->output);
	} else {
		table_add(table, COLOUR_NONE, "-");
		table_add(table, COLOUR_NONE, "-");
	}
	table_add(table, COLOUR_NONE, cost != NULL ? cost : "-");
	free(cost);
}

/* Which attempts had no sandbox. */
static void
show_bare(const struct record_attempt_row *rows, size_t count)
{
	struct buffer text;
	size_t i;

	buffer_init(&text);
	for (i = 0; i < count; i++)
		if (str_same(rows[i].sandbox, "none"))
			buffer_format(&text, "%s%ju", text.len == 0 ? "none, for attempt " : ", ",
			    (uintmax_t)rows[i].number);
	if (text.len > 0)
		print_line("sandbox", buffer_text(&text));
	buffer_release(&text);
}

/* What went to and from the destinations that were named, and how often. */
static void
show_traffic(const struct record_attempt_row *rows, size_t count)
{
	static const char *const headings[] = { ">ATTEMPT", "DESTINATION", ">CONNECTIONS", ">REFUSED",
	    ">SENT", ">RECEIVED", NULL };
	struct table table;
	size_t i, j, lines = 0;

	table_init(&table, headings);
	for (i = 0; i < count; i++)
		for (j = 0; j < rows[i].traffic.count; j++, lines++) {
			const struct record_traffic_row *row =
			    &((const struct record_traffic_row *)rows[i].traffic.items)[j];

			table_add_number(&table, rows[i].number);
			table_add(&table, COLOUR_NONE, row->destination);
			table_add_number(&table, row->connections);
			table_add_number(&table, row->refused);
			table_add_number(&table, row->sent);
			table_add_number(&table, row->received);
		}
	if (lines > 0) {
		putchar('\n');
		table_print(&table, stdout);
	}
	table_release(&table);
}

static void
show_attempts(const struct record_attempt_row *rows, size_t count)
{
	static const char *const headings[] = { ">ATTEMPT", "OUTCOME", "SLOT", ">TIME", "COMMIT",
	    "REASON", NULL };
	static const char *const with_usage[] = { ">ATTEMPT", "OUTCOME", "SLOT", ">TIME", "COMMIT",
	    ">IN", ">OUT", ">COST", "REASON", NULL };
	bool used = any_usage(rows, count), open;
	struct table table;
	size_t i;

	if (count == 0)
		return;
	show_bare(rows, count);
	table_init(&table, used ? with_usage : headings);
	for (i = 0; i < count; i++) {
		char *why = NULL;

		table_add_number(&table, rows[i].number);
		/* "open" for programs: it has no outcome yet. */
		open = str_same(rows[i].outcome, "open");
		table_add(&table, open ? COLOUR_BUSY : str_same(rows[i].outcome, "done") ? COLOUR_GOOD :
		    COLOUR_NONE, open ? "running" : rows[i].outcome);
		table_add(&table, COLOUR_NONE, rows[i].slot == NULL ? "-" : rows[i].slot);
		table_add_seconds(&table, rows[i].seconds);
		print_oid(&table, rows[i].commit);
		if (used)
			add_usage(&table, &rows[i]);
		/* It was fine by itself, and then the line gave it back. */
		if (rows[i].rework != NULL)
			why = str_format("came back: %s", rows[i].rework);
		table_add(&table, COLOUR_NONE, why != NULL ? why : rows[i].reason);
		free(why);
	}
	putchar('\n');
	table_print(&table, stdout);
	table_release(&table);
	show_traffic(rows, count);
}

/* The prompt, line by line, so that it stays readable and harmless. */
void
print_passage(const char *text)
{
	struct text_filter filter = { 0 };
	struct buffer fit;

	if (text == NULL || text[0] == '\0')
		return;
	buffer_init(&fit);
	text_filter(&filter, &fit, (const unsigned char *)text, strlen(text));
	printf("\n%s%s", buffer_text(&fit), text[strlen(text) - 1] == '\n' ? "" : "\n");
	buffer_release(&fit);
}

static void
show_questions(const struct record_question_row *rows, size_t count)
{
	static const char *const headings[] = { ">ATTEMPT", "QUESTION", "ANSWER", NULL };
	struct table table;
	size_t i;

	if (count == 0)
		return;
	table_init(&table, headings);
	for (i = 0; i < count; i++) {
		table_add_number(&table, rows[i].number);
		table_add(&table, rows[i].answer == NULL ? COLOUR_BAD : COLOUR_NONE, rows[i].question);
		table_add(&table, COLOUR_NONE, rows[i].answer == NULL ? "-" : rows[i].answer);
	}
	putchar('\n');
	table_print(&table, stdout);
	table_release(&table);
}

/* How long it is going to take, and who says so. */
static void
show_estimate(const struct reply_task_show *show)
{
	char *text;

	if (show->estimate_from == NULL)
		return;
	text = str_format("%ju s (%s)", (uintmax_t)show->estimate, show->estimate_from);
	print_line("estimate", text);
	free(text);
}

void
print_show(const struct reply_task_show *show)
{
	const struct record_task_row *row = show->task.items;
	const struct record_task *spec = show->spec.items;

	if (show->task.count > 0) {
		print_line("task", row->id);
		print_line("project", row->project);
		print_line("title", row->title);
		print_line("state", row->state);
		print_line("reason", row->reason);
		print_line("waits for", show->waits_for);
		print_line("found by", row->discovered_by);
		print_people(row->interventions, row->escalations);
		print_number("ticket", row->ticket);
		print_line("commit", row->commit);
	}
	if (show->spec.count > 0)
		show_spec(spec);
	show_estimate(show);
	if (show->task.count > 0 && show->attempts.count > 0) {
		char *logs = str_format("orchctl logs %s", row->id);

		print_line("output", logs);
		free(logs);
	}
	show_attempts(show->attempts.items, show->attempts.count);
	show_questions(show->questions.items, show->questions.count);
	if (show->spec.count > 0)
		print_passage(spec->prompt);
}
