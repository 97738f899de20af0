/* orchctl plan: what would happen, from estimates. Needs no supervisor. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/task_files.h"
#include "protocol/mem.h"
#include "tasks/plan.h"

#define SLOTS_DEFAULT	3
#define SLOTS_MOST	256

static int
show_plan(struct context *context, char **paths, const struct plan_rules *rules)
{
	struct task_list list;
	struct plan *plan;

	if (task_files_read(paths, true, &list) == -1)
		return EXIT_USAGE;
	plan = plan_new(&list, rules);
	context->printer->plan(&list, plan);
	plan_free(plan);
	task_list_release(&list);
	return EXIT_DONE;
}

int
command_plan(struct context *context, int argc, char **argv)
{
	uint64_t slots = SLOTS_DEFAULT;
	const char *order = "completion";
	struct plan_rules plan = { 0 };
	const struct option_rule rules[] = {
		{ "jobs", 'j', .number = &slots, .most = SLOTS_MOST }, { "order", .text = &order },
		{ "waves", .flag = &plan.waves }, { 0 }
	};
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (slots == 0)
		return usage_error(context, "-j: at least one slot is needed");
	plan.slots = (unsigned)slots;
	plan.plan_order = str_same(order, "plan");
	if (!plan.plan_order && !str_same(order, "completion"))
		return usage_error(context, "--order: '%s' is neither completion nor plan", order);
	if (optind == argc)
		return usage_error(context, "which tasks file?");
	options_done(context);
	return show_plan(context, argv + optind, &plan);
}
