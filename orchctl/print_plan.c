/* A plan as text: see print_plan.h. */
#include "print_plan.h"

#include <stdio.h>
#include <string.h>

#include "orchctl/table.h"
#include "protocol/mem.h"

#define BAR_LEAST	10
#define BAR_MOST	60

/* A line of dots with '#' from start to end; every task has at least one. */
static void
add_bar(struct table *table, const struct plan_entry *entry, uint64_t makespan, size_t width)
{
	char bar[BAR_MOST + 1];
	size_t from, to;

	memset(bar, '.', width);
	bar[width] = '\0';
	from = makespan == 0 ? 0 : (size_t)((double)entry->start / (double)makespan * (double)width);
	to = makespan == 0 ? 0 : (size_t)((double)entry->end / (double)makespan * (double)width);
	if (from >= width)
		from = width - 1;
	if (to <= from)
		to = from + 1;
	memset(bar + from, '#', (to > width ? width : to) - from);
	table_add(table, COLOUR_NONE, bar);
}

static void
print_waves(const struct task_list *list, const struct plan *plan)
{
	size_t i, k;

	for (i = 0; i < plan->wave_count; i++) {
		printf("wave %zu:", i + 1);
		for (k = 0; k < plan->waves[i].count; k++)
			printf(" %s", list->tasks[plan->waves[i].tasks[k]].id);
		putchar('\n');
	}
}

static void
print_schedule(const struct task_list *list, const struct plan *plan)
{
	static const char *const headings[] = { "TASK", ">SLOT", ">START", ">END", "", NULL };
	size_t columns = terminal_columns(stdout), width, widest = 4, i;
	struct table table;
	char number[32];

	for (i = 0; i < plan->schedule_count; i++) {
		size_t len = strlen(list->tasks[plan->schedule[i].task].id);

		widest = len > widest ? len : widest;
	}
	width = columns > widest + 30 ? columns - widest - 30 : columns == 0 ? 40 : BAR_LEAST;
	width = width > BAR_MOST ? BAR_MOST : width < BAR_LEAST ? BAR_LEAST : width;
	table_init(&table, headings);
	for (i = 0; i < plan->schedule_count; i++) {
		const struct plan_entry *entry = &plan->schedule[i];

		table_add(&table, COLOUR_NONE, list->tasks[entry->task].id);
		snprintf(number, sizeof(number), "%u", entry->slot);
		table_add(&table, COLOUR_NONE, number);
		snprintf(number, sizeof(number), "%ju s", (uintmax_t)entry->start);
		table_add(&table, COLOUR_NONE, number);
		snprintf(number, sizeof(number), "%ju s", (uintmax_t)entry->end);
		table_add(&table, COLOUR_NONE, number);
		add_bar(&table, entry, plan->makespan, width);
	}
	table_print(&table, stdout);
	table_release(&table);
}

void
print_plan_text(const struct task_list *list, const struct plan *plan)
{
	size_t i;

	print_waves(list, plan);
	putchar('\n');
	print_schedule(list, plan);
	printf("\nmakespan %ju s with %u slots, %ju s with%s waves; no schedule is shorter than %ju s\n",
	    (uintmax_t)plan->makespan, plan->slots, (uintmax_t)plan->otherwise,
	    plan->waves_kept ? "out" : "", (uintmax_t)plan->lower_bound);
	if (plan->unscheduled_count > 0) {
		printf("never start (part of a cycle, or waiting for one):");
		for (i = 0; i < plan->unscheduled_count; i++)
			printf(" %s", list->tasks[plan->unscheduled[i]].id);
		putchar('\n');
	}
}
