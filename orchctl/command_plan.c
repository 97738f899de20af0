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
	enum { ORDER = OPTION_OWN, WAVES };
	static const struct option longs[] = {
		{ "jobs", required_argument, NULL, 'j' }, { "order", required_argument, NULL, ORDER },
		{ "waves", no_argument, NULL, WAVES }, { 0 }
	};
	struct plan_rules rules = { .slots = SLOTS_DEFAULT };
	uint64_t slots;
	int option;

	optind = 0;
	while ((option = option_next(context, argc, argv, "j:", longs)) != OPTION_NONE)
		switch (option) {
		case 'j':
			if (!option_number(context, "-j", optarg, SLOTS_MOST, &slots))
				return EXIT_USAGE;
			if (slots == 0)
				return usage_error(context, "-j: at least one slot is needed");
			rules.slots = (unsigned)slots;
			break;
		case ORDER:
			rules.plan_order = str_same(optarg, "plan");
			if (!rules.plan_order && !str_same(optarg, "completion"))
				return usage_error(context, "--order: '%s' is neither completion nor plan",
				    optarg);
			break;
		case WAVES:
			rules.waves = true;
			break;
		default:
			return option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
		}
	if (optind == argc)
		return usage_error(context, "which tasks file?");
	options_done(context);
	return show_plan(context, argv + optind, &rules);
}
