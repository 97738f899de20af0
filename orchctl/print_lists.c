/* Lists for people: see print_lists.h. */
#include "print_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "orchctl/print_show.h"
#include "orchctl/table.h"
#include "protocol/mem.h"

#define NAMES_MOST	10u	/* files that are named */

static void
add_joined(struct table *table, char *const *list)
{
	struct buffer text;
	size_t i;

	buffer_init(&text);
	for (i = 0; list != NULL && list[i] != NULL; i++)
		buffer_format(&text, "%s%s", i == 0 ? "" : ", ", list[i]);
	table_add(table, COLOUR_NONE, text.len == 0 ? "-" : buffer_text(&text));
	buffer_release(&text);
}

/* How long ago that was; "-": it is not known. */
static void
add_since(struct table *table, double since)
{
	double now = (double)time(NULL);

	if (since == 0)
		table_add(table, COLOUR_NONE, "-");
	else
		table_add_seconds(table, now > since ? now - since : 0);
}

/* What is asked for, in the words of a person. */
static const char *
kind_words(const char *kind)
{
	static const struct { const char *kind, *words; } rows[] = {
		{ "start", "asks to start" }, { "found", "an agent has found it" },
		{ "land", "asks to land" }, { "question", "its agent asks" }, { "blocked", "is BLOCKED" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		if (str_same(rows[i].kind, kind))
			return rows[i].words;
	return kind;
}

/* "3 files, +10 -2: a, b, c" of what would land. */
static void
print_changes(const struct records *changes)
{
	const struct record_changed_row *rows = changes->items;
	uint64_t added = 0, removed = 0, files = changes->count;
	struct buffer text, names;
	size_t i;

	if (changes->count == 0)
		return;
	buffer_init(&text);
	buffer_init(&names);
	for (i = 0; i < changes->count; i++) {
		/* How many are not listed. */
		if (str_same(rows[i].kind, "more")) {
			files += rows[i].added - 1;
			continue;
		}
		added += rows[i].added;
		removed += rows[i].removed;
		if (i < NAMES_MOST)
			buffer_format(&names, "%s%s", i == 0 ? "" : ", ", rows[i].path);
	}
	buffer_format(&text, "%ju file%s, +%ju -%ju: %s%s", (uintmax_t)files, files == 1 ? "" : "s",
	    (uintmax_t)added, (uintmax_t)removed, buffer_text(&names), files > NAMES_MOST ? ", ..." : "");
	print_line("  would land", buffer_text(&text));
	buffer_release(&names);
	buffer_release(&text);
}

/* What a budget has stopped, and the command that lets it go on. */
static void
print_budgets(const struct record_mode_row *rows, size_t count)
{
	char *answer;
	size_t i;

	for (i = 0; i < count; i++) {
		printf("%s%s%s is stopped by a budget\n", rows[i].kind, rows[i].name != NULL ? " " : "",
		    rows[i].name != NULL ? rows[i].name : "");
		print_line("  reason", rows[i].why);
		answer = str_format("orchctl resume --why TEXT%s%s%s", str_same(rows[i].kind, "project") ? " -p" : "",
		    rows[i].name != NULL ? " " : "", rows[i].name != NULL ? rows[i].name : "");
		print_line("  answer", answer);
		putchar('\n');
		free(answer);
	}
}

static void
print_inbox(const struct reply_inbox_list *reply)
{
	const struct record_inbox_row *rows = reply->rows.items;
	double now = (double)time(NULL);
	struct buffer text;
	size_t i, j;

	print_budgets(reply->budgets.items, reply->budgets.count);
	if (reply->rows.count == 0)
		printf("%s waits for you\n", reply->budgets.count > 0 ? "nothing else" : "nothing");
	for (i = 0; i < reply->rows.count; i++) {
		buffer_init(&text);
		buffer_format(&text, "%s %s, for ", rows[i].task, kind_words(rows[i].kind));
		text_add_seconds(&text, now > rows[i].since ? now - rows[i].since : 0);
		if (rows[i].until > now) {
			buffer_add_text(&text, "; without an answer it is a no in ");
			text_add_seconds(&text, rows[i].until - now);
		}
		printf("%s%s\n", i == 0 ? "" : "\n", buffer_text(&text));
		buffer_release(&text);
		print_line("  project", rows[i].project);
		print_line("  title", rows[i].title);
		print_line("  found by", rows[i].found_by);
		print_line(str_same(rows[i].kind, "question") ? "  question" : "  reason", rows[i].text);
		print_changes(&rows[i].changes);
		if (str_same(rows[i].kind, "blocked") && rows[i].number > 0) {
			char *logs = str_format("orchctl logs %s", rows[i].task);

			print_line("  output", logs);
			free(logs);
		}
		for (j = 0; rows[i].answers != NULL && rows[i].answers[j] != NULL; j++)
			print_line(j == 0 ? "  answer" : "  or", rows[i].answers[j]);
	}
}

static void
print_locks(const struct reply_lock_list *reply)
{
	static const char *const headings[] = { "PROJECT", "TASK", "STATE", ">TIME", "FILES", "WAITING",
	    NULL };
	const struct record_lock_row *rows = reply->locks.items;
	bool projects;
	struct table table;
	size_t i;

	if (reply->locks.count == 0) {
		printf("no files are held\n");
		return;
	}
	projects = rows[0].project != NULL;
	table_init(&table, projects ? headings : headings + 1);
	for (i = 0; i < reply->locks.count; i++) {
		if (projects)
			table_add(&table, COLOUR_NONE, rows[i].project);
		table_add(&table, COLOUR_NONE, rows[i].task);
		table_add(&table, COLOUR_NONE, rows[i].state);
		add_since(&table, rows[i].since);
		add_joined(&table, rows[i].files);
		add_joined(&table, rows[i].waiters);
	}
	table_print(&table, stdout);
	table_release(&table);
}

static void
print_tickets(const struct reply_ticket_list *reply)
{
	static const char *const headings[] = { "PROJECT", ">TICKET", "TASK", "STATE", "COMMIT", ">TIME",
	    NULL };
	const struct record_ticket_list_row *rows = reply->tickets.items;
	bool projects;
	struct table table;
	size_t i;

	if (reply->tickets.count == 0) {
		printf("nothing is in the line\n");
		return;
	}
	projects = rows[0].project != NULL;
	table_init(&table, projects ? headings : headings + 1);
	for (i = 0; i < reply->tickets.count; i++) {
		if (projects)
			table_add(&table, COLOUR_NONE, rows[i].project);
		table_add_number(&table, rows[i].ticket);
		table_add(&table, COLOUR_NONE, rows[i].task);
		table_add(&table, COLOUR_NONE, rows[i].state);
		print_oid(&table, rows[i].commit);
		add_since(&table, rows[i].since);
	}
	table_print(&table, stdout);
	table_release(&table);
}

static void
print_times(const struct records *times)
{
	static const char *const headings[] = { "SECONDS", ">COUNT", ">P50", ">P90", ">P99", ">MOST", NULL };
	const struct record_quantile_row *rows = times->items;
	struct table table;
	size_t i;

	table_init(&table, headings);
	for (i = 0; i < times->count; i++) {
		table_add(&table, COLOUR_NONE, rows[i].name);
		table_add_number(&table, rows[i].count);
		table_add_seconds(&table, rows[i].p50);
		table_add_seconds(&table, rows[i].p90);
		table_add_seconds(&table, rows[i].p99);
		table_add_seconds(&table, rows[i].most);
	}
	putchar('\n');
	table_print(&table, stdout);
	table_release(&table);
}

static void
print_spent(const struct records *spent)
{
	static const char *const headings[] = { "PROJECT", "AGENT", ">ATTEMPTS", ">DONE", ">TIME", ">IN",
	    ">OUT", ">COST", NULL };
	const struct record_spend_row *rows = spent->items;
	struct table table;
	size_t i;

	if (spent->count == 0)
		return;
	table_init(&table, headings);
	for (i = 0; i < spent->count; i++) {
		char *cost = str_format("%.4f", rows[i].cost);

		table_add(&table, COLOUR_NONE, rows[i].project);
		table_add(&table, COLOUR_NONE, rows[i].agent);
		table_add_number(&table, rows[i].attempts);
		table_add_number(&table, rows[i].done);
		table_add_seconds(&table, rows[i].seconds);
		table_add_number(&table, rows[i].input);
		table_add_number(&table, rows[i].output);
		table_add(&table, COLOUR_NONE, rows[i].cost > 0 ? cost : "-");
		free(cost);
	}
	putchar('\n');
	table_print(&table, stdout);
	table_release(&table);
}

static void
print_stats(const struct reply_stats *reply)
{
	static const char *const headings[] = { ">TASKS", "BLOCKED BECAUSE", NULL };
	const struct record_reason_row *rows = reply->reasons.items;
	struct table table;
	size_t i;

	printf("%ju added, %ju complete, %ju blocked, %ju cancelled; %.1f an hour\n",
	    (uintmax_t)reply->added, (uintmax_t)reply->complete, (uintmax_t)reply->blocked,
	    (uintmax_t)reply->cancelled, reply->per_hour);
	printf("%.0f %% of what ended has landed; %ju attempts, %ju came back from the line (%.0f %%)\n",
	    reply->land_rate * 100, (uintmax_t)reply->attempts, (uintmax_t)reply->reworks,
	    reply->rework_rate * 100);
	printf("people stepped in %ju times, and were needed %ju times\n",
	    (uintmax_t)reply->human_interventions, (uintmax_t)reply->escalations);
	print_times(&reply->times);
	print_spent(&reply->spent);
	if (reply->reasons.count == 0)
		return;
	table_init(&table, headings);
	for (i = 0; i < reply->reasons.count; i++) {
		table_add_number(&table, rows[i].tasks);
		table_add(&table, COLOUR_NONE, rows[i].reason);
	}
	putchar('\n');
	table_print(&table, stdout);
	table_release(&table);
}

void
print_lists(enum message_id id, const void *reply)
{
	switch (id) {
	case MSG_inbox_list: print_inbox(reply); break;
	case MSG_stats: print_stats(reply); break;
	case MSG_lock_list: print_locks(reply); break;
	case MSG_ticket_list: print_tickets(reply); break;
	default: break;
	}
}
